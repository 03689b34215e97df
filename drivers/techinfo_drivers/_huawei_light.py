"""The optics of Huawei VRP: hwOpticalModuleInfoTable, whose unit each row shows.

Light is in microwatts, as S switches have it, or in 0.01 dBm, as the MIB of later years does and NE
and CE do; bias in microamperes or milliamperes (field note O1). A row is taken as a whole.
Source: HUAWEI-ENTITY-EXTENT-MIB 2022-09-13; recordings vrp_5720, huawei-s12704, huawei-unknown-001.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import partial
from typing import Any

import techinfo.driver as d

_OPTICS = "1.3.6.1.4.1.2011.5.25.31.1.1.3.1"  # hwOpticalModuleInfoEntry
_NO_READING = frozenset({-1, 2_147_483_647})
_MOST_MICROWATTS = 6_554  # SFF-8472: 16 bits of 0.1 uW
_MOST_MILLIAMPERES = 131  # SFF-8472: 16 bits of 2 uA
_MOST_LANES = 16


def _raw_levels(cell: d.Cell) -> tuple[float, ...] | None:
    """The numbers of a text with one for each lane; -Inf for a lane without light."""
    if not isinstance(cell, bytes):
        return None
    words = [word.strip() for word in d.decode_text(cell).split(",")]
    found = [re.fullmatch(r"-?[0-9]{1,6}(\.[0-9]{1,6})?|-inf", w, re.IGNORECASE) for w in words]
    told = tuple(float(word[0]) for word in found if word)
    return told if 0 < len(told) == len(words) <= _MOST_LANES else None


_LEVEL: d.Convert[Any] = d.Convert(
    "uW or dBm x 0.01, as the row shows",
    lambda cell: cell if isinstance(cell, int) and cell not in _NO_READING else None,
)
_LEVELS: d.Convert[Any] = d.Convert("lanes of dBm x 0.01 or dBm, as the row shows", _raw_levels)


def _microwatts(dbm_level: float) -> float:
    return 1000 * 10 ** (dbm_level / 10) if dbm_level < 20 else math.inf


def _unit_shown(level: int, first: float) -> bool | None:
    """Whether a level is in 0.01 dBm, by the text of its first lane, which is in dBm of a scale."""
    if any(
        abs(_microwatts(value) - level) <= max(1.5, level / 10) for value in (first / 100, first)
    ):
        return False
    return True if min(abs(first - level), abs(first * 100 - level)) <= 50 else None


def _is_hundredths(row: d.Row, otherwise: bool) -> bool:
    """The unit of a whole row (O1): no microwatts are less than zero, and a lane's text tells."""
    levels = [row[name] for name in ("rx_power", "tx_power") if name in row]
    if any(-6000 <= level < 0 for level in levels):
        return True
    for level, lane in (("rx_power", "lanes_rx"), ("tx_power", "lanes_tx")):
        first = row.get(lane, (None,))[0]
        if row.get(level) and first is not None and math.isfinite(first):
            shown = _unit_shown(row[level], first)
            if shown is not None:
                return shown
    return otherwise


def _level(raw: int | None, *, hundredths: bool) -> d.Power | None:
    """One level; 0 in 0.01 dBm is what an agent of that kind has for nothing (NE, O2)."""
    if raw is None:
        return None
    if hundredths:
        return d.dbm(0.01, {0: None})(raw)
    return d.power_of_watts(raw * 1e-6) if raw <= _MOST_MICROWATTS else None


def _lane_levels(raw: tuple[float, ...], told: d.Power | None) -> tuple[d.Power | None, ...]:
    """Levels of the lanes; the scale is the one in which the first is nearest to the module's."""
    first = next((value for value in raw if math.isfinite(value)), None)
    scale = 0.01
    if isinstance(told, float) and math.isfinite(raw[0]):
        scale = min((0.01, 1.0), key=lambda s: abs(raw[0] * s - told))
    elif first is not None and all(abs(v) <= 60 for v in raw if math.isfinite(v)):
        return ()  # -25 may be -25 dBm or -0.25 dBm, and nothing tells which
    return tuple(d.dbm(scale)(f"{value:.4f}".encode()) for value in raw)


def _bias(row: d.Row, values: Mapping[str, Any]) -> d.MilliAmpere | None:
    """MIB and S switches: uA. NE (huawei-unknown-001): mA; no lit laser runs on below 0.132 mA."""
    raw = row.get("bias")
    if raw is None:
        return None
    lit = isinstance(values.get("tx_power"), float) and 0 < raw <= _MOST_MILLIAMPERES
    return d.milliamperes(1 if lit else 0.001)(raw)


def _module(row: d.Row, *, hundredths: bool) -> d.Row | None:
    """One module: numbers of the row become levels in the one unit that the row has."""
    unit = _is_hundredths(row, hundredths)
    values = {n: v for n, v in row.items() if n not in {"rx_power", "tx_power", "bias"}}
    # Models without serial numbers of modules have the maker's name there (NE, huawei-unknown-001).
    if str(row.get("serial_number", "")).upper() in {"HUAWEI", "OEM"}:
        values["vendor"] = values.pop("serial_number")
    for name, lane in (("rx_power", "lanes_rx"), ("tx_power", "lanes_tx")):
        told = _level(row.get(name), hundredths=unit)
        values[lane] = _lane_levels(row[lane], told) if row.get(lane) else ()
        # The text of a single lane is finer than a whole microwatt.
        values[name] = values[lane][0] if len(values[lane]) == 1 and values[lane][0] else told
    values["bias"] = _bias(row, values)
    values = {name: value for name, value in values.items() if value not in (None, ())}
    if any(values.get(name) for name in ("vendor", "part_number", "serial_number", "temperature")):
        return {**values, "present": True}
    # Nothing at all: an empty cage or a copper port, told apart by hwEntityOpticalPlug alone.
    return {"present": False} if row.get("present") is False else None


def optics(*, hundredths: bool, verified_by: tuple[str, ...] = ()) -> d.TransceiverTable:
    """hwOpticalModuleInfoTable; ``hundredths``: the unit of rows that do not show it."""
    return d.TransceiverTable(
        mib="HUAWEI-ENTITY-EXTENT-MIB 2022-09-13",
        verified_by=verified_by,
        port=d.ENTITY,
        row=partial(_module, hundredths=hundredths),
        serial_number=d.Column(f"{_OPTICS}.4", d.text),
        temperature=d.Column(f"{_OPTICS}.5", d.celsius()),
        voltage=d.Column(f"{_OPTICS}.6", d.volts(0.001)),
        bias=d.Column(f"{_OPTICS}.7", _LEVEL),
        rx_power=d.Column(f"{_OPTICS}.8", _LEVEL),
        tx_power=d.Column(f"{_OPTICS}.9", _LEVEL),
        present=d.Column(f"{_OPTICS}.17", d.one_of({1: True, 2: False}, "hwEntityOpticalPlug")),
        vendor=d.Column(f"{_OPTICS}.24", d.text),
        part_number=d.Column(f"{_OPTICS}.25", d.text),
        lanes_bias=d.Column(f"{_OPTICS}.31", d.lanes(d.milliamperes())),
        lanes_rx=d.Column(f"{_OPTICS}.32", _LEVELS),
        lanes_tx=d.Column(f"{_OPTICS}.33", _LEVELS),
        diagnostics=d.Column(f"{_OPTICS}.1", d.one_of({7: False}, "mode is copper(7)")),
    )
