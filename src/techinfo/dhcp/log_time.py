"""The time at the beginning of a line of a log, in the forms in which servers write it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo

_ISO = re.compile(rb"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:?\d\d)?")
_SYSLOG = re.compile(rb"(?:<\d{1,3}>)?([A-Z][a-z]{2}) ([ \d]\d) (\d\d):(\d\d):(\d\d)")
_DETAIL = re.compile(rb"[A-Z][a-z]{2} ([A-Z][a-z]{2}) ([ \d]\d) (\d\d):(\d\d):(\d\d) (\d{4})\s*$")
_LEASES = re.compile(rb"\s*(?:starts|cltt) \d (\d{4})/(\d\d)/(\d\d) (\d\d):(\d\d):(\d\d);")
_KEA_CSV = re.compile(rb"[0-9A-Fa-f.:]+,[0-9A-Fa-f:]*,[0-9A-Fa-f:]*,(\d{1,10}),(\d{1,12}),")
_KEA_CSV_6 = re.compile(rb"[0-9A-Fa-f:]+,[0-9A-Fa-f:]+,(\d{1,10}),(\d{1,12}),")
_MONTHS = {
    name: number
    for number, name in enumerate(
        b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), start=1
    )
}
_SLACK = timedelta(days=1)


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

    def of(self, line: bytes) -> datetime | None:
        """The time that a line begins with; ``None`` when it begins with none."""
        begin = line[:48]
        if not begin or begin == self._last[0]:
            return self._last[1] if begin else None
        try:
            time = self._read(begin)
        except (ValueError, OverflowError):
            time = None
        self._last = (begin, time)
        return time

    def _read(self, begin: bytes) -> datetime | None:
        if match := _ISO.match(begin):
            zone = (match[3] or b"").replace(b"Z", b"+00:00").decode()
            time = datetime.fromisoformat(match[1].decode() + zone)
            return self._aware(time)
        if match := _SYSLOG.match(begin):
            return self._of_no_year(match)
        if match := _DETAIL.match(begin):
            month, day, *clock, year = match.groups()
            moment = datetime(int(year), _month(month), int(day), *map(int, clock))  # noqa: DTZ001
            return self._aware(moment)
        if match := _LEASES.match(begin):
            return datetime(*(int(part) for part in match.groups()), tzinfo=UTC)  # type: ignore[arg-type,misc]  # six numbers
        if match := _KEA_CSV.match(begin) or _KEA_CSV_6.match(begin):
            # Lifetime and end; the end less the lifetime is when it was given.
            return datetime.fromtimestamp(int(match[2]) - int(match[1]), UTC)
        return None

    def _of_no_year(self, match: re.Match[bytes]) -> datetime | None:
        month, day, *clock = match.groups()
        for year in (self._now.year + 1, self._now.year, self._now.year - 1):
            try:
                moment = datetime(year, _month(month), int(day), *map(int, clock))  # noqa: DTZ001
            except ValueError:  # 29 February, or no date at all
                continue
            time = self._aware(moment)
            if time <= self._now + _SLACK:
                return time
        return None

    def _aware(self, time: datetime) -> datetime:
        return (time if time.tzinfo else time.replace(tzinfo=self._zone)).astimezone(UTC)


def _month(name: bytes) -> int:
    found = _MONTHS.get(name)
    if found is None:
        raise ValueError(name)
    return found
