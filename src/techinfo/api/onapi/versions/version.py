"""Which versions of ON-API are spoken."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True, slots=True)
class Version:
    """A version of ON-API, ordered by age."""

    numbers: tuple[int, ...]

    def __str__(self) -> str:
        return ".".join(map(str, self.numbers))

    @property
    def pages(self) -> str:
        """The folder of its specification."""
        return ".".join(map(str, (*self.numbers, 0)[:3]))


V2_3_1, V2_4, V2_5, V2_6 = Version((2, 3, 1)), Version((2, 4)), Version((2, 5)), Version((2, 6))
VERSIONS = (V2_3_1, V2_4, V2_5, V2_6)
OLDEST_LISTED = V2_4
"""The first that has an endpoints list, events and technical information."""
