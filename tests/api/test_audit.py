"""The audit log: who asked what about which access, for whom, and how it ended."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from tests.access.played import Recordings, stocked
from tests.api.asgi_calls import InnerApp, ask
from tests.api.served import ONE_SWITCH, PROVIDER, serve

from techinfo.access.viewer import Role, Viewer
from techinfo.api.asgi.audit import AuditMiddleware, access_of
from techinfo.api.errors import ApiError, answer
from techinfo.error_codes import Code
from techinfo.store.audit import AuditEntry
from techinfo.store.batches import Batches

ISP = Viewer(name="isp-noc", role=Role.PROVIDER, provider="isp")


class Book:
    """Entries in memory, by the real queue."""

    def __init__(self) -> None:
        self.entries: list[AuditEntry] = []
        self.batches = Batches[AuditEntry](
            lambda batch, _: self.entries.extend(batch), "entries", every_s=3600
        )

    def read(self) -> list[AuditEntry]:
        """All of them."""
        self.batches.close()
        return self.entries


@pytest.mark.parametrize(
    ("path", "access_id"),
    [
        ("/2.6/tech/access/A-1/link/status", "A-1"),
        ("/2.6/tech/A-1/access/hardware", "A-1"),
        ("/2.4/tech/access/A-1", "A-1"),
        ("/2.6/tech/cpe/A-1/status", "A-1"),
        ("/2.3.1/accesses/A-1/link", "A-1"),
        ("/2.6/subscriptions/A-1", "A-1"),
        ("/techinfo/v1/access/A-1", "A-1"),
        ("/techinfo/v1/history/A-1", "A-1"),
        ("/techinfo/v1/dump/A-1", "A-1"),
        ("/2.6/services/A-1", "A-1"),
        ("/techinfo/v1/switch/sw-1/panel", None),
        ("/techinfo/v1/search", None),
        ("/2.6/accesses", None),
        ("/2.6/dhcplookup", None),
        ("/2.6/tickets/T-1", None),
        ("/", None),
        ("", None),
        ("/2.6/tech/access/" + "x" * 5000, "x" * 64),
    ],
)
def test_the_access_is_known_by_the_path(path: str, access_id: str | None) -> None:
    """Of every kind of path that names one."""
    assert access_of(path) == access_id


def test_who_asked_what_for_whom_and_how_it_ended() -> None:
    """Nothing of the answer, and nothing of the query."""
    book = Book()
    state = {
        "viewer": ISP,
        "client": "192.0.2.7",
        "on_behalf_of": "Åsa",
        "request_id": "r-1",
    }
    path = "/2.6/tech/access/A-1/hardware"
    asyncio.run(ask(AuditMiddleware(InnerApp(), book.batches), path=path, state=state))

    (entry,) = book.read()
    assert (entry.user, entry.role, entry.provider) == ("isp-noc", "provider", "isp")
    assert (entry.address, entry.on_behalf_of, entry.request_id) == ("192.0.2.7", "Åsa", "r-1")
    assert (entry.method, entry.path, entry.access_id) == ("GET", path, "A-1")
    assert (entry.status, entry.error_id) == (200, None)


def test_an_error_is_noted_with_its_id() -> None:
    """The id that the answer and the log have."""
    book = Book()

    async def failing(scope: Any, receive: Any, send: Any) -> None:
        error = ApiError(Code.INTERNAL, "something went wrong here")
        await answer(error, scope["path"])(scope, receive, send)

    answered = asyncio.run(ask(AuditMiddleware(failing, book.batches), state={"viewer": ISP}))

    (entry,) = book.read()
    assert entry.status == 500
    assert entry.error_id
    assert f"(error {entry.error_id})" in answered.body["cause"]


def test_a_client_that_went_away_is_noted_without_a_status() -> None:
    """It asked, and got nothing."""
    book = Book()

    async def words() -> None:
        async def endless(*_: Any) -> None:
            await asyncio.Event().wait()

        asked = asyncio.ensure_future(
            ask(AuditMiddleware(endless, book.batches), state={"viewer": ISP})
        )
        await asyncio.sleep(0)
        asked.cancel()
        await asyncio.gather(asked, return_exceptions=True)

    asyncio.run(words())

    (entry,) = book.read()
    assert entry.status is None


def test_every_access_of_a_batch_is_an_entry() -> None:
    """So that who looked at an access is found by the access."""
    book = Book()

    async def batch(scope: Any, receive: Any, send: Any) -> None:
        scope["state"]["accesses"] = ["A-1", "A-2"]
        await InnerApp()(scope, receive, send)

    asyncio.run(
        ask(AuditMiddleware(batch, book.batches), state={"viewer": ISP}, path="/techinfo/v1/batch")
    )

    assert [entry.access_id for entry in book.read()] == ["A-1", "A-2"]


def test_what_the_service_answers_is_noted_and_what_the_door_refuses_is_not(
    tmp_path: Path,
) -> None:
    """Over the whole application: 404 is noted; who was not let in asked nothing."""
    book = Book()
    served = serve(stocked(tmp_path, "accesses: []"), Recordings().open, audit=book.batches)

    async def words(client: Any) -> None:
        await client.get("/onapi/2.6/tech/access/A-1/hardware", auth=PROVIDER)
        await client.get("/2.6/tech/access/A-1/hardware", auth=("isp", "wrong"))

    served.talk(words)

    (entry,) = book.read()
    assert (entry.user, entry.path, entry.status) == ("isp", "/2.6/tech/access/A-1/hardware", 404)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/techinfo/v1/batch", {"accessIds": ["A-1", "A-2"]}),
        ("/techinfo/v1/linkinfo", {"accessId": "A-1"}),
        ("/techinfo/v1/search?q=A-1", None),
    ],
)
def test_accesses_that_no_path_names_are_noted(
    tmp_path: Path, network: Recordings, path: str, body: dict[str, Any] | None
) -> None:
    """Of a batch, of a body, of what a search has found; the search's own words are not."""
    book = Book()
    served = serve(stocked(tmp_path, ONE_SWITCH), network.open, audit=book.batches)

    served.request("GET" if body is None else "POST", path, json=body)

    entries = book.read()
    asked = (body or {}).get("accessIds", ["A-1"])
    assert [entry.access_id for entry in entries] == asked
    assert {entry.path for entry in entries} == {path.partition("?")[0]}
