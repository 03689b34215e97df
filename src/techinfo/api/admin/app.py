"""The listener of whoever operates the service: health and metrics, pause, resume and reload.

It is never mounted on the public one. What changes anything is for who may open the Unix socket,
or for an operator who logs in: that somebody stands on this host is no login. A browser is nobody:
it would bring an Origin, the name of a page's own choosing, or a body that is no JSON.
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
import logging
import math
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from techinfo.access.viewer import Role, Viewer
from techinfo.api.admin.metrics import AuditNumbers, Metrics, ServiceStats, WatchNumbers
from techinfo.api.asgi.bodies import bounded_body, media_type
from techinfo.api.asgi.interface import Asgi, Scope
from techinfo.api.errors import ApiError, answer, api_error
from techinfo.api.json_body import JSONResponse
from techinfo.collect import AnyCollector, CollectorStats
from techinfo.error_codes import Code
from techinfo.errors import CollectorError, ConfigError, InventoryError, TechinfoError
from techinfo.inventory import Inventory
from techinfo.maintenance.pause import PauseService
from techinfo.maintenance.stores import Person
from techinfo.model import utc_now
from techinfo.store.pauses import Pause, Reach

_PATIENCE_S = 2.0
_TEXT = "text/plain; version=0.0.4; charset=utf-8"
"""Of Prometheus's exposition format."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Health:
    """Answers whether the service lives and is ready, and gives its metrics.

    Attributes:
        audit: Says how the audit log is.
        stores: Says what is wrong with each database, by its name; empty: nothing.
        most_age: How old the inventory may be; ``None``: any age.
        watching: Says how polls and watches go; ``None``: nothing is polled.
        orders_read_at: Says when orders were last read from the other operator that is longest
            behind; ``None``: none are followed.
    """

    inventory: Inventory
    collector: AnyCollector
    pauses: PauseService
    metrics: Metrics
    audit: Callable[[], AuditNumbers] = AuditNumbers
    stores: Callable[[], Mapping[str, str]] = dict
    most_age: timedelta | None = None
    watching: Callable[[], WatchNumbers | None] = lambda: None
    orders_read_at: Callable[[], datetime | None] = lambda: None
    now: Callable[[], datetime] = utc_now

    def routes(self) -> list[Route]:
        """What may be asked."""
        return [
            Route("/health", self.health),
            Route("/ready", self.ready),
            Route("/metrics", self.prometheus),
        ]

    async def health(self, _request: Request) -> Response:
        """200 while the process answers at all."""
        return JSONResponse({"status": "alive"})

    async def ready(self, _request: Request) -> Response:
        """200 when questions can be answered; else 503, with what is missing."""
        numbers = await self._numbers()
        try:
            imported_at = self.inventory.imported_at
            missing = self._old(imported_at)
        except InventoryError as error:
            imported_at, missing = None, [str(error)]
        if numbers is None:
            missing.append("the collector does not answer")
        if not self.audit().writable:
            missing.append("the audit log cannot be written")
        stores = self._stores(numbers)
        missing += [f"{name}: {words}" for name, words in stores.items() if words]
        age = None if imported_at is None else (self.now() - imported_at).total_seconds()
        body = {
            "ready": not missing,
            "missing": missing,
            "inventoryAgeSeconds": None if age is None else math.floor(age),
            "paused": self._paused(),
            "stores": {name: words or "sound" for name, words in stores.items()},
        }
        shown = {name: value for name, value in body.items() if value is not None}
        return JSONResponse(shown, status_code=503 if missing else 200)

    async def prometheus(self, _request: Request) -> Response:
        """All numbers, as Prometheus wants them."""
        collector = await self._numbers()
        numbers = ServiceStats(
            now=self.now(),
            imported_at=self._imported_at(),
            audit=self.audit(),
            pauses=self._paused(),
            collector=collector,
            stores=self._stores(collector),
            watching=self.watching(),
            orders_read_at=self.orders_read_at(),
        )
        return Response(self.metrics.exposition(numbers), headers={"Content-Type": _TEXT})

    def _stores(self, numbers: CollectorStats | None) -> dict[str, str]:
        """What is wrong with each database, the collector's among them."""
        values = dict(self.stores())
        if numbers is not None and numbers.learnt is not None:
            values["learnt"] = numbers.learnt
        return values

    def _old(self, imported_at: datetime | None) -> list[str]:
        if imported_at is None:
            return ["no accesses have been imported"]
        if self.most_age is not None and self.now() - imported_at > self.most_age:
            hours = self.most_age / timedelta(hours=1)
            return [f"the inventory is older than {hours:g} hours"]
        return []

    def _imported_at(self) -> datetime | None:
        try:
            return self.inventory.imported_at
        except InventoryError:
            return None  # `ready` says that it cannot be read

    def _paused(self) -> int | None:
        try:
            return len(self.pauses.pauses())
        except ConfigError:
            return None  # the collector's log has it

    async def _numbers(self) -> CollectorStats | None:
        try:
            async with asyncio.timeout(_PATIENCE_S):
                return await self.collector.numbers()
        except (CollectorError, TimeoutError):
            return None


_MOST_OCTETS = 64 << 10
PEER = "admin_peer"
"""In the state of a request: who has opened the Unix socket, by the kernel's word."""

_log = logging.getLogger(__name__)

Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]
Forgetting = Callable[[Person], Awaitable[None]]
Reloading = Callable[[], Awaitable[Sequence[str]]]
"""Reads everything anew, and says which settings wait for a restart all the same; raises a
TechinfoError, and nothing has changed then."""


def admin_app(
    *,
    health: Health,
    pauses: PauseService,
    forget: Forgetting | None = None,
    reload: Reloading | None = None,
    auth: Callable[[Asgi], Asgi] | None = None,
    names: Collection[str] = (),
    lifespan: Lifespan | None = None,
) -> Starlette:
    """The application of the administrators' listener.

    Args:
        health: Answers /health, /ready and /metrics.
        pauses: Takes pauses.
        forget: Removes a person from all caches; ``None``: there are none.
        reload: Reads settings, users and drivers anew; ``None``: that needs a restart.
        auth: Checks logins; ``None``: orders come over the Unix socket only.
        names: Host names by which orders may be given, beside localhost and any address.
        lifespan: What is opened before the first and closed after the last request.
    """
    orders = _Orders(pauses, health.collector, forget, reload)
    known = frozenset(name.lower() for name in ("localhost", *names))
    routes = [
        Route(path, _OrderEndpoint(carry_out, auth, known), methods=["POST"])
        for path, carry_out in (
            ("/pause", orders.pause),
            ("/resume", orders.resume),
            ("/forget", orders.forget),
            ("/reload", orders.reload),
        )
    ]
    return Starlette(
        routes=[*health.routes(), *routes],
        exception_handlers={HTTPException: _on_http, Exception: _on_bug},
        lifespan=lifespan,
    )


_Order = dict[str, Any]


class _Orders:
    """Carries out what is ordered."""

    def __init__(
        self,
        pauses: PauseService,
        collector: AnyCollector,
        forget: Forgetting | None,
        reload: Reloading | None,
    ) -> None:
        self._pauses = pauses
        self._collector = collector
        self._forget = forget
        self._reload = reload
        self._turn = asyncio.Lock()

    async def pause(self, order: _Order, who: str) -> Any:
        words = _texts(order, "until", "why")
        reach, name = _reach(order, {"until", "why"})
        until, why = words.get("until", "1h"), words.get("why", "")
        drivers = await self._drivers() if reach is Reach.DRIVER else None
        return _object(self._pauses.pause(reach, name, until, why, by=who, drivers=drivers))

    async def _drivers(self) -> Collection[str] | None:
        """Those that the collector has; ``None``: it is not there, and a pause must do without."""
        try:
            return await self._collector.drivers()
        except CollectorError:
            return None

    async def resume(self, order: _Order, _who: str) -> Any:
        return [_object(pause) for pause in self._pauses.resume(*_reach(order, set()))]

    async def forget(self, order: _Order, _who: str) -> Any:
        words = _texts(order, "access", "mac")
        if len(words) != 1 or order.keys() != words.keys():
            raise ConfigError("exactly one of them says whose", key="access, mac")
        if self._forget is not None:
            await self._forget(Person(access_id=words.get("access"), mac=words.get("mac")))
        return {"forgotten": True}

    async def reload(self, _order: _Order, _who: str) -> Any:
        if self._reload is None:
            raise ApiError(Code.NOT_IMPLEMENTED, "this service must be restarted")
        async with self._turn:
            try:
                waiting = await self._reload()
            except TechinfoError as error:
                raise ApiError(Code.MALFORMED, str(error)) from error
        return {"reloaded": True, "afterRestart": list(waiting)}


class _OrderEndpoint:
    """One POST that changes something; an ASGI application."""

    def __init__(
        self,
        carry_out: Callable[[_Order, str], Awaitable[Any]],
        auth: Callable[[Asgi], Asgi] | None,
        names: Collection[str],
    ) -> None:
        self._carry_out = carry_out
        self._logged_in = auth(self._of_operator) if auth else None
        self._names = names

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Over the Unix socket at once, else after a login."""
        peer = scope.get("state", {}).get(PEER)
        if any(name == b"origin" for name, _ in scope["headers"]):
            await _refuse("no browser may do this", scope, receive, send)
        elif not _is_known([v for n, v in scope["headers"] if n == b"host"], self._names):
            cause = "this service is not called so; admin.names has the names that it may have"
            refusal = ApiError(Code.REFUSED, cause, status=421)
            await answer(refusal, scope["path"])(scope, receive, send)
        elif peer is not None:
            await self._answer(scope, receive, send, peer)
        elif self._logged_in is not None:
            await self._logged_in(scope, receive, send)
        else:
            await _refuse("only over the administrators' socket", scope, receive, send)

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
            response: Response = JSONResponse(done)
        except ConfigError as error:
            response = answer(ApiError(Code.MALFORMED, str(error)), request.url.path)
        except TechinfoError as error:
            response = answer(api_error(error), request.url.path, error)
        await response(scope, receive, send)


def _is_known(hosts: Sequence[bytes], names: Collection[str]) -> bool:
    """Whether a request names this service by one of its names, or by an address.

    A page that has its own name lead here (DNS rebinding) can choose neither.
    """
    if len(hosts) != 1:
        return False
    host_header = hosts[0].decode("latin-1").lower()
    host = host_header.rpartition("]")[0].removeprefix("[") or host_header.partition(":")[0]
    if host in names:
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


async def _refuse(words: str, scope: Scope, receive: Any, send: Any) -> None:
    refusal = ApiError(Code.FORBIDDEN, words)
    await answer(refusal, scope["path"])(scope, receive, send)


async def _order_in(request: Request) -> _Order:
    """The JSON object of a request; nothing at all is an empty one.

    That it is JSON must be said: no page may say so of another's service without having asked.
    """
    if media_type(request) != "application/json":
        cause = "an order is application/json; say so in Content-Type"
        raise ApiError(Code.UNSUPPORTED_MEDIA_TYPE, cause)
    too_long = ApiError(Code.REFUSED, "this is too much for an order", status=413)
    body = await bounded_body(request, _MOST_OCTETS, too_long)
    try:
        order = json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise ApiError(Code.MALFORMED, "this is no JSON") from error
    if not isinstance(order, dict):
        raise ApiError(Code.MALFORMED, "this is no JSON object")
    return order


def _reach(order: _Order, others: set[str]) -> tuple[Reach, str]:
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


def _texts(order: _Order, *keys: str) -> dict[str, str]:
    found = {key: order[key] for key in keys if key in order}
    for key, value in found.items():
        if not isinstance(value, str):
            raise ConfigError("is a text", key=key)
    return found


def _object(pause: Pause) -> dict[str, str]:
    values = {
        "reach": pause.reach.value,
        "name": pause.name,
        "until": pause.until.isoformat(),
        "why": pause.why,
        "by": pause.by,
    }
    return {key: value for key, value in values.items() if value}


async def _on_http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = dict((error.headers if isinstance(error, HTTPException) else None) or {})
    words, code = "nothing is here", Code.NOT_FOUND
    if status == 405:
        words, code = "this method is not allowed here", Code.METHOD_NOT_ALLOWED
    return answer(ApiError(code, words, status=status, headers=headers), request.url.path)


async def _on_bug(request: Request, error: Exception) -> Response:
    return answer(api_error(error), request.url.path, error)
