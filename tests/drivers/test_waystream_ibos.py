"""iBOS: cages, sub-interfaces, the IGMP cache, and which model's cages are believed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from techinfo.collect.target import Reading
from techinfo.model import (
    Counters,
    Cpe,
    CpeMac,
    CpePort,
    Fact,
    Flow,
    Link,
    State,
    Transceiver,
)
from techinfo.units import Dark, MegabitPerSecond
from techinfo.wire import Cell

Play = Callable[..., Reading]

_MS4026 = "1.3.6.1.4.1.9303.1.5.64"
_SFP = "1.3.6.1.4.1.9303.4.1.4.1"
_XFP = "1.3.6.1.4.1.9303.4.1.6.1"
_STACK = "1.3.6.1.2.1.31.1.2.1.3"
_FDB_PORT = "1.3.6.1.2.1.17.4.3.1.2"
_UP_TIME = "1.3.6.1.4.1.9303.4.13.2.1.4"


def _cage(number: int, columns: dict[int, Cell]) -> dict[str, Cell]:
    return {f"{_SFP}.{column}.{number}": cell for column, cell in columns.items()}


def _with_diagnostics(rx_dbm: int, rx_microwatts: int) -> dict[int, Cell]:
    """A module that tells everything, with this receive level."""
    told: dict[int, Cell] = {2: 0, 11: 3, 12: 19, 13: 3, 14: 3384, 15: 3, 16: 22}
    told |= {17: 3, 18: 252, 22: -5973, 19: 3, 20: rx_microwatts, 23: rx_dbm}
    return told | {52: b"GLC-BX-D-1513-20", 53: b"S1601"}


def _transceiver(reading: Reading, if_index: int = 1) -> Transceiver | None:
    facts = reading.ports[if_index]
    return facts.transceiver


def test_a_module_with_diagnostics_is_read_in_its_units(play: Play) -> None:
    """Degrees, millivolts, milliamperes and thousandths of a dBm."""
    reading = play(_cage(1, _with_diagnostics(-8404, 144)), sys_object_id=_MS4026)

    found = _transceiver(reading)

    assert found is not None
    assert (found.temperature, found.voltage, found.bias) == pytest.approx((19, 3.384, 22))
    assert (found.tx_power, found.rx_power) == pytest.approx((-5.973, -8.404))
    assert (found.part_number, found.serial_number) == ("GLC-BX-D-1513-20", "S1601")


@pytest.mark.parametrize(
    ("rx_dbm", "rx_microwatts", "expected"),
    [
        (0, 0, Dark.NO_LIGHT),
        (-40000, 0, Dark.NO_LIGHT),
        (-34000, 0, pytest.approx(-34.0)),
        (0, 1000, pytest.approx(0.0)),
    ],
)
def test_zero_microwatts_are_no_light_and_never_0_dbm(
    play: Play, rx_dbm: int, rx_microwatts: int, expected: object
) -> None:
    """Field notes O2 and O8: a zero of the dBm column counts only beside one milliwatt."""
    reading = play(_cage(1, _with_diagnostics(rx_dbm, rx_microwatts)), sys_object_id=_MS4026)

    found = _transceiver(reading)

    assert found is not None
    assert found.rx_power == expected


def test_status_unknown_is_no_diagnostics(play: Play) -> None:
    """Zeros beside status unknown(0) are no readings (field notes, sentinels of iBOS)."""
    zeros: dict[int, Cell] = dict.fromkeys(range(11, 24), 0)
    cage = _cage(1, zeros | {2: 0, 52: b"SCP6803-C1-BM", 53: b"ECL1"})

    reading = play(cage, sys_object_id=_MS4026)

    assert _transceiver(reading) == Transceiver(
        present=True,
        rx_power=Dark.NO_DIAGNOSTICS,
        part_number="SCP6803-C1-BM",
        serial_number="ECL1",
    )


def test_a_missing_module_is_an_empty_cage(play: Play) -> None:
    """Status missing(1), with whatever the row still holds from before."""
    reading = play(_cage(1, _with_diagnostics(-8404, 144) | {2: 1}), sys_object_id=_MS4026)

    found = _transceiver(reading)

    assert found is not None
    assert found.light is Dark.NO_MODULE
    assert found.serial_number is None


def test_a_module_that_cannot_be_read_has_no_names(play: Play) -> None:
    """Status invalid(2): something is in the cage, and its EEPROM is not to be believed."""
    cells = _cage(1, {2: 2, 52: b"\xff\xff\xffgarbage", 53: b"garbage"})

    reading = play(cells, sys_object_id=_MS4026)

    assert _transceiver(reading) == Transceiver(present=True, rx_power=Dark.NO_DIAGNOSTICS)


def test_an_xfp_number_counts_only_at_a_ten_gigabit_port(play: Play) -> None:
    """XFP 1 must not become the light of customer port 1."""
    xfp: dict[int, Cell] = {2: 0, 12: 3, 13: 40, 14: 3, 15: 60, 16: 3, 17: 1000, 18: 3, 19: 100}
    cells = {f"{_XFP}.{column}.{n}": cell for column, cell in xfp.items() for n in (1, 25)}
    ports = {1: "gigabitethernet1", 25: "tengigabitethernet1"}

    reading = play(cells, sys_object_id=_MS4026, ports=ports)

    found = _transceiver(reading, 25)
    assert _transceiver(reading, 1) is None
    assert found is not None
    assert found.rx_power == pytest.approx(-10.0)
    assert found.tx_power == pytest.approx(0.0)


def test_an_xfp_is_not_asked_for_at_a_customer_port(play: Play) -> None:
    """Reading one gigabit port gives its own cage, and nothing of an XFP with its number."""
    xfp: dict[str, Cell] = {f"{_XFP}.2.1": 0, f"{_XFP}.12.1": 3, f"{_XFP}.13.1": 40}
    cells = _cage(1, _with_diagnostics(-8404, 144)) | xfp

    reading = play(cells, sys_object_id=_MS4026, ports={1: "gigabitethernet1"}, port=1)

    assert reading.port is not None
    assert reading.port.transceiver is not None
    assert reading.port.transceiver.temperature == 19.0


def test_macs_of_a_sub_interface_stand_on_its_port_in_its_vlan(play: Play) -> None:
    """Field note F17; on the port itself the VLAN stays unknown, though the port has a PVID."""
    cells: dict[str, Cell] = {
        f"{_STACK}.39.3": 1,
        f"{_FDB_PORT}.196.234.29.236.34.216": 39,
        f"{_FDB_PORT}.224.185.229.93.105.10": 3,
        "1.3.6.1.2.1.17.7.1.4.5.1.1.3": 429,
        "1.3.6.1.2.1.17.7.1.4.5.1.1.39": 1279,
    }

    reading = play(cells, sys_object_id=_MS4026, ports={3: "gigabitethernet3", 39: "gi3/vid1279"})

    rows = {(m.mac, m.vlan) for m in reading.ports[3].macs}
    assert rows == {("C4:EA:1D:EC:22:D8", 1279), ("E0:B9:E5:5D:69:0A", None)}
    assert 39 not in reading.ports


def test_a_group_is_one_row_since_the_latest_join(play: Play) -> None:
    """Two set-top boxes on one sub-interface: TimeTicks of 60 s and of an hour."""
    cells: dict[str, Cell] = {
        f"{_STACK}.39.3": 1,
        f"{_UP_TIME}.239.1.2.3.39.10.0.0.5": 360_000,
        f"{_UP_TIME}.239.1.2.3.39.10.0.0.6": 6_000,
        f"{_UP_TIME}.224.0.0.251.39.10.0.0.6": 6_000,
    }

    reading = play(cells, sys_object_id=_MS4026, ports={3: "gigabitethernet3", 39: "gi3/vid1279"})

    rows = [(g.address, g.vlan, g.joined_at) for g in reading.ports[3].groups]
    assert rows == [("239.1.2.3", 1279, datetime(2026, 10, 1, 11, 59, tzinfo=UTC))]


@pytest.mark.parametrize(
    ("words", "model", "firmware"),
    [
        ("ASR5624SFS-CO, iBOS Version ibos-asr5k-6.1.9-ED-R ", "ASR5624SFS-CO", "6.1.9-ED-R"),
        ("MS4026-AC, iBOS Version ibos-ms4k-7.1.2-ED-R  ", "MS4026-AC", "7.1.2-ED-R"),
        ("SE1, iBOS Version ibos-se1-6.1.9-ED-R ", "SE1", "6.1.9-ED-R"),
    ],
)
def test_model_and_firmware_are_words_of_sys_descr(
    play: Play, words: str, model: str, firmware: str
) -> None:
    """The forms of several product lines."""
    device = play({}, sys_object_id=_MS4026, sys_descr=f"{words}Copyright (c) 2001-2018").device

    assert device is not None
    assert (device.vendor, device.model, device.firmware) == ("Waystream", model, firmware)


def test_cages_of_a_model_with_copper_ports_count_only_when_numbered_as_ports(play: Play) -> None:
    """On an ASR6126 cage 1 may be an uplink; with a cage 25 it cannot be."""
    asr6126 = "1.3.6.1.4.1.9303.1.1.62"
    first = _cage(1, _with_diagnostics(-8404, 144))

    few = play(first, sys_object_id=asr6126)
    many = play(first | _cage(25, _with_diagnostics(-2341, 583)), sys_object_id=asr6126)

    assert few.driver == "waystream_ibos_copper"
    assert _transceiver(few) is None
    assert many.driver == "waystream_ibos_ports"
    assert _transceiver(many) is not None


_NEIGHBOUR = "1.3.6.1.4.1.9303.4.1.3.1.1"
_CPE_PORT = "1.3.6.1.4.1.9303.4.1.3.2.1"
_CPE_MAC = "1.3.6.1.4.1.9303.4.1.3.3.1"


def _neighbour(port: int, /, **more: Cell) -> dict[str, Cell]:
    """A CPE that has just announced itself; ``c6`` is column 6, its model, and so on."""
    told: dict[str, Cell] = {
        "c6": b"DRG590",
        "c7": 5,
        "c8": b"R3.2.1\x00",
        "c9": bytes.fromhex("020000000590"),
        "c10": 3600,
        "c11": 1,
    }
    told |= more
    return {f"{_NEIGHBOUR}.{name[1:]}.{port}.1": cell for name, cell in told.items()}


def _cpe_port(port: int, index: int, state: Cell, name: bytes = b"LAN1") -> dict[str, Cell]:
    """A port of CPE 1 with counters."""
    told: dict[int, Cell] = {4: name, 5: state, 6: 6000, 7: 7, 8: 8, 9: 9, 10: 10}
    told |= {14: 14_000, 24: 24, 25: 25, 27: 27, 28: 28, 29: 29, 30: 30}
    return {f"{_CPE_PORT}.{column}.{port}.1.{index}": cell for column, cell in told.items()}


@pytest.mark.parametrize("port", [None, 1])
def test_a_cpe_is_known_by_its_announcements(play: Play, port: int | None) -> None:
    """Model, software, address, start, ports and addresses, without asking it anything."""
    cells = (
        _neighbour(1)
        | _cpe_port(1, 3, b"\x07")
        | {f"{_CPE_MAC}.6.1.1.3.{row}": bytes([2, 0, 0, 0, 0, row]) for row in (1, 2)}
        | _neighbour(2, c9=bytes.fromhex("020000000591"))
    )

    reading = play(cells, sys_object_id=_MS4026, ports={1: "gi1", 2: "gi2"}, port=port)

    assert reading.parts[Fact.CPE].state is State.OK
    assert reading.ports[1].cpe == (
        Cpe(
            number=1,
            firmware="R3.2.1",
            model="DRG590",
            mac="02:00:00:00:05:90",
            up=True,
            up_since=datetime(2026, 10, 1, 10, 59, 55, tzinfo=UTC),
            ports=(
                CpePort(
                    index=3,
                    name="LAN1",
                    link=Link(up=True, speed=MegabitPerSecond(100), full_duplex=True),
                    counters=Counters(
                        input=Flow(
                            bytes=14_000,
                            unicast=28,
                            multicast=29,
                            broadcast=30,
                            discards=27,
                            crc_errors=25,
                        ),
                        output=Flow(bytes=6000, unicast=10, multicast=9, broadcast=8, discards=7),
                    ),
                ),
            ),
            macs=(
                CpeMac(mac="02:00:00:00:00:01", port=3),
                CpeMac(mac="02:00:00:00:00:02", port=3),
            ),
        ),
    )


@pytest.mark.parametrize(
    ("state", "link"),
    [
        (b"\x07", Link(up=True, speed=MegabitPerSecond(100), full_duplex=True)),
        (b"\x0d", Link(up=True, speed=MegabitPerSecond(100), full_duplex=False)),
        (b"\x03", Link(up=True, full_duplex=True)),
        (b"\x06", Link(up=False)),
        (b"\x00", Link(up=False)),
        (b"\x07\x00\x00\x00", Link(up=True, speed=MegabitPerSecond(100), full_duplex=True)),
        (b"", Link()),
        (7, Link()),
    ],
)
def test_the_state_of_a_cpe_port_is_in_bits(play: Play, state: Cell, link: Link) -> None:
    """Bit 7 of the first octet is its last: up, before it full duplex and 100 Mbit/s."""
    reading = play(_neighbour(1) | _cpe_port(1, 1, state), sys_object_id=_MS4026)

    (cpe,) = reading.ports[1].cpe
    assert cpe.ports[0].link == link


@pytest.mark.parametrize(
    ("told", "up"),
    [
        ({"c11": 1, "c7": 0}, True),
        ({"c11": 1, "c7": 300}, True),
        ({"c11": 1, "c7": 301}, None),
        ({"c11": 1, "c7": -1}, None),
        ({"c11": 2, "c7": 5}, None),
        ({"c11": 0, "c7": 5}, None),
    ],
)
def test_a_cpe_is_up_only_on_a_word_that_is_fresh(
    play: Play, told: dict[str, Cell], up: bool | None
) -> None:
    """Who has not been heard for five minutes may be gone; that it is down nobody has said."""
    reading = play(_neighbour(1, **told), sys_object_id=_MS4026)

    (cpe,) = reading.ports[1].cpe
    assert cpe.up is up


def test_a_port_without_announcements_is_empty(play: Play) -> None:
    """Read, and nobody there; that is not unsupported, as it is on other platforms."""
    assert play({}, sys_object_id=_MS4026).parts[Fact.CPE].state is State.EMPTY
    assert play({}, sys_object_id="1.3.6.1.4.1.9.1.1").parts[Fact.CPE].state is State.UNSUPPORTED
