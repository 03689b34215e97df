"""leaseinfo with the logs of DHCP servers beside the switch's own table, as it is asked for."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.access import made_up as m
from tests.access.made_up import NOW, merged
from tests.access.played import Clock, Recordings, stocked
from tests.api.served import PROVIDER, ServedApi, serve

from techinfo.access.service import AccessService
from techinfo.api.state import AppState
from techinfo.dhcp.events import Event, Kind, LeaseEvent
from techinfo.dhcp.identity import Identity
from techinfo.dhcp.intervals import AccessRef
from techinfo.leases.log import LeaseLog, Observed
from techinfo.leases.store import LeaseFile

INVENTORY = """
elements:
  - {name: sw-1, address: 192.0.2.3, sys_name: one}
  - {name: sw-2, address: 192.0.2.4, sys_name: two}
accesses:
  - {access_id: A-1, element: sw-1, port: ge1, port_by: name}
  - {access_id: A-2, element: sw-2, port: ge1, port_by: name}
services:
  - {vlan: 100, service_type: bb}
  - {vlan: 200, service_type: iptv}
subscriptions:
  - {subscription_id: S-1, access_id: A-1, provider: isp, service: BB, service_type: bb,
     state: ACTIVATED, vlan: 100, connection_date: "2026-11-01"}
  - {subscription_id: S-2, access_id: A-1, provider: other, service: TV, service_type: iptv,
     state: ACTIVATED, vlan: 200, connection_date: "2026-11-01"}
  - {subscription_id: S-3, access_id: A-2, provider: isp, service: BB, service_type: bb,
     state: ACTIVATED, connection_date: "2026-11-01", disconnection_date: "2026-11-20"}
"""
MAC = "02:00:5e:00:53:01"
LEASES = "/2.6/tech/access/{}/link/leaseinfo"
PORTS = {
    Identity(circuit=name.encode()): where
    for name, where in (
        ("p1-bb", AccessRef("A-1", 100)),
        ("p1-tv", AccessRef("A-1", 200)),
        ("p1", AccessRef("A-1")),
        ("p2", AccessRef("A-2", 100)),
    )
}


def where(asked: Sequence[tuple[Identity, datetime | None]]) -> list[AccessRef | None]:
    """Where the identifiers of the ports are."""
    return [PORTS.get(identity) for identity, _ in asked]


def event(address: str, port: str, **more: object) -> LeaseEvent:
    """A lease of an hour that was granted ten minutes ago."""
    told = LeaseEvent(
        at=NOW - timedelta(minutes=10),
        kind=Kind.GRANTED,
        address=address,
        server="made-up",
        mac=MAC,
        identity=Identity(circuit=port.encode()),
        lifetime_s=3600,
    )
    return dataclasses.replace(told, **more)  # type: ignore[arg-type]  # whatever a test changes


class Logged:
    """A service with a log of leases."""

    def __init__(self, served: ServedApi, log: LeaseLog) -> None:
        self.served, self.log = served, log

    def take(self, *events: Event) -> None:
        """What a source tells."""
        self.log.take(events)
        self.log.looked()

    def addresses(self, access: str, **more: object) -> list[str]:
        """The leases that are told of an access."""
        answer = self.served.get(LEASES.format(access), **more)
        assert answer.status_code == 200, answer.text
        return [row["lease"] for row in answer.json()]


@pytest.fixture
def logged(tmp_path: Path) -> Iterator[Logged]:
    """A switch that sees one lease, and one whose driver has no table of leases."""
    one = merged(m.system("one"), m.port(1, "ge1"), m.lease(1, 1, "192.0.2.21", MAC, 100))
    two = merged(m.system("two", m.PLAIN_ID), m.port(1, "ge1"))
    network = Recordings({"192.0.2.3": one, "192.0.2.4": two})
    clock = Clock()
    served = serve(stocked(tmp_path, INVENTORY), network.open, clock=clock)
    with LeaseFile.open(tmp_path / "leases.sqlite") as file:
        log = LeaseLog(file, where, now=clock)
        app = served.app
        state: AppState = app.state.app_state
        desk = AccessService(state.access_service.troubleshooter, lease_log=log)
        app.state.app_state = dataclasses.replace(state, access_service=desk)
        yield Logged(served, log)


def test_one_lease_of_both_has_the_times_of_the_log(logged: Logged) -> None:
    """And the service of the VLAN on which the switch sees it."""
    logged.take(
        event("192.0.2.21", "p1-bb"),
        event("192.0.2.21", "p1-bb", at=NOW - timedelta(minutes=2), kind=Kind.RENEWED),
    )

    (row,) = logged.served.get(LEASES.format("A-1")).json()

    assert row["lease"] == "192.0.2.21"
    assert (row["mac"], row["serviceType"]) == (MAC.upper(), "bb")
    assert row["start"] == "2026-11-21T09:50:00Z"
    assert row["lastRenew"] == "2026-11-21T09:58:00Z"
    assert row["end"] == "2026-11-21T10:58:00Z"


def test_prefixes_and_addresses_of_the_log_stand_behind(logged: Logged) -> None:
    """IPv6 is seen by few switches."""
    logged.take(event("2001:db8:400::/56", "p1-bb"), event("2001:db8::2e", "p1-bb"))

    assert logged.addresses("A-1") == ["192.0.2.21", "2001:db8:400::/56", "2001:db8::2e"]


def test_a_switch_without_the_table_is_answered_for_by_the_log(logged: Logged) -> None:
    """With the time of the last look at the sources; and ``[]`` when nothing runs."""
    logged.take(event("192.0.2.31", "p2"))
    running = logged.served.get(LEASES.format("A-2"))
    logged.take(event("192.0.2.31", "p2", at=NOW, kind=Kind.RELEASED))

    assert [row["lease"] for row in running.json()] == ["192.0.2.31"]
    assert running.headers["Last-Modified"] == "Sat, 21 Nov 2026 10:00:00 GMT"
    assert logged.addresses("A-2") == []


def test_before_any_source_was_read_nothing_is_answered_from_the_log(logged: Logged) -> None:
    """An empty list would say that nobody has a lease."""
    answer = logged.served.get(LEASES.format("A-2"))

    assert (answer.status_code, answer.json()["code"]) == (404, "not_available_here")


def test_without_sources_the_switch_is_asked_alone(logged: Logged) -> None:
    """As if there were no log."""
    logged.take(event("192.0.2.22", "p1-bb"))
    logged.log.sources = False

    assert logged.addresses("A-1") == ["192.0.2.21"]
    assert logged.served.get(LEASES.format("A-2")).status_code == 404


def test_a_provider_sees_the_logged_leases_of_its_own_vlan(logged: Logged) -> None:
    """Not those of another's VLAN, and none whose VLAN nobody knows."""
    logged.take(
        event("192.0.2.22", "p1-bb"), event("192.0.2.23", "p1-tv"), event("192.0.2.24", "p1")
    )

    assert logged.addresses("A-1", auth=PROVIDER) == ["192.0.2.21", "192.0.2.22"]
    assert len(logged.addresses("A-1")) == 4


def test_a_provider_sees_no_lease_from_before_its_time(logged: Logged) -> None:
    """The old tenant's CPE may still be there."""
    began = datetime.fromisoformat("2026-10-31T12:00:00Z")
    logged.take(event("192.0.2.22", "p1-bb", at=began, lifetime_s=10_000_000))

    assert logged.addresses("A-1", auth=PROVIDER) == ["192.0.2.21"]


def test_a_subscription_that_ended_sees_nothing_of_today(logged: Logged) -> None:
    """The log tells of now, and the provider may see facts up to its end."""
    logged.take(event("192.0.2.31", "p2"))

    answer = logged.served.get(LEASES.format("A-2"), auth=PROVIDER)

    assert "192.0.2.31" not in answer.text
    assert answer.status_code in {403, 404}


def test_a_lease_seen_here_with_another_port_s_identifier_is_observed(logged: Logged) -> None:
    """The question itself finds the wrong port (D6)."""
    logged.take(event("192.0.2.21", "p2"))

    logged.addresses("A-1")

    (odd,) = logged.log.observations("A-1")
    assert (odd.kind, odd.access_id, odd.other_id) == (Observed.ELSEWHERE, "A-1", "A-2")
