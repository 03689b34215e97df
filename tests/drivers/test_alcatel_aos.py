"""OmniSwitch: thousandths, MAC addresses below their port, and two meanings of a bridge port."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from techinfo.collect.target import Reading
from techinfo.model import Group, Lease, MacEntry, Transceiver
from techinfo.units import Celsius, Dark, Dbm, MilliAmpere, Volt
from techinfo.wire import Cell

Play = Callable[..., Reading]

AOS6 = {
    "sys_object_id": "1.3.6.1.4.1.6486.800.1.1.2.1.11.2.2",
    "sys_descr": "Alcatel-Lucent OS6250-P24 6.6.1.791.R01 Service Release",
    "ports": {1001: "1/1", 1025: "1/25", 2001: "2/1"},
}
AOS8 = {
    "sys_object_id": "1.3.6.1.4.1.6486.801.1.1.2.1.12.1.1",
    "sys_descr": "Alcatel-Lucent Enterprise OS6860E-24 8.4.1.141.R03 GA",
    "ports": {1001: "1/1/1", 1025: "1/1/25"},
}
TREE6, TREE8 = "1.3.6.1.4.1.6486.800.1.2.1", "1.3.6.1.4.1.6486.801.1.2.1"
MAC = "2.0.0.0.0.1"
ENTRY = "02:00:00:00:00:01"
NOT_APPLICABLE = -200_000
LIT = (41_000, 3_290, 6_500, -5_912, -18_443)
READINGS = Transceiver(
    rx_power=Dbm(-18.443),
    tx_power=Dbm(-5.912),
    temperature=Celsius(41),
    bias=MilliAmpere(6.5),
    voltage=Volt(3.29),
)


def optic_6(play: Play, values: tuple[int, ...]) -> Transceiver | None:
    """The pluggable of port 1/25, from ddmInfoTable."""
    columns = (1, 6, 11, 16, 21)
    cells = {
        f"{TREE6}.5.1.1.2.5.1.{column}.1025": value
        for column, value in zip(columns, values, strict=True)
    }
    return play(cells, **AOS6).ports[1025].transceiver


def rows_8(values: tuple[int, ...], channel: int = 1) -> dict[str, Cell]:
    """A row of ddmPortInfoTable."""
    columns = (2, 7, 12, 17, 22)
    return {
        f"{TREE8}.5.1.1.2.6.1.{column}.1025.{channel}": value
        for column, value in zip(columns, values, strict=True)
    }


def test_aos_6_has_a_row_for_each_port(play: Play) -> None:
    """0.001 of degrees, volts, milliamperes and dBm."""
    assert optic_6(play, LIT) == READINGS


def test_what_is_not_applicable_is_no_value(play: Play) -> None:
    """-200000 in every column: a module without diagnostics, or none."""
    assert optic_6(play, (NOT_APPLICABLE,) * 5) is None


def test_the_floor_is_no_light(play: Play) -> None:
    """-40000 is the least of the range."""
    found = optic_6(play, (*LIT[:4], -40_000))

    assert found is not None
    assert found.rx_power is Dark.NO_LIGHT


def test_aos_8_has_a_row_for_each_channel(play: Play) -> None:
    """A single channel is the module; of four the darkest is the port's."""
    cells = rows_8((*LIT[:4], -3_000))
    for channel, level in ((2, -2_500), (3, -9_000), (4, -2_700)):
        cells |= rows_8((*LIT[:4], level), channel)

    single = play(rows_8(LIT), **AOS8).ports[1025].transceiver
    four = play(cells, **AOS8).ports[1025].transceiver
    alone = play(cells, **AOS8, port=1025).ports[1025].transceiver

    assert single == READINGS
    assert four is not None
    assert [lane.rx_power for lane in four.lanes] == [-3.0, -2.5, -9.0, -2.7]
    assert four.rx_power == -9.0
    assert alone == four


def test_aos_8_names_a_module_by_slot_and_transceiver(play: Play) -> None:
    """``1/SLOT-1 TRANSCEIVER-25`` is plugged into 1/1/25; the slot itself is nobody's."""
    entity = "1.3.6.1.2.1.47.1.1.1.1"
    cells: dict[str, Cell] = {
        f"{entity}.5.7": 9,
        f"{entity}.7.7": b"1/SLOT-1",
        f"{entity}.11.7": b"BOARD0001",
        f"{entity}.5.70": 9,
        f"{entity}.7.70": b"1/SLOT-1 TRANSCEIVER-25",
        f"{entity}.11.70": b"S0001",
        f"{entity}.12.70": b"ALCATEL",
    }

    reading = play(cells, **AOS8)

    found = reading.ports[1025].transceiver
    assert found is not None
    assert (found.serial_number, found.vendor, found.present) == ("S0001", "ALCATEL", True)
    assert reading.ports[1001].transceiver is None


def test_a_mac_stands_below_its_port_and_vlan(play: Play) -> None:
    """slMacAddressTable: ifIndex, VLAN, address; static multicast is no host."""
    column = f"{TREE6}.8.1.1.1.1.2"
    cells: dict[str, Cell] = {
        f"{column}.1001.10.{MAC}": 4,
        f"{column}.1001.10.1.0.94.0.0.7": 5,
    }

    reading = play(cells, **AOS6)

    assert reading.ports[1001].macs == (MacEntry(mac=ENTRY, vlan=10),)


def test_the_global_table_of_aos_8_counts_in_the_domain_of_vlans(play: Play) -> None:
    """Index: vlan(1), default(0), ifIndex, VLAN, 0, address; other domains have other numbers."""
    column = f"{TREE8}.8.1.1.8.1.7"
    cells: dict[str, Cell] = {
        f"{column}.1.0.1001.10.0.{MAC}": 4,
        f"{column}.3.1.1025.32000.7.2.0.0.0.0.2": 4,
    }

    reading = play(cells, **AOS8)

    assert reading.ports[1001].macs == (MacEntry(mac=ENTRY, vlan=10),)
    assert not reading.ports[1025].macs


@pytest.mark.parametrize(
    ("column", "number"),
    [("1.3.6.1.2.1.17.7.1.2.2.1.2.1", 2001), ("1.3.6.1.2.1.17.4.3.1.2", 65)],
)
def test_with_a_vlan_a_fdb_port_is_an_ifindex(play: Play, column: str, number: int) -> None:
    """dot1qTpFdbPort 2001 is port 2/1, whose bridge port is 65 (aos6_os6250-p24_a)."""
    cells: dict[str, Cell] = {
        "1.3.6.1.2.1.17.1.4.1.2.65": 2001,
        "1.3.6.1.2.1.17.1.4.1.2.2001": 1001,
        f"{column}.{MAC}": number,
    }

    reading = play(cells, **AOS6)

    assert [n for n, facts in reading.ports.items() if facts.macs] == [2001]


def test_bindings_and_groups_of_aos_6(play: Play) -> None:
    """A binding by address and ifIndex, dynamic(1) only; a group by VLAN and ifIndex."""
    entry = f"{TREE6}.10.9.1.1.1.16.1"
    rows: dict[int, Cell] = {3: b"\xc0\x00\x02\x07", 4: 10, 5: 60, 6: 1}
    cells = {f"{entry}.{column}.{MAC}.1001": cell for column, cell in rows.items()}
    static: dict[int, Cell] = {**rows, 6: 2}
    cells |= {f"{entry}.{column}.2.0.0.0.0.2.1001": cell for column, cell in static.items()}
    cells[f"{TREE6}.34.1.1.3.1.1.6.90.1001.239.1.1.1.0.0.0.0"] = 3

    reading = play(cells, **AOS6)

    assert reading.ports[1001].leases == (Lease(address="192.0.2.7", mac=ENTRY, vlan=10),)
    assert reading.ports[1001].groups == (Group(address="239.1.1.1", vlan=90),)


def test_the_omnistack_is_other_software(play: Play) -> None:
    """LS 6200 has a number beside AOS 6, and RADLAN's tree, in which 2001 is a bridge port."""
    cells: dict[str, Cell] = {
        "1.3.6.1.2.1.17.1.4.1.2.1": 1001,
        f"1.3.6.1.2.1.17.7.1.2.2.1.2.1.{MAC}": 1,
    }

    reading = play(cells, **{**AOS6, "sys_object_id": "1.3.6.1.4.1.6486.800.1.1.2.2.4.1.2"})

    assert reading.driver == "alcatel_omnistack"
    assert [n for n, facts in reading.ports.items() if facts.macs] == [1001]
