"""The wiring of polling: settings in, the open file of history and who fills it out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack, contextmanager
from dataclasses import dataclass, replace

from techinfo.access.service import AccessService
from techinfo.api.admin.metrics import WatchNumbers
from techinfo.api.state import AppState
from techinfo.collect import AnyCollector
from techinfo.config import PollingSettings, Settings
from techinfo.errors import StoreError, TechinfoError
from techinfo.history.disturbed import Disturbed
from techinfo.history.recording import Recorder
from techinfo.history.store import HistoryFile
from techinfo.history.watches import Seen, Watch, Watches
from techinfo.history.writing import HistoryWriter, PollNote
from techinfo.inventory import Inventory
from techinfo.polling.around import InventorySurroundings
from techinfo.polling.hearing import Fetch, Hearing
from techinfo.polling.people import PeoplesCollector
from techinfo.polling.poller import Poller, PollNumbers
from techinfo.polling.rhythm import rhythm_of
from techinfo.store.batches import Batches
from techinfo.tickets.records import OPERATOR, Change, Party
from techinfo.tickets.service import TicketService
from techinfo.tickets.store import TicketFile
from techinfo.watch.watcher import Report, Watcher, viewer_of
from techinfo.webhooks.hub import Hub
from techinfo.webhooks.payloads import of_disturbance
from techinfo.webhooks.store import publish

_log = logging.getLogger(__name__)
_MOST_NOTES = 2000
"""Polls that wait for the disk; one of 28 ports takes some 60 KiB."""


@dataclass(slots=True)
class Watching:
    """What is polled, and the open file that keeps it.

    Attributes:
        notes: Written by a thread of its own.
        writer: Who writes them; ``None``: somebody who finds no disturbances of several elements.
    """

    file: HistoryFile
    notes: Batches[PollNote]
    settings: PollingSettings
    writer: HistoryWriter | None = None
    _poller: Poller | None = None
    _watcher: Watcher | None = None
    _hearing: Hearing | None = None

    def poller(
        self, inventory: Inventory, collector: AnyCollector, people: PeoplesCollector
    ) -> Poller:
        """Polls what the settings name, once it is started and whenever `wake` is called."""
        self._poller = Poller(
            inventory,
            collector,
            Recorder(self.file),
            self.notes.put,
            rhythm_of(self.settings),
            self.settings.sites,
            people=people,
        )
        return self._poller

    def begin(
        self,
        closed: AsyncExitStack,
        inventory: Inventory,
        collector: AnyCollector,
        people: PeoplesCollector,
        heard: Fetch | None,
    ) -> None:
        """Poll, and look into what devices say by themselves, until a stack is closed."""
        poller = self.poller(inventory, collector, people)
        closed.push_async_callback(poller.close)
        poller.start()
        if heard is not None:
            self._hearing = Hearing(inventory, collector, heard, poller, self.notes.put)
            closed.push_async_callback(self._hearing.close)
            self._hearing.start()

    def keep(self, note: PollNote) -> None:
        """Keep what no poll has told, now.

        Raises:
            StoreError: It cannot be written; it waits, and is tried again.
        """
        self.notes.put(note)
        if not self.notes.flush():
            raise StoreError("what was seen cannot be written now", key="history.path")

    def watcher(
        self,
        service: AccessService,
        desk: TicketService | None = None,
        tickets: TicketFile | None = None,
        hub: Hub | None = None,
    ) -> Watcher:
        """Watches what people ask for, once it is started and whenever `wake` is called.

        Args:
            service: Whom they would ask.
            desk: Where reports go; ``None``: nowhere.
            tickets: Where messages for webhooks wait; ``None``: there are none.
            hub: Sends them.
        """

        async def tell(watch: Watch, seen: Seen) -> None:
            facts = {"watch": {"watchId": watch.id, "accessId": watch.access_id, **seen.told}}
            owner = watch.provider or OPERATOR
            if tickets is not None:
                await asyncio.to_thread(publish, tickets, "watch", seen.at, {owner: facts})
                if hub is not None:
                    hub.wake()

        async def attach(watch: Watch, report: Report) -> None:
            if desk is None or watch.ticket is None:
                return
            change = Change(by=Party.CO, comment=("techinfo", report.text()))
            try:
                await desk.change(viewer_of(watch), watch.ticket, change)
            except TechinfoError as error:  # a ticket that has gone keeps no watch from its end
                _log.warning("the report of a watch has no ticket: %s", error)

        now = service.troubleshooter.now
        self._watcher = Watcher(service, Watches(self.file), now=now, on_event=tell, on_end=attach)
        return self._watcher

    def attached(self, app_state: AppState, tickets: TicketFile | None) -> AppState:
        """The services with somebody who watches accesses for a while.

        Args:
            app_state: With the desk and the webhooks that are told.
            tickets: Where messages for webhooks wait.
        """
        hub, desk = app_state.webhooks, app_state.tickets
        if self.writer is not None:
            self.writer.around = InventorySurroundings(app_state.inventory)
        if self.writer is not None and tickets is not None:
            self.writer.on_news = _Telling(self.file, app_state, tickets, hub)
        watcher = self.watcher(app_state.access_service, desk, tickets, hub)
        return replace(app_state, watcher=watcher)

    def numbers(self, live_views: int) -> WatchNumbers:
        """How polling and watching go.

        Args:
            live_views: That are open.
        """
        return WatchNumbers(
            polling=self._poller.numbers() if self._poller is not None else PollNumbers(),
            lost=self.notes.lost,
            watches=self._watcher.count if self._watcher is not None else 0,
            live_views=live_views,
            looks=self._hearing.looks if self._hearing is not None else 0,
            looks_dropped=self._hearing.dropped if self._hearing is not None else 0,
        )

    def wake(self) -> None:
        """Begin what is due; from any thread."""
        if self._watcher is not None:
            self._watcher.wake()
        if self._poller is not None:
            self._poller.wake()


@dataclass(frozen=True, slots=True)
class _Telling:
    """Tells webhooks of disturbances: each provider of its own accesses."""

    file: HistoryFile
    app_state: AppState
    tickets: TicketFile
    hub: Hub | None

    def __call__(self, references: Sequence[str]) -> None:
        """In the thread that writes."""
        now = self.app_state.troubleshooter.now()
        try:
            for reference in references:
                found = Disturbed(self.file).one(reference)
                if found is not None:
                    facts = of_disturbance(self.app_state.inventory, found, now)
                    publish(self.tickets, "disturbance", now, facts)
        except TechinfoError as error:  # polls are kept though nobody can be told
            _log.error("webhooks are not told of a disturbance: %s", error)
        if self.hub is not None:
            self.hub.wake_from_thread()


def history_of(settings: Settings) -> HistoryFile | None:
    """The file of history, to be read alone; ``None``: nothing was polled yet.

    Raises:
        StoreError: It cannot be read.
    """
    path = settings.history.path
    return HistoryFile.open_read_only(path) if path.is_file() else None


async def watched(closed: AsyncExitStack, watcher: Watcher | None) -> None:
    """Begin to watch, until a stack is closed; where nobody watches, nothing."""
    if watcher is not None:
        closed.push_async_callback(watcher.close)
        await watcher.start()


@contextmanager
def watching_of(settings: Settings) -> Iterator[Watching | None]:
    """The file of history; ``None`` where no site is polled.

    Raises:
        StoreError: It cannot be opened.
    """
    if not settings.polling.sites:
        yield None
        return
    with HistoryFile.open(settings.history.path) as file, ExitStack() as closing:
        writer = HistoryWriter(file)
        notes = Batches[PollNote](writer.write, "polls", most=_MOST_NOTES)
        closing.callback(notes.close)
        yield Watching(file, notes, settings.polling, writer)
