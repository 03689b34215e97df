"""Cells into rows, and rows to their ports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from techinfo.driver import (
    BRIDGE_PORT,
    ByScalar,
    Column,
    CounterTable,
    MacTable,
    PortBy,
    PortKey,
    Quantity,
    QuantityTable,
    Row,
    SensorTable,
    Table,
    TransceiverTable,
    Valid,
    celsius,
    counter,
    dbm,
    index_at,
    index_octets,
    integer,
    is_one_of,
    mac,
    octets,
)
from techinfo.facts.joins import Joins, bits
from techinfo.facts.plan import columns, plan_table, scalars
from techinfo.facts.rows import (
    Merged,
    Places,
    by_name,
    indexes_of,
    lay,
    numbers_of,
    only_port,
    rows,
)
from techinfo.model import Port
from techinfo.wire import Cells, Index

JOINS = Joins(
    ports={n: Port(if_index=n, name=f"ge{n}", descr=f"port {n}") for n in (1, 2, 9)},
    bridge={70: 1, 71: 2},
    entities={1: (50, 51)},
    entity_port={50: 1, 51: 1},
    sensors={1: (52,)},
    sensor_port={52: 1},
)


def optics(key: PortKey, **more: Any) -> TransceiverTable:
    """A table of temperatures."""
    return TransceiverTable(mib="", port=key, temperature=Column("1.1", celsius()), **more)


LANED = optics(PortKey(), lane=index_at(1, integer))
LISTED = optics(PortKey(trailing=((1,), (2,))), lane=index_at(1, integer))
MACS = MacTable(mib="", port=PortKey(), mac=index_octets(-6, 6, mac))
SENSORS = SensorTable(mib="", kind="1", scale="2", precision="3", value="4", status="5")


@pytest.mark.parametrize(
    ("table", "named", "under"),
    [
        (optics(PortKey()), True, True),
        (optics(PortKey(), rx_power=index_at(0, dbm())), True, True),
        (LANED, False, True),
        (LISTED, True, True),
        (optics(PortKey(position=1)), False, False),
        (optics(PortKey(leading=(7,))), True, True),
        (optics(PortKey(leading=(7,)), lane=index_at(2, integer)), False, True),
        (optics(PortKey(PortBy.IF_INDEX, Column("1.9", integer))), False, False),
        (optics(PortKey(PortBy.FIXED_PORT, name="ge1")), True, False),
        (MACS, False, True),
        (
            MacTable(
                mib="", port=PortKey(PortBy.FIXED_PORT, name="x"), mac=index_octets(-6, 6, mac)
            ),
            False,
            False,
        ),
        (SENSORS, True, True),
        (
            QuantityTable(
                mib="",
                value="1.2",
                kind=index_at(1, integer),
                kinds={1: Quantity("bias", celsius())},
            ),
            False,
            True,
        ),
    ],
)
def test_what_a_question_about_one_port_can_name(table: Table, named: bool, under: bool) -> None:
    """GET for what the port names, a walk below it for what follows, a whole one for the rest."""
    plan = plan_table(table)

    assert plan.named is named
    assert plan.under is under


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (optics(PortKey()), ((1,),)),
        (LISTED, ((1, 1), (1, 2))),
        (optics(BRIDGE_PORT), ((70,),)),
        (optics(PortKey(PortBy.ENTITY)), ((50,), (51,))),
        (SENSORS, ((52,),)),
        (optics(PortKey(leading=(7,))), ((7, 1),)),
        (optics(PortKey(leading=(7,), trailing=((1,), (2,)))), ((7, 1, 1), (7, 1, 2))),
        (optics(PortKey(offset=-100)), ((101,),)),
        (optics(PortKey(offset=5)), ()),
        (optics(PortKey(name="ge9")), ()),
        (optics(PortKey(PortBy.FIXED_PORT, name="ge1")), ((0,),)),
        (optics(PortKey(PortBy.FIXED_PORT, name="port 1", trailing=((7,),))), ((7,),)),
        (optics(PortKey(PortBy.FIXED_PORT, name="ge2")), ()),
        (LANED, None),
        (optics(PortKey(position=1)), None),
    ],
)
def test_the_rows_of_one_port(table: Table, expected: tuple[Index, ...] | None) -> None:
    """Its number in the table's own counting, and what may follow."""
    assert indexes_of(plan_table(table), 1, JOINS) == expected


@pytest.mark.parametrize(
    ("key", "index", "cell", "expected"),
    [
        (PortKey(), (1,), 0, (1,)),
        (PortKey(), (1, 3), 0, ()),
        (PortKey(position=1), (5, 2), 0, (2,)),
        (PortKey(leading=(5,)), (5, 2), 0, (2,)),
        (PortKey(leading=(5,)), (6, 2), 0, ()),
        (PortKey(leading=(5,)), (5, 2, 2), 0, ()),
        (PortKey(leading=(5,)), (5,), 0, ()),
        (PortKey(position=-1), (5, 5, 2), 0, (2,)),
        (PortKey(position=3), (5, 2), 0, ()),
        (PortKey(position=-3), (5, 2), 0, ()),
        (PortKey(source=Column("1.9", integer)), (5,), 2, (2,)),
        (PortKey(source=Column("1.9", integer)), (5,), b"2", (2,)),
        (PortKey(source=Column("1.9", integer)), (5,), b"two", ()),
        (PortKey(source=Column("1.9", integer)), (5,), 99, ()),
        (PortKey(source=Column("1.9", integer)), (5,), -1, ()),
        (PortKey(source=Column("1.9", integer), offset=1), (5,), 1, (2,)),
        (PortKey(source=index_at(1, integer)), (5, 9), 0, (9,)),
        (PortKey(PortBy.BRIDGE_PORT, Column("1.9", integer)), (5,), 71, (2,)),
        (PortKey(PortBy.BRIDGE_PORT, Column("1.9", integer)), (5,), 1, ()),
        (PortKey(PortBy.ENTITY), (51,), 0, (1,)),
        (PortKey(PortBy.ENTITY), (52,), 0, ()),
        (PortKey(PortBy.IF_INDEX_BITMAP, Column("1.9", octets)), (5,), b"\xc0\x80", (1, 2, 9)),
        (PortKey(PortBy.IF_INDEX_BITMAP, Column("1.9", integer)), (5,), 1, ()),
        (PortKey(PortBy.IF_INDEX, Column("1.9", octets)), (5,), b"\xc0", ()),
    ],
)
def test_the_ports_of_a_row(
    key: PortKey, index: Index, cell: int | bytes, expected: tuple[int, ...]
) -> None:
    """None when it names no port that is there."""
    plan = plan_table(optics(key))
    cells: Cells = {"1.1": {index: 30}, "1.9": {index: cell}}
    places = Places(plan, cells, JOINS)

    found = [p for row in rows(plan, cells, {}) for p in places.ports(row.index)]

    assert tuple(found) == expected


def test_a_port_may_be_known_by_its_row_alone() -> None:
    """An agent without ifTable, or a transceiver that has no row there (procurve_2520)."""
    plan = plan_table(optics(PortKey()))
    cells: Cells = {"1.1": {(49,): 30}}
    places = Places(plan, cells, JOINS)

    found = [places.ports(row.index) for row in rows(plan, cells, {})]

    assert found == [(49,)]


def test_a_column_of_an_outer_table_is_found_by_the_front_of_the_index() -> None:
    """ADVA: the statistics of port 1.2 in interval 3 are of the port that 1.2 names."""
    table = TransceiverTable(
        mib="test",
        rx_power=Column("1.1", dbm()),
        port=PortKey(source=Column("2.2", integer, outer=1)),
    )
    cells: Cells = {"1.1": {(1, 2, 3): -6, (1, 4, 3): -7}, "2.2": {(1, 2): 9}}
    plan = plan_table(table)
    places = Places(plan, cells, Joins())

    told = {row.index: places.ports(row.index) for row in rows(plan, cells, {})}

    assert told[1, 2, 3] == (9,)
    assert told[1, 4, 3] == ()


def test_an_index_that_is_none_is_skipped() -> None:
    """An agent that walks in any order may answer the column itself."""
    assert list(rows(plan_table(SENSORS), {"1": {(): 8}}, {})) == []


LOW = CounterTable(
    mib="",
    in_bytes=Column("2.1", counter, Valid("2.9", frozenset({1}))),
    in_errors=Column("2.2", counter),
)
HIGH = CounterTable(mib="", in_bytes=Column("1.1", counter), in_errors=Column("1.2", counter))


@pytest.mark.parametrize(
    ("zero_counts", "expected"),
    [
        (True, {1: {"in_bytes": 0, "in_errors": 7}, 2: {"in_errors": 8}}),
        (False, {1: {"in_bytes": 5, "in_errors": 7}, 2: {"in_errors": 8}}),
    ],
)
@pytest.mark.parametrize("last_word", [None, lambda row: row])
def test_of_several_tables_the_first_value_is_believed(
    zero_counts: bool, expected: dict[int, dict[str, int]], last_word: Callable[[Row], Row] | None
) -> None:
    """The first at all, or the first that is not zero; a value that does not count is none."""
    cells: Cells = {
        "1.1": {(1,): 0},
        "1.2": {(1,): 7},
        "2.1": {(1,): 5, (2,): 6},
        "2.2": {(1,): 9, (2,): 8},
        "2.9": {(1,): 1, (2,): 2},
    }
    told: Merged = {}

    for table in (HIGH, replace(LOW, row=last_word)):
        lay(plan_table(table), cells, {}, JOINS, told, zero_counts=zero_counts)

    assert told == expected


def test_a_row_that_does_not_count_is_left_out() -> None:
    """So is one of which the driver's last word leaves nothing; a row without a word counts."""
    counted = replace(HIGH, row_active=Column("1.3", is_one_of(frozenset({1}), "active(1)")))
    plan = plan_table(replace(counted, row=lambda row: row if row["in_bytes"] < 9 else None))
    cells: Cells = {"1.1": {(1,): 3, (2,): 4, (3,): 5, (4,): 9}, "1.3": {(1,): 1, (2,): 2}}

    assert [(row.index, row.values) for row in rows(plan, cells, {})] == [
        ((1,), {"in_bytes": 3}),
        ((3,), {"in_bytes": 5}),
    ]


@pytest.mark.parametrize("last_word", [None, lambda row: row])
def test_values_by_name_are_those_of_the_rows(last_word: Callable[[Row], Row] | None) -> None:
    """Converted once for equal cells; one that does not count is none, whatever equals it."""
    cells: Cells = {"2.1": {(1,): 5, (2,): 5, (3,): b"x"}, "2.9": {(1,): 1, (2,): 2, (3,): 1}}
    plan = plan_table(replace(LOW, row=last_word))

    found, told = by_name(plan, cells, {})

    assert found == [(1,), (2,), (3,)]
    assert told == {"in_bytes": [5, None, None]}
    assert by_name(plan, {}, {}) == ([], {})


@pytest.mark.parametrize(("unit", "values"), [(1, {"temperature": 30.0}), (2, {}), (b"1", {})])
def test_a_unit_that_no_scalar_tells_gives_no_value(
    unit: int | bytes, values: dict[str, float]
) -> None:
    """D-Link swDdmPowerUnit: another number than those that are known is no unit."""
    table = TransceiverTable(mib="", temperature=Column("1.1", ByScalar("9.0", {1: celsius()})))

    found = list(rows(plan_table(table), {"1.1": {(1,): 30}}, {"9.0": unit}))

    assert [row.values for row in found] == [values]


def test_what_is_read_for_a_table() -> None:
    """Columns once each, those that say whether others count among them; scalars apart."""
    convert = ByScalar("9.0", {1: celsius()})
    table = TransceiverTable(
        mib="",
        port=PortKey(source=Column("1.9", integer)),
        temperature=Column("1.1", convert, Valid("1.2", frozenset({1}))),
        rx_power=Column("1.3", dbm(), Valid("1.2", frozenset({1}))),
        lane=index_at(1, integer),
    )

    assert sorted(columns(table)) == ["1.1", "1.2", "1.3", "1.9"]
    assert scalars(table) == ("9.0",)
    assert columns(SENSORS) == ("1", "2", "3", "4", "5")


def test_the_only_port_must_be_the_only_one() -> None:
    """A port without a name does not match a pattern that matches nothing."""
    joins = Joins(ports={1: Port(if_index=1), 2: Port(if_index=2, name="wan")})

    assert only_port(PortKey(PortBy.FIXED_PORT, name=".*"), joins) == 2
    assert only_port(PortKey(PortBy.FIXED_PORT, name="lan"), joins) is None


def test_numbers_below_the_offset_are_none() -> None:
    """TP-Link: ifIndex is port + 49152."""
    assert numbers_of(optics(PortKey(offset=49152)), 49153, Joins()) == (1,)
    assert numbers_of(optics(PortKey(offset=49152)), 7, Joins()) == ()


@given(st.frozensets(st.integers(1, 65536), max_size=30))
def test_bits_are_ports(ports: frozenset[int]) -> None:
    """The most significant bit of the first octet is port 1 (RFC 4363, PortList)."""
    raw = bytearray(8192)
    for number in ports:
        raw[(number - 1) // 8] |= 0x80 >> ((number - 1) % 8)

    assert set(bits(bytes(raw))) == ports


def test_a_bitmap_has_an_end() -> None:
    """An agent's octets may be 64 KB long; bridge ports end at 65535."""
    assert len(bits(b"\xff" * 65_535)) == 65_536


def test_what_only_a_row_check_needs_is_asked_and_is_no_value() -> None:
    """An extra column is read and given to ``row``, and no fact sees it."""
    table = optics(
        PortKey(),
        extra=(("slope", Column("1.2", integer)),),
        row=lambda row: {**row, "bias": row["slope"] * 2} if "slope" in row else None,
    )
    cells: Cells = {"1.1": {(1,): 20, (2,): 30}, "1.2": {(1,): 4}}

    found = list(rows(plan_table(table), cells, {}))

    assert columns(table) == ("1.1", "1.2")
    assert [(row.index, row.values) for row in found] == [((1,), {"temperature": 20, "bias": 8})]
