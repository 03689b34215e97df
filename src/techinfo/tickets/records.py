"""What the file of tickets holds, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

OPERATOR = ""
"""The provider of what is the operator's own."""


class Status(StrEnum):
    """Where a ticket stands (ON-API 2.6.0, spec/tickets.md)."""

    CREATED = "CREATED"
    IN_PROGRESS_CO = "IN_PROGRESS_CO"
    IN_PROGRESS_SP = "IN_PROGRESS_SP"
    CLOSED = "CLOSED"


class Problem(StrEnum):
    """What a ticket is about."""

    NO_LINK = "NO_LINK"
    NO_ACCESS = "NO_ACCESS"
    QUALITY = "QUALITY"
    OTHER = "OTHER"


class Party(StrEnum):
    """Who is responsible for a ticket, or has changed it."""

    SP = "SP"
    CO = "CO"


class Moment(StrEnum):
    """When link info is attached to a ticket."""

    CREATED = "created"
    CLOSED = "closed"


class Attachment(StrEnum):
    """What has become of link info."""

    PENDING = "pending"
    ATTACHED = "attached"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reach:
    """Whose tickets and webhooks are meant.

    Attributes:
        provider: Theirs; ``OPERATOR`` for the operator's own; ``None``: everybody's.
        sandbox: What was made in the sandbox, which nobody else ever sees.
    """

    provider: str | None = None
    sandbox: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class NewTicket:
    """A ticket as it comes in.

    Attributes:
        provider: Who creates it; ``OPERATOR`` for the operator's own people.
        ip, mac, link: What the creator says of the customer's equipment.
    """

    provider: str
    access_id: str
    created_by: str
    heading: str
    description: str
    problem: Problem
    sandbox: bool = False
    sp_reference: str | None = None
    sp_ticket_reference: str | None = None
    subscription_id: str | None = None
    ip: str | None = None
    mac: str | None = None
    link: bool | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Comment:
    """What somebody wrote on a ticket."""

    created_by: str
    message: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Ticket(NewTicket):
    """A ticket as it stands.

    Attributes:
        number: Ours alone, never shown.
        own_reference: The reference that it was created with.
        desk_reference: The reference of an external desk, which then is the ticket's.
        desk_key: How the desk's own interface calls it, where that is something else.
        ip, mac, link: As the creator said, or else as they were found.
        version: Grows with every change.
    """

    number: int
    own_reference: str
    desk_reference: str | None = None
    desk_key: str | None = None
    status: Status
    responsible: Party | None = None
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None = None
    version: int
    comments: tuple[Comment, ...] = ()

    @property
    def reference(self) -> str:
        """The coTicketReference: of the external desk, once that has one."""
        return self.desk_reference or self.own_reference


ON_API: Mapping[str, str] = {
    "reference": "coTicketReference",
    "own_reference": "ownTicketReference",
    "version": "version",
    "provider": "provider",
    "access_id": "accessId",
    "problem": "problemType",
    "created_by": "createdBy",
    "heading": "heading",
    "description": "description",
    "sp_ticket_reference": "spTicketReference",
    "sp_reference": "spReference",
    "subscription_id": "subscriptionId",
    "status": "status",
    "responsible": "responsible",
    "created_at": "createdAt",
    "updated_at": "updatedAt",
}
"""Field of a ticket -> its name in ON-API 2.6: in requests, answers and messages of webhooks."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Created:
    """What has become of a ticket that came in.

    Attributes:
        new: It was not there before.
        replayed: The same request was answered before.
    """

    ticket: Ticket
    new: bool
    replayed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Once:
    """What makes a request that comes twice count once.

    Attributes:
        key: The Idempotency-Key.
        digest: Of what was asked; the same key with another one is a mistake.
    """

    key: str
    digest: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Cause:
    """What the cause was, by the network's own people.

    Attributes:
        code: A code of a verdict, or another word.
        site: Where the access's element stands.
    """

    code: str
    site: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Grade:
    """What a verdict said, and what the cause was; of no person, and no access.

    Attributes:
        ticket: Its number, which nobody sees.
        at: When the cause was told.
        code: Of the verdict that the ticket was made with.
        sure: The confidence that was told, in hundredths.
        maker: Of the switch, as it has told it.
        retest: The code of the verdict when the ticket was closed; ``None``: not known (yet).
    """

    ticket: int
    at: datetime
    code: str
    sure: int
    cause: str
    maker: str | None = None
    site: str | None = None
    retest: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What is to change on a ticket; ``None`` stays as it is.

    Attributes:
        by: Whose word it is.
        comment: Who wrote it, and what.
        desk_reference: The external desk's own.
        desk_key: How the desk's own interface calls it.
        cause: Of a ticket that is closed, or is closed by this.
    """

    by: Party
    comment: tuple[str, str] | None = None
    status: Status | None = None
    responsible: Party | None = None
    desk_reference: str | None = None
    desk_key: str | None = None
    cause: Cause | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What the tickets of one provider may take, so that none fills the disk.

    Attributes:
        octets: Of all of them, with their comments and the messages about them.
        open_tickets: At a time.
        comments: On one of them.
    """

    octets: int
    open_tickets: int
    comments: int


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkInfo:
    """Link info of one moment of a ticket.

    Attributes:
        asked_at: The moment.
        done_at: When it was attached, or given up; ``None`` while it is pending.
        why: What is missing in it, or why it is not there; in words for the ticket's owner.
        document: ``techinfo.access/1``; ``None`` when nothing was read.
    """

    moment: Moment
    state: Attachment
    asked_at: datetime
    done_at: datetime | None = None
    why: str = ""
    document: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Pending:
    """Link info that is still to be read."""

    number: int
    moment: Moment
    asked_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What a reading shows of the customer's equipment; ``None``: nothing that is sure."""

    ip: str | None = None
    mac: str | None = None
    link: bool | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketEvent:
    """That a ticket has changed: CREATE, UPDATE or DELETE."""

    at: datetime
    kind: str
    reference: str
    provider: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """A message for webhooks.

    Attributes:
        id: The same at every try.
        kind: Such as ``ticket.created``.
        provider: Whose it is; the operator gets every message.
        facts: Its content, in our own words (`techinfo.webhooks.payloads`).
    """

    id: str
    kind: str
    at: datetime
    provider: str
    sandbox: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)
