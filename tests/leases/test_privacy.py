"""Leases among what is known of a person, what is erased, and what is too old."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from techinfo.config import AuditSettings, LeaseSettings, RetentionSettings, Settings
from techinfo.leases.store import LeaseFile, LeaseRow, ObservationRow
from techinfo.maintenance import privacy
from techinfo.maintenance.schedule import drop_old
from techinfo.maintenance.stores import STORES, Person

AT = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
MAC = "02:00:5E:00:53:01"
STORE = [store for store in STORES if store.name == "leases"]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A file with a lease and an observation of one client, and a lease of another."""
    told = Settings(
        leases=LeaseSettings(path=tmp_path / "leases.sqlite"),
        audit=AuditSettings(path=tmp_path / "audit.sqlite"),
        retention=RetentionSettings(erased=tmp_path / "erased.sqlite"),
    )
    mine = LeaseRow(
        address="192.0.2.1",
        start=AT,
        heard=AT,
        server="made-up",
        mac=MAC.lower(),
        access_id="A-1",
        circuit=b"\x00\x04",
        end=AT + timedelta(hours=1),
    )
    other = LeaseRow(address="192.0.2.2", start=AT, heard=AT, server="made-up", access_id="A-2")
    odd = ObservationRow(
        kind="unknown",
        access_id="",
        other_id="",
        client=MAC.lower(),
        identity=b"4",
        server="made-up",
        first_at=AT,
        last_at=AT,
    )
    with LeaseFile.open(told.leases.path) as file, file.writing() as writer:
        writer.put([mine, other])
        writer.observe([odd])
    return told


@pytest.mark.parametrize(
    ("person", "rows"), [(Person(mac=MAC), 2), (Person(access_id="A-1"), 2), (Person(), 0)]
)
def test_what_is_known_of_a_person_is_told_and_erased(
    settings: Settings, person: Person, rows: int
) -> None:
    """By MAC address, however it is spelt, or by access; what is another's stays."""
    (found,) = privacy.found(settings, person, STORE)
    (erased,) = privacy.erase(settings, person, by="ann", stores=STORE)
    (left,) = privacy.found(settings, person, STORE)

    assert (len(found.rows), erased.erased, len(left.rows)) == (rows, rows, 0)
    if rows:
        assert found.rows[0]["circuit"].endswith("0004")
    (others,) = privacy.found(settings, Person(access_id="A-2"), STORE)
    assert len(others.rows) == 1


def test_rows_are_dropped_after_the_days_of_the_settings(settings: Settings) -> None:
    """Seven, unless they say otherwise."""
    early = drop_old(settings, AT + timedelta(days=6), STORE)
    late = drop_old(settings, AT + timedelta(days=8), STORE)

    assert (early, late) == ({"leases": 0}, {"leases": 3})
