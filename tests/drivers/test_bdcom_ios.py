"""BDCOM: lanes in columns, ONUs as interfaces, both kinds of PON."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from techinfo.collect.target import Reading
from techinfo.model import Link, Ont, OntLight, Transceiver, Uni
from techinfo.units import Celsius, Dark, Dbm, MilliAmpere, Volt

MadeUp = Callable[..., Reading]

_GP3600 = "bdcom_ios/made_up_gp3600"
_GPON, _EPON = 111, 130


def test_a_module_of_one_lane_tells_its_readings(made_up: MadeUp) -> None:
    """1/256 C, 0.1 mV, 2 uA, 0.01 dBm; -65535 is none; a cage is empty where the SFP is absent."""
    ports = made_up(_GP3600).ports

    assert ports[1].transceiver == Transceiver(
        rx_power=Dbm(-7.12),
        tx_power=Dbm(-5.85),
        temperature=Celsius(37.0),
        voltage=Volt(3.295),
        bias=MilliAmpere(18.36),
        vendor="FS",
        part_number="SFP-GB-GE-T",
        serial_number="MADEUP01",
        present=True,
    )
    empty = ports[2].transceiver
    assert empty is not None
    assert empty.light is Dark.NO_MODULE


def test_a_module_of_four_lanes_tells_the_lowest(made_up: MadeUp) -> None:
    """-40 dBm is no light."""
    found = made_up(_GP3600).ports[3].transceiver

    assert found is not None
    assert [lane.rx_power for lane in found.lanes] == [-2.5, Dark.NO_LIGHT, -2.6, -2.7]
    assert found.rx_power is Dark.NO_LIGHT
    assert found.tx_power == Dbm(-1.4)


@pytest.mark.parametrize(
    ("port", "ont"),
    [
        (
            _GPON,
            Ont(
                ont_id=1,
                serial_number="HWTC0000ABCD",
                up=True,
                distance=1234,
                last_down_cause="los",
            ),
        ),
        (_EPON, Ont(ont_id=7, serial_number="02:00:00:00:BB:01", up=True, distance=2200)),
    ],
)
def test_an_onu_is_an_interface_with_its_port_in_its_name(
    made_up: MadeUp, port: int, ont: Ont
) -> None:
    """``GPON0/2:1``; an ONU of EPON has a MAC address for a serial number."""
    assert made_up(_GP3600).ports[port].onts[0] == ont


def test_an_onu_whose_status_is_unknown_is_not_down(made_up: MadeUp) -> None:
    """IfOperStatus unknown(4)."""
    assert made_up(_GP3600).ports[_EPON].onts[1:] == (Ont(ont_id=8),)


@pytest.mark.parametrize(
    ("port", "light"),
    [
        (
            _GPON,
            OntLight(
                ont_id=1,
                transceiver=Transceiver(rx_power=Dbm(-21.3), tx_power=Dbm(2.4)),
                olt_rx=Dbm(-22.8),
                unis=(Uni(index=1, link=Link(up=True)), Uni(index=2, link=Link(up=False))),
            ),
        ),
        (
            _EPON,
            OntLight(
                ont_id=7,
                transceiver=Transceiver(
                    rx_power=Dbm(-18.8),
                    tx_power=Dbm(2.1),
                    temperature=Celsius(44.0),
                    voltage=Volt(3.3),
                ),
                olt_rx=Dbm(-24.0),
            ),
        ),
    ],
)
def test_light_is_in_tenths(made_up: MadeUp, port: int, light: OntLight) -> None:
    """Asked of one ONU."""
    assert made_up(_GP3600, port=port, ont=light.ont_id).ports[port].ont_light == (light,)


def test_a_pon_port_tells_what_it_sends(made_up: MadeUp) -> None:
    """GponOltPonPortOpticalParameterTxPower, in tenths of a dBm."""
    assert made_up(_GP3600).ports[_GPON].transceiver == Transceiver(tx_power=Dbm(4.2))


def test_a_lease_stands_on_the_interface_of_its_onu(made_up: MadeUp) -> None:
    """NmsBindingsInterface is an ifIndex."""
    (lease,) = made_up(_GP3600).ports[1179].leases

    assert (lease.address, lease.mac, lease.vlan) == ("192.0.2.44", "02:00:00:00:CC:01", 101)
