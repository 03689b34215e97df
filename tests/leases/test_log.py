"""What the log of leases keeps of events, and what it finds odd."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.access.made_up import NOW
from tests.access.played import Clock

from techinfo.dhcp.events import Event, IdentifierSeen, Kind, LeaseEvent
from techinfo.dhcp.identity import Identity
from techinfo.dhcp.intervals import AccessRef, LeaseEnd
from techinfo.leases.log import UNTOLD, LeaseLog, Observed
from techinfo.leases.store import LeaseFile, Position
from techinfo.model import Lease

ONE, OTHER = "02:00:5e:00:53:01", "02:00:5e:00:53:02"
HERE, THERE, NOWHERE = (Identity(circuit=c) for c in (b"p1", b"p2", b"?"))


class Network:
    """Which identifier is where; it may change."""

    def __init__(self) -> None:
        self.known = {HERE: AccessRef("A-1", 100), THERE: AccessRef("A-2")}

    def __call__(self, asked: Sequence[tuple[Identity, datetime | None]]) -> list[AccessRef | None]:
        """Where each is."""
        return [self.known.get(identity) for identity, _ in asked]


@pytest.fixture
def network() -> Network:
    """Two ports, of two accesses."""
    return Network()


@pytest.fixture
def clock() -> Clock:
    """Ten in the morning."""
    return Clock()


@pytest.fixture
def log(tmp_path: Path, network: Network, clock: Clock) -> Iterator[LeaseLog]:
    """A log of leases in a file of its own."""
    with LeaseFile.open(tmp_path / "leases.sqlite") as file:
        yield LeaseLog(file, network, now=clock)


def granted(address: str = "192.0.2.1", ago_s: float = 60, **more: object) -> LeaseEvent:
    """A lease of an hour on the first port."""
    event = LeaseEvent(
        at=NOW - timedelta(seconds=ago_s),
        kind=Kind.GRANTED,
        address=address,
        server="made-up",
        mac=ONE,
        identity=HERE,
        lifetime_s=3600,
    )
    return replace(event, **more)  # type: ignore[arg-type]  # whatever a test wants to change


def told(log: LeaseLog) -> list[tuple[Observed, str | None, str | None, int]]:
    """Kind, access, the access that is named, and how often, of each observation."""
    return [(o.kind, o.access_id, o.other_id, o.count) for o in log.observations()]


def test_a_lease_runs_on_its_access_until_it_ends(log: LeaseLog, clock: Clock) -> None:
    """With the VLAN that the identifier's pattern tells."""
    log.take([granted()])
    (running,) = log.running("A-1")
    clock.go_on(3600)

    assert (running.address, running.vlan, running.start) == (
        "192.0.2.1",
        100,
        NOW - timedelta(minutes=1),
    )
    assert log.running("A-1") == ()
    assert log.history(access_id="A-1")[0].how is LeaseEnd.EXPIRED


def test_a_lease_whose_end_is_not_told_runs_for_a_day(log: LeaseLog, clock: Clock) -> None:
    """After the last word about it."""
    log.take([granted(lifetime_s=None)])
    before = len(log.running("A-1"))
    clock.go_on(UNTOLD.total_seconds())

    assert (before, len(log.running("A-1"))) == (1, 0)


@pytest.mark.parametrize("parts", [1, 2, 5])
def test_batches_may_be_cut_anywhere_and_told_twice(log: LeaseLog, parts: int) -> None:
    """What is kept is the same, and no observation counts twice."""
    events: list[Event] = [
        granted(ago_s=900),
        granted("192.0.2.2", ago_s=800, identity=NOWHERE),
        granted(ago_s=600, identity=THERE),
        granted("192.0.2.2", ago_s=500, kind=Kind.RELEASED, identity=None),
        granted("192.0.2.2", ago_s=400, mac=OTHER),
    ]
    size = -(-len(events) // parts)
    batches = [events[n : n + size] for n in range(0, len(events), size)]
    for batch in batches:
        log.take(batch)
    once = (log.history(), told(log))
    for batch in batches:
        log.take(batch)

    assert (log.history(), told(log)) == once
    assert [(i.address, i.access_id, i.how) for i in once[0]] == [
        ("192.0.2.1", "A-1", LeaseEnd.MOVED),
        ("192.0.2.2", None, LeaseEnd.RELEASED),
        ("192.0.2.1", "A-2", None),
        ("192.0.2.2", "A-1", None),
    ]


def test_how_far_a_source_was_read_is_kept_with_what_it_told(log: LeaseLog) -> None:
    """Both or neither."""
    position = Position(source="s", device=1, inode=2, offset=3, head=b"h", at=NOW)

    log.take([granted()], position)

    assert log.position("s") == position


def test_an_identifier_that_names_no_access_is_observed(log: LeaseLog) -> None:
    """In a lease or in a packet, with the client that has it."""
    log.take([granted(identity=NOWHERE)])
    log.take([IdentifierSeen(at=NOW, identity=NOWHERE, server="made-up", mac=ONE)])

    (odd,) = log.observations()
    assert (odd.kind, odd.identity, odd.client, odd.count) == (Observed.UNKNOWN, NOWHERE, ONE, 2)


def test_a_lease_finds_its_access_when_the_inventory_knows_it(
    log: LeaseLog, network: Network
) -> None:
    """A port that was delivered before it was entered."""
    log.take([granted(identity=NOWHERE)])
    network.known[NOWHERE] = AccessRef("A-3", 200)

    assert (log.place_again(), log.place_again()) == (1, 0)
    assert [lease.vlan for lease in log.running("A-3")] == [200]


def test_a_client_that_takes_its_lease_to_another_port_is_observed(log: LeaseLog) -> None:
    """The same address, renewed with the identifier of another access."""
    log.take([granted(ago_s=900), granted(ago_s=60, identity=THERE)])

    assert told(log) == [(Observed.MOVED, "A-1", "A-2", 1)]
    assert ([len(log.running(a)) for a in ("A-1", "A-2")]) == [0, 1]


def test_a_client_with_leases_on_two_accesses_is_observed(log: LeaseLog) -> None:
    """It got another address on the other port, while the first lease runs."""
    log.take([granted(ago_s=900)])
    log.take([granted("192.0.2.2", identity=THERE)])

    assert told(log) == [(Observed.MOVED, "A-1", "A-2", 1)]


@pytest.mark.parametrize(("identity", "named"), [(THERE, "A-2"), (NOWHERE, None)])
def test_a_lease_that_the_switch_sees_elsewhere_is_observed(
    log: LeaseLog, identity: Identity, named: str | None
) -> None:
    """D6: the port's own switch sees it, and its identifier names another port, or none."""
    log.take([granted(identity=identity)])
    seen = [Lease(address="192.0.2.1", mac=ONE.upper()), Lease(address="192.0.2.9", mac=OTHER)]

    odd = log.compare("A-1", seen)

    assert odd == 1
    assert told(log)[0] == (Observed.ELSEWHERE, "A-1", named, 1)
    assert log.observations("A-1")[0].identity == identity


def test_the_same_lease_elsewhere_is_observed_once_an_hour(log: LeaseLog, clock: Clock) -> None:
    """However often it is asked about."""
    log.take([granted(identity=THERE)])
    seen = [Lease(address="192.0.2.1", mac=ONE)]
    found = [log.compare("A-1", seen), log.compare("A-1", seen)]
    clock.go_on(1000)
    log.take([granted(identity=THERE, kind=Kind.RENEWED, at=clock())])
    clock.go_on(2700)

    assert [*found, log.compare("A-1", seen)] == [1, 0, 1]
    assert told(log)[0] == (Observed.ELSEWHERE, "A-1", "A-2", 2)


def test_what_switch_and_log_agree_on_is_not_odd(log: LeaseLog) -> None:
    """Nor is another client's lease, or one whose source tells no identifier."""
    log.take([granted(), granted("192.0.2.2", identity=None)])

    seen = [
        Lease(address="192.0.2.1", mac=ONE),
        Lease(address="192.0.2.2", mac=ONE),
        Lease(address="192.0.2.1", mac=OTHER),
    ]
    assert log.compare("A-1", seen) == 0
    assert told(log) == []


def test_rows_are_erased_after_a_week(log: LeaseLog, clock: Clock) -> None:
    """Addresses and lines of customers are personal data."""
    log.take([granted(), granted("192.0.2.2", identity=NOWHERE)])
    clock.go_on(timedelta(days=7, hours=2).total_seconds())

    assert log.expire() == 3
    assert (log.history(), log.observations()) == ((), ())
