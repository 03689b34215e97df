"""Juniper Junos: EX and QFX switches of both generations; MX and SRX as far as they have it.

Seen: QFX5100-48S-6Q with 14.1X53-D40 (recording junos_qfx5100), MX960 with 16.1R6
(juniper-mx960-16-1r6-7-a of snmpsim-data). JUNIPER-DOM-MIB 2014-03-20, JUNIPER-VLAN-MIB 2009-01-09,
JUNIPER-MIB and JUNIPER-L2ALD-MIB as the recordings show them.
"""

from __future__ import annotations

from techinfo.driver import (
    Cell,
    Column,
    Convert,
    Dark,
    Driver,
    FdbVlans,
    FromDescr,
    Hardware,
    PortKey,
    Power,
    TransceiverTable,
    at,
    celsius,
    dbm,
    integer,
    mac,
    milliamperes,
    standard,
    text,
    vlan,
    volts,
)

_JUNIPER = "1.3.6.1.4.1.2636"
_BOX = f"{_JUNIPER}.3.1"  # jnxBoxAnatomy
_MEMBER = f"{_JUNIPER}.3.40.1.4.1.1.1"  # jnxVirtualChassisMemberEntry
_DOM = f"{_JUNIPER}.3.60.1.1.1.1"  # jnxDomCurrentEntry
_LANE = f"{_JUNIPER}.3.60.1.2.1.1"  # jnxDomCurrentLaneEntry

_NOISE = -3698  # -36.98 dBm and less is what Junos gives for 0.0002 mW and less: no light
_LEVEL = dbm(0.01, {0: None})  # 0 for a cage without optic, and for -Inf: `_low` tells which


def _light(cell: Cell) -> Power | None:
    return Dark.NO_LIGHT if isinstance(cell, int) and cell <= _NOISE else _LEVEL(cell)


def _low(*bits: int) -> Convert[bool]:
    """Receive alarms in the first octet of BITS; true when one of them stands."""
    mask = sum(0x80 >> bit for bit in bits)
    return Convert(
        "receive alarm, BITS " + ", ".join(map(str, bits)),
        lambda c: bool(c[0] & mask) if isinstance(c, bytes) and c else None,
    )


_POWER: Convert[Power] = Convert(f"{_LEVEL.name}, no light from {_NOISE}", _light)
_LANE_BIAS = Convert("mA x 0.001", lambda c: milliamperes(0.001)(c) if c else None)

_MODULES = TransceiverTable(
    mib="JUNIPER-DOM-MIB 2014-03-20",
    proven=("junos_qfx5100", "juniper-mx960-16-1r6-7-a"),
    # domRxLossSignalAlarm(0), domRxLaserPowerLowAlarm(4): the MX960's dark ports have either.
    rx_lost=Column(f"{_DOM}.1", _low(0, 4)),
    rx_power=Column(f"{_DOM}.5", _POWER),
    bias=Column(f"{_DOM}.6", milliamperes(0.001)),
    tx_power=Column(f"{_DOM}.7", _POWER),
    temperature=Column(f"{_DOM}.8", celsius()),
    voltage=Column(f"{_DOM}.25", volts(0.001)),
)
_LANES = TransceiverTable(
    mib="JUNIPER-DOM-MIB 2014-03-20",
    proven=("juniper-mx960-16-1r6-7-a",),
    port=PortKey(trailing=((0,), (1,), (2,), (3,))),
    lane=at(1, integer),
    rx_lost=Column(f"{_LANE}.2", _low(1)),  # domLaneRxLaserPowerLowAlarm(1)
    rx_power=Column(f"{_LANE}.6", _POWER),
    bias=Column(f"{_LANE}.7", _LANE_BIAS),
    tx_power=Column(f"{_LANE}.8", _POWER),
)

DRIVER = Driver(
    name="juniper_junos",
    vendor="Juniper",
    series="EX, QFX; MX and SRX for ports and light; seen: QFX5100 14.1X53, MX960 12.3 to 16.1",
    sys_object_ids=(f"{_JUNIPER}.1.1.1",),
    hardware=Hardware(
        mib="JUNIPER-MIB; recording junos_qfx5100",
        model=(
            Column(f"{_MEMBER}.8.0", text),
            FromDescr(r"Juniper Networks, Inc\. (\S+)"),
        ),
        firmware=(
            Column(f"{_MEMBER}.5.0", text),
            FromDescr(r"(?:JUNOS|version) ([^\s,]+)"),
        ),
        serial_number=(Column(f"{_BOX}.3.0", text), Column(f"{_MEMBER}.2.0", text)),
        mac=(*standard.HARDWARE.mac, Column(f"{_MEMBER}.4.0", mac)),
    ),
    transceivers=(_MODULES, _LANES),
    # Not the BRIDGE-MIB: its rows would have the number of a unit, which is no VLAN, for one.
    macs=(standard.Q_BRIDGE_MACS,),
    fdb_vlans=(
        FdbVlans(  # jnxExVlanTag: EX before ELS (field note F5)
            mib="JUNIPER-VLAN-MIB 2009-01-09", tag=Column(f"{_JUNIPER}.3.40.1.5.1.5.1.5", vlan)
        ),
        FdbVlans(  # jnxL2aldVlanTag: ELS, where FdbId 262144 is VLAN number 4
            mib="JUNIPER-L2ALD-MIB; recording junos_qfx5100",
            tag=Column(f"{_JUNIPER}.3.48.1.3.1.1.3", vlan),
            shift=16,
        ),
    ),
    seen={
        "junos_qfx5100": ("link", "counters", "transceiver", "macs"),
        "juniper-mx960-16-1r6-7-a": ("link", "counters", "transceiver", "macs", "neighbours"),
    },
    notes=(
        "DHCP snooping and IGMP snooping are in the CLI only.",
        "A MAC address behind a bridge port without an interface is left out (field note F4).",
    ),
)
