"""Switches on Microchip's (Vitesse's) WebStaX: one tree of optics below each maker's number.

No recording here shows it. Source: MIB-DDMI 2025-03-20 (BitStream), the text of VTSS-DDMI-MIB that
TN-DDMI-MIB (Transition) and ME1200-DDMI-MIB (Cisco) repeat.
"""

from __future__ import annotations

from typing import Any

import techinfo.driver as d

_E = "1.3.6.1.4.1"
_DDMI = ".1.3.2.1"  # ddmiStatusInterfaceEntry, by interface
_IF_TABLE = 1_000_000  # what ifIndex has more than the number of a port
_TRUTH = d.one_of({1: True, 2: False}, "TruthValue")


def _as_told(row: d.Row) -> d.Row:
    """The MIB has milliwatts; where a level is below zero, both are dBm (Hyperion)."""
    levels = {name: row[name] for name in ("rx_power", "tx_power") if name in row}
    is_dbm = any(level < 0 for level in levels.values())
    convert = d.dbm() if is_dbm else d.watts(1e-3)
    told = {name: convert(f"{level}".encode()) for name, level in levels.items()}
    rest = {name: value for name, value in row.items() if name not in levels}
    return {**rest, **{name: power for name, power in told.items() if power is not None}}


def _number(cell: d.Cell) -> Any:
    numbers = d.numbers_in(cell.replace(b",", b".") if isinstance(cell, bytes) else cell)
    return numbers[0] if len(numbers) == 1 else None


_LEVEL: d.Convert[Any] = d.Convert("mW, or dBm below zero", _number)


def _ddmi(offset: int) -> d.TransceiverTable:
    """By ifIndex, or by the number of a port that ifIndex has a million more of."""
    return d.TransceiverTable(
        mib="MIB-DDMI 2025-03-20",
        port=d.PortKey(offset=offset, name=".+"),
        row=_as_told,
        present=d.Column(f"{_DDMI}.3", _TRUTH),
        vendor=d.Column(f"{_DDMI}.4", d.text),
        part_number=d.Column(f"{_DDMI}.5", d.text),
        serial_number=d.Column(f"{_DDMI}.6", d.text),
        diagnostics=d.Column(f"{_DDMI}.1002", _TRUTH),
        temperature=d.Column(f"{_DDMI}.1003", d.celsius()),
        voltage=d.Column(f"{_DDMI}.1008", d.volts()),
        bias=d.Column(f"{_DDMI}.1013", d.milliamperes()),
        tx_power=d.Column(f"{_DDMI}.1018", _LEVEL),
        rx_power=d.Column(f"{_DDMI}.1023", _LEVEL),
    )


def _driver(name: str, vendor: str, series: str, bases: dict[str, str], **more: Any) -> d.Driver:
    """One maker's switches."""
    return d.Driver(
        name=name,
        vendor=vendor,
        series=series,
        sys_object_ids=tuple(bases),
        bases=bases,
        transceivers=(_ddmi(_IF_TABLE), _ddmi(0), *d.standard.TRANSCEIVERS),
        notes=("Light is from the MIB text alone; levels above 0 are taken as milliwatts.",),
        **more,
    )


DRIVERS = (
    _driver(
        "bitstream_hyperion",
        "BitStream",
        "Hyperion; none recorded here",
        {f"{_E}.19829.1": f"{_E}.19829.1.121", f"{_E}.6603": f"{_E}.6603.1.121"},
    ),
    _driver(
        "transition",
        "Transition Networks",
        "S3290 and others; seen: S3290-42",
        {f"{_E}.868": f"{_E}.868.2.5.152"},
        verified_by={"transition": ("link", "counters", "macs")},
    ),
)
