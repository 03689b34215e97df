"""``techinfo dump``: read a device now, and print all of it as one JSON document."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from techinfo.access.attachment import access_on, attached, element_target, is_named
from techinfo.api.documents.dump import dump as document
from techinfo.api.onapi import render
from techinfo.cli.learnt import learnt_to_read
from techinfo.cli.options import (
    OTHERS_SECRETS,
    ConfigOption,
    credentials_of,
    engine_named,
    inventory_of,
    secret_of,
    settings_of,
)
from techinfo.cli.replay import DUMPED
from techinfo.cli.wiring import Engines
from techinfo.collect import Learnt, Reading, Target, load, read_once
from techinfo.config import Settings
from techinfo.errors import ConfigError, InventoryError, SnmpTimeoutError
from techinfo.inventory import Element, Inventory
from techinfo.model import Fact, PortFacts
from techinfo.snmp.interface import V3User


def dump(
    access: Annotated[str | None, typer.Argument(help="accessId: its port only.")] = None,
    switch: Annotated[
        str | None, typer.Option(help="An element of the inventory, with all its ports.")
    ] = None,
    host: Annotated[
        str | None, typer.Option(help="Any device by address or name; needs no inventory.")
    ] = None,
    port: Annotated[int, typer.Option(help="UDP port, with --host.")] = 161,
    community_file: Annotated[
        Path | None,
        typer.Option(help="File with the SNMP community, with --host; else --credential."),
    ] = None,
    credential: Annotated[
        str, typer.Option(help="Community or SNMPv3 user of the configuration, with --host.")
    ] = "default",
    driver: Annotated[
        str | None, typer.Option(help="Read with this driver, whatever the device says it is.")
    ] = None,
    engine: Annotated[
        str, typer.Option(help="slim or pysnmp, with --host; SNMPv3 is always pysnmp.")
    ] = "slim",
    groups: Annotated[
        bool, typer.Option("--groups", help="Multicast groups too: they are viewing habits.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Read an access, a switch or any device now and print a JSON document.

    The document is for the operator's eyes: it names the device and its neighbours. Nothing is
    ever written to a device. The community never stands on the command line, where others see it.
    """
    if sum(x is not None for x in (access, switch, host)) != 1:
        raise ConfigError("give one of ACCESS, --switch NAME or --host HOST", key="dump")
    facts = tuple(f for f in DUMPED if groups or f is not Fact.GROUPS)
    settings = settings_of(config, without=OTHERS_SECRETS)
    if host is not None:
        secret = secret_of(settings, credential, community_file)
        target = Target(
            element=host, host=host, port=port, engine=engine_named(engine), driver=driver
        )
        _print(target, {"default": secret}, settings, facts, document)
        return
    with inventory_of(settings) as inventory:
        element, target = _named(inventory, access, switch)
        if driver is not None:
            target = replace(target, driver=driver)

        def made(reading: Reading, now: datetime) -> dict[str, Any]:
            return document(
                reading,
                now,
                access_of=lambda port_facts: access_on(inventory, element, port_facts),
                service_of=lambda port_facts: _service(inventory, element, port_facts),
                is_named=lambda port_facts: is_named(inventory, element, port_facts),
            )

        _print(target, credentials_of(settings), settings, facts, made)


_MAY_BE_V1 = (
    '; a wrong community looks so, and an agent that knows SNMPv1 only: version = "1" in its'
    " credential asks by that"
)


def _print(
    target: Target,
    secrets: dict[str, bytes | V3User],
    settings: Settings,
    facts: tuple[Fact, ...],
    made: Callable[[Reading, datetime], dict[str, Any]],
) -> None:
    registry = load(settings.drivers.folders)
    now = datetime.now(UTC)

    async def read(learnt: Learnt) -> Reading:
        engines = Engines(secrets, settings.snmp.timeouts)
        try:
            limits = learnt.first(target.element, registry.named("generic").limits)
            conversation = engines.open(target, limits)
            return await read_once(conversation, target, registry, facts, now, learnt=learnt)
        finally:
            await engines.close()

    with learnt_to_read(settings) as learnt:
        try:
            out = made(asyncio.run(read(learnt)), now)
        except SnmpTimeoutError as e:
            raise SnmpTimeoutError(f"{e}{_MAY_BE_V1}", address=e.address) from e
    sys.stdout.write(json.dumps(out, ensure_ascii=False, indent=2) + "\n")


def _named(inventory: Inventory, access: str | None, switch: str | None) -> tuple[Element, Target]:
    if access is not None:
        at = attached(inventory, access)
        return at.element, at.port
    element = inventory.element(switch or "")
    if element is None:
        raise InventoryError(f"no element is called {switch!r}")
    return element, element_target(element)


def _service(inventory: Inventory, element: Element, facts: PortFacts) -> render.ServiceOf:
    port = facts.port.name or facts.port.descr

    def service(vlan: int | None) -> str | None:
        return None if vlan is None else inventory.service_type(element.name, port, vlan)

    return service
