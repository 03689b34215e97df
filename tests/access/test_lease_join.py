"""Leases of the switch and of the log in one list."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from techinfo.access.leases import joined
from techinfo.dhcp.intervals import Interval, LeaseEnd
from techinfo.model import Lease

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
MAC, OTHER = "02:00:5E:00:53:01", "02:00:5E:00:53:02"
LOGGED = Interval(
    address="192.0.2.1",
    start=NOW - 30 * MINUTE,
    heard=NOW - 5 * MINUTE,
    server="made-up",
    mac=MAC.lower(),
    access_id="A-1",
    vlan=200,
    last_renew=NOW - 5 * MINUTE,
    end=NOW + 55 * MINUTE,
)
SEEN = Lease(address="192.0.2.1", mac=MAC, vlan=100, end=NOW + 50 * MINUTE)


def test_one_lease_that_both_tell_is_told_once() -> None:
    """The log knows its times, the switch where it is."""
    found = joined([SEEN], [LOGGED], NOW)

    assert found == (
        Lease(
            address="192.0.2.1",
            mac=MAC,
            vlan=100,
            start=LOGGED.start,
            last_renew=LOGGED.last_renew,
            end=LOGGED.end,
        ),
    )


def test_what_one_tells_completes_the_other() -> None:
    """An end that the log does not tell, a VLAN that the switch does not, a MAC address either."""
    found = joined(
        [replace(SEEN, vlan=None, mac=None)], [replace(LOGGED, end=None, last_renew=None)], NOW
    )

    assert found == (
        Lease(address="192.0.2.1", mac=MAC, vlan=200, start=LOGGED.start, end=SEEN.end),
    )


def test_leases_that_one_alone_tells_stand_behind_each_other() -> None:
    """A prefix is seen by hardly any switch."""
    prefix = replace(LOGGED, address="2001:db8::/56", mac=None, vlan=None)

    found = joined([SEEN], [prefix], NOW)

    assert [lease.address for lease in found] == ["192.0.2.1", "2001:db8::/56"]
    assert found[0] == SEEN


def test_two_clients_with_one_address_are_two_leases() -> None:
    """Which of them is right is not for us to say."""
    found = joined([SEEN], [replace(LOGGED, mac=OTHER.lower())], NOW)

    assert [lease.mac for lease in found] == [MAC, OTHER]


def test_only_leases_that_run_are_told() -> None:
    """What has ended, or is over by its time, is none, whoever tells it."""
    over = [
        replace(LOGGED, end=NOW),
        replace(LOGGED, address="192.0.2.2", how=LeaseEnd.RELEASED),
    ]

    assert joined([replace(SEEN, end=NOW)], over, NOW) == ()


def test_what_the_switch_sees_stands_although_the_log_ended_it() -> None:
    """Its presence is proof."""
    assert joined([SEEN], [replace(LOGGED, how=LeaseEnd.EXPIRED)], NOW) == (SEEN,)


def test_addresses_are_compared_and_not_their_spelling() -> None:
    """Switches write IPv6 as they like."""
    seen = Lease(address="2001:DB8:0::2E", mac=MAC.lower())

    (found,) = joined([seen], [replace(LOGGED, address="2001:db8::2e")], NOW)

    assert (found.address, found.start) == ("2001:db8::2e", LOGGED.start)


def test_nothing_is_an_empty_list() -> None:
    """Nobody tells of a lease."""
    assert joined([], [], NOW) == ()
