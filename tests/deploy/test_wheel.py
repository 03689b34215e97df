"""What is installed by pip alone: the wheel has the package, its drivers and its data."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.long
def test_the_wheel_has_all_that_a_service_needs(tmp_path: Path) -> None:
    """Every module, the page's files, the sandbox; nothing of the tests."""
    pytest.importorskip("hatchling")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        names = set(packed.namelist())
        told = packed.read(next(n for n in names if n.endswith("METADATA"))).decode()

    there = {
        path.relative_to(root).as_posix()
        for root, folder in ((ROOT / "src", "techinfo"), (ROOT / "drivers", "techinfo_drivers"))
        for path in (root / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert there - names == set()
    assert any(name.startswith("techinfo/fixtures/sandbox/") for name in names)
    assert not any(name.startswith("tests/") for name in names)
    assert "Provides-Extra: demo" in told
    (walks,) = re.findall(r"Requires-Dist: snmpsim-data.*; extra == .demo.", told)
    assert walks
