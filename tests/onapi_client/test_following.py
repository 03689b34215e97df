"""The orders at another operator, followed: what each does to who holds what."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.access.played import stocked
from tests.onapi_client.ordering import BASE, DEBT, Operator, operator

from techinfo.errors import OnApiError
from techinfo.inventory import Inventory
from techinfo.onapi_client import Server
from techinfo.onapi_client.fetching import FetchPlan
from techinfo.onapi_client.following import FollowReport, follow
from techinfo.onapi_client.store import FetchedFile, orders_read_at

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
SITE = """
elements: [{name: sw-1, address: 192.0.2.1}]
accesses:
  - {access_id: A-1, element: sw-1, port: ge1, port_by: name}
  - {access_id: A-2, element: sw-1, port: ge2, port_by: name}
subscriptions:
  - {subscription_id: S-8, access_id: A-2, provider: other, service: TV, service_type: iptv}
  - {subscription_id: S-9, access_id: A-2, provider: other, service: BB-100, service_type: bb}
"""


@dataclass
class Place:
    """An inventory that follows an operator; its clock is the operator's."""

    inventory: Inventory
    file: FetchedFile
    there: Operator

    def look(self, **more: Any) -> FollowReport:
        """One look, two seconds later."""
        self.there.go_on(seconds=2)
        with Server(f"{self.there.url}/onapi", "2.6", user="isp", password="x") as server:  # noqa: S106
            return follow(
                server,
                FetchPlan(
                    name="elsewhere",
                    provider="isp",
                    service_types={"BB": "bb", "IPTV": "iptv"},
                    accesses=False,
                    version="2.6",
                ),
                self.inventory,
                self.file,
                now=self.there.at,
                access_id_pattern="[-0-9a-zA-Z.]{1,36}",
                **more,
            )

    def held(self) -> dict[str, tuple[Any, ...]]:
        """Who holds what, in which state."""
        return {
            one.subscription_id: (one.access_id, one.provider, one.service, one.state)
            for one in self.inventory.subscriptions()
        }

    def state(self, key: str = "S-1") -> str | None:
        """Of a subscription; ``None``: there is none."""
        found = self.inventory.subscription(key)
        return None if found is None else found.state


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """One that has looked once, at nothing."""
    inventory = stocked(tmp_path, SITE)
    with operator(NOW) as there, FetchedFile.open(tmp_path / "fetched.sqlite") as file:
        found = Place(inventory, file, there)
        found.look()
        yield found
    inventory.close()


def activate(there: Operator, number: int = 1, **more: Any) -> None:
    """An order for broadband."""
    told = {"accessId": "A-1", "service": "BB-100", "subscriptionId": f"S-{number}"} | more
    there.order(f"o{number}", "ACTIVATE", **told)


def active(place: Place) -> None:
    """A subscription that is active, by an order."""
    activate(place.there, spReference="C#1")
    place.there.becomes("o1", "DONE_SUCCESS")
    place.look()
    assert place.state() == "ACTIVATED"


def test_an_order_is_a_subscription_ordered_and_then_active(place: Place) -> None:
    """RECEIVED, IN_PROGRESS, DONE_SUCCESS; from then on as the server lists it."""
    activate(place.there)
    place.look()
    first = place.state()
    place.there.becomes("o1", "IN_PROGRESS")
    place.look()
    second = place.state()
    place.there.becomes("o1", "DONE_SUCCESS")
    report = place.look()

    assert (first, second, place.state()) == ("ORDERED", "ORDERED", "ACTIVATED")
    assert place.held()["S-1"][:3] == ("A-1", "isp", "BB-100")
    assert (report.orders, report.whole) == (1, False)


def _failed(there: Operator) -> None:
    there.becomes("o1", "DONE_FAILED")


def _cancelled(there: Operator) -> None:
    there.cancel("o1")


@pytest.mark.parametrize("end", [_failed, _cancelled])
def test_an_order_that_comes_to_nothing_takes_back_what_it_gave(
    place: Place, end: Callable[[Operator], None]
) -> None:
    """And nothing else on the access."""
    activate(place.there, 2, service="IPTV")
    place.there.becomes("o2", "DONE_SUCCESS")
    activate(place.there)
    place.look()
    assert place.state() == "ORDERED"
    end(place.there)
    place.look()

    assert (place.state(), place.state("S-2")) == (None, "ACTIVATED")


def test_a_failed_order_for_what_is_active_takes_nothing(place: Place) -> None:
    """It gave nothing."""
    active(place)
    place.there.order("o5", "ACTIVATE", accessId="A-1", service="BB-100", subscriptionId="S-1")
    place.look()
    place.there.becomes("o5", "DONE_FAILED")
    place.look()

    assert place.state() == "ACTIVATED"


@pytest.mark.parametrize(
    ("operation", "more", "wanted"),
    [
        ("SUSPEND", {}, ("BB-100", "SUSPENDED", "C#1")),
        ("CHANGE", {"service": "BB-1000"}, ("BB-1000", "ACTIVATED", "C#1")),
        ("MODIFY", {"spReference": "C#2"}, ("BB-100", "ACTIVATED", "C#2")),
    ],
)
def test_an_order_without_an_access_is_of_its_subscriptions(
    place: Place, operation: str, more: dict[str, str], wanted: tuple[str, ...]
) -> None:
    """Nothing happens before it is done; RESUME takes SUSPEND back."""
    active(place)
    before = place.held()
    place.there.order("o2", operation, subscriptionId="S-1", **more)
    place.look()
    assert place.held() == before
    place.there.becomes("o2", "DONE_SUCCESS")
    place.look()
    found = place.inventory.subscription("S-1")
    assert found is not None
    assert (found.service, found.state, found.sp_reference) == wanted
    if operation == "SUSPEND":
        place.there.order("o3", "RESUME", subscriptionId="S-1")
        place.there.becomes("o3", "DONE_SUCCESS")
        place.look()
        assert place.state() == "ACTIVATED"


def test_deactivate_ends_it(place: Place) -> None:
    """At that time; its provider may look back as at any that has ended."""
    active(place)
    place.there.go_on(hours=5)
    place.there.order("o2", "DEACTIVATE", subscriptionId="S-1")
    place.look()
    assert place.state() == "ACTIVATED"
    place.there.becomes("o2", "DONE_SUCCESS")
    place.look()
    found = place.inventory.subscription("S-1")

    assert found is not None
    assert found.disconnection_date == place.there.at.isoformat(timespec="seconds")


def test_a_forced_takeover_ends_the_old_right_when_it_is_done(place: Place) -> None:
    """Of the same kind on the access, and no other; not while it is only ordered."""
    activate(place.there, accessId="A-2", forcedTakeover=True)
    place.look()
    before = place.held()
    place.there.becomes("o1", "DONE_SUCCESS")
    place.look()

    assert set(before) == {"S-1", "S-8", "S-9"}
    assert {key: row[1] for key, row in place.held().items()} == {"S-1": "isp", "S-8": "other"}


def test_a_takeover_that_is_told_again_takes_nothing_more(place: Place, tmp_path: Path) -> None:
    """Who has come back since stays."""
    activate(place.there, accessId="A-2", forcedTakeover=True)
    place.there.becomes("o1", "DONE_SUCCESS")
    place.look()
    back = SITE + (
        "  - {subscription_id: S-1, access_id: A-2, provider: isp, service: BB-100,"
        " service_type: bb}\n"
    )
    (tmp_path / "back.yaml").write_text(back, encoding="utf-8")
    place.inventory.import_file(tmp_path / "back.yaml")
    place.there.again(["o1"])
    place.look()

    assert "S-9" in place.held()


def test_an_idle_operator_is_asked_once_a_look(place: Place) -> None:
    """And never written to."""
    place.there.asked.clear()
    for _ in range(5):
        place.there.go_on(hours=20)
        report = place.look()
        assert not report.whole
    assert place.there.asked == [("GET", f"{BASE}/events/")] * 5


def test_after_a_long_gap_everything_is_read(place: Place) -> None:
    """What was done and cancelled meanwhile is seen though no event tells it any more."""
    active(place)
    activate(place.there, 2, service="IPTV")
    activate(place.there, 3, service="VOIP")
    place.look()
    assert (place.state("S-2"), place.state("S-3")) == ("ORDERED", "ORDERED")
    place.there.order("o4", "DEACTIVATE", subscriptionId="S-1")
    for order in ("o4", "o2"):
        place.there.becomes(order, "DONE_SUCCESS")
    place.there.cancel("o3")
    activate(place.there, 5, accessId="A-2")
    place.there.go_on(hours=30)
    report = place.look()

    assert report.whole
    states = {key: row[3] for key, row in place.held().items()}
    assert states == {"S-2": "ACTIVATED", "S-5": "ORDERED", "S-8": "ACTIVATED", "S-9": "ACTIVATED"}


def test_orderevents_tell_where_events_are_not_served(tmp_path: Path) -> None:
    """From the last one on (2.6.0/spec/orderevents.md)."""
    inventory = stocked(tmp_path, SITE)
    with operator(NOW) as there, FetchedFile.open(tmp_path / "fetched.sqlite") as file:
        there.serves = ("orderevents",)
        place = Place(inventory, file, there)
        activate(there)
        place.look()
        first = place.state()
        there.becomes("o1", "DONE_SUCCESS")
        place.look()
        there.asked.clear()
        place.look()

        assert (first, place.state()) == ("ORDERED", "ACTIVATED")
        assert there.asked == [("GET", f"{BASE}/orderevents/?since=e1")]
        there.serves = ()
        with pytest.raises(OnApiError, match="neither events nor orderevents"):
            place.look()


def test_nothing_that_is_said_of_a_customer_is_kept(place: Place, tmp_path: Path) -> None:
    """Neither externalNote nor message: they may tell of debts."""
    active(place)
    place.there.order("o2", "SUSPEND", subscriptionId="S-1")
    place.there.becomes("o2", "DONE_FAILED", message=DEBT)
    report = place.look()

    assert DEBT not in repr(report)
    files = [path.read_bytes() for path in tmp_path.glob("fetched.sqlite*")]
    assert files
    assert not any(b"Unpaid" in octets or b"Andersson" in octets for octets in files)
    told = [str(one) for one in place.inventory.subscriptions()]
    assert "Unpaid" not in "".join(told)


@pytest.mark.parametrize(
    "wrong",
    [
        {"operation": "EXPLODE"},
        {"state": "LOST"},
        {"accessId": "A/../1"},
        {"accessId": None, "subscriptionId": "S-77"},
        {"spReference": "x" * 10_000},
    ],
)
def test_an_order_that_cannot_be_used_is_left_out_and_told(
    place: Place, wrong: dict[str, Any]
) -> None:
    """The others are taken."""
    activate(place.there, 3, accessId="A-2", service="IPTV")
    activate(place.there)
    place.there.orders["o1"] |= wrong
    report = place.look()

    assert report.refused_count == 1
    assert "order 'o1'" in report.refused[0]
    assert (place.state("S-3"), place.state()) == ("ORDERED", None)


def test_a_server_that_fails_half_way_has_changed_nothing(place: Place) -> None:
    """The next look begins where this one did."""
    activate(place.there)
    activate(place.there, 2, service="IPTV")
    order = place.there.orders.pop("o2")
    place.there.orders["o2"] = {"operation": order}  # what is no order is left out
    place.there.orders["o1"], whole = [], place.there.orders["o1"]  # type: ignore[assignment]
    with pytest.raises(OnApiError, match="no"):
        place.look()
    assert place.state() is None
    place.there.orders |= {"o1": whole, "o2": order}
    place.look()

    assert (place.state(), place.state("S-2")) == ("ORDERED", "ORDERED")


@pytest.mark.long
@pytest.mark.parametrize("seed", range(3))
def test_orders_come_to_the_same_in_any_order_and_twice(
    place: Place, tmp_path: Path, seed: int
) -> None:
    """With every look that is lost in between: what was imported, but not noted, comes again."""
    chance = random.Random(seed)  # noqa: S311 - of a test
    there = place.there
    ids = []
    for number in range(10, 40):
        activate(there, number, accessId=chance.choice(["A-1", "A-2"]))
        ids.append(f"o{number}")
        there.becomes(f"o{number}", chance.choice(["DONE_SUCCESS", "DONE_FAILED", "IN_PROGRESS"]))
    place.look()
    wanted = place.held()
    for _ in range(2):
        chance.shuffle(ids)
        for begin in range(0, len(ids), 10):
            there.again(ids[begin : begin + 10])
            saved = _copied(tmp_path / "fetched.sqlite")
            place.look()
            if chance.random() < 0.5:  # killed after the import, before it was noted
                _restore(place, tmp_path / "fetched.sqlite", saved)
                place.look()
    assert place.held() == wanted


def _copied(path: Path) -> bytes:
    with sqlite3.connect(path) as connection:
        return connection.serialize()


def _restore(place: Place, path: Path, saved: bytes) -> None:
    place.file.close()
    for old in path.parent.glob("fetched.sqlite*"):
        old.unlink()
    path.write_bytes(saved)
    place.file = FetchedFile.open(path)


def test_orders_that_have_given_a_service_are_told_once_they_are_done(place: Place) -> None:
    """From when that was first seen, however often they are told again; no others are."""
    begun = place.there.at
    active(place)
    first = place.there.at
    activate(place.there, 2, service="IPTV")
    activate(place.there, 3, service="VOIP")
    place.there.becomes("o3", "DONE_FAILED")
    place.there.order("o4", "SUSPEND", subscriptionId="S-1")
    place.there.becomes("o4", "DONE_SUCCESS")
    place.look()
    place.there.order("o5", "CHANGE", subscriptionId="S-1", service="BB-1000")
    place.there.becomes("o5", "DONE_SUCCESS")
    place.look()
    second = place.there.at
    place.there.go_on(hours=1)
    place.there.again(["o1", "o2"])
    place.look()
    found = {one.order_id: one for one in place.file.done_orders(begun)}

    assert {key: one.done_at for key, one in found.items()} == {"o1": first, "o5": second}
    assert (found["o1"].source, found["o1"].provider) == ("elsewhere", "isp")
    assert (found["o5"].access_id, found["o5"].operation) == ("A-1", "CHANGE")
    assert [one.order_id for one in place.file.done_orders(second)] == ["o5"]


def test_it_is_known_when_orders_were_last_read(place: Place, tmp_path: Path) -> None:
    """Of the server that is longest behind, for the alert; of none where nobody follows any."""
    first = place.there.at
    place.there.go_on(hours=3)
    place.file.forget("nobody")
    before = orders_read_at(tmp_path / "fetched.sqlite")
    place.look()

    assert (before, orders_read_at(tmp_path / "fetched.sqlite")) == (first, place.there.at)
    assert orders_read_at(tmp_path / "missing.sqlite") is None
    place.file.forget("elsewhere")
    assert orders_read_at(tmp_path / "fetched.sqlite") is None


def test_the_gap_is_the_servers_own(place: Place) -> None:
    """Elsewhere events are kept for fourteen days."""
    place.there.go_on(days=10)
    assert not place.look(kept=timedelta(days=14)).whole
    place.there.go_on(days=15)
    assert place.look(kept=timedelta(days=14)).whole
