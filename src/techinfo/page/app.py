"""The page's own paths, before the API: `Page` answers those, and hands everything else on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib.resources import files
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Match, Route, Router

from techinfo.api.asgi.interface import Asgi, Scope
from techinfo.api.asgi.request_log import ROUTE
from techinfo.config.oidc import BACK
from techinfo.page import (
    access_screen,
    attention_screen,
    check_screen,
    login_screen,
    oidc_screen,
    password_screen,
    search_screen,
    street_screen,
    switch_screen,
    touched_screen,
)
from techinfo.page.elsewhere import Elsewhere
from techinfo.page.own_api import OwnApi
from techinfo.page.screen import Screen, case_of, static_headers, worker_headers

_KINDS = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
}

Shown = Callable[[Screen], Awaitable[Response]]


class Page:
    """Answers the page's paths.

    Args:
        app: The API with its authentication; asked for everything that is shown.
        prefix: In front of the page's paths.
        notice: What stands below every page, in English; empty: nothing.
        elsewhere: Where people may log in, too; ``None``: nowhere.
    """

    def __init__(
        self,
        app: Asgi,
        *,
        prefix: str = "",
        notice: str = "",
        elsewhere: Elsewhere | None = None,
    ) -> None:
        self._app = app
        self._notice = notice
        self._elsewhere = elsewhere
        self._prefix = prefix
        self._routes = (
            self._route("/", search_screen.search),
            self._route("/login", login_screen.form, open_to_all=True),
            self._route("/login", login_screen.log_in, method="POST", open_to_all=True),
            self._route("/login/oidc", oidc_screen.begin, open_to_all=True),
            self._route(BACK, oidc_screen.come_back, open_to_all=True),
            self._route("/logout", login_screen.log_out, method="POST"),
            self._route("/sessions", login_screen.sessions),
            self._route("/sessions", login_screen.end_sessions, method="POST"),
            self._route("/password", password_screen.form),
            self._route("/password", password_screen.renew, method="POST"),
            self._route("/a/{access_id}", access_screen.access),
            self._route("/a/{access_id}/ticket", access_screen.ticket, method="POST"),
            self._route("/attention", attention_screen.attention),
            self._route("/attention", attention_screen.confirm_swap, method="POST"),
            self._route("/attention/orders", attention_screen.ports_against_orders),
            self._route("/street", street_screen.street),
            self._route("/s/{element}", switch_screen.switch),
            self._route("/s/{element}/orders", switch_screen.orders),
            self._route("/s/{element}/touched", touched_screen.touched),
            self._route("/s/{element}/touched", touched_screen.propose, method="POST"),
            self._route("/a/{access_id}/check", access_screen.make_link, method="POST"),
            self._route("/check/{token}", check_screen.look, open_to_all=True),
            self._route("/check/{token}", check_screen.answer, method="POST", open_to_all=True),
            self._route("/offline", offline_shell, open_to_all=True),
            Route(f"{prefix}/sw.js", _worker, methods=["GET"]),
            Route(f"{prefix}/static/{{name}}", _static, methods=["GET"]),
        )
        self._router = Router(self._routes, redirect_slashes=False)
        self._by_begin: dict[str, list[Route]] = {}
        for route in self._routes:
            self._by_begin.setdefault(self._begin(route.path), []).append(route)

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Answer a request, or hand it on."""
        if scope["type"] == "http":
            for route in self._by_begin.get(self._begin(scope["path"]), ()):
                if route.matches(scope)[0] is Match.FULL:
                    scope.setdefault("state", {})[ROUTE] = route.path
                    await self._router(scope, receive, send)
                    return
        await self._app(scope, receive, send)

    def _begin(self, path: str) -> str:
        """The first word behind the prefix, which every route has: most requests have another."""
        return path[len(self._prefix) + 1 :].partition("/")[0]

    def _route(
        self, path: str, show: Shown, *, method: str = "GET", open_to_all: bool = False
    ) -> Route:
        async def answer(request: Request) -> Response:
            case = case_of(request)
            screen = Screen(request, OwnApi(self._app, request, case), self._prefix, case)
            screen.notice, screen.elsewhere = self._notice, self._elsewhere
            if method != "GET" and not screen.is_from_here():
                return screen.sorry(403, screen.say("This form was sent from another site."))
            if not open_to_all:
                if screen.came_from_elsewhere():
                    return screen.once_more()
                if not await screen.log_in_is_there():
                    return RedirectResponse(screen.login_url(), 303, headers=screen.headers())
            return await show(screen)

        return Route(f"{self._prefix}{path}", answer, methods=[method])


async def offline_shell(screen: Screen) -> Response:
    """What a browser keeps for where there is no network: words, and nothing of anybody."""
    return screen.html("offline.html")


async def _worker(_: Request) -> Response:
    """The service worker, at the top of what it may answer for."""
    octets = files(__package__).joinpath("static", "sw.js").read_bytes()
    return Response(octets, media_type="text/javascript", headers=worker_headers())


async def _static(request: Request) -> Response:
    """A file of the page; names are looked up among those that there are."""
    name = request.path_params["name"]
    for file in files(__package__).joinpath("static").iterdir():
        kind = next((x for end, x in _KINDS.items() if name.endswith(end)), None)
        if file.name == name and kind:
            return Response(file.read_bytes(), media_type=kind, headers=static_headers())
    return Response(status_code=404, headers=static_headers())
