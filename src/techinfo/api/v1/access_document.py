"""``techinfo.access/1``: one access as a document, which tickets carry and providers may have.

It says of every part what it is worth. Whoever asks, it names no device, no address, no serial
number of an element and no neighbour: the access service has isolated what it is made of, and of
multicast groups it has the number alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from techinfo.api.documents.checksum import sealed
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


def access_document(answer: AssembledAnswer, judged: Judged) -> dict[str, Any]:
    """The document of one access, from answers that are the reader's to see.

    Beside them it carries what the verdict was made of, but for the lines of others.
    """
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "tool": TOOL,
        "accessId": answer.access.access_id,
        "collectedAt": render.time(answer.now),
        "parts": {_NAMES[name]: state for name, state in answer.states().items()}
        | judged.parts_beside(),
    }
    document |= {_NAMES[name]: _body(name, body) for name, body in answer.bodies().items()}
    document |= judged.beside() | {"diagnosis": judged.diagnosis}
    return sealed(document)


def _body(name: str, body: Rendered) -> Rendered | int:
    """Groups are viewing habits: their number is enough."""
    return len(body) if name == "igmpSnooping" else body
