"""How visits went, by driver and site: which model is silent, slow or failing; and the process."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from techinfo.errors import (
    DeadlineError,
    DeviceUnreachableError,
    PausedError,
    SnmpTimeoutError,
    TechinfoError,
)

_MOST_GROUPS = 500
"""Pairs of driver and site; what comes later is counted together."""
OTHER = "other"
UNKNOWN = "unknown"
"""The driver of a device that was never met."""

Group = tuple[str, str]
"""Driver and site; an empty site: the inventory names none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupStats:
    """What came of the devices of one driver at one site.

    Attributes:
        elements: How many are known.
        silent: Of those, how many do not answer.
        visits: Conversations that were ended.
        unanswered: Of those, how many ended in silence.
        late: Of those, how many took too long.
        failed: Of those, how many ended in another error.
        seconds: How long all of them took together.
    """

    driver: str
    site: str
    elements: int = 0
    silent: int = 0
    visits: int = 0
    unanswered: int = 0
    late: int = 0
    failed: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class ProcessStats:
    """One number of this process, by Prometheus's name for it, such as ``cpu_seconds_total``."""

    name: str
    value: float


@dataclass(slots=True)
class Tally:
    """Counts visits.

    Args:
        clock: Seconds that never go back.
    """

    clock: Callable[[], float] = time.monotonic
    _groups: dict[Group, GroupStats] = field(default_factory=dict)

    @contextmanager
    def visit(self, group: Callable[[], Group]) -> Iterator[None]:
        """Count what is done within as one visit, by how it ends; one that is cut short is none.

        Args:
            group: Says at the end whose visit it was: a device may have been met only in it.
        """
        began = self.clock()
        try:
            yield
        except (PausedError, GeneratorExit):
            raise
        except (SnmpTimeoutError, DeviceUnreachableError):
            self._count(group(), began, unanswered=1)
            raise
        except DeadlineError:
            self._count(group(), began, late=1)
            raise
        except TechinfoError:
            self._count(group(), began, failed=1)
            raise
        else:
            self._count(group(), began)

    def groups(self, devices: Iterable[tuple[Group, bool]]) -> tuple[GroupStats, ...]:
        """Everything so far, with the devices that are known: whose they are, whether silent."""
        found = dict(self._groups)
        for group, silent in devices:
            key = self._key(group, found)
            before = found.get(key) or GroupStats(driver=key[0], site=key[1])
            found[key] = replace(
                before, elements=before.elements + 1, silent=before.silent + silent
            )
        return tuple(found[key] for key in sorted(found))

    def _count(
        self, group: Group, began: float, unanswered: int = 0, late: int = 0, failed: int = 0
    ) -> None:
        key = self._key(group, self._groups)
        before = self._groups.get(key) or GroupStats(driver=key[0], site=key[1])
        self._groups[key] = replace(
            before,
            visits=before.visits + 1,
            unanswered=before.unanswered + unanswered,
            late=before.late + late,
            failed=before.failed + failed,
            seconds=before.seconds + self.clock() - began,
        )

    def _key(self, group: Group, known: dict[Group, GroupStats]) -> Group:
        return group if group in known or len(known) < _MOST_GROUPS else (OTHER, OTHER)


def process_stats() -> tuple[ProcessStats, ...]:
    """CPU, memory, descriptors and start of this process; empty where there is no /proc."""
    from prometheus_client import ProcessCollector  # no command that asks a device needs it

    return tuple(
        ProcessStats(sample.name.removeprefix("process_"), sample.value)
        for metric in ProcessCollector(registry=None).collect()
        for sample in metric.samples
    )
