"""What the inventory alone tells an operator to put right."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from techinfo.inventory import Inventory

Write = Callable[[str, str], Path]

ELEMENTS = """\
elements:
- {name: sw-1, address: 192.0.2.1, sys_name: sw-1, site: ELM}
- {name: sw-2, address: 192.0.2.2}
"""


@pytest.fixture
def found(inventory: Inventory, write: Write) -> Callable[[str], list[str]]:
    """Imports records beside two elements and gives the findings' lines."""

    def found(records: str) -> list[str]:
        inventory.import_file(write("n.yaml", ELEMENTS + records))
        return [str(finding) for finding in inventory.findings()]

    return found


def test_a_sound_inventory_has_none(network: Inventory) -> None:
    """Also with an OLT whose accesses are told apart, and one that is only planned."""
    assert network.findings() == ()


def test_an_access_without_port(found: Callable[[str], list[str]]) -> None:
    """It can never be answered."""
    lines = found("accesses:\n- {access_id: A-1, element: sw-1}\n")

    assert len(lines) == 1
    assert lines[0].startswith("access A-1: is on sw-1, but on no port; give its port")


def test_two_on_one_port_with_nothing_between_them(found: Callable[[str], list[str]]) -> None:
    """Both are named once: the first has no discriminator, the other is its double."""
    lines = found(
        "accesses:\n"
        "- {access_id: A-1, element: sw-1, port: '7'}\n"
        "- {access_id: A-2, element: sw-1, port: '7'}\n"
        "- {access_id: A-3, element: sw-2, port: '7'}\n"
    )

    assert [line.split(";")[0] for line in lines] == [
        "access A-1: shares sw-1 port 7, and has no discriminator",
        "access A-2: is on sw-1 port 7 as A-1 is, and nothing tells them apart",
    ]


def test_two_accesses_that_claim_one_outlet_of_a_household(
    found: Callable[[str], list[str]],
) -> None:
    """Where the address does not say which household it is, a first outlet is in each of them."""
    street = "street_name: Elm Street, street_number: '7', city: Oak"
    house = f"{street}, premises_type: RESIDENTIAL_HOUSE"
    rows = (
        ("A-1", f"{street}, mdu_apartment_number: '1101', outlet: '1'"),
        ("A-2", f"{street}, mdu_apartment_number: '1101', outlet: '1'"),
        ("A-3", f"{street}, mdu_apartment_number: '1101', outlet: '2'"),
        ("A-4", f"{street}, mdu_apartment_number: '1102', outlet: '1'"),
        ("A-5", f"{street}, outlet: '1'"),
        ("A-6", f"{street}, outlet: '1'"),
        ("A-7", f"{house}, outlet: Hall"),
        ("A-8", f"{house}, outlet: Hall"),
        ("A-9", house),
    )
    lines = found("accesses:\n" + "".join(f"- {{access_id: {a}, {more}}}\n" for a, more in rows))

    assert [line.split(";")[0] for line in lines] == [
        "access A-1: has outlet '1' of the household of A-2, too",
        "access A-7: has outlet 'Hall' of the household of A-8, too",
    ]


def test_equal_discriminators_tell_nothing_apart(found: Callable[[str], list[str]]) -> None:
    """One with another ONT is fine; two with the same are not."""
    lines = found(
        "accesses:\n"
        "- {access_id: A-1, element: sw-1, port: pon1, ont_id: 1}\n"
        "- {access_id: A-2, element: sw-1, port: pon1, ont_id: 2}\n"
        "- {access_id: A-3, element: sw-1, port: pon1, ont_id: 2}\n"
    )

    assert len(lines) == 1
    assert "A-3: is on sw-1 port pon1 as A-2 is" in lines[0]


def test_a_port_in_two_spellings(found: Callable[[str], list[str]]) -> None:
    """Nobody would see that it is shared."""
    lines = found(
        "accesses:\n"
        "- {access_id: A-1, element: sw-1, port: Gi0/1}\n"
        "- {access_id: A-2, element: sw-1, port: gi0/1}\n"
    )

    assert len(lines) == 1
    assert "'Gi0/1' is also spelt 'gi0/1'" in lines[0]


def test_legacy_ids_that_mislead(found: Callable[[str], list[str]]) -> None:
    """One that stands twice finds nothing; one that is an accessId finds another."""
    lines = found(
        "accesses:\n"
        "- {access_id: A-1, legacy_access_id: L-1}\n"
        "- {access_id: A-2, legacy_access_id: L-1}\n"
        "- {access_id: A-3, legacy_access_id: A-1}\n"
    )

    assert [line.split(";")[0] for line in lines] == [
        "access A-2: has legacy_access_id 'L-1' as A-1 has",
        "access A-3: has the access_id of another access, 'A-1', as legacy_access_id",
    ]


def test_two_elements_with_one_sys_name(inventory: Inventory, write: Write) -> None:
    """The check that the right switch answers could not tell them apart."""
    inventory.import_file(
        write("e.csv", "name,address,sys_name\nsw-1,192.0.2.1,sw\nsw-2,192.0.2.2,sw\n")
    )

    (finding,) = inventory.findings()

    assert (finding.kind, finding.who) == ("element", "sw-2")
    assert "sys_name 'sw' as sw-1 has" in finding.what


def test_one_cpe_in_two_homes(found: Callable[[str], list[str]]) -> None:
    """By MAC address or serial number."""
    lines = found(
        "accesses:\n- {access_id: A-1}\n- {access_id: A-2}\n- {access_id: A-3}\n"
        "cpes:\n"
        "- {access_id: A-1, mac: 'aa:bb:cc:00:00:01', serial_number: S1}\n"
        "- {access_id: A-2, mac: 'aa:bb:cc:00:00:01'}\n"
        "- {access_id: A-3, serial_number: S1}\n"
    )

    assert [line.split(":")[0] for line in lines] == ["access A-2", "access A-3"]


def test_services_where_nothing_is(found: Callable[[str], list[str]]) -> None:
    """A port that no access names, and a site without an element."""
    lines = found(
        "accesses:\n- {access_id: A-1, element: sw-1, port: '7'}\n"
        "services:\n"
        "- {vlan: 1, service_type: bb, element: sw-1, port: '7'}\n"
        "- {vlan: 2, service_type: bb, element: sw-1, port: '8'}\n"
        "- {vlan: 3, service_type: bb, site: ELM}\n"
        "- {vlan: 4, service_type: bb, site: OAK}\n"
    )

    assert [line.split(";")[0] for line in lines] == [
        "element sw-1: service of VLAN 2 on port '8', where no access is",
        "element (none): service of VLAN 4 at site 'OAK', where no element stands",
    ]


def test_an_inventory_without_an_index_of_identifiers_is_found(write: Write) -> None:
    """It is of an older version, and look-ups find nothing until the next import."""
    with Inventory.in_memory() as inventory:
        inventory.import_file(write("a.yaml", "accesses:\n- {access_id: A-1}\n"))
        with inventory._database.write() as connection:
            connection.exec_driver_sql("DELETE FROM identifier_index")

        (finding,) = inventory.findings()

    assert "no index" in finding.what
