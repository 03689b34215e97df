"""How a moment is written wherever a machine or a person reads it: RFC 3339, in UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import overload


@overload
def rfc3339(at: datetime) -> str: ...
@overload
def rfc3339(at: datetime | None) -> str | None: ...
def rfc3339(at: datetime | None) -> str | None:
    """A moment in UTC with ``Z``, whole seconds; none of none."""
    return None if at is None else f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
