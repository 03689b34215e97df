"""What an import did, and what it found wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from techinfo.errors import InventoryImportError
from techinfo.inventory.records import Kind

MOST_TOGETHER = 20
"""So many errors are told at once."""

_MOST_KEPT = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class Rejected:
    """One record that was not taken.

    Attributes:
        line: From 1; ``None`` when it is not about one line.
        key: Column, or path such as ``accesses[2].port_by``; ``None``: the record as a whole.
        why: What was found and what is expected.
    """

    path: Path
    line: int | None
    key: str | None
    why: str

    def as_error(self, others: str = "") -> InventoryImportError:
        """The same as an error, with ``others`` appended to its message."""
        return InventoryImportError(self.why + others, path=self.path, line=self.line, key=self.key)


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """Records of one kind, compared with what was there before."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportReport:
    """What an import did, or would do.

    Attributes:
        counts: The kinds that were replaced, and kinds that lost records with them.
        warnings: What an operator should look at, in words.
        rejected: What was left out, the first thousand.
        rejected_count: All that was left out.
        dry_run: Nothing was changed.
        doubts: Why the import itself would be refused, and the difference, a line each.
    """

    counts: Mapping[Kind, Counts]
    warnings: tuple[str, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    rejected_count: int = 0
    dry_run: bool = False
    doubts: tuple[str, ...] = ()


class Problems:
    """Collects what is wrong: to raise it all together, or to report it and go on.

    Attributes:
        skipping: Wrong records are left out and the rest is taken.
        found: The first of them, at most a thousand.
        count: All of them.
    """

    def __init__(self, *, skipping: bool) -> None:
        self.skipping = skipping
        self.found: list[Rejected] = []
        self.count = 0

    def add(self, problem: Rejected) -> None:
        """Note one; without skipping, the twentieth ends the import.

        Raises:
            InventoryImportError: There are enough to tell.
        """
        self.count += 1
        if len(self.found) < _MOST_KEPT:
            self.found.append(problem)
        if self.count >= MOST_TOGETHER:
            self.settle()

    def add_record(self, wrong: Sequence[Rejected]) -> None:
        """Note what is wrong with one record: one record that is skipped, or so many errors."""
        for problem in wrong[:1] if self.skipping else wrong:
            self.add(problem)

    def settle(self) -> None:
        """Go on only if nothing is wrong, or wrong records are skipped.

        Raises:
            InventoryImportError: The first problem, the others in its message.
        """
        if self.skipping or not self.found:
            return
        first, *others = self.found
        more = ["", *(f"  {other.as_error()}" for other in others)]
        if self.count >= MOST_TOGETHER:
            more.append(f"  and perhaps more: reading stopped after {self.count}")
        raise first.as_error("\n".join(more) if others else "")
