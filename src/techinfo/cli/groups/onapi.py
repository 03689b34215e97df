"""``techinfo onapi``: take over what another ON-API server tells of a provider."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from techinfo.cli.console import err, out
from techinfo.cli.groups.inventory_files import guard_of, print_counts
from techinfo.cli.options import (
    ConfigOption,
    DryRunOption,
    all_but,
    inventory_of,
    settings_of,
)
from techinfo.config import OnApiSource, Settings
from techinfo.errors import ConfigError, TechinfoError
from techinfo.onapi_client import FetchReport, Server, fetch, follow
from techinfo.onapi_client.fetching import FetchPlan
from techinfo.onapi_client.store import FetchedFile

_LONGEST_PAUSE_S = 900.0

app = typer.Typer(
    help="As a client: take over subscriptions and services from other ON-API servers.",
    no_args_is_help=True,
)
Name = Annotated[
    str, typer.Argument(help="A server of the configuration: [bold]onapi.NAME[/bold].")
]


@app.callback()
def _onapi() -> None:
    """As a client of other ON-API servers."""


@app.command("fetch")
def fetch_(
    name: Name,
    changes: Annotated[
        bool,
        typer.Option(
            "--changes", help="Ask only for what has changed since the last time; sees no ends."
        ),
    ] = False,
    dry_run: DryRunOption = False,
    accept: Annotated[
        bool, typer.Option("--accept", help="Take over even what ends or drops many.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Take over a provider's subscriptions, services and accesses, merged by field.

    [bold]onapi.NAME.url[/bold], [bold]version[/bold], [bold]user[/bold],
    [bold]password_file[/bold] and [bold]provider[/bold] say where and with whose credentials.

    What the server tells wins; what it leaves out stays as it is. Element and port of an access,
    the VLAN of a subscription, and all that belongs to other providers are never touched, for no
    ON-API server tells them. So import your own files first, and fetch after each import.

    A subscription that is no longer listed is gone at once; one with an end, told by the server or
    by you, ended at the latest when it was listed last. When more than
    [bold]inventory.most_dropped_percent[/bold] of them are gone at once, the list is taken to be
    broken and refused, until you say --accept.

    Example: [bold]techinfo onapi fetch isp-1[/bold]
    """
    settings = settings_of(config, without=all_but("onapi"))
    source = _source(settings, name)
    with (
        inventory_of(settings) as inventory,
        FetchedFile.open(settings.inventory.fetched) as file,
        server_of(source) as server,
    ):
        report = fetch(
            server,
            _plan(name, source),
            inventory,
            file,
            now=datetime.now(UTC),
            access_id_pattern=settings.service.access_id_pattern,
            changes=changes,
            dry_run=dry_run,
            guard=guard_of(settings, accept=accept),
        )
    print_fetched(report, dry_run=dry_run)
    if report.refused_count or (report.imported and report.imported.doubts):
        raise typer.Exit(1)


@app.command("follow")
def follow_(
    name: Name,
    once: Annotated[bool, typer.Option("--once", help="Look once, and end.")] = False,
    every_s: Annotated[
        float, typer.Option("--every", min=60, max=86_400, help="Seconds between two looks.")
    ] = 60.0,
    accept: Annotated[
        bool, typer.Option("--accept", help="Take over even what ends or drops many.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Follow a provider's orders there, once a minute: what is ordered, done, failed, cancelled.

    An ACTIVATE is a subscription ORDERED until it is done; then, as after every other order, the
    access's subscriptions are read anew. A failed or cancelled ACTIVATE takes back what it gave; a
    forced takeover drops the other provider's subscription of that kind on the access. Neither
    notes nor messages of orders are kept. Nothing is ever ordered there.

    It asks [bold]events[/bold] what has changed, else [bold]orderevents[/bold]; after a gap longer
    than [bold]onapi.NAME.events_kept_h[/bold] it reads everything. While it cannot, it says so and
    tries again, after a pause that doubles with each failure, a quarter of an hour at most.

    Beside a service it runs for itself, so that the password is in no process that answers others:
    the unit [bold]techinfo-follow@NAME[/bold] (deploy/) does it.

    Example: [bold]techinfo onapi follow isp-1 --once[/bold]
    """
    settings = settings_of(config, without=all_but("onapi"))
    source = _source(settings, name)
    with (
        inventory_of(settings) as inventory,
        FetchedFile.open(settings.inventory.fetched) as file,
        server_of(source) as server,
    ):
        failures = 0
        while True:
            try:
                report = follow(
                    server,
                    _plan(name, source),
                    inventory,
                    file,
                    now=datetime.now(UTC),
                    access_id_pattern=settings.service.access_id_pattern,
                    kept=timedelta(hours=source.events_kept_h),
                    guard=guard_of(settings, accept=accept),
                )
            except TechinfoError as error:
                if once:
                    raise
                failures += 1
                err.print(f"{name}: {error}", markup=False, soft_wrap=True)
            else:
                failures = 0
                if once or report.imported is not None or report.refused:
                    out.print(f"orders: {report.orders} looked at")
                    print_fetched(report, dry_run=False)
            if once:
                return
            time.sleep(pause_s(every_s, failures))


def pause_s(every_s: float, failures: int) -> float:
    """Seconds until the next look, after so many that have failed since the last that has not."""
    return max(every_s, min(_LONGEST_PAUSE_S, every_s * float(1 << min(failures, 10))))


@app.command()
def forget(name: Name, config: ConfigOption = None) -> None:
    """Erase what is remembered of a server; the inventory stays as it is."""
    with FetchedFile.open(settings_of(config).inventory.fetched) as file:
        out.print(f"{file.forget(name)} objects of {name} are forgotten", markup=False)


def _source(settings: Settings, name: str) -> OnApiSource:
    if name not in settings.onapi:
        known = ", ".join(settings.onapi) or "none"
        raise ConfigError(f"is not configured; there are: {known}", key=f"onapi.{name}")
    return settings.onapi[name]


def _plan(name: str, source: OnApiSource) -> FetchPlan:
    return FetchPlan(
        name=name,
        provider=source.provider,
        service_types=source.service_types,
        accesses=source.accesses,
        version=source.version,
    )


def server_of(source: OnApiSource) -> Server:
    """The other server, as its settings have it; close it."""
    return Server(
        source.url,
        source.version,
        user=source.user,
        password=source.secret.get_secret_value(),
        ca_file=Path(source.ca_file) if source.ca_file else None,
        token_url=source.token_url or "",
        scope=source.scope,
    )


def print_fetched(report: FetchReport, *, dry_run: bool) -> None:
    """Print what came of a fetch."""
    for name, count in report.told.items():
        out.print(f"{name}: {'not served there' if count is None else f'{count} told'}")
    if report.ended:
        out.print(f"no longer listed: {report.ended}")
    if report.imported is None:
        out.print("nothing has changed")
    else:
        print_counts(report.imported)
        for line in (*report.imported.warnings, *report.imported.doubts):
            err.print(f"warning: {line}", markup=False, soft_wrap=True)
    for line in report.refused:
        err.print(f"left out: {line}", markup=False, soft_wrap=True)
    if more := report.refused_count - len(report.refused):
        err.print(f"left out: {more} more")
    if dry_run:
        out.print("nothing was changed (--dry-run)")
