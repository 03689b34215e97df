"""A made-up month: when it was, and where equipment was seen in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from techinfo.access.wrong_ports import Seen, Source

BEGIN = datetime(2026, 10, 1, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NOW = BEGIN + 30 * DAY
ORDERED = {"M1": ("A-1", "order"), "M2": ("A-2", "order")}


def seen(
    equipment: str, access: str, since: float, until: float, source: str = "mac_table"
) -> Seen:
    """Equipment on an access, in days."""
    return Seen(
        equipment=equipment,
        access_id=access,
        source=Source(source),
        since=BEGIN + since * DAY,
        until=BEGIN + until * DAY,
    )
