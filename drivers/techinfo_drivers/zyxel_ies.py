"""Zyxel IES chassis: access by VDSL2, Ethernet and fibre cards.

Seen: IES-5005, VDSL2 card, no optics (recording ies5000_5005).
Source: IES5206-MIB 2012-06-26.
"""

from __future__ import annotations

from dataclasses import replace

import techinfo.driver as d

_IES = "1.3.6.1.4.1.890.1.5.13"
_MIB = "IES5206-MIB 2012-06-26"
_DDMI = f"{_IES}.13.4.4.1"  # geDdmiEntry, by ifIndex
_LEVEL = d.dbm(0.0001, special={0: None})  # the dBm columns of an empty cage are zero, too
_VOLTAGE = d.Column(f"{_DDMI}.6", d.volts(0.0001))


def _lit(row: d.Row) -> d.Row | None:
    """Linear zeros are no light only where the supply shows a module (O2, O9)."""
    return row if "voltage" in row else None


DRIVER = d.Driver(
    name="zyxel_ies",
    vendor="Zyxel",
    series="IES-5000 family; seen: IES-5005",
    sys_object_ids=(_IES,),
    hardware=d.Hardware(model=(d.FromDescr(r"^(IES-?\d\S*)"),)),
    transceivers=(
        d.TransceiverTable(
            mib=_MIB,
            vendor=d.Column(f"{_DDMI}.1", d.text),
            part_number=d.Column(f"{_DDMI}.2", d.text),
            temperature=d.Column(f"{_DDMI}.3", d.celsius(0.0001)),
            voltage=_VOLTAGE,
            bias=d.Column(f"{_DDMI}.9", d.milliamperes(0.0001)),
            tx_power=d.Column(f"{_DDMI}.18", _LEVEL),
            rx_power=d.Column(f"{_DDMI}.21", _LEVEL),
            serial_number=d.Column(f"{_DDMI}.25", d.text),
        ),
        d.TransceiverTable(
            mib=_MIB,
            voltage=_VOLTAGE,
            tx_power=d.Column(f"{_DDMI}.12", d.watts(1e-10)),  # 0.0001 uW
            rx_power=d.Column(f"{_DDMI}.15", d.watts(1e-10)),
            row=_lit,
        ),
    ),
    macs=(
        # FdbId is the VLAN: there is no dot1qVlanFdbId, but the FdbIds are the VLANs of its
        # dot1qVlanStaticTable and those of zynos_mgs3712 in the same network.
        replace(d.standard.FDB_IS_VLAN, verified_by=("ies5000_5005",)),
        d.standard.BRIDGE_MACS,
    ),
    limits=d.SnmpLimits(unordered=True),
    verified_by={"ies5000_5005": ("link", "counters", "macs", "vlans")},
    notes=("Light is from the MIB text alone.",),
)
