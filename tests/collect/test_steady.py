"""Moments that are told again and again are told alike."""

from __future__ import annotations

from datetime import timedelta

from tests.collect.playing import NOW

from techinfo.collect.steady import Steady
from techinfo.model import Group, Lease


def lease(seconds: float, address: str = "192.0.2.7") -> dict[int, tuple[Lease, ...]]:
    """A lease on port 1 that ends so long after `NOW`."""
    return {1: (Lease(address=address, end=NOW + timedelta(seconds=seconds)),)}


def test_an_end_does_not_jitter() -> None:
    """Seconds that a walk takes, and whole minutes that some agents count in."""
    steady = Steady()
    ends = [
        steady.leases(lease(seconds), NOW + timedelta(seconds=n))[1][0].end
        for n, seconds in enumerate((3600, 3601, 3598, 3545, 3655))
    ]

    assert set(ends) == {NOW + timedelta(seconds=3600)}


def test_a_renewal_is_told() -> None:
    """It moves the end by half a lease."""
    steady = Steady()
    steady.leases(lease(3600), NOW)

    assert steady.leases(lease(5400), NOW) == lease(5400)


def test_an_end_that_is_gone_is_gone() -> None:
    """And comes back as it is told then."""
    steady = Steady()
    steady.leases(lease(3600), NOW)

    gone = steady.leases({1: (Lease(address="192.0.2.7"),)}, NOW)

    assert gone == {1: (Lease(address="192.0.2.7"),)}
    assert steady.leases(lease(3601), NOW) == lease(3601)


def test_a_group_is_joined_once_on_each_port() -> None:
    """The same group on another port has a time of its own."""
    steady = Steady()
    joined = {n: (Group(address="239.1.1.1", joined_at=NOW - timedelta(hours=n)),) for n in (1, 2)}
    later = {
        n: (Group(address="239.1.1.1", joined_at=NOW - timedelta(hours=n, seconds=-2)),)
        for n in (1, 2)
    }

    assert steady.groups(joined, NOW) == joined
    assert steady.groups(later, NOW + timedelta(minutes=1)) == joined


def test_nothing_is_remembered_for_ever() -> None:
    """What has not been told for an hour is forgotten; it speaks of people."""
    steady = Steady()
    steady.leases(lease(3600), NOW)

    steady.leases(lease(3600, "192.0.2.8"), NOW + timedelta(hours=2))

    assert len(steady._told) == 1


def test_memory_has_an_end() -> None:
    """Whatever a switch tells."""
    steady = Steady()
    many = {
        1: tuple(
            Lease(address=f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}", end=NOW) for n in range(25_000)
        )
    }

    assert steady.leases(many, NOW) == many
    assert len(steady._told) <= 20_000
