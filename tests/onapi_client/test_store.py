"""What other servers told: kept by source, seen to end, and rolled back as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from techinfo.onapi_client.store import FetchedFile, StoredObject

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
KIND = "subscriptions"


@pytest.fixture
def file(tmp_path: Path) -> Iterator[FetchedFile]:
    """An open file in which one source told two objects and another one."""
    with FetchedFile.open(tmp_path / "fetched.sqlite") as opened:
        with opened.exchange("a", NOW) as exchange:
            exchange.put(KIND, "S-1", {"service": "BB", "note": "å"})
            exchange.put(KIND, "S-2", {"service": "IPTV"})
            exchange.note_list(KIND, "Fri, 27 Nov 2026 11:00:00 GMT")
        with opened.exchange("b", NOW) as exchange:
            exchange.put(KIND, "S-1", {"service": "VOIP"})
        yield opened


def test_every_source_has_its_own(file: FetchedFile) -> None:
    """Objects, and when a list was last changed."""
    with file.exchange("a", NOW) as exchange:
        assert exchange.get(KIND, "S-1") == StoredObject(
            key="S-1", fields={"service": "BB", "note": "å"}
        )
        assert [kept.key for kept in exchange.all(KIND)] == ["S-1", "S-2"]
        assert exchange.last_modified(KIND) == "Fri, 27 Nov 2026 11:00:00 GMT"
    with file.exchange("b", NOW) as exchange:
        assert exchange.listed(KIND) == 1
        assert exchange.last_modified(KIND) is None


def test_what_is_no_longer_listed_was_there_when_it_was_last_seen(file: FetchedFile) -> None:
    """What is listed, even if it cannot be used, has not ended; what comes back neither."""
    with file.exchange("a", NOW + DAY) as exchange:
        exchange.see(KIND, "S-1")
        ended = exchange.end(KIND)
        gone = exchange.get(KIND, "S-2")
        left = exchange.listed(KIND)
    with file.exchange("a", NOW + 2 * DAY) as exchange:
        exchange.put(KIND, "S-2", {"service": "IPTV"})
        back = exchange.get(KIND, "S-2")

    assert (ended, left) == (1, 1)
    assert gone is not None
    assert gone.gone == NOW
    assert back is not None
    assert back.gone is None


def test_what_is_gone_for_long_is_dropped(file: FetchedFile) -> None:
    """And nothing else."""
    with file.exchange("a", NOW + DAY) as exchange:
        exchange.put(KIND, "S-1", {})
        exchange.end(KIND)
        exchange.drop(KIND, NOW + DAY)

        assert [kept.key for kept in exchange.all(KIND)] == ["S-1"]


def test_an_exchange_that_fails_or_is_undone_leaves_everything(file: FetchedFile) -> None:
    """All of it or nothing."""

    def failing() -> None:
        with file.exchange("a", NOW + DAY) as exchange:
            exchange.put(KIND, "S-3", {})
            exchange.end(KIND)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing()
    with file.exchange("a", NOW + DAY) as exchange:
        exchange.put(KIND, "S-4", {})
        exchange.undo()

    with file.exchange("a", NOW) as exchange:
        assert [(kept.key, kept.gone) for kept in exchange.all(KIND)] == [
            ("S-1", None),
            ("S-2", None),
        ]


def test_many_objects_are_given_page_by_page(file: FetchedFile) -> None:
    """In the order of their keys, none twice."""
    with file.exchange("c", NOW) as exchange:
        for n in range(2500):
            exchange.put(KIND, f"{n:05}", {})

        assert [kept.key for kept in exchange.all(KIND)] == [f"{n:05}" for n in range(2500)]


def test_a_source_is_forgotten(file: FetchedFile) -> None:
    """The others stay."""
    assert file.forget("a") == 2
    with file.exchange("b", NOW) as exchange:
        assert exchange.listed(KIND) == 1


def test_what_is_about_an_access_or_a_device_is_found(file: FetchedFile, tmp_path: Path) -> None:
    """Of every source; by one who only reads."""
    with file.exchange("a", NOW) as exchange:
        exchange.put(KIND, "S-3", {"access_id": "A-1", "equipment": '["AA:BB:CC:00:00:01"]'})
        exchange.put("accesses", "A-1", {"access_id": "A-1"})

    with FetchedFile.open_read_only(tmp_path / "fetched.sqlite") as reader:
        by_access = list(reader.about(access_id="A-1", mac=None))
        by_mac = list(reader.about(access_id=None, mac="AA:BB:CC:00:00:01"))
        nothing = list(reader.about(access_id="A-%", mac=None))

    assert [(row["source"], row["kind"]) for row in by_access] == [("a", "accesses"), ("a", KIND)]
    assert [row["kind"] for row in by_mac] == [KIND]
    assert nothing == []
