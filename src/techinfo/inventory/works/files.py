"""Works out of files: CSV with a row for every scope, and iCalendar (RFC 5545)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from techinfo.errors import InventoryImportError, WorksError
from techinfo.inventory.works.records import Place, Scope, Works, checked, scope_of

if TYPE_CHECKING:  # a library that only an import of a calendar takes
    from icalendar import Event

MOST_OCTETS = 8 * 2**20
_COLUMNS = ("reference", "from", "to", "expectedEnd", "text", *Place, "city")
_NEEDED = ("reference", "from", "to", "text")
_SEVERAL = ("RRULE", "RDATE", "RECURRENCE-ID")


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What a file tells.

    Attributes:
        works: That may be kept.
        cancelled: References that the file calls off.
        wrong: What is wrong with the others, each with its place in the file.
    """

    works: tuple[Works, ...]
    cancelled: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()


def read_works(path: Path, zone: ZoneInfo | None = None) -> Told:
    """The works of a file, by the end of its name: ``.csv``, else iCalendar.

    Args:
        path: The file, UTF-8.
        zone: Of times without one; ``None``: such works are wrong.

    Raises:
        InventoryImportError: The file cannot be read as a whole.
    """
    try:
        with path.open("rb") as file:
            octets = file.read(MOST_OCTETS + 1)
    except OSError as error:
        raise InventoryImportError(f"cannot be read: {error.strerror}", path=path) from error
    if len(octets) > MOST_OCTETS:
        raise InventoryImportError(f"is longer than {MOST_OCTETS // 2**20} MiB", path=path)
    try:
        text = octets.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InventoryImportError("is not UTF-8", path=path) from error
    reader = _of_csv if path.suffix.lower() == ".csv" else _of_calendar
    return reader(path, text, zone)


def moment_in(text: str, zone: ZoneInfo | None) -> datetime:
    """A time in ISO 8601, UTC.

    Raises:
        WorksError: It is none, or has no zone and none is given.
    """
    try:
        return _in_utc(datetime.fromisoformat(text.strip()), zone)
    except (ValueError, OverflowError):
        raise WorksError(f"{text[:40]!r} is no time such as 2026-12-01T22:00+01:00") from None


def _in_utc(at: datetime, zone: ZoneInfo | None) -> datetime:
    if at.tzinfo is None:
        if zone is None:
            raise WorksError("a time without its zone: say which, --timezone")
        at = at.replace(tzinfo=zone)
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise WorksError(f"{at.year} is no year of works") from None


def _of_csv(path: Path, text: str, zone: ZoneInfo | None) -> Told:
    head, _, _ = text.partition("\n")
    delimiter = ";" if head.count(";") > head.count(",") else ","
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    names = _names(path, rows)
    for name in names:
        if name not in _COLUMNS:
            why = f"unknown column {name[:40]!r}; known are {', '.join(_COLUMNS)}"
            raise InventoryImportError(why, path=path, line=1)
    lacking = [name for name in _NEEDED if name not in names]
    if lacking:
        raise InventoryImportError(f"needs the column {', '.join(lacking)}", path=path, line=1)
    rows.fieldnames = names
    found: dict[str, Works] = {}
    wrong: list[str] = []
    spoilt: set[str] = set()
    for line, row in _rows(path, rows):
        reference = (row.get("reference") or "").strip()
        try:
            if None in row:
                raise WorksError(f"more cells than the header names columns ({len(names)})")
            one = _of_row(reference, row, zone)
            known = found.get(reference)
            if known is not None and replace(known, scopes=one.scopes) != one:
                raise WorksError(f"{reference}: times or text are others than in its row before")
            both = one if known is None else replace(known, scopes=known.scopes + one.scopes)
            found[reference] = checked(both)
        except WorksError as error:
            wrong.append(f"line {line}: {error}")
            spoilt.add(reference)
    good = tuple(one for one in found.values() if one.reference not in spoilt)
    return Told(works=good, wrong=tuple(wrong))


def _names(path: Path, rows: csv.DictReader[str]) -> list[str]:
    try:
        return [name.strip() for name in rows.fieldnames or ()]
    except csv.Error as error:
        raise InventoryImportError(f"not CSV: {error}", path=path, line=1) from error


def _rows(path: Path, rows: csv.DictReader[str]) -> Iterator[tuple[int, dict[Any, Any]]]:
    try:
        for row in rows:
            yield rows.line_num, row
    except csv.Error as error:
        raise InventoryImportError(f"not CSV: {error}", path=path, line=rows.line_num) from error


def _of_row(reference: str, row: dict[Any, Any], zone: ZoneInfo | None) -> Works:
    later = (row.get("expectedEnd") or "").strip()
    return checked(
        Works(
            reference=reference,
            text=(row.get("text") or "").strip(),
            begin=moment_in(row.get("from") or "", zone),
            end=moment_in(row.get("to") or "", zone),
            expected_end=moment_in(later, zone) if later else None,
            scopes=(scope_of({key: row.get(key) for key in (*Place, "city")}),),
        )
    )


def _of_calendar(path: Path, text: str, zone: ZoneInfo | None) -> Told:
    from icalendar import Calendar, Event

    try:
        calendar = Calendar.from_ical(text)
        events = [one for one in calendar.walk("VEVENT") if isinstance(one, Event)]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
        why = f"is neither named .csv nor iCalendar: {str(error)[:100]}"
        raise InventoryImportError(why, path=path) from error
    found: list[Works] = []
    cancelled: list[str] = []
    wrong: list[str] = []
    for n, event in enumerate(events, 1):
        reference = ""
        try:
            reference = _only(event, "UID")
            if _only(event, "STATUS").upper() == "CANCELLED":
                cancelled.append(reference)
            else:
                found.append(_of_event(reference, event, zone))
        except WorksError as error:
            wrong.append(f"event {n} ({reference[:60]}): {error}")
    return Told(works=tuple(found), cancelled=tuple(cancelled), wrong=tuple(wrong))


def _of_event(reference: str, event: Event, zone: ZoneInfo | None) -> Works:
    if any(name in event for name in _SEVERAL):
        raise WorksError("it recurs: give every time as an event of its own")
    try:
        begin, end = event.start, event.end
    except (ValueError, AttributeError, KeyError, OverflowError) as error:
        raise WorksError(f"times: {str(error)[:100]}") from None
    if not isinstance(begin, datetime) or not isinstance(end, datetime):
        begin, end = _whole_days(begin, end)
    elif begin.tzinfo is None and (named := event["DTSTART"].params.get("TZID")):
        raise WorksError(f"times: nobody knows the zone {str(named)[:60]}")
    return checked(
        Works(
            reference=reference,
            text=_only(event, "SUMMARY").strip(),
            begin=_in_utc(begin, zone),
            end=_in_utc(end, zone),
            scopes=tuple(_scopes(_only(event, "DESCRIPTION").splitlines())),
        )
    )


def _only(event: Event, name: str) -> str:
    """What stands under a name that an event has once (RFC 5545, 3.6.1); empty: nothing."""
    found = event.get(name, "")
    if isinstance(found, list):
        raise WorksError(f"{name} stands there more than once")
    return str(found)


def _whole_days(begin: date, end: date) -> tuple[datetime, datetime]:
    """Whole days are from midnight to midnight, in the zone that is given for the file."""
    day = datetime.min.time()
    return datetime.combine(begin, day), datetime.combine(end, day)


def _scopes(lines: Iterable[str]) -> Iterator[Scope]:
    """What lines of a description name; all else in it is for people.

    ``element: sw-1``, ``port: sw-1 ge-0/0/1``, ``street: Storgatan, Elm``.
    """
    for line in lines:
        key, colon, value = line.strip().partition(":")
        if not colon or key not in [*Place]:
            continue
        name = value.strip()
        if key == Place.PORT:
            element, _, port = name.partition(" ")
            yield scope_of({"element": element, "port": port.strip()})
        elif key == Place.STREET:
            street, _, city = name.partition(",")
            yield scope_of({"street": street, "city": city})
        else:
            yield scope_of({key: name})
