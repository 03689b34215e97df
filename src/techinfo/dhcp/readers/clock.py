"""From what a log writes to a moment: zones are the source's, and years are missing."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), 1
    )
}
_TRADITIONAL = re.compile(r"([A-Z][a-z]{2}) ([ 0-3]\d) (\d\d):(\d\d):(\d\d)")
_CTIME = re.compile(r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) ([ 0-3]\d) (\d\d:\d\d:\d\d) (\d{4})")
_AHEAD = timedelta(days=1)
"""A log's clock may be so far ahead of ours; a line further ahead is of the year before."""
_LATE = timedelta(minutes=30)
"""A line further behind those before it, in an hour that came twice, is of its second coming."""
_FIRST, _LAST = 946_684_800, 4_102_444_800
"""2000 and 2100: an epoch outside of them is no time of a lease."""


class Clock:
    """Reads the times of one source. Remembers the last text, as a busy log repeats its seconds.

    Args:
        zone: In which the source writes times that do not tell theirs.
        now: When the lines were written, more or less; it gives a year to those without.
    """

    def __init__(self, zone: tzinfo, now: datetime) -> None:
        self.zone = zone
        self.now = now
        self._text = ""
        self._time: datetime | None = None
        self._latest = datetime.fromtimestamp(_FIRST, UTC)

    def traditional(self, written: str) -> datetime | None:
        """``Nov 21 05:59:04``: of the year in which it is the latest that is not ahead of `now`."""
        if written == self._text:
            return self._time
        match = _TRADITIONAL.fullmatch(written)
        month = _MONTHS.get(match[1]) if match else None
        if match is None or month is None:
            return None
        day, hour, minute, second = (int(n) for n in match.groups()[1:])
        for year in range(self.now.year + 1, self.now.year - 5, -1):  # 29 February has four
            try:
                at = self._utc(datetime(year, month, day, hour, minute, min(second, 59)))  # noqa: DTZ001 (the zone is given to it there)
            except ValueError:
                continue
            if at is not None and at <= self.now + _AHEAD:
                return self._remembered(written, at)
        return None

    def iso(self, written: str) -> datetime | None:
        """RFC 3339, or the same without a zone, with a blank instead of T, or with a comma."""
        if written == self._text:
            return self._time
        try:
            found = datetime.fromisoformat(written.replace(",", "."))
        except ValueError:
            return None
        at = self._utc(found)
        return None if at is None else self._remembered(written, at)

    def named(self, written: str, zone: str) -> datetime | None:
        """A local time with the abbreviation of its zone, which must be the source's own.

        An abbreviation alone is ambiguous (CST is three zones); one that the source's zone never
        uses at this time says that the configured zone is wrong.
        """
        at = self.iso(written)
        if at is None or at.astimezone(self.zone).tzname() != zone:
            return None
        return at

    def ctime(self, written: str) -> datetime | None:
        """``Sat Nov 21 06:04:47 2026``."""
        match = _CTIME.fullmatch(written)
        if match is None or match[1] not in _MONTHS:
            return None
        day = match[2].strip().zfill(2)
        return self.iso(f"{match[4]}-{_MONTHS[match[1]]:02d}-{day} {match[3]}")

    def _remembered(self, written: str, at: datetime) -> datetime:
        self._text, self._time = written, at
        self._latest = max(self._latest, at)
        return at

    def _utc(self, found: datetime) -> datetime | None:
        """In UTC; of the two moments of an hour that came twice, the one that goes on."""
        try:
            if found.tzinfo is not None:
                return found.astimezone(UTC)
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
