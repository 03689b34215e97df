"""Juniper Junos: EX and QFX switches of both generations; MX and SRX as far as they have it.

Seen: QFX5100-48S-6Q with 14.1X53-D40 (recording junos_qfx5100), MX960 with 16.1R6
(juniper-mx960-16-1r6-7-a of snmpsim-data). JUNIPER-DOM-MIB 2014-03-20, JUNIPER-VLAN-MIB 2009-01-09,
JUNIPER-MIB and JUNIPER-L2ALD-MIB as the recordings show them.
"""

from __future__ import annotations

import techinfo.driver as d

_JUNIPER = "1.3.6.1.4.1.2636"
_BOX = f"{_JUNIPER}.3.1"  # jnxBoxAnatomy
_MEMBER = f"{_JUNIPER}.3.40.1.4.1.1.1"  # jnxVirtualChassisMemberEntry
_DOM = f"{_JUNIPER}.3.60.1.1.1.1"  # jnxDomCurrentEntry
_LANE = f"{_JUNIPER}.3.60.1.2.1.1"  # jnxDomCurrentLaneEntry
_COHERENT_ROW = f"{_JUNIPER}.3.71.1.2.1.1"  # jnxOpticsPMCurrentEntry

_NOISE = -3698  # -36.98 dBm and less is what Junos gives for 0.0002 mW and less: no light
_LEVEL = d.dbm(0.01, {0: None})  # 0 for a cage without optic, and for -Inf: `rx_lost` tells which


def _light(cell: d.Cell) -> d.Power | None:
    return d.Dark.NO_LIGHT if isinstance(cell, int) and cell <= _NOISE else _LEVEL(cell)


_POWER: d.Convert[d.Power] = d.Convert(f"{_LEVEL.name}, no light from {_NOISE}", _light)
_LANE_BIAS = d.Convert("mA x 0.001", lambda c: d.milliamperes(0.001)(c) if c else None)
_MODULES = d.TransceiverTable(
    mib="JUNIPER-DOM-MIB 2014-03-20",
    verified_by=("junos_qfx5100", "juniper-mx960-16-1r6-7-a"),
    # domRxLossSignalAlarm(0), domRxLaserPowerLowAlarm(4): the MX960's dark ports have either.
    rx_lost=d.Column(f"{_DOM}.1", d.any_bit(0, 4)),
    rx_power=d.Column(f"{_DOM}.5", _POWER),
    bias=d.Column(f"{_DOM}.6", d.milliamperes(0.001)),
    tx_power=d.Column(f"{_DOM}.7", _POWER),
    temperature=d.Column(f"{_DOM}.8", d.celsius()),
    voltage=d.Column(f"{_DOM}.25", d.volts(0.001)),
)
_LANES = d.TransceiverTable(
    mib="JUNIPER-DOM-MIB 2014-03-20",
    verified_by=("juniper-mx960-16-1r6-7-a",),
    port=d.PortKey(trailing=((0,), (1,), (2,), (3,))),
    lane=d.index_at(1, d.integer),
    rx_lost=d.Column(f"{_LANE}.2", d.any_bit(1)),  # domLaneRxLaserPowerLowAlarm(1)
    rx_power=d.Column(f"{_LANE}.6", _POWER),
    bias=d.Column(f"{_LANE}.7", _LANE_BIAS),
    tx_power=d.Column(f"{_LANE}.8", _POWER),
)

_COHERENT = d.TransceiverTable(
    # jnxOpticsPMCurrentTable; -32768 is no value, and a row of zeros has none.
    mib="JUNIPER-IFOPTICS-MIB, as Observium's discovery reads it",
    tx_power=d.Column(f"{_COHERENT_ROW}.7", _LEVEL),
    rx_power=d.Column(f"{_COHERENT_ROW}.8", _LEVEL),
    bias=d.Column(f"{_COHERENT_ROW}.35", d.milliamperes(0.1)),
    temperature=d.Column(f"{_COHERENT_ROW}.39", d.celsius()),
)
_EX_TAG = d.Column(f"{_JUNIPER}.3.40.1.5.1.5.1.5", d.vlan)  # jnxExVlanTag, before ELS (F5)
_ELS_TAG = d.Column(f"{_JUNIPER}.3.48.1.3.1.1.3", d.vlan)  # jnxL2aldVlanTag: FdbId 262144 is 4

DRIVER = d.Driver(
    name="juniper_junos",
    vendor="Juniper",
    series="EX, QFX; MX and SRX for ports and light; seen: QFX5100 14.1X53, MX960 12.3 to 16.1",
    sys_object_ids=(f"{_JUNIPER}.1.1.1",),
    hardware=d.Hardware(
        mib="JUNIPER-MIB; recording junos_qfx5100",
        model=(d.Column(f"{_MEMBER}.8.0", d.text), d.FromDescr(r"Juniper Networks, Inc\. (\S+)")),
        firmware=(d.Column(f"{_MEMBER}.5.0", d.text), d.FromDescr(r"(?:JUNOS|version) ([^\s,]+)")),
        serial_number=(d.Column(f"{_BOX}.3.0", d.text), d.Column(f"{_MEMBER}.2.0", d.text)),
        mac=(*d.standard.HARDWARE.mac, d.Column(f"{_MEMBER}.4.0", d.mac)),
    ),
    transceivers=(_MODULES, _LANES, _COHERENT),
    # Not the BRIDGE-MIB: its rows would have the number of a unit, which is no VLAN, for one.
    macs=(d.standard.Q_BRIDGE_MACS,),
    fdb_vlans=(
        d.FdbVlans(mib="JUNIPER-VLAN-MIB 2009-01-09", tag=_EX_TAG),
        d.FdbVlans(mib="JUNIPER-L2ALD-MIB; recording junos_qfx5100", tag=_ELS_TAG, shift=16),
    ),
    verified_by={
        "junos_qfx5100": ("link", "counters", "transceiver", "macs"),
        "juniper-mx960-16-1r6-7-a": (
            "link",
            "counters",
            "transceiver",
            "macs",
            "neighbours",
            "vlans",
        ),
    },
    notes=(
        "DHCP snooping and IGMP snooping are in the CLI only.",
        "A MAC address behind a bridge port without an interface is left out (field note F4).",
    ),
)
