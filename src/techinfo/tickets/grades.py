"""How often verdicts were right: what was told when tickets were made, and what the cause was."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from techinfo.model import utc_now
from techinfo.tickets import tables as t
from techinfo.tickets.records import Grade
from techinfo.tickets.store import TicketFile

ENOUGH = 50
"""So many closed tickets of a rule must be known before its confidence follows them."""
_AGAIN = timedelta(minutes=10)


def grades(file: TicketFile) -> tuple[Grade, ...]:
    """All of them, by age."""
    return file.all(select(t.grades).order_by(t.grades.c.at), t.GRADES.record)


@dataclass(frozen=True, kw_only=True, slots=True)
class Score:
    """How often one rule was right.

    Attributes:
        closed: Tickets that closed with a cause.
        right: Those whose cause was the verdict.
        told: The mean of the confidence that was told, 0 to 1.
    """

    closed: int
    right: int
    told: float

    @property
    def share(self) -> float:
        """Of the closed, those that were right, 0 to 1, two decimals."""
        return round(self.right / self.closed, 2)

    @property
    def proposed(self) -> float | None:
        """A lower confidence for the rule, once enough is known; ``None``: there is no need."""
        is_lower = self.closed >= ENOUGH and self.share < self.told
        return self.share if is_lower else None


def scores(
    found: Iterable[Grade], key: Callable[[Grade], str] = lambda grade: grade.code
) -> dict[str, Score]:
    """Scores by code, or by another key."""
    groups: dict[str, list[Grade]] = {}
    for grade in found:
        groups.setdefault(key(grade), []).append(grade)
    return {
        name: Score(
            closed=len(some),
            right=sum(one.code == one.cause for one in some),
            told=round(sum(one.sure for one in some) / len(some) / 100, 2),
        )
        for name, some in groups.items()
    }


class Experience:
    """The share of right verdicts of each rule that enough is known of; read now and then.

    Args:
        file: Where the grades are.
        now: The time.
    """

    def __init__(self, file: TicketFile, now: Callable[[], datetime] = utc_now) -> None:
        self._file = file
        self._now = now
        self._read_at: datetime | None = None
        self._shares: Mapping[str, float] = {}

    def __call__(self) -> Mapping[str, float]:
        """Code -> share, as it was at most ten minutes ago."""
        now = self._now()
        if self._read_at is None or now - self._read_at > _AGAIN:
            found = scores(grades(self._file))
            self._shares = {c: s.share for c, s in found.items() if s.closed >= ENOUGH}
            self._read_at = now
        return self._shares
