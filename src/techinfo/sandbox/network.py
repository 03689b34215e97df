"""The sandboxes: an inventory and devices for each provider that tries things out."""

from __future__ import annotations

import asyncio
import json
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from techinfo.access.service import AccessService
from techinfo.access.troubleshoot import Troubleshooter
from techinfo.access.viewer import Viewer
from techinfo.collect import Collector, Registry
from techinfo.errors import ConfigError
from techinfo.inventory import Inventory
from techinfo.model import utc_now
from techinfo.sandbox.cases import Cases
from techinfo.sandbox.devices import Device, Devices, Pause, read_devices, registry

_SLOW_S = 3.0
"""Before every answer of a slow device: a visit takes longer than the usual deadline."""
_UP_FOR = timedelta(days=30)
_STOCKED_FOR = timedelta(days=1)
"""Its dates are so many days before or after today: they are counted anew every day."""
_DATE = re.compile(r"TODAY([+-]\d{1,3})")
_PROVIDER = "THE-PROVIDER"
"""In the inventory: whoever asks."""


@dataclass(frozen=True, slots=True)
class Sandbox:
    """One provider's network to try things out on."""

    inventory: Inventory
    access_service: AccessService
    collector: Collector
    stocked_at: datetime


class Sandboxes:
    """A sandbox for each provider, made when it first asks.

    Args:
        folder: Where ``inventory.yaml`` and ``devices.toml`` are; by default beside the package or
            in the checkout.
        now: The time.
        pause: What slow devices wait for, before every answer; by default three seconds.
    """

    def __init__(
        self,
        folder: Path | None = None,
        *,
        now: Callable[[], datetime] = utc_now,
        pause: Pause | None = None,
    ) -> None:
        self._folder = folder
        self._now = now
        self._pause = pause or partial(asyncio.sleep, _SLOW_S)
        self._made: dict[str, Sandbox] = {}
        self._stock: _Stock | None = None
        self._cases: Cases | None = None

    @property
    def cases(self) -> Cases:
        """An access for each verdict, the same for everybody.

        Raises:
            ConfigError: The sandbox's data is not installed.
        """
        if self._cases is None:
            self._cases = Cases.read(self._folder or _folder())
        return self._cases

    def of(self, viewer: Viewer) -> Sandbox:
        """The sandbox of a viewer's provider; of the operator's people one for each.

        Raises:
            ConfigError: The sandbox's data is not installed.
        """
        provider, now = viewer.provider or viewer.name, self._now()
        made = self._made.get(provider)
        if made is not None and now - made.stocked_at < _STOCKED_FOR:
            return made
        if self._stock is None:
            self._stock = _Stock.read(self._folder or _folder())
        if made is None:
            made = self._new(self._stock, now)
        self._stock.fill(made.inventory, provider, now)
        made = self._made[provider] = Sandbox(
            made.inventory, made.access_service, made.collector, now
        )
        return made

    async def close(self) -> None:
        """End every reading that still runs, and give the memory back."""
        for sandbox in self._made.values():
            await sandbox.collector.close()
            sandbox.inventory.close()
        self._made.clear()

    def _new(self, stock: _Stock, now: datetime) -> Sandbox:
        midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        devices = Devices(stock.devices, midnight - _UP_FOR, self._now, self._pause)
        inventory = Inventory.in_memory(clock=self._now)
        collector = Collector(stock.registry, devices.open, now=self._now)
        desk = AccessService(Troubleshooter(inventory, collector, self._now))
        return Sandbox(inventory, desk, collector, now)


@dataclass(frozen=True, slots=True)
class _Stock:
    """What all sandboxes are made of."""

    inventory: str
    devices: dict[str, Device]
    registry: Registry

    @classmethod
    def read(cls, folder: Path) -> _Stock:
        """Read it from a folder."""
        try:
            text = (folder / "inventory.yaml").read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"the sandbox cannot be read: {error}", key="sandbox") from error
        return cls(text, read_devices(folder), registry())

    def fill(self, inventory: Inventory, provider: str, now: datetime) -> None:
        """Import the records as a provider's, with the dates of today."""
        today = now.astimezone(UTC).date()

        def date(found: re.Match[str]) -> str:
            return json.dumps((today + timedelta(days=int(found[1]))).isoformat())

        text = _DATE.sub(date, self.inventory)
        text = text.replace(_PROVIDER, json.dumps(provider))
        with tempfile.TemporaryDirectory() as place:
            path = Path(place) / "inventory.yaml"
            path.write_text(text, encoding="utf-8")
            inventory.import_file(path)


def _folder() -> Path:
    """In a wheel the sandbox's data lies in the package, in a checkout at the top."""
    package = Path(__file__).parents[1]
    for folder in (package / "fixtures" / "sandbox", package.parents[1] / "fixtures" / "sandbox"):
        if (folder / "devices.toml").is_file():
            return folder
    raise ConfigError("the sandbox's data is not installed", key="sandbox")
