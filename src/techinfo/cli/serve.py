"""``techinfo serve``: the REST service over the operator's inventory and network."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer

from techinfo.api.served import Served
from techinfo.cli import house, sockets, supervise, web
from techinfo.cli.collector import SupervisedOption
from techinfo.cli.console import err
from techinfo.cli.entrance import entrance_of
from techinfo.cli.settings import DEVICE_SECRETS, ConfigOption, inventory_of, settings_of, warn_of
from techinfo.collect import load
from techinfo.collect.remote import RemoteCollector
from techinfo.config import Settings, secret_variables, tables_in, without_device_secrets
from techinfo.service.freshness import Terms


def serve(
    collector_socket: Annotated[
        Path | None,
        typer.Option(help="Unix socket of a running [bold]techinfo collector[/bold]."),
    ] = None,
    supervised: SupervisedOption = False,
    config: ConfigOption = None,
) -> None:
    """Answer ON-API 2.6 questions about the accesses of the inventory.

    Settings come from a TOML file ([bold]--config[/bold] or $TECHINFO_CONFIG) and from variables
    such as [bold]TECHINFO_SERVICE__PORT[/bold]. The least that is needed:

    [bold]inventory.path[/bold]: the SQLite file that [bold]techinfo inventory import[/bold] fills

    [bold]credentials.default.community_file[/bold]: a file that holds the SNMP community;
    for SNMPv3 [bold]user[/bold], [bold]auth[/bold], [bold]auth_key_file[/bold], [bold]priv[/bold]
    and [bold]priv_key_file[/bold]

    a user: [bold]techinfo user add NAME --role operator[/bold] makes one in the users' file, or
    [bold]users.NAME.role[/bold] and [bold]users.NAME.password_hash[/bold] (made by
    [bold]techinfo user hash[/bold]) name one here

    Two processes are started: the collector, which has the device credentials and asks the
    network elements, and the API, which has none and faces those who ask; a collector that ends is
    started again. With [bold]--collector-socket[/bold] (or [bold]collector.socket[/bold]) only the
    API is started, over a [bold]techinfo collector[/bold] that runs by itself as another user.
    """
    settings = settings_of(config, tables=_orders() if supervised else None, quiet=True)
    socket = collector_socket or settings.collector.socket
    if socket is None:
        raise typer.Exit(_both(config))
    if not supervised:
        without_device_secrets(_tables(config), os.environ)
        warn_of(settings)
    _answer(settings, sockets.checked(socket), supervised=supervised)


def _both(config: Path | None) -> int:
    """Run collector and API; the exit status. Whatever is wrong is told here, once."""
    settings_of(config, without=())
    tables = _tables(config)
    orders = {section: keys for section, keys in tables.items() if section not in DEVICE_SECRETS}
    hidden = secret_variables(tables, os.environ)
    with tempfile.TemporaryDirectory(prefix="techinfo-") as folder:
        socket = str(Path(folder) / "collector.sock")
        common = ["--supervised", *(["--config", str(config)] if config else [])]
        verbose = ["--verbose"] if logging.getLogger().isEnabledFor(logging.INFO) else []
        collector = supervise.Program(
            arguments=[*verbose, "collector", "--socket", socket, *common],
            environment=os.environ,
        )
        api = supervise.Program(
            arguments=[*verbose, "serve", "--collector-socket", socket, *common],
            environment={name: it for name, it in os.environ.items() if name not in hidden},
            orders=json.dumps(orders, default=str).encode() + b"\n",
        )
        return asyncio.run(supervise.both(collector, api))


def _answer(settings: Settings, socket: Path, *, supervised: bool) -> None:
    """Be the API over the collector at a socket, until somebody says stop."""
    listening = web.bound(settings.service.host, settings.service.port)
    with inventory_of(settings) as inventory, entrance_of(settings) as entrance:
        if not inventory.elements():
            err.print("the inventory is empty: techinfo inventory import FILE fills it")
        app = house.application(
            collector=RemoteCollector(socket, load(settings.drivers.folders)),
            inventory=inventory,
            entrance=entrance,
            authoritative=settings.inventory.authoritative,
            access_id_pattern=settings.service.access_id_pattern,
            terms=Terms(
                max_age_s=settings.collect.max_age_s, deadline_s=settings.collect.deadline_s
            ),
            prefixes=settings.service.prefixes,
            endpoints=Served(off=frozenset(settings.endpoints.off), elsewhere=settings.elsewhere),
        )
        host, port = listening.getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        web.serve(
            app,
            listening,
            lambda: print(f"ready on http://{shown}:{port}", flush=True),
            lifeline=sys.stdin.fileno() if supervised else None,
        )


def _tables(config: Path | None) -> dict[str, Any]:
    return tables_in(config) if config else {}


def _orders() -> dict[str, Any]:
    """What the settings file holds, less what this process must not see."""
    told: dict[str, Any] = json.loads(sys.stdin.buffer.readline())
    return told
