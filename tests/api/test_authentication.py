"""Who may ask: Basic authentication, and what a wrong one learns."""

from __future__ import annotations

import base64
from pathlib import Path

import httpx
import pytest
from tests.access.played import Recordings, stocked
from tests.api.served import ServedApi, serve

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


@pytest.fixture
def served(tmp_path: Path) -> ServedApi:
    """A service whose inventory is empty: who gets past the door meets 404."""
    return serve(stocked(tmp_path, "accesses: []"), Recordings().open)


@pytest.mark.parametrize("path", QUESTIONS)
def test_without_credentials_nothing_is_answered(served: ServedApi, path: str) -> None:
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
def test_malformed_and_wrong_credentials_are_401(served: ServedApi, header: bytes) -> None:
    """Whatever is wrong with them, in the form of every error, and never 500."""
    answer = served.get(URL, headers=[(b"Authorization", header)], auth=httpx.Auth())

    assert answer.status_code == 401
    assert answer.json()["code"] == "unauthorised"
    assert "WWW-Authenticate" in answer.headers


def test_two_authorization_headers_are_none(served: ServedApi) -> None:
    """Which of them a proxy has looked at, nobody knows."""
    right = basic(b"ops:pass:word").encode()
    headers = [(b"Authorization", right), (b"Authorization", right)]

    assert served.get(URL, headers=headers, auth=httpx.Auth()).status_code == 401


@pytest.mark.parametrize("header", ["basic {}", "BASIC {}", "Basic   {} "])
def test_the_scheme_is_read_in_any_case(served: ServedApi, header: str) -> None:
    """RFC 7617: the scheme has no case, and blanks do not matter."""
    told = header.format(basic(b"ops:pass:word").split()[1])

    answer = served.get(URL, headers={"Authorization": told}, auth=httpx.Auth())

    assert answer.status_code == 404
