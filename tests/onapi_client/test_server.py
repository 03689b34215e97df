"""A server that answers badly, or would lead the credentials elsewhere."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.onapi_client.serving import PASSWORD, USER, Other, Reply, other_operator

from techinfo.errors import OnApiError
from techinfo.onapi_client import Server

PATH = "/onapi/2.6/subscriptions/"


def listed(other: Other, **more: Any) -> list[dict[str, Any]] | None:
    """What comes of asking for the subscriptions."""
    with other.server() as server, server.listing("subscriptions", **more) as listing:
        return None if listing is None else list(listing.objects)


def test_it_is_asked_with_the_providers_credentials() -> None:
    """Basic, in UTF-8, for what comes as it is, without compression."""
    with other_operator(subscriptions=[{"a": 1}]) as other:
        told = listed(other)
        ((path, headers),) = other.asked

    assert told == [{"a": 1}]
    assert path == PATH
    assert base64.b64decode(headers["authorization"].split()[1]).decode() == f"{USER}:{PASSWORD}"
    assert headers["accept-encoding"] == "identity"


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (Reply({"cause": "go away"}, 401), "401.*go away"),
        (Reply({"cause": "later"}, 429, {"Retry-After": "60"}), "429, to be tried again in '60' s"),
        (Reply(b"\xff" * 100_000, 500), "500"),
        (Reply({"cause": "no"}, 404), "404"),
        (Reply(b"", 304), "304"),
        (Reply(b"", 204), "204"),
        (Reply(b"<html>"), "not a JSON array"),
        (Reply(b"[{}"), "neither"),
        (Reply([], headers={"Content-Encoding": "gzip"}), "compresses"),
        (Reply([], headers={"Content-Length": "1000"}), "RemoteProtocolError"),
        (Reply(b"", 302, {"Location": "https://evil.example/"}), "another server"),
        (Reply(b"", 302, {"Location": "//evil.example/onapi/"}), "another server"),
        (Reply(b"", 307, {"Location": "http://127.0.0.1:1/"}), "another server"),
        (Reply(b"", 302, {"Location": "http://[::1"}), "Invalid URL"),
        (Reply(b"", 301, {"Location": PATH}), "redirects more than"),
    ],
)
def test_an_answer_that_cannot_be_used_is_an_error(reply: Reply, why: str) -> None:
    """It names the URL, and holds no password."""
    with other_operator() as other:
        other.replies[PATH] = reply
        with pytest.raises(OnApiError, match=why) as caught:
            listed(other)

    assert "/onapi/2.6/subscriptions/" in str(caught.value)
    assert PASSWORD not in str(caught.value)


def test_a_redirect_on_the_same_server_is_followed() -> None:
    """Some put the slash elsewhere."""
    with other_operator() as other:
        other.replies[PATH] = Reply(b"", 308, {"Location": "/onapi/2.6/subscriptions"})
        other.replies["/onapi/2.6/subscriptions"] = Reply([{"a": 1}])

        assert listed(other) == [{"a": 1}]


@pytest.mark.parametrize("status", [403, 404, 501])
def test_a_list_that_need_not_be_served_may_be_left_out(status: int) -> None:
    """Accesses and services are often served elsewhere."""
    with other_operator() as other:
        other.replies[PATH] = Reply({"cause": "elsewhere"}, status)

        assert listed(other, optional=True) is None


def test_a_list_without_an_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever sends for ever is heard up to the limit."""
    monkeypatch.setattr("techinfo.onapi_client.server._MOST_OCTETS", 1_000_000)

    def endless() -> Iterator[bytes]:
        yield b"[{}"
        while True:
            yield b",{}" * 10_000

    with other_operator() as other:
        other.replies[PATH] = Reply(endless())
        with pytest.raises(OnApiError, match="is longer than"):
            listed(other)


def test_nobody_there_is_an_error_too() -> None:
    """With the URL."""
    with (
        Server("http://127.0.0.1:1/onapi", "2.6", user=USER, password=PASSWORD) as server,
        pytest.raises(OnApiError, match="ConnectError"),
        server.listing("subscriptions"),
    ):
        pass


def test_certificates_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    """Before anything is asked."""
    (tmp_path / "ca.pem").write_text("no certificate\n", encoding="ascii")

    for name in ("ca.pem", "missing.pem"):
        with pytest.raises(OnApiError, match=name):
            Server(
                "https://co.example", "2.6", user=USER, password=PASSWORD, ca_file=tmp_path / name
            )
