"""The time at the beginning of a line of a log, in the forms in which servers write it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo

from techinfo.dhcp.framing import unfronted, unmarked

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
        zone: Of times that do not tell theirs.
        now: A syslog line without a year is of the last year in which it is not to come.
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
