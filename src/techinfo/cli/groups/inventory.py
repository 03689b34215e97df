"""``techinfo inventory``: fill the inventory, look into it, and check it for mistakes."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from techinfo.access.drift import Drift, Gentle
from techinfo.access.drift import ask as ask_switches
from techinfo.cli.console import err, out, working
from techinfo.cli.devices import Engines, credentials_of, pauses_of
from techinfo.cli.groups.inventory_files import guard_of, names_of, print_counts
from techinfo.cli.groups.inventory_netbox import netbox
from techinfo.cli.groups.inventory_reference import columns, example
from techinfo.cli.options import (
    DEVICE_SECRETS,
    OTHERS_SECRETS,
    ConfigOption,
    DryRunOption,
    inventory_of,
    settings_of,
)
from techinfo.collect import load
from techinfo.collect.target import NO_AGENT
from techinfo.config import Settings
from techinfo.config.loading import tables_in, weak_credentials
from techinfo.errors import InventoryError
from techinfo.inventory import Element, Finding, ImportReport, Inventory


def check(
    ask: Annotated[
        bool, typer.Option("--ask", help="Ask the switches too; without, no network is needed.")
    ] = False,
    element: Annotated[
        list[str] | None, typer.Option(help="With --ask: only this element; may be repeated.")
    ] = None,
    parallel: Annotated[
        int, typer.Option(min=1, max=1000, help="With --ask: switches at a time.")
    ] = 20,
    switch_s: Annotated[
        float, typer.Option(min=1, max=3600, help="With --ask: seconds that one switch may take.")
    ] = 60.0,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
    config: ConfigOption = None,
) -> None:
    """Check the inventory; exit status 1 if there is something to put right.

    One line for each finding: accessId or element, what is wrong, what to do about it.

    Without the network: accesses without a port, accesses that share a port and cannot be told
    apart, or claim one outlet of a household; ids, sysNames and CPEs that stand twice, services
    where nothing is; credentials of SNMPv1, MD5 or DES.

    With [bold]--ask[/bold] also what the switches say: they do not answer, or as somebody else; a
    port is gone or is called otherwise; ifAlias has the accessId on another port; two accesses name
    one port in two ways; two elements are one switch (sysName, snmpEngineID, chassis MAC, serial
    number). Each switch is asked by one conversation: a few GETs and a walk of five columns. Those
    without an SNMP agent are left out.

    Example: [bold]techinfo inventory check --ask --element sw-elm-3[/bold]
    """
    unread = OTHERS_SECRETS if ask or element else (*DEVICE_SECRETS, *OTHERS_SECRETS)
    settings = settings_of(config, without=unread)
    with inventory_of(settings) as inventory:
        found = [*inventory.findings(), *_weak(config)]
        asked: Sequence[Element] = ()
        drift = Drift()
        if ask or element:
            named = named_elements(inventory, element)
            asked = [one for one in named if one.engine != NO_AGENT]
            if len(asked) < len(named):
                err.print(f"not asked, as they have no SNMP agent: {len(named) - len(asked)}")
            pace = Gentle(parallel=parallel, switch_s=switch_s)
            drift = _ask(inventory, asked, settings, pace)
            found += drift.findings()
    if as_json:
        _print_json(found, asked, drift)
    else:
        for finding in found:
            out.print(str(finding), markup=False, soft_wrap=True)
        err.print(_summary(found, asked, drift))
    raise typer.Exit(1 if found else 0)


def _weak(config: Path | None) -> Iterator[Finding]:
    """Credentials that are no better than the equipment that they are for."""
    for name, what in weak_credentials(tables_in(config) if config else {}, os.environ):
        yield Finding(
            kind="credential",
            who=name,
            what=f"has {what}: whoever is on the way can read or forge what is said",
            todo="keep it to switches that have nothing else, and to a network of their own",
        )


def named_elements(inventory: Inventory, names: list[str] | None) -> tuple[Element, ...]:
    """The elements of these names; without names all."""
    if not names:
        return inventory.elements()
    found = {name: inventory.element(name) for name in names}
    for name, known in found.items():
        if known is None:
            raise InventoryError(f"no element is called {name!r}")
    return tuple(element for element in found.values() if element is not None)


def _ask(
    inventory: Inventory, elements: Sequence[Element], settings: Settings, pace: Gentle
) -> Drift:
    registry = load(settings.drivers.folders)

    async def asking(asked: Callable[[], None]) -> Drift:
        async with aclosing(Engines(credentials_of(settings), settings.snmp.timeouts)) as engines:
            return await ask_switches(
                inventory,
                elements,
                registry,
                engines.open,
                pace=pace,
                paused=pauses_of(settings),
                asked=asked,
            )

    with progress(len(elements)) as asked:
        return asyncio.run(asking(asked))


@contextmanager
def progress(total: int) -> Iterator[Callable[[], None]]:
    """A bar of switches that have been asked; who calls moves it on."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task("switches", total=total)
        yield lambda: bar.advance(task)


def _print_json(found: Sequence[Finding], asked: Sequence[Element], drift: Drift) -> None:
    document = {
        "schema": "techinfo.inventory-check/1",
        "findings": [asdict(finding) for finding in found],
        "asked": len(asked),
        "answered": drift.answered,
    }
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


def _summary(found: Sequence[Finding], asked: Sequence[Element], drift: Drift) -> str:
    words = f"{len(found)} findings" if found else "nothing to put right"
    return f"{words}; {drift.answered} of {len(asked)} switches answered" if asked else words


app = typer.Typer(
    help="Fill the inventory (accesses, elements, CPEs, services) and look into it.",
    no_args_is_help=True,
)
app.command()(check)
app.command()(netbox)
app.command()(columns)
app.command()(example)


@app.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(help="YAML, JSON, or CSV with a header line.")],
    dry_run: DryRunOption = False,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Take the good lines and list the others.")
    ] = False,
    accept: Annotated[
        bool, typer.Option("--accept", help="Import even what drops or moves many accesses.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Replace every kind of record that the files hold, all of them together or none.

    A YAML or JSON file has the keys [bold]elements, accesses, cpes, services, subscriptions,
    offers[/bold]; a CSV file holds one kind, told by its columns. [bold]techinfo inventory columns
    [/bold] says what each may hold. All errors of all files are told at once, with file, line and
    key; a driver that does not exist is one, and a credential that is not in the configuration.

    An import that drops more than 2 % of the accesses, or moves more than 1 % of them to another
    port, is refused and shows the difference, until you say --accept. Five accesses are never too
    many, and the first import never is. The limits: [bold]inventory.most_dropped_percent[/bold],
    [bold]inventory.most_remapped_percent[/bold].

    Example: [bold]techinfo inventory import --dry-run elements.csv accesses.csv[/bold]
    """
    settings = settings_of(config)
    gc.set_threshold(10_000)  # records are no garbage: to look for it more often costs a twelfth
    with inventory_of(settings) as inventory, working("importing"):
        report = inventory.import_files(
            files,
            dry_run=dry_run,
            skip_bad=skip_bad,
            guard=guard_of(settings, accept=accept),
            names=names_of(settings, config),
        )
    _print(report)
    if report.rejected_count or report.doubts:
        raise typer.Exit(1)


@app.command()
def show(
    access: Annotated[
        str | None, typer.Argument(help="accessId; without one: how much is there.")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Show an access, or how much the inventory holds and how old it is.

    Example: [bold]techinfo inventory show A-1001[/bold]
    """
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
        for name in found.__slots__:
            value = getattr(found, name)
            if value is not None:
                out.print(f"{name}: {value}", markup=False)


def _print(report: ImportReport) -> None:
    print_counts(report)
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
