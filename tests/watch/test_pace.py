"""How often light is read: as its sensor renews, told or learnt from its values."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

import pytest
from tests.access.made_up import NOW

from techinfo.model import Transceiver
from techinfo.units import Celsius, Dbm, Volt
from techinfo.watch.pace import LightPace


def optic(number: int, every: int | None = None) -> Transceiver:
    """A module that was read for the n-th time."""
    return Transceiver(
        rx_power=Dbm(-10.0 - number / 100),
        temperature=Celsius(30.0 + number / 10),
        voltage=Volt(3.3),
        update_interval=every,
    )


def looked(pace: LightPace, seconds: int, module: Callable[[int], Transceiver]) -> list[int]:
    """The seconds at which light is read, where the rest is read every five."""
    read = []
    for second in range(0, seconds, 5):
        at = NOW + timedelta(seconds=second)
        if pace.due(at):
            read.append(second)
            pace.read(module(second), at)
    return read


@pytest.mark.parametrize(("told", "apart"), [(1, 5), (5, 5), (30, 30), (60, 60), (600, 60)])
def test_it_is_read_as_often_as_the_agent_says_that_it_renews(told: int, apart: int) -> None:
    """No oftener than the rest, and once a minute at least: its phase is not known."""
    pace = LightPace(every_s=5.0)

    read = looked(pace, 300, lambda second: optic(second // told, told))

    assert read == list(range(0, 300, apart))
    assert pace.sensor_s == told


def test_a_sensor_that_renews_each_half_minute_is_found_out() -> None:
    """By its values: the same again and again, then others; about so old they are."""
    pace = LightPace(every_s=5.0)

    read = looked(pace, 900, lambda second: optic(second // 30))

    assert len(read) < 60
    assert all(later - earlier <= 35 for earlier, later in pairwise(read))
    assert pace.sensor_s is not None
    assert 25 <= pace.sensor_s <= 35


def test_one_that_renews_whenever_it_is_read_is_read_each_time() -> None:
    """And nothing is said of its age."""
    pace = LightPace(every_s=5.0)

    assert looked(pace, 300, optic) == list(range(0, 300, 5))
    assert pace.sensor_s is None


def test_a_level_alone_that_stands_still_teaches_nothing() -> None:
    """Light may well be steady."""
    pace = LightPace(every_s=5.0)

    assert len(looked(pace, 300, lambda _: Transceiver(rx_power=Dbm(-10.0)))) == 60


def test_all_values_that_stand_still_are_read_once_a_minute_until_something_happens() -> None:
    """A link that changes is followed by light at once."""
    pace = LightPace(every_s=5.0)
    read = looked(pace, 600, lambda _: optic(1))
    assert read[-1] - read[-2] == 60
    assert len(read) < 30

    pace.hurry()

    assert pace.due(NOW + timedelta(seconds=read[-1] + 1))
