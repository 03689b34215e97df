"""The file of tickets: what is acknowledged is there, once, and goes when it should."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.store.schemas import described

from techinfo.errors import (
    StorageFullError,
    TicketConflictError,
    TicketQuotaError,
    TicketStoreError,
    UnknownTicketError,
)
from techinfo.tickets import retention as ticket_privacy
from techinfo.tickets.link_info import attach, attached, pending
from techinfo.tickets.outbox import whole
from techinfo.tickets.records import (
    Attachment,
    Change,
    Found,
    Limits,
    LinkInfo,
    Moment,
    NewTicket,
    Once,
    Party,
    Problem,
    Reach,
    Status,
)
from techinfo.tickets.retention import bounds, sweep
from techinfo.tickets.store import TicketFile
from techinfo.webhooks.store import State, Webhook, add, due, settle

AT = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
MAC = "02:00:00:00:00:11"
ISP, EVERYBODY = Reach(provider="isp"), Reach()
NEW = NewTicket(
    provider="isp",
    access_id="A-1",
    created_by="Anna",
    heading="No link",
    description="Nothing works",
    problem=Problem.NO_LINK,
    sp_ticket_reference="CASE#1",
)
CLOSE = Change(by=Party.SP, status=Status.CLOSED, responsible=Party.SP)


def at() -> datetime:
    """The time."""
    return AT


@pytest.fixture
def file(tmp_path: Path) -> Iterator[TicketFile]:
    """An empty one."""
    with TicketFile.open(tmp_path / "tickets.sqlite") as opened:
        yield opened


def read(file: TicketFile, moment: Moment = Moment.CREATED, **more: object) -> None:
    """Attach what was read of the only ticket."""
    asked = next(p for p in pending(file) if p.moment is moment)
    info = LinkInfo(
        moment=moment,
        state=Attachment.ATTACHED,
        asked_at=asked.asked_at,
        document={"macAddressTable": [{"mac": MAC}], **more},
    )
    attach(file, asked, info, Found(mac=MAC, link=True), at)


def test_the_file_is_synced_before_anything_is_acknowledged(file: TicketFile) -> None:
    """PRAGMA synchronous is FULL (2) on the connection that writes."""
    with file.write() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"


def test_a_ticket_is_there_when_the_file_is_opened_again(tmp_path: Path) -> None:
    """With its link info still wanted, its event and no comment."""
    path = tmp_path / "tickets.sqlite"
    with TicketFile.open(path) as file:
        made = file.create(NEW, None, at).ticket

    with TicketFile.open_read_only(path) as file:
        assert file.ticket(made.own_reference, ISP) == made
        assert [p.moment for p in pending(file)] == [Moment.CREATED]
        told = file.events(EVERYBODY, after=None, before=AT + timedelta(seconds=1))
    assert [(e.kind, e.reference, e.provider) for e in told] == [
        ("CREATE", made.own_reference, "isp")
    ]


def test_a_change_that_changes_nothing_leaves_no_trace(file: TicketFile) -> None:
    """Or two desks that write back to each other would never end."""
    ref = file.create(NEW, None, at).ticket.own_reference
    change = Change(by=Party.CO, status=Status.IN_PROGRESS_CO, responsible=Party.CO)

    first = file.change(ref, EVERYBODY, change, None, at)
    second = file.change(ref, EVERYBODY, change, None, at)

    assert (first.version, second.version) == (2, 2)
    assert len(file.events(EVERYBODY, after=None, before=AT + timedelta(seconds=1))) == 2


def test_a_comment_with_a_key_is_written_once(file: TicketFile) -> None:
    """The same key for something else is a conflict."""
    ref = file.create(NEW, None, at).ticket.own_reference
    change = Change(by=Party.SP, comment=("Anna", "Hello?"))

    for _ in range(3):
        after = file.change(ref, ISP, change, Once(key="k", digest="d"), at)
    with pytest.raises(TicketConflictError):
        file.change(ref, ISP, change, Once(key="k", digest="other"), at)

    assert len(after.comments) == 1


def test_a_ticket_that_is_opened_again_is_not_the_second_about_the_same(file: TicketFile) -> None:
    """It is, unless another was opened meanwhile."""
    ref = file.create(NEW, None, at).ticket.own_reference
    again = Change(by=Party.SP, status=Status.IN_PROGRESS_CO)

    file.change(ref, ISP, CLOSE, None, at)
    file.change(ref, ISP, again, None, at)
    file.change(ref, ISP, CLOSE, None, at)
    other = file.create(NEW, None, at)

    assert other.new
    with pytest.raises(TicketConflictError, match="open by now"):
        file.change(ref, ISP, again, None, at)


def test_a_ticket_without_a_reference_of_the_provider_can_always_be_opened_again(
    file: TicketFile,
) -> None:
    """Several such tickets may be open on an access: nothing says that they are about the same."""
    unnamed = replace(NEW, sp_ticket_reference=None)
    closed = file.create(unnamed, None, at).ticket.own_reference
    file.change(closed, ISP, CLOSE, None, at)

    other = file.create(unnamed, None, at)
    reopened = file.change(closed, ISP, Change(by=Party.SP, status=Status.IN_PROGRESS_CO), None, at)

    assert other.new
    assert other.ticket.own_reference != closed
    assert (reopened.status, reopened.closed_at) == (Status.IN_PROGRESS_CO, None)


def test_what_was_read_for_a_close_that_is_over_is_not_attached(file: TicketFile) -> None:
    """A ticket that was closed anew wants link info of now."""
    ref = file.create(NEW, None, at).ticket.own_reference
    file.change(ref, ISP, CLOSE, None, at)
    old = next(p for p in pending(file) if p.moment is Moment.CLOSED)
    file.change(ref, ISP, Change(by=Party.SP, status=Status.IN_PROGRESS_SP), None, at)
    file.change(ref, ISP, CLOSE, None, lambda: AT + timedelta(hours=1))
    late = LinkInfo(moment=Moment.CLOSED, state=Attachment.FAILED, asked_at=old.asked_at)

    nothing = attach(file, old, late, Found(), at)

    assert nothing is None
    assert attached(file, 1)[Moment.CLOSED].state is Attachment.PENDING


def test_the_sandbox_is_a_world_of_its_own(file: TicketFile) -> None:
    """Not even the operator sees its tickets among the others."""
    made = file.create(replace(NEW, sandbox=True), None, at).ticket

    with pytest.raises(UnknownTicketError):
        file.ticket(made.own_reference, EVERYBODY)
    assert file.ticket(made.own_reference, Reach(sandbox=True)) == made
    assert file.create(NEW, None, at).new


def test_tickets_go_some_time_after_they_were_closed(file: TicketFile) -> None:
    """With everything that belongs to them; that they have gone is an event."""
    ref = file.create(NEW, Once(key="k", digest="d"), at).ticket.own_reference
    file.create(replace(NEW, access_id="A-2"), None, at)
    read(file)
    file.change(ref, ISP, CLOSE, None, at)
    later = AT + timedelta(days=90, seconds=1)

    before = sweep(file, bounds(90, AT + timedelta(days=89)), AT + timedelta(days=89))
    gone = sweep(file, bounds(90, later), later)

    assert (before, gone) == (0, 1)
    assert [t.access_id for t in file.tickets(EVERYBODY)] == ["A-2"]
    told = file.events(EVERYBODY, after=None, before=later + timedelta(seconds=1))
    assert [(e.kind, e.reference) for e in told] == [("DELETE", ref)]
    with file.database.read() as connection:
        left = {
            name: connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one()  # noqa: S608 - names of ours
            for name in ("history", "link_info", "keys", "messages")
        }
    assert left == {"history": 1, "link_info": 1, "keys": 0, "messages": 0}


def test_what_is_known_of_a_household_is_shown_and_erased(file: TicketFile) -> None:
    """The tickets of an access, and what webhooks were to be told of them."""
    file.create(NEW, None, at)
    file.create(replace(NEW, access_id="A-2"), None, at)

    (found,) = ticket_privacy.about(file, access_id="A-1")
    count = ticket_privacy.erase(file, AT, access_id="A-1")

    assert found["description"] == "Nothing works"
    assert count == 1
    assert [t.access_id for t in file.tickets(EVERYBODY)] == ["A-2"]
    assert list(ticket_privacy.about(file, access_id="A-1")) == []


def test_a_mac_address_is_erased_wherever_it_stands(file: TicketFile) -> None:
    """The ticket stays, and says what has become of its link info."""
    file.create(NEW, None, at)
    read(file)
    assert next(file.tickets(EVERYBODY)).mac == MAC

    assert len(list(ticket_privacy.about(file, mac=MAC))) == 1
    ticket_privacy.erase(file, AT, mac=MAC)

    (ticket,) = file.tickets(EVERYBODY)
    assert ticket.mac is None
    assert attached(file, ticket.number)[Moment.CREATED].why == "erased on request"
    assert list(ticket_privacy.about(file, mac=MAC)) == []
    dump = "".join(sqlite3.connect(file.database.name).iterdump())
    assert MAC not in dump


def test_a_full_disk_is_an_error_of_its_own_and_changes_nothing(file: TicketFile) -> None:
    """SQLite says so; what was there is there."""
    file.create(NEW, None, at)
    with file.database.read() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")  # it cannot be less than there is

    big = replace(NEW, access_id="A-2", description="x" * 200_000)
    with pytest.raises(StorageFullError):
        file.create(big, None, at)

    assert [t.access_id for t in file.tickets(EVERYBODY)] == ["A-1"]


def test_another_programs_file_is_refused(tmp_path: Path) -> None:
    """With an error that names it."""
    path = tmp_path / "tickets.sqlite"
    path.write_text("not a database\n" * 100)

    with pytest.raises(TicketStoreError, match=r"tickets\.sqlite"):
        TicketFile.open(path)


def test_a_text_stands_in_the_file_once(tmp_path: Path) -> None:
    """Whoever is told of a ticket or not; what a message needs of it is found again."""
    text, comment = "x" * 65_536, "y" * 65_536
    sizes = []
    for hooks in (0, 3):
        path = tmp_path / f"{hooks}.sqlite"
        with TicketFile.open(path) as file:
            for n in range(hooks):
                webhook = Webhook(id=f"wh_{n}", provider="isp", url="https://x.test", created_at=AT)
                add(file, webhook, most=10)
            for n in range(10):
                new = replace(NEW, description=text, sp_ticket_reference=f"C-{n}")
                ref = file.create(new, None, at).ticket.own_reference
                read(file)
            file.change(ref, ISP, Change(by=Party.SP, comment=("Anna", comment)), None, at)
            first = due(file, AT + timedelta(days=1)).values()
            assert [d.message.facts["ticket"]["description"] for d in first] == [text] * hooks
        sizes.append(path.stat().st_size)

    assert max(sizes) < 1.3 * (10 * len(text) + len(comment))


def test_a_comment_is_told_with_its_text(file: TicketFile) -> None:
    """And a message that an earlier version wrote with its texts, as it is."""
    add(file, Webhook(id="wh", provider="isp", url="https://x.test", created_at=AT), most=1)
    ref = file.create(NEW, None, at).ticket.own_reference
    file.change(ref, ISP, Change(by=Party.SP, comment=("Anna", "Hello?")), None, at)
    told = []
    while found := due(file, AT):
        (delivery,) = found.values()
        told.append(delivery.message.facts)
        settle(file, delivery, State.DELIVERED, "", AT, AT)

    assert told[0]["ticket"]["description"] == NEW.description
    assert told[1]["comment"]["created_by"] == "Anna"
    assert told[1]["comment"]["message"] == "Hello?"
    old = {"ticket": {"own_reference": "gone", "description": "as it was"}}
    with file.database.read() as connection:
        assert whole(connection, old) == old


ROOM = Limits(octets=100_000, open_tickets=3, comments=2)


def test_a_provider_has_no_more_open_tickets_than_it_may(file: TicketFile) -> None:
    """A closed one makes room; the same one again is none more; others have room of their own."""
    made = [
        file.create(replace(NEW, sp_ticket_reference=f"C-{n}"), None, at, ROOM).ticket
        for n in range(3)
    ]
    fourth = replace(NEW, sp_ticket_reference="C-4")

    with pytest.raises(TicketQuotaError, match="3 open tickets, which is the most"):
        file.create(fourth, None, at, ROOM)
    again = file.create(replace(NEW, sp_ticket_reference="C-0"), None, at, ROOM)
    file.create(replace(fourth, provider="tv"), None, at, ROOM)
    file.create(replace(fourth, sandbox=True), None, at, ROOM)
    file.change(made[0].own_reference, ISP, CLOSE, None, at, ROOM)

    assert not again.new
    assert file.create(fourth, None, at, ROOM).new


def test_a_ticket_has_no_more_comments_than_it_may(file: TicketFile) -> None:
    """Of its provider; what the operator has to say is always said, and it can be closed."""
    ref = file.create(NEW, None, at, ROOM).ticket.own_reference
    comment = Change(by=Party.SP, comment=("Anna", "Hello?"))
    for _ in range(2):
        file.change(ref, ISP, comment, None, at, ROOM)

    with pytest.raises(TicketQuotaError, match="2 comments, which is the most"):
        file.change(ref, ISP, comment, None, at, ROOM)
    after = file.change(ref, EVERYBODY, replace(comment, by=Party.CO), None, at, ROOM)
    closed = file.change(ref, ISP, CLOSE, None, at, ROOM)

    assert len(after.comments) == 3
    assert closed.status is Status.CLOSED


def test_the_tickets_of_a_provider_take_no_more_octets_than_they_may(file: TicketFile) -> None:
    """Descriptions, comments, changes and keys count, until the ticket is erased."""
    room = replace(ROOM, open_tickets=1000, comments=1000)
    big = replace(NEW, description="å" * 20_000)
    ref = file.create(big, None, at, room).ticket.own_reference
    comment = Change(by=Party.SP, comment=("Anna", "z" * 40_000))
    file.change(ref, ISP, comment, None, at, room)

    with pytest.raises(TicketQuotaError, match="octets of the 100000 that they may"):
        file.create(replace(big, sp_ticket_reference="C-2"), None, at, room)
    with pytest.raises(TicketQuotaError):
        file.change(ref, ISP, comment, None, at, room)
    keys = (Once(key=f"k{n}", digest="d") for n in range(1000))
    with pytest.raises(TicketQuotaError):
        all(file.create(big, key, at, room) for key in keys)
    turns = (Change(by=Party.SP, responsible=(Party.SP, Party.CO)[n % 2]) for n in range(1000))
    with pytest.raises(TicketQuotaError):
        all(file.change(ref, ISP, turn, None, at, room) for turn in turns)
    file.change(ref, ISP, CLOSE, None, at, room)
    late = AT + timedelta(days=91)
    sweep(file, bounds(90, late), late)

    assert file.create(big, None, at, room).new


def test_a_file_of_the_first_version_is_brought_up_to_date(tmp_path: Path) -> None:
    """What its tickets take is counted; its tables are as if it had been made today."""
    old, new = tmp_path / "old.sqlite", tmp_path / "new.sqlite"
    for path in (old, new):
        with TicketFile.open(path) as file:
            ref = file.create(replace(NEW, description="å" * 100), None, at).ticket.own_reference
            change = Change(by=Party.SP, comment=("Anna", "z" * 100))
            file.change(ref, ISP, change, None, at)
            read(file)
    connection = sqlite3.connect(old)
    connection.executescript(
        "DROP TABLE activations; DROP TABLE grades; DROP TABLE trouble;"
        "DROP INDEX deliveries_in_turn;"
        "DROP INDEX tickets_taken; ALTER TABLE tickets DROP COLUMN octets; PRAGMA user_version = 1"
    )
    connection.close()

    with TicketFile.open(old) as file, file.database.read() as found:
        octets = found.exec_driver_sql("SELECT octets FROM tickets").scalar_one()

    assert 1024 + 200 + 512 + 100 < octets < 2500
    assert described(old) == described(new)
