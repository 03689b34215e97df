"""``techinfo serve``: the REST service over the operator's inventory and network."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from socket import socket as Socket  # noqa: N812 - beside a path that is called socket
from typing import Annotated, Any

import typer

from techinfo.access.freshness import CachePolicy
from techinfo.api.asgi.entrance import MiddlewareStack
from techinfo.api.state import Served
from techinfo.cli import wiring
from techinfo.cli.api_wiring import admin_of, entrance_of
from techinfo.cli.collector import SupervisedOption
from techinfo.cli.console import err
from techinfo.cli.logs import log_as
from techinfo.cli.options import (
    DEVICE_SECRETS,
    OTHERS_SECRETS,
    ConfigOption,
    inventory_of,
    settings_of,
    warn_of,
)
from techinfo.cli.wiring import Leases, Tickets, leases_of, tickets_of
from techinfo.collect import load
from techinfo.collect.remote.client import RemoteCollector
from techinfo.config import Settings, secret_variables, tables_in, without_device_secrets
from techinfo.errors import ConfigError, TechinfoError
from techinfo.inventory import Inventory
from techinfo.maintenance.schedule import Polling, Soundness, keep_to_it
from techinfo.server import sockets, supervise, web
from techinfo.server.reload import Application, Beside, Current, Renewal
from techinfo.server.web import served_beside

_log = logging.getLogger(__name__)
_UNREAD = (*DEVICE_SECRETS, *OTHERS_SECRETS)
"""Sections that the API must not see."""


def serve(
    collector_socket: Annotated[
        Path | None,
        typer.Option(help="Unix socket of a running [bold]techinfo collector[/bold]."),
    ] = None,
    supervised: SupervisedOption = False,
    config: ConfigOption = None,
) -> None:
    """Answer ON-API (2.3.1 to 2.6) about the accesses of the inventory.

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
    network elements, and the API, which has none and faces those who ask; whichever of them ends,
    or is not heard of for some seconds, is started again.

    With [bold]--collector-socket[/bold] (or [bold]collector.socket[/bold]) only the
    API is started, over a [bold]techinfo collector[/bold] that runs by itself as another user.

    SIGHUP reads settings, users and drivers anew: all of them are in force, or, when anything is
    wrong, none. Health and metrics are at [bold]admin.host[/bold] and [bold]admin.port[/bold]:
    /health, /ready, /metrics. Orders are POSTs of JSON to the Unix socket
    [bold]admin.socket[/bold], or with an operator's login to that port: /pause, /resume, /reload,
    /forget.
    """
    settings = settings_of(config, tables=_orders() if supervised else None, quiet=True)
    if collector_socket is None and settings.collector.socket is None:
        raise typer.Exit(_both(config))
    if not supervised:
        without_device_secrets(_tables(config), os.environ)
        warn_of(settings)
    _answer(settings, config, collector_socket, supervised=supervised)


def _both(config: Path | None) -> int:
    """Run collector and API; the exit status. Whatever is wrong is told here, once."""
    settings = settings_of(config, without=OTHERS_SECRETS)
    verbose = logging.getLogger().isEnabledFor(logging.INFO)
    log_as(settings.log, verbose=verbose)
    with tempfile.TemporaryDirectory(prefix="techinfo-") as folder:
        socket = str(Path(folder) / "collector.sock")
        common = ["--supervised", *(["--config", str(config)] if config else [])]
        loud = ["--verbose"] if verbose else []
        collector = supervise.Program(
            name="collector",
            arguments=[*loud, "collector", "--socket", socket, *common],
            environment=os.environ,
        )
        api = supervise.Program(
            name="API",
            arguments=[*loud, "serve", "--collector-socket", socket, *common],
            environment={},
            # Whoever is started again is found where it was.
            port_variable="" if settings.service.port else "TECHINFO_SERVICE__PORT",
        )
        api = _ordered(api, _tables(config))
        return asyncio.run(
            supervise.both(collector, api, lambda: _renewed(config, api), Path(folder))
        )


def _ordered(api: supervise.Program, tables: dict[str, Any]) -> supervise.Program:
    """The API's process as it is started by what the settings file holds, less every secret."""
    hidden = secret_variables(tables, os.environ)
    return replace(
        api,
        environment={name: it for name, it in os.environ.items() if name not in hidden},
        orders=json.dumps(_told(tables), default=str).encode() + b"\n",
    )


def _told(tables: Mapping[str, Any]) -> dict[str, Any]:
    return {section: keys for section, keys in tables.items() if section not in _UNREAD}


def _renewed(config: Path | None, api: supervise.Program) -> tuple[bytes, supervise.Program | None]:
    """New orders for the API, and how it is started from now on; ``None``: they are no good.

    Whatever is wrong is told here, once.
    """
    try:
        settings = settings_of(config, without=OTHERS_SECRETS)
        load(settings.drivers.folders)
        tables = _tables(config)
    except TechinfoError as error:
        _log.error("the old settings stay in force: %s", error)
        return json.dumps({"refused": str(error)}).encode() + b"\n", None
    line = json.dumps({"orders": _told(tables)}, default=str).encode() + b"\n"
    return line, _ordered(api, tables)


def _answer(
    settings: Settings, config: Path | None, collector_socket: Path | None, *, supervised: bool
) -> None:
    """Be the API over the collector at a socket, until somebody says stop."""
    socket = sockets.checked(collector_socket or Path(settings.collector.socket or ""))
    log_as(settings.log, verbose=logging.getLogger().isEnabledFor(logging.INFO))
    listening = web.bound(settings.service.host, settings.service.port)
    renewal = Renewal(lambda tables: _settings(config, tables), supervised=supervised)
    host, port = listening.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    with ExitStack() as closed:
        beside = _beside(_listeners(settings, closed))
        current = Current(lambda found: _house(found, socket, renewal), settings, beside)
        renewal.current = closed.enter_context(closing(current))
        web.serve(
            current,
            listening,
            lambda: print(f"ready on http://{shown}:{port}", flush=True),
            most=settings.service.most_connections,
            lifeline=sys.stdin.fileno() if supervised else None,
            orders=renewal.take,
            hangup=None if supervised else renewal.begin,
        )


@contextmanager
def _house(settings: Settings, socket: Path, renewal: Renewal) -> Iterator[Application]:
    """Everything that these settings make, closed at the end."""
    with (
        inventory_of(settings) as inventory,
        entrance_of(settings) as entrance,
        Polling() as polling,
        leases_of(settings, inventory) as leases,
        tickets_of(settings) as tickets,
    ):
        if not inventory.elements():
            err.print("the inventory is empty: techinfo inventory import FILE fills it")
        files = _files(inventory, entrance, leases, tickets)
        keep_to_it(polling, settings, opened=files)
        soundness = Soundness({name: file.database for name, file in files.items()})
        soundness.keep_looking(polling, settings.admin.look_s)
        app = wiring.application(
            collector=RemoteCollector(socket, load(settings.drivers.folders)),
            inventory=inventory,
            entrance=entrance,
            authoritative=settings.inventory.authoritative,
            access_id_pattern=settings.service.access_id_pattern,
            policy=CachePolicy(
                max_age_s=settings.collect.max_age_s, deadline_s=settings.collect.deadline_s
            ),
            prefixes=settings.service.prefixes,
            tickets=tickets,
            leases=leases,
            endpoints=Served(off=frozenset(settings.endpoints.off), elsewhere=settings.elsewhere),
        )
        yield Application(
            public=app,
            admin=admin_of(settings, app.state.app_state, renewal.reload, soundness.troubles),
            urgent=lambda found: entrance.logins.deny(found.service.deny_users),
        )


def _files(
    inventory: Inventory, entrance: MiddlewareStack, leases: Leases | None, tickets: Tickets | None
) -> dict[str, Any]:
    """The open files of a house, by the names of their stores."""
    files: dict[str, Any] = {"inventory": inventory, **entrance.files}
    if leases is not None:
        files["leases"] = leases.file
    if tickets is not None:
        files["tickets"] = tickets.file
    return files


def _listeners(settings: Settings, closed: ExitStack) -> list[Socket]:
    """Those of the administrators, bound at once, so that what is in use is told at the start."""
    admin = settings.admin
    found = [web.bound(admin.host, admin.port, key="admin.port")] if admin.port else []
    place = sockets.of_orders(admin.socket, admin.group, patience_s=web.GRACE_S + 1.0)
    try:
        found.append(closed.enter_context(sockets.bound(place)))
    except ConfigError as error:
        if not {"socket", "group"}.isdisjoint(admin.model_fields_set):
            raise
        err.print(f"warning: {error}; orders are taken at admin.port alone", markup=False)
    return found


def _beside(listeners: list[Socket]) -> Beside:
    @asynccontextmanager
    async def beside(app: web.Asgi) -> AsyncIterator[None]:
        async with AsyncExitStack() as serving:
            for listening in listeners:
                await serving.enter_async_context(served_beside(app, listening))
            yield

    return beside


def _tables(config: Path | None) -> dict[str, Any]:
    return tables_in(config) if config else {}


def _orders() -> dict[str, Any]:
    """What the settings file holds, less what this process must not see."""
    told: dict[str, Any] = json.loads(sys.stdin.buffer.readline())
    return told


def _settings(config: Path | None, tables: Mapping[str, Any] | None) -> Settings:
    """The settings of now; ``tables`` where another process has read the file."""
    if tables is None:
        without_device_secrets(_tables(config), os.environ)
    return settings_of(config, tables=tables, quiet=True)
