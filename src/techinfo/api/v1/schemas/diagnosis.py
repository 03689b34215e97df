"""The objects of a diagnosis: what the customer says, and the verdict."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from techinfo.api.onapi import schemas as s
from techinfo.diagnosis.judge import QUESTIONS
from techinfo.diagnosis.rule import Act, Location, Outcome, ProblemType
from techinfo.diagnosis.rules import RULES
from techinfo.diagnosis.rules.notes import NOTES

CODES = (*(rule.code for rule in RULES), "undecided")
"""Every code, in order of precedence."""
NOTE_CODES = tuple(note.code for note in NOTES)
Lamp = Literal["on", "off", "red", "blinking"]
_Moment = Annotated[str, Field(max_length=40, pattern=r"^\d{4}-\d\d-\d\dT", description="RFC 3339")]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Lights(_Asked):
    """The lamps of the customer's fibre box."""

    power: Lamp | None = None
    wan: Lamp | None = None
    lan: Lamp | None = None
    los: Lamp | None = None
    pon: Lamp | None = None


class CustomerWords(_Asked):
    """What the customer says; what was not asked is left out."""

    complaint: Literal["none", "no_internet", "slow", "drops", "tv", "phone", "other"] | None = None
    hasWorked: bool | None = Field(default=None, description="the service has worked here before")
    lastWorked: _Moment | None = None
    powerOn: bool | None = Field(default=None, description="the fibre box has power")
    restarted: bool | None = Field(default=None, description="the box was restarted, without help")
    cableTried: bool | None = Field(default=None, description="another cable was tried")
    deviceTried: bool | None = Field(default=None, description="another device was tried")
    tvOn: bool | None = None
    tvRestarted: bool | None = None
    boxRestarts: bool | None = Field(
        default=None, description="all lamps of the box go out when the connection is lost"
    )
    lights: Lights | None = None


class DiagnosisAsked(_Asked):
    """The customer's words, and answers to what a diagnosis before has asked."""

    customer: CustomerWords | None = None
    answers: dict[str, str] | None = Field(
        default=None,
        max_length=len(QUESTIONS),
        description="`ask.id` of an earlier diagnosis -> one of its `ask.answers`",
    )


class BothWords(s.Sparse):
    """The same in English and Swedish."""

    en: str
    sv: str


class Steps(s.Sparse):
    """What to do next: the provider's agent, and the engineer in the field."""

    sp: BothWords
    engineer: BothWords


class Evidence(s.Sparse):
    """One fact that the verdict rests on; it names no other access and no device."""

    fact: str = Field(description="its path in the case, `facts.` left out")
    value: Any = Field(description="as it stands there; of a list the number of its rows")
    source: str
    limit: str | None = None
    readAt: s.Time | None = None


class Measure(s.Sparse):
    """One limit that was looked at, also if it is kept."""

    name: str
    value: float
    unit: str
    limit: Any = None
    violation: bool


class Ask(s.Sparse):
    """The one question whose answer would change the verdict."""

    id: str
    text: BothWords
    answers: list[str]


class TrafficSide(s.Sparse):
    """What was counted in one direction between two readings."""

    packets: int | None = Field(default=None, description="unicast")
    kbits: int | None = Field(default=None, description="kbit/s")


class TrafficNow(s.Sparse):
    """Two readings of the counters some seconds apart; it changes no code."""

    seconds: float
    input: TrafficSide = Field(description="from the customer")
    output: TrafficSide = Field(description="to the customer")
    text: BothWords


class PathAbove(s.Sparse):
    """The port that feeds the switch, without a name."""

    state: Literal["green", "amber", "red"]
    because: list[Literal["link", "load", "busyHour", "errors", "light"]] | None = None
    load: float | None = Field(default=None, description="of its capacity, in five minutes")
    busyHourLoad: float | None = Field(
        default=None, description="the same in the busiest hour of the last 24"
    )
    readAt: str | None = None


class Diagnosis(s.Sparse):
    """``techinfo.diagnosis/1``: one verdict that decides."""

    schema_: Literal["techinfo.diagnosis/1"] = Field(alias="schema")
    accessId: str
    code: str = Field(description="one of: " + ", ".join(CODES))
    outcome: Outcome
    act: Act
    location: Location
    ticketAdvised: bool = Field(description="a report is justified now; none is ever refused")
    problemType: ProblemType
    confidence: float = Field(description="the chance that the code is right, 0 to 1")
    validUntil: s.Time
    text: BothWords
    nextStep: Steps
    evidence: list[Evidence]
    measures: list[Measure]
    uplink: PathAbove | None = None
    missing: list[str] = Field(description="parts that could not be read, or are too old")
    contradictions: list[str]
    alsoFound: list[str] = Field(
        description="other codes that hold, and notes: " + ", ".join(NOTE_CODES)
    )
    ask: Ask | None = None
    rulesVersion: str
    diagnosisId: str | None = Field(
        default=None, description="for `POST tickets`, until validUntil; only of this endpoint"
    )
    traffic: TrafficNow | None = Field(default=None, description="only with `traffic=now`")
    cableTest: list[dict[str, Any]] | None = Field(
        default=None, description="the last test of the cable; only of this endpoint"
    )
