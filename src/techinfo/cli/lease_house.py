"""Leases from the logs of DHCP servers, as the settings want them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field

from techinfo.config import LeaseSettings, Settings
from techinfo.inventory import Inventory
from techinfo.service.lease_following import configured, following
from techinfo.service.lease_log import LeaseLog
from techinfo.service.lease_places import resolver
from techinfo.store.leases import LeaseFile


@dataclass(frozen=True, slots=True)
class Leases:
    """The log of leases, and what follows its sources while the service runs."""

    log: LeaseLog
    settings: LeaseSettings
    _running: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def start(self) -> None:
        """Begin where an earlier run has left off."""
        await self._running.enter_async_context(following(self.settings, self.log))

    async def close(self) -> None:
        """Stop; what was read is kept."""
        await self._running.aclose()


@contextmanager
def leases_of(settings: Settings, inventory: Inventory) -> Iterator[Leases | None]:
    """The log of leases; ``None`` where no source is configured.

    Raises:
        ConfigError: A source is configured wrongly.
        LeaseStoreError: The file cannot be opened.
    """
    if not configured(settings.leases):
        yield None
        return
    with LeaseFile.open(settings.leases.path) as file:
        yield Leases(LeaseLog(file, resolver(inventory)), settings.leases)
