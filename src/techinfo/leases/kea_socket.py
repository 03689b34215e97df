"""Asks Kea's control socket for all leases, page by page, every minute.

Commands lease4-get-page and lease6-get-page of the hook library lease_cmds (Kea's manual, "Lease
Commands"); a server answers those of its own protocol. A socket takes one command a connection and
ends it after the answer.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from techinfo.dhcp.events import Event
from techinfo.dhcp.readers import Form, Reader, Source, Tally
from techinfo.leases.store import Position

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
