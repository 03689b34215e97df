"""One try to send one message, in the form that its webhook wants.

Signatures are those of Standard Webhooks 1.0 (symmetric, ``v1``). What Zammad answers about a
ticket that it has taken goes back to the ticket.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import logging
import secrets
import ssl
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

import httpx

from techinfo import __version__
from techinfo.errors import TicketConflictError, UnknownTicketError, WebhookTargetError
from techinfo.tickets.records import Change, Message, Party, Reach
from techinfo.tickets.store import TicketFile
from techinfo.webhooks import payloads
from techinfo.webhooks.grants import Grants
from techinfo.webhooks.payloads import Request
from techinfo.webhooks.store import Delivery
from techinfo.webhooks.targets import Target

_PREFIX = "whsec_"
_OCTETS = 32


def new_secret() -> str:
    """A key in the form that the specification's libraries take."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_OCTETS)).decode("ascii")


def signed(secret: str, message: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers of a message.

    Args:
        secret: From `new_secret`.
        message: The message's id, the same at every try.
        timestamp: Of this try, seconds since 1970.
        body: What is sent, octet for octet.
    """
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    text = f"{message}.{timestamp}.".encode() + body
    mac = base64.b64encode(hmac.digest(key, text, hashlib.sha256)).decode("ascii")
    return {
        "webhook-id": message,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{mac}",
    }


_MOST_OCTETS = 64 * 1024
_GONE = 410
_MOST_REMEMBERED = 10_000
"""Hosts whose last address is remembered."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What came of it.

    Attributes:
        delivered: It was answered with a 2xx.
        gone: The receiver says that it will never want any (410).
        words: For the webhook's owner: a status, or what went wrong; no address.
        answer: The beginning of the body of a 2xx.
        status: Of HTTP; ``None``: there was no answer.
        tried: The receiver has been asked, or could not be.
    """

    delivered: bool
    words: str
    gone: bool = False
    answer: bytes = b""
    status: int | None = None
    tried: bool = True


Where = Callable[[str], Awaitable[Target]]
"""URL -> the address that it may be sent to now; raises a WebhookTargetError."""


@dataclass(slots=True)
class _OneAtATime:
    """The turns at one address.

    Attributes:
        wanted: How many have one, or wait for one.
    """

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    wanted: int = 0


class Sender:
    """Sends to addresses that may be sent to, and follows no redirect. Close it.

    Args:
        timeout_s: A try takes no longer, from its turn on: to one address one is sent at a time.
    """

    def __init__(self, *, timeout_s: float = 10.0) -> None:
        # It logs every URL, and the path of a webhook's is often its owner's secret.
        logging.getLogger("httpx").setLevel(logging.WARNING)
        self._timeout_s = timeout_s
        self._addresses: dict[str, _OneAtATime] = {}
        self._last: OrderedDict[str, str] = OrderedDict()
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
        where: Where,
        now: Callable[[], datetime],
    ) -> Outcome:
        """Try once.

        Args:
            request: What is sent where.
            message: Its id.
            secret: Signs it.
            headers: Sent along.
            where: Finds the address, and says which may be sent to.
            now: The time that the signature carries.
        """

        def signing() -> Mapping[str, str]:
            return {**headers, **signed(secret, message, int(now().timestamp()), request.body)}

        return await self.ask(request, where, signing)

    async def ask(
        self, request: Request, where: Where, headers: Callable[[], Mapping[str, str]]
    ) -> Outcome:
        """Ask once.

        Args:
            request: What is sent where.
            where: Finds the address, and says which may be sent to.
            headers: Gives those that are sent along, when its turn has come.
        """
        try:
            async with asyncio.timeout(self._timeout_s):
                found = await where(request.url)
                self._remember(found)
            async with self._turn(found.address), asyncio.timeout(self._timeout_s):
                return await self._sent(request, headers(), found)
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

    def place(self, url: str) -> str:
        """What a URL shares with others at the same address: that address, when it is known."""
        host = urlsplit(url).hostname or ""
        return self._last.get(host, host)

    def busy(self) -> set[str]:
        """Addresses that something is sent to, or waits for."""
        return set(self._addresses)

    def _remember(self, found: Target) -> None:
        self._last[found.host] = found.address
        self._last.move_to_end(found.host)
        if len(self._last) > _MOST_REMEMBERED:
            self._last.popitem(last=False)

    @asynccontextmanager
    async def _turn(self, address: str) -> AsyncIterator[None]:
        """Have an address alone; first come, first served."""
        one = self._addresses.setdefault(address, _OneAtATime())
        one.wanted += 1
        try:
            async with one.lock:
                yield
        finally:
            one.wanted -= 1
            if not one.wanted:
                del self._addresses[address]

    async def _sent(self, request: Request, headers: Mapping[str, str], where: Target) -> Outcome:
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
                status=response.status_code,
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


@dataclass(kw_only=True, slots=True)
class Courier:
    """Makes one try of a delivery, in the form that its webhook wants.

    Attributes:
        file: Has how an external desk calls a ticket.
        sender: Sends.
        where_of: Owner -> what finds the address of a URL of theirs.
        owns_references: An external desk's reference becomes that of the ticket.
        now: The time.
        grants: Has the tokens that are sent along.
    """

    file: TicketFile
    sender: Sender
    where_of: Callable[[str], Where]
    owns_references: bool
    now: Callable[[], datetime]
    grants: Grants = field(default_factory=Grants)

    async def deliver(self, delivery: Delivery) -> Outcome:
        """Send one delivery, once."""
        hook, message = delivery.webhook, delivery.message
        if hook.form != "zammad":
            return await self._send(delivery, payloads.plain(message, hook.url))
        key = await asyncio.to_thread(self._key, message)
        if key is None and payloads.needs_key(message):
            return Outcome(
                delivered=False, tried=False, words="Zammad has not taken the ticket yet"
            )
        if message.kind == "ticket.created" and key is not None:
            return Outcome(delivered=True, words="Zammad has taken the ticket before")
        request = payloads.zammad_request(message, hook.url, hook.options, key)
        if request is None:
            return Outcome(delivered=True, words="nothing that Zammad does not know")
        outcome = await self._send(delivery, request)
        if message.kind == "ticket.created" and outcome.delivered:
            return await asyncio.to_thread(self._taken, message, outcome)
        return outcome

    async def _send(self, delivery: Delivery, request: Request) -> Outcome:
        hook, where = delivery.webhook, self.where_of(delivery.webhook.provider)

        async def sent(**more: str) -> Outcome:
            return await self.sender.send(
                request,
                message=delivery.message.id,
                secret=hook.secret,
                headers={**hook.headers, **more},
                where=where,
                now=self.now,
            )

        async def asked(form: Request, headers: Mapping[str, str]) -> tuple[int | None, bytes, str]:
            outcome = await self.sender.ask(form, where, lambda: headers)
            return outcome.status, outcome.answer, outcome.words

        if not hook.oauth2:
            return await sent()
        outcome = Outcome(delivered=False, words="")
        for is_last in (False, True):  # a token may have ended there before its time
            try:
                token, is_new = await self.grants.token(hook, asked)
            except ValueError as error:
                return Outcome(delivered=False, words=f"its token_url {error}")
            outcome = await sent(Authorization=f"Bearer {token}")
            if outcome.status != 401 or is_new or is_last:
                break
            self.grants.forget(hook)
        if outcome.status == 401:
            self.grants.forget(hook)
        return outcome

    def _key(self, message: Message) -> str | None:
        """How Zammad calls the ticket of a message."""
        if "ticket" not in message.facts:
            return None
        reference = message.facts["ticket"]["own_reference"]
        try:
            return self.file.ticket(reference, Reach(sandbox=message.sandbox)).desk_key
        except UnknownTicketError:
            return None

    def _taken(self, message: Message, outcome: Outcome) -> Outcome:
        """Keep how Zammad calls the ticket that it has just taken."""
        known = payloads.known(outcome.answer)
        if known is None:
            # Nothing says what it has made of it: another try might make it twice.
            return Outcome(delivered=False, gone=True, words="the answer is not one of Zammad's")
        change = Change(
            by=Party.CO,
            desk_key=known.key,
            desk_reference=known.number if self.owns_references else None,
        )
        reference = message.facts["ticket"]["own_reference"]
        try:
            self.file.change(reference, Reach(sandbox=message.sandbox), change, None, self.now)
        except (UnknownTicketError, TicketConflictError) as error:
            return Outcome(delivered=True, words=f"taken, but not noted here: {error}")
        return outcome
