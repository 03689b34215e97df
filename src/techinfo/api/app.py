"""The application: routes under their prefixes and version, errors in one form."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import Match

from techinfo import __version__
from techinfo.api.asgi.announcing import Announcing
from techinfo.api.asgi.bodies import MOST_OCTETS, Bodies, first_mistake, too_large
from techinfo.api.asgi.gate import ConcurrencyLimit
from techinfo.api.asgi.interface import Asgi, Front, Scope
from techinfo.api.asgi.paths import Paths, RouteNames, below_a_version
from techinfo.api.asgi.request_log import RequestLogMiddleware, Unexpected
from techinfo.api.asgi.response_cache import ResponseCache
from techinfo.api.errors import ApiError, answer, api_error
from techinfo.api.json_body import JSONResponse
from techinfo.api.onapi.versions import VERSIONS, ApiProfile
from techinfo.api.onapi.versions.dialect import V2_7
from techinfo.api.openapi import Documents
from techinfo.api.portal import routes as portal
from techinfo.api.routes import own_routes, routes_of
from techinfo.api.state import AppState, state_of
from techinfo.api.v1 import routes as extensions
from techinfo.error_codes import Code
from techinfo.errors import (
    CollectorError,
    DeviceUnreachableError,
    SnmpTimeoutError,
    TechinfoError,
)

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


class Service(FastAPI):
    """FastAPI behind middleware of our own, which stands before all of the framework's.

    What middleware answers by itself, as from the response cache, costs nothing of the framework.

    Attributes:
        front: What takes requests.
    """

    def __init__(self, **framework: Any) -> None:
        super().__init__(**framework)
        self.front = Front(super().__call__)

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Answer a request, or begin and end with the server."""
        if scope["type"] == "lifespan":
            await super().__call__(scope, receive, send)
        else:
            await self.front.app(scope, receive, send)


def create_app(
    app_state: AppState,
    *,
    prefixes: Sequence[str] = ("/onapi", "/api", ""),
    lifespan: Lifespan | None = None,
    page: Callable[[Asgi], Asgi] | None = None,
    contact: str = "",
) -> Service:
    """The REST service.

    Args:
        app_state: The services behind the routes.
        prefixes: Paths before the version; ``""``, or none at all, is the version at the root.
        lifespan: What is opened before the first and closed after the last request.
        page: Answers what is for browsers, and hands on what is not; ``None``: there is no page.
        contact: A URL or mail address that the OpenAPI documents name.
    """
    prefixes = tuple(prefixes) or ("",)
    app = Service(
        title="techinfo",
        version=__version__,
        lifespan=lifespan,
        redirect_slashes=False,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    app.state.app_state = app_state
    own = own_routes()
    # A request is compared with one route after the other: the newest version comes first.
    known = (*VERSIONS, V2_7) if app_state.endpoints.draft else VERSIONS
    versions = [routes_of(ApiProfile(version), app_state) for version in reversed(known)]
    for routes in (*versions, *own):
        app.router.routes.extend(
            routes.routes
        )  # as they are: made once, however many applications there are
    if app_state.bounces is not None:
        app.router.routes.extend(portal.router.routes)
    app.state.documents = Documents(
        lambda profile: routes_of(profile, app_state),
        own,
        prefixes,
        app_state.access_id.pattern,
        contact,
    )
    app.add_exception_handler(TechinfoError, _on_error)
    app.add_exception_handler(RequestValidationError, _on_malformed)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(Exception, _on_bug)
    # The last is the outermost.
    app.add_middleware(Bodies)
    app.add_middleware(Unexpected)
    front, names = app.front, RouteNames(app.router.routes)
    front.add_middleware(ConcurrencyLimit, patience_s=app_state.policy.deadline_s)
    front.add_middleware(
        ResponseCache,
        service=app_state.access_service,
        usual=app_state.policy,
        now=app_state.troubleshooter.now,
        names=names,
    )
    front.add_middleware(Announcing, service=app_state.access_service)
    app_state.middleware.add_to(front)
    if page is not None:
        front.add_middleware(page)
    front.add_middleware(RequestLogMiddleware, metrics=app_state.metrics, names=names)
    front.add_middleware(Paths, prefixes=prefixes)
    return app


async def _on_error(request: Request, error: Exception) -> JSONResponse:
    problem = api_error(error, silent_since=await _silent_since(request, error))
    return answer(problem, _path(request), error)


async def _silent_since(request: Request, error: Exception) -> datetime | None:
    access_id = request.path_params.get("id")
    if access_id is None or not isinstance(error, SnmpTimeoutError | DeviceUnreachableError):
        return None
    try:
        return await state_of(request).troubleshooter.silent_since(access_id)
    except CollectorError:  # that the element is silent is known all the same
        return None


async def _on_malformed(request: Request, error: Exception) -> JSONResponse:
    said = ""
    if isinstance(error, RequestValidationError) and error.errors():
        said = first_mistake(error.errors()[0])
    return answer(ApiError(Code.MALFORMED, f"malformed request: {said}"), _path(request))


async def _on_http(request: Request, error: Exception) -> JSONResponse:
    """Starlette's own errors in the cause form; below a version an unknown path is 501."""
    path = _path(request)
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = dict((error.headers if isinstance(error, HTTPException) else None) or {})
    if status == 404:
        return answer(_unknown(request, path), path)
    if status == 400:
        return answer(ApiError(Code.MALFORMED, "malformed request: body"), path)
    if status == 413:
        return answer(too_large(MOST_OCTETS), path)
    if status == 405:
        cause = "this method is not allowed here"
        headers = {"Allow": ", ".join(_allowed(request))}
        return answer(ApiError(Code.METHOD_NOT_ALLOWED, cause, headers=headers), path)
    code = Code.REFUSED if status < 500 else Code.INTERNAL
    return answer(ApiError(code, "refused", status=status, headers=headers), path)


def _allowed(request: Request) -> Iterator[str]:
    """The methods of all routes of a path; the router itself gives those of the first."""
    scope, routes = request.scope, request.app.router.routes
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        asked = {**scope, "method": method}
        if any(route.matches(asked)[0] is Match.FULL for route in routes):
            yield from ("GET", "HEAD") if method == "GET" else (method,)


def _unknown(request: Request, path: str) -> ApiError:
    if below_a_version(path):
        return state_of(request).endpoints.refusal(path)
    if extensions.is_own(path):
        cause = "this endpoint is not implemented"
        return ApiError(Code.NOT_IMPLEMENTED, cause)
    return ApiError(Code.NOT_FOUND, "nothing is here")


async def _on_bug(request: Request, error: Exception) -> JSONResponse:
    """An error of our own making: the log has its story, the answer has its id."""
    return answer(api_error(error), _path(request), error)


def _path(request: Request) -> str:
    """The path without its prefix; of the URL nothing else is needed, least of all Host."""
    path: str = request.scope["path"]
    return path
