"""Who may see what of an access, as the contract has it."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import pytest
from tests.access.made_up import NOW
from tests.access.played import Clock, stocked, unchanging

from techinfo.access.rights import Right, right, runs, sees_traffic
from techinfo.access.viewer import Role, Viewer
from techinfo.errors import ForbiddenError
from techinfo.inventory import Access, Inventory

OPERATOR = Viewer(name="ops", role=Role.OPERATOR)
ENGINEER = Viewer(name="field", role=Role.ENGINEER)
A = Viewer(name="login-a", role=Role.PROVIDER, provider="isp-a")
B = Viewer(name="login-b", role=Role.PROVIDER, provider="isp-b")


class Of(Protocol):
    """The right of a viewer to access X, where these subscriptions are."""

    def __call__(self, viewer: Viewer, *rows: str, public: bool = False) -> tuple[Right, Inventory]:
        """It, and the inventory."""
        ...


def days(count: float) -> str:
    """A date so many days from now."""
    return (NOW + timedelta(days=count)).isoformat()


def subscribed(*rows: str) -> str:
    """Subscriptions in YAML; a row is ``access provider service_type`` and what else is told."""
    out = []
    for number, row in enumerate(rows):
        access, provider, service_type, *more = row.split(" ", 3)
        told = f", {more[0]}" if more else ""
        out.append(
            f"  - {{subscription_id: S-{number}, access_id: {access}, provider: {provider},"
            f" service: x, service_type: {service_type}{told}}}\n"
        )
    return "subscriptions:\n" + "".join(out) if out else ""


@pytest.fixture
def of() -> Of:
    """The right of a viewer, where these subscriptions are."""

    def found(viewer: Viewer, *rows: str, public: bool = False) -> tuple[Right, Inventory]:
        inventory = unchanging(
            "elements: [{name: sw, address: 192.0.2.3}]\n"
            "accesses:\n  - {access_id: X, element: sw, port: ge1}\n"
            "  - {access_id: Y, element: sw, port: ge1}\n" + subscribed(*rows),
        )
        access = inventory.access("X")
        assert access
        return right(viewer, access, inventory, NOW, public=public), inventory

    return found


@pytest.mark.parametrize("viewer", [OPERATOR, ENGINEER])
def test_the_operators_people_see_everything(of: Of, viewer: Viewer) -> None:
    """Whoever subscribes."""
    found, inventory = of(viewer, "X isp-a bb")

    assert (found.full_access, found.may_see_rows) == (True, True)
    assert found.access == inventory.access("X")
    assert (found.at, found.asked_at) == (NOW, NOW)
    assert found.holds(None, None)
    assert found.holds(7, "iptv")
    assert sees_traffic(found, (), inventory)


@pytest.mark.parametrize(
    "rows",
    [
        (),
        ("X isp-b bb",),
        ("Y isp-a bb",),
        (f"X isp-a bb disconnection_date: {days(-15)}",),
        (f"X isp-a bb disconnection_date: {days(-14)}",),
        (f"X isp-a bb state: ORDERED, disconnection_date: {days(-1)}",),
    ],
)
def test_without_a_subscription_nothing_is_seen(of: Of, rows: tuple[str, ...]) -> None:
    """Nor with another's, one on another access, or one that ended long ago."""
    with pytest.raises(ForbiddenError, match="the inventory is of 2"):
        of(A, *rows)


@pytest.mark.parametrize(
    ("row", "rows"),
    [
        ("X isp-a bb", True),
        ("X isp-a bb state: SUSPENDED", True),
        (f"X isp-a bb connection_date: {days(-1)}", True),
        (f"X isp-a bb disconnection_date: {days(1)}", True),
        ("X isp-a bb state: ORDERED", False),
        (f"X isp-a bb connection_date: {days(1)}", False),
    ],
)
def test_an_order_is_a_right_without_rows(of: Of, row: str, rows: bool) -> None:
    """Rows are shown while the subscription runs."""
    found, _ = of(A, row, "X isp-b iptv")

    assert found.may_see_rows is rows
    assert found.holds(100, "bb") is rows
    assert found.until is None


def test_after_the_end_facts_up_to_it_are_seen(of: Of) -> None:
    """For 14 days; what has begun since is not theirs."""
    end = NOW - timedelta(days=3)
    found, _ = of(
        A,
        f"X isp-a bb disconnection_date: {end.isoformat()}",
        f"X isp-b bb connection_date: {end.isoformat()}",
    )

    assert found.until == end
    assert found.may_see_rows
    assert found.holds(100, "bb")


def test_a_vacant_access_shows_its_port_where_that_is_allowed(of: Of) -> None:
    """To everybody, and only while nobody subscribes."""
    found, _ = of(A, f"X isp-b bb disconnection_date: {days(-2)}", public=True)
    assert not found.may_see_rows

    with pytest.raises(ForbiddenError):
        of(A, "X isp-b bb", public=True)


@pytest.mark.parametrize(
    ("rows", "vlan", "service_type", "a_holds", "b_holds"),
    [
        (("X isp-a bb", "X isp-b iptv"), 100, "bb", True, False),
        (("X isp-a bb", "X isp-b iptv"), 200, "iptv", False, True),
        # Nobody holds voip here; an unknown VLAN is of who holds all.
        (("X isp-a bb", "X isp-b iptv"), 300, "voip", False, False),
        (("X isp-a bb", "X isp-b iptv"), 999, None, False, False),
        (("X isp-a bb", "X isp-b iptv"), None, None, False, False),
        (("X isp-a bb", "X isp-a iptv"), 999, None, True, None),
        (("X isp-a bb",), None, None, True, None),
        (("X isp-a bb", "X isp-b iptv vlan: 5"), None, None, False, False),
        # Both have broadband: only their VLANs tell.
        (("X isp-a bb", "X isp-b bb"), 100, "bb", False, False),
        (("X isp-a bb vlan: 100", "X isp-b bb vlan: 101"), 100, "bb", True, False),
        (("X isp-a bb vlan: 100", "X isp-b bb vlan: 101"), 101, "bb", False, True),
        (("X isp-a bb vlan: 100", "X isp-b iptv"), 100, None, True, False),
        (("X isp-a bb vlan: 100", "X isp-b iptv"), 102, "bb", False, False),
        (("X isp-a bb vlan: 100", "X isp-b bb"), 102, "bb", False, False),
    ],
)
def test_a_row_is_of_who_holds_its_service(
    of: Of,
    rows: tuple[str, ...],
    vlan: int | None,
    service_type: str | None,
    a_holds: bool,
    b_holds: bool | None,
) -> None:
    """By the VLAN of a subscription, else by what the VLAN carries; in doubt of nobody."""
    assert of(A, *rows)[0].holds(vlan, service_type) is a_holds
    if b_holds is not None:
        assert of(B, *rows)[0].holds(vlan, service_type) is b_holds


@pytest.mark.parametrize(
    ("rows", "a_sees", "b_sees"),
    [
        (("X isp-a bb", "X isp-b iptv"), True, False),
        (("X isp-a iptv", "X isp-b voip"), False, False),
        (("X isp-a bb", "X isp-b bb"), False, False),
        (("X isp-a iptv", "Y isp-b bb"), False, None),
        (("X isp-a bb", "Y isp-b bb"), False, None),
        (("X isp-a bb", "Y isp-b iptv"), True, None),
        (("X isp-a iptv",), True, None),
    ],
)
def test_traffic_of_a_shared_port_is_its_broadbands(
    of: Of,
    rows: tuple[str, ...],
    a_sees: bool,
    b_sees: bool | None,
) -> None:
    """Where there is one holder of broadband; alone on a port one sees it anyway."""
    neighbour = (Access(access_id="Y"),)

    assert sees_traffic(of(A, *rows)[0], neighbour, of(A, *rows)[1]) is a_sees
    if b_sees is not None:
        assert sees_traffic(of(B, *rows)[0], neighbour, of(B, *rows)[1]) is b_sees


def test_rows_begin_with_the_subscription_of_their_service(of: Of) -> None:
    """The latest change bounds what is read, each subscription its own rows."""
    since: datetime = NOW - timedelta(days=9)
    found, _ = of(
        A,
        f"X isp-a bb connection_date: {since.isoformat()}",
        f"X isp-a iptv connection_date: {days(-2)}",
    )

    assert found.since == NOW - timedelta(days=2)
    assert found.began(100, "bb") == since
    assert found.began(200, "iptv") == NOW - timedelta(days=2)
    assert found.began(None, None) == since


def test_what_was_read_before_anybody_came_or_went_is_not_shown(of: Of) -> None:
    """Another's end may make one the only holder; older rows of unknown VLANs were nobody's."""
    end = NOW - timedelta(days=3)
    found, _ = of(A, "X isp-a bb", f"X isp-b iptv disconnection_date: {end.isoformat()}")

    assert found.since == end
    assert found.holds(None, None)


@pytest.mark.parametrize(
    ("row", "at", "is_running"),
    [
        ("", 0.0, True),
        ("state: SUSPENDED", 0.0, True),
        ("state: ORDERED", 0.0, False),
        (f"connection_date: {days(0)}", 0.0, True),
        (f"connection_date: {days(0)}", -1e-9, False),
        (f"disconnection_date: {days(0)}", 0.0, False),
        (f"disconnection_date: {days(0)}", -1e-9, True),
        (f"connection_date: {days(-1)}, disconnection_date: {days(1)}", 0.0, True),
        (f"state: ORDERED, connection_date: {days(-1)}", 0.0, False),
    ],
)
def test_a_subscription_runs_from_its_first_moment_to_before_its_last(
    of: Of, row: str, at: float, is_running: bool
) -> None:
    """Both are exact."""
    _, inventory = of(OPERATOR, f"X isp-a bb {row}".strip())
    (subscription,) = inventory.subscriptions_on("X")

    assert runs(subscription, NOW + timedelta(days=at)) is is_running


def test_what_ends_now_has_ended_and_what_begins_now_has_begun(of: Of) -> None:
    """The last moment of one is the first of the other."""
    rows = (f"X isp-a bb disconnection_date: {days(0)}", f"X isp-b bb connection_date: {days(0)}")
    before, _ = of(A, *rows)
    after, _ = of(B, *rows)

    assert (before.until, before.since, before.may_see_rows) == (NOW, None, True)
    assert before.at == NOW - timedelta(microseconds=1)
    assert before.holds(100, "bb")
    assert (after.until, after.since, after.may_see_rows) == (None, NOW, True)
    assert (after.at, after.asked_at) == (NOW, NOW)
    assert after.holds(100, "bb")


def test_a_right_ends_to_the_moment_14_days_after(of: Of) -> None:
    """The last end counts; whoever still has one is not limited by it."""
    soon = NOW - timedelta(days=14) + timedelta(microseconds=1)
    ends = (f"X isp-a bb disconnection_date: '{soon.isoformat()}'",)

    assert of(A, *ends)[0].until == soon
    assert of(A, *ends, f"X isp-a iptv disconnection_date: {days(-2)}")[0].until == NOW - timedelta(
        days=2
    )
    assert of(A, *ends, "X isp-a voip")[0].until is None


@pytest.mark.parametrize(
    ("row", "ordered"),
    [
        (f"X isp-a bb state: ORDERED, disconnection_date: {days(1)}", True),
        (f"X isp-a bb state: ORDERED, disconnection_date: {days(0)}", False),
        (f"X isp-a bb connection_date: {days(1)}, disconnection_date: {days(2)}", True),
    ],
)
def test_an_order_is_one_until_it_is_called_off(of: Of, row: str, ordered: bool) -> None:
    """To the moment."""
    if ordered:
        assert not of(A, row)[0].may_see_rows
    else:
        with pytest.raises(ForbiddenError):
            of(A, row)


def test_a_new_order_of_a_former_holder_is_about_now(of: Of) -> None:
    """Not about the time before its end."""
    found, _ = of(A, f"X isp-a bb disconnection_date: {days(-2)}", "X isp-a iptv state: ORDERED")

    assert (found.until, found.at, found.may_see_rows) == (None, NOW, False)
    assert not found.holds(None, None)
    assert found.began(None, None) is None


@pytest.mark.parametrize(
    ("rows", "public", "seen"),
    [
        ((), True, True),
        ((), False, False),
        (("X isp-b bb state: ORDERED",), True, True),
        ((f"X isp-b bb connection_date: {days(1)}",), True, True),
        (("X isp-b bb",), True, False),
        (("Y isp-b bb",), True, True),
    ],
)
def test_an_access_is_vacant_while_nothing_runs_on_it(
    of: Of, rows: tuple[str, ...], public: bool, seen: bool
) -> None:
    """An order of another does not take it."""
    if not seen:
        with pytest.raises(ForbiddenError):
            of(A, *rows, public=public)
        return
    found, _ = of(A, *rows, public=public)

    assert (found.may_see_rows, found.until, found.at) == (False, None, NOW)


def test_who_has_no_rows_holds_none_whatever_runs(of: Of) -> None:
    """The operator's people all, and since ever."""
    found, _ = of(A, "X isp-a bb")

    assert not replace(found, may_see_rows=False).holds(100, "bb")
    assert not replace(found, may_see_rows=False).owns(100, "bb", None)
    whole, _ = of(OPERATOR, f"X isp-a bb connection_date: {days(-1)}")
    assert whole.asked_at == NOW
    assert whole.began(100, "bb") is None
    assert whole.owns(100, "bb", NOW - timedelta(days=9))


@pytest.mark.parametrize(
    ("rows", "vlan", "service_type", "began"),
    [
        # Of its VLAN, else of its service, else of whatever began first.
        ((f"vlan: 5, connection_date: {days(-1)}", f"connection_date: {days(-3)}"), 5, "bb", -1),
        ((f"vlan: 5, connection_date: {days(-1)}", f"connection_date: {days(-3)}"), 6, "iptv", -3),
        ((f"vlan: 5, connection_date: {days(-3)}", f"connection_date: {days(-1)}"), None, None, -3),
        ((f"connection_date: {days(-3)}", f"vlan: 5, connection_date: {days(-1)}"), 5, "bb", -1),
        ((f"connection_date: {days(-3)}", f"connection_date: {days(-1)}"), 7, "iptv", -1),
        ((f"connection_date: {days(-3)}", f"connection_date: {days(-1)}"), 7, None, -3),
        ((f"connection_date: {days(-3)}", ""), 7, None, None),
        ((f"connection_date: {days(-3)}", ""), 7, "bb", -3),
    ],
)
def test_a_row_begins_with_the_subscription_that_it_is_of(
    of: Of, rows: tuple[str, str], vlan: int | None, service_type: str | None, began: int | None
) -> None:
    """A row of no subscription in particular with the first; of which nobody has said, ever."""
    found, _ = of(A, f"X isp-a bb {rows[0]}".strip(), f"X isp-a iptv {rows[1]}".strip())

    wanted = None if began is None else NOW + timedelta(days=began)
    assert found.began(vlan, service_type) == wanted


@pytest.mark.parametrize(
    ("ended", "vlan", "service_type", "bounded"),
    [
        ("isp-b bb", 100, "bb", True),
        ("isp-b bb", None, None, True),
        ("isp-b iptv", 100, "bb", False),
        ("isp-b iptv", 100, None, True),
        ("isp-b iptv", None, None, True),
        ("isp-b iptv vlan: 100", 100, "bb", True),
        ("isp-b bb vlan: 101", 100, "bb", False),
        ("isp-b bb vlan: 101", None, "bb", True),
        ("isp-b iptv vlan: 101", 999, None, True),
        ("isp-a bb", 100, "bb", False),
        ("isp-b bb state: ORDERED", 100, "bb", False),
    ],
)
def test_rows_that_could_have_been_anothers_begin_after_its_end(
    of: Of, ended: str, vlan: int | None, service_type: str | None, bounded: bool
) -> None:
    """While both had it, nobody knew whose they were."""
    more = ", " if ": " in ended else " "
    end = NOW - timedelta(days=2)
    found, _ = of(
        A,
        f"X isp-a bb connection_date: {days(-9)}",
        f"X {ended}{more}disconnection_date: {end.isoformat()}",
        f"X isp-b voip disconnection_date: {days(3)}",
    )

    assert found.began(vlan, service_type) == (end if bounded else NOW - timedelta(days=9))


def test_what_others_have_begun_is_no_beginning_of_ones_own(of: Of) -> None:
    """Each has its own dates."""
    found, _ = of(
        A, f"X isp-a bb connection_date: {days(-3)}", f"X isp-b iptv connection_date: {days(-1)}"
    )

    assert found.began(200, "iptv") == found.began(None, None) == NOW - timedelta(days=3)


def test_a_row_of_which_only_the_vlan_is_known_could_have_been_of_any_service(of: Of) -> None:
    """Of another's, too, whose subscription told no VLAN."""
    end = NOW - timedelta(days=2)
    found, _ = of(A, "X isp-a bb vlan: 5", f"X isp-b iptv disconnection_date: {end.isoformat()}")

    assert found.began(5, None) == end
    assert found.began(5, "bb") is None


def test_what_ends_after_an_end_does_not_bound_what_was_before(of: Of) -> None:
    """What is seen after an end is seen as it was then."""
    found, _ = of(
        A,
        f"X isp-a bb connection_date: {days(-9)}, disconnection_date: {days(-3)}",
        f"X isp-b bb disconnection_date: {days(-2)}",
        f"X isp-c bb disconnection_date: {days(-5)}",
    )

    assert found.began(100, "bb") == NOW - timedelta(days=5)
    assert found.since == NOW - timedelta(days=5)
    assert not found.holds(100, "bb")


@pytest.mark.parametrize(
    ("rows", "change"),
    [
        (("isp-a bb",), None),
        ((f"isp-a bb connection_date: {days(-1)}",), None),
        ((f"isp-a bb connection_date: {days(0)}",), None),
        (("isp-a bb", f"isp-b bb connection_date: {days(2)}"), 2),
        (("isp-a bb", f"isp-b bb disconnection_date: {days(3)}"), 3),
        (("isp-a bb", f"isp-b bb disconnection_date: {days(-1)}"), 13),
        (("isp-a bb", f"isp-b bb disconnection_date: {days(-14)}"), None),
        (
            (
                f"isp-a bb disconnection_date: {days(4)}",
                f"isp-b bb disconnection_date: {days(3)}",
            ),
            3,
        ),
    ],
)
def test_a_right_says_when_it_may_be_another(
    of: Of, rows: tuple[str, ...], change: float | None
) -> None:
    """By anybody's dates, and the 14 days after an end."""
    found, _ = of(A, *(f"X {row}" for row in rows))

    assert found.next_change == (None if change is None else NOW + timedelta(days=change))


def test_changes_of_others_on_the_port_do_not_bound_what_is_read(of: Of) -> None:
    """Nor an order, nor what is to come."""
    found, _ = of(
        A,
        "X isp-a bb",
        f"Y isp-b bb connection_date: {days(-1)}",
        f"X isp-b bb state: ORDERED, connection_date: {days(-1)}",
        f"X isp-b iptv connection_date: {days(1)}",
    )

    assert found.since is None


def test_without_an_inventory_the_refusal_says_so() -> None:
    """There is nothing yet that could be outdated."""
    with (
        Inventory.in_memory() as inventory,
        pytest.raises(ForbiddenError, match=r"the inventory has never been imported$"),
    ):
        right(A, Access(access_id="X"), inventory, NOW)


def test_a_refusal_tells_the_time_of_the_inventory_in_utc(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever the service runs."""
    inventory = stocked(tmp_path, "accesses: [{access_id: X}]\n", Clock())
    access = inventory.access("X")
    assert access
    try:
        with monkeypatch.context() as elsewhere:
            elsewhere.setenv("TZ", "Asia/Tokyo")
            time.tzset()
            with pytest.raises(ForbiddenError, match=r"is of 2026-11-21T10:00:00Z$"):
                right(A, access, inventory, NOW)
    finally:
        time.tzset()


def test_a_right_is_no_longer_the_same_when_anything_of_it_has_changed(of: Of) -> None:
    """Other ids of subscriptions are no change."""
    found, _ = of(A, "X isp-a bb")
    renumbered = tuple(replace(s, subscription_id="other") for s in found.running)

    assert replace(found, running=renumbered, at=NOW, next_change=NOW).still(found)
    for other in (
        replace(found, access=replace(found.access, port="ge2")),
        replace(found, may_see_rows=False),
        replace(found, since=NOW),
        replace(found, until=NOW),
    ):
        assert not other.still(found)


@pytest.mark.parametrize(
    ("rows", "sees"),
    [
        (("X isp-a bb", f"Y isp-b bb disconnection_date: {days(-1)}"), True),
        ((f"X isp-a bb disconnection_date: {days(-2)}", "Y isp-b iptv"), True),
        ((f"X isp-a iptv disconnection_date: {days(-2)}", "Y isp-b iptv"), False),
        (
            (
                f"X isp-a iptv disconnection_date: {days(-2)}",
                f"Y isp-b bb connection_date: {days(-1)}",
            ),
            True,
        ),
        (("X isp-b iptv", "X isp-a bb state: ORDERED"), False),
    ],
)
def test_traffic_is_judged_by_what_runs_beside_at_the_time(
    of: Of, rows: tuple[str, ...], sees: bool
) -> None:
    """Of an ended subscription at its end."""
    found, inventory = of(A, *rows)

    assert sees_traffic(found, (Access(access_id="Y"),), inventory) is sees
