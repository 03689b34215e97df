"""Each of the six answers with its state: how it was read, how old it is, what it is worth."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from techinfo.access.answer import Answer, CpeAnswer
from techinfo.access.service import Result
from techinfo.access.troubleshoot import Troubleshooter
from techinfo.api import errors as problems
from techinfo.api.onapi import freshness, parts, render
from techinfo.error_codes import Code
from techinfo.errors import DeviceError, NotAvailableError, SnmpTimeoutError, TechinfoError
from techinfo.inventory import Access
from techinfo.model import ACS, SNMP, Fact, Part, State

Words = Callable[[problems.ApiError, TechinfoError], str]
"""The cause of a part that could not be had: of the published error, and of what went wrong."""
Rendered = dict[str, Any] | list[dict[str, Any]]
_RENDER: Mapping[str, Callable[[Any], Rendered]] = {
    "hardware": parts.hardware,
    "status": parts.link_status,
    "macAddressTable": parts.mac_addresses,
    "leaseInfo": parts.leases,
    "igmpSnooping": parts.groups,
    "cpe": parts.cpe,
}
_MORE = (Fact.COUNTERS, Fact.TRANSCEIVER, Fact.SHAPING)
"""What is read with the link, and is a part of ``status``."""


_NOBODYS = "rows are left out of which nobody can tell whose they are"


@dataclass(frozen=True, slots=True)
class PartState:
    """One of the six.

    Attributes:
        state: As `techinfo.api.onapi.schemas.PartState`.
        body: What it says; ``None`` when it could not be had.
    """

    state: Mapping[str, Any]
    body: Rendered | None = None
    read_at: datetime | None = None


def published(problem: problems.ApiError, _: TechinfoError) -> str:
    """The published cause, as it is."""
    return problem.cause


def logged(path: str) -> Words:
    """The published cause; of what would be a 5xx with an id under which the log has the story.

    All parts of one answer have the same id.
    """
    error_id = problems.new_error_id()
    return lambda problem, error: problems.cause_of(problem, path, error, error_id)


@dataclass(frozen=True, slots=True)
class _Refusals:
    words: Words
    silent_since: datetime | None

    def part(self, error: TechinfoError) -> PartState:
        """The state of a part that could not be had."""
        problem = problems.api_error(error, silent_since=self.silent_since)
        state = State.UNSUPPORTED if isinstance(error, NotAvailableError) else State.FAILED
        cause = self.words(problem, error)
        told = {"state": state, "cause": cause, "code": problem.code}
        return PartState(told | self._since(problem.code))

    def silent(self, name: str) -> dict[str, Any]:
        """The state of a part whose answer is that the device does not answer."""
        cause = "the CPE does not answer"
        if name != "cpe":
            silence = SnmpTimeoutError(name)
            cause = problems.api_error(silence, silent_since=self.silent_since).cause
        told = {"state": State.FAILED, "cause": cause, "code": Code.ELEMENT_SILENT}
        return told if name == "cpe" else told | self._since(Code.ELEMENT_SILENT)

    def _since(self, code: Code) -> dict[str, Any]:
        """Since when the access's element has been silent, where that is the reason."""
        if code is not Code.ELEMENT_SILENT or self.silent_since is None:
            return {}
        return {"since": render.time(self.silent_since)}


@dataclass(frozen=True, slots=True)
class AssembledAnswer:
    """All six answers about one access, as every document that holds them has them.

    Attributes:
        answers: As `AccessService.everything` gives them.
        now: When they were collected, and the time that ages are given for.
        parts: The states of all six, by name.
        silent_since: Since when the access's element does not answer.
    """

    access: Access
    answers: Mapping[str, Result]
    now: datetime
    parts: Mapping[str, PartState]
    silent_since: datetime | None = None

    def states(self) -> dict[str, Mapping[str, Any]]:
        """The states as `techinfo.api.onapi.schemas.PartState`, by part."""
        return {name: dict(part.state) for name, part in self.parts.items()}

    def bodies(self) -> dict[str, Rendered]:
        """What the parts say that could be had."""
        return {name: part.body for name, part in self.parts.items() if part.body is not None}

    def readable_parts(self) -> list[str]:
        """The parts that can be read on this access at all."""
        return sorted(
            name for name, part in self.parts.items() if part.state["state"] != State.UNSUPPORTED
        )

    def capabilities(self) -> list[str]:
        """The same, and where the link was read what is inside ``status``."""
        able, link = self.readable_parts(), self.answers.get("status")
        if isinstance(link, Answer):
            read = link.reading.parts
            able += [
                render.PART_NAMES[fact]
                for fact in _MORE
                if fact in read and read[fact].state != State.UNSUPPORTED
            ]
        return sorted(able)

    def headers(self) -> dict[str, str]:
        """Age of the oldest part, and what is missing."""
        read_at = min((p.read_at for p in self.parts.values() if p.read_at), default=None)
        lacking = [line for name, p in self.parts.items() for line in _lacking(name, p.state)]
        return freshness.headers(read_at, self.now, lacking)


async def assembled(
    network: Troubleshooter, access: Access, answers: Mapping[str, Result], words: Words = published
) -> AssembledAnswer:
    """Put the answers about one access together; no device is asked.

    Args:
        network: Knows since when the access's element does not answer.
        access: Of which access.
        answers: As `AccessService.everything` gives them.
        words: Words the cause of a part that could not be had.
    """
    now = network.now()
    silent_since = await network.silent_since(access.access_id)
    refusals = _Refusals(words, silent_since)
    parts = {name: _state(name, answer, now, refusals) for name, answer in answers.items()}
    return AssembledAnswer(access, answers, now, parts, silent_since)


def _state(name: str, answer: Result, now: datetime, refusals: _Refusals) -> PartState:
    if isinstance(answer, TechinfoError):
        return refusals.part(answer)
    try:
        body = _RENDER[name](answer)
    except (DeviceError, NotAvailableError) as error:
        return refusals.part(error)
    reading, source = answer.reading, {}
    if isinstance(answer, CpeAnswer) and reading is None and answer.announced is not None:
        reading, source = answer.announced.reading, {"source": "access side"}
    read_at = reading.read_at if reading else None
    state = (refusals.silent(name) if answer.up is False else _how(answer, read_at)) | source
    if read_at is not None:
        state["age"] = freshness.age_s(read_at, now)
    incomplete = freshness.lacking(reading.parts) if reading else []
    if incomplete:
        state["incomplete"] = incomplete
    return PartState(state, body, read_at)


def _how(answer: Answer | CpeAnswer, read_at: datetime | None) -> dict[str, Any]:
    part = answer.part if isinstance(answer, Answer) else None
    source = ACS if answer.reading is not None and answer.reading.through_acs else SNMP
    told = dict(render.part(part or Part(state=State.OK, read_at=read_at, source=source)))
    whole = told["state"] in {State.OK, State.EMPTY}
    if isinstance(answer, Answer) and answer.unattributed and whole:
        told |= {"state": State.PARTIAL, "cause": _NOBODYS}
    return told


def _lacking(name: str, state: Mapping[str, Any]) -> list[str]:
    if state["state"] == State.FAILED:
        return [f"{name}; {'timeout' if state.get('code') == Code.ELEMENT_SILENT else 'failed'}"]
    return list(state.get("incomplete", ()))
