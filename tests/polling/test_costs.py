"""What polling will cost an element, against what it costs a switch that answers."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from tests.access import made_up as m
from tests.access.played import Clock, Recordings

from techinfo.collect import Collector, PollingLimits, Target
from techinfo.polling.costs import cost, load
from techinfo.polling.due import Kind, Rhythm
from techinfo.polling.poller import FACTS


@pytest.mark.parametrize("ports", [4, 28, 52])
def test_a_poll_costs_what_the_estimate_says(ports: int) -> None:
    """Never more requests, and not far fewer."""
    devices, clock = Recordings(), Clock()
    rows = (m.port(n, f"ge{n}") for n in range(1, ports + 1))
    devices.rows["192.0.2.1"] = m.merged(m.system("elm"), *rows)
    limits = PollingLimits(min_interval_s=1.0)
    collector = Collector(m.registry(), devices.open, polling_limits=limits, now=clock)
    target = Target(element="sw", host="192.0.2.1")
    asyncio.run(collector.read(target, FACTS[Kind.LIGHT], 0, 60))
    clock.go_on(300)

    reading = asyncio.run(collector.read(target, FACTS[Kind.LIGHT], 0, 60))

    told = cost(m.SWITCH, FACTS[Kind.LIGHT], ports, 0)
    assert reading.cost.requests <= told.requests <= 1.5 * reading.cost.requests + 4


def test_the_load_is_spread_over_the_time_between_polls() -> None:
    """Half as often is half as much."""
    often = load(m.SWITCH, Rhythm(full=None), 28, 200)
    seldom = load(m.SWITCH, Rhythm(light=timedelta(minutes=10), full=None), 28, 200)
    both = load(m.SWITCH, Rhythm(), 28, 200)

    assert often.requests_s == 2 * seldom.requests_s == often.light.requests / 300
    assert often.full is None
    assert both.full is not None
    assert both.requests_s == pytest.approx(often.requests_s + both.full.requests / 3600)
