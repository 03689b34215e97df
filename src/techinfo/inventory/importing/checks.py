"""What only shows when all records lie side by side: what stands twice, and what leads nowhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    RowMapping,
    Select,
    Table,
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

_SHOWN: dict[Kind, str] = {"services": "vlan", "offers": "service"}
"""Kind -> the column that is told of a record that stands twice, where its identity is none."""
_SAME: dict[Kind, str] = {
    "services": " with the same element, site and port",
    "offers": " on the same access",
}


def check(connection: Connection, staging: Staging, problems: Problems) -> None:
    """Find the contradictions of a completed staging.

    When records are skipped, every record that bears an identity twice goes (nobody knows which
    one is true), then what refers to a record that is gone.

    Raises:
        InventoryImportError: Something is wrong and nothing is skipped.
    """
    for kind in RECORDS:
        if kind not in staging.tables:
            continue
        _check_identity(connection, staging, problems, kind)
        if kind == "elements":
            _check_accesses_left_behind(connection, staging, problems)
            while _check_addresses(connection, staging, problems) and problems.skipping:
                _check_accesses_left_behind(connection, staging, problems)
        # What refers to a wrong record would only repeat its error, so it is not told yet.
        if kind in PARENTS and (problems.skipping or not problems.count):
            _check_references(connection, staging, problems, kind)
    problems.settle()


def _check_identity(
    connection: Connection, staging: Staging, problems: Problems, kind: Kind
) -> None:
    table = staging.tables[kind]
    shown = table.c[_SHOWN.get(kind, KEYS[kind])]
    query = _repeated(table, [table.c[KEYS[kind]]], problems, shown)

    def why(row: RowMapping) -> str:
        return f"{quoted(str(row['shown']))}{_SAME.get(kind, '')} {_often(staging, row)}"

    _reject(connection, staging, problems, kind, shown.name, query, why)


def _check_addresses(connection: Connection, staging: Staging, problems: Problems) -> int:
    """Elements at one address; one that is kept from before stays. How many there were."""
    table = staging.tables["elements"]
    query = _repeated(table, [table.c.address, table.c.port], problems, table.c.address)

    def why(row: RowMapping) -> str:
        return f"{quoted(row['shown'])} with this port {_often(staging, row)}"

    return _reject(connection, staging, problems, "elements", "address", query, why)


def _repeated(
    table: Table, same: list[Column[Any]], problems: Problems, shown: Column[Any]
) -> Select[Any]:
    """Rows that are equal in some columns, all but the first unless they are to be skipped."""
    group = (
        select(*same, func.min(table.c["_number"]).label("lowest"), func.count().label("times"))
        .group_by(*same)
        .having(func.count() > 1)
        .subquery()
    )
    first = table.alias("first")
    origin = [first.c["_line"].label("first_line"), first.c["_file"].label("first_file")]
    equal = and_(*(column == group.c[column.name] for column in same))
    query = (
        select(*place(table), shown.label("shown"), group.c.times, *origin)
        .join(group, equal)
        .join(first, first.c["_number"] == group.c.lowest)
        .where(table.c["_number"] > 0)
        .order_by(table.c["_number"])
    )
    return query if problems.skipping else query.where(table.c["_number"] > group.c.lowest)


def _often(staging: Staging, row: RowMapping) -> str:
    if not row["first_line"]:
        where = "in what is kept from before"
    elif row["first_file"] == row["_file"]:
        where = f"on line {row['first_line']}"
    else:
        where = f"on line {row['first_line']} of {staging.paths[row['first_file']].name}"
    return f"stands {row['times']} times, first {where}"


def _check_references(
    connection: Connection, staging: Staging, problems: Problems, kind: Kind
) -> None:
    table = staging.tables[kind]
    key, target = PARENTS[kind]
    parent = staging.tables.get(target, TABLES[target]).c[KEYS[target]]
    called = "element" if target == "elements" else "access"
    query = (
        select(*place(table), table.c[key].label("shown"))
        .where(table.c[key].is_not(None), ~select(1).where(parent == table.c[key]).exists())
        .order_by(table.c["_number"])
    )

    def why(row: RowMapping) -> str:
        return f"no {called} {quoted(row['shown'])} is in the inventory"

    _reject(connection, staging, problems, kind, key, query, why)


def _reject(
    connection: Connection,
    staging: Staging,
    problems: Problems,
    kind: Kind,
    key: str,
    query: Select[Any],
    why: Callable[[RowMapping], str],
) -> int:
    """Tell every row of a query, and take it out. How many there were."""
    numbers: list[int] = []
    with connection.execute(query) as result:
        for row in result.mappings():
            problems.add(staging.problem(row, key, why(row)))
            numbers.append(row["_number"])
    staging.reject(kind, numbers)
    return len(numbers)


def _check_accesses_left_behind(
    connection: Connection, staging: Staging, problems: Problems
) -> None:
    """Accesses that stay need their element: its absence is an error, or it is kept."""
    if "accesses" in staging.tables:
        return
    staged = staging.tables["elements"]
    absent = ~select(1).where(staged.c.name == accesses.c.element).exists()
    used = select(accesses.c.element).where(accesses.c.element.is_not(None), absent)
    if problems.skipping:
        lowest = select(func.min(staged.c["_number"])).where(staged.c["_number"] < 0)
        number = func.coalesce(lowest.scalar_subquery(), 0) - func.row_number().over()
        kept = select(elements, number, literal(0), literal(0), literal("")).where(
            elements.c.name.in_(used)
        )
        names = [column.name for column in staged.columns]
        connection.execute(insert(staged).from_select(names, kept))
        return
    counted = used.add_columns(func.count(), func.min(accesses.c.access_id))
    with connection.execute(counted.group_by(accesses.c.element)) as result:
        for name, count, one in result:
            why = f"{quoted(name)} is missing, but {count} accesses are on it ({one} for one)"
            problems.add(staging.absence("elements", why))
