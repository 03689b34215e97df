"""Pluggables of whole devices: whose they are, what is legible, which lanes are used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.collect.playing import ENTITY, SENSOR, driver, port, read, read_both, switch

from techinfo.driver import ENTITY as BY_ENTITY
from techinfo.driver import (
    Column,
    TransceiverTable,
    Valid,
    celsius,
    dbm,
    is_one_of,
    standard,
    text,
    watts,
)
from techinfo.facts.joins import Joins
from techinfo.facts.optics import transceivers
from techinfo.facts.plan import plan_table
from techinfo.model import Fact, Port, State, Transceiver
from techinfo.units import Celsius, Dark, Dbm, Volt
from techinfo.wire import Cell, Index

ALIAS = "1.3.6.1.2.1.47.1.3.2.1.2"
CHASSIS, CONTAINER, SENSOR_CLASS, MODULE, PORT = 3, 5, 8, 9, 10
VOLTS, AMPERES, WATTS, CELSIUS = 4, 5, 6, 8
UNITS, MILLI = 9, 8
NAMES = {"vendor": 12, "part_number": 13, "serial_number": 11}
MODULES = TransceiverTable(
    mib="ENTITY-MIB 2005-08-10",
    port=BY_ENTITY,
    serial_number=Column(f"{ENTITY}.11", text),
    vendor=Column(f"{ENTITY}.12", text),
    part_number=Column(f"{ENTITY}.13", text),
)


def part(number: int, inside: int, kind: int, name: str, **names: bytes) -> dict[str, Cell]:
    """An entity."""
    return {
        f"{ENTITY}.4.{number}": inside,
        f"{ENTITY}.5.{number}": kind,
        f"{ENTITY}.7.{number}": name.encode(),
        **{f"{ENTITY}.{NAMES[n]}.{number}": told for n, told in names.items()},
    }


def sensor(number: int, inside: int, name: str, kind: int, micro: int) -> dict[str, Cell]:
    """A sensor whose value is in millionths of its unit."""
    told = (kind, UNITS, 6, micro, 1)
    cells = {f"{SENSOR}.{column}.{number}": value for column, value in enumerate(told, 1)}
    return part(number, inside, SENSOR_CLASS, name) | cells


def alias(number: int, if_index: int) -> dict[str, Cell]:
    """EntAliasMappingIdentifier."""
    return {f"{ALIAS}.{number}.0": (1, 3, 6, 1, 2, 1, 2, 2, 1, 1, if_index)}


def lit(number: int, inside: int, words: str = "{}") -> dict[str, Cell]:
    """Temperature, voltage and light of 1 mW of one pluggable."""
    return {
        **sensor(number, inside, words.format("Temperature"), CELSIUS, 30_000_000),
        **sensor(number + 1, inside, words.format("Voltage"), VOLTS, 3_300_000),
        **sensor(number + 2, inside, words.format("RX Power"), WATTS, 1000),
    }


LIT = Transceiver(rx_power=Dbm(0.0), temperature=Celsius(30.0), voltage=Volt(3.3))


@pytest.mark.parametrize(
    "words",
    [
        "ge1 {}",
        "{} Sensor for ge1",
        "DOM {} Sensor for ge1",
        "{} (ge1)",
        "Xcvr ge1: {}",
        "Transceiver {} of port ge1",
        "0/CPU0-ge1-{}",
        "{} ge1, lane 1",
        "ge1: {}",
        "SFP {} in ge1",
    ],
)
def test_sensors_belong_to_the_port_that_their_words_name(words: str) -> None:
    """Wherever it stands in them; all are contained in the chassis."""
    reading = read_both(switch() | part(1, 0, CHASSIS, "box") | lit(100, 1, words))

    assert reading.ports[1].transceiver is not None
    assert reading.ports[1].transceiver.rx_power == Dbm(0.0)
    assert reading.ports[1].transceiver.temperature == Celsius(30.0)
    assert reading.ports[2].transceiver is None
    assert reading.parts[Fact.TRANSCEIVER].state is State.OK


@pytest.mark.parametrize(
    ("kind", "scale", "unit", "micro", "expected"),
    [
        (14, UNITS, b"", -7_250_000, -7.25),
        (1, UNITS, b"dBm", -7_250_000, -7.25),
        (2, UNITS, b" DBM ", -7_250_000, -7.25),
        (WATTS, UNITS, b"dBm", -7_250_000, -7.25),
        (1, UNITS, b"W", 1_000, 0.0),
        (1, MILLI, b"Watts", 1_000_000, 0.0),
        (1, UNITS, b"mW", 1_000_000, 0.0),
        (1, UNITS, b"uW", 100_000_000, -10.0),
        (1, MILLI, b"mW", 1_000_000, None),
        (1, UNITS, b"furlongs", 1_000, None),
        (1, UNITS, b"", 1_000, None),
        (WATTS, UNITS, b"Watts", 1_000, 0.0),
        (CELSIUS, UNITS, b"mW", 1_000, None),
    ],
)
def test_a_sensor_may_tell_its_unit_as_text(
    kind: int, scale: int, unit: bytes, micro: int, expected: float | None
) -> None:
    """EntPhySensorUnitsDisplay counts for a type that tells nothing; dBm always does."""
    cells = sensor(102, 1, "RX Power of ge1", kind, micro) | {
        f"{SENSOR}.2.102": scale,
        f"{SENSOR}.6.102": unit,
    }
    cells |= sensor(100, 1, "Temperature of ge1", CELSIUS, 30_000_000)

    found = read_both(switch() | part(1, 0, CHASSIS, "box") | cells).ports[1].transceiver

    assert found is not None
    assert found.rx_power == expected


def test_sensors_of_no_port_make_the_part_partial_and_never_empty() -> None:
    """The optics are there; whose they are nobody tells."""
    cells = switch() | part(1, 0, CHASSIS, "box") | lit(100, 1, "DOM {} Sensor for Ethernet7")

    whole, single = read(cells), read(cells, name="ge1")

    told = whole.parts[Fact.TRANSCEIVER]
    assert (told.state, told.cause) == (
        State.PARTIAL,
        "3 sensors of pluggables belong to no port that is known",
    )
    assert single.parts[Fact.TRANSCEIVER].state is State.PARTIAL
    assert {port.transceiver for port in whole.ports.values()} == {None}


@pytest.mark.parametrize(("kind", "state"), [(14, State.PARTIAL), (CELSIUS, State.EMPTY)])
def test_light_of_an_entity_that_is_not_there_is_missed(kind: int, state: State) -> None:
    """A Nexus has values of its pluggables' sensors, and no entities of those numbers."""
    told = (kind, UNITS, 6, -7_250_000, 1)
    cells = {f"{SENSOR}.{column}.900": value for column, value in enumerate(told, 1)}

    reading = read(switch() | part(1, 0, CHASSIS, "box") | cells)

    assert reading.parts[Fact.TRANSCEIVER].state is state


def test_a_port_that_has_its_own_does_not_miss_those_of_others() -> None:
    """Of the whole device the part is partial, of that port it is not."""
    cells = switch() | part(1, 0, CHASSIS, "box") | lit(100, 1, "DOM {} Sensor for Ethernet7")
    cells |= lit(200, 1, "DOM {} Sensor for ge1")

    whole, single = read(cells), read(cells, name="ge1")

    assert whole.parts[Fact.TRANSCEIVER].state is State.PARTIAL
    assert single.parts[Fact.TRANSCEIVER].state is State.OK
    assert single.port is not None
    assert single.port.transceiver == whole.ports[1].transceiver == LIT


@pytest.mark.parametrize(
    "name",
    ["Inlet temperature", "PSU 1 output", "Board 3.3V rail", "CPU temp", "Fan 2", "Chassis RX fan"],
)
def test_sensors_of_boards_are_missed_by_nobody(name: str) -> None:
    """The part is empty: read, and no pluggable tells anything."""
    cells = part(1, 0, CHASSIS, "box") | sensor(100, 1, name, CELSIUS, 30_000_000)

    assert read(switch() | cells).parts[Fact.TRANSCEIVER].state is State.EMPTY


def test_a_sensor_without_a_value_is_missed_by_nobody() -> None:
    """EntPhySensorOperStatus unavailable(2): an empty cage."""
    cells = part(1, 0, CHASSIS, "box") | sensor(100, 1, "Xcvr 7 RX Power", WATTS, 1000)

    reading = read(switch() | cells | {f"{SENSOR}.5.100": 2})

    assert reading.parts[Fact.TRANSCEIVER].state is State.EMPTY


@pytest.mark.parametrize(
    ("card", "name"),
    [
        (MODULE, "Uplink Module 1"),
        (MODULE, "OLT uplink card X2CS"),
        (MODULE, "Media converter"),
        (MODULE, "I/O controller"),
        (MODULE, "NIM-1GE-CU-SFP"),
        (MODULE, "1 port 10G adapter"),
        (MODULE, "CPE main board"),
        (CONTAINER, "Slot 1"),
        (CONTAINER, "module slot 4"),
        (CHASSIS, "Inteno box"),
    ],
)
def test_a_boards_temperature_is_no_pluggables_and_proves_no_diagnostics(
    card: int, name: str
) -> None:
    """Zero watts are no light only where there are diagnostics.

    The port's own temperature proves them; the card's does not.
    """
    cells = part(1, 0, CHASSIS, "box") | part(60, 1, card, name) | part(70, 60, PORT, "ge1")
    cells |= alias(70, 1) | sensor(71, 70, "RX Power", WATTS, 0)
    board = sensor(80, 60, "Temperature", CELSIUS, 41_000_000)
    board |= sensor(81, 60, "+3.3V", VOLTS, 3_290_000)
    own = sensor(72, 70, "Temperature", CELSIUS, 30_000_000)

    beside = read_both(switch() | cells | board).ports[1].transceiver
    proven = read_both(switch() | cells | board | own).ports[1].transceiver

    assert beside is None or (beside.temperature, beside.voltage) == (None, None)
    assert beside is None or beside.rx_power is not Dark.NO_LIGHT
    assert proven == Transceiver(rx_power=Dark.NO_LIGHT, temperature=Celsius(30.0))


BOARDS: Mapping[str, tuple[int, str]] = {
    "daughterboard": (MODULE, "MSFC3 Daughterboard"),
    "sub-module": (MODULE, "msfc sub-module of 5"),
    "supervisor": (MODULE, "Supervisor 2 ports"),
    "line card": (MODULE, "8 port 10GE Linecard"),
    "forwarding card": (MODULE, "Distributed Forwarding Card 3"),
    "motherboard": (MODULE, "Everglades Mother Board"),
    "power supply": (6, "Power Supply A"),
    "fan tray": (MODULE, "Fan Tray Module 1"),
    "fan": (7, "FAN 1"),
    "chassis": (CHASSIS, "WS-C6506"),
    "uplink": (MODULE, "Uplink Module 1"),
    "unnamed": (MODULE, ""),
}


@pytest.mark.parametrize("board", BOARDS)
def test_a_boards_serial_number_is_no_modules(board: str) -> None:
    """It has the lowest number, stands beside the only port, and the pluggable is aliased."""
    kind, name = BOARDS[board]
    cells = {
        **part(1, 0, CHASSIS, "box"),
        **part(60, 1, MODULE, "5"),
        **part(61, 60, CONTAINER, "container 5"),
        **part(62, 61, kind, name, vendor=b"Cisco Systems", serial_number=b"SAD000000MM"),
        **part(90, 60, CONTAINER, "Gigabit Port Container 5/2"),
        **part(91, 90, PORT, "ge1", vendor=b"CISCO-AVAGO     ", serial_number=b"AGM00000QV4 "),
        **part(95, 60, PORT, "ge1 10/100/1000BaseT"),
        **alias(91, 1),
        **alias(95, 1),
    }

    reading = read_both(switch() | cells, driver(transceivers=(MODULES,)))

    optic = reading.ports[1].transceiver
    assert optic is not None
    assert (optic.vendor, optic.serial_number) == ("CISCO-AVAGO", "AGM00000QV4")
    assert optic.part_number is None
    assert reading.ports[2].transceiver is None


def test_the_name_of_one_entity_never_goes_with_the_number_of_another() -> None:
    """Two entities of a port tell names: the aliased one is believed, and it alone."""
    cells = {
        **part(50, 1, MODULE, "ge1", vendor=b"OEM", part_number=b"SFP-1", serial_number=b"A1"),
        **part(91, 1, PORT, "x", serial_number=b"B2"),
        **alias(91, 1),
    }

    optic = read_both(switch() | cells, driver(transceivers=(MODULES,))).ports[1].transceiver

    assert optic is not None
    assert (optic.vendor, optic.part_number, optic.serial_number) == (None, None, "B2")


def cage(name: str, descr: bytes = b"QSFP28 100G Pluggable Optics Module") -> dict[str, Cell]:
    """A module with a serial number and four lanes of light, as IOS XR has it."""
    told = {"vendor": b"OEM", "part_number": b"QSFP-4X", "serial_number": b"A1"}
    cells = {**part(70, 60, MODULE, name, **told), f"{ENTITY}.2.70": descr}
    cells |= part(71, 70, MODULE, f"{name}-IDPROM", serial_number=b"A1")
    for lane in range(4):
        cells |= sensor(80 + lane, 70, f"{name}-Rx Lane {lane} Power", WATTS, 1000)
    return cells | sensor(90, 70, f"{name}-Temperature Sensor", CELSIUS, 30_000_000)


LANES = ("TwentyFiveGigE0/0/0/28/0", "TwentyFiveGigE0/0/0/28/1")


def named(*names: str) -> dict[str, Cell]:
    """A switch with ports of these names."""
    return switch(()) | {k: c for n, name in enumerate(names, 1) for k, c in port(n, name).items()}


def test_a_module_of_a_cage_that_is_broken_out_is_each_of_its_ports() -> None:
    """Who it is; its lanes are the ports' in an order that nothing tells, so no light is, or none.

    Recording iosxr_ncs540: module HundredGigE0/0/0/28, ports TwentyFiveGigE0/0/0/28/0 to /3.
    """
    cells = named(*LANES, "TwentyFiveGigE0/0/0/29/0") | cage("HundredGigE0/0/0/28")
    made_up = driver(transceivers=(standard.ENTITY_SENSORS, standard.ENTITY_MODULES))

    ports = read_both(cells, made_up, name=LANES[0]).ports

    module = Transceiver(present=True, vendor="OEM", part_number="QSFP-4X", serial_number="A1")
    assert (ports[1].transceiver, ports[2].transceiver) == (module, module)
    assert ports[3].transceiver is None


@pytest.mark.parametrize(
    ("names", "module"),
    [
        pytest.param((*LANES, "TenGigE0/0/0/28"), "HundredGigE0/0/0/28", id="whole, too"),
        pytest.param(LANES[:1], "HundredGigE0/0/0/28", id="one port"),
        pytest.param(LANES, "HundredGigE0/0/0/2", id="another cage"),
        pytest.param(LANES, "HundredGigE0/0/0", id="what holds the cage"),
        pytest.param(("GigabitEthernet1/0/1", "GigabitEthernet1/0/2"), "Stack1/0", id="slot"),
        pytest.param(LANES, "HundredGigE0/0/0/28 4-port card", id="card"),
    ],
)
def test_a_module_that_is_called_as_no_cage_of_ports_is_nobodys(
    names: tuple[str, ...], module: str
) -> None:
    """A number less may be a slot, a card or a stack member."""
    called, *kind = module.split(" ", 1)
    cells = named(*names) | cage(called, *(words.encode() for words in kind))

    ports = read_both(cells, driver(transceivers=(standard.ENTITY_MODULES,)), name=names[0]).ports

    assert [told.transceiver for told in ports.values()] == [None] * len(names)


@pytest.mark.parametrize(
    "octets",
    [
        bytes.fromhex("46ff42ff34ff30ff42ff43ff35ff20ff"),
        bytes.fromhex("ff46ff42ff34ff30"),
        b"FNS1\x80\x82EL1",
        b"FNS1\x00\x0282EL1",
        b"\x00F\x00N\x00S\x001",
        b"F\x00N\x00S\x001\x00",
        "FNS1é".encode(),
        b"FNS1\xe9",
        b"\x1b[31mFNS1",
        b"FNS\x7f1",
        b"\xa5" * 16,
        b"FNS1\nEL1",
    ],
)
def test_an_eeprom_that_was_read_wrong_has_no_names(octets: bytes) -> None:
    """The pluggable is there and says nothing of itself that can be believed."""
    names = dict.fromkeys(NAMES, octets)
    cells = part(70, 1, PORT, "ge1", **names) | lit(80, 70)

    optic = (
        read_both(switch() | cells, driver(transceivers=(*driver().transceivers, MODULES)))
        .ports[1]
        .transceiver
    )

    assert optic == LIT


def lanes(rx: list[int], tx: list[int] | None = None, bias: list[int] | None = None) -> Any:
    """A port with lanes, nanowatts received and sent and microamperes; as it is told."""
    cells = part(70, 1, PORT, "ge1")
    cells |= sensor(71, 70, "Temperature", CELSIUS, 40_000_000)
    for n, level in enumerate(rx, 1):
        cells |= _nano(100 + n, f"Lane {n} RX Power", WATTS, level)
    for n, level in enumerate(tx or [], 1):
        cells |= _nano(200 + n, f"Lane {n} TX Power", WATTS, level)
    for n, level in enumerate(bias or [], 1):
        cells |= sensor(300 + n, 70, f"Lane {n} TX Bias", AMPERES, level)
    optic = read_both(switch() | cells).ports[1].transceiver
    assert optic is not None
    return optic


def _nano(number: int, name: str, kind: int, level: int) -> dict[str, Cell]:
    cells = sensor(number, 70, name, kind, level)
    return cells | {f"{SENSOR}.3.{number}": 9}


LIT_NW, NOTHING_NW = 760_000, 1000
LIT_DBM = pytest.approx(-1.19, abs=0.01)


@pytest.mark.parametrize(
    ("rx", "used"),
    [
        ([NOTHING_NW, *[LIT_NW] * 8, NOTHING_NW], range(2, 10)),
        ([0, *[LIT_NW] * 10, 0], range(2, 12)),
        ([*[LIT_NW] * 4, *[0] * 4], range(1, 5)),
        ([*[0] * 4, *[LIT_NW] * 4], range(5, 9)),
        ([LIT_NW, *[NOTHING_NW] * 9], [1]),
    ],
    ids=["SR10 of ten", "SR10 of twelve", "first half", "second half", "one"],
)
def test_outer_lanes_of_a_wide_optic_that_receive_nothing_are_not_its_level(
    rx: list[int], used: Any
) -> None:
    """Nothing tells what is sent: lanes 1 and 12 of an SR10 have no fibre."""
    optic = lanes(rx)

    assert optic.rx_power == LIT_DBM
    assert [lane.number for lane in optic.lanes] == (list(used) if len(used) > 1 else [])


@pytest.mark.parametrize(
    ("rx", "tx", "bias", "used"),
    [
        ([LIT_NW, 0, 0, 0], [LIT_NW, 0, 0, 0], None, [1]),
        ([LIT_NW, 0, 0, 0], [LIT_NW, 0, 0, 0], [6000, 0, 0, 0], [1]),
        ([LIT_NW, LIT_NW, 0, 0], None, [6000, 6000, 0, 0], [1, 2]),
        ([LIT_NW, 0, LIT_NW, 0], [LIT_NW, 0, LIT_NW, 0], None, [1, 3]),
        ([LIT_NW, NOTHING_NW, LIT_NW, LIT_NW], [LIT_NW, 1, LIT_NW, LIT_NW], None, [1, 3, 4]),
        ([LIT_NW, LIT_NW, 0], [LIT_NW, LIT_NW], None, [1, 2]),
    ],
)
def test_lanes_that_carry_nothing_on_both_sides_are_not_told(
    rx: list[int], tx: list[int] | None, bias: list[int] | None, used: list[int]
) -> None:
    """A QSFP of which one lane is broken out: neither dark nor -40, nor the lowest."""
    optic = lanes(rx, tx, bias)

    assert optic.rx_power == LIT_DBM
    assert optic.tx_power == (LIT_DBM if tx else None)
    assert [lane.number for lane in optic.lanes] == (used if len(used) > 1 else [])


@pytest.mark.parametrize(
    ("rx", "tx", "bias"),
    [
        ([LIT_NW, 0, LIT_NW, LIT_NW], [LIT_NW] * 4, None),
        ([LIT_NW, LIT_NW, LIT_NW, 0], [LIT_NW] * 4, [6000] * 4),
        ([LIT_NW, 0, LIT_NW, LIT_NW], None, [6000] * 4),
        ([LIT_NW, 0, LIT_NW, LIT_NW], None, None),
        ([LIT_NW, LIT_NW, 0, *[LIT_NW] * 5], None, None),
        ([0] * 8, None, None),
        ([0] * 4, [0] * 4, [0] * 4),
    ],
    ids=["sends", "last sends", "has bias", "of four", "inner of eight", "all", "all, and silent"],
)
def test_a_dark_lane_that_is_used_is_the_level_of_its_module(
    rx: list[int], tx: list[int] | None, bias: list[int] | None
) -> None:
    """It sends, or stands among others that receive: its light is missing."""
    optic = lanes(rx, tx, bias)

    assert optic.rx_power is Dark.NO_LIGHT
    assert len(optic.lanes) == len(rx)


_CAGES = "1.3.6.1.4.1.99.1"
_RAW = st.sampled_from([0, 1, -1, 30, 250, -6000, b"", b"OEM", b"SN 1", bytes((1, 2, 200)), b"n/a"])
_SAID = st.sampled_from([1, 3])
_FIRST = TransceiverTable(
    mib="none",
    present=Column(f"{_CAGES}.1", is_one_of(frozenset({1}), "present(1)")),
    temperature=Column(f"{_CAGES}.2", celsius(), Valid(f"{_CAGES}.8", frozenset({3}))),
    rx_power=Column(f"{_CAGES}.3", dbm(0.001, {0: None}), Valid(f"{_CAGES}.8", frozenset({3}))),
    serial_number=Column(f"{_CAGES}.4", text),
)
_SECOND = TransceiverTable(
    mib="none",
    rx_power=Column(f"{_CAGES}.5", watts(1e-6)),
    tx_power=Column(f"{_CAGES}.6", watts(1e-6)),
    vendor=Column(f"{_CAGES}.7", text, Valid(f"{_CAGES}.8", frozenset({3}))),
)


@given(
    st.fixed_dictionaries(
        {
            **{
                f"{_CAGES}.{n}": st.dictionaries(st.tuples(st.integers(1, 4)), _RAW, max_size=4)
                for n in range(1, 8)
            },
            f"{_CAGES}.8": st.dictionaries(st.tuples(st.integers(1, 4)), _SAID, max_size=4),
        }
    )
)
def test_modules_laid_column_by_column_are_those_that_are_read_row_by_row(
    cells: dict[str, dict[Index, Cell]],
) -> None:
    """A table that has a last word on its rows, and leaves them as they are, is read so."""
    joins = Joins(ports={n: Port(if_index=n) for n in range(1, 4)})
    tables = [plan_table(table) for table in (_FIRST, _SECOND)]
    by_row = [plan_table(replace(table, row=lambda values: values)) for table in (_FIRST, _SECOND)]

    assert transceivers(tables, cells, {}, joins) == transceivers(by_row, cells, {}, joins)
