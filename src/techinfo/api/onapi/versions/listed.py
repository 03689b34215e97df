"""Accesses, services and subscriptions in the shapes of the versions (contract)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from techinfo.api.onapi.versions.dialect import V2_4, V2_6, Version
from techinfo.inventory import Access, Offer, Subscription

_AT_ONCE = 500
_ACCESS = {
    "access_id": "accessId",
    "legacy_access_id": "legacyAccessId",
    "street_name": "streetName",
    "street_number": "streetNumber",
    "street_littera": "streetLittera",
    "postal_code": "postalCode",
    "city": "city",
    "country_code": "countryCode",
    "premises_type": "premisesType",
    "mdu_apartment_number": "mduApartmentNumber",
    "mdu_distinguisher": "mduDistinguisher",
    "outlet": "outlet",
    "population": "population",
    "state": "accessState",
}
_SINCE_2_6 = {"price_group": "priceGroup", "national_address_uuid": "nationalAddressUUID"}
_UNTIL_2_5 = {
    "co_network_agreement": "coNetworkAgreement",
    "co_fiber_converter": "coFiberConverter",
    "co_cpe_switch": "coCpeSwitch",
    "co_cpe_router": "coCpeRouter",
}
_SUBSCRIPTION = {
    "subscription_id": "subscriptionId",
    "service": "service",
    "state": "operationalState",
    "sp_reference": "spReference",
    "sp_subscription_id": "spSubscriptionId",
    "option82": "option82",
    "note": "note",
}
_IDENTIFIER = {
    "ipv4_circuit_id": "ipv4CircuitId",
    "ipv4_remote_id": "ipv4RemoteId",
    "ipv6_interface_id": "ipv6InterfaceId",
    "ipv6_remote_id": "ipv6RemoteId",
}


def access_object(access: Access, version: Version) -> dict[str, Any]:
    """One access without its services; what is not known is left out."""
    more = _SINCE_2_6 if version >= V2_6 else _UNTIL_2_5
    return _known(access, _ACCESS | more)


def service_object(offer: Offer, version: Version, *, single: bool = True) -> dict[str, Any]:
    """One service that can be delivered on an access.

    Args:
        offer: The service.
        version: 2.4 has dates, later ones have times.
        single: With what only the answer about a single access has.
    """
    out: dict[str, Any] = {"service": offer.service}
    out |= _dates(offer) if version <= V2_4 else _times(offer)
    out["forcedTakeoverPossible"] = bool(offer.forced_takeover_possible)
    comments = _json(offer.comments, list)
    if comments:
        out["comments"] = [str(comment) for comment in comments]
    characteristics = _json(offer.characteristics, dict)
    if characteristics and single:
        out["characteristics"] = characteristics
    return out


def subscription_object(subscription: Subscription, version: Version) -> dict[str, Any]:
    """One subscription: until 2.5 with its accessId, since 2.6 with its dates."""
    out = _known(subscription, _SUBSCRIPTION)
    if version >= V2_6:
        dates = {
            "connectionDate": subscription.connection_date,
            "disconnectionDate": subscription.disconnection_date,
        }
        out |= {name: _date(value) for name, value in dates.items() if value}
    else:
        out["accessId"] = subscription.access_id
    identifier = _known(subscription, _IDENTIFIER)
    if identifier:
        out["dhcpIdentifier"] = identifier
    for name, text, kind in (
        ("characteristics", subscription.characteristics, dict),
        ("equipment", subscription.equipment, list),
    ):
        value = _json(text, kind)
        if value:
            out[name] = value
    return out


def lacks(subscription: Subscription, version: Version) -> bool:
    """Whether a mandatory field of a subscription is missing."""
    named = subscription.sp_reference and subscription.sp_subscription_id
    return not named or (version >= V2_6 and subscription.connection_date is None)


def with_services(
    accesses: Iterable[Access],
    offers_of: Callable[[Sequence[str]], Iterable[Offer]],
    version: Version,
) -> Iterator[dict[str, Any]]:
    """Accesses of 2.4 and 2.5 in the list, each with its services.

    Args:
        accesses: In any number.
        offers_of: The services of some accesses.
        version: 2.4 or 2.5.
    """
    waiting = iter(accesses)
    while some := list(islice(waiting, _AT_ONCE)):
        services: dict[str, list[dict[str, Any]]] = {}
        for offer in offers_of([access.access_id for access in some]):
            service = service_object(offer, version, single=False)
            services.setdefault(offer.access_id, []).append(service)
        for access in some:
            own = services.get(access.access_id, [])
            yield access_object(access, version) | {"services": own}


def _known(record: Access | Subscription, names: dict[str, str]) -> dict[str, Any]:
    values = {name: getattr(record, key) for key, name in names.items()}
    return {name: value for name, value in values.items() if value not in (None, "")}


def _dates(offer: Offer) -> dict[str, str]:
    """Of a service of which nobody knows when it can be ordered 2.4 says that it cannot be."""
    dates = {
        "connection": _date(offer.connection),
        "available": _date(offer.available) if offer.available else "NO",
    }
    return dates | ({"disconnection": _date(offer.disconnection)} if offer.disconnection else {})


def _times(offer: Offer) -> dict[str, str]:
    times = {
        "connectionDateTime": offer.connection,
        "availableDateTime": offer.available,
        "disconnectionDateTime": offer.disconnection,
    }
    return {name: _time(text) for name, text in times.items() if text}


def _date(text: str) -> str:
    """The day of a time, in UTC, as times stand in the inventory."""
    return text[: len("2019-01-03")]


def _time(text: str) -> str:
    """RFC 3339 with ``Z`` and at most 4 decimals."""
    seconds, _, fraction = text.removesuffix("+00:00").partition(".")
    fraction = fraction[:4].rstrip("0")
    return f"{seconds}.{fraction}Z" if fraction else f"{seconds}Z"


def _json(text: str | None, kind: type) -> Any:
    """What a field of JSON holds; ``None`` when it is of another kind."""
    value = None if text is None else json.loads(text)
    return value if isinstance(value, kind) else None
