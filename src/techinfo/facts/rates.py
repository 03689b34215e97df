"""The rate of a port from ifSpeed and ifHighSpeed, which agents fill in with anything.

Sources: IF-MIB (RFC 2863, ifSpeed, ifHighSpeed), IANAifType-MIB; the rates are those of IEEE 802.3,
and 20 Gbit/s, which switches of some makers have.
"""

from __future__ import annotations

from techinfo.units import MegabitPerSecond

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
_ARTEFACTS = frozenset(
    part for bits in (_SATURATED, *_BEHIND_A_WRAP) for part in (bits // _MEGA, -(-bits // _MEGA))
)
"""An ifHighSpeed that was made of an ifSpeed without room, whichever way it was rounded."""
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
    if kind in _OVER_ETHERNET and high in _ARTEFACTS:
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
