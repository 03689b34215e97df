"""``techinfo demo --inventory``: what an inventory alone can answer, with no switch behind it."""

from __future__ import annotations

import socket
from pathlib import Path

from techinfo.access.freshness import Terms
from techinfo.api.asgi.entrance import entrance
from techinfo.cli import wiring as house
from techinfo.cli.console import err
from techinfo.collect import Manners, Target, load
from techinfo.config import User
from techinfo.errors import DeviceUnreachableError
from techinfo.inventory import Inventory
from techinfo.server import web
from techinfo.snmp.conversation import SnmpConversation
from techinfo.wire import SnmpLimits


class NoDevices(house.Engines):
    """Asks nobody: the addresses of an inventory that is only looked at may be anybody's."""

    def open(self, target: Target, limits: SnmpLimits) -> SnmpConversation:  # noqa: ARG002 - as its base
        """Refuse to begin.

        Raises:
            DeviceUnreachableError: Always.
        """
        raise DeviceUnreachableError("this demo has no switches", address=target.host)


def serve_alone(
    file: Path, listening: socket.socket, login: tuple[str, str], operator: User
) -> None:
    """Serve an inventory file until somebody says stop.

    Args:
        file: In any form that is imported.
        listening: Where.
        login: Name and password of the operator.
        operator: The operator.

    Raises:
        InventoryError: The file cannot be imported.
    """
    registry = load()
    with Inventory.in_memory(driver_layouts=registry.layouts()) as inventory:
        for warning in inventory.import_file(file).warnings:
            err.print(f"warning: {warning}", markup=False)
        engines = NoDevices({})
        app = house.application(
            collector=house.collector(registry=registry, engines=engines, manners=Manners()),
            inventory=inventory,
            entrance=entrance({login[0]: operator}),
            authoritative=True,
            access_id_pattern=r"[-0-9a-zA-Z.]{1,36}",
            terms=Terms(),
            prefixes=("/onapi", "/api", ""),
            closing=(engines.close,),
        )
        port = listening.getsockname()[1]
        web.serve(app, listening, lambda: _greet(file, port, login))


def _greet(file: Path, port: int, login: tuple[str, str]) -> None:
    name, password = login
    ask = f"curl -u {name}:{password} 'http://127.0.0.1:{port}/onapi/2.6"
    lines = [
        f"{file.name} is served; no switch is behind it.",
        "",
        "ready",
        "",
        f"User {name}, password {password}: an operator. To paste in another terminal:",
        "",
        "# which access has these DHCP identifiers, in any spelling",
        f"{ask}/dhcplookup?ipv4CircuitId=eth%200/1&ipv4RemoteId=10.10.10.10'",
        "# which access sends this option 82",
        f"{ask}/option82/5216010765746820302F31020B31302E31302E31302E3130'",
        "",
        "Ctrl-C ends the demo.",
    ]
    print("\n".join(lines), flush=True)
