"""What has its place here and is not built yet: 501, for those who may ask about the access."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from techinfo.api.dependencies import ERRORS, AccessId, Asker, House
from techinfo.api.error_codes import Code
from techinfo.api.errors import ApiError
from techinfo.api.onapi import schemas as s

_NOT_BUILT = {
    "history": "the history of an access",
    "timeline": "the timeline of an access",
    "diagnosis": "the diagnosis of an access",
    "live": "the live view of an access",
}
"""The first part of a path -> what is not built."""


def router() -> APIRouter:
    """A route for each of them."""
    built = APIRouter(
        tags=["not built yet"],
        responses=ERRORS | {501: {"model": s.Cause, "description": "not built yet"}},
    )
    for name, words in _NOT_BUILT.items():
        _add(built, name, words)
    return built


def _add(built: APIRouter, name: str, words: str) -> None:
    async def refuse(asker: Asker, access: AccessId, house: House) -> JSONResponse:
        house.desk.right(asker, access)
        raise ApiError(501, f"{words} is not built yet", code=Code.NOT_IMPLEMENTED)

    summary = f"Not built yet: {words}"
    built.add_api_route(
        f"/{name}/{{id}}", refuse, name=name, response_model=None, summary=summary, status_code=501
    )
