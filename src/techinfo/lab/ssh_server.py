"""Recorded command lines over real SSH, on loopback: each device a server of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from techinfo.errors import ConfigError

if TYPE_CHECKING:  # the package is the demo's and the tests'
    import asyncssh

    from techinfo.lab.cli_device import CliDevice

OLD_ALGORITHMS: dict[str, Any] = {
    "kex_algs": ["diffie-hellman-group14-sha1"],
    "encryption_algs": ["aes128-cbc"],
    "mac_algs": ["hmac-sha1"],
    "signature_algs": ["ssh-rsa"],
}
"""What a switch of 2008 offers; the host key is an RSA one then."""
DEFAULT_SSH_PORT = 2222
_MOST_TYPED = 4096
_PATIENCE_S = 30.0


class SshServer:
    """One device that can be logged in to while the block lasts.

        async with SshServer(device) as server:
            ... server.host, server.port

    Args:
        address: Of loopback.
        port: 0 takes a free one.
        old: It offers `OLD_ALGORITHMS` alone.
        more_keys: Kinds of host keys that it has beside its own.

    Attributes:
        host_key: ``type base64``.

    Raises:
        ConfigError: asyncssh is not installed, or the port is taken.
    """

    def __init__(
        self,
        device: CliDevice,
        *,
        address: str = "127.0.0.1",
        port: int = 0,
        old: bool = False,
        more_keys: Sequence[str] = (),
    ) -> None:
        self.device = device
        self.host = address
        self.port = port
        self._old = old
        self._acceptor: asyncssh.SSHAcceptor | None = None
        self._connections: set[asyncssh.SSHServerConnection] = set()
        self._key = self._new_key()
        self._more = [_asyncssh().generate_private_key(kind) for kind in more_keys]

    @property
    def host_key(self) -> str:
        """See the class."""
        return _shown(self._key)

    @property
    def other_keys(self) -> list[str]:
        """Those of ``more_keys``."""
        return [_shown(key) for key in self._more]

    def change_key(self) -> None:
        """Have another host key from the next start on: another device, or somebody between."""
        self._key = self._new_key()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen."""
        asyncssh = _asyncssh()
        try:
            self._acceptor = await asyncssh.create_server(
                lambda: _front_door(self.device, self._connections),
                self.host,
                self.port,
                server_host_keys=[self._key, *self._more],
                process_factory=self._session,
                line_editor=False,
                encoding="utf-8",
                login_timeout=30,
                **(OLD_ALGORITHMS if self._old else {}),
            )
        except OSError as error:
            raise ConfigError(f"{self.port}: {error.strerror}", key="port") from error
        self.port = self._acceptor.get_port()

    async def stop(self) -> None:
        """End every session, and listen no more."""
        if self._acceptor is not None:
            self._acceptor.close()
            for connection in tuple(self._connections):
                connection.abort()
            await self._acceptor.wait_closed()

    def hang_up(self) -> None:
        """End every session at once, as a device does that restarts."""
        for connection in tuple(self._connections):
            connection.abort()

    def _new_key(self) -> asyncssh.SSHKey:
        made: asyncssh.SSHKey = _asyncssh().generate_private_key(
            "ssh-rsa" if self._old else "ssh-ed25519"
        )
        return made

    async def _session(self, process: asyncssh.SSHServerProcess[str]) -> None:
        device, asyncssh = self.device, _asyncssh()
        screen = device.screen()
        device.open += 1
        device.most = max(device.most, device.open)
        try:
            process.stdout.write(screen.begin())
            while not screen.over:
                try:
                    typed = await process.stdin.read(_MOST_TYPED)
                except (asyncssh.TerminalSizeChanged, asyncssh.BreakReceived):
                    continue
                if not typed:
                    break
                await self._answer(process, screen, typed)
        finally:
            device.open -= 1
            with suppress(OSError):
                process.exit(0)

    async def _answer(self, process: Any, screen: Any, typed: str) -> None:
        printed = ""
        for character in typed:
            printed += screen.type(character)
            if screen.over:
                break
        echo, line_end, rest = printed.partition("\n")
        process.stdout.write(echo + line_end)
        if rest and self.device.faults.delay_s:
            await asyncio.sleep(self.device.faults.delay_s)
        if rest:
            process.stdout.write(rest)


def _shown(key: asyncssh.SSHKey) -> str:
    return " ".join(key.export_public_key("openssh").decode().split()[:2])


class _Rules:
    """Who may come in; what an asyncssh.SSHServer is asked."""

    def __init__(self, device: CliDevice, connections: set[Any]) -> None:
        self._device = device
        self._connections = connections

    def connection_made(self, conn: Any) -> None:
        """Somebody is at the door."""
        self._connection = conn
        self._connections.add(conn)

    def connection_lost(self, _error: Exception | None) -> None:
        """They have left."""
        self._connections.discard(self._connection)

    def begin_auth(self, _username: str) -> bool:
        """Whether anybody has to say who they are."""
        return not self._device.asks

    def password_auth_supported(self) -> bool:
        """As it is called."""
        return not self._device.interactive

    def validate_password(self, username: str, password: str) -> bool:
        """As it is called; RouterOS takes options behind the name."""
        wanted = (self._device.user, self._device.password)
        fits = (username.partition("+")[0], password) == wanted and not self._device.faults.refuses
        self._device.refused += not fits
        return fits

    def kbdint_auth_supported(self) -> bool:
        """As it is called."""
        return self._device.interactive

    def get_kbdint_challenge(self, _username: str, _lang: str, _methods: str) -> Any:
        """A RADIUS server's."""
        return "", "", "", [("Password: ", False)]

    def validate_kbdint_response(self, username: str, responses: Sequence[str]) -> bool:
        """As it is called."""
        return len(responses) == 1 and self.validate_password(username, responses[0])

    def public_key_auth_supported(self) -> bool:
        """As it is called."""
        return bool(self._device.keys)

    def validate_public_key(self, username: str, key: Any) -> bool:
        """As it is called."""
        fits = username == self._device.user and _shown(key) in self._device.keys
        self._device.refused += not fits
        return fits


def _front_door(device: CliDevice, connections: set[Any]) -> Any:
    made = type("FrontDoor", (_Rules, _asyncssh().SSHServer), {})
    return made(device, connections)


def _asyncssh() -> Any:
    try:
        import asyncssh
    except ImportError as error:
        raise ConfigError("needs asyncssh: pip install 'techinfo[demo]'", key="lab") from error
    return asyncssh


class SshLab:
    """Several devices that can be logged in to while the block lasts, in a thread of their own.

    Raises:
        ConfigError: By entering: asyncssh is not installed, or a port is taken.
    """

    def __init__(self, servers: Sequence[SshServer]) -> None:
        self._servers = servers
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="ssh-lab")

    def __enter__(self) -> Self:
        self._thread.start()
        started: list[SshServer] = []
        try:
            for server in self._servers:
                self._wait(server.start())
                started.append(server)
        except BaseException:
            self._end(started)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._end(self._servers)

    def _end(self, servers: Sequence[SshServer]) -> None:
        for server in servers:
            self._wait(server.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _wait(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(_PATIENCE_S)
