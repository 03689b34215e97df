"""Errors into answers: ``{"cause", "code", "retryable"}``, and nothing about the equipment."""

from __future__ import annotations

import logging
import math
import secrets
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime

from fastapi.responses import JSONResponse

from techinfo.api.error_codes import Code
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
