"""What every route takes from a request, and how it may refuse."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Header, Path, Request

from techinfo.access.freshness import CachePolicy
from techinfo.access.viewer import Viewer
from techinfo.api.onapi import freshness
from techinfo.api.onapi import schemas as s
from techinfo.api.state import AppState, state_of

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


async def access_id(
    request: Request,
    id: Annotated[str, Path(description="accessId, else legacyAccessId")],  # noqa: A002 - ON-API
) -> str:
    """An accessId of the right form.

    Raises:
        ApiError: 400, it is malformed.
    """
    return state_of(request).check_access_id(id)


CacheControl = Annotated[
    list[str] | None, Header(description="max-age=N, no-cache or max-stale=N, in seconds")
]


async def policy(request: Request, cache_control: CacheControl = None) -> CachePolicy:
    """How fresh the answer must be."""
    return freshness.policy(",".join(cache_control or ()), state_of(request).policy)


async def viewer_of(request: Request) -> Viewer:
    """Who asks, as `AuthMiddleware` has found out."""
    viewer = request.scope["state"]["viewer"]
    assert isinstance(viewer, Viewer)  # noqa: S101 - set by AuthMiddleware alone
    return viewer


CurrentUser = Annotated[Viewer, Depends(viewer_of)]
AccessId = Annotated[str, Depends(access_id)]
RequestedPolicy = Annotated[CachePolicy, Depends(policy)]


async def app_state(request: Request) -> AppState:
    """The services; awaited, because FastAPI hands a plain function to a thread of its own."""
    return state_of(request)


CurrentAppState = Annotated[AppState, Depends(app_state)]
