"""``techinfo disturbances``: those that go on, one of them, and a draft of what is reported."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Annotated, Any

import typer

from techinfo.access.past.outage_report import Reported, outage_report, works_during
from techinfo.api.documents.seen import as_csv
from techinfo.cli.console import out, print_objects, table
from techinfo.cli.options import (
    ConfigOption,
    JsonLinesOption,
    inventory_of,
    settings_of,
    time_of,
)
from techinfo.cli.service.watching import history_of
from techinfo.errors import ConfigError, UnknownDisturbanceError, UnwatchedError
from techinfo.history.disturbed import Disturbed, Kept
from techinfo.history.store import HistoryFile
from techinfo.inventory import Access, Inventory
from techinfo.model import utc_now
from techinfo.moments import rfc3339

app = typer.Typer(help="Disturbances that were found where sites are polled.", no_args_is_help=True)
_LISTED = ("reference", "scope", "name", "since", "until", "accesses")
COLUMNS = (
    *("reference", "scope", "name", "since", "until", "lines", "of", "accesses", "inService"),
    *("accessHours", "unknownAccesses", "cause", "works"),
)


@app.callback()
def _disturbances() -> None:
    """Disturbances."""


@app.command("list")
def list_(
    is_open: Annotated[bool, typer.Option("--open", help="Only those that go on.")] = False,
    days: Annotated[
        float, typer.Option(min=0, max=3650, help="Those too that ended so lately.")
    ] = 1.0,
    as_json: JsonLinesOption = False,
    config: ConfigOption = None,
) -> None:
    """List disturbances that go on, or were over lately; the newest first.

    Example: [bold]techinfo disturbances list --open[/bold]
    """
    with _opened(config) as (file, inventory):
        kept = Disturbed(file).since(utc_now() - timedelta(days=days))
        rows = [_listed(inventory, one) for one in kept if not is_open or one.until is None]
    if as_json:
        print_objects(rows)
        return
    shown = table(*_LISTED, overflow="fold")
    for row in rows:
        shown.add_row(*(str(row.get(name, "")).replace("[", r"\[") for name in _LISTED))
    out.print(shown)


@app.command()
def show(
    reference: Annotated[str, typer.Argument(help="As list and answers have it: D-….")],
    as_json: JsonLinesOption = False,
    config: ConfigOption = None,
) -> None:
    """Show one disturbance: where, since when, until when, and whose accesses.

    An expected end is told only where works that it began in tell one.

    Example: [bold]techinfo disturbances show D-3f2a9c81d0[/bold]
    """
    with _opened(config) as (file, inventory):
        kept = Disturbed(file).one(reference)
        if kept is None:
            raise UnknownDisturbanceError("no disturbance has this reference")
        told = _listed(inventory, kept)
        told["elements"] = sorted({element for element, _ in kept.lines})
        told["accessIds"] = [one.access_id for one in _known(inventory, kept)]
    if as_json:
        print_objects([told])
        return
    accesses = told.pop("accessIds")
    for name, value in told.items():
        cell = " ".join(value) if isinstance(value, list) else value
        out.print(f"{name}: {cell}", markup=False, highlight=False)
    for access_id in accesses:
        out.print(f"  {access_id}", markup=False, highlight=False)


@app.command()
def report(
    begin: Annotated[
        str | None, typer.Option("--from", help="As 2026-11-01T00:00:00Z; without it 30 days ago.")
    ] = None,
    end: Annotated[str | None, typer.Option("--to", help="Without it now.")] = None,
    least: Annotated[
        float, typer.Option("--least", min=0, help="Only those of so many access hours.")
    ] = 0.0,
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    as_json: JsonLinesOption = False,
    config: ConfigOption = None,
) -> None:
    """Draft a report for the regulator: each disturbance with accesses times hours, and its cause.

    A cause is told only where something tells it: planned works, a restart of the switch, or dying
    gasps of most lines; else it is unknown. Times are kept for
    [bold]history.transitions_days[/bold]: accesses whose times are gone are counted apart. It has
    the newest thousand. Read it before it goes anywhere.
    """
    now = utc_now()
    until = time_of(end, "--to") or now
    since = time_of(begin, "--from") or until - timedelta(days=30)
    if since >= until:
        raise ConfigError("is not before --to", key="--from")
    with _opened(config) as (file, inventory):
        found = outage_report(file, inventory, since, until)
    rows = [_row(one) for one in found if one.access_hours >= least]
    if csv:
        print(as_csv(COLUMNS, rows), end="")
    elif as_json:
        print_objects(rows)
    else:
        _show(rows)


@contextmanager
def _opened(config: ConfigOption) -> Iterator[tuple[HistoryFile, Inventory]]:
    """The files of history and of the inventory.

    Raises:
        UnwatchedError: There is no history.
    """
    settings = settings_of(config)
    file = history_of(settings)
    if file is None:
        raise UnwatchedError("nothing is watched here: polling is off")
    with file, inventory_of(settings) as inventory:
        yield file, inventory


def _listed(inventory: Inventory, kept: Kept) -> dict[str, Any]:
    """A disturbance in the words of the API, without what nobody knows."""
    accesses = _known(inventory, kept)
    works = works_during(inventory, accesses, kept)
    ends = [one.until for one in works] if kept.until is None else []
    told = {
        "reference": kept.reference,
        "scope": kept.scope.value,
        "name": kept.name,
        "since": rfc3339(kept.since),
        "until": rfc3339(kept.until),
        "expectedEnd": rfc3339(max(ends, default=None)),
        "cause": "element_restarted" if kept.restart else None,
        "lines": len(kept.lines),
        "of": kept.of,
        "accesses": len(accesses),
        "works": [one.reference for one in works] or None,
    }
    return {name: value for name, value in told.items() if value is not None}


def _known(inventory: Inventory, kept: Kept) -> list[Access]:
    """Its accesses, of those that the inventory still has."""
    return [one for one in map(inventory.access, kept.accesses) if one is not None]


def _row(one: Reported) -> dict[str, Any]:
    kept = one.kept
    return {
        "reference": kept.reference,
        "scope": kept.scope.value,
        "name": kept.name,
        "since": rfc3339(kept.since),
        "until": rfc3339(kept.until),
        "lines": len(kept.lines),
        "of": kept.of,
        "accesses": one.accesses,
        "inService": one.in_service,
        "accessHours": round(one.access_hours, 2),
        "unknownAccesses": one.unknown,
        "cause": one.cause,
        "works": " ".join(one.works),
    }


def _show(rows: list[dict[str, Any]]) -> None:
    shown = table(*COLUMNS, overflow="fold")
    for row in rows:
        cells = ("" if row[name] is None else str(row[name]) for name in COLUMNS)
        shown.add_row(*(cell.replace("[", r"\[") for cell in cells))
    out.print(shown)
    hours = sum(row["accessHours"] for row in rows)
    print(f"{len(rows)} disturbances, {hours:.1f} access hours; a draft")
