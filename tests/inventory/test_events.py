"""Events of imports: what is written down, when, for whom, and how long it is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.inventory.conftest import Write
from tests.inventory.test_migrations import version_1

from techinfo.errors import InventoryError
from techinfo.inventory import Guard, Inventory, ObjectType

START = datetime(2026, 11, 21, 9, tzinfo=UTC)
EVER = datetime(9999, 1, 1, tzinfo=UTC)
BASE = """
elements: [{name: sw, address: 192.0.2.1}]
accesses:
  - {access_id: A-1, element: sw, port: "1", city: Ankeborg}
  - {access_id: A-2}
subscriptions:
  - {subscription_id: S-1, access_id: A-1, provider: isp, service: BB, service_type: bb}
  - {subscription_id: S-2, access_id: A-2, provider: tele, service: TV, service_type: iptv}
offers:
  - {access_id: A-1, service: BB, connection: 2019-01-01}
"""
Seen = list[tuple[str, str, str]]
Import = Callable[[str], Seen]


class Hours:
    """A clock: an hour for each import."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        """The next hour."""
        self.at += timedelta(hours=1)
        return self.at


@pytest.fixture
def stock() -> Iterator[Inventory]:
    """An inventory whose imports are an hour apart."""
    with Inventory.in_memory(clock=Hours()) as inventory:
        yield inventory


def seen(
    inventory: Inventory, after: datetime | None = None, *, provider: str | None = None
) -> Seen:
    """What has happened since."""
    return [
        (event.change.value, event.object_type.value, event.object_id)
        for event in inventory.events.between(after, EVER, provider=provider)
    ]


@pytest.fixture
def imported(stock: Inventory, write: Write) -> Import:
    """Imports a document, and tells what has happened by it."""

    def run(text: str) -> Seen:
        before = stock.events.newest()
        stock.import_file(write("network.yaml", text))
        return seen(stock, before)

    return run


def test_a_first_import_creates_everything(imported: Import) -> None:
    """Elements are nobody's business; services are told of their access."""
    assert imported(BASE) == [
        ("CREATE", "accesses", "A-1"),
        ("CREATE", "accesses", "A-2"),
        ("CREATE", "subscriptions", "S-1"),
        ("CREATE", "subscriptions", "S-2"),
        ("UPDATE", "services", "A-1"),
    ]


def test_the_same_again_is_nothing(imported: Import) -> None:
    """A daily import of the same records tells nobody anything."""
    imported(BASE)

    assert imported(BASE) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("city: Ankeborg", "city: Gåseborg", [("UPDATE", "accesses", "A-1")]),
        ('port: "1"', 'port: "2"', []),
        ("address: 192.0.2.1", "address: 192.0.2.2", []),
        ("connection: 2019-01-01", "connection: 2020-01-01", [("UPDATE", "services", "A-1")]),
        ("service: BB,", "service: BB-2,", "subscription and service"),
        ("service_type: bb", "service_type: iptv", []),
        (
            "provider: tele",
            "provider: isp",
            [("DELETE", "subscriptions", "S-2"), ("CREATE", "subscriptions", "S-2")],
        ),
        (
            "{access_id: A-2}",
            "{access_id: A-2}\n  - {access_id: A-3}",
            [("CREATE", "accesses", "A-3")],
        ),
        (
            "S-2, access_id: A-2",
            "S-2, access_id: A-1",
            [("DELETE", "subscriptions", "S-2"), ("CREATE", "subscriptions", "S-2")],
        ),
        ("subscription_id: S-2, ", "subscription_id: S-2, state: ORDERED, ", "order"),
    ],
)
def test_a_change_is_told_where_it_is_listed(
    imported: Import, old: str, new: str, told: Seen | str
) -> None:
    """Where something is attached is not; another provider's is another subscription."""
    imported(BASE)
    if told == "subscription and service":
        told = [("UPDATE", "subscriptions", "S-1"), ("UPDATE", "services", "A-1")]
    elif told == "order":
        told = [("DELETE", "subscriptions", "S-2")]

    assert imported(BASE.replace(old, new)) == told


def test_what_goes_with_its_access_is_deleted_too(imported: Import) -> None:
    """A subscription without its access is gone; its services are a part of it."""
    imported(BASE)

    assert imported("accesses: [{access_id: A-2}]") == [
        ("DELETE", "accesses", "A-1"),
        ("DELETE", "subscriptions", "S-1"),
    ]


def test_an_order_becomes_a_subscription_when_it_is_delivered(imported: Import) -> None:
    """Until then it is none."""
    ordered = BASE.replace("subscription_id: S-2, ", "subscription_id: S-2, state: ORDERED, ")

    assert ("CREATE", "subscriptions", "S-2") not in imported(ordered)
    assert imported(BASE) == [("CREATE", "subscriptions", "S-2")]


def test_a_provider_hears_of_its_own_subscriptions(imported: Import, stock: Inventory) -> None:
    """One that goes to somebody else is deleted here and created there."""
    imported(BASE)
    before = stock.events.newest()
    imported(BASE.replace("provider: tele", "provider: isp"))

    assert seen(stock, before, provider="tele") == [("DELETE", "subscriptions", "S-2")]
    assert seen(stock, before, provider="isp") == [("CREATE", "subscriptions", "S-2")]
    assert seen(stock, before, provider="third") == []
    assert ("CREATE", "accesses", "A-1") in seen(stock, provider="third")


def test_a_trial_and_a_refused_import_leave_nothing(
    imported: Import, stock: Inventory, write: Write
) -> None:
    """Events are of the same transaction as what they tell."""
    many = "accesses:\n" + "".join(f"  - {{access_id: A-{n}}}\n" for n in range(20))
    imported(many)
    newest = stock.events.newest()

    stock.import_file(write("a.yaml", "accesses: []"), dry_run=True)
    with pytest.raises(InventoryError):
        stock.import_file(write("a.yaml", "accesses: []"), guard=Guard())

    assert seen(stock, newest) == []
    assert stock.events.newest() == newest


def test_no_two_imports_are_in_one_second(write: Write) -> None:
    """Whatever the clock does: who has asked up to a second has all of it."""
    days = (0, 0, -1, 1)
    times = iter([START + timedelta(days=day) for day in days for _ in range(2)])
    found: list[datetime | None] = []
    with Inventory.in_memory(clock=lambda: next(times)) as inventory:
        for number in range(4):
            inventory.import_file(write("a.yaml", f"accesses: [{{access_id: A-{number}}}]"))
            found.append(inventory.events.newest())

    assert found == [
        START,
        START + timedelta(seconds=1),
        START + timedelta(seconds=2),
        START + timedelta(days=1),
    ]


def test_events_come_in_pages_and_in_order(imported: Import, stock: Inventory) -> None:
    """More than a page, of several imports, each once."""
    imported("accesses:\n" + "".join(f"  - {{access_id: A-{n:05}}}\n" for n in range(2500)))
    first = stock.events.newest()
    imported("accesses:\n" + "".join(f"  - {{access_id: B-{n:05}}}\n" for n in range(1500)))

    everything = list(stock.events.between(None, EVER))

    assert len(everything) == 2500 + 2500 + 1500
    assert everything == sorted(everything, key=lambda event: event.at)
    assert len({(e.change, e.object_id) for e in everything}) == len(everything)
    assert len(list(stock.events.between(None, first or START))) == 2500


def test_only_the_kinds_that_are_asked_for_come(imported: Import, stock: Inventory) -> None:
    """Others are left out."""
    imported(BASE)

    told = stock.events.between(None, EVER, kinds=[ObjectType.SERVICES])

    assert [(event.object_type, event.access_id) for event in told] == [("services", "A-1")]


def test_old_events_are_forgotten_but_never_those_of_the_last_day(write: Write) -> None:
    """And that they are forgotten is known: who asks about that time gets everything."""
    at = START
    with Inventory.in_memory(clock=lambda: at) as inventory:
        inventory.import_file(write("a.yaml", "accesses: [{access_id: A-1}]"))
        at = START + timedelta(hours=30)
        inventory.import_file(write("a.yaml", "accesses: [{access_id: A-2}]"))
        assert inventory.events.know_all_since(START - timedelta(days=1))

        gone = inventory.drop_old_events(at + timedelta(days=5))

        assert gone == 1
        assert len(seen(inventory)) == 2
        assert not inventory.events.know_all_since(START)
        assert inventory.events.know_all_since(at - timedelta(hours=24))
        assert inventory.drop_old_events(at) == 0
        assert inventory.events.newest() == at


def test_an_inventory_of_schema_1_does_not_claim_to_know_its_past(
    tmp_path: Path, write: Write
) -> None:
    """It had no events when it was filled."""
    path = version_1(tmp_path / "inventory.sqlite")

    with Inventory.open(path) as inventory:
        assert not inventory.events.know_all_since(datetime.now(UTC) - timedelta(days=1))
        assert inventory.events.newest() is None
        inventory.import_file(write("a.yaml", "accesses: [{access_id: A-2}]"))
        assert len(seen(inventory)) == 2
