"""The inventory's records merged with what an ON-API server lists, as files for an import.

What the server says wins; what it leaves out (``null`` or ``""``, too) stays as the inventory has
it. So an access keeps its element and port, which no ON-API server knows, and a subscription its
VLAN. A field that the inventory would refuse is left out and reported; an object without what it
must have is left out as a whole. The server's version is 2.4, 2.5 or 2.6.
"""

from __future__ import annotations

import csv
import dataclasses
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from techinfo.inventory import Access, Inventory, Offer, Subscription
from techinfo.inventory.records import RECORDS, Kind
from techinfo.inventory.shapes import Shape
from techinfo.onapi_client.store import FetchTransaction, StoredObject


def _camel(*names: str) -> dict[str, str]:
    """ON-API's spelling of fields -> the inventory's, where they differ in nothing else."""
    return {re.sub("_([a-z])", lambda found: found[1].upper(), name): name for name in names}


_SUBSCRIPTION = {
    "operationalState": "state",
    **_camel("subscription_id", "service", "connection_date", "disconnection_date"),
    **_camel("sp_reference", "sp_subscription_id", "option82", "note"),
    **_camel("characteristics", "equipment"),
}
_IDENTIFIER = _camel("ipv4_circuit_id", "ipv4_remote_id", "ipv6_interface_id", "ipv6_remote_id")
_OFFER = {
    "connectionDateTime": "connection",
    "availableDateTime": "available",
    "disconnectionDateTime": "disconnection",
    **_camel("service", "connection", "available", "disconnection"),
    **_camel("forced_takeover_possible", "comments", "characteristics"),
}
_ACCESS = {
    "accessState": "state",
    "nationalAddressUUID": "national_address_uuid",
    **_camel("legacy_access_id", "street_name", "street_number", "street_littera", "postal_code"),
    **_camel("city", "country_code", "premises_type", "mdu_apartment_number", "mdu_distinguisher"),
    **_camel("outlet", "population", "price_group", "co_fiber_converter", "co_cpe_switch"),
    **_camel("co_cpe_router", "co_network_agreement"),
}
_WHEN_UNKNOWN = {
    "connection": {"YES": "1990-01-01T00:00:01Z", "NO": "3030-12-12T00:00:01Z"},
    "available": {"YES": "1990-01-01T00:00:01Z", "NO": ""},
}
"""ON-API 2.4 and 2.5 say YES and NO instead of a date that nobody knows; 2.6 has dates for it
(2.6.0/spec/services.md, connectionDateTime), and "" for what cannot be ordered yet."""
_JSON = frozenset({"characteristics", "equipment", "comments"})
"""Kept as they come."""
_AGREEMENT = {"NOTREQUIRED": "NOT_REQUIRED"}
"""As the examples of ON-API spell it, against its own list."""

Refuse = Callable[[str, str], None]
"""Called with which object, and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class FetchedObject:
    """One object as a server lists it.

    Attributes:
        key: By which it is known again.
        fields: The inventory's name of a field -> text; ``None``: it is listed, but unusable.
    """

    kind: Kind
    key: str
    fields: Mapping[str, str] | None


class Spellings:
    """Reads the objects of lists.

    Args:
        shapes: What the inventory's records may hold.
        refuse: Is called for whatever is left out.
    """

    def __init__(self, shapes: Mapping[Kind, Shape], refuse: Refuse) -> None:
        self._shapes = shapes
        self._refuse = refuse

    def of(self, kind: Kind, found: Mapping[str, Any]) -> Iterator[FetchedObject]:
        """What one object of a list has of a kind."""
        if kind == "subscriptions":
            return self._subscriptions(found)
        return self._offers(found) if kind == "offers" else self._accesses(found)

    def _subscriptions(self, found: Mapping[str, Any]) -> Iterator[FetchedObject]:
        """Of one object of subscriptions/: one of them (2.4, 2.5), or an access with some (2.6)."""
        for one, access in _unfolded(found, "subscriptions"):
            values = _named(one, _SUBSCRIPTION)
            identifier = one.get("dhcpIdentifier")
            if isinstance(identifier, dict):
                values |= _named(identifier, _IDENTIFIER)
            needed = ("subscription_id", "access_id", "service")
            fields, whole = self._fields("subscriptions", values | {"access_id": access}, needed)
            if "subscription_id" in fields:
                yield FetchedObject(
                    "subscriptions", fields["subscription_id"], fields if whole else None
                )

    def _offers(self, found: Mapping[str, Any]) -> Iterator[FetchedObject]:
        """Of one object of services/ (2.6) or accesses/ (2.4, 2.5): an access with its services."""
        if not isinstance(found.get("services"), list):
            return
        for one, access in _unfolded(found, "services"):
            values = _named(one, _OFFER)
            for key, meanings in _WHEN_UNKNOWN.items():
                values[key] = meanings.get(str(values.get(key)), values.get(key))
            forced = values.get("forced_takeover_possible")
            if isinstance(forced, bool):
                values["forced_takeover_possible"] = int(forced)
            needed = ("access_id", "service", "connection")
            fields, whole = self._fields("offers", values | {"access_id": access}, needed)
            if "access_id" in fields and "service" in fields:
                key = f"{fields['access_id']} {fields['service']}"
                yield FetchedObject("offers", key, fields if whole else None)

    def _accesses(self, found: Mapping[str, Any]) -> Iterator[FetchedObject]:
        """Of one object of accesses/."""
        values = _named(found, _ACCESS) | {"access_id": found.get("accessId")}
        agreement = values.get("co_network_agreement")
        values["co_network_agreement"] = _AGREEMENT.get(str(agreement), agreement)
        fields, whole = self._fields("accesses", values, ("access_id",))
        if whole:
            yield FetchedObject("accesses", fields["access_id"], fields)

    def _fields(
        self, kind: Kind, values: Mapping[str, Any], needed: tuple[str, ...]
    ) -> tuple[dict[str, str], bool]:
        """What can be used, and whether everything that is needed is among it."""
        parsers = self._shapes[kind].parsers
        fields: dict[str, str] = {}
        which = f"{kind} {str(values.get(needed[0]))[:60]!r}"
        for key, value in values.items():
            if value in (None, ""):
                continue
            try:
                fields[key] = str(parsers[key](_text(value, is_json=key in _JSON)))
            except ValueError as error:
                self._refuse(which, f"{key}: {error}")
        missing = [key for key in needed if key not in fields]
        if missing:
            self._refuse(which, f"is left out: {', '.join(missing)} is missing or wrong")
        return fields, not missing


def _unfolded(found: Mapping[str, Any], name: str) -> Iterator[tuple[Mapping[str, Any], Any]]:
    """The objects, each with its accessId: nested in an access, or each by itself."""
    nested = found.get(name)
    if not isinstance(nested, list):
        yield found, found.get("accessId")
        return
    for one in nested:
        if isinstance(one, dict):
            yield one, found.get("accessId")


def _named(found: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Values by the inventory's keys; of two spellings of one the first that says something."""
    values: dict[str, Any] = {}
    for spelling, key in names.items():
        value = found.get(spelling)
        if value not in (None, "") and key not in values:
            values[key] = value
    return values


def _text(value: Any, *, is_json: bool) -> str:
    if is_json:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise ValueError(f"{type(value).__name__} is neither text nor a whole number")


REMEMBERED = timedelta(days=30)
"""So long a subscription with an end stays after it is no longer listed: its provider may look at
it for 14 days, which the rights decide and not the import. One without an end goes at once, as in
every import."""

Row = dict[str, str]


@dataclass(kw_only=True, slots=True)
class Merging:
    """Merges the records of one provider.

    Attributes:
        inventory: What is there.
        exchange: What the server lists.
        shapes: What records may hold.
        provider: Whose subscriptions those are that name no provider themselves.
        service_types: Beginning of a service's name -> what its VLAN carries.
        refuse: Is called for whatever is left out.
        now: The time, UTC.
        taken_over: Subscriptions of others that are dropped.
    """

    inventory: Inventory
    exchange: FetchTransaction
    shapes: Mapping[Kind, Shape]
    provider: str
    service_types: Mapping[str, str]
    refuse: Refuse
    now: datetime
    taken_over: set[str] = field(default_factory=set)

    def take_over(self, access_id: str, service: str) -> None:
        """A forced takeover is done: nobody else holds such a service on the access any more.

        What was theirs is dropped as a whole, so that from then on they see nothing of it.
        """
        access, service_type = self._known_access(access_id), type_of(service, self.service_types)
        for held in self.inventory.subscriptions_on(access) if access else ():
            alike = service_type in ("unknown", held.service_type)
            if held.provider == self.provider or not alike:
                continue
            if service_type != "unknown" or held.service == service:
                self.taken_over.add(held.subscription_id)
                self.exchange.leave("subscriptions", held.subscription_id, everywhere=True)

    def write(self, kind: Kind, path: Path) -> None:
        """Write all records of a kind as they are to be, in CSV."""
        rows = {
            "accesses": self._accesses,
            "subscriptions": self._subscriptions,
            "offers": self._offers,
        }[kind]
        columns = [field.name for field in dataclasses.fields(RECORDS[kind])]
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows(rows())

    def _accesses(self) -> Iterator[Row]:
        for access in self.inventory.accesses():
            yield self._merged("accesses", access, self.exchange.get("accesses", access.access_id))
        for stored in self.exchange.all("accesses"):
            if stored.gone is None and not self._is_there(stored.key):
                yield from self._new("accesses", dict(stored.fields))

    def _subscriptions(self) -> Iterator[Row]:
        for subscription in self.inventory.subscriptions():
            if subscription.subscription_id in self.taken_over:
                continue
            stored = self.exchange.get("subscriptions", subscription.subscription_id)
            if stored is None:
                yield _row(subscription)
            elif subscription.provider != self._provider_of(stored):
                self.refuse(f"subscription {stored.key!r}", "is another provider's here")
                yield _row(subscription)
            elif not self._is_over(stored, subscription.disconnection_date):
                fields = self._ended(stored, subscription.disconnection_date)
                now_ended = dataclasses.replace(stored, fields=fields)
                yield self._merged("subscriptions", subscription, now_ended)
        for stored in self.exchange.all("subscriptions"):
            if self.inventory.subscription(stored.key) is None and not self._is_over(stored):
                yield from self._new_subscription(stored)

    def _new_subscription(self, stored: StoredObject) -> Iterator[Row]:
        access = self._known_access(stored.fields["access_id"])
        if access is None:
            self.refuse(f"subscription {stored.key!r}", "is on an access that nobody knows here")
            return
        named = {
            "access_id": access,
            "provider": self._provider_of(stored),
            "service_type": type_of(stored.fields["service"], self.service_types),
        }
        yield from self._new("subscriptions", self._ended(stored) | named)

    def _provider_of(self, stored: StoredObject) -> str:
        return stored.fields.get("provider", self.provider)

    def _offers(self) -> Iterator[Row]:
        for offer in self.inventory.offers():
            stored = self.exchange.get("offers", f"{offer.access_id} {offer.service}")
            if stored is None or stored.gone is None:
                yield self._merged("offers", offer, stored)
        for stored in self.exchange.all("offers"):
            access = self._known_access(stored.fields["access_id"])
            if stored.gone is not None:
                continue
            if access is None:
                self.refuse(f"service {stored.key!r}", "is on an access that nobody knows here")
            elif not self._has_offer(access, stored.fields["service"]):
                yield from self._new("offers", dict(stored.fields) | {"access_id": access})

    def _merged(self, kind: Kind, record: Any, stored: StoredObject | None) -> Row:
        """A record with the server's fields laid over it; unchanged, where that makes no record."""
        before = _row(record)
        if stored is None:
            return before
        names = {"access_id", "subscription_id"}  # an identity stays as the inventory spells it
        merged = before | {key: text for key, text in stored.fields.items() if key not in names}
        wrong = self._wrong(kind, merged)
        if wrong:
            self.refuse(f"{kind} {stored.key!r}", wrong)
            return before
        return merged

    def _new(self, kind: Kind, row: Row) -> Iterator[Row]:
        wrong = self._wrong(kind, row)
        if wrong:
            self.refuse(f"{kind} {row.get('access_id', '')!r}", wrong)
        else:
            yield row

    def _wrong(self, kind: Kind, row: Row) -> str:
        shape = self.shapes[kind]
        try:
            values = {
                key: parse(row[key]) if row.get(key) else shape.defaults.get(key)
                for key, parse in shape.parsers.items()
            }
        except ValueError as error:
            return str(error)
        return "; ".join(f"{key}: {why}" for key, why in shape.rules(values))

    def _ended(self, stored: StoredObject, known_end: str | None = None) -> Row:
        """The fields; what is no longer listed ended at the latest when it was last listed."""
        fields = dict(stored.fields)
        if stored.gone is not None:
            seen = stored.gone.astimezone(UTC).isoformat(timespec="seconds")
            end = fields.get("disconnection_date") or known_end
            fields["disconnection_date"] = min(end or seen, seen)
        return fields

    def _is_over(self, stored: StoredObject, known_end: str | None = None) -> bool:
        """Whether nothing is left of a subscription: it is gone without an end, or long ago."""
        if stored.gone is None:
            return False
        end = stored.fields.get("disconnection_date") or known_end
        return end is None or stored.gone < self.now - REMEMBERED

    def _is_there(self, access_id: str) -> bool:
        found = self.inventory.access(access_id)
        return found is not None and found.access_id == access_id

    def _has_offer(self, access_id: str, service: str) -> bool:
        return any(o.service == service for o in self.inventory.offers_on(access_id))

    def _known_access(self, access_id: str) -> str | None:
        """As the inventory spells it, also by its former id; or as it will, after this import."""
        found = self.inventory.access(access_id)
        if found is not None:
            return found.access_id
        coming = self.exchange.get("accesses", access_id)
        return access_id if coming is not None and coming.gone is None else None


def type_of(service: str, service_types: Mapping[str, str]) -> str:
    """What the VLAN of a service carries, by the longest beginning that is known of its name."""
    longest_first = sorted(service_types.items(), key=lambda item: -len(item[0]))
    for beginning, service_type in longest_first:
        if service.lower().startswith(beginning.lower()):
            return service_type
    return "unknown"


def _row(record: Access | Subscription | Offer) -> Row:
    values: Iterable[tuple[str, Any]] = (
        (field.name, getattr(record, field.name)) for field in dataclasses.fields(record)
    )
    return {key: str(value) for key, value in values if value is not None}
