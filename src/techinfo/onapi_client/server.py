"""Another ON-API server, asked over TLS with a provider's credentials.

A redirect is followed on the same server only, so that the credentials go nowhere else. A list is a
JSON array; it is read object by object, without compression, up to a limit of octets.
"""

from __future__ import annotations

import codecs
import json
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn, Self
from urllib.parse import quote

import httpx

from techinfo import __version__
from techinfo.errors import OnApiError
from techinfo.onapi_client.grant import ClientCredentials

MOST_OF_ONE = 2**20
"""Characters of one object."""
MOST_OBJECTS = 5_000_000
_BLANK = " \t\r\n"


def _no_number(found: str) -> NoReturn:
    raise ValueError(f"{found} is no number of JSON")


_DECODER = json.JSONDecoder(parse_constant=_no_number)


def objects(chunks: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """The objects of an array, as soon as each is complete.

    Takes no more memory than the largest object.

    Args:
        chunks: UTF-8, divided anywhere.

    Raises:
        ValueError: It is not an array of objects in JSON, or one is too large, or there are too
            many. What came before has been yielded.
    """
    text = _Text(chunks)
    if text.next() != "[":
        raise ValueError("is not a JSON array")
    if text.peek() == "]":
        text.next()
    else:
        for count in range(MOST_OBJECTS + 1):
            if count == MOST_OBJECTS:
                raise ValueError(f"holds more than {MOST_OBJECTS} objects")
            yield text.object()
            following = text.next()
            if following == "]":
                break
            if following != ",":
                raise ValueError("is not JSON: neither , nor ] stands behind an object")
    if text.peek():
        raise ValueError("is not JSON: something stands behind the array")


class _Text:
    """What has come and is not yet used."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._text = ""
        self._at = 0
        self._ended = False

    def peek(self) -> str:
        """The next character that is not blank; empty at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in _BLANK:
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def next(self) -> str:
        """The same, used up."""
        found = self.peek()
        self._at += 1
        return found

    def object(self) -> dict[str, Any]:
        """The object that begins here."""
        if self.peek() != "{":
            raise ValueError("is not an array of JSON objects")
        while True:
            try:
                found, self._at = _DECODER.raw_decode(self._text, self._at)
            except RecursionError:
                raise ValueError("holds an object that is nested too deeply") from None
            except json.JSONDecodeError as error:
                if len(self._text) - self._at > MOST_OF_ONE:
                    raise ValueError(
                        f"holds an object of more than {MOST_OF_ONE} characters"
                    ) from None
                if not self._more():
                    raise ValueError(f"is not JSON: {error.msg}") from None
            else:
                value: dict[str, Any] = found
                return value

    def _more(self) -> bool:
        """Take the next chunk; says whether there was one."""
        if self._ended:
            return False
        chunk = next(self._chunks, None)
        self._text = self._text[self._at :]
        self._at = 0
        try:
            self._text += self._decoder.decode(chunk or b"", final=chunk is None)
        except UnicodeDecodeError:
            raise ValueError("is not UTF-8") from None
        self._ended = chunk is None
        return not self._ended


_MOST_OCTETS = 4 * 2**30
_MOST_REDIRECTS = 3
_CHUNK = 2**16
_TIMEOUT = httpx.Timeout(60.0, connect=10.0)
_LONGEST_S = 3600.0
"""One list, from its first to its last octet."""
_MOST_OF_A_CAUSE = 300
_ABOUT_US = frozenset({400, 401, 403, 429})
"""Whose cause is about the request, and is repeated; any other may be about a customer."""
NOT_SERVED = frozenset({403, 404, 501})
"""How a server says that it does not serve an optional list."""


@dataclass(frozen=True, slots=True)
class IncomingList:
    """A list that comes in.

    Attributes:
        objects: Its objects, once; a `OnApiError` when they cannot be read.
        last_modified: For the next request, as the server sent it.
        complete: Everything, not only what has changed since.
    """

    objects: Iterator[dict[str, Any]]
    last_modified: str | None
    complete: bool


@dataclass(frozen=True, slots=True)
class Contact:
    """Who a customer is. It is shown, and kept nowhere.

    Attributes:
        told: ``name``, ``email``, ``phone``, ``mobilePhone``, as far as they are told.
    """

    told: Mapping[str, str] = field(repr=False)

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> Contact | None:
        """Of an answer; ``None``: it tells nobody."""
        told = {
            name: value[:_MOST_OF_A_CAUSE]
            for name in ("name", "email", "phone", "mobilePhone")
            if isinstance(value := found.get(name), str) and value.strip()
        }
        return cls(told) if told else None


def client(
    url: str, *, accept: str, auth: httpx.Auth | None = None, ca_file: Path | None = None
) -> httpx.Client:
    """A client of another operator's server: no proxy, no redirect, no compression.

    Raises:
        OnApiError: The certificates cannot be read.
    """
    try:
        verify = ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        raise OnApiError(f"{ca_file}: {error.strerror or error}", url=url) from error
    return httpx.Client(
        auth=auth,
        verify=verify,
        timeout=_TIMEOUT,
        trust_env=False,
        follow_redirects=False,
        headers={
            "Accept": accept,
            "Accept-Encoding": "identity",
            "User-Agent": f"techinfo/{__version__}",
        },
    )


class Server:
    """An ON-API server of one version; close it, or use ``with``.

    Args:
        url: Up to the version: ``https://co.example/onapi``.
        version: ``2.4``, ``2.5`` or ``2.6``.
        user: Of the provider.
        password: The same.
        ca_file: Certificates that are trusted instead of the system's.
        token_url: Where an access token is given for them; empty: they are sent by Basic.
        scope: What the token is wanted for.
        clock: Seconds that never go back; by them a token ends.

    Raises:
        OnApiError: The certificates cannot be read.
    """

    def __init__(
        self,
        url: str,
        version: str,
        *,
        user: str,
        password: str,
        ca_file: Path | None = None,
        token_url: str = "",
        scope: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._base = f"{url.rstrip('/')}/{version}"
        auth = None if token_url else httpx.BasicAuth(user, password)
        self._client = client(url, accept="application/json", auth=auth, ca_file=ca_file)

        self._grant = None
        if token_url:
            self._grant = ClientCredentials(
                self._client, token_url, user=user, password=password, scope=scope, clock=clock
            )

    @contextmanager
    def listing(
        self,
        name: str,
        *,
        since: str | None = None,
        query: Mapping[str, str] | None = None,
        optional: bool = False,
    ) -> Iterator[IncomingList | None]:
        """Ask for a list.

        Args:
            name: ``subscriptions``, ``services``, ``accesses``, ``orders``, ``events``, ...
            since: Only what was changed since then: a Last-Modified of this server.
            query: Parameters.
            optional: The server need not have it.

        Returns:
            ``None`` when it is not served, and need not be.

        Raises:
            OnApiError: The server does not answer, or not with a list.
        """
        url = str(httpx.URL(f"{self._base}/{name}/", params=query or None))
        headers = {"If-Modified-Since": since} if since else {}
        try:
            with self._answered(url, headers) as answer:
                if answer.status_code == 304 and since:
                    yield IncomingList(
                        iter(()), answer.headers.get("last-modified") or since, False
                    )
                elif optional and answer.status_code in NOT_SERVED:
                    yield None
                else:
                    _must_be_plain(answer, url)
                    last_modified = answer.headers.get("last-modified")
                    yield IncomingList(_objects(answer, url), last_modified, since is None)
        except httpx.HTTPError as error:
            raise OnApiError(f"{type(error).__name__}: {error}", url=url) from error

    def one(self, name: str, key: str) -> dict[str, Any] | None:
        """One object; ``None``: there is none (404).

        Args:
            name: ``orders``, or ``subscriptions``, whose key is an accessId.
            key: Of letters, digits, ``-``, ``.``, ``_`` and ``~`` alone.

        Raises:
            OnApiError: The server does not answer, or not with an object.
        """
        url = f"{self._base}/{name}/{quote(key, safe='')}"
        try:
            with self._answered(url, {}) as answer:
                if answer.status_code == 404:
                    return None
                _must_be_plain(answer, url)
                return _object(answer, url)
        except httpx.HTTPError as error:
            raise OnApiError(f"{type(error).__name__}: {error}", url=url) from error

    def contact(self, sp_reference: str, why: Mapping[str, str]) -> Contact | None:
        """Who a provider's customer is (2.6.0/spec_sp/contacts.md); ``None``: it tells nobody.

        Args:
            sp_reference: As the provider gave it when it ordered.
            why: ``reason`` or ``spTicketReference``.

        Raises:
            OnApiError: The server does not answer, or not with a contact; nothing of what it says
                is repeated.
        """
        url = f"{self._base}/contacts/{quote(sp_reference, safe='')}"
        shown = f"{self._base}/contacts/"
        try:
            with self._answered(url, {}, told=dict(why)) as answer:
                if answer.status_code == 404:
                    return None
                if answer.status_code != 200:
                    raise OnApiError(f"answers {answer.status_code}", url=shown)
                return Contact.of(_object(answer, shown))
        except httpx.HTTPError as error:
            raise OnApiError(type(error).__name__, url=shown) from None

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _answered(
        self, url: str, headers: dict[str, str], *, told: dict[str, str] | None = None
    ) -> Iterator[httpx.Response]:
        """The answer to a GET; to a POST, where something is told, and that follows no redirect."""
        left = _MOST_REDIRECTS
        while left >= 0:
            token, is_new = self._grant.token() if self._grant else ("", True)
            bearer = {"Authorization": f"Bearer {token}"} if token else {}
            method = "GET" if told is None else "POST"
            with self._client.stream(method, url, headers=headers | bearer, json=told) as answer:
                if answer.status_code == 401 and self._grant and not is_new:
                    self._grant.forget()  # it has ended there before its time
                    continue
                left -= 1
                if told is not None or not answer.has_redirect_location:
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


def _must_be_plain(answer: httpx.Response, url: str) -> None:
    if answer.status_code != 200:
        wait = answer.headers.get("retry-after")
        later = f", to be tried again in {wait[:20]!r} s" if wait else ""
        words = ""
        if answer.status_code in _ABOUT_US:
            body = next(answer.iter_raw(_CHUNK), b"")
            words = f": {body.decode('utf-8', 'replace')[:_MOST_OF_A_CAUSE]!r}"
        raise OnApiError(f"answers {answer.status_code}{later}{words}", url=url)
    if answer.headers.get("content-encoding", "identity").lower() != "identity":
        raise OnApiError("compresses what was to come as it is", url=url)


def _object(answer: httpx.Response, url: str) -> dict[str, Any]:
    octets = bytearray()
    for chunk in answer.iter_raw(_CHUNK):
        octets += chunk
        if len(octets) > MOST_OF_ONE:
            raise OnApiError(f"holds an object of more than {MOST_OF_ONE} octets", url=url)
    try:
        found = json.loads(octets, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise OnApiError("is not JSON", url=url) from None
    if not isinstance(found, dict):
        raise OnApiError("is not a JSON object", url=url)
    return found


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
