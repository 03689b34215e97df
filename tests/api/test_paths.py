"""Paths: prefixes, slashes, and what hostile ones meet."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.access import made_up as m
from tests.access.made_up import merged
from tests.access.played import Clock, Recordings, nothing, stocked
from tests.api.served import OPERATOR, ServedApi, serve

from techinfo.api.asgi.paths import Paths, below_a_version

INVENTORY = """
elements: [{name: sw-elm-3, address: 192.0.2.3, sys_name: elm3}]
accesses:
  - access_id: A-1
    element: sw-elm-3
    port: ge1
    port_by: name
    state: CONNECTED
    street_name: Testgatan
    postal_code: "10000"
    city: Ankeborg
    country_code: SE
    premises_type: PUBLIC
"""
ENDPOINTS = [
    "tech/access/A-1/hardware",
    "tech/A-1/access/hardware",
    "tech/access/A-1/link/status",
    "tech/access/A-1/link/macaddresstable",
    "tech/access/A-1/link/leaseinfo",
    "tech/access/A-1/link/igmpsnooping",
    "tech/access/A-1",
    "accesses",
    "accesses/A-1",
    "openapi.json",
]


def network() -> Recordings:
    """One switch."""
    return Recordings({"192.0.2.3": merged(m.system("elm3"), m.port(1, "ge1"))})


@pytest.fixture
def served(tmp_path: Path) -> ServedApi:
    """The service over it."""
    return serve(stocked(tmp_path, INVENTORY), network().open, clock=Clock())


@pytest.fixture(scope="module")
def empty() -> ServedApi:
    """A service that knows no access."""
    return serve(nothing(), Recordings().open)


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_every_prefix_and_a_trailing_slash_serve_the_same(served: ServedApi, endpoint: str) -> None:
    """``/onapi``, ``/api`` and nothing; with a slash at the end and without."""
    answers = [
        served.get(f"{prefix}/2.6/{endpoint}{slash}")
        for prefix in ("/onapi", "/api", "")
        for slash in ("", "/", "//")
    ]

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1


def test_only_the_configured_prefixes_serve(tmp_path: Path) -> None:
    """Where the root is none of them, the version at the root is nothing."""
    served = serve(stocked(tmp_path, INVENTORY), network().open, prefixes=("/onapi",))

    assert served.get("/onapi/2.6/accesses/A-1").status_code == 200
    for path in ("/2.6/accesses/A-1", "/api/2.6/accesses/A-1", "/onapi/onapi/2.6/accesses/A-1"):
        answer = served.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_no_prefix_at_all_is_the_root(tmp_path: Path) -> None:
    """An empty list of prefixes."""
    served = serve(stocked(tmp_path, INVENTORY), network().open, prefixes=())

    assert served.get("/2.6/accesses/A-1").status_code == 200
    assert served.get("/onapi/2.6/accesses/A-1").status_code == 404


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_head_answers_as_get_does(served: ServedApi, endpoint: str) -> None:
    """RFC 9110, 9.3.2: the same status and headers; the server leaves out the body."""
    same = {"X-Request-ID": "one-and-the-same"}
    head, get = (
        served.request(method, f"/2.6/{endpoint}", headers=same) for method in ("HEAD", "GET")
    )

    assert head.status_code == get.status_code == 200
    assert head.headers == get.headers


def test_an_empty_access_id_is_no_endpoint(served: ServedApi) -> None:
    """Slashes in the middle are not trailing ones."""
    for path in ("/2.6/tech/access//hardware", "//2.6/tech/access/A-1/hardware"):
        assert served.get(f"http://techinfo.test{path}").status_code in {404, 501}


@pytest.mark.parametrize(
    "path",
    [
        "/2.6/tech/access/..%2F..%2Fetc%2Fpasswd/hardware",
        "/2.6/tech/access/%2E%2E/hardware",
        "/2.6/../2.6/tech/access/A-1/hardware/../../../../../etc/passwd",
        "/2.6/%00",
        "/2.6/tech/access/A-1/hardware;jsessionid=1",
        "/2.6/tech/access/A-1/hardware%0d%0aSet-Cookie:%20a=b",
        "/2.6/tech/access/A-1/hardware%3Fx",
        "/onapi/2.6/" + "a/" * 20_000,
        "/onapi/2.6/tech/access/" + "9" * 60_000 + "/hardware",
        "/onapi/2.6/tech/access/%F0%9F%98%80/hardware",
        "/2.6%0a/tech/access/A-1/hardware",
        "/2.%D9%A6/accesses",
    ],
)
def test_path_tricks_end_in_the_form_of_every_error(served: ServedApi, path: str) -> None:
    """Whatever they try, 400, 404 or 501, and nothing of what they sent comes back."""
    answer = served.get(path)

    assert answer.status_code in {400, 404, 501}
    assert set(answer.json()) == {"cause", "code", "retryable"}
    assert "passwd" not in answer.text
    assert "Set-Cookie" not in answer.headers
    assert served.collector.visits == 0


@pytest.mark.long
@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.sampled_from(["/2.6/", "/2.6/tech/access/", "/", "/onapi/2.6/"]))
def test_any_path_and_headers_are_answered_in_json(empty: ServedApi, tail: str, head: str) -> None:
    """As the server decodes them, half characters and all, straight into the application."""
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": head + tail,
        "raw_path": b"",
        "root_path": "",
        "query_string": b"\xff\xfe=%ff",
        "headers": [(b"host", b"[::1"), (b"authorization", b"Basic b3BzOnBhc3M6d29yZA==")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }

    asyncio.run(empty.app(scope, receive, send))

    start = sent[0]
    assert start["type"] == "http.response.start"
    assert start["status"] in {200, 400, 404, 501}
    assert (b"content-type", b"application/json") in start["headers"]


@pytest.mark.parametrize("path", ["/2.6", "/2.6/", "/2.3.1/option82", "/2.10/x", "/2.6/\n"])
def test_a_version_is_known_by_its_number(path: str) -> None:
    """2.3.1 and every 2.x."""
    assert below_a_version(path)


@pytest.mark.parametrize("path", ["/2.60x", "/3.0/x", "/2.\u0666/x", "2.6/x", "/2.6\n", ""])
def test_what_only_looks_like_a_version_is_none(path: str) -> None:
    """Digits are ASCII, and the version is a whole part of the path."""
    assert not below_a_version(path)


def test_other_kinds_of_scope_pass_untouched() -> None:
    """The lifespan has no path."""
    seen: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append((scope, receive, send))

    asyncio.run(Paths(app, ("/onapi",))({"type": "lifespan"}, None, None))

    assert seen == [({"type": "lifespan"}, None, None)]


def test_credentials_are_asked_for_before_the_access_id_is_looked_at(served: ServedApi) -> None:
    """A stranger does not learn what an accessId looks like."""
    answer = served.get("/2.6/tech/access/A_1/hardware", auth=(OPERATOR[0], "wrong"))

    assert answer.status_code == 401
