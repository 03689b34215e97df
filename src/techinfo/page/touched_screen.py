"""Which port did I just touch? And the proposal that follows: the inventory says another one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from starlette.responses import Response

from techinfo.page.screen import Screen
from techinfo.page.search_screen import address_line
from techinfo.page.switch_screen import short_name

CORRECTION = "Inventory: "
"""How the heading of a ticket begins that proposes a correction."""


async def touched(screen: Screen) -> Response:
    """Ports that have just moved."""
    return await _show(screen)


async def propose(screen: Screen) -> Response:
    """Tell the operator on which port an access is; a ticket of the operator's own carries it."""
    given = await screen.form()
    element = screen.request.path_params["element"]
    access, port = given.get("access", "").strip(), given.get("port", "").strip()
    if not access or not port:
        return await _show(screen, wrong=screen.say("Say which access it is."), status=400)
    found = await screen.api.ask("GET", "search", query={"q": access})
    places = found.body.get("accesses", []) if found.good else []
    at: dict[str, Any] = next(
        (one for one in places if access in (one["accessId"], one.get("legacyAccessId"))), {}
    )
    now = " ".join(x for x in (at.get("element"), at.get("port")) if x) or "-"
    access = at.get("accessId", access)
    told = await screen.api.ask(
        "POST",
        "tickets",
        version="2.6",
        json={
            "accessId": access,
            "createdBy": screen.who["user"],
            "heading": f"{CORRECTION}{access} -> {element} {port}"[:100],
            "description": f"{access}\n{now} -> {element} {port}",
            "problemType": "OTHER",
        },
    )
    if not told.good:
        return await _show(screen, wrong=told.cause, status=told.status)
    reference = str(told.body.get("coTicketReference", ""))
    done = screen.say("The correction is proposed: %s") % reference
    return await _show(screen, done=done, status=201)


async def _show(screen: Screen, *, done: str = "", wrong: str = "", status: int = 200) -> Response:
    element = screen.request.path_params["element"]
    query = {"light": "true"} if screen.query("light") else {}
    told = await screen.api.ask("GET", "switch", element, "touched", query=query)
    if not told.good:
        return screen.refused(told)
    return screen.html(
        "touched.html",
        status=status,
        told=told.body,
        ports=[_port(screen, port, told.body["readAt"]) for port in told.body["ports"]],
        waiting=told.body.get("unregistered", []),
        has_desk=await screen.has_desk(),
        done=done,
        wrong=wrong,
    )


def _port(screen: Screen, port: dict[str, Any], read_at: str) -> dict[str, Any]:
    say = screen.say
    state = {True: "up", False: "down"}.get(port.get("link", ""), "unknown")
    if port["moved"] == "light":
        what = say("The light has changed.")
    else:
        words = {"up": say("The link is up."), "down": say("The link is down.")}
        what = words.get(state, say("The link has changed."))
    name = port.get("name", str(port["ifIndex"]))
    return port | {
        "label": name,
        "short": short_name(name, port["ifIndex"]),
        "what": what,
        "state": state,
        "ago_s": _seconds_between(port["at"], read_at) if "at" in port else None,
        "accesses": [one | {"where": address_line(one.get("address"))} for one in port["accesses"]],
    }


def _seconds_between(at: str, read_at: str) -> float:
    """How long a port had been so when it was read; a switch's clock counts hundredths."""
    return (datetime.fromisoformat(read_at) - datetime.fromisoformat(at)).total_seconds()
