"""What is published of a subscription's identifiers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from techinfo.access.published import published
from techinfo.inventory import Inventory, Subscription

NETWORK = """
elements:
- {name: asw-1, address: 192.0.2.1, mac: "00:1b:54:aa:02:00", layout: cisco-ios-mac}
accesses:
- {access_id: A-1, element: asw-1, port: g3, module: 1, port_number: 3}
- {access_id: A-2, element: asw-1, port: g4, module: 1, port_number: 4}
services:
- {vlan: 100, service_type: bb}
- {vlan: 200, service_type: iptv}
- {vlan: 201, service_type: iptv}
subscriptions:
- {subscription_id: S-1, access_id: A-1, provider: p, service: BB, service_type: bb}
- {subscription_id: S-2, access_id: A-1, provider: p, service: TV, service_type: iptv}
- {subscription_id: S-3, access_id: A-1, provider: p, service: TV, service_type: iptv, vlan: 201}
- {subscription_id: S-4, access_id: A-2, provider: p, service: BB, service_type: bb,
   ipv4_circuit_id: eth 0/1}
- {subscription_id: S-5, access_id: A-2, provider: p, service: BB, service_type: bb,
   option82: 520501030a0d01}
"""


@pytest.fixture
def inventory(tmp_path: Path) -> Iterator[Inventory]:
    """The network above."""
    file = tmp_path / "network.yaml"
    file.write_text(NETWORK, encoding="utf-8")
    with Inventory.in_memory() as found:
        found.import_file(file)
        yield found


def _told(inventory: Inventory, subscription_id: str) -> Subscription:
    found = inventory.subscription(subscription_id)
    assert found
    return published(found, inventory)


def test_a_pattern_writes_what_is_not_stored(inventory: Inventory) -> None:
    """With the VLAN of the service."""
    told = _told(inventory, "S-1")

    assert told.option82 == "5212010600040064010302080006001B54AA0200"
    assert told.ipv4_circuit_id == "0x000400640103"
    assert told.ipv4_remote_id == "0x0006001b54aa0200"
    assert told.ipv6_interface_id is None


def test_of_several_vlans_none_is_guessed(inventory: Inventory) -> None:
    """Unless the subscription says which is its own."""
    assert _told(inventory, "S-2").option82 is None
    assert _told(inventory, "S-3").ipv4_circuit_id == "0x000400c90103"


def test_what_is_stored_stays_and_the_rest_follows_from_it(inventory: Inventory) -> None:
    """Text becomes an option 82, and an option 82 text."""
    by_text, by_option = _told(inventory, "S-4"), _told(inventory, "S-5")

    assert (by_text.option82, by_text.ipv4_circuit_id) == ("5209010765746820302F31", "eth 0/1")
    assert (by_option.option82, by_option.ipv4_circuit_id) == ("520501030A0D01", "0x0a0d01")
