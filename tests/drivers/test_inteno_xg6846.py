"""Inteno XG6846: the WAN cage's scalars, port texts, and how it is told from other Broadcoms."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from techinfo.collect.target import Reading
from techinfo.units import Dark
from techinfo.wire import Cell

Play = Callable[..., Reading]

_BROADCOM = "1.3.6.1.4.1.4413"
_DESCR = "XG6846_4.12ITT01.99"
_XAVI = "1.3.6.1.4.1.12919"
_PORTS = {1: "LAN1", 5: "EXT1", 6: "WAN"}
_MODULE: dict[str, Cell] = {
    f"{_XAVI}.6.1.0": b"FiberStore",
    f"{_XAVI}.6.2.0": b"00 00 00",
    f"{_XAVI}.6.3.0": b"SFP-GE-BX",
    f"{_XAVI}.6.5.0": b"53.313 C",
    f"{_XAVI}.6.6.0": b"3.32 Volts",
    f"{_XAVI}.6.7.0": b"5 mA",
    f"{_XAVI}.6.8.0": b"-6.11 dBm",
    f"{_XAVI}.6.9.0": b"-10.15 dBm",
    f"{_XAVI}.6.10.0": b"F176CO",
}


def _read(play: Play, cells: dict[str, Cell], port: int | None = None) -> Reading:
    return play(cells, sys_object_id=_BROADCOM, sys_descr=_DESCR, ports=_PORTS, port=port)


@pytest.mark.parametrize("port", [None, 6])
def test_the_optics_belong_to_the_wan_port(play: Play, port: int | None) -> None:
    """Scalars without a port, texts with their units; read whole and for one port alike."""
    reading = _read(play, _MODULE, port)

    found = reading.ports[6].transceiver
    assert found is not None
    assert (found.vendor, found.part_number) == ("FiberStore", "SFP-GE-BX")
    assert found.serial_number == "F176CO"
    assert (found.temperature, found.voltage, found.bias) == pytest.approx((53.313, 3.32, 5))
    assert (found.tx_power, found.rx_power) == pytest.approx((-6.11, -10.15))


@pytest.mark.parametrize("port", [1, 5])
def test_the_other_ports_have_no_optics(play: Play, port: int) -> None:
    """A LAN port asked for alone is not given the WAN port's light."""
    reading = _read(play, _MODULE, port)

    assert reading.ports[port].transceiver is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [(b"-inf dBm", Dark.NO_LIGHT), (b"No signal", Dark.NO_LIGHT), (b"N/A", None), (b"", None)],
)
def test_words_instead_of_a_level_are_no_number(
    play: Play, text: bytes, expected: Dark | None
) -> None:
    """Field note O6: the other readings prove that diagnostics are there."""
    found = _read(play, _MODULE | {f"{_XAVI}.6.9.0": text}).ports[6].transceiver

    assert found is not None
    assert found.rx_power == expected


def test_an_empty_cage_tells_nothing(play: Play) -> None:
    """Blank and N/A texts are no module's readings."""
    blanks: dict[str, Cell] = {oid: b"N/A" if oid.endswith("9.0") else b"" for oid in _MODULE}

    reading = _read(play, blanks)

    assert reading.ports[6].transceiver is None


@pytest.mark.parametrize(
    ("text", "speed", "full_duplex"),
    [
        (b"100M Full", 100, True),
        (b"10MHD", 10, False),
        (b"1G FDX", 1000, True),
        (b"1000Mbps/full duplex", 1000, True),
        (b"Down", None, None),
    ],
)
def test_port_texts_tell_speed_and_duplex(
    play: Play, text: bytes, speed: int | None, full_duplex: bool | None
) -> None:
    """The row finds its port by name: its number need not be the ifIndex."""
    cells: dict[str, Cell] = {
        "1.3.6.1.2.1.31.1.1.1.15.6": 0,
        f"{_XAVI}.5.1.1.2.5": b"WAN",
        f"{_XAVI}.5.1.1.13.5": text,
    }

    link = _read(play, cells).ports[6].link

    assert link is not None
    assert (link.speed, link.full_duplex) == (speed, full_duplex)


def test_a_lan_port_tells_what_is_configured(play: Play) -> None:
    """Lanportspeed, by the port's name."""
    cells: dict[str, Cell] = {f"{_XAVI}.2.1.1.2.1": b"LAN1", f"{_XAVI}.2.1.1.3.1": 3}

    link = _read(play, cells).ports[1].link

    assert link is not None
    assert link.configured_speed == "100-full"


def test_counters_that_if_mib_lacks_come_from_the_statistics(play: Play) -> None:
    """CRC errors, pauses, broadcast and multicast; IF-MIB wins where it counts."""
    cells: dict[str, Cell] = {
        "1.3.6.1.2.1.2.2.1.11.6": 815_733,
        f"{_XAVI}.5.1.1.2.5": b"WAN",
        f"{_XAVI}.5.1.1.3.5": 1,
        f"{_XAVI}.5.1.1.4.5": 2,
        f"{_XAVI}.5.1.1.5.5": 3,
        f"{_XAVI}.5.1.1.6.5": 4,
        f"{_XAVI}.5.1.1.7.5": 5,
        f"{_XAVI}.5.1.1.12.5": 6,
    }

    counters = _read(play, cells).ports[6].counters

    assert counters is not None
    told = counters.input
    assert (told.unicast, told.broadcast, told.multicast) == (815_733, 2, 3)
    assert (told.crc_errors, told.pauses, counters.output.pauses) == (4, 5, 6)


def test_hardware_is_told_by_sys_descr_and_a_scalar(play: Play) -> None:
    """A CPE's answer counts only with its MAC or its serial number (contract: cpe status)."""
    cells: dict[str, Cell] = {
        f"{_XAVI}.12.1.0": b"684624H197019306",
        "1.3.6.1.2.1.2.2.1.6.1": b"\x44\xd4\x37\x3c\xca\x9f",
    }

    device = _read(play, cells).device

    assert device is not None
    assert (device.vendor, device.model, device.firmware) == ("Inteno", "XG6846", "4.12ITT01.99")
    assert (device.serial_number, device.mac) == ("684624H197019306", "44:D4:37:3C:CA:9F")


def test_another_device_with_that_chip_is_not_an_xg6846(play: Play) -> None:
    """The number 4413 is Broadcom's and says nothing of the maker."""
    reading = play(_MODULE, sys_object_id=_BROADCOM, sys_descr="FASTPATH Switching")

    assert reading.driver != "inteno_xg6846"
