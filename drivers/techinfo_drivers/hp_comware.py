"""HPE and H3C Comware 5 and 7: A5500, 5130 to 5980, S5xxx to S12500, E528 and their kin.

Seen: A5500-24G EI with 5.20.99 (recording comware_a5500); of snmpsim-data S8808-X with 7.1.075
(h3c-comware-7-1-075), E528 with 5.20 (h3c-e528-1), which has H3C's own tables below Huawei's tree.
Source: HH3C-TRANSCEIVER-INFO-MIB 2022-05-12, HH3C-DHCP-SNOOP2-MIB 2017-01-13,
HH3C-MULTICAST-SNOOPING-MIB 2017-09-26, ENTITY-MIB 2005-08-10, and those recordings.
"""

from __future__ import annotations

import techinfo.driver as d

_H3C = "1.3.6.1.4.1.25506"
_COMMON = f"{_H3C}.2"  # hh3cCommon
_OLD_COMMON = "1.3.6.1.4.1.2011.10.2"  # before H3C had its own number: h3c-e528-1
_MODULE = f"{_COMMON}.70.1.1.1"  # hh3cTransceiverInfoEntry
_CHANNEL = f"{_COMMON}.70.1.2.1"  # hh3cTransceiverChannelEntry
_MEMBER = f"{_COMMON}.123.1.3.1"  # hh3cMcsL2EntryEntry
_ENTITY = "1.3.6.1.2.1.47.1.1.1.1"

# 2147483647 where there is nothing to say is outside of what each quantity can be.
_LEVEL = d.dbm(0.01)
_MODULES = d.TransceiverTable(
    mib="HH3C-TRANSCEIVER-INFO-MIB 2022-05-12",
    verified_by=("comware_a5500", "h3c-comware-7-1-075"),
    vendor=d.Column(f"{_MODULE}.4", d.text),
    serial_number=d.Column(f"{_MODULE}.5", d.text),
    part_number=d.Column(f"{_MODULE}.49", d.text),
    diagnostics=d.Column(f"{_MODULE}.8", d.one_of({1: True, 2: False}, "Diagnostic")),
    tx_power=d.Column(f"{_MODULE}.9", _LEVEL),
    rx_power=d.Column(f"{_MODULE}.12", _LEVEL),
    temperature=d.Column(f"{_MODULE}.15", d.celsius()),
    voltage=d.Column(f"{_MODULE}.16", d.volts(0.01)),
    bias=d.Column(f"{_MODULE}.17", d.milliamperes(0.01)),
)
_LANES = d.TransceiverTable(
    mib="HH3C-TRANSCEIVER-INFO-MIB 2022-05-12",
    lane=d.index_at(1, d.integer),
    tx_power=d.Column(f"{_CHANNEL}.2", _LEVEL),
    rx_power=d.Column(f"{_CHANNEL}.3", _LEVEL),
    bias=d.Column(f"{_CHANNEL}.5", d.milliamperes(0.01)),
)


_LEASES = tuple(
    d.LeaseTable(
        mib=f"HH3C-DHCP-SNOOP2-MIB 2017-01-13{of}",  # hh3cDhcpSnoop2BindEntry
        address=d.index_octets(0, 4, d.ipv4),  # then VLAN and second VLAN
        vlan=d.index_at(4, d.vlan),
        mac=d.Column(f"{entry}.4", d.mac),
        time_remaining=d.Column(f"{entry}.5", d.integer),
        port=d.PortKey(source=d.Column(f"{entry}.6", d.integer)),
        row_active=d.Column(f"{entry}.7", d.is_one_of(frozenset({1}), "RowStatus is active(1)")),
    )
    for entry, of in (
        (f"{_COMMON}.124.2.1.1", ""),
        (f"{_OLD_COMMON}.124.2.1.1", ", below the tree that the recording h3c-e528-1 has"),
    )
)
_MEMBERS = d.GroupTable(
    mib="HH3C-MULTICAST-SNOOPING-MIB 2017-09-26",
    # vlan(1) or vsi(2), its number, type, group, source, ifIndex
    port=d.PortKey(source=d.index_at(-1, d.integer)),
    vlan=d.index_at(1, d.vlan),
    address=d.index_string(3, d.ip_address),
    row_active=d.Column(f"{_MEMBER}.7", d.is_one_of(frozenset({1}), "PortType is interface(1)")),
)
_CHASSIS = ("2", "3", "1")  # below a stack, of the larger chassis, alone

DRIVER = d.Driver(
    name="hp_comware",
    vendor="HPE / H3C",
    series="Comware 5 and 7: A5500, 51xx to 59xx, S5xxx to S12500; seen: A5500, S8808, E528",
    sys_object_ids=(f"{_H3C}.1", f"{_H3C}.11"),
    hardware=d.Hardware(
        mib="ENTITY-MIB 2005-08-10; recordings comware_a5500, h3c-comware-7-1-075, h3c-e528-1",
        model=(
            d.FromDescr(r"(?m)^(?:HPE?|H3C|3Com) (?!Comware)(?:Switch )?([\w-]+(?: [ES]I)?)"),
            *(d.Column(f"{_ENTITY}.13.{entity}", d.text) for entity in _CHASSIS),
        ),
        firmware=(d.FromDescr(r"(?i)Version ((?:[\d.]+,? )?Release \w+)"),),
        serial_number=tuple(d.Column(f"{_ENTITY}.11.{entity}", d.text) for entity in _CHASSIS),
    ),
    transceivers=(_MODULES, _LANES),
    leases=_LEASES,
    groups=(_MEMBERS,),
    verified_by={
        "comware_a5500": ("link", "counters", "transceiver", "macs"),
        "h3c-comware-7-1-075": ("link", "counters", "transceiver", "macs"),
        "h3c-e528-1": ("link", "counters", "macs", "neighbours", "vlans"),
    },
    notes=(
        "Leases and groups stand on the MIB text alone.",
        "The older hh3cDhcpSnoopTable has no port, and is not read.",
    ),
)
