"""Zyxel IES chassis: access by VDSL2, Ethernet and fibre cards.

Seen: IES-5005, VDSL2 card, no optics (recording ies5000_5005).
Source: IES5206-MIB 2012-06-26.
"""

from __future__ import annotations

from dataclasses import replace

from techinfo.driver import (
    Column,
    Driver,
    FromDescr,
    Hardware,
    Row,
    SnmpLimits,
    TransceiverTable,
    at,
    celsius,
    dbm,
    milliamperes,
    standard,
    text,
    vlan,
    volts,
    watts,
)

_IES = "1.3.6.1.4.1.890.1.5.13"
_MIB = "IES5206-MIB 2012-06-26"
_DDMI = f"{_IES}.13.4.4.1"  # geDdmiEntry, by ifIndex
_LEVEL = dbm(0.0001, special={0: None})  # the dBm columns of an empty cage are zero, too
_VOLTAGE = Column(f"{_DDMI}.6", volts(0.0001))


def _lit(row: Row) -> Row | None:
    """Linear zeros are no light only where the supply shows a module (O2, O9)."""
    return row if "voltage" in row else None


DRIVER = Driver(
    name="zyxel_ies",
    vendor="Zyxel",
    series="IES-5000 family; seen: IES-5005",
    sys_object_ids=(_IES,),
    hardware=Hardware(model=(FromDescr(r"^(IES-?\d\S*)"),), mac=standard.HARDWARE.mac),
    transceivers=(
        TransceiverTable(
            mib=_MIB,
            vendor=Column(f"{_DDMI}.1", text),
            part_number=Column(f"{_DDMI}.2", text),
            temperature=Column(f"{_DDMI}.3", celsius(0.0001)),
            voltage=_VOLTAGE,
            bias=Column(f"{_DDMI}.9", milliamperes(0.0001)),
            tx_power=Column(f"{_DDMI}.18", _LEVEL),
            rx_power=Column(f"{_DDMI}.21", _LEVEL),
            serial_number=Column(f"{_DDMI}.25", text),
        ),
        TransceiverTable(
            mib=_MIB,
            voltage=_VOLTAGE,
            tx_power=Column(f"{_DDMI}.12", watts(1e-10)),  # 0.0001 uW
            rx_power=Column(f"{_DDMI}.15", watts(1e-10)),
            row=_lit,
        ),
    ),
    macs=(
        # FdbId is the VLAN: there is no dot1qVlanFdbId, but the FdbIds are the VLANs of its
        # dot1qVlanStaticTable and those of zynos_mgs3712 in the same network.
        replace(standard.Q_BRIDGE_MACS, proven=("ies5000_5005",), fdb_id=None, vlan=at(0, vlan)),
        standard.BRIDGE_MACS,
    ),
    limits=SnmpLimits(unordered=True),
    seen={"ies5000_5005": ("link", "counters", "macs")},
    notes=("Light is from the MIB text alone.",),
)
