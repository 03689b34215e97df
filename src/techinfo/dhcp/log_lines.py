"""What stands in front of the message in a line of a log: byte order mark, count, priority, time.

Sources: RFC 5424 (priority, version, BOM), RFC 6587, 3.4.1 (octet counts).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo

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


def messages(line: bytes) -> Iterator[bytes]:
    """The messages in a line: several where octets are counted and nothing else parts them."""
    found, rest = counted(line)
    yield from found
    if rest or not found:
        yield rest


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
    if b"\0" in line:
        return _VARIABLE.split(line)
    if b"#012" in line and b"type=" in line:
        return line.split(b"#012")
    return [line]


_ISO = re.compile(rb"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:?\d\d)?")
_SYSLOG = re.compile(rb"([A-Z][a-z]{2}) ([ \d]\d) (\d\d):(\d\d):(\d\d)")
_DETAIL = re.compile(rb"[A-Z][a-z]{2} ([A-Z][a-z]{2}) ([ \d]\d) (\d\d):(\d\d):(\d\d) (\d{4})\s*$")
_LEASES = re.compile(rb"\s*(?:starts|cltt) \d (\d{4})/(\d\d)/(\d\d) (\d\d):(\d\d):(\d\d)(?: UTC)?;")
_KEA_CSV = re.compile(
    rb"[0-9A-Fa-f.:]+,[0-9A-Fa-f:]*,(?:[0-9A-Fa-f:]*:[0-9A-Fa-f:]*,|,)?(\d{1,10}),(\d{1,12}),"
)
_MONTHS = {
    name: number
    for number, name in enumerate(
        b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), start=1
    )
}
_SLACK = timedelta(days=1)
_MOST_OF_A_LINE = 256


class LogTime:
    """Reads the times of one log.

    Args:
        zone: Of times without a zone.
        now: A syslog line without a year is of the latest year in which it is not in the future.
    """

    def __init__(self, zone: tzinfo, now: datetime) -> None:
        self._zone = zone
        self._now = now
        self._last: tuple[bytes, datetime | None] = (b"", None)
        self._forms = (
            (_ISO, self._of_iso),
            (_SYSLOG, self._of_no_year),
            (_DETAIL, self._of_detail),
            (_LEASES, _of_leases),
            (_KEA_CSV, _of_csv),
        )

    def of(self, line: bytes) -> datetime | None:
        """The time that a line begins with; ``None`` when it begins with none."""
        line, _ = unfronted(unmarked(line[: 2 * _MOST_OF_A_LINE]))
        for form, read in self._forms:
            if match := form.match(line, 0, _MOST_OF_A_LINE):
                if match[0] != self._last[0]:
                    self._last = (match[0], self._read(read, match))
                return self._last[1]
        return None

    def _read(
        self, read: Callable[[re.Match[bytes]], datetime | None], match: re.Match[bytes]
    ) -> datetime | None:
        try:
            return read(match)
        except (ValueError, OverflowError, OSError):
            return None

    def _of_iso(self, match: re.Match[bytes]) -> datetime:
        zone = (match[2] or b"").replace(b"Z", b"+00:00").decode()
        return self._aware(datetime.fromisoformat(match[1].decode() + zone))

    def _of_detail(self, match: re.Match[bytes]) -> datetime:
        month, day, hour, minute, second, year = match.groups()
        date = datetime(int(year), _month(month), int(day))  # noqa: DTZ001 - its zone comes now
        return self._aware(_on(date, hour, minute, second))

    def _of_no_year(self, match: re.Match[bytes]) -> datetime | None:
        month, day, hour, minute, second = match.groups()
        for year in (self._now.year + 1, self._now.year, self._now.year - 1):
            try:
                date = datetime(year, _month(month), int(day))  # noqa: DTZ001 - its zone comes now
            except ValueError:  # 29 February, or no date at all
                continue
            time = self._aware(_on(date, hour, minute, second))
            if time <= self._now + _SLACK:
                return time
        return None

    def _aware(self, time: datetime) -> datetime:
        return (time if time.tzinfo else time.replace(tzinfo=self._zone)).astimezone(UTC)


def _of_leases(match: re.Match[bytes]) -> datetime:
    year, month, day, hour, minute, second = map(int, match.groups())
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


def _of_csv(match: re.Match[bytes]) -> datetime:
    """The end of a lease less its lifetime is when it was given."""
    return datetime.fromtimestamp(int(match[2]) - int(match[1]), UTC)


def _on(date: datetime, hour: bytes, minute: bytes, second: bytes) -> datetime:
    return date.replace(hour=int(hour), minute=int(minute), second=min(int(second), 59))


def _month(name: bytes) -> int:
    found = _MONTHS.get(name)
    if found is None:
        raise ValueError(name)
    return found
