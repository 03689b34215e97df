"""Jobs that run again and again: the one place with a scheduler (APScheduler).

Two of them stand here: rows are erased when they are too old (contract: How long), and every
database of a running service is checked for whether it can be read and written.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, Self

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from techinfo.config import Settings
from techinfo.errors import TechinfoError
from techinfo.maintenance.stores import STORES, Store
from techinfo.store.base import Database

_log = logging.getLogger(__name__)
_FIRST_AFTER = timedelta(seconds=30)
"""The start of a service has other things to do."""


class Polling:
    """Runs jobs in two threads of its own until it is closed; no job runs beside itself.

    A job that fails is logged and runs again at its next time. One that is late runs once.
    """

    def __init__(self) -> None:
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(max_workers=2)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def every(
        self,
        interval: timedelta,
        name: str,
        job: Callable[[], None],
        *,
        first: timedelta = _FIRST_AFTER,
    ) -> None:
        """Run a job again and again.

        Args:
            interval: From one time to the next.
            name: For the log.
            job: What is done.
            first: From now to the first time.
        """

        def run() -> None:
            try:
                job()
            except Exception:  # noqa: BLE001 - whatever it was, the other jobs go on
                _log.exception("%s has failed", name)

        self._scheduler.add_job(
            run,
            "interval",
            seconds=interval.total_seconds(),
            id=name,
            next_run_time=datetime.now(UTC) + first,
        )

    def __enter__(self) -> Self:
        self._scheduler.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Begin no further job, and wait for the end of the one under way."""
        self._scheduler.shutdown(wait=True)


def drop_old(
    settings: Settings,
    now: datetime,
    stores: Sequence[Store] = STORES,
    opened: Mapping[str, Any] = MappingProxyType({}),
) -> dict[str, int]:
    """Erase what is too old from every file that there is; says how many rows of each.

    A file that cannot be written is logged, and the others have their turn all the same.

    Args:
        settings: Where the files are, and how long what is kept.
        now: The time.
        stores: Which files.
        opened: Those that are open already, by the names of their stores; they are used as they
            are.
    """
    counts: dict[str, int] = {}
    for store in stores:
        path = store.path(settings)
        if store.drop_old is None or not path.is_file():
            continue
        there = opened.get(store.name)
        try:
            with store.open(path) if there is None else nullcontext(there) as file:
                counts[store.name] = store.drop_old(file, settings, now)
        except TechinfoError as error:
            _log.error("what is too old stays in %s: %s", store.name, error)
    for name, count in counts.items():
        if count:
            _log.info("%d rows of %s were too old, and are erased", count, name)
    return counts


def keep_to_it(
    polling: Polling,
    settings: Settings,
    stores: Sequence[Store] = STORES,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    opened: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    """Erase what is too old, again and again; the arguments are those of `drop_old`."""

    def job() -> None:
        drop_old(settings, now(), stores, opened)

    polling.every(
        timedelta(hours=settings.retention.every_h),
        "retention",
        job,
        first=timedelta(seconds=settings.retention.first_s),
    )


_SELDOM = frozenset({"inventory"})
"""A look is a write, after which everything derived from the file counts as outdated."""
_SELDOM_IS = 6


class Soundness:
    """What is wrong with the databases of a service, by their last write or look.

    Args:
        files: The open files, by the names of their stores (`techinfo.maintenance.stores`).
    """

    def __init__(self, files: Mapping[str, Database]) -> None:
        self._files = dict(files)
        self._looks = 0

    def troubles(self) -> dict[str, str]:
        """What is wrong with each, in words for the operator; empty: nothing. Never waits."""
        return {name: file.trouble for name, file in self._files.items()}

    def look(self) -> None:
        """Look at all of them now; at those that are seldom written and sound, every sixth time."""
        for name, file in self._files.items():
            if file.trouble or name not in _SELDOM or not self._looks % _SELDOM_IS:
                file.look()
        self._looks += 1

    def keep_looking(self, polling: Polling, every_s: float) -> None:
        """Look again and again, for the first time at once."""
        every = timedelta(seconds=every_s)
        polling.every(every, "look at the databases", self.look, first=timedelta(0))
