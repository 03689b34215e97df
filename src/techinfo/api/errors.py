"""Errors into answers: ``{"cause", "code", "retryable"}``, and nothing about the equipment.

The published list of error codes: clients may decide by them, the words beside may change.
"""

from __future__ import annotations

import logging
import math
import secrets
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum

from fastapi.responses import JSONResponse

from techinfo.api.onapi import render
from techinfo.errors import (
    AddressNotAllowedError,
    CollectorBusyError,
    CollectorError,
    CollectorSlowError,
    DeadlineError,
    DeviceError,
    DeviceUnreachableError,
    DriverError,
    ForbiddenError,
    IncompleteError,
    InventoryError,
    NotAvailableError,
    NotConnectedError,
    NotReadError,
    NotUniqueError,
    PausedError,
    PortNotUniqueError,
    SharedIdentifierError,
    SnmpSecurityError,
    SnmpTimeoutError,
    StorageFullError,
    StoreError,
    TechinfoError,
    TicketConflictError,
    TicketQuotaError,
    TicketStoreError,
    UnknownAccessError,
    UnknownElementError,
    UnknownIdentifierError,
    UnknownTicketError,
    UnknownWebhookError,
    WebhookError,
    WrongDeviceError,
    WrongPortError,
)


class Code(StrEnum):
    """Why a request has no answer."""

    MALFORMED = "malformed"
    """400: the accessId or a header is malformed."""
    ON_BEHALF_OF_REQUIRED = "on_behalf_of_required"
    """400: this user is told rows of people only with ``X-On-Behalf-Of``."""
    CASE_REFERENCE_REQUIRED = "case_reference_required"
    """400: this user is told rows of people only with ``X-Case-Reference``."""
    WEBHOOK_REFUSED = "webhook_refused"
    """400: a webhook cannot be had as it is wanted, or may not be sent there."""
    UNAUTHORISED = "unauthorised"
    """401: no credentials, or wrong ones."""
    FORBIDDEN = "forbidden"
    """403: not this user's to see; the cause says how old the inventory is."""
    NOT_FOUND = "not_found"
    """404: nothing is served under this path."""
    UNKNOWN_ACCESS = "unknown_access"
    """404: no access has this accessId."""
    NOT_CONNECTED = "not_connected"
    """404: no equipment is connected to this access."""
    NOT_AVAILABLE_HERE = "not_available_here"
    """404: the equipment of this access cannot tell that."""
    UNKNOWN_IDENTIFIER = "unknown_identifier"
    """404: no access has this DHCP identifier, or none that may be told."""
    SHARED_IDENTIFIER = "shared_identifier"
    """404: more than one access may have this DHCP identifier; another value is needed too."""
    NOT_READ = "not_read"
    """404: nothing of this access was read lately, and nothing is read for this question."""
    UNKNOWN_ELEMENT = "unknown_element"
    """404: no network element has this name."""
    NO_ACCESSES = "no_accesses"
    """404: the inventory has no access."""
    UNKNOWN_TICKET = "unknown_ticket"
    """404: you have no ticket of this coTicketReference."""
    UNKNOWN_WEBHOOK = "unknown_webhook"
    """404: you have no webhook of this id."""
    METHOD_NOT_ALLOWED = "method_not_allowed"
    """405: ``Allow`` says what is."""
    NOT_UNIQUE = "not_unique"
    """409: several accesses share a port, and nothing tells their rows apart."""
    CONFLICT = "conflict"
    """409: it contradicts what is there already, or a key that was used before."""
    TOO_SLOW = "too_slow"
    """408: the request did not come in time; the connection is closed."""
    TOO_LARGE = "too_large"
    """413: the body is longer than what is read."""
    URL_TOO_LONG = "url_too_long"
    """414: the URL is longer than what is read; the connection is closed."""
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    """415: a body is read as ``application/json`` only."""
    THROTTLED = "throttled"
    """429: too many wrong passwords; ``Retry-After`` says when to try again."""
    QUOTA = "quota"
    """429: the provider's quota is used up; ``Retry-After`` says when to come back."""
    TICKET_QUOTA = "ticket_quota"
    """429: as many open tickets, octets of tickets, or comments on one, as a provider may have."""
    HEADERS_TOO_LARGE = "headers_too_large"
    """431: more header lines, or longer ones, than are read; the connection is closed."""
    REFUSED = "refused"
    """Any other 4xx."""
    INTERNAL = "internal"
    """500: an error of the service's own."""
    INVENTORY_MISMATCH = "inventory_mismatch"
    """500: the equipment or the port is not what the inventory names; no data is given."""
    PORT_NOT_UNIQUE = "port_not_unique"
    """500: several ports of the network element have the name that the inventory names."""
    ELEMENT_ERROR = "element_error"
    """500: the network element's answer cannot be used."""
    ELEMENT_REFUSES = "element_refuses"
    """500: the network element is there, but refuses the operator's credential."""
    ADDRESS_NOT_ALLOWED = "address_not_allowed"
    """500: the operator's settings do not let the credential be sent to this network element."""
    NOT_SUPPORTED = "not_supported"
    """500: this kind of network element cannot be read."""
    INVENTORY_ERROR = "inventory_error"
    """500: the inventory cannot be read."""
    NOT_IMPLEMENTED = "not_implemented"
    """501: this endpoint or version is not implemented."""
    NOT_IN_THIS_NETWORK = "not_in_this_network"
    """501: no network element here can tell that; the endpoints list names it."""
    ELSEWHERE = "elsewhere"
    """501: served by another system."""
    NO_TICKET_DESK = "no_ticket_desk"
    """501: no ticket desk is configured here."""
    NOT_LISTED = "not_listed"
    """501: accesses lack fields that ON-API demands."""
    COLLECTOR_DOWN = "collector_down"
    """503: the process that asks the network elements is not there; 504: it does not answer.
    ``Retry-After`` says when to come back."""
    PAUSED = "paused"
    """503: the operator has paused the reading of this equipment; ``Retry-After`` says when to come
    back."""
    AUDIT_UNAVAILABLE = "audit_unavailable"
    """503: rows of people are not told while nobody can write down who asked for them."""
    OVERLOADED = "overloaded"
    """503: this service has too much to do at once; ``Retry-After`` says when to come back."""
    STORAGE_FAILED = "storage_failed"
    """503: it could not be written, and nothing has been changed."""
    STORAGE_FULL = "storage_full"
    """507: there is no room to write it, and nothing has been changed."""
    ELEMENT_SILENT = "element_silent"
    """504: the network element does not answer."""
    ELEMENT_SLOW = "element_slow"
    """504: the network element answers too slowly."""
    INCOMPLETE = "incomplete"
    """504: the table could not be read as a whole, and what was read has no row of this access;
    ``max-stale`` gives the last known."""


PERSONAL = {"Cache-Control": "private, no-store", "Vary": "Authorization"}
"""On every answer: what it tells is about a person, and for whoever asked."""

told_ids: ContextVar[list[str] | None] = ContextVar("told_ids", default=None)
"""Where the error ids of the request under way are gathered, for who wants them (the audit log)."""

_MOST_OF_A_PATH = 200
_LONGEST_PAUSE_S = 3600
"""That a client is told to wait for."""
_DOWN_S = 5
"""A collector that has ended is back by then, as a rule."""
_OVERLOADED_S = 8
_log = logging.getLogger(__name__)


class ApiError(TechinfoError):
    """An answer that is an error.

    Attributes:
        status: HTTP status.
        retryable: Whether the same request may go through later.
        headers: Further headers.
    """

    def __init__(
        self,
        status: int,
        cause: str,
        *,
        code: Code,
        retryable: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(cause)
        self.status = status
        self.cause = cause
        self.code = code
        self.retryable = retryable
        self.headers = dict(headers or {})


_KINDS: tuple[tuple[type[TechinfoError], int, Code, bool, str], ...] = (
    (ForbiddenError, 403, Code.FORBIDDEN, False, "this is not yours to see"),
    (UnknownAccessError, 404, Code.UNKNOWN_ACCESS, False, "no access has this accessId"),
    (NotConnectedError, 404, Code.NOT_CONNECTED, False, "no equipment is connected to this access"),
    (NotAvailableError, 404, Code.NOT_AVAILABLE_HERE, False, "cannot be read on this access"),
    (NotReadError, 404, Code.NOT_READ, True, "nothing of it was read lately; ask for it by itself"),
    (UnknownElementError, 404, Code.UNKNOWN_ELEMENT, False, "no network element has this name"),
    (
        UnknownIdentifierError,
        404,
        Code.UNKNOWN_IDENTIFIER,
        False,
        "no access has this identifier",
    ),
    (
        SharedIdentifierError,
        404,
        Code.SHARED_IDENTIFIER,
        False,
        "not unique: more than one access may have this identifier",
    ),
    (
        NotUniqueError,
        409,
        Code.NOT_UNIQUE,
        False,
        "several accesses share this port and nothing tells their rows apart",
    ),
    (
        WrongDeviceError,
        500,
        Code.INVENTORY_MISMATCH,
        False,
        "the equipment found is not the equipment that the inventory names; no data is given",
    ),
    (
        WrongPortError,
        500,
        Code.INVENTORY_MISMATCH,
        False,
        "the port that the inventory names is not there; no data is given",
    ),
    (
        PortNotUniqueError,
        500,
        Code.PORT_NOT_UNIQUE,
        False,
        "several ports of the network element have the name that the inventory names for this"
        " access; no data is given",
    ),
    (
        IncompleteError,
        504,
        Code.INCOMPLETE,
        True,
        "not every row could be read or given to a port, and none of those that were is of this"
        " access: there may be some",
    ),
    (
        PausedError,
        503,
        Code.PAUSED,
        True,
        "the operator has paused the reading of this equipment",
    ),
    (DeadlineError, 504, Code.ELEMENT_SLOW, True, "the network element answers too slowly"),
    (SnmpTimeoutError, 504, Code.ELEMENT_SILENT, True, "the network element does not answer"),
    (
        DeviceUnreachableError,
        504,
        Code.ELEMENT_SILENT,
        True,
        "the network element cannot be reached",
    ),
    (
        SnmpSecurityError,
        500,
        Code.ELEMENT_REFUSES,
        False,
        "the network element refuses the operator's credential",
    ),
    (
        AddressNotAllowedError,
        500,
        Code.ADDRESS_NOT_ALLOWED,
        False,
        "the operator's settings do not let this network element be asked",
    ),
    (DeviceError, 500, Code.ELEMENT_ERROR, True, "the network element's answer cannot be used"),
    (
        CollectorBusyError,
        503,
        Code.OVERLOADED,
        True,
        "this service has too much to do at the moment",
    ),
    (
        CollectorSlowError,
        504,
        Code.COLLECTOR_DOWN,
        True,
        "the part of this service that asks network elements answers too slowly",
    ),
    (
        CollectorError,
        503,
        Code.COLLECTOR_DOWN,
        True,
        "the part of this service that asks network elements is not there at the moment",
    ),
    (DriverError, 500, Code.NOT_SUPPORTED, False, "this kind of network element cannot be read"),
    (UnknownTicketError, 404, Code.UNKNOWN_TICKET, False, "no ticket has this coTicketReference"),
    (TicketConflictError, 409, Code.CONFLICT, False, "it contradicts what is there already"),
    (TicketQuotaError, 429, Code.TICKET_QUOTA, False, "you have as much of it as you may"),
    (
        StorageFullError,
        507,
        Code.STORAGE_FULL,
        True,
        "there is no room to write it, and nothing has been changed",
    ),
    (
        TicketStoreError,
        503,
        Code.STORAGE_FAILED,
        True,
        "it could not be written or read, and nothing has been changed",
    ),
    (StoreError, 503, Code.STORAGE_FAILED, True, "it could not be written or read"),
    (UnknownWebhookError, 404, Code.UNKNOWN_WEBHOOK, False, "no webhook has this id"),
    (WebhookError, 400, Code.WEBHOOK_REFUSED, False, "the webhook cannot be had"),
    (InventoryError, 500, Code.INVENTORY_ERROR, True, "the inventory cannot be read"),
)
"""First match counts. The words are for providers: no name, no address, no secret."""

_IN_THEIR_WORDS = (
    ForbiddenError,
    NotAvailableError,
    TicketConflictError,
    TicketQuotaError,
    WebhookError,
)
"""Their own words are for whoever asked."""


def api_error(error: BaseException, *, silent_since: datetime | None = None) -> ApiError:
    """The answer that an error of the house becomes; one that nobody expected is ``internal``.

    Args:
        error: What went wrong.
        silent_since: When the element was first found silent, if it is.
    """
    if isinstance(error, ApiError):
        return error
    for kind, status, code, retryable, words in _KINDS:
        if isinstance(error, kind):
            cause = str(error) if isinstance(error, _IN_THEIR_WORDS) else words
            if code is Code.ELEMENT_SILENT and silent_since is not None:
                cause = f"{words}, since {render.time(silent_since)}"
            headers = _when(error)
            return ApiError(status, cause, code=code, retryable=retryable, headers=headers)
    return ApiError(500, "something went wrong here", code=Code.INTERNAL, retryable=True)


def overloaded(cause: str) -> ApiError:
    """The refusal of what cannot be met, before it has begun."""
    headers = _again(_OVERLOADED_S)
    return ApiError(503, cause, code=Code.OVERLOADED, retryable=True, headers=headers)


def _when(error: TechinfoError) -> dict[str, str] | None:
    """When it is worth asking again, where that can be told."""
    if isinstance(error, PausedError):
        return _until(error)
    if isinstance(error, CollectorBusyError):
        return _again(_OVERLOADED_S)
    return {"Retry-After": str(_DOWN_S)} if isinstance(error, CollectorError) else None


def _again(most_s: int) -> dict[str, str]:
    """Some seconds on, not the same for all: a crowd that comes back together is one again."""
    return {"Retry-After": str(1 + secrets.randbelow(most_s))}


def _until(error: PausedError) -> dict[str, str]:
    """The end of a pause, which may end sooner."""
    left_s = (datetime.fromisoformat(error.until) - datetime.now(UTC)).total_seconds()
    return {"Retry-After": str(max(1, min(_LONGEST_PAUSE_S, math.ceil(left_s))))}


def new_error_id() -> str:
    """What ties a cause to the log."""
    return secrets.token_hex(6)


def cause_of(
    error: ApiError, path: str, reason: BaseException | None = None, error_id: str = ""
) -> str:
    """The cause in words. A 5xx carries an id, under which the log has the whole story."""
    if error.status < 500:
        return error.cause
    error_id = error_id or new_error_id()
    if (gathered := told_ids.get()) is not None:
        gathered.append(error_id)
    expected = reason is None or isinstance(reason, TechinfoError)
    _log.log(
        logging.WARNING if expected else logging.ERROR,
        "error %s: %d %s at %r: %s",
        error_id,
        error.status,
        error.code,
        path[:_MOST_OF_A_PATH],
        _story(reason or error),
        exc_info=None if expected else reason,
    )
    return f"{error.cause} (error {error_id})"


def answer(error: ApiError, path: str, reason: BaseException | None = None) -> JSONResponse:
    """The error as JSON."""
    body = {
        "cause": cause_of(error, path, reason),
        "code": error.code,
        "retryable": error.retryable,
    }
    return JSONResponse(body, status_code=error.status, headers=PERSONAL | error.headers)


def _story(error: BaseException) -> str:
    """Words and facts of an error on one line, whatever a device has put into them."""
    facts = {} if isinstance(error, ApiError) else vars(error)
    told = "".join(
        f", {name}={value!r}" for name, value in facts.items() if value not in (None, "")
    )
    return f"{type(error).__name__} {str(error)!r}{told}"
