"""The options that every command with a configuration shares."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from techinfo.cli.console import err
from techinfo.collect import load as load_drivers
from techinfo.config import Credential, Settings, load
from techinfo.errors import ConfigError
from techinfo.inventory import Inventory
from techinfo.snmp.interface import V1Community, V3User

ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        "-c",
        envvar="TECHINFO_CONFIG",
        help="TOML file with the settings; TECHINFO_SECTION__KEY variables win over it.",
    ),
]


DEVICE_SECRETS = ("credentials",)
"""What only those need who ask devices."""
OTHERS_SECRETS = ("onapi",)
"""What only those need who ask other operators' servers."""


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
    settings = load(path, os.environ, without=without, tables=tables)
    if not quiet:
        warn_of(settings)
    return settings


def warn_of(settings: Settings) -> None:
    """Say what is not wrong, but not wise."""
    for warning in settings.warnings:
        err.print(f"warning: {warning}", markup=False)


def inventory_of(settings: Settings) -> Inventory:
    """The inventory that the settings name.

    Raises:
        InventoryError: It cannot be opened.
    """
    return Inventory.open(
        settings.inventory.path,
        access_id_pattern=settings.service.access_id_pattern,
        driver_layouts=load_drivers(settings.drivers.folders).layouts(),
    )


def credentials_of(settings: Settings) -> dict[str, bytes | V3User]:
    """The communities and users of SNMPv3 by name of their credential."""
    return {name: _asker(found) for name, found in settings.credentials.items()}


def _asker(credential: Credential) -> bytes | V3User:
    if credential.user is None:
        community = credential.secret.get_secret_value()
        return V1Community(community) if credential.version == "1" else community
    return V3User(
        name=credential.user,
        auth=credential.auth,
        auth_key=credential.auth_secret.get_secret_value(),
        priv=credential.priv,
        priv_key=credential.priv_secret.get_secret_value(),
        context=credential.context,
    )


def secret_of(settings: Settings, credential: str, file: Path | None) -> bytes | V3User:
    """What a device that stands in no inventory is asked with.

    Args:
        settings: Hold the credentials.
        credential: The name of one.
        file: A file with a community, which is taken instead.

    Raises:
        ConfigError: There is neither.
    """
    if file is not None:
        try:
            return file.read_bytes().rstrip(b"\r\n")
        except OSError as e:
            raise ConfigError(f"{file}: {e.strerror}", key="--community-file") from e
    found = credentials_of(settings).get(credential)
    if found is None:
        raise ConfigError(
            "is not configured, and no --community-file is given", key=f"credentials.{credential}"
        )
    return found


def engine_named(name: str) -> str:
    """The name of an SNMP engine.

    Raises:
        ConfigError: There is none of this name.
    """
    if name not in {"slim", "pysnmp"}:
        raise ConfigError(f"{name!r} is neither slim nor pysnmp", key="--engine")
    return name
