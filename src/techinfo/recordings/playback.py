"""A conversation with a recording: the same two questions, no network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from techinfo.errors import SnmpTimeoutError
from techinfo.recordings.recording import Oid, Recording
from techinfo.snmp.interface import (
    Between,
    Conversation,
    ConversationStats,
    Walked,
    rows_between,
)
from techinfo.snmp.oid import numbers
from techinfo.wire import Cell, Index, SnmpLimits

_NULL = 5


class RecordedConversation:
    """A device that is a recording; what was not recorded it does not have.

    It counts the requests that an agent within these limits would have got, its replies being as
    long as they like. A NULL is no cell, as with the engine.

    Attributes:
        limits: As a driver states them.
        counted: What a real device would have been asked.
    """

    def __init__(self, recording: Recording, limits: SnmpLimits | None = None) -> None:
        self.limits = limits or SnmpLimits()
        self.counted = ConversationStats()
        self._recording = recording

    async def get(self, oids: Sequence[str]) -> dict[str, Cell]:
        """Exact instances; what the recording does not have is left out."""
        self.counted.requests += _parts(len(oids), self.limits.varbinds)
        self.counted.varbinds += len(oids)
        found = self._recording.values(map(numbers, oids))
        return {oid: v[1] for oid, v in zip(oids, found, strict=True) if v and v[0] != _NULL}

    async def walk(self, columns: Sequence[str], between: Between | None = None) -> Walked:
        """Whole columns; one with over ``limits.max_rows`` rows is cut there."""
        self.counted.walks += 1
        cells: dict[str, dict[Index, Cell]] = {}
        cut = [column for column in columns if not self._read_column(column, cells)]
        cells = {column: rows_between(rows, between) for column, rows in cells.items()}
        self._count_walk({column: len(rows) for column, rows in cells.items()})
        most = self.limits.max_rows
        cause = f"over {most} rows in {', '.join(cut)}" if cut else ""
        return Walked(cells=cells, partial=cause, endless=tuple(cut))

    def context(self, vlan: int) -> Conversation:
        """The recording of a VLAN's context; one that there is none of is silent, as an agent is.

        Raises:
            RecordingError: It is there and cannot be read.
        """
        found = self._recording.context(vlan)
        kind = _Unrecorded if found is None else RecordedConversation
        recorded = kind(found or Recording.from_rows({}), self.limits)
        recorded.counted = self.counted
        return recorded

    async def close(self) -> None:
        """Nothing is held."""

    def _cell(self, oid: Oid) -> Cell | None:
        value = self._recording.get(oid)
        return None if value is None or value[0] == _NULL else value[1]

    def _read_column(self, column: str, cells: dict[str, dict[Index, Cell]]) -> bool:
        """Take a column's rows; ``False`` when there were more than may be read."""
        prefix = numbers(column)
        under = self._recording.under(prefix)
        rows = cells[column] = {}
        for oid in under[: self.limits.max_rows]:
            cell = self._cell(oid)
            if cell is not None:
                rows[oid[len(prefix) :]] = cell
        return len(under) <= self.limits.max_rows

    def _count_walk(self, rows: dict[str, int]) -> None:
        """A walk ends with the first row behind its column, so that each column costs one more."""
        limits = self.limits
        singly = [c for c in rows if not limits.bulk or _is_under(c, limits.no_bulk)]
        together = [rows[c] + 1 for c in rows if c not in singly]
        asked = sum(rows[c] + 1 for c in singly)
        self.counted.requests += asked
        self.counted.varbinds += asked
        for group in _groups(together, limits.varbinds):
            requests = [_parts(count, limits.max_repetitions) for count in group]
            self.counted.requests += max(requests)
            self.counted.varbinds += sum(requests) * limits.max_repetitions


class _Unrecorded(RecordedConversation):
    """A context that was not recorded."""

    async def get(self, oids: Sequence[str]) -> dict[str, Cell]:
        """Silence."""
        await super().get(oids)
        raise SnmpTimeoutError("this context was not recorded")

    async def walk(self, columns: Sequence[str], between: Between | None = None) -> Walked:
        """Silence."""
        await super().walk(columns, between)
        raise SnmpTimeoutError("this context was not recorded")


def _parts(count: int, size: int) -> int:
    return -(-count // max(1, size))


def _groups(counts: list[int], size: int) -> Iterator[list[int]]:
    for start in range(0, len(counts), max(1, size)):
        yield counts[start : start + max(1, size)]


def _is_under(column: str, subtrees: Sequence[str]) -> bool:
    ids = numbers(column)
    return any(ids[: len(top)] == top for top in map(numbers, subtrees))
