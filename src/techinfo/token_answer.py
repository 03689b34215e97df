"""What a server answers to a request for an access token (RFC 6749, 5.1), read with care.

What it says beside an error is never repeated: it may be a secret.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

MOST_OCTETS = 64 * 1024
"""Of an answer."""
_TOKEN = re.compile(r"[!-~]{1,16384}")
_LONGEST_S = 86_400.0
_UNSAID_S = 300.0
"""A token whose end is not said is taken to last so long."""
_BEFORE_S = 30.0
"""So long before its end a token is used no more."""


@dataclass(frozen=True, slots=True)
class GivenToken:
    """A bearer token.

    Attributes:
        text: As it is sent.
        use_s: For so many seconds it is used.
    """

    text: str = field(repr=False)
    use_s: float


def token_in(status: int, octets: bytes) -> GivenToken:
    """The token of an answer.

    Args:
        status: Of HTTP.
        octets: The whole body.

    Raises:
        ValueError: There is none; in words that tell nothing of the body.
    """
    if status != 200:
        raise ValueError(f"gives no token: {status}")
    if len(octets) > MOST_OCTETS:
        raise ValueError("answers more than a token takes")
    try:
        told = json.loads(octets)
    except (ValueError, RecursionError):
        raise ValueError("gives no token: the answer is not JSON") from None
    if not isinstance(told, dict):
        raise ValueError("gives no token: the answer is no object")
    token, kind = told.get("access_token"), told.get("token_type")
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        raise ValueError("gives no access_token")
    if not isinstance(kind, str) or kind.lower() != "bearer":
        raise ValueError("gives a token that is no bearer token")
    lasts = told.get("expires_in", _UNSAID_S)
    if isinstance(lasts, bool) or not isinstance(lasts, int | float) or not lasts > 0:
        raise ValueError("gives a token without an end that can be read")
    return GivenToken(token, max(1.0, min(float(lasts), _LONGEST_S) - _BEFORE_S))
