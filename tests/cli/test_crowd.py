"""A crowd at a service that has just been started: how its questions end."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from tests.cli.crowd import Size, crowded, failed, throng


@pytest.mark.long
def test_a_crowd_is_served_and_dead_switches_are_told_as_silent(tmp_path: Path) -> None:
    """Three hundred callers, twenty switches, five of them dead: nobody hears of the collector."""
    size = Size()
    with crowded(tmp_path, size, "127.22") as served:
        tally = asyncio.run(throng(served, size))

        assert failed(tally) == ""
        assert tally.living.total() == 225
        assert tally.dead.total() == 75
        # Three hundred equal passwords were looked at once; nobody had to wait for another's turn.
        assert "429" not in " ".join(tally.living | tally.dead)
