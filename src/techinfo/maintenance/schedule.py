"""What is done again and again: the one place with a scheduler (APScheduler)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

_log = logging.getLogger(__name__)
_FIRST_AFTER = timedelta(seconds=30)
"""The start of a service has other things to do."""


class Polling:
    """Runs jobs in two threads of its own until it is closed; no job runs beside itself.

    A job that fails is told in the log, and comes again at its time. One that is late runs once.
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

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Begin no further job, and wait for the end of the one under way."""
        self._scheduler.shutdown(wait=True)
