"""Every place where we contradict another system's reading, proven by the device's own bytes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.drivers import corrections

from techinfo.driver import decode_text
from techinfo.recordings.recording import Recording, load

SHARED = Path(__file__).parents[3] / "shared" / "recordings"
LATER = SHARED.with_name("recordings-2")
IF_NAME = (1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 1)
IF_PHYS_ADDRESS = (1, 3, 6, 1, 2, 1, 2, 2, 1, 6)
IF_OPER_STATUS = (1, 3, 6, 1, 2, 1, 2, 2, 1, 8)
BASE_PORT_IF_INDEX = (1, 3, 6, 1, 2, 1, 17, 1, 4, 1, 2)
IF_SPEED = (1, 3, 6, 1, 2, 1, 2, 2, 1, 5)
SNR_BIAS = (1, 3, 6, 1, 4, 1, 40418, 7, 100, 30, 1, 1, 12)
HP_XCVR = (1, 3, 6, 1, 4, 1, 11, 2, 14, 11, 5, 1, 82, 1, 1, 1, 1)

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/recordings is not here")


def _recording(name: str) -> Recording:
    return load(SHARED / f"{name}.snmprec")


def _facts(name: str, folder: Path = SHARED) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads((folder / f"{name}.facts.json").read_text(encoding="utf-8"))
    return facts


def _cells(recording: Recording, column: tuple[int, ...]) -> dict[tuple[int, ...], Any]:
    told = {oid[len(column) :]: recording.get(oid) for oid in recording.under(column)}
    return {index: value[1] for index, value in told.items() if value}


def test_a_saturated_ifspeed_is_no_speed() -> None:
    """ZXR10: 2^32-1 on ports that are 10 Gbit/s by name, and no ifHighSpeed anywhere."""
    recording = _recording("zxr10_5928")

    speeds = _cells(recording, IF_SPEED)
    names = _cells(recording, (1, 3, 6, 1, 2, 1, 2, 2, 1, 2))
    full = [index for index, speed in speeds.items() if speed == corrections.IF_SPEED_FULL]

    assert not recording.under(corrections.IF_HIGH_SPEED)
    assert full
    assert all(decode_text(names[index]).startswith("xgei_") for index in full)


def test_a_saturated_ifspeed_of_eos_is_no_speed() -> None:
    """Every port that is up has 2^32-1, the 40G and 100G cages too, and there is no ifHighSpeed."""
    if not LATER.is_dir():
        pytest.skip("../shared/recordings-2 is not here")
    recording = load(LATER / "arista_eos_7280r.snmprec")

    speeds = _cells(recording, IF_SPEED)
    full = {index for index, speed in speeds.items() if speed == corrections.IF_SPEED_FULL}
    names = _cells(recording, (1, 3, 6, 1, 2, 1, 2, 2, 1, 2))
    told = {decode_text(names[index]) for index in full}

    assert not recording.under(corrections.IF_HIGH_SPEED)
    assert {"Ethernet50/1", "Port-Channel1"} <= told


def test_the_floor_of_a_module_is_no_light() -> None:
    """ZyNOS: one module reads -4000; its port is switched off, its laser and supply are told."""
    recording = _recording("zynos")

    values = _cells(recording, (1, 3, 6, 1, 4, 1, 890, 1, 15, 3, 84, 1, 2, 1, 6))
    floors = [index for index, value in values.items() if value == -4000]
    admin = _cells(recording, (1, 3, 6, 1, 2, 1, 2, 2, 1, 7))

    assert floors == [(129, 5)]
    assert admin[(129,)] == 2
    assert values[129, 2] == 321
    assert min(v for (_, kind), v in values.items() if kind == 5 and v != -4000) > -4000


def test_a_module_of_ocnos_names_no_port() -> None:
    """Three 100GBASE-SR4 in a device whose ports are all 1 or 10 Gbit/s: a number is no port."""
    if not LATER.is_dir():
        pytest.skip("../shared/recordings-2 is not here")
    recording = load(LATER / "ocnos_s9502-12sm-8.snmprec")

    parts = _cells(recording, (1, 3, 6, 1, 4, 1, 36673, 100, 1, 2, 2, 1, 28))
    speeds = set(_cells(recording, corrections.IF_HIGH_SPEED).values())

    assert {decode_text(part) for part in parts.values()} == {"QSFP-SR4-100G"}
    assert sorted(parts) == [(1, 1), (1, 11), (1, 12)]
    assert speeds == {0, 1_000, 10_000}


def test_a_laser_does_not_draw_amperes() -> None:
    """SNR: 21.48 to 36.6 in ddmDiagnosisBias are milliamperes; no laser draws 36 A."""
    cells = _cells(_recording("snr"), SNR_BIAS)

    told = [re.match(r"[\d.]+", decode_text(cell)) for cell in cells.values()]
    readings = [float(found[0]) for found in told if found]

    assert max(readings) > 20
    assert max(readings) < 131  # SFF-8472: 16 bit in steps of 2 uA


def test_a_power_supply_is_no_port() -> None:
    """HP: the readings of ports 1 and 2 are hpicfPsTemp; the transceiver table knows only 49 on."""
    facts = _facts("procurve_2520")

    foreign = [x for x in facts["optics"] if x["oid"].startswith(corrections.PSU_TEMPERATURE)]
    cages = {index[0] for index in _cells(_recording("procurve_2520"), (*HP_XCVR, 11))}

    assert [x["descr"] for x in foreign] == ["Power Supply #1", "Power Supply #2"]
    assert cages
    assert not {1, 2} & cages


def test_a_chassis_is_no_port() -> None:
    """Eltex: the reading at ifIndex 100000 is the chassis's own, and that ifIndex is a VLAN."""
    facts = _facts("eltex-mes23xx_mes2324b")

    foreign = [x for x in facts["optics"] if x["oid"].startswith(corrections.CHASSIS_TEMPERATURE)]

    assert [x["ifIndex"] for x in foreign] == [100000]
    assert "Chassis" in foreign[0]["descr"]


@pytest.mark.skipif(not LATER.is_dir(), reason="../shared/recordings-2 is not here")
def test_a_chassis_of_cisco_is_no_port() -> None:
    """Catalyst 1200: the same table below Cisco's root, of stack unit 1."""
    facts = _facts("ciscosb_c1200-8t-e-2g", LATER)
    chassis = corrections.CISCO_CHASSIS_TEMPERATURE

    foreign = [x for x in facts["optics"] if x["oid"].startswith(chassis)]

    assert [(x["ifIndex"], x["descr"]) for x in foreign] == [(100000, "Unit 1 Temperature")]


def test_a_sub_interface_stands_on_the_port_of_its_name() -> None:
    """IBOS: every ``giN/vidM`` with a MAC stands, by ifStackTable, on gigabitethernetN alone."""
    recording = _recording("ibos")
    names = {i[0]: decode_text(c) for i, c in _cells(recording, IF_NAME).items()}
    stack = [i for i in _cells(recording, corrections.IF_STACK) if all(i)]

    subs = {c for c in _cells(recording, corrections.FDB_PORT).values() if "/vid" in names[c]}

    assert subs
    for sub in subs:
        below = [lower for higher, lower in stack if higher == sub]
        number = names[sub].split("/")[0].removeprefix("gi")
        assert [names[n] for n in below] == [f"gigabitethernet{number}"]


def test_routeros_own_addresses_stand_at_their_ifindex() -> None:
    """RouterOS 6.44: the FDB port of each of the switch's own MACs is an ifIndex that has it."""
    recording = _recording("routeros_crs317")
    own: dict[tuple[int, ...], set[int]] = {}
    for index, cell in _cells(recording, IF_PHYS_ADDRESS).items():
        own.setdefault(tuple(cell), set()).add(index[0])

    learnt = _cells(recording, corrections.FDB_PORT)
    checked = [(port, own[mac]) for mac, port in learnt.items() if mac in own]

    assert len(checked) >= 8
    assert all(port in if_indexes for port, if_indexes in checked)


def test_microsens_learns_at_ifindexes() -> None:
    """Every dot1qTpFdbPort is the ifIndex of a port that is up, and no dot1dBasePort at all."""
    recording = _recording("microsens-g6")
    bridge_ports = {i[0] for i in _cells(recording, BASE_PORT_IF_INDEX)}
    up = {i[0] for i, status in _cells(recording, IF_OPER_STATUS).items() if status == 1}

    learnt = set(_cells(recording, corrections.Q_FDB_PORT).values())

    assert learnt
    assert learnt <= up
    assert not learnt & bridge_ports


def test_a_switched_off_port_has_light_and_one_tenth_of_a_microwatt_is_none() -> None:
    """TiMOS: rx is 1 where the facts have -40 dBm, and 5 on a port whose ifAdminStatus is down."""
    recording = _recording("timos_7705")

    received = _cells(recording, (1, 3, 6, 1, 4, 1, 6527, 3, 1, 2, 2, 4, 31, 1, 21))
    admin = _cells(recording, (1, 3, 6, 1, 2, 1, 2, 2, 1, 7))

    assert received[(1, 39976960)] == 1
    assert (received[(1, 40042496)], admin[(40042496,)]) == (5, 2)
