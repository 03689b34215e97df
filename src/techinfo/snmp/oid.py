"""Dotted OIDs and number tuples."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=16384)
def numbers(oid: str) -> tuple[int, ...]:
    """``"1.3.6"`` -> ``(1, 3, 6)``; a leading dot is ignored.

    Raises:
        ValueError: Not an OID.
    """
    parts = oid.strip().lstrip(".").split(".")
    out = tuple(int(x) for x in parts)
    if any(n < 0 or n > 0xFFFFFFFF for n in out):
        raise ValueError(f"not an OID: {oid!r}")
    return out


def dotted(ids: tuple[int, ...]) -> str:
    """``(1, 3, 6)`` -> ``"1.3.6"``."""
    return ".".join(map(str, ids))
