"""Cisco IOS and IOS-XE: Catalyst 2960 to 9500, ME switches and their kin.

Seen: a stack of WS-C2960X with 15.0(2a)EX5 (recording ios_2960x), WS-C3560-48TS with 12.2(55)SE12
(ios_c3560), WS-C3750G-12S with 12.2(50)SE5 (cisco-c3750), WS-C3560G-48TS with 12.2(55)SE3
(cisco-c3560), a Catalyst 3550 (cisco-unmarked-0).
Source: CISCO-ENTITY-SENSOR-MIB 2015-01-15, CISCO-DHCP-SNOOPING-MIB 2009-08-26,
CISCO-VTP-MIB 2006-02-17, CISCO-VLAN-MEMBERSHIP-MIB 2007-12-14, OLD-CISCO-INTERFACES-MIB,
ENTITY-MIB 2005-08-10, and those recordings.
"""

from __future__ import annotations

from dataclasses import replace

import techinfo.driver as d

_CISCO = "1.3.6.1.4.1.9"
_BINDINGS = f"{_CISCO}.9.380.1.4.1.1"  # cdsBindingsEntry
_ERR_DISABLE = f"{_CISCO}.9.548.1"  # ciscoErrDisableMIBObjects
_ENTITY = "1.3.6.1.2.1.47.1.1.1.1"  # entPhysicalEntry


def _vlans_from(first: int) -> d.Convert[tuple[int, ...]]:
    """Bits of VLANs, the high bit of the first octet being the first; no octets: none of them."""

    def vlans(cell: d.Cell) -> tuple[int, ...] | None:
        if not isinstance(cell, bytes):
            return None
        octets = enumerate(cell[:128])
        found = (first + 8 * i + b for i, o in octets for b in range(8) if o & (0x80 >> b))
        return tuple(tag for tag in found if 0 < tag < 4095)

    return d.Convert(f"bits of VLANs from {first}", vlans)


_NAME = d.standard.entity_name
_SENSORS = replace(d.standard.CISCO_SENSORS, verified_by=("ios_2960x", "cisco-c3750"))
_MODULES = replace(
    d.standard.ENTITY_MODULES, verified_by=("ios_2960x", "cisco-c3750", "cisco-c3560")
)
_CRC = d.CounterTable(
    mib="OLD-CISCO-INTERFACES-MIB",
    verified_by=("cisco-c3750",),
    in_crc_errors=d.Column(f"{_CISCO}.2.2.1.1.12", d.counter),  # locIfInCRC
)
# Asked without a VLAN's context the BRIDGE-MIB is VLAN 1's (F13): its spanning tree has the
# priority 32768 + 1 (ios_2960x), and its ports are those that carry VLAN 1 (cisco-unmarked-0).
_VLAN_1 = replace(
    d.standard.BRIDGE_MACS,
    verified_by=("ios_2960x", "cisco-c3750", "cisco-unmarked-0"),
    only_vlan=1,
)
# Suspended VLANs answer as well (ios_c3560); those of FDDI and Token Ring do not (F14).
_CONTEXTS = d.VlanContexts(
    mib="CISCO-VTP-MIB 2006-02-17, CISCO-VLAN-MEMBERSHIP-MIB 2007-12-14; recording cisco-c3560",
    exists=d.Column(
        f"{_CISCO}.9.46.1.3.1.1.3", d.is_one_of(frozenset({1}), "vtpVlanType is ethernet(1)")
    ),
    of_port=(
        d.Column(f"{_CISCO}.9.68.1.2.2.1.2", d.vlan),  # vmVlan; a trunk has no such row
        d.Column(f"{_CISCO}.9.68.1.5.1.1.1", d.vlan),  # vmVoiceVlanId
    ),
    # vlanTrunkPortVlansEnabled, …2k, …3k, …4k
    of_trunk=tuple(
        d.Column(f"{_CISCO}.9.46.1.6.1.1.{column}", _vlans_from(1024 * part))
        for part, column in enumerate((4, 17, 18, 19))
    ),
    reserved=frozenset({1002, 1003, 1004, 1005}),
)
_LEASES = d.LeaseTable(
    mib="CISCO-DHCP-SNOOPING-MIB 2009-08-26",
    port=d.PortKey(source=d.Column(f"{_BINDINGS}.5", d.integer)),
    vlan=d.index_at(0, d.vlan),
    mac=d.index_octets(1, 6, d.mac),
    address=d.Column(f"{_BINDINGS}.4", d.ip_address),
    lease_time=d.Column(f"{_BINDINGS}.6", d.integer),
    # cdsFeatureEnable is true(1), as in cisco-c3560; ios_c2960_nms17216 has false(2)
    enabled=d.Valid(f"{_CISCO}.9.380.1.1.1.0", frozenset({1})),
    of_vlans=d.Valid(f"{_CISCO}.9.380.1.2.1.1.2", frozenset({1})),  # cdsVlanDhcpSnoopingEnable
)

# CISCO-PAGP-MIB 2004-11-01 pagpGroupIfIndex: the port's own ifIndex where it is in no group; static
# EtherChannels and LACP stand here as well.
_GROUPS_OF = d.Column(f"{_CISCO}.9.98.1.1.1.1.8", d.integer)

# Entity 1 is the stack, or the chassis itself; 1001 and 1000 are the first chassis of a stack.
_CHASSIS = ("1", "1001", "1000")
_CAUSES = """
udld bpduGuard channelMisconfig pagpFlap dtpFlap linkFlap l2ptGuard
dot1xSecurityViolation portSecurityViolation gbicInvalid dhcpRateLimit unicastFlood vmps
stormControl inlinePower arpInspection portLoopback packetBuffer macLimit
linkMonitorFailure oamRemoteFailure dot1adIncompEtype dot1adIncompTunnel
sfpConfigMismatch communityLimit invalidPolicy lsGroup ekey portModeFailure
pppoeIaRateLimit oamRemoteCriticalEvent oamRemoteDyingGasp oamRemoteLinkFault mvrp
tranceiverIncomp other portReinitLimitReached adminRxBBCreditPerfBufIncomp
ficonNotEnabled adminModeIncomp adminSpeedIncomp adminRxBBCreditIncomp
adminRxBufSizeIncomp eppFailure osmEPortUp osmNonEPortUp udldUniDir udldTxRxLoop
udldNeighbourMismatch udldEmptyEcho udldAggrasiveModeLinkFailed excessivePortInterrupts
channelErrDisabled hwProgFailed internalHandshakeFailed stpInconsistencyOnVpcPeerLink
stpPortStateFailure ipConflict multipleMSapIdsRcvd oneHundredPdusWithoutAck
ipQosCompatCheckFailure
"""
"""CErrDisableFeatureID, from 1 on."""
_CLOSED = d.ProtectionTable(
    mib="CISCO-ERR-DISABLE-MIB 2016-06-02",
    port=d.PortKey(trailing=((0,),)),  # the VLAN; 0 where the port itself is closed
    found=d.Column(
        f"{_ERR_DISABLE}.3.1.1.2",
        d.closed_by_number(_CAUSES, "CErrDisableFeatureID"),
    ),
    recovers_in=d.Column(f"{_ERR_DISABLE}.3.1.1.3", d.integer),  # 0: none is scheduled
    interval=f"{_ERR_DISABLE}.1.1.0",  # cErrDisableRecoveryInterval
    lists_all=True,
)
_IOS = d.Driver(
    name="cisco_ios",
    vendor="Cisco",
    circuit_id_format="cisco-ios-mac",
    series="Catalyst and ME with IOS or IOS-XE; seen, with IOS: 2960X, 3550, 3560, 3750",
    sys_object_ids=(f"{_CISCO}.1",),
    when=(
        # An IE3200 with 17.12: ``Cisco                     IE3200-8T2S  FVH…  261 V 17 12  4``.
        d.DescrMatches(
            r"Cisco (IOS([ -]XE)?|Internetwork Operating System) Software|^Cisco\s+(IE|ESS)-?3\d00"
        ),
    ),
    hardware=d.Hardware(
        mib="ENTITY-MIB 2005-08-10; recordings ios_2960x, cisco-c3750",
        model=(
            *(d.Column(f"{_ENTITY}.13.{entity}", _NAME) for entity in _CHASSIS),
            d.FromDescr(r", (\w+) Software \("),
        ),
        firmware=(
            d.FromDescr(r"Version ([^\s,]+)"),
            *(d.Column(f"{_ENTITY}.10.{entity}", d.text) for entity in _CHASSIS),
        ),
        serial_number=tuple(d.Column(f"{_ENTITY}.11.{entity}", _NAME) for entity in _CHASSIS),
    ),
    counters=(*d.standard.COUNTERS, _CRC),
    transceivers=(_SENSORS, _MODULES),
    macs=(d.standard.Q_BRIDGE_MACS, _VLAN_1),
    contexts=_CONTEXTS,
    aggregates=(_GROUPS_OF,),
    leases=(_LEASES,),
    protections=(_CLOSED,),
    verified_by={
        "ios_2960x": ("link", "counters", "transceiver", "macs"),
        "ios_c3560": ("link",),
        "cisco-c3750": ("link", "counters", "transceiver", "macs", "protection"),
        "cisco-c3560": ("link", "counters", "transceiver", "protection", "snooping"),
        "cisco-unmarked-0": ("link", "counters", "macs"),
    },
    notes=(
        "MAC addresses are read in the context of each VLAN (community@10; SNMPv3: vlan-10), which"
        " the agent must allow; a VLAN that does not answer so is told as missing.",
        "A community that names a VLAN (public@10) must not be configured: its rows would be told"
        " as VLAN 1.",
        "Leases are from the MIB text alone; whether their time is what remains is not stated.",
        "Why a port is err-disabled is from the MIB text alone; of a VLAN that is, on a port that"
        " is not, nothing is told.",
        "IGMP snooping is not told: the MIB has groups without ports, or ports without numbering.",
    ),
)
DRIVERS = (
    _IOS,
    replace(
        _IOS,
        name="cisco_nxos",
        circuit_id_format="",
        series="Nexus 3000 to 9000 with NX-OS; seen: Nexus 5000",
        sys_object_ids=(f"{_CISCO}.12.3.1.3",),
        when=(d.DescrMatches(r"Cisco NX-OS"),),
        leases=(),
        verified_by={
            "cisco-n5000": ("link", "counters", "neighbours"),
            "cisco-n5000-uk9": ("link", "counters", "neighbours"),
        },
        notes=(_IOS.notes[0], "Light of a Nexus 5000 whose sensors have no entity is no port's."),
    ),
    # No IOS, and all VLANs in one bridge: the standard MIBs as they stand.
    d.Driver(
        name="cisco_ie1000",
        vendor="Cisco",
        series="IE1000, ME1200; none recorded here",
        sys_object_ids=(f"{_CISCO}.1",),
        when=(d.DescrMatches(r"\b(IE1000|ME-?1200)\b"),),
        hardware=d.Hardware(
            mib="ENTITY-MIB 2005-08-10; sysDescr as LibreNMS issue 15820 has it",
            model=(*d.standard.HARDWARE.model, d.FromDescr(r"\b((?:IE1000|ME-?1200)[\w-]*)")),
            firmware=(d.FromDescr(r"Version:? ([^\s,#]+)"), *d.standard.HARDWARE.firmware),
            serial_number=d.standard.HARDWARE.serial_number,
        ),
        transceivers=(d.standard.ENTITY_SENSORS, d.standard.ENTITY_MODULES),
    ),
)
