"""Eltex MES: MES21/23/33/53xx on RADLAN software, and MES14/24xx on software of their own.

Seen: MES2324B with 4.0.16.2 (recording eltex-mes23xx_mes2324b). RADLAN-PHY-MIB 2002-09-30,
RADLAN-BRIDGE-SECURITY 2006-04-02, RADLAN-rlBrgMulticast-MIB 2013-04-01,
ELTEX-MES-PHYSICAL-DESCRIPTION-MIB 2021-08-04, ELTEX-PHY-MIB 2020-10-15 with the words for its units
as a MES2424B AC gives them in a walk of the public LibreNMS test suite.
"""

from __future__ import annotations

from dataclasses import replace

import techinfo.driver as d

_ELTEX = "1.3.6.1.4.1.35265"
_RADLAN = "1.3.6.1.4.1.89"
_PHY_TEST = f"{_RADLAN}.90.1.2.1"  # rlPhyTestGetEntry
_SNOOPING = f"{_RADLAN}.112.1.11.1"  # rlIpDhcpSnoopEntry
_IP_MULTICAST = f"{_RADLAN}.116.4.1.4"  # rlBrgIpMulticastEgressPorts
_INET_MULTICAST = f"{_RADLAN}.116.6.1.6"  # rlBrgInetMulticastEgressPorts
_UNIT = f"{_RADLAN}.53.14.1"  # rlPhdUnitGenParamEntry; its instance is the stack unit
_DIAGNOSTIC = f"{_ELTEX}.52.1.1.3.2.1"  # eltexPhyTransceiverDiagnosticEntry

_MILLI_DBM = d.dbm(0.001, {0: None})  # an empty row reads 0; a real 0.000 dBm is not worth the risk
_DBM_UNITS: dict[int | str, d.Convert[d.Power]] = {
    11: d.watts(1e-6),  # microWatt
    15: d.dbm(1, {0: None}),
    16: d.dbm(0.1, {0: None}),  # decidbm
    17: _MILLI_DBM,
}
_LOST = d.one_of({0: False, 1: True}, "loss of signal is 1")


def _counts_unless_told(row: d.Row) -> d.Row:
    """Rows without a status count: port 105 of the recording has results alone."""
    return {"valid": True, **row}


def _cage(row: d.Row) -> d.Row:
    """An empty cage has the type unknown(0) and no names; a module may have that type as well."""
    named = row.keys() & {"vendor", "part_number", "serial_number"}
    return {name: value for name, value in row.items() if name != "present" or not named}


def _tagged(row: d.Row) -> d.Row | None:
    """FdbIds beyond the VLANs are the switch's own (4155 on MES3124F, field note F16)."""
    return row if 1 <= row.get("fdb_id", 1) <= 4094 else None


def _module_info(entry: str, mib: str, proven: tuple[str, ...] = ()) -> d.TransceiverTable:
    """What the module's EEPROM says; both generations have the same columns."""
    return d.TransceiverTable(
        mib=mib,
        proven=proven,
        row=_cage,
        present=d.Column(f"{entry}.2", d.one_of({0: False}, "type is unknown(0)")),
        vendor=d.Column(f"{entry}.5", d.text),
        serial_number=d.Column(f"{entry}.6", d.text),
        diagnostics=d.Column(f"{entry}.9", d.one_of({1: True, 2: False}, "TruthValue")),
        part_number=d.Column(f"{entry}.10", d.text),
    )


_RADLAN_OPTICS = d.QuantityTable(
    mib="RADLAN-PHY-MIB 2002-09-30",
    proven=("eltex-mes23xx_mes2324b",),
    port=d.PortKey(trailing=tuple((kind,) for kind in (5, 6, 7, 8, 9, 11))),
    row=_counts_unless_told,
    value=f"{_PHY_TEST}.3",
    kind=d.index_at(1, d.integer),  # rlPhyTestGetType
    valid=d.Column(f"{_PHY_TEST}.2", d.is_one_of(frozenset({2}), "status is success(2)")),
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
_DHCP_SNOOPING = d.LeaseTable(
    mib="RADLAN-BRIDGE-SECURITY 2006-04-02",
    port=d.PortKey(d.PortBy.IF_INDEX, d.Column(f"{_SNOOPING}.6", d.integer)),
    # rlIpDhcpSnoopType: deletedByTimeout(2) is no binding any more.
    address=d.Column(f"{_SNOOPING}.5", d.ipv4, d.Valid(f"{_SNOOPING}.3", frozenset({1, 3}))),
    vlan=d.index_at(0, d.vlan),
    mac=d.index_octets(1, 6, d.mac),
)
_IPV4_GROUPS = d.GroupTable(
    mib="RADLAN-rlBrgMulticast-MIB 2013-04-01",
    port=d.PortKey(d.PortBy.BRIDGE_PORT_BITMAP, d.Column(_IP_MULTICAST, d.octets)),
    vlan=d.index_at(0, d.vlan),
    address=d.index_octets(1, 4, d.ipv4),
)
_INET_GROUPS = d.GroupTable(
    mib="RADLAN-rlBrgMulticast-MIB 2013-04-01",
    port=d.PortKey(d.PortBy.BRIDGE_PORT_BITMAP, d.Column(_INET_MULTICAST, d.octets)),
    vlan=d.index_at(0, d.vlan),
    address=d.index_string(2, d.ip_address),
)
_MACS: tuple[d.MacTable, ...] = (
    replace(d.standard.Q_BRIDGE_MACS, proven=("eltex-mes23xx_mes2324b",), row=_tagged),
    d.standard.BRIDGE_MACS,
)


_POWER_WORDS: dict[int | str, d.Convert[d.Power]] = {"milliDecibel-milliWatts": _MILLI_DBM}
_OWN_OPTICS = d.QuantityTable(
    mib="ELTEX-PHY-MIB 2020-10-15",
    port=d.PortKey(trailing=tuple((kind, 1) for kind in (1, 3, 4, 5, 6))),
    value=f"{_DIAGNOSTIC}.8",
    kind=d.index_at(1, d.integer),  # eltexPhyTransceiverDiagnosticType
    lane=d.index_at(2, d.integer),  # eltexPhyTransceiverDiagnosticChannel
    unit=d.Column(f"{_DIAGNOSTIC}.3", d.text),
    kinds={
        1: d.Quantity("temperature", d.celsius(), {"Degrees": d.celsius()}),
        # Kind 2 is the supply in whole "Volts": 3 for 3.3 V, too coarse to be told.
        3: d.Quantity("bias", d.milliamperes(), {"milliAmperes": d.milliamperes()}),
        4: d.Quantity("tx_power", _MILLI_DBM, _POWER_WORDS),
        5: d.Quantity("rx_power", _MILLI_DBM, _POWER_WORDS),
        6: d.Quantity("rx_lost", _LOST, {"Boolean": _LOST}),
    },
)

_MODEL = d.FromDescr(r"\b(MES-?\d{4}\S*)")
DRIVERS = (
    d.Driver(
        name="eltex_mes",
        vendor="Eltex",
        series="MES21xx, MES23xx, MES33xx, MES53xx; seen: MES2324B 4.0.16.2",
        sys_object_ids=(f"{_ELTEX}.1",),
        when=(d.DescrMatches(r"\bMES-?(?!14|24)\d{4}"),),
        hardware=d.Hardware(
            mib="RADLAN-Physicaldescription-MIB 2006-02-12; recording eltex-mes23xx_mes2324b",
            model=(d.Column(f"{_UNIT}.11.1", d.text), _MODEL),
            firmware=(d.Column(f"{_UNIT}.2.1", d.text),),
            serial_number=(d.Column(f"{_UNIT}.5.1", d.text),),
            mac=d.standard.HARDWARE.mac,
        ),
        transceivers=(
            _RADLAN_OPTICS,
            _module_info(
                f"{_ELTEX}.1.23.53.1.1.1",  # eltPhdTransceiverInfoEntry
                "ELTEX-MES-PHYSICAL-DESCRIPTION-MIB 2021-08-04",
                ("eltex-mes23xx_mes2324b",),
            ),
        ),
        macs=_MACS,
        leases=(_DHCP_SNOOPING,),
        groups=(_IPV4_GROUPS, _INET_GROUPS),
        seen={"eltex-mes23xx_mes2324b": ("link", "counters", "transceiver", "macs", "neighbours")},
        notes=(
            "Of a four-lane module (MES53xx) only the first lane is read.",
            "The MIB names no unit of the snooped lease time: when a lease ends is not told.",
        ),
    ),
    d.Driver(
        name="eltex_mes24xx",
        vendor="Eltex",
        series="MES14xx, MES24xx; none recorded here",
        sys_object_ids=(f"{_ELTEX}.1",),
        when=(d.DescrMatches(r"\bMES-?(14|24)\d\d"),),
        hardware=replace(d.standard.HARDWARE, model=(_MODEL, *d.standard.HARDWARE.model)),
        transceivers=(
            _OWN_OPTICS,
            _module_info(f"{_ELTEX}.52.1.1.3.1.1", "ELTEX-PHY-MIB 2020-10-15"),
        ),
        notes=("Supply voltage is left out: the agent gives it in whole volts.",),
    ),
)
