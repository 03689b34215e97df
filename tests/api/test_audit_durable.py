"""Rows of people are told when it is on disk who asked for them, and not otherwise."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.access.played import Recordings, stocked
from tests.api.asgi_calls import InnerApp, ask
from tests.api.served import ONE_SWITCH, USERS, ServedApi, serve
from tests.api.ticketed import SUBSCRIBED, created, settled, ticketed

from techinfo.access.viewer import Role, Viewer
from techinfo.api.asgi.audit import AuditMiddleware, Counts, of_people
from techinfo.api.state import AppState
from techinfo.store.audit import AuditEntry, AuditFile
from techinfo.store.batches import Batches

ISP = Viewer(name="isp-noc", role=Role.PROVIDER, provider="isp")
MACS = "/2.6/tech/access/A-1/link/macaddresstable"
LINK = "/2.6/tech/access/A-1/link/status"
_PATIENCE_S = 300.0


@dataclass
class Log:
    """A real audit log, which may become unwritable."""

    path: Path
    file: AuditFile
    entries: Batches[AuditEntry]
    counts: Counts = field(default_factory=Counts)

    def execute(self, *statements: str) -> None:
        """Do something to the file, from outside."""
        with closing(sqlite3.connect(self.path, timeout=300)) as connection:
            for statement in statements:
                connection.execute(statement)
            connection.commit()

    def spoil(self) -> None:
        """Nothing can be written from now on."""
        self.execute("ALTER TABLE entries RENAME TO others")

    def mend(self) -> None:
        """Everything can."""
        self.execute("ALTER TABLE others RENAME TO entries")

    async def sound(self) -> None:
        """Write what waits."""
        assert await asyncio.to_thread(self.entries.flush)

    def rows(self) -> list[tuple[str, int | None]]:
        """Path and status of every entry, by age."""
        assert self.entries.flush()
        return [(entry.path, entry.status) for entry in reversed(list(self.file.entries()))]


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    """An empty one."""
    path = tmp_path / "audit.sqlite"
    with AuditFile.open(path) as file:
        entries = Batches[AuditEntry](file.write, "entries", every_s=0.01)
        yield Log(path, file, entries)
        entries.close()


def served(tmp_path: Path, network: Recordings, log: Log, *, required: bool = True) -> ServedApi:
    """The service, which writes there."""

    def attach_tickets(state: AppState) -> AppState:
        middleware = replace(state.middleware, audit_required=required, audit_counts=log.counts)
        return replace(state, middleware=middleware)

    return serve(
        stocked(tmp_path, ONE_SWITCH),
        network.open,
        audit=log.entries,
        attach_tickets=attach_tickets,
    )


@pytest.mark.parametrize(
    ("method", "path", "told"),
    [
        ("GET", "/2.6/tech/access/A-1/link/macaddresstable", True),
        ("GET", "/2.6/tech/access/A-1/link/leaseinfo", True),
        ("GET", "/2.5/tech/access/A-1/link/igmpsnooping", True),
        ("GET", "/2.6/tech/cpe/A-1/status", True),
        ("GET", "/2.6/tech/access/A-1", True),
        ("GET", "/2.3.1/accesses/A-1/link", True),
        ("GET", "/2.6/dhcplookup", True),
        ("GET", "/2.3.1/option82/0x00", True),
        ("GET", "/2.6/tickets", True),
        ("GET", "/2.6/tickets/TT1", True),
        ("GET", "/2.6/accesses", True),
        ("GET", "/2.6/subscriptions", True),
        ("GET", "/techinfo/v1/access/A-1", True),
        ("GET", "/techinfo/v1/dump/A-1", True),
        ("GET", "/techinfo/v1/search", True),
        ("POST", "/techinfo/v1/batch", True),
        ("POST", "/techinfo/v1/linkinfo", True),
        ("GET", "/techinfo/v1/tickets/TT1/linkinfo", True),
        ("GET", "/2.6/something/new", True),
        ("GET", "/2.6/tech/access/A-1/link/status", False),
        ("GET", "/2.6/tech/access/A-1/hardware", False),
        ("GET", "/2.6/tech/A-1/access/hardware", False),
        ("GET", "/2.6", False),
        ("GET", "/2.6/openapi.json", False),
        ("POST", "/2.6/tickets", False),
        ("PATCH", "/2.6/tickets/TT1", False),
        ("POST", "/techinfo/v1/tickets/TT1", False),
        ("POST", "/techinfo/v1/webhooks", False),
        ("GET", "/techinfo/v1/status", False),
        ("GET", "/techinfo/v1/quota", False),
        ("GET", "/techinfo/v1/switch/sw-1/panel", False),
        ("GET", "/", False),
    ],
)
def test_what_tells_of_people(method: str, path: str, told: bool) -> None:
    """All that nobody has said is of machines."""
    assert of_people(method, path) is told


def test_an_answer_about_people_begins_when_its_entry_is_written() -> None:
    """Not an octet of it goes out before, of a body that comes in pieces either."""
    go, written = threading.Event(), threading.Event()
    sent: list[Any] = []

    def write(_batch: list[AuditEntry], _lost: int) -> None:
        written.set()
        assert go.wait(_PATIENCE_S)

    entries = Batches[AuditEntry](write, "entries")

    async def pieces(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for n in range(3):
            body = {"type": "http.response.body", "body": b"%d" % n, "more_body": n < 2}
            await send(body)

    async def words() -> int:
        async def send(message: Any) -> None:
            sent.append(message)

        scope = {"type": "http", "method": "GET", "path": MACS, "state": {"viewer": ISP}}
        asked = asyncio.ensure_future(AuditMiddleware(pieces, entries)(scope, None, send))
        assert await asyncio.to_thread(written.wait, _PATIENCE_S)
        before = len(sent)
        go.set()
        await asyncio.wait_for(asked, _PATIENCE_S)
        return before

    before = asyncio.run(words())
    entries.close()

    assert before == 0
    assert [m.get("body") for m in sent] == [None, b"0", b"1", b"2"]


def test_many_answers_share_one_commit() -> None:
    """Those that come while others are written are all in the next transaction."""
    go, begun = threading.Event(), threading.Event()
    batches: list[int] = []

    def write(batch: list[AuditEntry], _lost: int) -> None:
        begun.set()
        assert go.wait(_PATIENCE_S)
        batches.append(len(batch))

    entries = Batches[AuditEntry](write, "entries")
    audited = AuditMiddleware(InnerApp(), entries)

    async def words() -> None:
        first = asyncio.ensure_future(ask(audited, path=MACS, state={"viewer": ISP}))
        assert await asyncio.to_thread(begun.wait, _PATIENCE_S)
        others = [
            asyncio.ensure_future(ask(audited, path=MACS, state={"viewer": ISP}))
            for _ in range(200)
        ]
        while True:
            await asyncio.sleep(0)
            if len(entries._waiting) == 201:
                break
        go.set()
        await asyncio.wait_for(asyncio.gather(first, *others), _PATIENCE_S)

    asyncio.run(words())
    entries.close()

    assert batches == [1, 200]


def test_people_are_withheld_while_the_log_is_unwritable_and_link_and_light_go_on(
    tmp_path: Path, network: Recordings, log: Log
) -> None:
    """503 with a code of its own; what is written later tells that nothing was told."""
    asked = (MACS, LINK, "/2.6/tech/cpe/A-1/status", "/techinfo/v1/search?q=A-1")

    async def words(client: httpx.AsyncClient) -> list[list[httpx.Response]]:
        told = [[await client.get(path) for path in asked]]
        await asyncio.to_thread(log.spoil)
        told.append([await client.get(path) for path in (*asked, "/2.6/dhcplookup?x=1")])
        await asyncio.to_thread(log.mend)
        await log.sound()
        told.append([await client.get(path) for path in asked])
        return told

    before, during, after = served(tmp_path, network, log).talk(words)

    assert [a.status_code for a in before] == [200] * 4 == [a.status_code for a in after]
    assert [a.status_code for a in during] == [503, 200, 503, 503, 503]
    refused = [a for a in during if a.status_code == 503]
    assert {a.json()["code"] for a in refused} == {"audit_unavailable"}
    assert all(a.json()["retryable"] and a.headers["Retry-After"] for a in refused)
    assert not any(b"02:00" in a.content for a in refused)
    assert (log.counts.withheld, log.counts.unrecorded) == (4, 0)
    statuses = [status for path, status in log.rows() if path == MACS]
    assert statuses == [200, 503, 200]


def test_an_operator_may_want_people_told_without_a_trace(
    tmp_path: Path, network: Recordings, log: Log
) -> None:
    """It is counted; and the log is not sound, which `ready` tells."""

    async def words(client: httpx.AsyncClient) -> tuple[list[int], bool]:
        await asyncio.to_thread(log.spoil)
        told = [(await client.get(path)).status_code for path in (MACS, MACS, LINK)]
        return told, log.entries.sound

    statuses, sound = served(tmp_path, network, log, required=False).talk(words)
    log.mend()

    assert statuses == [200] * 3
    assert not sound
    assert (log.counts.withheld, log.counts.unrecorded) == (0, 2)
    assert [status for _, status in log.rows()] == [200, 200, 200]


def test_a_list_of_tickets_that_is_sent_in_pieces_is_withheld_as_a_whole(
    tmp_path: Path, network: Recordings, log: Log
) -> None:
    """And a ticket can be made all the same: nothing is told, and nothing lost."""
    made = ticketed(
        tmp_path / "tickets.sqlite", stocked(tmp_path, SUBSCRIBED), network.open, audit=log.entries
    )

    async def words(client: httpx.AsyncClient) -> tuple[httpx.Response, httpx.Response]:
        refs = [await created(client)]
        await asyncio.to_thread(log.spoil)
        refs.append(await created(client, spTicketReference="CASE#2"))
        withheld = await client.get("/2.6/tickets")
        await asyncio.to_thread(log.mend)
        await log.sound()
        for ref in refs:
            await settled(client, ref)
        return withheld, await client.get("/2.6/tickets")

    with made.file:
        withheld, told = made.talk(words)

    assert (withheld.status_code, withheld.json()["code"]) == (503, "audit_unavailable")
    assert (told.status_code, len(told.json())) == (200, 2)


@pytest.mark.parametrize(
    ("option", "header", "code"),
    [
        ("behalf_required", "X-On-Behalf-Of", "on_behalf_of_required"),
        ("case_required", "X-Case-Reference", "case_reference_required"),
    ],
)
def test_an_account_may_have_to_say_for_whom_or_for_which_case_it_asks(
    tmp_path: Path, network: Recordings, log: Log, option: str, header: str, code: str
) -> None:
    """For rows of people alone; the refusal is an entry, and so is what was said."""
    users = USERS | {"isp": USERS["isp"].model_copy(update={"role": "engineer", option: True})}
    made = serve(stocked(tmp_path, ONE_SWITCH), network.open, audit=log.entries, users=users)

    async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
        client.auth = httpx.BasicAuth("isp", "other-word")
        return [
            await client.get(MACS),
            await client.get(LINK),
            await client.get(MACS, headers={header.encode(): "Åsa 17".encode()}),
            await client.get(MACS, headers={header: " "}),
            await client.post("/techinfo/v1/linkinfo", json={"accessId": "A-1"}),
        ]

    answers = made.talk(words)
    assert log.entries.flush()

    assert [a.status_code for a in answers] == [400, 200, 200, 400, 400]
    assert [answers[n].json()["code"] for n in (0, 4)] == [code, code]
    assert header in answers[0].json()["cause"]
    found = list(reversed(list(log.file.entries())))
    assert [entry.status for entry in found] == [400, 200, 200, 400]
    said = [entry.on_behalf_of or entry.case_reference for entry in found]
    assert said == [None, None, "Åsa 17", None]
