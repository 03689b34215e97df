"""What an agent has and cannot say: cells that came in octets which are no value."""

from __future__ import annotations

from collections.abc import Iterable

_MOST_NAMED = 5


def unread_cause(oids: Iterable[str]) -> str:
    """Why a part is not whole that lacks the values of these instances; nothing, if of none."""
    found = tuple(oids)
    more = len(found) - _MOST_NAMED
    named = ", ".join(found[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
    return f"values that cannot be read: {named}" if found else ""
