"""Steps in the life of a lease, each told in words; and that no order of telling breaks it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from techinfo.dhcp.events import Kind, LeaseEvent
from techinfo.dhcp.identity import Identity
from techinfo.dhcp.intervals import AccessRef, Interval, LeaseEnd, intervals, step

T0 = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
ONE, OTHER = "02:00:5e:00:53:01", "02:00:5e:00:53:02"
HERE, THERE = Identity(circuit=b"p1"), Identity(circuit=b"p2")
KNOWN = {HERE: AccessRef("A-1", 100), THERE: AccessRef("A-2", 100)}


def event(
    kind: Kind,
    at_s: float,
    *,
    mac: str | None = ONE,
    identity: Identity | None = HERE,
    lasts_s: int | None = 600,
) -> LeaseEvent:
    """Something that happened so many seconds after the beginning."""
    granted = kind in {Kind.GRANTED, Kind.RENEWED}
    return LeaseEvent(
        at=T0 + timedelta(seconds=at_s),
        kind=kind,
        address="192.0.2.1",
        server="made-up",
        mac=mac,
        identity=identity,
        lifetime_s=lasts_s if granted else None,
    )


def lived(*events: LeaseEvent, now_s: float = 100_000) -> list[Interval]:
    """The intervals that events make."""
    return intervals(
        events, lambda e: KNOWN.get(e.identity or Identity()), T0 + timedelta(seconds=now_s)
    )


def seconds(found: Interval) -> tuple[float, float | None, float | None]:
    """Start, last renewal and end, counted from the beginning."""
    start, renewed, end = (
        None if at is None else (at - T0).total_seconds()
        for at in (found.start, found.last_renew, found.end)
    )
    assert start is not None
    return start, renewed, end


def test_a_renewal_keeps_the_start() -> None:
    """And so does a client that asks anew while its lease runs."""
    (found,) = lived(event(Kind.GRANTED, 0), event(Kind.RENEWED, 300), event(Kind.GRANTED, 700))

    assert seconds(found) == (0, 700, 1300)
    assert found.how is LeaseEnd.EXPIRED


def test_a_client_that_comes_back_after_a_gap_begins_anew() -> None:
    """The first lease ended when its time was over."""
    first, second = lived(event(Kind.GRANTED, 0), event(Kind.GRANTED, 900))

    assert seconds(first) == (0, None, 600)
    assert (seconds(second), first.how) == ((900, None, 1500), LeaseEnd.EXPIRED)


def test_a_client_that_moves_to_another_port_takes_its_lease_along() -> None:
    """The lease changes its access at that moment (a renewal with another option 82)."""
    first, second = lived(event(Kind.GRANTED, 0), event(Kind.GRANTED, 300, identity=THERE))

    assert (first.access_id, first.how, seconds(first)) == ("A-1", LeaseEnd.MOVED, (0, None, 300))
    assert (second.access_id, seconds(second)) == ("A-2", (300, None, 900))


def test_a_lease_that_goes_on_in_another_vlan_is_another_s() -> None:
    """The same access; the VLAN may be another provider's."""
    first, second = intervals(
        [event(Kind.GRANTED, 0), event(Kind.GRANTED, 300, identity=THERE)],
        lambda e: AccessRef("A-1", 100 if e.identity == HERE else 200),
        T0,
    )

    assert (first.vlan, first.how, second.vlan) == (100, LeaseEnd.MOVED, 200)


def test_an_address_may_pass_to_another_client_unannounced() -> None:
    """What the first one had ends when the other one gets it."""
    first, second = lived(event(Kind.GRANTED, 0), event(Kind.GRANTED, 300, mac=OTHER))

    assert (first.mac, first.how, seconds(first)) == (ONE, LeaseEnd.HANDED_OVER, (0, None, 300))
    assert (second.mac, seconds(second)) == (OTHER, (300, None, 900))


def test_a_renewal_without_an_identifier_stays_on_its_access() -> None:
    """A client renews with the server itself, without a relay (RFC 2131, 4.3.6)."""
    (found,) = lived(event(Kind.GRANTED, 0), event(Kind.RENEWED, 300, identity=None))

    assert (found.access_id, found.identity, seconds(found)) == ("A-1", HERE, (0, 300, 900))


def test_an_identifier_that_nobody_knows_does_not_move_a_lease() -> None:
    """It may be a spelling that was cut."""
    unknown = Identity(circuit=b"?")

    (found,) = lived(event(Kind.GRANTED, 0), event(Kind.RENEWED, 300, identity=unknown))

    assert found.access_id == "A-1"


def test_an_end_without_an_identifier_or_a_client_ends_what_runs() -> None:
    """Kea's rows of state 1 and 2, and dhcpd's of leases that are free."""
    (found,) = lived(event(Kind.GRANTED, 0), event(Kind.DECLINED, 60, mac=None, identity=None))

    assert (found.how, found.access_id, found.mac) == (LeaseEnd.DECLINED, "A-1", ONE)
    assert seconds(found) == (0, None, 60)


def test_what_is_freed_before_its_time_was_given_back() -> None:
    """ISC dhcpd writes ``binding state free`` for both; the end tells which it was."""
    (early,) = lived(event(Kind.GRANTED, 0), event(Kind.FREED, 60))
    (late,) = lived(event(Kind.GRANTED, 0), event(Kind.FREED, 600))

    assert (early.how, seconds(early)[2]) == (LeaseEnd.RELEASED, 60)
    assert (late.how, seconds(late)[2]) == (LeaseEnd.EXPIRED, 600)


def test_an_expiry_told_of_an_earlier_lease_ends_nothing() -> None:
    """The lease has been renewed since."""
    (found,) = lived(
        event(Kind.GRANTED, 0), event(Kind.RENEWED, 500), event(Kind.EXPIRED, 600), now_s=700
    )

    assert (found.how, seconds(found)) == (None, (0, 500, 1100))


def test_the_end_of_another_s_lease_ends_nothing() -> None:
    """A release that comes late is of the client that had the address before."""
    (_, found) = lived(
        event(Kind.GRANTED, 0),
        event(Kind.GRANTED, 300, mac=OTHER),
        event(Kind.RELEASED, 301, mac=ONE),
        now_s=400,
    )

    assert (found.mac, found.how) == (OTHER, None)


def test_a_second_source_of_one_moment_is_no_renewal() -> None:
    """One tells seconds, the other milliseconds; what only one tells is known."""
    (found,) = lived(
        event(Kind.GRANTED, 0, identity=None, lasts_s=None), event(Kind.GRANTED, 0.4), now_s=10
    )

    assert (found.access_id, seconds(found)) == ("A-1", (0, None, 600.4))


def test_a_decline_is_told_apart_from_a_release() -> None:
    """Kea's forensic log calls both a release."""
    (found,) = lived(
        event(Kind.GRANTED, 0), event(Kind.RELEASED, 60), event(Kind.DECLINED, 60, mac=None)
    )

    assert (found.how, seconds(found)[2]) == (LeaseEnd.DECLINED, 60)


def test_a_lease_without_an_end_does_not_expire() -> None:
    """Its lifetime was not told, or it has none."""
    (found,) = lived(event(Kind.GRANTED, 0, lasts_s=None))

    assert (found.how, found.end, found.runs(T0 + timedelta(days=30))) == (None, None, True)


_EVENTS = st.builds(
    event,
    st.sampled_from(list(Kind)),
    st.integers(0, 2000),
    mac=st.sampled_from([ONE, OTHER, None]),
    identity=st.sampled_from([HERE, THERE, None]),
    lasts_s=st.sampled_from([0, 60, 600, None]),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(_EVENTS, max_size=12))
def test_no_order_of_telling_breaks_a_life(events: list[LeaseEvent]) -> None:
    """An interval never ends before it begins, and the newest one is the last to begin."""
    held: Interval | None = None
    for told in events:
        closed, current = step(held, told, KNOWN.get(told.identity or Identity()))
        for found in (closed, current):
            assert found is None or found.end is None or found.end >= found.start
            assert found is None or found.last_renew is None or found.last_renew >= found.start
        assert held is None or (current is not None and current.start >= held.start)
        held = current


@settings(max_examples=300, deadline=None)
@given(st.lists(_EVENTS, min_size=1, max_size=12))
def test_the_last_word_told_twice_changes_nothing(events: list[LeaseEvent]) -> None:
    """Whatever was told before it."""
    held: Interval | None = None
    for told in events:
        held = step(held, told, KNOWN.get(told.identity or Identity())).current

    again = step(held, events[-1], KNOWN.get(events[-1].identity or Identity()))

    began_anew = again.closed is not None and again.closed.start == again.closed.end
    assert again.current == held or began_anew
