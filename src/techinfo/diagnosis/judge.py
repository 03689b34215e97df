"""The verdict: every rule is looked at, the first in the order wins, the rest stands beside it.

With it go the chance that it is right, from what was read and what was not, and the one question
to the customer, in words that an agent reads aloud.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from functools import cache
from typing import Any

from techinfo.diagnosis.case import Case, part_of
from techinfo.diagnosis.contradictions import CONTRADICTIONS, Contradiction
from techinfo.diagnosis.measures import measures, path_above
from techinfo.diagnosis.rule import Question, Rule
from techinfo.diagnosis.rules import ADMINISTRATIVE, IMPAIRED, RULES, RULES_VERSION, WITHOUT_READING
from techinfo.diagnosis.rules.impaired import complaint_order
from techinfo.diagnosis.rules.known import active, is_beside
from techinfo.diagnosis.rules.notes import NOTES
from techinfo.diagnosis.rules.outage import area_location
from techinfo.diagnosis.rules.undecided import UNDECIDED
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
    experience = view.case.number(f"experience.{rule.code}")
    if experience is not None and 0.0 <= experience <= 1.0:
        yield experience
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


QUESTIONS = {
    question.id: question
    for question in (
        Question(
            id="powerOn",
            words=(
                "Is the power lamp of the fibre box lit?",
                "Lyser fiberboxens strömlampa?",
            ),
            answers={"yes": {"powerOn": True}, "no": {"powerOn": False}},
        ),
        Question(
            id="restarted",
            words=(
                "Has the fibre box been restarted (plug out for ten seconds) without help?",
                "Har fiberboxen startats om (kontakten ur i tio sekunder) utan att det hjälpte?",
            ),
            answers={"yes": {"restarted": True}, "no": {"restarted": False}},
        ),
        Question(
            id="othersTried",
            words=(
                "Have another cable and another device been tried?",
                "Har en annan kabel och en annan enhet provats?",
            ),
            answers={
                "yes": {"cableTried": True, "deviceTried": True},
                "no": {"cableTried": False, "deviceTried": False},
            },
        ),
        Question(
            id="fibreLamp",
            words=("Is the fibre lamp of the box lit?", "Lyser boxens fiberlampa?"),
            answers={"yes": {"lights": {"wan": "on"}}, "no": {"lights": {"wan": "off"}}},
        ),
        Question(
            id="boxRestarts",
            words=(
                "Do all lamps of the box go out when the connection is lost?",
                "Släcks alla lampor på boxen när förbindelsen bryts?",
            ),
            answers={"yes": {"boxRestarts": True}, "no": {"boxRestarts": False}},
        ),
        Question(
            id="deviceTried",
            words=(
                "Has another device been tried, straight in the outlet?",
                "Har en annan enhet provats, direkt i uttaget?",
            ),
            answers={"yes": {"deviceTried": True}, "no": {"deviceTried": False}},
        ),
        Question(
            id="tvRestarted",
            words=(
                "Has the television box been restarted?",
                "Har tv-boxen startats om?",
            ),
            answers={"yes": {"tvRestarted": True}, "no": {"tvRestarted": False}},
        ),
    )
}


_NOTICES = {"planned_works": "PLANNED", "known_disturbance": "DISTURBANCE"}
_MOVED_IF_UNFELT = ("errors_on_fibre", "strong_light", "weak_light")
_SOURCES = {
    "cpe": "cpe",
    "otherEnd": "cpe",
    "dhcp": "dhcp log",
    "expected": "inventory",
    "history": "history",
    "neighbours": "history",
    "sightings": "history",
    "customer": "customer",
    "disturbances": "notice",
}
_HIDDEN = ("neighbours", "sightings")
"""What others are: told as "several", or as "another access"."""
_WITHOUT_LINK = frozenset(
    {
        "cpe_restarting",
        "flapping",
        "flapping_check_box",
        "errors_on_fibre",
        "mac_limit_reached",
        "nak_loop",
        "dhcp_sp_server",
        "dhcp_no_answer",
        *IMPAIRED,
    }
)
"""Codes of a line that is up: with it down they are its symptoms, but for the rates of an order."""


def _order(view: View) -> tuple[Rule, ...]:
    """The rules in order of precedence for this case: what moves is moved."""
    return _ordered(
        not (view.orders.is_felt or view.errors_matter) and view.line.is_up is True,
        bool(view.orders.broadband.get("macLocked")) and view.devices.lacks_lease,
        tuple(complaint_order(view.orders)),
    )


_BY_CODE = {rule.code: rule for rule in (*RULES, UNDECIDED)}


@cache
def _ordered(unfelt: bool, equipment_first: bool, complaint: tuple[str, ...]) -> tuple[Rule, ...]:
    codes = [rule.code for rule in RULES]
    first_impaired = next(code for code in codes if code in IMPAIRED)
    if unfelt:
        for code in _MOVED_IF_UNFELT:
            codes.remove(code)
            codes.insert(codes.index(first_impaired), code)
    if equipment_first:
        codes.remove("unknown_equipment")
        codes.insert(codes.index("no_dhcp_request"), "unknown_equipment")
    start = codes.index(first_impaired)
    for code in complaint:
        codes.remove(code)
        codes.insert(start, code)
        start += 1
    return tuple(_BY_CODE[code] for code in codes)


def _holding(view: View) -> Iterator[Rule]:
    """The rules that hold, by precedence, each with what it needs."""
    for rule in _order(view):
        if all(map(view.case.has, rule.needs)) and rule.holds(view):
            yield rule


def _told(view: View) -> list[Contradiction]:
    return [one for one in CONTRADICTIONS if one.holds(view)]


def _leads_anyway(rule: Rule) -> bool:
    return rule.code in ADMINISTRATIVE or rule.code == "ont_not_registered"


def _choose(view: View, held: Iterable[Rule], told: list[Contradiction]) -> Rule:
    """The first that holds and may lead, unless facts contradict it."""
    read = view.line.is_up is not None
    lead = next((rule for rule in held if read or rule.code in WITHOUT_READING), UNDECIDED)
    strengths = {one.strength for one in told}
    if "decides" in strengths and not _leads_anyway(lead):
        return UNDECIDED
    if "weak" in strengths and lead.code == "all_fine":
        return UNDECIDED
    return lead


def _beside(view: View, lead: Rule, held: list[Rule]) -> list[str]:
    """Other codes that hold, and notes; what the verdict explains is left out."""
    hidden = set(lead.hides)
    found: list[str] = []
    for rule in held:
        symptom = rule.code in hidden or (view.line.is_down and rule.code in _WITHOUT_LINK)
        if rule.code in (lead.code, "all_fine") or symptom:
            continue
        found.append(rule.code)
        hidden |= rule.hides
    found += [code for code, kind in _NOTICES.items() if is_beside(view, kind)]
    notes = [note.code for note in NOTES if note.code not in hidden and note.holds(view)]
    return found + [code for code in notes if code not in found]


def _done(rule: Rule, view: View) -> bool:
    """Whether the customer has done what the code asks for."""
    done = rule.done
    if done is None or view.case.flag("customer.powerOn") is False:
        return False
    if done.managed and view.case.flag("expected.cpe.managed") is not True:
        return False
    tried = all(view.case.flag(f"customer.{key}") is True for key in done.answers)
    return tried or (done.boots is not None and view.line.cpe_boots_of_day >= done.boots)


def _attributes(rule: Rule, view: View) -> dict[str, Any]:
    found: dict[str, Any] = {
        "outcome": rule.outcome,
        "act": rule.act,
        "location": rule.location,
        "ticketAdvised": rule.ticket,
        "problemType": rule.problem,
    }
    if rule.done is not None and _done(rule, view):
        found["act"] = rule.done.act
        if rule.done.ticket is not None:
            found["ticketAdvised"] = rule.done.ticket
        found["outcome"] = rule.done.outcome or rule.outcome
    if rule.code in ("module_fault", "strong_light", "weak_light"):
        found["problemType"] = "NO_LINK" if view.line.is_down else "QUALITY"
    if rule.code == "all_fine" and view.orders.has_complaint:
        found["act"] = "sp"
    return found | _where(rule, view)


def _where(rule: Rule, view: View) -> dict[str, str]:
    if rule.code in _NOTICES:
        notice = active(view, _NOTICES[rule.code])
        told = notice[1].get("location") if notice else None
        return {"location": told if isinstance(told, str) else rule.location}
    if rule.code in ("switch_unreachable", "switch_silent"):
        silent, known = view.neighbours.silent_elements
        return {"location": "above"} if silent >= 2 and silent * 2 >= known else {}
    return {"location": area_location(view)} if rule.code == "area_outage" else {}


def _decision(view: View, rule: Rule) -> tuple[str, str, bool]:
    """What an answer may change: code, act and whether a report is advised."""
    found = _attributes(rule, view)
    return rule.code, found["act"], found["ticketAdvised"]


def _is_answered(question: Question, view: View) -> bool:
    if question.id == "powerOn":
        return view.line.has_power is not None
    if question.id == "fibreLamp":
        return view.line.fibre_lamp is not None
    keys = {key for answer in question.answers.values() for key in answer}
    return all(view.case.flag(f"customer.{key}") is not None for key in keys)


def _candidates(rule: Rule, view: View) -> Iterator[Question]:
    for ask in rule.asks:
        for one in ask.split("|"):
            fits = not (one == "fibreLamp" and view.line.is_copper)
            only_there = one == "othersTried" and "|" in ask and not view.line.is_copper
            if fits and not only_there:
                yield QUESTIONS[one]


def _question(rule: Rule, view: View) -> Question | None:
    """The first question that is not answered and whose answer would change something."""
    now = _decision(view, rule)
    for question in _candidates(rule, view):
        if _is_answered(question, view):
            continue
        for answer in question.answers.values():
            other = View(view.case.answered(answer))
            if _decision(other, _choose(other, _holding(other), _told(other))) != now:
                return question
    return None


def _evidence(rule: Rule, view: View) -> list[dict[str, Any]]:
    paths = rule.facts or ("status.link", "ont.up")
    found = [told for path in paths if (told := _fact(path, view)) is not None]
    return found or [told for path in ("accessId",) if (told := _fact(path, view)) is not None]


def _fact(path: str, view: View) -> dict[str, Any] | None:
    value = view.case.get(path)
    if value is None:
        return None
    around = path.split(".", 1)[0]
    told: dict[str, Any] = {"fact": path, "source": _SOURCES.get(around, "switch")}
    if around in _HIDDEN:
        told["value"] = "several" if around == "neighbours" else "another access"
    else:
        told["value"] = len(value) if isinstance(value, list | Mapping) else value
    read_at = _read_at(path, view)
    return told if read_at is None else told | {"readAt": read_at}


def _read_at(path: str, view: View) -> str | None:
    part = part_of(path)
    parts = view.case.document.get("parts")
    if part is None or not isinstance(parts, Mapping):
        return None
    own = parts.get(part) or parts.get("status")
    at = own.get("readAt") if isinstance(own, Mapping) else None
    return at if isinstance(at, str) else None


def _valid_s(rule: Rule, view: View) -> float:
    seconds = rule.minutes * 60.0
    timer = view.case.number("protection.autoRecoverS")
    if rule.code == "port_blocked_recovers" and timer is not None and timer >= 1:
        seconds = min(seconds, timer)
    return seconds


def _both(words: tuple[str, str]) -> dict[str, str]:
    return {"en": words[0], "sv": words[1]}


def _told_words(told: Iterable[Contradiction]) -> list[str]:
    return [one.words for one in told]


def diagnose(case: Case) -> dict[str, Any]:
    """The verdict of a case, as ``techinfo.diagnosis/1``.

    The same case gives the same answer: nothing but the case is looked at.
    """
    view = View(case)
    held, told = list(_holding(view)), _told(view)
    rule = _choose(view, held, told)
    until = case.now + timedelta(seconds=_valid_s(rule, view))
    answer: dict[str, Any] = {
        "schema": "techinfo.diagnosis/1",
        "accessId": case.text("accessId"),
        "code": rule.code,
        **_attributes(rule, view),
        "confidence": confidence(rule, view, told),
        "validUntil": f"{until:%Y-%m-%dT%H:%M:%SZ}",
        "text": _both(rule.words),
        "nextStep": {"sp": _both(rule.sp), "engineer": _both(rule.engineer)},
        "evidence": _evidence(rule, view),
        "measures": measures(view),
        "uplink": path_above(view),
        "missing": list(case.missing),
        "contradictions": _told_words(told),
        "alsoFound": _beside(view, rule, held),
        "rulesVersion": RULES_VERSION,
    }
    question = _question(rule, view)
    if question is not None:
        answer["ask"] = {
            "id": question.id,
            "text": _both(question.words),
            "answers": list(question.answers),
        }
    return {key: value for key, value in answer.items() if value is not None}
