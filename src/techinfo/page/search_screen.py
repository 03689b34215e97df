"""One box for everything that somebody knows of an access."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

from starlette.responses import Response

from techinfo.page.screen import Screen

_LABEL = re.compile(
    r"(?:https?://[^/\s?#]{1,255})?((?:/[-\w]+)?)/([as])/([^/?#\s]{1,255})/?(?:[?#]\S*)?"
)
"""What a name's QR holds: the path of an access or of a switch, in front of it the page's own."""


async def search(screen: Screen) -> Response:
    """The box, and what was found; what is found alone is shown at once."""
    text = screen.query("q").strip()
    if not text:
        return screen.html("search.html", found=None, more=False, wrong="", begins=True)
    if scanned := _own_path(screen, text):
        return screen.go(scanned)
    text = text.removeprefix("/")  # the key that leads to the box, pressed in it
    told = await screen.api.ask("GET", "search", query={"q": text})
    if not told.good:
        wrong = screen.say("Type two characters or more.") if told.status == 400 else told.cause
        return screen.html("search.html", status=told.status, found=None, more=False, wrong=wrong)
    found, switches = told.body["accesses"], told.body.get("elements", [])
    if len(found) == 1 and not told.body["more"]:
        return screen.go(screen.url("a", found[0]["accessId"]))
    if len(switches) == 1 and not found:
        return screen.go(screen.url("s", switches[0]["name"]))
    return screen.html(
        "search.html",
        found=[one | {"where": address_line(one.get("address"))} for one in found],
        along=[one["accessId"] for one in found],
        places={one["accessId"]: place_words(one) for one in found},
        switches=switches,
        more=told.body["more"],
        wrong="",
    )


def place_words(found: dict[str, Any]) -> dict[str, Any]:
    """Where an access hangs, for whom that is told, and its outlet; no address."""
    outlet = (found.get("address") or {}).get("outlet")
    told = {"element": found.get("element"), "port": found.get("port"), "outlet": outlet}
    return {name: value for name, value in told.items() if value}


def _own_path(screen: Screen, text: str) -> str | None:
    """Where a label's QR leads (``/a/A-1001``, with or without a host): to this host alone."""
    found = _LABEL.fullmatch(text)
    if found is None:
        return None
    below, what, name = found.groups()
    name = unquote(name)
    known = below in ("", screen.base) and name.isprintable() and "/" not in name
    return screen.url(what, name) if known else None


def address_line(address: dict[str, str] | None) -> str:
    """An address on one line, as letters have it."""
    if not address:
        return ""
    get = address.get
    house = f"{get('streetNumber', '')}{get('streetLittera', '')}"
    street = " ".join(x for x in (get("streetName", ""), house) if x)
    flat = get("mduApartmentNumber", "")
    town = " ".join(x for x in (get("postalCode", ""), get("city", "")) if x)
    return ", ".join(x for x in (street, flat, get("outlet", ""), town) if x)


def street_words(address: dict[str, str] | None) -> str:
    """The words by which all accesses of an address's street are found; empty: it has none."""
    told = address or {}
    names = ("streetName", "postalCode", "city")
    return " ".join(told[one] for one in names if told.get(one)) if "streetName" in told else ""
