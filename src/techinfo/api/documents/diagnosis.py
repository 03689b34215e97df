"""The verdict of an access as it was answered to somebody, and what it was made of.

Everything that asks for a verdict comes here: the route, the all-in-one answers, documents, tickets
and the command line. So the same case gives the same verdict everywhere.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from techinfo.access.answer import Answer, CpeAnswer
from techinfo.access.cable_tests.results import rows
from techinfo.access.case.surroundings import Surroundings, surroundings
from techinfo.access.past.case import case_history
from techinfo.access.service import AccessService
from techinfo.access.viewer import Viewer
from techinfo.api.documents.case import live_case
from techinfo.api.onapi.part_states import AssembledAnswer
from techinfo.diagnosis.case import read_case
from techinfo.diagnosis.judge import QUESTIONS, diagnose
from techinfo.errors import ForbiddenError, TechinfoError
from techinfo.history.outages import Certainty, Clues

Document = dict[str, Any]
_log = logging.getLogger(__name__)
_BESIDE = ("expected", "otherEnd", "uplink", "history", "disturbances")
_ADDED = ("noLight", "opticClass", "ont", "portVlans", "protection", "cableTest")
"""Facts that the documents of an access have beside the six answers."""

_JUST_NOW = timedelta(minutes=2)
_WITH_THE_LINK = ("counters", "transceiver", "shaping")


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict.

    Attributes:
        case: ``techinfo.case/1``: what it was made of. It may hold lines of others: not for
            providers.
        diagnosis: ``techinfo.diagnosis/1``.
    """

    case: Document
    diagnosis: Document

    def beside(self) -> Document:
        """What a document of the access carries of the case, so that it gives the verdict again.

        Never the lines of others.
        """
        facts = self.case["facts"]
        told = {name: self.case[name] for name in _BESIDE if name in self.case}
        code = self.diagnosis["code"]
        if code in self.case.get("experience", {}):
            told |= {"experience": {code: self.case["experience"][code]}}
        told |= {"dhcp": _here(self.case["dhcp"])} if "dhcp" in self.case else {}
        return told | {name: facts[name] for name in _ADDED if name in facts}

    def cable_test(self) -> Document:
        """The last test of the cable, where there is one."""
        facts = self.case["facts"]
        return {"cableTest": facts["cableTest"]} if "cableTest" in facts else {}

    def notices(self) -> Document:
        """Works that are announced here, and the last outage, as far as there are such."""
        outage = self.case.get("history", {}).get("lastOutage")
        told = {"disturbances": self.case.get("disturbances"), "lastOutage": outage}
        return {name: value for name, value in told.items() if value}

    def parts_beside(self) -> Document:
        """The states of what is no answer to one of the six questions.

        Of what is read with the link only what the element cannot tell; the rest says the link's.
        """
        parts = self.case["parts"]
        beside = ("ont", "portVlans", "protection")
        told = {name: parts[name] for name in beside if name in parts}
        unable = {n: parts[n] for n in _WITH_THE_LINK if _is_unsupported(parts.get(n))}
        return told | unable


def _here(dhcp: Mapping[str, Any]) -> Document:
    """What was asked on the access itself."""
    rows = [row for row in dhcp.get("requests", ()) if row.get("resolvedTo") != "other"]
    return {**dhcp, "requests": rows} if "requests" in dhcp else dict(dhcp)


def _is_unsupported(part: object) -> bool:
    return isinstance(part, dict) and part.get("state") == "unsupported"


async def judge(
    service: AccessService,
    viewer: Viewer,
    answer: AssembledAnswer,
    customer: Mapping[str, Any] | None = None,
    history: Mapping[str, Any] | None = None,
    *,
    one_of_many: bool = False,
) -> Judged:
    """The verdict of an access.

    No device is asked, but for the log of an element that has just answered: once for a loss of the
    line that nothing has explained.

    Args:
        service: Knows what is around the access.
        viewer: To whom the answers were given.
        answer: All six.
        customer: The customer's words, as a case has them.
        history: What was seen of the access before, as a case has it, and may be told the viewer;
            ``None``: what the file of history tells.
        one_of_many: As `surroundings`.

    Raises:
        ForbiddenError: The viewer may see nothing of the access any more.
    """
    access_id = answer.access.access_id
    around = await surroundings(
        service,
        viewer,
        access_id,
        answer.answers,
        silent_since=answer.silent_since,
        one_of_many=one_of_many,
    )
    if history is None:
        clues = _clues(answer, around)
        history = await _seen(service, viewer, access_id, answer.now, clues)
        gasps = () if one_of_many else await _logged_gasps(service, answer, history)
        if gasps:
            clues = replace(clues, gasps=gasps)
            history = await _seen(service, viewer, access_id, answer.now, clues)
    case = live_case(answer, around, customer, history)
    tested = service.cable_tests.last(service.right(viewer, access_id))
    case["facts"] |= {} if tested is None else {"cableTest": rows(tested)}
    known = service.experience()
    case |= {"experience": dict(known)} if known else {}
    return Judged(case, diagnose(read_case(case)))


def _clues(answer: AssembledAnswer, around: Surroundings) -> Clues:
    """What ONT and CPE say of the last outage; a CPE only by its own clock."""
    ont = around.ont[0] if around.ont is not None else None
    cpe = answer.answers.get("cpe")
    reading = cpe.reading if isinstance(cpe, CpeAnswer) else None
    device = reading.device if reading is not None else None
    return Clues(
        ont_up=ont.up if ont is not None else None,
        ont_down_at=ont.last_down if ont is not None else None,
        ont_cause=ont.last_down_cause if ont is not None else None,
        cpe_started=device.up_since if device is not None else None,
        cpe_read_at=reading.read_at if reading is not None else None,
        is_copper=answer.access.medium == "copper",
    )


async def _logged_gasps(
    service: AccessService, answer: AssembledAnswer, history: Mapping[str, Any] | None
) -> tuple[datetime, ...]:
    """Dying gasps of the far end, of a last outage that nothing has proven the cause of."""
    outage = (history or {}).get("lastOutage")
    link = answer.answers.get("status")
    read_at = link.reading.read_at if isinstance(link, Answer) else None
    if outage is None or outage["certainty"] == Certainty.PROVEN or read_at is None:
        return ()
    if answer.now - read_at > _JUST_NOW:
        return ()  # nobody wanted anything read
    lost_at = datetime.fromisoformat(outage["from"])
    try:
        return await service.troubleshooter.gasps(answer.access.access_id, lost_at)
    except TechinfoError as error:  # the outage stays open
        _log.info("the log of events of an element cannot be read: %s", error)
        return ()


async def _seen(
    service: AccessService, viewer: Viewer, access_id: str, now: datetime, clues: Clues
) -> Mapping[str, Any] | None:
    """What polls have told of the access, and of the time in which the viewer has held it."""
    if service.history is None:
        return None
    try:
        return await service.seen(
            viewer, access_id, lambda history, line: case_history(history.file, line, now, clues)
        )
    except ForbiddenError:  # it is ordered, or vacant: nothing of before is the viewer's
        return None
    except TechinfoError as error:  # what is read now is judged without what was
        _log.error("the past is left out of a diagnosis: %s", error)
        return None


def case_of_document(document: Mapping[str, Any]) -> Document:
    """The case of a ``techinfo.access/1``, of any age."""
    facts = ("hardware", "status", "macAddressTable", "leaseInfo", "igmpGroups", "cpe", *_ADDED)
    parts = document.get("parts")
    told: Document = {
        "schema": "techinfo.case/1",
        "now": document.get("collectedAt"),
        "facts": {name: document[name] for name in ("accessId", *facts) if name in document},
        "parts": dict(parts) if isinstance(parts, dict) else {},
    }
    for name in (*_BESIDE, "dhcp", "experience"):
        if name in document:
            told[name] = document[name]
    expected = document.get("expected")
    known = isinstance(expected, dict) and "cpe" not in expected
    cpe = told["parts"].get("cpe")
    if known and _is_unsupported(cpe):
        del told["parts"]["cpe"]
    return told


def customer_of(answers: Mapping[str, str]) -> Document:
    """What answers to questions of a diagnosis say, as a case has the customer's words.

    Raises:
        KeyError: There is no such question, or no such answer to it.
    """
    customer: Document = {}
    for question, answer in answers.items():
        for key, value in QUESTIONS[question].answers[answer].items():
            old = customer.get(key)
            both = isinstance(old, dict) and isinstance(value, dict)
            customer[key] = {**old, **value} if both else value  # type: ignore[dict-item]  # checked
    return customer
