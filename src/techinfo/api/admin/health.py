"""Whether the service lives, whether it is ready, and its numbers; for who operates it."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from techinfo.api.admin.metrics import AuditNumbers, HouseNumbers, Metrics
from techinfo.collect import AnyCollector, Numbers
from techinfo.errors import CollectorError, ConfigError, InventoryError
from techinfo.inventory import Inventory
from techinfo.maintenance.pause import PauseDesk

_PATIENCE_S = 2.0
_TEXT = "text/plain; version=0.0.4; charset=utf-8"
"""Of Prometheus's exposition format."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Health:
    """Tells how the house is.

    Attributes:
        audit: Says how the audit log is.
        stores: Says what is wrong with each database, by its name; empty: nothing.
        most_age: How old the inventory may be; ``None``: any age.
    """

    inventory: Inventory
    collector: AnyCollector
    pauses: PauseDesk
    metrics: Metrics
    audit: Callable[[], AuditNumbers] = AuditNumbers
    stores: Callable[[], Mapping[str, str]] = dict
    most_age: timedelta | None = None
    now: Callable[[], datetime] = _utc_now

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
        told = {
            "ready": not missing,
            "missing": missing,
            "inventoryAgeSeconds": None if age is None else math.floor(age),
            "paused": self._paused(),
            "stores": {name: words or "sound" for name, words in stores.items()},
        }
        shown = {name: value for name, value in told.items() if value is not None}
        return JSONResponse(shown, status_code=503 if missing else 200)

    async def prometheus(self, _request: Request) -> Response:
        """All numbers, as Prometheus wants them."""
        collector = await self._numbers()
        numbers = HouseNumbers(
            now=self.now(),
            imported_at=self._imported_at(),
            audit=self.audit(),
            pauses=self._paused(),
            collector=collector,
            stores=self._stores(collector),
        )
        return Response(self.metrics.exposition(numbers), headers={"Content-Type": _TEXT})

    def _stores(self, numbers: Numbers | None) -> dict[str, str]:
        """What is wrong with each database, the collector's among them."""
        told = dict(self.stores())
        if numbers is not None and numbers.learnt is not None:
            told["learnt"] = numbers.learnt
        return told

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
            return None  # that it cannot be read is told by `ready`

    def _paused(self) -> int | None:
        try:
            return len(self.pauses.pauses())
        except ConfigError:
            return None  # the collector's log has it

    async def _numbers(self) -> Numbers | None:
        try:
            async with asyncio.timeout(_PATIENCE_S):
                return await self.collector.numbers()
        except (CollectorError, TimeoutError):
            return None
