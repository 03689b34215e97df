"""``techinfo audit``: who asked what about which access, and what to have a look at."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.text import Text

from techinfo.api.asgi.audit import of_people
from techinfo.cli.console import err, out, table
from techinfo.cli.options import ConfigOption, JsonLinesOption, settings_of
from techinfo.errors import ConfigError
from techinfo.store.audit import GAP, LOST, NOTES, REFUSED, START, STOP, AuditEntry, AuditFile

app = typer.Typer(help="The audit log: who asked what, when, for whom.", no_args_is_help=True)
_NOTED = {
    LOST: "{} could not be kept",
    GAP: "the service had died: entries may be missing {}",
    REFUSED: "refused: {}",
    START: "{} begins",
    STOP: "{} ends",
}
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
SinceOption = Annotated[
    str | None, typer.Option(help="Only since then: 30m, 12h, 7d, or 2027-01-31T12:00:00Z.")
]


class Lacking(StrEnum):
    """What a look-up may have been asked without."""

    PERSON = "person"
    """X-On-Behalf-Of."""
    CASE = "case"
    """X-Case-Reference."""


@dataclass(slots=True)
class _Person:
    """Somebody who was asked for, as one provider calls them."""

    whose: str
    name: str
    accesses: set[str] = field(default_factory=set)
    requests: int = 0

    def as_json(self) -> dict[str, Any]:
        """The person, for a JSON document."""
        return {
            "provider": self.whose,
            "on_behalf_of": self.name,
            "accesses": len(self.accesses),
            "requests": self.requests,
        }


@dataclass(slots=True)
class _Report:
    """What there is to look at.

    Attributes:
        without: Look-ups of people's rows and what each lacks, the newest first; not all of them.
        counted: All of them by user and by what they lack.
        persons: By provider and name.
        gaps: Where entries may be missing.
    """

    without: list[tuple[AuditEntry, list[Lacking]]] = field(default_factory=list)
    counted: Counter[tuple[str, Lacking]] = field(default_factory=Counter)
    persons: dict[tuple[str, str], _Person] = field(default_factory=dict)
    gaps: list[AuditEntry] = field(default_factory=list)

    def busy(self, more_than: int) -> list[_Person]:
        """Those who looked at more accesses, the busiest first."""
        found = [one for one in self.persons.values() if len(one.accesses) > more_than]
        return sorted(found, key=lambda one: (-len(one.accesses), one.whose, one.name))


@app.callback()
def _audit() -> None:
    """The audit log."""


@app.command()
def show(
    access: Annotated[
        str | None, typer.Option(help="Only what was asked about this accessId.")
    ] = None,
    user: Annotated[str | None, typer.Option(help="Only what this user asked.")] = None,
    since: SinceOption = None,
    most: Annotated[int, typer.Option("-n", min=1, max=1_000_000, help="So many at most.")] = 1000,
    as_json: JsonLinesOption = False,
    config: ConfigOption = None,
) -> None:
    """Show what was asked, the newest first: time, user, address, on whose behalf, what, status.

    The log tells who asked what about which access, and how that ended (with the error's id, under
    which the service's log has the whole story). It never holds what was answered. Entries are
    kept for [bold]audit.keep_days[/bold]. Where entries could not be kept, a line says how many,
    and where the service died, since when some may be missing. A log-in that was refused is there
    with the name, where somebody is called so; else with digits that are the same for the same
    name until a restart, as people type passwords there.

    Example: [bold]techinfo audit show --access A-1001 --since 12h[/bold]
    """
    with AuditFile.open_read_only(settings_of(config).audit.path) as file:
        found = file.entries(access_id=access, user=user, since=_time(since), most=most)
        for entry in found:
            print(json.dumps(_object(entry)) if as_json else _line(entry))


@app.command()
def report(
    more_than: Annotated[
        int, typer.Option(min=0, help="Persons who looked at more accesses than these.")
    ] = 20,
    lacking: Annotated[
        Lacking | None,
        typer.Option(help="Only look-ups without this one; else those that lack either."),
    ] = None,
    user: Annotated[str | None, typer.Option(help="Only of this user.")] = None,
    since: SinceOption = "30d",
    most: Annotated[
        int, typer.Option("-n", min=0, max=1_000_000, help="So many look-ups at most.")
    ] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    config: ConfigOption = None,
) -> None:
    """List look-ups without a person or a case, and persons who looked at many accesses.

    A look-up is an answer with rows of people: MAC addresses, leases, groups, identifiers, search,
    tickets and the like. The person is what [bold]X-On-Behalf-Of[/bold] said, the case what
    [bold]X-Case-Reference[/bold] said; [bold]techinfo user options NAME behalf_required[/bold] and
    [bold]case_required[/bold] make a provider say them. A person is of one provider: the same name
    at two of them is two.

    Example: [bold]techinfo audit report --json[/bold]
    """
    begin = _time(since)
    with AuditFile.open_read_only(settings_of(config).audit.path) as file:
        made = _report(file.entries(user=user, since=begin, most=None), lacking, most)
    if as_json:
        print(json.dumps(_report_object(made, begin, more_than)))
    else:
        _print_report(made, more_than)


def _report(entries: Iterable[AuditEntry], lacking: Lacking | None, most: int) -> _Report:
    made = _Report()
    for entry in entries:
        if entry.method in (GAP, LOST):
            made.gaps.append(entry)
        if entry.method in NOTES or entry.status is None or entry.status >= 400:
            continue
        _note_person(made, entry)
        lacks = [one for one in _lacks(entry) if lacking in (None, one)]
        made.counted.update((entry.user, one) for one in lacks)
        if lacks and len(made.without) < most:
            made.without.append((entry, lacks))
    return made


def _note_person(made: _Report, entry: AuditEntry) -> None:
    if entry.on_behalf_of is None:
        return
    key = (entry.provider or entry.user, entry.on_behalf_of)
    person = made.persons.setdefault(key, _Person(*key))
    person.requests += 1
    if entry.access_id is not None:
        person.accesses.add(entry.access_id)


def _lacks(entry: AuditEntry) -> Iterator[Lacking]:
    if not of_people(entry.method, entry.path):
        return
    if entry.on_behalf_of is None:
        yield Lacking.PERSON
    if entry.case_reference is None:
        yield Lacking.CASE


def _report_object(made: _Report, since: datetime | None, more_than: int) -> dict[str, Any]:
    return {
        "since": None if since is None else _shown(since),
        "without": [_object(entry) | {"lacking": lacks} for entry, lacks in made.without],
        "without_by_user": [
            {"user": user, "lacking": lacking, "look_ups": count}
            for (user, lacking), count in sorted(made.counted.items())
        ],
        "more_than": more_than,
        "persons": [person.as_json() for person in made.busy(more_than)],
        "missing": [_object(entry) for entry in made.gaps],
    }


def _print_report(made: _Report, more_than: int) -> None:
    for entry in made.gaps:
        err.print(_line(entry), markup=False)
    out.print("look-ups without a person or a case")
    _print_table(
        ("time", "user", "address", "access", "path", "lacking"),
        (
            (
                _shown(entry.at),
                entry.user,
                entry.address,
                entry.access_id or "",
                repr(entry.path),
                ", ".join(lacks),
            )
            for entry, lacks in made.without
        ),
    )
    counted = sorted(made.counted.items())
    _print_table(
        ("user", "lacking", "look-ups"),
        ((user, lacking, str(count)) for (user, lacking), count in counted),
    )
    out.print(f"persons who looked at more than {more_than} accesses")
    _print_table(
        ("provider", "person", "accesses", "requests"),
        (
            (one.whose, repr(one.name), str(len(one.accesses)), str(one.requests))
            for one in made.busy(more_than)
        ),
    )


def _print_table(headings: Iterable[str], rows: Iterable[tuple[str, ...]]) -> None:
    shown = table(*headings, overflow="fold")
    for row in rows:
        shown.add_row(*map(Text, row))
    out.print(shown)


def _time(text: str | None) -> datetime | None:
    if text is None:
        return None
    if ago := re.fullmatch(r"([0-9]{1,5})([mhd])", text):
        return datetime.now(UTC) - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigError(
            f"{text!r} is neither 12h nor 2027-01-31T12:00:00Z", key="--since"
        ) from None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found


def _object(entry: AuditEntry) -> dict[str, Any]:
    known = {f.name: getattr(entry, f.name) for f in fields(entry) if f.name != "at"}
    return {"at": _shown(entry.at)} | {k: v for k, v in known.items() if v not in (None, "")}


def _line(entry: AuditEntry) -> str:
    if entry.method in NOTES:
        return f"{_shown(entry.at)} {_NOTED[entry.method].format(entry.path)}"
    if not entry.role:
        whom = f"refused {entry.user}" if entry.user else "refused"
        return (
            f"{_shown(entry.at)} {whom} {entry.address} {entry.method} {entry.path!r}"
            f" {entry.status}"
        )
    whom = f"{entry.user}({entry.role}{'' if entry.provider is None else ' ' + entry.provider})"
    behalf = f" for {entry.on_behalf_of!r}" if entry.on_behalf_of else ""
    case = f" case {entry.case_reference!r}" if entry.case_reference else ""
    status = "gone" if entry.status is None else str(entry.status)
    error = f" error {entry.error_id}" if entry.error_id else ""
    about = f" access {entry.access_id}" if entry.access_id else ""
    return (
        f"{_shown(entry.at)} {whom} {entry.address}{behalf}{case} {entry.method} {entry.path!r}"
        f"{about} {status}{error}"
    )


def _shown(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
