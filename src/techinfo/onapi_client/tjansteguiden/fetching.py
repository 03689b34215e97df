"""One look at the orders in Tjänsteguiden: who has ordered what, and since when they hold it.

An order is in the status new, received, active, waiting, cancelled or delivered (its «set_status»).
One that is delivered makes its provider the holder from the day of its delivery on; one that is
cancelled gives nothing; any other is a service that is ordered. The portal tells no end: a later
delivery of the same kind on the access ends an earlier one, and so does a record of the inventory.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from techinfo.inventory import Guard, Inventory
from techinfo.inventory.shapes import shapes
from techinfo.onapi_client.fetching import FetchReport, check_ended, import_merged
from techinfo.onapi_client.merging import REMEMBERED, Merging, Spellings, type_of
from techinfo.onapi_client.store import FetchedFile, FetchTransaction, StoredObject
from techinfo.onapi_client.tjansteguiden.portal import Portal

SOURCE = "Tjänsteguiden"
"""What it is called among what was fetched; no server of ``[onapi]`` can have the name."""
_THERE = ZoneInfo("Europe/Stockholm")
_OPEN = frozenset({"new", "received", "active", "waiting"})
_STATES = dict.fromkeys(_OPEN, "IN_PROGRESS") | {
    "delivered": "DONE_SUCCESS",
    "cancelled": "CANCELLED",
}
"""As orders at another ON-API server are kept, so that what looks at those finds these."""
_ORDER = "order"
"""The one type that is documented."""
_NUMBER = re.compile(r"[0-9]{1,20}")
_SERVICE = re.compile(r"[-0-9A-Za-z._]{1,64}")
_SOCKETS = "sockets"
"""Number of an order -> its socket: also of one that is on no access that is known here yet."""
_MOST_ASKED = 1000
"""Orders whose socket is asked for in one look."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PortalPlan:
    """What is fetched, and how it is spelt there.

    Attributes:
        providers: The portal's number of a provider -> the provider here.
        services: The portal's number of a service -> its name here.
        service_types: Beginning of a service's name -> what its VLAN carries.
        prefix: In front of an order's number: the subscriptionId.
        days: So far back orders are asked for.
    """

    providers: Mapping[str, str]
    services: Mapping[str, str]
    service_types: Mapping[str, str]
    prefix: str = "TG-"
    days: int = 90


def fetch_orders(
    portal: Portal,
    plan: PortalPlan,
    inventory: Inventory,
    file: FetchedFile,
    *,
    now: datetime,
    access_id_pattern: str,
    dry_run: bool = False,
    guard: Guard | None = None,
) -> FetchReport:
    """Take over the orders of the last days; one request, when there are no new ones.

    Args:
        portal: Who is asked; nothing is ever written there.
        plan: How providers and services are called there.
        inventory: Where subscriptions go.
        file: Has what is known.
        now: The time, UTC.
        access_id_pattern: What an accessId looks like.
        dry_run: Find out what would happen, and keep nothing.
        guard: What is too much of a change; ``None``: nothing is.

    Raises:
        OnApiError: The portal does not answer, or not with what can be used; nothing was changed.
        InventoryError: Too much would change, or what came contradicts the inventory.
    """
    report = FetchReport()
    forms = shapes(access_id_pattern)
    since = (now - timedelta(days=plan.days)).astimezone(_THERE).date()
    told = portal.orders(since)
    sockets = _sockets(portal, plan, file, told, now)
    report.told |= {"orders": len(told), "order_info": len(sockets)}
    with file.exchange(SOURCE, now) as exchange:
        before = _held(exchange)
        spellings = Spellings(forms, report.refuse)
        taking = _Taking(plan, inventory, exchange, spellings, report, sockets, now)
        taking.all(told, guard)
        after = _held(exchange)
        lost = (key for key in after if inventory.subscription(key) is None)
        if before != after or any(lost):
            merging = Merging(
                inventory=inventory,
                exchange=exchange,
                shapes=forms,
                provider="",
                service_types=plan.service_types,
                refuse=report.refuse,
                now=now,
            )
            report.imported = import_merged(
                merging, {"subscriptions"}, inventory, dry_run=dry_run, guard=guard
            )
        exchange.drop("subscriptions", now - REMEMBERED)
        exchange.drop("orders", now - REMEMBERED)
        exchange.end(_SOCKETS)
        exchange.drop(_SOCKETS, now - REMEMBERED)
        if dry_run:
            exchange.undo()
    return report


def _sockets(
    portal: Portal,
    plan: PortalPlan,
    file: FetchedFile,
    told: Iterable[Mapping[str, str]],
    now: datetime,
) -> dict[str, set[str]]:
    """What is told of orders that may be taken and whose socket nobody has said yet.

    It is asked before anything is written: others wait for a file that is being written to.
    """
    with file.exchange(SOURCE, now) as exchange:
        known = {one.key for one in exchange.all(_SOCKETS)}
    sockets: dict[str, set[str]] = {}
    for one in told:
        number = one.get("id", "")
        is_known = number in known or number in sockets or "socket" in one
        if is_known or not _NUMBER.fullmatch(number) or _wrong(one, plan):
            continue
        if _STATES[one["status"]] == "CANCELLED" or len(sockets) == _MOST_ASKED:
            continue
        sockets[number] = portal.sockets(number)
    return sockets


def _wrong(told: Mapping[str, str], plan: PortalPlan) -> str:
    """Why an order cannot be used; none of its texts but numbers, which may tell of people."""
    if told.get("type") != _ORDER:
        return "it is of a type that is not known"
    if told.get("status") not in _STATES:
        return "it has a status that is not known"
    if told.get("xsp") not in plan.providers:
        xsp = told.get("xsp", "")
        which = f"provider {xsp}" if _NUMBER.fullmatch(xsp) else "its provider"
        return f"{which} is in no table of providers"
    if not _SERVICE.fullmatch(_service(told, plan)):
        return "its service is none"
    return ""


def _service(told: Mapping[str, str], plan: PortalPlan) -> str:
    number = told.get("service", "")
    return plan.services.get(number) or told.get("service_uid") or number


def _held(exchange: FetchTransaction) -> dict[str, Mapping[str, str]]:
    return {one.key: one.fields for one in exchange.all("subscriptions") if one.gone is None}


@dataclass(slots=True)
class _Taking:
    """Takes orders into the exchange.

    Attributes:
        sockets: Number of an order -> the sockets that it names, where that was asked.
    """

    plan: PortalPlan
    inventory: Inventory
    exchange: FetchTransaction
    spellings: Spellings
    report: FetchReport
    sockets: Mapping[str, set[str]]
    now: datetime
    _listed: set[str] = field(default_factory=set)

    def all(self, told: Iterable[Mapping[str, str]], guard: Guard | None) -> None:
        """All orders that are listed; one that is not, and was not done, gives nothing more."""
        for each in told:
            self._take(each)
        stored = tuple(self.exchange.all("orders"))
        open_ones = [one for one in stored if one.fields["state"] == "IN_PROGRESS"]
        gone = [one for one in open_ones if one.key not in self._listed]
        for one in gone:
            self._take_back(one.key)
            self._keep(one.key, {**one.fields, "state": "CANCELLED"})
        self.report.ended = len(gone)
        check_ended("orders", len(gone), len(open_ones), guard, SOURCE)
        self._end_earlier()

    def _take(self, told: Mapping[str, str]) -> None:
        number = told.get("id", "")
        if not _NUMBER.fullmatch(number):
            self.report.refuse("an order", "is left out: it has no number")
            return
        self._listed.add(number)
        stored = self.exchange.get("orders", number)
        known = stored.fields if stored is not None else {}
        why = _wrong(told, self.plan)
        if why:
            self.report.refuse(f"order {number}", f"is left out: {why}")
            return
        state = _STATES[told["status"]]
        if state == "CANCELLED":
            self._take_back(number)
            if known:
                self._keep(number, {**known, "state": state})
            return
        access_id = self._placed(number, told)
        if access_id is None:
            return
        fields = {
            "operation": "ACTIVATE",
            "state": state,
            "provider": self.plan.providers[told["xsp"]],
            "service": _service(told, self.plan),
            "access_id": access_id,
            "subscriptionId": f"{self.plan.prefix}{number}",
        }
        if state == "DONE_SUCCESS":
            fields["since"] = self._since(told, known)
            if done_at := self._done_at(known):
                fields["done_at"] = done_at
        self._give(number, fields)
        self._keep(number, fields)

    def _placed(self, number: str, told: Mapping[str, str]) -> str | None:
        """On which access an order is, by its socket; ``None``: that is not known."""
        kept = self.exchange.get(_SOCKETS, number)
        socket = kept.fields["socket"] if kept is not None else told.get("socket", "")
        if not socket:
            sockets = self.sockets.get(number)
            if sockets is None:
                self.report.refuse(f"order {number}", "is asked for the next time")
                return None
            if len(sockets) != 1:
                self.report.refuse(f"order {number}", "is left out: it names not one socket")
                return None
            (socket,) = sockets
        self.exchange.put(_SOCKETS, number, {"socket": socket})
        access = self.inventory.access(socket) or self.inventory.listing.at_outlet(socket)
        if access is None:
            self.report.refuse(f"order {number}", "is left out: nobody knows its socket here")
            return None
        return access.access_id

    def _since(self, told: Mapping[str, str], known: Mapping[str, str]) -> str:
        """Since when a delivered order's provider holds the service: a whole day there.

        Where no day is told («asap»): since it was first seen to be delivered.
        """
        try:
            day = date.fromisoformat(told.get("delivery", "")[:10])
            return datetime.combine(day, time(), _THERE).astimezone(UTC).isoformat()
        except (ValueError, OverflowError):  # the first day of all years is none of UTC's
            return known.get("since") or self.now.astimezone(UTC).isoformat(timespec="seconds")

    def _done_at(self, known: Mapping[str, str]) -> str:
        """When it was first seen done; empty: it has been so since before anybody looked."""
        if known.get("state") == "IN_PROGRESS":
            return self.now.astimezone(UTC).isoformat()
        return known.get("done_at", "")

    def _give(self, number: str, fields: Mapping[str, str]) -> None:
        """A subscription, unless the inventory's own records tell of it."""
        begins = fields.get("since") or self.now.isoformat()
        if self._is_recorded(fields, datetime.fromisoformat(begins)):
            self._take_back(number)
            return
        is_done = fields["state"] == "DONE_SUCCESS"
        told = {
            "subscriptionId": fields["subscriptionId"],
            "accessId": fields["access_id"],
            "service": fields["service"],
            "operationalState": "ACTIVATED" if is_done else "ORDERED",
            "connectionDate": fields.get("since"),
        }
        for one in self.spellings.of("subscriptions", told):
            if one.fields is not None:
                whose = {**one.fields, "provider": fields["provider"]}
                self.exchange.put("subscriptions", one.key, whose)

    def _is_recorded(self, fields: Mapping[str, str], begins: datetime) -> bool:
        """Whether a record that is not ours has the same: how long it lasts, that one says."""
        kind = self._kind(fields["service"])
        return any(
            held.provider == fields["provider"]
            and self._kind(held.service) == kind
            and (held.until is None or held.until > begins)
            and not held.subscription_id.startswith(self.plan.prefix)
            for held in self.inventory.subscriptions_on(fields["access_id"])
        )

    def _kind(self, service: str) -> str:
        """Services of one kind are not held by two providers on one access at a time."""
        service_type = type_of(service, self.plan.service_types)
        return f"unknown {service}" if service_type == "unknown" else service_type

    def _take_back(self, number: str) -> None:
        self.exchange.leave("subscriptions", f"{self.plan.prefix}{number}")

    def _end_earlier(self) -> None:
        """Of what was delivered on one access the later ends the earlier, if of one kind."""
        held: dict[tuple[str, str], list[StoredObject]] = {}
        for one in self.exchange.all("subscriptions"):
            if one.gone is None and one.fields.get("state") == "ACTIVATED":
                kind = self._kind(one.fields["service"])
                held.setdefault((one.fields["access_id"], kind), []).append(one)
        for several in held.values():
            several.sort(key=lambda one: (one.fields["connection_date"], len(one.key), one.key))
            for earlier, later in pairwise(several):
                end = {"disconnection_date": later.fields["connection_date"]}
                self.exchange.put("subscriptions", earlier.key, {**earlier.fields, **end})

    def _keep(self, number: str, fields: Mapping[str, str]) -> None:
        self.exchange.put("orders", number, fields)
        if fields["state"] != "IN_PROGRESS":  # kept for a while, so that it is known again
            self.exchange.leave("orders", number)
