"""Where the facts beside the shared recordings and the devices disagree, and the devices are right.

The facts are another system's reading of the same bytes. Each correction is proven from the bytes
in `test_corrections.py`; with them applied, `../shared/score.py` measures what the bytes hold.

``python -m tests.drivers.corrections RECORDINGS FOLDER`` writes corrected copies of the facts.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from techinfo.recordings.recording import Recording, load

Facts = dict[str, Any]
Correct = Callable[[Facts, Recording], None]

IF_SPEED_FULL = 4_294_967_295
IF_HIGH_SPEED = (1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 15)
IF_STACK = (1, 3, 6, 1, 2, 1, 31, 1, 2, 1, 3)
FDB_PORT = (1, 3, 6, 1, 2, 1, 17, 4, 3, 1, 2)
Q_FDB_PORT = (1, 3, 6, 1, 2, 1, 17, 7, 1, 2, 2, 1, 2)
PSU_TEMPERATURE = "1.3.6.1.4.1.11.2.14.11.5.1.55.1.1.1.4."  # hpicfPsTemp, power supplies
# rlPhdUnitEnvParamTempSensorValue below the roots of RADLAN and of Cisco
CHASSIS_TEMPERATURE = "1.3.6.1.4.1.89.53.15.1.10."
CISCO_CHASSIS_TEMPERATURE = "1.3.6.1.4.1.9.6.1.101.53.15.1.10."


def saturated_speed(facts: Facts, recording: Recording) -> None:
    """ZXR10, EOS: ifSpeed at its maximum says "faster" (RFC 2863), no ifHighSpeed how fast."""
    if recording.under(IF_HIGH_SPEED):
        return
    for port in facts["ports"].values():
        if port.get("ifSpeed") == IF_SPEED_FULL:
            del port["ifSpeed"]


def bias_in_milliamperes(facts: Facts, _: Recording) -> None:
    """SNR: ddmDiagnosisBias is a text in mA (NAG-MIB); the facts take it for amperes."""
    for reading in facts["optics"]:
        if reading["class"] == "current":
            reading["value"] = float(reading["value"]) / 1000


def no_optics(*prefixes: str) -> Correct:
    """Temperatures of a power supply or a chassis stand at a port of the same number by chance."""

    def correct(facts: Facts, _: Recording) -> None:
        facts["optics"] = [x for x in facts["optics"] if not x["oid"].startswith(prefixes)]

    return correct


def rolled_up(facts: Facts, recording: Recording) -> None:
    """IBOS: a MAC on a sub-interface is on the port below it (field note F17); cages are ports."""
    below = {oid[-2]: oid[-1] for oid in recording.under(IF_STACK) if oid[-2] and oid[-1]}
    facts["fdb"] = [
        [mac, vlan, below[port] if _is_sub_interface(facts, port) else port]
        for mac, vlan, port in facts["fdb"]
    ]
    for reading in facts["dbm"]:
        reading["ifIndex"] = int(reading["oid"].rsplit(".", 1)[1])


def _is_sub_interface(facts: Facts, port: int | None) -> bool:
    return "/vid" in str(facts["ports"].get(str(port), {}).get("ifName", ""))


def fdb_port_is_if_index(facts: Facts, recording: Recording) -> None:
    """RouterOS 6.44: dot1dTpFdbPort is an ifIndex; the switch's own addresses stand at theirs."""
    rows = {oid[-6:]: recording.get(oid) for oid in recording.under(FDB_PORT)}
    facts["fdb"] = [
        [mac, vlan, value[1] if (value := rows[_octets(mac)]) else None]
        for mac, vlan, _ in facts["fdb"]
    ]


def q_fdb_port_is_if_index(facts: Facts, recording: Recording) -> None:
    """Microsens G6: dot1qTpFdbPort is an ifIndex, which the facts look for among bridge ports."""
    rows = {oid[-6:]: recording.get(oid) for oid in recording.under(Q_FDB_PORT)}
    facts["fdb"] = [
        [mac, vlan, value[1] if (value := rows[_octets(mac)]) else None]
        for mac, vlan, _ in facts["fdb"]
    ]


TIMOS_RX = "1.3.6.1.4.1.6527.3.1.2.2.4.31.1.21.1."
"""tmnxDDMRxOpticalPower below chassis 1, tenths of a microwatt."""


def every_port_with_light(facts: Facts, _: Recording) -> None:
    """TiMOS: 1 is no light; and a port that is switched off has light all the same."""
    dark, lit = f"{TIMOS_RX}39976960", 40042496
    facts["dbm"] = [reading for reading in facts["dbm"] if reading["oid"] != dark]
    reading = {"ifIndex": lit, "oid": f"{TIMOS_RX}{lit}", "quantity": "rx", "value": -33.01}
    facts["dbm"].append(reading)


def floor_is_dark(facts: Facts, _: Recording) -> None:
    """ZyNOS: -40 dBm is the floor of what a module measures; the document says *no light*."""
    facts["dbm"] = [reading for reading in facts["dbm"] if reading["value"] > -40]


def modules_of_no_port(facts: Facts, _: Recording) -> None:
    """OcNOS: a row of cmmTransEEPROMTable names no port, and its number is none of the ports'."""
    facts["transceivers"] = []


def _octets(mac: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(mac.replace(":", "")))


CORRECTIONS: dict[str, tuple[Correct, ...]] = {
    "zxr10_5928": (saturated_speed,),
    "snr": (bias_in_milliamperes,),
    "procurve_2520": (no_optics(PSU_TEMPERATURE),),
    "eltex-mes23xx_mes2324b": (no_optics(CHASSIS_TEMPERATURE),),
    "ciscosb_c1200-8t-e-2g": (no_optics(CISCO_CHASSIS_TEMPERATURE),),
    "ibos": (rolled_up,),
    "routeros_crs317": (fdb_port_is_if_index,),
    "timos_7705": (every_port_with_light,),
    "zynos": (floor_is_dark,),
    "arista_eos_7280r": (saturated_speed,),
    "ocnos_s9502-12sm-8": (modules_of_no_port,),
    "microsens-g6": (q_fdb_port_is_if_index,),
}


def corrected(name: str, facts: Facts, recording: Recording) -> Facts:
    """The facts of a recording, as its bytes have them."""
    for correct in CORRECTIONS.get(name, ()):
        correct(facts, recording)
    return facts


def main(recordings: Path, folder: Path) -> None:
    """Write corrected copies of all facts."""
    for path in sorted(recordings.glob("*.facts.json")):
        name = path.name.removesuffix(".facts.json")
        facts = json.loads(path.read_text(encoding="utf-8"))
        if name in CORRECTIONS:
            facts = corrected(name, facts, load(recordings / f"{name}.snmprec"))
        (folder / path.name).write_text(json.dumps(facts), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
