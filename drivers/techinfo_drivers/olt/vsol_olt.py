"""V-SOL OLTs: V1600D (EPON) and V1600G (GPON).

None recorded here. Source: V1600D; the names and numbers of V1600G and V1600GSwitch as LibreNMS
reads them; public scripts for EPON ONTs. Ports are called ``GPON0/1 Clients``, ``GE0/1 Uplink``.
"""

from __future__ import annotations

from collections.abc import Callable

import techinfo.driver as d

_VSOL = "1.3.6.1.4.1.37950.1.1"
_PON = f"{_VSOL}.5.10.13.1.1"  # ponTransceiverEntry
_UPLINK = f"{_VSOL}.5.10.13.7.1"  # upLinkOpticalTransceiverEntry
_SYSTEM = f"{_VSOL}.5.10.12.5"
_EPON_RTT = f"{_VSOL}.5.12.1.17.1.3"
_EPON = f"{_VSOL}.5.12.1.12.1"  # a row an ONU, by a number of its own
_EPON_LIGHT = f"{_VSOL}.5.12.2.1.8.1"  # opmDiagInfoEntry
_GPON = f"{_VSOL}.6.1.1"


def _called(pattern: str) -> Callable[[d.Cell], str | None]:
    return lambda cell: pattern.format(cell) if isinstance(cell, int) else None


def _port(pattern: str) -> d.Convert[str]:
    """The one port whose name is this, with or without more words."""
    return d.Convert(f"port {pattern}", _called(pattern))


# gOnuStaInfoPhaseSta: logging, los, syncMib, working, dyingGasp, authFailed, offline, deactivated
_PHASES = {0: False, 1: False, 2: False, 3: True, 4: False, 5: False, 6: False, 7: False}
_CAUSES = {1: "los", 4: "dying-gasp", 7: "deactivated"}
_LEVEL = d.dbm(special={0: None})  # 0.00, 0.000: a port that has none (librenms#19850)
_METRES = d.Convert("m, 0 is none", lambda c: c if isinstance(c, int) and c > 0 else None)
_PON_NAME = _port(r"[EGX]*PON0/{0}(?:\s.*)?")
_PON_PORT = d.PortKey(d.PortBy.PATTERN, d.index_at(0, _PON_NAME))


def _name(cell: d.Cell) -> str | None:
    return None if (name := d.text(cell)) == "NULL" else name


def _answered(row: d.Row) -> d.Row:
    """An ONT that is off the line reads 0 everywhere; 0 V is none, so its levels are none."""
    return row if "voltage" in row else {k: v for k, v in row.items() if v != 0}


DRIVER = d.Driver(
    name="vsol_olt",
    vendor="V-SOL",
    series="V1600D, V1600G; none recorded here",
    sys_object_ids=("1.3.6.1.4.1.37950",),
    hardware=d.Hardware(
        mib="V1600D",
        model=(d.Column(f"{_SYSTEM}.15.0", d.text),),
        firmware=(d.Column(f"{_SYSTEM}.4.0", d.text),),
        serial_number=(d.Column(f"{_SYSTEM}.11.0", d.text),),
        mac=d.standard.HARDWARE.mac,
    ),
    transceivers=(
        d.TransceiverTable(
            mib="V1600D",
            port=_PON_PORT,
            temperature=d.Column(f"{_PON}.2", d.celsius()),
            voltage=d.Column(f"{_PON}.3", d.volts()),
            bias=d.Column(f"{_PON}.4", d.milliamperes()),
            tx_power=d.Column(f"{_PON}.5", _LEVEL),
        ),
        d.TransceiverTable(
            mib="V1600GSwitch",
            port=d.PortKey(d.PortBy.PATTERN, d.index_at(0, _port(r"GE0/{0}(?:\s.*)?"))),
            temperature=d.Column(f"{_UPLINK}.2", d.celsius()),
            voltage=d.Column(f"{_UPLINK}.3", d.volts()),
            tx_power=d.Column(f"{_UPLINK}.5", _LEVEL),
            rx_power=d.Column(f"{_UPLINK}.6", _LEVEL),
        ),
    ),
    onts=(
        d.OntTable(
            mib="V1600G",
            port=_PON_PORT,
            ont_id=d.index_at(1, d.integer),
            up=d.Column(f"{_GPON}.1.1.5", d.one_of(_PHASES, "phase state is working(3)")),
            ont_name=d.Column(f"{_GPON}.1.1.7", d.text),
            last_down_cause=d.Column(f"{_GPON}.1.1.5", d.one_of(_CAUSES, "phase state")),
            serial_number=d.Column(f"{_GPON}.2.1.5", d.ont_serial),
        ),
        d.OntTable(
            mib="public scripts",
            port=_PON_PORT,
            ont_id=d.index_at(1, d.integer),
            distance=d.Column(_EPON_RTT, _METRES),  # and the index, which is that of the light
        ),
        d.OntTable(
            mib="public scripts",
            port=d.PortKey(d.PortBy.PATTERN, d.Column(f"{_EPON}.2", _PON_NAME)),
            ont_id=d.Column(f"{_EPON}.3", d.integer),
            up=d.Column(f"{_EPON}.5", d.one_of({0: False, 1: True}, "status is online(1)")),
            serial_number=d.Column(f"{_EPON}.6", d.mac),
            ont_name=d.Column(f"{_EPON}.10", d.Convert("text, NULL is none", _name)),
            distance=d.Column(f"{_EPON}.13", _METRES),
        ),
    ),
    ont_light=(
        d.OntLightTable(
            mib="V1600G",
            temperature=d.Column(f"{_GPON}.3.1.3", d.celsius()),
            voltage=d.Column(f"{_GPON}.3.1.4", d.volts()),
            bias=d.Column(f"{_GPON}.3.1.5", d.milliamperes()),
            tx_power=d.Column(f"{_GPON}.3.1.6", _LEVEL),
            rx_power=d.Column(f"{_GPON}.3.1.7", _LEVEL),
            olt_rx=d.Column(f"{_GPON}.3.1.8", _LEVEL),
            row=_answered,
        ),
        d.OntLightTable(
            mib="V1600D",
            temperature=d.Column(f"{_EPON_LIGHT}.3", d.celsius()),
            rx_power=d.Column(f"{_EPON_LIGHT}.7", d.power_text),  # 0.01 mW (-20.00 dBm)
        ),
    ),
    notes=(
        "All of it stands on what LibreNMS and public scripts read; no recording is at hand.",
        "How far a GPON ONT is, in which unit, is not known: it is not told.",
    ),
)
