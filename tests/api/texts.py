"""Every text that a client chooses, and requests that bring another one each time."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

OCTETS = 6000
"""Of each text: nearly as long as a URL or a header may be."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A request.

    Attributes:
        body: Sent as JSON.
        login: With the provider's; else without any.
    """

    path: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    login: bool = True


Text = Callable[[int], Asked]
_LETTERS = str.maketrans("0123456789", "ABCDEFGHIJ")
_ACCESS = "/2.6/tech/access/A-1/link/status"
_TICKET = '{"accessId": "A-1", "createdBy": "a", "problemType": "NO_LINK", '


def text(n: int) -> str:
    """The text of a number, unlike any other from its first to its last character."""
    return (f"{n:06d}" * (OCTETS // 6 + 1))[:OCTETS]


def _header(name: str, path: str = _ACCESS, *, front: str = "", back: str = "") -> Text:
    return lambda n: Asked(path=path, headers={name: f"{front}{text(n)}{back}"})


def _wrong(n: int) -> Asked:
    pair = base64.b64encode(f"{text(n)[:2000]}:x".encode()).decode()
    return Asked(path=_ACCESS, headers={"Authorization": f"Basic {pair}"}, login=False)


def _scheme(n: int) -> Asked:
    return Asked(path=_ACCESS, headers={"Authorization": text(n)}, login=False)


def _body(path: str, front: str, back: str, *, method: str = "POST") -> Text:
    return lambda n: Asked(path=path, method=method, body=f"{front}{text(n)}{back}".encode())


TEXTS: Mapping[str, Text] = {
    "path": lambda n: Asked(path=f"/{text(n)}"),
    "path below a version": lambda n: Asked(path=f"/onapi/2.6/{text(n)}"),
    "accessId": lambda n: Asked(path=f"/2.6/tech/access/{text(n)}/link/status"),
    "accessId of 2.3.1": lambda n: Asked(path=f"/2.3.1/accesses/{text(n)}/link"),
    "dump": lambda n: Asked(path=f"/techinfo/v1/dump/{text(n)}"),
    "panel": lambda n: Asked(path=f"/techinfo/v1/switch/{text(n)}/panel"),
    "query": lambda n: Asked(path=f"{_ACCESS}?x={text(n)}"),
    "search": lambda n: Asked(path=f"/techinfo/v1/search?q={text(n)}"),
    "option82": lambda n: Asked(path=f"/2.3.1/option82/{text(n)}"),
    "dhcplookup": lambda n: Asked(path=f"/2.6/dhcplookup?ipv4CircuitId={text(n)}"),
    "ticket": lambda n: Asked(path=f"/2.6/tickets/{text(n)}"),
    "webhook": lambda n: Asked(path=f"/techinfo/v1/webhooks/{text(n)}/test", method="POST"),
    "method": lambda n: Asked(path=_ACCESS, method=f"M{text(n)[:100].translate(_LETTERS)}"),
    "name that is wrong": _wrong,
    "scheme": _scheme,
    "X-Request-ID": _header("X-Request-ID"),
    "X-On-Behalf-Of": _header("X-On-Behalf-Of"),
    "X-Case-Reference": _header("X-Case-Reference"),
    "X-Forwarded-For": _header("X-Forwarded-For"),
    "If-Modified-Since": _header("If-Modified-Since"),
    "If-None-Match": _header("If-None-Match"),
    "Cache-Control": _header("Cache-Control"),
    "User-Agent": _header("User-Agent"),
    "Accept": _header("Accept"),
    "Origin": _header("Origin"),
    "another header": _header("X-Another"),
    "Idempotency-Key": lambda n: Asked(
        path="/2.6/tickets",
        method="POST",
        headers={"Idempotency-Key": text(n)},
        body=b"{}",
    ),
    "Content-Type": lambda n: Asked(
        path="/2.6/tickets", method="POST", headers={"Content-Type": text(n)}, body=b"{}"
    ),
    "a body that is no JSON": _body("/2.6/tickets", "", ""),
    "an unknown key": _body("/2.6/tickets", '{"', '": 1}'),
    "heading": _body("/2.6/tickets", f'{_TICKET} "description": "d", "heading": "', '"}'),
    "url": _body("/techinfo/v1/webhooks", '{"url": "https://', '.example/"}'),
    "event": _body("/techinfo/v1/webhooks", '{"url": "https://a.example/", "events": ["', '"]}'),
    "batch": _body("/techinfo/v1/batch", '{"accessIds": ["', '"]}'),
    "linkinfo": _body("/techinfo/v1/linkinfo", '{"accessId": "', '"}'),
}
