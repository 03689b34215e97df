"""The JSON form of a network for look-ups becomes an inventory like every other form."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.dhcp_lab import folder

from techinfo.errors import InventoryImportError
from techinfo.inventory import Inventory

Write = Callable[[str, str], Path]

SWITCH = {
    "name": "My Switch",
    "mac": "00:1b:54:aa:02:00",
    "ip": "192.0.2.1",
    "layout": "of-my-own",
    "templates": {"ipv4CircuitId": "text: {sysname} eth {module}/{port}"},
    "ipv6EnterpriseNumber": 9,
}
ACCESS = {
    "accessId": "A-1",
    "switch": "My Switch",
    "module": 0,
    "port": 3,
    "vlans": {"bb": 100},
    "subscriptions": [
        {
            "subscriptionId": "S-1",
            "service": "BB-100-100",
            "dhcpIdentifier": {"ipv4CircuitId": "x"},
            "raw": {"circuitHex": "000a", "ifaceHex": "00000001"},
        }
    ],
}


def _network(**changed: Any) -> str:
    return json.dumps({"about": "x", "switches": [SWITCH], "accesses": [ACCESS], **changed})


def test_switches_accesses_services_and_subscriptions_are_told(write: Write) -> None:
    """The octets of ``raw`` win over the published text."""
    with Inventory.in_memory() as inventory:
        inventory.import_file(write("n.json", _network()))
        element, access = inventory.element("My Switch"), inventory.access("A-1")
        (subscription,) = inventory.subscriptions_on("A-1")

        assert element
        assert (element.mac, element.ip, element.enterprise_number) == (
            "00:1B:54:AA:02:00",
            "192.0.2.1",
            9,
        )
        assert element.circuit_id == "text: {sysname} eth {module}/{port}"
        assert access
        assert (access.element, access.port, access.module, access.port_number) == (
            "My Switch",
            "0/3",
            0,
            3,
        )
        assert inventory.service_type("My Switch", "0/3", 100) == "bb"
        assert (subscription.service_type, subscription.option82) == ("bb", "52040102000A")
        assert subscription.ipv6_interface_id == "0x00000001"


def test_a_switch_without_anything_is_no_element(write: Write) -> None:
    """Values of its accesses are stored, and hang on nothing."""
    manual: dict[str, Any] = {
        "name": "manual",
        "mac": None,
        "ip": None,
        "templates": {},
        "layout": "stored-only",
    }
    access = {**ACCESS, "switch": "manual", "module": None, "port": None, "vlans": {}}

    with Inventory.in_memory() as inventory:
        inventory.import_file(write("n.json", _network(switches=[manual], accesses=[access])))

        assert inventory.elements() == ()
        found = inventory.access("A-1")
        assert found
        assert found.element is None


def test_two_switches_of_one_address_are_two_elements(write: Write) -> None:
    """The second has a host name that no network has, so that nobody is asked in its place."""
    other = {**SWITCH, "name": "Other", "templates": {}, "layout": "procurve"}

    with Inventory.in_memory() as inventory:
        inventory.import_file(write("n.json", _network(switches=[SWITCH, other])))

        addresses = {element.name: element.address for element in inventory.elements()}
        assert addresses["My Switch"] == "192.0.2.1"
        assert addresses["Other"].endswith(".invalid")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"switches": [{**SWITCH, "templates": {}}]}, "layout 'of-my-own' is not known"),
        ({"switches": [{**SWITCH, "name": None}]}, "no name"),
        ({"switches": [7]}, "expected an object"),
        ({"accesses": [{**ACCESS, "module": 1.5}]}, "module"),
        ({"accesses": [{**ACCESS, "accessId": None}]}, "access_id: is missing"),
        ({"accesses": [{**ACCESS, "vlans": {"bb": 5000}}]}, "vlan"),
        ({"accesses": [{**ACCESS, "subscriptions": {}}]}, "expected a list"),
        ({"accesses": {}}, "expected a list"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(
    write: Write, changed: dict[str, Any], words: str
) -> None:
    """And nothing is imported."""
    with (
        Inventory.in_memory() as inventory,
        pytest.raises(InventoryImportError) as caught,
    ):
        inventory.import_file(write("n.json", _network(**changed)))

    assert words in str(caught.value)
    assert caught.value.line == 1


def test_the_word_in_a_value_does_not_make_the_form(write: Write) -> None:
    """It is told by a key at the top."""
    text = '{"accesses": [{"access_id": "A-1", "street_name": "\\"switches\\""}]}'

    with Inventory.in_memory() as inventory:
        inventory.import_file(write("n.json", text))

        assert inventory.access("A-1")


def test_the_fictitious_network_is_imported_whole() -> None:
    """Everything of it, without a warning."""
    file = folder() / "inventory.json"
    told = json.loads(file.read_text(encoding="utf-8"))

    with Inventory.in_memory() as inventory:
        report = inventory.import_file(file)

        assert report.warnings == ()
        assert {access.access_id for access in inventory.accesses()} == {
            access["accessId"] for access in told["accesses"]
        }
        assert len(list(inventory.subscriptions())) == sum(
            len(access["subscriptions"]) for access in told["accesses"]
        )
        assert inventory.identified.complete()
