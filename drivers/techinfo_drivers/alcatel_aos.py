"""Alcatel-Lucent OmniSwitch with AOS 6 (6250 to 9000) and AOS 7 and 8 (6350 to 10K).

Seen: OS6250-P24 with 6.6.1 (recording aos6_os6250-p24_a), OS6850 with 6.3.4 (aos6_os6850_a); none
of them has rows of the private tree. The OmniStack LS 6200 (recording aos) is other software.
Source, of 2019-10-07 for AOS 6: ALCATEL-IND1-PORT-MIB, -MAC-ADDRESS-MIB, -UDP-RELAY-MIB, -IGMP-MIB;
for AOS 7 ALCATEL-IND1-PORT-MIB 2013-11-22, ALCATEL-IND1-MAC-ADDRESS-MIB 2010-05-13.
"""

from __future__ import annotations

import re
from dataclasses import replace

import techinfo.driver as d

_AOS6 = "1.3.6.1.4.1.6486.800.1"
_AOS7 = "1.3.6.1.4.1.6486.801.1"
_LEASE = f"{_AOS6}.2.1.10.9.1.1.1.16.1"  # iphelperDhcpSnoopingBindingEntry
_MEMBER = f"{_AOS6}.2.1.34.1.1.3.1.1"  # alaIgmpMemberEntry
_LEARNT = d.is_one_of(frozenset({1, 2, 3, 4}), "slMacAddressManagement is no multicast")
_MANAGED = d.is_one_of(frozenset({1, 2}), "slMacAddressManagement is permanent or deleteOnReset")


def _transceiver(cell: d.Cell) -> str | None:
    """``1/SLOT-2 TRANSCEIVER-5`` is plugged into port 1/2/5."""
    name = d.decode_text(cell) if isinstance(cell, bytes) else ""
    found = re.fullmatch(r"(\d+)/SLOT-(\d+) TRANSCEIVER-(\d+)", name)
    return "/".join(found.groups()) if found else None


def _optics(entry: str, mib: str, port: d.PortKey, *columns: int) -> d.TransceiverTable:
    """Temperature, voltage, bias, tx, rx; -200000 is not applicable, 0 with no light beside it."""
    level = d.dbm(0.001, {0: None})
    temperature, voltage, bias, tx, rx = (f"{entry}.{n}" for n in columns)
    return d.TransceiverTable(
        mib=mib,
        port=port,
        temperature=d.Column(temperature, d.celsius(0.001)),
        voltage=d.Column(voltage, d.volts(0.001)),
        bias=d.Column(bias, d.milliamperes(0.001)),
        tx_power=d.Column(tx, level),
        rx_power=d.Column(rx, level),
    )


_OPTICS_6 = _optics(
    f"{_AOS6}.2.1.5.1.1.2.5.1", "ALCATEL-IND1-PORT-MIB 2019-10-07", d.IF_INDEX, 1, 6, 11, 16, 21
)  # ddmInfoEntry
_OPTICS_7 = replace(
    _optics(
        f"{_AOS7}.2.1.5.1.1.2.6.1",  # ddmPortInfoEntry
        "ALCATEL-IND1-PORT-MIB 2013-11-22",
        d.PortKey(trailing=((1,), (2,), (3,), (4,))),
        *(2, 7, 12, 17, 22),
    ),
    lane=d.index_at(1, d.integer),  # ddmPortChannel
)
_MACS_6 = d.MacTable(
    mib="ALCATEL-IND1-MAC-ADDRESS-MIB 2019-10-07",
    port=d.IF_INDEX,  # ifIndex, VLAN, MacAddress
    mac=d.index_octets(2, 6, d.mac),
    vlan=d.index_at(1, d.vlan),
    learnt=d.Column(f"{_AOS6}.2.1.8.1.1.1.1.2", _LEARNT),
    managed=d.Column(f"{_AOS6}.2.1.8.1.1.1.1.2", _MANAGED),
)
_MACS_7 = d.MacTable(
    mib="ALCATEL-IND1-MAC-ADDRESS-MIB 2010-05-13",
    # slMacDomain vlan(1), slLocaleType default(0), ifIndex, VLAN, 0, MacAddress
    port=d.PortKey(leading=(1, 0)),
    mac=d.index_octets(-6, 6, d.mac),
    vlan=d.index_at(3, d.vlan),
    learnt=d.Column(f"{_AOS7}.2.1.8.1.1.8.1.7", _LEARNT),
    managed=d.Column(f"{_AOS7}.2.1.8.1.1.8.1.7", _MANAGED),
)
# dot1qTpFdbPort is an ifIndex, dot1dTpFdbPort a bridge port (aos6_os6250-p24_a, 1,166 rows).
_Q_BRIDGE = replace(
    d.standard.Q_BRIDGE_MACS,
    verified_by=("aos6_os6250-p24_a", "aos6_os6850_a"),
    port=d.PortKey(source=d.standard.Q_BRIDGE_MACS.port.source),
)
_LEASES = d.LeaseTable(
    mib="ALCATEL-IND1-UDP-RELAY-MIB 2019-10-07",
    port=d.PortKey(source=d.index_at(-1, d.integer)),  # MacAddress, ifIndex
    mac=d.index_octets(0, 6, d.mac),
    address=d.Column(f"{_LEASE}.3", d.ipv4),
    vlan=d.Column(f"{_LEASE}.4", d.vlan),
    lease_time=d.Column(
        f"{_LEASE}.5", d.Convert("minutes", lambda c: c * 60 if isinstance(c, int) else None)
    ),
    row_active=d.Column(f"{_LEASE}.6", d.is_one_of(frozenset({1}), "type is dynamic(1)")),
)
_MEMBERS = d.GroupTable(
    mib="ALCATEL-IND1-IGMP-MIB 2019-10-07",
    port=d.PortKey(source=d.index_at(1, d.integer)),  # VLAN, ifIndex, group, source
    vlan=d.index_at(0, d.vlan),
    address=d.index_octets(2, 4, d.ipv4),
    extra=(("count", d.Column(f"{_MEMBER}.6", d.counter)),),
)

_AOS_6 = d.Driver(
    name="alcatel_aos6",
    vendor="Alcatel-Lucent Enterprise",
    series="OmniSwitch 6250 to 9000 with AOS 6; seen: 6250, 6850",
    sys_object_ids=(f"{_AOS6}.1.2.1",),
    transceivers=(_OPTICS_6,),
    macs=(_MACS_6, _Q_BRIDGE, d.standard.BRIDGE_MACS),
    leases=(_LEASES,),
    groups=(_MEMBERS,),
    verified_by={
        "aos6_os6250-p24_a": ("link", "counters", "macs", "neighbours"),
        "aos6_os6850_a": ("link", "counters", "macs"),
    },
    notes=("Light, leases and groups stand on the MIB text alone.",),
)
DRIVERS = (
    _AOS_6,
    replace(
        _AOS_6,
        name="alcatel_aos7",
        series="OmniSwitch 6350 to 10K with AOS 7 and 8; none recorded here",
        sys_object_ids=(f"{_AOS7}.1.2.1",),
        transceivers=(_OPTICS_7, d.standard.ENTITY_MODULES),
        macs=(_MACS_7, replace(_Q_BRIDGE, verified_by=()), d.standard.BRIDGE_MACS),
        leases=(),
        groups=(),
        entity_port=d.Convert("chassis/slot/port in its name", _transceiver),
        verified_by={},
        notes=("DHCP snooping and IGMP snooping of AOS 7 and 8 are not read yet.",),
    ),
    d.Driver(
        name="alcatel_omnistack",
        vendor="Alcatel-Lucent Enterprise",
        series="OmniStack LS; seen: LS 6200",
        sys_object_ids=(f"{_AOS6}.1.2.2",),
        hardware=d.Hardware(
            mib="ENTITY-MIB 2005-08-10; recording aos",
            model=(d.FromDescr(r"OmniStack (LS ?\d{4}\w*)"),),
        ),
        verified_by={"aos": ("link", "counters", "macs", "neighbours", "vlans")},
        notes=("It has RADLAN's tree, of which only the standard MIBs are read.",),
    ),
)
