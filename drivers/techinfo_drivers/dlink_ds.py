"""D-Link DES, DGS and DXS switches with the software of the xStack line or with the newer CLI.

Which of the two private trees a model has does not follow from its sysObjectID, and some have parts
of both (DGS-1510-28X/ME): both are asked, the newer first.

Seen: DES-3200-18 4.04.004 (dlink-des3200), DES-3028 1.00-B32 (dlink-des3038), DES-3528 3.00.012
(dlink_des-3528), DGS-1510-28X/ME 1.10.010 (dlink_dgs-1510-28x-me).
Source of the older tree: DDM-MGMT-MIB 2012-03-20, IP-MAC-BIND-MIB 2012-10-26, MCAST-SNOOPING-MIB
2008-10-24, QoS-MIB 2010-12-23; of the newer: DLINKSW-DDM-MIB 2013-02-04 (DGS-1250: 2018-11-01),
DLINKSW-DHCP-SNOOPING-MIB 2013-09-09, DLINKSW-MGMD-SNOOPING-MIB 2013-09-05, DLINKSW-QOS-MIB
2013-07-09.
"""

from __future__ import annotations

from dataclasses import replace

import techinfo.driver as d

_DLINK = "1.3.6.1.4.1.171"
_DDM = f"{_DLINK}.12.72.2.1.1.1"  # swDdmStatusEntry
_BINDINGS = f"{_DLINK}.12.23.4.3.1"  # swIpMacBindingDHCPSnoopEntry
_GROUPS = f"{_DLINK}.12.73.2.1.2.1"  # swIGMPSnoopingGroupEntry
_RATES = f"{_DLINK}.12.61.3.1.1"  # swQoSBandwidthControlEntry
_NEW_DDM = f"{_DLINK}.14.72.1.4.1.1"  # dDdmIfInfoEntry
_DGS_1250_DDM = f"{_DLINK}.11.165.1000.72.1.4.1.1"  # dDdmIfInfoEntry of the DGS-1250
_NEW_BINDINGS = f"{_DLINK}.14.131.1.5.1.1"  # dDhcpSnpBindingsEntry
_NEW_GROUPS = f"{_DLINK}.14.6.1.4.1.1"  # dMgmdSnpGroupEntry
_NEW_RATES = f"{_DLINK}.14.61.1.5.1.1"  # dQosBandwidthCtrlEntry

_UNIT: d.ByScalar[d.Power] = d.ByScalar(
    f"{_DLINK}.12.72.1.3.0",  # swDdmPowerUnit
    {1: d.watts(1e-3), 2: d.dbm()},
)
_ZERO_POWER = d.watts(1e-7, {-0x8000_0000: d.Dark.NO_LIGHT})


def _whole_milliamperes(cell: d.Cell) -> d.MilliAmpere | None:
    """SFF-8472 ends at 131 mA: what is more was counted in another unit than the MIB's."""
    found = d.milliamperes()(cell)
    return found if found is not None and found <= 131 else None


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


def _new_optics(entry: str, mib: str) -> d.TransceiverTable:
    return d.TransceiverTable(
        mib=mib,
        temperature=d.Column(f"{entry}.1", d.celsius(0.001)),
        voltage=d.Column(f"{entry}.7", d.volts(0.01)),
        bias=d.Column(f"{entry}.13", d.Convert("mA", _whole_milliamperes)),
        tx_power=d.Column(f"{entry}.19", _ZERO_POWER),
        rx_power=d.Column(f"{entry}.25", _ZERO_POWER),
    )


_NEW_OPTICS = _new_optics(_NEW_DDM, "DLINKSW-DDM-MIB 2013-02-04")
_MACS = (
    # The index is the VLAN itself, whatever dot1qVlanFdbId says: 90 for VLAN 602 (dlink-des3038).
    replace(
        d.standard.FDB_IS_VLAN,
        verified_by=("dlink-des3200", "dlink-des3038", "dlink_des-3528", "dlink_dgs-1510-28x-me"),
    ),
    d.standard.BRIDGE_MACS,
)
_NEW_LEASES = d.LeaseTable(
    mib="DLINKSW-DHCP-SNOOPING-MIB 2013-09-09",
    port=d.PortKey(d.PortBy.IF_INDEX, d.index_at(11, d.integer)),
    mac=d.index_octets(0, 6, d.mac),
    vlan=d.index_at(6, d.vlan),
    address=d.index_octets(7, 4, d.ipv4),
    lease_time=d.Column(f"{_NEW_BINDINGS}.5", d.integer),
)
_LEASES = d.LeaseTable(
    mib="IP-MAC-BIND-MIB 2012-10-26",
    port=d.PortKey(d.PortBy.IF_INDEX, d.Column(f"{_BINDINGS}.4", d.integer)),
    address=d.index_octets(0, 4, d.ipv4),
    mac=d.Column(f"{_BINDINGS}.2", d.mac),
    # The CLI has it as "LT(sec)", left time.
    time_remaining=d.Column(f"{_BINDINGS}.3", d.integer),
)
_NEW_MEMBERS = d.GroupTable(
    mib="DLINKSW-MGMD-SNOOPING-MIB 2013-09-05",
    # dMgmdSnpGroupVlanIfIndex, the first of the index, is the ifIndex of a VLAN and not its tag.
    port=d.PortKey(d.PortBy.IF_INDEX, d.index_at(-1, d.integer)),
    address=d.index_string(2, d.ip_address),
    up_time=d.Column(f"{_NEW_GROUPS}.6", d.seconds_of_ticks),
)


def _members(mib: str, column: d.Column[int] | d.Column[bytes], address: int = 1) -> d.GroupTable:
    """Of the older trees: VLAN, then the group; no up-time is a port's own, and none is told."""
    bits = column.convert is d.octets
    return d.GroupTable(
        mib=mib,
        port=d.PortKey(d.PortBy.BRIDGE_PORT_BITMAP if bits else d.PortBy.BRIDGE_PORT, column),
        vlan=d.index_at(0, d.vlan),
        address=d.index_octets(address, 4, d.ipv4),
    )


_OWN = (f"{_DLINK}.12.73.2.1.5.1", *(f"{_DLINK}.11.113.1.{n}.2.7.13.1" for n in (1, 2, 3, 5)))
_HOSTS = "scripts of operators, for DES-3200 and DES-3200 C1 (group tables by host)"
_PORTS = "scripts of operators, for DES-3028 and DES-3052 (group tables of their own tree)"
_LISTS = (d.Column(f"{_DLINK}.11.63.{n}.2.7.5.1.4", d.octets) for n in (6, 8))
_MODES = (d.Column(f"{_GROUPS}.{n}", d.octets) for n in (3, 4))  # a list for each filter mode
_OLD_MEMBERS = (
    *(_members("MCAST-SNOOPING-MIB 2008-10-24", column, 5) for column in _MODES),
    *(_members(_HOSTS, d.Column(f"{entry}.3", d.integer)) for entry in _OWN),
    *(_members(_PORTS, column) for column in _LISTS),
)
_ON_IN, _ON_OUT = (d.Valid(f"{_NEW_RATES}.{n}", frozenset({1})) for n in (6, 7))
_SHAPING = (
    *d.rate_limits(
        "DLINKSW-QOS-MIB 2013-07-09",
        port=d.BRIDGE_PORT,
        ingress=d.Column(f"{_NEW_RATES}.2", d.kilobits(), _ON_IN),
        egress=d.Column(f"{_NEW_RATES}.4", d.kilobits(), _ON_OUT),
    ),
    *d.rate_limits(
        "QoS-MIB 2010-12-23",
        ingress=d.Column(f"{_RATES}.2", d.kilobits()),
        egress=d.Column(f"{_RATES}.3", d.kilobits()),
    ),
)

# In the VLAN-based mode the VLANs of the loop are closed on the port, in the other one the port.
_LOOPS, _LOOP = {1: "", 2: "loop", 3: ""}, "LoopStatus is loop(2)"
_PORT_CLOSED = d.closed_by_number(_LOOPS, _LOOP)
_VLANS_CLOSED = d.closed_by_number(_LOOPS, f"{_LOOP}, of VLANs", partly=(2,))
_CLOSED = (
    d.ProtectionTable(
        mib="DLINKSW-LBD-MIB 2014-10-27",
        found=d.Column(
            f"{_DLINK}.14.46.1.4.1.3",  # dLbdIfLoopStatus, by dLbdCtrlMode
            d.ByScalar(f"{_DLINK}.14.46.1.3.0", {1: _PORT_CLOSED, 2: _VLANS_CLOSED}),
        ),
    ),
    d.ProtectionTable(
        mib="LOOPBACK-DETECT-MIB 2010-03-01",
        found=d.Column(
            f"{_DLINK}.12.41.3.1.1.4",  # swLoopDetectPortLoopStatus, by swLoopDetectMode
            d.ByScalar(f"{_DLINK}.12.41.1.4.0", {1: _VLANS_CLOSED, 2: _PORT_CLOSED}),
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
    transceivers=(_NEW_OPTICS, _OPTICS),
    macs=_MACS,
    leases=(_NEW_LEASES, _LEASES),
    groups=(_NEW_MEMBERS, *_OLD_MEMBERS),
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
        transceivers=(_new_optics(_DGS_1250_DDM, "DLINKSW-DDM-MIB 2018-11-01"), _NEW_OPTICS),
        verified_by={},
    ),
)
