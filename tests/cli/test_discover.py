"""``techinfo discover``, as an operator calls it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Run

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
