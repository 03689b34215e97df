"""NetBox's REST API, read list by list.

Lists are read by id, so that nothing is missed when something is made or deleted meanwhile: each
page asks for what comes after the last id (NetBox: filter ``id__gt``, ``ordering=id``). No
redirect is followed, so that the token goes nowhere else.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import httpx

from techinfo import __version__
from techinfo.errors import NetBoxError

Parameters = Mapping[str, Sequence[str]]
"""Query parameters, each with its values."""
Object = dict[str, Any]

PAGE = 500
_MOST_OCTETS = 64 * 2**20
_MOST_OBJECTS = 2_000_000
_CHUNK = 2**16
_TIMEOUT = httpx.Timeout(120.0, connect=10.0)
_MOST_OF_A_CAUSE = 300
_NOT_SEEN = frozenset({403, 404})


@dataclass(frozen=True, slots=True)
class Mark:
    """By which it shows whether a list has changed.

    Attributes:
        count: How many objects are in it.
        newest: Id and ``last_updated`` of the one that was changed last; empty list: nothing.
    """

    count: int
    newest: str


class NetBox:
    """A NetBox server; close it, or use ``with``.

    Args:
        url: Up to ``/api``.
        token: An API token: ``nbt_…`` of NetBox 4.5 and later goes as Bearer.
        ca_file: Certificates that are trusted instead of the system's.

    Raises:
        NetBoxError: The certificates cannot be read.
    """

    def __init__(self, url: str, *, token: str, ca_file: Path | None = None) -> None:
        self._base = f"{url.rstrip('/')}/api"
        try:
            verify = ssl.create_default_context(cafile=ca_file)
        except OSError as error:
            raise NetBoxError(f"{ca_file}: {error.strerror or error}", url=url) from error
        scheme = "Bearer" if token.startswith("nbt_") else "Token"
        self._client = httpx.Client(
            verify=verify,
            timeout=_TIMEOUT,
            trust_env=False,
            follow_redirects=False,
            headers={
                "Authorization": f"{scheme} {token}",
                "Accept": "application/json",
                "Accept-Encoding": "identity",
                "User-Agent": f"techinfo/{__version__}",
            },
        )

    def all(self, path: str, parameters: Parameters) -> Iterator[Object]:
        """Every object of a list, by id.

        Args:
            path: Such as ``dcim/devices``.
            parameters: Which of them.

        Raises:
            NetBoxError: NetBox does not answer, or not with such a list.
        """
        last, given = 0, 0
        while True:
            wanted = {**parameters, "id__gt": [str(last)], "ordering": ["id"]}
            count, found = self._page(path, {**wanted, "limit": [str(PAGE)]})
            for one in found:
                number = one.get("id")
                if not isinstance(number, int) or number <= last:
                    raise self._wrong(path, "is not ordered by id, as it was asked to be")
                last, given = number, given + 1
                if given > _MOST_OBJECTS:
                    raise self._wrong(path, f"holds more than {_MOST_OBJECTS} objects")
                yield one
            if count <= len(found):
                return
            if not found:
                raise self._wrong(path, f"says that {count} are left, and lists none")

    def mark(self, path: str, parameters: Parameters) -> Mark | None:
        """How a list stands; ``None``: the token may not see it, or there is no such list.

        Raises:
            NetBoxError: NetBox does not answer, or not with such a list.
        """
        wanted = {**parameters, "ordering": ["-last_updated"], "limit": ["1"]}
        answer = self._get(path, wanted, absent=_NOT_SEEN)
        if answer is None:
            return None
        count, found = self._listed(path, answer)
        newest = f"{found[0].get('id')} {found[0].get('last_updated')}" if found else ""
        return Mark(count, newest)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _page(self, path: str, parameters: Parameters) -> tuple[int, list[Object]]:
        return self._listed(path, self._get(path, parameters))

    def _listed(self, path: str, answer: Any) -> tuple[int, list[Object]]:
        """How many fit, and those of this page."""
        count = answer.get("count") if isinstance(answer, dict) else None
        found = answer.get("results") if isinstance(answer, dict) else None
        if not isinstance(count, int) or not isinstance(found, list):
            raise self._wrong(path, "is no list of NetBox's: count and results are missing")
        if not all(isinstance(one, dict) for one in found):
            raise self._wrong(path, "lists what is no object")
        return count, found

    def _get(self, path: str, parameters: Parameters, absent: frozenset[int] = frozenset()) -> Any:
        """The JSON at a path; ``None`` where the status is one of `absent`."""
        pairs = httpx.QueryParams({key: list(values) for key, values in parameters.items()})
        try:
            with self._client.stream("GET", f"{self._base}/{path}/", params=pairs) as answer:
                if answer.status_code in absent:
                    return None
                octets = self._octets(path, answer)
                status = answer.status_code
        except httpx.HTTPError as error:
            raise self._wrong(path, f"{type(error).__name__}: {error}") from error
        if status != 200:
            said = octets.decode("utf-8", "replace")[:_MOST_OF_A_CAUSE]
            raise self._wrong(path, f"answers {status}{_hint(status)}: {said!r}")
        try:
            return json.loads(octets)
        except (ValueError, RecursionError) as error:
            raise self._wrong(path, "is not JSON") from error

    def _octets(self, path: str, answer: httpx.Response) -> bytes:
        octets = bytearray()
        for chunk in answer.iter_raw(_CHUNK):
            octets += chunk
            if len(octets) > _MOST_OCTETS:
                raise self._wrong(path, f"is longer than {_MOST_OCTETS // 2**20} MiB")
        return bytes(octets)

    def _wrong(self, path: str, why: str) -> NetBoxError:
        return NetBoxError(why, url=f"{self._base}/{path}/")


def _hint(status: int) -> str:
    if status in (401, 403):
        return " (is the token right, and may it view this?)"
    return " (redirects are not followed)" if 300 <= status < 400 else ""
