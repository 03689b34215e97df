"""Cisco IOS: light from sensors inside a port's module, and the MAC table of one VLAN."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from techinfo.collect.target import Reading
from techinfo.driver import Convert
from techinfo.model import Fact, Lease, MacEntry, State, Transceiver
from techinfo.units import Celsius, Dark, Dbm, MilliAmpere, Volt
from techinfo.wire import Cell
from techinfo_drivers.cisco_ios import DRIVERS

Play = Callable[..., Reading]

IOS = {
    "sys_object_id": "1.3.6.1.4.1.9.1.1208",
    "sys_descr": "Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.0(2a)EX5,"
    " RELEASE SOFTWARE (fc3)",
}
ENTITY = "1.3.6.1.2.1.47.1.1.1.1"
SENSOR = "1.3.6.1.4.1.9.9.91.1.1.1.1"
UNITS, MILLI = 9, 8
VOLTS, AMPERES, CELSIUS, DBM = 4, 5, 8, 14
SENSORS = {
    1063: ("Module Temperature Sensor", CELSIUS, UNITS, 1, 346),
    1064: ("Supply Voltage Sensor", VOLTS, UNITS, 2, 332),
    1065: ("Bias Current Sensor", AMPERES, MILLI, 1, 50),
    1066: ("Transmit Power Sensor", DBM, UNITS, 1, -50),
    1067: ("Receive Power Sensor", DBM, UNITS, 1, -47),
}


def pluggable(
    serial_number: bytes = b"FNS192717K1     ", name: bytes = b"GLC-SX-MMD"
) -> dict[str, Cell]:
    """Entity 1062 in cage 1061: the port with ifIndex 10152."""
    return {
        f"{ENTITY}.4.1062": 1061,
        f"{ENTITY}.5.1062": 10,
        f"{ENTITY}.7.1062": b"GigabitEthernet1/0/52",
        f"{ENTITY}.11.1062": serial_number,
        f"{ENTITY}.12.1062": b"",
        f"{ENTITY}.13.1062": name,
        f"{ENTITY}.4.1061": 1002,
        f"{ENTITY}.5.1061": 5,
        "1.3.6.1.2.1.47.1.3.2.1.2.1062.0": (1, 3, 6, 1, 2, 1, 2, 2, 1, 1, 10152),
    }


def sensors(status: int | None = None) -> dict[str, Cell]:
    """The five sensors of a module, each contained in entity 1062."""
    cells: dict[str, Cell] = {}
    for entity, (name, kind, scale, precision, value) in SENSORS.items():
        cells[f"{ENTITY}.4.{entity}"] = 1062
        cells[f"{ENTITY}.5.{entity}"] = 8
        cells[f"{ENTITY}.7.{entity}"] = f"Gi1/0/52 {name}".encode()
        for column, number in enumerate((kind, scale, precision, value), 1):
            cells[f"{SENSOR}.{column}.{entity}"] = number
        if status is not None:
            cells[f"{SENSOR}.5.{entity}"] = status
    return cells


PORT = {"ports": {10152: "Gi1/0/52"}}


def test_o4_sensors_are_scaled_by_their_precision(play: Play) -> None:
    """346 with one decimal is 34.6 °C, 332 with two 3.32 V, 50 tenths of a milliampere 5 mA."""
    reading = play(pluggable() | sensors(status=1), **IOS, **PORT)

    assert reading.ports[10152].transceiver == Transceiver(
        rx_power=Dbm(-4.7),
        tx_power=Dbm(-5.0),
        temperature=Celsius(34.6),
        bias=MilliAmpere(5.0),
        voltage=Volt(3.32),
        part_number="GLC-SX-MMD",
        serial_number="FNS192717K1",
        present=True,
    )


def test_one_port_asks_its_own_sensors(play: Play) -> None:
    """A question about one port gives the same as the whole table."""
    cells = pluggable() | sensors()

    one = play(cells, **IOS, **PORT, port=10152)

    assert one.ports[10152].transceiver == play(cells, **IOS, **PORT).ports[10152].transceiver


def test_a_sensor_that_is_unavailable_is_no_reading(play: Play) -> None:
    """EntSensorStatus 2: the module is there, its diagnostics are not."""
    reading = play(pluggable() | sensors(status=2), **IOS, **PORT)

    assert reading.ports[10152].transceiver == Transceiver(
        rx_power=Dark.NO_DIAGNOSTICS,
        part_number="GLC-SX-MMD",
        serial_number="FNS192717K1",
        present=True,
    )


@pytest.mark.parametrize("name", [b"Unspecified", b"31A962   >       f! ", b"        "])
def test_a_part_number_that_is_none_is_left_out(play: Play, name: bytes) -> None:
    """Modules of other makers are unspecified, or have other bytes where the name should be."""
    reading = play(pluggable(name=name), **IOS, **PORT)

    optic = reading.ports[10152].transceiver
    assert optic is not None
    assert (optic.part_number, optic.serial_number) == (None, "FNS192717K1")


def test_a_copper_port_has_no_transceiver(play: Play) -> None:
    """It is an entity too, without a serial number."""
    reading = play(pluggable(serial_number=b"", name=b""), **IOS, **PORT)

    assert reading.ports[10152].transceiver is None


def test_f13_f15_addresses_are_of_vlan_1_and_never_called_complete(play: Play) -> None:
    """Outside of a VLAN's context the BRIDGE-MIB is VLAN 1's, whatever other VLANs there are."""
    cells: dict[str, Cell] = {
        "1.3.6.1.2.1.17.1.4.1.2.456": 5001,
        "1.3.6.1.2.1.17.4.3.1.2.2.0.0.0.0.1": 456,
        "1.3.6.1.2.1.17.4.3.1.3.2.0.0.0.0.1": 3,
    }

    reading = play(cells, **IOS, ports={5001: "Po1"})

    assert reading.ports[5001].macs == (MacEntry(mac="02:00:00:00:00:01", vlan=1),)
    assert reading.parts[Fact.MACS].state is State.PARTIAL
    assert "VLAN 1" in reading.parts[Fact.MACS].cause


def test_f15_no_address_in_vlan_1_is_not_no_address(play: Play) -> None:
    """An empty table tells nothing of the other VLANs."""
    part = play({}, **IOS).parts[Fact.MACS]

    assert part.state is State.FAILED
    assert "VLAN 1" in part.cause


def test_a_table_with_vlans_is_believed_first(play: Play) -> None:
    """Software that has the Q-BRIDGE-MIB tells all VLANs."""
    cells: dict[str, Cell] = {
        "1.3.6.1.2.1.17.7.1.4.2.1.3.0.101": 101,
        "1.3.6.1.2.1.17.7.1.2.2.1.2.101.2.0.0.0.0.1": 1,
        "1.3.6.1.2.1.17.4.3.1.2.2.0.0.0.0.1": 1,
    }

    reading = play(cells, **IOS)

    assert reading.ports[1].macs == (MacEntry(mac="02:00:00:00:00:01", vlan=101),)
    assert reading.parts[Fact.MACS].state is State.OK


def test_bindings_have_vlan_and_mac_in_the_index(play: Play) -> None:
    """CdsBindingsTable; whether its seconds are left or whole is not stated: no end."""
    entry = "1.3.6.1.4.1.9.9.380.1.4.1.1"
    row = "101.2.0.0.0.0.1"
    cells: dict[str, Cell] = {
        f"{entry}.3.{row}": 1,
        f"{entry}.4.{row}": bytes([192, 0, 2, 7]),
        f"{entry}.5.{row}": 1,
        f"{entry}.6.{row}": 86_400,
    }

    reading = play(cells, **IOS)

    assert reading.ports[1].leases == (
        Lease(address="192.0.2.7", mac="02:00:00:00:00:01", vlan=101),
    )


def test_crc_errors_come_from_the_old_table_where_there_is_no_other(play: Play) -> None:
    """LocIfInCRC."""
    reading = play({"1.3.6.1.4.1.9.2.2.1.1.12.1": 15}, **IOS, port=1)

    counters = reading.ports[1].counters
    assert counters is not None
    assert counters.input.crc_errors == 15


@pytest.mark.parametrize(
    "cells",
    [
        {
            f"{ENTITY}.13.1": b"",
            f"{ENTITY}.11.1": b"",
            f"{ENTITY}.13.1001": b"WS-C2960X-48FPS-L",
            f"{ENTITY}.11.1001": b"FCW1929B68S",
        },
        {
            f"{ENTITY}.13.1000": b"WS-C2960X-48FPS-L",
            f"{ENTITY}.11.1000": b"FCW1929B68S",
        },
        {
            f"{ENTITY}.13.1": b"WS-C2960X-48FPS-L",
            f"{ENTITY}.11.1": b"FCW1929B68S",
            f"{ENTITY}.13.1001": b"C2960X-STACK",
        },
    ],
)
def test_the_first_chassis_of_a_stack_names_it(play: Play, cells: dict[str, Cell]) -> None:
    """Entity 1 is the stack or the chassis; the first chassis of a stack is 1001, or 1000."""
    reading = play(cells, **IOS)

    device = reading.device
    assert device is not None
    assert (device.model, device.serial_number) == ("WS-C2960X-48FPS-L", "FCW1929B68S")
    assert device.firmware == "15.0(2a)EX5"


@pytest.mark.parametrize(
    ("sys_descr", "claimed"),
    [
        ("Cisco Internetwork Operating System Software", True),
        (
            "Cisco IOS Software [Fuji], Catalyst L3 Switch Software (CAT9K_IOSXE)",
            True,
        ),
        ("Cisco IOS Software, IOS-XE Software, Catalyst L3 Switch Software (CAT3K_CAA)", True),
        ("Cisco                     IE3200-8T2S          FVH2849L0CA        261 V 17 12  4", True),
        ("Cisco ESS-3300-NCP V 17 12  4", True),
        ("Cisco IOS XR Software (Cisco ASR9K Series), Version 4.3.0[Default]", False),
        ("Cisco NX-OS(tm) n5000, Software (n5000-uk9), Version 5.1(3)N2(1)", False),
        ("Cisco Adaptive Security Appliance Version 9.1(2)", False),
    ],
)
def test_other_systems_of_the_maker_are_not_claimed(
    play: Play, sys_descr: str, claimed: bool
) -> None:
    """The number alone is shared by routers, firewalls and telephones."""
    reading = play({}, sys_object_id="1.3.6.1.4.1.9.1.1745", sys_descr=sys_descr)

    assert (reading.driver == "cisco_ios") is claimed


@pytest.mark.parametrize(
    ("sys_descr", "firmware"),
    [
        ("IE1000 Industrial Ethernet Switch, Version: 1.8.2#2020-08-13T23:48:09+00:00", "1.8.2"),
        ("Cisco ME1200 Version 15.4-3.SN1", "15.4-3.SN1"),
    ],
)
def test_small_switches_without_ios_have_one_bridge(
    play: Play, sys_descr: str, firmware: str
) -> None:
    """They share the number with IOS, and a row without a VLAN is not of VLAN 1."""
    cells: dict[str, Cell] = {
        "1.3.6.1.2.1.17.1.4.1.2.1": 1,
        "1.3.6.1.2.1.17.4.3.1.2.2.0.0.0.0.1": 1,
    }

    reading = play(cells, sys_object_id="1.3.6.1.4.1.9.1.2425", sys_descr=sys_descr)

    assert reading.device is not None
    assert (reading.driver, reading.device.firmware) == ("cisco_ie1000", firmware)
    assert [entry.vlan for entry in reading.ports[1].macs] == [None]


VLAN_TYPE = "1.3.6.1.4.1.9.9.46.1.3.1.1.3.1"
TRUNK = "1.3.6.1.4.1.9.9.46.1.6.1.1"


def test_a_nexus_is_asked_in_the_vlans_contexts_as_ios_is(play: Play) -> None:
    """Its number is of another branch, and what one community sees is never all its addresses."""
    cells: dict[str, Cell] = {VLAN_TYPE + ".1": 1, VLAN_TYPE + ".120": 1}

    reading = play(
        cells,
        sys_object_id="1.3.6.1.4.1.9.12.3.1.3.1008",
        sys_descr="Cisco NX-OS(tm) n5000, Software (n5000-uk9), Version 5.1(3)N2(1)",
    )

    assert reading.driver == "cisco_nxos"
    assert reading.parts[Fact.MACS].state in (State.FAILED, State.PARTIAL)


def test_a_trunk_carries_the_vlans_whose_bits_are_set() -> None:
    """Bit 0 is VLAN 0 of the first column and VLAN 1024 of the next (cisco-c3560, port 10149)."""
    contexts = DRIVERS[0].contexts
    assert contexts is not None
    first, second, *_ = contexts.of_trunk
    assert isinstance(first.convert, Convert)
    assert isinstance(second.convert, Convert)

    assert first.convert(b"\x20" + bytes(127)) == (2,)
    assert first.convert(b"\x80" + bytes(126) + b"\x01") == (1023,)
    assert second.convert(b"\x80\x01") == (1024, 1039)
    assert second.convert(b"") == ()
    assert second.convert(5) is None


def test_the_last_numbers_of_a_trunk_are_no_vlans() -> None:
    """4095 is reserved (IEEE 802.1Q), and octets behind it are nothing."""
    contexts = DRIVERS[0].contexts
    assert contexts is not None
    last = contexts.of_trunk[-1]
    assert isinstance(last.convert, Convert)

    assert last.convert(bytes(127) + b"\x03\xff") == (4094,)


def test_f14_a_vlan_that_is_mute_is_told_as_missing(play: Play) -> None:
    """Token Ring's VLANs are not asked for; VLAN 10, which is Ethernet, has no answer here."""
    cells: dict[str, Cell] = {
        "1.3.6.1.2.1.17.1.4.1.2.456": 5001,
        "1.3.6.1.2.1.17.4.3.1.2.2.0.0.0.0.1": 456,
        "1.3.6.1.2.1.17.4.3.1.3.2.0.0.0.0.1": 3,
        **{f"{VLAN_TYPE}.{tag}": 1 for tag in (1, 10)},
        **{f"{VLAN_TYPE}.{tag}": tag - 1000 for tag in (1002, 1003, 1004, 1005)},
    }

    reading = play(cells, **IOS, ports={5001: "Po1"})

    part = reading.parts[Fact.MACS]
    assert reading.ports[5001].macs == (MacEntry(mac="02:00:00:00:00:01", vlan=1),)
    assert (part.state, part.cause) == (
        State.PARTIAL,
        "the addresses of VLAN 10 could not be read",
    )


@pytest.mark.parametrize(
    ("sys_descr", "firmware"),
    [
        (
            "Cisco IOS Software, IOS-XE Software, Catalyst L3 Switch Software "
            "(CAT3K_CAA-UNIVERSALK9-M), Version 03.06.06E RELEASE SOFTWARE (fc1)",
            "03.06.06E",
        ),
        (
            "Cisco IOS Software [Amsterdam], Catalyst L3 Switch Software (CAT9K_IOSXE), "
            "Version 17.3.4, RELEASE SOFTWARE (fc3)",
            "17.3.4",
        ),
        ("Cisco IOS XE Software, Version 16.09.03", "16.09.03"),
        ("Cisco IOS-XE Software, Version 16.12.4", "16.12.4"),
    ],
)
def test_ios_xe_has_the_same_tables(play: Play, sys_descr: str, firmware: str) -> None:
    """Whatever form its description has."""
    reading = play({}, sys_object_id="1.3.6.1.4.1.9.1.2494", sys_descr=sys_descr)

    assert reading.device is not None
    assert (reading.driver, reading.device.firmware) == ("cisco_ios", firmware)
