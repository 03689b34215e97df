"""Planned works: what may be announced, whom it touches, and files that announce it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tests.access.played import stocked

from techinfo.errors import InventoryImportError, UnknownWorksError, WorksError
from techinfo.inventory import Inventory
from techinfo.inventory.works import Place, Scope, Status, Works
from techinfo.inventory.works.files import Told, read_works
from techinfo.inventory.works.records import LONGEST, scope_of
from techinfo.inventory.works.store import Put

AT = datetime(2026, 12, 1, 21, tzinfo=UTC)
FIRST = datetime(2000, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
NETWORK = """
elements:
  - {name: sw, address: 192.0.2.3, site: norr}
  - {name: olt, address: 192.0.2.4, site: soder}
accesses:
  - {access_id: A-1, element: sw, port: ge1, cable_group: K1, street_name: Storgatan, city: Elm}
  - {access_id: A-2, element: sw, port: ge2, street_name: Storgatan, city: Ask}
  - {access_id: A-3, element: olt, port: gpon1, ont_id: 1, street_name: Lillgatan, city: Elm}
  - {access_id: A-4, element: olt, port: gpon1, ont_id: 2}
  - {access_id: A-5}
"""
ANY = Works(
    reference="W-1",
    text="New cards",
    begin=AT,
    end=AT + 6 * HOUR,
    scopes=(Scope(Place.ELEMENT, "sw"),),
)


@pytest.fixture
def inventory(tmp_path: Path) -> Iterator[Inventory]:
    """Two elements, five accesses."""
    with stocked(tmp_path, NETWORK) as made:
        yield made


def on(inventory: Inventory, access_id: str) -> list[str]:
    """References of works on an access."""
    access = inventory.access(access_id)
    assert access is not None
    element = inventory.element(access.element) if access.element else None
    return [one.reference for one in inventory.works.on(access, element, AT)]


@pytest.mark.parametrize(
    ("told", "touched"),
    [
        ({"site": "norr"}, "A-1 A-2"),
        ({"element": "olt"}, "A-3 A-4"),
        ({"element": "olt", "port": "gpon1"}, "A-3 A-4"),
        ({"element": "sw", "port": "ge2"}, "A-2"),
        ({"accessId": "A-5"}, "A-5"),
        ({"cableGroup": "K1"}, "A-1"),
        ({"street": "Storgatan", "city": "Ask"}, "A-2"),
        ({"street": "Lillgatan"}, "A-3"),
    ],
    ids=lambda told: str(told),
)
def test_works_touch_the_accesses_of_their_place(
    inventory: Inventory, told: dict[str, str | None], touched: str
) -> None:
    """From the works to the accesses, and from each access to the works, it is the same."""
    inventory.works.put(replace(ANY, scopes=(scope_of(told),)))

    found = [one.access_id for one in inventory.works.touched(inventory.works.one("W-1"))]

    assert found == touched.split()
    every = [f"A-{n}" for n in range(1, 6)]
    assert [one for one in every if on(inventory, one) == ["W-1"]] == found


def test_an_access_in_two_places_is_touched_once(inventory: Inventory) -> None:
    """A site, and a port at it."""
    scopes = (Scope(Place.SITE, "norr"), Scope(Place.PORT, "ge1", "sw"))
    inventory.works.put(replace(ANY, scopes=scopes))

    kept = inventory.works.one("W-1")

    assert [one.access_id for one in inventory.works.touched(kept)] == ["A-1", "A-2"]


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({"scopes": (Scope(Place.ELEMENT, "nowhere"),)}, "element"),
        ({"scopes": (Scope(Place.STREET, "Storgatan"),)}, "city"),
        ({"scopes": ()}, "scopes"),
        ({"end": AT}, "to"),
        ({"end": AT + LONGEST + HOUR}, "to"),
        ({"expected_end": AT - HOUR}, "expectedEnd"),
        ({"begin": FIRST - HOUR, "end": FIRST}, "from"),
        ({"begin": datetime.max.replace(tzinfo=UTC) - HOUR}, "from"),
        (
            {
                "begin": datetime.max.replace(tzinfo=UTC) - HOUR,
                "end": datetime.max.replace(tzinfo=UTC),
                "expected_end": datetime.max.replace(tzinfo=UTC),
            },
            "from",
        ),
        ({"text": " "}, "text"),
        ({"text": "a\x1b[2J"}, "text"),
        ({"text": "x" * 1001}, "text"),
        ({"reference": "a b"}, "reference"),
        ({"reference": "a\r\nSet-Cookie: x"}, "reference"),
    ],
    ids=lambda one: str(one)[:40],
)
def test_what_is_wrong_is_named_and_nothing_is_kept(
    inventory: Inventory, wrong: dict[str, object], key: str
) -> None:
    """Of several works that come together, none is kept."""
    good = replace(ANY, reference="W-0")

    with pytest.raises(WorksError) as caught:
        inventory.works.put_all([good, replace(ANY, **wrong)])  # type: ignore[arg-type]  # a table

    assert caught.value.key == key
    assert inventory.works.since(AT) == ()


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"port": "ge1"},
        {"site": "a", "element": "b"},
        {"city": "Elm"},
        {"site": "a", "city": "b"},
    ],
    ids=str,
)
def test_a_scope_names_one_place(told: dict[str, str | None]) -> None:
    """A port has an element, a town a street."""
    with pytest.raises(WorksError):
        scope_of(told)


def test_works_are_changed_ended_and_forgotten(inventory: Inventory) -> None:
    """What was remembered of an access changes with them."""
    store = inventory.works
    assert store.are_none
    assert on(inventory, "A-1") == []
    assert store.put(ANY) is Put.ADDED
    assert store.put(ANY) is Put.UNCHANGED
    assert not store.are_none
    longer = replace(ANY, expected_end=AT + 9 * HOUR)
    assert store.put(longer) is Put.CHANGED
    assert on(inventory, "A-1") == ["W-1"]
    times = [AT - HOUR, AT, AT + 8 * HOUR, AT + 10 * HOUR]
    stands = [store.one("W-1").status(at) for at in times]
    assert stands == [Status.PLANNED, Status.ACTIVE, Status.ACTIVE, Status.ENDED]

    assert store.end("W-1", AT + 2 * HOUR).until == AT + 2 * HOUR
    assert store.end("W-1", AT + 3 * HOUR).until == AT + 2 * HOUR
    assert store.one("W-1").status(AT + 2 * HOUR) is Status.ENDED
    assert store.drop_before(AT + 2 * HOUR) == 0
    assert store.drop_before(AT + 3 * HOUR) == 1
    assert on(inventory, "A-1") == []
    with pytest.raises(UnknownWorksError):
        store.one("W-1")


def test_an_import_of_the_inventory_leaves_works_alone(
    inventory: Inventory, tmp_path: Path
) -> None:
    """An access that comes to a switch later is touched, too."""
    inventory.works.put(ANY)
    path = tmp_path / "more.yaml"
    path.write_text(NETWORK.replace("{access_id: A-5}", "{access_id: A-5, element: sw, port: ge5}"))

    inventory.import_file(path)

    assert on(inventory, "A-5") == ["W-1"]


def read(tmp_path: Path, name: str, text: str, zone: str | None = None) -> Told:
    """A file's works."""
    path = tmp_path / name
    path.write_bytes(text.encode())
    return read_works(path, ZoneInfo(zone) if zone else None)


def test_rows_of_one_reference_are_one_work(tmp_path: Path) -> None:
    """Semicolons and a mark of the byte order come from spreadsheets."""
    told = read(
        tmp_path,
        "works.csv",
        "\ufeffreference;from;to;text;site;element;port\r\n"
        'W-1;2026-12-01T22:00;2026-12-02T04:00;"New; cards";norr;;\r\n'
        'W-1;2026-12-01T22:00;2026-12-02T04:00;"New; cards";;olt;gpon1\r\n'
        "W-2;2026-12-01T22:00Z;2026-12-01T23:00Z;Fibre;;sw;\r\n",
        "Europe/Stockholm",
    )

    assert told.wrong == ()
    assert [one.reference for one in told.works] == ["W-1", "W-2"]
    assert told.works[0].begin == AT
    assert told.works[0].text == "New; cards"
    assert told.works[0].scopes == (
        Scope(Place.SITE, "norr"),
        Scope(Place.PORT, "gpon1", "olt"),
    )


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("W-1,2026-12-01T22:00,2026-12-02T04:00,x,sw", "zone"),
        ("W-1,2026-12-01T22:00Z,soon,x,sw", "soon"),
        ("W-1,2026-12-01T22:00Z,2026-12-02T04:00Z,x,", "scope"),
        ("W-1,2026-12-01T22:00Z,2026-12-02T04:00Z,x,sw,more", "cells"),
        (",2026-12-01T22:00Z,2026-12-02T04:00Z,x,sw", "reference"),
    ],
)
def test_a_wrong_row_spoils_its_works_alone(tmp_path: Path, row: str, why: str) -> None:
    """Its line is told."""
    head = "reference,from,to,text,element\n"
    good = "W-2,2026-12-01T22:00Z,2026-12-02T04:00Z,y,sw\n"

    told = read(tmp_path, "works.csv", f"{head}{good}{row}\n")

    assert [one.reference for one in told.works] == ["W-2"]
    (wrong,) = told.wrong
    assert wrong.startswith("line 3: ")
    assert why in wrong


@pytest.mark.parametrize(
    ("name", "octets", "why"),
    [
        ("a.csv", b"reference,from,to\n", "text"),
        ("a.csv", b"reference,from,to,text,where\n", "where"),
        ("a.csv", b"reference,from,to,text\nW,\xff", "UTF-8"),
        ("a.csv", b'reference,from,to,text\n"W', "CSV"),
        ("a.csv", b'"reference,from,to,text\n', "CSV"),
        ("a.csv", b"reference,from,to,text," + b"x" * 200_000, "CSV"),
        ("a.ics", b"hello", "iCalendar"),
        ("a.ics", b"", "iCalendar"),
        ("a.ics", b"BEGIN:VCALENDAR\n" + b"BEGIN:VEVENT\n" * 3000, "iCalendar"),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path: Path, name: str, octets: bytes, why: str) -> None:
    """With its name, in words."""
    path = tmp_path / name
    path.write_bytes(octets)

    with pytest.raises(InventoryImportError, match=why) as caught:
        read_works(path)

    assert name in str(caught.value)


CALENDAR = r"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//made up//EN
BEGIN:VEVENT
UID:W-1@example.net
DTSTAMP:20261101T000000Z
DTSTART;TZID=Europe/Stockholm:20261201T220000
DURATION:PT6H
SUMMARY:New cards
DESCRIPTION:Take the ladder: it is long\nelement: sw\nport: olt gpon1\nstreet: Stor
 gatan\, Elm
END:VEVENT
BEGIN:VEVENT
UID:W-2
DTSTART;VALUE=DATE:20261201
SUMMARY:A whole day
DESCRIPTION:site: norr
END:VEVENT
BEGIN:VEVENT
UID:W-3
STATUS:CANCELLED
END:VEVENT
BEGIN:VEVENT
UID:W-4
DTSTART:20261201T210000Z
DTEND:20261201T220000Z
RRULE:FREQ=DAILY
SUMMARY:Again and again
DESCRIPTION:site: norr
END:VEVENT
BEGIN:VEVENT
UID:W-5
DTSTART:rubbish
SUMMARY:No time
DESCRIPTION:site: norr
END:VEVENT
BEGIN:VEVENT
UID:W-6
DTSTART:20261201T210000Z
DTEND:20261201T220000Z
SUMMARY:No place
END:VEVENT
END:VCALENDAR
"""


def test_events_of_a_calendar_are_works(tmp_path: Path) -> None:
    """Places stand in the description; what recurs, or has no place or time, is told as wrong."""
    told = read(tmp_path, "works.ics", CALENDAR.replace("\n", "\r\n"), "Europe/Stockholm")

    first, day = told.works
    assert (first.begin, first.end) == (AT, AT + 6 * HOUR)
    assert first.scopes == (
        Scope(Place.ELEMENT, "sw"),
        Scope(Place.PORT, "gpon1", "olt"),
        Scope(Place.STREET, "Storgatan", "Elm"),
    )
    assert (day.begin, day.end - day.begin) == (AT - 22 * HOUR, 24 * HOUR)
    assert told.cancelled == ("W-3",)
    assert [one.split(" ")[2] for one in told.wrong] == ["(W-4):", "(W-5):", "(W-6):"]


def test_a_whole_day_without_a_zone_is_wrong(tmp_path: Path) -> None:
    """Nobody knows where its midnight is."""
    told = read(tmp_path, "works.ics", CALENDAR)

    assert [one.reference for one in told.works] == ["W-1@example.net"]
    assert "zone" in told.wrong[0]


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ("DTSTART:00010101T000000\nDTEND:00010102T000000", "year"),
        ("DTSTART:99991231T235959Z\nDURATION:P9D", "times"),
        ("DTSTART;TZID=Norr/Elm:20261201T220000\nDTEND;TZID=Norr/Elm:20261202T040000", "Norr/Elm"),
        ("DTSTART:20261201T220000Z\nDURATION:PT6H\nSUMMARY:Other cards", "SUMMARY"),
        ("DTSTART:20261201T220000Z\nDURATION:PT6H\nSTATUS:CANCELLED\nSTATUS:TENTATIVE", "STATUS"),
        ("DTSTART:20261201T220000Z\nDURATION:PT6H\nUID:W-2", "UID"),
        ("DTSTART:20261201T220000Z\nDURATION:PT6H\nDESCRIPTION:site: norr", "DESCRIPTION"),
    ],
)
def test_an_event_of_which_nobody_knows_when_or_what_is_wrong(
    tmp_path: Path, lines: str, why: str
) -> None:
    """Nothing is made up for it, and the rest of the file is read."""
    event = (
        f"BEGIN:VEVENT\nUID:W-1\nSUMMARY:New cards\nDESCRIPTION:element: sw\n{lines}\nEND:VEVENT"
    )
    good = CALENDAR[: CALENDAR.index("BEGIN:VEVENT\nUID:W-2")]

    told = read(tmp_path, "works.ics", f"{good}{event}\nEND:VCALENDAR\n", "Europe/Stockholm")

    assert [one.reference for one in told.works] == ["W-1@example.net"]
    assert told.cancelled == ()
    (wrong,) = told.wrong
    assert why in wrong
