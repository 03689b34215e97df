"""The life of leases on three servers, by each of their files, as their clients saw it."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.dhcp.readers.conftest import CAPTURED as NOW
from tests.dhcp.readers.conftest import accesses, captures, events

from techinfo.dhcp.events import LeaseEvent
from techinfo.dhcp.identity import Identity
from techinfo.dhcp.intervals import AccessRef, Interval, intervals

__all__ = ["accesses", "captures"]

TOLERANCE = timedelta(seconds=2)
KEA_2, KEA_3, DHCPD = "kea-2.6.3", "kea-3.0.4", "isc-dhcpd-4.4.3-P1"
FILES = {
    "kea-leases4.csv": "kea-csv",
    "kea-legal.txt": "kea-forensic",
    "kea-dhcp4.info.log": "kea-log",
    "dhcpd.leases": "dhcpd-leases",
    "syslog-traditional.log": "dhcpd-syslog",
    "syslog-rfc3339.log": "dhcpd-syslog",
}


def read(folder: Path, *names: str) -> list[LeaseEvent]:
    """What some files of a capture tell, one file after the other."""
    return [
        event
        for name in names
        for event in events(FILES[name], (folder / name).read_bytes(), lease_s=20)
        if isinstance(event, LeaseEvent)
    ]


def lived(found: Iterable[LeaseEvent], known: dict[Identity, str]) -> list[Interval]:
    """Their intervals, some days later."""

    def place(event: LeaseEvent) -> AccessRef | None:
        access = known.get(event.identity or Identity())
        return AccessRef(access) if access else None

    return intervals(found, place, NOW)


def is_as_expected(interval: Interval, expected: dict[str, Any]) -> bool:
    """Whether an interval is the expected one, within the tolerance of the capture."""

    def near(found: datetime | None, told: str | None) -> bool:
        if found is None or told is None:
            return found is None and told is None
        return abs(found - datetime.fromisoformat(told)) <= TOLERANCE

    return (
        (interval.address, interval.mac, interval.access_id, interval.how)
        == (expected["lease"], expected["mac"], expected["accessId"], expected["how"])
        and near(interval.start, expected["start"])
        and near(interval.last_renew, expected["lastRenew"])
        and near(interval.end, expected["end"])
    )


def check(found: list[Interval], folder: Path) -> None:
    """All expected intervals, and no other."""
    wanted = json.loads((folder / "lifecycle4" / "expected.json").read_text())["intervals"]
    wanted.sort(key=lambda e: e["start"])
    found = sorted(found, key=lambda i: i.start)
    assert len(found) == len(wanted), found
    for expected in wanted:
        assert any(is_as_expected(interval, expected) for interval in found), (expected, found)


@pytest.mark.parametrize(
    ("server", "names"),
    [
        (KEA_2, ("kea-leases4.csv",)),
        (KEA_2, ("kea-leases4.csv", "kea-dhcp4.info.log")),
        (KEA_3, ("kea-leases4.csv",)),
        (KEA_3, ("kea-leases4.csv", "kea-legal.txt")),
        (KEA_3, ("kea-legal.txt", "kea-leases4.csv")),
        (KEA_3, ("kea-legal.txt", "kea-dhcp4.info.log", "kea-leases4.csv")),
        (DHCPD, ("dhcpd.leases",)),
        (DHCPD, ("syslog-traditional.log",)),
        (DHCPD, ("syslog-rfc3339.log",)),
        (DHCPD, ("syslog-rfc3339.log", "dhcpd.leases")),
        (DHCPD, ("dhcpd.leases", "syslog-traditional.log")),
    ],
    ids=lambda value: value if isinstance(value, str) else "+".join(value),
)
def test_a_server_s_files_tell_the_intervals_that_its_clients_saw(
    captures: Path, accesses: dict[Identity, str], server: str, names: tuple[str, ...]
) -> None:
    """Renewed, released, declined, expired, and handed on, whichever file is read first."""
    folder = captures / server

    found = lived(read(folder / "lifecycle4", *names), accesses)

    check(found, folder)


def test_the_intervals_of_the_three_servers_are_equal(
    captures: Path, accesses: dict[Identity, str]
) -> None:
    """Counted from the first lease, they tell the same story."""
    files = {KEA_2: "kea-leases4.csv", KEA_3: "kea-leases4.csv", DHCPD: "dhcpd.leases"}
    stories = []
    for server, name in files.items():
        found = lived(read(captures / server / "lifecycle4", name), accesses)
        zero = found[0].start
        stories.append(
            [
                (
                    (i.address, i.mac, i.access_id, i.how),
                    [None if t is None else t - zero for t in (i.start, i.last_renew, i.end)],
                )
                for i in sorted(found, key=lambda i: i.mac or "")
            ]
        )

    for one, other in itertools.combinations(stories, 2):
        for mine, theirs in zip(one, other, strict=True):
            assert mine[0] == theirs[0]
            for a, b in zip(mine[1], theirs[1], strict=True):
                assert (a is None) == (b is None)
                assert a is None or b is None or abs(a - b) <= TOLERANCE


@pytest.mark.parametrize("server", [KEA_2, KEA_3, DHCPD])
def test_a_file_that_is_read_again_changes_nothing(
    captures: Path, accesses: dict[Identity, str], server: str
) -> None:
    """From its beginning, or from anywhere in it, as after a restart."""
    name = "dhcpd.leases" if server == DHCPD else "kea-leases4.csv"
    once = read(captures / server / "lifecycle4", name)

    for begin in range(len(once)):
        again = lived([*once, *once[begin:]], accesses)
        assert _settled(again) == _settled(lived(once, accesses))


def _settled(found: list[Interval]) -> set[tuple[object, ...]]:
    return {
        (i.address, i.mac, i.access_id, i.start, i.last_renew, i.end, i.how)
        for i in found
        if i.end is None or i.end > i.start
    }
