"""One access on one screen."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.responses import Response

from techinfo.page.access_text import for_ticket
from techinfo.page.own_api import api_path
from techinfo.page.past import past
from techinfo.page.screen import CAUSES, Screen
from techinfo.page.search_screen import address_line, place_words, street_words

_MOST_ANSWERS, _MOST_OF_AN_ANSWER = 8, 64
_NO_CPE = CAUSES["no_cpe"]
_DARKEST, _BRIGHTEST = -40.0, 0.0
"""Ends of the gauge, dBm."""


async def access(screen: Screen) -> Response:
    """All that is known of an access, each part with its age."""
    return await show(screen)


async def show(
    screen: Screen, *, done: str = "", wrong: str = "", link: str = "", status: int = 200
) -> Response:
    """The screen of an access, and what has become of a form on it."""
    access_id = screen.request.path_params["access_id"]
    fresh = {"Cache-Control": "no-cache"} if screen.query("fresh") else {}
    told, found, has_desk, works, before = await asyncio.gather(
        screen.api.ask("GET", "access", access_id, headers=fresh),
        screen.api.ask("GET", "search", query={"q": access_id}),
        screen.has_desk(),
        screen.api.ask("GET", "works", query={"accessId": access_id}),
        past(screen, access_id),
    )
    if not told.good:
        return screen.refused(told)
    report = told.body
    said = answers_of(screen)
    customer_said = {} if said else await _customers_answers(screen, report["accessId"])
    said = said or customer_said
    if said:
        await _judge_again(screen, report, said)
    places = found.body.get("accesses", []) if found.good else []
    place: dict[str, Any] = next(
        (one for one in places if one["accessId"] == report["accessId"]), {}
    )
    judged = verdict(screen, report)
    parts = {name: part_words(screen, part) for name, part in report["parts"].items()}
    return screen.html(
        "access.html",
        status=status,
        report=report,
        place=place,
        where=address_line(report.get("address")),
        street=street_words(report.get("address")),
        parts=parts,
        headline=headline(screen, report),
        verdict=judged,
        keep=kept(report, place, judged),
        said=said,
        ends=light_ends(screen, report),
        ticket_text=for_ticket(screen.language, report, headline(screen, report)[1]),
        has_desk=has_desk,
        done=done,
        wrong=wrong,
        link=link,
        customer_said=customer_said,
        works=[one for one in works.body["works"] if one["status"] != "ENDED"]
        if works.good
        else [],
        live_url=api_path("live", report["accessId"]),
        **before,
    )


def kept(
    report: dict[str, Any], place: dict[str, Any], judged: dict[str, Any] | None
) -> dict[str, Any]:
    """What a browser may keep for where there is no network: the line, and nothing of people."""
    status = report.get("status") or {}
    optic = status.get("transceiver") or {}
    told = {
        "accessId": report["accessId"],
        **place_words(place),
        "link": status.get("link"),
        "adminDown": status.get("adminDown"),
        "since": status.get("linkSince"),
        "speed": status.get("linkSpeed"),
        "received": optic.get("dbmRx"),
        "sent": optic.get("dbmTx"),
        "verdict": judged["text"] if judged else None,
        "readAt": report["parts"]["status"].get("readAt"),
    }
    return {name: value for name, value in told.items() if value is not None}


def answers_of(screen: Screen) -> dict[str, str]:
    """What was answered to questions of the verdict: ``?said=powerOn.no``, once for each."""
    told = screen.request.query_params.getlist("said")[:_MOST_ANSWERS]
    split = (one.partition(".") for one in told if len(one) <= _MOST_OF_AN_ANSWER)
    return {question: answer for question, _, answer in split if answer}


async def _judge_again(screen: Screen, report: dict[str, Any], said: dict[str, str]) -> None:
    """The verdict with the answers; where they are of no use it stays."""
    access_id = report["accessId"]
    body = {"answers": said}
    told = await screen.api.ask("POST", "diagnosis", access_id, json=body, only_reads=True)
    if told.good:
        report["diagnosis"] = told.body


async def _customers_answers(screen: Screen, access_id: str) -> dict[str, str]:
    """What the customer has answered by a link of this access."""
    told = await screen.api.ask("GET", "access", access_id, "selfcheck")
    return dict(told.body["answers"]) if told.good else {}


async def make_link(screen: Screen) -> Response:
    """A link for the customer."""
    access_id = screen.request.path_params["access_id"]
    told = await screen.api.ask("POST", "access", access_id, "selfcheck")
    if not told.good:
        return await show(screen, wrong=told.cause, status=told.status)
    url = screen.request.url
    link = f"{url.scheme}://{url.netloc}{screen.url('check', told.body['token'])}"
    return await show(screen, link=link, status=201)


async def ticket(screen: Screen) -> Response:
    """Make a ticket about the access; the link info goes with it by itself."""
    access_id = screen.request.path_params["access_id"]
    given = await screen.form()
    words = given.get("description", "").strip()
    if not words:
        return await show(screen, wrong=screen.say("Say what is wrong."), status=400)
    body = {
        "accessId": access_id,
        "createdBy": screen.who["user"],
        "heading": words.splitlines()[0][:100],
        "description": words,
        "problemType": given.get("problem", "OTHER"),
    }
    if given.get("diagnosis"):
        body["diagnosisId"] = given["diagnosis"]
    if screen.case:
        body["spTicketReference"] = screen.case
    told = await screen.api.ask("POST", "tickets", json=body, version="2.6")
    if not told.good:
        return await show(screen, wrong=told.cause, status=told.status)
    reference = str(told.body.get("coTicketReference", ""))
    return await show(screen, done=screen.say("The ticket is made: %s") % reference, status=201)


def is_cpe(part: dict[str, Any]) -> bool:
    """Whether it is not there because nobody knows a CPE; of a switch the code says otherwise."""
    return part.get("code") == "not_available_here" and "CPE" in part.get("cause", "")


def part_words(screen: Screen, part: dict[str, Any]) -> dict[str, Any]:
    """A part's age, and in words why there is nothing where there is nothing."""
    why = ""
    if part["state"] not in ("ok", "empty"):
        known = _NO_CPE if is_cpe(part) else CAUSES.get(part.get("code", ""))
        why = screen.say(known) if known else part.get("cause", "")
    return {"state": part["state"], "age": part.get("age"), "why": why}


def headline(screen: Screen, report: dict[str, Any]) -> tuple[str, str]:
    """A colour, and the link in a sentence; it judges nothing."""
    status, part = report.get("status"), report["parts"]["status"]
    if status is None:
        known = CAUSES.get(part.get("code", ""))
        return "unknown", screen.say(known) if known else part.get("cause", "")
    if status.get("adminDown"):
        return "off", screen.say("The port is switched off by the operator.")
    if status.get("link") is True:
        return "up", screen.say("The link is up.")
    if status.get("link") is False:
        return "down", screen.say("The link is down.")
    return "unknown", screen.say("The switch does not tell whether the link is up.")


def verdict(screen: Screen, report: dict[str, Any]) -> dict[str, Any] | None:
    """The verdict in a sentence, with the next step of whoever looks; ``None``: there is none."""
    told = report.get("diagnosis")
    if not isinstance(told, dict):
        return None
    step = told.get("nextStep", {}).get("sp" if screen.who["role"] == "provider" else "engineer")
    asked = told.get("ask")
    return {
        "outcome": str(told.get("outcome", "")),
        "text": _in_language(screen, told.get("text")),
        "step": _in_language(screen, step),
        "id": told.get("diagnosisId", ""),
        "ask": asked and asked | {"text": _in_language(screen, asked["text"])},
    }


def _in_language(screen: Screen, words: object) -> str:
    if isinstance(words, dict):
        words = words.get(screen.language.code, words.get("en"))
    return words if isinstance(words, str) else ""


def light_ends(screen: Screen, report: dict[str, Any]) -> list[dict[str, Any]]:
    """The light at both ends of the fibre, as far as it is measured."""
    ports = (report.get("cpe") or {}).get("ports") or []
    own = screen.say("At the switch")
    ends = [
        (own, (report.get("status") or {}).get("transceiver")),
        *((screen.say("At the CPE"), port.get("transceiver")) for port in ports),
    ]
    bands = _bands(report)
    return [
        {
            "name": name,
            **optics,
            "x": gauge_x(optics.get("dbmRx")),
            "dark": is_dark(optics.get("dbmRx")),
            "band": bands.get(name == own),
        }
        for name, optics in ends
        if optics
    ]


def _bands(report: dict[str, Any]) -> dict[bool, tuple[float, float]]:
    """What the receivers are made for, on the gauge, by whether it is the switch's."""
    measures = (report.get("diagnosis") or {}).get("measures", ())
    found = {}
    for one in measures:
        limit = one.get("limit")
        if str(one.get("name", "")).startswith("light ") and isinstance(limit, list):
            low, high = (gauge_x(str(x)) for x in limit)
            if low is not None and high is not None:
                found["status." in one["name"]] = (low, high)
    return found


def is_dark(dbm: str | None) -> bool:
    """Whether it is how ON-API says that no light arrives: ``-40.00``, or less."""
    try:
        return dbm is not None and float(dbm) <= _DARKEST
    except ValueError:
        return False


def gauge_x(dbm: str | None) -> float | None:
    """Where a value stands on the gauge, 0 to 100; ``None``: there is none."""
    try:
        value = float(dbm or "")
    except ValueError:
        return None
    return round(100 * (min(max(value, _DARKEST), _BRIGHTEST) - _DARKEST) / -_DARKEST, 1)
