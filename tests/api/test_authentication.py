"""Who may ask: Basic authentication, and what a wrong one learns."""

from __future__ import annotations

import asyncio
import base64
from pathlib import Path
from typing import Literal

import httpx
import pytest
from argon2 import PasswordHasher
from tests.api.served import CHEAP, OPERATOR, USERS, House, house
from tests.service.played import Recordings, stocked

from techinfo.api.auth import Doorkeeper, User
from techinfo.api.problems import ApiError
from techinfo.service.viewer import Viewer

URL = "/onapi/2.6/tech/access/A-1/hardware"
QUESTIONS = [
    "/2.6/tech/access/A-1/hardware",
    "/2.6/tech/A-1/access/hardware",
    "/2.6/tech/access/A-1/link/status",
    "/2.6/tech/access/A-1/link/macaddresstable",
    "/2.6/tech/access/A-1/link/leaseinfo",
    "/2.6/tech/access/A-1/link/igmpsnooping",
    "/2.6/tech/cpe/A-1/status",
    "/2.6/tech/access/A-1",
    "/2.6/accesses",
    "/2.6/accesses/A-1",
    "/2.6/openapi.json",
]


def basic(text: bytes) -> str:
    """The header for these octets."""
    return "Basic " + base64.b64encode(text).decode()


class Noting(PasswordHasher):
    """Argon2 that notes against which hashes it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.verified: list[str] = []

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002 - argon2's own spelling
        """Verify, and note it."""
        self.verified.append(str(hash))
        return super().verify(hash, password)


@pytest.fixture
def served(tmp_path: Path) -> House:
    """A service whose inventory is empty: who gets past the door meets 404."""
    return house(stocked(tmp_path, "accesses: []"), Recordings().open)


@pytest.mark.parametrize("path", QUESTIONS)
def test_without_credentials_nothing_is_answered(served: House, path: str) -> None:
    """Every endpoint, the OpenAPI document too, says 401 and how to ask."""

    async def words(client: httpx.AsyncClient) -> httpx.Response:
        return await client.get(path, auth=httpx.Auth())

    answer = served.talk(words)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Basic realm="techinfo", charset="UTF-8"'
    assert answer.json() == {
        "cause": "give user and password",
        "code": "unauthorised",
        "retryable": False,
    }


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"Basic",
        b"Basic ",
        b"Bearer abc",
        b"Basic !!!!",
        b"Basic b3BzOnBhc3M",  # padding cut
        b"Basic \xe9\xe9\xe9\xe9",
        b"Basic " + base64.b64encode(b"ops"),  # no colon
        b"Basic " + base64.b64encode(b"\xff\xfe:x"),
        b"Basic " + base64.b64encode(b"ops:"),
        b"Basic " + base64.b64encode(b":pass:word"),
        b"Basic " + base64.b64encode(b"ops\x00:pass:word"),
        b"Basic " + base64.b64encode(b"OPS:pass:word"),
        b"Basic " + base64.b64encode(b"ops:pass:word\n"),
        b"Basic " + base64.b64encode(b"o:" + b"x" * 60_000),
        b"Basic " + base64.b64encode(b"ops:pass:word") + b", " + b"Basic abcd",
        b"Digest username=ops",
    ],
)
def test_malformed_and_wrong_credentials_are_401(served: House, header: bytes) -> None:
    """Whatever is wrong with them, in the form of every error, and never 500."""
    answer = served.get(URL, headers=[(b"Authorization", header)], auth=httpx.Auth())

    assert answer.status_code == 401
    assert answer.json()["code"] == "unauthorised"
    assert "WWW-Authenticate" in answer.headers


def test_two_authorization_headers_are_none(served: House) -> None:
    """Which of them a proxy has looked at, nobody knows."""
    right = basic(b"ops:pass:word").encode()
    headers = [(b"Authorization", right), (b"Authorization", right)]

    assert served.get(URL, headers=headers, auth=httpx.Auth()).status_code == 401


@pytest.mark.parametrize("header", ["basic {}", "BASIC {}", "Basic   {} "])
def test_the_scheme_is_read_in_any_case(served: House, header: str) -> None:
    """RFC 7617: the scheme has no case, and blanks do not matter."""
    told = header.format(basic(b"ops:pass:word").split()[1])

    answer = served.get(URL, headers={"Authorization": told}, auth=httpx.Auth())

    assert answer.status_code == 404


def test_a_password_may_hold_a_colon_and_more_than_ascii() -> None:
    """RFC 7617: the first colon divides, and the text is UTF-8."""
    name, password = "åsa", "smörgås:ä"
    users = {name: User(name, "operator", CHEAP.hash(password))}

    user = asyncio.run(Doorkeeper(users).viewer(basic(f"{name}:{password}".encode())))

    assert user.name == name


def test_right_credentials_are_checked_once() -> None:
    """A hundred requests at once, and all that follow, cost one Argon2."""
    hasher = Noting()
    doorkeeper = Doorkeeper(USERS, hasher)
    header = basic(":".join(OPERATOR).encode())

    async def ask() -> None:
        await asyncio.gather(*(doorkeeper.viewer(header) for _ in range(100)))
        await doorkeeper.viewer(header)

    asyncio.run(ask())

    assert len(hasher.verified) == 1


def test_wrong_credentials_asked_again_cost_nothing() -> None:
    """A client with an old password does not keep Argon2 busy."""
    hasher = Noting()
    doorkeeper = Doorkeeper(USERS, hasher)

    async def ask() -> list[BaseException | Viewer]:
        header = basic(b"ops:old")
        return await asyncio.gather(
            *(doorkeeper.viewer(header) for _ in range(20)), return_exceptions=True
        )

    refused = asyncio.run(ask())

    assert all(isinstance(r, ApiError) and r.status == 401 for r in refused)
    assert len(hasher.verified) == 1


def test_an_unknown_user_costs_what_a_known_one_does() -> None:
    """Nobody's hash has the parameters of the users' hashes, so that time does not tell."""
    hasher = Noting()
    doorkeeper = Doorkeeper(USERS, hasher)

    async def ask() -> None:
        for told in (b"ops:wrong", b"nobody:wrong"):
            with pytest.raises(ApiError):
                await doorkeeper.viewer(basic(told))

    asyncio.run(ask())

    known, unknown = (hash_.rsplit("$", 2)[0] for hash_ in hasher.verified)
    assert known == unknown


def test_a_flood_of_guesses_is_turned_away() -> None:
    """More than can be checked are told to come back, not queued for ever."""
    doorkeeper = Doorkeeper(USERS)

    async def ask() -> list[BaseException | Viewer]:
        guesses = (basic(f"ops:{n}".encode()) for n in range(1100))
        asked = [asyncio.ensure_future(doorkeeper.viewer(g)) for g in guesses]
        await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
        for guess in asked:
            guess.cancel()
        return await asyncio.gather(*asked, return_exceptions=True)

    turned_away = [r for r in asyncio.run(ask()) if isinstance(r, ApiError) and r.status == 503]

    assert len(turned_away) == 100
    assert turned_away[0].code == "busy"
    assert turned_away[0].retryable
    assert turned_away[0].headers["Retry-After"].isdigit()
