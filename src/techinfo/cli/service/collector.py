"""``techinfo collector``: the process that asks the network elements; only the API asks it.

Whoever asks the collector, a credential is sent only to the addresses that are allowed to it.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager, closing
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated

import typer

from techinfo.acs.server import AcsClient
from techinfo.cli.devices import Engines, credentials_of, learnt_to_keep, met_to_keep, pauses_of
from techinfo.cli.logs import log_as
from techinfo.cli.options import ConfigOption, SupervisedOption, settings_of
from techinfo.cli.service.hearing import Listening, Sources, receiver_of, users_of
from techinfo.cli.service.sessions import acs_of, lines_of, logins_of, networks_of, pool_of
from techinfo.collect import AgentLimits, Collector, PollingLimits, Target, load
from techinfo.collect.met_before import MetBefore
from techinfo.collect.remote.server import collector_app
from techinfo.config import Settings
from techinfo.errors import AddressNotAllowedError, ConfigError, InventoryError, TechinfoError
from techinfo.inventory import Inventory
from techinfo.server import sockets, web
from techinfo.snmp.interface import Network
from techinfo.ssh.sessions.pool import SshPool

_MOST_KNOWN = 100_000
_log = logging.getLogger(__name__)
_Place = tuple[str, int, str]


class Addressees:
    """The networks that a credential names, or else the elements and CPEs of the inventory.

    The inventory is opened when it is first needed, and looked into again whenever it has changed.

    Args:
        settings: Name the networks, and where the inventory is.
    """

    def __init__(self, settings: Settings) -> None:
        self._path = settings.inventory.path
        self._networks: Mapping[str, tuple[Network, ...]] = {}
        self._login_networks: frozenset[str] = frozenset()
        self._inventory: Inventory | None = None
        self._file: tuple[int, int] | None = None
        self._generation: tuple[int, ...] = ()
        self._known: dict[_Place, bool] = {}
        self.renew(settings)

    def renew(self, settings: Settings) -> None:
        """Take the networks of new settings; the inventory stays where it is."""
        self._networks = {
            name: tuple(map(ip_network, found.networks))
            for name, found in settings.credentials.items()
            if found.networks is not None
        }
        self._login_networks = frozenset(networks_of(settings))

    def __call__(self, target: Target) -> tuple[Network, ...] | None:
        """The networks that a target's address has to be in; ``None``: the inventory names it.

        Raises:
            AddressNotAllowedError: Its credential names no networks, and the inventory has nobody
                who is asked there with it, or cannot be read.
        """
        networks = self._networks.get(target.credential)
        if networks is not None:
            return networks
        try:
            known = self._is_known((target.host, target.port, target.credential))
        except InventoryError as error:
            raise _refusal(target, f"names no networks, and {error}") from error
        if not known:
            raise _refusal(target, "names no networks, and the inventory has nobody there")
        return None

    def check_line(self, target: Target) -> None:
        """A log-in without networks is sent to the elements of the inventory that name it.

        Raises:
            AddressNotAllowedError: It is not to be sent to this target.
        """
        line = target.command_line
        if line is None or line.login in self._login_networks:
            return  # the sessions look at its networks
        try:
            known = self._opened().is_logged_in_at(target.host, line.port, line.login)
        except InventoryError as error:
            why = f"names no networks, and {error}"
        else:
            if known:
                return
            why = "names no networks, and the inventory has nobody there"
        raise AddressNotAllowedError(
            f"log-in {line.login!r} {why}",
            credential=line.login,
            address=f"{target.host}:{line.port}",
        )

    def look(self) -> None:
        """Warn of credentials that could be sent nowhere."""
        try:
            self._opened()
        except InventoryError as error:
            _log.warning("credentials without networks are sent nowhere: %s", error)

    def inventory(self) -> Inventory:
        """The inventory as it is now.

        Raises:
            InventoryError: It cannot be read.
        """
        return self._opened()

    def close(self) -> None:
        """Give the inventory back."""
        if self._inventory is not None:
            self._inventory.close()
            self._inventory = None

    def _is_known(self, place: _Place) -> bool:
        inventory = self._opened()
        generation = inventory.generation
        if generation != self._generation or len(self._known) >= _MOST_KNOWN:
            self._generation, self._known = generation, {}
        if place not in self._known:
            self._known[place] = inventory.is_asked_at(*place)
        return self._known[place]

    def _opened(self) -> Inventory:
        """The inventory as it is now; another file may have been put in its place."""
        file = _identity(self._path)
        if self._inventory is not None and file != self._file:
            self.close()
        if self._inventory is None:
            self._inventory, self._file, self._generation = Inventory.open(self._path), file, ()
        return self._inventory


def _identity(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError as error:
        raise InventoryError(f"{path}: {error.strerror}") from error
    return found.st_dev, found.st_ino


def _refusal(target: Target, why: str) -> AddressNotAllowedError:
    return AddressNotAllowedError(
        f"credential {target.credential!r} {why}",
        credential=target.credential,
        address=f"{target.host}:{target.port}",
    )


KEEP_ALIVE_S = 60
"""Longer than the other side keeps a connection that it does not use."""
_NEEDED = frozenset(
    [
        "acs",
        "collect",
        "collector",
        "credentials",
        "danger",
        "drivers",
        "inventory",
        "log",
        "logins",
        "snmp",
        "ssh",
        "traps",
    ]
)
_NOT_NEEDED = tuple(section for section in Settings.model_fields if section not in _NEEDED)
"""Passwords of users, and whatever else the API has to keep."""


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

    So it is with the log-ins of command lines ([bold]logins.NAME.networks[/bold]), where the
    inventory says [bold]ssh_login[/bold] of an element.

    Of the settings it reads [bold]acs[/bold], [bold]collect[/bold], [bold]collector[/bold],
    [bold]credentials[/bold], [bold]danger[/bold], [bold]drivers[/bold], [bold]inventory[/bold],
    [bold]log[/bold], [bold]logins[/bold], [bold]snmp[/bold], [bold]ssh[/bold] and
    [bold]traps[/bold]; all others are left unread.
    SIGHUP reads credentials, log-ins, ACS servers, drivers and time-outs anew.

    Example: [bold]techinfo collector --config /etc/techinfo/techinfo.toml[/bold]
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
        met_to_keep(settings) as before,
        closing(Addressees(settings)) as addressees,
        receiver_of(settings, Sources(addressees.inventory)) as hearing,
    ):
        if not supervised and any(c.networks is None for c in settings.credentials.values()):
            addressees.look()
        pool, acs = pool_of(settings), AcsClient(acs_of(settings))
        owner, engines = of_settings(settings, learnt, addressees, pool, before, acs)

        @asynccontextmanager
        async def lifespan(_app: object) -> AsyncIterator[None]:
            async with aclosing(engines):
                if hearing is not None:
                    hearing.start()
                try:
                    yield
                finally:
                    if hearing is not None:
                        hearing.receiver.close()
                    await owner.close()
                    await pool.close()
                    await acs.close()

        heard = None if hearing is None else hearing.receiver.fetch
        app = collector_app(owner, lifespan=lifespan, heard=heard)
        web.serve(
            app,
            listening,
            lambda: _greet(path, supervised=supervised),
            keep_alive_s=KEEP_ALIVE_S,
            lifeline=sys.stdin.fileno() if supervised else None,
            hangup=lambda: _renew(config, owner, engines, addressees, pool, acs, hearing),
        )


def _renew(
    config: Path | None,
    owner: Collector,
    engines: Engines,
    addressees: Addressees,
    pool: SshPool,
    acs: AcsClient,
    hearing: Listening | None = None,
) -> None:
    """Read credentials, drivers and so on anew; they are in force together, or not at all."""
    try:
        settings = settings_of(config, without=_NOT_NEEDED, quiet=True)
        registry, credentials = load(settings.drivers.folders), credentials_of(settings)
    except TechinfoError as error:
        _log.error("the old settings stay in force: %s", error)
        return
    engines.renew(credentials, settings.snmp.timeouts)
    addressees.renew(settings)
    if hearing is not None:
        hearing.receiver.renew(users_of(settings))
    pool.renew(logins_of(settings), networks_of(settings))
    acs.renew(acs_of(settings))
    owner.renew(registry)
    _log.warning("new settings are in force")


def _greet(path: Path, *, supervised: bool) -> None:
    if not supervised:  # else who has started it is told (`techinfo.server.notify`)
        print(f"ready on {path}", flush=True)


def of_settings(
    settings: Settings,
    learnt: AgentLimits,
    addressees: Addressees,
    pool: SshPool,
    before: MetBefore | None = None,
    acs: AcsClient | None = None,
) -> tuple[Collector, Engines]:
    """The collector as it is configured, and the engines that it speaks with.

    Raises:
        DriverError: Two drivers claim one device, or one cannot be used.
    """
    engines = Engines(credentials_of(settings), settings.snmp.timeouts, within=addressees)
    owner = Collector(
        load(settings.drivers.folders),
        engines.open,
        polling_limits=PollingLimits(
            min_interval_s=settings.collect.min_interval_s,
            parallel=settings.snmp.max_parallel,
            silent_first_s=settings.collect.silent_first_s,
            silent_most_s=settings.collect.silent_most_s,
        ),
        learnt=learnt,
        before=before,
        paused=pauses_of(settings),
        command_lines=lines_of(settings, pool, addressees.check_line),
        acs=acs,
    )
    return owner, engines
