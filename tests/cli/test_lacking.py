"""What a service that starts lacks is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from techinfo.access.viewer import Role, Viewer
from techinfo.cli.service.serving import lacking
from techinfo.inventory import Inventory


@pytest.fixture
def inventory(tmp_path: Path) -> Iterator[Inventory]:
    """One access, of isp-1."""
    (tmp_path / "a.yaml").write_text(
        "elements:\n- {name: sw, address: 192.0.2.1}\naccesses:\n- {access_id: A-1}\n"
        "subscriptions:\n- {subscription_id: S-1, access_id: A-1, provider: isp-1, service: BB,"
        " service_type: bb}\n"
    )
    with Inventory.in_memory() as inventory:
        inventory.import_file(tmp_path / "a.yaml")
        yield inventory


def test_nothing_is_told_where_nothing_is_lacking(inventory: Inventory) -> None:
    """An operator needs no subscription."""
    viewers = (
        Viewer(name="alice", role=Role.OPERATOR),
        Viewer(name="one", role=Role.PROVIDER, provider="isp-1"),
    )

    assert list(lacking(inventory, viewers)) == []


def test_no_user_at_all_is_told(inventory: Inventory) -> None:
    """With the command that makes one."""
    (line,) = lacking(inventory, ())

    assert "techinfo user add" in line


def test_a_provider_without_a_subscription_is_told(inventory: Inventory) -> None:
    """Once, however many log-ins it has."""
    viewers = [Viewer(name=n, role=Role.PROVIDER, provider="isp-2") for n in ("one", "two")]

    (line,) = lacking(inventory, viewers)

    assert line.startswith("provider isp-2 has no subscription")


def test_an_empty_inventory_is_told() -> None:
    """With the command that fills it."""
    with Inventory.in_memory() as empty:
        lines = list(lacking(empty, (Viewer(name="alice", role=Role.OPERATOR),)))

    assert lines == ["the inventory is empty: techinfo inventory import FILE fills it"]
