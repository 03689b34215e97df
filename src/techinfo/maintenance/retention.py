"""Nothing is kept longer than it may be (contract: How long)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from techinfo.config import Settings
from techinfo.errors import TechinfoError
from techinfo.maintenance.schedule import Polling
from techinfo.maintenance.stores import STORES, Store

_log = logging.getLogger(__name__)


def drop_old(
    settings: Settings,
    now: datetime,
    stores: Sequence[Store] = STORES,
    opened: Mapping[str, Any] = MappingProxyType({}),
) -> dict[str, int]:
    """Erase what is too old from every file that there is; says how many rows of each.

    A file that cannot be written is told in the log, and keeps no other from its turn.

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
        if store.drop_old is None or path is None or not path.is_file():
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
