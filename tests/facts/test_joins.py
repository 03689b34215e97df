"""How numbers of one table become numbers of another: field notes F2 to F8, F16, F17."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from tests.collect.playing import (
    BASE_PORT,
    FDB,
    FDB_ID,
    IF,
    IF_STACK,
    IFX,
    PVID,
    Q_FDB,
    VENDOR,
    driver,
    port,
    read_both,
    switch,
)

from techinfo.collect.target import Reading
from techinfo.driver import (
    Column,
    MacTable,
    PortBy,
    PortKey,
    index_at,
    index_octets,
    integer,
    mac,
    vlan,
)
from techinfo.facts.joins import (
    Joins,
    add_bridge,
    add_interfaces,
    add_pvids,
    add_stack,
    add_vlans,
)
from techinfo.model import Fact, MacEntry, Port, State
from techinfo.wire import Cell, Cells, Index

MAC = "2.0.0.0.0.1"
ENTRY = MacEntry(mac="02:00:00:00:00:01")


def tagged(tag: int | None) -> tuple[MacEntry, ...]:
    """The made-up address in a VLAN."""
    return (MacEntry(mac=ENTRY.mac, vlan=tag),)


def columns(cells: Mapping[str, Cell], *tops: str) -> Cells:
    """Cells as a walk of these columns gives them."""
    out: dict[str, dict[Index, Cell]] = {top: {} for top in tops}
    for oid, cell in cells.items():
        for top in tops:
            if oid.startswith(f"{top}."):
                index = tuple(int(n) for n in oid.removeprefix(f"{top}.").split("."))
                out[top][index] = cell
    return out


def rows(number: int, reading: Reading) -> tuple[MacEntry, ...]:
    """MAC addresses of a port."""
    return reading.ports[number].macs


def test_a_bridge_port_is_looked_up() -> None:
    """Bridge port 7 is ifIndex 1, though there is an ifIndex 7 as well."""
    cells = switch((1, 7)) | {f"{BASE_PORT}.7": 1, f"{FDB}.2.{MAC}": 7, f"{FDB}.3.{MAC}": 3}

    reading = read_both(cells)

    assert rows(1, reading) == (ENTRY,)
    assert rows(7, reading) == ()


def test_a_table_of_bridge_ports_that_is_text_is_a_table() -> None:
    """Else a bridge port would be taken for the ifIndex of the same number (F2)."""
    cells = switch((1, 7)) | {f"{BASE_PORT}.7": b"1", f"{FDB}.2.{MAC}": 7, f"{FDB}.3.{MAC}": 3}

    reading = read_both(cells)

    assert rows(1, reading) == (ENTRY,)
    assert rows(7, reading) == ()


def test_f2_without_a_table_a_bridge_port_is_an_if_index() -> None:
    """If that is a port."""
    cells = switch() | {f"{FDB}.2.{MAC}": 1, f"{FDB}.3.{MAC}": 3}

    assert rows(1, read_both(cells)) == (ENTRY,)


def test_f2_a_loopback_is_no_bridge_port() -> None:
    """Its number meets a bridge port by chance."""
    cells = switch() | {f"{IF}.3.1": 24, f"{FDB}.2.{MAC}": 1, f"{FDB}.3.{MAC}": 3}

    assert rows(1, read_both(cells)) == ()


def test_f4_a_map_to_an_interface_that_is_not_there_is_no_port() -> None:
    """Juniper EX: the row is dropped, and not laid under the port of the same number."""
    cells = switch() | {f"{BASE_PORT}.1": 513, f"{FDB}.2.{MAC}": 1, f"{FDB}.3.{MAC}": 3}

    reading = read_both(cells)

    assert rows(1, reading) == ()


def test_f4_a_table_of_zeros_is_a_table() -> None:
    """A bridge port without an interface is no ifIndex."""
    joins = Joins(ports={1: Port(if_index=1)})

    add_bridge(joins, columns({f"{BASE_PORT}.1": 0}, BASE_PORT))

    assert joins.if_index_of_bridge(1) is None


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({f"{FDB_ID}.0.100": 5}, 100),  # F6: FdbId 5 is VLAN 100
        ({f"{FDB_ID}.100": 5}, 100),  # F8: no TimeMark
        ({f"{FDB_ID}.0.100": 5, f"{FDB_ID}.77.100": 5}, 100),  # one VLAN under two TimeMarks
        ({f"{FDB_ID}.0.100": 5, f"{FDB_ID}.0.200": 5}, None),  # shared learning
        ({f"{FDB_ID}.0.100": 6}, None),
        ({f"{FDB_ID}.0.4155": 5}, None),  # F16
        ({f"{FDB_ID}.0.0": 5}, None),
        ({}, None),  # unknown stays unknown: the FdbId is no tag
    ],
)
def test_f6_a_filtering_database_is_no_vlan(told: dict[str, Cell], expected: int | None) -> None:
    """Dot1qVlanFdbId tells which it is, or nothing does."""
    cells = switch() | told | {f"{Q_FDB}.2.5.{MAC}": 1, f"{Q_FDB}.3.5.{MAC}": 3}

    assert rows(1, read_both(cells)) == tagged(expected)


def test_a_platform_may_say_that_the_database_is_the_vlan() -> None:
    """For agents without dot1qVlanFdbId whose numbers are known to be tags."""
    table = MacTable(
        mib="made up",
        port=PortKey(PortBy.BRIDGE_PORT, Column(f"{Q_FDB}.2", integer)),
        vlan=index_at(0, vlan),
        mac=index_octets(-6, 6, mac),
    )

    reading = read_both(switch() | {f"{Q_FDB}.2.100.{MAC}": 1}, driver(macs=(table,)))

    assert rows(1, reading) == tagged(100)


@pytest.mark.parametrize(
    ("index", "expected"),
    [
        (f"5.6.{MAC}", 100),  # F7: a leading length
        (f"5.0.{MAC}", 100),  # F7: an extra byte
        (MAC, None),  # F8: nothing but the address; 2 is no FdbId
    ],
)
def test_f7_the_address_is_the_last_six(index: str, expected: int | None) -> None:
    """Zyxel GS1900, Grandstream, Dell OS10."""
    told = {f"{FDB_ID}.0.100": 5, f"{FDB_ID}.0.300": 2}
    cells = switch() | told | {f"{Q_FDB}.2.{index}": 1, f"{Q_FDB}.3.{index}": 3}

    assert rows(1, read_both(cells)) == tagged(expected)


def test_f16_bridge_port_zero_is_the_switch_itself() -> None:
    """Its own addresses are nobody's, and no sign of a broken mapping."""
    cells = switch() | {f"{FDB}.2.2.0.0.0.0.{n}": 0 for n in range(9)}

    reading = read_both(cells)

    assert reading.parts[Fact.MACS].state is State.EMPTY


def sub_interface(name: str, number: int = 100, below: int = 1) -> dict[str, Cell]:
    """An interface that stands on a port."""
    return port(number, name) | {f"{IF_STACK}.{number}.{below}": 1, f"{IF_STACK}.{number}.0": 1}


def test_f17_a_sub_interface_is_rolled_up_to_its_port() -> None:
    """IBOS: gi3/vid1279; the VLAN stands in the name."""
    cells = switch() | sub_interface("ge1/vid1279")
    cells |= {f"{FDB}.2.{MAC}": 100, f"{FDB}.3.{MAC}": 3}

    reading = read_both(cells)

    assert rows(1, reading) == tagged(1279)
    assert 100 not in reading.ports


def test_a_unit_behind_a_dot_is_no_tag() -> None:
    """Juniper ge-0/0/1.100 may well be VLAN 200."""
    cells = switch() | sub_interface("ge1.100") | {f"{FDB}.2.{MAC}": 100, f"{FDB}.3.{MAC}": 3}

    assert rows(1, read_both(cells)) == tagged(None)


@pytest.mark.parametrize(
    "more",
    [
        {f"{IFX}.1.100": b"Vlan100", f"{IF}.2.100": b"Vlan100"},  # of another kind
        {f"{IF_STACK}.100.2": 1},  # an aggregate stands on two
    ],
)
def test_what_stands_on_a_port_is_not_always_a_part_of_it(more: dict[str, Cell]) -> None:
    """VLAN interfaces and aggregates keep their own rows."""
    cells = switch() | sub_interface("ge1/vid7") | more

    assert 100 in read_both(cells).ports


def test_interfaces_that_stand_on_each_other_are_no_endless_stairs() -> None:
    """An agent may say anything."""
    joins = Joins(ports={n: Port(if_index=n, name=f"x/vid{n}") for n in (1, 2)})

    add_stack(joins, columns({f"{IF_STACK}.1.2": 1, f"{IF_STACK}.2.1": 1}, IF_STACK))

    assert joins.rolled_up(1) in {1, 2}


@pytest.mark.parametrize(
    ("pvids", "expected"),
    [({7: 30}, 30), ({1: 20}, None), ({7: 30, 8: 40}, None), ({7: 0}, None), ({7: 30, 8: 30}, 30)],
)
def test_a_pvid_is_of_a_bridge_port(pvids: dict[int, int], expected: int | None) -> None:
    """Dot1qPvid has no ifIndex; two bridge ports of one interface must agree."""
    joins = Joins(ports={1: Port(if_index=1)})
    add_bridge(joins, columns({f"{BASE_PORT}.7": 1, f"{BASE_PORT}.8": 1}, BASE_PORT))

    add_pvids(joins, columns({f"{PVID}.{n}": tag for n, tag in pvids.items()}, PVID))

    assert joins.pvid(1) == expected


def test_the_pvid_is_the_vlan_where_the_driver_says_so() -> None:
    """And the table has none of its own."""
    table = MacTable(
        mib="made up",
        port=PortKey(PortBy.IF_INDEX, Column(f"{VENDOR}.2", integer)),
        mac=index_octets(-6, 6, mac),
        pvid=True,
    )
    cells = switch() | {f"{BASE_PORT}.7": 1, f"{PVID}.7": 30, f"{PVID}.1": 20}

    reading = read_both(cells | {f"{VENDOR}.2.{MAC}": 1}, driver(macs=(table,)))

    assert rows(1, reading) == tagged(30)


@pytest.mark.parametrize(
    ("names", "expected"), [((b"ge1", b"ge2"), 1), ((b"ge1", b"GE1"), None), ((b"", b"ge1"), 2)]
)
def test_a_word_that_two_ports_share_names_neither(
    names: tuple[bytes, bytes], expected: int | None
) -> None:
    """Case does not tell ports apart."""
    joins = Joins()
    cells = {f"{IFX}.1.{n}": name for n, name in enumerate(names, 1)}

    add_interfaces(joins, columns(cells | {f"{IF}.3.1": 6, f"{IF}.3.2": 6}, f"{IFX}.1", f"{IF}.3"))

    assert joins.named(" ge1") == expected


def test_rows_of_a_wrong_kind_are_skipped() -> None:
    """F8: never index blindly."""
    joins = Joins()
    every: Cells = {
        column: {(): 1, (1, 2, 3): 5, (4,): b"x", (0,): 6, (9,): (1, 3)}
        for column in (f"{IF}.3", f"{IFX}.1", IF_STACK, BASE_PORT, FDB_ID, PVID)
    }

    for add in (add_interfaces, add_stack, add_bridge, add_vlans, add_pvids):
        add(joins, every)

    assert 0 not in joins.ports
    assert not joins.parents
