"""The customer's own look at their line, by a link: a sentence, one question, the lamps."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from techinfo.page.own_api import Answer
from techinfo.page.screen import N_, Screen

_EVERY_S = 30
"""Between two looks of "tell me when it is green"; a port is read no more often than that."""
_NEXT = {
    "none": N_("Nothing is wrong as far as can be seen from here."),
    "customer": N_("Something at your end may help; your provider tells you what."),
    "wait": N_("This is known. Wait a little, and look again."),
}
_NEXT_OTHERS = N_("Your provider sees this, with your answer, and takes it on.")


async def look(screen: Screen) -> Response:
    """The sentence, and the question."""
    return _shown(screen, await screen.api.ask("GET", "selfcheck", headers=_bearer(screen)))


async def answer(screen: Screen) -> Response:
    """The customer's answer to the question."""
    given = (await screen.form()).get("said", "").partition(".")
    body = {"question": given[0], "answer": given[2]}
    told = await screen.api.ask("POST", "selfcheck", headers=_bearer(screen), json=body)
    if told.status == 400:
        return await look(screen)
    return _shown(screen, told)


def _bearer(screen: Screen) -> dict[str, str]:
    return {"Authorization": f"Bearer {screen.request.path_params['token']}"}


def _shown(screen: Screen, told: Answer) -> Response:
    if told.status in (401, 403):
        words = screen.say("This link has ended. Ask your provider for another one.")
        return screen.sorry(404, words)
    if not told.good:
        return screen.refused(told)
    body: dict[str, Any] = told.body
    ask = body.get("ask")
    code = screen.language.code
    watching = bool(screen.query("watch"))
    return screen.html(
        "check.html",
        told=body,
        text=body["text"].get(code, body["text"]["en"]),
        further=screen.say(_NEXT.get(body["act"], _NEXT_OTHERS)),
        ask=ask and {**ask, "text": ask["text"].get(code, ask["text"]["en"])},
        lamps=lamps(ask),
        watching=watching and body["outcome"] != "green",
        green=body["outcome"] == "green",
        every=_EVERY_S,
        token=screen.request.path_params["token"],
    )


def lamps(ask: dict[str, Any] | None) -> list[str]:
    """Which lamps of the fibre box the question is about."""
    return {"powerOn": ["power"], "fibreLamp": ["fibre"], "boxRestarts": ["power", "fibre"]}.get(
        ask["id"] if ask else "", []
    )
