"""What every import into the inventory shares: its guard, what may be named, and its counts."""

from __future__ import annotations

import os
from pathlib import Path

from rich.table import Table

from techinfo.cli.console import err, out
from techinfo.collect import load
from techinfo.collect.registry import cli_platforms
from techinfo.config import Settings
from techinfo.config.loading import credential_names, tables_in
from techinfo.inventory import Guard, ImportReport, Names

_DEFAULT = "default"


def guard_of(settings: Settings, *, accept: bool) -> Guard | None:
    """How much an import may change; ``None`` when whoever called accepts it all."""
    if accept:
        return None
    return Guard(
        most_dropped_percent=settings.inventory.most_dropped_percent,
        most_remapped_percent=settings.inventory.most_remapped_percent,
    )


def print_counts(report: ImportReport) -> None:
    """Print a table of what an import did with the records of each kind."""
    counts = Table(box=None, pad_edge=False)
    for heading in ("", "added", "changed", "removed", "unchanged"):
        counts.add_column(heading, justify="right" if heading else "left")
    for kind, c in report.counts.items():
        counts.add_row(kind, str(c.added), str(c.changed), str(c.removed), str(c.unchanged))
    out.print(counts)


def print_report(report: ImportReport) -> None:
    """Print what an import did, what to look at, and why it would be refused."""
    print_counts(report)
    for warning in report.warnings:
        err.print(f"warning: {warning}", markup=False, soft_wrap=True)
    if report.doubts:
        err.print("would be refused without --accept:")
        for doubt in report.doubts:
            err.print(f"  {doubt}", markup=False)


def names_of(settings: Settings, config: Path | None) -> Names:
    """What elements and CPEs may name.

    Of credentials, log-ins and ACS servers only where the settings have some: a collector may have
    its own.
    Those called "default" may be given to the collector's unit alone (deploy/).
    """
    tables = tables_in(config) if config else {}
    credentials, logins, acs = (
        credential_names(tables, os.environ, section)
        for section in ("credentials", "logins", "acs")
    )
    return Names(
        drivers=load(settings.drivers.folders).drivers,
        credentials=credentials | {_DEFAULT} if credentials else None,
        logins=logins | {_DEFAULT} if logins else None,
        platforms=cli_platforms(),
        acs=acs or None,
    )
