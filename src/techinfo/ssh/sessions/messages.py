"""What passes between the pool and the process that holds the sessions: JSON, length before it.

Secrets are among it; it goes through a pipe that nobody else has, and into no log.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from techinfo import errors
from techinfo.driver.cli_session import Answer, CliSession
from techinfo.errors import DeviceError, DeviceUnreachableError, SshError

HEAD: Final = struct.Struct(">I")
MOST_OCTETS: Final = 64 << 20
"""Of a message: every table of a big switch is a few."""


CABLE_TESTS: Final = "cable-tests"
"""The argument of the sessions' process without which it tests no cable."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Login:
    """Who logs in, and with what.

    Attributes:
        name: As the settings call it; it may be told.
        key: A private key in PEM or OpenSSH's form; it is taken instead of the password.
        key_password: What the key is locked with.
        enable: The secret for more rights; empty: none are asked for.
    """

    name: str
    user: str
    password: str = field(default="", repr=False)
    key: str = field(default="", repr=False)
    key_password: str = field(default="", repr=False)
    enable: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Patience:
    """How long is waited, in seconds.

    Attributes:
        connect: For TCP.
        login: For each of banner, authentication and first prompt.
        quiet: For more of an output; a device may be at it for longer, if it keeps talking.
        command: For an output as a whole.
        settle: For silence behind what may be a prompt that nobody has seen before.
        logout: For the device to end the session.
    """

    connect: float = 5.0
    login: float = 15.0
    quiet: float = 15.0
    command: float = 60.0
    settle: float = 0.4
    logout: float = 1.5


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """What a session needs to be opened.

    Attributes:
        session: Its number in the pool.
        host: An address.
        cli: How the platform is spoken with.
        host_key: The key that it must have, ``type base64``; empty: any is taken, and told.
        old: Old algorithms that are named for it.
    """

    session: str
    host: str
    port: int
    login: Login
    cli: CliSession
    host_key: str = ""
    old: tuple[str, ...] = ()
    patience: Patience = Patience()

    def as_plain(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self)


def order_of(told: Mapping[str, Any]) -> Order:
    """The order that `Order.as_plain` has made this of."""
    cli = dict(told["cli"])
    for name in ("questions", "at_logout", "pagers"):
        cli[name] = tuple(Answer(**answer) for answer in cli[name])
    cli["after_login"] = tuple(cli["after_login"])
    return Order(
        **{
            **told,
            "login": Login(**told["login"]),
            "patience": Patience(**told["patience"]),
            "cli": CliSession(**cli),
            "old": tuple(told["old"]),
        }
    )


def packed(message: Mapping[str, Any]) -> bytes:
    """A message as it goes through the pipe."""
    octets = json.dumps(message, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return HEAD.pack(len(octets)) + octets


def unpacked(octets: bytes) -> dict[str, Any]:
    """A message without its length."""
    found: dict[str, Any] = json.loads(octets)
    return found


def error_as_plain(error: DeviceError) -> dict[str, str]:
    """An error by its class, words and address."""
    return {"kind": type(error).__name__, "words": str(error), "address": error.address}


def error_of(told: Mapping[str, str]) -> DeviceError:
    """The same error again; one of a class that no session raises is a plain one."""
    kind = getattr(errors, told["kind"], SshError)
    known = isinstance(kind, type) and issubclass(kind, SshError | DeviceUnreachableError)
    made: type[DeviceError] = kind if known else SshError
    return made(told["words"], address=told["address"])
