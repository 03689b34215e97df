"""What leases are read from: a file, as a server writes it, and Kea's control socket.

A file may be appended to, rotated, truncated, or put aside by Kea's LFC. The socket is asked for
all leases, page by page, every minute.

Commands lease4-get-page and lease6-get-page of the hook library lease_cmds (Kea's manual, "Lease
Commands"); a server answers those of its own protocol. A socket takes one command a connection and
ends it after the answer.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import socket
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from techinfo.dhcp.events import Event
from techinfo.dhcp.readers import Form, Reader, Source, Tally
from techinfo.leases.store import Position

PIECE = 256 * 1024
"""Octets that are read at once, and taken in one transaction."""
_HEAD = 256
"""First octets by which a file is known again: an inode is given anew once its file is gone."""
_DIGEST = hashlib.sha256().digest_size
_MOST_SIBLINGS = 1000


def fingerprint(octets: bytes) -> bytes:
    """By which the beginning of a file is known again; names of people may stand in the octets."""
    return len(octets).to_bytes(2, "big") + hashlib.sha256(octets).digest() if octets else b""


def is_of(known: bytes, read: Callable[[int], bytes]) -> bool:
    """Whether a fingerprint is of a file's beginning.

    Args:
        known: The fingerprint.
        read: Gives so many of the file's first octets.
    """
    if len(known) != 2 + _DIGEST:
        return not known
    return fingerprint(read(int.from_bytes(known[:2], "big"))) == known


class Tail:
    """Reads one source from where it stopped.

    Nothing is held but the piece that is read and the unfinished record at its end. A record counts
    as read when it has ended; a reader whose events take several records is given the last of
    them again after a restart, which changes nothing.

    Args:
        path: The file as it is called while the server writes it.
        form: How it is read.
        source: What must be known to read it.
        position: How far it was read; ``None``: nothing yet.
        now: What time it is.

    Attributes:
        tally: How much could be read, of this file and of those before it.
    """

    def __init__(
        self,
        path: Path,
        form: Form,
        source: Source,
        position: Position | None,
        now: Callable[[], datetime],
    ) -> None:
        self.path = path
        self.tally = Tally()
        self._form = form
        self._source = source
        self._now = now
        self._position = position
        self._file: BinaryIO | None = None
        self._reader = Reader(form, source, self.tally)
        self._read = 0
        self._head = b""
        self._as_of = 0
        self._quiet = False

    def piece(self) -> tuple[list[Event], Position] | None:
        """The next events and how far the source is read with them; ``None``: nothing is new.

        Raises:
            OSError: The file cannot be read. One that is not there (yet) is nothing new.
        """
        if self._file is None and not self._opened():
            return None
        for _ in range(3):  # this file, what was left of it, and the one that took its place
            if self._was_cut():
                events = list(self._reader.settle())
                self._begin(0)
                if events:
                    return events, self._reached()
            octets = self._next()
            if octets:
                self._quiet = False
                return list(self._reader.feed(octets)), self._reached()
            if not self._gone():
                return self._settled()
            events = list(self._reader.end())
            self._close()
            if events or not self._opened():
                return (events, self._reached()) if events else None
        return None

    @property
    def name(self) -> str:
        """The source's name."""
        return self._source.name

    @property
    def there(self) -> bool:
        """Whether the file is there, and open."""
        return self._file is not None

    def again(self, position: Position | None) -> None:
        """Go back to where the source was read with certainty: what came since was not kept."""
        self._close()
        self._position = position

    def close(self) -> None:
        """Give the file back."""
        self._close()

    def _next(self) -> bytes:
        assert self._file is not None  # noqa: S101 (the callers have opened it)
        octets = self._file.read(PIECE)
        self._read += len(octets)
        if len(self._head) < _HEAD:
            self._head = os.pread(self._file.fileno(), _HEAD, 0)
        return octets

    def _settled(self) -> tuple[list[Event], Position] | None:
        """What waits for a next record is told when a second look has found nothing either."""
        if not self._quiet:
            self._quiet = True
            return None
        events = list(self._reader.settle())
        return (events, self._reached()) if events else None

    def _opened(self) -> bool:
        """Open the file where it was left; the older one first, if it was put aside since."""
        position, self._position = self._position, None
        if position is not None and not self._form.rewritten:
            for path in (self.path, *self._siblings()):
                if self._open(path, position):
                    return True
        return self._open(self.path, None)

    def _open(self, path: Path, position: Position | None) -> bool:
        """Open a file; with a position only if it is the file that this is of."""
        try:
            if not stat.S_ISREG(path.stat().st_mode):  # to open a pipe might never end
                raise OSError(errno.EINVAL, "is no file", str(path))
            file = path.open("rb", buffering=0)
        except FileNotFoundError:
            return False
        about = os.fstat(file.fileno())
        known = position is None or (
            (about.st_dev, about.st_ino) == (position.device, position.inode)
            and about.st_size >= position.offset
            and is_of(position.head, lambda count: os.pread(file.fileno(), count, 0))
        )
        if not known:
            file.close()
            return False
        self._file = file
        self._begin(position.offset if position is not None else 0)
        return True

    def _begin(self, offset: int) -> None:
        """Read from an offset on, a little earlier where events take several records."""
        assert self._file is not None  # noqa: S101 (the callers have opened it)
        start = max(0, offset - self._form.overlap) if self._form.overlap else offset
        self._file.seek(start)
        self._as_of = os.fstat(self._file.fileno()).st_mtime_ns
        self._head = os.pread(self._file.fileno(), _HEAD, 0)
        if 0 < start < offset:  # in the middle of a line, perhaps
            start += len(self._file.readline(PIECE))
        self._read = start
        source = self._source
        if self._form.head and start:
            source = replace(source, head=os.pread(self._file.fileno(), PIECE, 0).split(b"\n")[0])
        self._reader = Reader(self._form, source, self.tally)

    def _was_cut(self) -> bool:
        """Whether the file was emptied, or written anew in its place."""
        assert self._file is not None  # noqa: S101 (the callers have opened it)
        number = self._file.fileno()
        about = os.fstat(number)
        if about.st_size < self._read or (self._form.rewritten and about.st_mtime_ns > self._as_of):
            return True
        return os.pread(number, len(self._head), 0) != self._head

    def _gone(self) -> bool:
        """Whether another file stands at the path now."""
        assert self._file is not None  # noqa: S101 (the callers have opened it)
        try:
            there = self.path.stat()
        except FileNotFoundError:
            return False  # put aside, and no new one yet: what is appended meanwhile is read
        mine = os.fstat(self._file.fileno())
        return (there.st_dev, there.st_ino) != (mine.st_dev, mine.st_ino)

    def _siblings(self) -> Iterator[Path]:
        """Files that may be this one put aside: ``dhcpd.leases~``, ``kea-leases4.csv.2``."""
        try:
            with os.scandir(self.path.parent) as found:
                for _, entry in zip(range(_MOST_SIBLINGS), found, strict=False):
                    if entry.name.startswith(self.path.name) and entry.name != self.path.name:
                        yield Path(entry.path)
        except FileNotFoundError:
            return

    def _reached(self) -> Position:
        about = os.fstat(self._file.fileno()) if self._file else None
        return Position(
            source=self._source.name,
            device=about.st_dev if about else 0,
            inode=about.st_ino if about else 0,
            offset=self._read - self._reader.pending,
            head=fingerprint(self._head[: self._read]),
            at=self._now(),
        )

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


_EVERY = timedelta(minutes=1)
_COMMANDS = ("lease4-get-page", "lease6-get-page")
_PAGE = 500
_MOST_OCTETS = 8 << 20
_PATIENCE_S = 10.0
_DONE, _EMPTY, _UNSUPPORTED = 0, 3, 2
"""Results of a command (Kea's manual, "Management API"); 1 is an error."""


class KeaSocket:
    """Reads the leases behind a socket as a `Tail` reads those in a file.

    Args:
        path: The socket.
        form: How its answers are read.
        source: What must be known to read them.
        now: What time it is.

    Attributes:
        tally: How much could be read.
    """

    def __init__(self, path: Path, form: Form, source: Source, now: Callable[[], datetime]) -> None:
        self.path = path
        self.tally = Tally()
        self._form = form
        self._source = source
        self._now = now
        self._waiting: list[str] = []
        self._from = "start"
        self._looked: datetime | None = None

    @property
    def name(self) -> str:
        """The source's name."""
        return self._source.name

    @property
    def there(self) -> bool:
        """Whether the server has been asked."""
        return self._looked is not None

    def piece(self) -> tuple[list[Event], Position] | None:
        """The leases of the next page; ``None`` when all were told less than a minute ago.

        Raises:
            OSError: The server does not answer, or answers what cannot be used.
        """
        if not self._waiting:
            if self._looked is not None and self._now() - self._looked < _EVERY:
                return None
            self._looked, self._from = self._now(), "start"
            self._waiting = list(_COMMANDS)
        events: list[Event] = []
        while self._waiting and not events:
            events = self._page(self._waiting[0])
        return (events, self._reached()) if events else None

    def again(self, position: Position | None) -> None:
        """Ask for everything once more: what came last was not kept."""
        del position  # a socket has none
        self.close()

    def close(self) -> None:
        """Begin anew the next time."""
        self._waiting, self._looked = [], None

    def _page(self, command: str) -> list[Event]:
        octets = self._asked(command)
        answer = _answer(octets)
        result = answer.get("result")
        if result not in {_DONE, _EMPTY, _UNSUPPORTED}:
            self._waiting = []
            raise OSError(f"{command}: {str(answer.get('text', 'no answer'))[:200]}")
        leases = _leases(answer)
        if len(leases) < _PAGE:
            self._waiting.remove(command)
            self._from = "start"
        else:
            self._from = str(leases[-1].get("ip-address"))
        reader = Reader(self._form, self._source, self.tally)
        return [*reader.feed(octets), *reader.end()] if leases else []

    def _asked(self, command: str) -> bytes:
        question = {"command": command, "arguments": {"from": self._from, "limit": _PAGE}}
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(_PATIENCE_S)
            connection.connect(str(self.path))
            connection.sendall(json.dumps(question).encode())
            connection.shutdown(socket.SHUT_WR)
            octets = bytearray()
            while piece := connection.recv(65536):
                octets += piece
                if len(octets) > _MOST_OCTETS:
                    raise OSError(f"{command}: the answer is longer than {_MOST_OCTETS} octets")
        return bytes(octets)

    def _reached(self) -> Position:
        return Position(source=self.name, device=0, inode=0, offset=0, head=b"", at=self._now())


def _answer(octets: bytes) -> Mapping[str, Any]:
    """What was answered; nothing when it is no object."""
    try:
        found = json.loads(octets)
    except (ValueError, RecursionError):
        return {"text": "the answer is no JSON"}
    return found if isinstance(found, dict) else {"text": "the answer is no object"}


def _leases(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    arguments = answer.get("arguments")
    leases = arguments.get("leases") if isinstance(arguments, dict) else None
    return [one for one in leases if isinstance(one, dict)] if isinstance(leases, list) else []
