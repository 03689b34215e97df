"""Every shape that the field has is expressible, and read right, for one port as for all of them.

Made-up cells through the real path: a recording, a conversation, a driver, one reading.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.collect.playing import (
    BASE_PORT,
    ENTITY,
    ENTITY_ALIAS,
    IFX,
    MAKER,
    SENSOR,
    VENDOR,
    driver,
    read,
    read_both,
    switch,
)

from techinfo.collect.target import Reading
from techinfo.driver import (
    BRIDGE_PORT,
    ByScalar,
    Column,
    Convert,
    Driver,
    GroupTable,
    LeaseTable,
    MacTable,
    PortBy,
    PortKey,
    Quantity,
    QuantityTable,
    Row,
    SensorTable,
    ShapingTable,
    TransceiverTable,
    Valid,
    celsius,
    dbm,
    index_at,
    index_octets,
    index_string,
    integer,
    ip_address,
    ipv4,
    is_one_of,
    kilobits,
    lanes,
    mac,
    milliamperes,
    number_text,
    octets,
    one_of,
    power_text,
    raw_text,
    standard,
    text,
    vlan,
    volts,
    watts,
)
from techinfo.model import Fact, Group, Lane, Lease, MacEntry, Shaping, State, Transceiver
from techinfo.units import Celsius, Dark, Dbm, KilobitPerSecond, MilliAmpere, Volt
from techinfo.wire import Cell

T = VENDOR
"""The entry of a made-up table."""


def light(reading: Reading, number: int = 1) -> Transceiver | None:
    """What is told of a port's pluggable."""
    return reading.ports[number].transceiver


def test_a_quantity_in_a_column_each() -> None:
    """The plain shape: a row is a port, a column a quantity."""
    table = TransceiverTable(
        mib="made up",
        rx_power=Column(f"{T}.1", dbm(0.01)),
        tx_power=Column(f"{T}.2", dbm(0.01)),
        temperature=Column(f"{T}.3", celsius()),
        bias=Column(f"{T}.4", milliamperes(0.001)),
        voltage=Column(f"{T}.5", volts(0.001)),
        vendor=Column(f"{T}.6", text),
        part_number=Column(f"{T}.7", text),
        serial_number=Column(f"{T}.8", text),
        present=Column(f"{T}.9", one_of({1: True, 2: False}, "present")),
    )
    row: list[Cell] = [-1800, -250, 36, 6000, 3250, b"OEM", b"SFP-BX", b"S1", 1]

    reading = read_both(
        switch() | {f"{T}.{n}.1": cell for n, cell in enumerate(row, 1)},
        driver(transceivers=(table,)),
    )

    assert light(reading) == Transceiver(
        rx_power=Dbm(-18.0),
        tx_power=Dbm(-2.5),
        temperature=Celsius(36.0),
        bias=MilliAmpere(6.0),
        voltage=Volt(3.25),
        vendor="OEM",
        part_number="SFP-BX",
        serial_number="S1",
        present=True,
    )
    assert light(reading, 2) is None


KINDS: dict[int | str, Quantity] = {
    1: Quantity("temperature", celsius(0.001)),
    2: Quantity("rx_power", dbm(0.001)),
    3: Quantity("tx_power", dbm(0.001)),
}


def test_a_quantity_in_the_index() -> None:
    """Raisecom, RADLAN: a row for each, its kind behind the port."""
    table = QuantityTable(
        mib="made up",
        port=PortKey(trailing=((1,), (2,), (3,))),
        value=f"{T}.3",
        kind=index_at(1, integer),
        valid=Column(f"{T}.2", is_one_of(frozenset({2}), "success")),
        kinds=KINDS,
    )
    cells = {
        f"{T}.3.1.1": 41_000,
        f"{T}.3.1.2": -18_000,
        f"{T}.3.1.3": -2_500,
        f"{T}.2.1.1": 2,
        f"{T}.2.1.2": 2,
        f"{T}.2.1.3": 4,  # RADLAN: not supported
        f"{T}.3.1.9": 7,
    }

    reading = read_both(switch() | cells, driver(transceivers=(table,)))

    assert light(reading) == Transceiver(temperature=Celsius(41.0), rx_power=Dbm(-18.0))


def test_a_quantity_in_the_index_needs_no_list_of_kinds() -> None:
    """Without one, all rows below the port are walked, and no others."""
    table = QuantityTable(mib="made up", value=f"{T}.3", kind=index_at(1, integer), kinds=KINDS)
    cells = {f"{T}.3.1.1": 41_000, f"{T}.3.1.2": -18_000, f"{T}.3.2.2": -9_000}

    reading = read_both(switch() | cells, driver(transceivers=(table,)))

    assert light(reading) == Transceiver(temperature=Celsius(41.0), rx_power=Dbm(-18.0))
    assert light(reading, 2) == Transceiver(rx_power=Dbm(-9.0))


def test_a_quantity_in_a_word() -> None:
    """Zyxel: the row says what it holds."""
    table = QuantityTable(
        mib="made up",
        port=PortKey(trailing=tuple((n,) for n in range(1, 6))),
        value=f"{T}.4",
        kind=Column(f"{T}.3", text),
        kinds={
            "temperature": Quantity("temperature", celsius(0.01)),
            "RX power": Quantity("rx_power", dbm(0.01)),
            "TX power": Quantity("tx_power", dbm(0.01)),
        },
    )
    words = (b"Temperature(C)", b"Voltage(V)", b"TX Power(dBm)", b"RX Power(dBm)")
    cells: dict[str, Cell] = {f"{T}.3.1.{n}": word for n, word in enumerate(words, 1)}
    cells |= {f"{T}.4.1.{n}": raw for n, raw in enumerate((4_100, 331, -250, -1_800), 1)}

    reading = read_both(switch() | cells, driver(transceivers=(table,)))

    assert light(reading) == Transceiver(
        temperature=Celsius(41.0), rx_power=Dbm(-18.0), tx_power=Dbm(-2.5)
    )


@pytest.mark.parametrize(
    ("unit", "expected"),
    [(1, Dbm(-5.0)), (2, pytest.approx(-3.01, abs=0.01)), (3, None), (None, None)],
)
def test_a_unit_in_a_scalar(unit: int | None, expected: Any) -> None:
    """D-Link swDdmPowerUnit: dBm or mW; unknown or missing, there is no value."""
    convert = ByScalar(f"{T}.9.0", {1: dbm(), 2: watts(1e-3)})
    table = TransceiverTable(
        mib="made up",
        rx_power=Column(f"{T}.1", convert),
        temperature=Column(f"{T}.3", celsius()),
    )
    cells: dict[str, Cell] = {f"{T}.1.1": b"0.5" if unit == 2 else b"-5.0", f"{T}.3.1": 30}
    cells |= {f"{T}.9.0": unit} if unit else {}

    reading = read_both(switch() | cells, driver(transceivers=(table,)))

    found = light(reading)
    assert found is not None
    assert found.temperature == Celsius(30.0)
    assert found.rx_power == expected


def test_a_unit_in_a_column_of_the_row() -> None:
    """RADLAN rlPhyTestGetUnits; a unit that the driver does not know gives no value."""
    table = QuantityTable(
        mib="made up",
        port=PortKey(trailing=((1,), (2,), (3,))),
        value=f"{T}.3",
        unit=Column(f"{T}.4", integer),
        kind=index_at(1, integer),
        kinds={
            1: Quantity("rx_power", dbm(0.001), {11: watts(1e-6)}),
            2: Quantity("tx_power", dbm(0.001), {11: watts(1e-6)}),
            3: Quantity("temperature", celsius(), {7: celsius()}),
        },
    )
    cells = {f"{T}.3.1.1": 500, f"{T}.4.1.1": 11, f"{T}.3.1.2": -250, f"{T}.4.1.2": 99}

    reading = read_both(switch() | cells | {f"{T}.3.1.3": 30}, driver(transceivers=(table,)))

    found = light(reading)
    assert found is not None
    assert found.rx_power == pytest.approx(-3.01, abs=0.01)
    assert (found.tx_power, found.temperature) == (None, Celsius(30.0))


@pytest.mark.parametrize(("valid", "expected"), [(1, Dbm(-6.66)), (0, None), (None, None)])
def test_a_column_that_says_whether_another_one_counts(
    valid: int | None, expected: Dbm | None
) -> None:
    """iBOS, ZXR10: without its word, or against it, the value is none."""
    table = TransceiverTable(
        mib="made up",
        rx_power=Column(f"{T}.23", dbm(0.001), Valid(f"{T}.19", frozenset({1, 2}))),
        temperature=Column(f"{T}.12", celsius()),
    )
    cells: dict[str, Cell] = {f"{T}.23.1": -6660, f"{T}.12.1": 40}
    cells |= {f"{T}.19.1": valid} if valid is not None else {}

    reading = read_both(switch() | cells, driver(transceivers=(table,)))

    assert light(reading) == Transceiver(rx_power=expected, temperature=Celsius(40.0))


def entity(number: int, inside: int, kind: int, name: str) -> dict[str, Cell]:
    """A row of entPhysicalTable."""
    return {
        f"{ENTITY}.4.{number}": inside,
        f"{ENTITY}.5.{number}": kind,
        f"{ENTITY}.7.{number}": name.encode(),
    }


def sensor(number: int, kind: int, scale: int, precision: int, value: int) -> dict[str, Cell]:
    """A row of a sensor table, in order."""
    columns = {1: kind, 2: scale, 3: precision, 4: value, 5: 1}
    return {f"{SENSOR}.{column}.{number}": cell for column, cell in columns.items()}


CISCO = SensorTable(
    mib="made up",
    kind=f"{SENSOR}.1",
    scale=f"{SENSOR}.2",
    precision=f"{SENSOR}.3",
    value=f"{SENSOR}.4",
    status=f"{SENSOR}.5",
    dbm=14,
)
CAGE = {
    **entity(1, 0, 3, "Switch 1"),
    **entity(50, 1, 5, "cage 1"),
    **entity(60, 50, 9, "SFP module"),
    **entity(70, 60, 10, "ge1"),
    **entity(71, 60, 8, "ge1 Module Temperature Sensor"),
    **entity(72, 60, 8, "ge1 Transmit Power Sensor"),
    **entity(73, 60, 8, "ge1 Receive Power Sensor"),
    **entity(74, 60, 8, "ge1 Supply Voltage Sensor"),
    **entity(75, 60, 8, "ge1 Bias Current Sensor"),
    **entity(90, 1, 8, "Fan tray temperature"),
    f"{ENTITY_ALIAS}.70.0": (1, 3, 6, 1, 2, 1, 2, 2, 1, 1, 1),
}


def test_sensors_by_containment_with_scale_and_precision() -> None:
    """Cisco: what a module contains is of the port beside it; a fan tray's is nobody's."""
    cells = {
        **CAGE,
        **sensor(71, 8, 9, 1, 346),
        **sensor(72, 14, 9, 1, -50),
        **sensor(73, 14, 9, 1, -47),
        **sensor(74, 4, 9, 2, 332),
        **sensor(75, 5, 8, 1, 61),
        **sensor(90, 8, 9, 0, 25),
    }

    reading = read_both(switch() | cells, driver(transceivers=(CISCO,)))

    assert light(reading) == Transceiver(
        rx_power=Dbm(-4.7),
        tx_power=Dbm(-5.0),
        temperature=Celsius(34.6),
        voltage=Volt(3.32),
        bias=MilliAmpere(6.1),
    )
    assert light(reading, 2) is None


@given(
    scale=st.integers(7, 10),
    precision=st.integers(-2, 6),
    kelvin=st.floats(-50, 140),
)
def test_o4_the_scale_and_the_precision_are_kept(scale: int, precision: int, kelvin: float) -> None:
    """A reading is raw x 10^-precision x 10^(3 (scale - 9)), RFC 3433, in any such form."""
    step = 10.0 ** (3 * (scale - 9) - precision)
    raw = round(kelvin / step)

    reading = read(
        switch() | CAGE | sensor(71, 8, scale, precision, raw), driver(transceivers=(CISCO,))
    )

    found = light(reading)
    told = found.temperature if found else None
    if abs(raw) == 1_000_000_000 or float(f"{raw * step:.6f}") == 0:
        assert told is None, "an overflow, or a row of zeros"
    elif -49 <= raw * step <= 139:
        assert told == pytest.approx(raw * step, abs=1e-5)


@pytest.mark.parametrize(
    ("name", "kind", "value", "expected"),
    [
        ("ge1 lane 2 RxPower", 14, -30, {"rx_power": Dbm(-3.0)}),
        ("ge1 power", 14, -30, {}),
        ("ge1 Rx/Tx power", 14, -30, {}),
        ("ge1 PoE output", 6, 1, {}),
        ("ge1 receive", 6, 0, {"rx_power": Dark.NO_LIGHT}),
        ("ge1 receive", 14, 1_000_000_000, {}),
        ("ge1 bias", 5, 1_000_000_000, {}),
        ("ge1 receive", 10, 7, {}),
    ],
)
def test_a_sensor_is_what_its_type_and_name_say(
    name: str, kind: int, value: int, expected: dict[str, Any]
) -> None:
    """A level of unknown direction, power over Ethernet and an overflow are no light (O3)."""
    cells = {
        **CAGE,
        **entity(73, 60, 8, name),
        **sensor(71, 8, 9, 0, 30),
        **sensor(73, kind, 9, 1, value),
    }

    reading = read_both(switch() | cells, driver(transceivers=(CISCO,)))

    assert light(reading) == Transceiver(temperature=Celsius(30.0), **expected)


@pytest.mark.parametrize(("kind", "scale"), [(5, 6), (4, 6), (6, 5)])
def test_an_overflow_is_no_reading(kind: int, scale: int) -> None:
    """1,000,000,000 is more than a sensor can say, in whatever unit (RFC 3433)."""
    cells = {**CAGE, **entity(73, 60, 8, "ge1 Rx"), **sensor(71, 8, 9, 0, 30)}

    reading = read_both(
        switch() | cells | sensor(73, kind, scale, 0, 1_000_000_000), driver(transceivers=(CISCO,))
    )

    assert light(reading) == Transceiver(temperature=Celsius(30.0))


def test_a_sensor_that_is_not_operational_tells_nothing() -> None:
    """EntitySensorStatus unavailable(2)."""
    cells = {**CAGE, **sensor(71, 8, 9, 0, 30), f"{SENSOR}.5.71": 2}

    assert light(read_both(switch() | cells, driver(transceivers=(CISCO,)))) is None


@pytest.mark.parametrize("by", [PortBy.BRIDGE_PORT_BITMAP, PortBy.IF_INDEX_BITMAP])
def test_a_bitmap_of_ports(by: PortBy) -> None:
    """The high bit of the first octet is port 1 (PortList, RFC 4363)."""
    table = GroupTable(
        mib="made up",
        port=PortKey(by, Column(f"{T}.3", octets)),
        vlan=index_at(0, vlan),
        address=index_octets(1, 4, ipv4),
    )
    bridge = {f"{BASE_PORT}.1": 2, f"{BASE_PORT}.2": 1}
    cells: dict[str, Cell] = {
        f"{T}.3.100.239.1.1.1": b"\x80\x00",
        f"{T}.3.100.239.1.1.2": b"\x40",
        f"{T}.3.100.224.0.0.251": b"\xff\xff",
        f"{T}.3.100.192.0.2.1": b"\xff",
        **(bridge if by is PortBy.BRIDGE_PORT_BITMAP else {}),
    }

    reading = read_both(switch() | cells, driver(groups=(table,)))

    own = "239.1.1.2" if by is PortBy.BRIDGE_PORT_BITMAP else "239.1.1.1"
    assert reading.ports[1].groups == (Group(address=own, vlan=100),)


@pytest.mark.parametrize(
    ("model", "base"), [(f"{MAKER}.1.1", f"{MAKER}.11"), (f"{MAKER}.1.12.3", f"{MAKER}.12")]
)
def test_a_family_with_a_base_for_each_model(model: str, base: str) -> None:
    """Edgecore, Zyxel, D-Link: the same suffixes under the model's own tree."""
    family = Driver(
        name="family",
        vendor="",
        sys_object_ids=(f"{MAKER}.1",),
        bases={f"{MAKER}.1": f"{MAKER}.11", f"{MAKER}.1.12": f"{MAKER}.12"},
        transceivers=(TransceiverTable(mib="", temperature=Column(".5.2", celsius())),),
    )
    cells = switch() | {f"{base}.5.2.1": 33}
    cells["1.3.6.1.2.1.1.2.0"] = tuple(int(n) for n in model.split("."))

    assert light(read_both(cells, family)) == Transceiver(temperature=Celsius(33.0))


def test_a_lease_in_the_index() -> None:
    """VLAN, MAC and address in the index, the port in a cell."""
    table = LeaseTable(
        mib="made up",
        port=PortKey(PortBy.IF_INDEX, Column(f"{T}.6", integer)),
        vlan=index_at(0, vlan),
        mac=index_octets(1, 6, mac),
        address=index_octets(7, 4, ipv4),
    )

    reading = read_both(
        switch() | {f"{T}.6.100.0.27.33.10.11.12.192.0.2.7": 1}, driver(leases=(table,))
    )

    assert reading.ports[1].leases == (
        Lease(address="192.0.2.7", mac="00:1B:21:0A:0B:0C", vlan=100),
    )


def test_a_lease_under_its_port() -> None:
    """The port stands first in the index: only its part of the table is walked."""
    table = LeaseTable(
        mib="made up",
        port=PortKey(),
        address=index_string(1, ip_address),
        prefix_length=Column(f"{T}.2", integer),
        mac=Column(f"{T}.1", mac),
    )
    v6 = ".".join(map(str, (16, 0x20, 1, 0xD, 0xB8, *(0,) * 12)))
    cells: dict[str, Cell] = {
        f"{T}.1.1.4.192.0.2.7": b"\x00\x1b\x21\x0a\x0b\x0c",
        f"{T}.2.1.4.192.0.2.7": 24,
        f"{T}.1.1.{v6}": b"\x00\x1b\x21\x0a\x0b\x0c",
        f"{T}.2.1.{v6}": 56,
        f"{T}.1.2.4.192.0.2.8": b"\x00\x1b\x21\x0a\x0b\x0d",
    }

    reading = read_both(switch() | cells, driver(leases=(table,)))

    assert reading.ports[1].leases == (
        Lease(address="192.0.2.7", mac="00:1B:21:0A:0B:0C"),
        Lease(address="2001:db8::/56", mac="00:1B:21:0A:0B:0C"),
    )


def test_a_port_by_its_name() -> None:
    """Huawei: ifDescr in a cell, in any case; a name that no port has is none."""
    table = LeaseTable(
        mib="made up",
        port=PortKey(PortBy.NAME, Column(f"{T}.6", raw_text)),
        address=index_octets(0, 4, ipv4),
    )
    cells: dict[str, Cell] = {f"{T}.6.192.0.2.7": b"GE1", f"{T}.6.192.0.2.8": b"ge9"}

    reading = read_both(switch() | cells, driver(leases=(table,)))

    assert reading.ports[1].leases == (Lease(address="192.0.2.7"),)


def test_a_port_by_its_name_in_the_index() -> None:
    """Counted octets."""
    table = LeaseTable(
        mib="made up",
        port=PortKey(PortBy.NAME, index_string(0, raw_text)),
        address=Column(f"{T}.6", ipv4),
    )
    index = ".".join(map(str, (3, *b"ge1", 1)))

    reading = read_both(switch() | {f"{T}.6.{index}": b"192.0.2.7"}, driver(leases=(table,)))

    assert reading.ports[1].leases == (Lease(address="192.0.2.7"),)


def test_a_port_number_that_must_be_converted() -> None:
    """A number in a text is a number; an offset makes it an ifIndex (TP-Link)."""
    table = MacTable(
        mib="made up",
        port=PortKey(PortBy.IF_INDEX, Column(f"{T}.2", integer), offset=49152),
        mac=index_octets(-6, 6, mac),
    )
    cells = switch((49153,)) | {f"{T}.2.0.27.33.10.11.12": b"1"}

    reading = read_both(cells, driver(macs=(table,)), name="ge49153")

    assert reading.ports[49153].macs == (MacEntry(mac="00:1B:21:0A:0B:0C"),)


def test_macs_in_a_table_by_port() -> None:
    """BDCOM fdbReadByPortTable: the port stands first."""
    table = MacTable(
        mib="made up", port=PortKey(), vlan=index_at(1, vlan), mac=Column(f"{T}.3", mac)
    )
    cells = switch() | {
        f"{T}.3.1.100.1": b"\x02\0\0\0\0\x01",
        f"{T}.3.2.100.1": b"\x02\0\0\0\0\x02",
    }

    reading = read_both(cells, driver(macs=(table,)))

    assert reading.ports[1].macs == (MacEntry(mac="02:00:00:00:00:01", vlan=100),)


def test_rows_that_do_not_count() -> None:
    """RowStatus and the like; a row without the cell stays."""
    table = LeaseTable(
        mib="made up",
        port=PortKey(PortBy.IF_INDEX, Column(f"{T}.6", integer)),
        row_active=Column(f"{T}.9", one_of({1: True, 2: False}, "active")),
        address=index_octets(0, 4, ipv4),
    )
    cells = {f"{T}.6.192.0.2.{n}": 1 for n in (7, 8, 9)} | {
        f"{T}.9.192.0.2.7": 1,
        f"{T}.9.192.0.2.8": 2,
    }

    reading = read_both(switch() | cells, driver(leases=(table,)))

    assert [x.address for x in reading.ports[1].leases] == ["192.0.2.7", "192.0.2.9"]


@pytest.mark.parametrize("key", [BRIDGE_PORT, PortKey(PortBy.ENTITY)])
def test_a_row_by_bridge_port_or_entity(key: PortKey) -> None:
    """The number in the index is not the ifIndex."""
    table = TransceiverTable(mib="made up", port=key, temperature=Column(f"{T}.1", celsius()))
    joined = {f"{BASE_PORT}.70": 1, f"{BASE_PORT}.1": 2, **CAGE}

    reading = read_both(
        switch() | joined | {f"{T}.1.70": 31, f"{T}.1.999": 50}, driver(transceivers=(table,))
    )

    assert light(reading) == Transceiver(temperature=Celsius(31.0))


def test_a_module_by_the_entity_inside_the_port() -> None:
    """The row may be that of the module and not that of the port."""
    table = TransceiverTable(
        mib="made up", port=PortKey(PortBy.ENTITY), serial_number=Column(f"{T}.1", text)
    )
    cells = {**entity(70, 1, 10, "ge1"), **entity(80, 70, 9, "SFP"), f"{T}.1.80": b"S1"}

    reading = read_both(switch() | cells, driver(transceivers=(table,)))

    assert light(reading) == Transceiver(serial_number="S1")


def test_scalars_of_the_one_port_with_an_optic() -> None:
    """XG6846: the DDM branch has no port in it; the WAN port is the one it can be."""
    table = TransceiverTable(
        mib="made up",
        port=PortKey(PortBy.FIXED_PORT, name="wan.*"),
        rx_power=Column(f"{T}.9", power_text),
        temperature=Column(f"{T}.5", celsius()),
    )
    cells = switch() | {"1.3.6.1.2.1.31.1.1.1.1.1": b"WAN", "1.3.6.1.2.1.2.2.1.2.1": b"eth4"}
    cells |= {f"{T}.9.0": b"-10.15 dBm", f"{T}.5.0": b"53.313 C"}

    reading = read_both(cells, driver(transceivers=(table,)), name="WAN")

    assert light(reading) == Transceiver(rx_power=Dbm(-10.15), temperature=Celsius(53.313))
    assert light(reading, 2) is None


def test_a_scalar_of_no_port_in_particular_is_nobodys() -> None:
    """Two ports match: neither has it."""
    table = TransceiverTable(
        mib="made up",
        port=PortKey(PortBy.FIXED_PORT, name="ge.*"),
        temperature=Column(f"{T}.5", celsius()),
    )

    reading = read_both(switch() | {f"{T}.5.0": 50}, driver(transceivers=(table,)))

    assert light(reading) is light(reading, 2) is None


def test_rows_of_the_one_port_that_learns() -> None:
    """A CPE whose every address is behind its one LAN port."""
    table = MacTable(
        mib="made up",
        port=PortKey(PortBy.FIXED_PORT, name="ge1"),
        mac=index_octets(-6, 6, mac),
        learnt=Column(f"{T}.3", is_one_of(frozenset({3}), "learnt")),
    )
    cells = {f"{T}.3.2.0.0.0.0.{n}": status for n, status in ((1, 3), (2, 4))}

    reading = read_both(switch() | cells, driver(macs=(table,)))

    assert reading.ports[1].macs == (MacEntry(mac="02:00:00:00:00:01"),)


def test_a_port_that_must_bear_a_name() -> None:
    """iBOS: an XFP number is believed only where it meets a ten-gigabit port."""
    table = TransceiverTable(
        mib="made up", port=PortKey(name="ge2"), temperature=Column(f"{T}.5", celsius())
    )

    reading = read_both(switch() | {f"{T}.5.1": 50, f"{T}.5.2": 51}, driver(transceivers=(table,)))

    assert light(reading) is None
    assert light(reading, 2) == Transceiver(temperature=Celsius(51.0))


def test_the_other_number_of_a_port_counts_where_there_is_none_of_the_first() -> None:
    """ZTE: ifTable numbers ports in one way, everything else in another."""
    table = TransceiverTable(
        mib="made up",
        port=PortKey(source=index_at(0, integer), or_else=lambda number: number - 100),
        temperature=Column(f"{T}.1", celsius()),
    )
    cells = {f"{T}.1.1": 30, f"{T}.1.102": 40, f"{T}.1.250": 50}

    reading = read_both(switch() | cells, driver(transceivers=(table,)))

    assert light(reading) == Transceiver(temperature=Celsius(30.0))
    assert light(reading, 2) == Transceiver(temperature=Celsius(40.0))
    assert set(reading.ports) == {1, 2}


def test_a_port_that_is_not_listed_is_told_where_the_driver_says_so() -> None:
    """ISAM: the cages of an NT have no ifIndex."""
    table = TransceiverTable(
        mib="made up",
        port=PortKey(source=index_at(0, integer), unlisted=True),
        temperature=Column(f"{T}.1", celsius()),
    )

    reading = read(switch() | {f"{T}.1.99": 30}, driver(transceivers=(table,)))

    assert light(reading, 99) == Transceiver(temperature=Celsius(30.0))


def test_a_pattern_finds_the_one_port_that_is_called_so() -> None:
    """V-SOL: port 1 is "ge1 Clients"; of two that fit neither is meant."""
    pattern = Convert("pattern", lambda cell: f"ge{cell!r}( .*)?")
    table = TransceiverTable(
        mib="made up",
        port=PortKey(PortBy.PATTERN, index_at(0, pattern)),
        temperature=Column(f"{T}.1", celsius()),
    )
    names = {f"{IFX}.1.1": b"ge1 Clients", f"{IFX}.1.2": b"ge11"}
    cells = {f"{T}.1.1": 30, f"{T}.1.3": 50}

    reading = read(switch() | names | cells, driver(transceivers=(table,)))

    assert light(reading) == Transceiver(temperature=Celsius(30.0))
    assert light(reading, 2) is None


def test_rates_by_queue_in_the_index() -> None:
    """kbit/s; a sentinel is no rate."""
    table = ShapingTable(
        mib="made up",
        queue=index_at(1, number_text),
        cir=Column(f"{T}.3", kilobits()),
        pir=Column(f"{T}.4", kilobits(1000)),
    )
    cells = {f"{T}.3.1.0": 100_000, f"{T}.4.1.0": 250, f"{T}.3.1.1": 4294967295, f"{T}.4.1.1": 0}

    reading = read_both(switch() | cells, driver(shaping=(table,)))

    assert reading.ports[1].shaping == (
        Shaping(queue="0", cir=KilobitPerSecond(100_000), pir=KilobitPerSecond(250_000)),
    )


LANES = (
    Lane(number=1, rx_power=Dbm(-2.0), bias=MilliAmpere(6.0)),
    Lane(number=2, rx_power=Dbm(-7.5), bias=MilliAmpere(7.0)),
)


def test_o7_lanes_as_rows() -> None:
    """The lowest level counts, and the highest current; the module's own are not of a lane."""
    table = TransceiverTable(
        mib="made up",
        lane=index_at(1, integer),
        rx_power=Column(f"{T}.1", dbm(0.1)),
        bias=Column(f"{T}.2", milliamperes()),
        temperature=Column(f"{T}.3", celsius()),
    )
    cells = {f"{T}.1.1.1": -20, f"{T}.1.1.2": -75, f"{T}.2.1.1": 6, f"{T}.2.1.2": 7}

    reading = read_both(
        switch() | cells | {f"{T}.3.1.1": 40, f"{T}.3.1.2": 40}, driver(transceivers=(table,))
    )

    assert light(reading) == Transceiver(
        rx_power=Dbm(-7.5), bias=MilliAmpere(7.0), temperature=Celsius(40.0), lanes=LANES
    )


def test_o7_lanes_in_a_text() -> None:
    """Huawei: all lanes in one cell; a single one is the module's."""
    table = TransceiverTable(
        mib="made up",
        lanes_rx=Column(f"{T}.1", lanes(dbm())),
        lanes_bias=Column(f"{T}.2", lanes(milliamperes())),
        temperature=Column(f"{T}.3", celsius()),
    )
    cells: dict[str, Cell] = {
        f"{T}.1.1": b"-2.0,-7.5",
        f"{T}.2.1": b"6.00,7.00",
        f"{T}.3.1": 40,
        f"{T}.1.2": b"-3.5",
        f"{T}.3.2": 41,
    }

    reading = read_both(switch() | cells, driver(transceivers=(table,)))

    assert light(reading) == Transceiver(
        rx_power=Dbm(-7.5), bias=MilliAmpere(7.0), temperature=Celsius(40.0), lanes=LANES
    )
    assert light(reading, 2) == Transceiver(rx_power=Dbm(-3.5), temperature=Celsius(41.0))


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (b"-2.0,-Inf", Dark.NO_LIGHT),
        (b"-2.0,", Dbm(-2.0)),
        (b"-Inf,-Inf", Dark.NO_LIGHT),
    ],
)
def test_o7_a_dark_lane_is_a_dark_module(texts: bytes, expected: Dbm | Dark) -> None:
    """And one that tells nothing takes nothing from the others."""
    table = TransceiverTable(
        mib="made up",
        lanes_rx=Column(f"{T}.1", lanes(dbm())),
        temperature=Column(f"{T}.3", celsius()),
    )

    found = light(
        read_both(switch() | {f"{T}.1.1": texts, f"{T}.3.1": 40}, driver(transceivers=(table,)))
    )

    assert found is not None
    assert found.rx_power == expected


LIGHT = TransceiverTable(
    mib="made up",
    rx_power=Column(f"{T}.1", watts(1e-6)),
    tx_power=Column(f"{T}.2", watts(1e-6)),
    temperature=Column(f"{T}.3", celsius()),
    bias=Column(f"{T}.4", milliamperes()),
    voltage=Column(f"{T}.5", volts()),
    vendor=Column(f"{T}.6", text),
    present=Column(f"{T}.7", one_of({1: True, 2: False}, "present")),
    diagnostics=Column(f"{T}.8", one_of({1: True, 2: False}, "diagnostics")),
    rx_lost=Column(f"{T}.9", one_of({1: True, 2: False}, "loss of signal")),
)
RX, TX, TEMPERATURE, BIAS, VOLTAGE, MODULE, PRESENT, DIAGNOSTICS, LOST = range(1, 10)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({RX: 500, TEMPERATURE: 40}, pytest.approx(-3.01, abs=0.01)),
        ({RX: 0, TEMPERATURE: 40}, Dark.NO_LIGHT),  # O2
        ({RX: 0, VOLTAGE: 3}, Dark.NO_LIGHT),
        ({RX: 0, DIAGNOSTICS: 1}, Dark.NO_LIGHT),
        ({LOST: 1, TEMPERATURE: 40}, Dark.NO_LIGHT),
        ({LOST: 2, TEMPERATURE: 40}, None),
        ({LOST: 1, RX: 500, TEMPERATURE: 40}, pytest.approx(-3.01, abs=0.01)),
        ({RX: 0, TX: 0, TEMPERATURE: 0, BIAS: 0, VOLTAGE: 0}, Dark.NO_DIAGNOSTICS),  # O9
        ({RX: 0, MODULE: b"OEM", PRESENT: 1}, Dark.NO_DIAGNOSTICS),
        ({MODULE: b"OEM", PRESENT: 1}, Dark.NO_DIAGNOSTICS),  # O8
        ({MODULE: b"OEM", DIAGNOSTICS: 2, RX: 500, TEMPERATURE: 40}, Dark.NO_DIAGNOSTICS),
        ({PRESENT: 2}, Dark.NO_MODULE),
        ({PRESENT: 2, RX: 500, TEMPERATURE: 40}, Dark.NO_MODULE),
        ({MODULE: b"OEM"}, None),
    ],
)
def test_the_four_states_of_light(row: dict[int, Cell], expected: Any) -> None:
    """A level, no light, no diagnostics, no module: O2, O6, O8, O9. And no word at all."""
    cells = {f"{T}.{column}.1": cell for column, cell in row.items()}

    found = light(read_both(switch() | cells, driver(transceivers=(LIGHT,))))

    assert found is not None
    assert found.light == expected


@pytest.mark.parametrize("row", [{DIAGNOSTICS: 2}, {LOST: 2}, {RX: -1, TEMPERATURE: -255}, {}])
def test_where_nothing_is_told_there_is_no_transceiver(row: dict[int, Cell]) -> None:
    """O6: sentinels alone, or a status alone, are a copper port as well as an empty cage."""
    cells = {f"{T}.{column}.1": cell for column, cell in row.items()}

    reading = read_both(switch() | cells, driver(transceivers=(LIGHT,)))

    assert light(reading) is None
    assert reading.parts[Fact.TRANSCEIVER].state is State.EMPTY


def test_o2_a_row_of_zeros_is_not_one_milliwatt() -> None:
    """0 in hundredths of a dBm beside 0 °C and 0 mA: nothing was measured (Juniper, iBOS)."""
    table = TransceiverTable(
        mib="made up",
        rx_power=Column(f"{T}.1", dbm(0.01)),
        tx_power=Column(f"{T}.2", dbm(0.01)),
        temperature=Column(f"{T}.3", celsius()),
        bias=Column(f"{T}.4", milliamperes()),
    )

    reading = read_both(
        switch() | {f"{T}.{n}.1": 0 for n in (1, 2, 3, 4)}, driver(transceivers=(table,))
    )

    assert light(reading) == Transceiver(rx_power=Dark.NO_DIAGNOSTICS, tx_power=Dark.NO_DIAGNOSTICS)


def test_a_last_word_on_a_row() -> None:
    """A hook changes a row, or leaves it out."""

    def believed(row: Row) -> Row | None:
        return None if row.get("temperature") == 99 else {**row, "vendor": "OEM"}

    table = TransceiverTable(mib="made up", row=believed, temperature=Column(f"{T}.3", celsius()))

    reading = read_both(switch() | {f"{T}.3.1": 40, f"{T}.3.2": 99}, driver(transceivers=(table,)))

    assert light(reading) == Transceiver(temperature=Celsius(40.0), vendor="OEM")
    assert light(reading, 2) is None


def test_several_tables_fill_each_other() -> None:
    """What the first does not tell, the next one may."""
    second = TransceiverTable(
        mib="made up",
        temperature=Column(f"{T}.31", celsius()),
        vendor=Column(f"{T}.32", text),
    )
    cells: dict[str, Cell] = {f"{T}.3.1": 40, f"{T}.31.1": 99, f"{T}.32.1": b"OEM"}

    reading = read_both(switch() | cells, driver(transceivers=(LIGHT, second)))

    assert light(reading) == Transceiver(temperature=Celsius(40.0), vendor="OEM")


def test_what_stands_behind_the_port_unasked_does_not_count() -> None:
    """A row that a question about one port would not find is none for all ports either."""
    table = TransceiverTable(mib="made up", temperature=Column(f"{T}.3", celsius()))

    reading = read_both(switch() | {f"{T}.3.1.7": 40}, driver(transceivers=(table,)))

    assert light(reading) is None


def test_the_standard_tables_are_the_default() -> None:
    """A driver states only the deviation."""
    assert driver().links is standard.LINKS
    assert driver().macs is standard.MACS
