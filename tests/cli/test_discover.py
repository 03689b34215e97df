"""``techinfo discover``, as an operator calls it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Run
from tests.snmp.snmpd import Snmpd, needs_snmpd

from techinfo.lab import Lab, LabDevice

SECRETS = {
    "TECHINFO_CREDENTIALS__DEFAULT__COMMUNITY": "public",
    "TECHINFO_CREDENTIALS__DEFAULT__NETWORKS": '["127.23.8.0/24"]',
}


def test_first_it_is_only_said(techinfo: Run) -> None:
    """Nothing is sent without --ask."""
    done = techinfo("discover", "127.23.8.0/29", **SECRETS)

    assert done.returncode == 0
    assert "6 addresses, with default: 6 requests at most" in done.stderr
    assert "nothing was sent" in done.stderr


@pytest.mark.long
def test_what_answers_can_be_imported(techinfo: Run, walk: Path, tmp_path: Path) -> None:
    """Beside the elements that there are."""
    (tmp_path / "known.csv").write_text("name,address\nsw-known,192.0.2.9\n")
    techinfo("inventory", "import", "known.csv")

    with Lab([LabDevice(name="sw", address="127.23.8.2", recordings=(walk,))]) as lab:
        arguments = ("discover", "127.23.8.0/30", "--ask", "--port", str(lab.port))
        done = techinfo(*arguments, "--write", "elements.csv", **SECRETS)
        document = json.loads(techinfo(*arguments, "--json", **SECRETS).stdout)
        again = techinfo(*arguments, "--write", "elements.csv", **SECRETS)
    imported = techinfo("inventory", "import", "elements.csv", **SECRETS)

    assert done.returncode == 0, done.stderr
    assert "sw-test" in done.stdout
    assert "1 new elements beside 1" in done.stderr
    assert [answer["name"] for answer in document["answers"]] == ["sw-test"]
    assert again.returncode == 2
    assert imported.returncode == 0, imported.stderr
    assert "elements 1 0 0 1" in " ".join(imported.stdout.split())


@pytest.mark.parametrize(
    ("network", "more", "words"),
    [
        ("192.0.2.0/24", {}, "in the networks of no credential"),
        ("127.23.8.1/24", {}, "is not a network"),
        (
            "127.23.8.0/24",
            {"TECHINFO_INVENTORY__CUSTOMER_NETWORKS": '["127.23.8.128/25"]'},
            "where customers are",
        ),
    ],
)
def test_what_may_not_be_asked_is_an_error(
    techinfo: Run, network: str, more: dict[str, str], words: str
) -> None:
    """Before anything is sent."""
    done = techinfo("discover", network, "--ask", **SECRETS, **more)

    assert done.returncode == 2
    assert words in " ".join(done.stderr.split())


def test_nothing_is_asked_while_everything_is_paused(techinfo: Run) -> None:
    """Exit status 1, with the reason."""
    techinfo("pause", "--all", "--until", "30m", "--why", "works on the core")

    done = techinfo("discover", "127.23.8.0/30", "--ask", **SECRETS)

    assert done.returncode == 1
    assert "works on the core" in done.stderr


@pytest.mark.long
@needs_snmpd
def test_a_user_of_snmpv3_is_asked_first_and_the_community_not_told(
    techinfo: Run, tmp_path: Path
) -> None:
    """An agent that refuses the user is told as such, and is asked with the community then."""
    (tmp_path / "techinfo.toml").write_text(
        '[credentials.core]\nuser = "alice"\nauth = "SHA-256"\nauth_key_env = "KEY"\n'
        'level = "authNoPriv"\nnetworks = ["127.0.0.1/32"]\n'
        '[credentials.plain]\ncommunity = "nobody-has-this"\nnetworks = ["127.0.0.1/32"]\n',
        encoding="utf-8",
    )
    created = 'createUser alice SHA-256 "s3cret-of-auth"'

    with Snmpd(tmp_path / "agent", created, "rouser alice auth", "sysName sw-elm-3") as agent:

        def found(key: str) -> dict[str, Any]:
            arguments = ("--ask", "--json", "--port", str(agent.port), "--config", "techinfo.toml")
            done = techinfo("discover", "127.0.0.1/32", *arguments, KEY=key)
            assert "s3cret" not in done.stdout + done.stderr
            told: dict[str, Any] = json.loads(done.stdout)
            return told

        right, wrong = found("s3cret-of-auth"), found("wr0ng-of-auth")

    assert [(a["name"], a["credential"]) for a in right["answers"]] == [("sw-elm-3", "core")]
    assert right["credentials"] == ["core", "plain"]
    assert wrong["answers"] == []
    assert "authentication key" in wrong["refused"]["127.0.0.1"]
