"""``techinfo tjansteguiden``: take over what households have ordered in Tjänsteguiden."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from techinfo.cli.console import out
from techinfo.cli.groups.inventory_files import guard_of
from techinfo.cli.groups.onapi import print_fetched
from techinfo.cli.options import (
    ConfigOption,
    DryRunOption,
    all_but,
    inventory_of,
    settings_of,
)
from techinfo.errors import ConfigError
from techinfo.onapi_client.store import FetchedFile
from techinfo.onapi_client.tjansteguiden import SOURCE, Portal, PortalPlan, fetch_orders

app = typer.Typer(
    help="As a client: take over orders that households place in Tjänsteguiden.",
    no_args_is_help=True,
)


@app.callback()
def _tjansteguiden() -> None:
    """As a client of Tjänsteguiden."""


@app.command()
def fetch(
    dry_run: DryRunOption = False,
    accept: Annotated[
        bool, typer.Option("--accept", help="Take over even what ends or drops many.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Take over the orders of the last days: who has ordered what, and since when they hold it.

    [bold]tjansteguiden.url[/bold], [bold]api_user_file[/bold] and [bold]providers[/bold] say where,
    with whose number, and who the portal's providers are here. Nothing is ever written there.

    An order that is delivered makes its provider the holder from the day of delivery on, a
    cancelled one gives nothing, any other is a subscription ORDERED. The inventory's own records of
    the same provider and kind of service on the access say it better: then the order gives nothing.
    Of an order the status, days, provider, service and socket are kept, and nobody's name, number,
    address or message is ever read.

    What is of a type that is not known, of a provider that is in no table, or on a socket that is
    no accessId, legacyAccessId or outlet here is left out, and the exit status is 1.

    Example: [bold]techinfo tjansteguiden fetch --dry-run[/bold]
    """
    settings = settings_of(config, without=all_but("tjansteguiden"))
    source = settings.tjansteguiden
    if source is None:
        raise ConfigError("is not configured; docs/orders.md shows how", key="tjansteguiden")
    ca_file = Path(source.ca_file) if source.ca_file else None
    with (
        inventory_of(settings) as inventory,
        FetchedFile.open(settings.inventory.fetched) as file,
        Portal(source.url, api_user=source.secret.get_secret_value(), ca_file=ca_file) as portal,
    ):
        report = fetch_orders(
            portal,
            PortalPlan(
                providers=source.providers,
                services=source.services,
                service_types=source.service_types,
                prefix=source.prefix,
                days=source.days,
            ),
            inventory,
            file,
            now=datetime.now(UTC),
            access_id_pattern=settings.service.access_id_pattern,
            dry_run=dry_run,
            guard=guard_of(settings, accept=accept),
        )
    print_fetched(report, dry_run=dry_run)
    if report.refused_count or (report.imported and report.imported.doubts):
        raise typer.Exit(1)


@app.command()
def forget(config: ConfigOption = None) -> None:
    """Erase what is remembered of the orders; the inventory stays as it is."""
    with FetchedFile.open(settings_of(config).inventory.fetched) as file:
        out.print(f"{file.forget(SOURCE)} objects are forgotten")
