"""``techinfo disturbances``: a draft of what is reported of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

import typer

from techinfo.access.past.outage_report import Reported, outage_report
from techinfo.api.documents.seen import as_csv
from techinfo.cli.console import out, print_objects, table
from techinfo.cli.options import ConfigOption, JsonLinesOption, inventory_of, settings_of, time_of
from techinfo.cli.service.watching import history_of
from techinfo.errors import ConfigError, UnwatchedError
from techinfo.model import utc_now
from techinfo.moments import rfc3339

app = typer.Typer(help="Disturbances that were found where sites are polled.", no_args_is_help=True)
COLUMNS = (
    *("reference", "scope", "name", "since", "until", "lines", "of", "accesses", "inService"),
    *("accessHours", "unknownAccesses", "cause", "works"),
)


@app.callback()
def _disturbances() -> None:
    """Disturbances."""


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
    settings, now = settings_of(config), utc_now()
    until = time_of(end, "--to") or now
    since = time_of(begin, "--from") or until - timedelta(days=30)
    if since >= until:
        raise ConfigError("is not before --to", key="--from")
    file = history_of(settings)
    if file is None:
        raise UnwatchedError("nothing is watched here: polling is off")
    with file, inventory_of(settings) as inventory:
        found = outage_report(file, inventory, since, until)
    rows = [_row(one) for one in found if one.access_hours >= least]
    if csv:
        print(as_csv(COLUMNS, rows), end="")
    elif as_json:
        print_objects(rows)
    else:
        _show(rows)


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
