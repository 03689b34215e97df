"""The checksum of a document that is kept or mailed: it shows damage, it is no signature."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

_METHOD = "sha256"


def sealed(document: Mapping[str, Any]) -> dict[str, Any]:
    """A document with the checksum of all that it holds."""
    return {**document, "checksum": checksum(document)}


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
