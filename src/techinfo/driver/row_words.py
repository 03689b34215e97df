"""Words for what many makers' tables have in common: rate limits, groups, cages, empty rows."""

from __future__ import annotations

from collections.abc import Callable

from techinfo.driver.cells import IF_INDEX, Column, PortBy, PortKey, Source, index_at, index_octets
from techinfo.driver.convert import ipv4, octets, vlan
from techinfo.driver.tables import GroupTable, Row, ShapingTable

_READINGS = ("temperature", "voltage", "bias", "tx_power", "rx_power")


def ingress(row: Row) -> Row:
    """A rate limit on what comes from the customer: the ``row`` of its `ShapingTable`."""
    return {"queue": "in", **row}


def egress(row: Row) -> Row:
    """A rate limit on what goes to the customer: the ``row`` of its `ShapingTable`."""
    return {"queue": "out", **row}


_ingress, _egress = ingress, egress


def rate_limits(
    mib: str,
    *,
    ingress: Column[int] | None = None,
    egress: Column[int] | None = None,
    committed: Column[int] | None = None,
    port: PortKey = IF_INDEX,
) -> tuple[ShapingTable, ...]:
    """The limits of a port in both directions, each a table of its own.

    Args:
        mib: Where the columns come from.
        ingress: Peak rate of what comes from the customer, kbit/s.
        egress: Peak rate of what goes to the customer.
        committed: Committed rate of what comes from the customer.
        port: How a row finds its port.
    """
    return tuple(
        ShapingTable(mib=mib, port=port, row=row, pir=peak, cir=sure)
        for row, peak, sure in ((_ingress, ingress, committed), (_egress, egress, None))
        if peak or sure
    )


def group_bitmaps(mib: str, ports: str, address: Source[str] | None = None) -> GroupTable:
    """Multicast groups by VLAN, each with all ports that have joined it.

    Args:
        mib: Where the column comes from.
        ports: The column, a bitmap of bridge ports. Its index begins with the VLAN.
        address: Of the group, where it is not the four octets after the VLAN.
    """
    return GroupTable(
        mib=mib,
        port=PortKey(PortBy.BRIDGE_PORT_BITMAP, Column(ports, octets)),
        vlan=index_at(0, vlan),
        address=address or index_octets(1, 4, ipv4),
    )


def measured(*names: str) -> Callable[[Row], Row]:
    """Readings count only in a row in which one of these is told and not 0 (O2, O9).

    A row of zeros is a module that measures nothing: neither 0 dBm nor dark.
    """

    def call(row: Row) -> Row:
        if any(row.get(name) for name in names):
            return row
        return {name: value for name, value in row.items() if name not in _READINGS}

    return call


def is_named(row: Row) -> bool:
    """Whether a module tells its maker, part or serial number."""
    return any(name in row for name in ("vendor", "part_number", "serial_number"))


def present_if_named(row: Row) -> Row:
    """A module that names itself is there, whatever its state says; one that does not may be."""
    return {**row, "present": True} if is_named(row) else row


def absent_if_nameless(row: Row) -> Row:
    """A state that means an empty cage is believed only where no module names itself."""
    return {n: v for n, v in row.items() if n != "present" or v or not is_named(row)}
