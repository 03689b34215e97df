"""What the rest of the house asks of a collector, in this process or behind a socket."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from techinfo.collect.registry import Registry
from techinfo.collect.target import Reading, Target
from techinfo.model import Fact


@dataclass(frozen=True, kw_only=True, slots=True)
class DeviceInfo:
    """A device as it introduced itself.

    Attributes:
        driver: The name of its driver.
        tells: Facts that the driver has tables for.
        lacking: Of those, facts that this model is known not to have.
    """

    driver: str
    tells: frozenset[Fact] = frozenset()
    lacking: frozenset[Fact] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class CollectorStats:
    """What a collector has done since it was started, and whom it knows.

    Attributes:
        questions: Readings that were asked for.
        kept: Of those, how many were answered with what was there.
        paused: Of those, how many were refused because the operator has paused the element.
        not_allowed: Of those, how many were refused as the credential may not be sent there.
        visits: Conversations with elements.
        requests, retries, varbinds, walks: What those have cost.
        elements: How many are known.
        silent: Of those, how many do not answer.
        learnt: What keeps the file of what was learnt from being written; empty: nothing;
            ``None``: there is no such file.
    """

    questions: int = 0
    kept: int = 0
    paused: int = 0
    not_allowed: int = 0
    visits: int = 0
    requests: int = 0
    retries: int = 0
    varbinds: int = 0
    walks: int = 0
    elements: int = 0
    silent: int = 0
    learnt: str | None = None


class AnyCollector(Protocol):
    """The one owner of device conversations, as those see it who ask.

    One in another process may be gone, or slow: every question may then raise `CollectorError`.
    """

    @property
    def registry(self) -> Registry:
        """The drivers."""

    async def read(
        self, target: Target, facts: Iterable[Fact], max_age: float, deadline: float
    ) -> Reading:
        """Facts of one port or of a whole device, not older than ``max_age`` seconds.

        Args:
            target: Whom to ask.
            facts: What to read; each gets its own state in `Reading.parts`.
            max_age: Seconds. 0 asks now, but not sooner than the minimum interval allows.
            deadline: Seconds after which the caller is let go; the reading goes on and is kept.

        Raises:
            DeadlineError: It took too long.
            DeviceError: The device is silent, unreachable, or not the one it should be.
            DriverError: No driver fits.
        """

    async def last_known(self, target: Target, facts: Iterable[Fact]) -> Reading | None:
        """What was read last, however old it is; ``None`` when a fact never was."""

    async def silent_since(self, target: Target) -> datetime | None:
        """Since when a device does not answer; ``None`` while it does or was never asked."""

    async def met(self, targets: Sequence[Target]) -> tuple[DeviceInfo | None, ...]:
        """Each device as it introduced itself; ``None`` for one that never did."""

    async def forget(self, target: Target) -> None:
        """Erase what is kept of a port's people, or of a whole element's: rows, not the link."""

    async def numbers(self) -> CollectorStats:
        """What it has done so far."""

    async def close(self) -> None:
        """End every reading that still runs, or leave the one who reads."""
