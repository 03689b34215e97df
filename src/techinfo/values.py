"""Dataclasses of which a poll makes thousands: frozen by type, and quickly made.

The ``__init__`` of a frozen dataclass sets each field by ``object.__setattr__``, which takes two to
four times as long as an assignment; it was a tenth of the CPU of a poll. That nobody changes such a
value is held by mypy, over every file. At run time it compares and hashes as a frozen one does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as value
else:
    from dataclasses import dataclass

    def value(*, frozen, **options):
        """As ``dataclass``, of a class that is frozen by type."""
        return dataclass(unsafe_hash=frozen, **options)


__all__ = ["value"]
