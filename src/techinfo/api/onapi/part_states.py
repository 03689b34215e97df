"""Each of the six answers with its state: how it was read, how old it is, what it is worth."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from techinfo.access.answer import Answer, CpeAnswer
from techinfo.access.service import Told
from techinfo.api import errors as problems
from techinfo.api.onapi import freshness, parts, render
from techinfo.error_codes import Code
from techinfo.errors import DeviceError, NotAvailableError, SnmpTimeoutError, TechinfoError
from techinfo.model import Fact, Part, State

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
"""What is read with the link, and told inside ``status``."""


@dataclass(frozen=True, slots=True)
class PartState:
    """One of the six.

    Attributes:
        told: Its state as `techinfo.api.onapi.schemas.PartState`.
        body: What it says; ``None`` when it could not be had.
    """

    told: Mapping[str, Any]
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
        told = {"state": state, "cause": self.words(problem, error), "code": problem.code}
        return PartState(told)

    def silent(self, name: str) -> dict[str, Any]:
        """The state of a part whose answer is that the device does not answer."""
        cause = "the CPE does not answer"
        if name != "cpe":
            silence = SnmpTimeoutError(name)
            cause = problems.api_error(silence, silent_since=self.silent_since).cause
        return {"state": State.FAILED, "cause": cause, "code": Code.ELEMENT_SILENT}


def part_states(
    answers: Mapping[str, Told],
    now: datetime,
    silent_since: datetime | None = None,
    words: Words = published,
) -> dict[str, PartState]:
    """The states of all parts; nothing is asked.

    Args:
        answers: As `Desk.everything` gives them.
        now: The time that ages are told for.
        silent_since: Since when the element does not answer.
        words: How the cause of a part that could not be had is told.
    """
    refusals = _Refusals(words, silent_since)
    return {name: _state(name, answer, now, refusals) for name, answer in answers.items()}


def capabilities(answers: Mapping[str, Told], made: Mapping[str, PartState]) -> list[str]:
    """What this access can tell: parts, and where the link was read what is inside ``status``."""
    able = {name for name, part in made.items() if part.told["state"] != State.UNSUPPORTED}
    link = answers.get("status")
    if isinstance(link, Answer):
        able |= {
            render.PART_NAMES[fact]
            for fact in _MORE
            if fact in link.reading.parts and link.reading.parts[fact].state != State.UNSUPPORTED
        }
    return sorted(able)


def oldest(made: Mapping[str, PartState]) -> datetime | None:
    """When the oldest part was read."""
    return min((p.read_at for p in made.values() if p.read_at), default=None)


def lacking(made: Mapping[str, PartState]) -> list[str]:
    """What Techinfo-Incomplete says."""
    return [line for name, part in made.items() for line in _lacking(name, part.told)]


def _state(name: str, answer: Told, now: datetime, refusals: _Refusals) -> PartState:
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
    told = (refusals.silent(name) if answer.up is False else _how(answer, read_at)) | source
    if read_at is not None:
        told["age"] = freshness.age_s(read_at, now)
    incomplete = freshness.lacking(reading.parts) if reading else []
    if incomplete:
        told["incomplete"] = incomplete
    return PartState(told, body, read_at)


def _how(answer: Answer | CpeAnswer, read_at: datetime | None) -> dict[str, Any]:
    part = answer.part if isinstance(answer, Answer) else None
    return dict(render.part(part or Part(state=State.OK, read_at=read_at)))


def _lacking(name: str, told: Mapping[str, Any]) -> list[str]:
    if told["state"] == State.FAILED:
        return [f"{name}; {'timeout' if told.get('code') == Code.ELEMENT_SILENT else 'failed'}"]
    return list(told.get("incomplete", ()))
