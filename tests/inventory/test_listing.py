"""Lists of an inventory: no page costs more than its rows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, event
from tests.inventory.conftest import NETWORK, Write

from techinfo.inventory import Inventory
from techinfo.inventory.listing import Listing, is_complete

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
SINCE = (0, NOW)
SUBSCRIBED = """
subscriptions:
- {subscription_id: S-1, access_id: A-1001, provider: isp, service: BB, service_type: bb}
offers:
- {access_id: A-1001, service: BB, connection: 2019-01-01}
"""


def listed(listing: Listing, provider: str | None) -> Iterable[Iterable[Any]]:
    """Every list and every list of changes."""
    subscriptions = listing.subscriptions
    yield listing.accesses()
    yield listing.accesses(0)
    yield listing.accesses(0, with_services=True)
    yield listing.offers()
    yield listing.offers(0)
    yield listing.accesses_without_offers(0)
    yield subscriptions(NOW, provider=provider)
    yield subscriptions(NOW, provider=provider, changed=SINCE)
    yield subscriptions(NOW, provider=provider, changed=SINCE, of_access=True)


@pytest.mark.parametrize("provider", ["isp", None])
def test_a_page_is_found_in_the_order_of_an_index(
    inventory: Inventory, write: Write, provider: str | None
) -> None:
    """SQLite's own plan: no search row by row; at most the rows of one access are sorted."""
    inventory.import_file(write("network.yaml", NETWORK + SUBSCRIBED))
    with inventory.database.read() as connection:
        engine = connection.engine
    plans: list[str] = []

    def explain(_c: Any, cursor: Any, sql: str, values: Any, _x: Any, _many: bool) -> None:
        plans.extend(row[3] for row in cursor.execute(f"EXPLAIN QUERY PLAN {sql}", values))

    event.listen(engine, "before_cursor_execute", explain)
    rows = [list(found) for found in listed(inventory.listing, provider)]
    events = list(inventory.events.between(None, NOW.replace(year=2999), provider=provider))

    assert isinstance(engine, Engine)
    assert [len(found) for found in rows] == [4, 4, 4, 1, 1, 0, 1, 1, 1]
    assert len(events) == 6
    assert plans
    sorts = {plan for plan in plans if "TEMP B-TREE" in plan}
    assert sorts <= {"USE TEMP B-TREE FOR RIGHT PART OF ORDER BY"}
    assert [plan for plan in plans if plan.startswith("SCAN") and "offers" not in plan] == []
    correlated = [plan for plan in plans if " other " in plan or " events USING INDEX" in plan]
    assert [plan for plan in correlated if "access_id=?" not in plan and "batch" not in plan] == []


def test_what_is_incomplete_is_found_as_it_is_checked(inventory: Inventory, write: Write) -> None:
    """The query and the check of a single access agree."""
    whole = (
        "state: CONNECTED, street_name: x, postal_code: '1', city: x, country_code: SE, "
        "premises_type: {}"
    )
    lines = [whole.format("PUBLIC"), whole.format("MDU_APARTMENT, mdu_distinguisher: left")]
    lacking = [whole.format("MDU_APARTMENT"), whole.format("PUBLIC").replace("city: x, ", "")]

    for lines_now in (lines, *([*lines, more] for more in lacking)):
        records = "".join(f"- {{access_id: A-{n}, {x}}}\n" for n, x in enumerate(lines_now))
        inventory.import_file(write("a.yaml", f"accesses:\n{records}"))
        wrong = [access for access in inventory.accesses() if not is_complete(access)]
        assert inventory.listing.incomplete_access() == (wrong[0] if wrong else None)
        assert len(wrong) == len(lines_now) - 2
