"""Option 82 that names ports without an access: what is evidence of a move, and what is none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from tests.access.made_up import NOW
from tests.access.month import DAY, HOUR
from tests.access.played import Clock, stocked

from techinfo.access.leases import resolver
from techinfo.access.wrong_ports import Finding, Kind, audited
from techinfo.dhcp.events import Kind as Told
from techinfo.dhcp.events import LeaseEvent
from techinfo.dhcp.identity import Identity
from techinfo.history.free_ports import FreePort
from techinfo.history.store import HistoryFile
from techinfo.history.writing import HistoryWriter, PollNote, PortNote, Tenants
from techinfo.inventory import Inventory
from techinfo.leases.log import LeaseLog
from techinfo.leases.store import LeaseFile

ONE, TWO, TV = "02:00:5E:00:53:01", "02:00:5E:00:53:02", "02:00:5E:00:53:77"
SWITCH = "02:00:5E:00:53:AA"
HOME, FREE = "elm:ge-0/0/1:100", "elm:ge-0/0/7:100"
INVENTORY = f"""
elements:
  - {{name: sw, address: 192.0.2.3, sys_name: elm, mac: "{SWITCH}", layout: junos-host}}
  - {{name: other, address: 192.0.2.4, sys_name: oak, layout: junos-host}}
services: [{{element: sw, vlan: 100, service_type: bb}}]
accesses:
  - {{access_id: A-1, element: sw, port: ge-0/0/1, port_by: name, module: 0, port_number: 1}}
  - {{access_id: A-2, element: sw, port: ge-0/0/2, port_by: name, module: 0, port_number: 2}}
subscriptions:
  - {{subscription_id: S-1, access_id: A-1, provider: isp, service: x, service_type: bb,
     connection_date: "2026-10-01", equipment: '[{{"macAddress": "{ONE}"}}]'}}
  - {{subscription_id: S-2, access_id: A-2, provider: other, service: x, service_type: bb,
     connection_date: "2026-10-01", equipment: '[{{"macAddress": "{TWO}"}}]'}}
"""


def lease(
    days: Iterable[float], circuit: str, mac: str = ONE, last: str = "21", remote: bytes = b""
) -> Iterator[LeaseEvent]:
    """A client has an address renewed, by an identifier, so many days ago."""
    for n, day in enumerate(days):
        yield LeaseEvent(
            at=NOW - day * DAY,
            kind=Told.RENEWED if n else Told.GRANTED,
            address=f"192.0.2.{last}",
            server="made-up",
            mac=mac.lower(),
            identity=Identity(circuit=circuit.encode(), remote=remote),
            lifetime_s=86400,
        )


@contextmanager
def told(folder: Path, inventory: Inventory, events: Iterable[LeaseEvent]) -> Iterator[LeaseLog]:
    """A log that tells these, by age."""
    with LeaseFile.open(folder / "leases.sqlite") as file:
        log = LeaseLog(file, resolver(inventory), now=Clock())
        log.take(sorted(events, key=lambda one: one.at))
        yield log


def polled(file: HistoryFile, *macs: str, port: str = "ge-0/0/7", since: float = 5) -> None:
    """Hourly polls that find nothing at home, and this on a port without an access."""
    home = {"ge-0/0/1": PortNote(table=(), tenants=Tenants(accesses=("A-1",)))}
    free = {port: FreePort(name=port, descr=None, if_index=7, macs=macs)}
    day = since
    while day >= 0:
        note = PollNote(element="sw", at=NOW - day * DAY, ports=home, free=free)
        HistoryWriter(file).write([note])
        day -= 0.5


def found(
    folder: Path,
    events: Iterable[LeaseEvent],
    macs: Iterable[str],
    text: str = INVENTORY,
    port: str = "ge-0/0/7",
) -> list[Finding]:
    """What is found of it."""
    inventory = stocked(folder, text, Clock(NOW - 40 * DAY))
    with (
        HistoryFile.open(folder / "history.sqlite") as file,
        told(folder, inventory, events) as log,
    ):
        polled(file, *macs, port=port)
        return audited(inventory, file, log, NOW)


def sources(one: Finding) -> dict[str, tuple[datetime, datetime]]:
    """What tells of it, from when to when."""
    told = (seen for row in one.evidence for seen in row.seen)
    return {seen.source.value: (seen.since, seen.until) for seen in told}


BEFORE, AFTER = (9.0, 8.0, 7.0, 6.0), (5.0, 4.0, 3.0, 2.0, 1.0, 0.1)


@pytest.mark.parametrize("macs", [(ONE,), (TV,)])
def test_a_lease_that_goes_on_with_the_identifier_of_a_free_port_is_evidence_of_a_move(
    tmp_path: Path, macs: tuple[str, ...]
) -> None:
    """With the MAC table or without it; the lease does not keep the access where it was."""
    events = [*lease(BEFORE, HOME), *lease(AFTER, FREE)]

    (one,) = found(tmp_path, events, macs)

    assert (one.kind, one.access_id) == (Kind.MOVED, "A-1")
    assert one.free is not None
    assert (one.free.element, one.free.called) == ("sw", "ge-0/0/7")
    assert sources(one)["option82"] == (NOW - 5 * DAY, NOW - 0.1 * DAY)
    assert ("mac_table" in sources(one)) is (macs == (ONE,))


def test_a_lease_of_a_new_address_is_the_same_evidence(tmp_path: Path) -> None:
    """The one at home ends by itself."""
    events = [*lease(BEFORE, HOME), *lease(AFTER, FREE, last="99")]

    (one,) = found(tmp_path, events, [ONE])

    assert (one.kind, set(sources(one))) == (Kind.MOVED, {"option82", "mac_table"})


@pytest.mark.parametrize(
    "events",
    [
        [*lease(BEFORE, HOME), *lease(AFTER, "elm:ge-0/0/8:100")],
        [*lease(BEFORE, HOME), *lease(AFTER, "elm:ge-0/0/2:999")],
        [*lease(BEFORE, HOME), *lease(AFTER, "ash:ge-0/0/7:100")],
        [*lease(BEFORE, HOME), *lease(AFTER, "oak:ge-0/0/7:100")],
        [*lease(BEFORE, HOME), *lease(AFTER, "elm:ge-1/0/7:100")],
        [*lease(BEFORE, HOME), *lease(AFTER, "elm:xe-0/0/7:100")],
        [*lease(BEFORE, HOME), *lease((1.0, 0.5, 0.1), FREE)],
        [*lease(BEFORE, HOME), *lease((5.0, 4.9), FREE), *lease((4.5, 3.0, 1.0), HOME, last="22")],
        [*lease(BEFORE, HOME), *lease(AFTER, FREE), *lease(AFTER, FREE, TWO, "22")],
        [
            *lease(AFTER, FREE),
            *(e for n in range(9) for e in lease(AFTER, FREE, f"02:00:5E:00:54:{n:02X}", str(n))),
        ],
    ],
    ids=[
        "a port on which polls find nothing",
        "another VLAN of an access",
        "an unknown switch",
        "another switch",
        "another slot",
        "no port that it writes",
        "only just",
        "a visit",
        "two accesses there",
        "a port that leads on",
    ],
)
def test_what_may_be_something_else_is_no_evidence(
    tmp_path: Path, events: list[LeaseEvent]
) -> None:
    """Nothing is found by it, nor listed as elsewhere."""
    assert found(tmp_path, events, [TV]) == []


@pytest.mark.parametrize(
    ("text", "port"),
    [
        (INVENTORY.replace("sys_name: oak", "sys_name: elm"), "ge-0/0/7"),
        (INVENTORY.replace("ge-0/0/2,", "ge-0/0/7,").replace("number: 2", "number: 7"), "ge-0/0/7"),
        (INVENTORY, "uplink7"),
    ],
    ids=["two switches of one name", "an access is there", "a port of another name"],
)
def test_an_identifier_that_does_not_name_one_free_port_is_no_evidence(
    tmp_path: Path, text: str, port: str
) -> None:
    """Whatever the MAC table has there."""
    events = [*lease(BEFORE, HOME), *lease(AFTER, FREE)]

    assert [one for one in found(tmp_path, events, [TV], text, port) if one.free] == []


def test_equipment_that_is_at_home_as_well_has_not_moved(tmp_path: Path) -> None:
    """A switch behind the port lets an identifier through now and then."""
    inventory = stocked(tmp_path, INVENTORY, Clock(NOW - 40 * DAY))
    events = [*lease(BEFORE, HOME), *lease(AFTER, FREE)]
    with (
        HistoryFile.open(tmp_path / "history.sqlite") as file,
        told(tmp_path, inventory, events) as log,
    ):
        polled(file, ONE)
        home = {"ge-0/0/1": PortNote(table=((ONE, 100),), tenants=Tenants(accesses=("A-1",)))}
        HistoryWriter(file).write([PollNote(element="sw", at=NOW - HOUR, ports=home)])

        assert audited(inventory, file, log, NOW) == []


def test_a_remote_id_must_be_the_switchs_own(tmp_path: Path) -> None:
    """Where its layout has one: then both together name the port."""
    text = INVENTORY.replace("layout: junos-host", 'circuit_id: "bin: <vlan:u16> <port:u16>"', 1)
    text = text.replace(f'mac: "{SWITCH}",', f'mac: "{SWITCH}", remote_id: "bin: <mac>",', 1)
    octets = bytes.fromhex(SWITCH.replace(":", ""))

    def kinds(name: str, remote: bytes) -> list[Kind]:
        events = lease(AFTER, "\0d\0\x07", remote=remote)
        folder = tmp_path / name
        folder.mkdir()
        return [one.kind for one in found(folder, events, [TV], text)]

    assert kinds("own", octets) == [Kind.MOVED]
    assert kinds("of another", octets[:-1] + b"\xab") == []
    assert kinds("none", b"") == []


def test_who_is_erased_is_erased_with_the_identifiers_that_they_were_seen_with(
    tmp_path: Path,
) -> None:
    """By the access of which there are leases, and by the MAC address; others stay."""
    inventory = stocked(tmp_path, INVENTORY, Clock(NOW - 40 * DAY))
    events = [*lease(BEFORE, HOME), *lease(AFTER, FREE), *lease(AFTER, FREE, TV, "22")]
    with (
        told(tmp_path, inventory, events) as log,
        LeaseFile.open(tmp_path / "leases.sqlite") as file,
    ):
        assert [one.client for one in file.observations("A-1", clients=True)] == [ONE.lower()]
        assert file.observations("A-1") == ()

        log.erase(access_id="A-1")

        assert [one.client for one in file.observations()] == [TV.lower()]
        log.erase(mac=TV)
        assert file.observations() == ()
