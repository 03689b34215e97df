"""What the orders at another ON-API server mean for the subscriptions that it lists.

An order says that something is to become so; that it has, the server's list of the access tells,
which is read when an order is done. So it does not matter in which order they come, or how often.
Of an order nothing is kept but what is named here: neither ``externalNote`` nor ``message``
(2.6.0/spec/orders.md), which may tell of a customer's debts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from techinfo.onapi_client.merging import Refuse, Spellings
from techinfo.onapi_client.server import Server
from techinfo.onapi_client.store import FetchTransaction, StoredObject

_OPEN = frozenset({"RECEIVED", "IN_PROGRESS"})
_CANCELLED = "CANCELLED"
_STATES = _OPEN | {"DONE_SUCCESS", "DONE_FAILED"}
_OPERATIONS = frozenset({"ACTIVATE", "DEACTIVATE", "SUSPEND", "RESUME", "MODIFY", "CHANGE"})
_TEXTS = ("accessId", "subscriptionId", "service", "spReference", "spSubscriptionId")
_ID = re.compile(r"[-0-9A-Za-z._~]{1,64}")
_MOST_OF_A_TEXT = 255


def is_id(found: object) -> bool:
    """Whether something is an id that may stand in a path."""
    return isinstance(found, str) and _ID.fullmatch(found) is not None


def keep_ordered(exchange: FetchTransaction) -> None:
    """What orders have given that are not done stays, though no list has it yet."""
    for order in tuple(exchange.all("orders")):
        given = order.fields.get("gave")
        stored = exchange.get("subscriptions", given) if given else None
        if order.fields["state"] in _OPEN and stored is not None and stored.gone is None:
            exchange.see("subscriptions", stored.key)


@dataclass(kw_only=True, slots=True)
class Orders:
    """Takes orders into the exchange.

    Attributes:
        server: Is asked for orders, and what an access has once one is done.
        exchange: What is known.
        spellings: Reads what is listed.
        refuse: Is called for whatever is left out.
        provider: Whose orders they are.
        access_of: The access of a subscription of the inventory; ``None``: nobody knows it.
        now: The time, UTC.
        count: Orders that were looked at.
        changed: Whether any subscription may be another than before.
        taken_over: Accesses and services that were taken from another provider.
    """

    server: Server
    exchange: FetchTransaction
    spellings: Spellings
    refuse: Refuse
    provider: str
    access_of: Callable[[str], str | None]
    now: datetime
    count: int = 0
    changed: bool = False
    taken_over: list[tuple[str, str]] = field(default_factory=list)
    _done: dict[str, set[str]] = field(default_factory=dict)
    _forced: dict[str, str] = field(default_factory=dict)

    def ask(self, order_id: str) -> None:
        """Ask how an order is, and take that in."""
        found = self.server.one("orders", order_id)
        if found is None:
            self.cancelled(order_id)
        else:
            self.take(found | {"orderId": order_id})

    def open_ones(self) -> Iterator[str]:
        """Orders that were not done when they were looked at last."""
        stored = tuple(self.exchange.all("orders"))
        yield from (order.key for order in stored if order.fields["state"] in _OPEN)

    def cancelled(self, order_id: str) -> None:
        """An order is no more: only one that is not begun can be deleted."""
        self.count += 1
        before = self.exchange.get("orders", order_id)
        if before is not None and before.fields["state"] in _OPEN:
            self._take_back(before.fields)
            self._keep(order_id, {**before.fields, "state": _CANCELLED, "gave": ""})

    def take(self, found: Mapping[str, Any]) -> None:
        """An order as the server tells it."""
        self.count += 1
        fields = self._read(found)
        if fields is None:
            return
        order_id = fields.pop("order_id")
        before = self.exchange.get("orders", order_id)
        known = before.fields if before is not None else {}
        was_done = known.get("state") == "DONE_SUCCESS"
        fields["gave"] = known.get("gave", "")
        if fields["operation"] == "ACTIVATE" and fields["state"] in _OPEN:
            self._give(fields)
        elif fields["state"] == "DONE_FAILED":
            self._take_back(fields)
            fields["gave"] = ""
        elif fields["state"] == "DONE_SUCCESS":
            told = known.get("done_at") or self.now.astimezone(UTC).isoformat()
            fields |= {"done_at": told, "provider": self.provider}
            self._note_done(fields, found.get("forcedTakeover") is True and not was_done)
        self._keep(order_id, fields)

    def finish(self) -> None:
        """Read what the accesses have now on which an order is done."""
        if not self._done:
            return
        held: dict[str, list[StoredObject]] = {}
        for stored in self.exchange.all("subscriptions"):
            if stored.gone is None and stored.fields["access_id"] in self._done:
                held.setdefault(stored.fields["access_id"], []).append(stored)
        waiting = {
            order.fields["gave"]
            for order in self.exchange.all("orders")
            if order.fields["state"] in _OPEN and order.fields.get("gave")
        }
        for access_id, ended in sorted(self._done.items()):
            self._refresh(access_id, held.get(access_id, []), ended, waiting)

    def _refresh(
        self, access_id: str, held: list[StoredObject], ended: set[str], waiting: set[str]
    ) -> None:
        told = self.server.one("subscriptions", access_id)
        listed: dict[str, str] = {}
        for one in self.spellings.of("subscriptions", told) if told is not None else ():
            if one.fields is None:
                self.exchange.see("subscriptions", one.key)
                listed[one.key] = ""
            else:
                self.exchange.put("subscriptions", one.key, one.fields)
                listed[one.key] = one.fields["service"]
            self.changed = True
        for stored in held:
            is_over = stored.key in ended or (told is not None and stored.key not in waiting)
            if stored.key not in listed and is_over:
                self._end(stored, is_deactivated=stored.key in ended)
        service = self._forced.get(access_id)
        if service is not None and service in listed.values():
            self.taken_over.append((access_id, service))
            self.changed = True

    def _end(self, stored: StoredObject, *, is_deactivated: bool) -> None:
        if is_deactivated:
            now = self.now.astimezone(UTC).isoformat(timespec="seconds")
            end = min(stored.fields.get("disconnection_date") or now, now)
            self.exchange.put(
                "subscriptions", stored.key, {**stored.fields, "disconnection_date": end}
            )
        self.exchange.leave("subscriptions", stored.key)
        self.changed = True

    def _read(self, found: Mapping[str, Any]) -> dict[str, str] | None:
        """The fields of an order that are kept; ``None``: it cannot be used."""
        order_id, operation, state = (found.get(x) for x in ("orderId", "operation", "state"))
        which = f"order {str(order_id)[:60]!r}"
        if not is_id(order_id) or operation not in _OPERATIONS or state not in _STATES:
            self.refuse(which, "is left out: its id, operation or state is none")
            return None
        texts = {name: found.get(name) for name in _TEXTS}
        if any(isinstance(x, str) and len(x) > _MOST_OF_A_TEXT for x in texts.values()):
            self.refuse(which, "is left out: a text is too long")
            return None
        fields = {name: x for name, x in texts.items() if isinstance(x, str) and x}
        subscription = fields.get("subscriptionId", "")
        stored = self.exchange.get("subscriptions", subscription) if subscription else None
        access_id = fields.get("accessId") or (
            stored.fields["access_id"] if stored else self.access_of(subscription)
        )
        if not is_id(access_id):
            self.refuse(which, "is left out: nobody knows on which access it is")
            return None
        names = {"order_id": order_id, "operation": operation, "state": state}
        return {**fields, **names, "access_id": str(access_id)}

    def _give(self, fields: dict[str, str]) -> None:
        """A subscription that is ordered, where there is none of its id yet."""
        subscription = fields.get("subscriptionId", "")
        if not subscription:
            return
        stored = self.exchange.get("subscriptions", subscription)
        is_own = fields["gave"] == subscription
        is_there = stored is not None and stored.gone is None
        if not is_own and (is_there or self.access_of(subscription) is not None):
            return
        told = {name: fields.get(name) for name in _TEXTS}
        told |= {"accessId": fields["access_id"], "operationalState": "ORDERED"}
        for one in self.spellings.of("subscriptions", told):
            if one.fields is not None:
                self.exchange.put("subscriptions", one.key, one.fields)
                fields["gave"] = one.key
                self.changed = True

    def _take_back(self, fields: Mapping[str, str]) -> None:
        """End what an ACTIVATE gave itself, and nothing that is more than ordered."""
        given = fields.get("gave")
        stored = self.exchange.get("subscriptions", given) if given else None
        if stored is not None and stored.fields.get("state") == "ORDERED":
            self.exchange.leave("subscriptions", stored.key)
            self.changed = True

    def _note_done(self, fields: Mapping[str, str], forced: bool) -> None:
        access_id = fields["access_id"]
        ended = self._done.setdefault(access_id, set())
        if fields["operation"] == "DEACTIVATE" and "subscriptionId" in fields:
            ended.add(fields["subscriptionId"])
        if fields["operation"] == "ACTIVATE" and forced and "service" in fields:
            self._forced[access_id] = fields["service"]

    def _keep(self, order_id: str, fields: Mapping[str, str]) -> None:
        self.exchange.put("orders", order_id, fields)
        if fields["state"] not in _OPEN:  # kept for a while, so that it is known again
            self.exchange.leave("orders", order_id)
