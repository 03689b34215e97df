"""The accesses of a street, or whatever else was searched for: each with its link and light."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from techinfo.page.access_screen import headline, is_dark, verdict
from techinfo.page.screen import Screen
from techinfo.page.search_screen import address_line, place_words


async def street(screen: Screen) -> Response:
    """From what is known already: no switch is asked, and each line says how old it is."""
    text = screen.query("q").strip()
    if not text:
        return screen.go(screen.url())
    found = await screen.api.ask("GET", "search", query={"q": text})
    if not found.good:
        wrong = screen.say("Type two characters or more.") if found.status == 400 else found.cause
        return screen.sorry(found.status, wrong)
    places = found.body["accesses"]
    told = await _known(screen, [one["accessId"] for one in places])
    lines = [_line(screen, one, told.get(one["accessId"])) for one in places]
    return screen.html(
        "street.html",
        lines=lines,
        counted={state: sum(one["state"] == state for one in lines) for state in ("up", "down")},
        along=[one["accessId"] for one in places],
        places={one["accessId"]: place_words(one) for one in places},
        more=found.body["more"],
    )


async def _known(screen: Screen, names: list[str]) -> dict[str, dict[str, Any]]:
    """What is known of some accesses; of those that nothing is known of, nothing."""
    if not names:
        return {}
    body = {"accessIds": names}
    told = await screen.api.ask("POST", "batch", json=body, only_reads=True)
    rows = told.body["accesses"] if told.good else ()
    return {one["accessId"]: one["access"] for one in rows if "access" in one}


def _line(screen: Screen, place: dict[str, Any], told: dict[str, Any] | None) -> dict[str, Any]:
    line = place | {"where": address_line(place.get("address")), "state": "unknown", "age": None}
    if told is None or "status" not in told:
        return line | {"words": screen.say("Not read lately.")}
    state, words = headline(screen, told)
    judged = verdict(screen, told)
    optic = told["status"].get("transceiver") or {}
    return line | {
        "state": state,
        "words": words,
        "verdict": judged["text"] if judged and judged["outcome"] != "green" else "",
        "light": optic.get("dbmRx"),
        "dark": is_dark(optic.get("dbmRx")),
        "age": told["parts"]["status"].get("age"),
    }
