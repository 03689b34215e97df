"""The inventory's records and what a server told, field by field, as files for an import.

What the server tells wins; what it leaves out stays as the inventory has it. So an access keeps
its element and port, which no ON-API server tells, and a subscription its VLAN.

From the objects of ON-API 2.4, 2.5 and 2.6 to fields of the inventory, each as text.

What is ``null`` or ``""`` was not told. A field that the inventory would refuse is left out, and
what is wrong with it is said; an object without what it must have is left out as a whole.
"""

from __future__ import annotations

import csv
import dataclasses
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from techinfo.inventory import Access, Inventory, Offer, Subscription
from techinfo.inventory.records import RECORDS, Kind
from techinfo.inventory.shapes import Shape
from techinfo.onapi_client.store import FetchTransaction, StoredObject

_SUBSCRIPTION = {
    "subscriptionId": "subscription_id",
    "service": "service",
    "operationalState": "state",
    "connectionDate": "connection_date",
    "disconnectionDate": "disconnection_date",
    "spReference": "sp_reference",
    "spSubscriptionId": "sp_subscription_id",
    "option82": "option82",
    "note": "note",
    "characteristics": "characteristics",
    "equipment": "equipment",
}
_IDENTIFIER = {
    "ipv4CircuitId": "ipv4_circuit_id",
    "ipv4RemoteId": "ipv4_remote_id",
    "ipv6InterfaceId": "ipv6_interface_id",
    "ipv6RemoteId": "ipv6_remote_id",
}
_OFFER = {
    "service": "service",
    "connectionDateTime": "connection",
    "availableDateTime": "available",
    "disconnectionDateTime": "disconnection",
    "connection": "connection",
    "available": "available",
    "disconnection": "disconnection",
    "forcedTakeoverPossible": "forced_takeover_possible",
    "comments": "comments",
    "characteristics": "characteristics",
}
_ACCESS = {
    "legacyAccessId": "legacy_access_id",
    "streetName": "street_name",
    "streetNumber": "street_number",
    "streetLittera": "street_littera",
    "postalCode": "postal_code",
    "city": "city",
    "countryCode": "country_code",
    "premisesType": "premises_type",
    "mduApartmentNumber": "mdu_apartment_number",
    "mduDistinguisher": "mdu_distinguisher",
    "outlet": "outlet",
    "population": "population",
    "accessState": "state",
    "priceGroup": "price_group",
    "nationalAddressUUID": "national_address_uuid",
    "coFiberConverter": "co_fiber_converter",
    "coCpeSwitch": "co_cpe_switch",
    "coCpeRouter": "co_cpe_router",
    "coNetworkAgreement": "co_network_agreement",
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
    """What a server told of one object.

    Attributes:
        key: What makes it this one.
        fields: Key of the inventory -> text; ``None``: it is listed, and cannot be used as told.
    """

    kind: Kind
    key: str
    fields: Mapping[str, str] | None


class Spellings:
    """Reads the objects of lists.

    Args:
        shapes: What the inventory's records may hold.
        refuse: Is told of whatever is left out.
    """

    def __init__(self, shapes: Mapping[Kind, Shape], refuse: Refuse) -> None:
        self._shapes = shapes
        self._refuse = refuse

    def subscriptions(self, found: Mapping[str, Any]) -> Iterator[FetchedObject]:
        """Of one object of subscriptions/: one of them (2.4, 2.5), or an access with some (2.6)."""
        for one, access in _unfolded(found, "subscriptions"):
            given = _named(one, _SUBSCRIPTION)
            identifier = one.get("dhcpIdentifier")
            if isinstance(identifier, dict):
                given |= _named(identifier, _IDENTIFIER)
            needed = ("subscription_id", "access_id", "service")
            fields, whole = self._fields("subscriptions", given | {"access_id": access}, needed)
            if "subscription_id" in fields:
                yield FetchedObject(
                    "subscriptions", fields["subscription_id"], fields if whole else None
                )

    def offers(self, found: Mapping[str, Any]) -> Iterator[FetchedObject]:
        """Of one object of services/ (2.6) or accesses/ (2.4, 2.5): an access with its services."""
        if not isinstance(found.get("services"), list):
            return
        for one, access in _unfolded(found, "services"):
            given = _named(one, _OFFER)
            for key, meanings in _WHEN_UNKNOWN.items():
                given[key] = meanings.get(str(given.get(key)), given.get(key))
            forced = given.get("forced_takeover_possible")
            if isinstance(forced, bool):
                given["forced_takeover_possible"] = int(forced)
            needed = ("access_id", "service", "connection")
            fields, whole = self._fields("offers", given | {"access_id": access}, needed)
            if "access_id" in fields and "service" in fields:
                key = f"{fields['access_id']} {fields['service']}"
                yield FetchedObject("offers", key, fields if whole else None)

    def accesses(self, found: Mapping[str, Any]) -> Iterator[FetchedObject]:
        """Of one object of accesses/."""
        given = _named(found, _ACCESS) | {"access_id": found.get("accessId")}
        agreement = given.get("co_network_agreement")
        given["co_network_agreement"] = _AGREEMENT.get(str(agreement), agreement)
        fields, whole = self._fields("accesses", given, ("access_id",))
        if whole:
            yield FetchedObject("accesses", fields["access_id"], fields)

    def _fields(
        self, kind: Kind, given: Mapping[str, Any], needed: tuple[str, ...]
    ) -> tuple[dict[str, str], bool]:
        """What can be used, and whether everything that is needed is among it."""
        parsers = self._shapes[kind].parsers
        fields: dict[str, str] = {}
        which = f"{kind} {str(given.get(needed[0]))[:60]!r}"
        for key, value in given.items():
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
    given: dict[str, Any] = {}
    for spelling, key in names.items():
        value = found.get(spelling)
        if value not in (None, "") and key not in given:
            given[key] = value
    return given


def _text(value: Any, *, is_json: bool) -> str:
    if is_json:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise ValueError(f"{type(value).__name__} is neither text nor a whole number")


REMEMBERED = timedelta(days=30)
"""A subscription with an end that is no longer listed stays so long: a provider may look at what
was its own for 14 days, and that is a matter of the rights, not of the import. One without an end
goes at once, as in every import."""

Row = dict[str, str]


class Merging:
    """Merges the records of one provider.

    Args:
        inventory: What is there.
        exchange: What the server tells.
        shapes: What records may hold.
        provider: Whose subscriptions those are.
        service_types: Beginning of a service's name, in lower case -> what its VLAN carries.
        refuse: Is told of whatever is left out.
        now: The time, UTC.
    """

    def __init__(
        self,
        inventory: Inventory,
        exchange: FetchTransaction,
        shapes: Mapping[Kind, Shape],
        *,
        provider: str,
        service_types: Mapping[str, str],
        refuse: Refuse,
        now: datetime,
    ) -> None:
        self._inventory = inventory
        self._exchange = exchange
        self._shapes = shapes
        self._provider = provider
        self._service_types = sorted(service_types.items(), key=lambda item: -len(item[0]))
        self._refuse = refuse
        self._now = now

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
        for access in self._inventory.accesses():
            yield self._merged("accesses", access, self._exchange.get("accesses", access.access_id))
        for kept in self._exchange.all("accesses"):
            if kept.gone is None and not self._is_there(kept.key):
                yield from self._new("accesses", dict(kept.fields))

    def _subscriptions(self) -> Iterator[Row]:
        for subscription in self._inventory.subscriptions():
            kept = self._exchange.get("subscriptions", subscription.subscription_id)
            if kept is None:
                yield _row(subscription)
            elif subscription.provider != self._provider:
                self._refuse(f"subscription {kept.key!r}", "is another provider's here")
                yield _row(subscription)
            elif not self._is_over(kept, subscription.disconnection_date):
                fields = self._ended(kept, subscription.disconnection_date)
                told = dataclasses.replace(kept, fields=fields)
                yield self._merged("subscriptions", subscription, told)
        for kept in self._exchange.all("subscriptions"):
            if self._inventory.subscription(kept.key) is None and not self._is_over(kept):
                yield from self._new_subscription(kept)

    def _new_subscription(self, kept: StoredObject) -> Iterator[Row]:
        access = self._known_access(kept.fields["access_id"])
        if access is None:
            self._refuse(f"subscription {kept.key!r}", "is on an access that nobody knows here")
            return
        named = {
            "access_id": access,
            "provider": self._provider,
            "service_type": self._service_type(kept.fields["service"]),
        }
        yield from self._new("subscriptions", self._ended(kept) | named)

    def _offers(self) -> Iterator[Row]:
        for offer in self._inventory.offers():
            kept = self._exchange.get("offers", f"{offer.access_id} {offer.service}")
            if kept is None or kept.gone is None:
                yield self._merged("offers", offer, kept)
        for kept in self._exchange.all("offers"):
            access = self._known_access(kept.fields["access_id"])
            if kept.gone is not None:
                continue
            if access is None:
                self._refuse(f"service {kept.key!r}", "is on an access that nobody knows here")
            elif not self._has_offer(access, kept.fields["service"]):
                yield from self._new("offers", dict(kept.fields) | {"access_id": access})

    def _merged(self, kind: Kind, record: Any, kept: StoredObject | None) -> Row:
        """A record with what was told laid over it; as it was, where that makes no record."""
        before = _row(record)
        if kept is None:
            return before
        names = {"access_id", "subscription_id"}  # an identity stays as the inventory spells it
        merged = before | {key: text for key, text in kept.fields.items() if key not in names}
        wrong = self._wrong(kind, merged)
        if wrong:
            self._refuse(f"{kind} {kept.key!r}", wrong)
            return before
        return merged

    def _new(self, kind: Kind, row: Row) -> Iterator[Row]:
        wrong = self._wrong(kind, row)
        if wrong:
            self._refuse(f"{kind} {row.get('access_id', '')!r}", wrong)
        else:
            yield row

    def _wrong(self, kind: Kind, row: Row) -> str:
        shape = self._shapes[kind]
        try:
            values = {
                key: parse(row[key]) if row.get(key) else shape.defaults.get(key)
                for key, parse in shape.parsers.items()
            }
        except ValueError as error:
            return str(error)
        return "; ".join(f"{key}: {why}" for key, why in shape.rules(values))

    def _ended(self, kept: StoredObject, known_end: str | None = None) -> Row:
        """What was told; what is no longer listed ended at the latest when that was found."""
        fields = dict(kept.fields)
        if kept.gone is not None:
            seen = kept.gone.astimezone(UTC).isoformat(timespec="seconds")
            end = fields.get("disconnection_date") or known_end
            fields["disconnection_date"] = min(end or seen, seen)
        return fields

    def _is_over(self, kept: StoredObject, known_end: str | None = None) -> bool:
        """Whether nothing is left of a subscription: it is gone without an end, or long ago."""
        if kept.gone is None:
            return False
        end = kept.fields.get("disconnection_date") or known_end
        return end is None or kept.gone < self._now - REMEMBERED

    def _is_there(self, access_id: str) -> bool:
        found = self._inventory.access(access_id)
        return found is not None and found.access_id == access_id

    def _has_offer(self, access_id: str, service: str) -> bool:
        return any(o.service == service for o in self._inventory.offers_on(access_id))

    def _known_access(self, access_id: str) -> str | None:
        """As the inventory spells it, also by its former id; or as it will, after this import."""
        found = self._inventory.access(access_id)
        if found is not None:
            return found.access_id
        coming = self._exchange.get("accesses", access_id)
        return access_id if coming is not None and coming.gone is None else None

    def _service_type(self, service: str) -> str:
        for beginning, service_type in self._service_types:
            if service.lower().startswith(beginning.lower()):
                return service_type
        return "unknown"


def _row(record: Access | Subscription | Offer) -> Row:
    values: Iterable[tuple[str, Any]] = (
        (field.name, getattr(record, field.name)) for field in dataclasses.fields(record)
    )
    return {key: str(value) for key, value in values if value is not None}
