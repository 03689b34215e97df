"""What a command needs that logs in on devices, or asks an ACS: who, where to, and the sessions."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from ipaddress import ip_network

from techinfo.acs.server import AcsClient, AcsServer
from techinfo.cli.console import err
from techinfo.collect.command_line.asking import CommandLines
from techinfo.collect.registry import cli_platforms
from techinfo.collect.target import Target
from techinfo.config import Settings
from techinfo.errors import ConfigError
from techinfo.ssh.sessions.memory import SshMemory
from techinfo.ssh.sessions.messages import Login
from techinfo.ssh.sessions.pool import SshPool
from techinfo.ssh.sessions.target import Network


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


def acs_of(settings: Settings) -> dict[str, AcsServer]:
    """ACS servers, by name."""
    return {
        name: AcsServer(
            url=found.url,
            user=found.user or "",
            password=found.secret.get_secret_value(),
            ca_file=found.ca_file,
            networks=tuple(map(ip_network, found.networks)),
            timeout_s=found.timeout_s,
        )
        for name, found in settings.acs.items()
    }


def check_login(settings: Settings, login: str) -> None:
    """Check that there is a log-in.

    Raises:
        ConfigError: There is none of that name.
    """
    if login not in settings.logins:
        raise ConfigError("is missing", key=f"logins.{login}")


def pool_of(settings: Settings) -> SshPool:
    """A pool as the settings say; it starts nothing before it is asked.

    Raises:
        ConfigError: What is remembered of devices cannot be read.
    """
    return SshPool(
        logins_of(settings),
        SshMemory(settings.ssh.memory),
        cli_platforms(),
        networks=networks_of(settings),
        most=settings.ssh.sessions,
        idle_s=settings.ssh.idle_s,
        cable_tests=settings.danger.cable_test,
    )


def lines_of(
    settings: Settings, pool: SshPool, check: Callable[[Target], None] = lambda _target: None
) -> CommandLines:
    """Command lines as they are asked over a pool's sessions, and tested if the settings say so.

    Raises:
        ConfigError: There is no log-in that tests, or it may be sent anywhere.
    """
    login = settings.danger.cable_test_login if settings.danger.cable_test else None
    if login is not None:
        check_login(settings, login)
        if settings.logins[login].networks is None:
            raise ConfigError("is missing, but it tests cables", key=f"logins.{login}.networks")
    return CommandLines(
        pool=pool,
        platforms=cli_platforms(),
        check=check,
        tester=pool if login is not None else None,
        test_login=login or "",
    )


@asynccontextmanager
async def sessions_of(
    settings: Callable[[], Settings], *, needed: bool
) -> AsyncIterator[CommandLines | None]:
    """Sessions for whoever asks command lines; ``None``: log-ins cannot be read, which is told.

    Args:
        settings: With the log-ins.
        needed: There is nothing else to ask: without log-ins it fails.

    Raises:
        ConfigError: Log-ins cannot be read, and are needed.
    """
    try:
        read = settings()
        pool = pool_of(read)
        lines = lines_of(read, pool)
    except ConfigError as error:
        if needed:
            raise
        err.print(f"command lines are not asked: {error}", markup=False)
        yield None
        return
    try:
        yield lines
    finally:
        await pool.close()


@asynccontextmanager
async def acs_servers_of(settings: Callable[[], Settings]) -> AsyncIterator[AcsClient | None]:
    """ACS servers for whoever asks about CPEs; ``None``: their section cannot be read.

    Args:
        settings: With the section; that it cannot be read `sessions_of` has told.
    """
    try:
        client = AcsClient(acs_of(settings()))
    except ConfigError:
        yield None
        return
    try:
        yield client
    finally:
        await client.close()
