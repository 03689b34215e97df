"""Quotas: what is counted, refused and told, and that no provider starves another."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.api.asgi_calls import Answered, HandClock, InnerApp, ask

from techinfo.access.logins import Logins
from techinfo.access.viewer import Role, Viewer
from techinfo.api.asgi.quotas import QuotaMiddleware, Quotas
from techinfo.config import QuotaOfOne, QuotaSettings
from techinfo.store.user_records import StoredQuota
from techinfo.store.users import UsersFile

ISP = Viewer(name="isp-noc", role=Role.PROVIDER, provider="isp")
ISP_TOO = Viewer(name="isp-web", role=Role.PROVIDER, provider="isp")
OTHER = Viewer(name="other", role=Role.PROVIDER, provider="other")
LOOK_UP = "/2.6/dhcplookup"


@pytest.fixture
def clock() -> HandClock:
    """The clock of the windows."""
    return HandClock()


def quotas(
    file: UsersFile | None = None,
    *,
    clock: Callable[[], float] | None = None,
    monotonic: Callable[[], float] | None = None,
    **settings: Any,
) -> Quotas:
    """Quotas of three requests a minute and two misses an hour, if nothing else is said."""
    said = {"requests_per_minute": 3, "misses_per_hour": 2} | settings
    logins = Logins({}, file, monotonic=monotonic or time.monotonic)
    return Quotas(QuotaSettings(**said), logins, clock=clock or HandClock())


async def asked(
    app: QuotaMiddleware, viewer: Viewer, path: str = "/2.6/x", **state: Any
) -> Answered:
    """One request of somebody."""
    return await ask(app, path=path, state={"viewer": viewer, **state})


def test_every_answer_tells_what_is_left() -> None:
    """In the form of the draft, and in the one that came before it."""
    app = QuotaMiddleware(InnerApp(), quotas())

    first, second = (asyncio.run(asked(app, ISP)).headers for _ in range(2))

    assert first["ratelimit-policy"] == '"requests";q=3;w=60, "lookup-misses";q=2;w=3600'
    assert first["ratelimit"] == '"requests";r=2;t=60'
    assert second["ratelimit"] == '"requests";r=1;t=60'
    assert second["ratelimit-limit"] == "3"
    assert second["ratelimit-remaining"] == "1"
    assert second["ratelimit-reset"] == "60"


def test_one_too_many_is_told_when_to_come_back(clock: HandClock) -> None:
    """When the oldest of them leaves the window, and then one more goes through."""
    room = InnerApp()
    app = QuotaMiddleware(room, quotas(clock=clock))
    for later in (0, 10, 10):
        clock.at += later
        assert asyncio.run(asked(app, ISP)).status == 200

    refused = asyncio.run(asked(app, ISP_TOO))
    clock.at += float(refused.headers["retry-after"])
    after = [asyncio.run(asked(app, ISP)).status for _ in range(2)]

    assert refused.status == 429
    assert refused.body["code"] == "quota"
    assert refused.body["retryable"]
    assert refused.headers["retry-after"] == "40"
    assert refused.headers["ratelimit"] == '"requests";r=0;t=40'
    assert after == [200, 429]
    assert len(room.states) == 4


def test_a_quota_is_of_a_provider_and_of_nobody_else() -> None:
    """All its users together; another provider has its own."""
    app = QuotaMiddleware(InnerApp(), quotas())

    async def words() -> list[int]:
        viewers = [ISP, ISP_TOO, ISP, ISP_TOO, OTHER]
        return [(await asked(app, viewer)).status for viewer in viewers]

    assert asyncio.run(words()) == [200, 200, 200, 429, 200]


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.ENGINEER])
def test_the_operators_people_are_counted_and_never_refused(role: Role) -> None:
    """They have no quota, and are told of none."""
    counting = quotas()
    app = QuotaMiddleware(InnerApp(), counting)
    viewer = Viewer(name="ops", role=role)

    answers = [asyncio.run(asked(app, viewer)) for _ in range(10)]

    assert {a.status for a in answers} == {200}
    assert "ratelimit" not in answers[0].headers
    assert counting.asked["ops"] == 10
    assert counting.left(viewer) is None


class Missing(InnerApp):
    """Look-ups that find nothing."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Say so, as the route does."""
        scope["state"]["lookup_missed"] = "/hit" not in scope["path"]
        await super().__call__(scope, receive, send)


def test_misses_of_look_ups_are_counted_apart() -> None:
    """Who fishes for accesses is stopped; whatever is no look-up goes on."""
    app = QuotaMiddleware(Missing(), quotas(requests_per_minute=100))

    async def words() -> list[Answered]:
        paths = [
            f"{LOOK_UP}/hit",
            LOOK_UP,
            "/2.6/option82/0106",
            LOOK_UP,
            f"{LOOK_UP}/hit",
            "/2.6/x/hit",
        ]
        return [await asked(app, ISP, path) for path in paths]

    answers = asyncio.run(words())

    assert [a.status for a in answers] == [200, 200, 200, 429, 429, 200]
    assert answers[0].headers["ratelimit"].endswith('"lookup-misses";r=2;t=3600')
    assert answers[3].headers["ratelimit"].endswith('"lookup-misses";r=0;t=3600')
    assert answers[3].headers["retry-after"] == "3600"


class Costly(InnerApp):
    """Does the work of several requests in one."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Say so, as the route does."""
        scope["state"]["quota_cost"] = 200
        await super().__call__(scope, receive, send)


def test_a_batch_costs_what_its_parts_cost() -> None:
    """It is answered if there is anything left, and uses up what it did."""
    counting = quotas(requests_per_minute=250)
    app = QuotaMiddleware(Costly(), counting)

    first = asyncio.run(asked(app, ISP))
    left = counting.left(ISP)
    second = asyncio.run(asked(app, ISP))
    third = asyncio.run(asked(app, ISP))

    assert left is not None
    assert left.requests.remaining == 50
    assert [first.status, second.status, third.status] == [200, 200, 429]


class Slow(InnerApp):
    """Answers when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.running = 0
        self.most = 0
        self.go = asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Wait, then let in."""
        if scope["state"]["viewer"].provider == "isp":
            self.running += 1
            self.most = max(self.most, self.running)
            await self.go.wait()
            self.running -= 1
        await super().__call__(scope, receive, send)


def test_the_burst_of_one_provider_does_not_starve_another() -> None:
    """A bounded number is answered at a time, the others wait; one more than may wait is refused.

    The other provider is answered while all those stand.
    """

    async def words() -> tuple[list[int], int, int]:
        slow = Slow()
        counting = quotas(requests_per_minute=1000, in_flight=2, waiting=5)
        app = QuotaMiddleware(slow, counting)
        burst = [asyncio.ensure_future(asked(app, ISP)) for _ in range(10)]
        await asyncio.sleep(0)
        other = await asked(app, OTHER)
        left = counting.left(ISP)
        assert left is not None
        assert (left.running, left.waiting) == (2, 5)
        slow.go.set()
        return [a.status for a in await asyncio.gather(*burst)], other.status, slow.most

    statuses, other, most = asyncio.run(asyncio.wait_for(words(), 300))

    assert other == 200
    assert most == 2
    assert statuses == [200] * 7 + [429] * 3


def test_whoever_goes_away_gives_its_turn_back() -> None:
    """Waiting or running: afterwards everything is as before."""

    async def words() -> tuple[int, int]:
        slow = Slow()
        counting = quotas(requests_per_minute=1000, in_flight=1)
        app = QuotaMiddleware(slow, counting)
        burst = [asyncio.ensure_future(asked(app, ISP)) for _ in range(4)]
        await asyncio.sleep(0)
        for one in burst:
            one.cancel()
        await asyncio.gather(*burst, return_exceptions=True)
        slow.go.set()
        assert (await asked(app, ISP)).status == 200
        left = counting.left(ISP)
        assert left is not None
        return left.running, left.waiting

    assert asyncio.run(asyncio.wait_for(words(), 300)) == (0, 0)


def test_a_provider_may_have_a_quota_of_its_own(tmp_path: Path) -> None:
    """The users' file before the provider's section, that before what holds for every one."""
    monotonic = HandClock()
    with UsersFile.open(tmp_path / "users.sqlite") as file:
        own = {"isp": QuotaOfOne(requests_per_minute=7, in_flight=9)}
        counting = quotas(file, monotonic=monotonic, providers=own)
        before = counting.left(ISP)
        file.set_quota("isp", StoredQuota(requests_per_minute=11))
        monotonic.at += 2.0
        counting._logins.refresh()
        after = counting.left(ISP)

    assert before is not None
    assert after is not None
    assert (before.requests.limit, before.in_flight, before.lookup_misses.limit) == (7, 9, 2)
    assert (after.requests.limit, after.in_flight) == (11, 9)


def test_what_has_no_viewer_passes() -> None:
    """The lifespan, and what is answered without a login."""
    room = InnerApp()
    app = QuotaMiddleware(room, quotas())

    assert asyncio.run(ask(app)).status == 200


def test_a_turn_that_comes_to_who_has_gone_is_given_on() -> None:
    """In the very moment in which it is given."""

    async def words() -> int:
        account = quotas(in_flight=1).account(ISP)
        await account.begin()
        first, second = (asyncio.ensure_future(account.begin()) for _ in range(2))
        await asyncio.sleep(0)
        account.end()
        first.cancel()
        await second
        account.end()
        return account.running

    assert asyncio.run(asyncio.wait_for(words(), 300)) == 0
