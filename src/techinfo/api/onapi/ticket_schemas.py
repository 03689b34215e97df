"""Tickets and webhooks in ON-API's spelling: what comes in, checked, and what goes out."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from techinfo.api.onapi.schemas import Mac, Sparse, Time
from techinfo.diagnosis.rules import RULES
from techinfo.tickets.records import Party, Problem, Status

_MOST_TEXT = 65_536
_MOST_LINE = 1000
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")

_MAC = re.compile(r"[0-9A-Fa-f]{2}([-:.]?)(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}")
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
_HEADER_VALUE = re.compile(r"[!-~](?:[ -~]{0,1998}[!-~])?")
_OWN_HEADERS = re.compile(
    r"(?i)(?:webhook-.*|content-.*|host|connection|transfer-encoding|te|upgrade|expect|trailer"
    r"|user-agent|keep-alive|proxy-.*)"
)


def _text(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty")
    if _FORBIDDEN.search(text):
        raise ValueError("holds a control character")
    return text


def _blank(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


def _address(text: str) -> str:
    ipaddress.ip_interface(text.strip())
    return text.strip()


def _hardware_address(text: str) -> str:
    bare = text.strip()
    if not (_MAC.fullmatch(bare) or re.fullmatch(r"(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4}", bare)):
        raise ValueError("is not a MAC address")
    digits = re.sub(r"[-:.]", "", bare).upper()
    return ":".join(digits[n : n + 2] for n in range(0, 12, 2))


def _truth(value: Any) -> Any:
    value = _blank(value)
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.strip().lower(), value)
    return value


Line = Annotated[str, Field(min_length=1, max_length=_MOST_LINE), AfterValidator(_text)]
Text = Annotated[str, Field(min_length=1, max_length=_MOST_TEXT), AfterValidator(_text)]
MaybeLine = Annotated[Line | None, BeforeValidator(_blank)]


class _Incoming(BaseModel):
    """Unknown keys are left alone: a ticket is not lost over one."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True, populate_by_name=True)


class AdditionalInfoIn(_Incoming):
    """What the creator knows of the customer's equipment; what is empty is filled."""

    ip: Annotated[
        Annotated[str, Field(max_length=64), AfterValidator(_address)] | None,
        BeforeValidator(_blank),
    ] = None
    mac: Annotated[
        Annotated[str, Field(max_length=32), AfterValidator(_hardware_address)] | None,
        BeforeValidator(_blank),
    ] = None
    link: Annotated[
        Annotated[bool, Field(strict=True)] | None,
        BeforeValidator(_truth),
        Field(description='a boolean, or "true" or "false"'),
    ] = None


class TicketIn(_Incoming):
    """A ticket as a provider creates it."""

    accessId: Line
    createdBy: Line
    heading: Line
    description: Text
    problemType: Problem
    spReference: MaybeLine = None
    spTicketReference: MaybeLine = None
    subscriptionId: Annotated[
        MaybeLine,
        Field(validation_alias=AliasChoices("subscriptionId", "coSubscription")),
    ] = None
    status: Annotated[Status | None, BeforeValidator(_blank)] = None
    additionalInfo: AdditionalInfoIn | None = None
    diagnosisId: Annotated[
        Annotated[str, Field(pattern=r"^[0-9a-f]{1,64}$")] | None,
        BeforeValidator(_blank),
        Field(description="of a diagnosis of yours: while it is valid nothing is read again"),
    ] = None


class CommentIn(_Incoming):
    """A comment."""

    message: Text
    createdBy: Line


CAUSES = frozenset({*(rule.code for rule in RULES), "other"})


def _known_cause(written: str) -> str:
    if written not in CAUSES:
        raise ValueError("is no code of a verdict (techinfo rules lists them), and not other")
    return written


class ChangeIn(_Incoming):
    """What is to change on a ticket."""

    comment: CommentIn | None = None
    status: Annotated[Status | None, BeforeValidator(_blank)] = None
    responsible: Annotated[Party | None, BeforeValidator(_blank)] = None
    coTicketReference: Annotated[
        Annotated[str, Field(pattern=r"^[-0-9a-zA-Z.]{1,36}$")] | None,
        BeforeValidator(_blank),
        Field(description="of an external ticket desk, which the operator's own people may tell"),
    ] = None

    cause: Annotated[
        Annotated[str, AfterValidator(_known_cause)] | None,
        BeforeValidator(_blank),
        Field(
            description="what the cause was, by the network's own people, when the ticket is closed"
            " or afterwards: a code of a verdict (techinfo rules), or other"
        ),
    ] = None

    @model_validator(mode="after")
    def _is_one(self) -> ChangeIn:
        if not any(getattr(self, name) is not None for name in type(self).model_fields):
            raise ValueError("nothing is to be changed: give comment, status or responsible")
        if self.status is Status.CLOSED and self.responsible is None:
            raise ValueError("responsible is mandatory when a ticket is closed")
        return self


class TicketDiagnosis(Sparse):
    """What became of the diagnosis that a ticket named; no ticket is refused for it."""

    diagnosisId: str
    state: Literal["attached", "unknown"] = Field(
        description="unknown: no such id of yours for this access, or no longer valid; it is read"
    )
    code: str | None = None
    ticketAdvised: bool | None = None
    contradiction: str | None = Field(
        default=None, description="how the problem reported contradicts what was found"
    )


class CreatedTicket(Sparse):
    """The answer to a new ticket."""

    coTicketReference: str
    diagnosis: TicketDiagnosis | None = Field(
        default=None, description="only where the ticket named one"
    )


class TicketLine(Sparse):
    """A ticket in a list."""

    coTicketReference: str
    spTicketReference: str | None = None
    status: Status
    responsible: Party | None = None


class CommentInfo(Sparse):
    """A comment of a ticket."""

    createdBy: str
    message: str
    createdAt: Time


class AdditionalInfo(Sparse):
    """Of the customer's equipment: as the creator said, or else as it was found."""

    ip: str | None = None
    mac: Mac | None = None
    link: bool | None = None


class TicketInfo(TicketLine):
    """A ticket with all its fields."""

    spReference: str | None = None
    accessId: str
    createdBy: str
    createdAt: Time
    updatedAt: Time
    heading: str
    description: str
    comments: list[CommentInfo]
    subscriptionId: str | None = None
    problemType: Problem
    additionalInfo: AdditionalInfo | None = None


class LinkInfoOfMoment(Sparse):
    """Link info of one moment."""

    state: Literal["pending", "attached", "failed"]
    requestedAt: Time
    doneAt: Time | None = None
    worth: str = Field(description="in words, what it is worth")
    why: str | None = Field(default=None, description="what is missing, or why there is none")
    document: dict[str, Any] | None = Field(default=None, description="techinfo.access/1")


class TicketLinkInfo(Sparse):
    """Link info of a ticket: when it was created, and when it was closed."""

    coTicketReference: str
    accessId: str
    created: LinkInfoOfMoment | None = None
    closed: LinkInfoOfMoment | None = None
    difference: list[str] | None = Field(
        default=None, description="what has changed between the two, in words"
    )


def _header_names(headers: Mapping[str, str]) -> Mapping[str, str]:
    for name, value in headers.items():
        if not _HEADER.fullmatch(name) or _OWN_HEADERS.fullmatch(name):
            raise ValueError("a header of this name cannot be sent along")
        if not _HEADER_VALUE.fullmatch(value):
            raise ValueError("a header's value is malformed")
    return headers


class OAuth2In(_Incoming):
    """How a token is had that is sent along: OAuth 2.0, client credentials (RFC 6749, 4.4)."""

    tokenUrl: Annotated[str, Field(min_length=1, max_length=2000)]
    clientId: Annotated[str, Field(min_length=1, max_length=255)]
    clientSecret: Annotated[
        str, Field(min_length=1, max_length=1000, description="never shown again")
    ]
    scope: Annotated[str, Field(max_length=255, pattern=r"^[!#-\[\]-~ ]*$")] = ""


class WebhookIn(_Incoming):
    """A webhook as it is asked for."""

    url: Annotated[str, Field(min_length=1, max_length=2000)]
    events: Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=20)] = []
    form: Annotated[str, Field(max_length=20)] = "plain"
    options: Annotated[dict[str, Line], Field(max_length=10)] = {}
    headers: Annotated[
        dict[str, str],
        Field(max_length=5, description="sent along, such as Authorization; never shown again"),
        AfterValidator(_header_names),
    ] = {}
    oauth2: OAuth2In | None = None


class OAuth2Info(Sparse):
    """How a token is had, without the secret."""

    tokenUrl: str
    clientId: str
    scope: str | None = None


class WebhookInfo(Sparse):
    """A webhook, without its secrets."""

    id: str
    url: str
    form: str
    events: list[str] = Field(description="empty: all")
    options: dict[str, str] | None = None
    headers: list[str] | None = Field(default=None, description="names alone")
    oauth2: OAuth2Info | None = None
    createdAt: Time
    waiting: int | None = None
    delivered: int | None = None
    dead: int | None = None
    failures: int | None = Field(default=None, description="one after another; left out: none")
    lastFailure: str | None = Field(default=None, description="what came of the last try")
    restsUntil: Time | None = Field(default=None, description="it is left alone until then")
    offSince: Time | None = Field(
        default=None,
        description="it was switched off then, as it kept failing; what there is to tell waits"
        " until POST /webhooks/{hook}/enable",
    )
    secret: str | None = Field(
        default=None, description="whsec_…, told once, when the webhook is registered"
    )


class TestOutcome(Sparse):
    """What came of a test message."""

    delivered: bool
    outcome: str


class DeadLetter(Sparse):
    """A message that was given up."""

    id: str
    webhook: str
    type: str
    time: Time
    tries: int
    outcome: str
