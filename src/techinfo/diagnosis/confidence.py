"""The chance that a code is right, 0 to 1, from what was read and what was not."""

from __future__ import annotations

from collections.abc import Iterable

from techinfo.diagnosis.contradictions import Contradiction
from techinfo.diagnosis.rule import Rule
from techinfo.diagnosis.view import View

_UNREAD = 0.05
"""What each part lowers it by that could not be read and could have contradicted."""
_MOST_UNREAD = 0.2
_LIGHT_CODES = frozenset({"weak_light", "strong_light", "light_no_link_restart", "light_no_link"})
_WANTED = {"slow": ("shaping",), "tv": ("igmpGroups", "counters")}
"""The parts that a complaint asks for."""


def _caps(rule: Rule, view: View, told: Iterable[Contradiction]) -> Iterable[float]:
    """What it is at most."""
    if rule.code == "undecided":
        yield 0.5
    if rule.rests_on_records and view.case.records_are_old:
        yield 0.7
    for one in told:
        yield 0.7 if one.strength != "told" or rule.code == "service_suspended" else 0.9
    if rule.code in _LIGHT_CODES and _is_near_a_limit(view):
        yield 0.85
    if rule.code == "all_fine":
        yield from _caps_of_fine(view)
    if view.orders.has_complaint and _unread_for_complaint(view):
        yield 0.8 if rule.code in ("all_fine", "undecided") else 0.9


def _caps_of_fine(view: View) -> Iterable[float]:
    """What could still be wrong on a line that looks well."""
    light = view.light.near or view.light.far
    if light is not None and light.optic is None:
        yield 0.85
    if view.traffic.was_read and not view.traffic.has_earlier:
        yield 0.85
    if any(row.get("on") == "other_access" for row in view.case.rows("sightings") or ()):
        yield 0.85
    if view.orders.services is None or view.orders.complaint == "tv":
        yield 0.9


def _is_near_a_limit(view: View) -> bool:
    """Whether a level is within 3 dB of its limit: the accuracy of diagnostics."""
    levels = [level for level in (view.light.near, view.light.far) if level is not None]
    return not view.errors_rise and any(
        level.optic is not None
        and min(abs(level.rx - level.optic.rx_min), abs(level.rx - level.optic.rx_max)) <= 3.0
        for level in levels
    )


def _unread_for_complaint(view: View) -> bool:
    if view.orders.complaint == "drops":
        return view.line.transitions is None
    if view.orders.complaint == "tv" and view.orders.active("iptv") is None:
        return False
    wanted = _WANTED.get(view.orders.complaint or "", ())
    return any(not view.case.was_read(part) for part in wanted)


def confidence(rule: Rule, view: View, told: Iterable[Contradiction]) -> float:
    """How sure a verdict is, two decimals."""
    unread = [part for part in view.case.missing if part != "records"]
    sure = rule.sure - min(_MOST_UNREAD, _UNREAD * len(unread))
    if rule.code == "all_fine" and not view.orders.has_complaint:
        sure = min(sure, 0.92)
    return round(max(0.05, min(sure, *_caps(rule, view, told), 0.95)), 2)
