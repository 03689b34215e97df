"""Who may see what of an access, as the contract has it."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import pytest
from tests.service.made_up import NOW
from tests.service.played import stocked

from techinfo.errors import ForbiddenError
from techinfo.inventory import Access, Inventory
from techinfo.service.rights import Right, right, sees_traffic
from techinfo.service.viewer import Role, Viewer

OPERATOR = Viewer(name="ops", role=Role.OPERATOR)
ENGINEER = Viewer(name="field", role=Role.ENGINEER)
A = Viewer(name="login-a", role=Role.PROVIDER, provider="isp-a")
B = Viewer(name="login-b", role=Role.PROVIDER, provider="isp-b")


class Of(Protocol):
    """The right of a viewer to access X, where these subscriptions are."""

    def __call__(self, viewer: Viewer, *rows: str, vacant: bool = False) -> tuple[Right, Inventory]:
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
def of(tmp_path: Path) -> Of:
    """The right of a viewer, where these subscriptions are."""

    def found(viewer: Viewer, *rows: str, vacant: bool = False) -> tuple[Right, Inventory]:
        inventory = stocked(
            tmp_path,
            "elements: [{name: sw, address: 192.0.2.3}]\n"
            "accesses:\n  - {access_id: X, element: sw, port: ge1}\n"
            "  - {access_id: Y, element: sw, port: ge1}\n" + subscribed(*rows),
        )
        access = inventory.access("X")
        assert access
        return right(viewer, access, inventory, NOW, vacant=vacant), inventory

    return found


@pytest.mark.parametrize("viewer", [OPERATOR, ENGINEER])
def test_the_operators_people_see_everything(of: Of, viewer: Viewer) -> None:
    """Whoever subscribes."""
    found, inventory = of(viewer, "X isp-a bb")

    assert found.whole
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

    assert found.rows is rows
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
    assert found.rows
    assert found.holds(100, "bb")


def test_a_vacant_access_shows_its_port_where_that_is_allowed(of: Of) -> None:
    """To everybody, and only while nobody subscribes."""
    found, _ = of(A, f"X isp-b bb disconnection_date: {days(-2)}", vacant=True)
    assert not found.rows

    with pytest.raises(ForbiddenError):
        of(A, "X isp-b bb", vacant=True)


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
