"""The application: routes under their prefixes and version, errors in one form."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.models import HTTPBase
from fastapi.responses import JSONResponse
from fastapi.security.base import SecurityBase
from starlette.exceptions import HTTPException

from techinfo import __version__
from techinfo.api import accesses, combined, hooks, lookup, tech, ticket_extensions, tickets
from techinfo.api.codes import Code
from techinfo.api.paths import Paths, below_a_version
from techinfo.api.problems import PERSONAL, ApiError, answer, api_error
from techinfo.api.remembered import Remembered
from techinfo.api.requests import Requests, Unexpected
from techinfo.api.state import State, state_of
from techinfo.api.v1 import routes as extensions
from techinfo.errors import DeviceUnreachableError, SnmpTimeoutError, TechinfoError

VERSION = "2.6"

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def create_app(
    house: State,
    *,
    prefixes: Sequence[str] = ("/onapi", "/api", ""),
    lifespan: Lifespan | None = None,
) -> FastAPI:
    """The REST service over a house.

    Args:
        house: What the routes ask.
        prefixes: Paths before the version; ``""``, or none at all, is the version at the root.
        lifespan: What is opened before the first and closed after the last request.
    """
    prefixes = tuple(prefixes) or ("",)
    app = FastAPI(
        title="techinfo: ON-API 2.6 technical information",
        version=__version__,
        servers=[{"url": prefix or "/"} for prefix in prefixes],
        lifespan=lifespan,
        redirect_slashes=False,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    app.state.house = house
    versioned = APIRouter(prefix=f"/{VERSION}", dependencies=[Depends(_login)])
    versioned.include_router(tech.router)
    versioned.include_router(combined.router)
    versioned.include_router(accesses.router)
    versioned.include_router(lookup.option82_router)
    versioned.include_router(lookup.dhcplookup_router)
    versioned.include_router(tickets.router(VERSION))
    versioned.add_api_route("/openapi.json", _openapi, include_in_schema=False)
    app.include_router(versioned)
    for older in ("2.4", "2.5"):
        app.include_router(tickets.router(older), prefix=f"/{older}")
    for extension in (ticket_extensions.router, hooks.router):
        app.include_router(extension, prefix="/techinfo/v1", dependencies=[Depends(_login)])
    app.include_router(extensions.routes([Depends(_login)]))
    app.add_exception_handler(TechinfoError, _on_error)
    app.add_exception_handler(RequestValidationError, _on_malformed)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(Exception, _on_bug)
    # The last is the outermost.
    app.add_middleware(Unexpected)
    app.add_middleware(Remembered, desk=house.desk, usual=house.terms, now=house.troubleshooter.now)
    house.entrance.before(app)
    app.add_middleware(Requests, metrics=house.metrics)
    app.add_middleware(Paths, prefixes=prefixes)
    return app


class _Basic(SecurityBase):
    """The Authorization header, as the OpenAPI document declares it; the door reads it."""

    def __init__(self) -> None:
        self.model = HTTPBase(scheme="basic", description="RFC 7617, in UTF-8, over TLS")
        self.scheme_name = "basic"

    async def __call__(self) -> None:
        """Whoever comes here has been let in."""


async def _login(_: Annotated[None, Depends(_Basic())]) -> None:
    """Declares in OpenAPI what the door asks for."""


async def _openapi(request: Request) -> JSONResponse:
    """What can be asked; like all else only for who may ask."""
    app: FastAPI = request.app
    return JSONResponse(app.openapi(), headers=PERSONAL)


async def _on_error(request: Request, error: Exception) -> JSONResponse:
    told = api_error(error, silent_since=await _silent_since(request, error))
    return answer(told, _path(request), error)


async def _silent_since(request: Request, error: Exception) -> datetime | None:
    access_id = request.path_params.get("id")
    if access_id is None or not isinstance(error, SnmpTimeoutError | DeviceUnreachableError):
        return None
    return await state_of(request).troubleshooter.silent_since(access_id)


async def _on_malformed(request: Request, error: Exception) -> JSONResponse:
    where = ""
    if isinstance(error, RequestValidationError) and error.errors():
        where = ".".join(str(x) for x in error.errors()[0].get("loc", ()))
    return answer(ApiError(400, f"malformed request: {where}", code=Code.MALFORMED), _path(request))


async def _on_http(request: Request, error: Exception) -> JSONResponse:
    """Starlette's own errors in the cause form; below a version an unknown path is 501."""
    path = _path(request)
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = dict((error.headers if isinstance(error, HTTPException) else None) or {})
    if status == 404 and (below_a_version(path) or extensions.is_own(path)):
        cause = "this endpoint or version is not implemented"
        return answer(ApiError(501, cause, code=Code.NOT_IMPLEMENTED), path)
    if status == 405:
        cause = "this method is not allowed here"
        headers = {"Allow": headers.get("Allow", "").replace("GET", "GET, HEAD")}
        return answer(ApiError(405, cause, code=Code.METHOD_NOT_ALLOWED, headers=headers), path)
    if status == 404:
        return answer(ApiError(404, "nothing is here", code=Code.NOT_FOUND), path)
    code = Code.REFUSED if status < 500 else Code.INTERNAL
    return answer(ApiError(status, "refused", code=code, headers=headers), path)


async def _on_bug(request: Request, error: Exception) -> JSONResponse:
    """An error of our own making: the log has its story, the answer has its id."""
    return answer(api_error(error), _path(request), error)


def _path(request: Request) -> str:
    """The path without its prefix; of the URL nothing else is needed, least of all Host."""
    path: str = request.scope["path"]
    return path
