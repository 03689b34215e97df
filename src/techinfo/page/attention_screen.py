"""What the operator's people should look at: one list, from what is known already."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.responses import Response

from techinfo.page.past import disturbance
from techinfo.page.screen import N_, Screen

_REACHES = {
    "switch": N_("Switch"),
    "driver": N_("Driver"),
    "site": N_("Site"),
    "all": N_("All switches"),
}
_WORKS = {"PLANNED": N_("planned"), "ACTIVE": N_("under way"), "ENDED": N_("over")}
_KINDS = {
    "swapped": N_("Their equipment seems to have changed places."),
    "moved": N_("Its equipment seems to have moved to a port without an access."),
    "elsewhere": N_("Equipment of the first is on the second."),
}


async def attention(screen: Screen) -> Response:
    """Pauses, silent and unknown switches, works, wrong ports, findings in the inventory."""
    return await _show(screen)


async def confirm_swap(screen: Screen) -> Response:
    """Accesses have other places in the inventory, as the list has proposed it."""
    given = await screen.form()
    names = ("accessId", "otherAccessId", "proposal")
    wanted = {name: given[name] for name in names if given.get(name)}
    told = await screen.api.ask("POST", "wrong-ports", "confirm", json=wanted)
    if not told.good:
        return await _show(screen, wrong=told.cause, status=told.status)
    if "otherAccessId" in wanted:
        words = screen.say("%s and the other access have changed places in the inventory.")
    else:
        words = screen.say("%s has another port in the inventory.")
    return await _show(screen, done=words % wanted["accessId"])


async def _show(screen: Screen, *, done: str = "", wrong: str = "", status: int = 200) -> Response:
    told, works, lost, crossed = await asyncio.gather(
        screen.api.ask("GET", "attention"),
        screen.api.ask("GET", "works"),
        screen.api.ask("GET", "disturbances"),
        screen.api.ask("GET", "wrong-ports", query={"elsewhere": "true"}),
    )
    if not told.good:
        return screen.refused(told)
    say = screen.say
    return screen.html(
        "attention.html",
        status=status,
        done=done,
        wrong=wrong,
        told=told.body,
        pauses=[
            one | {"what": say(_REACHES.get(one["reach"], one["reach"]))}
            for one in told.body["pauses"]
        ],
        disturbances=[disturbance(screen, one) for one in lost.body["disturbances"]]
        if lost.good
        else None,
        wrong_ports=[_wrong_port(screen, one) for one in crossed.body["wrongPorts"]]
        if crossed.good
        else None,
        works=[_work(screen, one) for one in works.body["works"]] if works.good else None,
    )


async def ports_against_orders(screen: Screen) -> Response:
    """The switch that a form names, compared with the orders on it."""
    name = screen.query("element").strip()
    return screen.go(screen.url("s", name, "orders") if name else screen.url("attention"))


def _wrong_port(screen: Screen, one: dict[str, Any]) -> dict[str, Any]:
    known = _KINDS.get(one["kind"])
    free = one.get("freePort")
    if one["kind"] == "elsewhere" and free is not None:
        known = N_("Some of its equipment is on a port without an access.")
    elif free is not None and "ontId" in free:
        known = N_("Its ONT seems to be where the inventory has none.")
    by = [row["equipment"] for row in one["evidence"]]
    return one | {
        "words": screen.say(known) if known else one["kind"],
        "by": list(dict.fromkeys(by)),
    }


def _work(screen: Screen, one: dict[str, Any]) -> dict[str, Any]:
    state = one.get("status", "")
    known = _WORKS.get(state)
    return one | {
        "state": screen.say(known) if known else state,
        "begin": one.get("from", ""),
        "end": one.get("endedAt") or one.get("expectedEnd") or one.get("to", ""),
    }
