"""kill -9 under load of ticket writes; ``make soak`` kills a thousand times."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

KILLS = 25
_ROOT = Path(__file__).parents[2]


@pytest.mark.long
def test_every_acknowledged_ticket_outlives_kill_9_and_none_is_there_twice() -> None:
    """In a process of its own: it forks."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.tickets.soak", "--kills", str(KILLS), "--seed", "6"],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert done.returncode == 0, done.stderr[-4000:]
    assert f"{KILLS} kills" in done.stdout
    assert "every one is there, none twice" in done.stdout
