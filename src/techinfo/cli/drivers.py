"""``techinfo drivers``: which devices can be read, and what each driver asks of them."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table as RichTable

from techinfo.cli.console import err, out
from techinfo.cli.learnt import forget as forget_learnt
from techinfo.cli.learnt import learnt_to_read, show
from techinfo.cli.options import ConfigOption, settings_of
from techinfo.collect import load
from techinfo.config import Settings
from techinfo.driver.driver import DescrMatches, Driver
from techinfo.facts.describe import described


def drivers(
    name: Annotated[
        str | None, typer.Argument(help="One driver: every fact, OID, unit and proof.")
    ] = None,
    forget: Annotated[
        bool,
        typer.Option("--forget", help="Erase what was learnt of its devices, and show nothing."),
    ] = False,
    config: ConfigOption = None,
) -> None:
    """List the drivers, or show one: every fact with its OIDs, units, source and proof.

    [bold]proven[/bold] names recordings of real devices in which the table gives values; a table
    without one stands on its MIB's text alone.

    [bold]learnt[/bold] is what devices of this driver did not stand or do not have, by model and
    software: in the file that [bold]collect.learnt[/bold] names. The service only ever adds to it;
    with [bold]--forget[/bold] they are asked as the driver says again, within a minute.
    """
    settings = settings_of(config)
    registry = load(settings.drivers.folders)
    if forget:
        _forget(settings, registry.named(name or "").name)
    elif name is None:
        _list([registry.drivers[n] for n in sorted(registry.drivers)])
    else:
        _show(registry.named(name))
        with learnt_to_read(settings) as learnt:
            show(learnt, name)


def _forget(settings: Settings, name: str) -> None:
    err.print(f"{forget_learnt(settings, name)} rows forgotten")


def _list(every: list[Driver]) -> None:
    table = RichTable(box=None, pad_edge=False)
    for heading in ("driver", "vendor", "series"):
        table.add_column(heading, no_wrap=heading != "series")
    for driver in every:
        table.add_row(driver.name, driver.vendor, driver.series)
    out.print(table)


def _show(driver: Driver) -> None:
    out.print(f"[bold]{driver.name}[/]  {driver.vendor}  {driver.series}")
    out.print(
        f"sysObjectID: {', '.join(driver.sys_object_ids) or 'whatever no other driver claims'}"
    )
    for condition in driver.when:
        words = "sysDescr matches" if isinstance(condition, DescrMatches) else "answers"
        told = condition.pattern if isinstance(condition, DescrMatches) else condition.oid
        out.print(f"only if {words}: {told}", markup=False)
    for prefix, base in driver.bases.items():
        out.print(f"base of {prefix}: {base}")
    limits = driver.limits
    out.print(
        f"limits: {limits.varbinds} varbinds a request, {limits.max_repetitions} repetitions"
        + ("" if limits.bulk else ", no GETBULK")
        + (f", never GETBULK under {', '.join(limits.no_bulk)}" if limits.no_bulk else "")
        + (", rows in any order" if limits.unordered else "")
    )
    for recording, facts in driver.seen.items():
        out.print(f"seen: {recording}: {', '.join(facts)}", markup=False)
    for note in driver.notes:
        out.print(f"note: {note}", markup=False)
    for part in described(driver):
        proof = f": proven by {', '.join(part.proven)}" if part.proven else ": from the MIB alone"
        told = "" if part.fact == "device" else proof
        out.print(f"\n[bold]{part.fact}[/]  {part.mib}{told}; row by {part.row}")
        table = RichTable(box=None, pad_edge=False, show_header=False)
        for field in part.fields:
            table.add_row(f"  {field.name}", field.oid, field.unit)
        out.print(table, markup=False)
