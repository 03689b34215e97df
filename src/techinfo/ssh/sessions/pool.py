"""Sessions with devices: kept, one a device, few at a time, and with manners.

    pool = SshPool(logins, SshMemory(path), cli_platforms())
    told = await pool.ask(SshTarget(element="sw-1", host="192.0.2.7", ...), ["show vlan"])

The sessions themselves stand in a process of their own; here is only who is asked, and when.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import re
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from techinfo.driver.cli import CliPlatform
from techinfo.driver.cli_session import CliSession
from techinfo.errors import (
    ConfigError,
    DeviceError,
    DriverError,
    SshBusyError,
    SshClosedError,
    SshHostKeyError,
    SshLoginError,
    SshModeError,
    SshTimeoutError,
)
from techinfo.ssh.cli_recording import Output
from techinfo.ssh.sessions.commands import check, declared, for_cable_test
from techinfo.ssh.sessions.dialogue import Asked
from techinfo.ssh.sessions.memory import SLOW_REST_S, SshMemory
from techinfo.ssh.sessions.messages import Login, Order, Patience, error_of
from techinfo.ssh.sessions.process import SessionProcess, Sessions
from techinfo.ssh.sessions.target import Network, SshTarget, address_of

MOST_SESSIONS: Final = 8
IDLE_S: Final = 30.0
_GRACE_S: Final = 10.0
"""Beyond all that an order may wait for, until something is wrong with the process."""
_RESULTS: Final = 5
"""Times that the result of a cable test is asked for, at most."""
_SLOW: Final = 2
"""Time-outs in a row after which the rest of a question is not sent."""
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Device:
    """What the pool knows of one: its session, and how many are at it or wait for it."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0
    session: str | None = None
    target: SshTarget | None = None
    process: int = 0
    used: float = 0.0
    idle: asyncio.TimerHandle | None = None


@dataclass(kw_only=True, slots=True)
class SshCounts:
    """What a pool has done since it was made."""

    opened: int = 0
    closed: int = 0
    commands: int = 0
    refused: int = 0


class SshPool:
    """The one owner of sessions.

    Args:
        logins: By name. They are sent to the process of the sessions, and nowhere else.
        memory: What is remembered of devices and log-ins.
        platforms: By netmiko's device type; what they could have typed is checked here.
        networks: Log-in -> the networks that it may be sent to, and nowhere else.
        most: Sessions at a time.
        idle_s: Seconds after which a session that nobody needs is ended.
        cable_tests: Cables are tested; else nothing is typed that does more than read.
        sessions: Who holds them; by default a process that is started when it is needed.

    Raises:
        DriverError: A driver could type what does not only read.
    """

    def __init__(
        self,
        logins: Mapping[str, Login],
        memory: SshMemory,
        platforms: Mapping[str, CliPlatform],
        *,
        networks: Mapping[str, Sequence[Network]] | None = None,
        most: int = MOST_SESSIONS,
        idle_s: float = IDLE_S,
        patience: Patience = Patience(),  # noqa: B008 - frozen
        cable_tests: bool = False,
        sessions: Sessions | None = None,
    ) -> None:
        check(platforms)
        self._logins = logins
        self._memory = memory
        self._platforms = platforms
        self._networks = networks or {}
        self._most = most
        self._idle_s = idle_s
        self._patience = patience
        self._cable_tests = cable_tests
        self._process = sessions or SessionProcess(most, cable_tests=cable_tests)
        self._devices: dict[str, _Device] = {}
        self._open: set[str] = set()
        self._room = asyncio.Condition()
        self._first: dict[str, asyncio.Lock] = {}
        self._proven: set[str] = set()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._last = 0
        self.counts = SshCounts()

    async def ask(self, target: SshTarget, commands: Sequence[str]) -> tuple[Asked, ...]:
        """What a device prints, command by command, in that order.

        A time-out ends the session, and is that command's error alone: the next one gets a session
        of its own. Whoever does not wait for the end loses only the answer.

        Args:
            target: Whom to ask.
            commands: Each as the platform's driver declares it, for all ports or for one.

        Raises:
            DriverError: The platform has no session, or does not declare a command; nothing was
                sent.
            ConfigError: There is no such log-in.
            DeviceError: No session could be had.
        """
        platform, cli = self._spoken_with(target)
        for command in commands:
            if not declared(platform, command):
                raise DriverError(f"platform {target.platform!r} does not declare {command!r}")
        work = functools.partial(self._in_turn, target=target, cli=cli, commands=commands)
        return await self._shielded(self._ask(target, work))

    async def test_cable(self, target: SshTarget, port: str) -> tuple[Asked, ...]:
        """Test the cable of a port: what the device prints when it begins, and then its result.

        It is begun once, whatever comes of it, in a session of its own that is ended at once.

        Args:
            target: Whom to ask, with the log-in that may test.
            port: As the device spells it.

        Raises:
            DriverError: Nobody knows how, or the settings do not let it; nothing was sent.
            ValueError: It is no port's name.
            ConfigError: There is no such log-in.
            DeviceError: No session could be had.
        """
        platform, cli = self._spoken_with(target)
        tester = platform.cable_test
        if tester is None or not self._cable_tests:
            raise DriverError(f"cables of platform {target.platform!r} are not tested here")
        start, result = for_cable_test(tester, port)

        async def work(device: _Device) -> tuple[Asked, ...]:
            async with self._room:
                await self._end(device, target.element)
            await self._log_in(device, target, cli)
            try:
                told = [await self._sent(device, target.element, start, do="test")]
                text = told[0].output.text
                for _ in range(_RESULTS if result and re.search(tester.started, text) else 0):
                    if told[-1].error is not None:
                        break
                    await asyncio.sleep(tester.takes_s)
                    told[1:] = [await self._sent(device, target.element, result)]
                    if not re.search(tester.unfinished or r"\Z.", told[1].output.text):
                        break
                return tuple(told)
            finally:
                async with self._room:
                    await self._end(device, target.element)

        return await self._shielded(self._ask(target, work))

    def _spoken_with(self, target: SshTarget) -> tuple[CliPlatform, CliSession]:
        platform = self._platforms.get(target.platform)
        if platform is None or platform.session is None:
            raise DriverError(f"no driver knows how to speak with platform {target.platform!r}")
        if target.login not in self._logins:
            raise ConfigError(
                "is missing, but an element names it", key=f"ssh.logins.{target.login}"
            )
        return platform, platform.session

    async def _shielded(self, work: Coroutine[Any, Any, tuple[Asked, ...]]) -> tuple[Asked, ...]:
        """What comes of some work, which goes on when nobody waits for it any more."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return await asyncio.shield(task)

    def renew(self, logins: Mapping[str, Login], networks: Mapping[str, Sequence[Network]]) -> None:
        """Log in with these from the next session on."""
        self._logins, self._networks = logins, networks
        self._proven.clear()

    async def close(self) -> None:
        """Log out everywhere, and end the process."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for device in self._devices.values():
            if device.idle is not None:
                device.idle.cancel()
        await self._process.close()

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # whoever asked may be gone

    # -- one question ------------------------------------------------------------------------

    async def _ask(
        self, target: SshTarget, work: Callable[[_Device], Awaitable[tuple[Asked, ...]]]
    ) -> tuple[Asked, ...]:
        device = self._devices.setdefault(target.element, _Device())
        device.users += 1
        try:
            async with device.turn:
                if device.idle is not None:
                    device.idle.cancel()
                return await work(device)
        finally:
            device.users -= 1
            async with self._room:  # a session that nobody is at makes room
                self._room.notify_all()

    async def _in_turn(
        self, device: _Device, target: SshTarget, cli: CliSession, commands: Sequence[str]
    ) -> tuple[Asked, ...]:
        told: list[Asked] = []
        slow = 0
        try:
            for command in commands:
                if slow >= _SLOW and (last := told[-1].error) is not None:
                    told.append(Asked(Output(command, ""), last))
                    continue
                try:
                    asked = await self._one(device, target, cli, command)
                except DeviceError as error:
                    if not told:
                        raise
                    told += [Asked(Output(c, ""), error) for c in commands[len(told) :]]
                    break
                told.append(asked)
                slow = slow + 1 if isinstance(asked.error, SshTimeoutError) else 0
                if isinstance(asked.error, SshModeError):
                    _log.error("%s: %s", target.element, asked.error)
        finally:
            self._rest(device, target.element)
        return tuple(told)

    async def _one(
        self, device: _Device, target: SshTarget, cli: CliSession, command: str
    ) -> Asked:
        """One command; a kept session that has died in the meantime is opened anew, once."""
        kept = self._is_open(device)
        if kept and device.target != target:  # it has another address, or another log-in
            async with self._room:
                await self._end(device, target.element)
            kept = False
        if not kept:
            await self._log_in(device, target, cli)
        asked = await self._sent(device, target.element, command)
        if kept and isinstance(asked.error, SshClosedError) and not asked.output.text:
            await self._log_in(device, target, cli)
            asked = await self._sent(device, target.element, command)
        return asked

    async def _sent(self, device: _Device, element: str, command: str, do: str = "ask") -> Asked:
        self.counts.commands += 1
        order = {"do": do, "session": device.session, "command": command}
        try:
            reply = await self._process.order(order, self._patience.command + _GRACE_S)
        except DeviceError as gone:
            await self._gone(device, element)
            return Asked(Output(command, "", "closed"), gone)
        error = error_of(reply["error"]) if "error" in reply else None
        if error is not None:
            await self._gone(device, element)
        return Asked(Output(command, reply.get("text", ""), reply.get("cut")), error)

    # -- sessions ----------------------------------------------------------------------------

    def _is_open(self, device: _Device) -> bool:
        if device.idle is not None:
            device.idle.cancel()
            device.idle = None
        return device.session is not None and device.process == self._process.number

    async def _log_in(self, device: _Device, target: SshTarget, cli: CliSession) -> None:
        """Open a session, with all that is owed to a device and a log-in."""
        self._memory.check(target.login, target.element)
        host = await address_of(target, self._networks.get(target.login))
        await self._take_room(target.element)
        try:
            if target.login in self._proven:
                await self._opened(device, target, cli, host)
            else:  # one after another, so that three refusals are three
                async with self._first.setdefault(target.login, asyncio.Lock()):
                    self._memory.check(target.login, target.element)
                    await self._opened(device, target, cli, host)
        except BaseException:
            async with self._room:
                await self._end(device, target.element)
            raise

    async def _opened(self, device: _Device, target: SshTarget, cli: CliSession, host: str) -> None:
        self._last += 1
        known = target.host_key or self._memory.key_of(target.element)
        order = Order(
            session=str(self._last),
            host=host,
            port=target.port,
            login=self._logins[target.login],
            cli=cli,
            host_key=known,
            old=target.old,
            patience=self._patience,
        )
        waits = 2 * self._patience.connect + 6 * self._patience.login  # it may take two tries
        lines = len(cli.after_login) * self._patience.command
        message = {"do": "open", "order": order.as_plain()}
        reply = await self._process.order(message, waits + lines + _GRACE_S)
        if "error" in reply:
            raise self._failed(target, error_of(reply["error"]), reply["host_key"])
        device.session, device.process = order.session, self._process.number
        device.target = target
        self.counts.opened += 1
        self._proven.add(target.login)
        with self._told():
            self._memory.accepted(target.login, target.element, reply["host_key"])

    def _failed(self, target: SshTarget, error: DeviceError, host_key: str) -> DeviceError:
        """Remember what came of a log-in that failed."""
        match error:
            case SshLoginError():
                self.counts.refused += 1
                self._proven.discard(target.login)
                with self._told():
                    self._memory.refused(target.login, target.element)
                _log.warning("%s: log-in %s: %s", target.element, target.login, error)
            case SshBusyError() | SshClosedError():
                self._memory.rest(target.element, str(error))
            case SshTimeoutError():
                self._memory.rest(target.element, str(error), SLOW_REST_S)
            case SshHostKeyError():
                with self._told():
                    if self._memory.offered(target.element, host_key):
                        _log.error("%s: %s", target.element, error)
            case SshModeError():
                self._memory.rest(target.element, str(error))
                _log.error("%s: %s", target.element, error)
        return error

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What cannot be written down holds until the process ends."""
        try:
            yield
        except ConfigError as error:
            _log.error("what is known of log-ins and host keys is not kept: %s", error)

    # -- room --------------------------------------------------------------------------------

    async def _take_room(self, element: str) -> None:
        """Wait until one more session may be open; one that nobody is at makes room."""
        async with self._room:
            while len(self._open) >= self._most:
                idle = [e for e in self._open if not self._devices[e].users]
                if not idle:
                    await self._room.wait()
                    continue
                oldest = min(idle, key=lambda e: self._devices[e].used)
                async with self._devices[oldest].turn:
                    await self._end(self._devices[oldest], oldest)
            self._open.add(element)

    async def _gone(self, device: _Device, element: str) -> None:
        """A session is no more, or could not be had."""
        self.counts.closed += device.session is not None
        device.session = None
        async with self._room:
            self._open.discard(element)
            self._room.notify_all()

    async def _end(self, device: _Device, element: str) -> None:
        """Log out; whoever calls it has the device's turn, and the room's."""
        session, device.session = device.session, None
        if session is not None and device.process == self._process.number:
            order = {"do": "close", "session": session}
            try:
                await self._process.order(order, self._patience.logout + _GRACE_S)
            except DeviceError:  # it went with its process
                _log.debug("%s: the session was gone already", element)
        self.counts.closed += session is not None
        self._open.discard(element)
        self._room.notify_all()

    def _rest(self, device: _Device, element: str) -> None:
        """Nobody needs the session for now."""
        loop = asyncio.get_running_loop()
        device.used = loop.time()
        if device.session is None:
            return

        def later() -> None:
            task = loop.create_task(self._end_idle(device, element))
            self._tasks.add(task)
            task.add_done_callback(self._ended)

        device.idle = loop.call_later(self._idle_s, later)

    async def _end_idle(self, device: _Device, element: str) -> None:
        if device.users:
            return
        device.users += 1
        try:
            async with device.turn, self._room:
                await self._end(device, element)
        finally:
            device.users -= 1
