"""What every reader has: its source, a bounded memory, and a count of what it could not read."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Generic, Protocol, TypeVar

from techinfo.dhcp.events import Event
from techinfo.dhcp.identity import Identity
from techinfo.dhcp.log_lines import Clock, unmarked
from techinfo.errors import OctetError

MOST_RECORD = 256 * 1024
"""Octets of one line or block. A longer one is garbage; no lease of any server comes near."""
_AHEAD = timedelta(days=1)
"""A server's clock may be so far ahead of ours."""
_SAMPLES = 5
_EXCERPT = 120
_REMEMBERED = 4096

K = TypeVar("K")
V = TypeVar("V")
T = TypeVar("T")


class BoundedMemory(OrderedDict[K, V], Generic[K, V]):
    """A memory of so many things; the oldest is forgotten for a new one."""

    def __init__(self, most: int = _REMEMBERED) -> None:
        super().__init__()
        self._most = most

    def __setitem__(self, key: K, value: V) -> None:
        super().__setitem__(key, value)
        self.move_to_end(key)
        while len(self) > self._most:
            self.popitem(last=False)


@dataclass(kw_only=True, slots=True)
class Tally:
    """How much of a source could be read.

    Attributes:
        records: Lines or blocks.
        events: What came out of them.
        garbage: Records of a lease or an identifier that cannot be read.
        samples: The first few of these, each with why; control characters are escaped.
    """

    records: int = 0
    events: int = 0
    garbage: int = 0
    samples: list[str] = field(default_factory=list)

    def bad(self, why: str, record: bytes) -> None:
        """Count a record as garbage."""
        self.garbage += 1
        if len(self.samples) < _SAMPLES:
            excerpt = record[:_EXCERPT].decode("utf-8", "backslashreplace")
            shown = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in excerpt)
            self.samples.append(f"{why}: {shown}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """Where records come from, and what one must know to read them.

    Attributes:
        name: As the settings call it.
        zone: Of times that do not tell theirs.
        now: When the records were written, more or less: it gives a year to times without, and
            a time to forms without any.
        lease_s: The server's lease time, for logs that do not tell it; ``None``: not known.
        pattern: Of a configured syslog.
        head: The first line of the file, for a reader that begins in its middle.
    """

    name: str
    zone: tzinfo = UTC
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    lease_s: int | None = None
    pattern: re.Pattern[str] | None = None
    head: bytes = b""


class Work:
    """What a reader needs while it reads one source."""

    def __init__(self, source: Source, tally: Tally) -> None:
        self.source = source
        self.tally = tally
        self.clock = Clock(source.zone, source.now())

    def identity(
        self, record: bytes, read: Callable[[T], Identity | None], values: T
    ) -> Identity | None:
        """The identity that is read from a record's values; one that cannot be read is garbage."""
        try:
            return read(values)
        except OctetError as error:
            self.tally.bad(str(error), record)
            return None


class Cutter(Protocol):
    """Cuts octets into records; keeps the unfinished rest, which is bounded."""

    dropped: int
    """Records that were too long."""

    def cut(self, octets: bytes) -> Iterator[bytes]:
        """The records that are complete now."""

    def rest(self) -> bytes:
        """The last record, which nothing ends; it is forgotten."""

    def pending(self) -> int:
        """How many octets wait for the end of their record."""


class Records(Protocol):
    """Reads one record after the other."""

    def __call__(self, record: bytes) -> Iterable[Event]:
        """What a record tells, with what was remembered of those before it."""

    def settle(self) -> Iterable[Event]:
        """What waited for a next record, which does not come; usually nothing waits."""
        return ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """One way in which a server tells of its leases.

    Attributes:
        name: As the settings name it.
        about: Which file or output of which server, in words.
        zoned: Its times are local, so that the zone of the source matters.
        head: It needs the first line of the file, wherever it begins.
        overlap: Octets that are read again after a restart, as one event takes several records.
        open_ended: A record ends where the next one begins, or when nothing comes for a while.
        rewritten: The server writes the file anew in its place instead of appending to it.
    """

    name: str
    about: str
    cutter: Callable[[], Cutter]
    records: Callable[[Work], Records]
    zoned: bool = False
    head: bool = False
    overlap: int = 0
    open_ended: bool = False
    rewritten: bool = False


class Reader:
    """Reads one source, in pieces as they come. Anything can be fed to it; it never fails.

    Args:
        form: How its records look.
        source: What must be known to read them.
        tally: Where they are counted on.
    """

    def __init__(self, form: Form, source: Source, tally: Tally | None = None) -> None:
        self.form = form
        self._work = Work(source, tally or Tally())
        self._cutter = form.cutter()
        self._records = form.records(self._work)
        self._latest = source.now() + _AHEAD

    @property
    def tally(self) -> Tally:
        """How much could be read so far."""
        return self._work.tally

    @property
    def pending(self) -> int:
        """Octets of the unfinished record at the end."""
        return self._cutter.pending()

    def feed(self, octets: bytes) -> Iterator[Event]:
        """What the records tell that these octets complete."""
        tally, before = self._work.tally, self._cutter.dropped
        for cut in self._cutter.cut(octets):
            record = unmarked(cut) if not tally.records else cut
            tally.records += 1
            yield from self._counted(self._records(record), record)
        for _ in range(self._cutter.dropped - before):
            tally.records += 1
            tally.bad(f"longer than {MOST_RECORD} octets", b"")

    def settle(self) -> Iterator[Event]:
        """Nothing has come for a while: what waits for a next record comes out now."""
        if self.form.open_ended:
            yield from self._last()
        yield from self._counted(self._records.settle(), b"")

    def end(self) -> Iterator[Event]:
        """Nothing follows: the last record needs no end."""
        yield from self._last()
        yield from self.settle()

    def _last(self) -> Iterator[Event]:
        rest = self._cutter.rest()
        if rest.strip():
            self._work.tally.records += 1
            yield from self._counted(self._records(rest), rest)

    def _counted(self, events: Iterable[Event], record: bytes) -> Iterator[Event]:
        """Events, but for those of the future: they would be newer than all that comes later."""
        for event in events:
            if event.at > self._latest:
                self._latest = self._work.source.now() + _AHEAD
            if event.at > self._latest:
                self._work.tally.bad("is of the future", record)
            else:
                self._work.tally.events += 1
                yield event


def read(form: Form, octets: Iterable[bytes], source: Source) -> Iterator[Event]:
    """Everything that the octets of a source tell. A pure function of its arguments."""
    reader = Reader(form, source)
    for piece in octets:
        yield from reader.feed(piece)
    yield from reader.end()
