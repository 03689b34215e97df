"""Configured sources, followed into the log: from real captures to the accesses of an inventory."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from tests.access.played import Clock
from tests.dhcp.readers.conftest import captures

from techinfo.access.leases import resolver
from techinfo.config import LeaseSettings
from techinfo.dhcp.identity import Identity
from techinfo.dhcp.intervals import AccessRef
from techinfo.errors import ConfigError
from techinfo.inventory import Inventory
from techinfo.leases.following import Follower, configured, following
from techinfo.leases.log import LeaseLog
from techinfo.leases.store import LeaseFile

__all__ = ["captures"]

HEAD = b"address,hwaddr,client_id,valid_lifetime,expire,state,user_context\n"
KEEP = timedelta(days=7)
THEN = datetime(2026, 11, 21, 5, 30, tzinfo=UTC)
"""While the leases of the captures ran."""


def leases(*sources: dict[str, Any], **more: Any) -> LeaseSettings:
    """Settings with these sources."""
    return LeaseSettings(**{"sources": sources, **more})


def source(path: Path, form: str = "kea-csv", **more: Any) -> dict[str, Any]:
    """One source."""
    return {"name": path.name, "form": form, "path": path, **more}


def nowhere(
    asked: Sequence[tuple[Identity, datetime | None]],
) -> list[AccessRef | None]:
    """No identifier is known."""
    return [None] * len(asked)


def row(last: int) -> bytes:
    """A row of Kea's lease file about 192.0.2.<last>."""
    return b"192.0.2.%d,02:00:5e:00:53:%02x,,600,1795237770,0,\n" % (last, last)


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"form": "kea-cvs"}, "leases.sources.0.form"),
        ({"form": "dnsmasq-leases"}, "leases.sources.0.lease_s"),
        ({"form": "syslog-pattern"}, "leases.sources.0.pattern"),
        ({"form": "kea-csv", "pattern": "x"}, "leases.sources.0.pattern"),
        ({"form": "syslog-pattern", "pattern": "(?P<mac>.)"}, "leases.sources.0.pattern"),
        ({"form": "syslog-pattern", "pattern": "(?P<adress>.)"}, "leases.sources.0.pattern"),
    ],
)
def test_a_source_that_cannot_be_read_so_is_refused(
    tmp_path: Path, given: dict[str, Any], key: str
) -> None:
    """With the key, and what there is instead."""
    with pytest.raises(ConfigError, match=key):
        configured(leases({**source(tmp_path / "f"), **given}))


@pytest.mark.parametrize("given", [{"zone": "Mars/Olympus"}, {"lease_s": 0}, {"name": "a b"}])
def test_a_wrong_key_of_a_source_is_refused(tmp_path: Path, given: dict[str, Any]) -> None:
    """A zone that is none, a time that is none, a name with a blank."""
    with pytest.raises(ValidationError):
        leases({**source(tmp_path / "f"), **given})


def test_two_sources_of_one_name_are_refused(tmp_path: Path) -> None:
    """Where each stopped is kept under its name."""
    with pytest.raises(ValidationError, match="one name"):
        leases(source(tmp_path / "f"), source(tmp_path / "f"))


def test_what_is_written_while_it_is_followed_is_kept(tmp_path: Path) -> None:
    """Until the service ends; then the files are given back."""
    path = tmp_path / "kea-leases4.csv"
    path.write_bytes(HEAD + row(1))

    async def served(log: LeaseLog) -> None:
        async with following(leases(source(path), poll_s=0.1), log, Clock(THEN)):
            with path.open("ab") as file:
                file.write(row(2))
            async with asyncio.timeout(300):
                while len(log.history()) < 2:  # noqa: ASYNC110 - a thread reads, and tells nobody
                    await asyncio.sleep(0)

    with LeaseFile.open(tmp_path / "leases.sqlite") as file:
        log = LeaseLog(file, nowhere, now=Clock(THEN))
        asyncio.run(served(log))

        assert {i.address for i in log.history()} == {"192.0.2.1", "192.0.2.2"}
        assert log.read_at == THEN


def test_a_restart_goes_on_where_it_stopped(tmp_path: Path) -> None:
    """The position is in the file of leases."""
    path = tmp_path / "kea-leases4.csv"
    path.write_bytes(HEAD + row(1))
    found = configured(leases(source(path)))
    pieces = []
    with LeaseFile.open(tmp_path / "leases.sqlite") as file:
        log = LeaseLog(file, nowhere, now=Clock(THEN))
        for _ in range(2):
            follower = Follower(log, found, KEEP, Clock(THEN))
            pieces.append(follower.look())
            follower.close()

    assert pieces == [1, 0]


def test_a_source_that_cannot_be_read_leaves_the_others_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It is said once, and once when it is back."""
    broken, good = tmp_path / "broken", tmp_path / "good"
    broken.mkdir()
    good.write_bytes(HEAD + row(1))
    with LeaseFile.open(tmp_path / "leases.sqlite") as file:
        log = LeaseLog(file, nowhere, now=Clock(THEN))
        follower = Follower(log, configured(leases(source(broken), source(good))), KEEP)
        follower.look()
        follower.look()
        away = set(follower.away)
        broken.rmdir()
        broken.write_bytes(HEAD + row(2))
        with caplog.at_level("INFO"):
            follower.look()
        follower.close()

        assert away == {"broken"}
        assert {i.address for i in log.history()} == {"192.0.2.1", "192.0.2.2"}
    assert [m for m in caplog.messages if "broken" in m] == [
        "leases: broken cannot be read: is no file",
        "leases: broken can be read again",
    ]


def test_sources_that_are_not_there_are_not_read(tmp_path: Path) -> None:
    """So that nobody takes the silence for an empty list."""
    broken, missing = tmp_path / "broken", tmp_path / "missing"
    broken.mkdir()
    with LeaseFile.open(tmp_path / "leases.sqlite") as file:
        log = LeaseLog(file, nowhere, now=Clock(THEN))
        follower = Follower(log, configured(leases(source(broken), source(missing))), KEEP)
        follower.look()
        before = log.read_at
        missing.write_bytes(HEAD)
        follower.look()
        follower.close()

    assert (before, log.read_at) == (None, THEN)


CAPTURED = [
    *(
        (f"{kea}/dhcp{n}/kea-leases{n}.csv", "kea-csv")
        for kea in ("kea-2.2.0", "kea-2.6.3", "kea-3.0.4")
        for n in (4, 6)
    ),
    ("kea-3.0.4/dhcp4/kea-legal.txt", "kea-forensic"),
    ("kea-3.0.4/dhcp6/kea-legal6.txt", "kea-forensic"),
    ("isc-dhcpd-4.4.3-P1/dhcp4/dhcpd.leases", "dhcpd-leases"),
    ("isc-dhcpd-4.4.3-P1/dhcp4/syslog-traditional.log", "dhcpd-syslog"),
    ("isc-dhcpd-4.4.3-P1/dhcp6-octal/dhcpd6.leases", "dhcpd-leases"),
    ("isc-dhcpd-4.4.3-P1/dhcp6-hex/dhcpd6.leases", "dhcpd-leases"),
    ("isc-dhcpd-4.4.3-P1/dhcp6-hex/syslog-traditional.log", "dhcpd-syslog"),
    ("freeradius-3.2.1/linelog-dhcp", "freeradius-linelog"),
    ("freeradius-3.2.1/detail-acct", "freeradius-detail"),
]


@pytest.fixture(scope="module")
def captured(captures: Path) -> Inventory:
    """The inventory of the captures."""
    inventory = Inventory.in_memory()
    inventory.import_file(captures / "inventory.json")
    return inventory


@pytest.mark.parametrize(("file", "form"), CAPTURED, ids=lambda value: str(value))
def test_every_lease_of_a_capture_finds_its_access(
    captures: Path, captured: Inventory, tmp_path: Path, file: str, form: str
) -> None:
    """From the server's own file over the look-up of the inventory to the access's leases."""
    path = captures / file
    settings = leases(source(path, form, zone="Europe/Stockholm", lease_s=3600))
    expected = json.loads((path.parent / "expected.json").read_text())
    with LeaseFile.open(tmp_path / "leases.sqlite") as kept:
        log = LeaseLog(kept, resolver(captured), now=Clock(THEN))
        follower = Follower(log, configured(settings, Clock(THEN)), KEEP, Clock(THEN))
        while follower.look():
            pass
        follower.look()
        follower.close()

        for case in expected:
            addresses = [a.removesuffix("/128") for a in case.get("leases", [case.get("ip")])]
            found = {i.address for i in log.history(access_id=case["accessId"])}
            assert set(addresses) <= found, case
            for address in addresses:
                (held,) = log.history(address=address)
                assert held.access_id == case["accessId"]
                assert held.runs(THEN) != (case["released"] and form != "freeradius-detail")
