"""Log-in at another server by an access token: OAuth 2.0, client credentials (RFC 6749, 4.4).

The token is asked for when it is needed, kept in memory until shortly before it ends, and asked for
once more where the server says that it has ended (401).
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from typing import Any

import httpx

from techinfo.errors import OnApiError

_MOST_OCTETS = 64 * 1024
_TOKEN = re.compile(r"[!-~]{1,16384}")
_LONGEST_S = 86_400.0
_UNSAID_S = 300.0
"""A token whose end is not said is taken to last so long."""
_BEFORE_S = 30.0
"""So long before its end a token is used no more."""


class ClientCredentials:
    """Gives the token of a client; name and password go to the token's URL alone.

    Args:
        client: Asks, without any log-in of its own.
        token_url: Where tokens are given.
        user: The client's name there.
        password: Its secret.
        scope: What the token is wanted for; empty: what the server gives of itself.
        clock: Seconds that never go back.
    """

    def __init__(
        self,
        client: httpx.Client,
        token_url: str,
        *,
        user: str,
        password: str,
        scope: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._url = token_url
        self._basic = httpx.BasicAuth(user, password)
        self._scope = scope
        self._clock = clock
        self._token = ""
        self._until = float("-inf")

    def token(self) -> tuple[str, bool]:
        """The token, and whether it was given just now.

        Raises:
            OnApiError: None is given.
            httpx.HTTPError: The server does not answer.
        """
        is_new = self._clock() >= self._until
        if is_new:
            self._ask()
        return self._token, is_new

    def forget(self) -> None:
        """It was refused: the next one is asked for anew."""
        self._until = float("-inf")

    def _ask(self) -> None:
        form = {"grant_type": "client_credentials"}
        if self._scope:
            form["scope"] = self._scope
        with self._client.stream("POST", self._url, data=form, auth=self._basic) as answer:
            self._keep(_told(answer, self._url))

    def _keep(self, told: dict[str, Any]) -> None:
        token, kind = told.get("access_token"), told.get("token_type")
        if not isinstance(token, str) or not _TOKEN.fullmatch(token):
            raise OnApiError("gives no access_token", url=self._url)
        if not isinstance(kind, str) or kind.lower() != "bearer":
            raise OnApiError("gives a token that is no bearer token", url=self._url)
        lasts = told.get("expires_in", _UNSAID_S)
        if isinstance(lasts, bool) or not isinstance(lasts, int | float) or not lasts > 0:
            raise OnApiError("gives a token without an end that can be read", url=self._url)
        self._token = token
        self._until = self._clock() + max(1.0, min(float(lasts), _LONGEST_S) - _BEFORE_S)


def _told(answer: httpx.Response, url: str) -> dict[str, Any]:
    """The JSON of an answer; what it says beside an error is not repeated, it may be a secret."""
    octets = bytearray()
    for chunk in answer.iter_raw(4096):
        octets += chunk
        if len(octets) > _MOST_OCTETS:
            raise OnApiError("answers more than a token takes", url=url)
    if answer.status_code != 200:
        raise OnApiError(f"gives no token: {answer.status_code}", url=url)
    try:
        told = json.loads(octets)
    except (ValueError, RecursionError):
        raise OnApiError("gives no token: the answer is not JSON", url=url) from None
    if not isinstance(told, dict):
        raise OnApiError("gives no token: the answer is no object", url=url)
    return told
