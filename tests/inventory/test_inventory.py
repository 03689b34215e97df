"""Look-ups: by either id, by place, by service, from several threads, and at no great cost."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from techinfo.errors import InventoryError
from techinfo.inventory import Access, Cpe, Element, Inventory
from techinfo.inventory import inventory as room

Write = Callable[[str, str], Path]


def test_an_access_is_found_by_its_id(network: Inventory) -> None:
    """All that was said of an access is in its record; the rest is unknown."""
    found = network.access("A-1001")

    assert found == Access(
        access_id="A-1001",
        legacy_access_id="0042",
        element="sw-elm-3",
        port="GigabitEthernet0/0/7",
        port_by="name",
        country_code="NO",
    )


def test_an_access_is_found_by_a_legacy_id_that_only_it_bears(network: Inventory) -> None:
    """The legacy id is as good as the id, if nothing contradicts it."""
    found = network.access("0042")

    assert found == network.access("A-1001")


def test_an_access_id_goes_before_a_legacy_id(inventory: Inventory, write: Write) -> None:
    """Where one access's id is another's legacy id, the id wins."""
    inventory.import_file(write("a.csv", "access_id,legacy_access_id\nA-1,\nA-2,A-1\nA-3,A-1\n"))

    found = inventory.access("A-1")

    assert found is not None
    assert found.access_id == "A-1"


def test_a_legacy_id_of_several_finds_nothing(inventory: Inventory, write: Write) -> None:
    """Which of them is meant nobody can know."""
    inventory.import_file(write("a.csv", "access_id,legacy_access_id\nA-1,7\nA-2,7\n"))

    assert inventory.access("7") is None


def test_an_access_may_be_its_own_legacy_id(inventory: Inventory, write: Write) -> None:
    """The same text in both places is one access."""
    inventory.import_file(write("a.csv", "access_id,legacy_access_id\nA-1,A-1\n"))

    found = inventory.access("A-1")

    assert found is not None


@pytest.mark.parametrize("unknown", ["", "A-1", "a-1001", "%", "A-1001 ", "\ud800", "x" * 100_000])
def test_an_id_that_nobody_bears_finds_nothing(network: Inventory, unknown: str) -> None:
    """No pattern, no other case, no half character finds an access."""
    assert network.access(unknown) is None


def test_accesses_come_in_order_and_in_pages(inventory: Inventory, write: Write) -> None:
    """Every access comes once, by its id, however many pages there are."""
    ids = [f"A-{number:05}" for number in range(2500)]
    inventory.import_file(write("a.csv", "\n".join(["access_id", *reversed(ids)])))

    found = [access.access_id for access in inventory.accesses()]

    assert found == ids


def test_a_listing_may_be_left_and_taken_up_around_an_import(
    inventory: Inventory, write: Write
) -> None:
    """An unfinished listing holds nothing that an import would wait for."""
    path = write("a.csv", "access_id\nA-1\nA-2\n")
    inventory.import_file(path)
    listing = inventory.accesses()
    first = next(listing)

    inventory.import_file(path)

    assert [first.access_id, *(access.access_id for access in listing)] == ["A-1", "A-2"]


def test_accesses_are_found_by_element_and_port(network: Inventory) -> None:
    """The neighbours on an element or a port, by their ids."""
    on_element = network.accesses_on("olt-oak-1")
    on_port = network.accesses_on("olt-oak-1", "1/1")
    elsewhere = network.accesses_on("olt-oak-1", "1/2")

    assert [access.access_id for access in on_element] == ["A-1002", "A-1003"]
    assert on_port == on_element
    assert elsewhere == ()


@pytest.mark.parametrize(
    ("access_id", "shared"), [("A-1001", False), ("A-1002", True), ("A-1004", False)]
)
def test_a_shared_port_is_known(network: Inventory, access_id: str, shared: bool) -> None:
    """A port with two accesses is shared; an access without a port shares none."""
    access = network.access(access_id)

    assert access is not None
    assert network.shared(access) is shared


def test_elements_and_cpes_are_found(network: Inventory) -> None:
    """Addresses and MACs come in the one form in which they are compared."""
    assert network.element("olt-oak-1") == Element(
        name="olt-oak-1", address="2001:db8::1", role="olt"
    )
    assert [element.name for element in network.elements()] == ["olt-oak-1", "sw-elm-3"]
    assert network.element("nobody") is None
    assert network.cpe("A-1001") == Cpe(access_id="A-1001", mac="AA:BB:CC:DD:EE:FF")
    assert network.cpe("A-1002") is None


@pytest.mark.parametrize(
    ("element", "port", "vlan", "service"),
    [
        ("sw-elm-3", "GigabitEthernet0/0/7", 100, "tele"),
        ("sw-elm-3", "GigabitEthernet0/0/8", 100, "iptv"),
        ("sw-elm-3", None, 100, "iptv"),
        ("sw-elm-3", None, 200, "iptv"),
        ("olt-oak-1", "1/1", 100, "bb"),
        ("nobody", "1/1", 100, "bb"),
        ("olt-oak-1", "1/1", 200, None),
        ("sw-elm-3", None, 10, None),
    ],
)
def test_the_closest_declaration_of_a_vlan_wins(
    network: Inventory, element: str, port: str | None, vlan: int, service: str | None
) -> None:
    """Port before element before site before everywhere, and nothing where nothing is said."""
    assert network.service_type(element, port, vlan) == service


def test_a_site_counts_where_the_element_says_nothing(inventory: Inventory, write: Write) -> None:
    """The site's service holds for an element that stands there, not for others."""
    inventory.import_file(
        write(
            "a.yaml",
            "elements:\n- {name: a, address: 192.0.2.1, site: ELM}\n"
            "- {name: b, address: 192.0.2.2, site: OAK}\n- {name: c, address: 192.0.2.3}\n"
            "services:\n- {vlan: 5, service_type: bb}\n"
            "- {vlan: 5, service_type: voip, site: ELM}\n",
        )
    )

    assert [inventory.service_type(name, "1", 5) for name in "abc"] == ["voip", "bb", "bb"]


def test_the_age_of_the_inventory_is_the_time_of_its_last_import(write: Write) -> None:
    """An import that changes nothing still makes the inventory young; a trial does not."""
    path = write("a.csv", "access_id\nA-1\n")
    start = datetime(2026, 1, 1, tzinfo=UTC)
    times = iter([start + timedelta(days=number // 2) for number in range(6)])
    with Inventory.in_memory(clock=lambda: next(times)) as inventory:
        before = inventory.imported_at
        inventory.import_file(path)
        inventory.import_file(path)
        inventory.import_file(path, dry_run=True)

        assert before is None
        assert inventory.imported_at == start + timedelta(days=1)


def test_what_was_imported_is_there_when_the_file_is_opened_again(
    tmp_path: Path, write: Write
) -> None:
    """The inventory is the file, not the process."""
    with Inventory.open(tmp_path / "inventory.sqlite") as inventory:
        inventory.import_file(write("a.csv", "access_id\nA-1\n"))

    with Inventory.open(tmp_path / "inventory.sqlite") as inventory:
        assert inventory.access("A-1") == Access(access_id="A-1")


def test_a_file_that_is_no_inventory_is_refused(write: Write) -> None:
    """The import file in place of the inventory file is a likely slip."""
    path = write("inventory.yaml", "elements: []\n" * 100)

    with pytest.raises(InventoryError, match=r"inventory\.yaml: is not a SQLite database"):
        Inventory.open(path)


def test_threads_read_while_another_imports(tmp_path: Path, write: Write) -> None:
    """A reader sees the old or the new access, never none and never an error."""
    ports = [write(f"{n}.csv", f"access_id,street_number\nA-1,{n}\n") for n in range(2)]
    with Inventory.open(tmp_path / "inventory.sqlite") as inventory:
        inventory.import_file(ports[0])
        seen: set[str | None] = set()

        def read() -> None:
            for _ in range(200):
                access = inventory.access("A-1")
                seen.add(access.street_number if access else "none")

        readers = [threading.Thread(target=read) for _ in range(4)]
        for reader in readers:
            reader.start()
        for number in range(10):
            inventory.import_file(ports[number % 2])
        for reader in readers:
            reader.join(timeout=300)

    assert seen <= {"0", "1"}


def test_no_look_up_reads_a_whole_table(network: Inventory) -> None:
    """SQLite's own plan says that every look-up is a search in an index."""
    queries = ["_BY_ID", "_ELEMENT", "_CPE", "_ON_ELEMENT", "_ON_PORTS", "_NEIGHBOUR", "_SERVICE"]
    with network._database.read() as connection:
        plans = []
        for name in queries:
            query = getattr(room, name)
            asked = dict.fromkeys(query.compile(connection).params, "x") | {"ports": ("x", "y")}
            told = query.params(asked).compile(
                connection, compile_kwargs={"render_postcompile": True}
            )
            sql = str(told).replace("\n", " ")
            values = tuple("x" for _ in range(sql.count("?")))
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)
            plans += [f"{name}: {row[3]}" for row in rows]

    whole = re.compile("SCAN (TABLE )?(accesses|elements|cpes|services)")
    assert plans
    assert [plan for plan in plans if whole.search(plan)] == []
