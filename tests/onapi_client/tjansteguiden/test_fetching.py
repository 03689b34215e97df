"""What households order in Tjänsteguiden, and who holds what by that."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.access.played import imported, stocked
from tests.onapi_client.tjansteguiden.portal_there import (
    API_USER,
    WORD,
    Household,
    There,
    portal_there,
)

from techinfo.errors import OnApiError
from techinfo.inventory import Guard, Inventory
from techinfo.onapi_client import FetchReport
from techinfo.onapi_client.store import FetchedFile
from techinfo.onapi_client.tjansteguiden import Portal, PortalPlan, fetch_orders

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
SITE = """
elements: [{name: sw-1, address: 192.0.2.1}]
accesses:
  - {access_id: A-1, element: sw-1, port: ge1, port_by: name, outlet: 123-456-ABC}
  - {access_id: A-2, legacy_access_id: L-2, element: sw-1, port: ge2, port_by: name, outlet: twice}
  - {access_id: A-3, element: sw-1, port: ge3, port_by: name, outlet: twice}
subscriptions:
  - {subscription_id: S-9, access_id: A-3, provider: south, service: BB-1, service_type: bb}
"""
PLAN = PortalPlan(
    providers={"31420": "north", "31421": "south"},
    services={"2440": "BB-100-100", "2441": "TV-1"},
    service_types={"BB": "bb", "TV": "iptv"},
)


@dataclass
class Place:
    """An inventory, and the portal that it is filled from."""

    inventory: Inventory
    file: FetchedFile
    there: There
    folder: Path
    now: datetime = NOW

    def look(self, *, guard: Guard | None = None, dry_run: bool = False) -> FetchReport:
        """One look, a minute later."""
        self.now += timedelta(minutes=1)
        with Portal(self.there.url, api_user=API_USER) as portal:
            return fetch_orders(
                portal,
                PLAN,
                self.inventory,
                self.file,
                now=self.now,
                access_id_pattern="[-0-9a-zA-Z.]{1,36}",
                guard=guard,
                dry_run=dry_run,
            )

    def ordered(self, number: int, socket: str = "A-1", **more: str) -> Household:
        """Somebody orders."""
        one = Household(number, socket, **more)
        self.there.orders.append(one)
        return one

    def held(self) -> dict[str, tuple[str, str, str, str]]:
        """Who holds what, in which state."""
        return {
            one.subscription_id: (one.access_id, one.provider, one.service_type, one.state)
            for one in self.inventory.subscriptions()
            if one.subscription_id != "S-9"
        }


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """One in which nothing is ordered."""
    inventory = stocked(tmp_path, SITE)
    with portal_there() as there, FetchedFile.open(tmp_path / "fetched.sqlite") as file:
        yield Place(inventory, file, there, tmp_path)
    inventory.close()


def test_an_order_is_ordered_and_then_held_from_the_day_of_delivery(place: Place) -> None:
    """A whole day in Stockholm; its socket is asked for once; nothing is ever written there."""
    one = place.ordered(19530, "123-456-ABC", delivery="2026-11-25 00:00:00")
    seen = []
    for one.status in ("new", "received", "active", "waiting", "delivered"):
        place.look()
        seen.append(place.held()["TG-19530"])
    report = place.look()

    assert set(seen[:4]) == {("A-1", "north", "bb", "ORDERED")}
    assert seen[4] == ("A-1", "north", "bb", "ACTIVATED")
    found = place.inventory.subscription("TG-19530")
    assert found is not None
    assert found.since == datetime(2026, 11, 24, 23, 0, tzinfo=UTC)
    assert found.until is None
    assert report.imported is None
    assert place.there.methods() == ["orders", "order_info", *["orders"] * 5]
    (done,) = place.file.done_orders(NOW)
    assert (done.order_id, done.provider, done.access_id) == ("19530", "north", "A-1")


@pytest.mark.parametrize("day", ["asap", "0000-00-00 00:00:00", "0001-01-01"])
def test_delivered_as_soon_as_possible_counts_from_when_it_was_first_seen(
    place: Place, day: str
) -> None:
    """As nobody says when it was; and it was done before anybody looked, so it is not looked at."""
    place.ordered(1, status="delivered", delivery=day)
    place.look()
    first = place.now
    place.look()

    found = place.inventory.subscription("TG-1")
    assert found is not None
    assert found.since == first
    assert list(place.file.done_orders(NOW)) == []


@pytest.mark.parametrize("before", ["waiting", "delivered"])
def test_a_cancelled_order_gives_nothing(place: Place, before: str) -> None:
    """Nor does one that is never seen otherwise, and nothing is asked about that."""
    one = place.ordered(1, status=before, delivery="2026-11-20")
    place.ordered(2, status="cancelled")
    place.look()
    assert set(place.held()) == {"TG-1"}
    one.status = "cancelled"
    place.look()

    assert place.held() == {}
    assert place.there.methods().count("order_info") == 1


def test_what_is_not_known_is_left_out_and_counted(place: Place) -> None:
    """A type, a status, a provider, a socket, an outlet of two accesses, an order without number.

    In words that hold nothing of what was told, and what is good comes all the same.
    """
    place.ordered(1, kind=f"{WORD}-type")
    place.ordered(2, status=f"{WORD}-status")
    place.ordered(3, xsp="99")
    place.ordered(4, xsp=f"{WORD}-xsp")
    place.ordered(5, "nowhere")
    place.ordered(6, "twice")
    place.ordered(7, service=f"{WORD} service")
    place.ordered(8, "L-2")
    report = place.look()
    place.look()

    assert place.there.methods().count("order_info") == 3  # once each, known here or not
    assert report.refused_count == 7
    assert [line.partition(":")[0] for line in report.refused] == [
        f"order {n}" for n in range(1, 8)
    ]
    assert "provider 99" in report.refused[2]
    assert WORD not in "".join(report.refused)
    assert place.held() == {"TG-8": ("A-2", "north", "bb", "ORDERED")}


def test_a_later_delivery_of_the_kind_ends_the_earlier(place: Place) -> None:
    """From its own day on; another kind on the access goes on."""
    place.ordered(1, status="delivered", delivery="2026-11-10")
    place.ordered(2, status="delivered", delivery="2026-11-10", service="2441")
    place.ordered(3, status="delivered", delivery="2026-11-20", xsp="31421")
    place.look()

    ends = {one.subscription_id: one.until for one in place.inventory.subscriptions()}
    day = datetime(2026, 11, 19, 23, 0, tzinfo=UTC)
    assert ends == {"TG-1": day, "TG-2": None, "TG-3": None, "S-9": None}


def test_the_inventorys_own_record_says_it_better(place: Place) -> None:
    """The same provider and kind on the access: an order gives no second right beside it."""
    place.ordered(1, "A-3", xsp="31421", status="delivered", delivery="2026-11-20")
    place.ordered(2, status="delivered", delivery="2026-11-20")
    place.look()
    first = set(place.held())
    own = "  - {subscription_id: S-1, access_id: A-1, provider: north, service: BB-1,"
    ended = " service_type: bb, disconnection_date: 2026-11-26}\n"
    imported(place.inventory, place.folder, f"{SITE}{own}{ended}")
    place.look()

    assert first == {"TG-2"}
    assert set(place.held()) == {"S-1"}


def test_what_an_import_drops_comes_back(place: Place) -> None:
    """Though nothing has changed in the portal."""
    place.ordered(1, status="delivered", delivery="2026-11-20")
    place.look()
    imported(place.inventory, place.folder, SITE)
    assert place.held() == {}
    place.look()

    assert set(place.held()) == {"TG-1"}


def test_an_open_order_that_is_no_longer_told_gives_nothing_more(place: Place) -> None:
    """Nor do many, which are more likely a broken list, unless somebody says so."""
    for number in range(8):
        place.ordered(number)
    place.ordered(8, status="delivered", delivery="2026-11-20")
    guard = Guard(most_dropped_percent=2.0, most_remapped_percent=1.0)
    place.look()
    place.there.orders.clear()
    with pytest.raises(OnApiError, match="8 of 8 orders"):
        place.look(guard=guard)
    assert len(place.held()) == 9
    report = place.look()

    assert report.ended == 8
    assert set(place.held()) == {"TG-8"}


def test_a_dry_run_changes_nothing(place: Place) -> None:
    """It says what would be."""
    place.ordered(1)
    report = place.look(dry_run=True)

    assert report.imported is not None
    assert place.held() == {}
    assert place.look().imported is not None


ENTITIES = (
    b'<!DOCTYPE x [<!ENTITY a "pl4nted">]><serviceguide><response><order><id>&a;</id></order>'
    b"</response></serviceguide>"
)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"pl4nted", "is not XML"),
        (b"<serviceguide><pl4nted></serviceguide>", "is not XML"),
        (ENTITIES, "is not XML"),
        (b'<?xml version="1.0" encoding="pl4nted"?><a/>', "is not XML"),
        (b"<a>" * 40, "is not XML"),
        (b"<a><status>failed</status><message>pl4nted</message></a>", "has failed"),
        (b"<a>" + b" " * (8 * 2**20) + b"</a>", "8 MiB"),
    ],
)
def test_what_is_no_answer_changes_nothing(place: Place, body: bytes, words: str) -> None:
    """And is said without a word of it, and without the API user."""
    place.ordered(1)
    place.look()
    place.there.body = body
    with pytest.raises(OnApiError, match=words) as caught:
        place.look()

    assert set(place.held()) == {"TG-1"}
    assert WORD not in str(caught.value)
    assert API_USER not in str(caught.value)


@pytest.mark.parametrize("status", [302, 401, 500])
def test_a_status_is_told_without_the_words_beside_it(place: Place, status: int) -> None:
    """A redirect is not followed: the API user would go elsewhere."""
    place.there.status = status
    with pytest.raises(OnApiError, match=f"answers {status}") as caught:
        place.look()

    assert API_USER not in str(caught.value)
    assert len(place.there.asked) == 1


def test_the_order_in_which_orders_are_told_does_not_matter(place: Place) -> None:
    """Nor how often: who holds what, from when to when, is the same."""
    chance = random.Random(20)  # noqa: S311 - no secret
    for number in range(60):
        place.ordered(
            number,
            chance.choice(["A-1", "L-2", "A-3"]),
            status=chance.choice(["new", "delivered", "cancelled"]),
            xsp=chance.choice(["31420", "31421"]),
            service=chance.choice(["2440", "2441"]),
            delivery=f"2026-11-{chance.randint(1, 26):02}",
        )
    place.look()
    first = list(place.inventory.subscriptions())
    for _ in range(3):
        chance.shuffle(place.there.orders)
        place.look()

    assert len(first) > 20
    assert any(one.until for one in first)
    assert list(place.inventory.subscriptions()) == first
