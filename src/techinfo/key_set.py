"""The public keys by which a server's signatures are checked, out of what it tells (RFC 7517)."""

from __future__ import annotations

from typing import Final

from joserfc.errors import JoseError
from joserfc.jwk import KeySet

MOST_KEYS: Final = 100
_KINDS: Final = ("RSA", "EC", "OKP")


def keys_in(told: object) -> KeySet:
    """The public keys of a set that can sign; whatever else is in it is passed over.

    Args:
        told: As JSON has it.

    Raises:
        ValueError: It is no set of keys, or has none that can be used.
    """
    listed = told.get("keys") if isinstance(told, dict) else None
    if not isinstance(listed, list):
        raise ValueError("is no set of keys (RFC 7517)")
    keys = []
    for one in listed[:MOST_KEYS]:
        if isinstance(one, dict) and one.get("use", "sig") == "sig" and one.get("kty") in _KINDS:
            try:
                keys += KeySet.import_key_set({"keys": [one]}).keys
            except (JoseError, ValueError, TypeError, KeyError):
                continue
    if not keys:
        raise ValueError("has no key that can be used")
    return KeySet(keys)
