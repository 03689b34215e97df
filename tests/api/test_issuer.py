"""Tokens of another issuer, which is Authlib's own server: what they open, and what ends them."""

from __future__ import annotations

import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from tests.access.played import Recordings, unchanging
from tests.api.issuing import AUDIENCE, NAME, Client, Issuing, issuing
from tests.api.served import CHEAP, ONE_SWITCH, USERS, serve
from tests.api.test_tokens import SEARCH, STATUS

from techinfo.access.logins import Logins
from techinfo.api.app import create_app
from techinfo.api.asgi.issuer import Issuer
from techinfo.config import IssuerSettings
from techinfo.store.user_records import StoredUser
from techinfo.store.users import UsersFile

SECRET = "planted-word"  # noqa: S105 - of a test
Words = Callable[[httpx.AsyncClient], Awaitable[Any]]


@dataclass
class Place:
    """A service that takes the tokens of another issuer; both clocks go when they are told to."""

    there: Issuing
    logins: Logins
    seconds: list[float] = field(default_factory=lambda: [0.0])
    settings: dict[str, Any] = field(default_factory=dict)

    def talk(self, words: Words) -> Any:
        """Ask several things, without any other log-in."""
        told = {"issuer": NAME, "jwks_url": f"{self.there.url}/jwks", "audience": AUDIENCE}
        issuer = Issuer(
            IssuerSettings.model_validate(told | self.settings),
            self.logins,
            now=lambda: time.time() + self.seconds[0],
            clock=lambda: self.seconds[0],
        )
        served = serve(unchanging(ONE_SWITCH), Recordings().open)
        state = served.app.state.app_state
        middleware = replace(state.middleware, logins=self.logins, issuer=issuer)
        served.app = create_app(replace(state, middleware=middleware))

        async def asked(client: httpx.AsyncClient) -> Any:
            client.auth = httpx.Auth()
            return await words(client)

        return served.talk(asked)

    def statuses(self, *tokens: str, path: str = STATUS) -> list[int]:
        """Of the same question by several tokens."""

        async def words(client: httpx.AsyncClient) -> list[int]:
            return [(await ask(client, token, path)).status_code for token in tokens]

        found: list[int] = self.talk(words)
        return found


async def ask(client: httpx.AsyncClient, token: str, path: str = STATUS) -> httpx.Response:
    """By a token."""
    return await client.get(path, headers={"Authorization": f"Bearer {token}"})


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuing]:
    """With three clients, of which one is no user here and one wants another service."""
    nobody, elsewhere = Client("nobody", SECRET), Client("ops", SECRET, "https://else.example")
    with issuing(Client("isp", SECRET), nobody, elsewhere) as there:
        yield there


@pytest.fixture
def place(issuer: Issuing) -> Place:
    """Over the users of a configuration."""
    issuer.asked.clear()
    return Place(issuer, Logins(USERS))


def test_a_token_opens_what_its_scopes_name(place: Place) -> None:
    """As its user, and nothing else; the keys are read once."""
    token = place.there.token("isp", "tech.read")

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        paths = (STATUS, "/2.6/tech/access/A-1/link/status", SEARCH, "/techinfo/v1/sessions")
        return [await ask(client, token, path) for path in paths]

    status, link, search, sessions = place.talk(words)
    assert status.status_code == 200
    assert (link.status_code, link.json()["code"]) == (403, "forbidden")  # it holds nothing there
    for refused in (search, sessions):
        assert (refused.status_code, refused.json()["code"]) == (403, "insufficient_scope")
    assert place.there.asked == ["/jwks"]


def test_no_right_comes_with_a_token(place: Place) -> None:
    """Neither a user who is not here, nor orders for an operator, nor what is for others."""
    place.there.clients["ops"].audience, before = AUDIENCE, place.there.clients["ops"].audience
    admin = place.there.token("ops", "admin tech.read lookup.read")
    place.there.clients["ops"].audience = before
    tokens = [place.there.token("nobody", "tech.read"), place.there.token("ops", "tech.read")]

    assert place.statuses(*tokens) == [401, 401]
    assert place.statuses(admin, path=SEARCH) == [200]
    assert place.statuses(admin, path="/techinfo/v1/sessions") == [403]


@pytest.mark.parametrize(
    ("settings", "status"),
    [
        ({"users": {"isp": "ops"}}, 200),
        ({"users": {"other": "ops"}}, 401),
        ({"user_claim": "client_id"}, 200),
        ({"user_claim": "email"}, 401),
        ({"types": ["JWT"]}, 401),
        ({"algorithms": ["ES256"]}, 401),
        ({"issuer": "https://issuer.example"}, 401),
    ],
)
def test_the_settings_say_whose_tokens_mean_whom(
    place: Place, settings: dict[str, Any], status: int
) -> None:
    """Letter by letter."""
    place.settings = settings

    assert place.statuses(place.there.token("isp", "tech.read")) == [status]


def forged(place: Place) -> dict[str, str]:
    """What somebody makes who knows everything but the key."""
    now = int(time.time())
    claims = {"iss": NAME, "aud": AUDIENCE, "sub": "isp", "exp": now + 900, "scope": "tech.read"}
    head = {"alg": "RS256", "typ": "at+jwt", "kid": "k0"}
    own = RSAKey.generate_key(2048)
    public = place.there.keys[0].as_pem(private=False)
    right = place.there.token("isp", "tech.read")
    first, _, last = right.split(".")
    other = urlsafe_b64encode(json.dumps(claims | {"sub": "ops"}).encode()).decode().rstrip("=")
    none = urlsafe_b64encode(b'{"alg":"none","typ":"at+jwt"}').decode().rstrip("=")
    shared = urlsafe_b64encode(b'{"alg":"HS256","typ":"at+jwt","kid":"k0"}').decode().rstrip("=")
    mac = hmac.digest(public, f"{shared}.{other}".encode(), "sha256")
    return {
        "of another key": jwt.encode(head, claims, own),
        "with another body": f"{first}.{other}.{last}",
        "unsigned": f"{none}.{other}.",
        "by the public key": f"{shared}.{other}.{urlsafe_b64encode(mac).decode().rstrip('=')}",
        "of no shape": "a.b.c",
        "too long": f"{right}{'x' * 9000}",
    }


def test_what_the_issuer_has_not_signed_opens_nothing(place: Place) -> None:
    """Whoever made it, however it says it is signed."""
    made = forged(place)

    assert dict(zip(made, place.statuses(*made.values()), strict=True)) == dict.fromkeys(made, 401)


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": None},
        {"exp": 1},
        {"exp": "soon"},
        {"nbf": 4_000_000_000},
        {"aud": ["https://else.example"]},
        {"aud": None},
        {"iss": None},
        {"sub": ["isp"]},
        {"sub": ""},
    ],
)
def test_a_token_that_does_not_say_what_it_must_opens_nothing(
    place: Place, claims: dict[str, Any]
) -> None:
    """Though the issuer has signed it."""
    key = place.there.keys[-1]
    head = {"alg": "RS256", "typ": "at+jwt", "kid": key.kid}
    told: dict[str, Any] = {"iss": NAME, "aud": [AUDIENCE], "sub": "isp"}
    told |= {"exp": int(time.time()) + 900, "scope": "tech.read"}
    wrong = {name: value for name, value in (told | claims).items() if value is not None}

    assert place.statuses(jwt.encode(head, wrong, key), jwt.encode(head, told, key)) == [401, 200]


def test_a_token_ends_by_the_issuers_word(place: Place) -> None:
    """As far as both clocks agree."""
    token = place.there.token("isp", "tech.read")

    async def words(client: httpx.AsyncClient) -> list[int]:
        statuses = []
        for later in (0.0, 895.0, 40.0):
            place.seconds[0] += later
            statuses.append((await ask(client, token)).status_code)
        return statuses

    assert place.talk(words) == [200, 200, 401]


def test_a_new_key_is_looked_for_when_a_token_names_it(place: Place) -> None:
    """Not more than twice a minute, whatever tokens name; those of before hold on."""
    first = place.there.token("isp", "tech.read")

    async def words(client: httpx.AsyncClient) -> list[int]:
        statuses = [(await ask(client, first)).status_code]
        place.there.rotate()
        second = place.there.token("isp", "tech.read")
        for later in (0.0, 31.0, 0.0):
            place.seconds[0] += later
            statuses.append((await ask(client, second)).status_code)
        for _ in range(5):
            await ask(client, forged(place)["of another key"])
        return [*statuses, (await ask(client, first)).status_code]

    assert place.talk(words) == [200, 401, 200, 200, 200]
    assert place.there.asked == ["/jwks", "/jwks"]


def test_without_its_keys_nobody_can_tell(place: Place) -> None:
    """503, and not 401; keys that were read hold on for a day."""
    token = place.there.token("isp", "tech.read")
    place.there.lasts_s = 200_000
    long = place.there.token("isp", "tech.read")
    place.there.lasts_s, place.there.broken = 900, True

    async def words(client: httpx.AsyncClient) -> list[tuple[int, str]]:
        found = [await ask(client, token)]
        place.there.broken = False
        place.seconds[0] += 31.0
        found.append(await ask(client, token))
        place.there.broken = True
        for later in (7200.0, 90_000.0):
            place.seconds[0] += later
            found.append(await ask(client, long))
        return [(x.status_code, x.json().get("code", "")) for x in found]

    try:
        told = place.talk(words)
    finally:
        place.there.broken = False
    unknown = (503, "issuer_unavailable")
    assert told == [unknown, (200, ""), (200, ""), unknown]


@pytest.mark.parametrize(
    "octets", [b"[" * 100_000, b"[]", b'{"keys": 1}', b'{"keys": [[], {"kty": []}]}', b"\xff"]
)
def test_a_set_of_keys_that_is_none_is_told_as_such(place: Place, octets: bytes) -> None:
    """503, and a line in the log; the service goes on."""
    token = place.there.token("isp", "tech.read")
    place.there.instead = octets
    try:
        assert place.statuses(token) == [503]
    finally:
        place.there.instead = b""


def test_a_token_ends_with_its_users_credential_a_second_later(
    place: Place, tmp_path: Path
) -> None:
    """Though the issuer has said a later time; and it opens nothing from elsewhere."""
    now, seconds = datetime.now(UTC), [0.0]
    with UsersFile.open(tmp_path / "users.sqlite") as file:
        file.add(StoredUser(name="isp", role="provider", provider="isp", created=now))
        credential = file.add_credential("isp", CHEAP.hash("word"), label="", now=now)
        place.logins = Logins({}, file, monotonic=lambda: seconds[0])
        token = place.there.token("isp", "tech.read")

        async def words(client: httpx.AsyncClient) -> list[int]:
            statuses = [(await ask(client, token)).status_code]
            file.restrict("isp", ["192.0.2.0/24"])
            seconds[0] += 1.0
            statuses.append((await ask(client, token)).status_code)
            file.restrict("isp", [])
            seconds[0] += 1.0
            statuses.append((await ask(client, token)).status_code)
            file.revoke("isp", credential, datetime.now(UTC))
            seconds[0] += 1.0
            return [*statuses, (await ask(client, token)).status_code]

        assert place.talk(words) == [200, 401, 200, 401]


def test_guessing_is_slowed_down_and_a_right_token_is_not(place: Place) -> None:
    """As with tokens of our own."""
    right = place.there.token("isp", "tech.read")

    async def words(client: httpx.AsyncClient) -> list[int]:
        wrong = [(await ask(client, f"a.b{n}.c")).status_code for n in range(60)]
        return [wrong[0], wrong[-1], (await ask(client, right)).status_code]

    assert place.talk(words) == [401, 429, 200]
