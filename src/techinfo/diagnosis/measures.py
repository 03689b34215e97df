"""What was measured, and the limits it was held against; the path above in a colour."""

from __future__ import annotations

from typing import Any

from techinfo.diagnosis.view import View

_FULL = 0.9
"""Of the capacity (the limit of `uplink_full`)."""
_MANY_ERRORS = 10
"""Damaged frames in five minutes (the limit of `errors_on_fibre`)."""


def measures(view: View) -> list[dict[str, Any]]:
    """Every limit that was looked at, also those that are kept."""
    found: list[dict[str, Any]] = []
    for level in (view.light.near, view.light.far):
        if level is not None and level.optic is not None:
            outside = level.under > 0 or level.over > 0
            limits = [level.optic.rx_min, level.optic.rx_max]
            found.append(_measure(f"light {level.path}", level.rx, "dBm", limits, outside))
    share = view.traffic.error_share
    if view.traffic.was_read and view.traffic.has_earlier:
        ppm = round((share or 0.0) * 1e6, 2)
        found.append(_measure("errors of packets", ppm, "ppm", 1.0, share is not None))
    load = view.case.number("uplink.load")
    if load is not None:
        found.append(_measure("load of the uplink", load, "1", _FULL, load >= _FULL))
    busiest = view.case.number("uplink.busyHour.load")
    if busiest is not None:
        name = "load of the uplink in the busy hour"
        found.append(_measure(name, busiest, "1", _FULL, busiest >= _FULL))
    if view.light.drift is not None:
        drift = round(view.light.drift, 2)
        found.append(_measure("light lost since the baseline", drift, "dB", 3.0, drift >= 3.0))
    return found


def path_above(view: View) -> dict[str, Any] | None:
    """The uplink in a colour, and what speaks against it; ``None``: nothing is known of it."""
    link = view.case.flag("uplink.link")
    if link is None:
        return None
    load, busiest = (view.case.number(f"uplink.{name}") for name in ("load", "busyHour.load"))
    errors, kept = view.case.number("uplink.errors"), view.case.flag("uplink.lightKept")
    against = {
        "link": link is False,
        "load": load is not None and load >= _FULL,
        "busyHour": busiest is not None and busiest >= _FULL,
        "errors": (errors or 0) >= _MANY_ERRORS,
        "light": kept is False,
    }
    because = [name for name, is_so in against.items() if is_so]
    state = "red" if link is False else "amber" if because else "green"
    told: dict[str, Any] = {"state": state, "because": because, "load": load}
    told["busyHourLoad"] = busiest
    told["readAt"] = view.case.text("uplink.readAt")
    return {name: value for name, value in told.items() if value not in (None, [])}


def _measure(name: str, value: float, unit: str, limit: object, violation: bool) -> dict[str, Any]:
    return {"name": name, "value": value, "unit": unit, "limit": limit, "violation": violation}
