"""Every identifier in a log resolved, each at the time of its line; in bounded memory."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from techinfo.access.explaining import Explainer, LookupOutcome
from techinfo.access.lookup import Lookup, Match
from techinfo.dhcp.gathering import Gathered, Gatherer
from techinfo.dhcp.log_lines import LogTime
from techinfo.dhcp.matching import Asked
from techinfo.dhcp.mentions import Mention, of_mention
from techinfo.errors import OctetError
from techinfo.inventory import Inventory

_MOST_KEPT = 200_000
"""Answers that are kept, because logs repeat; a hundred MiB at most."""
_MOST_EXPLAINED = 10_000
"""Misses that are looked into: each costs some statements, and a log may be another network's."""
_MOST_SAMPLES = 5
_MOST_OF_A_SAMPLE = 160

_Key = tuple[int, Mention]
"""What an answer depends on: how often the inventory had changed by then, and the values."""
_NOTHING = LookupOutcome(access_id=None, why="says nothing")
_UNREADABLE = LookupOutcome(access_id=None, why="cannot be read")


Resolved = tuple[int, datetime | None, LookupOutcome]
"""The answer to one identifier of a log: its line, from 1; the time of that, ``None`` when it has
none; and the answer."""


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
        self._kept: defaultdict[int, dict[Mention, LookupOutcome]] = defaultdict(dict)
        self._explained = 0

    def resolve(self, lines: Iterable[bytes]) -> Iterator[list[Resolved]]:
        """Answers in the order of the log, many together.

        Args:
            lines: Without their ends.
        """
        gatherer = Gatherer(self._times, self._puzzled)
        for gathered in gatherer.gather(lines):
            yield self._answered(gathered)
        self.counted.lines = gatherer.number

    def _puzzled(self, number: int, line: bytes) -> None:
        self.counted.puzzling += 1
        self.counted.sample(number, line)

    def _answered(self, gathered: list[Gathered]) -> list[Resolved]:
        counted, found = self.counted, 0
        out: list[Resolved] = []
        for (line, mention, time), outcome in zip(gathered, self._answers(gathered), strict=True):
            if outcome.access_id is not None:
                found += 1
            elif outcome is _NOTHING:
                counted.cut_off += mention.cut_off
                continue
            elif outcome is _UNREADABLE:
                counted.unreadable += 1
                counted.sample(line, mention.option82 or mention.options6 or b"")
                continue
            else:
                counted.missed += 1
            out.append((line, time, outcome))
        counted.found += found
        if (began := self._began) is not None:
            counted.early += sum([time < began for _, _, time in gathered if time is not None])
        return out

    def _answers(self, gathered: list[Gathered]) -> list[LookupOutcome]:
        """The answer to each, kept or found now."""
        if sum(map(len, self._kept.values())) > _MOST_KEPT:
            self._kept.clear()
        changed = self._changed(gathered)
        tables = [self._kept[number] for number in changed]
        kept = [known.get(one[1]) for known, one in zip(tables, gathered, strict=True)]
        if not all(kept):
            every = zip(changed, gathered, kept, strict=True)
            self._learn({(number, one[1]): one for number, one, outcome in every if not outcome})
        return [
            outcome or known[one[1]]
            for outcome, known, one in zip(kept, tables, gathered, strict=True)
        ]

    def _changed(self, gathered: list[Gathered]) -> list[int]:
        """How often the inventory had changed by the time of each."""
        changes = self._changes
        if not changes:
            return [0] * len(gathered)
        return [
            len(changes) if time is None else bisect_right(changes, time) for _, _, time in gathered
        ]

    def _learn(self, new: dict[_Key, Gathered]) -> None:
        """Resolve what is not kept yet, in one go."""
        asked: list[tuple[_Key, Gathered, Asked]] = []
        for key, one in new.items():
            try:
                question = of_mention(one[1])
            except OctetError:
                self._keep(key, _UNREADABLE)
                continue
            if question:
                asked.append((key, one, question))
            else:
                self._keep(key, _NOTHING)
        if not asked:
            return
        self.counted.distinct += len(asked)
        times = [one[2] if self._changes else None for _, one, _ in asked]
        found = self._lookup.resolve([question for _, _, question in asked], times=times)
        for (key, _, question), verdict in zip(asked, found, strict=True):
            if isinstance(verdict, Match):
                outcome = self._explainer.found(verdict)
            elif self._explained < _MOST_EXPLAINED:
                self._explained += 1
                why = self._explainer.missed(question, verdict)
                outcome = LookupOutcome(access_id=None, why=why)
            else:
                outcome = LookupOutcome(access_id=None, why=verdict.value)
            self._keep(key, outcome)

    def _keep(self, key: _Key, outcome: LookupOutcome) -> None:
        changed, mention = key
        self._kept[changed][mention] = outcome
