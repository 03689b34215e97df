"""One try to send one message."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import httpx

from techinfo import __version__
from techinfo.errors import WebhookTargetError
from techinfo.service.webhooks.forms import Request
from techinfo.service.webhooks.signing import signed
from techinfo.service.webhooks.targets import Network, Resolve, resolved, target

_MOST_OCTETS = 64 * 1024
_GONE = 410


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What came of it.

    Attributes:
        delivered: It was answered with a 2xx.
        gone: The receiver says that it will never want any (410).
        words: For the webhook's owner: a status, or what went wrong; no address.
        answer: The beginning of the body of a 2xx.
    """

    delivered: bool
    words: str
    gone: bool = False
    answer: bytes = b""


class Sender:
    """Sends to addresses that may be sent to, and follows no redirect. Close it.

    Args:
        timeout_s: A try takes no longer.
        resolve: Host and port -> addresses.
    """

    def __init__(self, *, timeout_s: float = 10.0, resolve: Resolve = resolved) -> None:
        # It logs every URL, and the path of a webhook's is often its owner's secret.
        logging.getLogger("httpx").setLevel(logging.WARNING)
        self._timeout_s = timeout_s
        self._resolve = resolve
        self._client = httpx.AsyncClient(
            # The certificates that this host trusts, which may have the operator's own among them.
            verify=ssl.create_default_context(),
            trust_env=False,
            follow_redirects=False,
            # A connection that is kept would outlive the look at its address.
            limits=httpx.Limits(max_keepalive_connections=0),
            timeout=timeout_s,
        )

    async def send(
        self,
        request: Request,
        *,
        message: str,
        secret: str,
        headers: Mapping[str, str],
        allowed: Iterable[Network],
        now: Callable[[], datetime],
    ) -> Outcome:
        """Try once.

        Args:
            request: What is sent where.
            message: Its id.
            secret: Signs it.
            headers: Sent along.
            allowed: Networks that may be sent to though they are no public ones.
            now: The time that the signature carries.
        """
        signature = signed(secret, message, int(now().timestamp()), request.body)
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._sent(request, {**headers, **signature}, allowed)
        except WebhookTargetError as error:
            return Outcome(delivered=False, words=str(error))
        except (TimeoutError, httpx.TimeoutException):
            words = f"no answer within {self._timeout_s:.0f} s"
            return Outcome(delivered=False, words=words)
        except httpx.HTTPError as error:
            return Outcome(delivered=False, words=_in_words(error))

    async def close(self) -> None:
        """Close what is open."""
        await self._client.aclose()

    async def _sent(
        self, request: Request, headers: Mapping[str, str], allowed: Iterable[Network]
    ) -> Outcome:
        where = await target(request.url, allowed, self._resolve)
        url = httpx.URL(request.url)
        name = url.netloc.decode("ascii")
        own = {
            "Host": name,
            "User-Agent": f"techinfo/{__version__}",
            "Content-Type": "application/json",
        }
        async with self._client.stream(
            request.method,
            url.copy_with(host=where.address),
            content=request.body,
            headers={**own, **headers},
            extensions={"sni_hostname": where.host},
        ) as response:
            delivered = response.is_success
            return Outcome(
                delivered=delivered,
                gone=response.status_code == _GONE,
                words=f"answered {response.status_code}",
                answer=await _beginning(response) if delivered else b"",
            )


async def _beginning(response: httpx.Response) -> bytes:
    read = b""
    async for octets in response.aiter_raw():
        read += octets
        if len(read) > _MOST_OCTETS:
            return b""
    return read


def _in_words(error: httpx.HTTPError) -> str:
    """What a receiver's owner can act on; the library's own words would name addresses."""
    if "certificate" in str(error).lower():
        return "its certificate cannot be verified"
    if isinstance(error, httpx.ConnectError):
        return "no connection could be made"
    return "the connection broke before there was an answer"
