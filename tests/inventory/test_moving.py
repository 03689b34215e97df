"""Accesses change places or move: the records are then as after an import that says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from techinfo.errors import MoveConflictError
from techinfo.inventory import Access, Inventory
from techinfo.inventory.importing.moving import place_of
from techinfo.inventory.importing.tenures import attached_since

FIRST = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
THEN = FIRST + timedelta(days=3)
TEXT = """
elements:
  - {name: sw, address: 192.0.2.3, layout: cisco-ios-mac, mac: "00:1b:2c:3d:4e:5f"}
  - {name: olt, address: 192.0.2.4, role: olt}
accesses:
  - {access_id: A-1, PLACE-1}
  - {access_id: A-2, PLACE-2}
  - {access_id: A-3, element: sw, port: ge3, port_by: name, module: 0, port_number: 3}
  - {access_id: P-1, element: olt, port: gpon1, port_by: name, ont_id: 1}
  - {access_id: P-2, element: olt, port: gpon1, port_by: name, ont_id: 2}
services: [{vlan: 100, service_type: bb}]
cpes: [{access_id: A-1, mac: "02:00:5e:00:53:01"}]
subscriptions:
  - {subscription_id: S-1, access_id: A-1, provider: isp-a, service: x, service_type: bb}
  - {subscription_id: S-2, access_id: A-2, provider: isp-b, service: x, service_type: bb}
  - {subscription_id: S-3, access_id: A-2, provider: isp-b, service: x, service_type: voip,
     connection_date: 2030-01-01}
"""
GE1 = "element: sw, port: ge1, port_by: name, module: 0, port_number: 1"
GE2 = "element: sw, port: ge2, port_by: name, module: 0, port_number: 2"
GE9 = "element: sw, port: ge9, port_by: name, module: 0, port_number: 9"


class _House:
    """An inventory, and the time."""

    def __init__(self, folder: Path) -> None:
        self.now = FIRST
        self.folder = folder
        self.inventory = Inventory.in_memory(clock=lambda: self.now)

    def take(self, one: str, other: str, *more: tuple[str, str]) -> None:
        """Import the records with the places of A-1 and A-2, and other words for some."""
        text = TEXT.replace("PLACE-1", one).replace("PLACE-2", other)
        for old, new in more:
            assert old in text
            text = text.replace(old, new)
        path = self.folder / "inventory.yaml"
        path.write_text(text, encoding="utf-8")
        self.inventory.import_file(path)

    def access(self, access_id: str) -> Access:
        """The access of this id."""
        found = self.inventory.access(access_id)
        assert found is not None
        return found

    def state(self) -> list[Any]:
        """All that an import writes of accesses."""
        whole: list[Any] = list(self.inventory.accesses())
        for one in ("A-1", "A-2", "A-3"):
            told = self.inventory.told_on(one)
            whole += [set(told.tenures), set(told.passed), set(told.moved)]
            whole.append({str(known) for known in self.inventory.identified.held_by(one)})
        return whole


def _swap(house: _House, *ids: str) -> None:
    pair = house.access(ids[0]), house.access(ids[1])
    house.inventory.move(pair, pair[::-1])


def test_a_swap_leaves_what_an_import_of_the_same_would(tmp_path: Path) -> None:
    """Places, the times from which on rows are whose, identifiers; and back again."""
    imported, swapped = _House(tmp_path), _House(tmp_path)
    for house in (imported, swapped):
        house.take(GE1, GE2)
        house.now = THEN
    imported.take(GE2, GE1)
    first = swapped.access("A-1"), swapped.access("A-2")

    swapped.inventory.move(first, first[::-1])

    assert swapped.state() == imported.state()
    tenure = {one for one in swapped.inventory.told_on("A-1").tenures if one.told == THEN}
    assert {(one.provider, one.service_type) for one in tenure} == {("isp-a", "bb")}
    assert swapped.inventory.imported_at == FIRST
    with swapped.inventory.database.read() as connection:
        assert attached_since(connection) == {"A-1": THEN, "A-2": THEN}
    for house in (imported, swapped):
        house.now = THEN + timedelta(days=1)
    imported.take(GE1, GE2)
    _swap(swapped, "A-1", "A-2")
    assert swapped.state() == imported.state()
    assert place_of(swapped.access("A-1")) == place_of(first[0])


def test_the_next_import_says_again_where_they_are(tmp_path: Path) -> None:
    """It takes them back if it has not been corrected; that is a move, too."""
    house = _House(tmp_path)
    house.take(GE1, GE2)
    _swap(house, "A-1", "A-2")
    house.now = THEN

    house.take(GE1, GE2)

    assert house.access("A-1").port == "ge1"
    assert THEN in house.inventory.told_on("A-1").moved


def test_onts_of_one_pon_port_change_places(tmp_path: Path) -> None:
    """Others on the port are none of it."""
    house = _House(tmp_path)
    house.take(GE1, GE2)

    _swap(house, "P-1", "P-2")

    assert (house.access("P-1").ont_id, house.access("P-2").ont_id) == (2, 1)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("element: sw, port: ge1", "element: sw, port: ge9"), "A-1 is not any more where it was"),
        (("{access_id: A-1, element", "{access_id: A-9, element"), "A-1 is not any more where"),
        (("A-3, element: sw, port: ge3", "A-3, element: sw, port: ge2"), "A-3 is on the port of"),
        (("port_number: 2}", "port_number: 2, c_vlan: 7}"), "differ in c_vlan"),
        (
            ("x, service_type: voip,", "x, service_type: voip, ipv4_circuit_id: ge2,"),
            "subscription S-3, which name its port",
        ),
    ],
)
def test_what_the_records_say_against_it_is_told_and_nothing_is_changed(
    tmp_path: Path, change: tuple[str, str], why: str
) -> None:
    """Since it was decided, or from the beginning."""
    house = _House(tmp_path)
    house.take(GE1, GE2)
    decided = house.access("A-1"), house.access("A-2")
    more = (
        []
        if "A-9" not in change[1]
        else [
            ("cpes: [{access_id: A-1", "cpes: [{access_id: A-9"),
            ("S-1, access_id: A-1", "S-1, access_id: A-9"),
        ]
    )
    house.take(GE1, GE2, change, *more)
    before = house.state()

    with pytest.raises(MoveConflictError, match=why):
        house.inventory.move(decided, decided[::-1])

    assert house.state() == before


def test_who_is_attached_nowhere_changes_with_nobody(tmp_path: Path) -> None:
    """There is no port that could be the other's."""
    house = _House(tmp_path)
    house.take(GE1, "state: PLANNED")

    with pytest.raises(MoveConflictError, match="A-2 is attached nowhere"):
        _swap(house, "A-1", "A-2")


def test_a_move_to_a_free_port_leaves_what_an_import_of_the_same_would(tmp_path: Path) -> None:
    """Who has it sees nothing of the port from before; its identifiers are the new port's."""
    imported, moved = _House(tmp_path), _House(tmp_path)
    for house in (imported, moved):
        house.take(GE1, GE2)
        house.now = THEN
    imported.take(GE9, GE2)
    was = moved.access("A-1")

    moved.inventory.move((was, replace(was, port="ge9", port_number=9)))

    assert moved.state() == imported.state()
    assert place_of(moved.access("A-1")) == place_of(imported.access("A-1"))
    assert THEN in moved.inventory.told_on("A-1").moved
    tenure = {one for one in moved.inventory.told_on("A-1").tenures if one.told == THEN}
    assert {one.provider for one in tenure} == {"isp-a"}


@pytest.mark.parametrize(
    ("change", "there", "why"),
    [
        (("port_number: 2}", "port_number: 2}"), "ge3", "A-3 is on the port of A-1, too"),
        (("port_number: 1}", "port_number: 1, c_vlan: 7}"), "ge9", "nobody knows the c_vlan"),
        (
            ("x, service_type: bb}\n  - {subscription_id: S-2", "x, service_type: bb,"
             " ipv4_circuit_id: ge1}\n  - {subscription_id: S-2"),
            "ge9",
            "subscription S-1, which name its port",
        ),
    ],
)  # fmt: skip
def test_a_move_is_refused_where_the_records_know_better(
    tmp_path: Path, change: tuple[str, str], there: str, why: str
) -> None:
    """Somebody is there already, or something names the port that it was on."""
    house = _House(tmp_path)
    house.take(GE1, GE2, change)
    was, before = house.access("A-1"), house.state()

    with pytest.raises(MoveConflictError, match=why):
        house.inventory.move((was, replace(was, port=there)))

    assert house.state() == before


def test_what_all_accesses_of_the_element_have_is_no_port_s(tmp_path: Path) -> None:
    """A VLAN that is the same everywhere is so on the free port, too."""
    house = _House(tmp_path)
    house.take(
        GE1 + ", s_vlan: 7", GE2 + ", s_vlan: 7", ("port_number: 3}", "port_number: 3, s_vlan: 7}")
    )
    was = house.access("A-1")

    house.inventory.move((was, replace(was, port="ge9")))

    assert (house.access("A-1").port, house.access("A-1").s_vlan) == ("ge9", 7)
