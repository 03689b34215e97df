"""DCN and SNR: readings in text under two bases, DHCP and IGMP snooping, rates, forced duplex."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from techinfo.collect.target import Reading
from techinfo.model import Group, Lease, MacEntry, Shaping, Transceiver
from techinfo.units import Dark, Dbm, KilobitPerSecond, Power
from techinfo.wire import Cell

Play = Callable[..., Reading]

_DCN = "1.3.6.1.4.1.6339"
_SNR = "1.3.6.1.4.1.40418.7"
_DCRS = f"{_DCN}.1.1.2.29"
_S2990 = f"{_SNR}.53"
_IN = Shaping(queue="in", pir=KilobitPerSecond(10_000))
_OUT = Shaping(queue="out", pir=KilobitPerSecond(100_000))


def _read(play: Play, cells: Mapping[str, Cell], sys_object_id: str, **more: Any) -> Reading:
    """A device that tells its software version, as every one of these does."""
    base = _SNR if sys_object_id.startswith(_SNR) else _DCN
    return play({f"{base}.100.1.3.0": b"7.0.3.1", **cells}, sys_object_id=sys_object_id, **more)


def _optic(base: str, readings: tuple[bytes, bytes, bytes, bytes, bytes]) -> dict[str, Cell]:
    """Temperature, voltage, bias, receive, transmit of port 1."""
    columns = (2, 7, 12, 17, 22)
    return {f"{base}.100.30.1.1.{c}.1": r for c, r in zip(columns, readings, strict=True)}


@pytest.mark.parametrize(
    ("base", "sys_object_id", "vendor"), [(_DCN, _DCRS, "DCN"), (_SNR, _S2990, "SNR")]
)
def test_both_makers_tell_the_same_under_their_own_base(
    play: Play, base: str, sys_object_id: str, vendor: str
) -> None:
    """The letter of a warning or an alarm is no part of the number."""
    cells = _optic(base, (b"20", b"3.32", b"7.00", b"-5.61(W+)", b"0.77(A+)"))

    reading = _read(play, cells, sys_object_id=sys_object_id)

    assert reading.device is not None
    assert reading.device.vendor == vendor
    found = reading.ports[1].transceiver
    assert found is not None
    assert (found.temperature, found.voltage, found.bias) == pytest.approx((20, 3.32, 7))
    assert (found.rx_power, found.tx_power) == pytest.approx((-5.61, 0.77))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"-", Dark.NO_LIGHT),
        (b"-0.00(A-)", Dark.NO_LIGHT),
        (b"0.00(W-)", Dark.NO_LIGHT),
        (b"-40.00(A-)", Dark.NO_LIGHT),
        (b"0.00", Dbm(0.0)),
        (b"-28.24(A-)", Dbm(-28.24)),
        (b"NULL", None),
        (b"", None),
        (b"n/a", None),
    ],
)
def test_a_level_below_its_own_limit_that_reads_zero_is_no_light(
    play: Play, text: bytes, expected: Power | None
) -> None:
    """Field notes O2 and O6: no 0 dBm from a laser that is off, no level from a word."""
    cells = _optic(_SNR, (b"36", b"3.38", b"0.00(A-)", text, b"-6.09"))

    found = _read(play, cells, sys_object_id=_S2990).ports[1].transceiver

    assert found is not None
    assert found.rx_power == expected


def test_a_port_without_a_module_has_no_transceiver(play: Play) -> None:
    """Every column says NULL, on copper ports as in empty cages."""
    cells = _optic(_DCN, (b"NULL", b"NULL", b"NULL", b"NULL", b"NULL"))

    reading = _read(play, cells, sys_object_id=_DCRS)

    assert reading.ports[1].transceiver is None


def test_a_dash_without_diagnostics_is_not_no_light(play: Play) -> None:
    """Field note O8: darkness must be proven by the same row."""
    cells = _optic(_DCN, (b"NULL", b"NULL", b"NULL", b"-", b"-"))

    found = _read(play, cells, sys_object_id=_DCRS).ports[1].transceiver

    assert found is not None
    assert found.rx_power is Dark.NO_DIAGNOSTICS


def test_the_module_names_itself(play: Play) -> None:
    """The information table of newer software; the port table's serial number where it is all."""
    cells: dict[str, Cell] = {
        f"{_SNR}.100.30.3.1.3.1": b"GA1702  ",
        f"{_SNR}.100.30.3.1.4.1": b"SNR",
        f"{_SNR}.100.30.3.1.5.1": b"SNR-SFP-W35-20",
        f"{_DCN}.100.3.2.1.28.1": b"E1510231",
    }

    snr = _read(play, cells, sys_object_id=_S2990).ports[1].transceiver
    dcn = _read(play, cells, sys_object_id=_DCRS).ports[1].transceiver

    assert snr == Transceiver(vendor="SNR", part_number="SNR-SFP-W35-20", serial_number="GA1702")
    assert dcn == Transceiver(serial_number="E1510231")


def test_the_filtering_database_is_the_vlan(play: Play) -> None:
    """Both recordings show it, though dot1qVlanFdbId leaves most VLANs out; port 0 is the CPU."""
    cells: dict[str, Cell] = {
        "1.3.6.1.2.1.17.1.4.1.2.1": 1,
        "1.3.6.1.2.1.17.7.1.2.2.1.2.11.204.45.224.194.33.15": 1,
        "1.3.6.1.2.1.17.7.1.2.2.1.3.11.204.45.224.194.33.15": 3,
        "1.3.6.1.2.1.17.7.1.2.2.1.2.105.0.3.15.97.141.110": 0,
        "1.3.6.1.2.1.17.7.1.2.2.1.3.105.0.3.15.97.141.110": 4,
    }

    reading = _read(play, cells, sys_object_id=_S2990)

    assert reading.ports[1].macs == (MacEntry(mac="CC:2D:E0:C2:21:0F", vlan=11),)


def test_an_acknowledged_lease_has_no_end(play: Play) -> None:
    """The column holds what the server granted; when it was granted, nobody tells."""
    cells: dict[str, Cell] = {
        f"{_DCN}.100.13.3.20.1.2.192.0.2.9": b"00-0b-22-33-44-55",
        f"{_DCN}.100.13.3.20.1.3.192.0.2.9": 1,
        f"{_DCN}.100.13.3.20.1.4.192.0.2.9": 101,
        f"{_DCN}.100.13.3.20.1.5.192.0.2.9": 86_400,
    }

    reading = _read(play, cells, sys_object_id=_DCRS)

    assert reading.ports[1].leases == (
        Lease(address="192.0.2.9", mac="00:0B:22:33:44:55", vlan=101),
    )


def test_a_group_is_on_every_port_of_its_bitmap(play: Play) -> None:
    """Bit 0 of the first octet is port 1; a bit without a port is nobody."""
    cells: dict[str, Cell] = {f"{_DCN}.100.8.3.1.3.300.239.1.2.3": b"\xa0\x00\x01"}

    reading = _read(
        play, cells, sys_object_id=_DCRS, ports={1: "Ethernet1/0/1", 2: "Ethernet1/0/2"}
    )

    assert reading.ports[1].groups == (Group(address="239.1.2.3", vlan=300),)
    assert reading.ports[2].groups == ()


@pytest.mark.parametrize(
    ("control", "expected"),
    [
        (3, ()),
        (0, (_IN,)),
        (1, (_OUT,)),
        (2, (_IN, _OUT)),
    ],
)
def test_a_rate_counts_only_where_bandwidth_control_is_on(
    play: Play, control: int, expected: tuple[Shaping, ...]
) -> None:
    """With none(3) the columns hold the rate of the port itself."""
    cells: dict[str, Cell] = {
        f"{_DCN}.100.3.2.1.7.1": control,
        f"{_DCN}.100.3.2.1.9.1": 10_000,
        f"{_DCN}.100.3.2.1.10.1": 100_000,
    }

    reading = _read(play, cells, sys_object_id=_DCRS)

    assert reading.ports[1].shaping == expected


@pytest.mark.parametrize(
    ("number", "configured", "full_duplex"),
    [(0, "auto", None), (4, "100-full", True), (3, "100-half", False), (20, "auto", None)],
)
def test_a_forced_duplex_is_that_of_a_port_that_is_up(
    play: Play, number: int, configured: str, full_duplex: bool | None
) -> None:
    """What was negotiated the older software does not tell."""
    cells: dict[str, Cell] = {f"{_DCN}.100.3.2.1.14.1": number}

    link = _read(play, cells, sys_object_id=_DCRS).ports[1].link

    assert link is not None
    assert (link.configured_speed, link.full_duplex) == (configured, full_duplex)


def test_hardware_is_told_by_sys_descr_where_entities_are_missing(play: Play) -> None:
    """The lines of a DCRS's sysDescr."""
    words = (
        "DCRS-5980-28T-DC Device, Compiled Mar 27 14:54:44 2015\n SoftWare Version 7.0.3.1(B0232)\n"
        " BootRom Version 7.1.4\n HardWare Version 2.0.2\n Device serial number GOSWE12\n"
    )

    device = _read(play, {}, sys_object_id=_DCRS, sys_descr=words).device

    assert device is not None
    assert (device.model, device.firmware, device.serial_number) == (
        "DCRS-5980-28T-DC",
        "7.0.3.1",
        "GOSWE12",
    )


def test_a_switch_of_another_make_of_software_is_not_read_so(play: Play) -> None:
    """A DCS-3726S has nothing under the base: its DHCP table would be called empty, not unknown."""
    reading = play({}, sys_object_id="1.3.6.1.4.1.6339.1.1.5.3")

    assert reading.driver != "dcn_os"
