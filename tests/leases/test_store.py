"""The file of leases: kept, read again, expired, erased, and refused when it is another's."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from techinfo.errors import ConfigError
from techinfo.leases import store as leases
from techinfo.leases.sources import fingerprint, is_of
from techinfo.leases.store import LeaseFile, LeaseRow, ObservationRow, Position
from techinfo.store.agent_limits import AgentLimitsFile

AT = datetime(2026, 11, 21, 10, 0, 0, 250_000, tzinfo=UTC)
ROW = LeaseRow(
    address="2001:db8:400::/56",
    start=AT,
    heard=AT,
    server="made-up",
    mac="02:00:5e:00:53:01",
    duid="00:03:00:01:02:00:5e:00:53:01",
    access_id="A-1",
    vlan=100,
    interface=b"\x00\xff",
    remote6=b"line",
    enterprise=3561,
    last_renew=AT,
    end=AT + timedelta(hours=1),
    how="expired",
)
ODD = ObservationRow(
    kind="moved",
    access_id="A-1",
    other_id="A-2",
    client="02:00:5e:00:53:01",
    identity=b"4R\x00",
    server="made-up",
    first_at=AT,
    last_at=AT,
    address="192.0.2.1",
)


def test_a_row_comes_back_value_for_value(tmp_path: Path) -> None:
    """Octets and fractions of seconds included, after the file was closed."""
    with LeaseFile.open(tmp_path / "leases.sqlite") as file, file.writing() as writer:
        writer.put([ROW])

    with LeaseFile.open(tmp_path / "leases.sqlite") as file:
        assert file.of_access("A-1") == (ROW,)
        assert file.of_addresses([ROW.address, "192.0.2.9"]) == {ROW.address: ROW}


def test_of_an_address_one_row_is_the_newest(tmp_path: Path) -> None:
    """The one that was written last; the older one stays in the history."""
    later = replace(ROW, start=AT + timedelta(hours=2), access_id="A-2")
    with LeaseFile.open(tmp_path / "leases.sqlite") as file:
        with file.writing() as writer:
            writer.put([ROW])
        with file.writing() as writer:
            writer.put([later])
            newest = writer.newest([ROW.address])[ROW.address]

        assert newest == later
        assert file.of_access("A-1") == ()
        assert file.history(address=ROW.address) == (replace(ROW, newest=False), later)


def test_a_transaction_that_fails_keeps_neither_rows_nor_position(tmp_path: Path) -> None:
    """What was not kept is read again."""
    position = Position(source="s", device=1, inode=2, offset=3, head=b"h", at=AT)
    with LeaseFile.open(tmp_path / "leases.sqlite") as file:
        with suppress(InterruptedError), file.writing() as writer:
            writer.put([ROW])
            writer.reach(position)
            raise InterruptedError
        before = (file.position("s"), file.of_access("A-1"))
        with file.writing() as writer:
            writer.reach(position)

        assert before == (None, ())
        assert file.position("s") == position


def test_an_observation_is_counted_and_not_repeated(tmp_path: Path) -> None:
    """The same one told again is no other: a log may be read twice."""
    later = replace(ODD, last_at=AT + timedelta(minutes=1), address="192.0.2.2")
    with LeaseFile.open(tmp_path / "leases.sqlite") as file:
        for odd in (ODD, ODD, later, ODD):
            with file.writing() as writer:
                writer.observe([odd])

        expected = replace(later, first_at=AT, count=2)
        assert file.observations() == (expected,)
        assert file.observations("A-2") == (expected,)
        assert file.observations("A-3") == ()


def test_old_rows_expire_and_running_ones_stay(tmp_path: Path) -> None:
    """A lease that runs for years is no old one; what was last told of before the limit is."""
    runs = replace(ROW, address="192.0.2.1", how=None, end=AT + timedelta(days=400))
    fresh = replace(ROW, address="192.0.2.2", heard=AT + timedelta(days=6))
    with LeaseFile.open(tmp_path / "leases.sqlite") as file:
        with file.writing() as writer:
            writer.put([ROW, runs, fresh])
            writer.observe([ODD])

        assert file.expire(AT + timedelta(days=5)) == 2
        assert {row.address for row in file.history()} == {"192.0.2.1", "192.0.2.2"}
        assert file.observations() == ()


def test_of_very_many_observations_the_oldest_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log of another network is full of unknown identifiers; the disk is not."""
    monkeypatch.setattr(leases, "_MOST_OBSERVED", 10)
    with LeaseFile.open(tmp_path / "leases.sqlite") as file:
        with file.writing() as writer:
            writer.observe(
                replace(ODD, client=str(n), last_at=AT + timedelta(seconds=n)) for n in range(50)
            )

        assert file.expire(AT) == 39
        assert {row.client for row in file.observations()} == {str(n) for n in range(39, 50)}


def test_rows_of_an_access_or_a_client_are_erased(tmp_path: Path) -> None:
    """A new tenant never sees the old one's; nothing named is an error, not everything."""
    with LeaseFile.open(tmp_path / "leases.sqlite") as file:
        with file.writing() as writer:
            writer.put([ROW, replace(ROW, address="192.0.2.1", access_id="A-2", mac=None)])
            writer.observe([ODD])

        assert file.erase(access_id="A-1") == 2
        assert [row.access_id for row in file.history()] == ["A-2"]
        with pytest.raises(ValueError, match="of what"):
            file.erase()


def test_the_file_of_another_room_is_refused(tmp_path: Path) -> None:
    """With the key of the setting that names it."""
    AgentLimitsFile.open(tmp_path / "learnt.sqlite").close()

    with pytest.raises(ConfigError, match=r"leases\.path: .*another program or purpose"):
        LeaseFile.open(tmp_path / "learnt.sqlite")


def test_what_stood_at_the_beginning_of_a_log_is_kept_no_more(tmp_path: Path) -> None:
    """A file of before is brought up; the log is known again by its fingerprint alone."""
    path, head = tmp_path / "leases.sqlite", b"DHCPACK on 192.0.2.1 (Annas-phone)\n"
    position = Position(source="s", device=1, inode=2, offset=3, head=head, at=AT)
    with LeaseFile.open(path) as file:
        with file.writing() as taking:
            taking.reach(position)
            taking.reach(replace(position, source="t", head=b""))
        with file.database.write() as connection:
            connection.exec_driver_sql("PRAGMA user_version = 2")
    with LeaseFile.open(path) as file:
        first, second = file.position("s"), file.position("t")
        left = b"".join(one.read_bytes() for one in tmp_path.iterdir())

    assert b"Annas" not in left
    assert first is not None
    assert second is not None
    assert b"Annas" not in first.head
    assert is_of(first.head, lambda count: head[:count])
    assert not is_of(first.head, lambda count: head[1 : 1 + count])
    assert (second.head, is_of(second.head, lambda _: b"")) == (b"", True)
    assert fingerprint(head) == first.head
