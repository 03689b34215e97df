"""Waystream and PacketFront iBOS: MS4000, ASR6000 and their elders.

Seen: MS4026-AC with iBOS 7.1.2 (recording ``ibos``). Source: WAYSTREAM-MIB, its IGMP-CACHE module,
and the remarks of WAYSTREAM-PRODUCTS-MIB (2018-02-23) on which model has which cages.

The agent has no dot1dBasePortTable and no Q-BRIDGE FDB: dot1dTpFdbPort holds an ifIndex, of a port
or of a sub-interface ``gi3/vid1279``, whose name is the VLAN (field note F17). dot1qPvid is not
taken for the VLAN of a row: the only ports that have one there are the uplinks, and theirs is the
untagged VLAN of a trunk.
"""

from dataclasses import replace

import techinfo.driver as d

_SFP = "1.3.6.1.4.1.9303.4.1.4.1"  # wsSFPEntry
_XFP = "1.3.6.1.4.1.9303.4.1.6.1"  # wsXFPEntry
_NEIGHBOUR = "1.3.6.1.4.1.9303.4.1.3.1.1"  # wsNeighboursEntry
_CPE_PORT = "1.3.6.1.4.1.9303.4.1.3.2.1"  # wsNeighbourPortsEntry
_CPE_MAC = "1.3.6.1.4.1.9303.4.1.3.3.1"  # wsNeighbourPortSNPAEntry
_IGMP_CACHE = "1.3.6.1.4.1.9303.4.13.2.1"  # wsIgmpCacheEntry
_TOLD = frozenset({1, 2, 3, 4, 5})  # alarmLow … alarmHigh; unknown(0): no diagnostics
_MODULE = d.one_of({0: True, 1: False, 2: True}, "missing(1) is an empty cage")


_100MBIT, _FULL_DUPLEX, _UP = (d.any_bit(number) for number in (5, 6, 7))  # wsNeighbourPortState


def _mbit(cell: d.Cell) -> int | None:
    """What is not 100 Mbit/s may be ten or a thousand: the MIB is older than gigabit CPEs."""
    return 100 if _100MBIT(cell) else None


SFP = d.TransceiverTable(
    mib="WAYSTREAM-MIB 2017-02-10",
    verified_by=("ibos",),
    present=d.Column(f"{_SFP}.2", _MODULE),  # wsSFPStatus
    temperature=d.Column(f"{_SFP}.12", d.celsius(), d.Valid(f"{_SFP}.11", _TOLD)),
    voltage=d.Column(f"{_SFP}.14", d.volts(0.001), d.Valid(f"{_SFP}.13", _TOLD)),
    bias=d.Column(f"{_SFP}.16", d.milliamperes(), d.Valid(f"{_SFP}.15", _TOLD)),
    # wsSFPTXdBmPower, wsSFPRXdBmPower: a zero is left to the microwatts, which tell 1 mW from none.
    tx_power=d.Column(f"{_SFP}.22", d.dbm(0.001, {0: None}), d.Valid(f"{_SFP}.17", _TOLD)),
    rx_power=d.Column(f"{_SFP}.23", d.dbm(0.001, {0: None}), d.Valid(f"{_SFP}.19", _TOLD)),
    part_number=d.Column(f"{_SFP}.52", d.text, d.Valid(f"{_SFP}.2", frozenset({0}))),
    serial_number=d.Column(f"{_SFP}.53", d.text, d.Valid(f"{_SFP}.2", frozenset({0}))),
)
SFP_MICROWATTS = d.TransceiverTable(
    mib="WAYSTREAM-MIB 2017-02-10",
    verified_by=("ibos",),
    tx_power=d.Column(f"{_SFP}.18", d.watts(1e-6), d.Valid(f"{_SFP}.17", _TOLD)),
    rx_power=d.Column(f"{_SFP}.20", d.watts(1e-6), d.Valid(f"{_SFP}.19", _TOLD)),
)
XFP = d.TransceiverTable(
    mib="WAYSTREAM-MIB 2017-02-10",
    # Nobody has seen whether an XFP number is an ifIndex: it counts only at a ten-gigabit port.
    port=d.PortKey(name=r"tengigabitethernet.*"),
    present=d.Column(f"{_XFP}.2", _MODULE),  # wsXFPStatus
    temperature=d.Column(f"{_XFP}.13", d.celsius(), d.Valid(f"{_XFP}.12", _TOLD)),
    bias=d.Column(f"{_XFP}.15", d.milliamperes(), d.Valid(f"{_XFP}.14", _TOLD)),
    tx_power=d.Column(f"{_XFP}.17", d.watts(1e-6), d.Valid(f"{_XFP}.16", _TOLD)),
    rx_power=d.Column(f"{_XFP}.19", d.watts(1e-6), d.Valid(f"{_XFP}.18", _TOLD)),
)
GROUPS = d.GroupTable(
    mib="WAYSTREAM-IGMP-CACHE-MIB 2017-02-10",
    port=d.PortKey(d.PortBy.IF_INDEX, d.index_at(4, d.integer)),
    address=d.index_octets(0, 4, d.ipv4),
    up_time=d.Column(f"{_IGMP_CACHE}.4", d.seconds_of_ticks),
)

# The CPEs that speak PacketFront's own discovery; they need no address, and none is asked.
CPES = d.CpeTable(
    mib="WAYSTREAM-MIB 2017-02-10",
    number=d.index_at(1, d.integer),
    model=d.Column(f"{_NEIGHBOUR}.6", d.text),
    idle_seconds=d.Column(f"{_NEIGHBOUR}.7", d.integer),  # wsNeighbourLastAct
    firmware=d.Column(f"{_NEIGHBOUR}.8", d.text),
    mac=d.Column(f"{_NEIGHBOUR}.9", d.mac),
    up_time=d.Column(f"{_NEIGHBOUR}.10", d.integer),
    bidirectional=d.Column(
        f"{_NEIGHBOUR}.11", d.is_one_of(frozenset({1}), "it is bidirectional(1)")
    ),
)
CPE_PORTS = d.CpePortTable(
    mib="WAYSTREAM-MIB 2017-02-10",
    cpe=d.index_at(1, d.integer),
    index=d.index_at(2, d.integer),
    name=d.Column(f"{_CPE_PORT}.4", d.text),
    up=d.Column(f"{_CPE_PORT}.5", _UP),
    full_duplex=d.Column(f"{_CPE_PORT}.5", _FULL_DUPLEX),
    speed=d.Column(f"{_CPE_PORT}.5", d.Convert("BITS, bit 5: 100 Mbit/s", _mbit)),
    out_bytes=d.Column(f"{_CPE_PORT}.6", d.counter),
    out_discards=d.Column(f"{_CPE_PORT}.7", d.counter),
    out_broadcast=d.Column(f"{_CPE_PORT}.8", d.counter),
    out_multicast=d.Column(f"{_CPE_PORT}.9", d.counter),
    out_unicast=d.Column(f"{_CPE_PORT}.10", d.counter),
    in_bytes=d.Column(f"{_CPE_PORT}.14", d.counter),
    in_crc_errors=d.Column(f"{_CPE_PORT}.25", d.counter),
    in_discards=d.Column(f"{_CPE_PORT}.27", d.counter),
    in_unicast=d.Column(f"{_CPE_PORT}.28", d.counter),
    in_multicast=d.Column(f"{_CPE_PORT}.29", d.counter),
    in_broadcast=d.Column(f"{_CPE_PORT}.30", d.counter),
)
CPE_MACS = d.CpeMacTable(
    mib="WAYSTREAM-MIB 2017-02-10",
    cpe=d.index_at(1, d.integer),
    cpe_port=d.index_at(2, d.integer),
    mac=d.Column(f"{_CPE_MAC}.6", d.mac),
)

_CAGED = d.Driver(
    name="waystream_ibos",
    vendor="Waystream",
    series="MS4026, ASR6026, MS3028: a cage in every port; MS4026 with iBOS 7.1.2 seen",
    sys_object_ids=(
        "1.3.6.1.4.1.9303.1.1.60",  # asr6026ac
        "1.3.6.1.4.1.9303.1.1.61",  # asr6026dc
        "1.3.6.1.4.1.9303.1.5.3",  # ms3028ac
        "1.3.6.1.4.1.9303.1.5.4",  # ms3028dc
        "1.3.6.1.4.1.9303.1.5.64",  # ms4026ac
        "1.3.6.1.4.1.9303.1.5.65",  # ms4026dc
    ),
    hardware=d.Hardware(
        mib="ENTITY-MIB 2005-08-10",
        model=(d.FromDescr(r"^(\S+), iBOS "), *d.standard.HARDWARE.model),
        firmware=(d.FromDescr(r"iBOS Version ibos-[^-\s]+-(\S+)"), *d.standard.HARDWARE.firmware),
        serial_number=d.standard.HARDWARE.serial_number,
    ),
    macs=(d.standard.BRIDGE_MACS,),
    transceivers=(SFP, SFP_MICROWATTS, XFP),
    groups=(GROUPS,),
    cpes=(CPES, CPE_PORTS, CPE_MACS),
    verified_by={"ibos": ("link", "counters", "transceiver", "macs")},
    notes=(
        "The VLAN of a MAC address is known only on sub-interfaces (gi3/vid1279).",
        "DHCP snooping and configured rates are in no MIB of iBOS.",
        "CPEs behind a port are from the MIB text alone; only those that announce themselves to "
        "the switch are told.",
    ),
)
_MIXED = (
    *_CAGED.notes,
    "Light is told only where cage 25 exists, which shows that cages are numbered as the ports; on "
    "a model with copper ports cage 1 may be an uplink, and its light must not be a customer's.",
)
DRIVERS = (
    _CAGED,
    replace(
        _CAGED,
        name="waystream_ibos_ports",
        series="other MS and ASR models whose cages are numbered as the ports; none seen",
        sys_object_ids=("1.3.6.1.4.1.9303.1.1", "1.3.6.1.4.1.9303.1.5"),
        when=(d.Answers(f"{_SFP}.2.25"),),
        verified_by={},
        notes=_MIXED,
    ),
    replace(
        _CAGED,
        name="waystream_ibos_copper",
        series="other MS and ASR models; none seen",
        sys_object_ids=("1.3.6.1.4.1.9303.1.1", "1.3.6.1.4.1.9303.1.5"),
        transceivers=(XFP,),
        verified_by={},
        notes=_MIXED,
    ),
)
