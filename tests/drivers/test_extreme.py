"""Extreme: MACs by the ifIndex of their VLAN, and light in units that its MIB tells otherwise."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from techinfo.collect.target import Reading
from techinfo.model import MacEntry, Shaping, Transceiver
from techinfo.units import Celsius, Dark, Dbm, KilobitPerSecond, MilliAmpere
from techinfo.wire import Cell

Play = Callable[..., Reading]

EXOS = {
    "sys_object_id": "1.3.6.1.4.1.1916.2.141",
    "sys_descr": "ExtremeXOS (X460G2-24t) version 22.5.1.7 by release-manager",
}
PLUG = "1.3.6.1.4.1.2272.1.71.1.1"


def voss(play: Play, **columns: Cell) -> Transceiver | None:
    """The pluggable of a VSP, from columns of its row (``c37=-17000``)."""
    cells: dict[str, Cell] = {f"{PLUG}.{name[1:]}.1": cell for name, cell in columns.items()}
    descr = "5520-24X-FabricEngine (9.3.1.0)"
    reading = play(cells, sys_object_id="1.3.6.1.4.1.1916.2.412", sys_descr=descr)
    assert reading.driver == "extreme_voss"
    return reading.ports[1].transceiver


def test_exos_macs_have_the_tag_of_their_vlan_interface(play: Play) -> None:
    """The index is MAC and ifIndex of the VLAN, which extremeVlanIfVlanId translates."""
    entry = "1.3.6.1.4.1.1916.1.16.4.1"
    cells: dict[str, Cell] = {
        "1.3.6.1.4.1.1916.1.2.1.2.1.10.1000007": 200,
        f"{entry}.3.2.0.0.0.0.1.1000007": 1001,
        f"{entry}.4.2.0.0.0.0.1.1000007": 3,
        f"{entry}.3.2.0.0.0.0.9.1000007": 1001,
        f"{entry}.4.2.0.0.0.0.9.1000007": 4,
    }

    reading = play(cells, ports={1001: "1:1"}, **EXOS)

    assert reading.driver == "extreme_exos"
    assert reading.ports[1001].macs == (MacEntry(mac="02:00:00:00:00:01", vlan=200),)


@pytest.mark.parametrize(
    ("unit", "expected"), [(1, ()), (2, (64_000,)), (3, (64_000_000,))], ids=["%", "kbit", "Mbit"]
)
def test_exos_rates_have_a_unit_beside_them(
    play: Play, unit: int, expected: tuple[int, ...]
) -> None:
    """The extremePortEgressRateLimitType: percentage(1), kbps(2), mbps(3)."""
    entry = "1.3.6.1.4.1.1916.1.4.9.1"

    reading = play({f"{entry}.1.1": unit, f"{entry}.2.1": 64_000}, **EXOS)

    assert reading.ports[1].shaping == tuple(
        Shaping(queue="out", pir=KilobitPerSecond(rate)) for rate in expected
    )


def test_voss_counts_in_thousandths_of_a_dbm_and_ten_thousandths_of_a_degree(play: Play) -> None:
    """Fabric Engine 9.3, where its command line says -17.0 dBm and 29.6757 degrees."""
    found = voss(play, c9=b"S1", c13=1, c17=296_757, c27=59_880, c32=-2_400, c37=-17_000)

    assert found == Transceiver(
        rx_power=Dbm(-17.0),
        tx_power=Dbm(-2.4),
        temperature=Celsius(296_757 * 0.0001),
        bias=MilliAmpere(59_880 * 0.0001),
        serial_number="S1",
    )


def test_voss_has_sff_degrees_as_well(play: Play) -> None:
    """RAPID-CITY has 1/256 of a degree: 40 degrees are 10240, which is 1.02 in the other unit."""
    found = voss(play, c13=1, c17=10_240, c37=-17_000)

    assert found is not None
    assert found.temperature == 40.0


@pytest.mark.parametrize("raw", [26_000, 40_000, 49_999])
def test_degrees_that_could_be_either_are_none(play: Play, raw: int) -> None:
    """A module of 2.6 to 5 degrees in the one unit, of more than 100 in the other."""
    found = voss(play, c13=1, c17=raw, c37=-17_000)

    assert found is not None
    assert found.temperature is None


@pytest.mark.parametrize("raw", [0, 400, 65_535])
def test_light_above_zero_may_be_microwatts_and_is_none(play: Play, raw: int) -> None:
    """The MIB has microwatts; 400 uW are -4 dBm, and 400 thousandths +0.4 dBm."""
    found = voss(play, c13=1, c17=296_757, c32=-2_400, c37=raw)

    assert found is not None
    assert found.rx_power is None


def test_far_below_what_can_be_measured_is_no_light(play: Play) -> None:
    """-97.0 dBm of a port without a fibre."""
    found = voss(play, c13=1, c17=296_757, c32=-2_400, c37=-97_000)

    assert found is not None
    assert found.rx_power is Dark.NO_LIGHT


def test_a_cable_of_voss_has_no_diagnostics(play: Play) -> None:
    """SupportsDDM is false(2)."""
    assert voss(play, c9=b"S1", c13=2, c17=0, c32=0, c37=0) == Transceiver(
        rx_power=Dark.NO_DIAGNOSTICS, serial_number="S1"
    )


@pytest.mark.parametrize(
    ("sys_object_id", "sys_descr", "driver"),
    [
        ("1.3.6.1.4.1.1916.2.302", "VSP-7432CQ (8.0.5.0)", "extreme_voss"),
        ("1.3.6.1.4.1.2272.205", "VSP-4850GTS (5.1)", "extreme_voss"),
        ("1.3.6.1.4.1.1916.2.375", "XA1440 (8.10.0.0)", "extreme_voss"),
        ("1.3.6.1.4.1.1916.2.118", "ExtremeXOS (X480-48x) version 15.2.2.7", "extreme_exos"),
        ("1.3.6.1.4.1.45.3.80.6", "Ethernet Routing Switch 3510GT", "extreme_ers"),
    ],
)
def test_the_software_is_known_from_the_number_and_what_it_says(
    play: Play, sys_object_id: str, sys_descr: str, driver: str
) -> None:
    """EXOS and VOSS stand below one number."""
    assert play({}, sys_object_id=sys_object_id, sys_descr=sys_descr).driver == driver
