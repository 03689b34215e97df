"""Who may see what when imports have told of subscriptions: from when, up to when, and whose."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from tests.access.importing import Imports
from tests.access.made_up import NOW
from tests.access.played import imported

from techinfo.access.rights import sees_traffic
from techinfo.access.viewer import Role, Viewer
from techinfo.errors import ForbiddenError

A, B, C = (Viewer(name=p, role=Role.PROVIDER, provider=f"isp-{p}") for p in ("a", "b", "c"))


@pytest.fixture
def place(tmp_path: Path) -> Imports:
    """isp-a has broadband on X; isp-c on Y, the port beside."""
    return Imports(tmp_path)


def test_whoever_ran_beside_at_the_end_still_counts_when_it_is_dropped(place: Imports) -> None:
    """While both had it the rows were nobody's, and they stay so."""
    place.import_("X isp-a bb", "X isp-b bb")
    place.clock.go_on(10)
    end = f"X isp-a bb disconnection_date: '{place.clock.at.isoformat()}'"
    place.import_(end)
    place.clock.go_on(10)

    found = place.right(A)

    assert {s.provider for s in found.running} == {"isp-a", "isp-b"}
    assert not found.holds(100, "bb")
    assert not found.holds(None, None)


def test_what_is_dropped_of_ones_own_is_not_seen_by_another_end(place: Imports) -> None:
    """It has no end of its own."""
    place.import_("X isp-a bb", "X isp-a iptv")
    place.clock.go_on(10)
    place.import_(f"X isp-a bb disconnection_date: '{place.clock.at.isoformat()}'")
    place.clock.go_on(10)

    found = place.right(A)

    assert found.holds(100, "bb")
    assert not found.holds(200, "iptv")


def test_the_later_of_date_and_import_counts(place: Imports) -> None:
    """A date may be told too early or too late."""
    place.clock.go_on(10)
    soon = (place.clock.at - timedelta(seconds=5)).isoformat()
    late = (place.clock.at + timedelta(seconds=5)).isoformat()
    place.import_(f"X isp-b bb connection_date: '{soon}'")
    early = place.right(B)
    told_at = place.clock.at
    place.import_(f"X isp-b iptv connection_date: '{late}'")
    order = place.right(B)
    place.clock.go_on(10)
    begun = place.right(B)

    assert (early.since, early.began(100, "bb")) == (told_at, told_at)
    assert not order.may_see_rows
    assert begun.since == begun.began(200, "iptv") == told_at + timedelta(seconds=5)


def test_an_old_date_that_is_told_now_counts_from_now(place: Imports) -> None:
    """Nobody else has had it; still nobody has known until now whose it was."""
    place.clock.go_on(10)
    place.import_("X isp-a bb", "X isp-b iptv connection_date: 2019-01-01")

    assert place.right(B).began(200, "iptv") == place.clock.at


def test_a_date_that_is_told_late_counts_when_it_is_later(place: Imports) -> None:
    """The subscription was told too early, then."""
    place.import_("X isp-b bb")
    place.clock.go_on(10)
    date = place.clock.at
    place.clock.go_on(10)
    place.import_(f"X isp-b bb connection_date: '{date.isoformat()}'")

    assert place.right(B).began(100, "bb") == date


@pytest.mark.parametrize(
    "services",
    [
        "services: [{vlan: 100, service_type: bb}, {vlan: 200, service_type: bb}]",
        "services: [{vlan: 100, service_type: bb}]",
    ],
)
def test_what_vlans_carry_bounds_what_is_read_and_not_when_rows_began(
    place: Imports, services: str
) -> None:
    """A row that is there now is of whoever holds its VLAN now."""
    place.clock.go_on(10)
    imported(place.inventory, place.folder, services)
    place.clock.go_on(10)
    found = place.right(A)

    assert found.since == NOW + timedelta(seconds=10)
    assert found.began(100, "bb") is None


def test_the_last_of_several_moves_counts(place: Imports) -> None:
    """Nothing of the ports in between is shown."""
    for port in ("ge2", "ge1", "ge2"):
        place.clock.go_on(10)
        place.import_("X isp-a bb", places={"X": port})

    assert place.right(A).since == NOW + timedelta(seconds=30)
    end = f"X isp-a bb disconnection_date: '{(NOW + timedelta(seconds=25)).isoformat()}'"
    place.import_(end, places={"X": "ge2"})
    with pytest.raises(ForbiddenError, match="moved since"):
        place.right(A)


def test_whoever_changes_places_sees_nothing_from_before(place: Imports) -> None:
    """A swap that the operator confirms counts as an import of it: from its time on."""
    place.clock.go_on(10)
    x, y = place.inventory.access("X"), place.inventory.access("Y")
    assert x is not None
    assert y is not None
    place.inventory.move((x, y), (y, x))
    swapped = place.clock.at
    place.clock.go_on(10)

    found, other = (
        place.right(A),
        place.right(Viewer(name="c", role=Role.PROVIDER, provider="isp-c"), "Y"),
    )

    assert (found.since, other.since) == (swapped, swapped)
    assert found.began(100, "bb") == swapped


def test_an_access_that_moved_before_an_end_shows_facts_up_to_it(place: Imports) -> None:
    """And one with an order is not refused, whenever it has moved."""
    place.clock.go_on(10)
    place.import_("X isp-a bb", places={"X": "ge2", "Y": "ge1"})
    moved = place.clock.at
    place.clock.go_on(10)
    end = f"X isp-a bb disconnection_date: '{place.clock.at.isoformat()}'"
    place.import_(end, "X isp-b bb state: ORDERED", places={"X": "ge2", "Y": "ge1"})
    place.clock.go_on(10)

    assert place.right(A).since == moved
    assert not place.right(B).may_see_rows


def test_an_access_that_moves_at_the_very_end_shows_nothing_more(place: Imports) -> None:
    """Its last moment is before it; a moment earlier it would be the first of the new port."""
    place.clock.go_on(10)
    end = place.clock.at
    there = {"X": "ge2", "Y": "ge1"}
    place.import_(f"X isp-a bb disconnection_date: '{end.isoformat()}'", places=there)

    with pytest.raises(
        ForbiddenError, match=r"^your subscription has ended, and the access has moved since$"
    ):
        place.right(A)

    later = end + timedelta(microseconds=1)
    place.clock.go_on(10)
    place.import_(f"X isp-a bb disconnection_date: '{later.isoformat()}'", places=there)
    assert place.right(A).until == later


def test_a_dropped_one_counts_from_when_it_was_told(place: Imports) -> None:
    """Before, nobody but the first had it."""
    place.clock.go_on(10)
    end = f"X isp-a bb disconnection_date: '{place.clock.at.isoformat()}'"
    place.clock.go_on(10)
    place.import_(end, "X isp-b bb")
    place.clock.go_on(10)
    place.import_(end)

    assert place.right(A).holds(100, "bb")


def test_one_that_came_back_still_counts_for_when_it_was_there(place: Imports) -> None:
    """It was dropped and told anew, both after the end of the other."""
    place.import_("X isp-a bb", "X isp-b bb")
    place.clock.go_on(10)
    end = f"X isp-a bb disconnection_date: '{place.clock.at.isoformat()}'"
    place.clock.go_on(10)
    place.import_(end)
    place.clock.go_on(10)
    place.import_(end, "X isp-b bb")

    assert not place.right(A).holds(100, "bb")


def test_one_that_was_dropped_the_moment_it_was_told_counts_as_if_it_had_always_been(
    place: Imports,
) -> None:
    """By a clock that stood still nobody knows since when: rows of that time are nobody's."""
    end = (place.clock.at + timedelta(seconds=5)).isoformat()
    place.clock.go_on(10)
    place.import_(f"X isp-a bb disconnection_date: '{end}'", "X isp-b bb")
    place.import_(f"X isp-a bb disconnection_date: '{end}'")

    found = place.right(A)

    assert {s.provider for s in found.running} == {"isp-a", "isp-b"}
    assert not found.holds(100, "bb")


def test_one_that_was_dropped_bounds_the_rows_of_its_vlan(place: Imports) -> None:
    """Those of another VLAN were never its own."""
    place.import_("X isp-a bb", "X isp-b bb vlan: 101")
    place.clock.go_on(10)
    place.import_("X isp-a bb")
    found = place.right(A)

    assert found.began(100, "bb") is None
    assert found.began(101, "bb") == place.clock.at


def test_a_new_service_leaves_the_rows_of_the_others_alone(place: Imports) -> None:
    """Each begins with its own subscription."""
    place.clock.go_on(10)
    place.import_("X isp-a bb", "X isp-b iptv")
    place.clock.go_on(10)
    old, new = place.right(A), place.right(B)

    assert old.began(100, "bb") is None
    assert new.began(200, "iptv") == NOW + timedelta(seconds=10)
    assert old.since == new.since == NOW + timedelta(seconds=10)


def test_a_clock_that_went_back_shows_nothing_older_than_now(place: Imports) -> None:
    """What was told by a clock that was ahead is known by now, and no order for later."""
    place.clock.go_on(3600)
    place.import_("X isp-b bb")
    place.clock.go_on(-3000)
    found = place.right(B)

    assert found.may_see_rows
    assert found.since == found.began(100, "bb") == place.clock.at
    place.import_("X isp-b bb", "Y isp-c bb", places={"X": "ge2", "Y": "ge1"})
    place.clock.go_on(-300)
    assert place.right(B).since == place.clock.at


@pytest.mark.parametrize(("goes_before", "sees"), [(True, True), (False, False)])
def test_traffic_beside_is_judged_by_who_was_there_at_the_end(
    place: Imports, goes_before: bool, sees: bool
) -> None:
    """Not by who was told later, and also by who was dropped later."""
    place.import_("X isp-a iptv", "Y isp-c bb")
    place.clock.go_on(10)
    if goes_before:
        place.import_("X isp-a iptv")
        place.clock.go_on(10)
    end = f"X isp-a iptv disconnection_date: '{place.clock.at.isoformat()}'"
    place.clock.go_on(10)
    place.import_(end, "Y isp-b bb")
    place.clock.go_on(10)
    held, beside = place.right(A), place.inventory.access("Y")
    assert beside is not None

    assert {s.provider for s in held.running} == {"isp-a"}
    assert sees_traffic(held, (beside,), place.inventory) is sees
