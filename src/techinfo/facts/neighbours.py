"""LLDP: whose end of a link is on which port (LLDP-MIB, IEEE 802.1AB-2005)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from techinfo.driver import standard
from techinfo.driver.convert import decode_text
from techinfo.driver.tables import NeighbourTable
from techinfo.facts.joins import Joins
from techinfo.facts.row_facts import listed
from techinfo.facts.rows import Found
from techinfo.model import Neighbour
from techinfo.wire import Cell, Cells

_CHASSIS_MAC, _CHASSIS_ADDRESS = 4, 5  # LldpChassisIdSubtype
_PORT_MAC, _PORT_ADDRESS, _PORT_NAME, _PORT_LOCAL = 3, 4, 5, 7  # LldpPortIdSubtype
_NAMES = frozenset({_PORT_NAME, _PORT_LOCAL})
_IPV4 = 1  # IANA address family, the first octet of a network address

_CONTROL = re.compile(rb"[\x01-\x1f\x7f]")


def neighbours(
    tables: Iterable[NeighbourTable], cells: Cells, units: Mapping[str, Cell], joins: Joins
) -> Found:
    """Neighbours by port. One without a chassis identifier has told nothing."""
    return listed(tables, cells, units, joins, _neighbour)


def _neighbour(values: Mapping[str, Any]) -> Neighbour | None:
    chassis = identifier(
        values.get("chassis_kind"), values.get("chassis"), _CHASSIS_MAC, _CHASSIS_ADDRESS
    )
    if chassis is None:
        return None
    return Neighbour(
        chassis_id=chassis,
        port_id=identifier(
            values.get("port_kind"), values.get("port_id"), _PORT_MAC, _PORT_ADDRESS
        ),
        port_description=values.get("port_description"),
        system_name=values.get("system_name"),
        system_description=values.get("system_description"),
    )


def identifier(kind: int | None, octets: bytes | None, mac: int, address: int) -> str | None:
    """An identifier in words, by its subtype; octets that are no text are given in hex."""
    if not octets:
        return None
    if kind == mac and len(octets) == 6:
        return octets.hex(":").upper()
    if kind == address and len(octets) == 5 and octets[0] == _IPV4:
        return ".".join(str(n) for n in octets[1:])
    words = decode_text(octets)
    is_text = words and "\ufffd" not in words and not _CONTROL.search(octets)
    return words if is_text else octets.hex()


def add_lldp_ports(joins: Joins, cells: Cells) -> None:
    """LLDP port -> ifIndex: by the name that LLDP tells of the port, else by its number.

    LldpPortNumber: a bridge numbers as in dot1dBasePort, any other system as in ifIndex.
    """
    kinds = cells.get(standard.LLDP_LOC_PORT_ID_SUBTYPE, {})
    names = cells.get(standard.LLDP_LOC_PORT_ID, {})
    descrs = cells.get(standard.LLDP_LOC_PORT_DESC, {})
    for index in {*kinds, *names, *descrs}:
        if len(index) != 1:
            continue
        is_name = kinds.get(index, _PORT_NAME) in _NAMES
        told = [_words(names.get(index)) if is_name else None, _words(descrs.get(index))]
        named = [found for word in told if word and (found := joins.named(word)) is not None]
        numbered = joins.if_index_of_bridge(index[0])
        found = named[0] if named else numbered
        if found is not None:
            joins.lldp[index[0]] = found


def _words(cell: Cell | None) -> str | None:
    return decode_text(cell) if isinstance(cell, bytes) else None
