"""``techinfo inventory check``, and imports that are refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Run

from techinfo.lab import Lab, LabDevice


def _import(techinfo: Run, tmp_path: Path, text: str) -> None:
    (tmp_path / "inventory.yaml").write_text(text, encoding="utf-8")
    done = techinfo("inventory", "import", "inventory.yaml")
    assert done.returncode == 0, done.stderr


def test_nothing_to_put_right(techinfo: Run, tmp_path: Path) -> None:
    """Exit status 0, and nothing on standard output."""
    _import(techinfo, tmp_path, "elements:\n- {name: sw-1, address: 192.0.2.1}\n")

    done = techinfo("inventory", "check")

    assert (done.returncode, done.stdout) == (0, "")
    assert "nothing to put right" in done.stderr


@pytest.mark.long
def test_each_finding_is_a_line(techinfo: Run, tmp_path: Path) -> None:
    """Exit status 1; no network is touched without --ask."""
    _import(
        techinfo,
        tmp_path,
        "elements:\n- {name: sw-1, address: 192.0.2.1}\n"
        "accesses:\n- {access_id: A-1, element: sw-1}\n- {access_id: A-2, element: sw-1}\n",
    )

    done = techinfo("inventory", "check")
    document = json.loads(techinfo("inventory", "check", "--json").stdout)

    assert done.returncode == 1
    assert [line.split(":")[0] for line in done.stdout.splitlines()] == ["access A-1", "access A-2"]
    assert [f["who"] for f in document["findings"]] == ["A-1", "A-2"]
    assert set(document["findings"][0]) == {"kind", "who", "what", "todo"}
    assert document["asked"] == 0


@pytest.mark.long
def test_switches_are_asked(techinfo: Run, walk: Path, tmp_path: Path) -> None:
    """With --ask what they say counts too; the count of answers is told."""
    device = LabDevice(name="sw", address="127.23.1.1", recordings=(walk,))

    with Lab([device]) as lab:
        _import(
            techinfo,
            tmp_path,
            f"elements:\n- {{name: sw, address: 127.23.1.1, port: {lab.port}}}\n"
            "accesses:\n"
            "- {access_id: A-1, element: sw, port: port1}\n"
            "- {access_id: A-2, element: sw, port: port9}\n",
        )
        secret = {"TECHINFO_CREDENTIALS__DEFAULT__COMMUNITY": "public"}
        done = techinfo("inventory", "check", "--ask", **secret)
        unknown = techinfo("inventory", "check", "--element", "nonesuch", **secret)

    assert done.returncode == 1
    assert done.stdout.startswith("access A-2: sw has no port port9;")
    assert len(done.stdout.splitlines()) == 1
    assert "1 of 1 switches answered" in done.stderr
    assert unknown.returncode == 1
    assert "nonesuch" in unknown.stderr


@pytest.mark.long
def test_an_import_that_loses_much_waits_for_accept(techinfo: Run, tmp_path: Path) -> None:
    """Refused with the difference; a trial shows the same; --accept does it."""
    (tmp_path / "all.csv").write_text("access_id\n" + "".join(f"A-{n}\n" for n in range(20)))
    (tmp_path / "few.csv").write_text("access_id\nA-0\nA-1\n")
    first = techinfo("inventory", "import", "all.csv")

    trial = techinfo("inventory", "import", "--dry-run", "few.csv")
    refused = techinfo("inventory", "import", "few.csv")
    held = techinfo("inventory", "show")
    accepted = techinfo("inventory", "import", "--accept", "few.csv")

    assert first.returncode == 0
    assert trial.returncode == refused.returncode == 1
    for done in (trial, refused):
        assert "18 of 20 accesses would be dropped" in done.stderr
        assert "A-10: not connected -> gone" in done.stderr
    assert "accesses: 20" in held.stdout
    assert accepted.returncode == 0
    assert "accesses: 2" in techinfo("inventory", "show").stdout


def test_the_limits_are_settings(techinfo: Run, tmp_path: Path) -> None:
    """An operator who moves half of a network every night may say so."""
    (tmp_path / "all.csv").write_text("access_id\n" + "".join(f"A-{n}\n" for n in range(20)))
    (tmp_path / "few.csv").write_text("access_id\nA-0\nA-1\n")
    techinfo("inventory", "import", "all.csv")

    done = techinfo("inventory", "import", "few.csv", TECHINFO_INVENTORY__MOST_DROPPED_PERCENT="95")

    assert done.returncode == 0


def test_one_without_an_agent_is_left_out(techinfo: Run, tmp_path: Path) -> None:
    """It is nothing to put right, and nobody's silence."""
    _import(
        techinfo,
        tmp_path,
        "elements:\n- {name: sw-9, address: 192.0.2.9, engine: none, ssh_login: default,"
        " ssh_platform: cisco_ios}\n",
    )
    secrets = {
        "TECHINFO_CREDENTIALS__DEFAULT__COMMUNITY": "public",
        "TECHINFO_LOGINS__DEFAULT__USER": "u",
        "TECHINFO_LOGINS__DEFAULT__PASSWORD": "p",
    }

    done = techinfo("inventory", "check", "--element", "sw-9", **secrets)

    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert "no SNMP agent: 1" in done.stderr
