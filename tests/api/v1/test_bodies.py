"""Requests that nobody sane sends: refused in the one form, and nothing falls over."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import httpx
import pytest
from tests.api.served import ServedApi
from tests.api.v1.network import BASE, ENGINEER, ISP_A, OPS, cause, over, recordings


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> ServedApi:
    """One service for all: of what is refused nothing is left, and none here changes anything."""
    return over(tmp_path_factory.mktemp("served"), recordings())


_JSON = {"Content-Type": "application/json"}
_MALFORMED: list[bytes] = [
    b"",
    b"{",
    b"null",
    b"[]",
    b'"A-1"',
    b"\xff\xfe",
    b'{"accessId": NaN}',
    b"{}",
    b'{"accessId": 1}',
    b'{"accessId": null}',
    b'{"accessId": ["A-1"]}',
    b'{"accessId": "A 1"}',
    b'{"accessId": ""}',
    b'{"accessId": "../A-1"}',
    b'{"accessId": "A-1\\u0000"}',
    b'{"accessId": "\\ud800"}',
    b'{"accessId": "A-1", "deadline": 0}',
    b'{"accessId": "A-1", "deadline": 31}',
    b'{"accessId": "A-1", "deadline": "3"}',
    b'{"accessId": "A-1", "deadline": 1e999}',
    b'{"accessId": "A-1", "maxAge": -1}',
    b'{"accessId": "A-1", "maxAge": true}',
    b'{"accessId": "A-1", "max_age": 3}',
    b'{"accessId": "' + b"A" * 300 + b'"}',
    b"[" * 2000,
    b'{"a":' * 600 + b"1" + b"}" * 600,
]


@pytest.mark.parametrize("body", _MALFORMED, ids=range(len(_MALFORMED)))
def test_a_malformed_body_is_400(served: ServedApi, body: bytes) -> None:
    """Never 422, never 500."""
    answer = served.request("POST", f"{BASE}/linkinfo", content=body, headers=_JSON, auth=OPS)

    cause(answer, 400, "malformed")


@pytest.mark.parametrize(
    "body",
    [
        {"accessIds": []},
        {"accessIds": ["A-1"] * 201},
        {"accessIds": "A-1"},
        {"accessIds": [1]},
        {"accessIds": ["A" * 256]},
        {"accessIds": [["A-1"]]},
        {"accessIds": ["A-1"], "more": 1},
        {},
    ],
)
def test_a_malformed_batch_is_400(served: ServedApi, body: object) -> None:
    """As a whole: none of its items is answered."""
    answer = served.request("POST", f"{BASE}/batch", json=body, auth=OPS)

    cause(answer, 400, "malformed")


def asked(served: ServedApi, path: str) -> list[httpx.Response]:
    """Two bodies that are too long: one that says so, and one in pieces."""

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" " * 4096

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        where = f"{BASE}/{path}"
        told = await client.post(where, content=b" " * 100_000, headers=_JSON, auth=OPS)
        streamed = await client.post(where, content=pieces(), headers=_JSON, auth=OPS)
        return [told, streamed]

    return served.talk(words)


@pytest.mark.parametrize("path", ["linkinfo", "batch"])
def test_a_body_that_is_too_long_is_413(served: ServedApi, path: str) -> None:
    """However little of it says so beforehand."""
    for answer in asked(served, path):
        cause(answer, 413, "too_large")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
@pytest.mark.parametrize("path", ["linkinfo", "batch"])
def test_another_media_type_is_415(served: ServedApi, path: str, kind: str) -> None:
    """JSON in disguise, too."""
    content = json.dumps({"accessId": "A-1"}).encode()
    headers = {"Content-Type": kind}
    answer = served.request("POST", f"{BASE}/{path}", content=content, headers=headers, auth=OPS)

    cause(answer, 415, "unsupported_media_type")


def test_a_charset_beside_it_is_fine(served: ServedApi) -> None:
    """Clients send it, though JSON has none."""
    headers = {"Content-Type": "Application/JSON; charset=utf-8"}
    body = b'{"accessId": "A-1"}'
    answer = served.request("POST", f"{BASE}/linkinfo", content=body, headers=headers, auth=ISP_A)

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("GET", "linkinfo", "POST"),
        ("GET", "batch", "POST"),
        ("POST", "access/A-1", "GET, HEAD"),
        ("DELETE", "dump/A-1", "GET, HEAD"),
        ("PUT", "search", "GET, HEAD"),
        ("PATCH", "switch/sw-elm-3/panel", "GET, HEAD"),
        ("POST", "history/A-1", "GET, HEAD"),
    ],
)
def test_another_method_is_405(served: ServedApi, method: str, path: str, allow: str) -> None:
    """And says which is allowed."""
    answer = served.request(method, f"{BASE}/{path}", auth=OPS)

    cause(answer, 405, "method_not_allowed")
    assert answer.headers["Allow"] == allow


@pytest.mark.parametrize("path", ["", "/", "/nothing", "/access", "/access/A-1/more", "/v2"])
def test_an_unknown_path_is_501(served: ServedApi, path: str) -> None:
    """As below every version."""
    cause(served.get(f"{BASE}{path}", auth=ENGINEER), 501, "not_implemented")


@pytest.mark.parametrize("path", ["access/A-1", "search?q=A-1", "status", "nothing", "quota"])
def test_nobody_asks_without_a_login(served: ServedApi, path: str) -> None:
    """Not even what there is."""
    cause(served.get(f"{BASE}/{path}", auth=None), 401, "unauthorised")


@pytest.mark.parametrize("path", ["access", "dump", "history", "timeline", "diagnosis", "live"])
@pytest.mark.parametrize("access", ["A%201", "%F0%9F%98%80", "A" * 37, "A%00", "A%0A", "%ED%A0%80"])
def test_a_malformed_id_is_400(served: ServedApi, path: str, access: str) -> None:
    """Whatever stands in it."""
    cause(served.get(f"{BASE}/{path}/{access}", auth=OPS), 400, "malformed")


def test_a_trailing_slash_never_matters(served: ServedApi) -> None:
    """Nor does HEAD."""
    answer = served.request("HEAD", f"{BASE}/access/A-1/", auth=OPS)

    assert answer.status_code == 200
