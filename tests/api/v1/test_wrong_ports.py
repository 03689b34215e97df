"""Wrong ports over HTTP, out of the files that polls and logs fill."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from tests.access.made_up import NOW
from tests.access.played import Clock, Recordings, imported, stocked
from tests.api.served import OPERATOR, PROVIDER, serve
from tests.api.test_audit import Book

from techinfo.access.past import History
from techinfo.access.wrong_ports import Kind, Source, audited, confirm, proposal
from techinfo.dhcp.events import Kind as Told
from techinfo.dhcp.events import LeaseEvent
from techinfo.dhcp.identity import Identity
from techinfo.dhcp.intervals import AccessRef
from techinfo.history.free_ports import FreePort
from techinfo.history.light import Baseline
from techinfo.history.macs import Sight
from techinfo.history.observation import name_of
from techinfo.history.store import HistoryFile
from techinfo.history.writing import HistoryWriter, PollNote, PortNote, Tenants
from techinfo.leases.log import LeaseLog
from techinfo.leases.store import LeaseFile

DAY = timedelta(days=1)
ONE, TWO = "02:00:5E:00:53:01", "02:00:5E:00:53:02"
INVENTORY = """
elements:
  - {name: sw, address: 192.0.2.3, sys_name: elm}
  - {name: olt, address: 192.0.2.4, role: olt}
accesses:
  - {access_id: A-1, element: sw, port: ge1, port_by: name}
  - {access_id: A-2, element: sw, port: ge2, port_by: name}
  - {access_id: A-3, element: olt, port: gpon1, port_by: name, ont_id: 1}
  - {access_id: A-4, element: olt, port: gpon1, port_by: name, ont_id: 2}
cpes:
  - {access_id: A-3, serial_number: ONT-3}
  - {access_id: A-4, serial_number: ONT-4}
subscriptions:
  - {subscription_id: S-1, access_id: A-1, provider: isp, service: x, service_type: bb,
     connection_date: "2026-10-01", equipment: '[{"macAddress": "ONE"}]'}
  - {subscription_id: S-2, access_id: A-2, provider: other, service: x, service_type: bb,
     connection_date: "2026-10-01", equipment: '[{"macAddress": "TWO"}]'}
""".replace("ONE", ONE.lower()).replace("TWO", TWO)


def test_the_operator_confirms_what_is_proposed_once(tmp_path: Path) -> None:
    """What is done already is no error; what is not as it was proposed is a conflict."""
    clock = Clock()
    with HistoryFile.open(tmp_path / "history.sqlite") as file:
        poll(file, {"ge1": TWO, "ge2": ONE})
        imports = Clock(NOW - 40 * DAY)
        inventory = stocked(tmp_path, INVENTORY, imports)
        book = Book()
        served = serve(
            inventory,
            Recordings({}).open,
            clock=clock,
            history=History(file, now=clock),
            audit=book.batches,
        )
        (row,) = served.get("/techinfo/v1/wrong-ports", auth=OPERATOR).json()["wrongPorts"]
        wanted = {"accessId": "A-2", "otherAccessId": "A-1", "proposal": row["proposal"]["id"]}

        def confirm(auth: tuple[str, str] = OPERATOR, **other: str) -> httpx.Response:
            return served.request(
                "POST", "/techinfo/v1/wrong-ports/confirm", auth=auth, json=wanted | other
            )

        refused = confirm(PROVIDER)
        unknown = confirm(otherAccessId="A-9")
        stale = confirm(proposal="0123456789abcdef")
        assert inventory.access("A-1").port == "ge1"  # type: ignore[union-attr]
        imports.at = NOW + DAY / 24
        done, again = confirm(), confirm()
        left = served.get("/techinfo/v1/wrong-ports?elsewhere=true", auth=OPERATOR).json()
        imported(inventory, tmp_path, INVENTORY)
        imports.at = clock.at = NOW + DAY / 12
        poll(file, {"ge1": TWO, "ge2": ONE}, clock.at)
        back = served.get("/techinfo/v1/wrong-ports", auth=OPERATOR).json()["wrongPorts"]
        clock.at += 3 * DAY
        poll(file, {"ge1": ONE, "ge2": TWO}, clock.at)
        gone = confirm()

    assert row["proposal"]["places"] == [
        {"accessId": "A-1", "element": "sw", "port": "ge2"},
        {"accessId": "A-2", "element": "sw", "port": "ge1"},
    ]
    assert refused.status_code == 403
    assert unknown.status_code == 404
    assert stale.status_code == 409
    assert "have changed since" in stale.json()["cause"]
    assert (done.status_code, done.json()["already"]) == (200, False)
    assert (again.status_code, again.json()) == (200, done.json() | {"already": True})
    assert inventory.access("A-1").port == "ge1"  # type: ignore[union-attr]
    assert left["wrongPorts"] == []
    assert [one["proposal"] for one in back] == [row["proposal"]]
    assert gone.status_code == 409
    kept = [(one.access_id, one.status) for one in book.read() if one.path.endswith("/confirm")]
    assert [one for one in kept if one[1] == 200] == [("A-2", 200), ("A-1", 200)] * 2
    assert "nothing says any more" in gone.json()["cause"]


def test_an_access_that_has_moved_to_a_free_port_gets_it_when_the_operator_says_so(
    tmp_path: Path,
) -> None:
    """Its provider sees nothing of the port from before, and the next poll finds nothing."""
    clock = Clock()
    with HistoryFile.open(tmp_path / "history.sqlite") as file:
        free_poll(file)
        imports = Clock(NOW - 40 * DAY)
        inventory = stocked(tmp_path, INVENTORY, imports)
        served = serve(
            inventory, Recordings({}).open, clock=clock, history=History(file, now=clock)
        )
        (row,) = served.get("/techinfo/v1/wrong-ports", auth=OPERATOR).json()["wrongPorts"]
        wanted = {"accessId": "A-1", "proposal": row["proposal"]["id"]}

        def confirm(auth: tuple[str, str] = OPERATOR, **other: str) -> httpx.Response:
            return served.request(
                "POST", "/techinfo/v1/wrong-ports/confirm", auth=auth, json=wanted | other
            )

        refused = confirm(PROVIDER), confirm(proposal="0" * 32), confirm(otherAccessId="A-2")
        assert inventory.access("A-1").port == "ge1"  # type: ignore[union-attr]
        imports.at = NOW
        done, again = confirm(), confirm()
        left = served.get("/techinfo/v1/wrong-ports?elsewhere=true", auth=OPERATOR).json()
        timeline = served.get("/techinfo/v1/timeline/A-1", auth=PROVIDER)

    assert (row["kind"], row["accessId"]) == ("moved", "A-1")
    assert "otherAccessId" not in row
    assert row["freePort"] == {"element": "sw", "port": "ge7"}
    assert [(one["equipment"], one["by"]) for one in row["evidence"]] == [(ONE, "order")]
    assert "seenOn" not in row["evidence"][0]
    assert row["proposal"]["places"] == [{"accessId": "A-1", "element": "sw", "port": "ge7"}]
    assert [one.status_code for one in refused] == [403, 409, 409]
    assert (done.status_code, done.json()["already"]) == (200, False)
    assert (again.status_code, again.json()) == (200, done.json() | {"already": True})
    assert done.json()["places"] == row["proposal"]["places"]
    moved = inventory.access("A-1")
    assert moved is not None
    assert (moved.port, moved.port_by) == ("ge7", "name")
    assert NOW in inventory.told_on("A-1").moved
    assert left["wrongPorts"] == []
    assert timeline.status_code == 200
    assert ONE not in timeline.text


@pytest.mark.parametrize(
    ("by", "own", "there"),
    [
        ("name", "ge1", "ge7"),
        ("any", "ge1", "ge7"),
        ("descr", "Port 1", "Port 7"),
        ("index", "1", "7"),
        ("alias", "Elm 1", None),
    ],
)
def test_a_free_port_is_called_as_the_records_call_others(
    tmp_path: Path, by: str, own: str, there: str | None
) -> None:
    """What only its source knows is proposed to nobody."""
    text = INVENTORY.replace("port: ge1, port_by: name", f'port: "{own}", port_by: {by}')
    inventory = stocked(tmp_path, text, Clock(NOW - 40 * DAY))
    with HistoryFile.open(tmp_path / "history.sqlite") as file:
        free_poll(file)

        (found,) = audited(inventory, file, None, NOW)

    proposed = proposal(inventory, found)
    moves = proposed.moves if proposed is not None else ()
    assert [(now.port, now.port_by) for _, now in moves] == ([(there, by)] if there else [])


@pytest.mark.parametrize(
    ("numbers", "there"),
    [("module: 0, port_number: 1", (0, 7)), ("module: 0, port_number: 4", None)],
)
def test_the_number_of_a_free_port_is_known_where_its_name_ends_with_it(
    tmp_path: Path, numbers: str, there: tuple[int, int] | None
) -> None:
    """Patterns of DHCP identifiers write it; it is not guessed."""
    text = INVENTORY.replace("ge1, port_by: name", f"ge1, port_by: name, {numbers}")
    inventory = stocked(tmp_path, text, Clock(NOW - 40 * DAY))
    with HistoryFile.open(tmp_path / "history.sqlite") as file:
        free_poll(file)

        (found,) = audited(inventory, file, None, NOW)

    proposed = proposal(inventory, found)
    moves = proposed.moves if proposed is not None else ()
    assert [(now.module, now.port_number) for _, now in moves] == ([there] if there else [])


def test_an_ont_that_is_read_where_no_access_is_has_moved_there(tmp_path: Path) -> None:
    """A serial number is at the place where it was read last, and at no other."""
    inventory = stocked(tmp_path, INVENTORY, Clock(NOW - 40 * DAY))
    with HistoryFile.open(tmp_path / "history.sqlite") as file:
        moved_ont(file)

        (found,) = audited(inventory, file, None, NOW)

        proposed = proposal(inventory, found)
        assert proposed is not None
        assert [(now.port, now.ont_id) for _, now in proposed.moves] == [("gpon1", 7)]
        assert not confirm(inventory, [found], ["A-3"], proposed.id)
        assert audited(inventory, file, None, NOW) == []


def test_onts_that_have_changed_places_while_they_were_polled_are_swapped(tmp_path: Path) -> None:
    """What was read of them before, at their old places, does not keep them there."""
    inventory = stocked(tmp_path, INVENTORY, Clock(NOW - 40 * DAY))
    with HistoryFile.open(tmp_path / "history.sqlite") as file:
        for age, serials in ((30, ("ONT-3", "ONT-4")), (5, ("ONT-4", "ONT-3"))):
            at, tenants = NOW - age * DAY, Tenants(accesses=("A-3", "A-4"))
            ports = {
                name_of("gpon1", number): PortNote(
                    baseline=Baseline(at=at, rx=-20.0, serial=serial), tenants=tenants
                )
                for number, serial in enumerate(serials, 1)
            }
            HistoryWriter(file).write([PollNote(element="olt", at=at, ports=ports)])

        (found,) = audited(inventory, file, None, NOW)

    assert (found.kind, found.ids, found.since) == (Kind.SWAPPED, ("A-3", "A-4"), NOW - 5 * DAY)


def moved_ont(file: HistoryFile) -> None:
    """Polls of the OLT: the ONT of A-3 is at another number since five days."""
    for number, age in ((1, 30), (7, 5)):
        made = Baseline(at=NOW - age * DAY, rx=-20.0, serial="ONT-3")
        note = PortNote(baseline=made, tenants=Tenants(accesses=("A-3", "A-4")))
        ports = {name_of("gpon1", number): note}
        HistoryWriter(file).write([PollNote(element="olt", at=made.at, ports=ports)])


def free_poll(file: HistoryFile, at: datetime = NOW) -> None:
    """Polls of the switch: for three days the equipment of A-1 is on a port without an access."""
    free = FreePort(name="ge7", descr="Port 7", if_index=7, macs=(ONE,))
    home = {"ge1": PortNote(table=(), tenants=Tenants(accesses=("A-1",)))}
    for day in (3, 2, 1, 0):
        note = PollNote(element="sw", at=at - day * DAY, ports=home, free={"ge7": free})
        HistoryWriter(file).write([note])


def poll(file: HistoryFile, there: Mapping[str, str], at: datetime = NOW) -> None:
    """A poll of the switch that has found equipment on its ports, where it is since days."""
    ports = {
        line: PortNote(
            macs=(Sight(mac=mac, vlan=100, since=at - 2 * DAY, until=at),),
            tenants=Tenants(accesses=(f"A-{line[-1]}",)),
        )
        for line, mac in there.items()
    }
    HistoryWriter(file).write([PollNote(element="sw", at=at, ports=ports)])


def test_a_neighbour_is_evidence_by_what_is_ordered_or_the_outlet_it_is_named_after(
    tmp_path: Path,
) -> None:
    """By its chassis, its port, or its name; whatever else it says of itself is nobody's."""
    clock = Clock()
    text = INVENTORY.replace("ge1, port_by: name}", "ge1, port_by: name, outlet: Uttag-101}")
    text = text.replace("ge2, port_by: name}", "ge2, port_by: name, outlet: '1'}")
    with HistoryFile.open(tmp_path / "history.sqlite") as file:
        writer = HistoryWriter(file)
        for day in (6, 0):
            ports = {
                f"ge{n}": PortNote(said=words, tenants=Tenants(accesses=(f"A-{n}",)))
                for n, words in ((1, ("1", "router", TWO)), (2, ("Uttag-101", "router")))
            }
            writer.write([PollNote(element="sw", at=NOW - day * DAY, ports=ports)])
        served = serve(
            stocked(tmp_path, text, Clock(NOW - 40 * DAY)),
            Recordings({}).open,
            clock=clock,
            history=History(file, now=clock),
        )

        found = served.get("/techinfo/v1/wrong-ports", auth=OPERATOR).json()["wrongPorts"]

    (row,) = found
    told = [
        (one["equipment"], one["belongsTo"], one["by"], one["seenOn"], one["seen"][0]["source"])
        for one in row["evidence"]
    ]
    assert row["kind"] == "swapped"
    assert sorted(told) == [
        (TWO, "A-2", "order", "A-1", "lldp"),
        ("Uttag-101", "A-1", "outlet", "A-2", "lldp"),
    ]


def test_a_box_that_is_named_after_its_outlet_has_moved_where_lldp_is_heard(tmp_path: Path) -> None:
    """Whatever else is said there is nobody's; nor is anything kept of an access by it."""
    text = INVENTORY.replace("ge1, port_by: name}", "ge1, port_by: name, outlet: Uttag-101}")
    free = FreePort(name="ge7", descr=None, if_index=7, said=("1", "Uttag-101", "router"))
    home = {"ge1": PortNote(table=(), tenants=Tenants(accesses=("A-1",)))}
    with HistoryFile.open(tmp_path / "history.sqlite") as file:
        for day in (3, 2, 1, 0):
            note = PollNote(element="sw", at=NOW - day * DAY, ports=home, free={"ge7": free})
            HistoryWriter(file).write([note])

        (found,) = audited(stocked(tmp_path, text, Clock(NOW - 40 * DAY)), file, None, NOW)

    told = [(one.equipment, one.by, one.seen[0].source) for one in found.evidence]
    assert (found.kind, found.access_id) == (Kind.MOVED, "A-1")
    assert told == [("Uttag-101", "outlet", Source.LLDP)]


def test_an_access_that_was_moved_since_the_last_poll_has_no_evidence_of_before(
    tmp_path: Path,
) -> None:
    """Where its port has another name in the records than in polls; the next poll tells."""
    clock, text = (
        Clock(),
        INVENTORY.replace("port: ge", "port: GigabitEthernet").replace(
            "port_by: name}", "port_by: descr}"
        ),
    )
    with HistoryFile.open(tmp_path / "history.sqlite") as file:
        poll(file, {"ge1": TWO, "ge2": ONE})
        inventory = stocked(tmp_path, text, clock)
        clock.at = NOW + DAY / 24
        before = [one.kind for one in audited(inventory, file, None, NOW)]
        one, other = inventory.access("A-1"), inventory.access("A-2")
        assert one is not None
        assert other is not None
        inventory.move((one, other), (other, one))
        moved = audited(inventory, file, None, NOW)
        later = NOW + DAY / 12
        there = {"ge1": ("A-2",), "ge2": ("A-1",)}
        ports = {line: PortNote(tenants=Tenants(accesses=ids)) for line, ids in there.items()}
        HistoryWriter(file).write([PollNote(element="sw", at=later, ports=ports)])
        polled = audited(inventory, file, None, later)

    assert before == [Kind.SWAPPED]
    assert moved == polled == []


def test_a_lease_from_before_a_move_says_nothing_of_the_port_after_it(tmp_path: Path) -> None:
    """It was of the port where the access was then; a renewal tells again."""
    clock = Clock(NOW - 40 * DAY)
    inventory = stocked(tmp_path, INVENTORY, clock)
    clock.at = NOW
    there = {b"ge1": "A-1", b"ge2": "A-2"}
    with LeaseFile.open(tmp_path / "leases.sqlite") as leases:
        log = LeaseLog(
            leases,
            lambda asked: [AccessRef(there[one.circuit or b""]) for one, _ in asked],
            now=clock,
        )

        def renewed(at: datetime) -> None:
            log.take(
                LeaseEvent(
                    at=at,
                    kind=Told.RENEWED,
                    address=f"192.0.2.2{line[-1:].decode()}",
                    server="made-up",
                    mac=mac.lower(),
                    identity=Identity(circuit=line),
                    lifetime_s=2 * 86400,
                )
                for line, mac in ((b"ge1", TWO), (b"ge2", ONE))
            )

        for day in range(5, -1, -1):
            renewed(NOW - day * DAY)
        before = [one.kind for one in audited(inventory, None, log, NOW)]
        clock.at = NOW + DAY / 24
        one, other = inventory.access("A-1"), inventory.access("A-2")
        assert one is not None
        assert other is not None
        inventory.move((one, other), (other, one))
        moved = audited(inventory, None, log, clock.at)
        there = {b"ge1": "A-2", b"ge2": "A-1"}
        clock.at = NOW + DAY
        renewed(clock.at)
        later = audited(inventory, None, log, clock.at)

    assert before == [Kind.SWAPPED]
    assert moved == later == []


def test_a_mac_table_a_lease_and_two_serial_numbers_tell_of_two_swaps(tmp_path: Path) -> None:
    """To the operator, with the evidence of each source; to no provider."""
    clock = Clock()
    with (
        HistoryFile.open(tmp_path / "history.sqlite") as file,
        LeaseFile.open(tmp_path / "leases.sqlite") as leases,
    ):
        since = NOW - 6 * DAY
        sight = Sight(mac=TWO, vlan=100, since=since, until=NOW)
        onts = {
            name_of("gpon1", n): PortNote(
                baseline=Baseline(at=NOW - 30 * DAY, rx=-20.0, serial=serial),
                tenants=Tenants(accesses=("A-3", "A-4")),  # of the PON port
            )
            for n, serial in ((1, "ONT-4"), (2, "ONT-3"))
        }
        switch = {"ge1": PortNote(macs=(sight,), tenants=Tenants(accesses=("A-1",)))}
        HistoryWriter(file).write(
            [
                PollNote(element="sw", at=NOW, ports=switch),
                PollNote(element="olt", at=NOW, ports=onts),
            ]
        )
        log = LeaseLog(leases, lambda asked: [AccessRef("A-2") for _ in asked], now=clock)
        log.take(
            LeaseEvent(
                at=since + n * DAY,
                kind=Told.GRANTED if n == 0 else Told.RENEWED,
                address="192.0.2.21",
                server="made-up",
                mac=ONE.lower(),
                identity=Identity(circuit=b"ge2"),
                lifetime_s=2 * 86400,
            )
            for n in range(6)
        )
        served = serve(
            stocked(tmp_path, INVENTORY, Clock(NOW - 40 * DAY)),
            Recordings({}).open,
            clock=clock,
            history=History(file, now=clock),
        )
        state = served.app.state.app_state
        service = dataclasses.replace(state.access_service, lease_log=log)
        served.app.state.app_state = dataclasses.replace(state, access_service=service)

        found = served.get("/techinfo/v1/wrong-ports", auth=OPERATOR)
        refused = served.get("/techinfo/v1/wrong-ports", auth=PROVIDER)

    assert refused.status_code == 403
    rows = found.json()["wrongPorts"]
    pairs = [(one["kind"], one["accessId"], one["otherAccessId"]) for one in rows]
    assert pairs == [("swapped", "A-1", "A-2"), ("swapped", "A-3", "A-4")]
    assert found.headers["X-Total-Count"] == "2"
    told = [
        (one["equipment"], one["belongsTo"], one["by"], one["seenOn"], one["seen"][0]["source"])
        for row in rows
        for one in row["evidence"]
    ]
    assert sorted(told) == [
        (ONE, "A-1", "order", "A-2", "option82"),
        (TWO, "A-2", "order", "A-1", "mac_table"),
        ("ONT-3", "A-3", "cpe", "A-4", "serial"),
        ("ONT-4", "A-4", "cpe", "A-3", "serial"),
    ]
