"""Look-ups that are remembered: never longer than the inventory stays as it is."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from techinfo.inventory import Inventory
from techinfo.inventory.remembered import Remembered


def imported(inventory: Inventory, folder: Path, price_group: int) -> None:
    """An inventory of one access."""
    file = folder / "network.yaml"
    file.write_text(f"accesses: [{{access_id: A-1, price_group: {price_group}}}]\n")
    inventory.import_file(file)


def test_an_import_of_another_process_is_seen_by_the_next_look_up(tmp_path: Path) -> None:
    """Asked again and again before, so that it was remembered."""
    path = tmp_path / "inventory.sqlite"
    with Inventory.open(path) as inventory, Inventory.open(path) as other:
        imported(other, tmp_path, 1)
        before = [inventory.access("A-1") for _ in range(3)]
        imported(other, tmp_path, 2)
        after = inventory.access("A-1")

    assert [access.price_group for access in before if access] == [1] * 3
    assert after is not None
    assert after.price_group == 2


def test_a_look_up_is_done_once_while_nothing_changes(tmp_path: Path) -> None:
    """And again for other values, after a change, and for long lists."""
    done: list[Any] = []

    def look_up(found: Any) -> Any:
        done.append(found)
        return found

    with Inventory.open(tmp_path / "inventory.sqlite") as inventory:
        remembered = Remembered(inventory.database)
        for key in ("a", "a", "b", "a"):
            assert remembered.get(key, partial(look_up, (key,))) == (key,)
        assert done == [("a",), ("b",)]
        imported(inventory, tmp_path, 1)
        remembered.get("a", lambda: look_up(None))
        assert remembered.get("a", lambda: look_up("other")) is None
        long = tuple(range(100))
        remembered.get("long", lambda: look_up(long))
        remembered.get("long", lambda: look_up(long))

    assert done[2:] == [None, long, long]


def test_what_a_client_made_up_is_not_remembered(tmp_path: Path) -> None:
    """Nobody's memory is filled with texts that mean nothing here."""
    with Inventory.open(tmp_path / "inventory.sqlite") as inventory:
        imported(inventory, tmp_path, 1)
        inventory.access("A-1")
        for number in range(100):
            assert inventory.access(f"made up {number}") is None
            assert inventory.element(f"made up {number}") is None

        assert len(inventory.remembered._found) == 1
