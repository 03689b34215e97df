"""What stands in front of the message in a line of a log: byte order mark, count, priority, time.

Sources: RFC 5424 (priority, version, BOM), RFC 6587, 3.4.1 (octet counts).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta, tzinfo

_BOM = b"\xef\xbb\xbf"
_COUNTED = re.compile(rb"([1-9]\d{0,5}) (?=<\d{1,3}>)")
_FRONT = re.compile(rb"(?:[1-9]\d{0,5} )?<\d{1,3}>(1 )?|(1 )(?=\d{4}-\d\d-\d\dT)")
_VARIABLE = re.compile(rb"\0(?=[A-Za-z_]\w{0,63}=)")


def unmarked(line: bytes) -> bytes:
    """A line without the byte order mark that an editor has put in front of the first one."""
    return line.removeprefix(_BOM)


def unfronted(line: bytes) -> tuple[bytes, bool]:
    """A line without octet count, priority and version, and whether it had a version (RFC 5424)."""
    match = _FRONT.match(line)
    if match is None:
        return line, False
    return line[match.end() :], bool(match[1] or match[2])


def messages(line: bytes) -> Sequence[bytes]:
    """The messages in a line: several where octets are counted and nothing else parts them."""
    if _COUNTED.match(line) is None:
        return (line,)
    found, rest = counted(line)
    return [*found, rest] if rest or not found else found


def counted(octets: bytes) -> tuple[list[bytes], bytes]:
    """The messages behind each of which another octet count stands, and what is left.

    A count behind which no other count stands is not followed: the line may have been shortened.
    """
    found: list[bytes] = []
    at = 0
    while (match := _COUNTED.match(octets, at)) is not None:
        end = match.end() + int(match[1])
        if _COUNTED.match(octets, end) is None:
            break
        found.append(octets[at:end])
        at = end
    return found, octets[at:]


def rows(line: bytes) -> list[bytes]:
    """The lines that were put into one.

    Those of an environment that was written down with NULs, and those of a dump of Kea whose line
    feeds rsyslog has escaped.
    """
    if 0 in line:  # a number is found sooner
        return _VARIABLE.split(line)
    if b"#012" in line and b"type=" in line:
        return line.split(b"#012")
    return [line]


_Time = datetime | None
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), 1
    )
}
_TRADITIONAL = re.compile(r"([A-Z][a-z]{2}) ([ 0-3]\d) (\d\d):(\d\d):(\d\d)")
_CTIME = re.compile(r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) ([ 0-3]\d) (\d\d:\d\d:\d\d) (\d{4})")
_HOUR = len("2026-11-21 05")
_MOST_HOURS = 1024
_MOST_TIMES = 8192
_FIRST_YEAR, _LAST_YEAR = MINYEAR, MAXYEAR
"""Near its ends a time of a zone may have none in UTC."""
_AHEAD = timedelta(days=1)
"""A log's clock may be so far ahead of ours; a line further ahead is of the year before."""
_LATE = timedelta(minutes=30)
"""A line further behind those before it, in an hour that came twice, is of its second coming."""
_FIRST, _LAST = 946_684_800, 4_102_444_800
"""2000 and 2100: an epoch outside of them is no time of a lease."""


class Clock:
    """Reads the times of one source. Remembers the last text, as a busy log repeats its seconds.

    Args:
        zone: Of times that are written without one.
        now: When the lines were written, more or less; it gives a year to those without.
    """

    def __init__(self, zone: tzinfo, now: datetime) -> None:
        self.zone = zone
        self.now = now
        self._text = ""
        self._time: datetime | None = None
        self._latest = datetime.fromtimestamp(_FIRST, UTC)
        self._offsets: dict[str, timedelta | None] = {}
        self._sure: dict[str, datetime] = {}

    def traditional(self, written: str) -> datetime | None:
        """``Nov 21 05:59:04``: of the year in which it is the latest that is not ahead of `now`."""
        if written == self._text:
            return self._time
        if (known := self._sure.get(written)) is not None:
            return known
        match = _TRADITIONAL.fullmatch(written)
        month = _MONTHS.get(match[1]) if match else None
        if match is None or month is None:
            return None
        day, hour, minute, second = (int(n) for n in match.groups()[1:])
        sure = True
        for year in range(self.now.year + 1, self.now.year - 5, -1):  # 29 February has four
            try:
                found = datetime(year, month, day, hour, minute, min(second, 59))  # noqa: DTZ001 (the zone is given to it there)
            except ValueError:
                continue
            at = self._utc(found)
            sure = sure and self._offset(str(found)[:_HOUR], found) is not None
            if at is not None and at <= self.now + _AHEAD:
                return (self._kept if sure else self._remembered)(written, at)
        return None

    def iso(self, written: str) -> datetime | None:
        """RFC 3339, or the same without a zone, with a blank instead of T, or with a comma."""
        if written == self._text:
            return self._time
        if (known := self._sure.get(written)) is not None:
            return known
        try:
            found = datetime.fromisoformat(written)
        except ValueError:
            return None
        if found.tzinfo is None:
            return self._local(written, found)
        at = self._utc(found)
        return at and self._kept(written, at)

    def _local(self, written: str, found: datetime) -> datetime | None:
        """A time without a zone. Which moment it is may depend on those before it, in one hour."""
        offset = self._offset(written[:_HOUR], found)
        if offset is not None:
            return self._kept(written, found.replace(tzinfo=UTC) - offset)
        at = self._utc(found)
        return at and self._remembered(written, at)

    def _offset(self, hour: str, found: datetime) -> timedelta | None:
        """The offset of the zone, if it is the same in the whole hour of a local time."""
        if hour not in self._offsets:
            if len(self._offsets) > _MOST_HOURS:
                self._offsets.clear()
            self._offsets[hour] = self._steady(found)
        return self._offsets[hour]

    def _steady(self, found: datetime) -> timedelta | None:
        """As `_offset`, worked out."""
        if not _FIRST_YEAR < found.year < _LAST_YEAR:
            return None
        first = found.replace(minute=0, second=0, microsecond=0, tzinfo=self.zone)
        last = first.replace(minute=59, second=59, microsecond=999_999)
        times = (first, last, first.replace(fold=1), last.replace(fold=1))
        offsets = {time.utcoffset() for time in times}
        return offsets.pop() if len(offsets) == 1 else None

    def named(self, written: str, zone: str) -> datetime | None:
        """A local time with the abbreviation of its zone, which must be the source's own.

        An abbreviation alone is ambiguous (CST is three zones); one that the source's zone never
        uses at this time says that the configured zone is wrong.
        """
        at = self.iso(written)
        if at is None or at.astimezone(self.zone).tzname() != zone:
            return None
        return at

    def sure(self, written: str) -> datetime | None:
        """The time of a text that was read, if it has it whatever else is read."""
        return self._sure.get(written)

    def ctime(self, written: str) -> datetime | None:
        """``Sat Nov 21 06:04:47 2026``."""
        match = _CTIME.fullmatch(written)
        if match is None or match[1] not in _MONTHS:
            return None
        day = match[2].strip().zfill(2)
        return self.iso(f"{match[4]}-{_MONTHS[match[1]]:02d}-{day} {match[3]}")

    def _kept(self, written: str, at: datetime) -> datetime:
        """The time of a text that has it whatever was read before."""
        if len(self._sure) >= _MOST_TIMES:
            self._sure.clear()
        self._sure[written] = at
        return self._remembered(written, at)

    def _remembered(self, written: str, at: datetime) -> datetime:
        self._text, self._time = written, at
        if at > self._latest:
            self._latest = at
        return at

    def _utc(self, found: datetime) -> datetime | None:
        """In UTC; of the two moments of an hour that came twice, the one that goes on."""
        try:
            if found.tzinfo is not None:
                return found.astimezone(UTC)
            if self.zone is UTC:
                return found.replace(tzinfo=UTC)
            first = found.replace(tzinfo=self.zone).astimezone(UTC)
            if first >= self._latest - _LATE:
                return first
            second = found.replace(tzinfo=self.zone, fold=1).astimezone(UTC)
        except (OverflowError, ValueError):
            return None
        return second if second > first and second >= self._latest - _LATE else first


def epoch(written: str | float) -> datetime | None:
    """Seconds since 1970, as Kea, dnsmasq, FreeRADIUS and tshark write them."""
    try:
        seconds = float(written)
    except ValueError:
        return None
    if not _FIRST <= seconds <= _LAST:
        return None
    return datetime.fromtimestamp(seconds, UTC)


_ISO = re.compile(rb"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:?\d\d)?")
_SYSLOG = re.compile(rb"[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d")
_DETAIL = re.compile(rb"([A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4})\s*$")
_LEASES = re.compile(rb"\s*(?:starts|cltt) \d (\d{4})/(\d\d)/(\d\d) (\d\d):(\d\d):(\d\d)(?: UTC)?;")
_KEA_CSV = re.compile(
    rb"[0-9A-Fa-f.:]+,[0-9A-Fa-f:]*,(?:[0-9A-Fa-f:]*:[0-9A-Fa-f:]*,|,)?(\d{1,10}),(\d{1,12}),"
)
_WINDOWS = re.compile(rb"\d{2,5},(\d\d)/(\d\d)/(\d\d),(\d\d:\d\d:\d\d),")
_MOST_OF_A_LINE = 256
_DATED = re.compile(
    rb"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(?:(?:\.\d{1,9})?(Z|[+-]\d\d:?\d\d)?(?= )())?"
    rb"|([A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d)|" + _KEA_CSV.pattern
)
_AS_ISO, _AS_SYSLOG, _AS_LEASE = 3, 4, 6
"""Its last group that matches, where the whole time is in it; a blank follows one of ISO 8601."""
FRONT = len("2026-11-21T05:59:04Z ")
"""Octets of a line of which it mostly depends whether it begins with a time, and which."""
Begun = tuple[int, datetime | None, re.Match[bytes] | None]
"""Where the time ends that a line begins with, and the time, or what `LogTime.at` reads it from."""


def dated(line: bytes) -> Begun | None:
    """The time that a line begins with; ``None``: it begins with no date.

    What stands behind it says what the line says, whatever the time is. Of a lease of Kea's file
    the addresses in front of the time count as part of it, as long as they cannot be taken for an
    option 82 in hex.
    """
    match = _DATED.match(line)
    if match is None:
        return None
    if match.lastindex == _AS_LEASE:
        front = match[0]
        if b",52" in front or front.startswith(b"52"):  # 82 is 52 in hex
            return None
    return match.end(), None, match


class LogTime:
    """Reads the time at the beginning of the lines of a log, whichever program has written it.

    Args:
        zone: Of times that are written without one.
        now: A syslog line without a year is of the latest year in which it is not in the future.

    Attributes:
        begun: The first `FRONT` octets of lines -> what `dated` tells of them, with the time.
    """

    def __init__(self, zone: tzinfo, now: datetime) -> None:
        self.begun: dict[bytes, Begun] = {}
        self._clock = clock = Clock(zone, now)
        self._forms: tuple[tuple[re.Pattern[bytes], Callable[[re.Match[bytes]], _Time]], ...] = (
            (_ISO, self._iso),
            (_KEA_CSV, lambda found: _given(found[1], found[2])),
            (_SYSLOG, lambda found: clock.traditional(found[0].decode())),
            (_DETAIL, lambda found: clock.ctime(found[1].decode())),
            (_LEASES, lambda found: datetime(*map(int, found.groups()), tzinfo=UTC)),  # type: ignore[arg-type, misc]  # six numbers
            (_WINDOWS, self._windows),
        )

    def of(self, line: bytes) -> datetime | None:
        """The time that a line begins with; ``None`` when it begins with none."""
        found = self._begun(line)
        if found is None:  # nothing that stands in front of a time begins as one does
            bare, _ = unfronted(unmarked(line[: 2 * _MOST_OF_A_LINE]))
            found = self._begun(bare)
        return found

    def at(self, match: re.Match[bytes]) -> datetime | None:
        """The time of a line that is `dated`, as `of` tells it."""
        kind = match.lastindex
        if kind == _AS_LEASE and match.end() <= _MOST_OF_A_LINE:
            return _given(match[5], match[6])
        if kind == _AS_ISO:
            time = self._iso(match)
        elif kind == _AS_SYSLOG:
            time = self._clock.traditional(match[4].decode())
        else:
            return self.of(match.string)
        if match.end() < FRONT and (sure := self._clock.sure(match[0].decode())) is not None:
            if len(self.begun) >= _MOST_TIMES:
                self.begun.clear()
            self.begun[match.string[:FRONT]] = match.end(), sure, None
        return time

    def _begun(self, line: bytes) -> datetime | None:
        for form, read in self._forms:
            if match := form.match(line, 0, _MOST_OF_A_LINE):
                try:
                    return read(match)
                except (ValueError, OverflowError, OSError):
                    return None
        return None

    def _iso(self, found: re.Match[bytes]) -> datetime | None:
        local, zone = found.group(1, 2)
        return self._clock.iso((local + zone if zone else local).decode())

    def _windows(self, found: re.Match[bytes]) -> datetime | None:
        month, day, year, time = (part.decode() for part in found.groups())
        return self._clock.iso(f"20{year}-{month}-{day} {time}")


def _given(lifetime: bytes, ends: bytes) -> datetime | None:
    """When a lease was given: its end less its lifetime."""
    try:
        return datetime.fromtimestamp(int(ends) - int(lifetime), UTC)
    except (ValueError, OverflowError, OSError):
        return None
