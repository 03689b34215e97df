"""Configured rates, and numbers that are shown as text."""

from __future__ import annotations

import pytest

from techinfo.driver import kilobits, number_text
from techinfo.wire import Cell


@pytest.mark.parametrize(("cell", "rate"), [(100, 100_000), (0, None), (-1, None), (b"100", None)])
def test_a_rate_is_scaled_and_zero_is_no_limit(cell: Cell, rate: int | None) -> None:
    """Mbit/s to kbit/s; what is no positive number is no rate."""
    found = kilobits(1000)(cell)

    assert found == rate


def test_a_queue_number_is_text() -> None:
    """ON-API wants the queue as a string; queue 0 is one."""
    assert number_text(0) == "0"
    assert number_text(b"0") is None
