"""The wiring of the log of leases: opened with the service, followed while it runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager

from techinfo.access.leases import resolver
from techinfo.config import LeaseSettings, Settings
from techinfo.inventory import Inventory
from techinfo.leases.following import configured, following
from techinfo.leases.log import LeaseLog
from techinfo.leases.store import LeaseFile


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
