"""The Unix socket that a collector listens on: who may ask it, and what an earlier one has left."""

from __future__ import annotations

import grp
import os
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from techinfo.errors import ConfigError

MOST_OCTETS = 107
"""Of a path, with what ends it 108 (unix(7), sun_path)."""
_KEY = "collector.socket"
_NOBODY_ELSE = 0o117
"""What is taken from 0777: owner and group may ask, nobody else."""


def checked(path: Path) -> Path:
    """A path that a socket may have.

    Raises:
        ConfigError: It is too long.
    """
    if len(os.fsencode(path)) > MOST_OCTETS:
        raise ConfigError(f"{path}: has more than {MOST_OCTETS} octets", key=_KEY)
    return path


@contextmanager
def bound(path: Path, group: str | None = None) -> Iterator[socket.socket]:
    """A socket that listens at a path while the block lasts; its owner and its group may ask.

    Raises:
        ConfigError: The path cannot be had, another collector listens there, or there is no such
            group.
    """
    number = _number_of(group) if group else -1
    _clear(checked(path))
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    with listening:
        before = os.umask(_NOBODY_ELSE)  # a moment's openness would be one
        try:
            listening.bind(str(path))
        except OSError as e:
            raise ConfigError(f"{path}: {e.strerror}", key=_KEY) from e
        finally:
            os.umask(before)
        mine = _identity(path)
        try:
            if group:
                _hand_to(path, number, group)
            yield listening
        finally:
            if _identity(path) == mine:
                path.unlink(missing_ok=True)


def _clear(path: Path) -> None:
    """Take away what a collector that was killed has left; a living one stays."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    except OSError as e:
        raise ConfigError(f"{path}: {e.strerror}", key=_KEY) from e
    if not stat.S_ISSOCK(mode):
        raise ConfigError(f"{path}: is there and is no socket", key=_KEY)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
        try:
            asking.connect(str(path))
        except ConnectionRefusedError:
            path.unlink(missing_ok=True)
        except OSError as e:
            raise ConfigError(f"{path}: {e.strerror}", key=_KEY) from e
        else:
            raise ConfigError(f"{path}: another collector listens there", key=_KEY)


def _number_of(group: str) -> int:
    try:
        return grp.getgrnam(group).gr_gid
    except KeyError:
        raise ConfigError(f"there is no group {group!r}", key="collector.group") from None


def _hand_to(path: Path, number: int, group: str) -> None:
    try:
        os.chown(path, -1, number)
    except OSError as e:
        raise ConfigError(
            f"the socket cannot be given to group {group!r}: {e.strerror}", key="collector.group"
        ) from e


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.lstat()
    except OSError:  # gone, and so nobody's
        return None
    return found.st_dev, found.st_ino
