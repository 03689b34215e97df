"""The listener of whoever operates the service: health and metrics, pause, resume and reload.

It is never mounted on the public one. What changes anything is for this host alone, or for an
operator who logs in; a browser on this host is nobody (it would bring an Origin).
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from techinfo.api.codes import Code
from techinfo.api.health import Health
from techinfo.api.paths import Asgi, Scope
from techinfo.api.problems import ApiError, answer, api_error
from techinfo.errors import ConfigError, TechinfoError
from techinfo.service.pause import PauseDesk
from techinfo.service.stores import Person
from techinfo.service.viewer import Role, Viewer
from techinfo.store.pauses import Pause, Reach

_MOST_OCTETS = 64 << 10
_FORWARDED = frozenset({b"forwarded", b"x-forwarded-for", b"x-real-ip", b"via"})
"""Who stands behind a proxy on this host does not stand on this host."""

_log = logging.getLogger(__name__)

Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]
Forgetting = Callable[[Person], Awaitable[None]]
Reloading = Callable[[], Awaitable[Sequence[str]]]
"""Reads everything anew, and says which settings wait for a restart all the same; raises a
TechinfoError, and nothing has changed then."""


def admin_app(
    *,
    health: Health,
    pauses: PauseDesk,
    forget: Forgetting | None = None,
    reload: Reloading | None = None,
    door: Callable[[Asgi], Asgi] | None = None,
    lifespan: Lifespan | None = None,
) -> Starlette:
    """The application of the administrators' listener.

    Args:
        health: Tells how the house is.
        pauses: Takes pauses.
        forget: Has the memory of the house forget a person; ``None``: it remembers nobody.
        reload: Reads settings, users and drivers anew; ``None``: that needs a restart.
        door: Lets in who may log in; ``None``: nobody from beyond this host.
        lifespan: What is opened before the first and closed after the last request.
    """
    desk = _Desk(pauses, forget, reload)
    orders: list[Route] = [
        Route("/pause", _Order(desk.pause, door), methods=["POST"]),
        Route("/resume", _Order(desk.resume, door), methods=["POST"]),
        Route("/forget", _Order(desk.forget, door), methods=["POST"]),
        Route("/reload", _Order(desk.reload, door), methods=["POST"]),
    ]
    return Starlette(
        routes=[*health.routes(), *orders],
        exception_handlers={HTTPException: _on_http, Exception: _on_bug},
        lifespan=lifespan,
    )


_Told = dict[str, Any]


class _Desk:
    """Carries out what is ordered."""

    def __init__(
        self, pauses: PauseDesk, forget: Forgetting | None, reload: Reloading | None
    ) -> None:
        self._pauses = pauses
        self._forget = forget
        self._reload = reload
        self._turn = asyncio.Lock()

    async def pause(self, order: _Told, who: str) -> Any:
        words = _texts(order, "until", "why")
        reach, name = _reach(order, {"until", "why"})
        until = words.get("until", "1h")
        return _object(self._pauses.pause(reach, name, until, words.get("why", ""), by=who))

    async def resume(self, order: _Told, _who: str) -> Any:
        return [_object(pause) for pause in self._pauses.resume(*_reach(order, set()))]

    async def forget(self, order: _Told, _who: str) -> Any:
        words = _texts(order, "access", "mac")
        if len(words) != 1 or order.keys() != words.keys():
            raise ConfigError("exactly one of them says whose", key="access, mac")
        if self._forget is not None:
            await self._forget(Person(access_id=words.get("access"), mac=words.get("mac")))
        return {"forgotten": True}

    async def reload(self, _order: _Told, _who: str) -> Any:
        if self._reload is None:
            raise ApiError(501, "this service must be restarted", code=Code.NOT_IMPLEMENTED)
        async with self._turn:
            try:
                waiting = await self._reload()
            except TechinfoError as error:
                raise ApiError(400, str(error), code=Code.MALFORMED) from error
        return {"reloaded": True, "afterRestart": list(waiting)}


class _Order:
    """One POST that changes something; an ASGI application."""

    def __init__(
        self,
        carry_out: Callable[[_Told, str], Awaitable[Any]],
        door: Callable[[Asgi], Asgi] | None,
    ) -> None:
        self._carry_out = carry_out
        self._logged_in = door(self._of_operator) if door else None

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """From this host at once, from elsewhere through the door."""
        if any(name == b"origin" for name, _ in scope["headers"]):
            await _refuse("no browser may do this", scope, receive, send)
        elif _of_this_host(scope):
            await self._answer(scope, receive, send, "this host")
        elif self._logged_in is not None:
            await self._logged_in(scope, receive, send)
        else:
            await _refuse("only from this host", scope, receive, send)

    async def _of_operator(self, scope: Scope, receive: Any, send: Any) -> None:
        viewer: Viewer = scope["state"]["viewer"]
        if viewer.role is Role.OPERATOR:
            await self._answer(scope, receive, send, viewer.name)
        else:
            await _refuse("only an operator may do this", scope, receive, send)

    async def _answer(self, scope: Scope, receive: Any, send: Any, who: str) -> None:
        request = Request(scope, receive)
        try:
            done = await self._carry_out(await _order_in(request), who)
            _log.warning("%s by %s", scope["path"], who)
            told: Response = JSONResponse(done)
        except ConfigError as error:
            told = answer(ApiError(400, str(error), code=Code.MALFORMED), request.url.path)
        except TechinfoError as error:
            told = answer(api_error(error), request.url.path, error)
        await told(scope, receive, send)


def _of_this_host(scope: Scope) -> bool:
    names = {name for name, _ in scope["headers"]}
    client = (scope.get("client") or ("",))[0]
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback and not names & _FORWARDED


async def _refuse(words: str, scope: Scope, receive: Any, send: Any) -> None:
    refusal = ApiError(403, words, code=Code.FORBIDDEN)
    await answer(refusal, scope["path"])(scope, receive, send)


async def _order_in(request: Request) -> _Told:
    """The JSON object of a request; nothing at all is an empty one."""
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > _MOST_OCTETS:
                raise ApiError(413, "this is too much for an order", code=Code.REFUSED)
    except ClientDisconnect as error:
        raise ApiError(400, "the request broke off", code=Code.MALFORMED) from error
    try:
        told = json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise ApiError(400, "this is no JSON", code=Code.MALFORMED) from error
    if not isinstance(told, dict):
        raise ApiError(400, "this is no JSON object", code=Code.MALFORMED)
    return told


def _reach(order: _Told, others: set[str]) -> tuple[Reach, str]:
    known = {reach.value for reach in Reach}
    unknown = order.keys() - known - others
    named = order.keys() & known
    if unknown or len(named) != 1:
        raise ConfigError("exactly one of these says what", key=", ".join(sorted(known)))
    (key,) = named
    if key == Reach.ALL:
        if order[key] is not True:
            raise ConfigError("is true, or left out", key="all")
        return Reach.ALL, ""
    return Reach(key), _texts(order, key)[key]


def _texts(order: _Told, *keys: str) -> dict[str, str]:
    found = {key: order[key] for key in keys if key in order}
    for key, value in found.items():
        if not isinstance(value, str):
            raise ConfigError("is a text", key=key)
    return found


def _object(pause: Pause) -> dict[str, str]:
    told = {
        "reach": pause.reach.value,
        "name": pause.name,
        "until": pause.until.isoformat(),
        "why": pause.why,
        "by": pause.by,
    }
    return {key: value for key, value in told.items() if value}


async def _on_http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = dict((error.headers if isinstance(error, HTTPException) else None) or {})
    words, code = "nothing is here", Code.NOT_FOUND
    if status == 405:
        words, code = "this method is not allowed here", Code.METHOD_NOT_ALLOWED
    return answer(ApiError(status, words, code=code, headers=headers), request.url.path)


async def _on_bug(request: Request, error: Exception) -> Response:
    return answer(api_error(error), request.url.path, error)
