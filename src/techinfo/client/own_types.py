"""What the interface takes and gives, as JSON; what is not known is left out.

Written by `make reference` from the OpenAPI documents, which say more; do not edit. Times are
strings, RFC 3339 in UTC.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from techinfo.client.types import CpeStatus, GroupRow, HardwareInfo, LeaseRow, LinkStatus, MacRow
from techinfo.client.words import Code, State


class AccessFacts(TypedDict):
    """All six answers about an access, and what follows from them."""

    accessId: str
    parts: dict[str, PartState]
    capabilities: list[str]
    hardware: NotRequired[HardwareInfo]
    status: NotRequired[LinkStatus]
    macAddressTable: NotRequired[list[MacRow]]
    leaseInfo: NotRequired[list[LeaseRow]]
    igmpSnooping: NotRequired[list[GroupRow]]
    cpe: NotRequired[CpeStatus]
    disturbances: NotRequired[list[dict[str, Any]]]
    lastOutage: NotRequired[dict[str, Any]]
    diagnosis: Diagnosis


class AccessReport(TypedDict):
    """All that is known of an access; one part that could not be had is told in ``parts`` only."""

    accessId: str
    parts: dict[str, PartState]
    capabilities: list[str]
    hardware: NotRequired[HardwareInfo]
    status: NotRequired[LinkStatus]
    macAddressTable: NotRequired[list[MacRow]]
    leaseInfo: NotRequired[list[LeaseRow]]
    igmpSnooping: NotRequired[list[GroupRow]]
    cpe: NotRequired[CpeStatus]
    disturbances: NotRequired[list[dict[str, Any]]]
    lastOutage: NotRequired[dict[str, Any]]
    diagnosis: Diagnosis
    legacyAccessId: NotRequired[str]
    address: NotRequired[Address]
    collectedAt: str
    installation: NotRequired[dict[str, Any]]
    cableTest: NotRequired[list[CablePair]]


class Address(TypedDict):
    """Where an access is."""

    streetName: NotRequired[str]
    streetNumber: NotRequired[str]
    streetLittera: NotRequired[str]
    postalCode: NotRequired[str]
    city: NotRequired[str]
    mduApartmentNumber: NotRequired[str]
    mduDistinguisher: NotRequired[str]
    outlet: NotRequired[str]


class Ask(TypedDict):
    """The one question whose answer would change the verdict."""

    id: str
    text: BothWords
    answers: list[str]


class BatchItem(TypedDict):
    """What is known of one access, or why nothing is told."""

    accessId: str
    status: Literal[200, 400, 403, 404]
    access: NotRequired[AccessFacts]
    cause: NotRequired[str]
    code: NotRequired[Code]
    retryable: NotRequired[bool]


class BatchTold(TypedDict):
    """An item for each access, in the order asked for."""

    accesses: list[BatchItem]


class BothWords(TypedDict):
    """The same in English and Swedish."""

    en: str
    sv: str


class CablePair(TypedDict):
    """One pair of a tested cable, or all of them."""

    pair: NotRequired[str]
    status: str
    length: NotRequired[float]
    testedAt: str


class CustomerWords(TypedDict):
    """What the customer says; what was not asked is left out."""

    complaint: NotRequired[Literal["none", "no_internet", "slow", "drops", "tv", "phone", "other"]]
    hasWorked: NotRequired[bool]
    lastWorked: NotRequired[str]
    powerOn: NotRequired[bool]
    restarted: NotRequired[bool]
    cableTried: NotRequired[bool]
    deviceTried: NotRequired[bool]
    tvOn: NotRequired[bool]
    tvRestarted: NotRequired[bool]
    boxRestarts: NotRequired[bool]
    lights: NotRequired[Lights]


class Diagnosis(TypedDict):
    """``techinfo.diagnosis/1``: one verdict that decides."""

    schema: Literal["techinfo.diagnosis/1"]
    accessId: str
    code: str
    outcome: Literal["green", "amber", "red"]
    act: Literal["sp", "co", "customer", "none", "wait"]
    location: Literal[
        "customer_equipment",
        "access_fibre",
        "port",
        "switch",
        "above",
        "other_access",
        "service",
        "records",
        "unknown",
    ]
    ticketAdvised: bool
    problemType: Literal["NO_LINK", "NO_ACCESS", "QUALITY", "OTHER"]
    confidence: float
    validUntil: str
    text: BothWords
    nextStep: Steps
    evidence: list[Evidence]
    measures: list[Measure]
    uplink: NotRequired[PathAbove]
    missing: list[str]
    contradictions: list[str]
    alsoFound: list[str]
    ask: NotRequired[Ask]
    rulesVersion: str
    diagnosisId: NotRequired[str]
    traffic: NotRequired[TrafficNow]
    cableTest: NotRequired[list[dict[str, Any]]]


class DiagnosisAsked(TypedDict):
    """The customer's words, and answers to what a diagnosis before has asked."""

    customer: NotRequired[CustomerWords]
    answers: NotRequired[dict[str, str]]


class DisturbanceTold(TypedDict):
    """Lines that were lost together."""

    reference: str
    scope: Literal["pon", "street", "switch", "site"]
    since: str
    running: bool
    several: bool
    until: NotRequired[str]
    cause: NotRequired[str]
    name: NotRequired[str]
    elements: NotRequired[list[str]]
    element: NotRequired[str]
    lines: NotRequired[int]
    of: NotRequired[int]
    accessIds: NotRequired[list[str]]


class DisturbancesTold(TypedDict):
    """Disturbances, the newest first."""

    disturbances: list[DisturbanceTold]


class DisturbedAccess(TypedDict):
    """One access of the asker's own."""

    accessId: str
    address: NotRequired[Address]


class DisturbedAccesses(TypedDict):
    """The accesses of the asker's own that a disturbance touches."""

    reference: str
    since: str
    until: NotRequired[str]
    running: bool
    accesses: list[DisturbedAccess]


class Evidence(TypedDict):
    """One fact that the verdict rests on; it names no other access and no device."""

    fact: str
    value: Any
    source: str
    limit: NotRequired[str]
    readAt: NotRequired[str]


class FoundAccess(TypedDict):
    """An access that a search has found."""

    accessId: str
    legacyAccessId: NotRequired[str]
    accessState: NotRequired[str]
    address: NotRequired[Address]
    matched: list[str]
    element: NotRequired[str]
    port: NotRequired[str]


class FoundElement(TypedDict):
    """A network element that a search has found."""

    name: str


class Lights(TypedDict):
    """The lamps of the customer's fibre box."""

    power: NotRequired[Literal["on", "off", "red", "blinking"]]
    wan: NotRequired[Literal["on", "off", "red", "blinking"]]
    lan: NotRequired[Literal["on", "off", "red", "blinking"]]
    los: NotRequired[Literal["on", "off", "red", "blinking"]]
    pon: NotRequired[Literal["on", "off", "red", "blinking"]]


class LinkInfoOfMoment(TypedDict):
    """Link info of one moment."""

    state: Literal["pending", "attached", "failed"]
    requestedAt: str
    doneAt: NotRequired[str]
    worth: str
    why: NotRequired[str]
    document: NotRequired[dict[str, Any]]


class Measure(TypedDict):
    """One limit that was looked at, also if it is kept."""

    name: str
    value: float
    unit: str
    limit: NotRequired[Any]
    violation: bool


class PartState(TypedDict):
    """How one of the six was read; ``empty`` and ``failed`` are never confused."""

    state: State
    readAt: NotRequired[str]
    age: NotRequired[int]
    since: NotRequired[str]
    cause: NotRequired[str]
    code: NotRequired[Code]
    source: NotRequired[str]
    incomplete: NotRequired[list[str]]


class PastFound(TypedDict):
    """The access that had something at a time."""

    accessId: str
    at: str
    match: Literal["stored", "notation", "interpreted", "lease"]
    subscriptionIds: list[str]


class PathAbove(TypedDict):
    """The port that feeds the switch, without a name."""

    state: Literal["green", "amber", "red"]
    because: NotRequired[list[Literal["link", "load", "busyHour", "errors", "light"]]]
    load: NotRequired[float]
    busyHourLoad: NotRequired[float]
    readAt: NotRequired[str]


class Quota(TypedDict):
    """What is left to a provider."""

    limited: bool
    requests: NotRequired[QuotaWindow]
    lookupMisses: NotRequired[QuotaWindow]
    running: NotRequired[int]
    inFlight: NotRequired[int]
    waiting: NotRequired[int]
    mostWaiting: NotRequired[int]


class QuotaWindow(TypedDict):
    """What is left of one quota."""

    limit: int
    window: int
    remaining: int
    reset: int


class SearchTold(TypedDict):
    """The first accesses that were found; of others there may be more."""

    accesses: list[FoundAccess]
    count: int
    more: bool
    elements: NotRequired[list[FoundElement]]


class ServiceStatus(TypedDict):
    """Whether the service works; how many elements of which driver only for operators."""

    service: Literal["up", "degraded"]
    inventoryImportedAt: NotRequired[str]
    inventoryAge: NotRequired[int]
    version: NotRequired[str]
    uptime: NotRequired[int]
    elements: NotRequired[int]
    drivers: NotRequired[dict[str, int]]


class Steps(TypedDict):
    """What to do next: the provider's agent, and the engineer in the field."""

    sp: BothWords
    engineer: BothWords


class TicketLinkInfo(TypedDict):
    """Link info of a ticket: when it was created, and when it was closed."""

    coTicketReference: str
    accessId: str
    created: NotRequired[LinkInfoOfMoment]
    closed: NotRequired[LinkInfoOfMoment]
    difference: NotRequired[list[str]]


class TrafficNow(TypedDict):
    """Two readings of the counters some seconds apart; it changes no code."""

    seconds: float
    input: TrafficSide
    output: TrafficSide
    text: BothWords


class TrafficSide(TypedDict):
    """What was counted in one direction between two readings."""

    packets: NotRequired[int]
    kbits: NotRequired[int]


class WorksContradiction(TypedDict):
    """What polls say against works that go on."""

    lost: int
    backSince: str


class WorksListed(TypedDict):
    """Works, by their beginning."""

    works: list[WorksTold]


WorksTold = TypedDict(
    "WorksTold",
    {
        "reference": str,
        "text": str,
        "status": str,
        "from": str,
        "to": str,
        "expectedEnd": str,
        "endedAt": NotRequired[str],
        "scope": str,
        "several": bool,
        "accesses": NotRequired[int],
        "accessIds": NotRequired[list[str]],
        "scopes": NotRequired[list[dict[str, str]]],
        "asksToBeClosed": NotRequired[WorksContradiction],
    },
)
"""Works."""
