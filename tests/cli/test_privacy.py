"""``techinfo privacy`` as an operator calls it."""

from __future__ import annotations

import getpass
import json
import os
import pty
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.cli.conftest import Run

from techinfo.store.audit import AuditEntry, AuditFile


@pytest.mark.long
def test_what_is_known_is_shown_and_erased(techinfo: Run, tmp_path: Path) -> None:
    """An export is JSON, an erasure says what it did, and a slip in an address is told."""
    (tmp_path / "network.yaml").write_text(
        "elements: [{name: sw-1, address: 192.0.2.1}]\n"
        "accesses: [{access_id: A-1, element: sw-1, port: ge1, city: Elm}]\n"
    )
    techinfo("inventory", "import", "network.yaml")

    shown = techinfo("privacy", "export", "--access", "A-1")
    tried = techinfo("privacy", "erase", "--access", "A-1", "--dry-run")
    done = techinfo("privacy", "erase", "--access", "A-1", "--yes")
    slip = techinfo("privacy", "erase", "--mac", "02:00")
    neither = techinfo("privacy", "export")

    told = json.loads(shown.stdout)
    assert told["access"] == "A-1"
    assert told["found"]["inventory"][0]["city"] == "Elm"
    assert "inventory: 1 rows stay: the operator's own records" in tried.stdout
    assert (done.returncode, "no service runs here" in done.stdout) == (0, True), done.stderr
    assert (slip.returncode, "is not a MAC address" in slip.stderr) == (2, True)
    assert (neither.returncode, "exactly one" in neither.stderr) == (2, True)


@pytest.mark.long
def test_what_cannot_be_undone_wants_a_yes(techinfo: Run, tmp_path: Path) -> None:
    """On a terminal it is asked for; elsewhere it must be there already, or nothing is done."""
    with AuditFile.open(tmp_path / "audit.sqlite") as file:
        file.write(
            [
                AuditEntry(
                    at=datetime.now(UTC),
                    user="ann",
                    role="operator",
                    method="GET",
                    path="/x",
                    access_id="A-1",
                )
            ]
        )
    techinfo("backup", "saved")
    before = (tmp_path / "audit.sqlite").read_bytes()
    erase, restore = ("privacy", "erase", "--access", "A-1"), ("restore", "saved")

    for command in (erase, restore):
        refused = techinfo(*command)
        assert (refused.returncode, "--yes" in refused.stderr) == (2, True), refused.stderr
        status, said = _on_a_terminal(tmp_path, command, "n")
        assert (status, "[y/N]" in said) == (1, True), said
    assert (tmp_path / "audit.sqlite").read_bytes() == before
    assert sorted(p.name for p in tmp_path.glob("*.sqlite*")) == ["audit.sqlite"]

    assert _on_a_terminal(tmp_path, erase, "y")[0] == 0
    told = json.loads(techinfo("privacy", "export", "--access", "A-1").stdout)
    assert told["found"] == {}
    assert [erased["by"] for erased in told["erased"]] == [getpass.getuser()]
    assert techinfo("restore", "saved", "--yes").returncode == 0
    assert json.loads(techinfo("privacy", "export", "--access", "A-1").stdout)["found"] == {}


def _on_a_terminal(folder: Path, command: tuple[str, ...], answer: str) -> tuple[int, str]:
    """A command whose standard input is a terminal at which somebody types."""
    ours, theirs = pty.openpty()
    try:
        os.write(ours, f"{answer}\n".encode())
        environment = {k: v for k, v in os.environ.items() if not k.startswith("TECHINFO_")}
        done = subprocess.run(
            [sys.executable, "-m", "techinfo.cli", *command],
            cwd=folder,
            env={**environment, "TECHINFO_ADMIN__PORT": "0", "NO_COLOR": "1"},
            stdin=theirs,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
    finally:
        os.close(ours)
        os.close(theirs)
    return done.returncode, done.stderr
