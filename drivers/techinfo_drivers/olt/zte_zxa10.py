"""ZTE ZXA10 OLTs: C300, C320, C600, C620, C650; ONTs in the newer and in the older tables.

Seen: C320 V2.1.0 (recording zxa10_c320), which numbers ports in ifTable otherwise than everywhere
else: 268632320 is xgei_1/4/2 there, and 285279234 in dot1qTpFdbPort and LLDP-MIB.
Source: ZTE-AN-OPTICAL-MODULE-MIB, ZTE-AN-INTERFACE-MIB, ZTE-AN-PON-BASE-MIB,
ZTE-AN-DHCP-SNOOPING-MIB; public scripts for the ONTs.
"""

from __future__ import annotations

from dataclasses import replace

import techinfo.driver as d

_ZTE = "1.3.6.1.4.1.3902"
_OPTICS = f"{_ZTE}.1082.30.40.2.4.1"  # zxAnOpticalModuleInfoEntry
_OLDER = f"{_ZTE}.1015.3.1.13.1"  # zxAnOpticalModuleMonEntry
_BINDINGS = f"{_ZTE}.1015.51.1.5.1.1"  # zxAnDsPortBindViewEntry
_ONU = f"{_ZTE}.1082.500.10.2.3"
_OWN = f"{_ZTE}.1082.500.20.2.2.2.1"
_OLD = f"{_ZTE}.1012.3"
_AT_SHELF = 0x11010000  # then slot and port, an octet each
_IN_IF_TABLE = 0x10000000  # then slot and port, each from 0
_ETHERNET_PON = 0xFFFF0000


def _in_if_table(number: int) -> int:
    """IfIndex in ifTable of C320 V2.1.0, tried where ifTable does not have the other one."""
    if number & _ETHERNET_PON != _AT_SHELF:
        return number
    return _IN_IF_TABLE | (number >> 8 & 255) - 1 << 16 | (number & 255) - 1 << 8


def _index_of(if_index: int, ont: int) -> d.Index:
    if if_index & ~0xFFFFFF == _IN_IF_TABLE and if_index >> 16 & 255 < 128:
        slot, port = (if_index >> 16 & 255) + 1, (if_index >> 8 & 255) + 1
        return (_AT_SHELF | slot << 8 | port, ont)
    return (if_index, ont)


def _signed(cell: d.Cell) -> d.Power | None:
    """ANI-G: 16 bits of 0.002 dB, counted from 1 uW (G.988); 65535 is none."""
    if not isinstance(cell, int) or not 0 <= cell < 0xFFFF:
        return None
    return d.dbm()(f"{(cell - (cell >> 15 << 16)) * 0.002 - 30:.3f}".encode())


_PORT = d.PortKey(source=d.index_at(0, d.integer), or_else=_in_if_table)
_DBUW: d.Convert[d.Power] = d.Convert("dBuW x 0.002", _signed)
_MILLI = d.dbm(0.001, {-80000: d.Dark.NO_LIGHT, 65535000: None, -2147483648: None})
# 5 is dying gasp, 6 not authenticated, 7 offline.
_PHASE = d.one_of({1: False, 2: False, 3: False, 4: True, 5: False, 6: False, 7: False}, "phase")
_OLD_PHASE = d.one_of(
    {0: False, 1: False, 2: False, 3: True, 4: False, 5: False, 6: False}, "phase"
)
_CAUSES = {2: "los", 3: "los", 4: "lofi", 9: "dying-gasp", 10: "deactivated"}
_MACS = replace(
    d.standard.Q_BRIDGE_MACS,
    verified_by=("zxa10_c320",),
    fdb_id=None,  # there is no dot1qVlanFdbId: FdbIds are VLANs
    vlan=d.index_at(0, d.vlan),
    port=replace(d.standard.Q_BRIDGE_MACS.port, or_else=_in_if_table),
)
_NEW = d.Driver(
    name="zte_zxa10",
    vendor="ZTE",
    series="ZXA10 C300, C320, C600, C620, C650; seen: C320 V2.1.0",
    sys_object_ids=(f"{_ZTE}.1082",),
    hardware=d.Hardware(
        model=(d.FromDescr(r"^(C\d{3}\w*)"),),
        firmware=(d.FromDescr(r"Version (V\S+)"),),
        mac=d.standard.HARDWARE.mac,
    ),
    transceivers=(
        d.TransceiverTable(
            mib="ZTE-AN-OPTICAL-MODULE-MIB",
            port=_PORT,
            rx_power=d.Column(f"{_OPTICS}.2", _MILLI),
            tx_power=d.Column(f"{_OPTICS}.3", _MILLI),
            bias=d.Column(f"{_OPTICS}.5", d.milliamperes(0.001)),
            voltage=d.Column(f"{_OPTICS}.6", d.volts(0.001)),
            temperature=d.Column(f"{_OPTICS}.8", d.celsius(0.001)),
            part_number=d.Column(f"{_OPTICS}.11", d.text),
            vendor=d.Column(f"{_OPTICS}.12", d.text),
            serial_number=d.Column(f"{_OPTICS}.13", d.text),
        ),
        d.TransceiverTable(
            mib="ZTE-AN-INTERFACE-MIB",
            port=_PORT,
            rx_power=d.Column(f"{_OLDER}.1", _MILLI),
            tx_power=d.Column(f"{_OLDER}.4", _MILLI),
            bias=d.Column(f"{_OLDER}.9", d.milliamperes(0.001)),
            voltage=d.Column(f"{_OLDER}.10", d.volts(0.001)),
            temperature=d.Column(f"{_OLDER}.12", d.celsius(0.001)),
        ),
    ),
    macs=(_MACS,),
    leases=(
        d.LeaseTable(
            mib="ZTE-AN-DHCP-SNOOPING-MIB",
            port=_PORT,
            mac=d.Column(f"{_BINDINGS}.1", d.mac),
            vlan=d.Column(f"{_BINDINGS}.2", d.vlan),
            address=d.Column(f"{_BINDINGS}.3", d.ipv4),
        ),
    ),
    onts=(
        d.OntTable(
            mib="public scripts",
            port=_PORT,
            ont_id=d.index_at(1, d.integer),
            index_of=_index_of,
            ont_name=d.Column(f"{_ONU}.3.1.2", d.text),
            serial_number=d.Column(f"{_ONU}.3.1.18", d.ont_serial),
            up=d.Column(f"{_ONU}.8.1.4", _PHASE),
            last_down_cause=d.Column(f"{_ONU}.8.1.7", d.one_of(_CAUSES, "offline reason")),
            distance=d.Column(f"{_ONU}.10.1.2", d.integer),
        ),
    ),
    ont_light=(
        d.OntLightTable(
            mib="public scripts",
            tail=(1,),
            rx_power=d.Column(f"{_OWN}.10", _DBUW),
            tx_power=d.Column(f"{_OWN}.14", _DBUW),
        ),
        d.OntLightTable(
            mib="ZTE-AN-PON-BASE-MIB",
            olt_rx=d.Column(f"{_ZTE}.1082.500.1.2.4.2.1.2", _MILLI),  # zxAnPonRxOpticalPower
        ),
    ),
    ont_light_polled=False,  # line cards have crashed (librenms#14203)
    clock=False,  # field note T3
    verified_by={"zxa10_c320": ("link", "counters", "macs")},
    notes=(
        "ONTs stand on public scripts; when one came and went is told without a zone, so not here.",
        "The light of ONTs is asked by nobody again and again: line cards have crashed of it.",
    ),
)
DRIVERS = (
    _NEW,
    replace(
        _NEW,
        name="zte_zxa10_v1",
        series="ZXA10 C300, C320 with software V1; ZXDSL; none recorded here",
        sys_object_ids=(f"{_ZTE}.1015", f"{_ZTE}.1012", f"{_ZTE}.1004"),
        macs=d.standard.MACS,
        onts=(
            d.OntTable(
                mib="public scripts",
                ont_id=d.index_at(1, d.integer),
                ont_name=d.Column(f"{_OLD}.28.1.1.2", d.text),
                serial_number=d.Column(f"{_OLD}.28.1.1.5", d.ont_serial),
                up=d.Column(f"{_OLD}.28.2.1.4", _OLD_PHASE),
                last_down_cause=d.Column(f"{_OLD}.28.2.1.7", d.one_of(_CAUSES, "offline reason")),
                distance=d.Column(f"{_OLD}.11.4.1.2", d.integer),
            ),
        ),
        ont_light=(
            d.OntLightTable(
                mib="public scripts",
                tail=(1,),
                rx_power=d.Column(f"{_OLD}.50.12.1.1.10", _DBUW),
                tx_power=d.Column(f"{_OLD}.50.12.1.1.14", _DBUW),
            ),
            d.OntLightTable(
                mib="public scripts",
                olt_rx=d.Column(f"{_ZTE}.1015.1010.11.2.1.2", _MILLI),
            ),
        ),
        verified_by={},
    ),
)
