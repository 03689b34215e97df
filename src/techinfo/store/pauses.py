"""The file of pauses: what network elements must not be asked, until when, and why.

It is JSON and not a database, so that whoever may read it obeys it, in any process and as any user,
and a person can look into it. A change is a new file in the place of the old one.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from types import SimpleNamespace

from techinfo.errors import ConfigError
from techinfo.store.base import Records

_FILE_MODE = 0o644
"""Whatever the umask: who obeys it must be able to read it. Its folder says who else may."""
_LOCK_MODE = 0o660
_MOST_OCTETS = 1 << 20
_MOST_PAUSES = 1000


class Reach(StrEnum):
    """How far a pause reaches."""

    SWITCH = "switch"
    DRIVER = "driver"
    SITE = "site"
    ALL = "all"


@dataclass(frozen=True, kw_only=True, slots=True)
class Pause:
    """What must not be asked.

    Attributes:
        name: Of the switch, driver or site; empty for all.
        since: When it was said.
        until: When it ends by itself.
        why: In the operator's words. They may name equipment, and are for operators only.
        by: Who has said it.
    """

    reach: Reach
    name: str
    since: datetime
    until: datetime
    why: str = ""
    by: str = ""

    def covers(self, *, element: str, driver: str | None, site: str | None) -> bool:
        """Whether it is about an element; one whose driver nobody knows has none yet."""
        found = {Reach.SWITCH: element, Reach.DRIVER: driver, Reach.SITE: site}
        return self.reach is Reach.ALL or found.get(self.reach) == self.name


_PAUSES = Records(Pause)


class PausesFile:
    """The file, whether it is there or not; where it is not, nothing is paused.

    Args:
        path: Its folder must exist.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def state(self) -> tuple[int, ...]:
        """Another value after every change; costs microseconds.

        Raises:
            ConfigError: It cannot be looked at.
        """
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise self._fault(f"cannot be looked at: {error.strerror}") from error
        return (found.st_ino, found.st_mtime_ns, found.st_size)

    def pauses(self) -> tuple[Pause, ...]:
        """All that is written there; some may have ended.

        Raises:
            ConfigError: It cannot be read, or is no such file.
        """
        try:
            with self.path.open("rb") as file:
                octets = file.read(_MOST_OCTETS + 1)
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise self._fault(f"cannot be read: {error.strerror}") from error
        try:
            if len(octets) > _MOST_OCTETS:
                raise ValueError("it is too long")
            return tuple(_PAUSES.record(SimpleNamespace(**p)) for p in json.loads(octets)["pauses"])
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise self._fault(f"is no file of pauses: {error!r}") from error

    def add(self, pause: Pause) -> None:
        """Write a pause; one of the same switch, driver or site takes the place of the older.

        Raises:
            ConfigError: It cannot be written, or is full.
        """
        with self._turn():
            here = (pause.reach, pause.name)
            others = [p for p in self._in_force(pause.since) if (p.reach, p.name) != here]
            if len(others) >= _MOST_PAUSES:
                raise self._fault(f"is full; {_MOST_PAUSES} pauses are kept at most")
            self._put([*others, pause])

    def remove(self, ended: Sequence[Pause], now: datetime) -> None:
        """Take pauses away, and those that have ended by themselves.

        Raises:
            ConfigError: It cannot be written.
        """
        with self._turn():
            self._put([p for p in self._in_force(now) if p not in ended])

    def _in_force(self, now: datetime) -> list[Pause]:
        return [p for p in self.pauses() if now < p.until]

    def _put(self, pauses: Sequence[Pause]) -> None:
        text = json.dumps(
            {"pauses": [_PAUSES.values(p) for p in pauses]}, indent=1, ensure_ascii=False
        )
        new = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        try:
            descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _FILE_MODE)
            os.fchmod(descriptor, _FILE_MODE)  # the collector may be another user
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text + "\n")
                file.flush()
                os.fsync(file.fileno())
            new.replace(self.path)
        except OSError as error:
            new.unlink(missing_ok=True)
            raise self._fault(f"cannot be written: {error.strerror}") from error

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """One writer at a time; who looks at the file never waits."""
        lock = self.path.with_name(f".{self.path.name}.lock")
        try:
            descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, _LOCK_MODE)
        except OSError as error:
            raise self._fault(f"cannot be written: {error.strerror}") from error
        try:
            if os.fstat(descriptor).st_uid == os.geteuid():
                os.fchmod(descriptor, _LOCK_MODE)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _fault(self, message: str) -> ConfigError:
        return ConfigError(f"{self.path}: {message}", key="collect.pauses")
