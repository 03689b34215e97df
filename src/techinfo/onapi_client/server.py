"""Another ON-API server, asked over TLS with a provider's credentials.

A redirect is followed on the same server only, so that the credentials go nowhere else. What comes
is taken piece by piece, without compression, up to a limit.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from techinfo import __version__
from techinfo.errors import OnApiError
from techinfo.onapi_client.elements import objects

_MOST_OCTETS = 4 * 2**30
_MOST_REDIRECTS = 3
_CHUNK = 2**16
_TIMEOUT = httpx.Timeout(60.0, connect=10.0)
_LONGEST_S = 3600.0
"""One list, from its first to its last octet."""
_MOST_OF_A_CAUSE = 300
NOT_SERVED = frozenset({403, 404, 501})
"""How a server says that a list that it may leave out is left out."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A list that comes in.

    Attributes:
        objects: Its objects, once; a `OnApiError` when they cannot be read.
        last_modified: For the next request, as the server told it.
        complete: Everything, not only what has changed since.
    """

    objects: Iterator[dict[str, Any]]
    last_modified: str | None
    complete: bool


class Server:
    """An ON-API server of one version; close it, or use ``with``.

    Args:
        url: Up to the version: ``https://co.example/onapi``.
        version: ``2.4``, ``2.5`` or ``2.6``.
        user: Of the provider.
        password: The same.
        ca_file: Certificates that are trusted instead of the system's.

    Raises:
        OnApiError: The certificates cannot be read.
    """

    def __init__(
        self, url: str, version: str, *, user: str, password: str, ca_file: Path | None = None
    ) -> None:
        self._base = f"{url.rstrip('/')}/{version}"
        try:
            verify = ssl.create_default_context(cafile=ca_file)
        except OSError as error:
            raise OnApiError(f"{ca_file}: {error.strerror or error}", url=url) from error
        self._client = httpx.Client(
            auth=httpx.BasicAuth(user, password),
            verify=verify,
            timeout=_TIMEOUT,
            trust_env=False,
            follow_redirects=False,
            headers={
                "Accept": "application/json",
                "Accept-Encoding": "identity",
                "User-Agent": f"techinfo/{__version__}",
            },
        )

    @contextmanager
    def listing(
        self, name: str, *, since: str | None = None, optional: bool = False
    ) -> Iterator[Listing | None]:
        """Ask for a list.

        Args:
            name: ``subscriptions``, ``services`` or ``accesses``.
            since: Only what was changed since then: a Last-Modified that this server told.
            optional: The server need not have it.

        Returns:
            ``None`` when it is not served, and need not be.

        Raises:
            OnApiError: The server does not answer, or not with a list.
        """
        url = f"{self._base}/{name}/"
        headers = {"If-Modified-Since": since} if since else {}
        try:
            with self._answered(url, headers) as answer:
                if answer.status_code == 304 and since:
                    yield Listing(iter(()), answer.headers.get("last-modified") or since, False)
                elif optional and answer.status_code in NOT_SERVED:
                    yield None
                else:
                    _must_be_a_list(answer, url)
                    told = _objects(answer, url)
                    yield Listing(told, answer.headers.get("last-modified"), since is None)
        except httpx.HTTPError as error:
            raise OnApiError(f"{type(error).__name__}: {error}", url=url) from error

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def _answered(self, url: str, headers: dict[str, str]) -> Iterator[httpx.Response]:
        for _ in range(_MOST_REDIRECTS + 1):
            with self._client.stream("GET", url, headers=headers) as answer:
                if not answer.has_redirect_location:
                    yield answer
                    return
                url = _redirected(answer, url)
        raise OnApiError(f"redirects more than {_MOST_REDIRECTS} times", url=url)


def _redirected(answer: httpx.Response, url: str) -> str:
    """Where an answer points to, if that is the same server."""
    before = httpx.URL(url)
    after = before.join(answer.headers["location"])
    if _origin(after) != _origin(before):
        raise OnApiError("redirects to another server, which is not followed", url=url)
    return str(after)


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _must_be_a_list(answer: httpx.Response, url: str) -> None:
    if answer.status_code != 200:
        told = b""
        for chunk in answer.iter_raw(_CHUNK):
            told += chunk
            if len(told) >= _CHUNK:
                break
        cause = told.decode("utf-8", "replace")[:_MOST_OF_A_CAUSE]
        wait = answer.headers.get("retry-after")
        later = f", to be tried again in {wait[:20]!r} s" if wait else ""
        raise OnApiError(f"answers {answer.status_code}{later}: {cause!r}", url=url)
    if answer.headers.get("content-encoding", "identity").lower() != "identity":
        raise OnApiError("compresses what was to come as it is", url=url)


def _objects(answer: httpx.Response, url: str) -> Iterator[dict[str, Any]]:
    try:
        yield from objects(_bounded(answer))
    except ValueError as error:
        raise OnApiError(str(error), url=url) from error


def _bounded(answer: httpx.Response) -> Iterator[bytes]:
    octets, end = 0, time.monotonic() + _LONGEST_S
    for chunk in answer.iter_raw(_CHUNK):
        octets += len(chunk)
        if octets > _MOST_OCTETS:
            raise ValueError(f"is longer than {_MOST_OCTETS // 2**30} GiB")
        if time.monotonic() > end:
            raise ValueError("takes longer than an hour")
        yield chunk
