"""What an operator should put right in an inventory, as far as it shows without asking a switch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Column, Connection, Row, Select, Table, func, or_, select

from techinfo.inventory.fields import quoted
from techinfo.inventory.identifiers.entries import identifier_index
from techinfo.inventory.tables import accesses, cpes, elements, services

_HOUSE = "RESIDENTIAL_HOUSE"
"""PremisesType (ON-API) of a building with one household."""
_HOUSEHOLD = (
    *("street_name", "street_number", "street_littera", "postal_code", "city"),
    *("mdu_apartment_number", "mdu_distinguisher", "outlet"),
)
_TOLD_APART_BY = ("ont_id", "uni", "s_vlan", "c_vlan")


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing that is wrong, or will lead to a wrong answer.

    Attributes:
        kind: ``access``, ``element`` or ``credential``.
        who: accessId, or the name of the element or credential.
        what: What was found.
        todo: What to do about it.
    """

    kind: str
    who: str
    what: str
    todo: str

    def __str__(self) -> str:
        return f"{self.kind} {self.who}: {self.what}; {self.todo}"


def findings(connection: Connection) -> Iterator[Finding]:
    """All findings that need the inventory alone, one sort after the other."""
    yield from _without_port(connection)
    yield from _on_one_port(connection)
    yield from _at_one_outlet(connection)
    yield from _legacy_ids(connection)
    yield from _repeated_elements(connection)
    yield from _repeated_cpes(connection)
    yield from _services(connection)
    yield from _without_index(connection)


def _without_port(connection: Connection) -> Iterator[Finding]:
    query = (
        select(accesses.c.access_id, accesses.c.element)
        .where(accesses.c.element.is_not(None), accesses.c.port.is_(None))
        .order_by(accesses.c.access_id)
    )
    for access_id, element in connection.execute(query):
        yield Finding(
            kind="access",
            who=access_id,
            what=f"is on {element}, but on no port",
            todo="give its port, or leave the element out while nothing is connected",
        )


def _on_one_port(connection: Connection) -> Iterator[Finding]:
    """Accesses of one port that cannot be distinguished; spellings of one port in other case."""
    port = func.lower(accesses.c.port)
    shared = (
        select(accesses.c.element, port.label("port"))
        .where(accesses.c.element.is_not(None), accesses.c.port.is_not(None))
        .group_by(accesses.c.element, port)
        .having(func.count() > 1)
        .subquery()
    )
    columns = (accesses.c.element, accesses.c.port, accesses.c.access_id, accesses.c.port_by)
    query = (
        select(*columns, *(accesses.c[name] for name in _TOLD_APART_BY))
        .join(shared, (shared.c.element == accesses.c.element) & (shared.c.port == port))
        .order_by(accesses.c.element, port, accesses.c.access_id)
    )
    rows = connection.execute(query)
    for (element, _), group in groupby(rows, key=lambda row: (row[0], row[1].lower())):
        yield from _of_port(element, list(group))


def _of_port(element: str, rows: list[Row[Any]]) -> Iterator[Finding]:
    spellings = sorted({row.port for row in rows})
    if len(spellings) > 1:
        yield Finding(
            kind="access",
            who=rows[0].access_id,
            what=f"{element} port {quoted(spellings[0])} is also spelt {quoted(spellings[1])}",
            todo="spell it as the switch does, or nobody sees that the port is shared",
        )
    for port, group in groupby(sorted(rows, key=lambda row: str(row.port)), lambda row: row.port):
        first: dict[tuple[object, ...], str] = {}
        sharing = list(group)
        for row in sharing if len(sharing) > 1 else ():
            marks: tuple[object, ...] = tuple(row[4:])
            one = first.setdefault(marks, row.access_id)
            if one != row.access_id:
                yield Finding(
                    kind="access",
                    who=row.access_id,
                    what=f"is on {element} port {port} as {one} is, and nothing tells them apart",
                    todo="give both ont_id and uni, or s_vlan and c_vlan; or one is a duplicate",
                )
            elif not any(mark is not None for mark in marks):
                yield Finding(
                    kind="access",
                    who=row.access_id,
                    what=f"shares {element} port {port}, and has no discriminator",
                    todo="give its ont_id and uni, or s_vlan and c_vlan",
                )


def _at_one_outlet(connection: Connection) -> Iterator[Finding]:
    """Accesses that claim one outlet of one household; where the address says which that is."""
    place = [accesses.c[name] for name in _HOUSEHOLD]
    known = or_(accesses.c.mdu_apartment_number.is_not(None), accesses.c.premises_type == _HOUSE)
    query = (
        select(func.min(accesses.c.access_id), func.max(accesses.c.access_id), accesses.c.outlet)
        .where(accesses.c.outlet.is_not(None), accesses.c.street_name.is_not(None), known)
        .group_by(*place)
        .having(func.count() > 1)
        .order_by(func.min(accesses.c.access_id))
    )
    for one, other, outlet in connection.execute(query):
        yield Finding(
            kind="access",
            who=one,
            what=f"has outlet {quoted(outlet)} of the household of {other}, too",
            todo="correct the outlet or the address of one; or one is a duplicate",
        )


def _legacy_ids(connection: Connection) -> Iterator[Finding]:
    legacy = accesses.c.legacy_access_id
    for row in _repeated(connection, accesses, legacy, accesses.c.access_id):
        yield Finding(
            kind="access",
            who=row.one,
            what=f"has legacy_access_id {quoted(row.value)} as {row.other} has",
            todo="leave it with one of them: now it finds neither",
        )
    for access_id, found in connection.execute(taken_legacy_ids()):
        yield Finding(
            kind="access",
            who=access_id,
            what=f"has the access_id of another access, {quoted(found)}, as legacy_access_id",
            todo="remove it: it finds the other access",
        )


def _repeated_elements(connection: Connection) -> Iterator[Finding]:
    for row in _repeated(connection, elements, elements.c.sys_name, elements.c.name):
        yield Finding(
            kind="element",
            who=row.one,
            what=f"has sys_name {quoted(row.value)} as {row.other} has",
            todo="one switch stands twice, or one of them is wrong: correct or remove it",
        )


def _repeated_cpes(connection: Connection) -> Iterator[Finding]:
    for column in ("mac", "serial_number"):
        for row in _repeated(connection, cpes, cpes.c[column], cpes.c.access_id):
            yield Finding(
                kind="access",
                who=row.one,
                what=f"has a CPE with the {column} {quoted(row.value)} of the one at {row.other}",
                todo="a CPE is in one place: correct or remove one",
            )


def _services(connection: Connection) -> Iterator[Finding]:
    """Services that no access can have."""
    on_port = (services.c.element == accesses.c.element) & (services.c.port == accesses.c.port)
    ports = select(services.c.element, services.c.port, services.c.vlan).where(
        services.c.port.is_not(None), ~select(1).where(on_port).exists()
    )
    for element, port, vlan in connection.execute(ports):
        yield Finding(
            kind="element",
            who=element,
            what=f"service of VLAN {vlan} on port {quoted(port)}, where no access is",
            todo="spell the port as the accesses do, or remove the service",
        )
    for site, vlan in connection.execute(sites_without_element()):
        yield Finding(
            kind="element",
            who="(none)",
            what=f"service of VLAN {vlan} at site {quoted(site)}, where no element stands",
            todo="correct the site of the service, or of the elements",
        )


def _without_index(connection: Connection) -> Iterator[Finding]:
    """An inventory of an older version, which has not been imported since."""
    made = connection.execute(select(func.count()).select_from(identifier_index)).scalar_one()
    count = connection.execute(select(func.count()).select_from(accesses)).scalar_one()
    if count and not made:
        yield Finding(
            kind="element",
            who="(all)",
            what=f"{count} accesses, and no index of their DHCP identifiers",
            todo="import the inventory again: until then look-ups find nothing",
        )


def taken_legacy_ids() -> Select[Any]:
    """Accesses whose legacy_access_id is the access_id of another one: both ids."""
    other, legacy = accesses.alias("other"), accesses.c.legacy_access_id
    query = select(accesses.c.access_id, legacy).join(other, other.c.access_id == legacy)
    return query.where(accesses.c.access_id != legacy)


def sites_without_element() -> Select[Any]:
    """Sites that services name and where no element stands, each with its lowest VLAN."""
    here = select(1).where(elements.c.site == services.c.site).exists()
    query = select(services.c.site, func.min(services.c.vlan)).group_by(services.c.site)
    return query.where(services.c.site.is_not(None), ~here)


def _repeated(
    connection: Connection, table: Table, column: Column[Any], name: Column[Any]
) -> Iterable[Row[Any]]:
    """Every record but the first that has a value which another has too."""
    first = (
        select(column.label("value"), func.min(name).label("other"))
        .where(column.is_not(None))
        .group_by(column)
        .having(func.count() > 1)
        .subquery()
    )
    query = (
        select(name.label("one"), first.c.value, first.c.other)
        .select_from(table.join(first, first.c.value == column))
        .where(name != first.c.other)
        .order_by(first.c.value, name)
    )
    return connection.execute(query)
