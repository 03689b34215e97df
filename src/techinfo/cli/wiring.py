"""The wiring: settings in, the running house out."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

from fastapi import FastAPI
from starlette.applications import Starlette

from techinfo.access.freshness import Terms
from techinfo.access.service import Desk
from techinfo.access.troubleshoot import Troubleshooter
from techinfo.api.app import create_app
from techinfo.api.asgi.entrance import Entrance
from techinfo.api.served import Served
from techinfo.api.state import State
from techinfo.cli.lease_house import Leases
from techinfo.cli.ticket_house import Tickets
from techinfo.collect import (
    AnyCollector,
    Collector,
    Learnt,
    Manners,
    Opener,
    Paused,
    Registry,
    Target,
)
from techinfo.errors import ConfigError
from techinfo.inventory import Inventory
from techinfo.sandbox import Sandboxes
from techinfo.snmp.conversation import SnmpConversation
from techinfo.snmp.engine import SnmpEngine
from techinfo.snmp.interface import Network, SnmpTarget, V1Community, V3User
from techinfo.snmp.pysnmp_engine import PysnmpEngine
from techinfo.wire import SnmpLimits


class Engines:
    """Both SNMP engines; each opens its sockets when it is first needed.

    Args:
        credentials: Name of a credential -> its community, or its user of SNMPv3. They stay here.
        timeouts: Seconds of each try.
        port_of: What UDP port a target has; the lab gives its own.
        within: The networks that a target's address has to be in (`techinfo.cli.addressees`);
            by default it may be any, as somebody asks who has the secrets anyway.
    """

    def __init__(
        self,
        credentials: Mapping[str, bytes | V3User],
        timeouts: tuple[float, ...] = (0.8, 1.2, 2.0),
        port_of: Callable[[Target], int] = lambda target: target.port,
        within: Callable[[Target], tuple[Network, ...] | None] = lambda _target: None,
    ) -> None:
        self._credentials = credentials
        self._timeouts = timeouts
        self._port_of = port_of
        self._within = within
        self.slim = SnmpEngine()
        self.pysnmp = PysnmpEngine()

    def open(self, target: Target, limits: SnmpLimits) -> SnmpConversation:
        """Begin a conversation with a target's agent.

        Raises:
            ConfigError: The target's credential is not configured.
            AddressNotAllowedError: It may not be sent there.
        """
        credential = self._credentials.get(target.credential)
        if credential is None:
            raise ConfigError(
                f"no such credential, needed for {target.element}",
                key=f"credentials.{target.credential}",
            )
        where = SnmpTarget(
            host=target.host,
            port=self._port_of(target),
            community=credential if isinstance(credential, bytes) else b"",
            timeouts=self._timeouts,
            version="1" if isinstance(credential, V1Community) else "2c",
            v3=credential if isinstance(credential, V3User) else None,
            within=self._within(target),
        )
        if target.engine == "pysnmp" or where.v3 is not None:
            return self.pysnmp.conversation(where, limits)
        return self.slim.conversation(where, limits)

    def renew(self, credentials: Mapping[str, bytes | V3User], timeouts: tuple[float, ...]) -> None:
        """Ask with these from the next conversation on."""
        self._credentials, self._timeouts = credentials, timeouts

    async def close(self) -> None:
        """Close the sockets of both."""
        await self.slim.close()
        await self.pysnmp.close()


def collector(
    *,
    registry: Registry,
    engines: Engines,
    manners: Manners,
    learnt: Learnt | None = None,
    paused: Paused = lambda _target, _driver: None,
) -> Collector:
    """The one owner of device conversations, in this process.

    What is learnt of devices is forgotten at the end, unless it is handed in with its file.
    """
    opener: Opener = engines.open
    return Collector(registry, opener, manners=manners, learnt=learnt, paused=paused)


def application(
    *,
    collector: AnyCollector,
    inventory: Inventory,
    entrance: Entrance,
    authoritative: bool,
    access_id_pattern: str,
    terms: Terms,
    prefixes: tuple[str, ...],
    endpoints: Served | None = None,
    closing: Sequence[Callable[[], Awaitable[None]]] = (),
    tickets: Tickets | None = None,
    leases: Leases | None = None,
) -> FastAPI:
    """The service over an inventory and a collector.

    Args:
        collector: In this process or behind a socket; it is closed with the service.
        inventory: What the accesses are attached to.
        entrance: Who may ask, and how much.
        authoritative: The inventory may list accesses.
        access_id_pattern: Regular expression of an accessId.
        terms: Freshness and deadline where a request says nothing.
        prefixes: Paths before the version.
        endpoints: Which endpoints of ON-API are served here; ``None``: all that there are.
        closing: What else is closed, after the collector.
        tickets: The file of tickets; ``None``: tickets are not handled here.
        leases: What logs of DHCP servers tell; ``None``: none is read.
    """
    sandboxes = Sandboxes()
    house = State(
        inventory=inventory,
        desk=Desk(Troubleshooter(inventory, collector), lease_log=leases.log if leases else None),
        entrance=entrance,
        authoritative=authoritative,
        access_id=re.compile(access_id_pattern),
        terms=terms,
        sandboxes=sandboxes,
        endpoints=endpoints or Served(),
    )
    begin: list[Callable[[], Awaitable[None]]] = []
    closing = (collector.close, sandboxes.close, *closing)
    if leases is not None:
        closing = (leases.close, *closing)
        begin.append(leases.start)
    if tickets is not None:
        house, running = tickets.furnish(house)
        closing = (running.close, *closing)
        begin.append(running.start)
    return create_app(house, prefixes=prefixes, lifespan=closed_after(*closing, begin=begin))


def closed_after(
    *closing: Callable[[], Awaitable[None]],
    begin: Sequence[Callable[[], Awaitable[None]]] = (),
) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    """A lifespan that begins some, and closes others at its end, one after the other."""

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for close in reversed(closing):
                stack.push_async_callback(close)
            for start in begin:
                await start()
            yield

    return lifespan
