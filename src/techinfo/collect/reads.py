"""How the cells of one fact come off a device: by GET, by a walk under the port, by whole walks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from datetime import datetime
from typing import Any

from techinfo.collect.contexts import read_contexts, vlans_to_ask
from techinfo.collect.device_state import DeviceState
from techinfo.collect.joining import join
from techinfo.collect.single import instances_of
from techinfo.collect.target import Cost, Reading, Target
from techinfo.collect.walking import unread_cause, walk
from techinfo.driver import standard
from techinfo.driver.behind import OntTable
from techinfo.driver.tables import (
    MacTable,
    PortVlanTable,
    SnoopingTable,
    Table,
)
from techinfo.facts.build import FactPlan, Read, switches
from techinfo.facts.joins import JoinTable
from techinfo.facts.placing import all_placed
from techinfo.facts.plan import TablePlan
from techinfo.facts.rows import numbers_of
from techinfo.if_types import DSL_TYPES, ETHERNET_TYPES, PON_TYPES
from techinfo.model import Fact, Port, PortFacts
from techinfo.snmp.interface import Between, Conversation
from techinfo.snmp.oid import numbers
from techinfo.wire import Index, SnmpLimits

_PANEL_TYPES = ETHERNET_TYPES | DSL_TYPES | PON_TYPES
_MAKER = 7
"""Numbers of an OID that tell whose it is: 1.3.6.1.4.1 and an enterprise."""


async def read_rows(
    conversation: Conversation, known: DeviceState, fact: FactPlan, if_index: int, now: datetime
) -> Read:
    """The rows of one port by GET, and those that stand below its number by a walk of just that."""
    partial = await join(conversation, known, fact.joins, now)
    wanted = instances_of((fact,), if_index, known.joins)
    oids = wanted.oids
    cells = await conversation.get(oids) if oids else {}
    ((_, read),) = wanted.sorted_in(cells, conversation.counted.unread)
    read.partial = partial or read.partial
    for table in fact.tables:
        if not table.named:
            for port in known.joins.with_aggregate(if_index, fact.fact):
                for number in numbers_of(table.table, port, known.joins):
                    below = (*table.table.port.leading, number)
                    await _walk_below(conversation, known, read, table, below, now)
    return read


async def _walk_below(
    conversation: Conversation,
    known: DeviceState,
    read: Read,
    table: TablePlan,
    below: Index,
    now: datetime,
) -> None:
    """The rows of a table below an index, no more than it is worth."""
    most = conversation.limits.max_rows
    fewer = min(most, table.table.most_rows or most)
    conversation.limits = replace(conversation.limits, max_rows=fewer)
    try:
        await walk_into(conversation, known, read, table.columns, below, now)
    finally:
        conversation.limits = replace(conversation.limits, max_rows=most)


async def read_tables(
    conversation: Conversation,
    known: DeviceState,
    fact: FactPlan,
    vlans: Iterable[int],
    now: datetime,
    *,
    if_index: int | None = None,
) -> Read:
    """Whole tables of one fact; of MAC tables the next only for rows that the first does not place.

    Args:
        conversation: With the device.
        known: What is known of it.
        fact: What is wanted.
        vlans: Rows of these VLANs are wanted; empty: all.
        now: The time.
        if_index: Rows of this port are wanted, where a table can be read so.
    """
    if fact.fact is Fact.VLANS and if_index is not None:
        return await _vlan_of_port(conversation, known, fact, if_index, now)
    partial = await join(conversation, known, fact.joins, now)
    read = Read(partial=partial)
    groups = [(t,) for t in fact.tables] if fact.fact is Fact.MACS else [fact.tables]
    for group in groups:
        if any(read.cells.values()) and group[0].of_context:
            break  # one VLAN at a time: never beside a table that has all of them
        if await _in_contexts(conversation, known, read, group[0], vlans, now, if_index):
            break
        wanted = tuple(dict.fromkeys(c for t in group for c in t.columns))
        await _get_units(conversation, read, [oid for t in group for oid in t.scalars])
        beside = _beside_omci(group, wanted, known.driver.limits.not_into)
        wanted = tuple(column for column in wanted if column not in beside)
        narrowed = _narrowed(group[0].table, set(vlans), known)
        read.whole = read.whole and not narrowed
        first = _first_of(wanted, fact, conversation.limits.varbinds)
        cut = [
            await walk_into(conversation, known, read, first, suffix, now)
            for suffix in (narrowed or ((),) if not _is_snooping_off(group[0].table, read) else ())
        ]
        if len(first) < len(wanted) and (more := _open_columns(fact, read, known, wanted)):
            cut.append(await walk_into(conversation, known, read, more, (), now))
            read.laid = None
        for column, others in beside.items():
            await _get_column(conversation, read, column, others)
        # A table that could not be read to its end is not one that is not there (field note F15).
        if any(cut) or group is groups[-1] or _is_enough(group[0], read, known):
            break
    await _get_switches(conversation, read, fact)
    return read


async def _get_switches(conversation: Conversation, read: Read, fact: FactPlan) -> None:
    """Of a table without rows, whether the agent looks at all."""
    if not any(read.cells.values()) and not read.partial:
        told = {one.oid for one in switches(fact)} - {o for t in fact.tables for o in t.scalars}
        await _get_units(conversation, read, sorted(told))


def _is_snooping_off(table: Table, read: Read) -> bool:
    """Whether no VLAN need be asked for: snooping is off in the element, or told of no VLAN."""
    if not isinstance(table, SnoopingTable):
        return False
    return table.of_vlans is None or read.units.get(table.enabled.oid) not in table.enabled.values


async def _get_units(conversation: Conversation, read: Read, units: list[str]) -> None:
    if units:
        read.units.update(await conversation.get(units))
        lost = [oid for oid in units if oid in conversation.counted.unread]
        read.partial = read.partial or unread_cause(lost)


def _beside_omci(
    tables: Sequence[TablePlan], wanted: Sequence[str], not_into: Sequence[str]
) -> dict[str, tuple[str, ...]]:
    """Columns whose walk may end in the light of ONTs -> those that tell their rows' indexes.

    A walk runs over the end of a column by some rows. Where two columns of the same rows come
    before the light, it stays in them.
    """
    if not not_into:
        return {}
    light = {numbers(column) for column in not_into}
    ordered = sorted([*map(numbers, wanted), *light])
    found: dict[str, tuple[str, ...]] = {}
    for table in tables:
        same = sorted((c for t in tables if _is_of_same(t, table) for c in t.columns), key=numbers)
        for reach in (2, 1):
            last = _last_before(light, ordered, reach)
            others = tuple(column for column in same if numbers(column) not in last)
            if len(others) >= reach:  # a single column may lack rows that the next ones have
                found |= {column: others for column in table.columns if numbers(column) in last}
                break
    return found


def _last_before(light: Set[Index], ordered: Sequence[Index], reach: int) -> set[Index]:
    """Columns of which one of the next few is light of the same maker."""
    return {
        one
        for place, one in enumerate(ordered)
        if one not in light
        and any(
            after in light and after[:_MAKER] == one[:_MAKER]
            for after in ordered[place + 1 : place + 1 + reach]
        )
    }


def _is_of_same(one: TablePlan, other: TablePlan) -> bool:
    """Whether rows of two tables have the same index, of ONTs."""
    a, b = one.table, other.table
    if one is other or not isinstance(a, OntTable) or not isinstance(b, OntTable):
        return one is other
    return a.index_of is not None and (a.index_of, a.tail) == (b.index_of, b.tail)


async def _get_column(
    conversation: Conversation, read: Read, column: str, others: Sequence[str]
) -> None:
    """A column by GET, of the rows that the others of its table have."""
    rows = sorted({index for other in others for index in read.cells.get(other, {})})
    oids = {".".join(map(str, (column, *index))): index for index in rows}
    cells = await conversation.get(tuple(oids)) if oids else {}
    unread = unread_cause(oid for oid in oids if oid in conversation.counted.unread)
    read.partial = read.partial or unread
    found = {index: cells[oid] for oid, index in oids.items() if oid in cells}
    read.cells.setdefault(column, {}).update(found)


_ROWS_BETWEEN = 25
"""Interfaces between two ports over which a walk goes on: as many cost about a request."""


async def read_moving(
    conversation: Conversation, known: DeviceState, fact: FactPlan, now: datetime
) -> Read:
    """What moves of the links of a front panel, whichever way takes fewer requests.

    A walk from its first port to its last leaves alone what comes after: some switches have more
    VLANs than ports. GETs are fewer where the agent stands few repetitions, or no GETBULK.
    """
    partial = await join(conversation, known, fact.joins, now)
    ports = known.joins.ports
    panel = [n for n, p in ports.items() if p.if_type in _PANEL_TYPES]
    if not panel or not all(t.is_if_index and t.table.port.trailing == ((),) for t in fact.tables):
        return await read_tables(conversation, known, fact, (), now)
    columns = tuple(dict.fromkeys(c for table in fact.tables for c in table.columns))
    runs, read = _runs(panel, ports), Read(partial=partial, whole=False)
    rows = sum(first <= number <= last for first, last in runs for number in ports)
    if _is_got_sooner(len(panel) * len(columns), rows, conversation.limits):
        oids = {f"{column}.{n}": (column, n) for n in panel for column in columns}
        cells = await conversation.get(tuple(oids))
        read.partial = partial or unread_cause(o for o in oids if o in conversation.counted.unread)
        for oid, cell in cells.items():
            column, number = oids[oid]
            read.cells.setdefault(column, {})[number,] = cell
        return read
    for between in runs:
        await walk_into(conversation, known, read, columns, (), now, between)
    return read


def _is_got_sooner(cells: int, rows: int, limits: SnmpLimits) -> bool:
    """Whether GETs of some cells are fewer than the GETBULKs, or GETNEXTs, of so many rows."""
    walked = -(-rows // max(1, limits.max_repetitions)) if limits.bulk else rows + 1
    return -(-cells // max(1, limits.varbinds)) < walked


def _runs(panel: Sequence[int], ports: Iterable[int]) -> list[Between]:
    """The ports of a panel as few stretches, without many other interfaces in between."""
    found: list[Between] = []
    others = 0
    for number in sorted(ports):
        if number not in panel:
            others += 1
            continue
        if found and others <= _ROWS_BETWEEN:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
        others = 0
    return found


def _first_of(wanted: tuple[str, ...], fact: FactPlan, most: int) -> tuple[str, ...]:
    """The columns without spare ones, where a second walk of those costs no request more."""
    first = tuple(column for column in wanted if column not in fact.spare)
    windows = [-(-count // max(1, most)) for count in (len(first), len(wanted) - len(first))]
    return first if sum(windows) <= -(-len(wanted) // max(1, most)) and first else wanted


def _open_columns(
    fact: FactPlan, read: Read, known: DeviceState, wanted: tuple[str, ...]
) -> tuple[str, ...]:
    """The spare columns that may tell more of some port than the others have told.

    What those have told stays with what was read: often it is all.
    """
    read.laid = fact.laid(read.cells, read.units, known.joins)
    found = fact.unsettled(read.laid)
    untold = known.joins.ports.keys() - found.keys()
    every = frozenset(fact.spare) if untold or not found else frozenset[str]()
    columns = every.union(*found.values())
    return tuple(column for column in wanted if column in columns)


async def _vlan_of_port(
    conversation: Conversation, known: DeviceState, fact: FactPlan, if_index: int, now: datetime
) -> Read:
    """A port's PVID, and the rows of that VLAN: all others are lists of every port."""
    partial = await join(conversation, known, fact.joins - {JoinTable.PVIDS}, now)
    read = Read(whole=False, partial=partial or "only the VLAN of untagged frames was asked for")
    numbers = known.joins.bridge_ports_of(if_index)
    pvids = await conversation.get([f"{standard.DOT1Q_PVID}.{number}" for number in numbers])
    tags = {tag for cell in pvids.values() if (tag := standard.VLAN(cell)) is not None}
    wanted = {
        (column, (*table.table.before, tag))
        for table in fact.tables
        if isinstance(table.table, PortVlanTable)
        for column in table.columns
        for tag in tags
    }
    oids = {".".join(map(str, (column, *index))): (column, index) for column, index in wanted}
    cells = await conversation.get(sorted(oids)) if oids else {}
    for oid, (column, index) in oids.items():
        if oid in cells:
            read.cells.setdefault(column, {})[index] = cells[oid]
    read.pvids = {number: tag for number in numbers for tag in tags} if len(tags) == 1 else {}
    return read


def _is_enough(table: TablePlan, read: Read, known: DeviceState) -> bool:
    """Whether a table of MAC addresses leaves nothing for the next one to tell."""
    if not any(read.cells.get(column) for column in table.columns):
        return False
    return all_placed(table, read.cells, read.units, known.joins)


async def _in_contexts(
    conversation: Conversation,
    known: DeviceState,
    read: Read,
    table: TablePlan,
    vlans: Iterable[int],
    now: datetime,
    if_index: int | None,
) -> bool:
    """Read a table in the contexts of VLANs; ``False``: it is none of that kind."""
    if not table.of_context:
        return False
    asked = await vlans_to_ask(conversation, known, if_index, vlans)
    if not asked:
        return False
    of_port = if_index is not None
    read.whole = not of_port and not tuple(vlans)
    read.contexts, cut = await read_contexts(
        conversation, known, table, asked, now, of_port=of_port
    )
    read.partial = read.partial or cut
    return True


async def walk_into(
    conversation: Conversation,
    known: DeviceState,
    read: Read,
    wanted: tuple[str, ...],
    suffix: Index,
    now: datetime,
    between: Between | None = None,
) -> str:
    """Add the rows of some columns below an index; why they may not be all, else empty."""
    tail = "".join(f".{n}" for n in suffix)
    columns = [c + tail for c in wanted]
    walked = await walk(conversation, known.endless, columns, now, between=between)
    unread = conversation.counted.unread_under(columns)
    read.partial = read.partial or walked.partial or unread_cause(unread)
    for column in wanted:
        rows = walked.cells.get(column + tail, {})
        whole = {(*suffix, *i): c for i, c in rows.items()} if suffix else rows
        read.cells.setdefault(column, {}).update(whole)
    return walked.partial


def reading_of(
    conversation: Conversation,
    target: Target,
    known: DeviceState,
    values: Mapping[Fact, Mapping[int, Any]],
    ports: Mapping[int, Port],
) -> Reading:
    """What was read of some ports, and what it has cost; without its parts.

    Args:
        conversation: With the device.
        target: Whom it was with.
        known: What is known of it.
        values: Fact -> its value, or its rows, by port.
        ports: Those that are told.
    """
    counted, limits, joins = conversation.counted, conversation.limits, known.joins
    told_of = joins.told_of_all(ports) if joins.memberships else ports
    named = [(fact.value, found) for fact, found in values.items()]
    built = {
        number: PortFacts(
            port=port, **{name: found[number] for name, found in named if number in found}
        )
        for number, port in told_of.items()
    }
    return Reading(
        element=target.element,
        driver=known.driver.name,
        device=known.device(),
        ports=built,
        cost=Cost(
            requests=counted.requests,
            retries=counted.retries,
            varbinds=counted.varbinds,
            walks=counted.walks,
        ),
        limits=limits if limits != known.driver.limits else None,
    )


def _narrowed(table: Table, vlans: set[int], known: DeviceState) -> tuple[Index, ...]:
    """The parts of a MAC table that hold the wanted VLANs (field note F21), if it has such."""
    if not vlans or not isinstance(table, MacTable):
        return ()
    if table.fdb_id is not None and table.fdb_id.position == 0:
        found = [f for f, tags in known.joins.fdb_vlans.items() if vlans & set(tags)]
        return tuple((f,) for f in found)
    if getattr(table.vlan, "position", None) == 0:
        return tuple((v,) for v in sorted(vlans))
    return ()
