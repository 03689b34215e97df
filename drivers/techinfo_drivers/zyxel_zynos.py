"""Zyxel Ethernet switches with ZyNOS and the new tree, 1.3.6.1.4.1.890.1.15.3.

New models have a sysObjectID that says no more than Zyxel; old ones may have this tree as well.
Seen: XGS4600-32F stack 4.70 (recording zynos). Source: the MIBs of ``mib`` below.
"""

from __future__ import annotations

from typing import Any

import techinfo.driver as d
from techinfo_drivers import _zyxel as z

_MODEL = f"{z.NEW}.1.11.0"
_SERIAL = f"{z.NEW}.84.1.1.1"  # zyxelTransceiverSerialEntry
_DDMI = f"{z.NEW}.84.1.2.1"  # zyxelTransceiverDdmiEntry
_RATE, _RATE_STATE = f"{z.NEW}.72.1.2.1", f"{z.NEW}.72.1.1.0"  # …Entry, zyRateLimitState
_IPSG, _RECORD, _GROUP = f"{z.NEW}.33.2.2.1", f"{z.NEW}.31.2.1.1", f"{z.NEW}.31.2.7.1.1"
_LEASES = (
    d.LeaseTable(
        mib="ZYXEL-IPSG-MIB 2012-07-01",
        address=d.index_octets(0, 4, d.ipv4),  # zyIpsgInfo: IpAddress, Vid, MacAddress
        vlan=d.index_at(4, d.vlan),
        mac=d.index_octets(-6, 6, d.mac),
        time_remaining=d.Column(f"{_IPSG}.4", d.integer),
        row_active=d.Column(f"{_IPSG}.5", d.is_one_of(frozenset({2}), "zyIpsgInfoType is dhcp(2)")),
        port=d.PortKey(d.PortBy.BRIDGE_PORT, d.Column(f"{_IPSG}.6", d.integer)),
    ),
)
_GROUPS = (
    d.GroupTable(
        mib="ZYXEL-IGMP-SNOOPING-MIB 2012-07-01",
        address=d.index_octets(2, 4, d.ipv4),  # zyIgmpSnoopingRecord: Vid, Port, Group
        vlan=d.index_at(0, d.vlan),
        port=d.PortKey(d.PortBy.BRIDGE_PORT, position=1),
        # The unit of its up-time is not stated; the time-out is asked to find the rows.
        row_active=d.Column(f"{_RECORD}.5", d.Convert("a record", lambda c: isinstance(c, int))),
    ),
    # zyIgmpSnoopingGroup: Vid, IpAddress
    d.group_bitmaps("ZYXEL-IGMP-SNOOPING-MIB 2012-07-01", f"{_GROUP}.4"),
)


_NEW_TREE: dict[str, Any] = {
    **z.COMMON,
    "hardware": d.Hardware(
        mib="recording zynos",
        model=(d.Column(_MODEL, d.text), z.DESCR),
        firmware=(d.Column(f"{z.NEW}.1.6.0", d.matching(r"[^|]+", d.text)),),  # version | date
        serial_number=(d.Column(f"{z.NEW}.1.12.0", d.text),),
    ),
    "transceivers": z.optics(
        "ZYXEL-TRANSCEIVER-MIB 2012-07-01",
        (f"{_DDMI}.6", f"{_DDMI}.7"),
        (f"{_SERIAL}.1", f"{_SERIAL}.2", f"{_SERIAL}.3", f"{_SERIAL}.4"),
        words=("zynos",),
    ),
    "leases": _LEASES,
    "groups": _GROUPS,
    "shaping": d.rate_limits(
        "ZYXEL-RATE-LIMIT-MIB 2012-07-01",
        port=d.BRIDGE_PORT,
        egress=z.enabled(_RATE, 6, 5, all_=_RATE_STATE),
        ingress=z.enabled(_RATE, 4, 3, all_=_RATE_STATE),  # Peak
        committed=z.enabled(_RATE, 2, 1, all_=_RATE_STATE),  # Commit
    ),
    "notes": z.NOTES,
}

DRIVERS = (
    d.Driver(
        name="zyxel_zynos",
        series="GS, XGS, XS, XMG, MES, MGS, ES with the tree 890.1.15.3; seen: XGS4600-32F 4.70",
        sys_object_ids=(f"{z.ZYXEL}.15", f"{z.ZYXEL}.5"),
        when=(d.DescrMatches(r"^(?:ZyXEL[ _-]*)?(?:ES|GS|GES|MES|MGS|XS|XMG|XMS|XGS)-?\d"),),
        verified_by={"zynos": ("link", "counters", "transceiver", "macs", "neighbours")},
        **_NEW_TREE,
    ),
    d.Driver(
        name="zyxel_zynos_new_tree",
        series="old models whose software has the new tree",
        sys_object_ids=(z.OLD,),
        when=(d.Answers(_MODEL),),
        **_NEW_TREE,
    ),
)
