"""Orders that are done, read from the file of whoever follows them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from techinfo.cli.service.ordered import DoneOrders
from techinfo.onapi_client.store import FetchedFile

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
TOLD = {
    "state": "DONE_SUCCESS",
    "operation": "ACTIVATE",
    "provider": "isp",
    "access_id": "A-1",
    "subscriptionId": "S-1",
    "done_at": NOW.isoformat(),
}


def put(file: FetchedFile, order: str, **more: str) -> None:
    """As a look keeps it."""
    with file.exchange("there", NOW) as exchange:
        exchange.put("orders", order, TOLD | more)
        exchange.leave("orders", order)


def test_what_is_new_in_the_file_is_told(tmp_path: Path) -> None:
    """Nothing where nobody follows, and nothing twice while nobody has written."""
    path, since = tmp_path / "fetched.sqlite", NOW - timedelta(hours=24)
    with DoneOrders(path) as orders:
        assert orders.since(since) == ()
        with FetchedFile.open(path) as file:
            put(file, "o1")
            (first,) = orders.since(since)
            again = orders.since(since)
            put(file, "o2", operation="DEACTIVATE")
            put(file, "o3", state="DONE_FAILED")
            put(file, "o4", done_at=(NOW - timedelta(days=2)).isoformat())
            put(file, "o5", service="BB-100")
            later = orders.since(since)

    assert (first.order_id, first.due_at - first.done_at) == ("o1", timedelta(minutes=15))
    assert again == ()
    assert [(one.order_id, one.service) for one in later] == [("o1", ""), ("o5", "BB-100")]
