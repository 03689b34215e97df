"""RADLAN software as Cisco, Eltex, Dell, D-Link and Allied sell it: one tree, several roots.

Seen: Eltex MES2324B, Cisco SG550XG-8F8T, SG350X-24P and C1200-8T-E-2G, Dell PowerConnect 2824.
Source: RADLAN-PHY-MIB 2002-09-30, RADLAN-BRIDGE-SECURITY 2006-04-02, RADLAN-rlBrgMulticast-MIB
2013-04-01, CISCOSB-RLINVENTORYENT-MIB, ELTEX-MES-PHYSICAL-DESCRIPTION-MIB 2021-08-04.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import techinfo.driver as d

_E = "1.3.6.1.4.1"
_PHY_TEST = ".90.1.2.1"  # rlPhyTestGetEntry
_SNOOPING = ".112.1.11.1"  # rlIpDhcpSnoopEntry
_UNIT = ".53.14.1"  # rlPhdUnitGenParamEntry; its instance is the stack unit
_INVENTORY = ".217.1"  # rlInventoryEntEntry
_ELTEX_INFO = f"{_E}.35265.1.23.53.1.1.1"  # eltPhdTransceiverInfoEntry
_MES2324B = "eltex-mes23xx_mes2324b"
_SG550, _SG350, _C1200 = "ciscosb_sg550x-8f8t", "ciscosb_sg350x-24p", "ciscosb_c1200-8t-e-2g"

_MILLI_DBM = d.dbm(0.001, {0: None})  # an empty row reads 0; a real 0.000 dBm is not worth the risk
_DBM_UNITS: dict[int | str, d.Convert[d.Power]] = {
    11: d.watts(1e-6),  # microWatt
    15: d.dbm(1, {0: None}),
    16: d.dbm(0.1, {0: None}),  # decidbm
    17: _MILLI_DBM,
}
_LOST = d.one_of({0: False, 1: True}, "loss of signal is 1")


def _tagged(row: d.Row) -> d.Row | None:
    """FdbIds beyond the VLANs are the switch's own (4155 on MES3124F, field note F16)."""
    return row if 1 <= row.get("fdb_id", 1) <= 4094 else None


_OPTICS = d.QuantityTable(
    mib="RADLAN-PHY-MIB 2002-09-30",
    verified_by=(_MES2324B, _SG550, _C1200),
    port=d.PortKey(trailing=tuple((kind,) for kind in (5, 6, 7, 8, 9, 11))),
    value=f"{_PHY_TEST}.3",
    kind=d.index_at(1, d.integer),  # rlPhyTestGetType
    valid=d.Column(f"{_PHY_TEST}.2", d.is_one_of(frozenset({2}), "status is success(2)")),
    valid_unless_told=True,  # a MES2324B and all Cisco recordings have results alone
    unit=d.Column(f"{_PHY_TEST}.4", d.integer),
    kinds={
        5: d.Quantity("temperature", d.celsius(), {7: d.celsius()}),
        6: d.Quantity("voltage", d.volts(1e-6), {8: d.volts(1e-6)}),
        7: d.Quantity("bias", d.milliamperes(0.001), {10: d.milliamperes(0.001)}),
        8: d.Quantity("tx_power", _MILLI_DBM, _DBM_UNITS),
        9: d.Quantity("rx_power", _MILLI_DBM, _DBM_UNITS),
        11: d.Quantity("rx_lost", _LOST, {2: _LOST}),
    },
)
_MODULES = d.TransceiverTable(
    mib="CISCOSB-RLINVENTORYENT-MIB",
    verified_by=(_C1200,),
    port=d.PortKey(position=1),  # unit(0) or ifIndex(1), and its number
    row_active=d.Column(f"{_INVENTORY}.1", d.is_one_of(frozenset({1}), "row of an ifIndex(1)")),
    part_number=d.Column(f"{_INVENTORY}.4", d.text),
    serial_number=d.Column(f"{_INVENTORY}.7", d.text),
)
_ELTEX_MODULES = d.TransceiverTable(
    mib="ELTEX-MES-PHYSICAL-DESCRIPTION-MIB 2021-08-04",
    verified_by=(_MES2324B,),
    row=d.absent_if_nameless,  # a module may have the type unknown(0) as well
    present=d.Column(f"{_ELTEX_INFO}.2", d.one_of({0: False}, "type is unknown(0)")),
    vendor=d.Column(f"{_ELTEX_INFO}.5", d.text),
    serial_number=d.Column(f"{_ELTEX_INFO}.6", d.text),
    diagnostics=d.Column(f"{_ELTEX_INFO}.9", d.one_of({1: True, 2: False}, "TruthValue")),
    part_number=d.Column(f"{_ELTEX_INFO}.10", d.text),
)
_DHCP_SNOOPING = d.LeaseTable(
    mib="RADLAN-BRIDGE-SECURITY 2006-04-02",
    port=d.PortKey(d.PortBy.IF_INDEX, d.Column(f"{_SNOOPING}.6", d.integer)),
    # rlIpDhcpSnoopType: deletedByTimeout(2) is no binding any more.
    address=d.Column(f"{_SNOOPING}.5", d.ipv4, d.Valid(f"{_SNOOPING}.3", frozenset({1, 3}))),
    vlan=d.index_at(0, d.vlan),
    mac=d.index_octets(1, 6, d.mac),
    enabled=d.Valid(".112.1.2.0", frozenset({1})),  # rlIpDhcpSnoopEnable
    of_vlans=d.Valid(".112.1.12.1.2", frozenset({1})),  # rlIpDhcpSnoopEnableVlanRowStatus
)
_BRIDGES = "RADLAN-rlBrgMulticast-MIB 2013-04-01"
_GROUPS = (
    d.group_bitmaps(_BRIDGES, ".116.4.1.4"),
    d.group_bitmaps(_BRIDGES, ".116.6.1.6", d.index_string(2, d.ip_address)),
)
_CLOSED = d.ProtectionTable(
    mib="RADLAN-ERRDISABLE-RECOVERY-MIB 2007-11-07",
    # rlErrdisableRecoveryIfReason; ports that are not suspended have no row.
    found=d.Column(
        ".128.3.1.1",
        d.closed_by_number(
            "loopback-detection port-security dot1x-src-address acl-deny stp-bpdu-guard"
            " stp-loopback-guard pcb-overheat udld",
            "RlErrdisableRecoveryCauseType",
        ),
    ),
    recovers=d.Column(".128.3.1.2", d.one_of({1: True, 2: False}, "TruthValue")),
    interval=".128.1.0",  # rlErrdisableRecoveryInterval
    lists_all=True,
)
_MACS: tuple[d.MacTable, ...] = (
    replace(d.standard.Q_BRIDGE_MACS, verified_by=(_MES2324B, _SG550, _SG350, _C1200), row=_tagged),
    d.standard.BRIDGE_MACS,
)
_NO_TIME = "The MIB names no unit of the snooped lease time: when a lease ends is not told."


def _driver(
    name: str, vendor: str, series: str, *numbers: str, root: str = "89", **more: Any
) -> d.Driver:
    """One maker's switches, by number, and where the tree hangs; both below the enterprises."""
    bases = {f"{_E}.{number}": f"{_E}.{root}" for number in numbers}
    shown: dict[str, Any] = {
        "hardware": d.Hardware(
            mib="RADLAN-Physicaldescription-MIB 2006-02-12; recordings of the makers",
            model=(d.Column(f"{_UNIT}.11.1", d.text), d.Column(f"{_UNIT}.7.1", d.text)),
            firmware=(d.Column(f"{_UNIT}.2.1", d.text),),
            serial_number=(d.Column(f"{_UNIT}.5.1", d.text),),
        ),
        "transceivers": (_OPTICS, _MODULES),
        "notes": (_NO_TIME,),
        **more,
    }
    return d.Driver(
        name=name,
        vendor=vendor,
        series=series,
        sys_object_ids=tuple(bases),
        bases=bases,
        macs=_MACS,
        leases=(_DHCP_SNOOPING,),
        protections=(_CLOSED,),
        groups=_GROUPS,
        **shown,
    )


_CISCO_SB = _driver(
    "cisco_sb",
    "Cisco",
    "Small Business 200 to 550 and CBS; seen: SG350X-24P, SG550XG-8F8T 2.5.9.13",
    "9.6.1",
    # Of these first models of the 200, 300 and 500 series the number stands among the Catalysts.
    *(f"9.1.{model}" for model in (*range(1058, 1065), 1176, 1177)),
    root="9.6.1.101",
    verified_by={
        _SG550: ("link", "counters", "transceiver", "macs", "neighbours", "vlans"),
        _SG350: ("link", "counters", "macs", "neighbours", "vlans"),
    },
)
DRIVERS = (
    _driver(
        "eltex_mes",
        "Eltex",
        "MES21xx, MES23xx, MES33xx, MES53xx; seen: MES2324B 4.0.16.2",
        "35265.1",
        when=(d.DescrMatches(r"\bMES-?(?!14|24)\d{4}"),),
        transceivers=(_OPTICS, _ELTEX_MODULES),
        verified_by={_MES2324B: ("link", "counters", "transceiver", "macs", "neighbours", "vlans")},
        notes=("Of a four-lane module (MES53xx) only the first lane is read.", _NO_TIME),
    ),
    _CISCO_SB,
    replace(
        _CISCO_SB,
        name="cisco_c1200",
        series="Catalyst 1200 and 1300; seen: C1200-8T-E-2G 4.1.9.85",
        sys_object_ids=(f"{_E}.9.1",),
        bases={f"{_E}.9.1": f"{_E}.9.6.1.101"},
        when=(d.DescrMatches(r"^Catalyst 1[23]00\b"),),
        verified_by={_C1200: ("link", "counters", "transceiver", "macs", "neighbours", "vlans")},
    ),
    _driver(
        "dell_powerconnect",
        "Dell",
        "PowerConnect 28xx, 35xx, 54xx, 55xx; seen: 2824",
        "674.10895",
        verified_by={"powerconnect_2824": ("link", "counters")},
    ),
    _driver(
        "allied_radlan",
        "Allied Telesis",
        "AT-8000S, AT-8000GS; none recorded here",
        *(f"207.1.4.{model}" for model in (*range(125, 129), *range(143, 146))),
    ),
    _driver(
        "dlink_radlan",
        "D-Link",
        "DGS-3100; none recorded here",
        "171.10.94",
        root="171.10.94.89.89",
        limits=d.SnmpLimits(bulk=False),
        notes=("The agent has no GETBULK.", _NO_TIME),
    ),
    _driver("radlan", "RADLAN", "under RADLAN's own number; none recorded here", "89"),
)
