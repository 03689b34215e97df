"""What a provider may ask for: so much a minute, so many at once, so many look-ups that miss.

A moving window in memory: in any sixty seconds there are no more than the limit, and the answer to
one too many says when the oldest leaves the window. A quota is a provider's, not a login's. An
operator's and engineer's requests are counted and never refused; a switch that is asked too much is
no matter of quotas.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from techinfo.access.logins import Logins
from techinfo.access.viewer import Role, Viewer
from techinfo.api.asgi.bodies import BodyBudget, WholeBody, has_body
from techinfo.api.asgi.interface import Asgi, Scope, adding
from techinfo.api.errors import ApiError, answer
from techinfo.config import QuotaSettings
from techinfo.error_codes import Code


class Window:
    """When something was counted, no longer ago than a window; one thread uses it.

    Args:
        limit: So much may be counted within it.
        length_s: How long it is.
        before: What it counted counts on.
    """

    def __init__(self, limit: int, length_s: int, before: Window | None = None) -> None:
        self.limit = limit
        self.length_s = length_s
        self.counted: deque[float] = before.counted if before is not None else deque()

    def has_room(self, now: float) -> bool:
        """Whether one more may be counted."""
        return self.left(now) > 0

    def hit(self, now: float, amount: int = 1) -> bool:
        """Count something, if the limit has room for it."""
        if self.left(now) < amount:
            return False
        if amount == 1:
            self.counted.append(now)
        else:
            self.counted.extend([now] * amount)
        return True

    def left(self, now: float) -> int:
        """How many more may be counted; below 0 where the limit was lowered."""
        counted, since = self.counted, now - self.length_s
        while counted and counted[0] <= since:
            counted.popleft()
        return self.limit - len(counted)

    def told(self, now: float) -> tuple[int, int]:
        """How many more may be counted, and in how many seconds the oldest counts no more."""
        left = self.left(now)
        oldest = self.counted[0] if self.counted else now
        return max(0, left), max(1, math.ceil(oldest + self.length_s - now))


_MINUTE_S, _HOUR_S = 60, 3600


@dataclass(frozen=True, kw_only=True, slots=True)
class Left:
    """What is left of one quota.

    Attributes:
        limit: Of a whole window.
        window_s: Length of the window.
        remaining: Left now.
        reset_s: Seconds until the oldest of what was asked counts no more.
    """

    limit: int
    window_s: int
    remaining: int
    reset_s: int


@dataclass(frozen=True, kw_only=True, slots=True)
class QuotaLeft:
    """What is left to a provider.

    Attributes:
        running: Requests that are answered now.
        in_flight: So many at most.
        waiting: Requests that wait for their turn.
        most_waiting: So many at most.
    """

    requests: Left
    lookup_misses: Left
    running: int
    in_flight: int
    waiting: int
    most_waiting: int


@dataclass(slots=True)
class Account:
    """The quotas of one provider, and what it has under way.

    Attributes:
        generation: Of the logins, when it was last looked at.
        policy: The headers that tell the limits.
        line: Who waits for a turn.
        bodies: Of its requests that have no turn yet, or one.
    """

    provider: str
    requests: Window
    misses: Window
    in_flight: int
    most_waiting: int
    generation: int
    running: int = 0
    line: deque[asyncio.Future[None]] = field(default_factory=deque)
    policy: list[tuple[bytes, bytes]] = field(init=False)
    bodies: BodyBudget = field(init=False)

    def __post_init__(self) -> None:
        self.bodies = BodyBudget(most=self.in_flight + self.most_waiting)
        limits = (self.requests.limit, self.requests.length_s)
        policy = b'"requests";q=%d;w=%d' % limits
        policy += b', "lookup-misses";q=%d;w=%d' % (self.misses.limit, self.misses.length_s)
        self.policy = [(b"ratelimit-policy", policy), (b"ratelimit-limit", b"%d" % limits[0])]

    @property
    def waiting(self) -> int:
        """Requests that have no turn yet."""
        return len(self.line)

    async def begin(self) -> None:
        """Wait until fewer than may are under way; first come, first served.

        Raises:
            ApiError: 429, too many wait already.
        """
        if self.running < self.in_flight:
            self.running += 1
            return
        if self.waiting >= self.most_waiting:
            raise _refused("too many of your requests wait for their turn", 1)
        turn = asyncio.get_running_loop().create_future()
        self.line.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():
                self.end()
            elif turn in self.line:
                self.line.remove(turn)
            raise

    def end(self) -> None:
        """Give the turn to the next one, if any waits."""
        while self.line:
            turn = self.line.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self.running -= 1


class Quotas:
    """Counts what is asked, refuses what is too much, and knows what is left.

    Args:
        settings: Of every provider.
        logins: Know the quotas of single providers.
        clock: Seconds that never go back.

    Attributes:
        asked: Requests by login name, of everybody.
        refused: Those that were too much.
    """

    def __init__(
        self,
        settings: QuotaSettings,
        logins: Logins,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._settings = settings
        self._logins = logins
        self._accounts: dict[str, Account] = {}
        self.asked: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()

    def left(self, viewer: Viewer) -> QuotaLeft | None:
        """What is left to a provider; ``None`` for who has no quota."""
        if viewer.role is not Role.PROVIDER:
            return None
        account = self.account(viewer)
        return QuotaLeft(
            requests=self._left(account.requests),
            lookup_misses=self._left(account.misses),
            running=account.running,
            in_flight=account.in_flight,
            waiting=account.waiting,
            most_waiting=account.most_waiting,
        )

    def count(self, account: Account, is_look_up: bool) -> None:
        """Count a request.

        Raises:
            ApiError: 429, it is one too many.
        """
        now = self._clock()
        if is_look_up and not account.misses.has_room(now):
            _, wait_s = account.misses.told(now)
            raise _refused("too many look-ups of yours found nothing", wait_s)
        if not account.requests.hit(now):
            _, wait_s = account.requests.told(now)
            raise _refused("your quota of requests is used up", wait_s)

    def count_more(self, account: Account, state: Mapping[str, Any]) -> None:
        """Count what only the answer showed. What is beyond the limit uses the quota up."""
        if state.get("lookup_missed"):
            account.misses.hit(self._clock())
        further = int(state.get("quota_cost", 1)) - 1
        if further > 0:
            now = self._clock()
            if spent := min(further, max(0, account.requests.left(now))):
                account.requests.hit(now, spent)

    def headers(self, account: Account, is_look_up: bool) -> list[tuple[bytes, bytes]]:
        """What is left, as headers."""
        now = self._clock()
        left, wait_s = account.requests.told(now)
        value = b'"requests";r=%d;t=%d' % (left, wait_s)
        if is_look_up:
            value += b', "lookup-misses";r=%d;t=%d' % account.misses.told(now)
        return [
            *account.policy,
            (b"ratelimit", value),
            (b"ratelimit-remaining", b"%d" % left),
            (b"ratelimit-reset", b"%d" % wait_s),
        ]

    def account(self, viewer: Viewer) -> Account:
        """The account of a provider's user."""
        provider = viewer.provider or viewer.name
        account = self._accounts.get(provider)
        if account is None or account.generation != self._logins.generation:
            account = self._accounts[provider] = self._renewed(provider, account)
        return account

    def _left(self, window: Window) -> Left:
        remaining, reset_s = window.told(self._clock())
        return Left(
            limit=window.limit, window_s=window.length_s, remaining=remaining, reset_s=reset_s
        )

    def _renewed(self, provider: str, account: Account | None) -> Account:
        """The account as it is to be now; one that stays as it was keeps what is under way."""
        sources = (
            self._logins.quotas.get(provider),
            self._settings.providers.get(provider),
            self._settings,
        )

        def of(key: str) -> int:
            values = (getattr(source, key) for source in sources if source is not None)
            return int(next(value for value in values if value is not None))

        made = Account(
            provider,
            Window(of("requests_per_minute"), _MINUTE_S, account.requests if account else None),
            Window(of("misses_per_hour"), _HOUR_S, account.misses if account else None),
            of("in_flight"),
            of("waiting"),
            self._logins.generation,
        )
        if account is None or account.in_flight != made.in_flight:
            return made
        account.requests, account.misses, account.policy = made.requests, made.misses, made.policy
        account.most_waiting, account.generation = made.most_waiting, made.generation
        account.bodies.most = made.bodies.most
        return account


class QuotaMiddleware:
    """Lets a provider ask what is within its quota, so many requests at a time.

    The headers are those of draft-ietf-httpapi-ratelimit-headers-10, and the three that came before
    it and are in wide use. A look-up that found nothing says so in
    ``scope["state"]["lookup_missed"]``; a route that did the work of several requests says of how
    many in ``scope["state"]["quota_cost"]``.

    Args:
        app: Who answers; stands behind `AuthMiddleware`.
        quotas: Keep the accounts.
    """

    def __init__(self, app: Asgi, quotas: Quotas) -> None:
        self._app = app
        self._quotas = quotas

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Hand a request on when it is within the quota, else refuse it."""
        viewer = scope["state"].get("viewer") if scope["type"] == "http" else None
        if viewer is None:
            await self._app(scope, receive, send)
            return
        quotas = self._quotas
        quotas.asked[viewer.name] += 1
        if viewer.role is not Role.PROVIDER:
            await self._app(scope, receive, send)
            return
        account, look_up = quotas.account(viewer), _is_look_up(scope["path"])
        body: WholeBody | None = None
        try:
            try:
                quotas.count(account, look_up)
                if has_body(scope["headers"]):  # who sends slowly keeps nobody's turn meanwhile
                    body = WholeBody(account.bodies)
                    receive = await body.read(receive)
                await account.begin()
            except ApiError as refusal:
                quotas.refused[viewer.name] += refusal.status == 429
                sending = adding(send, quotas.headers(account, look_up))
                await answer(refusal, scope["path"])(scope, receive, sending)
                return
            try:
                await self._app(scope, receive, adding(send, quotas.headers(account, look_up)))
            finally:
                account.end()
                quotas.count_more(account, scope["state"])
        finally:
            if body is not None:
                body.let_go()


def _is_look_up(path: str) -> bool:
    return "/dhcplookup" in path or "/option82/" in path or "/techinfo/v1/lookup" in path


def _refused(cause: str, wait_s: int) -> ApiError:
    return ApiError(Code.QUOTA, cause, headers={"Retry-After": str(wait_s)})
