"""What clients ask of DHCP servers, out of events: what waits, and which sources would tell it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from techinfo.dhcp.events import REQUESTS, Kind, LeaseEvent, Message
from techinfo.dhcp.intervals import AccessRef
from techinfo.leases.messages import GRANTED, MessageRow

_SILENT = timedelta(minutes=15)
"""A source that has told nothing of anybody for so long may be a log that nobody writes to."""
_GRANTS = frozenset({Kind.GRANTED, Kind.RENEWED})


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What was asked on an access, or by its devices.

    Attributes:
        rows: What no grant has answered, and of each client the last grant; the oldest first.
        read_at: When the sources were last looked at that tell what is asked.
    """

    rows: tuple[MessageRow, ...]
    read_at: datetime


class Listening:
    """Which sources tell what is asked, each since when, and of which moment it told the last."""

    def __init__(self) -> None:
        self._told: dict[str, tuple[datetime, datetime]] = {}
        self._looked: dict[str, datetime] = {}

    def __contains__(self, source: object) -> bool:
        return source in self._told

    def hear(self, event: Message | LeaseEvent) -> None:
        """Take one event: a source tells what is asked once it has told a request."""
        is_request = isinstance(event, Message) and event.type in REQUESTS
        if event.server in self._told:
            first, last = self._told[event.server]
            self._told[event.server] = (first, max(last, event.at))
        elif is_request:
            self._told[event.server] = (event.at, event.at)

    def looked(self, sources: Iterable[str], now: datetime) -> None:
        """These were there, and read to their end or nearly so."""
        self._looked |= dict.fromkeys(sources, now)

    def asked(self, rows: tuple[MessageRow, ...]) -> Asked | None:
        """What rows say; ``None``: no source tells what is asked."""
        times = [at for source, at in self._looked.items() if source in self._told]
        return Asked(rows=rows, read_at=min(times)) if times else None

    def read_from(self, rows: Iterable[MessageRow], now: datetime) -> datetime | None:
        """Since when the sources of these rows are read, without a gap.

        Their silence says something of whose rows these are. ``None``: there are none, or nobody
        writes to one of the sources any more.
        """
        spans = [self._told[one] for one in {row.server for row in rows} if one in self._told]
        is_told = bool(spans) and all(now - last <= _SILENT for _, last in spans)
        return max(first for first, _ in spans) if is_told else None


class Waiting:
    """The messages of one batch, and the grants that answer them, in the order of their coming."""

    def __init__(self, listening: Listening) -> None:
        self._listening = listening
        self._granted: dict[str, datetime] = {}
        self._rows: dict[str, dict[tuple[datetime, str, str], MessageRow]] = {}

    def take(self, event: Message | LeaseEvent, place: AccessRef | None) -> None:
        """Take one event of a client, and where its identifier is."""
        self._listening.hear(event)
        client = event.mac
        if client is None:
            return
        if isinstance(event, Message):
            self._put(_row(client, event, event.type, place))
        elif event.kind in _GRANTS and ":" not in event.address:
            self._granted[client] = max(event.at, self._granted.get(client, event.at))
            waits = self._rows.get(client, {})
            self._rows[client] = {key: row for key, row in waits.items() if row.at > event.at}
            if event.server in self._listening:
                self._put(_row(client, event, GRANTED, place))

    @property
    def granted(self) -> Iterable[tuple[str, datetime]]:
        """Client and time of each grant."""
        return self._granted.items()

    @property
    def rows(self) -> Iterable[MessageRow]:
        """What waits, and the grants."""
        return [row for rows in self._rows.values() for row in rows.values()]

    def _put(self, row: MessageRow) -> None:
        self._rows.setdefault(row.client, {})[row.at, row.type, row.server] = row


def _row(
    client: str, event: Message | LeaseEvent, kind: str, place: AccessRef | None
) -> MessageRow:
    return MessageRow(
        client=client,
        at=event.at,
        type=str(kind),
        server=event.server,
        access_id=place.access_id if place else None,
        vlan=place.vlan if place else None,
        address=event.address,
        reason=event.reason if isinstance(event, Message) else None,
    )
