"""What is remembered of a kind of agent: of a model with a software, not of one device."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from techinfo.model import Fact


@dataclass(frozen=True, kw_only=True, slots=True)
class AgentKind:
    """Devices whose agents are the same program, so that what one stands all of them stand.

    Attributes:
        driver: Name of the driver.
        model: As the device tells it; its sysObjectID where it does not.
        software: The firmware's version; sysDescr where no source tells it.
    """

    driver: str
    model: str
    software: str


class Presence(StrEnum):
    """What a probe found of a fact's tables."""

    ANSWERS = "answers"
    """At least one row."""
    EMPTY = "empty"
    """Implemented, and without a row (noSuchInstance, RFC 3416, 4.2.1)."""
    ABSENT = "not implemented"
    """No agent of this kind has them (noSuchObject)."""
    UNTOLD = "no rows"
    """No row, and the agent does not tell what it lacks from what is empty."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Lesson:
    """What one element of a kind did not stand. What is ``None`` or ``False`` it said nothing of.

    Attributes:
        element: Where it was learnt.
        at: When.
        why: In words, for people.
        sure: The agent said so itself. A silence may be the network's, and counts for other
            elements only when a second one has witnessed it.
        max_repetitions, varbinds: At most so many, from 1.
        no_bulk: No GETBULK at all.
        unordered: Rows come in any order.
    """

    kind: AgentKind
    element: str
    at: datetime
    why: str
    sure: bool
    max_repetitions: int | None = None
    varbinds: int | None = None
    no_bulk: bool = False
    unordered: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Capability:
    """What a probe of one element found of one fact.

    Attributes:
        element: What was probed.
        at: When.
    """

    kind: AgentKind
    fact: Fact
    presence: Presence
    element: str
    at: datetime
