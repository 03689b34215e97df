"""Authentication: who asks, by Basic authentication (RFC 7617, in UTF-8) or a token, from where.

A system that polls pays for Argon2 once: credentials that were right are remembered by a keyed
digest for as long as they hold. Others are checked one after another in a thread of its own: first
those from an address where this user logged in before, then the addresses in turns, so that a flood
of wrong ones does not delay a right one. After too many wrong ones a delay must pass before the
next password is checked; until then the answer is 429, held back a little.
"""

from __future__ import annotations

import asyncio
import functools
import hashlib
import logging
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from argon2 import PasswordHasher

from techinfo.access.logins import KEY_PREFIX, Login, Logins
from techinfo.api.asgi.client import Asking, Network, client_address, neighbourhood, text_header
from techinfo.api.asgi.interface import Asgi, Scope
from techinfo.api.asgi.issuer import Issuer, used_of
from techinfo.api.asgi.login_throttle import GrowingDelays, LoginThrottle
from techinfo.api.asgi.passwords import (
    FairLock,
    Passwords,
    credentials_in,
    slow_down,
    whole_seconds,
    wrong_login,
)
from techinfo.api.asgi.refused_logins import RefusedLogins
from techinfo.api.asgi.scopes import SCOPES
from techinfo.api.asgi.selfchecks import LINK_PREFIX, SelfChecks
from techinfo.api.asgi.sessions import (
    HANDOVER_PREFIX,
    SESSIONS_PATH,
    Sessions,
    check_origin,
    is_secure,
    token_of,
)
from techinfo.api.asgi.token_request import (
    TOKEN_REQUEST,
    already_read,
    is_token_request,
    read_request,
)
from techinfo.api.asgi.tokens import Tokens, bearer_of, invalid_token
from techinfo.api.errors import ApiError, answer, api_error
from techinfo.errors import TechinfoError
from techinfo.store.batches import Batches
from techinfo.store.user_records import Use

OPEN_PATHS: tuple[str, ...] = ()
"""What is answered without a login: nothing. Health and metrics have a listener of their own."""

_MOST_REMEMBERED = 10_000
"""Right credentials, in the ways they are spelt."""
_MOST_WRONG = 1000
"""Wrong credentials remembered; a client with an old password asks again and again."""
_MOST_HELD = 1000
"""Refusals that are held back at the same time."""
_USE_S = 60.0
"""Seconds between two notes that the same credential is used."""

AGAIN = "again"
"""In the state of a request: finds out anew who asks, for an answer that goes on for minutes."""

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Known:
    """A credential that was right, as it was sent.

    Attributes:
        address: From where it was last found to be right.
        noted_at: When its use was last noted.
    """

    login: Login
    address: str
    noted_at: float = field(default=float("-inf"))


class AuthMiddleware:
    """Lets in who may ask; leaves ``viewer``, ``client`` and what it asks for in the state.

    That is ``on_behalf_of``, a person, and ``case_reference``, a ticket or case, where headers name
    them.

    Args:
        app: Who answers those.
        logins: All credentials that hold.
        trusted: Networks of proxies whose X-Forwarded-For is believed.
        uses: Where the last use of a credential is written.
        refused: Where it is written that somebody was not let in.
        sessions: Log-ins of browsers, for requests without credentials; ``None``: there are none.
        tokens: Access tokens; ``None``: there are none.
        issuer: Takes those of another issuer; ``None``: there is no other.
        selfchecks: Links for customers; ``None``: there are none.
        open_paths: What GET is answered for without a login; one that is given is looked at.
        hold_s: Seconds for which a refusal is held back, so that guessing is slow for who guesses.
        hasher: Checks passwords.
        clock: Seconds that never go back.
        now: Seconds since 1970.
    """

    def __init__(
        self,
        app: Asgi,
        logins: Logins,
        *,
        trusted: Sequence[Network] = (),
        uses: Batches[Use] | None = None,
        refused: RefusedLogins | None = None,
        sessions: Sessions | None = None,
        tokens: Tokens | None = None,
        issuer: Issuer | None = None,
        selfchecks: SelfChecks | None = None,
        open_paths: tuple[str, ...] = OPEN_PATHS,
        hold_s: float = 0.25,
        hasher: PasswordHasher | None = None,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._app = app
        self._logins = logins
        self._trusted = tuple(trusted)
        self._uses = uses
        self._refused = refused
        self._sessions = sessions
        self._tokens = tokens
        self._issuer = issuer
        self._selfchecks = selfchecks
        self._open = open_paths
        self._hold_s = hold_s
        self._held = 0
        self._passwords = Passwords(logins, hasher or PasswordHasher())
        self._clock = clock
        self._now = now
        self._keyed = hashlib.blake2b(key=secrets.token_bytes(32), digest_size=16)
        self._generation = -1
        self._right: OrderedDict[bytes, _Known] = OrderedDict()
        self._wrong: OrderedDict[bytes, None] = OrderedDict()
        self._guesses = LoginThrottle(logins.known_addresses, clock)
        self._guessed_tokens = GrowingDelays(free=20, most_s=30.0, clock=clock)
        self._turns = FairLock()
        self._flights: dict[bytes, asyncio.Event] = {}

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Hand a request on with who asks, or refuse it."""
        if scope["type"] == "websocket":  # nothing speaks it, and nobody has said who asks
            await send({"type": "websocket.close", "code": 1008})
            return
        state = scope.setdefault("state", {})
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        asking = Asking(scope["headers"])
        is_open = scope["method"] == "GET" and scope["path"] in self._open
        if is_open and not asking.authorization:
            await self._app(scope, receive, send)
            return
        try:
            state["client"] = address = client_address(
                scope["client"][0] if scope.get("client") else "", asking.forwarded, self._trusted
            )
            state["secure"] = is_secure(scope, self._trusted)
            if is_token_request(scope):
                await self._by_token_request(scope, receive, asking, address)
                receive = already_read(receive)
            else:
                state[AGAIN] = functools.partial(self._find_out, scope, asking, address)
                await self._find_out(scope, asking, address)
            state["on_behalf_of"] = text_header(asking.behalf, "X-On-Behalf-Of")
            state["case_reference"] = text_header(asking.case, "X-Case-Reference")
        except ApiError as refusal:
            self._note_refused(scope, asking.authorization, refusal.status)
            await self._refuse(refusal, scope, receive, send)
            return
        await self._app(scope, receive, send)

    async def _find_out(self, scope: Scope, asking: Asking, address: str) -> None:
        """Find out who asks; an `ApiError` says that nobody does who may."""
        if (token := bearer_of(asking.authorization)) is not None:
            await self._by_token(token, scope, asking.authorization, address)
        elif not self._by_session(scope, asking, address):
            login = await self._by_password(asking.authorization, address)
            scope["state"]["login"], scope["state"]["viewer"] = login, login.viewer

    def _by_session(self, scope: Scope, asking: Asking, address: str) -> bool:
        """Let in who has a session; says whether somebody has given one, and no credentials.

        Raises:
            ApiError: 401, it has ended; 403, it would change something for another site.
        """
        if self._sessions is None or asking.authorization:
            return False
        state = scope["state"]
        token = token_of(scope, secure=state["secure"])
        if token is None:
            return False
        try:
            used = self._sessions.use(token, address)
        except TechinfoError as error:
            raise api_error(error) from error
        check_origin(scope, secure=state["secure"])
        state["session"], state["viewer"] = used.session, used.login.viewer
        return True

    async def _by_token(
        self, text: str, scope: Scope, authorization: list[bytes], address: str
    ) -> None:
        """Let in who has given a token, an API key or a link.

        Raises:
            ApiError: 401, it has ended or never was; 429, there were too many of these; 503, nobody
                can tell.
        """
        state = scope["state"]
        if text.startswith(LINK_PREFIX) and self._selfchecks is not None:
            found = self._selfchecks.let_in(text, scope["path"], self._logins, self._now())
            if found is None:
                raise self._no_token(address)
            state |= found
            return
        if text.startswith(HANDOVER_PREFIX) and self._sessions is not None:
            self._by_handover(text, scope, address, self._sessions)
            return
        if text.startswith(KEY_PREFIX):
            key = self._by_api_key(text, authorization, address)
            state["viewer"], state[SCOPES] = key.viewer, key.scopes
            return
        try:
            used = await used_of(self._issuer, self._tokens, text, address)
        except TechinfoError as error:
            raise api_error(error) from error
        if used is None:
            raise self._no_token(address)
        state["viewer"], state[SCOPES] = used.login.viewer, used.scopes

    def _by_handover(self, text: str, scope: Scope, address: str, sessions: Sessions) -> None:
        """Let in who has logged in elsewhere, to begin a session and for nothing else."""
        here = scope["method"] == "POST" and scope["path"] == SESSIONS_PATH
        taken = sessions.taken_over(text, address) if here else None
        if taken is None:
            raise self._no_token(address)
        scope["state"]["login"], scope["state"]["viewer"] = taken, taken.viewer

    def _by_api_key(self, text: str, authorization: list[bytes], address: str) -> Login:
        known = self._remembered(authorization, address)
        if known is not None:
            return known
        login = self._logins.by_api_key(text)
        if login is None:
            raise self._no_token(address)
        if not login.holds(address, self._now()):
            raise invalid_token("the key has ended, or is none from there")
        self._let_in(self._digest(authorization[0]), login, address)
        return login

    def _no_token(self, address: str) -> ApiError:
        """The refusal of what is no token; one that is right is let in however many were not."""
        here = neighbourhood(address)
        delay = self._guessed_tokens.wait_s(here)
        if delay > 0:
            return slow_down("too many wrong tokens; wait before the next", delay)
        self._guessed_tokens.failed(here)
        return invalid_token("there is no such token, or no more")

    async def _by_token_request(
        self, scope: Scope, receive: Any, asking: Asking, address: str
    ) -> None:
        """Let in who asks for a token, by name and password alone.

        Raises:
            ApiError: 400, the request is malformed; 401 and 429 as for any password.
        """
        state = scope["state"]
        state[TOKEN_REQUEST], found = await read_request(scope, receive, asking.authorization)
        # What is noted of a refusal is who asked, wherever that stood.
        asking.authorization[:] = found[:1]
        *spellings, last = ([x] for x in found)
        for spelling in spellings:
            try:
                login = await self._by_password(spelling, address)
                break
            except ApiError as refusal:
                if refusal.status != 401:
                    raise
        else:
            login = await self._by_password(last, address)
        state["login"], state["viewer"] = login, login.viewer

    async def _by_password(self, authorization: list[bytes], address: str) -> Login:
        known = self._remembered(authorization, address)
        if known is None or known.scopes is not None:  # what stands in the header may be a key
            return await self._checked(authorization, address)
        return known

    async def _refuse(self, refusal: ApiError, scope: Scope, receive: Any, send: Any) -> None:
        if refusal.status == 429 and self._hold_s and self._held < _MOST_HELD:
            self._held += 1
            try:
                await asyncio.sleep(self._hold_s)
            finally:
                self._held -= 1
        if is_token_request(scope) and refusal.status == 401:
            refusal.more = {"error": "invalid_client", "error_description": refusal.cause}
        await answer(refusal, scope["path"])(scope, receive, send)

    def _note_refused(self, scope: Scope, authorization: list[bytes], status: int) -> None:
        """Note a refused login; a request without credentials is none (browsers begin so)."""
        if self._refused is None or not authorization or "viewer" in scope["state"]:
            return
        try:
            name, _ = credentials_in(authorization)
        except ApiError:
            name = None
        self._refused.note(scope, name, scope["state"].get("client") or "", status)

    def _remembered(self, authorization: list[bytes], address: str) -> Login | None:
        """The credential, if it was right before and still is."""
        generation = self._logins.refresh()
        if generation != self._generation:
            self._look_through(generation)
        if len(authorization) != 1:
            return None
        digest = self._digest(authorization[0])
        known = self._right.get(digest)
        if known is None:
            return None
        if _ended(known.login, self._now()):
            del self._right[digest]
            return None
        if known.address != address:
            if not known.login.reaches(address):
                raise (
                    wrong_login()
                    if known.login.scopes is None
                    else invalid_token("none from there")
                )
            known.address = address
            known.noted_at = float("-inf")
        now = self._clock()
        if now - known.noted_at >= _USE_S:
            known.noted_at = now
            self._note_use(known.login, address)
        return known.login

    def _look_through(self, generation: int) -> None:
        """Drop remembered credentials that have changed or ended since."""
        self._generation = generation
        for digest, known in list(self._right.items()):
            current = self._logins.current(known.login)
            if current is None:
                del self._right[digest]
            else:
                self._right[digest] = _Known(current, address="")
        self._wrong.clear()

    async def _checked(self, authorization: list[bytes], address: str) -> Login:
        """The credential, checked when its turn comes.

        Raises:
            ApiError: 401, it cannot be read or is wrong; 429, too many were wrong, or wait.
        """
        name, password = credentials_in(authorization)
        digest = self._digest(authorization[0])
        self._refuse_wrong(digest, name, address)
        while (over := self._flights.get(digest)) is not None:
            # It is being looked at: what comes of it holds for all who have sent the very same.
            await over.wait()
            if again := self._remembered(authorization, address):
                return again
            self._refuse_wrong(digest, name, address)
        self._flights[digest] = over = asyncio.Event()
        try:
            return await self._looked_at(digest, name, password, address)
        finally:
            del self._flights[digest]
            over.set()

    async def _looked_at(self, digest: bytes, name: str, password: str, address: str) -> Login:
        known = self._guesses.knows(name, address)
        async with self._turns.turn(neighbourhood(address), known=known):
            self._refuse_wrong(digest, name, address)
            generation = self._generation
            login = await self._passwords.checked(name, password)
            # A password that is right, from where it does not hold, is not wrong for everybody.
            wrong = digest if login is None else b""
            if login is not None:  # while it was checked it may have been taken back
                login = self._logins.current(login)
            if login is None or _ended(login, self._now()) or not login.reaches(address):
                raise self._failed(wrong if generation == self._generation else b"", name, address)
            self._let_in(digest, login, address)
            return login

    def _refuse_wrong(self, digest: bytes, name: str, address: str) -> None:
        """Refuse what is known to be wrong, and who has to wait; neither costs Argon2."""
        if digest in self._wrong:
            raise wrong_login()
        delay = self._guesses.wait_s(name, address)
        if delay > 0:
            raise slow_down("too many wrong passwords; wait before the next", delay)

    def _failed(self, digest: bytes, name: str, address: str) -> ApiError:
        """Count a wrong password; it is not remembered when the users have changed meanwhile."""
        if digest:
            self._wrong[digest] = None
        if len(self._wrong) > _MOST_WRONG:
            self._wrong.popitem(last=False)
        delay = self._guesses.wrong(name, address)
        if delay:
            _log.warning("wrong passwords from %s: the next in %d s", address, whole_seconds(delay))
        return wrong_login(delay)

    def _let_in(self, digest: bytes, login: Login, address: str) -> None:
        self._guesses.right(login.viewer.name, address)
        self._right[digest] = _Known(login, address, self._clock())
        if len(self._right) > _MOST_REMEMBERED:
            self._right.popitem(last=False)
        self._note_use(login, address)

    def _note_use(self, login: Login, address: str) -> None:
        if self._uses is not None:
            name, credential = login.key
            at = datetime.fromtimestamp(self._now(), UTC)
            self._uses.put(Use(user=name, credential=credential, at=at, address=address))

    def _digest(self, authorization: bytes) -> bytes:
        made = self._keyed.copy()
        made.update(authorization)
        return made.digest()


def _ended(login: Login, now: float) -> bool:
    return login.expires is not None and now >= login.expires
