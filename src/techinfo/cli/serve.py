"""``techinfo serve``: the REST service over the operator's inventory and network.

``python -m techinfo.cli.serve [CONFIG]`` prints what the supervisor is to do from now on by the
settings as they stand, as JSON; it is how a running service reads its settings anew.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from techinfo.cli.options import (
    DEVICE_SECRETS,
    OTHERS_SECRETS,
    ConfigOption,
    SupervisedOption,
    settings_of,
    warn_of,
)
from techinfo.errors import TechinfoError

if TYPE_CHECKING:
    from techinfo.config import Settings
    from techinfo.server.supervise import Plan

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

    Example: [bold]techinfo serve --config /etc/techinfo/techinfo.toml[/bold]
    """
    orders = json.loads(sys.stdin.buffer.readline()) if supervised else None
    settings = settings_of(config, tables=orders, quiet=True)
    if collector_socket is None and settings.collector.socket is None:
        _supervise(config)
    from techinfo.cli.service import serving

    if supervised and not sys.stdin.buffer.readline():  # an empty line: the collector answers
        raise typer.Exit(1)
    if not supervised:
        settings = serving.settings_now(config, None)
        warn_of(settings)
    serving.answer(settings, config, collector_socket, supervised=supervised)


def _supervise(config: Path | None) -> NoReturn:
    """Become the supervisor of a collector and an API. Whatever is wrong is told here, once."""
    from techinfo.server import supervise

    settings = settings_of(config, without=OTHERS_SECRETS)
    verbose = logging.getLogger().isEnabledFor(logging.INFO)
    plan = _plan(settings, config, verbose=verbose)
    supervise.become(plan, ["serve", *plan.config])


def _plan(settings: Settings, config: Path | None, *, verbose: bool = False) -> Plan:
    """How the two are started: the API by what the settings file holds, less every secret."""
    from techinfo.config import secret_variables, tables_in
    from techinfo.server.supervise import Plan

    tables: Mapping[str, Any] = tables_in(config) if config else {}
    level = logging.getLevelNamesMapping()[settings.log.level.upper()]
    seen = {section: keys for section, keys in tables.items() if section not in _UNREAD}
    return Plan(
        config=["--config", str(config)] if config else [],
        verbose=verbose,
        log_format=settings.log.format,
        log_level=min(level, logging.INFO) if verbose else level,
        any_port=not settings.service.port,
        hidden=sorted(secret_variables(tables, os.environ)),
        orders=json.dumps(seen, default=str),
    )


def _renewed(config: Path | None) -> dict[str, Any]:
    """A plan by the settings as they are now, or why there is none."""
    from dataclasses import asdict

    from techinfo.collect.registry import load

    try:
        settings = settings_of(config, without=OTHERS_SECRETS)
        load(settings.drivers.folders)
        return asdict(_plan(settings, config))
    except TechinfoError as error:
        return {"refused": str(error)}


if __name__ == "__main__":
    print(json.dumps(_renewed(Path(sys.argv[1]) if sys.argv[1:] else None)))
