"""An import that drops or moves too much is refused until somebody accepts it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from techinfo.errors import InventoryError
from techinfo.inventory import Guard, Inventory

Write = Callable[[str, str], Path]

ELEMENTS = "name,address\nsw-1,192.0.2.1\nsw-2,192.0.2.2\n"


def _accesses(numbers: Iterable[int], *, element: str = "sw-1", shift: int = 0) -> str:
    lines = [f"A-{n},{element},{n + shift}" for n in numbers]
    return "\n".join(["access_id,element,port", *lines, ""])


@pytest.fixture
def full(inventory: Inventory, write: Write) -> Inventory:
    """An inventory of a thousand accesses."""
    files = [write("e.csv", ELEMENTS), write("a.csv", _accesses(range(1000)))]
    inventory.import_files(files, guard=Guard())
    return inventory


def _count(inventory: Inventory) -> int:
    return sum(1 for _ in inventory.accesses())


def test_the_first_import_is_never_refused(full: Inventory) -> None:
    """Nothing was there, so nothing is lost."""
    assert _count(full) == 1000


def test_half_a_file_is_refused_with_the_difference(full: Inventory, write: Write) -> None:
    """The most frequent accident: the source was cut. Nothing changes, and some are named."""
    with pytest.raises(InventoryError) as caught:
        full.import_file(write("b.csv", _accesses(range(500))), guard=Guard())

    told = str(caught.value)
    assert "500 of 1000 accesses would be dropped" in told
    assert "A-500: sw-1 port 500 -> gone" in told
    assert "… and 490 more" in told
    assert "--accept" in told
    assert _count(full) == 1000


def test_shifted_ports_are_refused_with_the_difference(full: Inventory, write: Write) -> None:
    """A column that slipped by one puts every household on its neighbour's port."""
    with pytest.raises(InventoryError, match="1000 of 1000 accesses would be on another port") as e:
        full.import_file(write("b.csv", _accesses(range(1000), shift=1)), guard=Guard())

    assert "A-0: sw-1 port 0 -> sw-1 port 1" in str(e.value)
    assert full.accesses_on("sw-1", "7")[0].access_id == "A-7"


def test_losing_every_connection_is_a_move_too(full: Inventory, write: Write) -> None:
    """Accesses that are all there, and on no port any more."""
    ids = "\n".join(["access_id", *(f"A-{n}" for n in range(1000)), ""])

    with pytest.raises(InventoryError, match="A-0: sw-1 port 0 -> not connected"):
        full.import_file(write("b.csv", ids), guard=Guard())


def test_a_person_may_accept(full: Inventory, write: Write) -> None:
    """Without a guard everything is done as it is said."""
    report = full.import_file(write("b.csv", _accesses(range(500))), guard=None)

    assert report.doubts == ()
    assert _count(full) == 500


@pytest.mark.parametrize(("left", "passes"), [(980, True), (979, False)])
def test_two_percent_may_go(full: Inventory, write: Write, left: int, passes: bool) -> None:
    """Exactly the limit is allowed."""
    path = write("b.csv", _accesses(range(left)))

    report = full.import_file(path, dry_run=True, guard=Guard())

    assert (report.doubts == ()) is passes


@pytest.mark.parametrize(("moved", "passes"), [(10, True), (11, False)])
def test_one_percent_may_move(full: Inventory, write: Write, moved: int, passes: bool) -> None:
    """A card that was exchanged; more is a renumbering that somebody should look at."""
    elsewhere = _accesses(range(moved), element="sw-2").splitlines()[1:]
    path = write("b.csv", "\n".join([_accesses(range(moved, 1000)).rstrip(), *elsewhere, ""]))

    report = full.import_file(path, dry_run=True, guard=Guard())

    assert (report.doubts == ()) is passes


def test_a_trial_shows_the_refusal(full: Inventory, write: Write) -> None:
    """It counts and doubts, and raises nothing."""
    report = full.import_file(write("b.csv", _accesses(range(100))), dry_run=True, guard=Guard())

    assert report.counts["accesses"].removed == 900
    assert report.doubts[0] == "900 of 1000 accesses would be dropped; 2 % may be"


def test_in_a_small_inventory_a_few_changes_pass(inventory: Inventory, write: Write) -> None:
    """Of fifteen accesses one is 7 %; five are never too many, six are."""
    inventory.import_files([write("e.csv", ELEMENTS), write("a.csv", _accesses(range(15)))])

    five = inventory.import_file(write("b.csv", _accesses(range(10))), dry_run=True, guard=Guard())
    six = inventory.import_file(write("c.csv", _accesses(range(9))), dry_run=True, guard=Guard())

    assert five.doubts == ()
    assert six.doubts


def test_new_accesses_are_no_change(full: Inventory, write: Write) -> None:
    """An inventory may grow by any number, and what was not connected may be."""
    path = write("b.csv", _accesses(range(5000)))

    full.import_file(path, guard=Guard())

    assert _count(full) == 5000


def test_other_kinds_are_not_guarded(full: Inventory, write: Write) -> None:
    """Services come and go."""
    full.import_file(write("s.yaml", "services: []\n"), guard=Guard())

    assert _count(full) == 1000
