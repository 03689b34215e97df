"""What an issuer of signed tokens tells over HTTPS, read in bounds, and its public keys (JWKS).

RFC 7517. Only keys for signatures are taken, and none that is shared (``oct``).
"""

from __future__ import annotations

import asyncio
import json
import logging
import ssl
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from techinfo import __version__

_T = TypeVar("_T")
_MOST_OCTETS = 256 * 1024
_MOST_KEYS = 100
_KINDS = ("RSA", "EC", "OKP")
_TIMEOUT = httpx.Timeout(10.0, connect=5.0)
_WHOLE_S = 20.0
"""For an answer as a whole, however slowly it comes."""
_KEYS_TIMEOUT_S = 5.0
_OLD_S, _TOO_OLD_S = 3600.0, 86_400.0
"""Keys are read anew after an hour; while that fails those of before hold for a day."""
_log = logging.getLogger(__name__)


class NoKeysError(Exception):
    """The keys cannot be read, and those of before are too old."""


class IssuerKeys:
    """The public keys of one issuer.

    Args:
        ask: Reads what it tells of them: a JSON object.
        clock: Seconds that never go back.
        again_s: Keys are read no more often than this, whatever tokens name.
    """

    def __init__(
        self,
        ask: Callable[[], Awaitable[Mapping[str, Any]]],
        *,
        clock: Callable[[], float],
        again_s: float,
    ) -> None:
        self._ask = ask
        self._clock = clock
        self._again_s = again_s
        self._reading = asyncio.Lock()
        self._keys: KeySet | None = None
        self._read_at = self._tried_at = float("-inf")

    async def verified(self, check: Callable[[KeySet], _T]) -> _T:
        """What comes of a check; where it fails, once more if other keys can be read.

        Args:
            check: Raises `JoseError` or ``ValueError`` where the keys do not fit.

        Raises:
            NoKeysError: There are no keys.
        """
        keys = await self._known(self._read_at + _OLD_S <= self._clock())
        try:
            return check(keys)
        except (JoseError, ValueError):
            if not await self._renewed():
                raise
            return check(await self._known(False))

    async def _known(self, is_old: bool) -> KeySet:
        if is_old:
            await self._renewed()
        if self._keys is None or self._clock() - self._read_at > _TOO_OLD_S:
            raise NoKeysError("the issuer's keys cannot be read now")
        return self._keys

    async def _renewed(self) -> bool:
        """Read the keys anew, unless somebody just has; says whether they are others now."""
        before = self._read_at
        async with self._reading:
            if self._read_at != before:
                return True
            if self._clock() - self._tried_at < self._again_s:
                return False
            self._tried_at = self._clock()
            try:
                async with asyncio.timeout(_KEYS_TIMEOUT_S):
                    self._keys = _keys_in(await self._ask())
            except (httpx.HTTPError, OSError, ValueError, JoseError) as error:
                words = f"{type(error).__name__}: {error}"[:200]
                _log.warning("the keys of the tokens' issuer cannot be read: %s", words)
                return False
            self._read_at = self._clock()
            return True


async def told_by(
    url: str,
    trusted: ssl.SSLContext,
    *,
    method: str = "GET",
    data: dict[str, str] | None = None,
    auth: httpx.BasicAuth | None = None,
) -> dict[str, Any]:
    """A JSON object of a server's. No redirect is followed, and nothing is unpacked.

    Raises:
        httpx.HTTPError: It does not answer.
        TimeoutError: It does not come to the end of its answer.
        ValueError: It answers something else, or more than anybody needs.
    """
    headers = {
        "Accept": "application/json",
        "Accept-Encoding": "identity",
        "User-Agent": f"techinfo/{__version__}",
    }
    async with (
        asyncio.timeout(_WHOLE_S),
        httpx.AsyncClient(verify=trusted, timeout=_TIMEOUT, trust_env=False) as client,
        client.stream(method, url, data=data, auth=auth, headers=headers) as answer,
    ):
        if answer.status_code != 200:
            raise ValueError(f"answers {answer.status_code}")
        octets = bytearray()
        async for piece in answer.aiter_raw():
            octets += piece
            if len(octets) > _MOST_OCTETS:
                raise ValueError("answers more than anybody needs")
    try:
        told = json.loads(octets)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise ValueError("answers no JSON object")
    return told


def _keys_in(told: Mapping[str, Any]) -> KeySet:
    """The public keys of a set that can sign; one that cannot be read is passed over."""
    listed = told.get("keys")
    if not isinstance(listed, list):
        raise ValueError("is no set of keys (RFC 7517)")
    keys = []
    for one in listed[:_MOST_KEYS]:
        if isinstance(one, dict) and one.get("use", "sig") == "sig" and one.get("kty") in _KINDS:
            try:
                keys += KeySet.import_key_set({"keys": [one]}).keys
            except (JoseError, ValueError, TypeError, KeyError):
                continue
    if not keys:
        raise ValueError("has no key that can be used")
    return KeySet(keys)
