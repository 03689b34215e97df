"""API keys of scripts: what they open, from where, and what ends them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from tests.access.played import Clock
from tests.api.served import CHEAP
from tests.api.test_audit import Book
from tests.api.test_tokens import GRANT, SEARCH, STATUS, Given

from techinfo.access.logins import KEY_PREFIX, Logins, digest_of
from techinfo.access.viewer import Scope
from techinfo.api.asgi.token_request import TOKEN_PATH
from techinfo.store.tokens import TokensFile
from techinfo.store.user_records import StoredUser
from techinfo.store.users import UsersFile

KEY = f"{KEY_PREFIX}of-a-script"


@dataclass
class Keyed:
    """A service over a users' file, and the same file in another process."""

    others: UsersFile
    logins: Logins
    key: int
    seconds: list[float] = field(default_factory=lambda: [0.0])

    def ask(self, *between: Callable[[], None], **headers: str) -> list[httpx.Response]:
        """Ask twice; a second goes by in between."""
        service = Given(Clock(), self.logins, TokensFile.in_memory())
        told = {"Authorization": f"Bearer {KEY}"} | headers

        async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
            answers = [await client.get(STATUS, headers=told)]
            for step in between:
                step()
            self.seconds[0] += 1.0
            answers += [await client.get(path, headers=told) for path in (STATUS, SEARCH)]
            session = await client.post("/techinfo/v1/sessions", headers=told)
            token = await client.post(TOKEN_PATH, headers=told, data=GRANT)
            password = await client.get(STATUS, auth=("noc", KEY))
            return [*answers, session, token, password]

        found: list[httpx.Response] = service.talk(words)
        return found


def made(file: UsersFile, **more: datetime) -> int:
    """A key for one thing."""
    now = datetime.now(UTC)
    return file.add_credential(
        "noc", digest_of(KEY), label="", now=now, scopes=Scope.TECH_READ.value, **more
    )


@pytest.fixture
def keyed(tmp_path: Path) -> Iterator[Keyed]:
    """A user with a password and a key."""
    path, now, seconds = tmp_path / "users.sqlite", datetime.now(UTC), [0.0]
    with UsersFile.open(path) as others, UsersFile.open(path) as own:
        others.add(StoredUser(name="noc", role="provider", provider="isp", created=now))
        others.add_credential("noc", CHEAP.hash("word-of-noc"), label="", now=now)
        key = made(others)
        logins = Logins({}, own, monotonic=lambda: seconds[0])
        yield Keyed(others, logins, key, seconds)


def test_a_key_opens_what_it_is_for(keyed: Keyed) -> None:
    """And neither anything else, nor a session, nor a token; as a password it is none."""
    first, second, search, *others = keyed.ask()

    assert (first.status_code, second.status_code) == (200, 200)
    assert (search.status_code, search.json()["code"]) == (403, "insufficient_scope")
    assert 'scope="lookup.read"' in search.headers["www-authenticate"]
    assert [x.status_code for x in others] == [403, 401, 401]


@pytest.mark.parametrize(
    "take_back",
    [
        lambda file, key: file.revoke("noc", key, datetime.now(UTC)),
        lambda file, _: file.disable("noc", datetime.now(UTC)),
        lambda file, _: file.remove("noc"),
        lambda file, _: file.restrict("noc", ["192.0.2.0/24"]),
    ],
)
def test_a_key_ends_within_a_second(
    keyed: Keyed, take_back: Callable[[UsersFile, int], None]
) -> None:
    """Whatever takes it back, in another process; the answer says that it is the key."""
    first, second, *_ = keyed.ask(lambda: take_back(keyed.others, keyed.key))

    assert (first.status_code, second.status_code) == (200, 401)
    assert 'error="invalid_token"' in second.headers["www-authenticate"]


def test_a_key_ends_by_itself(tmp_path: Path) -> None:
    """At its time, though the file does not change then."""
    path, now = tmp_path / "users.sqlite", datetime.now(UTC)
    with UsersFile.open(path) as file:
        file.add(StoredUser(name="noc", role="provider", provider="isp", created=now))
        made(file, expires=now + timedelta(hours=1))
        login = Logins({}, file).by_api_key(KEY)
    assert login is not None
    assert login.holds("", now.timestamp() + 3599)
    assert not login.holds("", now.timestamp() + 3600)


def test_no_key_costs_a_password(keyed: Keyed) -> None:
    """A wrong password is not checked against the keys, of which there may be many."""
    for n in range(49):
        keyed.others.add_credential(
            "noc", digest_of(str(n)), label="", now=datetime.now(UTC), scopes="tech.read"
        )
    keyed.seconds[0] += 2.0
    keyed.logins.refresh()

    assert keyed.logins.most == 1
    assert len(keyed.logins.passwords_of("noc")) == 1
    with pytest.raises(Exception, match="may have no more"):
        made(keyed.others)
    keyed.others.add_credential("noc", CHEAP.hash("second"), label="", now=datetime.now(UTC))


def test_what_a_key_asks_is_its_users(keyed: Keyed) -> None:
    """In the audit log; the key stands nowhere."""
    book = Book()
    service = Given(Clock(), keyed.logins, TokensFile.in_memory(), book)

    async def words(client: httpx.AsyncClient) -> None:
        await client.get(STATUS, headers={"Authorization": f"Bearer {KEY}"})
        await client.get(STATUS, headers={"Authorization": f"Bearer {KEY}x"})

    service.talk(words)
    entries = book.read()
    assert sorted((e.user, e.status) for e in entries) == [("", 401), ("noc", 200)]
    assert KEY not in repr(entries)
