"""Rows that name their ports in a list: one without any port is no sign of a broken mapping."""

from __future__ import annotations

from tests.collect.playing import VENDOR, driver, read_both, switch

from techinfo.driver import (
    Column,
    GroupTable,
    PortBy,
    PortKey,
    index_at,
    index_octets,
    ipv4,
    octets,
    vlan,
)
from techinfo.model import Fact, Group, State
from techinfo.wire import Cell


def _groups(column: int) -> GroupTable:
    return GroupTable(
        mib="made up",
        port=PortKey(PortBy.IF_INDEX_BITMAP, Column(f"{VENDOR}.{column}", octets)),
        vlan=index_at(0, vlan),
        address=index_octets(1, 4, ipv4),
    )


def test_a_list_without_ports_names_nobody() -> None:
    """D-Link has a list for each filter mode; one of a group's two is empty in every row."""
    cells: dict[str, Cell] = {}
    for last in range(1, 9):
        cells[f"{VENDOR}.3.100.239.1.1.{last}"] = bytes(8)
        cells[f"{VENDOR}.4.100.239.1.1.{last}"] = b"\x80" + bytes(7)

    reading = read_both(switch() | cells, driver(groups=(_groups(3), _groups(4))))

    assert reading.parts[Fact.GROUPS].state is State.OK
    assert len(reading.ports[1].groups) == 8
    assert reading.ports[1].groups[0] == Group(address="239.1.1.1", vlan=100)


def test_lists_of_ports_that_are_not_there_are_not_empty() -> None:
    """Field note F1: bits without a port say that the numbering is another one."""
    cells: dict[str, Cell] = {f"{VENDOR}.3.100.239.1.1.{last}": b"\x00\x01" for last in range(1, 9)}

    reading = read_both(switch() | cells, driver(groups=(_groups(3),)))

    assert reading.parts[Fact.GROUPS].state is State.PARTIAL
    assert reading.ports[1].groups == ()
