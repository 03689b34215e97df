"""``techinfo pause`` and ``techinfo resume``: the kill switch."""

from __future__ import annotations

import getpass
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from techinfo.cli.console import err
from techinfo.cli.options import ConfigOption, inventory_of, settings_of
from techinfo.collect import load
from techinfo.config import Settings
from techinfo.errors import ConfigError, InventoryError
from techinfo.inventory import Inventory
from techinfo.maintenance.pause import PauseService
from techinfo.moments import rfc3339
from techinfo.store.pauses import Pause, PausesFile, Reach

_SwitchOption = Annotated[
    str | None, typer.Option("--switch", help="One network element, as the inventory calls it.")
]
_DriverOption = Annotated[str | None, typer.Option("--driver", help="All devices of a driver.")]
_SiteOption = Annotated[str | None, typer.Option("--site", help="All elements of a site.")]


def pause(
    switch: _SwitchOption = None,
    driver: _DriverOption = None,
    site: _SiteOption = None,
    everything: Annotated[bool, typer.Option("--all", help="Everything.")] = False,
    until: Annotated[
        str,
        typer.Option(help="When it ends by itself: 30m, 2h, 1d, or 2027-01-31T12:00:00Z."),
    ] = "1h",
    why: Annotated[str, typer.Option(help="For your colleagues; providers never see it.")] = "",
    listed: Annotated[bool, typer.Option("--list", help="Show what is paused.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="With --list: as JSON lines.")] = False,
    config: ConfigOption = None,
) -> None:
    """Stop asking a switch, all devices of a driver, a site, or everything.

        techinfo pause --switch sw-elm-3 --until 2h --why "firmware upgrade"

        techinfo pause --all

    It holds within a second, in a service that runs, too, and conversations under way are ended. It
    ends by itself. Meanwhile a request that allows it ([bold]Cache-Control: max-stale=N[/bold]) is
    answered with what was read last; every other with 503, code [bold]paused[/bold]. A device that
    has never been asked has no driver yet: it is asked what it is, and then no more.
    """
    settings = settings_of(config)
    with _desk(settings, checking=not listed) as desk:
        if listed:
            for found in desk.pauses():
                print(json.dumps(pause_json(found)) if as_json else _line(found))
            return
        reach, name = _reach(switch, driver, site, everything)
        drivers = load(settings.drivers.folders).drivers
        print(_line(desk.pause(reach, name, until, why, by=getpass.getuser(), drivers=drivers)))


def resume(
    switch: _SwitchOption = None,
    driver: _DriverOption = None,
    site: _SiteOption = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Everything that is paused, whichever way.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """End a pause before its time. [bold]techinfo pause --list[/bold] shows what is paused.

    Example: [bold]techinfo resume --switch sw-elm-3[/bold]
    """
    with _desk(settings_of(config), checking=False) as desk:
        for ended in desk.resume(*_reach(switch, driver, site, everything)):
            print(f"no longer paused: {ended.reach} {ended.name}".rstrip())


def pause_json(pause: Pause) -> dict[str, str]:
    """A pause as JSON has it."""
    return {
        "reach": pause.reach.value,
        "name": pause.name,
        "since": pause.since.isoformat(),
        "until": pause.until.isoformat(),
        "why": pause.why,
        "by": pause.by,
    }


@contextmanager
def _desk(settings: Settings, *, checking: bool) -> Iterator[PauseService]:
    inventory = _inventory(settings) if checking else None
    try:
        yield PauseService(
            file=PausesFile(settings.collect.pauses),
            inventory=inventory,
        )
    finally:
        if inventory is not None:
            inventory.close()


def _inventory(settings: Settings) -> Inventory | None:
    """To check names with; a kill switch works without one, too."""
    if not settings.inventory.path.is_file():
        err.print("warning: there is no inventory; the name is not checked")
        return None
    try:
        return inventory_of(settings)
    except InventoryError as error:
        err.print(f"warning: {error}; the name is not checked", markup=False)
        return None


def _reach(
    switch: str | None, driver: str | None, site: str | None, everything: bool
) -> tuple[Reach, str]:
    given = {Reach.SWITCH: switch, Reach.DRIVER: driver, Reach.SITE: site}
    named = [(reach, name) for reach, name in given.items() if name is not None]
    if everything:
        named.append((Reach.ALL, ""))
    if len(named) != 1:
        raise ConfigError("exactly one of these says what", key="--switch, --driver, --site, --all")
    return named[0]


def _line(pause: Pause) -> str:
    until = rfc3339(pause.until)
    by = f" by {pause.by}" if pause.by else ""
    why = f": {pause.why}" if pause.why else ""
    return f"paused: {pause.reach} {pause.name}".rstrip() + f" until {until}{by}{why}"
