"""How the cells of one fact come off a device: by GET, by a walk under the port, by whole walks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from techinfo.collect.contexts import read_contexts, vlans_to_ask
from techinfo.collect.device_state import DeviceState, join
from techinfo.collect.single import plan
from techinfo.collect.walking import unread_cause, walk
from techinfo.driver.tables import MacTable, OntLightTable, OntTable, Table
from techinfo.facts.build import Read, tables_of
from techinfo.facts.joins import pieces
from techinfo.facts.onts import OntKey
from techinfo.facts.placing import all_placed
from techinfo.facts.rows import columns, is_named_by_port, numbers_of, scalars
from techinfo.model import Fact
from techinfo.snmp.interface import Conversation
from techinfo.wire import Index


async def read_rows(
    conversation: Conversation, known: DeviceState, fact: Fact, if_index: int, now: datetime
) -> Read:
    """The rows of one port by GET, and those that stand below its number by a walk of just that."""
    tables = tables_of(known.driver, fact)
    partial = await join(conversation, known, pieces(known.driver, tables, fact), now)
    wanted = plan(known.driver, (fact,), if_index, known.joins)
    cells = await conversation.get(wanted.oids) if wanted.oids else {}
    read = wanted.sorted_in(cells, conversation.counted.unread)[fact]
    read.partial = partial or read.partial
    for table in tables:
        if not is_named_by_port(table):
            for port in known.joins.with_aggregate(if_index, fact):
                for number in numbers_of(table, port, known.joins):
                    await _walk_into(conversation, known, read, columns(table), (number,), now)
    return read


async def read_tables(
    conversation: Conversation,
    known: DeviceState,
    fact: Fact,
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
    tables = tables_of(known.driver, fact)
    partial = await join(conversation, known, pieces(known.driver, tables, fact), now)
    read = Read(partial=partial)
    groups = [(t,) for t in tables] if fact is Fact.MACS else [tables]
    for group in groups:
        if any(read.cells.values()) and getattr(group[0], "only_vlan", None):
            break  # one VLAN at a time: never beside a table that has all of them
        if await _in_contexts(conversation, known, read, group[0], vlans, now, if_index):
            break
        wanted = tuple(dict.fromkeys(c for t in group for c in columns(t)))
        units = [oid for t in group for oid in scalars(t)]
        if units:
            read.units.update(await conversation.get(units))
            lost = [oid for oid in units if oid in conversation.counted.unread]
            read.partial = read.partial or unread_cause(lost)
        narrowed = _narrowed(group[0], set(vlans), known)
        read.whole = read.whole and not narrowed
        cut = [
            await _walk_into(conversation, known, read, wanted, suffix, now)
            for suffix in narrowed or ((),)
        ]
        # A table that could not be read to its end is not one that is not there (field note F15).
        if any(cut) or _is_enough(group[0], read, known):
            break
    return read


def _is_enough(table: Table, read: Read, known: DeviceState) -> bool:
    """Whether a table of MAC addresses leaves nothing for the next one to tell."""
    if not any(read.cells.get(column) for column in columns(table)):
        return False
    if not isinstance(table, MacTable):
        return True
    return all_placed(table, read.cells, read.units, known.joins)


async def _in_contexts(
    conversation: Conversation,
    known: DeviceState,
    read: Read,
    table: Table,
    vlans: Iterable[int],
    now: datetime,
    if_index: int | None,
) -> bool:
    """Read a table in the contexts of VLANs; ``False``: it is none of that kind."""
    if not isinstance(table, MacTable) or not table.only_vlan:
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


async def read_ont(
    conversation: Conversation, known: DeviceState, index: Index, now: datetime
) -> Read:
    """What the OLT knows of one ONT, by GET.

    Args:
        conversation: With the OLT.
        known: What is known of it.
        index: Of the ONT in the driver's tables, without what follows it.
        now: The time.
    """
    tables = known.driver.onts
    partial = await join(conversation, known, pieces(known.driver, tables, Fact.ONTS), now)
    read = Read(partial=partial, whole=False)
    for table in tables:
        await _get_into(conversation, read, table, (*index, *table.tail))
    return read


async def read_ont_light(
    conversation: Conversation, known: DeviceState, onts: Mapping[Index, OntKey], now: datetime
) -> Read:
    """What some ONTs tell over OMCI: by GET and one after the other, no table is ever walked.

    Only their Ethernet ports, of which nobody knows how many there are, are walked, below one ONT.

    Args:
        conversation: With the OLT.
        known: What is known of it.
        onts: By their index.
        now: The time.
    """
    tables = known.driver.ont_light
    partial = await join(conversation, known, pieces(known.driver, tables, Fact.ONT_LIGHT), now)
    read = Read(partial=partial, onts=onts, whole=False)
    for index in onts:
        for table in tables:
            if isinstance(table, OntLightTable):
                await _get_into(conversation, read, table, (*index, *table.tail))
            else:
                await _walk_into(conversation, known, read, columns(table), index, now)
    return read


async def _get_into(
    conversation: Conversation, read: Read, table: OntTable | OntLightTable, index: Index
) -> None:
    tail = "".join(f".{n}" for n in index)
    oids = {column + tail: column for column in columns(table)}
    cells = await conversation.get(tuple(oids))
    lost = [oid for oid in oids if oid in conversation.counted.unread]
    read.partial = read.partial or unread_cause(lost)
    for oid, column in oids.items():
        if oid in cells:
            read.cells.setdefault(column, {})[index] = cells[oid]


async def _walk_into(
    conversation: Conversation,
    known: DeviceState,
    read: Read,
    wanted: tuple[str, ...],
    suffix: Index,
    now: datetime,
) -> str:
    tail = "".join(f".{n}" for n in suffix)
    walked = await walk(conversation, known.endless, [c + tail for c in wanted], now)
    unread = conversation.counted.unread_under(c + tail for c in wanted)
    read.partial = read.partial or walked.partial or unread_cause(unread)
    for column in wanted:
        rows = walked.cells.get(column + tail, {})
        read.cells.setdefault(column, {}).update({(*suffix, *i): c for i, c in rows.items()})
    return walked.partial


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
