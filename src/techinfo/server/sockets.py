"""Unix sockets that a service listens on: who may ask there, and what an earlier one has left."""

from __future__ import annotations

import grp
import os
import socket
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from techinfo.errors import ConfigError

MOST_OCTETS = 107
"""Of a path, with what ends it 108 (unix(7), sun_path)."""
_ONLY_GROUP, _NOBODY_ELSE = 0o117, 0o177
"""What is taken from 0777: owner and group may ask, nobody else; the owner alone."""
_LOOK_AGAIN_S = 0.1


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a socket is.

    Attributes:
        path: Of the socket.
        section: Of the settings, as errors name it.
        group: Whose members may ask there, too.
        open_to: What is taken from 0777 where no group is named.
        patience_s: For how long one who ends may still have it.
    """

    path: Path
    section: str = "collector"
    group: str | None = None
    open_to: int = _ONLY_GROUP
    patience_s: float = 0.0

    def fault(self, words: str, *, of: str = "socket") -> ConfigError:
        """What is wrong with it."""
        return ConfigError(words, key=f"{self.section}.{of}")


def of_orders(path: Path, group: str | None, *, patience_s: float) -> Place:
    """The place of a socket at which the service takes orders: its owner's, and a group's."""
    return Place(
        path=path, section="admin", group=group, open_to=_NOBODY_ELSE, patience_s=patience_s
    )


def checked(path: Path, place: Place | None = None) -> Path:
    """A path that a socket may have.

    Raises:
        ConfigError: It is too long.
    """
    if len(os.fsencode(path)) > MOST_OCTETS:
        raise (place or Place(path=path)).fault(f"{path}: has more than {MOST_OCTETS} octets")
    return path


@contextmanager
def bound(place: Place) -> Iterator[socket.socket]:
    """A socket that listens at a place while the block lasts.

    Raises:
        ConfigError: The path cannot be had, another listens there, or there is no such group.
    """
    path, group = checked(place.path, place), place.group
    number = _number_of(place, group) if group else -1
    _clear(place)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    with listening:
        # A moment's openness would be one.
        before = os.umask(_NOBODY_ELSE if group else place.open_to)
        try:
            listening.bind(str(path))
        except OSError as e:
            raise place.fault(f"{path}: {e.strerror}") from e
        finally:
            os.umask(before)
        mine = _identity(path)
        try:
            if group:
                _hand_to(place, number, group)
            yield listening
        finally:
            if _identity(path) == mine:
                path.unlink(missing_ok=True)


def _clear(place: Place) -> None:
    """Take away what one that was killed has left; a living one stays."""
    path, until = place.path, time.monotonic() + place.patience_s
    while True:
        try:
            mode = path.lstat().st_mode
        except FileNotFoundError:
            return
        except OSError as e:
            raise place.fault(f"{path}: {e.strerror}") from e
        if not stat.S_ISSOCK(mode):
            raise place.fault(f"{path}: is there and is no socket")
        if not _lives(place):
            path.unlink(missing_ok=True)
            return
        if time.monotonic() >= until:
            raise place.fault(f"{path}: another {place.section} listens there")
        time.sleep(_LOOK_AGAIN_S)


def _lives(place: Place) -> bool:
    """Whether somebody listens at a socket that is there."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
        try:
            asking.connect(str(place.path))
        except (ConnectionRefusedError, FileNotFoundError):
            return False
        except OSError as e:
            raise place.fault(f"{place.path}: {e.strerror}") from e
    return True


def _number_of(place: Place, group: str) -> int:
    try:
        return grp.getgrnam(group).gr_gid
    except KeyError:
        raise place.fault(f"there is no group {group!r}", of="group") from None


def _hand_to(place: Place, number: int, group: str) -> None:
    try:
        os.chown(place.path, -1, number)
        place.path.chmod(0o777 & ~_ONLY_GROUP)
    except OSError as e:
        raise place.fault(
            f"the socket cannot be given to group {group!r}: {e.strerror}", of="group"
        ) from e


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.lstat()
    except OSError:  # gone, and so nobody's
        return None
    return found.st_dev, found.st_ino
