"""``techinfo.access/1``: one access as a document, which tickets carry and providers may have.

It says of every part what it is worth. Whoever asks, it names no device, no address, no serial
number of an element and no neighbour: the access service has isolated what it is made of, and of
multicast groups it has the number alone.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from techinfo.api.documents.diagnosis import Judged
from techinfo.api.documents.dump import TOOL
from techinfo.api.onapi import render
from techinfo.api.onapi.part_states import AssembledAnswer, Rendered
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
    """Where an access is, as far as that is known, as ON-API spells it."""
    values = {name: getattr(access, key) for name, key in _KEYS.items()}
    return {name: value for name, value in values.items() if value}


SCHEMA = "techinfo.access/1"
_NAMES = {
    "hardware": "hardware",
    "status": "status",
    "macAddressTable": "macAddressTable",
    "leaseInfo": "leaseInfo",
    "cpe": "cpe",
    "igmpSnooping": "igmpGroups",
}
_METHOD = "sha256"


def access_document(answer: AssembledAnswer, judged: Judged) -> dict[str, Any]:
    """The document of one access, from answers that are the reader's to see.

    Beside them it carries what the verdict was made of, but for the lines of others.
    """
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "tool": TOOL,
        "accessId": answer.access.access_id,
        "collectedAt": render.time(answer.now),
        "parts": {_NAMES[name]: state for name, state in answer.states().items()},
    }
    document |= {_NAMES[name]: _body(name, body) for name, body in answer.bodies().items()}
    document |= judged.beside() | {"diagnosis": judged.diagnosis}
    return document | {"checksum": checksum(document)}


def checksum(document: Mapping[str, Any]) -> str:
    """Over the canonical JSON of everything but itself: it shows damage, it is no signature.

    Canonical: UTF-8, keys in order, no white space, numbers as ECMAScript writes them (RFC 8785).
    No number here is so small or large that it would have an exponent.
    """
    signed = _plain({name: value for name, value in document.items() if name != "checksum"})
    canonical = json.dumps(signed, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"{_METHOD}:{hashlib.new(_METHOD, canonical.encode()).hexdigest()}"


def _plain(value: Any) -> Any:
    """The same with whole numbers as such: ECMAScript has no ``1.0``."""
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def is_whole(document: Mapping[str, Any]) -> bool:
    """Whether nothing of a document has changed since it was made."""
    found = document.get("checksum")
    return isinstance(found, str) and hmac.compare_digest(
        found.encode(errors="replace"), checksum(document).encode()
    )


def _body(name: str, body: Rendered) -> Rendered | int:
    """Groups are viewing habits: their number is enough."""
    return len(body) if name == "igmpSnooping" else body
