"""From the objects of ON-API 2.4, 2.5 and 2.6 to fields of the inventory, each as text.

What is ``null`` or ``""`` was not told. A field that the inventory would refuse is left out, and
what is wrong with it is said; an object without what it must have is left out as a whole.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from techinfo.inventory.records import Kind
from techinfo.inventory.shapes import Shape

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
class Told:
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

    def subscriptions(self, found: Mapping[str, Any]) -> Iterator[Told]:
        """Of one object of subscriptions/: one of them (2.4, 2.5), or an access with some (2.6)."""
        for one, access in _unfolded(found, "subscriptions"):
            given = _named(one, _SUBSCRIPTION)
            identifier = one.get("dhcpIdentifier")
            if isinstance(identifier, dict):
                given |= _named(identifier, _IDENTIFIER)
            needed = ("subscription_id", "access_id", "service")
            fields, whole = self._fields("subscriptions", given | {"access_id": access}, needed)
            if "subscription_id" in fields:
                yield Told("subscriptions", fields["subscription_id"], fields if whole else None)

    def offers(self, found: Mapping[str, Any]) -> Iterator[Told]:
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
                yield Told("offers", key, fields if whole else None)

    def accesses(self, found: Mapping[str, Any]) -> Iterator[Told]:
        """Of one object of accesses/."""
        given = _named(found, _ACCESS) | {"access_id": found.get("accessId")}
        agreement = given.get("co_network_agreement")
        given["co_network_agreement"] = _AGREEMENT.get(str(agreement), agreement)
        fields, whole = self._fields("accesses", given, ("access_id",))
        if whole:
            yield Told("accesses", fields["access_id"], fields)

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
