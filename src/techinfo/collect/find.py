"""A port by the name that the inventory has for it."""

from __future__ import annotations

from collections.abc import Callable

from techinfo.collect.target import PortName
from techinfo.facts.joins import Joins
from techinfo.model import Port

_WAYS: dict[str, Callable[[Port], str | None]] = {
    "name": lambda p: p.name,
    "descr": lambda p: p.descr,
    "alias": lambda p: p.alias,
    "index": lambda p: str(p.if_index),
}


def bears(port: Port, wanted: PortName) -> bool:
    """Whether a port has that name."""
    ways = _WAYS.values() if wanted.by == "any" else (_WAYS[wanted.by],)
    return any(told(port) == wanted.name for told in ways)


def find_port(joins: Joins, wanted: PortName) -> int | None:
    """IfIndex of the one port with that name; ``None`` when there is none, or more than one.

    ``any`` tries ifName, ifDescr, ifAlias and ifIndex, in that order; a name that two ports share
    in one of them is not taken for either.
    """
    found = find_ports(joins, wanted)
    return found[0] if len(found) == 1 else None


def find_ports(joins: Joins, wanted: PortName) -> tuple[int, ...]:
    """IfIndexes of all ports with that name, in the first way in which there are any."""
    ways = _WAYS if wanted.by == "any" else {wanted.by: _WAYS[wanted.by]}
    for told in ways.values():
        found = tuple(p.if_index for p in joins.ports.values() if told(p) == wanted.name)
        if found:
            return found
    return ()
