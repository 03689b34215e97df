"""The captures and the fictitious network in ``../shared/dhcp``, where they are there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

_ROOT = Path(__file__).resolve().parents[1]


def folder() -> Path:
    """The folder, beside the repository or beside the folder of its worktrees; else a skip."""
    for beside in _ROOT.parents[:2]:
        if (found := beside / "shared" / "dhcp").is_dir():
            return found
    pytest.skip("../shared/dhcp is not there: its vectors and captures are not tested")


def told(name: str) -> Any:
    """One of its JSON files."""
    return json.loads((folder() / name).read_text(encoding="utf-8"))
