"""The answer to a look-up as an operator reads it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

from techinfo.access.lookup import Match


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """An access, or none, and why.

    Attributes:
        match: stored, notation or interpreted; ``None`` without an access.
        spelling: Field -> how it was spelt.
    """

    access_id: str | None
    why: str
    match: str | None = None
    spelling: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, match: Match, why: str) -> Self:
        """The answer that a match is."""
        spelling = {name.value: reading.kind for name, reading in match.matched.items()}
        return cls(access_id=match.access_id, why=why, match=match.tier.word, spelling=spelling)

    def as_json(self) -> dict[str, object]:
        """For a program to read; what is not there is left out."""
        out: dict[str, object] = {"accessId": self.access_id, "why": self.why}
        if self.match:
            out |= {"match": self.match, "spelling": self.spelling}
        return out
