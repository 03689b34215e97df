"""What had an identifier or an address at a time that is over, over HTTP."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from tests.access.made_up import NOW
from tests.access.played import Clock, Recordings, imported, stocked
from tests.api.served import OPERATOR, PROVIDER, ServedApi, serve

from techinfo.dhcp.events import Kind, LeaseEvent
from techinfo.dhcp.identity import Identity
from techinfo.dhcp.intervals import AccessRef
from techinfo.leases.log import LeaseLog
from techinfo.leases.store import LeaseFile
from techinfo.store.audit import AuditEntry
from techinfo.store.batches import Batches

DAY = timedelta(days=1)
MOVED = NOW - 2 * DAY
CASE = {"X-Case-Reference": "CASE-1"}
NETWORK = """
elements: [{name: sw, address: 192.0.2.3, sys_name: elm}]
services: [{vlan: 100, service_type: bb}, {vlan: 200, service_type: iptv}]
accesses:
  - {access_id: A-1, element: sw, port: ge1, port_by: name}
  - {access_id: A-2, element: sw, port: ge2, port_by: name}
  - {access_id: A-3, element: sw, port: ge3, port_by: name}
subscriptions:
"""


def row(number: int, access: str, provider: str, circuit: str, **more: object) -> str:
    """A subscription, its circuit-id with it."""
    fields = {
        "subscription_id": f"S-{number}",
        "access_id": access,
        "provider": provider,
        "service": "BB",
        "service_type": "bb",
        "state": "ACTIVATED",
        "vlan": 100,
        "connection_date": '"2026-10-01"',
        "ipv4_circuit_id": circuit,
        **more,
    }
    return "  - {" + ", ".join(f"{k}: {v}" for k, v in fields.items()) + "}\n"


BEFORE = (
    NETWORK
    + row(1, "A-1", "isp", "port-x")
    + row(2, "A-1", "other", "port-tv", service_type="iptv", vlan=200)
    + row(3, "A-2", "other", "port-y")
    + row(4, "A-3", "isp", "port-z", connection_date='"2026-11-20T12:00:00Z"')
)
AFTER = (
    NETWORK
    + row(1, "A-1", "isp", "port-x1")
    + row(2, "A-1", "other", "port-tv", service_type="iptv", vlan=200)
    + row(3, "A-2", "other", "port-x")
    + row(4, "A-3", "isp", "port-z", connection_date='"2026-11-20T12:00:00Z"')
)
PORTS = {
    b"p1-bb": AccessRef("A-1", 100),
    b"p1-tv": AccessRef("A-1", 200),
    b"p2": AccessRef("A-2", 100),
}


def where(asked: Sequence[tuple[Identity, datetime | None]]) -> list[AccessRef | None]:
    """Where the identifiers of leases are."""
    return [PORTS.get(identity.circuit or b"") for identity, _ in asked]


def granted(address: str, port: bytes, at: datetime) -> LeaseEvent:
    """A lease of an hour."""
    return LeaseEvent(
        at=at,
        kind=Kind.GRANTED,
        address=address,
        server="made-up",
        mac="02:00:5e:00:53:01",
        identity=Identity(circuit=port),
        lifetime_s=3600,
    )


class Past:
    """The service over an inventory that was imported twice: ``port-x`` has gone to another."""

    def __init__(self, folder: Path, leases: LeaseFile) -> None:
        clock = Clock(NOW - 30 * DAY)
        inventory = stocked(folder, BEFORE, clock)
        clock.at = MOVED
        imported(inventory, folder, AFTER)
        clock.at = NOW
        self.entries: list[AuditEntry] = []
        self.audit = Batches[AuditEntry](
            lambda batch, _lost: self.entries.extend(batch), "entries of a test"
        )
        served = serve(inventory, Recordings({}).open, clock=clock, audit=self.audit)
        log = LeaseLog(leases, where, now=clock)
        day_ago = NOW - DAY
        log.take(
            [
                granted("192.0.2.21", b"p1-bb", day_ago),
                granted("192.0.2.22", b"p1-tv", day_ago),
                granted("192.0.2.23", b"p2", day_ago),
                granted("192.0.2.21", b"p2", NOW - timedelta(hours=2)),
            ]
        )
        state = served.app.state.app_state
        service = dataclasses.replace(state.access_service, lease_log=log)
        served.app.state.app_state = dataclasses.replace(state, access_service=service)
        self.served: ServedApi = served

    def ask(
        self, query: str, at: datetime, who: tuple[str, str] = PROVIDER, **more: object
    ) -> httpx.Response:
        """One look-up, with a reason."""
        text = at.isoformat().replace("+00:00", "Z")
        path = f"/techinfo/v1/lookup?{query}&at={text}"
        return self.served.get(path, auth=who, **{"headers": CASE, **more})


@pytest.fixture
def past(tmp_path: Path) -> Iterator[Past]:
    """See `Past`."""
    with LeaseFile.open(tmp_path / "leases.sqlite") as file:
        made = Past(tmp_path, file)
        yield made
        made.audit.close()


def told(answer: httpx.Response) -> object:
    """Access and subscriptions, or status and code."""
    body = answer.json()
    if answer.status_code == 200:
        return body["accessId"], body["subscriptionIds"]
    return answer.status_code, body["code"]


UNKNOWN = (404, "unknown_identifier")


@pytest.mark.parametrize(
    ("circuit", "days", "theirs", "operators"),
    [
        ("port-x", 3, ("A-1", ["S-1"]), ("A-1", ["S-1", "S-2"])),
        ("port-x", 1, UNKNOWN, ("A-2", ["S-3"])),
        ("port-x1", 1, ("A-1", ["S-1"]), ("A-1", ["S-1", "S-2"])),
        ("port-x1", 3, UNKNOWN, UNKNOWN),
        ("port-y", 3, UNKNOWN, ("A-2", ["S-3"])),
        ("port-tv", 1, UNKNOWN, ("A-1", ["S-1", "S-2"])),
        ("port-z", 3, UNKNOWN, ("A-3", [])),
        ("port-x", 8, (403, "forbidden"), ("A-1", ["S-1", "S-2"])),
        ("port-x", 40, (403, "forbidden"), UNKNOWN),
    ],
    ids=[
        "theirs then",
        "another's since",
        "the new one",
        "before it was",
        "another's",
        "another's on the same access",
        "before their subscription",
        "too long ago",
        "before the inventory",
    ],
)
def test_an_identifier_is_told_as_it_was(
    past: Past, circuit: str, days: int, theirs: object, operators: object
) -> None:
    """To a provider of what it held itself then; to the operator all that is known."""
    at = NOW - days * DAY

    assert told(past.ask(f"ipv4CircuitId={circuit}", at)) == theirs
    assert told(past.ask(f"ipv4CircuitId={circuit}", at, OPERATOR)) == operators


@pytest.mark.parametrize(
    ("address", "hours", "theirs", "operators"),
    [
        ("192.0.2.21", 23.5, "A-1", "A-1"),
        ("192.0.2.21", 22, None, None),
        ("192.0.2.21", 1.5, None, "A-2"),
        ("192.0.2.22", 23.5, None, "A-1"),
        ("192.0.2.23", 23.5, None, "A-2"),
        ("no address", 23.5, None, None),
    ],
)
def test_an_address_is_told_by_the_lease_that_ran_then(
    past: Past, address: str, hours: float, theirs: str | None, operators: str | None
) -> None:
    """Of services of others nothing, though they are on the same access."""
    at = NOW - timedelta(hours=hours)
    for who, access in ((PROVIDER, theirs), (OPERATOR, operators)):
        answer = past.ask(f"ip={address}", at, who)

        if access is None:
            assert told(answer) == UNKNOWN
        else:
            assert answer.json()["accessId"] == access
            assert answer.json()["match"] == "lease"


def test_a_provider_says_why_and_it_is_written_down(past: Past) -> None:
    """With the access and the time that it was about; without a reason nothing is told."""
    at = NOW - 3 * DAY
    refused = past.ask("ipv4CircuitId=port-x", at, headers={})
    past.ask("ipv4CircuitId=port-x", at)
    past.audit.flush()

    assert told(refused) == (400, "case_reference_required")
    entry = past.entries[-1]
    assert (entry.access_id, entry.case_reference, entry.status) == ("A-1", "CASE-1", 200)
    assert entry.path == "/techinfo/v1/lookup?at=2026-11-18T10:00:00Z"


def test_what_is_to_come_and_what_is_no_time_is_malformed(past: Past) -> None:
    """And no identifier at all."""
    later = past.ask("ipv4CircuitId=port-x", NOW + DAY)
    nothing = past.ask("x=y", NOW - DAY)
    without = past.served.get("/techinfo/v1/lookup?ipv4CircuitId=port-x", auth=OPERATOR)

    assert [one.status_code for one in (later, nothing, without)] == [400, 400, 400]


def test_misses_count(past: Past) -> None:
    """As those of the look-ups of now: guessing has an end."""
    answer = past.ask("ipv4CircuitId=guess", NOW - DAY)

    left = past.served.get("/techinfo/v1/quota", auth=PROVIDER).json()["lookupMisses"]
    assert answer.status_code == 404
    assert left["remaining"] == left["limit"] - 1
