"""Tjänsteguiden, asked for orders: XML over HTTP (its «Beställningar», for networks).

Only ``orders`` and ``order_info`` are asked; nothing is ever written there (``set_status``,
``add_message``). What ``orders`` answers is as its specification shows it; of ``order_info`` no
example was at hand, and of that only the ``socket`` is read, wherever it stands. Elements other
than those named here, such as personal numbers, names, addresses and messages, are dropped by the
parser and never become a value of ours.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Self
from xml.etree.ElementTree import ParseError

import httpx
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from techinfo.errors import OnApiError
from techinfo.onapi_client.server import client

MOST_OCTETS = 8 * 2**20
"""Of one answer."""
_OF_ORDER = frozenset(
    {"id", "type", "date", "status", "delivery", "xsp", "service", "service_uid", "socket"}
)
_MOST_OF_A_TEXT = 64
_DEEPEST = 16
_LONGEST_S = 120.0
_CHUNK = 2**16


@dataclass(slots=True)
class PortalAnswer:
    """What is kept of an answer.

    Attributes:
        orders: Of each ``order`` the elements right below it that are kept, as text.
        sockets: Every ``socket`` that stands anywhere.
        status: How the portal says that it went; empty: it does not say.
    """

    orders: list[dict[str, str]] = field(default_factory=list)
    sockets: set[str] = field(default_factory=set)
    status: str = ""


class _Keeping:
    """What the parser tells, of which little is kept."""

    def __init__(self) -> None:
        self.answer = PortalAnswer()
        self._path: list[str] = []
        self._text: str | None = None

    def start(self, tag: str, _: Mapping[str, str]) -> None:
        if len(self._path) == _DEEPEST:
            raise ValueError("is nested too deeply")
        self._path.append(tag)
        if tag == "order":
            self.answer.orders.append({})
        self._text = "" if self._is_kept(tag) else None

    def data(self, text: str) -> None:
        if self._text is not None:
            self._text = (self._text + text)[: _MOST_OF_A_TEXT + 1]

    def end(self, tag: str) -> None:
        text = (self._text or "").strip()
        if text and len(text) <= _MOST_OF_A_TEXT:
            if self._path[-2] == "order":
                self.answer.orders[-1].setdefault(tag, text)
            elif tag == "status":
                self.answer.status = text
            if tag == "socket":
                self.answer.sockets.add(text)
        self._text = None
        self._path.pop()

    def _is_kept(self, tag: str) -> bool:
        if len(self._path) < 2:
            return False
        is_of_order = self._path[-2] == "order" and tag in _OF_ORDER
        return is_of_order or tag == "socket" or (tag == "status" and len(self._path) == 2)


class Portal:
    """Tjänsteguiden of one network; close it, or use ``with``.

    Args:
        url: Of its orders: ``https://www.example.com/admin/edit/services/plain/orders``.
        api_user: The number of the user that may ask, from our address. It is no word of any error.
        ca_file: Certificates that are trusted instead of the system's.

    Raises:
        OnApiError: The certificates cannot be read.
    """

    def __init__(self, url: str, *, api_user: str, ca_file: Path | None = None) -> None:
        for name in ("httpx", "httpcore"):  # they log every URL, in which the user stands
            logging.getLogger(name).setLevel(logging.WARNING)
        self._url = url
        self._api_user = api_user
        self._client = client(url, accept="application/xml, text/xml", ca_file=ca_file)

    def orders(self, since: date) -> list[dict[str, str]]:
        """Orders from this day on, each as the texts that are kept of it.

        Raises:
            OnApiError: The portal does not answer, or not with what can be used.
        """
        return self._asked("orders", date=since.isoformat()).orders

    def sockets(self, order: str) -> set[str]:
        """The sockets that an order names; it should be one.

        Args:
            order: Its number.

        Raises:
            OnApiError: As `orders`.
        """
        return self._asked("order_info", id=order).sockets

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _asked(self, method: str, **parameters: str) -> PortalAnswer:
        query = {"method": method, **parameters, "api_user": self._api_user}
        try:
            with self._client.stream("GET", self._url, params=query) as answer:
                if answer.status_code != 200:
                    raise self._error(method, f"answers {answer.status_code}")
                if answer.headers.get("content-encoding", "identity").lower() != "identity":
                    raise self._error(method, "compresses what was to come as it is")
                kept = self._read(method, answer)
        except httpx.HTTPError as error:
            # The words of an error may hold the URL, and with it the user.
            raise self._error(method, type(error).__name__) from None
        if kept.status not in ("", "success"):
            raise self._error(method, "says that it has failed")
        return kept

    def _read(self, method: str, answer: httpx.Response) -> PortalAnswer:
        keeping = _Keeping()
        parser = DefusedXMLParser(target=keeping, forbid_dtd=True)
        octets, end = 0, time.monotonic() + _LONGEST_S
        try:
            for chunk in answer.iter_raw(_CHUNK):
                octets += len(chunk)
                if octets > MOST_OCTETS:
                    raise self._error(method, f"is longer than {MOST_OCTETS // 2**20} MiB")
                if time.monotonic() > end:
                    raise self._error(method, "takes longer than two minutes")
                parser.feed(chunk)
            parser.close()
        except (ParseError, DefusedXmlException, ValueError, LookupError):
            raise self._error(method, "is not XML that can be used") from None
        return keeping.answer

    def _error(self, method: str, words: str) -> OnApiError:
        return OnApiError(words, url=f"{self._url}?method={method}")
