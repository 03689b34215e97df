"""An import tells who holds what from now on; the same one moves nothing."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from techinfo.errors import InventoryError
from techinfo.inventory import Guard, Inventory, Tenure, TenureOfAccess

DAYS = [datetime(2026, 11, 1, 2, 0, tzinfo=UTC) + timedelta(days=n) for n in range(9)]
"""Imports are at two o'clock every night."""
PLACES = (
    "elements: [{name: sw, address: 192.0.2.3}, {name: other, address: 192.0.2.4}]\n"
    "accesses:\n"
    "  - {access_id: X, element: sw, port: ge1, port_by: name}\n"
    "  - {access_id: Y, element: sw, port: ge2, port_by: name}\n"
)


class _Nights:
    """Imports, one a night."""

    def __init__(self, folder: Path) -> None:
        self.number = -1
        self.inventory = Inventory.in_memory(clock=lambda: DAYS[self.number])
        self._folder = folder

    def text(self, text: str, **more: object) -> TenureOfAccess:
        """Import a YAML document."""
        self.number += 1
        path = self._folder / "inventory.yaml"
        path.write_text(text, encoding="utf-8")
        self.inventory.import_file(path, **more)  # type: ignore[arg-type]
        return self.told()

    def rows(self, *rows: str, places: str = "") -> TenureOfAccess:
        """Import rows of ``access provider service_type more``, with other ids each night."""
        out: list[str] = []
        for row in rows:
            access, provider, service_type, *more = row.split(" ", 3)
            told = f", {more[0]}" if more else ""
            out.append(
                f"  - {{subscription_id: S-{self.number}-{len(out)}, access_id: {access},"
                f" provider: {provider}, service: x, service_type: {service_type}{told}}}\n"
            )
        return self.text(f"{places}subscriptions:\n{''.join(out) or '  []'}")

    def told(self, access: str = "X") -> TenureOfAccess:
        """What is told of an access."""
        return self.inventory.told_on(access)


@pytest.fixture
def nights(tmp_path: Path) -> Iterator[_Nights]:
    """Nights of imports; in the first one isp-a has broadband."""
    made = _Nights(tmp_path)
    made.rows("X isp-a bb", "Y isp-a bb", places=PLACES)
    with made.inventory:
        yield made


def test_what_the_first_import_tells_was_always_so(nights: _Nights) -> None:
    """As far as anybody knows."""
    assert nights.told() == TenureOfAccess()


@pytest.mark.parametrize("day", ["", "connection_date: 2019-01-01", "state: SUSPENDED"])
def test_the_same_import_again_moves_nothing(nights: _Nights, day: str) -> None:
    """With other ids, too, and however often."""
    row = f"X isp-b bb {day}".strip()
    first = nights.rows(row)

    assert [nights.rows(row) for _ in range(3)] == [first] * 3
    assert Tenure("isp-b", "bb", None, told=DAYS[1]) in first.tenures


def test_a_takeover_is_told_at_its_import(nights: _Nights) -> None:
    """The new one began then, the old one went then, and the access has turned."""
    told = nights.rows("X isp-b bb", "Y isp-a bb")

    assert set(told.tenures) == {
        Tenure("isp-a", "bb", None, gone=DAYS[1]),
        Tenure("isp-b", "bb", None, told=DAYS[1]),
    }
    assert (told.passed, told.moved) == ((DAYS[1],), ())
    assert nights.told("Y") == TenureOfAccess()


def test_a_takeover_in_two_imports_is_told_twice(nights: _Nights) -> None:
    """In between nobody holds it."""
    nights.rows("Y isp-a bb")
    told = nights.rows("X isp-b bb", "Y isp-a bb")

    assert set(told.tenures) == {
        Tenure("isp-a", "bb", None, gone=DAYS[1]),
        Tenure("isp-b", "bb", None, told=DAYS[2]),
    }
    assert set(told.passed) == {DAYS[1], DAYS[2]}


def test_a_takeover_with_an_overlap_is_told_twice(nights: _Nights) -> None:
    """The new one is there before the old one goes."""
    nights.rows("X isp-a bb", "X isp-b bb")
    told = nights.rows("X isp-b bb")

    assert set(told.tenures) == {
        Tenure("isp-a", "bb", None, gone=DAYS[2]),
        Tenure("isp-b", "bb", None, told=DAYS[1]),
    }
    assert set(told.passed) == {DAYS[1], DAYS[2]}


@pytest.mark.parametrize(
    ("after", "tenure"),
    [
        ("X isp-a iptv", Tenure("isp-a", "iptv", None, told=DAYS[1])),
        ("X isp-a bb vlan: 7", Tenure("isp-a", "bb", 7, told=DAYS[1])),
        ("X isp-b bb", Tenure("isp-b", "bb", None, told=DAYS[1])),
    ],
)
def test_another_service_vlan_or_holder_is_another_tenure(
    nights: _Nights, after: str, tenure: Tenure
) -> None:
    """At the same provider, too."""
    told = nights.rows(after)

    assert tenure in told.tenures
    assert Tenure("isp-a", "bb", None, gone=DAYS[1]) in told.tenures


@pytest.mark.parametrize(
    "same", ["state: SUSPENDED", "note: moved to a faster one", "sp_reference: R-1"]
)
def test_other_words_about_it_tell_nothing(nights: _Nights, same: str) -> None:
    """Only what says whose the rows are."""
    assert nights.rows(f"X isp-a bb {same}") == TenureOfAccess()


def test_what_comes_back_begins_anew(nights: _Nights) -> None:
    """Somebody else may have had it in between."""
    nights.rows("X isp-b bb")
    told = nights.rows("X isp-a bb")

    assert Tenure("isp-a", "bb", None, told=DAYS[2], gone=DAYS[1]) in told.tenures
    assert Tenure("isp-b", "bb", None, told=DAYS[1], gone=DAYS[2]) in told.tenures


def test_what_has_ended_by_its_date_comes_back_anew(nights: _Nights) -> None:
    """Though the ended one is still listed."""
    ended = f"X isp-a bb disconnection_date: '{DAYS[1].isoformat()}'"
    nights.rows(ended)
    told = nights.rows(ended, "X isp-a bb")

    assert [t.told for t in told.tenures] == [DAYS[2]]


def test_an_order_is_told_when_it_becomes_a_subscription(nights: _Nights) -> None:
    """An order holds nothing yet, and nobody hears of it."""
    ordered = nights.rows("X isp-a bb", "X isp-b iptv state: ORDERED")
    told = nights.rows("X isp-a bb", "X isp-b iptv")

    assert ordered == TenureOfAccess()
    assert told.tenures == (Tenure("isp-b", "iptv", None, told=DAYS[2]),)
    assert nights.rows("X isp-a bb", "X isp-b iptv state: ORDERED").tenures == (
        Tenure("isp-b", "iptv", None, told=DAYS[2], gone=DAYS[3]),
    )


def test_what_begins_as_it_was_told_is_not_told_again(nights: _Nights) -> None:
    """Its date tells; and if it begins earlier than that, the import does."""
    soon = "X isp-b bb connection_date: '{}'".format
    as_told = soon((DAYS[2] - timedelta(hours=5)).isoformat())
    nights.rows(as_told)
    begun = nights.rows(as_told)

    assert [t for t in begun.tenures if t.provider == "isp-b"] == []
    nights.rows(soon((DAYS[7]).isoformat()))
    early = nights.rows("X isp-b bb")
    assert [t.told for t in early.tenures if t.provider == "isp-b"] == [DAYS[4]]


def test_a_date_that_is_told_no_more_is_not_forgotten(nights: _Nights) -> None:
    """Else it would have been theirs from the beginning of time."""
    begun = datetime(2026, 10, 1, tzinfo=UTC)
    nights.rows("X isp-a bb", f"X isp-b iptv connection_date: '{begun.isoformat()}'")
    nights.rows("X isp-a bb")
    nights.rows("X isp-a bb", f"X isp-b iptv connection_date: '{begun.isoformat()}'")
    nights.rows("X isp-a bb connection_date: 2019-01-01")
    told = nights.rows("X isp-a bb", "X isp-b iptv")

    by = {t.provider: t.told for t in told.tenures}
    assert by == {"isp-a": datetime(2019, 1, 1, tzinfo=UTC), "isp-b": DAYS[5]}


def test_an_end_that_is_dropped_with_its_subscription_is_not_forgotten(nights: _Nights) -> None:
    """What has ended went at its end, though nobody lists it any more."""
    end = DAYS[0] - timedelta(days=3)
    nights.rows("X isp-a bb", f"X isp-b iptv disconnection_date: '{end.isoformat()}'")
    told = nights.rows("X isp-a bb")

    assert told.tenures == (Tenure("isp-b", "iptv", None, gone=end),)
    assert DAYS[2] in told.passed


def test_a_beginning_that_is_moved_to_later_leaves_what_was_before(nights: _Nights) -> None:
    """It ran until now, as was told then."""
    told = nights.rows(f"X isp-a bb connection_date: '{DAYS[1].isoformat()}'")

    assert told.tenures == (Tenure("isp-a", "bb", None, gone=DAYS[1]),)


def test_accesses_that_change_ports_have_moved_with_all_that_is_on_them(nights: _Nights) -> None:
    """What was read on a port before was of whoever was there."""
    swapped = PLACES.replace("ge1", "ge9").replace("ge2", "ge1").replace("ge9", "ge2")
    told = nights.text(swapped)

    assert told.moved == nights.told("Y").moved == (DAYS[1],)
    assert told.tenures == (Tenure("isp-a", "bb", None, told=DAYS[1]),)
    assert nights.text(swapped) == told


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("c_vlan: 10", "c_vlan: 11"),
        ("s_vlan: 10", ""),
        ("ont_id: 1", "ont_id: 2"),
        ("uni: 1", "uni: 2"),
        ("", "c_vlan: 10"),
    ],
)
def test_another_place_on_the_port_is_a_move(tmp_path: Path, before: str, after: str) -> None:
    """By any of the numbers that tell accesses apart."""
    made = _Nights(tmp_path)

    def place(more: str) -> str:
        told = f", {more}" if more else ""
        return PLACES.replace("port: ge1,", f"port: ge1{told},")

    with made.inventory:
        made.rows("X isp-a bb", places=place(before))

        told = made.text(place(after))

        assert (told.moved, told.passed) == ((DAYS[1],), ())
        assert told.tenures == (Tenure("isp-a", "bb", None, told=DAYS[1]),)
        assert made.told("Y") == TenureOfAccess()


SHARED = (
    "elements: [{name: sw, address: 192.0.2.3}]\n"
    "accesses:\n"
    "  - {access_id: X, element: sw, port: ge1, s_vlan: 5, c_vlan: 10}\n"
)
LEAVES = "  - {access_id: Y, element: sw, port: ge1, s_vlan: 5, c_vlan: 20}\n"


@pytest.mark.parametrize(
    ("others", "leaves", "gains"),
    [
        ("", LEAVES, True),
        ("  - {access_id: Z, element: sw, port: ge1, s_vlan: 5, c_vlan: 30}\n", LEAVES, False),
        ("  - {access_id: Z, element: sw, port: ge1, s_vlan: 6, c_vlan: 30}\n", LEAVES, True),
        (
            "  - {access_id: Z, element: sw, port: ge1, s_vlan: 5, c_vlan: 30}\n",
            LEAVES.replace("20", "10"),
            True,
        ),
        (
            "  - {access_id: Z, element: sw, port: ge1, s_vlan: 5, c_vlan: 10}\n",
            LEAVES.replace("20", "10"),
            False,
        ),
    ],
)
def test_who_stays_on_a_port_begins_anew_with_what_falls_to_it(
    tmp_path: Path, others: str, leaves: str, gains: bool
) -> None:
    """Alone on the port, or alone with a tag; else only what was read is outdated."""
    made = _Nights(tmp_path)
    with made.inventory:
        made.rows("X isp-a bb", places=SHARED + others + leaves)

        told = made.text(SHARED + others)

        assert told.moved == (DAYS[1],)
        assert [t.told for t in told.tenures] == ([DAYS[1]] if gains else [])


def test_ports_by_other_kinds_of_names_may_be_the_same(tmp_path: Path) -> None:
    """One that leaves may have been on the port of another."""
    made = _Nights(tmp_path)
    named = "  - {access_id: Y, element: sw, port: '7', port_by: index}\n"
    with made.inventory:
        made.rows("X isp-a bb", places=SHARED + named)

        assert made.text(SHARED).moved == (DAYS[1],)


@pytest.mark.parametrize(
    ("service", "x_moves", "y_moves"),
    [
        ("{vlan: 100, service_type: iptv, element: sw, port: ge1}", True, False),
        ("{vlan: 100, service_type: iptv, element: sw}", True, True),
        ("{vlan: 100, service_type: iptv, site: elm}", True, True),
        ("{vlan: 100, service_type: iptv}", True, True),
        ("{vlan: 100, service_type: iptv, element: other}", False, False),
    ],
)
def test_what_vlans_carry_is_told_where_it_counts(
    tmp_path: Path, service: str, x_moves: bool, y_moves: bool
) -> None:
    """What was read before was given by other services; whoever holds one, holds it still."""
    made = _Nights(tmp_path)
    places = PLACES.replace("{name: sw,", "{name: sw, site: elm,")
    with made.inventory:
        made.rows("X isp-a bb", places=places)

        told = made.text(f"services: [{service}]")

        assert told.moved == ((DAYS[1],) if x_moves else ())
        assert made.told("Y").moved == ((DAYS[1],) if y_moves else ())
        assert (told.tenures, told.passed) == ((), ())
        assert made.text(f"services: [{service}]") == told


@pytest.mark.parametrize(
    "after",
    [
        "cpes: [{access_id: X, address: 192.0.2.9, serial_number: S1}]",
        PLACES.replace("192.0.2.3", "192.0.2.5"),
    ],
)
def test_another_device_is_a_move(nights: _Nights, after: str) -> None:
    """A CPE, or a switch of the same name somewhere else."""
    assert nights.text(after).moved == (DAYS[1],)


def test_an_access_that_is_gone_and_comes_back_begins_anew(nights: _Nights) -> None:
    """Its subscriptions went with it, in an import that held none."""
    nights.text(PLACES.replace("  - {access_id: X, element: sw, port: ge1, port_by: name}\n", ""))
    assert nights.told() == TenureOfAccess((Tenure("isp-a", "bb", None, gone=DAYS[1]),))

    told = nights.rows("X isp-b bb", places=PLACES)

    assert told.moved == (DAYS[2],)
    assert Tenure("isp-b", "bb", None, told=DAYS[2]) in told.tenures


def test_csv_of_one_kind_tells_as_much(nights: _Nights, tmp_path: Path) -> None:
    """Whatever kind of file it is."""
    path = tmp_path / "subscriptions.csv"
    rows = [
        ["subscription_id", "access_id", "provider", "service", "service_type"],
        ["S-7", "X", "isp-b", "x", "bb"],
    ]
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    nights.number += 1

    nights.inventory.import_file(path)

    assert Tenure("isp-b", "bb", None, told=DAYS[1]) in nights.told().tenures


def test_a_trial_and_a_refused_import_tell_nothing(tmp_path: Path) -> None:
    """Nothing was changed."""
    made = _Nights(tmp_path)
    rows = [f"X isp-{n} bb" for n in range(20)]
    with made.inventory:
        made.rows(*rows, places=PLACES)

        made.text("subscriptions: []", dry_run=True)
        with pytest.raises(InventoryError, match="refused"):
            made.text("subscriptions: []", guard=Guard())

        assert made.told() == TenureOfAccess()
        assert len(made.rows(*rows[:10]).tenures) == 10


def test_the_first_subscriptions_of_a_network_tell_what_was_so(tmp_path: Path) -> None:
    """But what was read before, when nobody was known, is nobody's."""
    made = _Nights(tmp_path)
    with made.inventory:
        made.text(PLACES)

        told = made.rows("X isp-a bb")

        assert told == TenureOfAccess(passed=(DAYS[1],))
        assert made.rows("X isp-b bb").tenures


def test_turns_are_forgotten_when_no_reading_is_that_old(tmp_path: Path) -> None:
    """Tenures are not: a lease may be older."""
    at = [DAYS[0]]
    with Inventory.in_memory(clock=lambda: at[0]) as inventory:
        path = tmp_path / "a.yaml"

        def night(provider: str, day: int) -> TenureOfAccess:
            at[0] = DAYS[0] + timedelta(days=day)
            path.write_text(
                f"{PLACES}subscriptions: [{{subscription_id: S, access_id: X, service: x,"
                f" provider: {provider}, service_type: bb}}]"
            )
            inventory.import_file(path)
            return inventory.told_on("X")

        night("isp-a", 0)
        night("isp-b", 1)
        assert len(night("isp-c", 31).passed) == 2
        told = night("isp-d", 32)

        assert [(when - DAYS[0]).days for when in sorted(told.passed)] == [31, 32]
        assert {t.provider for t in told.tenures} == {"isp-a", "isp-b", "isp-c", "isp-d"}
