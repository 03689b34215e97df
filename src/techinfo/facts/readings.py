"""Which of a pluggable's readings are none: words that are all ones, or all zeros."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from techinfo.units import Dark

LEVELS = ("rx_power", "tx_power")
MEASURED = ("temperature", "voltage", "bias", *LEVELS)
_ONES_V, _ONES_DBM = (6.55, 6.56), (8.16, 8.17)
"""0xFFFF as SFF-8472 counts: 6.5535 V, and 6.5535 mW."""


def drop_ones(module: dict[str, Any], lanes: list[dict[str, Any]]) -> None:
    """Words of 0xFFFF are no reading: nothing has answered on the bus (Fibrolan Falcon-X).

    No pluggable is fed with 6.55 V (3.3 V, XFP also 5 V), or both sends and receives 8.16 dBm.
    """
    silent = [module, *lanes] if _is_ones(module) else [v for v in lanes if _is_ones(v)]
    for values in silent:
        for name in MEASURED:
            values.pop(name, None)


def _is_ones(values: Mapping[str, Any]) -> bool:
    levels = [values.get(name) for name in LEVELS]
    return _is_inside(_ONES_V, values.get("voltage")) or all(
        _is_inside(_ONES_DBM, level) for level in levels
    )


def _is_inside(between: tuple[float, float], value: object) -> bool:
    return isinstance(value, float) and between[0] <= value <= between[1]


def drop_zero_fill(told: tuple[dict[str, Any], ...]) -> None:
    """A row of zeros is a module without diagnostics, not one at 0 °C and 0 dBm (O2, O9)."""
    for values in told:
        for name in MEASURED:
            if isinstance(value := values.get(name), float) and value:
                return
    for values in told:
        values.pop("temperature", None)
        values.update({n: Dark.NO_DIAGNOSTICS for n in LEVELS if values.get(n) == 0})
