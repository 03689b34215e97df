"""The ticket desk and the hub of webhooks, as the settings want them."""

from __future__ import annotations

import functools
import ipaddress
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from techinfo.access.viewer import Viewer
from techinfo.api.served import EventSource
from techinfo.api.state import State
from techinfo.api.v1.tickets import capture_with
from techinfo.config import Settings
from techinfo.errors import TicketStoreError
from techinfo.inventory import Change, Event, ObjectType
from techinfo.model import utc_now
from techinfo.tickets import link_info_jobs as captures
from techinfo.tickets.link_info import bounds, sweep
from techinfo.tickets.link_info_jobs import Captures
from techinfo.tickets.records import Limits
from techinfo.tickets.service import TicketDesk
from techinfo.tickets.store import TicketFile
from techinfo.webhooks.hub import Hub, Manners
from techinfo.webhooks.targets import Allowed, Network

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Tickets:
    """The open file of tickets, and what the settings say of it."""

    file: TicketFile
    settings: Settings

    def furnish(self, house: State) -> tuple[State, Running]:
        """A house with a ticket desk or webhooks, and what must be started and closed with it."""
        told, webhooks = self.settings.tickets, self.settings.webhooks
        hub = Hub(
            self.file,
            allowed=Allowed(
                operator=networks(webhooks.allow),
                providers=networks(webhooks.allow_for_providers),
                denied=networks(webhooks.deny),
            ),
            manners=Manners(off_after=webhooks.off_after),
            owns_references=told.desk == "external",
            timeout_s=webhooks.timeout_s,
        )
        if told.desk == "none":
            return replace(house, webhooks=hub), Running(hub)
        reading = replace(house.terms, deadline_s=told.linkinfo_deadline_s)
        wanted = Captures(
            self.file,
            capture_with(house.desk, reading),
            house.inventory.subscriptions_on,
            # The reading ends by itself first, and says more about it.
            manners=captures.Manners(deadline_s=told.linkinfo_deadline_s + 5.0),
            now=house.troubleshooter.now,
            told=hub.wake,
        )
        desk = TicketDesk(
            self.file,
            house.desk,
            wanted,
            now=house.troubleshooter.now,
            told=hub.wake,
            limits=Limits(
                octets=told.octets_per_provider,
                open_tickets=told.open_per_provider,
                comments=told.comments_per_ticket,
            ),
        )
        own: EventSource = functools.partial(_events, desk)
        more = (*house.endpoints.more_events, own)
        endpoints = replace(house.endpoints, more_events=more)
        furnished = replace(house, tickets=desk, webhooks=hub, endpoints=endpoints)
        return furnished, Running(hub, wanted, desk)

    def sweep(self) -> int:
        """Erase what is older than it may be; says how many tickets that were."""
        now = utc_now()
        return sweep(self.file, bounds(self.settings.tickets.keep_closed_days, now), now)


@dataclass(frozen=True, slots=True)
class Running:
    """What works in the background."""

    hub: Hub
    captures: Captures | None = None
    desk: TicketDesk | None = None

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
    desk: TicketDesk, viewer: Viewer, since: datetime | None, until: datetime
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
