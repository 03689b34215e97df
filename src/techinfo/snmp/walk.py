"""Whole columns by GETBULK or GETNEXT: a cursor for each column, several columns in a request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from techinfo.errors import SnmpStatusError
from techinfo.snmp.ber import (
    GET_BULK,
    GET_NEXT,
    NO_SUCH_OBJECT,
    decode_index,
    decode_oid,
)
from techinfo.snmp.interface import Between, Walked, rows_between
from techinfo.snmp.message import MALFORMED, Varbind
from techinfo.snmp.oid import dotted
from techinfo.snmp.questions import NO_SUCH_NAME, TOO_BIG, Ask, Question, encoded
from techinfo.wire import Cell, Index, SnmpLimits

_MOST_OCTETS = 8 << 20
"""Of all answers to one walk, which take ten times that as Python's objects. 50,000 rows of an FDB
are 5 MB."""
_SPARE_REQUESTS = 1000
_MOST_CAUSES = 3
_MAKER = 7
"""Numbers of an OID that tell whose it is: 1.3.6.1.4.1 and an enterprise."""
_MOST_STRAYS = 1
"""Rows out of order that may be of a table that changed under the walk; more are its way."""
_MOST_UNREAD = 1000
"""Instances that are named, when none of them can be read."""
_NAMELESS = "rows whose OID cannot be read"
_MOST_CELLS = 50
"""Varbinds of an answer that a walk of few columns may have: what fits into a message of 1,472
octets, and half of what ten columns are asked for."""
_USUAL = SnmpLimits().max_repetitions
"""An agent or driver that is known to stand fewer repetitions is never asked for more."""
_FEW = 2
"""Repetitions from which a step down leads to GETNEXT: one repetition is no gentler."""


@dataclass(slots=True, eq=False)
class _Column:
    """How far one column is read.

    Attributes:
        prefix: The OID that was asked for, BER bytes.
        cursor: The OID that the next answer must follow, BER bytes.
        last: The index of ``cursor``; empty at the start.
        first: The OID of the first row; empty until there is one.
        seen: All indexes, where rows come in any order.
        strays: Rows that came behind a later one.
        bulk: Whether GETBULK may be used.
        alone: To be asked for by itself, because something went wrong among others.
        near: What may not be run into stands behind it.
        done: Nothing more to ask.
        nameless: Rows were lost, because their OIDs could not be read.
    """

    name: str
    prefix: bytes
    cursor: bytes
    bulk: bool
    seen: set[Index] | None
    last: Index = ()
    first: bytes = b""
    rows: int = 0
    strays: int = 0
    alone: bool = False
    near: bool = False
    done: bool = False
    nameless: bool = False
    cells: dict[Index, Cell] = field(default_factory=dict)

    def begin_anew(self) -> None:
        """Be read from the start, in any order; only a repetition proves a loop then."""
        self.cursor, self.last, self.rows, self.first = self.prefix, (), 0, b""
        self.cells.clear()
        self.seen, self.alone = set(), True

    def take_back(self, cursor: bytes, last: Index, rows: int) -> None:
        """Be asked once more for what was just answered, by itself."""
        self.alone = True
        if self.seen is None:  # else it has just begun anew
            self.cursor, self.last, self.rows = cursor, last, rows


class Walk(Question):
    """Some columns, or any other subtrees, at most ``limits.varbinds`` in one request.

    A column ends where the agent's answer leaves it, or at the end of the MIB. Answers may be cut
    anywhere, and rows may lack cells: each column goes on from its own cursor. After a first answer
    without an end, few columns are asked for as many rows more as fit into an answer. tooBig takes
    that back, then halves the repetitions, then the columns. A column whose rows go back, to none
    that was there before, is read once more by itself, in any order; if it then comes to its end,
    the limits remember it. Of some rows only, it begins before the first and ends with the last.
    Whatever else an agent does wrong ends the column it does it to, and the
    result says so; it is an error only when nothing came at all.
    """

    def __init__(
        self,
        columns: Sequence[str],
        limits: SnmpLimits,
        address: str,
        *,
        v1: bool = False,
        between: Between | None = None,
    ) -> None:
        super().__init__(limits, address)
        self._v1 = v1
        self._between = between
        self._columns = [self._start(name) for name in dict.fromkeys(columns)]
        self._live = list(self._columns)
        self._window: list[_Column] = []
        self._regroup = True
        self._causes: list[str] = []
        self._endless: list[str] = []
        self._refusal: SnmpStatusError | None = None
        self._requests = 0
        self._repetitions = 0
        self._goes_on = False
        self._octets = 0

    def _start(self, name: str) -> _Column:
        limits = self.limits
        prefix = encoded(name)
        no_bulk = any(_touches(prefix, subtree) for subtree in map(encoded, limits.no_bulk))
        first: Index = ()
        cursor = prefix
        if self._between is not None:
            first = (max(0, self._between[0] - 1),)
            cursor = encoded(f"{name}.{first[0]}")
        return _Column(
            name=name,
            prefix=prefix,
            cursor=cursor,
            last=first,
            bulk=limits.bulk and not no_bulk,
            near=any(_is_before(prefix, subtree) for subtree in map(encoded, limits.not_into)),
            seen=set() if limits.unordered else None,
        )

    def result(self) -> Walked:
        """All rows, keyed by what follows the column's OID.

        Raises:
            SnmpStatusError: The agent refused, and gave no row at all.
        """
        if self._refusal and not any(column.cells for column in self._columns):
            raise self._refusal
        return Walked(
            cells={c.name: rows_between(c.cells, self._between) for c in self._columns},
            partial="; ".join(self._causes[:_MOST_CAUSES]),
            endless=tuple(self._endless),
        )

    def _next(self) -> Ask | None:
        if self._requests > self.limits.max_rows + _SPARE_REQUESTS:
            self._cut(self._live, "too many requests", endless=True)
        if self._octets > _MOST_OCTETS:
            self._cut(self._live, "too many octets", endless=True)
        if self._regroup:
            self._live = [column for column in self._live if not column.done]
            self._window = self._group()
            self._regroup = False
        if not self._window:
            return None
        self._requests += 1
        cursors = tuple([column.cursor for column in self._window])
        if self._window[0].bulk:
            # Zero repetitions have hung an agent (field notes A5).
            most = self._repetitions = max(1, self.limits.max_repetitions)
            if self._goes_on and most >= _USUAL:
                self._repetitions = max(most, _MOST_CELLS // len(cursors))
            rows = [column.rows for column in self._window if column.near]
            if rows:  # then the end is run over by no more rows than the next column has
                self._repetitions = max(1, min(self._repetitions, *rows))
            return Ask(GET_BULK, cursors, self._repetitions)
        return Ask(GET_NEXT, cursors)

    def _group(self) -> list[_Column]:
        """The columns of the next requests."""
        if not self._live or self._live[0].alone:
            return self._live[:1]
        bulk = self._live[0].bulk
        together = [c for c in self._live if c.bulk is bulk and not c.alone]
        return together[: max(1, self.limits.varbinds)]

    def _take(self, varbinds: list[Varbind], octets: int) -> None:
        self._octets += octets
        window = self._window
        width = len(window)
        before = [(column.cursor, column.last, column.rows) for column in window]
        ends: list[tuple[_Column, Varbind]] = []
        for place, column in enumerate(window):
            # RFC 3416, 4.2.3: the first row's cells in the order asked, then the second row's, …
            rest = self.limits.max_rows - column.rows
            end = self._rows(column, varbinds[place::width][:rest])
            if end is not None:
                ends.append((column, end))
        self._regroup = self._regroup or bool(ends)
        self._goes_on = not self._regroup
        if ends and self._misplaced(ends, len(varbinds)):
            for column, old in zip(window, before, strict=True):
                column.take_back(*old)
            return
        for column, _ in ends:
            column.done = True
            self._note_order(column)
        for column in window:
            if self._between is not None or column.rows >= self.limits.max_rows:
                self._end(column)

    def _end(self, column: _Column) -> None:
        """A column ends with the last row that is wanted, if they come in order; or is too long."""
        if self._between is not None and column.seen is None and column.last >= self._between[1:]:
            column.done = self._regroup = True
        if column.rows >= self.limits.max_rows:
            self._cut([column], f"over {self.limits.max_rows} rows", endless=True)

    def _rows(  # noqa: C901 - the hot loop, kept flat
        self, column: _Column, varbinds: list[Varbind]
    ) -> Varbind | None:
        """Take a column's rows, and give the varbind that is no more of them, if one is not.

        Every OID is held against the column (field notes A14).
        """
        # Names of its own in the hot loop: an attribute more for each cell is a tenth of its time.
        prefix, cells, seen = column.prefix, column.cells, column.seen
        decode, no_object = decode_index, NO_SUCH_OBJECT
        cursor, last, rows = column.cursor, column.last, column.rows
        rows_before = rows
        end: Varbind | None = None
        back: Index | None = None
        nameless = False
        for oid, tag, value in varbinds:
            name = oid.removeprefix(prefix)
            if tag >= no_object or name == oid:
                if _is_oid(oid):
                    end = oid, tag, value
                    break
                nameless = True
                continue
            try:
                index = decode(name)
            except ValueError:
                nameless = True
                continue
            # Index tuples compare as OIDs do; BER bytes would not, past 127 (X.690, 8.19).
            if index <= last if seen is None else index in seen:
                back = index
                break
            if seen is not None:
                seen.add(index)
                column.strays += index < last
            if value is not None:
                cells[index] = value
            elif tag == MALFORMED and len(self.unread) < _MOST_UNREAD:
                self.unread.add(dotted(decode_oid(oid)))
            cursor = oid
            last = index
            rows += 1
        column.cursor, column.last, column.rows = cursor, last, rows
        if rows and not column.first:
            column.first = varbinds[0][0]
        if back is not None:
            self._went_back(column, back)
        elif nameless:
            self._note_nameless(column, stuck=end is None and rows == rows_before)
        return end

    def _note_nameless(self, column: _Column, *, stuck: bool) -> None:
        """A row without an OID is lost; a column that cannot be asked for past it ends there."""
        if stuck:
            self._cut([column], _NAMELESS)
        elif not column.nameless:
            column.nameless = True
            self._causes.append(f"{column.name}: {_NAMELESS}")

    def _went_back(self, column: _Column, index: Index) -> None:
        """A loop ends a column; a row that is new may be the way of an agent without order."""
        if column.seen is None and () < index < column.last and index not in column.cells:
            column.begin_anew()
            self._regroup = True
        else:
            self._cut([column], "rows that repeat or go back")

    def _note_order(self, column: _Column) -> None:
        """A column that came to its end without order says so of its agent."""
        if column.strays > _MOST_STRAYS and not self.limits.unordered:
            self.limits = replace(self.limits, unordered=True)

    def _misplaced(self, ends: list[tuple[_Column, Varbind]], count: int) -> bool:
        """Whether cells stand where those of other columns should, so that no end can be believed.

        So it is with an agent that leaves out the cells of columns that have ended. Alone, each
        column is read right.
        """
        width = len(self._window)
        if width == 1 or self.limits.unordered:
            return False
        return count < width or any(
            self._belongs_elsewhere(column, *varbind[:2]) for column, varbind in ends
        )

    def _belongs_elsewhere(self, column: _Column, oid: bytes, tag: int) -> bool:
        """Whether a column cannot have ended with this OID.

        endOfMibView has the name that was asked after (RFC 3416, 4.2.2). Else what follows a
        column lies behind it, and is the first row of the next one, never a later one.
        """
        if tag >= NO_SUCH_OBJECT:
            return oid != column.cursor
        if decode_oid(oid) < decode_oid(column.cursor):
            return True
        others = [other.first for other in self._window if oid.startswith(other.prefix)]
        return any(first and oid != first for first in others)

    def _cut(self, columns: list[_Column], cause: str, *, endless: bool = False) -> None:
        self._regroup = True
        for column in columns:
            if not column.done:
                column.done = True
                self._causes.append(f"{column.name}: {cause}")
                self._endless += [column.name] if endless else []

    def _refused(self, status: int, index: int) -> None:
        self._regroup = True
        width = len(self._window)
        if status == TOO_BIG and self._can_shrink():
            self._shrink()
        elif width > 1:
            named = self._window[index - 1 : index] if 0 < index <= width else self._window
            ended = self._v1 and status == NO_SUCH_NAME and len(named) == 1
            for column in named:
                column.alone, column.done = not ended, ended
        elif status == NO_SUCH_NAME:
            self._window[0].done = True  # how SNMPv1 says end of MIB (RFC 1157, 4.1.3)
        else:
            cause = f"error-status {status}"
            self._cut(self._window, cause)
            self._refusal = SnmpStatusError(
                f"{cause} on the smallest request",
                status=status,
                index=index,
                address=self._address,
            )

    def _can_shrink(self) -> bool:
        return len(self._window) > 1 or (self._window[0].bulk and self.limits.max_repetitions > 1)

    @property
    def _is_stretched(self) -> bool:
        """Whether more rows were asked for than the limits have, as the columns are few."""
        return self._window[0].bulk and self._repetitions > self.limits.max_repetitions

    def _can_step_down(self) -> bool:
        return self._window[0].bulk or self._can_shrink()

    def _step_down(self) -> None:
        """After a silence that the agent has outlived; in the end it gets GETNEXT (A5, A9)."""
        if not self._window[0].bulk or self._is_stretched or self.limits.max_repetitions > _FEW:
            self._shrink()
            return
        self._regroup = True
        self.limits = replace(self.limits, bulk=False)
        for column in self._columns:
            column.bulk = False

    def _shrink(self) -> None:
        self._regroup = True
        self._goes_on = False
        if self._is_stretched:  # one less is remembered: it is never asked for more again
            fewer = min(self.limits.max_repetitions, _USUAL) - 1
            self.limits = replace(self.limits, max_repetitions=fewer)
        elif self._window[0].bulk and self.limits.max_repetitions > 1:
            fewer = self.limits.max_repetitions // 2
            self.limits = replace(self.limits, max_repetitions=fewer)
        else:
            self.limits = replace(self.limits, varbinds=len(self._window) // 2)


def _is_oid(octets: bytes) -> bool:
    try:
        decode_oid(octets)
    except ValueError:
        return False
    return True


def _touches(column: bytes, subtree: bytes) -> bool:
    """Whether a GETBULK of a column can reach into a subtree that must not be read so (A1).

    It runs over the column's end by some rows. What lies there nobody knows; that it is the next
    table of the same maker is likely enough.
    """
    return column.startswith(subtree) or subtree.startswith(column) or _is_before(column, subtree)


def _is_before(column: bytes, subtree: bytes) -> bool:
    """Whether a column stands before a subtree of the same maker."""
    before, after = decode_oid(column), decode_oid(subtree)
    return before < after and len(before) > _MAKER and before[:_MAKER] == after[:_MAKER]
