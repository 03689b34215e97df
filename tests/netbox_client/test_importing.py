"""What NetBox tells becomes elements, accesses and holders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.netbox_client.serving import (
    TOKEN,
    FakeNetBox,
    interface,
    netbox_server,
    small_network,
)

from techinfo.errors import InventoryError, NetBoxError
from techinfo.inventory import Guard, Inventory, Names
from techinfo.inventory.shapes import ACCESS_ID_PATTERN
from techinfo.netbox_client.fetching import NetBoxPlan, NetBoxReport, import_netbox
from techinfo.netbox_client.mapping import Fields
from techinfo.netbox_client.server import NetBox
from techinfo.netbox_client.snapshot import Snapshot

PLAN = NetBoxPlan(
    elements={"role": ("access-switch",), "status": ("active",)},
    far_devices={"role": ("outlet",)},
    fields=Fields(
        access_id="access_id",
        provider="provider",
        elements={"credential": "snmp_credential"},
        accesses={"street_name": "street"},
        subscriptions={"service": "service", "service_type": "service_type"},
    ),
)


@pytest.fixture
def fake() -> Iterator[FakeNetBox]:
    """A NetBox with a small network."""
    with netbox_server() as fake:
        small_network(fake)
        yield fake


@pytest.fixture
def inventory() -> Iterator[Inventory]:
    """An empty one."""
    with Inventory.in_memory() as inventory:
        yield inventory


def _import(
    fake: FakeNetBox, inventory: Inventory, folder: Path, plan: NetBoxPlan = PLAN, **how: Any
) -> NetBoxReport:
    fake.asked.clear()
    with NetBox(fake.url, token=TOKEN) as netbox:
        return import_netbox(
            plan,
            inventory,
            Snapshot(netbox, folder / "netbox.json", plan.signature(fake.url)),
            access_id_pattern=ACCESS_ID_PATTERN,
            names=Names(credentials={"core", "default"}),
            **how,
        )


def _places(inventory: Inventory) -> dict[str, tuple[str | None, str | None]]:
    return {access.access_id: (access.element, access.port) for access in inventory.accesses()}


def test_devices_interfaces_and_cables_become_elements_and_accesses(
    fake: FakeNetBox, inventory: Inventory, tmp_path: Path
) -> None:
    """An accessId on an interface, a cable, a far device; one that no path leads to."""
    report = _import(fake, inventory, tmp_path)

    assert report.left_out == []
    assert {e.name: (e.address, e.site, e.credential) for e in inventory.elements()} == {
        "sw-1": ("192.0.2.1", "elm", "core"),
        "sw-2": ("2001:db8::2", "elm", "core"),
    }
    assert _places(inventory) == {
        "A-1": ("sw-1", "ge-0/0/1"),
        "A-2": ("sw-1", "ge-0/0/2"),
        "A-3": ("sw-2", "ge-1/0/3"),
        "A-4": (None, None),
    }
    assert next(a for a in inventory.accesses() if a.access_id == "A-3").street_name == "Elm Street"


def test_a_tenant_is_a_holder_only_if_a_custom_field_says_so(
    fake: FakeNetBox, inventory: Inventory, tmp_path: Path
) -> None:
    """The household, a tenant as well, holds nothing."""
    _import(fake, inventory, tmp_path)

    (held,) = inventory.subscriptions()
    assert (held.access_id, held.provider, held.service) == ("A-2", "isp-1", "BB-100-100")
    assert (held.service_type, held.subscription_id) == ("bb", "nb.70.A-2")


def test_what_verdicts_rest_on_comes_from_custom_fields(
    fake: FakeNetBox, inventory: Inventory, tmp_path: Path
) -> None:
    """Optic, cable, path above, limits of the holder; what does not fit leaves the holder out."""
    fake.save("dcim/devices", 1, custom_fields={"uplink": "sw-2", "uplink_port": "ge-1/0/9"})
    fields: dict[str, Any] = {"optic": "1000BASE-BX10", "cable_name": "K7", "speed": 1000}
    held = {"provider": "isp-1", "limit": 5, "locked": True, "dhcp": {"value": "sp", "label": "SP"}}
    custom = {"access_id": "A-2"} | fields | held
    fake.save("dcim/cables", 201, custom_fields=custom)
    plan = replace(
        PLAN,
        fields=replace(
            PLAN.fields,
            elements={"uplink_element": "uplink", "uplink_port": "uplink_port"},
            accesses={"optic_class": "optic", "cable_group": "cable_name", "port_speed": "speed"},
            subscriptions={"mac_limit": "limit", "mac_locked": "locked", "dhcp_server": "dhcp"},
        ),
    )

    _import(fake, inventory, tmp_path, plan)
    element, access = inventory.element("sw-1"), inventory.access("A-2")
    (holder,) = inventory.subscriptions()
    fake.save("dcim/cables", 201, custom_fields=custom | {"limit": 0})
    report = _import(fake, inventory, tmp_path, plan)

    assert element is not None
    assert (element.uplink_element, element.uplink_port) == ("sw-2", "ge-1/0/9")
    assert access is not None
    assert (access.optic_class, access.cable_group, access.port_speed) == (
        "1000BASE-BX10",
        "K7",
        1000,
    )
    assert (holder.mac_limit, holder.mac_locked, holder.dhcp_server) == (5, 1, "sp")
    assert len(report.left_out) == 1
    assert "mac_limit" in report.left_out[0]


def test_without_a_provider_field_subscriptions_stay_as_they_are(
    fake: FakeNetBox, inventory: Inventory, tmp_path: Path
) -> None:
    """NetBox is not asked for tenants, and what others imported stays."""
    _import(fake, inventory, tmp_path)
    (tmp_path / "s.csv").write_text(
        "subscription_id,access_id,provider,service,service_type\nS-1,A-1,isp-2,BB,bb\n"
    )
    inventory.import_file(tmp_path / "s.csv")
    plan = NetBoxPlan(
        elements=PLAN.elements, far_devices=None, fields=Fields(access_id="access_id")
    )

    _import(fake, inventory, tmp_path, plan)

    assert [held.subscription_id for held in inventory.subscriptions()] == ["S-1"]
    assert fake.of("tenancy/tenants") == []


def test_subscriptions_of_others_stay_beside_those_of_netbox(
    fake: FakeNetBox, inventory: Inventory, tmp_path: Path
) -> None:
    """Only what NetBox told is replaced: the tenant of the cable is gone, its right too."""
    _import(fake, inventory, tmp_path)
    (tmp_path / "s.csv").write_text(
        "subscription_id,access_id,provider,service,service_type\n"
        "S-1,A-1,isp-2,BB,bb\nnb.70.A-2,A-2,isp-1,BB-100-100,bb\n"
    )
    inventory.import_file(tmp_path / "s.csv")
    fake.save("dcim/cables", 201, tenant=None)

    _import(fake, inventory, tmp_path)

    assert [held.subscription_id for held in inventory.subscriptions()] == ["S-1"]


def test_nothing_is_read_again_that_has_not_changed(
    fake: FakeNetBox, inventory: Inventory, tmp_path: Path
) -> None:
    """Elements and tenants, which are few, always are."""
    first = _import(fake, inventory, tmp_path)
    again = _import(fake, inventory, tmp_path)

    assert first.read["interfaces"] == 4
    assert again.read["cables"] == again.read["far devices"] == 0
    assert again.read["interfaces"] <= 1
    assert "interfaces" not in again.whole
    assert again.imported is not None
    assert not any(count.differ for count in again.imported.counts.values())


def test_a_change_is_seen_by_itself(fake: FakeNetBox, inventory: Inventory, tmp_path: Path) -> None:
    """A new accessId on an interface; the other interfaces are not read."""
    _import(fake, inventory, tmp_path)
    interface(fake, 104, 1, "ge-0/0/4", access_id="A-5")

    report = _import(fake, inventory, tmp_path)

    assert _places(inventory)["A-5"] == ("sw-1", "ge-0/0/4")
    assert "interfaces" not in report.whole


def test_a_moved_cable_is_seen_although_no_interface_was_saved(
    fake: FakeNetBox, inventory: Inventory, tmp_path: Path
) -> None:
    """NetBox leaves last_updated of interfaces as it is when their cable changes."""
    _import(fake, inventory, tmp_path)
    ends = fake.lists["dcim/interfaces"][103]["connected_endpoints"]
    nothing = {"cable": None, "connected_endpoints": None, "connected_endpoints_reachable": False}
    fake.point("dcim/interfaces", 103, **nothing)
    moved = {"connected_endpoints": ends, "connected_endpoints_reachable": True}
    fake.point("dcim/interfaces", 104, cable={"id": 202}, **moved)
    fake.save("dcim/cables", 202)

    _import(fake, inventory, tmp_path)

    assert _places(inventory)["A-3"] == ("sw-1", "ge-0/0/4")


def test_an_address_that_was_edited_is_seen_although_the_device_was_not_saved(
    fake: FakeNetBox, inventory: Inventory, tmp_path: Path
) -> None:
    """The IP address is an object of its own."""
    _import(fake, inventory, tmp_path)
    fake.point("dcim/devices", 1, primary_ip={"id": 1, "address": "192.0.2.99/24"})

    _import(fake, inventory, tmp_path)

    assert next(e for e in inventory.elements() if e.name == "sw-1").address == "192.0.2.99"


@pytest.mark.parametrize(
    ("path", "number", "gone"),
    [("dcim/interfaces", 101, "A-1"), ("dcim/devices", 10, "A-4"), ("dcim/cables", 201, "A-2")],
)
def test_what_was_deleted_goes(
    fake: FakeNetBox, inventory: Inventory, tmp_path: Path, path: str, number: int, gone: str
) -> None:
    """Which no list of changes tells."""
    _import(fake, inventory, tmp_path)
    fake.delete(path, number)

    _import(fake, inventory, tmp_path)

    assert gone not in _places(inventory)
    assert len(_places(inventory)) == 3


def test_a_planned_cable_connects_nothing(
    fake: FakeNetBox, inventory: Inventory, tmp_path: Path
) -> None:
    """NetBox shows its endpoints as not reachable."""
    fake.point("dcim/interfaces", 103, connected_endpoints_reachable=False)

    _import(fake, inventory, tmp_path)

    assert _places(inventory)["A-3"] == (None, None)


@pytest.mark.parametrize(
    ("path", "number", "fields", "said", "gone"),
    [
        ("dcim/interfaces", 104, {"custom_fields": {"access_id": "A-1"}}, "stands in 2", "A-1"),
        ("dcim/interfaces", 102, {"custom_fields": {"access_id": "A-9"}}, "more than one", "A-2"),
        ("dcim/interfaces", 101, {"custom_fields": {"access_id": "A 1"}}, "not an id", "A 1"),
        ("dcim/devices", 1, {"primary_ip": None}, "no primary IP address", "A-1"),
        ("dcim/devices", 1, {"name": None}, "has no name", "A-1"),
        ("dcim/devices", 1, {"name": "sw-2"}, "2 devices are called so", "A-1"),
        ("dcim/devices", 1, {"custom_fields": {"snmp_credential": "x"}}, "no credential", "A-1"),
        ("dcim/devices", 1, {"custom_fields": {"snmp_credential": [1]}}, "neither text", "A-1"),
        ("tenancy/tenants", 70, {"custom_fields": {"provider": "a b"}}, "provider", ""),
    ],
)
def test_what_contradicts_itself_is_told_and_left_out(
    fake: FakeNetBox,
    inventory: Inventory,
    tmp_path: Path,
    path: str,
    number: int,
    fields: dict[str, Any],
    said: str,
    gone: str,
) -> None:
    """Nothing is imported, until somebody says to import the rest."""
    fake.save(path, number, **fields)

    refused = _import(fake, inventory, tmp_path)
    before = _places(inventory)
    rest = _import(fake, inventory, tmp_path, skip_bad=True)

    assert refused.imported is None
    assert before == {}
    assert any(said in line for line in refused.left_out)
    assert rest.imported is not None
    assert gone not in _places(inventory)
    assert "A-3" in _places(inventory) or said.startswith("2 devices")


def test_onts_behind_a_splitter_name_their_port(
    fake: FakeNetBox, inventory: Inventory, tmp_path: Path
) -> None:
    """Where no path is traced; two of them share it. A path that is traced wins."""
    for number, ont in ((9, "7"), (10, "1"), (11, "2")):
        custom = {"access_id": f"P-{ont}", "olt": "sw-1", "olt_port": "pon-1", "ont": ont}
        fake.save("dcim/devices", number, name=f"ont-{number}", custom_fields=custom)
    fake.point("dcim/devices", 11, role={"slug": "outlet"}, tenant=None, primary_ip=None)
    fields = Fields(
        access_id="access_id", far_element="olt", far_port="olt_port", accesses={"ont_id": "ont"}
    )
    plan = NetBoxPlan(elements=PLAN.elements, far_devices=PLAN.far_devices, fields=fields)

    report = _import(fake, inventory, tmp_path, plan)
    fake.save("dcim/devices", 11, custom_fields={"access_id": "P-2", "olt": "sw-99"})
    wrong = _import(fake, inventory, tmp_path, plan)

    found = {a.access_id: (a.element, a.port, a.ont_id) for a in inventory.accesses()}
    assert report.left_out == []
    assert (found["P-1"], found["P-2"]) == (("sw-1", "pon-1", 1), ("sw-1", "pon-1", 2))
    assert found["P-7"] == ("sw-2", "ge-1/0/3", 7)
    assert wrong.left_out == ["device ont-11: is on 'sw-99', which is no element that is taken"]


def test_what_netbox_does_not_tell_of_an_access_stays(
    fake: FakeNetBox, inventory: Inventory, tmp_path: Path
) -> None:
    """Its town; but not the VLAN that told it apart on another port."""
    _import(fake, inventory, tmp_path)
    (tmp_path / "a.yaml").write_text(
        "accesses:\n"
        "- {access_id: A-1, element: sw-1, port: ge-0/0/1, port_by: name, city: Lund, c_vlan: 7}\n"
        "- {access_id: A-2, element: sw-1, port: ge-0/0/9, port_by: name, city: Lund, c_vlan: 7}\n"
    )
    inventory.import_file(tmp_path / "a.yaml")

    _import(fake, inventory, tmp_path)

    kept = {a.access_id: (a.city, a.port_by, a.c_vlan) for a in inventory.accesses() if a.city}
    assert kept == {"A-1": ("Lund", "name", 7), "A-2": ("Lund", "any", None)}


def test_an_import_that_loses_much_is_refused(
    fake: FakeNetBox, inventory: Inventory, tmp_path: Path
) -> None:
    """As of a token that sees no interfaces any more."""
    for number in range(300, 320):
        interface(fake, number, 1, f"xe-{number}", access_id=f"B-{number}")
    _import(fake, inventory, tmp_path)
    fake.lists["dcim/interfaces"].clear()

    with pytest.raises(InventoryError, match="accesses would be dropped"):
        _import(fake, inventory, tmp_path, guard=Guard())

    assert len(_places(inventory)) == 24


def test_a_dry_run_changes_nothing(fake: FakeNetBox, inventory: Inventory, tmp_path: Path) -> None:
    """Neither the inventory nor what is remembered."""
    report = _import(fake, inventory, tmp_path, dry_run=True)

    assert report.imported is not None
    assert report.imported.counts["accesses"].added == 4
    assert _places(inventory) == {}
    assert list(tmp_path.iterdir()) == []


def test_pages_are_read_to_the_end(fake: FakeNetBox, inventory: Inventory, tmp_path: Path) -> None:
    """However small NetBox makes them."""
    fake.most = 1

    _import(fake, inventory, tmp_path)

    assert len(_places(inventory)) == 4


def test_a_list_that_the_token_may_not_see_has_interfaces_read_as_a_whole(
    fake: FakeNetBox, inventory: Inventory, tmp_path: Path
) -> None:
    """Patch panels lead paths elsewhere; without them no change of a path is known."""
    fake.refused["dcim/front-ports"] = 403

    _import(fake, inventory, tmp_path)
    again = _import(fake, inventory, tmp_path)

    assert "interfaces" in again.whole
    assert len(_places(inventory)) == 4


@pytest.mark.parametrize(
    ("status", "said"), [(403, "token"), (500, "answers 500"), (302, "redirects are not followed")]
)
def test_a_refusal_is_told_and_changes_nothing(
    fake: FakeNetBox, inventory: Inventory, tmp_path: Path, status: int, said: str
) -> None:
    """Also in the middle."""
    fake.refused["dcim/interfaces"] = status

    with pytest.raises(NetBoxError, match=said):
        _import(fake, inventory, tmp_path)

    assert _places(inventory) == {}


def test_no_element_at_all_is_an_error(
    fake: FakeNetBox, inventory: Inventory, tmp_path: Path
) -> None:
    """A filter that fits nothing would empty the inventory."""
    plan = NetBoxPlan(elements={"role": ("olt",)}, far_devices=None, fields=PLAN.fields)

    with pytest.raises(NetBoxError, match="no device fits"):
        _import(fake, inventory, tmp_path, plan)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema": "techinfo.netbox-snapshot/1"}'])
def test_a_damaged_snapshot_has_all_read_again(
    fake: FakeNetBox, inventory: Inventory, tmp_path: Path, text: str
) -> None:
    """It is a cache."""
    (tmp_path / "netbox.json").write_text(text)

    _import(fake, inventory, tmp_path)

    assert len(_places(inventory)) == 4
