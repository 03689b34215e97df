"""D-Link DES, DGS and DXS switches with the software of the xStack line or with the newer CLI.

Which of the two private trees a model has does not follow from its sysObjectID, and some have parts
of both (DGS-1510-28X/ME): both are asked, the newer first.

Seen: DES-3200-18 4.04.004 (dlink-des3200), DES-3028 1.00-B32 (dlink-des3038), DES-3528 3.00.012
(dlink_des-3528), DGS-1510-28X/ME 1.10.010 (dlink_dgs-1510-28x-me).
Source of the older tree: DDM-MGMT-MIB 2012-03-20, IP-MAC-BIND-MIB 2012-10-26, MCAST-SNOOPING-MIB
2008-10-24, QoS-MIB 2010-12-23, LOOPBACK-DETECT-MIB 2010-03-01; of the newer: see `_dlinksw`.
"""

from __future__ import annotations

from dataclasses import replace

import techinfo.driver as d
from techinfo_drivers._dlinksw import (
    DGS_1250_OPTICS,
    LOOPED,
    NEW_LEASES,
    NEW_LOOPS,
    NEW_MEMBERS,
    NEW_OPTICS,
    NEW_RATES,
)

_DLINK = "1.3.6.1.4.1.171"
_DDM = f"{_DLINK}.12.72.2.1.1.1"  # swDdmStatusEntry
_BINDINGS = f"{_DLINK}.12.23.4.3.1"  # swIpMacBindingDHCPSnoopEntry
_GROUPS = f"{_DLINK}.12.73.2.1.2.1"  # swIGMPSnoopingGroupEntry
_RATES = f"{_DLINK}.12.61.3.1.1"  # swQoSBandwidthControlEntry

_UNIT: d.ByScalar[d.Power] = d.ByScalar(
    f"{_DLINK}.12.72.1.3.0",  # swDdmPowerUnit
    {1: d.watts(1e-3), 2: d.dbm()},
)


def _counting(row: d.Row) -> d.Row:
    """Packets without octets: 64-bit columns that stand still (dlink-des3038: 0, and one 1)."""
    if not row.get("out_unicast") or row.get("out_bytes"):
        return row
    still = ("bytes", "unicast", "multicast", "broadcast")
    return {name: value for name, value in row.items() if not name.endswith(still)}


_COUNTERS = replace(
    d.standard.HC_COUNTERS, verified_by=("dlink-des3200", "dlink_des-3528"), row=_counting
)
_OPTICS = d.TransceiverTable(
    mib="DDM-MGMT-MIB 2012-03-20",
    # Texts; "  -" on a port that is no SFP port, is empty or has a module without diagnostics.
    temperature=d.Column(f"{_DDM}.2", d.celsius()),
    voltage=d.Column(f"{_DDM}.3", d.volts()),
    bias=d.Column(f"{_DDM}.4", d.milliamperes()),
    tx_power=d.Column(f"{_DDM}.5", _UNIT),
    rx_power=d.Column(f"{_DDM}.6", _UNIT),
)
_MACS = (
    # The index is the VLAN itself, whatever dot1qVlanFdbId says: 90 for VLAN 602 (dlink-des3038).
    replace(
        d.standard.FDB_IS_VLAN,
        verified_by=("dlink-des3200", "dlink-des3038", "dlink_des-3528", "dlink_dgs-1510-28x-me"),
    ),
    d.standard.BRIDGE_MACS,
)
_LEASES = d.LeaseTable(
    mib="IP-MAC-BIND-MIB 2012-10-26",
    port=d.PortKey(d.PortBy.IF_INDEX, d.Column(f"{_BINDINGS}.4", d.integer)),
    address=d.index_octets(0, 4, d.ipv4),
    mac=d.Column(f"{_BINDINGS}.2", d.mac),
    # The CLI has it as "LT(sec)", left time.
    time_remaining=d.Column(f"{_BINDINGS}.3", d.integer),
)
_FIFTH = d.index_octets(5, 4, d.ipv4)
_OWN = (f"{_DLINK}.12.73.2.1.5.1", *(f"{_DLINK}.11.113.1.{n}.2.7.13.1" for n in (1, 2, 3, 5)))
_HOSTS = "scripts of operators, for DES-3200 and DES-3200 C1 (group tables by host)"
_PORTS = "scripts of operators, for DES-3028 and DES-3052 (group tables of their own tree)"
_OLD_MEMBERS = (
    # A list for each filter mode.
    *(d.group_bitmaps("MCAST-SNOOPING-MIB 2008-10-24", f"{_GROUPS}.{n}", _FIFTH) for n in (3, 4)),
    # VLAN, then the group; no up-time is a port's own, and none is told.
    *(
        d.GroupTable(
            mib=_HOSTS,
            port=d.PortKey(d.PortBy.BRIDGE_PORT, d.Column(f"{entry}.3", d.integer)),
            vlan=d.index_at(0, d.vlan),
            address=d.index_octets(1, 4, d.ipv4),
        )
        for entry in _OWN
    ),
    *(d.group_bitmaps(_PORTS, f"{_DLINK}.11.63.{n}.2.7.5.1.4") for n in (6, 8)),
)
_SHAPING = (
    *NEW_RATES,
    *d.rate_limits(
        "QoS-MIB 2010-12-23",
        ingress=d.Column(f"{_RATES}.2", d.kilobits()),
        egress=d.Column(f"{_RATES}.3", d.kilobits()),
    ),
)
_CLOSED = (
    NEW_LOOPS,
    d.ProtectionTable(
        mib="LOOPBACK-DETECT-MIB 2010-03-01",
        found=d.Column(
            f"{_DLINK}.12.41.3.1.1.4",  # swLoopDetectPortLoopStatus, by swLoopDetectMode
            d.closed_by_mode(f"{_DLINK}.12.41.1.4.0", *LOOPED, port=2, vlans=1),
        ),
        interval=f"{_DLINK}.12.41.1.3.0",  # swLoopDetectRecoverTime
    ),
)
_ENTITY = "1.3.6.1.2.1.47.1.1.1.1"
_HARDWARE = d.Hardware(
    mib="RMON2-MIB, ENTITY-MIB 2005-08-10; recordings dlink-des3200, dlink_des-3528",
    model=(d.FromDescr(r"\b((?:DES|DGS|DXS|DMS|DQS|DIS)-\d[\w/-]*)"), *d.standard.HARDWARE.model),
    firmware=(
        # probeSoftwareRev: "Build 4.04.004", or without the word
        d.Column("1.3.6.1.2.1.16.19.2.0", d.matching(r"^(?:Build\s+)?(.+)", d.text)),
        d.Column(f"{_ENTITY}.9.1", d.text),  # entPhysicalSoftwareRev is the boot loader's
    ),
    serial_number=(
        d.Column(f"{_DLINK}.12.1.1.12.0", d.text),
        d.Column(f"{_DLINK}.12.11.1.9.4.1.17.1", d.text),
        *d.standard.HARDWARE.serial_number,
    ),
)

_DS = d.Driver(
    name="dlink_ds",
    vendor="D-Link",
    circuit_id_format="dlink-default",
    series="DES-3000 to DES-3800, DGS-1500 to DGS-3600; seen: DES-3028, DES-3200, DES-3528,"
    " DGS-1510/ME",
    sys_object_ids=(f"{_DLINK}.10",),
    hardware=_HARDWARE,
    counters=(_COUNTERS, *d.standard.COUNTERS[1:]),
    transceivers=(NEW_OPTICS, _OPTICS),
    macs=_MACS,
    leases=(NEW_LEASES, _LEASES),
    groups=(NEW_MEMBERS, *_OLD_MEMBERS),
    shaping=_SHAPING,
    protections=_CLOSED,
    verified_by={
        "dlink-des3200": ("link", "counters", "macs", "vlans"),
        "dlink-des3038": ("link", "counters", "macs"),
        "dlink_des-3528": ("link", "counters", "macs", "vlans"),
        "dlink_dgs-1510-28x-me": ("link", "counters", "macs", "neighbours", "vlans"),
    },
    notes=(
        "Light is told by agents that name its unit (swDdmPowerUnit), or have the newer tree.",
        "Leases, groups and rates are from the MIB texts alone; rates are taken as kbit/s.",
        "The newer tree gives no VLAN of a group, and does not say what of a lease remains.",
    ),
)
DRIVERS = (
    _DS,
    replace(
        _DS,
        name="dlink_dgs1250",
        circuit_id_format="",
        series="DGS-1250; none recorded here",
        when=(d.DescrMatches(r"\bDGS-1250\b"),),
        transceivers=(DGS_1250_OPTICS, NEW_OPTICS),
        verified_by={},
    ),
)
