"""Questions of people under way, by element: polls give way to them.

A person's question does not wait for the polls that have not begun; one that has goes on, as any
conversation with an element does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from techinfo.collect import AnyCollector, CollectorStats, DeviceInfo, Reading, Target
from techinfo.collect.target import CableTest, CableTestOrder, DriverInfo
from techinfo.model import Fact


class PeoplesCollector:
    """A collector as people ask it; who polls asks the one behind it.

    Args:
        collector: The one that asks the elements.
    """

    def __init__(self, collector: AnyCollector) -> None:
        self._collector = collector
        self._asking: Counter[str] = Counter()

    @property
    def asked(self) -> frozenset[str]:
        """The elements that somebody waits for."""
        return frozenset(self._asking)

    @property
    def questions(self) -> int:
        """How many questions are under way."""
        return self._asking.total()

    async def drivers(self) -> Mapping[str, DriverInfo] | None:
        """As the collector does."""
        return await self._collector.drivers()

    async def read(
        self, target: Target, facts: Iterable[Fact], max_age: float, deadline: float
    ) -> Reading:
        """As the collector does."""
        element = target.element
        self._asking[element] += 1
        try:
            return await self._collector.read(target, facts, max_age, deadline)
        finally:
            self._asking[element] -= 1
            if not self._asking[element]:
                del self._asking[element]

    async def test_cable(self, order: CableTestOrder) -> CableTest:
        """As the collector does."""
        return await self._collector.test_cable(order)

    async def last_known(self, target: Target, facts: Iterable[Fact]) -> Reading | None:
        """As the collector does."""
        return await self._collector.last_known(target, facts)

    async def silent_since(self, target: Target) -> datetime | None:
        """As the collector does."""
        return await self._collector.silent_since(target)

    async def met(self, targets: Sequence[Target]) -> tuple[DeviceInfo | None, ...]:
        """As the collector does."""
        return await self._collector.met(targets)

    async def forget(self, target: Target) -> None:
        """As the collector does."""
        await self._collector.forget(target)

    async def numbers(self) -> CollectorStats:
        """As the collector does."""
        return await self._collector.numbers()

    async def close(self) -> None:
        """As the collector does."""
        await self._collector.close()
