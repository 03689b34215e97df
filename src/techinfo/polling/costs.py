"""What polling will cost an element, before it is switched on: requests and octets a second.

An upper estimate from the driver's tables: every table is taken to be there, and as long as the
element has interfaces. An agent that lacks some ends their walk with one request.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from techinfo.driver.driver import Driver
from techinfo.facts.build import plan_facts
from techinfo.facts.joins import columns_of
from techinfo.model import Fact
from techinfo.polling.due import Kind, Rhythm
from techinfo.polling.poller import FACTS

_GREETING = 6
"""Requests before the tables: who it is, its clock, its names."""
_HEADS = 28 + 38
"""Octets of a packet without its varbinds: IPv4 and UDP, and SNMPv2c with a community of 8."""
_NAME, _VALUE = 20, 7
"""Octets of a varbind's name with its tags, and of its value; a counter of 64 bits has up to 11."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """Of one poll.

    Attributes:
        requests: That the element answers.
        octets: In both directions together, on the wire.
    """

    requests: int
    octets: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Load:
    """What an element bears, on average.

    Attributes:
        requests_s, octets_s: Every second.
        light, full, onts: One poll of each kind; ``None``: not polled.
    """

    requests_s: float
    octets_s: float
    light: Cost
    full: Cost | None
    onts: Cost | None


def cost(driver: Driver, facts: Iterable[Fact], interfaces: int, macs: int) -> Cost:
    """One poll of some facts.

    Args:
        driver: Of the element.
        facts: That are read.
        interfaces: Rows of each table of ports.
        macs: Rows of each table of MAC addresses, or of ONTs.
    """
    every = plan_facts(driver)
    plans = [every[fact] for fact in facts if fact is not Fact.DEVICE]
    joined = {oid for plan in plans for piece in plan.joins for oid in columns_of(piece, driver)}
    walks = [_walk(driver, len(joined), interfaces)]
    for plan in plans:
        columns = {oid for table in plan.tables for oid in table.columns}
        rows = macs if plan.fact in {Fact.MACS, Fact.ONTS} else interfaces
        walks.append(_walk(driver, len(columns), rows))
    requests = _GREETING + sum(requests for requests, _ in walks)
    varbinds = 10 * _GREETING + sum(varbinds for _, varbinds in walks)
    asked = requests * driver.limits.varbinds * _NAME
    return Cost(
        requests=requests, octets=2 * requests * _HEADS + asked + varbinds * (_NAME + _VALUE)
    )


def _walk(driver: Driver, columns: int, rows: int) -> tuple[int, int]:
    """Requests and varbinds of columns that are walked side by side."""
    limits = driver.limits
    each = limits.max_repetitions if limits.bulk else 1
    abreast = math.ceil(columns / limits.varbinds)
    return abreast * math.ceil((rows + 1) / each), columns * (rows + each)


def load(driver: Driver, rhythm: Rhythm, interfaces: int, macs: int) -> Load:
    """What an element bears when it is polled.

    Args:
        driver: Its own, or one that is taken for it.
        rhythm: How often.
        interfaces: That it has.
        macs: Addresses in its MAC table, or ONTs.
    """
    told: dict[Kind, Cost] = {}
    requests_s = octets_s = 0.0
    for kind in Kind:
        every = rhythm.every(kind)
        if every is not None:
            told[kind] = one = cost(driver, FACTS[kind], interfaces, macs)
            requests_s += one.requests / every.total_seconds()
            octets_s += one.octets / every.total_seconds()
    return Load(
        requests_s=requests_s,
        octets_s=octets_s,
        light=told[Kind.LIGHT],
        full=told.get(Kind.FULL),
        onts=told.get(Kind.ONTS),
    )
