"""Errors into answers: ``{"cause", "code", "retryable"}``, and nothing about the equipment."""

from __future__ import annotations

import logging
import math
import secrets
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime

from techinfo.api.error_words import spoken
from techinfo.api.json_body import JSONResponse
from techinfo.api.onapi import render
from techinfo.error_codes import Code
from techinfo.errors import CollectorBusyError, CollectorError, PausedError, TechinfoError

PERSONAL = {"Cache-Control": "private, no-store", "Vary": "Authorization"}
"""On every answer: it may be about a person, and is for whoever asked alone."""

_SPOKEN = PERSONAL | {"Vary": "Authorization, Accept-Language"}
"""Of an error, whose words are in the language of whoever asks."""

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
"""Of the request under way: every line of the log that is written on its behalf has it."""

error_ids: ContextVar[list[str] | None] = ContextVar("error_ids", default=None)
"""Where the error ids of the request under way are gathered, for who wants them (the audit log)."""

_MOST_OF_A_PATH = 200
_LONGEST_PAUSE_S = 3600
"""The longest ``Retry-After`` of a pause, seconds."""
_DOWN_S = 5
"""A collector that has ended is back by then, as a rule."""
_OVERLOADED_S = 8
_log = logging.getLogger(__name__)


class ApiError(TechinfoError):
    """An answer that is an error.

    Args:
        code: Says its status, whether the same request may go through later, and its usual cause.
        cause: In words for whoever asked.
        status: HTTP status, where it is not that of the code.
        headers: Further headers.
        more: Further members of the body, which another standard wants.
    """

    def __init__(
        self,
        code: Code,
        cause: str = "",
        *,
        status: int = 0,
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, str] | None = None,
    ) -> None:
        self.code = code
        self.cause = cause or code.cause
        self.status = status or code.status
        self.headers = dict(headers or {})
        self.more = dict(more or {})
        super().__init__(self.cause)


def api_error(error: BaseException, *, silent_since: datetime | None = None) -> ApiError:
    """The answer to an error: what its class says, or ``internal`` for one that nobody expected.

    Args:
        error: What went wrong.
        silent_since: When the element was first found silent, if it is.
    """
    if isinstance(error, ApiError):
        return error
    if not isinstance(error, TechinfoError):
        return ApiError(Code.INTERNAL)
    cause = error.public_cause or str(error)
    if error.code is Code.ELEMENT_SILENT and silent_since is not None:
        cause = f"{cause}, since {render.time(silent_since)}"
    return ApiError(error.code, cause, status=error.http_status, headers=_when(error))


def overloaded(cause: str) -> ApiError:
    """The refusal of what cannot be met, before it has begun."""
    headers = _again(_OVERLOADED_S)
    return ApiError(Code.OVERLOADED, cause, headers=headers)


def _when(error: TechinfoError) -> dict[str, str] | None:
    """When it is worth asking again, where that is known."""
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
    if (gathered := error_ids.get()) is not None:
        gathered.append(error_id)
    expected = reason is None or isinstance(reason, TechinfoError)
    # What is not done here is a setting, and no fault that anybody has to look at.
    told = logging.INFO if error.status == 501 else logging.WARNING
    _log.log(
        told if expected else logging.ERROR,
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
    """The error as JSON, in the language of whoever asks; the log has it in English."""
    told = cause_of(error, path, reason)
    words, languages = spoken(error.code, error.cause)
    body = {
        "cause": words + told.removeprefix(error.cause),
        "code": error.code,
        "retryable": error.code.retryable,
        **error.more,
    }
    headers = _SPOKEN | {"Content-Language": languages} | error.headers
    return JSONResponse(body, status_code=error.status, headers=headers)


def _story(error: BaseException) -> str:
    """Words and facts of an error on one line, whatever a device has put into them."""
    facts = {} if isinstance(error, ApiError) else vars(error)
    listed = "".join(
        f", {name}={value!r}" for name, value in facts.items() if value not in (None, "")
    )
    return f"{type(error).__name__} {str(error)!r}{listed}"
