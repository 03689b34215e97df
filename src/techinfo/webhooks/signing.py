"""Signatures in the form of Standard Webhooks 1.0 (symmetric, ``v1``)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

_PREFIX = "whsec_"
_OCTETS = 32


def new_secret() -> str:
    """A key in the form that the specification's libraries take."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_OCTETS)).decode("ascii")


def signed(secret: str, message: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers of a message.

    Args:
        secret: From `new_secret`.
        message: The message's id, the same at every try.
        timestamp: Of this try, seconds since 1970.
        body: What is sent, octet for octet.
    """
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    told = f"{message}.{timestamp}.".encode() + body
    mac = base64.b64encode(hmac.digest(key, told, hashlib.sha256)).decode("ascii")
    return {
        "webhook-id": message,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{mac}",
    }
