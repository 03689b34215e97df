"""``techinfo demo``: recorded switches answering SNMP on loopback, and the service over them.

The walks are real ones of snmpsim-data, with made-up rows laid over them. With ``--inventory``
there is no switch: it shows what an inventory alone can answer.
"""

from __future__ import annotations

import os
import re
import socket
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
from argon2 import PasswordHasher
from fastapi import FastAPI
from pydantic import SecretStr

from techinfo.access.freshness import CachePolicy
from techinfo.api.asgi.interface import Asgi, Ending
from techinfo.api.asgi.middleware import middleware_of_users
from techinfo.cli import wiring
from techinfo.cli.console import err
from techinfo.cli.demo.greeting import (
    OPERATOR,
    PASSWORD,
    Example,
    Person,
    Trouble,
    greet,
    greet_alone,
)
from techinfo.cli.demo.past import PastLine, past_notes
from techinfo.cli.devices import Engines
from techinfo.cli.service.ticketing import Tickets, tickets_of
from techinfo.cli.service.watching import Watching, watching_of
from techinfo.collect import Collector, Registry, Target, load
from techinfo.collect.command_line.asking import CommandLines
from techinfo.collect.registry import cli_platforms
from techinfo.config import HistorySettings, PollingSettings, Settings, TicketSettings, User
from techinfo.errors import ConfigError, DeviceUnreachableError
from techinfo.inventory import Inventory
from techinfo.lab import Lab, LabDevice
from techinfo.lab.cli_device import CliDevice, cli_device
from techinfo.lab.site import Argument, FaultSpec
from techinfo.lab.ssh_server import SshLab, SshServer
from techinfo.maintenance.schedule import Polling
from techinfo.model import utc_now
from techinfo.server import web
from techinfo.snmp.conversation import SnmpConversation
from techinfo.ssh.cli_recording import load as load_cli
from techinfo.ssh.sessions.dialogue import Asked
from techinfo.ssh.sessions.memory import SshMemory
from techinfo.ssh.sessions.messages import Login
from techinfo.ssh.sessions.pool import SshPool
from techinfo.ssh.sessions.target import SshTarget
from techinfo.wire import SnmpLimits

_WALKS = "snmpsim_data"
_POLLS = timedelta(seconds=1)
_MADE_UP = "A demo: customers, and all history before its start, are made up. It began"


@dataclass(frozen=True, slots=True)
class DemoSite:
    """Devices of the lab, their inventory, and what to say about them.

    Attributes:
        lines: Command lines of some of the devices.
        inventory: YAML file with elements, accesses, CPEs and services.
        provenance: Name of a device -> what of it is real and what is made up.
        people: Who may log in beside the operator.
        troubles: What is wrong on purpose.
        past: What was seen before, made up.
    """

    devices: tuple[LabDevice, ...]
    lines: tuple[CliDevice, ...]
    inventory: Path
    examples: tuple[Example, ...]
    provenance: tuple[tuple[str, str], ...]
    people: tuple[Person, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    past: tuple[PastLine, ...] = ()


def demo_site(folder: Path | None = None) -> DemoSite:
    """Read the demo's description.

    Args:
        folder: Where ``demo.toml`` is; by default beside the package or in the checkout.

    Raises:
        ConfigError: It is not there or not whole, or the walks are not installed.
    """
    root = folder or _folder()
    try:
        return _site(root, tomllib.loads((root / "demo.toml").read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as e:
        raise ConfigError(f"the demo cannot be read: {e}", key="demo.toml") from e
    except KeyError as e:
        raise ConfigError(f"the demo's description lacks {e}", key="demo.toml") from e


def _site(root: Path, site: dict[str, Any]) -> DemoSite:
    devices = site["devices"]
    return DemoSite(
        devices=tuple(_device(root, d) for d in devices),
        lines=tuple(_line(root, d) for d in devices if "command_line" in d),
        inventory=root / "inventory.yaml",
        examples=tuple(Example(e["words"], e["path"]) for e in site["examples"]),
        provenance=tuple((d["name"], d["provenance"]) for d in devices),
        people=tuple(Person(**one) for one in site.get("people", ())),
        troubles=tuple(Trouble(**one) for one in site.get("troubles", ())),
        past=tuple(PastLine(**one) for one in site.get("past", ())),
    )


def _device(root: Path, device: dict[str, Any]) -> LabDevice:
    files = [_walk(device["walk"])] if "walk" in device else []
    files += [root / name for name in device["made_up"]]
    return LabDevice(
        name=device["name"],
        address=device["address"],
        recordings=tuple(files),
        faults=tuple(_fault(**fault) for fault in device.get("faults", ())),
    )


def _fault(kind: str, **args: Argument) -> FaultSpec:
    return FaultSpec(kind=kind, args=args)


def _line(root: Path, device: dict[str, Any]) -> CliDevice:
    recording = load_cli(root / device["command_line"])
    return cli_device(device["name"], recording, {"user": OPERATOR, "password": PASSWORD})


def _walk(name: str) -> Path:
    spec = find_spec(_WALKS)
    if spec is None or not spec.submodule_search_locations:
        raise ConfigError(
            "the recorded switches are not installed: pip install 'techinfo[demo]'", key=_WALKS
        )
    return Path(spec.submodule_search_locations[0]) / "data" / "network" / name


def _folder() -> Path:
    """In a wheel the demo's data lies in the package, in a checkout at the top."""
    package = Path(__file__).parents[2]
    for folder in (package / "fixtures" / "demo", package.parents[1] / "fixtures" / "demo"):
        if (folder / "demo.toml").is_file():
            return folder
    raise ConfigError("the demo's data is not installed", key="demo.toml")


class LabLines:
    """Sessions with command lines of the lab, whose ports nobody knows beforehand.

    Args:
        ports: Name of a device -> its TCP port.
    """

    def __init__(self, ports: Mapping[str, int]) -> None:
        login = Login(name=OPERATOR, user=OPERATOR, password=PASSWORD)
        self._pool = SshPool({OPERATOR: login}, SshMemory(None), cli_platforms())
        self._ports = ports

    async def ask(self, target: SshTarget, commands: Sequence[str]) -> tuple[Asked, ...]:
        """As `SshPool.ask`."""
        return await self._pool.ask(replace(target, port=self._ports[target.element]), commands)

    async def close(self) -> None:
        """Log out everywhere."""
        await self._pool.close()


class NoDevices(Engines):
    """Asks nobody: the addresses of an inventory that is only looked at may be anybody's."""

    def open(self, target: Target, limits: SnmpLimits) -> SnmpConversation:  # noqa: ARG002 - as its base
        """Refuse to begin.

        Raises:
            DeviceUnreachableError: Always.
        """
        raise DeviceUnreachableError("this demo has no switches", address=target.host)


def serve_alone(file: Path, listening: socket.socket) -> None:
    """Serve an inventory file until somebody says stop.

    Args:
        file: In any form that is imported.
        listening: Where.

    Raises:
        InventoryError: The file cannot be imported.
    """
    registry = load()
    with Inventory.in_memory(driver_layouts=registry.layouts()) as inventory:
        for warning in inventory.import_file(file).warnings:
            err.print(f"warning: {warning}", markup=False)
        engines = NoDevices({})
        app = _application(inventory, registry, engines, _users(()))
        port = listening.getsockname()[1]
        _serve(app, listening, lambda: greet_alone(file, port))


def _serve(app: Asgi, listening: socket.socket, ready: Callable[[], None]) -> None:
    """Answer until somebody says stop; who looks at a port live is told so."""
    ending = Ending(app)
    web.serve(ending, listening, ready, stopping=ending.stop)


def _application(
    inventory: Inventory,
    registry: Registry,
    engines: Engines,
    users: Mapping[str, User],
    *,
    lines: LabLines | None = None,
    tickets: Tickets | None = None,
    watching: Watching | None = None,
    notice: str = "",
) -> FastAPI:
    asking = CommandLines(pool=lines, platforms=cli_platforms()) if lines else None
    return wiring.application(
        collector=Collector(registry, engines.open, command_lines=asking),
        inventory=inventory,
        middleware=middleware_of_users(users),
        authoritative=True,
        access_id_pattern=r"[-0-9a-zA-Z.]{1,36}",
        policy=CachePolicy(),
        prefixes=("/onapi", "/api", ""),
        page_prefix="",
        page_notice=notice,
        tickets=tickets,
        watching=watching,
        closing=(engines.aclose, *((lines.close,) if lines else ())),
    )


def demo(
    port: Annotated[
        int | None,
        typer.Option(
            min=0, max=65535, help="TCP port of the service; else $PORT, else 8080. 0: a free one."
        ),
    ] = None,
    snmp_port: Annotated[
        int,
        typer.Option(
            min=0, max=65535, help="UDP port of the recorded switches; 0 takes a free one."
        ),
    ] = 0,
    inventory: Annotated[
        Path | None,
        typer.Option(
            help="Serve this inventory instead, without any switch: for look-ups of identifiers."
        ),
    ] = None,
    fixtures: Annotated[
        Path | None, typer.Option(help="Folder of the demo's own data.", hidden=True)
    ] = None,
) -> None:
    """Run recorded switches of five makers and the service over them, on this machine only.

    User [bold]demo[/bold], password [bold]demo[/bold]: an operator; an engineer and two providers
    have the same password. Prints [bold]ready[/bold], the page's address and
    commands to paste. The switches are real walks (package snmpsim-data), played over UDP;
    one has a command line, too, over SSH. Leases, multicast groups and CPEs are made up, and
    the demo says which is which. Ctrl-C ends it.

    With [bold]--inventory[/bold] no switch is there and nothing is asked of any: what an inventory
    file alone can answer is served, such as look-ups of DHCP identifiers.

    Example: [bold]techinfo demo --port 9000[/bold]
    """
    site = None if inventory else demo_site(fixtures)
    listening = _bound(port if port is not None else _port_from_environment())
    try:
        if inventory is not None:
            serve_alone(inventory, listening)
        elif site is not None:
            err.print("starting the recorded switches …")
            _run(site, listening, snmp_port)
    except KeyboardInterrupt:
        err.print("ended")


def _run(site: DemoSite, listening: socket.socket, snmp_port: int) -> None:
    addresses = {device.name: device.address for device in site.devices}
    servers = {one.name: SshServer(one, address=addresses[one.name]) for one in site.lines}
    with (
        Inventory.in_memory() as inventory,
        Lab(site.devices, port=snmp_port) as lab,
        SshLab(list(servers.values())),
        TemporaryDirectory() as folder,
        tickets_of(_desk(Path(folder))) as tickets,
        watching_of(_polled(Path(folder))) as watching,
        Polling() as polling,
    ):
        inventory.import_file(site.inventory)
        engines = Engines({"default": b"public"}, port_of=lambda _: lab.port)
        lines = LabLines({name: server.port for name, server in servers.items()})
        users = _users(site.people)
        begun = utc_now()
        if watching is not None:
            for note in past_notes(site.past, begun):
                watching.keep(note)
            polling.every(_POLLS, "polls", watching.wake, first=_POLLS)
        app = _application(
            inventory,
            load(),
            engines,
            users,
            lines=lines,
            tickets=tickets,
            watching=watching,
            notice=f"{_MADE_UP} {begun:%Y-%m-%d %H:%M} UTC",
        )
        port = listening.getsockname()[1]
        _serve(
            app,
            listening,
            lambda: greet(
                port,
                provenance=site.provenance,
                people=site.people,
                troubles=site.troubles,
                examples=site.examples,
            ),
        )


def _desk(folder: Path) -> Settings:
    """A ticket desk that ends with the demo."""
    return Settings(tickets=TicketSettings(desk="here", path=folder / "tickets.sqlite"))


def _polled(folder: Path) -> Settings:
    """Every minute, so that something is seen soon; a file that ends with the demo."""
    return Settings(
        polling=PollingSettings(sites=("*",), light_s=60),
        history=HistorySettings(path=folder / "history.sqlite"),
    )


def _users(people: Sequence[Person]) -> dict[str, User]:
    """The operator and some more; all have the same password."""
    hashed = SecretStr(PasswordHasher().hash(PASSWORD))
    named = {OPERATOR: "operator", **{one.name: one.role for one in people}}
    made = ({"role": role, "password_hash": hashed} for role in named.values())
    return dict(zip(named, map(User.model_validate, made), strict=True))


def _port_from_environment() -> int:
    port = os.environ.get("PORT", "8080")
    if not re.fullmatch(r"[0-9]{1,5}", port) or int(port) > 65535:
        raise ConfigError(f"{port!r} is not a port number", key="PORT")
    return int(port)


def _bound(port: int) -> socket.socket:
    try:
        return web.bound("127.0.0.1", port)
    except ConfigError as e:
        words = str(e).removeprefix(f"{e.key}: ")
        raise ConfigError(f"{words}; take another one: --port, or PORT=…", key=e.key) from e
