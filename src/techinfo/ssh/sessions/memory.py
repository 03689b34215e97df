"""What is remembered of devices and log-ins: host keys, log-ins that were refused, who rests.

Host keys and stopped log-ins stand in a file, as a person has to say otherwise (``techinfo ssh``)
and a restart is no person. A log-in that was refused once is not tried on that device again; one
that three devices in a row have refused is tried nowhere: the next would lock the operator out.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from techinfo.errors import ConfigError, SshBusyError, SshHostKeyError, SshLoginError
from techinfo.store.json_file import JsonFile

IN_A_ROW: Final = 3
"""Devices that refuse a log-in one after another until it is stopped everywhere."""
REST_S: Final = 600.0
"""For which a device is left alone that has too many users, hangs up while we log in, or is in a
mode in which something could be changed."""
SLOW_REST_S: Final = 60.0
"""For one that does not come to its first prompt: it would hold one of few sessions each time."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HostKey:
    """A device's host key.

    Attributes:
        key: ``type base64``.
        since: When it was first seen, or trusted.
        offered: Another one that the device has shown since, and that nobody has trusted.
    """

    key: str
    since: str
    offered: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class LoginState:
    """How a log-in fares.

    Attributes:
        refused: Device -> since when it is not tried there.
        row: The devices that have refused it last, one after another.
        everywhere: Since when it is tried nowhere; empty: it is.
    """

    refused: dict[str, str] = field(default_factory=dict)
    row: tuple[str, ...] = ()
    everywhere: str = ""


class SshMemory:
    """What is remembered.

    Args:
        path: The file; ``None``: it ends with the process.
        clock: Seconds, growing; for rests.
        now: The time.

    Raises:
        ConfigError: By every method: the file cannot be read or written.
    """

    def __init__(
        self,
        path: Path | None,
        *,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._file = JsonFile(path, "ssh.memory", "host keys and log-ins") if path else None
        self._clock = clock
        self._now = now
        self._seen: tuple[int, ...] | None = None
        self._hosts: dict[str, HostKey] = {}
        self._logins: dict[str, LoginState] = {}
        self._rests: dict[str, tuple[float, str]] = {}

    # -- may it be asked ---------------------------------------------------------------------

    def check(self, login: str, device: str) -> None:
        """Whether a log-in may be tried on a device now.

        Raises:
            SshLoginError: It was refused, there or by several, and nobody has said otherwise.
            SshBusyError: The device rests.
        """
        self._look()
        state = self._logins.get(login, LoginState())
        where = "everywhere" if state.everywhere else "on it" if device in state.refused else ""
        if where:
            raise SshLoginError(
                f"log-in {login!r} was refused and is stopped {where}; `techinfo ssh allow` lets it"
                " be tried again"
            )
        until, why = self._rests.get(device, (0.0, ""))
        left = until - self._clock()
        if left > 0:
            raise SshBusyError(f"{why}; it is left alone for {left:.0f} s more")

    def key_of(self, device: str) -> str:
        """The host key that a device must have; empty: the first one is taken."""
        self._look()
        known = self._hosts.get(device)
        return known.key if known is not None else ""

    # -- what came of it ---------------------------------------------------------------------

    def accepted(self, login: str, device: str, key: str) -> None:
        """A device took a log-in, and had this host key."""
        state, pinned = self._logins.get(login), self._hosts.get(device)
        if pinned is not None and not pinned.offered and state is not None and not state.row:
            return
        with self._change():
            known = self._hosts.get(device) or HostKey(key=key, since=self._time())
            self._hosts[device] = replace(known, offered="") if known.key == key else known
            before = self._logins.get(login, LoginState())
            self._logins[login] = replace(before, row=())

    def refused(self, login: str, device: str) -> None:
        """A device refused a log-in."""
        with self._change():
            before = self._logins.get(login, LoginState())
            row = (*(d for d in before.row if d != device), device)[-IN_A_ROW:]
            everywhere = before.everywhere or (self._time() if len(row) >= IN_A_ROW else "")
            told = {**before.refused, device: self._time()}
            self._logins[login] = LoginState(refused=told, row=row, everywhere=everywhere)

    def offered(self, device: str, key: str) -> bool:
        """A device has shown a host key that is not the one that is known; whether that is news."""
        known = self._hosts.get(device)
        if known is None or known.offered == key:
            return known is None
        with self._change():
            self._hosts[device] = replace(self._hosts.get(device, known), offered=key)
        return True

    def rest(self, device: str, why: str, seconds: float = REST_S) -> None:
        """Leave a device alone for a while."""
        self._rests[device] = (self._clock() + seconds, why)

    # -- what a person says ------------------------------------------------------------------

    def hosts(self) -> dict[str, HostKey]:
        """Every host key, by device."""
        self._look()
        return dict(self._hosts)

    def logins(self) -> dict[str, LoginState]:
        """Every log-in that was used, by name."""
        self._look()
        return dict(self._logins)

    def trust(self, device: str, key: str) -> None:
        """Take a host key as a device's."""
        if key.count(" ") != 1:
            raise SshHostKeyError(f"{key!r} is no host key such as ssh-ed25519 AAAA…")
        with self._change():
            self._hosts[device] = HostKey(key=key, since=self._time())

    def forget(self, device: str) -> bool:
        """Take whatever host key a device shows next; whether one was known."""
        with self._change():
            return self._hosts.pop(device, None) is not None

    def allow(self, login: str, device: str | None = None) -> bool:
        """Let a log-in be tried again, on one device or everywhere; whether it was stopped."""
        with self._change():
            before = self._logins.get(login, LoginState())
            if device is None:
                self._logins[login] = LoginState()
                return bool(before.refused or before.everywhere)
            left = {d: t for d, t in before.refused.items() if d != device}
            row = tuple(d for d in before.row if d != device)
            self._logins[login] = replace(before, refused=left, row=row)
            return device in before.refused

    # -- the file ----------------------------------------------------------------------------

    def _time(self) -> str:
        return self._now().astimezone(UTC).isoformat(timespec="seconds")

    def _look(self) -> None:
        """Read the file, if it is another one than last time."""
        if self._file is None or (state := self._file.state()) == self._seen:
            return
        told = self._file.read()
        try:
            told = {"hosts": {}, "logins": {}} if told is None else told
            hosts = {name: HostKey(**host) for name, host in told["hosts"].items()}
            logins = {
                name: LoginState(**{**login, "row": tuple(login["row"])})
                for name, login in told["logins"].items()
            }
        except (TypeError, KeyError, AttributeError) as error:
            raise self._file.nonsense(error) from error
        self._hosts, self._logins, self._seen = hosts, logins, state

    @contextmanager
    def _change(self) -> Iterator[None]:
        """Read the file anew, let a change be made, and write it: one writer at a time.

        Where the file cannot be written the change holds in this process all the same.
        """
        if self._file is None:
            yield
            return
        with ExitStack() as stack:
            try:
                stack.enter_context(self._file.turn())
                self._look()
            except ConfigError:
                yield
                with suppress(ConfigError):
                    self._seen = self._file.state()
                raise
            yield
            self._file.put(self._plain())
            self._seen = self._file.state()

    def _plain(self) -> dict[str, Any]:
        return {
            "hosts": {name: asdict(host) for name, host in sorted(self._hosts.items())},
            "logins": {name: asdict(login) for name, login in sorted(self._logins.items())},
        }
