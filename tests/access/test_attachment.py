"""From an accessId to what must be asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.access.played import stocked

from techinfo.access.attachment import access_on, attached, cpe_of, cpe_target, element_target
from techinfo.collect.target import PortName, Target
from techinfo.errors import (
    NotAvailableError,
    NotConnectedError,
    QuestionError,
    UnknownAccessError,
)
from techinfo.inventory import Element, Inventory
from techinfo.model import Port, PortFacts

INVENTORY = """
elements:
  - name: sw-elm-3
    address: 192.0.2.3
    port: 1161
    sys_name: elm3
    driver: huawei_vrp
    credential: north
    engine: pysnmp
accesses:
  - {access_id: A-1, legacy_access_id: KGX1, element: sw-elm-3, port: ge1, port_by: name}
  - {access_id: A-2, element: sw-elm-3, port: ge2, port_by: name, s_vlan: 100, c_vlan: 10}
  - {access_id: A-3, element: sw-elm-3, port: ge2, port_by: name, s_vlan: 100, c_vlan: 11}
  - {access_id: A-4, element: sw-elm-3, port: "7", port_by: index}
  - {access_id: A-5, state: PLANNED}
  - {access_id: A-6, element: sw-elm-3}
cpes:
  - {access_id: A-1, address: 192.0.2.77, port: 1161, serial_number: X1, credential: homes}
  - {access_id: A-2, mac: "02:00:00:00:00:77"}
"""


@pytest.fixture
def inventory(tmp_path: Path) -> Inventory:
    """One switch."""
    return stocked(tmp_path, INVENTORY)


@pytest.mark.parametrize("access_id", ["A-1", "KGX1"])
def test_a_target_has_all_that_the_inventory_knows(inventory: Inventory, access_id: str) -> None:
    """The port with its name, and the element as a whole."""
    at = attached(inventory, access_id)

    element = Target(
        element="sw-elm-3",
        host="192.0.2.3",
        port=1161,
        credential="north",
        driver="huawei_vrp",
        engine="pysnmp",
        sys_name="elm3",
    )
    assert at.hardware == element == element_target(at.element)
    assert at.port.port_name == PortName(name="ge1", by="name")
    assert (at.port.host, at.port.sys_name, at.port.vlans) == ("192.0.2.3", "elm3", ())
    assert at.access.access_id == "A-1"


def test_of_a_shared_port_only_ones_own_vlans_are_wanted(inventory: Inventory) -> None:
    """The tag that the neighbour has too is none."""
    at = attached(inventory, "A-2")

    assert [a.access_id for a in at.neighbours] == ["A-3"]
    assert at.port.vlans == (10,)


@pytest.mark.parametrize(
    ("access_id", "error"),
    [("A-9", UnknownAccessError), ("A-5", NotConnectedError), ("A-6", NotConnectedError)],
)
def test_what_is_attached_nowhere_cannot_be_asked(
    inventory: Inventory, access_id: str, error: type[QuestionError]
) -> None:
    """Unknown, planned, or on an element without a port."""
    with pytest.raises(error):
        attached(inventory, access_id)


def test_a_cpe_is_asked_at_its_own_address(inventory: Inventory) -> None:
    """With the credential of homes, not that of switches."""
    access, cpe = cpe_of(inventory, "KGX1")

    assert access.access_id == "A-1"
    assert cpe_target(cpe) == Target(
        element="cpe of A-1", host="192.0.2.77", port=1161, credential="homes"
    )


@pytest.mark.parametrize(
    ("access_id", "error"),
    [("A-9", UnknownAccessError), ("A-5", NotConnectedError), ("A-4", NotAvailableError)],
)
def test_without_a_cpe_there_is_nothing_to_ask(
    inventory: Inventory, access_id: str, error: type[QuestionError]
) -> None:
    """Unknown access, no equipment at all, or none that is managed."""
    with pytest.raises(error):
        cpe_of(inventory, access_id)


def test_a_cpe_without_an_address_cannot_be_asked(inventory: Inventory) -> None:
    """Its management lease would tell."""
    with pytest.raises(NotAvailableError):
        cpe_target(cpe_of(inventory, "A-2")[1])


@pytest.mark.parametrize(
    ("port", "access_id"),
    [
        (Port(if_index=1, name="ge1"), "A-1"),
        (Port(if_index=7, name="ge7"), "A-4"),
        (Port(if_index=2, name="ge2"), None),
        (Port(if_index=3, name="ge3", descr="ge1"), None),
        (Port(if_index=9), None),
    ],
)
def test_the_access_on_a_port_is_found_by_the_name_that_it_calls_it(
    inventory: Inventory, port: Port, access_id: str | None
) -> None:
    """Two on one port are none, and an ifName is not looked for among descriptions."""
    element = inventory.element("sw-elm-3")

    assert isinstance(element, Element)
    assert access_on(inventory, element, PortFacts(port=port)) == access_id
