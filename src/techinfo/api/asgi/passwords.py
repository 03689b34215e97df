"""Passwords are checked against Argon2 hashes, one at a time, in a thread of their own.

A wrong user name costs as much time as a wrong password, so that names cannot be guessed by it;
and turns are shared out, so that no flood of guesses delays other users.
"""

from __future__ import annotations

import asyncio
import base64
import secrets
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError

from techinfo.access.logins import Login, Logins
from techinfo.api.errors import ApiError
from techinfo.error_codes import Code

_MOST_OCTETS = 4096
"""Of name and password in base64."""
_CHALLENGE = {"WWW-Authenticate": 'Basic realm="techinfo", charset="UTF-8"'}
_Line = deque[asyncio.Future[None]]


class FairLock:
    """A lock whose turns go first to known users, then round the queues of the others.

    Args:
        most: That wait, all together; who is known finds room beyond that.
        most_of_one: That wait in one queue.
    """

    def __init__(self, *, most: int = 1000, most_of_one: int = 100) -> None:
        self._most = most
        self._most_of_one = most_of_one
        self._taken = False
        self._known: _Line = deque()
        self._others: OrderedDict[str, _Line] = OrderedDict()
        self.waiting = 0

    @asynccontextmanager
    async def turn(self, queue: str, *, known: bool) -> AsyncIterator[None]:
        """Wait for a turn, and give it on at the end of the block.

        Args:
            queue: Who stands together.
            known: Goes before all queues.

        Raises:
            ApiError: 429, too many wait, of this queue or of all.
        """
        if self._taken:
            await self._wait(queue, known=known)
        self._taken = True
        try:
            yield
        finally:
            self._give_on()

    async def _wait(self, queue: str, *, known: bool) -> None:
        line = self._known if known else self._others.get(queue, deque())
        if not known and self.waiting >= self._most:
            raise _full("too many credentials wait to be checked")
        if len(line) >= self._most_of_one:
            raise _full("too many credentials of yours wait to be checked")
        if not known:
            self._others[queue] = line
        mine = asyncio.get_running_loop().create_future()
        line.append(mine)
        self.waiting += 1
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():
                self._give_on()
            raise
        finally:
            self.waiting -= 1

    def _give_on(self) -> None:
        while (following := self._following()) is not None:
            if not following.done():  # else whoever waited has gone
                following.set_result(None)
                return
        self._taken = False

    def _following(self) -> asyncio.Future[None] | None:
        if self._known:
            return self._known.popleft()
        if not self._others:
            return None
        queue, line = self._others.popitem(last=False)
        following = line.popleft()
        if line:
            self._others[queue] = line
        return following


def _full(cause: str) -> ApiError:
    """A 429: every 5xx is a line in the log, which a flood would fill."""
    return ApiError(Code.THROTTLED, cause, headers={"Retry-After": "5"})


class Passwords:
    """Checks one password at a time.

    Args:
        logins: All credentials that hold.
        hasher: Argon2.
    """

    def __init__(self, logins: Logins, hasher: PasswordHasher) -> None:
        self._logins = logins
        self._hasher = hasher
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="argon2")
        self._nobody = ""

    async def checked(self, name: str, password: str) -> Login | None:
        """The credential of a login name with this password; ``None`` when there is none."""
        logins, most = self._logins.passwords_of(name), self._logins.most
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._verified, logins, most, password)

    def _verified(self, logins: Sequence[Login], most: int, password: str) -> Login | None:
        """Check a password against every credential; as many times for a name that nobody has."""
        if not self._nobody:
            self._nobody = self._nobodys_hash()
        for login in logins:
            if self._is(login.password_hash, password):
                return login
        for _ in range(most - len(logins)):
            self._is(self._nobody, password)
        return None

    def _is(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False

    def _nobodys_hash(self) -> str:
        """A hash of no password, with the cost parameters of the users' hashes."""
        for known in self._logins.hashes():
            try:
                like = PasswordHasher.from_parameters(extract_parameters(known))
            except InvalidHashError:
                continue
            return like.hash(secrets.token_hex(16))
        return self._hasher.hash(secrets.token_hex(16))


def wrong_login(delay: float = 0.0) -> ApiError:
    """A 401 that does not say which of both was wrong.

    Args:
        delay: Seconds after which the next is looked at; 0: at once.
    """
    return _unauthorised("wrong user or password", delay)


def _unauthorised(cause: str, delay: float = 0.0) -> ApiError:
    headers = _CHALLENGE | ({"Retry-After": str(whole_seconds(delay))} if delay else {})
    return ApiError(Code.UNAUTHORISED, cause, headers=headers)


def slow_down(cause: str, delay: float) -> ApiError:
    """A 429: so many seconds must pass first."""
    return ApiError(Code.THROTTLED, cause, headers={"Retry-After": str(whole_seconds(delay))})


def whole_seconds(delay: float) -> int:
    """A delay as Retry-After has it: rounded up, one second at least."""
    return max(1, -int(-delay // 1))


def credentials_in(authorization: list[bytes]) -> tuple[str, str]:
    """Name and password of Basic (RFC 7617). Two such headers make one that cannot be read.

    Args:
        authorization: The values of all such headers.

    Raises:
        ApiError: 401, they cannot be read.
    """
    sent = b", ".join(authorization).decode("latin-1")
    scheme, _, encoded = sent.strip().partition(" ")
    if scheme.lower() != "basic":
        raise _unauthorised("give user and password")
    if len(encoded) > _MOST_OCTETS:
        raise _unauthorised("the credentials are too long")
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode("utf-8")
    except ValueError as e:
        raise _unauthorised("the credentials cannot be read") from e
    name, colon, password = text.partition(":")
    if not colon:
        raise _unauthorised("the credentials cannot be read")
    return name, password
