"""MAC tables of agents that show one VLAN at a time, each in a context of its own (F13 to F15).

Which VLANs are asked for: of one port its own, or those of them that the target names; of a whole
device all that exist. A VLAN without an answer is told as missing, never as empty, and what another
context says is never taken for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from techinfo.collect.device_state import DeviceState
from techinfo.collect.walking import unread_cause, walk
from techinfo.driver import standard
from techinfo.driver.convert import vlan_id
from techinfo.driver.tables import VlanContexts
from techinfo.errors import DeviceError
from techinfo.facts.joins import Joins, add_bridge
from techinfo.facts.placing import VlanTable
from techinfo.facts.plan import TablePlan
from techinfo.model import Fact
from techinfo.snmp.interface import Conversation, Walked

_MOST_OF_PORT = 32
_MOST_OF_DEVICE = 512
_MUTE_FOR = timedelta(minutes=5)
"""How long a context that did not answer is left alone."""
_PATIENCE, _FIRST_PATIENCE = 3, 2
"""Contexts without an answer, beyond those with one, after which no other is asked for (F14); and
as long as none has ever answered, so that the agent may have no contexts at all."""
_MOST_NAMED = 5


async def vlans_to_ask(
    conversation: Conversation, known: DeviceState, if_index: int | None, named: Iterable[int]
) -> tuple[int, ...]:
    """The VLANs whose contexts tell of a port, or of the whole device; none: nobody knows any.

    A reserved VLAN never answers, and is not asked for whoever names it (field note F14).

    Args:
        conversation: With the device.
        known: What is known of it.
        if_index: The port; ``None``: all.
        named: VLANs that the target names. They count where they exist, or where nothing tells
            which do.
    """
    told = known.driver.contexts
    if told is None:
        return ()
    exist = set(known.joins.contexts)
    wanted = {vlan for vlan in named if vlan_id(vlan)} - told.reserved
    wanted = wanted & exist if exist else wanted
    if not wanted and if_index is not None:
        for number in known.joins.with_aggregate(if_index, Fact.MACS):
            wanted |= await _of_port(conversation, told, number, exist)
    return tuple(sorted((wanted or exist) - told.reserved))


async def _of_port(
    conversation: Conversation, told: VlanContexts, if_index: int, exist: set[int]
) -> set[int]:
    """The VLANs of one port: of an access port its own, of a trunk those it may carry."""
    all_columns = (*told.of_port, *told.of_trunk)
    cells = await conversation.get([f"{column.oid}.{if_index}" for column in all_columns])

    def of(column: Any) -> Any:
        cell = cells.get(f"{column.oid}.{if_index}")
        return None if cell is None else column.convert(cell)

    own = [of(column) for column in told.of_port]
    if own and own[0]:
        return {vlan for vlan in own if vlan}
    return {vlan for column in told.of_trunk for vlan in of(column) or ()} & exist


async def read_contexts(
    conversation: Conversation,
    known: DeviceState,
    table: TablePlan,
    vlans: tuple[int, ...],
    now: datetime,
    *,
    of_port: bool,
) -> tuple[dict[int, VlanTable], str]:
    """A MAC table in the context of each of these VLANs, and why rows may be missing.

    Raises:
        DeviceError: The device itself does not answer any more.
    """
    most = _MOST_OF_PORT if of_port else _MOST_OF_DEVICE
    asked = vlans[:most]
    told: dict[int, VlanTable] = {}
    lost: list[int] = list(vlans[most:])
    causes: list[str] = []
    rows = mute = 0
    for vlan in asked:
        patience = _PATIENCE + len(told) if known.in_contexts else _FIRST_PATIENCE
        if mute >= patience or rows > known.limits.max_rows:
            lost.append(vlan)
            continue
        try:
            told[vlan], cause = await _read(conversation, known, table, vlan, now)
        except _MuteError:
            mute += 1
            lost.append(vlan)
        else:
            rows += max(map(len, told[vlan].cells.values()), default=0)
            causes += [cause] if cause else []
    if lost:
        causes.append(f"the addresses of {_in_words(sorted(lost))} could not be read")
    return told, "; ".join(causes[:_MOST_NAMED])


class _MuteError(Exception):
    """There is no answer in this context, though the device is there."""


async def _read(
    conversation: Conversation, known: DeviceState, plan: TablePlan, vlan: int, now: datetime
) -> tuple[VlanTable, str]:
    """The table in one context; without any context it is that of its ``only_vlan``."""
    table: Any = plan.table
    wanted = plan.columns
    if vlan == table.only_vlan:
        walked = await walk(conversation, known.endless, wanted, now)
        return VlanTable(cells=walked.cells, bridge=known.joins.bridge), _cause(
            conversation, wanted, walked
        )
    since = known.mute.get(vlan)
    if since is not None and now - since < _MUTE_FOR:
        raise _MuteError
    bridge = standard.DOT1D_BASE_PORT_IF_INDEX
    try:
        walked = await walk(conversation.context(vlan), known.endless, [bridge, *wanted], now)
    except DeviceError as error:
        # Whoever is silent here too is silent altogether.
        await conversation.get([standard.SYS_UP_TIME])
        known.mute[vlan] = now
        raise _MuteError from error
    known.mute.pop(vlan, None)
    known.in_contexts = True
    joins = Joins()
    add_bridge(joins, {bridge: walked.cells.pop(bridge, {})})
    cause = _cause(conversation, [bridge, *wanted], walked)
    return VlanTable(cells=walked.cells, bridge=joins.bridge), cause


def _cause(conversation: Conversation, wanted: Iterable[str], walked: Walked) -> str:
    return walked.partial or unread_cause(conversation.counted.unread_under(wanted))


def _in_words(vlans: list[int]) -> str:
    words = ", ".join(map(str, vlans[:_MOST_NAMED]))
    more = len(vlans) - _MOST_NAMED
    return f"VLAN {words} and {more} more" if more > 0 else f"VLAN {words}"
