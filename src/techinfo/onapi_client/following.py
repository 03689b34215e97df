"""Follow the orders of a provider at another ON-API server, by what it says has changed.

``events`` since the last time (If-Modified-Since; 2.6.0/spec/events.md), else ``orderevents`` with
``since`` (2.6.0/spec/orderevents.md), which ON-API 2.7 removes. Where we stand is kept with the
rows, in one transaction; after a gap that is longer than events are kept everything is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from techinfo.errors import OnApiError
from techinfo.inventory import Guard, Inventory
from techinfo.inventory.shapes import shapes
from techinfo.onapi_client.fetching import FetchPlan, FetchReport, Taking, import_merged
from techinfo.onapi_client.merging import REMEMBERED, Merging, Spellings
from techinfo.onapi_client.orders import Orders, is_id
from techinfo.onapi_client.server import Server
from techinfo.onapi_client.store import POLLED, FetchedFile, FetchTransaction

_EVENTS, _ORDER_EVENTS = "events", "orderevents"
_OF_ORDERS = frozenset({"order", "orders"})
"""As the list of values has it, and as the example spells it (2.6.0/spec/events.md)."""


@dataclass(kw_only=True, slots=True)
class FollowReport(FetchReport):
    """What came of a look.

    Attributes:
        orders: Orders that were looked at.
        whole: Everything was read, and not only what has changed.
    """

    orders: int = 0
    whole: bool = False


@dataclass(slots=True)
class _News:
    """What a look has found: orders by id, and whether each is still there.

    Attributes:
        source: Which list told.
        cursor: Where to go on.
    """

    source: str
    cursor: str | None
    orders: dict[str, bool] = field(default_factory=dict)


def follow(
    server: Server,
    plan: FetchPlan,
    inventory: Inventory,
    file: FetchedFile,
    *,
    now: datetime,
    access_id_pattern: str,
    kept: timedelta = timedelta(hours=24),
    guard: Guard | None = None,
) -> FollowReport:
    """Look once for orders that have changed; one request, when there are none.

    Args:
        server: Who is asked; nothing is ever written there.
        plan: Whose orders they are.
        inventory: Where subscriptions go.
        file: Has what is known, and where we stand.
        now: The time, UTC.
        access_id_pattern: What an accessId looks like.
        kept: So long the server keeps events; after a longer gap everything is read.
        guard: What is too much of a change where everything is read; ``None``: nothing is.

    Raises:
        OnApiError: The server does not answer, or not with what can be used; nothing was changed.
        InventoryError: What came contradicts the inventory.
    """
    report = FollowReport()
    forms = shapes(access_id_pattern)
    with file.exchange(plan.name, now) as exchange:
        spellings = Spellings(forms, report.refuse)
        orders = Orders(
            server=server,
            exchange=exchange,
            spellings=spellings,
            refuse=report.refuse,
            provider=plan.provider,
            access_of=lambda key: _access_of(inventory, key),
            now=now,
        )
        polled = exchange.last_modified(POLLED)
        report.whole = polled is None or now - datetime.fromisoformat(polled) > kept
        news = _news(server, exchange, everything=report.whole)
        if report.whole:
            taking = Taking(server, plan, exchange, report, spellings)
            orders.changed = taking.subscriptions(guard)
            _take_unfinished(server, orders)
        else:
            for order, is_there in news.orders.items():
                (orders.ask if is_there else orders.cancelled)(order)
        orders.finish()
        report.orders = orders.count
        if orders.changed:
            merging = Merging(
                inventory=inventory,
                exchange=exchange,
                shapes=forms,
                provider=plan.provider,
                service_types=plan.service_types,
                refuse=report.refuse,
                now=now,
            )
            for access_id, service in orders.taken_over:
                merging.take_over(access_id, service)
            report.imported = import_merged(
                merging, {"subscriptions"}, inventory, guard=guard if report.whole else None
            )
            exchange.drop("subscriptions", now - REMEMBERED)
        exchange.drop("orders", now - REMEMBERED)
        exchange.note_list(news.source, news.cursor)
        exchange.note_list(POLLED, now.isoformat())
    return report


def _access_of(inventory: Inventory, subscription_id: str) -> str | None:
    found = inventory.subscription(subscription_id) if subscription_id else None
    return None if found is None else found.access_id


def _take_unfinished(server: Server, orders: Orders) -> None:
    """All orders that are not done, and how those are that were not and are listed no more."""
    listed = set()
    with server.listing("orders") as listing:
        for found in listing.objects if listing is not None else ():
            orders.take(found)
            listed.add(found.get("orderId"))
    for order_id in tuple(orders.open_ones()):
        if order_id not in listed:
            orders.ask(order_id)


def _news(server: Server, exchange: FetchTransaction, *, everything: bool) -> _News:
    """What has changed since the last look.

    Raises:
        OnApiError: The server serves no list that tells it.
    """
    since = exchange.last_modified(_ORDER_EVENTS)
    if everything or since is None:
        before = None if everything else exchange.last_modified(_EVENTS)
        with server.listing(_EVENTS, since=before, optional=True) as listing:
            if listing is not None:
                news = _News(_EVENTS, listing.last_modified or before)
                for kind, changed in _order_events(listing.objects):
                    news.orders[changed] = kind != "DELETE"
                return news
    query = {"since": since} if since and not everything else {}
    with server.listing(_ORDER_EVENTS, query=query, optional=True) as listing:
        if listing is None:
            raise OnApiError("serves neither events nor orderevents", url=_EVENTS)
        news = _News(_ORDER_EVENTS, since)
        for found in listing.objects:
            order, event = found.get("order"), found.get("event")
            path = order.get("path") if isinstance(order, dict) else None
            order_id = path.rpartition("/")[2] if isinstance(path, str) else None
            if isinstance(order_id, str) and is_id(order_id):
                news.orders[order_id] = True
            if isinstance(event, str) and is_id(event):
                news.cursor = event
        return news


def _order_events(events: Iterator[dict[str, object]]) -> Iterator[tuple[str, str]]:
    """Kind and order of the events that are about orders, the oldest first."""
    found = [
        (str(event.get("time")), str(event.get("type")), str(event.get("objectId")))
        for event in events
        if event.get("objectType") in _OF_ORDERS and is_id(event.get("objectId"))
    ]
    for _, kind, order_id in sorted(found, key=lambda one: one[0]):
        yield kind, order_id
