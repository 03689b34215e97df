"""``techinfo.access/1``: one access as a document, which tickets carry and providers may have.

It says of every part what it is worth. Whoever asks, it names no device, no address, no serial
number of an element and no neighbour: what it is made of has been isolated by the desk, and of
multicast groups it has the number alone.

Where an access is, as ON-API spells it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from techinfo.access.service import Told
from techinfo.api.documents.dump import TOOL
from techinfo.api.onapi import render
from techinfo.api.onapi.part_states import PartState, Words, part_states, published
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


def access_document(
    access: Access,
    answers: Mapping[str, Told],
    now: datetime,
    *,
    silent_since: datetime | None = None,
    words: Words = published,
) -> dict[str, Any]:
    """The document of one access, from answers that are the reader's to see.

    Args:
        access: Of which access.
        answers: As `Desk.everything` gives them, with the rights of whoever the document is for.
        now: When they were collected.
        silent_since: Since when the element does not answer.
        words: How the cause of a part that could not be had is told.
    """
    made = part_states(answers, now, silent_since, words)
    told = [(_NAMES[name], part) for name, part in made.items()]
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "tool": TOOL,
        "accessId": access.access_id,
        "collectedAt": render.time(now),
        "parts": {name: dict(part.told) for name, part in told},
    }
    document |= {name: _body(name, part) for name, part in told if part.body is not None}
    return document | {"checksum": checksum(document)}


def checksum(document: Mapping[str, Any]) -> str:
    """Over the canonical JSON of everything but itself: it shows damage, it is no signature.

    Canonical: UTF-8, keys in order, no white space (RFC 8785; no number here has a fraction).
    """
    told = {name: value for name, value in document.items() if name != "checksum"}
    canonical = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"{_METHOD}:{hashlib.new(_METHOD, canonical.encode()).hexdigest()}"


def is_whole(document: Mapping[str, Any]) -> bool:
    """Whether nothing of a document has changed since it was made."""
    found = document.get("checksum")
    return isinstance(found, str) and hmac.compare_digest(
        found.encode(errors="replace"), checksum(document).encode()
    )


def _body(name: str, part: PartState) -> Any:
    """Groups are viewing habits: their number is enough."""
    return len(part.body or ()) if name == "igmpGroups" else part.body
