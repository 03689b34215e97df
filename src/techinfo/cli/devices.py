"""What a command needs that asks devices: secrets, both engines, and what was learnt of models."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from techinfo.collect import AgentLimits, Pauses, Target
from techinfo.collect.met_before import KEPT_FOR, MetBefore
from techinfo.collect.registry import cli_platforms
from techinfo.collect.target import NO_AGENT, CommandLine
from techinfo.config import Credential, Settings
from techinfo.errors import ConfigError
from techinfo.snmp.conversation import SnmpConversation
from techinfo.snmp.engine import SnmpEngine
from techinfo.snmp.interface import Network, SnmpTarget, V1Community, V3User
from techinfo.snmp.pysnmp_engine import PysnmpEngine
from techinfo.store.agent_limits import AgentLimitsFile, MetPiece
from techinfo.store.batches import Batches
from techinfo.store.pauses import PausesFile
from techinfo.wire import SnmpLimits

Secret = bytes | V3User
"""A community, or a user of SNMPv3."""


def credentials_of(settings: Settings) -> dict[str, Secret]:
    """The communities and users of SNMPv3 by name of their credential."""
    return {name: _secret(found) for name, found in settings.credentials.items()}


def _secret(credential: Credential) -> Secret:
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


def secret_of(settings: Settings, credential: str, file: Path | None) -> Secret:
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


def target_of(host: str, port: int, engine: str, driver: str | None) -> Target:
    """A device that stands in no inventory.

    Raises:
        ConfigError: There is no such engine.
    """
    if engine not in {"slim", "pysnmp", NO_AGENT}:
        raise ConfigError(f"{engine!r} is neither slim, pysnmp nor none", key="--engine")
    return Target(element=host, host=host, port=port, engine=engine, driver=driver)


def line_of(platform: str, login: str, port: int) -> CommandLine:
    """The command line of such a device.

    Raises:
        ConfigError: No driver knows the platform.
    """
    if platform not in cli_platforms():
        raise ConfigError("no driver knows it", key="--platform")
    return CommandLine(login=login, platform=platform, port=port)


def pauses_of(settings: Settings) -> Pauses:
    """What must not be asked at this moment.

    Raises:
        ConfigError: The file of pauses cannot be read.
    """
    return Pauses(PausesFile(settings.collect.pauses))


class Engines:
    """Both SNMP engines; each opens its sockets when it is first needed.

    Args:
        credentials: Name of a credential -> its community, or its user of SNMPv3. They stay here.
        timeouts: Seconds of each try.
        port_of: What UDP port a target has; the lab gives its own.
        within: The networks that a target's address has to be in (`cli.service.collector`);
            by default it may be any, as somebody asks who has the secrets anyway.
    """

    def __init__(
        self,
        credentials: Mapping[str, Secret],
        timeouts: tuple[float, ...] = (0.8, 1.2, 2.0),
        port_of: Callable[[Target], int] = lambda target: target.port,
        within: Callable[[Target], tuple[Network, ...] | None] = lambda _target: None,
    ) -> None:
        self._credentials = credentials
        self._timeouts = timeouts
        self._port_of = port_of
        self._within = within
        self.slim = SnmpEngine()
        self.pysnmp = PysnmpEngine()

    def open(self, target: Target, limits: SnmpLimits) -> SnmpConversation:
        """Begin a conversation with a target's agent.

        Raises:
            ConfigError: The target's credential is not configured.
            AddressNotAllowedError: It may not be sent there.
        """
        if target.engine == NO_AGENT:
            raise ConfigError(f"{target.element} has no SNMP agent", key="engine")
        credential = self._credentials.get(target.credential)
        if credential is None:
            raise ConfigError(
                f"no such credential, needed for {target.element}",
                key=f"credentials.{target.credential}",
            )
        where = SnmpTarget(
            host=target.host,
            port=self._port_of(target),
            community=credential if isinstance(credential, bytes) else b"",
            timeouts=self._timeouts,
            version="1" if isinstance(credential, V1Community) else "2c",
            v3=credential if isinstance(credential, V3User) else None,
            within=self._within(target),
        )
        if target.engine == "pysnmp":
            return self.pysnmp.conversation(where, limits)
        return self.slim.conversation(where, limits)

    def renew(self, credentials: Mapping[str, Secret], timeouts: tuple[float, ...]) -> None:
        """Ask with these from the next conversation on."""
        self._credentials, self._timeouts = credentials, timeouts

    async def aclose(self) -> None:
        """Close the sockets of both."""
        await self.slim.close()
        await self.pysnmp.close()


@contextmanager
def learnt_to_keep(settings: Settings) -> Iterator[AgentLimits]:
    """What was learnt, for who learns more.

    A file that cannot be written is read; a folder that is not there is warned of, and what is
    learnt ends with the process.

    Raises:
        ConfigError: The file is no such file, damaged, or newer than this program.
    """
    path = settings.collect.learnt
    try:
        file = AgentLimitsFile.open(path)
    except ConfigError as e:
        opened = _opened_for_reading(settings, e)
        from techinfo.cli.console import err

        err.print(f"warning: {e}; what is learnt of devices is not kept", markup=False)
        if opened is None:
            yield AgentLimits()
            return
        file = opened
    with closing(file):
        yield AgentLimits(file)


def _opened_for_reading(settings: Settings, why: ConfigError) -> AgentLimitsFile | None:
    path = settings.collect.learnt
    if isinstance(why.__cause__, OSError) and not path.is_file():
        return None
    try:
        return AgentLimitsFile.open_read_only(path)
    except ConfigError:
        raise why from None


@contextmanager
def learnt_beside(settings: Settings) -> Iterator[AgentLimitsFile | None]:
    """The file of what was learnt, for who keeps more in it; ``None`` where it cannot be written.

    `learnt_to_keep` says so.
    """
    try:
        file = AgentLimitsFile.open(settings.collect.learnt)
    except ConfigError:
        yield None
        return
    with closing(file):
        yield file


@contextmanager
def met_to_keep(settings: Settings) -> Iterator[MetBefore]:
    """Who was met, in the file of what was learnt; where that cannot be written, nobody was."""
    with learnt_beside(settings) as file:
        if file is None:
            yield MetBefore()
            return
        pieces = Batches[MetPiece](
            lambda batch, _lost: file.keep_met(batch, datetime.now(UTC) - KEPT_FOR),
            "numbers of devices",
        )
        with closing(pieces):
            yield MetBefore(file, pieces.put)


@contextmanager
def learnt_to_read(settings: Settings) -> Iterator[AgentLimits]:
    """What was learnt so far; nothing, where there is no file.

    Raises:
        ConfigError: It cannot be read.
    """
    path = settings.collect.learnt
    if not path.is_file():
        yield AgentLimits()
        return
    with closing(AgentLimitsFile.open_read_only(path)) as file:
        yield AgentLimits(file)
