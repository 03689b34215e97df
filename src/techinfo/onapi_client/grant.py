"""Log-in at another server by an access token: OAuth 2.0, client credentials (RFC 6749, 4.4).

The token is asked for when it is needed, kept in memory until shortly before it ends, and asked for
once more where the server says that it has ended (401).
"""

from __future__ import annotations

import time
from collections.abc import Callable

import httpx

from techinfo.errors import OnApiError
from techinfo.token_answer import MOST_OCTETS, token_in


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
        octets = bytearray()
        with self._client.stream("POST", self._url, data=form, auth=self._basic) as answer:
            for chunk in answer.iter_raw(4096):
                octets += chunk
                if len(octets) > MOST_OCTETS:
                    break
        try:
            given = token_in(answer.status_code, bytes(octets))
        except ValueError as error:
            raise OnApiError(str(error), url=self._url) from None
        self._token, self._until = given.text, self._clock() + given.use_s
