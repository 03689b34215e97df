"""Tjänsteguiden of a network on loopback, written from the pages of its specification.

«Beställningar» (XML, Origin Tjänsteguiden, Consumer Stadsnät): ``orders`` answers as its example
does. Of ``order_info`` no example was at hand: it has what ``customer_info`` shows of a customer
around the order. People stand wherever they can.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

WORD = "pl4nted"
PATH = "/admin/edit/services/plain/orders"
API_USER = "918273645"
_OF_CUSTOMER = ("serial", "firstname", "surname", "email", "address", "zip", "city", "member")
_OF_DATA = ("message", "phone", "premise")


def _texts(names: tuple[str, ...], where: str) -> str:
    return "".join(f"<{name}>{WORD}-{where}-{name}</{name}>" for name in names)


@dataclass
class Household:
    """An order of somebody."""

    number: int
    socket: str
    status: str = "new"
    kind: str = "order"
    service: str = "2440"
    xsp: str = "31420"
    delivery: str = "asap"
    date: str = "2026-11-20 11:48:00"

    def xml(self) -> str:
        """As ``orders`` tells it, and with people in it."""
        told = {
            "id": str(self.number),
            "type": self.kind,
            "date": self.date,
            "status": self.status,
            "service": self.service,
            "xsp": self.xsp,
            "delivery": self.delivery,
            "customer": f"{WORD}-customer",
        }
        leaves = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in told.items())
        people = _texts((*_OF_CUSTOMER, *_OF_DATA), "order")
        return f'<order who="{WORD}">{leaves}{people}<!-- {WORD} --></order>'

    def info(self) -> str:
        """As ``order_info`` may tell it."""
        customer = f"<id>16745</id><socket>{escape(self.socket)}</socket>"
        return (
            f"<order_info><response>{self.xml()}"
            f"<customer>{customer}{_texts(_OF_CUSTOMER, 'customer')}</customer>"
            f"<data>{_texts(_OF_DATA, 'data')}</data></response>"
            "<status>success</status></order_info>"
        )


@dataclass
class There:
    """The portal.

    Attributes:
        body: What is answered in place of anything else.
        asked: The query of every request.
    """

    orders: list[Household] = field(default_factory=list)
    body: bytes | None = None
    status: int = 200
    asked: list[dict[str, str]] = field(default_factory=list)
    url: str = ""

    def answer(self, query: dict[str, str]) -> str:
        """To a request."""
        if query["method"] == "orders":
            listed = (x for x in self.orders if x.date[:10] >= query["date"])
            told = "".join(one.xml() for one in listed)
            return f"<serviceguide><response>{told}</response></serviceguide>"
        one = next(x for x in self.orders if str(x.number) == query["id"])
        return one.info()

    def methods(self) -> list[str]:
        """What was asked for."""
        return [query["method"] for query in self.asked]


@contextmanager
def portal_there() -> Iterator[There]:
    """One, while the block lasts."""
    there = There()

    class Answering(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 2**16  # an answer is one piece: else each waits for a delayed ACK

        def do_GET(self) -> None:
            url = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(url.query).items()}
            there.asked.append(query)
            may = url.path == PATH and query.get("api_user") == API_USER
            octets = there.body
            if octets is None:
                octets = (there.answer(query) if may else WORD).encode()
            self.send_response(there.status if may else 403)
            self.send_header("Content-Type", "application/xml")
            self.send_header("Content-Length", str(len(octets)))
            self.end_headers()
            try:
                self.wfile.write(octets)
            except (BrokenPipeError, ConnectionResetError):
                return  # the client has heard enough

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    listening.daemon_threads = True
    thread = threading.Thread(target=listening.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    there.url = f"http://127.0.0.1:{listening.server_address[1]}{PATH}"
    try:
        yield there
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join()
