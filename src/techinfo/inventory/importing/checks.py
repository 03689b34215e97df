"""What only shows in all records together: what stands twice, and what refers to nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Connection,
    RowMapping,
    Select,
    and_,
    func,
    insert,
    literal,
    select,
)

from techinfo.inventory.fields import quoted
from techinfo.inventory.importing.report import Problems
from techinfo.inventory.importing.staging import Staging, place
from techinfo.inventory.records import PARENTS, RECORDS, Kind
from techinfo.inventory.tables import KEYS, TABLES, accesses, elements

_SHOWN: dict[Kind, tuple[str, str]] = {
    "services": ("vlan", " with the same element, site and port"),
    "offers": ("service", " on the same access"),
}
"""Kinds whose primary key is no field -> the field to show of a record that stands twice, and what
else is the same."""


def check(connection: Connection, staging: Staging, problems: Problems) -> None:
    """Find the contradictions of a completed staging.

    When records are skipped, every record whose identity stands twice goes (nothing tells which
    one is true), then what refers to a record that is gone.

    Raises:
        InventoryImportError: Something is wrong and nothing is skipped.
    """
    checks = _Checks(connection, staging, problems)
    for kind in RECORDS:
        if kind not in staging.tables:
            continue
        shown, alike = _SHOWN.get(kind, (KEYS[kind], ""))
        checks.repeated(kind, [KEYS[kind]], shown, alike)
        if kind == "elements":
            checks.accesses_left_behind()
            address = (kind, ["address", "port"], "address", " with this port")
            while checks.repeated(*address) and problems.skipping:
                checks.accesses_left_behind()
        if kind in PARENTS and (problems.skipping or checks.believed(PARENTS[kind][1])):
            checks.references(kind)
    problems.settle()


@dataclass(frozen=True, slots=True)
class _Checks:
    connection: Connection
    staging: Staging
    problems: Problems

    def repeated(self, kind: Kind, same: Sequence[str], shown: str, alike: str) -> int:
        """Records that are equal in some columns: all but the first, or all if they are skipped.

        A record that is kept from before stays. Returns how many there were.
        """
        table = self.staging.tables[kind]
        group = (
            select(
                *(table.c[name] for name in same),
                func.min(table.c["_number"]).label("lowest"),
                func.count().label("times"),
            )
            .group_by(*(table.c[name] for name in same))
            .having(func.count() > 1)
            .subquery()
        )
        first = table.alias("first")
        origin = [first.c["_line"].label("first_line"), first.c["_file"].label("first_file")]
        query = (
            select(*place(table), table.c[shown].label("shown"), group.c.times, *origin)
            .join(group, and_(*(table.c[name] == group.c[name] for name in same)))
            .join(first, first.c["_number"] == group.c.lowest)
            .where(table.c["_number"] > 0)
        )
        if not self.problems.skipping:
            query = query.where(table.c["_number"] > group.c.lowest)

        def why(row: RowMapping) -> str:
            if not row["first_line"]:
                where = "in what is kept from before"
            else:
                where = f"on line {row['first_line']}"
                if row["first_file"] != row["_file"]:
                    where += f" of {self.staging.paths[row['first_file']].name}"
            return f"{quoted(str(row['shown']))}{alike} stands {row['times']} times, first {where}"

        return self._reject(kind, shown, query, why)

    def believed(self, kind: Kind) -> bool:
        """Whether all records of a kind are there: a reference to a wrong one repeats its error."""
        return not self.problems.kinds & {kind, None}

    def references(self, kind: Kind) -> None:
        """Records that name one which is not there."""
        table = self.staging.tables[kind]
        key, target = PARENTS[kind]
        parent = self.staging.tables.get(target, TABLES[target]).c[KEYS[target]]
        query = select(*place(table), table.c[key].label("shown")).where(
            table.c[key].is_not(None), ~select(1).where(parent == table.c[key]).exists()
        )
        called = "element" if target == "elements" else "access"

        def why(row: RowMapping) -> str:
            return f"no {called} {quoted(row['shown'])} is in the inventory"

        self._reject(kind, key, query, why)

    def _reject(
        self, kind: Kind, key: str, query: Select[Any], why: Callable[[RowMapping], str]
    ) -> int:
        """Note every row of a query as a problem, and take it out. How many there were."""
        numbers: list[int] = []
        ordered = query.order_by(self.staging.tables[kind].c["_number"])
        with self.connection.execute(ordered) as result:
            for row in result.mappings():
                self.problems.add(self.staging.problem(row, key, why(row)), kind)
                numbers.append(row["_number"])
        self.staging.reject(kind, numbers)
        return len(numbers)

    def accesses_left_behind(self) -> None:
        """Accesses that stay need their element: its absence is an error, or it is kept."""
        if "accesses" in self.staging.tables:
            return
        staged = self.staging.tables["elements"]
        absent = ~select(1).where(staged.c.name == accesses.c.element).exists()
        used = select(accesses.c.element).where(accesses.c.element.is_not(None), absent)
        if self.problems.skipping:
            lowest = select(func.min(staged.c["_number"])).where(staged.c["_number"] < 0)
            number = func.coalesce(lowest.scalar_subquery(), 0) - func.row_number().over()
            kept = select(elements, number, literal(0), literal(0), literal("")).where(
                elements.c.name.in_(used)
            )
            names = [column.name for column in staged.columns]
            self.connection.execute(insert(staged).from_select(names, kept))
            return
        counted = used.add_columns(func.count(), func.min(accesses.c.access_id))
        with self.connection.execute(counted.group_by(accesses.c.element)) as result:
            for name, count, one in result:
                why = f"{quoted(name)} is missing, but {count} accesses are on it ({one} for one)"
                self.problems.add(self.staging.absence("elements", why), "elements")
