"""Aggregates: which port is a member of which, and what of an aggregate is told of its member.

A switch learns what comes in at any member on the aggregate: the rows of the aggregate are those
of each member.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from techinfo.driver import standard
from techinfo.if_types import AGGREGATE_TYPE, ETHERNET_TYPES
from techinfo.model import Fact, Group, Lease, MacEntry, Neighbour, Port, PortFacts, Shaping
from techinfo.wire import Cell, Cells

_Row = TypeVar("_Row", MacEntry, Lease, Group, Shaping, Neighbour)

AGGREGATED = frozenset({Fact.MACS, Fact.LEASES, Fact.GROUPS, Fact.SHAPING, Fact.NEIGHBOURS})
"""What stands on an aggregate, and is told of its members."""
_NAMED = re.compile(
    r"(?:po|port-?channel|(?:bridge|route)-aggregation|eth-trunk|aggregateport|ag|agg|aggr_|ae|lag"
    r"|lagg|trk|trunk|bond|be|bundle-ether)[ -]*\d+(?:/\d+)*",
    re.ASCII | re.IGNORECASE,
)
"""What makers call aggregates that are of another ifType: propVirtual(53) on Cisco, 54 on HP,
other(1) on Allied Telesis, ethernetCsmacd(6) on Huawei and Linux."""
_ACTIVE = 1  # RowStatus


@dataclass(frozen=True, kw_only=True, slots=True)
class Membership:
    """What a port's aggregate is, and the instance that told it.

    Attributes:
        aggregate: IfIndex; ``None``: it is told to be in none.
        witness: The instance, asked again with every reading of the port.
        cell: What it held.
    """

    aggregate: int | None
    witness: str
    cell: Cell | None


def is_aggregate(port: Port) -> bool:
    """Whether an interface is an aggregate, by its type or by what makers call such."""
    if port.if_type == AGGREGATE_TYPE:
        return True
    return any(word and _NAMED.fullmatch(word) for word in (port.name, port.descr))


def memberships(
    ports: Mapping[int, Port],
    stack: Mapping[int, Mapping[int, Cell]],
    cells: Cells,
    own: Iterable[str],
) -> dict[int, Membership]:
    """The membership of every port of which something tells it.

    Args:
        ports: Every interface, by ifIndex.
        stack: Interface -> those below it, each with its ifStackStatus.
        cells: What was read of IEEE8023-LAG-MIB and of the maker's columns.
        own: Columns of the maker's own.
    """
    told = _by_columns(ports, cells, (standard.AGG_PORT_ATTACHED, standard.AGG_PORT_SELECTED))
    for member, membership in _by_stack(ports, stack).items():
        if member not in told or told[member].aggregate is None:
            told[member] = membership
    for member, membership in _by_columns(ports, cells, own).items():
        if member not in told or (told[member].aggregate is None and membership.aggregate):
            told[member] = membership
    return told


def _by_columns(
    ports: Mapping[int, Port], cells: Cells, columns: Iterable[str]
) -> dict[int, Membership]:
    """By columns that hold the ifIndex of the aggregate; the first that names one is believed.

    What has a row as a member is no aggregate: agents that number aggregators in a way of their own
    name ports by chance.
    """
    wanted = tuple(columns)
    listed = {index[0] for oid in wanted for index in cells.get(oid, {}) if len(index) == 1}
    out: dict[int, Membership] = {}
    for oid in wanted:
        for index, cell in cells.get(oid, {}).items():
            if len(index) != 1 or index[0] not in ports or not isinstance(cell, int):
                continue
            member = index[0]
            is_one = cell != member and cell in ports
            is_one = is_one and (cell not in listed or is_aggregate(ports[cell]))
            before = out.get(member)
            if before is None or (is_one and before.aggregate is None):
                found = cell if is_one else None
                out[member] = Membership(aggregate=found, witness=f"{oid}.{member}", cell=cell)
    return out


def _by_stack(
    ports: Mapping[int, Port], stack: Mapping[int, Mapping[int, Cell]]
) -> dict[int, Membership]:
    """By ifStackTable: an Ethernet port that exactly one aggregate stands on."""
    above: dict[int, list[tuple[int, Cell]]] = {}
    for higher, lowers in stack.items():
        port = ports.get(higher)
        if port is None or not is_aggregate(port):
            continue
        for lower, status in lowers.items():
            below = ports.get(lower)
            if status == _ACTIVE and below is not None and _may_be_member(below):
                above.setdefault(lower, []).append((higher, status))
    return {
        lower: Membership(
            aggregate=found[0][0],
            witness=f"{standard.IF_STACK_STATUS}.{found[0][0]}.{lower}",
            cell=found[0][1],
        )
        for lower, found in above.items()
        if len(found) == 1
    }


def _may_be_member(port: Port) -> bool:
    return port.if_type in ETHERNET_TYPES and not is_aggregate(port)


def merged(ports: Mapping[int, PortFacts], if_index: int) -> PortFacts | None:
    """A port with the rows of its aggregate; each of those says that it stands there."""
    own = ports.get(if_index)
    number = own.port.aggregate if own else None
    group = ports.get(number) if number is not None else None
    if own is None or group is None:
        return own
    name = group.port.called or str(group.port.if_index)

    def rows(mine: tuple[_Row, ...], theirs: tuple[_Row, ...]) -> tuple[_Row, ...]:
        same = frozenset(mine)
        out = list(mine)
        out.extend(replace(row, aggregate=name) for row in theirs if row not in same)
        return tuple(out)

    return replace(
        own,
        macs=rows(own.macs, group.macs),
        leases=rows(own.leases, group.leases),
        groups=rows(own.groups, group.groups),
        shaping=rows(own.shaping, group.shaping),
        neighbours=rows(own.neighbours, group.neighbours),
    )
