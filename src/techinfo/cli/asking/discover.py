"""``techinfo discover``: which devices of a network answer, as elements for the inventory."""

from __future__ import annotations

import asyncio
import csv
import dataclasses
import ipaddress
import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from techinfo.access.discovery.asking import Answer, Discovery, Network, Plan, plan
from techinfo.access.discovery.asking import discover as discovered
from techinfo.access.discovery.moved import Judgement
from techinfo.cli.console import err, out, table
from techinfo.cli.devices import Engines, credentials_of, pauses_of
from techinfo.cli.options import OTHERS_SECRETS, ConfigOption, PortOption, inventory_of, settings_of
from techinfo.collect import Target, load
from techinfo.config import Settings
from techinfo.errors import ConfigError, PausedError
from techinfo.inventory import Element, Inventory
from techinfo.recordings.recorder import Pace

_TIMEOUTS = (2.0,)
"""One try: what is silent now is no worse off for being silent."""


def discover(
    network: Annotated[str, typer.Argument(help="Such as 192.0.2.0/24; 4096 addresses at most.")],
    ask: Annotated[
        bool, typer.Option("--ask", help="Ask; without, it is only said what would be asked.")
    ] = False,
    credential: Annotated[
        list[str] | None,
        typer.Option(help="Only this one; may be repeated. Else all that name the network."),
    ] = None,
    rate: Annotated[float, typer.Option(min=0.1, max=20, help="Requests a second.")] = 20.0,
    port: PortOption = 161,
    write: Annotated[
        Path | None,
        typer.Option(help="Write a CSV of the inventory's elements and the proposed ones."),
    ] = None,
    take_moved: Annotated[
        bool,
        typer.Option("--take-moved", help="In the CSV, elements that moved have the new address."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
    config: ConfigOption = None,
) -> None:
    """Ask a network, gently, which devices answer, and propose them as elements.

    Each address is asked once for sysObjectID, sysDescr and sysName, by one GET, twenty a second at
    most. Addresses of elements in the inventory are not asked. Without [bold]--ask[/bold] nothing
    is sent, and it is said what would be.

    A credential is sent only where [bold]credentials.NAME.networks[/bold] names it; users of
    SNMPv3 come first, since a community is told to whoever answers. A network that overlaps
    [bold]inventory.customer_networks[/bold], or has a CPE of the inventory in it, is never asked.

    What is found is printed; [bold]--write FILE.csv[/bold] makes a file for
    [bold]techinfo inventory import[/bold], which holds the elements that there are, too. The
    driver is not written into it: the sysObjectID decides at every visit, also after a swap.

    What answers by the sysName or MAC address of an element of the inventory is asked once more,
    and so is that element's address: it may have moved, have a second address, or have a namesake;
    the evidence is told. The CSV leaves the inventory's address, unless [bold]--take-moved[/bold]
    takes over that of elements that have moved; nothing but an import changes the inventory.

    Example: [bold]techinfo discover 192.0.2.0/24 --ask --write elements.csv[/bold]
    """
    if take_moved and write is None:
        raise ConfigError("goes with --write FILE", key="--take-moved")
    settings = settings_of(config, without=OTHERS_SECRETS)
    with inventory_of(settings) as inventory:
        elements = inventory.elements()
        wanted = _plan(_network(network), settings, inventory, credential, port)
        _say(wanted, rate, ask=ask)
        if ask:
            _must_not_be_paused(settings, network)
        found = _asked(wanted, settings, elements, rate) if ask else None
        if found is not None and write is not None:
            _write(write, _moved(elements, found) if take_moved else elements, found, port)
    if as_json:
        _print_json(wanted, found)
    elif found is not None:
        _print(found)


def _network(found: str) -> Network:
    try:
        return ipaddress.ip_network(found)
    except ValueError as error:
        raise ConfigError(f"is not a network such as 192.0.2.0/24: {error}", key=found) from error


def _plan(
    network: Network,
    settings: Settings,
    inventory: Inventory,
    only: Sequence[str] | None,
    port: int,
) -> Plan:
    for name in only or ():
        settings.credential(name)
    cpes = (inventory.cpe(access.access_id) for access in inventory.accesses())
    chosen = {n: c for n, c in settings.credentials.items() if not only or n in only}
    return plan(
        network,
        {name: _networks(c.networks) for name, c in chosen.items()},
        v3=frozenset(name for name, c in chosen.items() if c.user is not None),
        known=[element.address for element in inventory.elements()],
        customers=[cpe.address for cpe in cpes if cpe is not None and cpe.address is not None],
        customer_networks=_networks(settings.inventory.customer_networks) or (),
        port=port,
    )


def _must_not_be_paused(settings: Settings, network: str) -> None:
    """Who has paused everything wants nothing to be asked."""
    paused = pauses_of(settings)
    if (pause := paused(Target(element=network, host=network), None)) is not None:
        until = pause.until.isoformat()
        raise PausedError(f"everything is paused until {until}: {pause.why}", until=until)


def _networks(found: Sequence[str] | None) -> tuple[Network, ...] | None:
    return None if found is None else tuple(map(ipaddress.ip_network, found))


def _say(wanted: Plan, rate: float, *, ask: bool) -> None:
    count = len(wanted.addresses) * len(wanted.credentials)
    err.print(
        f"{len(wanted.addresses)} addresses, with {', '.join(wanted.credentials)}:"
        f" {count} requests at most, {count / rate:.0f} s",
        markup=False,
    )
    for words, number in wanted.left_out.items():
        if number:
            err.print(f"not asked, {words}: {number}", markup=False)
    if not ask:
        err.print("nothing was sent; --ask does it")


def _asked(wanted: Plan, settings: Settings, elements: Sequence[Element], rate: float) -> Discovery:
    registry, pace = load(settings.drivers.folders), Pace(rate)
    allowed = {name: _networks(c.networks) for name, c in settings.credentials.items()}

    async def asking() -> Discovery:
        engines = Engines(credentials_of(settings), _TIMEOUTS, within=lambda t: _of(allowed, t))
        async with aclosing(engines):

            async def turn() -> None:
                bar.advance(task)
                await asyncio.sleep(pace.pause_s())

            return await discovered(wanted, registry, engines.open, elements, turn=turn)

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        total = len(wanted.addresses) * len(wanted.credentials)
        task = bar.add_task("requests", total=total)
        return asyncio.run(asking())


def _of(
    allowed: Mapping[str, tuple[Network, ...] | None], target: Target
) -> tuple[Network, ...] | None:
    return allowed[target.credential] or ()


def _print(found: Discovery) -> None:
    rows = table("address", "name", "driver", "credential", "sysObjectID")
    for answer in found.answers:
        driver = answer.driver or "(told at the first visit)"
        rows.add_row(answer.address, answer.name, driver, answer.credential, answer.sys_object_id)
    out.print(rows, markup=False)
    for answer in found.answers:
        if answer.problem:
            err.print(f"not proposed: {answer.address}: {answer.problem}", markup=False)
    for move in found.moves:
        told = f"{move.element}: {move.inventory_address} -> {move.address}: {move.judgement.value}"
        err.print(f"{told} ({'; '.join(move.evidence)})", markup=False, soft_wrap=True)
    for address, why in found.refused.items():
        err.print(f"refuses: {address}: {why}", markup=False, soft_wrap=True)
    err.print(f"{len(found.answers)} answered {found.asked} requests")


def _print_json(wanted: Plan, found: Discovery | None) -> None:
    document = {
        "schema": "techinfo.discovery/1",
        "addresses": len(wanted.addresses),
        "credentials": list(wanted.credentials),
        "asked": found is not None,
        "answers": [dataclasses.asdict(answer) for answer in found.answers] if found else [],
        "refused": dict(found.refused) if found else {},
        "moved": [dataclasses.asdict(move) for move in found.moves] if found else [],
    }
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


def _write(path: Path, elements: Sequence[Element], found: Discovery, port: int) -> None:
    columns = [column.name for column in dataclasses.fields(Element)]
    proposed = [_row(answer, port) for answer in found.answers if not answer.problem]
    try:
        with path.open("x", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            for element in elements:
                writer.writerow(dataclasses.asdict(element))
            writer.writerows(proposed)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}; nothing is written", key="--write") from error
    err.print(f"{len(proposed)} new elements beside {len(elements)} in {path}", markup=False)


def _moved(elements: Sequence[Element], found: Discovery) -> list[Element]:
    """The elements, those that have moved, and to one place alone, with their new address."""
    new: dict[str, set[str]] = {}
    for move in found.moves:
        if move.judgement is Judgement.MOVED:
            new.setdefault(move.element, set()).add(move.address)
    only = {name: next(iter(some)) for name, some in new.items() if len(some) == 1}
    return [
        dataclasses.replace(element, address=only.get(element.name, element.address))
        for element in elements
    ]


def _row(answer: Answer, port: int) -> dict[str, str | int]:
    row: dict[str, str | int] = {
        "name": answer.name,
        "address": answer.address,
        "port": port,
        "credential": answer.credential,
    }
    return row | ({"sys_name": answer.sys_name} if answer.sys_name else {})
