"""What an import did, what it found wrong, and what it takes but an operator should look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Text, and_, cast, func, or_, select

from techinfo.errors import InventoryImportError
from techinfo.inventory.fields import quoted
from techinfo.inventory.findings import sites_without_element, taken_legacy_ids
from techinfo.inventory.records import Kind
from techinfo.inventory.tables import accesses

MOST_TOGETHER = 100
"""So many errors are shown with their lines; the others are counted by column."""
_MOST_KEPT = 1000
_MOST_READ = 100_000
"""After so many errors a file is of another sort altogether."""


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

    @property
    def differ(self) -> bool:
        """Whether anything is not as before."""
        return bool(self.added or self.changed or self.removed)


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
        kinds: Kinds of which records are wrong; ``None`` among them: of any.
        whole: A file is wrong as a whole, so that nothing of it can be believed.
    """

    def __init__(self, *, skipping: bool) -> None:
        self.skipping = skipping
        self.found: list[Rejected] = []
        self.count = 0
        self.kinds: set[Kind | None] = set()
        self.whole = False
        self._columns: Counter[str] = Counter()

    def add(self, problem: Rejected, kind: Kind | None, *, whole: bool = False) -> None:
        """Note one; without skipping, the hundred thousandth ends the import.

        Args:
            problem: What is wrong.
            kind: Of the record; ``None``: not known.
            whole: With the file, which is refused even if wrong records are skipped.

        Raises:
            InventoryImportError: There are more than anybody will read.
        """
        self.count += 1
        self.kinds.add(kind)
        self.whole |= whole
        if len(self.found) < _MOST_KEPT:
            self.found.append(problem)
        if self.count > MOST_TOGETHER:
            self._columns[(problem.key or "the line").rpartition(".")[2]] += 1
        if self.count >= _MOST_READ:
            self.settle()

    def add_file(self, error: InventoryImportError) -> None:
        """Note that a file cannot be read to its end."""
        problem = Rejected(path=error.path, line=error.line, key=error.key, why=error.why)
        self.add(problem, None, whole=True)

    def add_record(self, wrong: Sequence[Rejected], kind: Kind) -> None:
        """Note what is wrong with one record: one record that is skipped, or so many errors."""
        for problem in wrong[:1] if self.skipping else wrong:
            self.add(problem, kind)

    def settle(self) -> None:
        """Go on only if nothing is wrong, or wrong records are skipped.

        Raises:
            InventoryImportError: The first problem, the others in its message.
        """
        if not self.found or (self.skipping and not self.whole):
            return
        first, *others = self.found[:MOST_TOGETHER]
        more = ["", *(f"  {other.as_error()}" for other in others)]
        if self._columns:
            where = ", ".join(f"{key} {count}" for key, count in self._columns.most_common(5))
            more.append(f"  … and {self.count - MOST_TOGETHER} more ({where})")
        if self.count >= _MOST_READ:
            more.append(f"  and perhaps more: reading stopped after {self.count}")
        raise first.as_error("\n".join(more) if more[1:] else "")


_MOST_OF_A_SORT = 20
_SHRINKS = 0.02
"""A source that loses more of its records at once is more often broken than right."""


def remarks(
    connection: Connection, counts: Mapping[Kind, Counts], dependent: frozenset[Kind]
) -> tuple[str, ...]:
    """Warnings about the inventory as it now stands.

    Args:
        connection: The transaction of the import.
        counts: What the import changed.
        dependent: Kinds that were not imported, but lost records with those that were.
    """
    sorts = [_losses(counts, dependent)]
    if "accesses" in counts:
        sorts += [_indistinct(connection), _ambiguous(connection)]
    if counts.keys() & {"elements", "services"}:
        sorts.append(_sites(connection))
    return tuple(remark for sort in sorts for remark in _bounded(sort))


def _bounded(sort: Iterator[str]) -> Iterator[str]:
    yield from islice(sort, _MOST_OF_A_SORT)
    if more := sum(1 for _ in sort):
        yield f"… and {more} more of this sort"


def _losses(counts: Mapping[Kind, Counts], dependent: frozenset[Kind]) -> Iterator[str]:
    for kind, count in counts.items():
        before = count.changed + count.removed + count.unchanged
        if kind in dependent:
            yield f"{count.removed} {kind} were removed, because what they belong to is gone"
        elif count.removed > before * _SHRINKS:
            yield f"{count.removed} of {before} {kind} were removed"


def _indistinct(connection: Connection) -> Iterator[str]:
    """Ports whose accesses cannot be distinguished: row facts will be refused there."""
    port = (accesses.c.element, accesses.c.port)
    shared = (
        select(*port)
        .where(accesses.c.element.is_not(None), accesses.c.port.is_not(None))
        .group_by(*port)
        .having(func.count() > 1)
        .subquery()
    )
    mark: Any = ""
    for name in ("ont_id", "uni", "s_vlan", "c_vlan"):
        mark = mark + func.coalesce(cast(accesses.c[name], Text), "") + "/"
    query = (
        select(*port, func.count(), func.min(accesses.c.access_id), func.max(accesses.c.access_id))
        .join(shared, and_(*(column == shared.c[column.name] for column in port)))
        .group_by(*port)
        .having(or_(func.count(mark.distinct()) < func.count(), func.min(mark) == "////"))
    )
    for element, name, count, one, other in connection.execute(query):
        yield (
            f"{element} port {name}: {count} accesses share it and nothing tells all of them apart"
            f" ({one} and {other} among them); give ont_id and uni, or s_vlan and c_vlan"
        )


def _ambiguous(connection: Connection) -> Iterator[str]:
    """Legacy ids by which nothing is found, or another access."""
    legacy = accesses.c.legacy_access_id
    repeated = (select(legacy, func.count()).where(legacy.is_not(None)).group_by(legacy)).having(
        func.count() > 1
    )
    for found, count in connection.execute(repeated):
        yield f"legacy_access_id {quoted(found)} stands {count} times and so finds nothing"
    for _, found in connection.execute(taken_legacy_ids()):
        yield f"legacy_access_id {quoted(found)} is the access_id of another access, which it finds"


def _sites(connection: Connection) -> Iterator[str]:
    for site, _ in connection.execute(sites_without_element()):
        yield f"no element stands at site {quoted(site)}, which a service names"
