"""Which VLANs a port carries, by the lists of ports that an agent has for each VLAN.

Source: Q-BRIDGE-MIB (RFC 4363): dot1qVlanCurrentTable, dot1qVlanStaticTable, dot1qPvid. A list that
is empty beyond what it has room for is short; what an agent has in it beside bridge ports (CPU,
stack, aggregates that are not there) is nobody's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from techinfo.driver.tables import PortVlanTable
from techinfo.facts.joins import Joins, bits
from techinfo.facts.plan import TablePlan
from techinfo.facts.rows import Found, Lost, rows
from techinfo.model import PortVlan
from techinfo.wire import Cell, Cells

_PRINTED = re.compile(rb"\n(?:[0-9A-Fa-f]{2}[ \n]*)+\Z")
"""What tools that print octets leave in a recording, from the second line on."""
_CUT = "the recording holds the lists of ports as they were printed, and not all of each"
_Lists = dict[int, tuple[set[int], set[int] | None, bool]]
"""VLAN -> bridge ports, those of them that send it untagged, where that is told, and whether the
list is cut."""


def port_vlans(
    tables: Iterable[TablePlan],
    cells: Cells,
    units: Mapping[str, Cell],
    joins: Joins,
    pvids: Mapping[int, int],
) -> Found:
    """VLANs by port, of the first table with rows; in the order of their tags.

    dot1qPvid is the witness of how the lists number ports: where most ports that have one are not
    in the list of its VLAN, the numbers are no bridge ports, and nothing is told. ``pvids`` are
    those of the one port that was asked for; else those of all ports are known.
    """
    lists: _Lists = {}
    for plan in tables:
        lists = lists or _lists(plan, cells, units)
    if not _is_witnessed(lists, pvids or joins.pvids):
        return Found({}, len(lists), partial="the lists of ports do not have dot1qPvid's numbers")
    ports: dict[int, dict[int, PortVlan]] = {}
    for vlan, (members, untagged, _) in sorted(lists.items()):
        for number in members & pvids.keys() if pvids else members:
            port = joins.if_index_of_bridge(number)
            if port is None:
                continue
            tagged = None if untagged is None else number not in untagged
            ports.setdefault(joins.rolled_up(port), {})[vlan] = PortVlan(vlan=vlan, tagged=tagged)
    found = {port: tuple(told.values()) for port, told in ports.items()}
    lost = () if found else tuple(Lost(v) for v, (members, *_) in lists.items() if members)
    return Found(found, len(lists), lost, _CUT if any(cut for _, _, cut in lists.values()) else "")


def _lists(plan: TablePlan, cells: Cells, units: Mapping[str, Cell]) -> _Lists:
    table: Any = plan.table
    assert isinstance(table, PortVlanTable)  # noqa: S101 - of no other is this fact made
    word = plan.word
    out: _Lists = {}
    for row in rows(plan, cells, units):
        vlan, untagged = row.values.get("vlan"), row.values.get("untagged")
        members = cells.get(word.oid, {}).get(row.index) if word else None
        if vlan is None or not isinstance(members, bytes):
            continue
        # Of several TimeMarks the last one is the state of now.
        cut = _PRINTED.search(members) is not None
        out[vlan] = (_ports(members), None if untagged is None else _ports(untagged), cut)
    return out


def _ports(octets: bytes) -> set[int]:
    return set(bits(_PRINTED.sub(b"", octets)))


def _is_witnessed(lists: _Lists, pvids: Mapping[int, int]) -> bool:
    every = set().union(*(members for members, *_ in lists.values()))
    told = [(n, pvid) for n, pvid in pvids.items() if n in every and pvid in lists]
    agreeing = sum(number in lists[pvid][0] for number, pvid in told)
    return not lists or (bool(told) and 2 * agreeing > len(told))
