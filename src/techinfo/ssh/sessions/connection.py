"""netmiko's connection, tuned, which says nothing by itself.

netmiko's classes of platforms sleep for a third of a second to log in, and type lines that we do
not want on a live switch (``enable``, ``disable clipaging``, ``Y`` to the saving of a
configuration). Its base class has what is needed: paramiko's client, its errors, its clean-up. What
is said on the line is `techinfo.ssh.sessions.dialogue`'s business. This reaches into private names
of netmiko and paramiko: the tests hold them against a real SSH server.
"""

from __future__ import annotations

import codecs
import io
import logging
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final

import paramiko
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from netmiko.base_connection import BaseConnection
from netmiko.exceptions import NetmikoAuthenticationException
from paramiko.ssh_exception import (
    BadAuthenticationType,
    ChannelException,
    SSHException,
)

from techinfo.errors import (
    DeviceError,
    DeviceUnreachableError,
    SshBusyError,
    SshClosedError,
    SshError,
    SshHostKeyError,
    SshLoginError,
    SshTimeoutError,
)
from techinfo.ssh.sessions.algorithms import OLD, Transport, disabled, transport_of
from techinfo.ssh.sessions.dialogue import BUSY, Asked, Dialogue
from techinfo.ssh.sessions.messages import Order

_CHUNK: Final = 65536
_TOO_MANY_CONNECTIONS: Final = 12
"""RFC 4253, 11.1."""
_NO_CHANNEL: Final = (1, 4)
"""Administratively prohibited, resource shortage: RFC 4254, 5.1. One more session is too many."""
_WAYS: Final = ("password", "keyboard-interactive")
"""Of giving a password (RFC 4252, 8; RFC 4256). What asks RADIUS often has the latter alone."""
_KEYS: Final = (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey)


def quiet() -> None:
    """Keep both libraries from writing what devices say into logs."""
    for name in ("paramiko", "netmiko"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


class _Client(paramiko.SSHClient):
    """paramiko's client, which tries one way to log in and no other.

    paramiko by itself goes on to the next way on the same connection, and asks for the service of
    user authentication again: some devices hang up then.
    """

    def __init__(self, way: str) -> None:
        super().__init__()
        self._way = way

    def _auth(self, username: str, password: str, *rest: Any) -> None:
        transport: paramiko.Transport = self._transport  # type: ignore[attr-defined]
        match self._way:
            case "none":
                transport.auth_none(username)
            case "password":
                transport.auth_password(username, password, fallback=False)
            case "keyboard-interactive":
                transport.auth_interactive(username, _once(password))
            case _:
                super()._auth(username, password, *rest)  # type: ignore[misc]


def _once(password: str) -> Callable[[str, str, Sequence[tuple[str, bool]]], list[str]]:
    """Answers one question with the password; a second one is about something else."""
    left = [password]

    def answer(_title: str, _text: str, fields: Sequence[tuple[str, bool]]) -> list[str]:
        if len(fields) > len(left):
            raise SSHException("it asks for more than a password")
        return [left.pop() for _ in fields]

    return answer


class _Pin(paramiko.MissingHostKeyPolicy):
    """Takes the key that is known, or the first that comes; nothing else was sent yet."""

    def __init__(self, order: Order, address: str) -> None:
        self._known = order.host_key
        self._address = address
        self.seen = ""

    def missing_host_key(self, client: Any, hostname: str, key: paramiko.PKey) -> None:  # noqa: ARG002
        self.seen = f"{key.get_name()} {key.get_base64()}"
        if self._known not in ("", self.seen, key.fingerprint):
            raise SshHostKeyError(
                f"its host key is not the one that is known, but {key.fingerprint}; nothing was "
                "sent to it. `techinfo ssh trust` takes the new one, if it is the device's",
                address=self._address,
            )


class Connection(BaseConnection):
    """One session with one device, up to its prompt.

    Attributes:
        host_key: What the device has shown, ``type base64``; empty: it did not come to that.

    Raises:
        DeviceError: By `open`: it could not be opened.
    """

    def __init__(self, order: Order) -> None:
        self._order = order
        self._address = f"{order.host}:{order.port}"
        self._pin = _Pin(order, self._address)
        self._transports: list[Transport] = []
        lets_in = order.cli.asks_in_session
        self._way = "publickey" if order.login.key else "none" if lets_in else "password"
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        login, patience = order.login, order.patience
        super().__init__(
            host=order.host,
            port=order.port,
            username=login.user + order.cli.user_suffix,
            password=None if login.key else login.password,
            pkey=_key(login.key, login.key_password) if login.key else None,
            disabled_algorithms=disabled(order.old),
            conn_timeout=patience.connect,
            auth_timeout=patience.login,
            banner_timeout=patience.login,
            auto_connect=False,
        )
        self.key_policy = self._pin
        self.dialogue = Dialogue(self, order.cli, login, patience, address=self._address)

    @property
    def host_key(self) -> str:
        """See the class."""
        return self._pin.seen

    def open(self) -> None:
        """Connect, log in, and come to the prompt.

        Raises:
            DeviceError: See the class.
        """
        try:
            self._establish()
            self.dialogue.log_in()
        except BaseException as error:
            told = self._translated(error)
            self.hang_up()
            if told is error:
                raise
            raise told from error

    def _establish(self) -> None:
        """Connect and log in; anew, where the device names another way to do so."""
        tried: set[str] = set()
        while True:
            tried.add(self._way)
            try:
                self.sock = self._connected()
                self.establish_connection()
                return
            except NetmikoAuthenticationException as error:
                cause = error.__context__
                ways = cause.allowed_types if isinstance(cause, BadAuthenticationType) else []
                next_one = next((w for w in _WAYS if w in ways and w not in tried), None)
                if next_one is None or self._order.login.key:
                    raise
                self._way = next_one
                if self.sock is not None:
                    self.sock.close()

    def ask(self, command: str) -> Asked:
        """See `Dialogue.ask`."""
        return self.dialogue.ask(command)

    def test_cable(self, command: str) -> Asked:
        """See `Dialogue.test_cable`."""
        return self.dialogue.test_cable(command)

    def close(self) -> None:
        """Log out."""
        if self.remote_conn is not None:
            self.dialogue.log_out()
        self.hang_up()

    def hang_up(self) -> None:
        """Close the connection without a word."""
        self.disconnect()
        if self.sock is not None:
            self.sock.close()

    # -- the line of the dialogue ------------------------------------------------------------

    def send(self, text: str) -> None:
        """See `techinfo.ssh.sessions.dialogue.Line`."""
        try:
            self.write_channel(text)
        except (OSError, EOFError) as error:
            raise self._closed() from error

    def receive(self, seconds: float) -> str:
        """See `techinfo.ssh.sessions.dialogue.Line`."""
        channel = self.remote_conn
        if not isinstance(channel, paramiko.Channel):
            raise self._closed()
        channel.settimeout(max(seconds, 0.0))
        try:
            octets = channel.recv(_CHUNK)
        except TimeoutError:
            return ""
        except (OSError, EOFError) as error:
            raise self._closed() from error
        if not octets:
            raise self._closed()
        return self._decoder.decode(octets) or self.receive(seconds)

    # -- what netmiko calls ------------------------------------------------------------------

    def _get_ssh_client_instance(self) -> paramiko.SSHClient:
        return _Client(self._way)

    def _connect_params_dict(self) -> dict[str, Any]:
        kind = self._order.host_key.partition(" ")[0] if " " in self._order.host_key else None
        made = transport_of(self._transports, kind)
        return {**super()._connect_params_dict(), "transport_factory": made}

    def cleanup(self, command: str = "") -> None:
        """Say nothing; `close` has."""

    # -- errors ------------------------------------------------------------------------------

    def _connected(self) -> socket.socket:
        """A TCP connection that does not wait for more to send."""
        where = (self._order.host, self._order.port)
        try:
            made = socket.create_connection(where, self._order.patience.connect)
        except TimeoutError as error:
            raise self._error(SshTimeoutError, "it does not answer on its SSH port") from error
        except OSError as error:
            words = f"its SSH port cannot be reached: {error.strerror or error}"
            raise DeviceUnreachableError(words, address=self._address) from error
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made

    def _translated(self, error: BaseException) -> BaseException:
        if isinstance(error, SshClosedError) and self._is_busy():
            return self._error(SshBusyError, "too many users are on it")
        if isinstance(error, DeviceError):
            return error
        if isinstance(error, NetmikoAuthenticationException | paramiko.AuthenticationException):
            return self._refused(error)
        if isinstance(error, ChannelException):
            busy = error.code in _NO_CHANNEL
            return self._error(SshBusyError if busy else SshError, "it opens no session")
        if isinstance(error, SSHException):
            return self._no_connection(error)
        return self._closed() if isinstance(error, EOFError | OSError) else error

    def _refused(self, error: BaseException) -> SshError:
        """Whether a log-in was refused, or did not come to its end."""
        if self._is_busy():
            return self._error(SshBusyError, "too many users are on it")
        if "timeout" in str(error).lower():
            return self._error(SshTimeoutError, "it does not decide on the log-in")
        if "saw EOF" in str(error):  # paramiko's words for a connection that ended meanwhile
            return self._closed()
        cause = error.__context__
        if isinstance(cause, BadAuthenticationType):
            ways = ", ".join(cause.allowed_types)
            return self._error(SshLoginError, f"it takes no {self._way}, but {ways}")
        return self._error(SshLoginError, "it refuses the log-in")

    def _no_connection(self, error: SSHException) -> SshError:
        if self._is_busy():
            return self._error(SshBusyError, "too many users are on it")
        cause = error.__context__ or error
        lacking = self._transports[-1].lacking() if self._transports else None
        if lacking is not None:  # either side may have hung up over it first
            return self._old(*lacking)
        if isinstance(cause, TimeoutError) or "timeout" in str(cause).lower():
            return self._error(SshTimeoutError, "it does not finish the SSH handshake")
        return self._closed()

    def _old(self, kind: str, theirs: Sequence[str]) -> SshError:
        old = [name for name in theirs if name in OLD]
        advice = f"; name one of {', '.join(old)} for it, if it can do nothing newer" if old else ""
        return self._error(SshError, f"it has no {kind} in common with us{advice}")

    def _is_busy(self) -> bool:
        farewell = self._transports[-1].farewell if self._transports else None
        return farewell is not None and (
            farewell[0] == _TOO_MANY_CONNECTIONS or BUSY.search(farewell[1]) is not None
        )

    def _closed(self) -> SshError:
        return self._error(SshClosedError, "it closed the session")

    def _error(self, kind: type[SshError], words: str) -> SshError:
        return kind(words, address=self._address)


def _key(text: str, password: str) -> paramiko.PKey:
    """A private key in OpenSSH's form or in PEM.

    Raises:
        SshError: It is none, is locked with another password, or is of a kind that is not spoken.
    """
    octets, secret = text.encode(), password.encode() or None
    for load in (serialization.load_ssh_private_key, serialization.load_pem_private_key):
        try:
            key = load(octets, secret)
            plain = key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.OpenSSH,
                serialization.NoEncryption(),
            )
        except (ValueError, TypeError, UnsupportedAlgorithm):
            continue
        for kind in _KEYS:
            with suppress(SSHException, ValueError):
                return kind.from_private_key(io.StringIO(plain.decode()))
    raise SshError("the private key cannot be read: its form or its password is wrong")
