"""``techinfo plan``: what polling will cost every element, before it is switched on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated

import typer

from techinfo.cli.console import err, out, table
from techinfo.cli.options import ConfigOption, inventory_of, settings_of
from techinfo.collect import Registry, load
from techinfo.driver.driver import Driver
from techinfo.errors import ConfigError
from techinfo.inventory import Element, Inventory
from techinfo.polling.costs import Load
from techinfo.polling.costs import load as load_of
from techinfo.polling.due import Rhythm
from techinfo.polling.poller import EVERYWHERE
from techinfo.polling.rhythm import rhythm_of

_BESIDE = 4
"""Interfaces of an element beside those of accesses: uplinks."""
_FEWEST = 28
_STANDARD = "generic"


def plan(
    site: Annotated[
        list[str] | None,
        typer.Option(help="Sites that would be polled; without it those of polling.sites, or all."),
    ] = None,
    interfaces: Annotated[
        int | None,
        typer.Option(min=1, help="Of each element; without it by the inventory, 28 at least."),
    ] = None,
    macs: Annotated[int, typer.Option(min=0, help="MAC addresses, or ONTs, of each.")] = 200,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON lines.")] = False,
    config: ConfigOption = None,
) -> None:
    """Tell what polling costs each element: requests and octets a second. Nothing is asked.

    An upper estimate from the tables of its driver: [bold]not known[/bold] stands where the
    inventory names none, and the standard MIBs are counted. Polling is off until
    [bold]polling.sites[/bold] names sites.

    Example: [bold]techinfo plan --site north[/bold]
    """
    settings = settings_of(config)
    rhythm = rhythm_of(settings.polling)
    sites = frozenset(site or settings.polling.sites or [EVERYWHERE])
    registry = load(settings.drivers.folders)
    with inventory_of(settings) as inventory:
        told = list(_loads(inventory, registry, rhythm, sites, interfaces, macs))
    if site and not told:
        raise ConfigError("no element is there", key="--site")
    if as_json:
        for element, driver, found in told:
            print(json.dumps(_line(element, driver, found)))
        return
    _show(told)


_Told = tuple[Element, Driver | None, Load]


def _loads(
    inventory: Inventory,
    registry: Registry,
    rhythm: Rhythm,
    sites: frozenset[str],
    interfaces: int | None,
    macs: int,
) -> Iterator[_Told]:
    ports: dict[str, set[str]] = {}
    for access in inventory.accesses():
        if access.element and access.port:
            ports.setdefault(access.element, set()).add(access.port)
    standard = registry.drivers.get(_STANDARD)
    if standard is None:
        raise ConfigError(f"there is no driver {_STANDARD}", key="drivers.folders")
    for element in inventory.elements():
        if EVERYWHERE in sites or element.site in sites:
            driver = registry.drivers.get(element.driver or "")
            known = max(_FEWEST, len(ports.get(element.name, ())) + _BESIDE)
            yield element, driver, load_of(driver or standard, rhythm, interfaces or known, macs)


def _line(element: Element, driver: Driver | None, found: Load) -> dict[str, object]:
    told: dict[str, object] = {
        "element": element.name,
        "site": element.site,
        "driver": driver.name if driver else None,
        "requestsPerSecond": round(found.requests_s, 3),
        "bytesPerSecond": round(found.octets_s, 1),
        "lightPoll": {"requests": found.light.requests, "bytes": found.light.octets},
    }
    if found.full is not None:
        told["fullPoll"] = {"requests": found.full.requests, "bytes": found.full.octets}
    if found.onts is not None:
        told["ontPoll"] = {"requests": found.onts.requests, "bytes": found.onts.octets}
    return {name: value for name, value in told.items() if value is not None}


def _show(told: list[_Told]) -> None:
    shown = table("element", "driver", "requests/s", "bytes/s", "a light poll", "a full poll")
    for element, driver, found in told:
        full = f"{found.full.requests} requests" if found.full else "never"
        shown.add_row(
            element.name,
            driver.name if driver else "not known",
            f"{found.requests_s:.2f}",
            f"{found.octets_s:.0f}",
            f"{found.light.requests} requests",
            full,
        )
    out.print(shown, markup=False)
    requests_s, octets_s = (
        sum(found.requests_s for _, _, found in told),
        sum(found.octets_s for _, _, found in told),
    )
    err.print(f"{len(told)} elements, {requests_s:.1f} requests/s, {octets_s:.0f} bytes/s in all")
