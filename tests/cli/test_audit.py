"""``techinfo audit``: reports for who has to look at it, and what a crash leaves behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.cli.conftest import Run

from techinfo.store.audit import GAP, LOST, START, STOP, AuditEntry, AuditFile, note

ENTRY = AuditEntry(
    at=datetime.now(UTC) - timedelta(hours=2),
    user="noc",
    role="provider",
    provider="isp",
    on_behalf_of="Åsa",
    case_reference="CASE#1",
    address="192.0.2.9",
    method="GET",
    path="/2.6/tech/access/A-1/link/macaddresstable",
    access_id="A-1",
    status=200,
)
_SERVE = """
import os, sys
from pathlib import Path
from techinfo.cli.wiring import middleware_of
from techinfo.config import Settings
with middleware_of(Settings()) as middleware:
    with middleware_of(Settings()):
        pass
    if sys.argv[1] == "dies":
        os._exit(1)
"""
"""A service that takes new settings over once, and then ends or dies."""


def logged(folder: Path, *entries: AuditEntry, lost: int = 0) -> None:
    """An audit log with these entries."""
    with AuditFile.open(folder / "audit.sqlite") as file:
        file.write(entries, lost)


def test_the_report_lists_look_ups_without_a_person_or_a_case(
    techinfo: Run, tmp_path: Path
) -> None:
    """Of rows of people, that were answered; of a user and a time, if that is wanted."""
    logged(
        tmp_path,
        ENTRY,
        replace(ENTRY, on_behalf_of=None, path="/2.6/dhcplookup", access_id="A-2"),
        replace(ENTRY, case_reference=None, access_id="A-3"),
        replace(ENTRY, on_behalf_of=None, path="/2.6/tech/access/A-4/link/status"),
        replace(ENTRY, on_behalf_of=None, status=404),
        replace(ENTRY, on_behalf_of=None, at=ENTRY.at - timedelta(days=40)),
        replace(ENTRY, on_behalf_of=None, case_reference=None, user="other"),
        lost=2,
    )

    whole = json.loads(techinfo("audit", "report", "--json").stdout)
    table = techinfo("audit", "report", "--user", "noc", "--lacking", "case").stdout

    assert {(e["user"], e["access_id"]): e["lacking"] for e in whole["without"]} == {
        ("other", "A-1"): ["person", "case"],
        ("noc", "A-3"): ["case"],
        ("noc", "A-2"): ["person"],
    }
    assert whole["without_by_user"] == [
        {"user": "noc", "lacking": "case", "look_ups": 1},
        {"user": "noc", "lacking": "person", "look_ups": 1},
        {"user": "other", "lacking": "case", "look_ups": 1},
        {"user": "other", "lacking": "person", "look_ups": 1},
    ]
    assert [e["method"] for e in whole["missing"]] == [LOST]
    assert "A-3" in table
    assert "A-2" not in table
    assert "other" not in table


def test_the_report_names_persons_who_looked_at_many_accesses(
    techinfo: Run, tmp_path: Path
) -> None:
    """Accesses count once; the same name at another provider is somebody else."""
    asa = replace(ENTRY, on_behalf_of="Åsa [b]")
    logged(
        tmp_path,
        *(replace(asa, access_id=f"A-{n % 4}") for n in range(12)),
        *(replace(asa, provider="tv", access_id=f"A-{n}") for n in range(3)),
        *(replace(ENTRY, on_behalf_of="Bo", access_id=f"A-{n}") for n in range(2)),
    )

    told = json.loads(techinfo("audit", "report", "--json", "--more-than", "2").stdout)["persons"]
    table = techinfo("audit", "report", "--more-than", "3").stdout

    assert told == [
        {"provider": "isp", "on_behalf_of": "Åsa [b]", "accesses": 4, "requests": 12},
        {"provider": "tv", "on_behalf_of": "Åsa [b]", "accesses": 3, "requests": 3},
    ]
    last = table.splitlines()[-1].split()
    assert last == ["isp", "'Åsa", "[b]'", "4", "12"]


@pytest.mark.long
def test_a_service_that_died_leaves_a_gap_and_one_that_ended_none(tmp_path: Path) -> None:
    """Marked once, when the next begins; new settings in a running service are no end."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TECHINFO_")}
    for how in ("ends", "dies", "ends"):
        subprocess.run(
            [sys.executable, "-c", _SERVE, how], cwd=tmp_path, env=environment, check=False
        )

    with AuditFile.open(tmp_path / "audit.sqlite") as file:
        methods = [entry.method for entry in reversed(list(file.entries()))]
        left = file.gaps("another process")
    run = [START, START, STOP]
    assert methods == [*run, STOP, *run, GAP, *run, STOP]
    assert left == []


def test_notes_cases_and_refused_log_ins_are_shown(techinfo: Run, tmp_path: Path) -> None:
    """In lines for people."""
    refused = replace(ENTRY, user="#0123456789abcdef", role="", provider=None, status=401)
    logged(tmp_path, ENTRY, refused, replace(note(GAP, "since X"), at=ENTRY.at))

    lines = techinfo("audit", "show").stdout.splitlines()

    assert lines[0].endswith("the service had died: entries may be missing since X")
    assert "refused #0123456789abcdef 192.0.2.9 GET" in lines[1]
    assert lines[1].endswith(" 401")
    assert "for 'Åsa' case 'CASE#1' GET" in lines[2]
