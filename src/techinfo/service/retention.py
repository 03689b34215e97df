"""Nothing is kept longer than it may be (contract: How long)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from techinfo.config import Settings
from techinfo.errors import TechinfoError
from techinfo.service.polling import Polling
from techinfo.service.stores import STORES, Store

_log = logging.getLogger(__name__)


def drop_old(settings: Settings, now: datetime, stores: Sequence[Store] = STORES) -> dict[str, int]:
    """Erase what is too old from every file that there is; says how many rows of each.

    A file that cannot be written is told in the log, and keeps no other from its turn.
    """
    counts: dict[str, int] = {}
    for store in stores:
        path = store.path(settings)
        if store.drop_old is None or path is None or not path.is_file():
            continue
        try:
            counts[store.name] = store.drop_old(path, settings, now)
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
) -> None:
    """Erase what is too old, again and again."""

    def job() -> None:
        drop_old(settings, now(), stores)

    polling.every(timedelta(hours=settings.retention.every_h), "retention", job)
