"""V-SOL OLTs: V1600D (EPON) and V1600G (GPON).

None recorded here. Source: the names and numbers of V1600D, V1600G and V1600GSwitch as LibreNMS
reads them; ports are called ``GPON0/1 Clients`` and ``GE0/1 Uplink`` there.
"""

from __future__ import annotations

from collections.abc import Callable

import techinfo.driver as d

_VSOL = "1.3.6.1.4.1.37950.1.1"
_PON = f"{_VSOL}.5.10.13.1.1"  # ponTransceiverEntry
_UPLINK = f"{_VSOL}.5.10.13.7.1"  # upLinkOpticalTransceiverEntry
_EPON_LIGHT = f"{_VSOL}.5.12.2.1.8.1"  # opmDiagInfoEntry
_GPON = f"{_VSOL}.6.1.1"


def _called(pattern: str) -> Callable[[d.Cell], str | None]:
    return lambda cell: pattern.format(cell) if isinstance(cell, int) else None


def _port(pattern: str) -> d.PortKey:
    """The one port whose name is this, with or without more words."""
    name = d.Convert(f"port {pattern}", _called(pattern))
    return d.PortKey(d.PortBy.PATTERN, d.index_at(0, name))


# gOnuStaInfoPhaseSta: logging, los, syncMib, working, dyingGasp, authFailed, offline
_PHASES = {0: False, 1: False, 2: False, 3: True, 4: False, 5: False, 6: False}
_PON_PORT = _port(r"[EGX]*PON0/{0}(?:\s.*)?")


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
        model=(d.Column(f"{_VSOL}.5.10.12.5.1.0", d.text),),
        mac=d.standard.HARDWARE.mac,
    ),
    transceivers=(
        d.TransceiverTable(
            mib="V1600D",
            port=_PON_PORT,
            temperature=d.Column(f"{_PON}.2", d.celsius()),
            voltage=d.Column(f"{_PON}.3", d.volts()),
            bias=d.Column(f"{_PON}.4", d.milliamperes()),
            tx_power=d.Column(f"{_PON}.5", d.dbm()),
        ),
        d.TransceiverTable(
            mib="V1600GSwitch",
            port=_port(r"GE0/{0}(?:\s.*)?"),
            temperature=d.Column(f"{_UPLINK}.2", d.celsius()),
            voltage=d.Column(f"{_UPLINK}.3", d.volts()),
            tx_power=d.Column(f"{_UPLINK}.5", d.dbm()),
            rx_power=d.Column(f"{_UPLINK}.6", d.dbm()),
        ),
    ),
    onts=(
        d.OntTable(
            mib="V1600G",
            port=_PON_PORT,
            ont_id=d.index_at(1, d.integer),
            up=d.Column(f"{_GPON}.1.1.5", d.one_of(_PHASES, "phase state is working(3)")),
            last_down_cause=d.Column(
                f"{_GPON}.1.1.5", d.one_of({1: "los", 4: "dying-gasp"}, "phase state")
            ),
            serial_number=d.Column(f"{_GPON}.2.1.5", d.ont_serial),
        ),
    ),
    ont_light=(
        d.OntLightTable(
            mib="V1600G",
            temperature=d.Column(f"{_GPON}.3.1.3", d.celsius()),
            voltage=d.Column(f"{_GPON}.3.1.4", d.volts()),
            bias=d.Column(f"{_GPON}.3.1.5", d.milliamperes()),
            tx_power=d.Column(f"{_GPON}.3.1.6", d.dbm()),
            rx_power=d.Column(f"{_GPON}.3.1.7", d.dbm()),
            olt_rx=d.Column(f"{_GPON}.3.1.8", d.dbm()),
            row=_answered,
        ),
        d.OntLightTable(
            mib="V1600D",
            temperature=d.Column(f"{_EPON_LIGHT}.3", d.celsius()),
            rx_power=d.Column(f"{_EPON_LIGHT}.7", d.power_text),  # 0.01 mW (-20.00 dBm)
        ),
    ),
    notes=("All of it stands on what LibreNMS reads; no recording is at hand.",),
)
