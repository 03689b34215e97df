"""The public API, asked in this process with the session of whoever looks at the page.

The page has no way of its own to what it shows: rights, quotas and the audit log are the API's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx
from starlette.requests import Request

from techinfo.api.asgi.interface import Asgi

_PASSED_ON = ("cookie", "host", "origin", "user-agent", "x-forwarded-for", "x-forwarded-proto")
_BELOW = "/techinfo/v1"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the API said.

    Attributes:
        body: JSON; empty where there was none.
        headers: Those of the answer.
    """

    status: int
    body: Any
    headers: httpx.Headers

    @property
    def good(self) -> bool:
        """Whether it is what was asked for."""
        return 200 <= self.status < 300

    @property
    def cause(self) -> str:
        """Why it is not, in the API's words."""
        return str(self.body.get("cause", "")) if isinstance(self.body, dict) else ""


def api_path(*path: str, version: str = "") -> str:
    """A path of the API; its parts may hold anything.

    Args:
        path: Its parts.
        version: Of ON-API; empty: our own, ``/techinfo/v1``.
    """
    below = f"/{version}" if version else _BELOW
    return "/".join((below, *(quote(part, safe="") for part in path)))


class OwnApi:
    """Asks the API.

    Args:
        app: The API with its authentication.
        request: The request for a page, whose cookie, address and id are passed on.
        case: The case of whoever looks, for the audit log; empty: none is named.
    """

    def __init__(self, app: Asgi, request: Request, case: str = "") -> None:
        self._request = request
        self._case = [(b"X-Case-Reference", case.encode())] if case else []
        self._id = request.scope.get("state", {}).get("request_id")
        self._app = app

    async def ask(
        self,
        method: str,
        *path: str,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        json: Any = None,
        version: str = "",
        only_reads: bool = False,
    ) -> Answer:
        """Ask one thing.

        Args:
            method: Of HTTP.
            path: Its parts, which may hold anything.
            query: Parameters.
            headers: Beside those that are passed on.
            json: The body.
            version: Of ON-API; empty: our own, ``/techinfo/v1``.
            only_reads: A POST that changes nothing, so that a plain link may lead to it: the page
                itself is where it comes from.
        """
        asked = self._request
        passed = [
            (name.encode(), x.encode("latin-1"))
            for name in _PASSED_ON
            for x in asked.headers.getlist(name)
        ]
        if only_reads and "origin" not in asked.headers:
            passed.append((b"Origin", f"https://{asked.headers.get('host', '')}".encode("latin-1")))
        more = [(name.encode(), x.encode()) for name, x in (headers or {}).items()]
        scheme, client = asked.scope.get("scheme", "http"), asked.scope.get("client") or ("", 0)
        transport = httpx.ASGITransport(self._named, client=tuple(client))
        async with httpx.AsyncClient(transport=transport, base_url=f"{scheme}://page") as asking:
            told = await asking.request(
                method,
                api_path(*path, version=version),
                params=query,
                headers=[*passed, *self._case, *more],
                json=json,
            )
        try:
            body = told.json() if told.content else {}
        except ValueError:
            body = {}
        return Answer(told.status_code, body, told.headers)

    async def _named(self, scope: Any, receive: Any, send: Any) -> None:
        state = {**scope.get("state", {}), "request_id": self._id}
        outside = self._request.scope
        within = {"state": state} | ({"app": outside["app"]} if "app" in outside else {})
        await self._app({**scope, **within}, receive, send)
