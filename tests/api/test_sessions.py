"""Log-ins of browsers: what a cookie opens, from where, for how long, and what ends it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from tests.access.played import Clock, Recordings, unchanging
from tests.api.served import CHEAP, ONE_SWITCH, OPERATOR, PROVIDER, USERS, serve

from techinfo.access.logins import Logins
from techinfo.api.app import create_app
from techinfo.api.asgi.client import networks
from techinfo.api.asgi.sessions import COOKIE, SECURE_COOKIE, Sessions
from techinfo.api.errors import ApiError
from techinfo.config import User
from techinfo.store.sessions import SessionsFile

SESSIONS, STATUS = "/techinfo/v1/sessions", "/techinfo/v1/status"
BY_TLS = {"X-Forwarded-Proto": "https"}
HERE = {"Origin": "http://techinfo.test"}
Words = Callable[[httpx.AsyncClient], Awaitable[Any]]


@dataclass
class Browsed:
    """A service with sessions, asked as a browser asks: by cookie, without a password."""

    clock: Clock
    logins: Logins
    file: SessionsFile
    trusted: tuple[str, ...] = ()

    def talk(self, words: Words, base_url: str = "http://techinfo.test") -> Any:
        """Ask several things, with one jar of cookies."""
        served = serve(unchanging(ONE_SWITCH), Recordings().open)
        state = served.app.state.app_state
        sessions = Sessions(self.logins, self.file, now=self.clock)
        middleware = replace(
            state.middleware,
            logins=self.logins,
            sessions=sessions,
            trusted_proxies=networks(self.trusted),
        )
        served.app = create_app(replace(state, middleware=middleware))

        async def browsed(client: httpx.AsyncClient) -> Any:
            client.auth = httpx.Auth()
            client.base_url = httpx.URL(base_url)
            return await words(client)

        return served.talk(browsed)


@pytest.fixture
def browsed() -> Browsed:
    """Sessions in memory, and a clock that stands still."""
    return Browsed(Clock(), Logins(USERS), SessionsFile.in_memory())


async def log_in(client: httpx.AsyncClient, whose: tuple[str, str] = OPERATOR) -> httpx.Response:
    """A session, whose cookie the client keeps."""
    return await client.post(SESSIONS, auth=whose)


def test_a_session_opens_the_public_api(browsed: Browsed) -> None:
    """With the rights of its user, and no others; without it there is a 401."""

    async def words(client: httpx.AsyncClient) -> list[Any]:
        before = await client.get(STATUS)
        begun = await log_in(client, PROVIDER)
        after = await client.get(STATUS)
        return [before.status_code, begun.status_code, begun.json()["user"], after.status_code,
                "version" in after.json()]  # fmt: skip

    assert browsed.talk(words) == [401, 201, "isp", 200, False]


def test_a_wrong_password_begins_no_session(browsed: Browsed) -> None:
    """It is refused as everywhere, and no cookie is given."""

    async def words(client: httpx.AsyncClient) -> httpx.Response:
        return await log_in(client, ("ops", "guess"))

    answer = browsed.talk(words)
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers
    assert browsed.file.of("ops") == ()


def test_a_session_begins_no_other(browsed: Browsed) -> None:
    """Who has found an open browser cannot make it last."""

    async def words(client: httpx.AsyncClient) -> int:
        await log_in(client)
        return (await client.post(SESSIONS, headers=HERE)).status_code

    assert browsed.talk(words) == 403


@pytest.mark.parametrize(
    ("base_url", "trusted", "headers", "name", "secure"),
    [
        ("http://techinfo.test", (), {}, COOKIE, False),
        ("https://techinfo.test", (), {}, SECURE_COOKIE, True),
        ("http://techinfo.test", ("127.0.0.1/32",), BY_TLS, SECURE_COOKIE, True),
        ("http://techinfo.test", (), BY_TLS, COOKIE, False),
        ("http://techinfo.test", ("192.0.2.0/24",), BY_TLS, COOKIE, False),
    ],
)  # fmt: skip
def test_the_cookie_is_for_this_host_and_no_script(
    browsed: Browsed,
    base_url: str,
    trusted: tuple[str, ...],
    headers: dict[str, str],
    name: str,
    secure: bool,
) -> None:
    """Under TLS, with us or with a proxy that is trusted, it goes over nothing else."""
    browsed.trusted = trusted

    async def words(client: httpx.AsyncClient) -> str:
        begun = await client.post(SESSIONS, auth=OPERATOR, headers=headers)
        return str(begun.headers["set-cookie"])

    first, *attributes = browsed.talk(words, base_url).split("; ")
    assert first.startswith(f"{name}=")
    assert len(first) > len(name) + 40
    wanted = {"Path=/", "HttpOnly", "SameSite=Strict"}
    assert set(attributes) == wanted | ({"Secure"} if secure else set())


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": "http://evil.test"},
        {"Origin": "http://techinfo.test.evil.test"},
        {"Origin": "http://evil.test/http://techinfo.test"},
        {"Origin": "http://techinfo.test:8080"},
        {"Origin": "http://techinfo.test@evil.test"},
        {"Origin": "http://[::1"},
        {"Origin": "\xff"},
    ],
)
def test_what_changes_anything_comes_from_a_page_of_this_host(
    browsed: Browsed, headers: dict[str, str]
) -> None:
    """A form of another site, or one that does not say where it is from, ends no session."""

    async def words(client: httpx.AsyncClient) -> tuple[int, int]:
        await log_in(client)
        encoded = {name.encode(): value.encode("latin-1") for name, value in headers.items()}
        refused = await client.delete(SESSIONS, headers=encoded)
        return refused.status_code, (await client.get(STATUS)).status_code

    assert browsed.talk(words) == (403, 200)


def test_an_origin_without_tls_is_another_under_tls(browsed: Browsed) -> None:
    """What was sent over the open network may be anybody's."""

    async def words(client: httpx.AsyncClient) -> tuple[int, int]:
        await log_in(client)
        refused = await client.delete(SESSIONS, headers=HERE)
        ended = await client.delete(SESSIONS, headers={"Origin": "https://techinfo.test"})
        return refused.status_code, ended.status_code

    assert browsed.talk(words, "https://techinfo.test") == (403, 204)


def test_a_password_needs_no_origin(browsed: Browsed) -> None:
    """No browser sends one by itself that it was not given for this."""

    async def words(client: httpx.AsyncClient) -> int:
        return (await client.delete(SESSIONS, auth=OPERATOR)).status_code

    assert browsed.talk(words) == 204


@pytest.mark.parametrize(
    ("steps_s", "open_"),
    [([3500], True), ([3600], False), ([3500] * 12, True), ([3500] * 13, False)],
)
def test_a_session_ends_idle_or_old(browsed: Browsed, steps_s: list[int], open_: bool) -> None:
    """After an hour without a request, and after twelve hours all the same."""

    async def words(client: httpx.AsyncClient) -> list[int]:
        await log_in(client)
        statuses = []
        for step in steps_s:
            browsed.clock.go_on(step)
            statuses.append((await client.get(STATUS)).status_code)
        return statuses

    assert browsed.talk(words)[-1] == (200 if open_ else 401)


def test_no_browser_is_asked_for_a_password_by_a_dialog(browsed: Browsed) -> None:
    """A script whose session has ended is told so, and no Basic is wanted."""

    async def words(client: httpx.AsyncClient) -> str:
        await log_in(client)
        browsed.clock.go_on(7200)
        return str((await client.get(STATUS)).headers["www-authenticate"])

    assert "Basic" not in browsed.talk(words)


def test_a_session_ends_with_its_user(browsed: Browsed) -> None:
    """Who is denied is not let in by a browser that is still open."""

    async def words(client: httpx.AsyncClient) -> list[int]:
        await log_in(client)
        statuses = [(await client.get(STATUS)).status_code]
        browsed.logins.deny(["ops"])
        statuses.append((await client.get(STATUS)).status_code)
        return statuses

    assert browsed.talk(words) == [200, 401]


def test_a_session_ends_with_its_password(browsed: Browsed) -> None:
    """A new password ends what began with the old one."""
    changed = {"ops": User(role="operator", password_hash=SecretStr(CHEAP.hash("another")))}
    sessions = Sessions(browsed.logins, browsed.file, now=browsed.clock)

    token, _ = sessions.begin(browsed.logins.of("ops")[0], address="", agent="")

    assert sessions.use(token, "").login.viewer.name == "ops"
    with pytest.raises(ApiError, match="ended"):
        Sessions(Logins(changed), browsed.file, now=browsed.clock).use(token, "")


def test_each_sees_and_ends_their_own_sessions(browsed: Browsed) -> None:
    """One, or all; another's cannot even be told from what is not there."""

    async def words(client: httpx.AsyncClient) -> list[Any]:
        other = await log_in(client, PROVIDER)
        first = (await log_in(client)).json()["id"]
        await log_in(client)
        told = (await client.get(SESSIONS)).json()
        foreign = await client.delete(f"{SESSIONS}/{other.json()['id']}", headers=HERE)
        nobodys = await client.delete(f"{SESSIONS}/{'0' * 16}", headers=HERE)
        one = await client.delete(f"{SESSIONS}/{first}", headers=HERE)
        left = (await client.get(SESSIONS)).json()["sessions"]
        out = await client.delete(f"{SESSIONS}/current", headers=HERE)
        return [
            len(told["sessions"]), [x["current"] for x in told["sessions"]].count(True),
            (foreign.status_code, foreign.json()) == (nobodys.status_code, nobodys.json()),
            one.status_code, "set-cookie" in one.headers, len(left),
            out.status_code, "Max-Age=0" in out.headers["set-cookie"],
            (await client.get(STATUS)).status_code,
        ]  # fmt: skip

    assert browsed.talk(words) == [2, 1, True, 204, False, 1, 204, True, 401]
    assert len(browsed.file.of("isp")) == 1


def test_two_cookies_of_the_name_are_none(browsed: Browsed) -> None:
    """One of them was put there by somebody else."""

    async def words(client: httpx.AsyncClient) -> int:
        begun = await log_in(client)
        mine = begun.headers["set-cookie"].split(";")[0]
        client.cookies.clear()
        return (await client.get(STATUS, headers={"Cookie": f"{mine}; {COOKIE}=x"})).status_code

    assert browsed.talk(words) == 401


def test_the_file_opens_nothing(tmp_path: Path) -> None:
    """Who reads it, or a back-up of it, has no token; sessions outlive a restart."""
    path, clock = tmp_path / "sessions.sqlite", Clock()
    with SessionsFile.open(path) as file:
        login = Logins(USERS).of("ops")[0]
        sessions = Sessions(Logins(USERS), file, now=clock)
        token, _ = Sessions(Logins(USERS), file, now=clock).begin(
            login, address="", agent="x" * 999
        )
        for _ in range(30):
            sessions.begin(login, address="", agent="")
            clock.go_on(1)

    assert token.encode() not in path.read_bytes()
    with SessionsFile.open(path) as file:
        kept = file.of("ops")
        assert len(kept) == 20
        assert file.drop_old(created_before=clock.at, used_before=clock.at) == 20
        assert file.drop_old(created_before=clock.at - timedelta(1), used_before=clock.at) == 0


def test_without_a_page_there_are_no_sessions(browsed: Browsed) -> None:
    """``[page] enabled = false``: no log-in by cookie, and one from before opens nothing."""
    served = serve(unchanging(ONE_SWITCH), Recordings().open)
    state = served.app.state.app_state
    sessions = Sessions(browsed.logins, browsed.file, now=browsed.clock)
    token, _ = sessions.begin(browsed.logins.of("ops")[0], address="", agent="")
    served.app = create_app(replace(state, middleware=replace(state.middleware, sessions=None)))

    async def words(client: httpx.AsyncClient) -> tuple[int, int]:
        begun = await client.post(SESSIONS)
        client.auth = httpx.Auth()
        kept = await client.get(STATUS, headers={"Cookie": f"{COOKIE}={token}"})
        return begun.status_code, kept.status_code

    assert served.talk(words) == (501, 401)
