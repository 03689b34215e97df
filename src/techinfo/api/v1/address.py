"""Where an access is, as ON-API spells it."""

from __future__ import annotations

from collections.abc import Mapping

from techinfo.inventory import Access

_KEYS: Mapping[str, str] = {
    "streetName": "street_name",
    "streetNumber": "street_number",
    "streetLittera": "street_littera",
    "postalCode": "postal_code",
    "city": "city",
    "mduApartmentNumber": "mdu_apartment_number",
    "mduDistinguisher": "mdu_distinguisher",
    "outlet": "outlet",
}


def address(access: Access) -> dict[str, str]:
    """What is known of it."""
    told = {name: getattr(access, key) for name, key in _KEYS.items()}
    return {name: value for name, value in told.items() if value}
