"""What the inventory says that an access should be, as a diagnosis has it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.access.made_up import NOW
from tests.access.played import stocked

from techinfo.access.case.orders import expected
from techinfo.access.rights import right
from techinfo.access.viewer import Role, Viewer
from techinfo.model import Port

ISP = Viewer(name="a", role=Role.PROVIDER, provider="isp-a")
OPS = Viewer(name="o", role=Role.OPERATOR)
HEAD = """
elements: [{name: sw, address: 192.0.2.3}]
accesses: [{access_id: A-1, element: sw, port: ge1, state: CONNECTED%s}]
services: [{vlan: 10, service_type: bb}, {vlan: 11, service_type: bb}]
subscriptions:
  - {subscription_id: S-0, access_id: A-1, provider: isp-a, service: TV, service_type: iptv}
"""
Row = dict[str, Any]


def told(
    folder: Path,
    subscription: str = "",
    *,
    access: str = "",
    viewer: Viewer = ISP,
    port: Port | None = None,
    vlans: tuple[int, ...] = (),
    shared: bool = False,
) -> Row:
    """What is expected of the access with one more subscription, of broadband."""
    more = (
        "  - {subscription_id: S-1, access_id: A-1, service_type: bb, service: BB-250-50,"
        f" {subscription}}}\n"
    )
    inventory = stocked(folder, HEAD % access + (more if subscription else ""), lambda: NOW)
    found = inventory.access("A-1")
    assert found is not None
    held = right(viewer, found, inventory, NOW)
    return expected(
        inventory,
        held,
        shared=shared,
        port=port,
        service=lambda vlan: {10: "bb", 11: "bb"}.get(vlan or 0, "unknown"),
        vlans=vlans,
    )


def broadband(folder: Path, subscription: str, **more: Any) -> Row:
    """The row of broadband."""
    rows = told(folder, f"provider: isp-a, {subscription}", **more)["services"]
    (row,) = (row for row in rows if row["serviceType"] == "bb")
    return dict(row)


def test_a_running_service_has_its_rates_dates_and_equipment(tmp_path: Path) -> None:
    """Rates by its name, kbit/s; the one device that it is tied to; a fixed address."""
    row = broadband(
        tmp_path,
        "connection_date: 2024-01-02, vlan: 10, characteristics: '{\"fixedIp\": true}',"
        ' equipment: \'[{"vendorId": "X", "macAddress": "02:00:00:00:00:a1"}]\'',
    )

    assert row == {
        "serviceType": "bb",
        "vlan": 10,
        "state": "ACTIVATED",
        "since": "2024-01-02T00:00:00Z",
        "down": 250_000,
        "up": 50_000,
        "equipmentMac": "02:00:00:00:00:A1",
        "fixedIp": True,
        "holder": "own",
    }


@pytest.mark.parametrize(
    ("subscription", "state", "date"),
    [
        ("state: ORDERED, connection_date: 2027-01-02", "ORDERED", "2027-01-02T00:00:00Z"),
        ("state: ACTIVATED, connection_date: 2027-01-02", "ORDERED", "2027-01-02T00:00:00Z"),
        ("state: SUSPENDED, connection_date: 2024-01-02", "SUSPENDED", None),
    ],
)
def test_what_has_not_begun_is_ordered(
    tmp_path: Path, subscription: str, state: str, date: str | None
) -> None:
    """Its date is then the one on which it is to be activated."""
    row = broadband(tmp_path, subscription)

    assert (row["state"], row.get("activationDate")) == (state, date)


def test_what_has_ended_and_what_is_another_s_is_not_there(tmp_path: Path) -> None:
    """Of the operator's people everybody's services are told."""
    ended = told(tmp_path, "provider: isp-a, disconnection_date: 2026-01-02")
    theirs = told(tmp_path, "provider: isp-b, state: SUSPENDED")
    of_all = told(tmp_path, "provider: isp-b, state: SUSPENDED", viewer=OPS)

    assert [row["serviceType"] for row in ended["services"]] == ["iptv"]
    assert "SUSPENDED" not in str(theirs)
    assert {row["serviceType"] for row in of_all["services"]} == {"iptv", "bb"}


@pytest.mark.parametrize(
    ("seen", "vlan"), [((10,), 10), ((10, 11), None), ((), None), ((99,), None)]
)
def test_a_service_has_the_vlan_in_which_it_is_seen(
    tmp_path: Path, seen: tuple[int, ...], vlan: int | None
) -> None:
    """If just one of those that carry it there is; else nobody knows."""
    assert broadband(tmp_path, "state: ACTIVATED", vlans=seen).get("vlan") == vlan


@pytest.mark.parametrize("equipment", ["[]", "[{}]", '[{"macAddress": "a"}, {"macAddress": "b"}]'])
def test_equipment_that_is_not_one_device_is_none(tmp_path: Path, equipment: str) -> None:
    """Nothing is compared with it then."""
    assert "equipmentMac" not in broadband(tmp_path, f"equipment: '{equipment}'")


def test_the_medium_is_told_where_it_is_known(tmp_path: Path) -> None:
    """By the access's ONT or the port's type; who shares the port only the operator hears."""
    assert told(tmp_path, access=", ont_id: 3")["medium"] == "pon"
    assert told(tmp_path, port=Port(if_index=1, if_type=250))["medium"] == "pon"
    assert "medium" not in told(tmp_path, port=Port(if_index=1, if_type=6))
    assert "sharedPort" not in told(tmp_path, shared=True)
    assert told(tmp_path, shared=True, viewer=OPS)["sharedPort"] is True
