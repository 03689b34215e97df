"""Link and counters of each port, put together from several tables.

The rate of a port from ifSpeed and ifHighSpeed, which agents fill in with anything.

Sources: IF-MIB (RFC 2863, ifSpeed, ifHighSpeed), IANAifType-MIB; the rates are those of IEEE 802.3,
and 20 Gbit/s, which switches of some makers have.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from techinfo.driver import standard
from techinfo.facts.clock import Clock
from techinfo.facts.joins import Joins
from techinfo.facts.plan import TablePlan
from techinfo.facts.rows import Merged, laid
from techinfo.model import Counters, Flow, Link, Port
from techinfo.units import MegabitPerSecond
from techinfo.wire import Cell, Cells

_RATES = (10, 100, 1000, 2500, 5000, 10_000, 20_000, 25_000, 40_000, 50_000, 100_000, 200_000,
          400_000, 800_000, 1_600_000)  # fmt: skip
"""Mbit/s."""
_MEGA = 1_000_000
_WRAP = 1 << 32
_SATURATED = _WRAP - 2
"""Ifspeed from here on says that ifHighSpeed holds the rate; some agents are off by one."""
_BY_BITS = {rate * _MEGA: rate for rate in _RATES}
_BEHIND_A_WRAP = {bits % _WRAP: rate for bits, rate in _BY_BITS.items() if bits >= _WRAP}
"""What an agent has that puts the rate into 32 bits (net-snmp#689) -> what it is."""
_FULL = frozenset({_SATURATED // _MEGA, -(-_SATURATED // _MEGA)})
"""An ifHighSpeed that was made of an ifSpeed without room, whichever way it was rounded: of a port
of any kind, as of an XGS-PON."""
_ARTEFACTS = frozenset(
    part for bits in _BEHIND_A_WRAP for part in (bits // _MEGA, -(-bits // _MEGA))
)
"""The same of an ifSpeed that has gone round."""
_ETHERNET = frozenset({6, 7, 26, 62, 69, 117})
"""IfType: ethernetCsmacd, iso88023Csmacd, ethernet3Mbit, fastEther(FX), gigabitEthernet."""
_OVER_ETHERNET = _ETHERNET | {53, 135, 136, 161, 209}
"""PropVirtual, l2vlan, l3ipvlan, ieee8023adLag, bridge: made of such ports, in any number."""


def rate(high: int | None, bits: int | None, if_type: int | None) -> MegabitPerSecond | None:
    """What a port runs at; ``None`` when neither number can be believed.

    Args:
        high: IfHighSpeed, meant to be Mbit/s.
        bits: IfSpeed, meant to be bit/s.
        if_type: Interfaces other than Ethernet (DSL, PON, radio) have rates of their own; one
            whose type is not told is taken for Ethernet.
    """
    kind = 6 if if_type is None else if_type
    told = _of_high(high or 0, bits or 0, kind) or _of_bits(bits or 0, kind)
    return MegabitPerSecond(told) if told else None


def _of_high(high: int, bits: int, kind: int) -> int | None:
    if high in _RATES:
        return high
    if high >= _MEGA:  # in bit/s (D-Link DES-3028, librenms#12957)
        return _of_bits(high, kind)
    if high in _FULL or (kind in _OVER_ETHERNET and high in _ARTEFACTS):
        return None
    if bits == high * 1000 * _MEGA and bits in _BY_BITS:  # in Gbit/s
        return _BY_BITS[bits]
    return high if high > 0 else None


def _of_bits(bits: int, kind: int) -> int | None:
    bits += _WRAP if bits < 0 else 0  # typed as a signed number
    if kind in _OVER_ETHERNET and (known := _BY_BITS.get(bits) or _BEHIND_A_WRAP.get(bits)):
        return known
    if kind in _ETHERNET or bits < _MEGA or _SATURATED <= bits < _WRAP:
        return None
    return round(bits / _MEGA) if bits <= max(_BY_BITS) else None


def settled_link(values: Mapping[str, Any]) -> set[str]:
    """Names that a further table cannot change, as these values of a port are told already."""
    settled = {name for name, value in values.items() if value is not None}
    if values.get("high_speed") in _RATES:
        settled.add("if_speed")
    if values.get("up") is False:
        settled |= {"if_speed", "full_duplex"}  # a port that is down has neither
    return settled


def settled_counters(values: Mapping[str, Any]) -> set[str]:
    """The same of counters: one that stands at zero may count in another table (C4)."""
    return {name for name, value in values.items() if value}


def links(
    tables: Iterable[TablePlan],
    cells: Cells,
    units: Mapping[str, Cell],
    joins: Joins,
    clock: Clock | None,
    known: Merged | None = None,
) -> dict[int, Link]:
    """Port status; of several tables the first that tells a value is believed.

    Args:
        tables: Of the driver.
        cells: What was read of them.
        units: Scalars that were read.
        joins: What is known of the device's numbering.
        clock: Its clock.
        known: What the tables tell of each port, where that was laid out already.
    """
    merged = laid(tables, cells, units, joins, zero_counts=True) if known is None else known
    return {
        port: _link(values, joins.ports.get(port), joins, clock)
        for port, values in merged.items()
        if _tells_link(values)
    }


def _tells_link(values: Mapping[str, Any]) -> bool:
    return "up" in values or "admin_down" in values


def _link(values: Mapping[str, Any], port: Port | None, joins: Joins, clock: Clock | None) -> Link:
    up = values.get("up")
    ticks = values.get("last_change")
    # Zero means "since boot" only from an agent that tells changes at all (field note T4).
    alone = clock is not None and clock.alone
    told = ticks is not None and (ticks > 0 or (joins.tells_changes and not alone))
    return Link(
        up=up,
        admin_down=values.get("admin_down"),
        last_change=clock.time_of(ticks) if clock and told and ticks is not None else None,
        changed_ticks=ticks if told else None,
        speed=_speed(values, port) if up else None,
        full_duplex=values.get("full_duplex") if up else None,
        configured_speed=values.get("configured_speed"),
    )


def _speed(values: Mapping[str, Any], port: Port | None) -> MegabitPerSecond | None:
    if_type = port.if_type if port else None
    told = rate(values.get("high_speed"), values.get("if_speed"), if_type)
    own = values.get("speed")
    return MegabitPerSecond(own) if told is None and own is not None else told


def counters(
    tables: Iterable[TablePlan],
    cells: Cells,
    units: Mapping[str, Cell],
    joins: Joins,
    clock: Clock | None,
    known: Merged | None = None,
) -> dict[int, Counters]:
    """Counters; of several tables the first value that is not zero is believed (C3, C4).

    Arguments as of `links`.
    """
    merged = laid(tables, cells, units, joins, zero_counts=False) if known is None else known
    return {
        port: counters_of(values, clock, wide=_is_wide(port, values, cells))
        for port, values in merged.items()
        if values.keys() - {"discontinuity"}
    }


def _is_wide(port: int, values: Mapping[str, Any], cells: Cells) -> bool | None:
    """Whether octets come from 64-bit columns that count; ``None`` where nothing proves it (C4)."""
    told = (("in_bytes", standard.IF_HC_IN_OCTETS), ("out_bytes", standard.IF_HC_OUT_OCTETS))
    proven = all(
        values.get(name) and cells.get(oid, {}).get((port,)) == values[name] for name, oid in told
    )
    return True if proven else None


def counters_of(
    values: Mapping[str, Any], clock: Clock | None, *, wide: bool | None = None
) -> Counters:
    """Counters from the fields of a `CounterTable`."""
    return Counters(
        input=Flow(
            bytes=values.get("in_bytes"),
            unicast=values.get("in_unicast"),
            multicast=values.get("in_multicast"),
            broadcast=values.get("in_broadcast"),
            errors=values.get("in_errors"),
            discards=values.get("in_discards"),
            pauses=values.get("in_pauses"),
            crc_errors=values.get("in_crc_errors"),
        ),
        output=Flow(
            bytes=values.get("out_bytes"),
            unicast=values.get("out_unicast"),
            multicast=values.get("out_multicast"),
            broadcast=values.get("out_broadcast"),
            errors=values.get("out_errors"),
            discards=values.get("out_discards"),
            pauses=values.get("out_pauses"),
        ),
        reset_at=_reset_at(values.get("discontinuity"), clock),
        wide=wide,
    )


def _reset_at(ticks: int | None, clock: Clock | None) -> datetime | None:
    """Since when counters count: a discontinuity, else the start of the element.

    An agent that has started anew alone does not know since when the ports have counted.
    """
    if clock is None:
        return None
    if ticks:
        return clock.time_of(ticks)
    return None if clock.alone else clock.boot
