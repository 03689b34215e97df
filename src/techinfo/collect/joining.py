"""The numbers of a device: what leads from the index of a row to its port, read when needed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from techinfo.collect.device_state import DeviceState, Told
from techinfo.collect.walking import walk
from techinfo.driver import standard
from techinfo.facts.entities import add_entities
from techinfo.facts.joins import (
    JoinTable,
    add_aggregates,
    add_bridge,
    add_carried,
    add_contexts,
    add_interfaces,
    add_own_vlans,
    add_pvids,
    add_sensor_updates,
    add_stack,
    add_vlans,
    columns_of,
)
from techinfo.facts.row_facts import add_lldp_ports
from techinfo.snmp.interface import Conversation
from techinfo.wire import Cells

INTERFACES = frozenset({JoinTable.INTERFACES})
"""Which ports there are, and their names."""
_WHOLE_BRIDGE = 0.9
_ADD = {
    JoinTable.STACK: add_stack,
    JoinTable.BRIDGE: add_bridge,
    JoinTable.VLANS: add_vlans,
    JoinTable.PVIDS: add_pvids,
    JoinTable.LLDP: add_lldp_ports,
    JoinTable.CARRIED: add_carried,
}


async def join(
    conversation: Conversation, known: DeviceState, pieces: frozenset[JoinTable], now: datetime
) -> str:
    """Read the joins that are not known yet; returns why some may be incomplete, or nothing.

    What could not be read to its end is not tried twice in one visit.
    """
    tried = {p: cause for p, (at, cause) in known.tried.items() if p in pieces and at == now}
    missing = [p for p in JoinTable if p in pieces - known.joined - tried.keys()]
    cut = await _join_missing(conversation, known, missing, now) if missing else ""
    return cut or next(iter(tried.values()), "")


async def _join_missing(
    conversation: Conversation, known: DeviceState, missing: list[JoinTable], now: datetime
) -> str:
    rests = {p: known.endless.forbids(columns_of(p, known.driver), now) for p in missing}
    missing = [piece for piece in missing if not rests[piece]]
    why = next(filter(None, rests.values()), "")
    return (await _walk_joins(conversation, known, missing, now) if missing else "") or why


async def _walk_joins(
    conversation: Conversation, known: DeviceState, missing: list[JoinTable], now: datetime
) -> str:
    columns = [oid for piece in missing for oid in columns_of(piece, known.driver)]
    walked = await walk(conversation, known.endless, columns, now, known.sys_name or "")
    for piece in missing:
        own = columns_of(piece, known.driver)
        known.unread[piece] = conversation.counted.unread_under(own)
    if JoinTable.ENTITIES in missing:
        stamp = await conversation.get([standard.ENT_LAST_CHANGE_TIME])
        known.entities_changed = stamp.get(standard.ENT_LAST_CHANGE_TIME)
    if JoinTable.INTERFACES in missing:
        add_interfaces(known.joins, walked.cells)
    for piece in missing:
        if piece in _ADD:
            _ADD[piece](known.joins, walked.cells)
    _add_own_joins(known, missing, walked.cells)
    if JoinTable.BRIDGE in missing:
        _complete_bridge(known, lost=bool(walked.partial))
    if walked.partial:
        known.tried.update((piece, (now, walked.partial)) for piece in missing)
        return walked.partial
    known.news += _news(known, missing, walked.cells)
    known.joined.update(missing)
    known.joined_at = known.joined_at or now
    return ""


def _news(
    known: DeviceState, pieces: list[JoinTable], cells: Cells
) -> Iterator[tuple[JoinTable, Told]]:
    """What was told of pieces of which nothing is lost."""
    for piece in pieces:
        if not known.unread[piece]:
            told = {oid: cells.get(oid, {}) for oid in columns_of(piece, known.driver)}
            of_entities = piece is JoinTable.ENTITIES
            scalars = {standard.ENT_LAST_CHANGE_TIME: known.entities_changed} if of_entities else {}
            yield piece, Told(scalars=scalars, columns=told)


def _add_own_joins(known: DeviceState, missing: list[JoinTable], cells: Cells) -> None:
    """What stands in tables that the driver names."""
    driver = known.driver
    if JoinTable.ENTITIES in missing:
        add_entities(known.joins, cells, driver.entity_port)
        add_sensor_updates(known.joins, cells, driver)
    if JoinTable.AGGREGATES in missing:
        add_aggregates(known.joins, cells, driver)
    if JoinTable.VLANS in missing and driver.fdb_vlans:
        add_own_vlans(known.joins, cells, driver.fdb_vlans)
    if JoinTable.CONTEXTS in missing and driver.contexts:
        add_contexts(known.joins, cells, driver.contexts)


def _complete_bridge(known: DeviceState, *, lost: bool) -> None:
    """A busy switch tells fewer bridge ports than it has: keep those it told before (F3)."""
    joins, before = known.joins, known.bridge_before
    joins.bridge_lost = lost
    if len(joins.bridge) < _WHOLE_BRIDGE * len(before):
        joins.bridge = {**before, **joins.bridge}
