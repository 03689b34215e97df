"""``techinfo inventory columns`` and ``example``."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Run


def test_columns_are_listed(techinfo: Run) -> None:
    """For people, and for machines."""
    shown = techinfo("inventory", "columns", "accesses")
    document = json.loads(techinfo("inventory", "columns", "--json").stdout)

    assert "access_id" in shown.stdout
    assert "vlan" not in document["elements"][0]["name"]
    assert document["accesses"][0]["required"] is True
    assert set(document) == {
        "elements",
        "accesses",
        "cpes",
        "services",
        "subscriptions",
        "offers",
    }


def test_an_example_is_written_and_imported(techinfo: Run, tmp_path: Path) -> None:
    """A folder of CSV files; a second time it refuses to write over them."""
    written = techinfo("inventory", "example", "--csv", "--folder", "site")
    again = techinfo("inventory", "example", "--csv", "--folder", "site")
    files = sorted(f"site/{path.name}" for path in (tmp_path / "site").iterdir())
    imported = techinfo("inventory", "import", *files)

    assert (written.returncode, again.returncode) == (0, 2)
    assert "already" in again.stderr
    assert imported.returncode == 0, imported.stderr


def test_what_cannot_be_is_an_error(techinfo: Run) -> None:
    """A kind that there is not; both forms, or none."""
    kind = techinfo("inventory", "example", "--csv", "switches")
    neither = techinfo("inventory", "example")

    assert (kind.returncode, neither.returncode) == (2, 2)
    assert "elements" in kind.stderr
