"""The wiring of tickets: settings in, the open file and what works on it in the background."""

from __future__ import annotations

import functools
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from techinfo.access.service import AccessService
from techinfo.access.viewer import Viewer
from techinfo.activation.worker import Activations, DoneSince
from techinfo.api.asgi.client import networks
from techinfo.api.state import AppState, EventSource
from techinfo.api.v1.tickets import capture_with
from techinfo.cli.service.ordered import DoneOrders
from techinfo.config import Settings
from techinfo.errors import TicketStoreError
from techinfo.inventory import Change, Event, ObjectType
from techinfo.model import utc_now
from techinfo.tickets.grades import Experience
from techinfo.tickets.link_info import JobLimits, LinkInfoJobs
from techinfo.tickets.records import Limits
from techinfo.tickets.retention import bounds, sweep
from techinfo.tickets.service import TicketService
from techinfo.tickets.store import TicketFile
from techinfo.webhooks.hub import DeliveryLimits, Hub
from techinfo.webhooks.targets import Allowed

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Tickets:
    """The open file of tickets, and what the settings say of it.

    Attributes:
        done_orders: Tells of orders that are done.
    """

    file: TicketFile
    settings: Settings
    done_orders: DoneSince = lambda _since: ()

    def attach_tickets(self, app_state: AppState) -> tuple[AppState, Running]:
        """The services with tickets or webhooks, and what must be started and closed with them."""
        settings, webhooks = self.settings.tickets, self.settings.webhooks
        hub = Hub(
            self.file,
            allowed=Allowed(
                operator=networks(webhooks.allow),
                providers=networks(webhooks.allow_for_providers),
                denied=networks(webhooks.deny),
            ),
            delivery_limits=DeliveryLimits(off_after=webhooks.off_after),
            owns_references=settings.desk == "external",
            timeout_s=webhooks.timeout_s,
        )
        if settings.desk == "none":
            looking = self._activations(app_state.access_service, hub)
            return replace(app_state, webhooks=hub), Running(hub, looking)
        experience = Experience(self.file, app_state.troubleshooter.now)
        graded = replace(app_state.access_service, experience=experience)
        app_state = replace(app_state, access_service=graded)
        reading = replace(app_state.policy, deadline_s=settings.linkinfo_deadline_s)
        wanted = LinkInfoJobs(
            self.file,
            capture_with(app_state.access_service, reading),
            app_state.inventory.subscriptions_on,
            # The reading ends by itself first, and says more about it.
            job_limits=JobLimits(deadline_s=settings.linkinfo_deadline_s + 5.0),
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
                octets=settings.octets_per_provider,
                open_tickets=settings.open_per_provider,
                comments=settings.comments_per_ticket,
            ),
        )
        own: EventSource = functools.partial(_events, desk)
        more = (*app_state.endpoints.more_events, own)
        endpoints = replace(app_state.endpoints, more_events=more)
        furnished = replace(app_state, tickets=desk, webhooks=hub, endpoints=endpoints)
        looking = self._activations(app_state.access_service, hub)
        return furnished, Running(hub, looking, wanted, desk)

    def _activations(self, service: AccessService, hub: Hub) -> Activations:
        """Who looks at lines after orders."""
        now = service.troubleshooter.now
        return Activations(self.file, service, self.done_orders, now=now, on_change=hub.wake)

    def sweep(self) -> int:
        """Erase what is older than it may be; says how many tickets that were."""
        now = utc_now()
        return sweep(self.file, bounds(self.settings.tickets.keep_closed_days, now), now)


@dataclass(frozen=True, slots=True)
class Running:
    """What works in the background."""

    hub: Hub
    activations: Activations
    link_info_jobs: LinkInfoJobs | None = None
    desk: TicketService | None = None

    async def start(self) -> None:
        """Begin, with what an earlier run has left."""
        self.hub.start()
        self.activations.start()
        if self.link_info_jobs is not None:
            self.link_info_jobs.start()

    async def close(self) -> None:
        """Stop; nothing that was promised is lost."""
        await self.activations.close()
        if self.link_info_jobs is not None:
            await self.link_info_jobs.close()
        await self.hub.close()
        if self.desk is not None:
            self.desk.close()


def _events(
    desk: TicketService, viewer: Viewer, since: datetime | None, until: datetime
) -> Iterator[Event]:
    """What has happened to a viewer's tickets, as the list of events has it."""
    # The desk leaves the end out, the list has it in.
    for event in desk.events(viewer, after=since, before=until + timedelta(microseconds=1)):
        yield Event(
            change=Change(event.kind),
            object_type=ObjectType.TICKETS,
            object_id=event.reference,
            at=event.at,
            provider=event.provider,
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
    with (
        TicketFile.open(settings.tickets.path) as file,
        DoneOrders(settings.inventory.fetched) as done_orders,
    ):
        tickets = Tickets(file, settings, done_orders.since)
        try:
            tickets.sweep()
        except TicketStoreError as error:  # a full disk does not keep tickets from being read
            _log.warning("old tickets cannot be erased: %s", error)
        yield tickets
