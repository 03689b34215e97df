"""A small JSON file that several processes obey: whoever may read it does, and a person can look.

A change is a new file in the place of the old one, and writers take turns.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from techinfo.errors import ConfigError

_FILE_MODE = 0o644
"""Whatever the umask: who obeys it must be able to read it. Its folder says who else may."""
_LOCK_MODE = 0o660
_MOST_OCTETS = 1 << 20


class JsonFile:
    """The file, whether it is there or not.

    Args:
        path: Its folder must exist.
        key: The setting that names it, for errors.
        what: What it is a file of, for errors.
    """

    def __init__(self, path: Path, key: str, what: str) -> None:
        self.path = path
        self._key = key
        self._what = what

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
            raise self.fault(f"cannot be looked at: {error.strerror}") from error
        return (found.st_ino, found.st_mtime_ns, found.st_size)

    def read(self) -> Any:
        """What is written there; ``None``: it is not there.

        Raises:
            ConfigError: It cannot be read, or is no JSON.
        """
        try:
            with self.path.open("rb") as file:
                octets = file.read(_MOST_OCTETS + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self.fault(f"cannot be read: {error.strerror}") from error
        try:
            if len(octets) > _MOST_OCTETS:
                raise ValueError("it is too long")
            return json.loads(octets)
        except (ValueError, RecursionError) as error:
            raise self.nonsense(error) from error

    def put(self, told: Mapping[str, Any]) -> None:
        """Write it anew; only within `turn`.

        Raises:
            ConfigError: It cannot be written.
        """
        text = json.dumps(told, indent=1, ensure_ascii=False)
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
            raise self.fault(f"cannot be written: {error.strerror}") from error

    @contextmanager
    def turn(self) -> Iterator[None]:
        """One writer at a time; who looks at the file never waits.

        Raises:
            ConfigError: It cannot be written.
        """
        lock = self.path.with_name(f".{self.path.name}.lock")
        try:
            descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, _LOCK_MODE)
        except OSError as error:
            raise self.fault(f"cannot be written: {error.strerror}") from error
        try:
            if os.fstat(descriptor).st_uid == os.geteuid():
                os.fchmod(descriptor, _LOCK_MODE)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def nonsense(self, error: Exception) -> ConfigError:
        """An error that says that it is no such file."""
        return self.fault(f"is no file of {self._what}: {error!r}")

    def fault(self, message: str) -> ConfigError:
        """An error that names the file."""
        return ConfigError(f"{self.path}: {message}", key=self._key)
