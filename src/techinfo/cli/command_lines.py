"""What a command needs that asks command lines: log-ins, the memory of host keys, the pool."""

from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING

from techinfo.collect.registry import cli_platforms
from techinfo.errors import ConfigError
from techinfo.ssh.sessions.memory import SshMemory
from techinfo.ssh.sessions.messages import Login
from techinfo.ssh.sessions.pool import Network, SshPool

if TYPE_CHECKING:
    from techinfo.config import Settings


def logins_of(settings: Settings) -> dict[str, Login]:
    """Who logs in, by name."""
    return {
        name: Login(
            name=name,
            user=found.user,
            password=found.secret("password"),
            key=found.secret("key"),
            key_password=found.secret("key_password"),
            enable=found.secret("enable"),
        )
        for name, found in settings.logins.items()
    }


def networks_of(settings: Settings) -> dict[str, tuple[Network, ...]]:
    """Where log-ins may be sent to; those that are not in it, anywhere."""
    return {
        name: tuple(map(ip_network, found.networks))
        for name, found in settings.logins.items()
        if found.networks is not None
    }


def pool_of(settings: Settings, login: str) -> SshPool:
    """A pool as the settings say.

    Raises:
        ConfigError: There is no such log-in.
    """
    if login not in settings.logins:
        raise ConfigError("is missing", key=f"logins.{login}")
    return SshPool(
        logins_of(settings),
        SshMemory(settings.ssh.memory),
        cli_platforms(),
        networks=networks_of(settings),
        most=settings.ssh.sessions,
        idle_s=settings.ssh.idle_s,
    )
