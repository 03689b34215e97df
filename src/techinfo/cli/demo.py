"""``techinfo demo``: recorded switches answering SNMP on loopback, and the service over them."""

from __future__ import annotations

import os
import re
import socket
from pathlib import Path
from typing import Annotated

import typer
from argon2 import PasswordHasher
from pydantic import SecretStr

from techinfo.access.freshness import Terms
from techinfo.api.asgi.entrance import entrance
from techinfo.cli import wiring as house
from techinfo.cli.console import err
from techinfo.cli.demo_inventory import serve_alone
from techinfo.cli.demo_site import DemoSite, demo_site
from techinfo.collect import Manners, load
from techinfo.config import User
from techinfo.errors import ConfigError
from techinfo.inventory import Inventory
from techinfo.lab import Lab
from techinfo.server import web

_USER, _PASSWORD = "demo", "demo"


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

    User [bold]demo[/bold], password [bold]demo[/bold]: an operator. Prints [bold]ready[/bold] and
    commands to paste. The switches are real walks (package snmpsim-data), played over UDP;
    leases, multicast groups and CPEs are made up, and the demo says which is which. Ctrl-C ends it.

    With [bold]--inventory[/bold] no switch is there and nothing is asked of any: what an inventory
    file alone can answer is served, such as look-ups of DHCP identifiers.
    """
    site = None if inventory else demo_site(fixtures)
    listening = _bound(port if port is not None else _port_from_environment())
    try:
        if inventory is not None:
            serve_alone(inventory, listening, (_USER, _PASSWORD), _operator())
        elif site is not None:
            err.print("starting the recorded switches …")
            _run(site, listening, snmp_port)
    except KeyboardInterrupt:
        err.print("ended")


def _run(site: DemoSite, listening: socket.socket, snmp_port: int) -> None:
    with Inventory.in_memory() as inventory, Lab(site.devices, port=snmp_port) as lab:
        inventory.import_file(site.inventory)
        engines = house.Engines({"default": b"public"}, port_of=lambda _: lab.port)
        app = house.application(
            collector=house.collector(registry=load(), engines=engines, manners=Manners()),
            inventory=inventory,
            entrance=entrance({_USER: _operator()}),
            authoritative=True,
            access_id_pattern=r"[-0-9a-zA-Z.]{1,36}",
            terms=Terms(),
            prefixes=("/onapi", "/api", ""),
            closing=(engines.close,),
        )
        port = listening.getsockname()[1]
        web.serve(app, listening, lambda: _greet(site, port))


def _operator() -> User:
    hashed = SecretStr(PasswordHasher().hash(_PASSWORD))
    return User(role="operator", password_hash=hashed)


def _port_from_environment() -> int:
    told = os.environ.get("PORT", "8080")
    if not re.fullmatch(r"[0-9]{1,5}", told) or int(told) > 65535:
        raise ConfigError(f"{told!r} is not a port number", key="PORT")
    return int(told)


def _bound(port: int) -> socket.socket:
    try:
        return web.bound("127.0.0.1", port)
    except ConfigError as e:
        words = str(e).removeprefix(f"{e.key}: ")
        raise ConfigError(f"{words}; take another one: --port, or PORT=…", key=e.key) from e


def _greet(site: DemoSite, port: int) -> None:
    """Say what is there, in one piece: who waits for ``ready`` finds the commands with it."""
    longest = max(len(name) for name, _ in site.provenance)
    base = f"http://127.0.0.1:{port}/onapi/2.6"
    lines = [
        "Recorded switches answer SNMP on loopback. What is real and what is made up:",
        "",
        *(f"  {name:{longest}}  {words}" for name, words in site.provenance),
        "",
        "Customers and what a VLAN carries are made up too.",
        "",
        "ready",
        "",
        f"User {_USER}, password {_PASSWORD}: an operator. To paste in another terminal:",
    ]
    for example in site.examples:
        lines += ["", f"# {example.words}", f"curl -u {_USER}:{_PASSWORD} {base}/{example.path}"]
    lines += ["", "Add  | python3 -m json.tool  for indented JSON. Ctrl-C ends the demo."]
    print("\n".join(lines), flush=True)
