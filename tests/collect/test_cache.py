"""What was read is given again, for the port that it was read of and no other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.collect.playing import NOW, target

from techinfo.collect.cache import CacheEntry, PortCache, answer
from techinfo.collect.target import Reading, Target
from techinfo.model import Fact, Link, MacEntry, Part, Port, PortFacts, State

HOUR = timedelta(hours=1)
MAC = (MacEntry(mac="02:00:00:00:00:01"),)


def reading(
    ports: Mapping[int, tuple[str, dict[str, Any]]],
    *facts: Fact,
    if_index: int | None = None,
    state: State = State.OK,
) -> Reading:
    """Ports by ifIndex: name, and what is told of each."""
    return Reading(
        element="sw-1",
        if_index=if_index,
        ports={
            n: PortFacts(port=Port(if_index=n, name=w), **told) for n, (w, told) in ports.items()
        },
        parts={fact: Part(state=state, read_at=NOW) for fact in facts},
    )


def found(shelf: PortCache, asked: Target, *facts: Fact, now: datetime = NOW) -> Reading | None:
    """What the shelf answers."""
    told = {fact: shelf.fresh(asked, fact, now, HOUR) for fact in facts}
    kept: dict[Fact, CacheEntry] = {fact: k for fact, k in told.items() if k is not None}
    return answer(asked, kept) if len(kept) == len(facts) else None


def test_a_whole_reading_serves_its_ports() -> None:
    """By name."""
    shelf = PortCache()
    shelf.keep(
        target(), reading({1: ("ge1", {"link": Link(up=True)}), 2: ("ge2", {})}, Fact.LINK), NOW
    )

    got = found(shelf, target("ge1"), Fact.LINK)

    assert got is not None
    assert got.if_index == 1
    assert got.port == PortFacts(port=Port(if_index=1, name="ge1"), link=Link(up=True))
    assert found(shelf, target("ge9"), Fact.LINK) is None


def test_all_ports_of_one_reading_are_given_as_they_were_read() -> None:
    """Each with what was told of it, and a fact that is of no port beside them."""
    shelf, facts = PortCache(), (Fact.DEVICE, Fact.LINK, Fact.MACS)
    ports: dict[int, tuple[str, dict[str, Any]]] = {
        1: ("ge1", {"link": Link(up=True), "macs": MAC}),
        2: ("ge2", {"macs": MAC}),
        3: ("", {}),
    }
    shelf.keep(target(), reading(ports, *facts), NOW)

    got = found(shelf, target(), *facts)

    assert got is not None
    assert got.ports == reading(ports, *facts).ports
    assert got.parts.keys() == set(facts)


def test_the_newest_is_given() -> None:
    """Of the whole device or of the port alone."""
    shelf = PortCache()
    shelf.keep(target(), reading({1: ("ge1", {"link": Link(up=True)})}, Fact.LINK), NOW)
    down = reading({1: ("ge1", {"link": Link(up=False)})}, Fact.LINK, if_index=1)
    shelf.keep(target("ge1"), down, NOW + timedelta(seconds=1))

    got = found(shelf, target("ge1"), Fact.LINK, now=NOW + timedelta(seconds=2))

    assert got is not None
    assert got.port is not None
    assert got.port.link == Link(up=False)


def test_after_renumbering_nobody_gets_his_neighbours_rows() -> None:
    """Rows are found by the names that ports had when they were read."""
    shelf = PortCache()
    shelf.keep(target(), reading({1: ("ge1", {"macs": MAC}), 2: ("ge2", {})}, Fact.MACS), NOW)
    later = reading({1: ("ge2", {}), 2: ("ge1", {"link": Link(up=True)})}, Fact.LINK)
    shelf.keep(target(), later, NOW + timedelta(seconds=1))

    one = found(shelf, target("ge1"), Fact.MACS, Fact.LINK, now=NOW + timedelta(seconds=1))
    other = found(shelf, target("ge2"), Fact.MACS, Fact.LINK, now=NOW + timedelta(seconds=1))
    every = found(shelf, target(), Fact.MACS, Fact.LINK, now=NOW + timedelta(seconds=1))

    assert one is not None
    assert one.port == PortFacts(port=Port(if_index=2, name="ge1"), link=Link(up=True), macs=MAC)
    assert other is not None
    assert other.port == PortFacts(port=Port(if_index=1, name="ge2"))
    assert every is not None
    assert not any(p.macs for p in every.ports.values()), "an older number is another port's"


@pytest.mark.parametrize(
    "asked",
    [
        target("ge1", element="sw-2"),
        target("ge1", vlans=(7,)),
        target("ge1", by="name"),
        target(),
    ],
)
def test_another_question_is_another_answer(asked: Target) -> None:
    """Another element at this address, other VLANs, another way to name the port, all ports."""
    shelf = PortCache()
    shelf.keep(target("ge1"), reading({1: ("ge1", {"macs": MAC})}, Fact.MACS, if_index=1), NOW)

    assert found(shelf, asked, Fact.MACS) is None


def test_what_moves_of_a_link_is_not_the_link() -> None:
    """For who asks for a link; whoever asks what moves is content with either, the newer one."""
    shelf, moving = PortCache(), target(moving=True)
    moved = reading({1: ("ge1", {"link": Link(up=False)})}, Fact.LINK)
    shelf.keep(moving, moved, NOW + timedelta(seconds=1))
    assert found(shelf, target(), Fact.LINK, now=NOW + timedelta(seconds=1)) is None
    assert found(shelf, target("ge1"), Fact.LINK, now=NOW + timedelta(seconds=1)) is None

    shelf.keep(target(), reading({1: ("ge1", {"link": Link(up=True)})}, Fact.LINK), NOW)
    got = found(shelf, moving, Fact.LINK, now=NOW + timedelta(seconds=1))
    whole = found(shelf, target(), Fact.LINK, now=NOW + timedelta(seconds=1))

    assert (got, whole) != (None, None)
    assert [one and one.ports[1].link for one in (got, whole)] == [Link(up=False), Link(up=True)]


def test_what_is_old_is_not_given() -> None:
    """Older than was asked for."""
    shelf = PortCache()
    shelf.keep(target(), reading({}, Fact.LINK), NOW)

    assert found(shelf, target(), Fact.LINK, now=NOW + 2 * HOUR) is None


def test_a_failure_does_not_cost_what_was_known() -> None:
    """It is kept beside it, and is over with the next success."""
    shelf = PortCache()
    good = reading({1: ("ge1", {"macs": MAC})}, Fact.MACS)
    shelf.keep(target(), good, NOW)
    shelf.keep(target(), reading({}, Fact.MACS, state=State.FAILED), NOW + HOUR / 2)

    assert found(shelf, target(), Fact.MACS) == good
    assert shelf.failure(target(), Fact.MACS, NOW + HOUR / 2, HOUR) is not None

    shelf.keep(target(), good, NOW + HOUR)

    assert shelf.failure(target(), Fact.MACS, NOW + HOUR, HOUR) is None


@pytest.mark.parametrize(
    ("fact", "age", "kept"),
    [
        (Fact.GROUPS, timedelta(minutes=5), True),
        (Fact.GROUPS, timedelta(minutes=15), False),
        (Fact.MACS, timedelta(days=6), True),
        (Fact.MACS, timedelta(days=8), False),
        (Fact.LEASES, timedelta(days=8), False),
        (Fact.LINK, timedelta(days=30), True),
    ],
)
def test_what_speaks_of_people_is_not_kept_for_ever(fact: Fact, age: timedelta, kept: bool) -> None:
    """Viewing habits least of all (contract: How long)."""
    shelf = PortCache()
    shelf.keep(target(), reading({1: ("ge1", {})}, fact), NOW)

    shelf.drop_old(NOW + age)

    assert bool(shelf.entries) is kept


def test_a_ports_people_can_be_forgotten() -> None:
    """Its own rows and whole tables; what was read of a neighbour alone stays, so does the link."""
    shelf = PortCache()
    told = {"macs": MAC, "link": Link(up=True)}
    shelf.keep(target(), reading({1: ("ge1", told), 2: ("ge2", told)}, Fact.MACS, Fact.LINK), NOW)
    for number in (1, 2):
        name = f"ge{number}"
        own = reading({number: (name, told)}, Fact.MACS, if_index=number)
        shelf.keep(target(name), own, NOW)

    shelf.forget(target("ge1"))

    assert found(shelf, target("ge1"), Fact.MACS) is None
    assert found(shelf, target(), Fact.MACS) is None
    assert found(shelf, target("ge1"), Fact.LINK) is not None
    assert found(shelf, target("ge2"), Fact.MACS) is not None


def test_an_elements_people_can_be_forgotten() -> None:
    """Of all ports at once."""
    shelf = PortCache()
    shelf.keep(target("ge1"), reading({1: ("ge1", {"macs": MAC})}, Fact.MACS, if_index=1), NOW)

    shelf.forget(target())

    assert not shelf.entries


def test_a_shelf_has_an_end() -> None:
    """Whatever ports are asked for; the oldest go first."""
    shelf = PortCache()
    for number in range(5000):
        name = f"ge{number}"
        shelf.keep(target(name), reading({1: (name, {})}, Fact.LINK, if_index=1), NOW)

    assert len(shelf.entries) == 4096
    assert found(shelf, target("ge0"), Fact.LINK) is None
    assert found(shelf, target("ge4999"), Fact.LINK) is not None


def test_no_part_is_no_answer() -> None:
    """A question about nothing."""
    assert answer(target(), {}) is None
