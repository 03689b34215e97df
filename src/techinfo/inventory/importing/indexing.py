"""Makes the identifiers of the accesses that an import has touched again, as its last step."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from itertools import islice

from sqlalchemy import Connection, select

from techinfo.dhcp.layouts import LAYOUTS
from techinfo.errors import InventoryError, PatternError
from techinfo.inventory.fields import quoted
from techinfo.inventory.identifiers.entries import (
    Ledger,
    Mark,
    held_from_row,
    index_again,
)
from techinfo.inventory.identifiers.switches import (
    Attached,
    Held,
    Subscribed,
    Switch,
    identities_of,
    switch_of,
)
from techinfo.inventory.importing import touched
from techinfo.inventory.importing.staging import Staging, place
from techinfo.inventory.records import Element, columns, from_row
from techinfo.inventory.tables import microseconds

_VERSION = 1
"""Counts up when keys or identities are made otherwise."""
_AT_ONCE = 5000
_MOST_REMARKS = 20
_ELEMENT = columns("elements", "e")
_ACCESS = ", ".join(f"a.{name}" for name in Attached._fields)
_SUBSCRIPTION = ", ".join(f"s.{name}" for name in Subscribed._fields)
_BETWEEN = "w.number BETWEEN ? AND ?"


def refresh(
    connection: Connection,
    staging: Staging,
    *,
    now: datetime,
    driver_layouts: Mapping[str, str],
    complete: bool | None,
) -> tuple[str, ...]:
    """Bring the index up to what the inventory now says.

    Args:
        connection: The transaction of the import, watched by `touched.watch` from its beginning.
        staging: What was imported.
        now: When it was.
        driver_layouts: Driver -> layout of elements that name none.
        complete: Whether the source says that it holds the whole network; ``None``: it does not
            say.

    Returns:
        What an operator should look at.

    Raises:
        InventoryError: Two switches write the same identifiers.
    """
    made_by = _made_by(driver_layouts)
    before = connection.exec_driver_sql("SELECT made_by, complete FROM identifier_index").first()
    if before is None or before.made_by != made_by:
        touched.touch_all(connection)
        index_again(connection)
    _mark_switches(connection, driver_layouts)
    _refuse_twins(connection, staging)
    remarks = _Remarks()
    count = touched.work(connection)
    ledger = Ledger(connection, now)
    for start in range(1, count + 1, _AT_ONCE):
        _renew(connection, ledger, (start, start + _AT_ONCE - 1), driver_layouts, remarks)
    kept = bool(before.complete) if before and "accesses" not in staging.tables else False
    _note(connection, made_by, kept if complete is None else complete, now)
    return remarks.lines()


class _Remarks:
    def __init__(self) -> None:
        self._found: dict[str, None] = {}
        self._count = 0

    def add(self, words: str) -> None:
        self._count += 1
        if len(self._found) < _MOST_REMARKS:
            self._found.setdefault(words)

    def lines(self) -> tuple[str, ...]:
        more = self._count - len(self._found)
        return (*self._found, *([f"… and {more} more identifiers like these"] if more else []))


def _renew(
    connection: Connection,
    ledger: Ledger,
    part: tuple[int, int],
    driver_layouts: Mapping[str, str],
    remarks: _Remarks,
) -> None:
    """Make the identities of one part of the work again."""
    here = _Surroundings(connection, part, driver_layouts)
    before: dict[str, dict[Held, int]] = {}
    rows = connection.exec_driver_sql(
        "SELECT i.access_id, i.identity, i.vlan, i.stored, i.circuit, i.remote, i.interface, "  # noqa: S608
        "i.remote6, i.enterprise, i.alone FROM work w JOIN identities i "
        f"ON i.access_id = w.access_id WHERE i.until IS NULL AND {_BETWEEN}",
        part,
    ).all()
    for row in rows:
        before.setdefault(row[0], {})[held_from_row(row[2:])] = row[1]
    accesses = connection.exec_driver_sql(
        f"SELECT w.access_id, {_ACCESS} FROM work w LEFT JOIN accesses a "  # noqa: S608
        f"ON a.access_id = w.access_id WHERE {_BETWEEN} ORDER BY w.number",
        part,
    ).all()
    for name, *told in accesses:
        held: set[Held] = set()
        if told[0] is not None:
            held = here.held(Attached(*told), remarks)
        ledger.update(name, before.get(name, {}), held)
    ledger.write()


class _Surroundings:
    """What identities are made of, for one part of the work."""

    def __init__(
        self, connection: Connection, part: tuple[int, int], driver_layouts: Mapping[str, str]
    ) -> None:
        self._switches = {
            switch.name: switch for switch in _switches(connection, part, driver_layouts)
        }
        self._subscriptions = _subscriptions(connection, part)
        self._services = _services(connection, "element IS NULL") | _services(
            connection,
            "element IN (SELECT a.element FROM work w "  # noqa: S608 - a constant
            f"JOIN accesses a ON a.access_id = w.access_id WHERE {_BETWEEN})",
            part,
        )

    def held(self, access: Attached, remarks: _Remarks) -> set[Held]:
        """What an access holds now."""
        switch = self._switches.get(access.element or "")
        subscriptions = self._subscriptions.get(access.access_id, [])
        try:
            return set(identities_of(access, subscriptions, switch, self._vlans(access, switch)))
        except PatternError as error:
            remarks.add(f"access {access.access_id}: no identifier is written: {error}")
            return set()

    def _vlans(self, access: Attached, switch: Switch | None) -> dict[int, str]:
        """VLAN -> service; what is declared closer wins."""
        if switch is None:
            return {}
        out: dict[int, str] = {}
        for where in (
            (None, None, None),
            (None, None, switch.site),
            (switch.name, None, None),
            (switch.name, access.port, None),
        ):
            out |= self._services.get(where, {})
        return out


def _switches(
    connection: Connection, part: tuple[int, int], driver_layouts: Mapping[str, str]
) -> Iterator[Switch]:
    rows = connection.exec_driver_sql(
        f"SELECT {_ELEMENT} FROM elements e WHERE e.name IN (SELECT a.element FROM work w "  # noqa: S608
        f"JOIN accesses a ON a.access_id = w.access_id WHERE {_BETWEEN})",
        part,
    )
    for row in rows:
        yield switch_of(from_row(Element, row), driver_layouts)


def _subscriptions(connection: Connection, part: tuple[int, int]) -> dict[str, list[Subscribed]]:
    rows = connection.exec_driver_sql(
        f"SELECT {_SUBSCRIPTION} FROM work w "  # noqa: S608
        "JOIN subscriptions s ON s.access_id = w.access_id "
        f"WHERE {_BETWEEN} ORDER BY s.subscription_id",
        part,
    ).all()
    out: dict[str, list[Subscribed]] = {}
    for found in map(Subscribed._make, rows):
        out.setdefault(found.access_id, []).append(found)
    return out


def _services(
    connection: Connection, where: str, values: tuple[object, ...] = ()
) -> dict[tuple[str | None, str | None, str | None], dict[int, str]]:
    """Services of a part of the network: element, port and site -> VLAN -> service."""
    rows = connection.exec_driver_sql(
        f"SELECT element, port, site, vlan, service_type FROM services WHERE {where}",  # noqa: S608 - three clauses
        values,
    )
    out: dict[tuple[str | None, str | None, str | None], dict[int, str]] = {}
    for element, port, site, vlan, service in rows:
        out.setdefault((element, port, site), {})[vlan] = service
    return out


def _mark_switches(connection: Connection, driver_layouts: Mapping[str, str]) -> None:
    connection.exec_driver_sql(
        "DELETE FROM switch_marks WHERE element IN (SELECT name FROM touched_elements)"
    )
    rows = connection.exec_driver_sql(
        f"SELECT {_ELEMENT} FROM touched_elements t JOIN elements e ON e.name = t.name"  # noqa: S608
    )
    while some := list(islice(rows, _AT_ONCE)):
        marks: list[tuple[int, bytes, str]] = []
        for row in some:
            switch = switch_of(from_row(Element, row), driver_layouts)
            marks += [(int(Mark.NAME), name, switch.name) for name in switch.names]
            marks += [(int(Mark.LAYOUT), one, switch.name) for one in switch.layouts()]
        connection.exec_driver_sql(
            "INSERT OR IGNORE INTO switch_marks (mark, value, element) VALUES (?, ?, ?)", marks
        )


def _refuse_twins(connection: Connection, staging: Staging) -> None:
    """Two switches with one remote-id and one layout cannot be distinguished."""
    twins = connection.exec_driver_sql(
        "SELECT min(element), max(element) FROM switch_marks WHERE mark = ? "
        "GROUP BY value HAVING count(*) > 1 ORDER BY 1 LIMIT 1",
        (int(Mark.LAYOUT),),
    ).first()
    if twins is None:
        return
    one, other = twins
    why = (
        f"{quoted(one)} and {quoted(other)} write the same remote-id and have one layout of "
        "circuit-ids; correct mac, ip or layout of one, or remove it"
    )
    raise _twice(connection, staging, other, why)


def _twice(connection: Connection, staging: Staging, name: str, why: str) -> InventoryError:
    table = staging.tables.get("elements")
    if table is None:
        return InventoryError(why)
    query = select(*place(table)).where(table.c.name == name)
    if (row := connection.execute(query).mappings().first()) is not None:
        return staging.problem(row, "mac", why).as_error()
    return staging.absence("elements", why).as_error()


def _note(connection: Connection, made_by: str, complete: bool, now: datetime) -> None:
    connection.exec_driver_sql(
        "INSERT INTO identifier_index (one, made_by, complete, began) VALUES (1, ?, ?, ?) "
        "ON CONFLICT (one) DO UPDATE SET made_by = excluded.made_by, complete = excluded.complete",
        (made_by, int(complete), microseconds(now)),
    )


def _made_by(driver_layouts: Mapping[str, str]) -> str:
    sources = repr((_VERSION, _layouts(), sorted(driver_layouts.items())))
    return hashlib.sha256(sources.encode()).hexdigest()


@cache
def _layouts() -> tuple[tuple[str, str, str | None], ...]:
    return tuple((one.name, one.circuit, one.remote) for one in LAYOUTS.values())
