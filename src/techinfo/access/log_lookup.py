"""Every identifier in a log resolved, each at the time of its line; in bounded memory."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from techinfo.access.explaining import Explainer, LookupOutcome
from techinfo.access.lookup import Lookup, Match
from techinfo.dhcp.gathering import Gathered, Gatherer
from techinfo.dhcp.log_lines import LogTime
from techinfo.dhcp.matching import Asked
from techinfo.dhcp.mentions import Mention, of_mention
from techinfo.errors import OctetError
from techinfo.inventory import Inventory

_TOGETHER = 1000
"""Identifiers that are resolved in one statement."""
_MOST_KEPT = 200_000
"""Answers that are kept, because logs repeat; a hundred MiB at most."""
_MOST_EXPLAINED = 10_000
"""Misses that are looked into: each costs some statements, and a log may be another network's."""
_MOST_SAMPLES = 5
_MOST_OF_A_SAMPLE = 160

_Key = tuple[Mention, int]
_NOTHING = LookupOutcome(access_id=None, why="says nothing")
_UNREADABLE = LookupOutcome(access_id=None, why="cannot be read")


class Resolved(NamedTuple):
    """The answer to one identifier of a log.

    Attributes:
        line: From 1.
        time: Of the line; ``None`` when it has none.
    """

    line: int
    time: datetime | None
    outcome: LookupOutcome


@dataclass
class LogTotals:
    """What was in a log.

    Attributes:
        distinct: Identifiers that were resolved and not only remembered.
        cut_off: Values that their program had cut off.
        unreadable: Values that are none, and lines that are too long.
        puzzling: Lines in which something like an identifier stands that was not understood.
        samples: Line number and beginning of the first that could not be read or understood.
        early: Lines from before the inventory began.
    """

    lines: int = 0
    found: int = 0
    missed: int = 0
    distinct: int = 0
    cut_off: int = 0
    unreadable: int = 0
    puzzling: int = 0
    early: int = 0
    samples: list[tuple[int, str]] = field(default_factory=list)

    def sample(self, line: int, octets: bytes) -> None:
        """Keep the beginning of what could not be read, printable, if few are kept yet."""
        if len(self.samples) < _MOST_SAMPLES:
            shown = octets[:_MOST_OF_A_SAMPLE].decode("ascii", "backslashreplace")
            self.samples.append((line, shown.encode("unicode_escape").decode()))


class LogLookup:
    """Resolves the identifiers of one log.

    Args:
        inventory: What they are resolved against, as it was at the time of each line.
        times: Reads the times of the log.

    Attributes:
        counted: What was in it so far.
    """

    def __init__(self, inventory: Inventory, times: LogTime) -> None:
        self.counted = LogTotals()
        self._lookup = Lookup(inventory)
        self._explainer = Explainer(inventory)
        self._times = times
        self._changes = inventory.identified.changes()
        self._began = inventory.identified.began()
        self._kept: dict[_Key, LookupOutcome] = {}
        self._explained = 0
        self._words: dict[str, str] = {}
        self._spellings: dict[tuple[str, ...], dict[str, str]] = {}

    def resolve(self, lines: Iterable[bytes]) -> Iterator[Resolved]:
        """Answers in the order of the log.

        Args:
            lines: Without their ends.
        """
        gatherer = Gatherer(self._times.of)
        waiting: list[Gathered] = []
        for number, line in enumerate(lines, start=1):
            self.counted.lines = number
            if found := gatherer.feed(number, line):
                waiting += self._understood(found, line)
            if len(waiting) >= _TOGETHER:
                yield from self._answered(waiting)
                waiting = []
        waiting += gatherer.end()
        yield from self._answered(waiting)

    def _understood(self, found: Sequence[Gathered], line: bytes) -> Sequence[Gathered]:
        puzzling = [one for one in found if one.mention.puzzling]
        if not puzzling:
            return found
        self.counted.puzzling += len(puzzling)
        for one in puzzling:
            self.counted.sample(one.line, line)
        return [one for one in found if not one.mention.puzzling]

    def _answered(self, waiting: list[Gathered]) -> Iterator[Resolved]:
        keys = [self._key(one) for one in waiting]
        kept = [self._kept.get(key) for key in keys]
        new = {
            key: one
            for key, one, outcome in zip(keys, waiting, kept, strict=True)
            if outcome is None
        }
        if new:
            self._learn(new)
        found = 0
        for key, one, known in zip(keys, waiting, kept, strict=True):
            outcome = known or self._kept[key]
            if outcome.access_id is not None:
                found += 1
            elif outcome is _NOTHING:
                continue
            elif outcome is _UNREADABLE:
                self.counted.unreadable += 1
                self.counted.sample(one.line, one.mention.option82 or one.mention.options6 or b"")
                continue
            else:
                self.counted.missed += 1
            yield Resolved(one.line, one.time, outcome)
        self.counted.found += found
        if len(self._kept) > _MOST_KEPT:
            for remembered in (self._kept, self._words, self._spellings):
                remembered.clear()

    def _key(self, one: Gathered) -> _Key:
        """What an answer depends on: the values, and what the inventory was then."""
        if one.mention.cut_off:
            self.counted.cut_off += 1
        if one.time is None:
            return one.mention, len(self._changes)
        if self._began and one.time < self._began:
            self.counted.early += 1
        return one.mention, bisect_right(self._changes, one.time)

    def _learn(self, new: dict[_Key, Gathered]) -> None:
        """Resolve what is not kept yet, in one go."""
        asked: list[tuple[_Key, Gathered, Asked]] = []
        for key, one in new.items():
            try:
                question = of_mention(one.mention)
            except OctetError:
                self._kept[key] = _UNREADABLE
                continue
            if question:
                asked.append((key, one, question))
            else:
                self._kept[key] = _NOTHING
        if not asked:
            return
        self.counted.distinct += len(asked)
        times = [one.time if self._changes else None for _, one, _ in asked]
        found = self._lookup.resolve([question for _, _, question in asked], times=times)
        for (key, _, question), verdict in zip(asked, found, strict=True):
            if isinstance(verdict, Match):
                self._kept[key] = self._shared(
                    LookupOutcome.of(verdict, self._explainer.found(verdict))
                )
            elif self._explained < _MOST_EXPLAINED:
                self._explained += 1
                why = self._explainer.missed(question, verdict)
                self._kept[key] = LookupOutcome(access_id=None, why=why)
            else:
                self._kept[key] = LookupOutcome(access_id=None, why=verdict.value)

    def _shared(self, outcome: LookupOutcome) -> LookupOutcome:
        """The same, with words that many answers have in common held once."""
        spelling = self._spellings.setdefault(
            (*outcome.spelling, *outcome.spelling.values()), outcome.spelling
        )
        return replace(
            outcome, why=self._words.setdefault(outcome.why, outcome.why), spelling=spelling
        )
