"""``techinfo inventory``: fill the inventory and look into it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from techinfo.cli.console import err, out
from techinfo.cli.inventory_check import check
from techinfo.cli.options import ConfigOption, inventory_of, settings_of
from techinfo.collect import load
from techinfo.config import Settings
from techinfo.config.loading import credential_names, tables_in
from techinfo.inventory import Guard, ImportReport, Names

_DEFAULT = "default"
app = typer.Typer(
    help="Fill the inventory (accesses, elements, CPEs, services) and look into it.",
    no_args_is_help=True,
)
app.command()(check)


@app.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(help="YAML, JSON, or CSV with a header line.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")
    ] = False,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Take the good lines and list the others.")
    ] = False,
    accept: Annotated[
        bool, typer.Option("--accept", help="Import even what drops or moves many accesses.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Replace every kind of record that the files hold, all of them together or none.

    A YAML or JSON file has the keys [bold]elements, accesses, cpes, services[/bold]; a CSV file
    holds one kind, told by its columns. An error names file, line and key; a driver that does not
    exist is one, and a credential that is not in the configuration.

    An import that drops more than 2 % of the accesses, or moves more than 1 % of them to another
    port, is refused and shows the difference, until you say --accept. Five accesses are never too
    many, and the first import never is. The limits: [bold]inventory.most_dropped_percent[/bold],
    [bold]inventory.most_remapped_percent[/bold].
    """
    settings = settings_of(config)
    guard = Guard(
        most_dropped_percent=settings.inventory.most_dropped_percent,
        most_remapped_percent=settings.inventory.most_remapped_percent,
    )
    with inventory_of(settings) as inventory:
        report = inventory.import_files(
            files,
            dry_run=dry_run,
            skip_bad=skip_bad,
            guard=None if accept else guard,
            names=_names(settings, config),
        )
    _print(report)
    if report.rejected_count or report.doubts:
        raise typer.Exit(1)


def _names(settings: Settings, config: Path | None) -> Names:
    """What elements may name.

    Of credentials only where the settings have some: a collector may have its own. The one called
    "default" may be given to the collector's unit alone (deploy/).
    """
    told = credential_names(tables_in(config) if config else {}, os.environ)
    credentials = told | {_DEFAULT} if told else None
    return Names(drivers=load(settings.drivers.folders).drivers, credentials=credentials)


@app.command()
def show(
    access: Annotated[
        str | None, typer.Argument(help="accessId; without one: how much is there.")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Show an access, or how much the inventory holds and how old it is."""
    with inventory_of(settings_of(config)) as inventory:
        if access is None:
            out.print(f"accesses: {sum(1 for _ in inventory.accesses())}")
            out.print(f"elements: {len(inventory.elements())}")
            out.print(f"imported: {inventory.imported_at or 'never'}")
            return
        found = inventory.access(access)
        if found is None:
            err.print("no access has this accessId")
            raise typer.Exit(1)
        told = {name: getattr(found, name) for name in found.__slots__}
        for name, value in told.items():
            if value is not None:
                out.print(f"{name}: {value}", markup=False)


def _print(report: ImportReport) -> None:
    table = Table(box=None, pad_edge=False)
    for heading in ("", "added", "changed", "removed", "unchanged"):
        table.add_column(heading, justify="right" if heading else "left")
    for kind, c in report.counts.items():
        table.add_row(kind, str(c.added), str(c.changed), str(c.removed), str(c.unchanged))
    out.print(table)
    for warning in report.warnings:
        err.print(f"warning: {warning}", markup=False)
    for rejected in report.rejected:
        where = f"{rejected.path}:{rejected.line}" if rejected.line else f"{rejected.path}"
        key = f"{rejected.key}: " if rejected.key else ""
        err.print(f"rejected: {where}: {key}{rejected.why}", markup=False, soft_wrap=True)
    if report.doubts:
        err.print("would be refused without --accept:")
        for doubt in report.doubts:
            err.print(f"  {doubt}", markup=False)
    if report.dry_run:
        out.print("nothing was changed (--dry-run)")
