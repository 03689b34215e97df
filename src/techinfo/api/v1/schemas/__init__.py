"""The objects of the extensions, in the spelling of ON-API."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from techinfo.access.own_password import LEAST_OF_A_PASSWORD, MOST_OF_A_PASSWORD
from techinfo.api.onapi import schemas as s
from techinfo.api.v1.schemas.asked import Asked, AskedId
from techinfo.api.v1.schemas.cable_test import CableTested
from techinfo.api.v1.schemas.diagnosis import Ask, BothWords, Diagnosis
from techinfo.diagnosis.rule import Act, Outcome
from techinfo.error_codes import Code

Seconds = Annotated[int, Field(description="seconds")]


class Address(s.Sparse):
    """Where an access is."""

    streetName: str | None = None
    streetNumber: str | None = None
    streetLittera: str | None = None
    postalCode: str | None = None
    city: str | None = None
    mduApartmentNumber: str | None = None
    mduDistinguisher: str | None = None
    outlet: str | None = None


class AccessFacts(s.AccessFacts):
    """All six answers about an access, and what follows from them."""

    disturbances: list[dict[str, Any]] | None = Field(
        default=None,
        description="works that are announced here, or were within a day, and disturbances that go"
        " on: id (their reference), type, status, from, to, scope",
    )
    lastOutage: dict[str, Any] | None = Field(
        default=None,
        description="of the last seven days, where the site is polled: from, to (absent: it lasts),"
        " cause (power, fibre, element_restarted, deactivated), certainty (proven, likely, open)",
    )
    diagnosis: Diagnosis


class AccessReport(AccessFacts):
    """All that is known of an access; one part that could not be had is told in ``parts`` only."""

    legacyAccessId: str | None = None
    address: Address | None = None
    collectedAt: s.Time
    installation: dict[str, Any] | None = Field(
        default=None,
        description="light at installation, of the asker's time; weakerBy: dB less now",
    )
    cableTest: CableTested = None


class AccessDocument(s.Sparse):
    """``techinfo.access/1``: one access as a document that says per part what it is worth."""

    schema_: Literal["techinfo.access/1"] = Field(alias="schema")
    tool: str
    accessId: str
    collectedAt: s.Time
    parts: dict[str, s.PartState]
    hardware: s.HardwareInfo | None = None
    status: s.LinkStatus | None = None
    macAddressTable: list[s.MacRow] | None = None
    leaseInfo: list[s.LeaseRow] | None = None
    cpe: s.CpeStatus | None = None
    igmpGroups: int | None = Field(default=None, description="how many multicast groups")
    noLight: str | None = Field(
        default=None, description="why there is no light level: no light, no diagnostics, no module"
    )
    opticClass: str | None = None
    protection: dict[str, Any] | None = Field(
        default=None,
        description="what loop detection, port security and their kin have done to the port:"
        " state (ok, blocked, restricted), reason, text, autoRecoverS",
    )
    cableTest: CableTested = None
    ont: dict[str, Any] | None = Field(
        default=None, description="the access's own ONT, where the OLT was read lately"
    )
    portVlans: list[dict[str, Any]] | None = Field(
        default=None, description="VLANs of the reader's services on the port"
    )
    otherEnd: dict[str, Any] | None = Field(default=None, description="light at the CPE")
    uplink: dict[str, Any] | None = Field(
        default=None, description="the port above that feeds the switch, as far as it is known"
    )
    experience: dict[str, float] | None = Field(
        default=None, description="the share of such verdicts that was right here, by code"
    )
    dhcp: dict[str, Any] | None = Field(
        default=None, description="what the reader's own devices asked DHCP servers for lately"
    )
    expected: dict[str, Any] | None = Field(
        default=None, description="the reader's own services, as the inventory has them"
    )
    history: dict[str, Any] | None = Field(
        default=None, description="what was seen before, in the time of the reader's holding"
    )
    disturbances: list[dict[str, Any]] | None = Field(
        default=None,
        description="works that are announced here, or were within a day, and disturbances that go"
        " on: id (their reference), type, status, from, to, scope",
    )
    diagnosis: Diagnosis
    checksum: str = Field(description="over the canonical JSON: it shows damage, no more")


class ElementDocument(s.Sparse):
    """``techinfo.dump/1``: a whole element with its ports, for who runs the network."""

    schema_: Literal["techinfo.dump/1"] = Field(alias="schema")
    tool: str
    collectedAt: s.Time
    device: dict[str, Any]
    parts: dict[str, s.PartState]
    ports: list[dict[str, Any]]
    errors: list[dict[str, Any]]
    checksum: str = Field(description="over the canonical JSON: it shows damage, no more")


class LinkInfoAsked(Asked):
    """Of which access, and what is good enough."""

    accessId: AskedId
    maxAge: float | None = Field(
        default=None, ge=0, le=604_800, description="seconds; what is older is read anew"
    )
    deadline: float | None = Field(
        default=None, gt=0, le=30, description="seconds after which the answer is given as it is"
    )


class BatchAsked(Asked):
    """Up to 200 accesses."""

    accessIds: list[AskedId] = Field(min_length=1, max_length=200)


class BatchItem(s.Sparse):
    """What is known of one access, or why nothing is told."""

    accessId: str = Field(description="as it was asked for")
    status: Literal[200, 400, 403, 404]
    access: AccessFacts | None = None
    cause: str | None = None
    code: Code | None = None
    retryable: bool | None = None


class BatchTold(s.Sparse):
    """An item for each access, in the order asked for."""

    accesses: list[BatchItem]


class FoundAccess(s.Sparse):
    """An access that a search has found."""

    accessId: str
    legacyAccessId: str | None = None
    accessState: str | None = None
    address: Address | None = None
    matched: list[str] = Field(
        description="accessId, legacyAccessId, address, outlet, port, subscription, spReference, "
        "mac, lease, moduleSerial, cpeMac, cpeSerial, identifier"
    )
    element: str | None = Field(default=None, description="for the operator's own people")
    port: str | None = Field(default=None, description="for the operator's own people")


class FoundElement(s.Sparse):
    """A network element that a search has found."""

    name: str


class SearchTold(s.Sparse):
    """The first accesses that were found; of others there may be more."""

    accesses: list[FoundAccess]
    count: int = Field(description="how many are in this answer")
    more: bool = Field(description="there are more: ask more precisely")
    elements: list[FoundElement] | None = Field(
        default=None, description="for the operator's own people: the one that the text names"
    )


class SelfCheckMade(s.Sparse):
    """A link for the customer; its token is told here alone."""

    token: str
    path: str = Field(description="on the page, below its prefix")
    validUntil: s.Time


class SelfCheckAnswers(s.Sparse):
    """What the customer has answered."""

    answers: dict[str, str] = Field(description="question of the verdict -> answer")
    answeredAt: s.Time | None = None
    validUntil: s.Time


class SelfCheckAnswered(Asked):
    """The customer's answer to the question."""

    question: str = Field(max_length=64, description="`ask.id`")
    answer: str = Field(max_length=64, description="one of `ask.answers`")


class SelfCheckTold(s.Sparse):
    """The verdict for the customer: it names no access, no person and no equipment."""

    outcome: Outcome
    act: Act
    text: BothWords
    ask: Ask | None = None
    answers: dict[str, str]
    validUntil: s.Time


class QuotaWindow(s.Sparse):
    """What is left of one quota."""

    limit: int
    window: Seconds
    remaining: int
    reset: Seconds


class Quota(s.Sparse):
    """What is left to a provider."""

    limited: bool = Field(description="false: who asks has no quota")
    requests: QuotaWindow | None = None
    lookupMisses: QuotaWindow | None = None
    running: int | None = None
    inFlight: int | None = Field(default=None, description="so many at a time")
    waiting: int | None = None
    mostWaiting: int | None = None


class ServiceStatus(s.Sparse):
    """Whether the service works; how many elements of which driver only for operators."""

    service: Literal["up", "degraded"]
    inventoryImportedAt: s.Time | None = None
    inventoryAge: Seconds | None = None
    version: str | None = None
    uptime: Seconds | None = None
    elements: int | None = None
    drivers: dict[str, int] | None = Field(
        default=None, description="elements by driver; `unknown` were never met"
    )


class FindingTold(s.Sparse):
    """One thing in the inventory that is wrong, or will lead to a wrong answer."""

    kind: str = Field(description="`access`, `element` or `credential`")
    who: str
    what: str
    todo: str


class ElementTold(s.Sparse):
    """A switch."""

    element: str
    site: str | None = None
    since: s.Time | None = Field(default=None, description="it does not answer since then")


class PauseTold(s.Sparse):
    """What is not asked."""

    reach: Literal["switch", "driver", "site", "all"]
    name: str | None = None
    since: s.Time
    until: s.Time
    why: str | None = None
    by: str | None = None


class AttentionTold(s.Sparse):
    """What the operator should look at."""

    findings: list[FindingTold] = Field(description="of the inventory, as far as it shows alone")
    silent: list[ElementTold] = Field(description="the longest silence first")
    unsupported: list[ElementTold] = Field(
        description="no driver knows them: the standard MIBs alone are read"
    )
    pauses: list[PauseTold]
    more: bool = Field(description="some lists have been cut off, at 200 rows")


class SessionInfo(s.Sparse):
    """One log-in of a browser."""

    id: str
    current: bool = Field(description="the one that this request belongs to")
    createdAt: s.Time
    usedAt: s.Time
    endsAt: s.Time = Field(description="if it is not used any more")
    address: str
    agent: str = Field(description="what the browser calls itself")


class SessionBegun(s.Sparse):
    """Somebody has logged in; the token is in the cookie alone."""

    id: str
    user: str
    role: str


class NewPassword(Asked):
    """The password that is to hold from now on; the old one is in ``Authorization``."""

    password: str = Field(
        description=f"{LEAST_OF_A_PASSWORD} to {MOST_OF_A_PASSWORD} characters, not the name"
    )


class SessionsTold(s.Sparse):
    """Who asks, and their sessions."""

    user: str
    role: str
    renewable: bool = Field(
        description="whether who asks may renew the password of this session: "
        "an engineer or operator, whose password stands in the users' file"
    )
    sessions: list[SessionInfo]


class PastFound(s.Sparse):
    """The access that had something at a time."""

    accessId: str
    at: s.Time
    match: Literal["stored", "notation", "interpreted", "lease"] = Field(
        description="how sure it is: an identifier as stored, in another notation, or interpreted; "
        "an address by the log of a DHCP server"
    )
    subscriptionIds: list[str] = Field(
        description="subscriptions that ran on it then; of a provider its own"
    )
