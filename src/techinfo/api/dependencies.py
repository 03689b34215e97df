"""What every route takes from a request, and how it may refuse."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Header, Path, Query, Request

from techinfo.access.freshness import CachePolicy
from techinfo.access.viewer import Viewer
from techinfo.api.errors import ApiError
from techinfo.api.onapi import freshness
from techinfo.api.onapi import schemas as s
from techinfo.api.state import AppState, state_of
from techinfo.error_codes import Code

Responses = dict[int | str, dict[str, Any]]


def cause_response(words: str) -> dict[str, Any]:
    """An error of a route, as OpenAPI describes it."""
    return {"model": s.Cause, "description": words}


ERRORS: Responses = {
    400: cause_response("malformed accessId or header"),
    401: cause_response("no or wrong credentials"),
    403: cause_response("not yours to see"),
    404: cause_response("unknown access, nothing connected, or not readable on this access"),
    "default": cause_response("every other error, in the same form"),
}
"""Of every route."""

DEVICE_ERRORS: Responses = {
    409: cause_response("the port is shared, and nothing tells whose its rows are"),
    500: cause_response(
        "the equipment is not what the inventory names, or what it answers is of no use"
    ),
    504: cause_response("the network element does not answer in time"),
}
"""Of routes that ask equipment."""


async def app_state(request: Request) -> AppState:
    """The services; awaited, because FastAPI hands a plain function to a thread of its own."""
    return state_of(request)


CurrentAppState = Annotated[AppState, Depends(app_state)]


def must_be_recordable(app_state: AppState, words: str) -> None:
    """Refuse what changes something while the audit log cannot be written, whatever is required.

    Args:
        app_state: The services.
        words: What nobody can write down.

    Raises:
        ApiError: 503.
    """
    audit = app_state.middleware.audit
    if audit is not None and not audit.sound:
        raise ApiError(Code.AUDIT_UNAVAILABLE, words)


async def access_id(
    app_state: CurrentAppState,
    id: Annotated[str, Path(description="accessId, else legacyAccessId")],  # noqa: A002 - ON-API
) -> str:
    """An accessId of the right form.

    Raises:
        ApiError: 400, it is malformed.
    """
    return app_state.check_access_id(id)


CacheControl = Annotated[
    list[str] | None, Header(description="max-age=N, no-cache or max-stale=N, in seconds")
]


async def policy(app_state: CurrentAppState, cache_control: CacheControl = None) -> CachePolicy:
    """How fresh the answer must be."""
    return freshness.policy(",".join(cache_control or ()), app_state.policy)


async def viewer_of(request: Request) -> Viewer:
    """Who asks, as `AuthMiddleware` has found out."""
    viewer = request.scope["state"]["viewer"]
    assert isinstance(viewer, Viewer)  # noqa: S101 - set by AuthMiddleware alone
    return viewer


CurrentUser = Annotated[Viewer, Depends(viewer_of)]
AccessId = Annotated[str, Depends(access_id)]
RequestedPolicy = Annotated[CachePolicy, Depends(policy)]
_KEY = re.compile(r"[!-~](?:[ -~]{0,253}[!-~])?")
_ONCE = "makes the same request count once, however often it comes; with another body it is a 409"


async def idempotency_key(
    request: Request,
    _: Annotated[str | None, Header(alias="Idempotency-Key", description=_ONCE)] = None,
    _x: Annotated[
        str | None, Header(alias="X-Idempotency-Key", description="another name of the same")
    ] = None,
) -> str | None:
    """The request's Idempotency-Key, by either name.

    Raises:
        ApiError: 400, it is malformed, or there are several.
    """
    by_name = [request.headers.getlist(f"{x}idempotency-key") for x in ("", "x-")]
    found = {key for keys in by_name for key in keys}
    if not found:
        return None
    several = len(found) > 1 or any(len(keys) > 1 for keys in by_name)
    if several or not _KEY.fullmatch(key := found.pop()):
        raise ApiError(Code.MALFORMED, "Idempotency-Key is malformed")
    return key


IdempotencyKey = Annotated[str | None, Depends(idempotency_key)]
_MOST_OF_A_LIST = 1000
_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True)
class Paging:
    """Which part of a list is wanted; ``limit`` 0: none of it, only how long it is."""

    limit: int
    offset: int

    def of(self, rows: Sequence[_Row]) -> tuple[Sequence[_Row], dict[str, str]]:
        """That part of a list, and the headers that say what there is."""
        part = rows[self.offset : self.offset + self.limit]
        return part, {"X-Total-Count": str(len(rows)), "X-Result-Count": str(len(part))}


async def paging(
    limit: Annotated[
        int, Query(ge=0, le=_MOST_OF_A_LIST, description="rows at most; 0: only the counts")
    ] = _MOST_OF_A_LIST,
    offset: Annotated[int, Query(ge=0, le=1_000_000, description="rows that are left out")] = 0,
) -> Paging:
    """Which part of a list a request wants."""
    return Paging(limit, offset)


WantedPart = Annotated[Paging, Depends(paging)]
COUNTS: dict[str, Any] = {
    "X-Total-Count": {"description": "rows of the whole list", "schema": {"type": "integer"}},
    "X-Result-Count": {"description": "rows of this answer", "schema": {"type": "integer"}},
}
"""The headers of a list, as OpenAPI describes them."""
