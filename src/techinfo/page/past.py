"""What was seen of an access before: plots of the last day, and what has happened."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

from techinfo.page import plots
from techinfo.page.screen import N_, Screen

_MOST_EVENTS = 20
_MOST_OTHERS = 20
_HAPPENED = {
    "link_up": N_("Link up"),
    "link_down": N_("Link lost"),
    "light": N_("Light changed"),
    "speed": N_("Speed changed"),
    "mac_came": N_("MAC address came"),
    "mac_went": N_("MAC address gone"),
    "lease_began": N_("Lease began"),
    "lease_ended": N_("Lease ended"),
    "element_restarted": N_("Switch restarted"),
    "cpe_restarted": N_("CPE restarted"),
    "dying_gasp": N_("Last gasp: the far end has lost its power"),
    "installed": N_("Light at installation"),
    "ticket_opened": N_("Ticket opened"),
    "ticket_closed": N_("Ticket closed"),
    "works_began": N_("Planned works began"),
    "works_ended": N_("Planned works ended"),
}
"""``what`` of the timeline -> texts. Another one is shown as it is."""
_SOURCES = {
    "engineer": N_("by an engineer"),
    "order done": N_("order done"),
    "first link": N_("first link"),
}

_FORMS = {"speed": "%s Mbit/s", "mac": "%s", "address": "%s", "vlan": "VLAN %s"}


async def past(screen: Screen, access_id: str) -> dict[str, Any]:
    """Plots and events of an access; empty where nothing is polled, or nothing may be told."""
    told = await screen.api.ask("GET", "history", access_id, query={"step": "5m"})
    if not told.good:
        return {}
    found: dict[str, Any] = {
        "history": {
            "begin": told.body["from"],
            "end": told.body["to"],
            "plots": list(_plots(screen, told.body)),
        }
    }
    line, lost = await asyncio.gather(
        screen.api.ask("GET", "timeline", access_id),
        screen.api.ask("GET", "disturbances", query={"accessId": access_id}),
    )
    if lost.good:
        found["disturbances"] = [disturbance(screen, one) for one in lost.body["disturbances"]]
    if line.good:
        newest = line.body["events"][::-1]
        found["timeline"] = {
            "more": line.body["more"] or len(newest) > _MOST_EVENTS,
            "events": [_event(screen, one) for one in newest[:_MOST_EVENTS]],
        }
    return found


def disturbance(screen: Screen, one: dict[str, Any]) -> dict[str, Any]:
    """One of several lines; how many and which is told to the operator alone."""
    say = screen.say
    if "lines" in one:
        words = say("%(lines)s of %(of)s lines of %(name)s were lost together.") % one
    else:
        words = say("Several lines were lost together with this one.")
    others = one.get("accessIds", ())[:_MOST_OTHERS]
    return one | {"words": words, "others": others}


def _plots(screen: Screen, told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    say, samples = screen.say, told["samples"]
    drawn = plots.light(told)
    if drawn is not None:
        words = _extremes(screen, [float(one["dbmRx"]) for one in samples if "dbmRx" in one])
        dark = say("No light at times, marked below.") if drawn.marks else ""
        yield _plot("light", say("Light received"), drawn, f"{words} {dark}".strip())
    drawn = plots.traffic(told)
    if drawn is not None:
        words = say("At most %s as a mean of five minutes; dashed: out.") % _bits(
            screen, drawn.high
        )
        yield _plot("traffic", say("Traffic"), drawn, words)
    drawn = plots.errors(told)
    if drawn is not None:
        count = plots.total_errors(samples)
        words = say("%s in all.") % screen.language.number(count) if count else say("None.")
        yield _plot("errors", say("Errors"), drawn, words)


def _extremes(screen: Screen, levels: list[float]) -> str:
    if not levels:
        return ""
    ends = {"low": f"{min(levels):.2f}", "high": f"{max(levels):.2f}"}
    return screen.say("Lowest %(low)s, highest %(high)s dBm.") % ends


def _plot(kind: str, title: str, drawn: plots.Drawn, words: str) -> dict[str, Any]:
    return {"kind": kind, "title": title, "drawn": drawn, "words": words}


def _bits(screen: Screen, rate: float) -> str:
    """Bits per second, in three or four digits."""
    units = ["bit/s", "kbit/s", "Mbit/s", "Gbit/s"]
    while rate >= 1000 and len(units) > 1:
        rate, units = rate / 1000, units[1:]
    return f"{screen.language.number(rate, 0 if units[0] == 'bit/s' else 2)} {units[0]}"


def _event(screen: Screen, one: dict[str, Any]) -> dict[str, Any]:
    known = _HAPPENED.get(one["what"])
    return {
        "at": one["at"],
        "earliest": one.get("earliest"),
        "what": screen.say(known) if known else one["what"],
        "more": ", ".join(_details(screen, one)),
    }


def _details(screen: Screen, one: dict[str, Any]) -> Iterator[str]:
    say = screen.say
    if one.get("withElement"):
        yield say("with the switch")
    if one.get("noLight"):
        yield say("no light")
    elif "dbmRx" in one:
        before = f"{one['dbmRxBefore']} → " if "dbmRxBefore" in one else ""
        yield f"{before}{one['dbmRx']} dBm"
    for name, form in _FORMS.items():
        if name in one:
            yield form % one[name]
    if one.get("text"):
        yield say(_SOURCES.get(one["text"], one["text"]))
