"""Edgecore and FS: text cells, a root for each model, two shapes of the binding table."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from techinfo.collect.target import Reading
from techinfo.model import Fact, Group, Lease, MacEntry, Shaping, State, Transceiver
from techinfo.units import Dark
from techinfo.units import KilobitPerSecond as _Kbit
from techinfo.wire import Cell

Play = Callable[..., Reading]

_E = "1.3.6.1.4.1.259"
_ECS4100 = f"{_E}.10.1.46"
_ECS4120 = f"{_E}.10.1.45"
_ECS4610 = f"{_E}.10.1.5"
_ECS4510 = f"{_E}.10.1.24"
_ES3528MO = f"{_E}.6.10.94"
_FS = "1.3.6.1.4.1.52642.2.1.45"
_MAC = "0.17.34.51.68.85"
_READ = {
    "temperature": 49.91,
    "voltage": 3.32,
    "bias": 30.09,
    "tx_power": 1.28,
    "rx_power": -4.58,
}


def _optics(root: str, changed: dict[int, bytes] | None = None) -> dict[str, Cell]:
    words = {
        2: b"49.91 degrees C normal",
        3: b"3.32 V normal",
        4: b"30.09 mA normal",
        5: b"1.28 dBm normal",
        6: b"-4.58 dBm high alarm",
    }
    return {f"{root}.1.2.11.1.{n}.1": cell for n, cell in (words | (changed or {})).items()}


def _media(root: str) -> dict[str, Cell]:
    words = {7: b"FS              ", 8: b"SFP-GE-BX  ", 10: b"C1903087293     "}
    return {f"{root}.1.2.10.1.{n}.1": cell for n, cell in words.items()}


def _numbers(found: Transceiver) -> dict[str, object]:
    return {n: value for n in _READ if (value := getattr(found, n)) is not None}


def _light(reading: Reading) -> Transceiver:
    found = reading.ports[1].transceiver
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("sys_object_id", "root", "driver"),
    [
        (f"{_E}.8.1.11", f"{_E}.8.1.11", "edgecore_ecs"),
        (f"{_E}.10.1.22.101", f"{_E}.10.1.22", "edgecore_ecs4510"),
        (f"{_ECS4510}.104", _ECS4510, "edgecore_ecs4510"),
        (f"{_E}.10.1.27.101", f"{_E}.10.1.27", "edgecore_ecs"),
        (f"{_E}.10.1.39.101", f"{_E}.10.1.39", "edgecore_ecs"),
        (f"{_E}.10.1.42.103", f"{_E}.10.1.42.101", "edgecore_ecs4210"),
        (f"{_E}.10.1.43.101", f"{_E}.10.1.43", "edgecore_ecs2100"),
        (f"{_ECS4120}.103", _ECS4120, "edgecore_ecs4120"),
        (f"{_ECS4100}.104", _ECS4100, "edgecore_ecs"),
        (f"{_FS}.101", _FS, "fs_s3900"),
    ],
)
@pytest.mark.parametrize("port", [None, 1])
def test_every_model_has_its_own_root(
    play: Play, sys_object_id: str, root: str, driver: str, port: int | None
) -> None:
    """The first number of a text cell counts, whatever alarm word follows (O5)."""
    reading = play(_optics(root), sys_object_id=sys_object_id, port=port)

    assert reading.driver == driver
    assert _numbers(_light(reading)) == pytest.approx(_READ)


@pytest.mark.parametrize("sys_object_id", [f"{_ECS4610}.1", f"{_ES3528MO}.1"])
def test_models_whose_mib_has_no_optics_say_so(play: Play, sys_object_id: str) -> None:
    """ECS4610-24F and ES3528MO: unsupported, not empty."""
    reading = play({}, sys_object_id=sys_object_id)

    assert reading.parts[Fact.TRANSCEIVER].state is State.UNSUPPORTED


@pytest.mark.parametrize("words", [b"0.3483 mW (-4.58 dBm)", b"-4.58", b"-4.58 dBm"])
def test_a_level_is_dbm_however_it_is_written(play: Play, words: bytes) -> None:
    """Field note O5: dBm is preferred where both units stand."""
    reading = play(_optics(_ECS4100, {6: words}), sys_object_id=_ECS4100)

    assert _light(reading).rx_power == pytest.approx(-4.58)


@pytest.mark.parametrize("words", [b"-40.00 dBm low alarm", b"-inf dBm", b"0.0000 mW"])
def test_a_dark_module_has_no_light(play: Play, words: bytes) -> None:
    """The same read has its temperature: diagnostics are there (O2, O8)."""
    reading = play(_optics(_ECS4100, {6: words}), sys_object_id=_ECS4100)

    assert _light(reading).light is Dark.NO_LIGHT


def test_zeros_are_a_module_without_diagnostics(play: Play) -> None:
    """Neither 0 dBm nor 0 C (O2, O9); the module still tells what it is."""
    zeros = dict.fromkeys(range(2, 7), b"0.00")

    reading = play(_optics(_ECS4100, zeros) | _media(_ECS4100), sys_object_id=_ECS4100)

    assert _light(reading) == Transceiver(
        rx_power=Dark.NO_DIAGNOSTICS,
        vendor="FS",
        part_number="SFP-GE-BX",
        serial_number="C1903087293",
        present=True,
    )


def test_a_module_without_a_monitoring_row_has_no_diagnostics(play: Play) -> None:
    """Its media row is all that there is."""
    reading = play(_media(_ECS4100), sys_object_id=_ECS4100)

    assert _light(reading).light is Dark.NO_DIAGNOSTICS


@pytest.mark.parametrize("blank", [b"", b"N/A"])
def test_a_port_without_a_module_tells_none(play: Play, blank: bytes) -> None:
    """Empty text and N/A are no sensors."""
    cells = _optics(_ECS4100, dict.fromkeys(range(2, 7), blank))
    cells |= {f"{_ECS4100}.1.2.10.1.{n}.1": blank for n in (7, 8, 10)}

    reading = play(cells, sys_object_id=_ECS4100)

    assert reading.ports[1].transceiver is None


def _binding(root: str, index: str, columns: dict[int, Cell]) -> dict[str, Cell]:
    return {f"{root}.1.46.4.1.1.{n}.{index}": cell for n, cell in columns.items()}


def test_a_binding_with_its_address_in_the_index_is_read(play: Play) -> None:
    """ECS2100, ECS3510, ECS4100, ECS4120: address and MAC."""
    cells = _binding(_ECS4100, f"192.0.2.9.{_MAC}", {1: 50, 4: 1, 6: 1, 7: 3600})

    reading = play(cells, sys_object_id=_ECS4100)

    assert reading.ports[1].leases == (
        Lease(address="192.0.2.9", mac="00:11:22:33:44:55", vlan=50),
    )


def test_a_binding_with_its_vlan_in_the_index_is_read(play: Play) -> None:
    """The other models: VLAN and MAC; VLAN and MAC are never taken for an address."""
    cells = _binding(_ECS4510, f"50.{_MAC}", {4: 1, 5: bytes((192, 0, 2, 9)), 6: 1, 7: 3600})

    reading = play(cells, sys_object_id=_ECS4510)

    assert reading.ports[1].leases == (
        Lease(address="192.0.2.9", mac="00:11:22:33:44:55", vlan=50),
    )


def test_a_binding_that_is_static_is_no_lease(play: Play) -> None:
    """EntryType static(2) was typed in by a person."""
    cells = _binding(_ECS4100, f"192.0.2.9.{_MAC}", {1: 50, 4: 2, 6: 1, 7: 0})

    reading = play(cells, sys_object_id=_ECS4100)

    assert reading.ports[1].leases == ()


@pytest.mark.parametrize(
    ("root", "length", "address"),
    [
        (_ECS4100, None, "2001:db8::"),
        (_ECS4120, 56, "2001:db8::/56"),
        (_ECS4120, 128, "2001:db8::"),
        (_ECS4120, 0, "2001:db8::"),
    ],
)
def test_a_delegated_prefix_has_its_length(
    play: Play, root: str, length: int | None, address: str
) -> None:
    """Only the ECS4120 tells it; an address of its own is no prefix."""
    index = f"{_MAC}.3.1.16.32.1.13.184" + ".0" * 12
    cells: dict[str, Cell] = {f"{root}.1.71.4.1.1.5.{index}": 50, f"{root}.1.71.4.1.1.6.{index}": 1}
    if length is not None:
        cells[f"{root}.1.71.4.1.1.8.{index}"] = length

    reading = play(cells, sys_object_id=root)

    assert reading.ports[1].leases == (Lease(address=address, mac="00:11:22:33:44:55", vlan=50),)


@pytest.mark.parametrize(
    ("root", "column", "index"),
    [
        (_ECS4100, "1.9.15.1.4", "50.239.1.2.3.0.0.0.0"),
        (_ES3528MO, "1.9.10.1.3", "50.239.1.2.3"),
    ],
)
def test_members_of_a_group_are_bits(play: Play, root: str, column: str, index: str) -> None:
    """The high bit of the first octet is port 1."""
    reading = play(
        {f"{root}.{column}.{index}": b"\x40"}, sys_object_id=root, ports={1: "Port1", 2: "Port2"}
    )

    assert reading.ports[1].groups == ()
    assert reading.ports[2].groups == (Group(address="239.1.2.3", vlan=50),)


@pytest.mark.parametrize("port", [None, 1])
def test_rate_limits_count_where_they_are_enabled(play: Play, port: int | None) -> None:
    """Input is switched off here; its number is a default."""
    row = {6: 2, 7: 1, 10: 1_000_000, 11: 100_000}
    cells = {f"{_ECS4100}.1.16.1.2.1.{n}.1": value for n, value in row.items()}

    reading = play(cells, sys_object_id=_ECS4100, port=port)

    assert reading.ports[1].shaping == (Shaping(queue="out", pir=_Kbit(100_000)),)


def test_rate_limits_of_the_ecs4610_are_megabits(play: Play) -> None:
    """RlPortInputLimit and rlPortOutputLimit of the older MIB."""
    row = {2: 10, 3: 100, 6: 1, 7: 1}

    reading = play(
        {f"{_ECS4610}.1.16.1.2.1.{n}.1": value for n, value in row.items()}, sys_object_id=_ECS4610
    )

    assert {x.queue: x.pir for x in reading.ports[1].shaping} == {"in": 10_000, "out": 100_000}


def test_a_filtering_database_is_its_vlan(play: Play) -> None:
    """No dot1qVlanFdbId on the ECS4100; its FdbIds are VLANs (F6). Port 0 is the CPU (F16)."""
    fdb = "1.3.6.1.2.1.17.7.1.2.2.1.2"
    cells = {f"{fdb}.201.{_MAC}": 1, f"{fdb}.201.0.17.34.51.68.86": 0}

    reading = play(cells, sys_object_id=f"{_ECS4100}.104")

    assert reading.ports[1].macs == (MacEntry(mac="00:11:22:33:44:55", vlan=201),)


@pytest.mark.parametrize(
    ("negotiation", "configured", "speed"), [(1, 7, "auto"), (2, 7, "1000-full"), (2, 1, None)]
)
def test_a_configured_speed_is_told(
    play: Play, negotiation: int, configured: int, speed: str | None
) -> None:
    """PortAutonegotiation, and portSpeedDpxCfg where that is off; reserved(1) is none."""
    cells = {f"{_ECS4100}.1.2.1.1.7.1": negotiation, f"{_ECS4100}.1.2.1.1.4.1": configured}

    reading = play(cells, sys_object_id=_ECS4100)

    link = reading.ports[1].link
    assert link is not None
    assert link.configured_speed == speed


def test_the_element_says_what_it_is(play: Play) -> None:
    """SwProdName, swOpCodeVer and swSerialNumber under the model's root; else sysDescr."""
    own = {
        f"{_FS}.1.1.5.1.0": b"S3900-24F4S",
        f"{_FS}.1.1.3.1.6.1": b"1.7.7",
        f"{_FS}.1.1.3.1.10.1": b"CG1806203608N154",
    }

    told = play(own, sys_object_id=f"{_FS}.103").device
    by_descr = play({}, sys_object_id=_ECS4100, sys_descr="ECS4100-28T").device

    assert told is not None
    assert by_descr is not None
    assert (told.vendor, told.model, told.firmware) == ("FS", "S3900-24F4S", "1.7.7")
    assert told.serial_number == "CG1806203608N154"
    assert (by_descr.vendor, by_descr.model) == ("Edgecore", "ECS4100-28T")
