"""The options that several commands share, and what those with a configuration begin with."""

from __future__ import annotations

import functools
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from techinfo.errors import ConfigError

if TYPE_CHECKING:  # a page of help needs none of it
    from techinfo.config import Settings
    from techinfo.inventory import Inventory
    from techinfo.tickets.store import TicketFile

ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        "-c",
        envvar="TECHINFO_CONFIG",
        help="TOML file with the settings; TECHINFO_SECTION__KEY variables win over it.",
    ),
]
SupervisedOption = Annotated[
    bool,
    typer.Option(
        "--supervised", hidden=True, help="End when standard input does: who started it is gone."
    ),
]
HostArgument = Annotated[str, typer.Argument(help="Address or name of the device.")]
PortOption = Annotated[int, typer.Option(help="UDP port.")]
CommunityFileOption = Annotated[
    Path | None, typer.Option(help="File with the SNMP community; else --credential.")
]
CredentialOption = Annotated[
    str, typer.Option(help="Community or SNMPv3 user of the configuration.")
]
DriverOption = Annotated[
    str | None, typer.Option(help="Read with this driver, whatever the device says it is.")
]
GroupsOption = Annotated[
    bool, typer.Option("--groups", help="Multicast groups too: they are viewing habits.")
]
OntLightOption = Annotated[
    bool,
    typer.Option("--ont-light", help="The light of every ONT too: asked over OMCI, one by one."),
]
ScrubOption = Annotated[
    bool | None,
    typer.Option(
        "--scrub/--no-scrub",
        show_default="scrubbed in a file, not on the terminal",
        help="To share it: other addresses and serial numbers, and no names of devices and people.",
    ),
]
OutputOption = Annotated[
    Path | None,
    typer.Option("--output", "-o", help="A new file, to be shared: scrubbed unless --no-scrub."),
]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")
]
YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
JsonLinesOption = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]

DEVICE_SECRETS = ("credentials",)
"""What only those need who ask devices by SNMP."""
LINE_SECRETS = ("logins", "acs")
"""What only those need who log in on command lines, or ask an ACS."""
OTHER_SERVERS = ("onapi", "netbox", "tjansteguiden")
OTHERS_SECRETS = (*OTHER_SERVERS, *LINE_SECRETS)
"""What those have no need of who ask devices by SNMP: other servers, command lines, an ACS."""


def all_but(server: str) -> tuple[str, ...]:
    """What those have no need of who ask one other server: devices, and the other servers."""
    others = (section for section in OTHER_SERVERS if section != server)
    return (*DEVICE_SECRETS, *LINE_SECRETS, *others)


def settings_of(
    path: Path | None,
    *,
    without: Collection[str] = (*DEVICE_SECRETS, *OTHERS_SECRETS),
    tables: Mapping[str, Any] | None = None,
    quiet: bool = False,
) -> Settings:
    """The settings of this run.

    Args:
        path: The settings file.
        without: Sections that this process has no need of, and leaves unread: whose files it may
            be unable to read. What asks devices or servers says that it needs theirs.
        tables: What the file holds, where another process has read it.
        quiet: What is not wise is not warned of.

    Raises:
        ConfigError: A key is wrong; names it.
    """
    from techinfo.config import load

    settings = load(path, os.environ, without=without, tables=tables)
    if not quiet:
        warn_of(settings)
    return settings


def warn_of(settings: Settings) -> None:
    """Say what is not wrong, but not wise."""
    for warning in settings.warnings:
        from techinfo.cli.console import err

        err.print(f"warning: {warning}", markup=False)


def inventory_of(settings: Settings) -> Inventory:
    """The inventory that the settings name.

    Raises:
        InventoryError: It cannot be opened.
    """
    from techinfo.inventory import Inventory

    return Inventory.open(
        settings.inventory.path,
        access_id_pattern=settings.service.access_id_pattern,
        driver_layouts=_Layouts(settings.drivers.folders),
    )


def tickets_of(settings: Settings) -> TicketFile:
    """The file of tickets that the settings name.

    Raises:
        ConfigError: There is none.
        TicketStoreError: It cannot be opened.
    """
    from techinfo.tickets.store import TicketFile

    if not settings.tickets.path.is_file():
        raise ConfigError(f"{settings.tickets.path}: is not there", key="tickets.path")
    return TicketFile.open(settings.tickets.path)


class _Layouts(Mapping[str, str]):
    """Driver -> layout of its DHCP identifiers; drivers are loaded when an element names one."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = folders

    @functools.cached_property
    def _loaded(self) -> dict[str, str]:
        from techinfo.collect import load

        return load(self._folders).layouts()

    def __getitem__(self, driver: str) -> str:
        if not driver:
            raise KeyError(driver)
        return self._loaded[driver]

    def __iter__(self) -> Iterator[str]:
        return iter(self._loaded)

    def __len__(self) -> int:
        return len(self._loaded)


def zone_of(name: str, option: str) -> ZoneInfo:
    """A time zone by its name.

    Raises:
        ConfigError: There is none; names the option.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ConfigError(f"{name!r} is no time zone", key=option) from error


def time_of(text: str | None, option: str) -> datetime | None:
    """A moment as an option says it, by this machine's zone where it names none.

    Raises:
        ConfigError: It is no time; names the option.
    """
    if text is None:
        return None
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigError("is no time; it looks like 2026-11-29T10:00:00Z", key=option) from None
    return told if told.tzinfo is not None else told.astimezone()
