"""A person's data is found wherever it stands, and afterwards nowhere."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from tests.access import made_up as m
from tests.access.made_up import merged, registry
from tests.access.played import Recordings

from techinfo.access.attachment import attached
from techinfo.collect import Collector, PollingLimits
from techinfo.config import (
    AuditSettings,
    HistorySettings,
    InventorySettings,
    LeaseSettings,
    RetentionSettings,
    Settings,
    TicketSettings,
)
from techinfo.errors import StoreError
from techinfo.history.free_ports import FreePort
from techinfo.history.macs import Sight
from techinfo.history.store import HistoryFile
from techinfo.history.writing import HistoryWriter, PollNote, PortNote, Tenants
from techinfo.inventory import Inventory
from techinfo.leases.store import LeaseFile, LeaseRow
from techinfo.maintenance.privacy import erase, erasures, found, targets
from techinfo.maintenance.stores import STORES, Person
from techinfo.model import Fact
from techinfo.store.audit import AuditEntry, AuditFile
from techinfo.tickets import retention
from techinfo.tickets.records import Change, NewTicket, Party, Problem, Reach, Status
from techinfo.tickets.store import TicketFile
from techinfo.tickets.tables import messages
from techinfo.webhooks.store import Webhook, add, publish

NOW = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
MAC = "02:00:00:AB:CD:EF"
SPELT = (MAC, MAC.lower(), "02-00-00-ab-cd-ef", "0200.00ab.cdef", "020000ABCDEF")
NETWORK = f"""
elements: [{{name: sw-1, address: 192.0.2.3, sys_name: elm3}}]
accesses:
  - {{access_id: A-1, element: sw-1, port: ge1, port_by: name, city: Elm}}
  - {{access_id: A-2, element: sw-1, port: ge2, port_by: name}}
cpes: [{{access_id: A-1, address: 192.0.2.77, mac: "{MAC}"}}]
subscriptions:
  - {{subscription_id: S-1, access_id: A-1, provider: isp, service: BB, service_type: bb}}
"""
ENTRY = AuditEntry(at=NOW, user="ann", role="operator", method="GET", path="/x", access_id="A-2")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Of a house with the MAC address in every column that a client can write to."""
    (tmp_path / "data").mkdir()
    settings = Settings(
        inventory=InventorySettings(path=tmp_path / "data" / "inventory.sqlite"),
        audit=AuditSettings(path=tmp_path / "data" / "audit.sqlite"),
        history=HistorySettings(path=tmp_path / "data" / "history.sqlite"),
        leases=LeaseSettings(path=tmp_path / "data" / "leases.sqlite"),
        tickets=TicketSettings(desk="here", path=tmp_path / "data" / "tickets.sqlite"),
        retention=RetentionSettings(erased=tmp_path / "data" / "erased.sqlite"),
    )
    source = tmp_path / "network.yaml"
    source.write_text(NETWORK)
    with Inventory.open(settings.inventory.path) as inventory:
        inventory.import_file(source)
    with AuditFile.open(settings.audit.path) as file:
        file.write([ENTRY, replace(ENTRY, access_id="A-1")])
        file.write([replace(ENTRY, path=f"/techinfo/v1/search/{mac}") for mac in SPELT])
        file.write([replace(ENTRY, on_behalf_of=f"owner of {mac}") for mac in SPELT])
    return settings


def _octets(path: Path) -> bytes:
    """Of a file, and of what stands beside it."""
    beside = (path.with_name(path.name + more) for more in ("", "-wal", "-shm"))
    return b"".join(p.read_bytes() for p in beside if p.exists()).lower()


def test_all_that_is_known_of_an_access_is_found(settings: Settings) -> None:
    """Its records in the inventory, and who asked about it."""
    told = {one.store: one.rows for one in found(settings, Person(access_id="A-1"))}

    assert [row["kind"] for row in told["inventory"]] == ["access", "cpe", "subscription"]
    assert told["inventory"][0]["city"] == "Elm"
    assert [row["access_id"] for row in told["audit"]] == ["A-1"]
    assert told["learnt"] == told["users"] == ()


def test_a_mac_address_is_found_however_it_was_written(settings: Settings) -> None:
    """Clients write as they like."""
    told = {one.store: one.rows for one in found(settings, Person(mac=MAC))}

    assert len(told["audit"]) == 2 * len(SPELT)
    assert [row["kind"] for row in told["inventory"]] == ["cpe"]


def test_what_is_erased_stands_nowhere_afterwards(settings: Settings) -> None:
    """Not even in the free pages of the file, or in the log beside it; all else stays."""
    _plant_elsewhere(settings)
    files = [p for s in STORES if s.erase and (p := s.path(settings)) is not None and p.is_file()]
    digits = [mac.lower().encode() for mac in SPELT]
    assert all(any(mac in _octets(path) for mac in digits) for path in files)

    told = {one.store: one for one in erase(settings, Person(mac=MAC), by="ann")}

    assert told["audit"].erased == 2 * len(SPELT)
    for path in files:
        assert not any(mac in _octets(path) for mac in digits), path
    with AuditFile.open_read_only(settings.audit.path) as file:
        (said, *others) = file.entries()
    assert sorted(entry.access_id or "" for entry in others) == ["A-1", "A-2"]
    assert (said.method, said.user, said.access_id) == ("ERASE", "ann", None)
    assert re.fullmatch(
        r"privacy/mac/[0-9a-f]{16}: audit 10, leases \d+, history 3, tickets \d+", said.path
    ), said.path
    assert told["inventory"].erased is None
    assert "operator's own records" in told["inventory"].why


def _plant_elsewhere(settings: Settings) -> None:
    """Leases, sights and tickets of the address, in the words of people, too."""
    with HistoryFile.open(settings.history.path) as history:
        sight = Sight(mac=MAC, vlan=None, since=NOW, until=NOW)
        port = PortNote(macs=(sight,), tenants=Tenants(accesses=("A-1",)))
        free = {"ge9": FreePort(name="ge9", descr=None, if_index=9, macs=(MAC,), said=(MAC,))}
        note = PollNote(element="sw-1", at=NOW, ports={"ge1": port}, free=free)
        HistoryWriter(history).write([note])
    with LeaseFile.open(settings.leases.path) as leases, leases.writing() as writer:
        row = LeaseRow(address="192.0.2.9", start=NOW, heard=NOW, server="dhcp", mac=MAC)
        writer.put(
            [
                row,
                replace(
                    row,
                    mac=None,
                    duid=f"0003 0001 {SPELT[4]}",
                    newest=False,
                    start=NOW + timedelta(hours=1),
                ),
            ]
        )
    with TicketFile.open(settings.tickets.path) as tickets:
        new = NewTicket(
            provider="isp",
            access_id="A-1",
            created_by="bob",
            heading="no link",
            description=f"the router {SPELT[2]} blinks",
            problem=Problem.NO_LINK,
            mac=MAC,
        )
        tickets.create(new, None, lambda: NOW)


def test_a_dry_run_erases_nothing(settings: Settings) -> None:
    """It says what would be."""
    before = found(settings, Person(access_id="A-1"))

    told = {
        one.store: one for one in erase(settings, Person(access_id="A-1"), by="ann", dry_run=True)
    }

    assert told["audit"].erased == 1
    assert found(settings, Person(access_id="A-1")) == before


def test_a_file_that_cannot_be_erased_from_is_told(settings: Settings) -> None:
    """And the others are erased from all the same."""
    settings.inventory.path.write_bytes(b"rubbish" * 1000)

    told = {one.store: one for one in erase(settings, Person(access_id="A-1"), by="ann")}

    assert told["audit"].erased == 1
    assert "inventory.sqlite" in told["inventory"].why


@pytest.mark.parametrize("person", [Person(access_id="A-1"), Person(mac=MAC)])
def test_a_collector_that_runs_forgets(settings: Settings, person: Person) -> None:
    """The rows of the access, and those in which the address may have been seen."""
    switch = merged(m.system("elm3"), m.port(1, "ge1"), m.learnt(1, MAC, 10))
    network = Recordings({"192.0.2.3": switch})

    async def talk() -> None:
        collector = Collector(registry(), network.open, polling_limits=PollingLimits())
        with Inventory.open(settings.inventory.path) as inventory:
            port = attached(inventory, "A-1").port
            await collector.read(port, (Fact.LINK, Fact.MACS), 0, 20)
            before = await collector.last_known(port, (Fact.MACS,))
            assert before is not None
            assert before.port is not None
            assert [str(entry.mac) for entry in before.port.macs] == [MAC]

            for target in targets(inventory, person):
                await collector.forget(target)

            assert await collector.last_known(port, (Fact.MACS,)) is None
            assert await collector.last_known(port, (Fact.LINK,)) is not None

    asyncio.run(asyncio.wait_for(talk(), 300))


def test_every_store_says_what_becomes_of_people() -> None:
    """Rows about a person are erased, or there is a reason why they stay."""
    for store in STORES:
        assert store.found is None or store.erase is not None or store.stays


def test_what_cannot_be_written_down_is_not_erased(settings: Settings) -> None:
    """A back-up would bring it back, and nobody would know."""
    settings.retention.erased.write_bytes(b"rubbish" * 1000)

    with pytest.raises(StoreError, match=r"erased\.sqlite"):
        erase(settings, Person(access_id="A-1"), by="ann")

    with AuditFile.open_read_only(settings.audit.path) as file:
        assert any(entry.access_id == "A-1" for entry in file.entries())


def test_the_list_of_erasures_names_nobody(settings: Settings) -> None:
    """It knows a key again, and that is all."""
    erase(settings, Person(access_id="A-1"), by="ann")
    erase(settings, Person(mac=MAC), by="bob")

    octets = _octets(settings.retention.erased)
    assert not any(said.lower().encode() in octets for said in ("A-1", *SPELT))
    assert [e.by for e in erasures(settings, Person(access_id="A-1"))] == ["ann"]
    assert [e.by for e in erasures(settings, Person(mac=MAC))] == ["bob"]
    assert erasures(settings, Person(access_id="A-2")) == []


def test_what_was_seen_of_an_access_is_told_and_erased(settings: Settings) -> None:
    """Out of the file of history, with the addresses on its port."""
    _plant_elsewhere(settings)
    told = {one.store: one.rows for one in found(settings, Person(access_id="A-1"))}
    assert {row["row"] for row in told["history"]} == {
        "port",
        "mac",
        "mac on a port without an access",
        "neighbour on a port without an access",
    }

    erase(settings, Person(access_id="A-1"), by="ann")

    after = {one.store: one.rows for one in found(settings, Person(access_id="A-1"))}
    assert after["history"] == ()
    assert b"a-1" not in _octets(settings.history.path)


def test_messages_about_an_access_are_told_and_erased(settings: Settings) -> None:
    """Of works and disturbances those of others go on, with the others alone."""
    both, one = {"accessIds": ["A-1", "A-2"]}, {"accessIds": ["A-1"]}
    with TicketFile.open(settings.tickets.path) as tickets:
        hook = Webhook(
            id="h-1", provider="isp", sandbox=False, url="https://isp.example/x", created_at=NOW
        )
        add(tickets, hook, most=1)
        for kind, facts in (
            ("works", {"works": both}),
            ("disturbance", {"disturbance": one}),
            ("watch", {"watch": {"accessId": "A-1"}}),
            ("watch", {"watch": {"accessId": "A-2"}}),
        ):
            assert publish(tickets, kind, NOW, {"isp": facts}) == 1

    told = {row.store: row for row in found(settings, Person(access_id="A-1"))}["tickets"]
    erase(settings, Person(access_id="A-1"), by="ann")

    assert [row["message"] for row in told.rows] == ["works", "disturbance", "watch"]
    with TicketFile.open(settings.tickets.path) as tickets:
        left = tickets.all(select(messages.c.facts), lambda row: json.loads(row.facts))
    assert sorted(left, key=str) == [
        {"watch": {"accessId": "A-2"}},
        {"works": {"accessIds": ["A-2"]}},
    ]
    assert b"a-1" not in _octets(settings.tickets.path)


def test_a_message_outlives_its_ticket_and_is_erased_all_the_same(settings: Settings) -> None:
    """A short `tickets.keep_closed_days` takes the ticket before what webhooks were told of it."""
    with TicketFile.open(settings.tickets.path) as tickets:
        hook = Webhook(
            id="h-1", provider="isp", sandbox=False, url="https://isp.example/x", created_at=NOW
        )
        add(tickets, hook, most=1)
        made = tickets.create(
            NewTicket(
                provider="isp",
                access_id="A-1",
                created_by="Anna",
                heading="no link",
                description="dead",
                problem=Problem.NO_LINK,
            ),
            None,
            lambda: NOW,
        ).ticket
        closed = Change(by=Party.SP, status=Status.CLOSED)
        tickets.change(made.own_reference, Reach(), closed, None, lambda: NOW)
        later = NOW + timedelta(days=2)
        assert retention.sweep(tickets, retention.bounds(1, later), later) == 1

    told = {row.store: row for row in found(settings, Person(access_id="A-1"))}["tickets"]
    erase(settings, Person(access_id="A-1"), by="ann")

    assert [row["message"] for row in told.rows] == ["ticket.created", "ticket.closed"]
    assert b"a-1" not in _octets(settings.tickets.path)


def test_a_file_that_is_no_longer_used_is_told_and_erased_from(settings: Settings) -> None:
    """Tickets of before they were switched off are somebody's still."""
    with TicketFile.open(settings.tickets.path) as tickets:
        hook = Webhook(
            id="h-1", provider="isp", sandbox=False, url="https://isp.example/x", created_at=NOW
        )
        add(tickets, hook, most=1)
        assert publish(tickets, "watch", NOW, {"isp": {"watch": {"accessId": "A-1"}}}) == 1
    off = settings.tickets.model_copy(update={"desk": "none"})
    settings = settings.model_copy(update={"tickets": off})

    told = {row.store: row for row in found(settings, Person(access_id="A-1"))}["tickets"]
    erase(settings, Person(access_id="A-1"), by="ann")

    assert [row["message"] for row in told.rows] == ["watch"]
    assert b"a-1" not in _octets(settings.tickets.path)
