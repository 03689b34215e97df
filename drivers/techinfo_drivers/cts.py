"""CTS (Connection Technology Systems) switches and CPEs, each model with one tree below its number.

Seen: ESW-5112-2MG-1AE 1.00.0S; known from a public walk: IPS-3110 1.00.0P.
Source: IPS-3110-MIB, IES-3110-MIB, HES-3112-MIB, ESW-5112-MIB 2026-05-29: the same tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import techinfo.driver as d

_E = "1.3.6.1.4.1.9304"
_STATE, _INFO = ".5.34.2.1.1", ".5.34.1.1.1"  # …SFPPortStateEntry, …SFPPortInfoEntry, by slot
_MAC_TABLE = ".5.7.6.1"  # …MacTableEntry
_RATE = ".4.10.2.1"  # …RateLimitingEntry, by port
_ESW = "cts_esw-5112"
_MIB = "IPS-3110-MIB, HES-3112-MIB, ESW-5112-MIB"


def _port(cell: d.Cell) -> str | None:
    """A port's number, or its name as ifName has it: ``9`` is ``Port9``."""
    word = d.text(cell)
    return f"Port{word}" if word and word.isdecimal() else word


def _nameless(cell: d.Cell) -> bool | None:
    return False if d.text(cell) else None


def _supply(cell: d.Cell) -> d.Volt | None:
    """``3.33``, or millivolts (HES-3112-MIB)."""
    return d.volts()(cell) or d.volts(0.001)(cell)


def _forwarded(cell: d.Cell) -> bool:
    """An address at the CPU is the switch's own."""
    return "cpu" not in (d.text(cell) or "").lower()


_NAME = d.Convert("port number or name", _port)
_LEVEL = d.dbm()  # text; an empty slot reads -----
_READINGS: Mapping[str, Any] = {
    "temperature": d.Column(f"{_STATE}.5", d.celsius()),
    "voltage": d.Column(f"{_STATE}.7", d.Convert("V, or mV", _supply)),
    "bias": d.Column(f"{_STATE}.9", d.milliamperes()),
    "tx_power": d.Column(f"{_STATE}.11", _LEVEL),
    "rx_power": d.Column(f"{_STATE}.13", _LEVEL),
}
_NAMES: Mapping[str, Any] = {
    "vendor": d.Column(f"{_INFO}.9", d.text),
    "part_number": d.Column(f"{_INFO}.11", d.text),
    "serial_number": d.Column(f"{_INFO}.13", d.text),
}
_BY_NAME = tuple(
    d.TransceiverTable(
        mib=_MIB, port=d.PortKey(d.PortBy.NAME, d.Column(f"{entry}.3", _NAME)), **columns
    )
    for entry, columns in ((_STATE, _READINGS), (_INFO, _NAMES))
)
_MACS = d.MacTable(
    mib=_MIB,
    port=d.PortKey(d.PortBy.NAME, d.Column(f"{_MAC_TABLE}.4", _NAME)),
    mac=d.Column(f"{_MAC_TABLE}.2", d.mac),
    vlan=d.Column(f"{_MAC_TABLE}.3", d.vlan),
    learnt=d.Column(f"{_MAC_TABLE}.4", d.Convert("not at the CPU", _forwarded)),
)
_RATES = d.rate_limits(
    _MIB,
    ingress=d.Column(f"{_RATE}.4", d.kilobits(), d.Valid(f"{_RATE}.2", frozenset({1}))),
    egress=d.Column(f"{_RATE}.7", d.kilobits(), d.Valid(f"{_RATE}.5", frozenset({1}))),
)


def _by_slot(copper: int, *verified_by: str) -> tuple[d.TransceiverTable, ...]:
    """Rows without a name: the slots of a model are its last ports, behind those of copper."""
    return tuple(
        d.TransceiverTable(
            mib=_MIB,
            verified_by=verified_by if columns is _READINGS else (),
            port=d.PortKey(offset=copper),
            row_active=d.Column(f"{entry}.3", d.Convert("no name", _nameless)),
            **columns,
        )
        for entry, columns in ((_STATE, _READINGS), (_INFO, _NAMES))
    )


def _driver(
    name: str, series: str, *models: str, slots: tuple[d.TransceiverTable, ...] = (), **more: Any
) -> d.Driver:
    """Models whose slots stand at the same place."""
    bases = {f"{_E}.{m}": f"{_E}.{m}" if "." in m else f"{_E}.{m}.*" for m in models}
    return d.Driver(
        name=name,
        vendor="CTS",
        series=series,
        sys_object_ids=tuple(bases),
        bases=bases,
        hardware=d.Hardware(
            mib=_MIB,
            model=(d.FromDescr(r"^(\S+) Version"),),
            firmware=(d.FromDescr(r"Version (\S+)"),),
            serial_number=(d.Column(".1.2.14.0", d.text),),  # swhSerialNumber
        ),
        transceivers=(*_BY_NAME, *slots),
        macs=(_MACS, *d.standard.MACS),
        shaping=_RATES,
        limits=d.SnmpLimits(bulk=False),
        **more,
    )


_BY_NAME_ONLY = (
    "A module is told where its row names the port; where it does not, no light is told."
)
DRIVERS = (
    _driver("cts", "HES, IES, IPS, ESW; none recorded here", "100", "300", notes=(_BY_NAME_ONLY,)),
    _driver("cts_ips3110", "IPS-3110, IES-3110; a public walk", "100.3110", slots=_by_slot(8)),
    _driver(
        "cts_esw5112",
        "ESW-5112; seen: 2MG-1AE 1.00.0S",
        "100.51122",
        slots=_by_slot(10, _ESW),
        verified_by={_ESW: ("link", "counters", "transceiver")},
        notes=("Slot 1 is port 11: of two ports that are up it is the one of 10 Gbit/s.",),
    ),
)
