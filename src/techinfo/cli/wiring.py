"""The wiring: settings in, the running house out.

The wiring of the log of leases: opened with the service, followed while it runs.

The ticket desk and the hub of webhooks, as the settings want them.
"""

from __future__ import annotations

import functools
import ipaddress
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    contextmanager,
)
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from fastapi import FastAPI
from starlette.applications import Starlette

from techinfo.access.freshness import CachePolicy
from techinfo.access.leases import resolver
from techinfo.access.service import AccessService
from techinfo.access.troubleshoot import Troubleshooter
from techinfo.access.viewer import Viewer
from techinfo.api.app import create_app
from techinfo.api.asgi.entrance import MiddlewareStack
from techinfo.api.state import AppState, EventSource, Served
from techinfo.api.v1.tickets import capture_with
from techinfo.collect import (
    AgentLimits,
    AnyCollector,
    Collector,
    Opener,
    Paused,
    PollingLimits,
    Registry,
    Target,
)
from techinfo.config import LeaseSettings, Settings
from techinfo.errors import ConfigError, TicketStoreError
from techinfo.inventory import Change, Event, Inventory, ObjectType
from techinfo.leases.following import configured, following
from techinfo.leases.log import LeaseLog
from techinfo.leases.store import LeaseFile
from techinfo.model import utc_now
from techinfo.sandbox import Sandboxes
from techinfo.snmp.conversation import SnmpConversation
from techinfo.snmp.engine import SnmpEngine
from techinfo.snmp.interface import Network, SnmpTarget, V1Community, V3User
from techinfo.snmp.pysnmp_engine import PysnmpEngine
from techinfo.tickets import link_info as captures
from techinfo.tickets.link_info import LinkInfoJobs
from techinfo.tickets.records import Limits
from techinfo.tickets.retention import bounds, sweep
from techinfo.tickets.service import TicketService
from techinfo.tickets.store import TicketFile
from techinfo.webhooks.hub import DeliveryLimits, Hub
from techinfo.webhooks.targets import Allowed
from techinfo.wire import SnmpLimits


class Leases:
    """The log of leases of a service, and what follows its sources."""

    def __init__(self, file: LeaseFile, log: LeaseLog, settings: LeaseSettings) -> None:
        self.file = file
        self.log = log
        self._settings = settings
        self._running = AsyncExitStack()

    async def start(self) -> None:
        """Follow the sources from now on."""
        await self._running.enter_async_context(following(self._settings, self.log))

    async def close(self) -> None:
        """Follow them no longer."""
        await self._running.aclose()


@contextmanager
def leases_of(settings: Settings, inventory: Inventory) -> Iterator[Leases | None]:
    """The log of leases that the settings configure; ``None`` when they name no source.

    Raises:
        ConfigError: A source is configured wrongly, or the file cannot be opened.
    """
    if not configured(settings.leases):
        yield None
        return
    with LeaseFile.open(settings.leases.path) as file:
        yield Leases(file, LeaseLog(file, resolver(inventory)), settings.leases)


_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Tickets:
    """The open file of tickets, and what the settings say of it."""

    file: TicketFile
    settings: Settings

    def attach_tickets(self, app_state: AppState) -> tuple[AppState, Running]:
        """A house with a ticket desk or webhooks, and what must be started and closed with it."""
        told, webhooks = self.settings.tickets, self.settings.webhooks
        hub = Hub(
            self.file,
            allowed=Allowed(
                operator=networks(webhooks.allow),
                providers=networks(webhooks.allow_for_providers),
                denied=networks(webhooks.deny),
            ),
            delivery_limits=DeliveryLimits(off_after=webhooks.off_after),
            owns_references=told.desk == "external",
            timeout_s=webhooks.timeout_s,
        )
        if told.desk == "none":
            return replace(app_state, webhooks=hub), Running(hub)
        reading = replace(app_state.policy, deadline_s=told.linkinfo_deadline_s)
        wanted = LinkInfoJobs(
            self.file,
            capture_with(app_state.access_service, reading),
            app_state.inventory.subscriptions_on,
            # The reading ends by itself first, and says more about it.
            job_limits=captures.JobLimits(deadline_s=told.linkinfo_deadline_s + 5.0),
            now=app_state.troubleshooter.now,
            on_change=hub.wake,
        )
        desk = TicketService(
            self.file,
            app_state.access_service,
            wanted,
            now=app_state.troubleshooter.now,
            on_change=hub.wake,
            limits=Limits(
                octets=told.octets_per_provider,
                open_tickets=told.open_per_provider,
                comments=told.comments_per_ticket,
            ),
        )
        own: EventSource = functools.partial(_events, desk)
        more = (*app_state.endpoints.more_events, own)
        endpoints = replace(app_state.endpoints, more_events=more)
        furnished = replace(app_state, tickets=desk, webhooks=hub, endpoints=endpoints)
        return furnished, Running(hub, wanted, desk)

    def sweep(self) -> int:
        """Erase what is older than it may be; says how many tickets that were."""
        now = utc_now()
        return sweep(self.file, bounds(self.settings.tickets.keep_closed_days, now), now)


@dataclass(frozen=True, slots=True)
class Running:
    """What works in the background."""

    hub: Hub
    captures: LinkInfoJobs | None = None
    desk: TicketService | None = None

    async def start(self) -> None:
        """Begin, with what an earlier run has left."""
        self.hub.start()
        if self.captures is not None:
            self.captures.start()

    async def close(self) -> None:
        """Stop; nothing that was promised is lost."""
        if self.captures is not None:
            await self.captures.close()
        await self.hub.close()
        if self.desk is not None:
            self.desk.close()


def _events(
    desk: TicketService, viewer: Viewer, since: datetime | None, until: datetime
) -> Iterator[Event]:
    """What has happened to a viewer's tickets, as the list of events has it."""
    # The desk leaves the end out, the list has it in.
    for told in desk.events(viewer, after=since, before=until + timedelta(microseconds=1)):
        yield Event(
            change=Change(told.kind),
            object_type=ObjectType.TICKETS,
            object_id=told.reference,
            at=told.at,
            provider=told.provider,
        )


@contextmanager
def tickets_of(settings: Settings) -> Iterator[Tickets | None]:
    """The file of tickets; ``None`` where nobody wants tickets or webhooks.

    Raises:
        TicketStoreError: It cannot be opened.
    """
    if settings.tickets.desk == "none" and not settings.webhooks.enabled:
        yield None
        return
    with TicketFile.open(settings.tickets.path) as file:
        tickets = Tickets(file, settings)
        try:
            tickets.sweep()
        except TicketStoreError as error:  # a full disk does not keep tickets from being read
            _log.warning("old tickets cannot be erased: %s", error)
        yield tickets


def networks(told: tuple[str, ...]) -> tuple[Network, ...]:
    """Networks of the settings, which has looked at them."""
    return tuple(ipaddress.ip_network(network, strict=False) for network in told)


class Engines:
    """Both SNMP engines; each opens its sockets when it is first needed.

    Args:
        credentials: Name of a credential -> its community, or its user of SNMPv3. They stay here.
        timeouts: Seconds of each try.
        port_of: What UDP port a target has; the lab gives its own.
        within: The networks that a target's address has to be in (`techinfo.cli.collector`);
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
    polling_limits: PollingLimits,
    learnt: AgentLimits | None = None,
    paused: Paused = lambda _target, _driver: None,
) -> Collector:
    """The one owner of device conversations, in this process.

    What is learnt of devices is forgotten at the end, unless it is handed in with its file.
    """
    opener: Opener = engines.open
    return Collector(registry, opener, polling_limits=polling_limits, learnt=learnt, paused=paused)


def application(
    *,
    collector: AnyCollector,
    inventory: Inventory,
    entrance: MiddlewareStack,
    authoritative: bool,
    access_id_pattern: str,
    policy: CachePolicy,
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
        policy: Freshness and deadline where a request says nothing.
        prefixes: Paths before the version.
        endpoints: Which endpoints of ON-API are served here; ``None``: all that there are.
        closing: What else is closed, after the collector.
        tickets: The file of tickets; ``None``: tickets are not handled here.
        leases: What logs of DHCP servers tell; ``None``: none is read.
    """
    sandboxes = Sandboxes()
    app_state = AppState(
        inventory=inventory,
        access_service=AccessService(
            Troubleshooter(inventory, collector), lease_log=leases.log if leases else None
        ),
        entrance=entrance,
        authoritative=authoritative,
        access_id=re.compile(access_id_pattern),
        policy=policy,
        sandboxes=sandboxes,
        endpoints=endpoints or Served(),
    )
    begin: list[Callable[[], Awaitable[None]]] = []
    closing = (collector.close, sandboxes.close, *closing)
    if leases is not None:
        closing = (leases.close, *closing)
        begin.append(leases.start)
    if tickets is not None:
        app_state, running = tickets.attach_tickets(app_state)
        closing = (running.close, *closing)
        begin.append(running.start)
    return create_app(app_state, prefixes=prefixes, lifespan=closed_after(*closing, begin=begin))


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
