"""The index of DHCP identifiers follows every import, and remembers who held what."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from techinfo.dhcp.identity import Identity
from techinfo.errors import InventoryError, InventoryImportError
from techinfo.inventory import Inventory, Known
from techinfo.inventory.identifiers import holders as identified

Write = Callable[[str, str], Path]

BEGAN = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
NETWORK = """
elements:
- {name: asw-1, address: 192.0.2.1, mac: "00:1b:54:aa:02:00", layout: cisco-ios-mac, site: ELM}
- {name: asw-2, address: 192.0.2.2, mac: "00:1b:54:aa:03:00", driver: cisco_ios}
accesses:
- {access_id: A-1, element: asw-1, port: Gi1/0/3, module: 1, port_number: 3}
- {access_id: A-2, element: asw-1, port: Gi1/0/4, module: 1, port_number: 4}
- {access_id: A-3, element: asw-2, port: Gi1/0/3, module: 1, port_number: 3}
- {access_id: A-4, element: asw-2, port: Gi1/0/9}
services:
- {vlan: 100, service_type: bb}
- {vlan: 200, service_type: iptv, site: ELM}
- {vlan: 300, service_type: voip, element: asw-1, port: Gi1/0/4}
subscriptions: []
"""


class _Clock:
    def __init__(self) -> None:
        self.now = BEGAN

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> _Clock:
    """The time of an import; it moves when a test moves it."""
    return _Clock()


@pytest.fixture
def inventory(write: Write, clock: _Clock) -> Iterator[Inventory]:
    """The network above, imported when the inventory began."""
    layouts = {"cisco_ios": "cisco-ios-mac"}
    with Inventory.in_memory(clock=clock, driver_layouts=layouts) as found:
        found.import_file(write("network.yaml", NETWORK))
        yield found


def _circuits(inventory: Inventory, access_id: str) -> set[str]:
    return {
        known.identity.circuit.hex()
        for known in inventory.identified.held_by(access_id)
        if known.until is None and known.identity.circuit
    }


def _now(inventory: Inventory, access_id: str) -> list[Known]:
    return [known for known in inventory.identified.held_by(access_id) if known.until is None]


def test_an_access_has_an_identifier_for_every_vlan_that_is_sold_on_it(
    inventory: Inventory,
) -> None:
    """Services everywhere, at the site, on the port; on another switch without the others."""
    assert _circuits(inventory, "A-1") == {"000400640103", "000400c80103"}
    assert _circuits(inventory, "A-2") == {"000400640104", "000400c80104", "0004012c0104"}
    assert _circuits(inventory, "A-3") == {"000400640103"}


def test_d3_what_a_switch_writes_is_a_setting_of_the_switch(inventory: Inventory) -> None:
    """A layout of the element, else its driver's, and patterns of its own before both (D3)."""
    remotes = {known.identity.remote for name in ("A-1", "A-3") for known in _now(inventory, name)}

    assert remotes == {bytes.fromhex("0006001b54aa0200"), bytes.fromhex("0006001b54aa0300")}


def test_nothing_is_written_of_a_port_whose_numbers_are_not_told(inventory: Inventory) -> None:
    """A pattern that lacks a number writes nothing, instead of half a value."""
    assert _now(inventory, "A-4") == []


def test_a_stored_value_replaces_what_the_pattern_writes(
    inventory: Inventory, write: Write
) -> None:
    """And the hex of an option 82 says more than the text beside it."""
    inventory.import_file(
        write(
            "s.yaml",
            """
subscriptions:
- {subscription_id: S-1, access_id: A-1, provider: isp, service: BB, service_type: bb,
   option82: 520A0102000A020400000001, ipv4_circuit_id: x}
- {subscription_id: S-2, access_id: A-2, provider: isp, service: BB, service_type: bb}
""",
        )
    )

    (stored,) = _now(inventory, "A-1")
    assert stored.identity == Identity(circuit=b"\x00\x0a", remote=b"\x00\x00\x00\x01")
    assert stored.held.stored
    assert _circuits(inventory, "A-2") == {"000400640104", "000400c80104", "0004012c0104"}


def test_what_moves_is_held_until_it_moves(
    inventory: Inventory, write: Write, clock: _Clock
) -> None:
    """The first import has no beginning; later ones end one interval and begin the next."""
    clock.now += timedelta(days=1)
    moved = NETWORK.replace("A-1, element: asw-1", "A-5, element: asw-1")
    inventory.import_file(write("network.yaml", moved))

    before, now = inventory.identified.held_by("A-1"), inventory.identified.held_by("A-5")

    assert {(known.since, known.until) for known in before} == {(None, clock.now)}
    assert {(known.since, known.until) for known in now} == {(clock.now, None)}
    assert {k.identity for k in before} == {k.identity for k in now}
    assert inventory.identified.changes() == (clock.now,)


def test_an_import_of_the_same_records_changes_nothing(
    inventory: Inventory, write: Write, clock: _Clock
) -> None:
    """Nor does a dry run of others."""
    before = inventory.identified.held_by("A-2")
    clock.now += timedelta(days=1)
    other = NETWORK.replace("vlan: 100", "vlan: 101")

    inventory.import_file(write("network.yaml", NETWORK))
    inventory.import_file(write("other.yaml", other), dry_run=True)

    assert inventory.identified.held_by("A-2") == before
    assert inventory.identified.changes() == ()


@pytest.mark.parametrize(
    ("old", "new", "access_id", "circuits"),
    [
        ("vlan: 100", "vlan: 101", "A-3", {"000400650103"}),
        ("site: ELM}\n- {vlan: 300", "site: OAK}\n- {vlan: 300", "A-1", {"000400640103"}),
        ("vlan: 300", "vlan: 301", "A-2", {"000400640104", "000400c80104", "0004012d0104"}),
        (
            "port_number: 4",
            "port_number: 5",
            "A-2",
            {"000400640105", "000400c80105", "0004012c0105"},
        ),
        ("layout: cisco-ios-mac", "layout: procurve", "A-1", {"0003"}),
        (
            "layout: cisco-ios-mac",
            'circuit_id: "bin: <port-1:u16>", remote_id: "bin: <mac>"',
            "A-1",
            {"0002"},
        ),
        ("access_id: A-3", "access_id: A-9", "A-3", set()),
    ],
)
def test_the_index_follows_whatever_an_identifier_is_made_of(
    inventory: Inventory,
    write: Write,
    old: str,
    new: str,
    access_id: str,
    circuits: set[str],
) -> None:
    """Services, sites, numbers of ports, layouts, patterns, accesses that go."""
    assert old in NETWORK

    inventory.import_file(write("network.yaml", NETWORK.replace(old, new)))

    assert _circuits(inventory, access_id) == circuits


def test_a_changed_switch_renames_what_it_writes(inventory: Inventory, write: Write) -> None:
    """A new MAC address, without the accesses being imported again."""
    elements = NETWORK.split("accesses:")[0].replace("aa:02:00", "bb:02:00")

    inventory.import_file(write("elements.yaml", elements))

    assert {k.identity.remote for k in _now(inventory, "A-1")} == {
        bytes.fromhex("0006001b54bb0200")
    }


def test_two_switches_that_write_the_same_are_an_error_that_names_both(
    inventory: Inventory, write: Write
) -> None:
    """One remote-id and one layout: nobody could tell their ports apart; nothing is changed."""
    twins = NETWORK.replace("aa:03:00", "aa:02:00")

    with pytest.raises(InventoryImportError, match="'asw-1' and 'asw-2'") as caught:
        inventory.import_file(write("twins.yaml", twins))

    assert caught.value.line == 4
    assert _circuits(inventory, "A-3") == {"000400640103"}


def test_one_remote_id_with_two_layouts_is_fine(inventory: Inventory, write: Write) -> None:
    """A switch of which each half writes its own way."""
    apart = NETWORK.replace("aa:03:00", "aa:02:00").replace("driver: cisco_ios", "layout: procurve")

    inventory.import_file(write("apart.yaml", apart))

    assert _circuits(inventory, "A-3") == {"0003"}


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("layout: cisco-ios-mac", "layout: cisco", "layout"),
        ("layout: cisco-ios-mac", 'circuit_id: "bin: <prot:u8>"', "circuit_id"),
        ("layout: cisco-ios-mac", 'remote_id: "eth {port}"', "remote_id"),
    ],
)
def test_a_pattern_that_is_wrong_names_its_key(
    inventory: Inventory, write: Write, old: str, new: str, key: str
) -> None:
    """And what is wrong with it."""
    with pytest.raises(InventoryImportError) as caught:
        inventory.import_file(write("wrong.yaml", NETWORK.replace(old, new)))

    assert str(caught.value.key).endswith(key)


def test_a_number_without_room_is_a_remark(inventory: Inventory, write: Write) -> None:
    """The access has no identifier, and the import says why."""
    report = inventory.import_file(
        write("wide.yaml", NETWORK.replace("port_number: 4", "port_number: 400"))
    )

    assert any("A-2" in words and "does not fit" in words for words in report.warnings)
    assert _now(inventory, "A-2") == []


def test_an_option_82_that_is_none_is_an_error(inventory: Inventory, write: Write) -> None:
    """With the position of the octet."""
    wrong = """
subscriptions:
- {subscription_id: S-1, access_id: A-1, provider: isp, service: BB, service_type: bb,
   option82: 520401026}
- {subscription_id: S-2, access_id: A-2, provider: isp, service: BB, service_type: bb,
   option82: 5204010361}
"""

    with pytest.raises(InventoryError, match="octet") as caught:
        inventory.import_file(write("s.yaml", wrong))

    assert "is not hex" in str(caught.value)


def test_an_inventory_is_complete_only_if_it_says_so(inventory: Inventory, write: Write) -> None:
    """And no longer when its accesses come from a source that does not say it."""
    told = '{"complete": true, "switches": [], "accesses": []}'
    assert not inventory.identified.complete()

    inventory.import_file(write("network.json", told))
    complete = inventory.identified.complete()
    inventory.import_file(write("network.yaml", NETWORK))

    assert complete
    assert not inventory.identified.complete()


def test_the_index_is_on_disk(write: Write, tmp_path: Path) -> None:
    """Another process finds it as it was left."""
    path = tmp_path / "inventory.sqlite"
    with Inventory.open(path) as first:
        first.import_file(write("network.yaml", NETWORK))

    with Inventory.open(path) as second:
        assert _circuits(second, "A-1") == {"000400640103", "000400c80103"}


def test_other_layouts_of_drivers_make_the_index_again(write: Write, tmp_path: Path) -> None:
    """At the next import, even if no record has changed."""
    path = tmp_path / "inventory.sqlite"
    with Inventory.open(path) as before:
        before.import_file(write("network.yaml", NETWORK))
        assert _circuits(before, "A-3") == set()

    with Inventory.open(path, driver_layouts={"cisco_ios": "cisco-ios-mac"}) as after:
        after.import_file(write("network.yaml", NETWORK))
        assert _circuits(after, "A-3") == {"000400640103"}


def test_switches_are_found_together_however_many_are_kept(
    inventory: Inventory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What makes room for others is still found in the same question."""
    monkeypatch.setattr(identified, "_MOST_KEPT", 1)
    known = inventory.identified

    first = known.switches_named(["asw-1"])
    both = known.switches_named(["asw-1", "asw-2", "asw-9"])

    assert set(first) == {"asw-1"}
    assert set(both) == {"asw-1", "asw-2"}


def test_a_key_of_very_many_does_not_hide_what_another_key_finds(
    inventory: Inventory, write: Write
) -> None:
    """As many are looked at as tell that there are many; the other key has its own."""
    many = [f"- {{access_id: B-{number}}}" for number in range(70)]
    held = [
        f"- {{subscription_id: S-{number}, access_id: B-{number}, provider: p, service: BB,"
        f" service_type: bb, ipv4_circuit_id: {'lone' if number == 69 else 'shared'}}}"
        for number in range(70)
    ]
    network = "\n".join(["accesses:", *many, "subscriptions:", *held])
    inventory.import_file(write("many.yaml", network))

    found, _ = inventory.identified.found([[(1, b"shared")], [(1, b"lone")], [(1, b"none")]])

    assert [len(one.rows) for one in found] == [65, 1, 0]
    assert [one.cut_off for one in found] == [{0}, set(), set()]
    assert found[1].rows[0].access_id == "B-69"


def test_what_all_identities_begin_with_is_told_with_those_of_the_past(
    inventory: Inventory, write: Write
) -> None:
    """And whether any has the value alone that names the switch or the line."""
    before = inventory.identified.heard()
    held = (
        "- {subscription_id: S-1, access_id: A-1, provider: p, service: BB, service_type: bb, "
        "ipv4_remote_id: line, ipv6_interface_id: '0xff01', ipv6_remote_id: '0xff02'}"
    )
    inventory.import_file(write("more.yaml", NETWORK.replace("[]", f"\n{held}")))
    more = inventory.identified.heard()
    inventory.import_file(write("network.yaml", NETWORK))

    assert before == ({1: {b"\0"}, 2: {b"\0"}, 3: set(), 4: set()}, set())
    assert more == ({1: {b"\0"}, 2: {b"\0", b"l"}, 3: {b"\xff"}, 4: {b"\xff"}}, {5})
    assert inventory.identified.heard() == more


def test_a_switch_knows_what_it_writes_itself_and_what_is_the_same_on_others(
    inventory: Inventory,
) -> None:
    """Each port, each VLAN; nothing of another switch, and nothing less."""
    both = inventory.identified.switches_named(["asw-1", "asw-2"])
    for access_id, name, other in (("A-1", "asw-1", "asw-2"), ("A-3", "asw-2", "asw-1")):
        for known in inventory.identified.held_by(access_id):
            assert known.access is not None
            vlan = known.held.vlan
            assert both[name].writes(known.identity, known.access, vlan)
            assert not both[other].writes(known.identity, known.access, vlan)
            assert not both[name].writes(known.identity, known.access, 4000)
            half = Identity(circuit=known.identity.circuit)
            assert not both[name].writes(half, known.access, vlan)
