"""Subscriptions and offers: imported, listed, guarded, and gone with their access."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from techinfo.errors import InventoryError, InventoryImportError
from techinfo.inventory import Guard, Inventory

_SITE = """
elements: [{name: sw-1, address: 192.0.2.1}]
accesses:
  - {access_id: A-1, element: sw-1, port: "1"}
  - {access_id: A-2, element: sw-1, port: "2"}
"""
_SUBSCRIBED = """
subscriptions:
  - {subscriptionId: S-1, accessId: A-1, provider: isp-a, service: BB-100, service_type: bb,
     connectionDate: 2019-01-03, ipv4CircuitId: "eth 0/1", characteristics: '{"fixedIp": true}'}
  - {subscription_id: S-2, access_id: A-1, provider: isp-b, service: IPTV, service_type: iptv,
     operationalState: SUSPENDED, disconnection_date: "2020-02-01T10:00:00+02:00"}
  - {subscription_id: S-3, access_id: A-2, provider: isp-a, service: BB-10, service_type: bb}
offers:
  - {accessId: A-1, service: BB-100, connectionDateTime: "2014-03-01T14:09:23Z"}
  - {accessId: A-1, service: VOIP, connection: 2014-03-01, comments: '["wait"]'}
"""


def _imported(tmp_path: Path, text: str, inventory: Inventory) -> None:
    file = tmp_path / "more.yaml"
    file.write_text(text, encoding="utf-8")
    inventory.import_file(file)


@pytest.fixture
def inventory(tmp_path: Path) -> Inventory:
    """Two accesses, three subscriptions, two offers."""
    opened = Inventory.open(tmp_path / "inventory.sqlite")
    _imported(tmp_path, _SITE + _SUBSCRIBED, opened)
    return opened


def test_a_subscription_is_told_as_imported(inventory: Inventory) -> None:
    """In both spellings, its dates in UTC."""
    first, second = inventory.subscriptions_on("A-1")

    assert (first.provider, first.service_type, first.state) == ("isp-a", "bb", "ACTIVATED")
    assert first.since == datetime(2019, 1, 3, tzinfo=UTC)
    assert first.characteristics == '{"fixedIp":true}'
    assert second.state == "SUSPENDED"
    assert second.until == datetime(2020, 2, 1, 8, tzinfo=UTC)


def test_subscriptions_are_listed_by_provider(inventory: Inventory) -> None:
    """All of them, or one provider's, by accessId."""
    assert [s.subscription_id for s in inventory.subscriptions()] == ["S-1", "S-2", "S-3"]
    assert [s.subscription_id for s in inventory.subscriptions("isp-a")] == ["S-1", "S-3"]
    assert inventory.subscription("S-2") is not None
    assert inventory.subscription("S-9") is None


def test_offers_are_listed(inventory: Inventory) -> None:
    """By access and all."""
    assert [o.service for o in inventory.offers_on("A-1")] == ["BB-100", "VOIP"]
    assert [o.access_id for o in inventory.offers()] == ["A-1", "A-1"]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ("connection_date: yesterday", "neither a date"),
        ("connection_date: 2020-01-01T10:00:00", "neither a date"),
        ("characteristics: '{'", "is not JSON"),
        ("characteristics: 'NaN'", "is not JSON"),
        ("disconnection_date: 2001-01-01, connection_date: 2002-01-01", "before"),
        ("state: DEAD", "not one of"),
        ("option82: 521", "hex"),
    ],
)
def test_a_wrong_field_is_named(tmp_path: Path, inventory: Inventory, wrong: str, why: str) -> None:
    """With what is expected."""
    whose = "subscription_id: S, access_id: A-1, provider: p, service: s, service_type: bb"
    row = f"{{{whose}, {wrong}}}"

    with pytest.raises(InventoryImportError, match=why):
        _imported(tmp_path, f"subscriptions: [{row}]", inventory)


def test_a_subscription_without_its_access_is_refused(tmp_path: Path, inventory: Inventory) -> None:
    """It leads nowhere."""
    row = "{subscription_id: S, access_id: A-9, provider: p, service: s, service_type: bb}"

    with pytest.raises(InventoryImportError, match="no access 'A-9'"):
        _imported(tmp_path, f"subscriptions: [{row}]", inventory)


def test_what_an_access_had_goes_with_it(tmp_path: Path, inventory: Inventory) -> None:
    """Nobody holds a service on an access that is gone."""
    _imported(
        tmp_path, _SITE.replace('  - {access_id: A-1, element: sw-1, port: "1"}\n', ""), inventory
    )

    assert [s.subscription_id for s in inventory.subscriptions()] == ["S-3"]
    assert list(inventory.offers()) == []


def test_a_list_that_shrinks_is_refused(tmp_path: Path, inventory: Inventory) -> None:
    """Until somebody accepts it."""
    many = "subscriptions:\n" + "".join(
        f"  - {{subscription_id: S-{n}, access_id: A-1, "
        "provider: p, service: s, service_type: bb}\n"
        for n in range(100)
    )
    _imported(tmp_path, many, inventory)
    few = tmp_path / "few.yaml"
    few.write_text(many[: many.index("  - {subscription_id: S-90")], encoding="utf-8")

    with pytest.raises(InventoryError, match="10 of 100 subscriptions would be dropped"):
        inventory.import_file(few, guard=Guard())


def test_the_generation_changes_with_every_import(tmp_path: Path, inventory: Inventory) -> None:
    """Also with one of another process, and with nothing else."""
    before = inventory.generation
    assert inventory.generation == before

    with Inventory.open(tmp_path / "inventory.sqlite") as other:
        _imported(tmp_path, _SUBSCRIBED.replace("BB-100", "BB-250"), other)

    assert inventory.generation != before
