"""The service over recordings or of a lab, asked as a client asks it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import httpx
from argon2 import PasswordHasher
from pydantic import SecretStr
from tests.access.made_up import registry
from tests.access.played import Clock

from techinfo.access.freshness import CachePolicy
from techinfo.access.past import History
from techinfo.access.service import AccessService
from techinfo.access.troubleshoot import Troubleshooter
from techinfo.api.app import Service, create_app
from techinfo.api.asgi.middleware import middleware_of_users
from techinfo.api.state import AppState, Served
from techinfo.collect import Collector, Opener, PollingLimits, Registry
from techinfo.config import QuotaSettings, User
from techinfo.inventory import Inventory
from techinfo.sandbox import Sandboxes
from techinfo.store.audit import AuditEntry
from techinfo.store.batches import Batches

T = TypeVar("T")

PATIENCE_S = 300.0
"""No test waits longer for what must come."""
OPERATOR, PROVIDER = ("ops", "pass:word"), ("isp", "other-word")
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
USERS = {
    "ops": User(role="operator", password_hash=SecretStr(CHEAP.hash("pass:word"))),
    "isp": User(role="provider", password_hash=SecretStr(CHEAP.hash("other-word"))),
}

ENOUGH = QuotaSettings(requests_per_minute=100_000, misses_per_hour=100_000)
"""Of everything, for who is not about quotas."""

ONE_SWITCH = """
elements: [{name: sw-elm-3, address: 192.0.2.3, sys_name: elm3}]
accesses: [{access_id: A-1, element: sw-elm-3, port: ge1, port_by: name}]
cpes: [{access_id: A-1, address: 192.0.2.77, mac: "02:00:00:00:00:77"}]
"""
"""The inventory of the fixtures ``network`` and ``served``."""


@dataclass(kw_only=True)
class ServedApi:
    """An application with what stands behind it.

    Attributes:
        closing: What is closed when a talk has ended.
    """

    app: Service
    collector: Collector
    clock: Clock | None
    inventory: Inventory
    closing: Sequence[Callable[[], Awaitable[None]]] = field(default_factory=tuple)

    def talk(
        self, words: Callable[[httpx.AsyncClient], Awaitable[T]], patience_s: float = PATIENCE_S
    ) -> T:
        """Ask several things, in one event loop; an error that escapes is an answer too."""

        async def spoken() -> T:
            transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(
                transport=transport, base_url="http://techinfo.test", auth=OPERATOR
            ) as client:
                try:
                    return await asyncio.wait_for(words(client), patience_s)
                finally:
                    await self.collector.close()
                    for close in self.closing:
                        await close()

        return asyncio.run(spoken())

    def get(self, path: str, **more: Any) -> httpx.Response:
        """One GET."""
        return self.request("GET", path, **more)

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        """One request."""

        async def words(client: httpx.AsyncClient) -> httpx.Response:
            return await client.request(method, path, **more)

        return self.talk(words)


def serve(
    inventory: Inventory,
    opener: Opener,
    *,
    clock: Clock | None = None,
    policy: CachePolicy | None = None,
    polling_limits: PollingLimits | None = None,
    authoritative: bool = True,
    prefixes: Sequence[str] = ("/onapi", "/api", ""),
    closing: Sequence[Callable[[], Awaitable[None]]] = (),
    drivers: Registry | None = None,
    endpoints: Served | None = None,
    users: Mapping[str, User] = USERS,
    audit: Batches[AuditEntry] | None = None,
    quotas: QuotaSettings = ENOUGH,
    attach_tickets: Callable[[AppState], AppState] = lambda state: state,
    sandboxes: Sandboxes | None = None,
    history: History | None = None,
) -> ServedApi:
    """The service as it is wired, its clock and its devices given; `attach_tickets` adds."""
    timed: dict[str, Any] = {} if clock is None else {"now": clock}
    collector = Collector(
        drivers or registry(),
        opener,
        polling_limits=polling_limits or PollingLimits(min_interval_s=0.0),
        **timed,
    )
    state = AppState(
        inventory=inventory,
        access_service=AccessService(
            Troubleshooter(inventory, collector, **timed), history=history
        ),
        middleware=replace(middleware_of_users(users, quotas), audit=audit, hold_s=0.0),
        authoritative=authoritative,
        access_id=re.compile(r"[-0-9a-zA-Z.]{1,36}"),
        policy=policy or CachePolicy(),
        sandboxes=sandboxes,
        endpoints=endpoints or Served(),
    )
    app = create_app(attach_tickets(state), prefixes=prefixes)
    return ServedApi(
        app=app, collector=collector, clock=clock, inventory=inventory, closing=closing
    )
