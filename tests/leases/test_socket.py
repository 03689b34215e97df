"""Kea's control socket, as a server behind a real one answers it."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.access.played import Clock

from techinfo.dhcp.readers import FORMS, Source
from techinfo.leases.sources import KeaSocket


class Kea(socketserver.ThreadingUnixStreamServer):
    """Leases of DHCPv4 in pages; commands of DHCPv6 are not supported.

    Attributes:
        asked: Every command with its arguments.
        said: Answered instead, whatever is asked.
    """

    def __init__(self, path: Path, count: int) -> None:
        self.leases = [
            {
                "cltt": 1795237763,
                "hw-address": "02:00:5e:00:53:01",
                "ip-address": f"10.0.{n >> 8}.{n & 255}",
                "state": 0,
                "valid-lft": 3600,
            }
            for n in range(count)
        ]
        self.asked: list[dict[str, Any]] = []
        self.said: bytes | None = None
        super().__init__(str(path), _Connection)

    def answer(self, question: dict[str, Any]) -> bytes:
        """As Kea does: 0 done, 2 unsupported, 3 nothing there."""
        self.asked.append(question)
        if self.said is not None:
            return self.said
        if question["command"] != "lease4-get-page":
            return json.dumps({"result": 2, "text": "unsupported"}).encode()
        told = question["arguments"]
        names = [lease["ip-address"] for lease in self.leases]
        begin = 0 if told["from"] == "start" else names.index(told["from"]) + 1
        page = self.leases[begin : begin + told["limit"]]
        answer = {"arguments": {"count": len(page), "leases": page}, "result": 0 if page else 3}
        return json.dumps(answer).encode()


class _Connection(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        assert isinstance(self.server, Kea)
        self.wfile.write(self.server.answer(json.loads(self.rfile.read())))


@pytest.fixture
def kea(tmp_path: Path) -> Iterator[Kea]:
    """A server with three pages of leases, the last of which is not full."""
    with Kea(tmp_path / "kea4.sock", 1200) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def clock() -> Clock:
    """Ten in the morning."""
    return Clock()


def reading(kea: Kea, clock: Clock) -> KeaSocket:
    """What reads its socket."""
    path = Path(str(kea.server_address))
    return KeaSocket(path, FORMS["kea-socket"], Source(name="kea", now=clock), clock)


def told(tail: KeaSocket) -> list[int]:
    """How many leases every page has told."""
    sizes = []
    while (piece := tail.piece()) is not None:
        sizes.append(len(piece[0]))
    return sizes


def test_all_leases_are_told_page_by_page(kea: Kea, clock: Clock) -> None:
    """Each page is asked for from the last address of the one before."""
    tail = reading(kea, clock)

    assert told(tail) == [500, 500, 200]
    assert tail.tally.events == 1200
    assert [(q["command"], q["arguments"]["from"]) for q in kea.asked] == [
        ("lease4-get-page", "start"),
        ("lease4-get-page", "10.0.1.243"),
        ("lease4-get-page", "10.0.3.231"),
        ("lease6-get-page", "start"),
    ]


def test_a_server_is_asked_once_a_minute(kea: Kea, clock: Clock) -> None:
    """However often somebody looks."""
    tail = reading(kea, clock)
    sizes = [told(tail), told(tail)]
    clock.go_on(60)

    assert [*sizes, told(tail)] == [[500, 500, 200], [], [500, 500, 200]]


def test_what_was_not_kept_is_asked_for_again(kea: Kea, clock: Clock) -> None:
    """From the beginning, and without waiting for a minute."""
    tail = reading(kea, clock)
    tail.piece()
    tail.again(None)

    assert told(tail) == [500, 500, 200]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (b'{"result": 1, "text": "the database is gone"}', "the database is gone"),
        (b"garbage", "no JSON"),
        (b"[]", "no object"),
        (b"[" * 100_000, "no JSON"),
        (b"", "no JSON"),
    ],
)
def test_an_answer_that_cannot_be_used_is_an_error(
    kea: Kea, clock: Clock, said: bytes, words: str
) -> None:
    """And the server is asked again at the next look but the minute's."""
    kea.said = said
    tail = reading(kea, clock)

    with pytest.raises(OSError, match=words):
        tail.piece()

    assert tail.piece() is None


def test_a_server_that_is_away_is_an_error(tmp_path: Path, clock: Clock) -> None:
    """Nobody listens."""
    tail = KeaSocket(tmp_path / "none", FORMS["kea-socket"], Source(name="kea"), clock)

    with pytest.raises(OSError, match="No such file"):
        tail.piece()
