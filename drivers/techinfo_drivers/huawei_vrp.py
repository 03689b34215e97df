"""Huawei VRP: S2300 to S12700 switches, CloudEngine switches and AR routers.

Seen: S5720-56C-PWR-EI V200R010 (recording vrp_5720), S5720-36C-EI V200R007 (huawei-s5720), S12704
V200R012 (huawei-s12704). SmartAX OLTs are other software and are not claimed.
Source: HUAWEI-ENTITY-EXTENT-MIB 2022-09-13, HUAWEI-L2MAM-MIB 2021-11-05, HUAWEI-IF-EXT-MIB
2022-06-18, HUAWEI-DHCP-SNOOPING-MIB 2022-10-21, HUAWEI-L2MULTICAST-MIB 2021-04-25, HUAWEI-XQoS-MIB
2022-09-14, and those recordings.
"""

from __future__ import annotations

from dataclasses import replace

import techinfo.driver as d
from techinfo_drivers._huawei_light import optics

_HUAWEI = "1.3.6.1.4.1.2011"
_FDB = f"{_HUAWEI}.5.25.42.2.1.3.1"  # hwdbDynFdbEntry
_ETHER = f"{_HUAWEI}.5.25.41.1.6.1.1"  # hwIfEtherStatEntry
_SNOOPING = f"{_HUAWEI}.5.25.112.1.14.1"  # hwDhcpSnpBindEntry
_GROUPS = f"{_HUAWEI}.5.25.181.1.5.1.1"  # hwL2mcGroupInfoEntry
_SHAPING = f"{_HUAWEI}.5.25.32.4.1.2.20.1"  # hwXQoSIfShapingCfgInfoEntry
_QUEUES = {1: "be", 2: "af1", 3: "af2", 4: "af3", 5: "af4", 6: "ef", 7: "cs6", 8: "cs7"}

_ETHER_COUNTERS = d.CounterTable(
    mib="HUAWEI-IF-EXT-MIB 2022-06-18",
    verified_by=("huawei-s5720",),
    # dot3StatsFCSErrors stays 0 there while this one counts.
    in_crc_errors=d.Column(f"{_ETHER}.12", d.counter),
    in_pauses=d.Column(f"{_ETHER}.18", d.counter),
    out_pauses=d.Column(f"{_ETHER}.22", d.counter),
)
_MACS = d.MacTable(
    mib="HUAWEI-L2MAM-MIB 2021-11-05",
    verified_by=("huawei-s5720", "huawei-s12704"),
    port=d.PortKey(d.PortBy.IF_INDEX, d.Column(f"{_FDB}.4", d.integer)),
    mac=d.index_octets(0, 6, d.mac),
    vlan=d.index_at(6, d.vlan),  # 0 in a VSI
)
_LEASES = d.LeaseTable(
    mib="HUAWEI-DHCP-SNOOPING-MIB 2022-10-21",
    port=d.PortKey(d.PortBy.NAME, d.Column(f"{_SNOOPING}.6", d.text)),
    vlan=d.Column(f"{_SNOOPING}.7", d.vlan),
    mac=d.Column(f"{_SNOOPING}.11", d.mac),
    # hwDhcpSnpBindStatus: static(2) is written by hand and is no lease.
    address=d.Column(f"{_SNOOPING}.12", d.ipv4, d.Valid(f"{_SNOOPING}.13", frozenset({1}))),
    # hwDhcpSnpGlobal; hwDhcpSnpEnable is of a VLAN or of a port, and neither rules the other out.
    enabled=d.Valid("1.3.6.1.4.1.2011.5.25.112.1.1.0", frozenset({1})),
)
_MEMBERS = d.GroupTable(
    mib="HUAWEI-L2MULTICAST-MIB 2021-04-25",
    # The name of the VSI in the index has any length: everything is counted from the end.
    port=d.PortKey(d.PortBy.IF_INDEX, d.index_at(-8, d.integer)),
    vlan=d.index_at(0, d.vlan),
    address=d.index_octets(-17, 4, d.ipv4),
    # hwL2mcGroupUpTime: the MIB has no unit for it; it is read because all else is in the index.
    up_time=d.Column(
        f"{_GROUPS}.16", d.Convert("a time of no stated unit, not told", lambda _: None)
    ),
)
_RATES = d.ShapingTable(
    mib="HUAWEI-XQoS-MIB 2022-09-14",
    port=d.PortKey(trailing=tuple((queue,) for queue in _QUEUES)),
    queue=d.index_at(1, d.one_of(_QUEUES, "queue")),
    cir=d.Column(f"{_SHAPING}.3", d.kilobits()),
    pir=d.Column(f"{_SHAPING}.4", d.kilobits()),
)
_LOOPED = d.ProtectionTable(
    mib="HUAWEI-LDT-MIB 2017-06-08",
    # hwPortLoopDetectStatus; trap(4) tells of a loop, and closes nothing.
    found=d.Column(
        f"{_HUAWEI}.5.25.174.1.1.7.1.6",
        d.closed_by_number(
            {
                1: "",
                2: "loop: blocking",
                3: "loop: shutdown",
                4: "",
                5: "loop: noLearning",
                6: "loop: quitvlan",
            },
            "hwPortLoopDetectStatus",
            partly=(5, 6),
        ),
    ),
)
_ENTITY = "1.3.6.1.2.1.47.1.1.1.1"
_HARDWARE = d.Hardware(
    mib="ENTITY-MIB 2005-08-10; recordings vrp_5720, huawei-s5720, huawei-s12704",
    model=(
        d.Column(f"{_HUAWEI}.5.25.31.6.5.0", d.text),  # hwEntitySystemModel
        d.FromDescr(r"(?mi)^(?:Huawei |Quidway )?((?:S|CE|AR)\d{3,5}[\w/-]*)"),
    ),
    firmware=(
        d.FromDescr(r"\(\S+ (V\d{3}R\d{3}\w*)\)"),
        # ``Version 5.170 V200R012C00SPC500`` without the version of the platform.
        d.Column(f"{_ENTITY}.10.67108867", d.matching(r"V\d{3}R\d{3}\w*", d.text)),
    ),
    # Chassis, then main board 0: the S2300 has its number there.
    serial_number=(
        d.Column(f"{_ENTITY}.11.67108867", d.text),
        d.Column(f"{_ENTITY}.11.67108873", d.text),
    ),
)

_SWITCH = d.Driver(
    name="huawei_vrp",
    vendor="Huawei",
    circuit_id_format="huawei-ifname",
    series="S2300, S3300, S5300, S5700, S6300, S6700, S9300, S12700; seen: S5720, S12704",
    sys_object_ids=(
        f"{_HUAWEI}.2.23",  # S2300 to S6700
        f"{_HUAWEI}.2.170",  # S9300
        f"{_HUAWEI}.2.279",  # S12700
    ),
    hardware=_HARDWARE,
    counters=(*d.standard.COUNTERS, _ETHER_COUNTERS),
    transceivers=(optics(hundredths=False, verified_by=("vrp_5720", "huawei-s12704")),),
    macs=(_MACS, *d.standard.MACS),
    leases=(_LEASES,),
    groups=(_MEMBERS,),
    shaping=(_RATES,),
    protections=(_LOOPED,),
    verified_by={
        "vrp_5720": ("link", "counters", "transceiver", "macs", "neighbours", "vlans"),
        "huawei-s5720": ("link", "counters", "transceiver", "macs"),
        "huawei-s12704": ("link", "counters", "transceiver", "macs", "vlans"),
    },
    notes=(
        "Light is in microwatts or in 0.01 dBm, which each module's own row shows.",
        "An empty cage is told from a copper port only by agents with hwEntityOpticalPlug.",
        "The MIB has no unit for a binding's end and a group's age: neither is told.",
    ),
)
DRIVERS = (
    _SWITCH,
    replace(
        _SWITCH,
        name="huawei_vrpv8",
        circuit_id_format="",
        series="CloudEngine CE, AR; none recorded here",
        sys_object_ids=(f"{_HUAWEI}.2.239", f"{_HUAWEI}.2.224"),
        # The MIB's own unit, which these have always had (field note O1).
        transceivers=(optics(hundredths=True),),
        verified_by={},
    ),
)
