"""ZXA10: two numberings of one port, two generations of tables, light in dBuW."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from techinfo.collect.registry import Registry
from techinfo.collect.target import Reading
from techinfo.model import MacEntry, Ont, OntLight, Transceiver
from techinfo.units import Celsius, Dark, Dbm, MilliAmpere, Volt

MadeUp = Callable[..., Reading]

_C320 = "zte_zxa10/made_up_c320"
_C300 = "zte_zxa10/made_up_c300_v1"
_PON, _UPLINK = 0x10000000, 0x10030100
_OLD_PON = 268501248


def test_a_module_is_placed_by_either_number(made_up: MadeUp) -> None:
    """0x11010101 is slot 1, port 1, which ifTable calls 0x10000000; -80000 is no light."""
    assert made_up(_C320).ports[_PON].transceiver == Transceiver(
        rx_power=Dark.NO_LIGHT,
        tx_power=Dbm(4.321),
        bias=MilliAmpere(15.5),
        voltage=Volt(3.29),
        temperature=Celsius(41.25),
        vendor="Hisense",
        part_number="LTE3680M-BC",
        serial_number="MADEUP0001",
    )


def test_an_address_is_learnt_on_the_port_of_the_other_number(made_up: MadeUp) -> None:
    """0x11010402 in dot1qTpFdbPort is xgei_1/4/2; the FdbId is the VLAN."""
    assert made_up(_C320).ports[_UPLINK].macs == (MacEntry(mac="02:00:00:00:00:09", vlan=100),)


@pytest.mark.parametrize("asked", [{}, {"port": _PON}])
def test_onts_have_state_distance_and_cause(made_up: MadeUp, asked: dict[str, int]) -> None:
    """Phase 4 works, 2 has lost its signal; reason 9 is power off."""
    assert made_up(_C320, **asked).ports[_PON].onts == (
        Ont(
            ont_id=3,
            serial_number="ZTEGC0FFEE01",
            name="made up",
            up=True,
            distance=3998,
            last_down_cause="dying-gasp",
        ),
        Ont(ont_id=4, serial_number="ZTEGC0FFEE02", up=False, last_down_cause="los"),
    )


@pytest.mark.parametrize("asked", [{}, {"port": _PON, "ont": 3}])
def test_light_is_counted_from_a_microwatt(made_up: MadeUp, asked: dict[str, int]) -> None:
    """5400 is -19.2 dBm, 16200 is 2.4 dBm; the OLT's receiver has thousandths."""
    assert made_up(_C320, **asked).ports[_PON].ont_light == (
        OntLight(
            ont_id=3,
            transceiver=Transceiver(rx_power=Dbm(-19.2), tx_power=Dbm(2.4)),
            olt_rx=Dbm(-22.681),
        ),
    )


def test_an_ont_that_is_off_the_line_is_dark_at_the_olt(made_up: MadeUp) -> None:
    """65535 is no reading of the ONT; -80000 is what the OLT hears of it: nothing."""
    (found,) = made_up(_C320, port=_PON, ont=4).ports[_PON].ont_light

    assert found == OntLight(ont_id=4, olt_rx=Dark.NO_LIGHT)


def test_the_older_software_has_tables_of_its_own(made_up: MadeUp) -> None:
    """Phase 3 works there, and the serial number is octets."""
    reading = made_up(_C300, port=_OLD_PON, ont=1)

    assert reading.driver == "zte_zxa10_v1"
    assert reading.ports[_OLD_PON].onts == (
        Ont(ont_id=1, serial_number="ZTEGC0FFEE03", name="made up", up=True, distance=512),
    )
    assert reading.ports[_OLD_PON].ont_light == (
        OntLight(
            ont_id=1,
            transceiver=Transceiver(rx_power=Dbm(-18.0), tx_power=Dbm(2.2)),
            olt_rx=Dbm(-21.3),
        ),
    )


def test_nobody_may_ask_its_onts_again_and_again(registry: Registry) -> None:
    """Line cards have crashed (librenms#14203)."""
    polled = {d.name: d.ont_light_polled for d in registry.drivers.values() if d.ont_light}

    assert {name for name, may in polled.items() if not may} == {"zte_zxa10", "zte_zxa10_v1"}
