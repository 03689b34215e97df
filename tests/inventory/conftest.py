"""An empty inventory, and a small network to put into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from techinfo.inventory import Inventory

Write = Callable[[str, str], Path]

NETWORK = """\
elements:
- name: sw-elm-3
  address: 192.0.2.3
  sys_name: sw-elm-3
  site: ELM
- name: olt-oak-1
  address: 2001:DB8::1
  role: olt
accesses:
- access_id: A-1001
  legacy_access_id: "0042"
  element: sw-elm-3
  port: GigabitEthernet0/0/7
  port_by: name
  country_code: NO
- access_id: A-1002
  element: olt-oak-1
  port: 1/1
  ont_id: 1
- access_id: A-1003
  element: olt-oak-1
  port: 1/1
  ont_id: 2
- access_id: A-1004
  state: PLANNED
cpes:
- access_id: A-1001
  mac: aabb.ccdd.eeff
services:
- {vlan: 100, service_type: bb}
- {vlan: 100, service_type: voip, site: ELM}
- {vlan: 100, service_type: iptv, element: sw-elm-3}
- {vlan: 100, service_type: tele, element: sw-elm-3, port: GigabitEthernet0/0/7}
- {vlan: 200, service_type: iptv, site: ELM}
"""


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file of this name and text."""

    def write(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def inventory() -> Iterator[Inventory]:
    """An empty inventory in memory."""
    with Inventory.in_memory() as inventory:
        yield inventory


@pytest.fixture
def network(inventory: Inventory, write: Write) -> Inventory:
    """An inventory that holds a small network."""
    inventory.import_file(write("network.yaml", NETWORK))
    return inventory
