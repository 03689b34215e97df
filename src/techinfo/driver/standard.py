"""The standard MIBs: what every driver starts from, and states only its deviation from.

Sources: IF-MIB (RFC 2863), EtherLike-MIB (RFC 3635), MAU-MIB (RFC 4836), BRIDGE-MIB (RFC 4188),
Q-BRIDGE-MIB (RFC 4363), ENTITY-MIB (RFC 6933), ENTITY-SENSOR-MIB (RFC 3433), SNMPv2-MIB (RFC 3418),
SNMP-FRAMEWORK-MIB (RFC 3411), HOST-RESOURCES-MIB (RFC 2790), LLDP-MIB (IEEE 802.1AB-2005),
IEEE8023-LAG-MIB (IEEE 802.3ad, 2000): dot3adAggPortSelectedAggID, dot3adAggPortAttachedAggID;
DOT3-OAM-MIB (RFC 4878).
"""

from __future__ import annotations

import re
from dataclasses import replace

from techinfo.driver.cells import ENTITY, Column, PortBy, PortKey, Valid, index_at, index_octets
from techinfo.driver.convert import (
    Convert,
    counter,
    integer,
    is_one_of,
    mac,
    octets,
    one_of,
    text,
    ticks,
    vlan,
    whole_number,
)
from techinfo.driver.tables import (
    CounterTable,
    GaspTable,
    Hardware,
    LinkTable,
    MacTable,
    NeighbourTable,
    Optics,
    PortVlanTable,
    Row,
    SensorTable,
    TransceiverTable,
)
from techinfo.wire import Cell

SYS_DESCR = "1.3.6.1.2.1.1.1.0"
SYS_OBJECT_ID = "1.3.6.1.2.1.1.2.0"
SYS_UP_TIME = "1.3.6.1.2.1.1.3.0"
SYS_NAME = "1.3.6.1.2.1.1.5.0"
SNMP_ENGINE_TIME = "1.3.6.1.6.3.10.2.1.3.0"
HR_SYSTEM_UPTIME = "1.3.6.1.2.1.25.1.1.0"
DOT1D_BASE_BRIDGE_ADDRESS = "1.3.6.1.2.1.17.1.1.0"

_IF = "1.3.6.1.2.1.2.2.1"
_IFX = "1.3.6.1.2.1.31.1.1.1"
IF_DESCR = f"{_IF}.2"
IF_TYPE = f"{_IF}.3"
IF_PHYS_ADDRESS = f"{_IF}.6"
IF_LAST_CHANGE = f"{_IF}.9"
IF_NAME = f"{_IFX}.1"
IF_HC_IN_OCTETS = f"{_IFX}.6"
IF_HC_OUT_OCTETS = f"{_IFX}.10"
IF_ALIAS = f"{_IFX}.18"
IF_STACK_STATUS = "1.3.6.1.2.1.31.1.2.1.3"
DOT1D_BASE_PORT_IF_INDEX = "1.3.6.1.2.1.17.1.4.1.2"
DOT1Q_VLAN_FDB_ID = "1.3.6.1.2.1.17.7.1.4.2.1.3"
DOT1Q_PVID = "1.3.6.1.2.1.17.7.1.4.5.1.1"
DOT1Q_CURRENT_EGRESS = "1.3.6.1.2.1.17.7.1.4.2.1.4"
DOT1Q_CURRENT_UNTAGGED = "1.3.6.1.2.1.17.7.1.4.2.1.5"
DOT1Q_STATIC_UNTAGGED = "1.3.6.1.2.1.17.7.1.4.3.1.4"
DOT1Q_STATIC_EGRESS = "1.3.6.1.2.1.17.7.1.4.3.1.2"
AGG_PORT_SELECTED = "1.2.840.10006.300.43.1.2.1.1.12"
AGG_PORT_ATTACHED = "1.2.840.10006.300.43.1.2.1.1.13"
ENT_PHYSICAL_DESCR = "1.3.6.1.2.1.47.1.1.1.1.2"
ENT_PHYSICAL_CONTAINED_IN = "1.3.6.1.2.1.47.1.1.1.1.4"
ENT_PHYSICAL_CLASS = "1.3.6.1.2.1.47.1.1.1.1.5"
ENT_PHYSICAL_NAME = "1.3.6.1.2.1.47.1.1.1.1.7"
ENT_ALIAS_MAPPING = "1.3.6.1.2.1.47.1.3.2.1.2"
ENT_LAST_CHANGE_TIME = "1.3.6.1.2.1.47.1.4.1.0"

_DUPLEX = {2: False, 3: True}  # dot3StatsDuplexStatus: unknown 1, halfDuplex 2, fullDuplex 3
_FAST_FULL = frozenset({11, 13, 16, 18, 20, 22, 24, 26, 28, 30})
_HALF = frozenset({10, 12, 15, 17, 19, 21, 23, 25, 27, 29})


_MAU_AUTO_NEGOTIATION = "1.3.6.1.2.1.26.5.1.1.1"  # ifMauAutoNegAdminStatus


def _mau_number(cell: Cell) -> int | None:
    """Last arc of a dot3MauType OID (IANA-MAU-MIB), ``None`` for 0.0 and other trees."""
    if isinstance(cell, tuple) and cell[:-1] == (1, 3, 6, 1, 2, 1, 26, 4):
        return cell[-1]
    return None


def _mau_duplex(cell: Cell) -> bool | None:
    number = _mau_number(cell)
    if number is None:
        return None
    if number in _HALF:
        return False
    # From 10GigBaseX (31) on, Ethernet has no half duplex but for 2BASE-TL and 10PASS-TS (42, 43).
    return True if number in _FAST_FULL or (number >= 31 and number not in {42, 43}) else None


def _mau_speed_text(cell: Cell) -> str | None:
    """A forced rate as ON-API spells it: ``1000-full``."""
    number, full = _mau_number(cell), _mau_duplex(cell)
    if number is None or full is None or not 10 <= number <= 38:
        return None
    rate = 10 if number < 14 else 100 if number < 21 else 1000 if number < 31 else 10000
    return f"{rate}-{'full' if full else 'half'}"


mbit: Convert[int] = Convert("Mbit/s", whole_number)
bits: Convert[int] = Convert("bit/s", whole_number)
up = one_of({1: True, 2: False, 5: False, 6: False, 7: False}, "ifOperStatus is up(1)")
admin_down = one_of({1: False, 2: True}, "ifAdminStatus is down(2)")
duplex = one_of(_DUPLEX, "dot3StatsDuplexStatus")
mau_duplex: Convert[bool] = Convert("dot3MauType", _mau_duplex)
mau_speed_text: Convert[str] = Convert("dot3MauType", _mau_speed_text)
auto_negotiation = one_of({1: "auto"}, "ifMauAutoNegAdminStatus is enabled(1)")
bridge_port: Convert[int] = Convert("bridge port", whole_number)
fdb_id: Convert[int] = Convert("FdbId", whole_number)
learnt = is_one_of(frozenset({1, 3, 5}), "FdbStatus is other, learned or mgmt")
managed = is_one_of(frozenset({5}), "FdbStatus is mgmt")

_ALL_SWITCHES = ("ibos", "vrp_5720", "snr", "dlink_des-3528", "procurve_2520", "ios_2960x")

IF_LINK = LinkTable(
    mib="IF-MIB 2000-06-14",
    verified_by=_ALL_SWITCHES,
    up=Column(f"{_IF}.8", up),
    admin_down=Column(f"{_IF}.7", admin_down),
    last_change=Column(IF_LAST_CHANGE, ticks),
    high_speed=Column(f"{_IFX}.15", mbit),
)
IF_SPEED_LINK = LinkTable(
    mib="IF-MIB 2000-06-14",
    verified_by=("zxr10_5928", "inteno_xg6846"),
    if_speed=Column(f"{_IF}.5", bits),
)
ETHERLIKE_LINK = LinkTable(
    mib="EtherLike-MIB 2003-09-19",
    verified_by=("snr", "dlink_des-3528", "procurve_2520", "vrp_5720"),
    full_duplex=Column("1.3.6.1.2.1.10.7.2.1.19", duplex),
)
_MAU_KEY = PortKey(PortBy.IF_INDEX, trailing=((1,),))
MAU_LINK = LinkTable(
    mib="MAU-MIB 2007-04-21",
    verified_by=("hpe-procurve-516733-b21",),
    port=_MAU_KEY,
    full_duplex=Column("1.3.6.1.2.1.26.2.1.1.3", mau_duplex),
    configured_speed=Column(_MAU_AUTO_NEGOTIATION, auto_negotiation),
)
MAU_FORCED_LINK = LinkTable(
    mib="MAU-MIB 2007-04-21",
    verified_by=("hpe-procurve-516733-b21",),
    port=_MAU_KEY,
    # ifMauDefaultType is in force only while auto-negotiation is disabled(2) (RFC 4836).
    configured_speed=Column(
        "1.3.6.1.2.1.26.2.1.1.11", mau_speed_text, Valid(_MAU_AUTO_NEGOTIATION, frozenset({2}))
    ),
)
LINKS: tuple[LinkTable, ...] = (IF_LINK, IF_SPEED_LINK, ETHERLIKE_LINK, MAU_LINK, MAU_FORCED_LINK)

HC_COUNTERS = CounterTable(
    mib="IF-MIB 2000-06-14",
    verified_by=_ALL_SWITCHES,
    in_bytes=Column(IF_HC_IN_OCTETS, counter),
    in_unicast=Column(f"{_IFX}.7", counter),
    in_multicast=Column(f"{_IFX}.8", counter),
    in_broadcast=Column(f"{_IFX}.9", counter),
    out_bytes=Column(IF_HC_OUT_OCTETS, counter),
    out_unicast=Column(f"{_IFX}.11", counter),
    out_multicast=Column(f"{_IFX}.12", counter),
    out_broadcast=Column(f"{_IFX}.13", counter),
    in_discards=Column(f"{_IF}.13", counter),
    in_errors=Column(f"{_IF}.14", counter),
    out_discards=Column(f"{_IF}.19", counter),
    out_errors=Column(f"{_IF}.20", counter),
    discontinuity=Column(f"{_IFX}.19", ticks),
)
IF_COUNTERS = CounterTable(
    mib="IF-MIB 2000-06-14",
    verified_by=_ALL_SWITCHES,
    in_bytes=Column(f"{_IF}.10", counter),
    in_unicast=Column(f"{_IF}.11", counter),
    in_multicast=Column(f"{_IFX}.2", counter),
    in_broadcast=Column(f"{_IFX}.3", counter),
    out_bytes=Column(f"{_IF}.16", counter),
    out_unicast=Column(f"{_IF}.17", counter),
    out_multicast=Column(f"{_IFX}.4", counter),
    out_broadcast=Column(f"{_IFX}.5", counter),
)
ETHERLIKE_COUNTERS = CounterTable(
    mib="EtherLike-MIB 2003-09-19",
    verified_by=("huawei-s5720", "hpe-procurve-516733-b21", "dlink-des3200"),
    in_crc_errors=Column("1.3.6.1.2.1.10.7.2.1.3", counter),
    in_pauses=Column("1.3.6.1.2.1.10.7.10.1.3", counter),
    out_pauses=Column("1.3.6.1.2.1.10.7.10.1.4", counter),
)
COUNTERS: tuple[CounterTable, ...] = (HC_COUNTERS, IF_COUNTERS, ETHERLIKE_COUNTERS)

Q_BRIDGE_MACS = MacTable(
    mib="Q-BRIDGE-MIB 2006-01-09",
    verified_by=("snr", "procurve_2520", "dlink_des-3528", "edgecos_ecs4100-28t"),
    mac=index_octets(-6, 6, mac),
    fdb_id=index_at(0, fdb_id),
    port=PortKey(
        PortBy.BRIDGE_PORT,
        Column(
            "1.3.6.1.2.1.17.7.1.2.2.1.2",
            bridge_port,
        ),
    ),
    learnt=Column("1.3.6.1.2.1.17.7.1.2.2.1.3", learnt),
    managed=Column("1.3.6.1.2.1.17.7.1.2.2.1.3", managed),
)
FDB_IS_VLAN = replace(Q_BRIDGE_MACS, verified_by=(), fdb_id=None, vlan=index_at(0, vlan))
"""Of agents whose FdbId is the tag, whatever dot1qVlanFdbId says, or if it is not there."""
BRIDGE_MACS = MacTable(
    mib="BRIDGE-MIB 2005-09-19",
    verified_by=("ibos", "ios_2960x", "routeros_crs317"),
    mac=index_octets(-6, 6, mac),
    port=PortKey(
        PortBy.BRIDGE_PORT,
        Column(
            "1.3.6.1.2.1.17.4.3.1.2",
            bridge_port,
        ),
    ),
    learnt=Column("1.3.6.1.2.1.17.4.3.1.3", learnt),
    managed=Column("1.3.6.1.2.1.17.4.3.1.3", managed),
)
MACS: tuple[MacTable, ...] = (Q_BRIDGE_MACS, BRIDGE_MACS)

CURRENT_VLANS = PortVlanTable(
    mib="Q-BRIDGE-MIB 2006-01-09",
    verified_by=("snr", "procurve_2520", "edgecos_ecs4100-28t"),
    vlan=index_at(-1, vlan),  # dot1qVlanTimeMark, dot1qVlanIndex
    before=(0,),
    port=PortKey(PortBy.BRIDGE_PORT_BITMAP, Column(DOT1Q_CURRENT_EGRESS, octets)),
    untagged=Column(DOT1Q_CURRENT_UNTAGGED, octets),
)
STATIC_VLANS = PortVlanTable(
    mib="Q-BRIDGE-MIB 2006-01-09",
    verified_by=("junos_ex3200",),
    vlan=index_at(-1, vlan),
    port=PortKey(PortBy.BRIDGE_PORT_BITMAP, Column(DOT1Q_STATIC_EGRESS, octets)),
    untagged=Column(DOT1Q_STATIC_UNTAGGED, octets),
)
PORT_VLANS: tuple[PortVlanTable, ...] = (CURRENT_VLANS, STATIC_VLANS)
"""What is; else what is configured."""

_LLDP_REM = "1.0.8802.1.1.2.1.4.1.1"
LLDP_LOC_PORT_ID_SUBTYPE = "1.0.8802.1.1.2.1.3.7.1.2"
LLDP_LOC_PORT_ID = "1.0.8802.1.1.2.1.3.7.1.3"
LLDP_LOC_PORT_DESC = "1.0.8802.1.1.2.1.3.7.1.4"
LLDP_NEIGHBOURS = NeighbourTable(
    mib="LLDP-MIB 2005-05-06",
    verified_by=("vrp_5720", "hpe-procurve-516733-b21", "dlink_dgs-1510-28x-me"),
    # lldpRemTimeMark, lldpRemLocalPortNum, lldpRemIndex
    port=PortKey(PortBy.LLDP_PORT, index_at(1, integer)),
    chassis_kind=Column(f"{_LLDP_REM}.4", integer),
    chassis=Column(f"{_LLDP_REM}.5", octets),
    port_kind=Column(f"{_LLDP_REM}.6", integer),
    port_id=Column(f"{_LLDP_REM}.7", octets),
    port_description=Column(f"{_LLDP_REM}.8", text),
    system_name=Column(f"{_LLDP_REM}.9", text),
    system_description=Column(f"{_LLDP_REM}.10", text),
)
NEIGHBOURS: tuple[NeighbourTable, ...] = (LLDP_NEIGHBOURS,)

_OAM_EVENT = "1.3.6.1.2.1.158.1.6.1"  # dot3OamEventLogEntry
OAM_EVENTS = GaspTable(
    mib="DOT3-OAM-MIB 2007-06-14",
    number=index_at(1, integer),  # ifIndex, dot3OamEventLogIndex
    at=Column(f"{_OAM_EVENT}.2", ticks),
    space=Column(f"{_OAM_EVENT}.3", Convert("OUI 01-80-C2", lambda cell: cell == b"\x01\x80\xc2")),
    kind=Column(f"{_OAM_EVENT}.4", is_one_of(frozenset({257}), "dyingGaspEvent(257)")),
    end=Column(f"{_OAM_EVENT}.5", is_one_of(frozenset({2}), "remote(2)")),
    # The table's size is the agent's business; the newest rows are the last ones but for a wrap.
    most_rows=200,
)
GASPS: tuple[GaspTable, ...] = (OAM_EVENTS,)
"""No recording has shown it. A gasp of the near end, local(1), is the switch's own."""

_SENSOR = "1.3.6.1.2.1.99.1.1.1"
ENTITY_SENSORS = SensorTable(
    mib="ENTITY-SENSOR-MIB 2002-12-16",
    kind=f"{_SENSOR}.1",
    scale=f"{_SENSOR}.2",
    precision=f"{_SENSOR}.3",
    value=f"{_SENSOR}.4",
    status=f"{_SENSOR}.5",
    # RFC 3433 ends at 12; 14 is what agents took over from CISCO-ENTITY-SENSOR-MIB for dBm.
    dbm=14,
    units=f"{_SENSOR}.6",
    update_rate=f"{_SENSOR}.8",  # entPhySensorValueUpdateRate, milliseconds
    update_unit_s=0.001,
)
_CISCO_SENSOR = "1.3.6.1.4.1.9.9.91.1.1.1.1"  # entSensorValueEntry
CISCO_SENSORS = SensorTable(
    mib="CISCO-ENTITY-SENSOR-MIB 2015-01-15",
    kind=f"{_CISCO_SENSOR}.1",
    scale=f"{_CISCO_SENSOR}.2",
    precision=f"{_CISCO_SENSOR}.3",
    value=f"{_CISCO_SENSOR}.4",
    status=f"{_CISCO_SENSOR}.5",
    update_rate=f"{_CISCO_SENSOR}.7",  # entSensorValueUpdateRate, seconds
    dbm=14,
)

_CHASSIS = "1.3.6.1.2.1.47.1.1.1.1"


def _specified(cell: Cell) -> str | None:
    """A name that is one, not ``Unspecified`` (cisco-c3560) or ``31A962   >  f!`` (cisco-c3750)."""
    told = text(cell)
    return None if told is None or re.search(r"(?i)^unspecified$|\s\s", told) else told


def _plugged(row: Row) -> Row | None:
    """Every port is an entity; one with a serial number is a pluggable."""
    return {**row, "present": True} if "serial_number" in row else None


entity_name: Convert[str] = Convert("text", _specified)
ENTITY_MODULES = TransceiverTable(
    mib="ENTITY-MIB 2005-08-10",
    port=replace(ENTITY, breakouts=True),
    row=_plugged,
    serial_number=Column(f"{_CHASSIS}.11", entity_name),
    vendor=Column(f"{_CHASSIS}.12", entity_name),
    part_number=Column(f"{_CHASSIS}.13", entity_name),
)
TRANSCEIVERS: tuple[Optics, ...] = (ENTITY_SENSORS,)

HARDWARE = Hardware(
    mib="ENTITY-MIB 2005-08-10",
    model=(Column(f"{_CHASSIS}.13.1", text),),
    firmware=(Column(f"{_CHASSIS}.10.1", text),),
    serial_number=(Column(f"{_CHASSIS}.11.1", text),),
)
"""The chassis is mostly entity 1; drivers for stacks and other numberings say so."""

VLAN = vlan
