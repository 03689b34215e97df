"""``techinfo backup`` and ``restore`` as an operator calls them."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.conftest import Run


@pytest.mark.long
def test_a_house_is_saved_checked_and_brought_back(techinfo: Run, tmp_path: Path) -> None:
    """Each command says what it did, and a broken back-up is an error."""
    (tmp_path / "network.yaml").write_text("elements: [{name: sw-1, address: 192.0.2.1}]\n")
    techinfo("inventory", "import", "network.yaml")

    saved = techinfo("backup", "saved")
    again = techinfo("backup", "saved")
    checked = techinfo("restore", "--check", "saved")
    restored = techinfo("restore", "saved", "--yes")
    (tmp_path / "saved" / "inventory.sqlite").write_bytes(b"")
    broken = techinfo("restore", "saved", "--yes")

    assert (saved.returncode, "inventory.sqlite" in saved.stdout) == (0, True), saved.stderr
    assert (again.returncode, "is there already" in again.stderr) == (1, True)
    assert (checked.returncode, "whole" in checked.stdout) == (0, True)
    assert (restored.returncode, "before-" in restored.stdout) == (0, True), restored.stderr
    assert (broken.returncode, "not as long" in broken.stderr) == (1, True)
