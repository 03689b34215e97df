"""Authentication: who is let in, what that costs, and what a flood of guesses does to others."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.api.asgi_calls import (
    Answered,
    HandClock,
    InnerApp,
    Noting,
    ask,
    basic,
    operator,
    provider,
)
from tests.api.served import CHEAP

from techinfo.access.logins import Logins
from techinfo.access.viewer import Role
from techinfo.api.asgi.auth import AuthMiddleware
from techinfo.api.asgi.client import networks
from techinfo.store.batches import Batches
from techinfo.store.user_records import StoredUser, Use
from techinfo.store.users import UsersFile

RIGHT = basic("ops", "pass:word")
NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


@pytest.fixture
def room() -> InnerApp:
    """The application behind it."""
    return InnerApp()


@pytest.fixture
def hasher() -> Noting:
    """Argon2 that notes."""
    return Noting()


@pytest.fixture
def clock() -> HandClock:
    """Its clock."""
    return HandClock()


@pytest.fixture
def auth(room: InnerApp, hasher: Noting, clock: HandClock) -> AuthMiddleware:
    """Authentication for one operator and one provider."""
    logins = Logins(
        {"ops": operator("pass:word"), "isp": provider("other-word", provider="Isp-AB")}
    )
    return AuthMiddleware(room, logins, hasher=hasher, clock=clock, hold_s=0.0)


@pytest.fixture
def file(tmp_path: Path) -> Any:
    """A users' file with one provider, its password ``first-word``."""
    with UsersFile.open(tmp_path / "users.sqlite") as opened:
        opened.add(StoredUser(name="noc", role="provider", provider="Isp-AB", created=NOW))
        opened.add_credential("noc", CHEAP.hash("first-word"), label="", now=NOW)
        yield opened


def test_who_asks_is_left_for_the_routes(auth: AuthMiddleware, room: InnerApp) -> None:
    """Login name, role and provider, the client's address, and on whose behalf."""
    behalf = (b"x-on-behalf-of", "Åsa i kundtjänst".encode())
    asyncio.run(ask(auth, basic("isp", "other-word"), headers=[behalf]))

    (state,) = room.states
    assert state["viewer"].name == "isp"
    assert state["viewer"].role is Role.PROVIDER
    assert state["viewer"].provider == "Isp-AB"
    assert state["client"] == "192.0.2.1"
    assert state["on_behalf_of"] == "Åsa i kundtjänst"


@pytest.mark.parametrize(
    "told", [b"", b"x" * 129, b"a\x00b", b"\xff", b"a\nb", "a\u202eb".encode()]
)
def test_what_cannot_be_written_down_is_malformed(auth: AuthMiddleware, told: bytes) -> None:
    """X-On-Behalf-Of goes into a log: it is short, printable and UTF-8."""
    answered = asyncio.run(ask(auth, RIGHT, headers=[(b"x-on-behalf-of", told)]))

    assert answered.status == 400
    assert answered.body["code"] == "malformed"


def test_a_password_may_hold_a_colon_and_more_than_ascii(room: InnerApp) -> None:
    """RFC 7617: the first colon divides, and the text is UTF-8."""
    auth = AuthMiddleware(room, Logins({"ops": operator("smörgås:ä")}))

    assert asyncio.run(ask(auth, basic("ops", "smörgås:ä"))).status == 200


def test_right_credentials_are_checked_once(auth: AuthMiddleware, hasher: Noting) -> None:
    """Three hundred requests at once, and all that follow, cost one Argon2; none is sent away."""

    async def words() -> list[Answered]:
        together = await asyncio.gather(*(ask(auth, RIGHT) for _ in range(300)))
        return [*together, await ask(auth, RIGHT)]

    answers = asyncio.run(words())

    assert {answered.status for answered in answers} == {200}
    assert len(hasher.verified) == 1


def test_a_wrong_password_from_everywhere_is_checked_once(
    auth: AuthMiddleware, hasher: Noting
) -> None:
    """And is wrong for all who have sent it; another one is a guess of its own."""

    async def words() -> list[Answered]:
        asked = [ask(auth, basic("ops", "guess"), address=f"192.0.2.{n}") for n in range(200)]
        asked += [ask(auth, basic("ops", f"guess-{n}"), address="198.51.100.1") for n in range(3)]
        return await asyncio.gather(*asked)

    answers = asyncio.run(words())

    assert {answered.status for answered in answers} == {401}
    assert len(hasher.verified) == 4


def test_whose_first_asker_goes_away_is_checked_all_the_same(
    auth: AuthMiddleware, hasher: Noting
) -> None:
    """Those who have sent the same wait for nobody who has gone."""

    async def words() -> list[Answered]:
        first = asyncio.ensure_future(ask(auth, RIGHT))
        others = [asyncio.ensure_future(ask(auth, RIGHT)) for _ in range(5)]
        await asyncio.sleep(0)
        first.cancel()
        return await asyncio.gather(*others)

    answers = asyncio.run(asyncio.wait_for(words(), 300))

    assert [answered.status for answered in answers] == [200] * 5
    assert len(hasher.verified) <= 2


def test_the_same_password_from_where_it_does_not_hold_is_wrong(
    room: InnerApp, hasher: Noting
) -> None:
    """Together with one from where it does, whichever comes first."""
    logins = Logins({"ops": operator("pass:word", networks=("192.0.2.0/24",))})
    auth = AuthMiddleware(room, logins, hasher=hasher, hold_s=0.0)

    async def words() -> list[Answered]:
        asked = ("198.51.100.1", "192.0.2.1", "198.51.100.2", "192.0.2.2")
        return await asyncio.gather(*(ask(auth, RIGHT, address=a) for a in asked))

    assert [answered.status for answered in asyncio.run(words())] == [401, 200, 401, 200]


def test_wrong_credentials_asked_again_cost_nothing(auth: AuthMiddleware, hasher: Noting) -> None:
    """A client with an old password keeps neither Argon2 busy nor its neighbours out."""

    async def words() -> list[Answered]:
        old = basic("ops", "old")
        return [await ask(auth, old) for _ in range(50)] + [await ask(auth, RIGHT)]

    *refused, right = asyncio.run(words())

    assert {r.status for r in refused} == {401}
    assert right.status == 200
    assert len(hasher.verified) == 2


def test_an_unknown_user_costs_what_a_known_one_does(
    room: InnerApp, hasher: Noting, file: UsersFile
) -> None:
    """As many checks, against hashes of the same parameters, so that time does not tell."""
    file.add_credential("noc", CHEAP.hash("second-word"), label="", now=NOW)
    auth = AuthMiddleware(room, Logins({"ops": operator("pass:word")}, file), hasher=hasher)
    costs = []

    for name in ("noc", "ops", "nobody"):
        before = len(hasher.verified)
        asyncio.run(ask(auth, basic(name, "wrong")))
        costs.append([h.rsplit("$", 2)[0] for h in hasher.verified[before:]])

    assert costs[0] == costs[1] == costs[2]
    assert len(costs[0]) == 2


def test_several_credentials_of_one_user_hold_at_a_time(room: InnerApp, file: UsersFile) -> None:
    """So that a password can be changed without a gap."""
    file.add_credential("noc", CHEAP.hash("second-word"), label="", now=NOW)
    auth = AuthMiddleware(room, Logins({}, file))

    statuses = [
        asyncio.run(ask(auth, basic("noc", word))).status for word in ("first-word", "second-word")
    ]

    assert statuses == [200, 200]


def test_a_revoked_credential_is_wrong_within_seconds(room: InnerApp, file: UsersFile) -> None:
    """Also one that is remembered; the other one of the same user goes on."""
    second = file.add_credential("noc", CHEAP.hash("second-word"), label="", now=NOW)
    clock = HandClock()
    auth = AuthMiddleware(room, Logins({}, file, monotonic=clock))

    async def words() -> list[int]:
        asked = [basic("noc", "first-word"), basic("noc", "second-word")]
        before = [(await ask(auth, a)).status for a in asked]
        with UsersFile.open(Path(file.database.name)) as elsewhere:
            elsewhere.revoke("noc", second, NOW)
        clock.at += 2.0
        return before + [(await ask(auth, a)).status for a in asked]

    assert asyncio.run(words()) == [200, 200, 200, 401]


def test_a_password_added_while_it_was_wrong_becomes_right(room: InnerApp, file: UsersFile) -> None:
    """What is remembered as wrong is forgotten when the users change."""
    clock = HandClock()
    auth = AuthMiddleware(room, Logins({}, file, monotonic=clock))

    async def words() -> list[int]:
        before = await ask(auth, basic("noc", "second-word"))
        file.add_credential("noc", CHEAP.hash("second-word"), label="", now=NOW)
        clock.at += 2.0
        return [before.status, (await ask(auth, basic("noc", "second-word"))).status]

    assert asyncio.run(words()) == [401, 200]


def test_a_disabled_user_is_out_and_may_come_back(room: InnerApp, file: UsersFile) -> None:
    """Disabling forgets nothing."""
    clock = HandClock()
    auth = AuthMiddleware(room, Logins({}, file, monotonic=clock))

    async def words() -> list[int]:
        statuses = []
        for since in (None, NOW, None):
            file.disable("noc", since)
            clock.at += 2.0
            statuses.append((await ask(auth, basic("noc", "first-word"))).status)
        return statuses

    assert asyncio.run(words()) == [200, 401, 200]


def test_an_ended_credential_is_wrong_although_it_is_remembered(room: InnerApp) -> None:
    """The end is looked at with every request, not with every change of the file."""
    seconds = HandClock(NOW.timestamp())
    ends = NOW + timedelta(hours=1)
    auth = AuthMiddleware(room, Logins({"ops": operator("pass:word", expires=ends)}), now=seconds)

    async def words() -> list[int]:
        statuses = []
        for later in (0, 3599, 1):
            seconds.at += later
            statuses.append((await ask(auth, RIGHT)).status)
        return statuses

    assert asyncio.run(words()) == [200, 200, 401]


def test_a_user_asks_from_its_networks_only(room: InnerApp) -> None:
    """From elsewhere the right password is wrong, remembered or not."""
    logins = Logins({"ops": operator("pass:word", networks=("192.0.2.0/24", "2001:db8::/32"))})
    auth = AuthMiddleware(room, logins)
    asked = ["192.0.2.9", "198.51.100.1", "2001:db8::7", "::ffff:192.0.2.9", ""]

    statuses = [asyncio.run(ask(auth, RIGHT, address=address)).status for address in asked]

    assert statuses == [200, 401, 200, 200, 401]


def test_a_forwarded_address_counts_from_a_trusted_proxy_only(room: InnerApp) -> None:
    """Anybody can write the header."""
    logins = Logins({"ops": operator("pass:word", networks=("192.0.2.0/24",))})
    auth = AuthMiddleware(room, logins, trusted=networks(["10.0.0.0/8"]))
    forwarded = [(b"x-forwarded-for", b"192.0.2.9")]

    by_proxy = asyncio.run(ask(auth, RIGHT, address="10.0.0.1", headers=forwarded))
    by_anybody = asyncio.run(ask(auth, RIGHT, address="203.0.113.1", headers=forwarded))

    assert (by_proxy.status, by_anybody.status) == (200, 401)


def test_the_last_use_is_noted_once_a_minute(
    room: InnerApp, file: UsersFile, clock: HandClock
) -> None:
    """With the address, for the command that lists credentials; never on the way of a request."""
    noted: list[Use] = []
    uses = Batches[Use](lambda batch, _: noted.extend(batch), "uses", every_s=3600)
    auth = AuthMiddleware(room, Logins({}, file), uses=uses, clock=clock)

    async def words() -> None:
        for later in (0, 30, 31, 1):
            clock.at += later
            await ask(auth, basic("noc", "first-word"), address="192.0.2.5")

    asyncio.run(words())
    uses.close()

    assert [(u.user, u.credential, u.address) for u in noted] == [("noc", 1, "192.0.2.5")] * 2


def test_guesses_from_one_address_are_delayed_more_and_more(
    auth: AuthMiddleware, clock: HandClock
) -> None:
    """Five are free; then each costs twice the wait, which Retry-After tells."""

    async def words() -> tuple[list[str | None], list[int]]:
        waits: list[str | None] = []
        early: list[int] = []
        for n in range(14):
            wrong = await ask(auth, basic("ops", f"guess {n}"))
            assert wrong.status == 401
            waits.append(wrong.headers.get("retry-after"))
            if waits[-1] is not None:
                early.append((await ask(auth, basic("ops", f"early {n}"))).status)
                clock.at += float(waits[-1])
        return waits, early

    waits, early = asyncio.run(words())

    assert waits == [None] * 5 + ["1", "2", "4", "8", "16", "32", "64", "128", "256"]
    assert set(early) == {429}


def test_ten_thousand_guesses_cost_a_handful_of_checks(
    auth: AuthMiddleware, hasher: Noting
) -> None:
    """What is throttled never comes to Argon2, and what was right before goes by without it."""

    async def words() -> tuple[list[int], int]:
        await ask(auth, RIGHT)
        guesses = [basic("ops", f"guess {n}") for n in range(10_000)]
        statuses = [(await ask(auth, told, address="192.0.2.66")).status for told in guesses]
        before = len(hasher.verified)
        right = await ask(auth, RIGHT, address="192.0.2.66")
        assert right.status == 200
        return statuses, len(hasher.verified) - before

    statuses, cost = asyncio.run(words())

    assert cost == 0
    assert statuses.count(401) + statuses.count(429) == 10_000
    assert len(hasher.verified) <= 8


def test_a_right_password_waits_for_one_guess_at_most(auth: AuthMiddleware, hasher: Noting) -> None:
    """Ten thousand guesses at once, of a hundred addresses; one that was here before goes first.

    Its first check after a restart costs its own Argon2 and the rest of the one under way: twice
    at most. Whoever was never here takes turns with the addresses that guess.
    """
    auth._guesses.right("ops", "192.0.2.1")

    async def words() -> tuple[int, int, list[int]]:
        guesses = [
            asyncio.ensure_future(
                ask(auth, basic(f"user{n % 7}", f"guess {n}"), address=f"198.51.100.{n % 100}")
            )
            for n in range(10_000)
        ]
        await asyncio.sleep(0)
        before = len(hasher.verified)
        right = await ask(auth, RIGHT)
        cost = len(hasher.verified) - before
        statuses = [answered.status for answered in await asyncio.gather(*guesses)]
        return right.status, cost, statuses

    status, cost, statuses = asyncio.run(words())

    assert status == 200
    assert cost <= 2
    assert set(statuses) == {401, 429}


def test_who_logged_in_from_here_is_not_kept_out_by_a_neighbour(
    auth: AuthMiddleware, room: InnerApp, hasher: Noting, file: UsersFile, clock: HandClock
) -> None:
    """Behind one proxy all have one address; the guesses of one do not lock out others.

    Also after a restart: the file tells from where a credential was last used.
    """
    file.note_uses([Use(user="noc", credential=1, at=NOW, address="192.0.2.1")])
    auth = AuthMiddleware(
        room, Logins({"ops": operator("pass:word")}, file), hasher=hasher, clock=clock, hold_s=0.0
    )

    async def words() -> list[int]:
        for n in range(10):
            await ask(auth, basic("ops", f"guess {n}"))
        stranger = await ask(auth, basic("ops", "pass:word"))
        return [stranger.status, (await ask(auth, basic("noc", "first-word"))).status]

    assert asyncio.run(words()) == [429, 200]


def test_guesses_at_one_name_from_everywhere_are_delayed(auth: AuthMiddleware) -> None:
    """No address guesses twice, and still the name is closed for a while."""

    async def words() -> list[int]:
        asked = [(f"198.51.100.{n}", basic("ops", f"guess {n}")) for n in range(25)]
        return [(await ask(auth, told, address=address)).status for address, told in asked]

    statuses = asyncio.run(words())

    assert statuses[:21] == [401] * 21
    assert set(statuses[21:]) == {429}


def test_a_flood_is_turned_away_not_queued_for_ever(auth: AuthMiddleware) -> None:
    """What waits is bounded, and it is told to come back."""

    async def words() -> list[int]:
        guesses = [
            ask(auth, basic("ops", f"{n}"), address=f"198.51.{n % 50}.1") for n in range(6000)
        ]
        return [answered.status for answered in await asyncio.gather(*guesses)]

    statuses = asyncio.run(words())

    assert statuses.count(429) >= 5000
    assert set(statuses) == {401, 429}


def test_a_refusal_after_many_guesses_is_held_back(room: InnerApp) -> None:
    """Who guesses on one connection guesses slowly; others do not wait meanwhile."""
    auth = AuthMiddleware(room, Logins({"ops": operator("pass:word")}), hold_s=3600.0)

    async def words() -> tuple[bool, int]:
        await ask(auth, RIGHT, address="192.0.2.1")
        for n in range(6):
            await ask(auth, basic("ops", f"guess {n}"), address="192.0.2.66")
        held = asyncio.ensure_future(ask(auth, basic("ops", "one more"), address="192.0.2.66"))
        right = await ask(auth, RIGHT, address="192.0.2.1")
        is_held = not held.done()
        held.cancel()
        return is_held, right.status

    assert asyncio.run(words()) == (True, 200)


def test_a_web_socket_is_refused(auth: AuthMiddleware, room: InnerApp) -> None:
    """Nothing speaks it, and it would come past the authentication."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(auth({"type": "websocket", "path": "/2.6/"}, None, send))

    assert sent == [{"type": "websocket.close", "code": 1008}]
    assert room.states == []


def test_what_is_open_is_answered_without_a_login(room: InnerApp) -> None:
    """Exactly the paths that are named, and with nobody as viewer."""
    auth = AuthMiddleware(room, Logins({}), open_paths=("/open",))

    statuses = [asyncio.run(ask(auth, path=path)).status for path in ("/open", "/open/more", "/")]

    assert statuses == [200, 401, 401]
    assert "viewer" not in room.states[0]
