"""``techinfo collector``: the process that asks the network elements; only the API asks it."""

from __future__ import annotations

import logging
import sys
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from techinfo.cli import wiring as house
from techinfo.cli.addressees import Addressees
from techinfo.cli.learnt import learnt_to_keep
from techinfo.cli.logs import log_as
from techinfo.cli.options import ConfigOption, credentials_of, settings_of
from techinfo.collect import Collector, Learnt, Manners, Pauses, load
from techinfo.collect.remote.server import collector_app
from techinfo.config import Settings
from techinfo.errors import ConfigError, TechinfoError
from techinfo.server import sockets, web
from techinfo.store.pauses import PausesFile

_log = logging.getLogger(__name__)

KEEP_ALIVE_S = 60
"""Longer than the other side keeps a connection that it does not use."""
_NEEDED = frozenset({"collect", "collector", "credentials", "drivers", "inventory", "log", "snmp"})
_NOT_NEEDED = tuple(section for section in Settings.model_fields if section not in _NEEDED)
"""Passwords of users, and whatever else the API has to keep."""

SupervisedOption = Annotated[
    bool,
    typer.Option(
        "--supervised", hidden=True, help="End when standard input does: who started it is gone."
    ),
]


def collector(
    socket: Annotated[
        Path | None,
        typer.Option(help="Unix socket to listen on; else [bold]collector.socket[/bold]."),
    ] = None,
    supervised: SupervisedOption = False,
    config: ConfigOption = None,
) -> None:
    """Ask network elements for an API that runs in a process of its own.

    It holds the device credentials and needs the way to the management network; it listens on a
    Unix socket only, which its owner and the group [bold]collector.group[/bold] may use (mode
    0660). Whoever may use it sees every reading, so that only the API's user should be in that
    group. [bold]techinfo serve[/bold] starts one by itself; this is for two units with two users
    ([bold]deploy/[/bold] has them), where the API runs as

    [bold]techinfo serve --collector-socket PATH[/bold]

    A credential is sent to the networks that it names ([bold]credentials.NAME.networks[/bold]),
    and nowhere else, whoever asks for it; one that names none only to the elements and CPEs of the
    inventory ([bold]inventory.path[/bold]), if this user can read and write that.

    Of the settings it reads [bold]collect[/bold], [bold]collector[/bold], [bold]credentials[/bold],
    [bold]drivers[/bold], [bold]inventory[/bold], [bold]log[/bold] and [bold]snmp[/bold]; all others
    are left unread.
    SIGHUP reads credentials, drivers and time-outs anew.
    """
    settings = settings_of(config, without=_NOT_NEEDED, quiet=supervised)
    log_as(settings.log, verbose=logging.getLogger().isEnabledFor(logging.INFO))
    path = socket or settings.collector.socket
    if path is None:
        raise ConfigError("is missing; or give --socket PATH", key="collector.socket")
    with (
        sockets.bound(
            sockets.Place(path=path, group=None if supervised else settings.collector.group)
        ) as listening,
        learnt_to_keep(settings) as learnt,
        closing(Addressees(settings)) as addressees,
    ):
        if not supervised and any(c.networks is None for c in settings.credentials.values()):
            addressees.look()
        owner, engines = of_settings(settings, learnt, addressees)
        app = collector_app(owner, lifespan=house.closed_after(owner.close, engines.close))
        web.serve(
            app,
            listening,
            lambda: _greet(path, supervised=supervised),
            keep_alive_s=KEEP_ALIVE_S,
            lifeline=sys.stdin.fileno() if supervised else None,
            hangup=lambda: _renew(config, owner, engines, addressees),
        )


def _renew(
    config: Path | None, owner: Collector, engines: house.Engines, addressees: Addressees
) -> None:
    """Read credentials, drivers and time-outs anew; they are in force together, or not at all."""
    try:
        settings = settings_of(config, without=_NOT_NEEDED, quiet=True)
        registry, credentials = load(settings.drivers.folders), credentials_of(settings)
    except TechinfoError as error:
        _log.error("the old settings stay in force: %s", error)
        return
    engines.renew(credentials, settings.snmp.timeouts)
    addressees.renew(settings)
    owner.renew(registry)
    _log.warning("new settings are in force")


def _greet(path: Path, *, supervised: bool) -> None:
    if not supervised:  # else who has started it is told (`techinfo.server.notify`)
        print(f"ready on {path}", flush=True)


def of_settings(
    settings: Settings, learnt: Learnt, addressees: Addressees
) -> tuple[Collector, house.Engines]:
    """The collector as it is configured, and the engines that it speaks with.

    Raises:
        DriverError: Two drivers claim one device, or one cannot be used.
    """
    engines = house.Engines(credentials_of(settings), settings.snmp.timeouts, within=addressees)
    owner = house.collector(
        registry=load(settings.drivers.folders),
        engines=engines,
        manners=Manners(
            min_interval_s=settings.collect.min_interval_s,
            parallel=settings.snmp.max_parallel,
            silent_first_s=settings.collect.silent_first_s,
            silent_most_s=settings.collect.silent_most_s,
        ),
        learnt=learnt,
        paused=Pauses(PausesFile(settings.collect.pauses)),
    )
    return owner, engines
