"""How each fact of a driver is read, and what its cells become."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from techinfo.driver import Column, Driver, PortBy, PortKey, TransceiverTable, celsius, integer
from techinfo.driver.standard import BRIDGE_MACS, IF_LINK, Q_BRIDGE_MACS
from techinfo.facts.build import Read, build, plan_facts, tables_of
from techinfo.facts.joins import Joins, JoinTable
from techinfo.model import Fact, Port, State
from techinfo.wire import Cell, Index

NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
DRIVER = Driver(name="x", vendor="")
UP = "1.3.6.1.2.1.2.2.1.8"
JOINS = Joins(ports={1: Port(if_index=1, name="ge1"), 2: Port(if_index=2, name="ge2")})


def test_every_fact_of_a_port_has_its_plan() -> None:
    """Also those that the platform has no tables for; the element itself is in no table."""
    plans = plan_facts(DRIVER)

    assert set(plans) == set(Fact) - {Fact.DEVICE}
    for fact, plan in plans.items():
        assert tuple(table.table for table in plan.tables) == tables_of(DRIVER, fact)
    assert not plans[Fact.LEASES].tables


@pytest.mark.parametrize(
    ("fact", "more", "single", "under"),
    [
        (Fact.LINK, {}, True, True),
        (Fact.MACS, {}, False, False),
        (Fact.LEASES, {}, True, True),
        (
            Fact.TRANSCEIVER,
            {
                "transceivers": (
                    TransceiverTable(
                        mib="",
                        port=PortKey(PortBy.IF_INDEX, Column("1.9", integer)),
                        temperature=Column("1.1", celsius()),
                    ),
                )
            },
            False,
            False,
        ),
    ],
)
def test_what_a_question_about_one_port_can_name(
    fact: Fact, more: dict[str, Any], single: bool, under: bool
) -> None:
    """All of its tables must be so."""
    plan = plan_facts(Driver(name="x", vendor="", **more))[fact]

    assert (plan.single, plan.under) == (single, under)


def test_what_must_be_joined_follows_from_the_tables() -> None:
    """Bridge ports and VLANs for MAC tables; of the rest what tells the port."""
    q_bridge = plan_facts(Driver(name="x", vendor="", macs=(Q_BRIDGE_MACS,)))[Fact.MACS]
    bridge = plan_facts(Driver(name="x", vendor="", macs=(BRIDGE_MACS,)))[Fact.MACS]

    assert q_bridge.joins - bridge.joins == {JoinTable.VLANS}
    assert JoinTable.BRIDGE in bridge.joins
    assert JoinTable.BRIDGE not in plan_facts(DRIVER)[Fact.COUNTERS].joins


def test_nothing_is_never_told_for_less_than_everything() -> None:
    """No cells of a whole table are an empty one; of a part of it they are none."""
    plan = plan_facts(Driver(name="x", vendor="", links=(IF_LINK,)))[Fact.LINK]

    parts: dict[str, dict[str, dict[Index, Cell]]]
    parts = {"": {}, "cut": {}, "cut there": {UP: {(1,): 1}}}

    told = {
        why: build(plan, Read(cells=cells, partial=why), JOINS, None, NOW)
        for why, cells in parts.items()
    }

    assert [built.part.state for built in told.values()] == [
        State.EMPTY,
        State.FAILED,
        State.PARTIAL,
    ]
    assert told["cut there"].ports[1].up is True
    assert set(told["cut there"].ports) == {1}
