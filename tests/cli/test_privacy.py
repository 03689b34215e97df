"""``techinfo privacy`` as an operator calls it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Run


def test_what_is_known_is_shown_and_erased(techinfo: Run, tmp_path: Path) -> None:
    """An export is JSON, an erasure says what it did, and a slip in an address is told."""
    (tmp_path / "network.yaml").write_text(
        "elements: [{name: sw-1, address: 192.0.2.1}]\n"
        "accesses: [{access_id: A-1, element: sw-1, port: ge1, city: Elm}]\n"
    )
    techinfo("inventory", "import", "network.yaml")
    off = {"TECHINFO_ADMIN__PORT": "0"}

    shown = techinfo("privacy", "export", "--access", "A-1")
    tried = techinfo("privacy", "erase", "--access", "A-1", "--dry-run", **off)
    done = techinfo("privacy", "erase", "--access", "A-1", "--yes", **off)
    slip = techinfo("privacy", "erase", "--mac", "02:00")
    neither = techinfo("privacy", "export")

    told = json.loads(shown.stdout)
    assert told["access"] == "A-1"
    assert told["found"]["inventory"][0]["city"] == "Elm"
    assert "inventory: 1 rows stay: the operator's own records" in tried.stdout
    assert (done.returncode, "restart it" in done.stdout) == (0, True), done.stderr
    assert (slip.returncode, "is not a MAC address" in slip.stderr) == (2, True)
    assert (neither.returncode, "exactly one" in neither.stderr) == (2, True)
