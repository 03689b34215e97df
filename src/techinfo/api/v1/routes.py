"""All extensions, below one prefix, and their OpenAPI document."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute

from techinfo import __version__
from techinfo.api.problems import PERSONAL
from techinfo.api.v1 import access, batch, panel, search, service, unbuilt

PREFIX = "/techinfo/v1"


def is_own(path: str) -> bool:
    """Whether a path is below the extensions' prefix."""
    return path == PREFIX or path.startswith(f"{PREFIX}/")


def routes() -> APIRouter:
    """The router of the extensions; whoever includes it declares the authentication."""
    below = APIRouter(prefix=PREFIX)
    for part in (access, search, panel, batch, service):
        below.include_router(part.router)
    below.include_router(unbuilt.router())
    below.add_api_route("/openapi.json", _openapi, include_in_schema=False)
    return below


def document(app: FastAPI) -> dict[str, Any]:
    """OpenAPI of the extensions that an application serves."""
    own = [r for r in app.routes if isinstance(r, APIRoute) and r.path.startswith(f"{PREFIX}/")]
    return get_openapi(title="techinfo: extensions of ON-API", version=__version__, routes=own)


async def _openapi(request: Request) -> JSONResponse:
    """What can be asked here; like all else only for who may ask."""
    return JSONResponse(document(request.app), headers=PERSONAL)
