"""Huawei SmartAX OLTs: MA5600T, MA5603T, MA5608T, MA5680T, MA5683T, MA5800; MDUs.

Seen: MA5603T V800R018 with two GPON cards (recording smartax); ONT columns of an unnamed model
(Centreon's walk huawei-gpon).
Source: HUAWEI-XPON-MIB 2013-05-20, HUAWEI-DHCP-PROXY-MIB; public scripts for EPON and the optics
of Ethernet ports, whose modules are not public.
"""

from __future__ import annotations

import re
from dataclasses import replace

import techinfo.driver as d

_HUAWEI = "1.3.6.1.4.1.2011"
_XPON = f"{_HUAWEI}.6.128.1.1.2"
_MIB = "HUAWEI-XPON-MIB 2013-05-20"
_OPTICS = f"{_XPON}.23.1"  # hwGponOltOpticsDdmInfoEntry
_LIGHT = f"{_XPON}.51.1"  # hwGponDeviceOntOpticalDdmInfoEntry
_CONFIG = f"{_XPON}.43.1"  # hwGponDeviceOntConfigInfoEntry; .10 is a RowStatus, no state
_CONTROL = f"{_XPON}.46.1"  # hwGponDeviceOntControlInfoEntry
_WAITING = f"{_XPON}.48.1"  # hwGponDeviceAutoFindOntInfoEntry: ifIndex, a number
_UNI = f"{_XPON}.62.1"
_EPON_LIGHT = f"{_XPON}.104.1"
_USERS = f"{_HUAWEI}.5.18.1.31.1"  # hwDhcpUserEntry
_ETHERNET = f"{_HUAWEI}.5.14.6.4.1"
_VERSION = d.Column(f"{_HUAWEI}.6.3.1.999.0", d.text)  # MA5603V800R018C10B085
_LEVEL = d.dbm(0.01)
# -1 is an invalid state.
_ON = d.one_of({1: True, 2: False}, "run status is online(1)")


def _of_olt(cell: d.Cell) -> d.Power | None:
    """What the OLT receives is told above 10000: 8064 is -19.36 dBm."""
    return _LEVEL(cell - 10_000) if isinstance(cell, int) else None


def _part(pattern: str, column: d.Column[str]) -> d.Column[str]:
    """A part of a version."""

    def call(cell: d.Cell) -> str | None:
        found = re.match(pattern, d.text(cell) or "")
        return found[1] if found else None

    return d.Column(column.oid, d.Convert(f"text, {pattern}", call))


_CAUSES = {1: "los", 2: "los", 3: "lofi", 4: "lofi", 8: "deactivated", 13: "dying-gasp"}
_SPEEDS = {1: 10, 2: 100, 3: 1000, 5: 10, 6: 100, 7: 1000}  # 4 negotiates, and has no link
_LIGHT_OF_ONT = d.OntLightTable(
    mib=_MIB,
    temperature=d.Column(f"{_LIGHT}.1", d.celsius()),
    bias=d.Column(f"{_LIGHT}.2", d.milliamperes()),
    tx_power=d.Column(f"{_LIGHT}.3", _LEVEL),
    rx_power=d.Column(f"{_LIGHT}.4", _LEVEL),
    voltage=d.Column(f"{_LIGHT}.5", d.volts(0.001)),
    olt_rx=d.Column(f"{_LIGHT}.6", d.Convert("dBm x 0.01, and 10000", _of_olt)),
)
_ONTS = (
    d.OntTable(
        mib=_MIB,
        ont_id=d.index_at(1, d.integer),
        serial_number=d.Column(f"{_CONFIG}.3", d.ont_serial),
        ont_name=d.Column(f"{_CONFIG}.9", d.text),
        up=d.Column(f"{_CONTROL}.15", _ON),
        distance=d.Column(f"{_CONTROL}.20", d.integer),
        up_since=d.Column(f"{_CONTROL}.22", d.date_and_time),
        last_down=d.Column(f"{_CONTROL}.23", d.date_and_time),
        last_down_cause=d.Column(f"{_CONTROL}.24", d.one_of(_CAUSES, "last down cause")),
    ),
    d.OntTable(
        mib="public scripts",
        ont_id=d.index_at(1, d.integer),
        serial_number=d.Column(f"{_XPON}.53.1.3", d.mac),
        ont_name=d.Column(f"{_XPON}.53.1.9", d.text),
        up=d.Column(f"{_XPON}.57.1.15", _ON),
    ),
)
_ONT_LIGHT = (
    _LIGHT_OF_ONT,
    d.OntUniTable(
        mib=_MIB,
        uni=d.index_at(2, d.integer),
        up=d.Column(f"{_UNI}.22", d.one_of({1: True, 2: False}, "online state is linkup(1)")),
        speed=d.Column(f"{_UNI}.4", d.one_of(_SPEEDS, "Ethernet speed")),
    ),
    d.OntLightTable(
        mib="public scripts",
        olt_rx=d.Column(f"{_EPON_LIGHT}.1", d.Convert("dBm x 0.01, and 10000", _of_olt)),
        tx_power=d.Column(f"{_EPON_LIGHT}.4", _LEVEL),
        rx_power=d.Column(f"{_EPON_LIGHT}.5", _LEVEL),
    ),
)
_OLT = d.Driver(
    name="huawei_smartax",
    vendor="Huawei",
    series="SmartAX MA5600T, MA5603T, MA5608T, MA5680T, MA5800; seen: MA5603T V800R018",
    sys_object_ids=(f"{_HUAWEI}.2",),
    when=(d.DescrMatches(r"Integrated Access Software"),),
    hardware=d.Hardware(
        mib="recording smartax",
        model=(_part(r"(MA\w+?)V\d{3}R", _VERSION),),
        firmware=(_part(r"MA\w+?(V\d{3}R\w+)", _VERSION),),
        serial_number=(d.Column(f"{_HUAWEI}.6.3.3.1.1.9.0", d.text),),
        mac=d.standard.HARDWARE.mac,
    ),
    transceivers=(
        d.TransceiverTable(
            mib=_MIB,
            verified_by=("smartax",),
            temperature=d.Column(f"{_OPTICS}.1", d.celsius()),
            voltage=d.Column(f"{_OPTICS}.2", d.volts(0.01)),
            bias=d.Column(f"{_OPTICS}.3", d.milliamperes()),
            tx_power=d.Column(f"{_OPTICS}.4", _LEVEL),
            rx_power=d.Column(f"{_OPTICS}.5", _LEVEL),
        ),
        d.TransceiverTable(
            mib="public scripts",
            tx_power=d.Column(f"{_ETHERNET}.4", d.dbm(1e-6)),
            rx_power=d.Column(f"{_ETHERNET}.5", d.dbm(1e-6)),
        ),
    ),
    leases=(
        d.LeaseTable(
            mib="HUAWEI-DHCP-PROXY-MIB",
            # A signed number in the MIB, while ifIndexes of PON ports go beyond.
            port=d.PortKey(
                source=d.Column(
                    f"{_USERS}.2",
                    d.Convert(
                        "ifIndex",
                        lambda c: c % (1 << 32) if isinstance(c, int) and c != -1 else None,
                    ),
                )
            ),
            vlan=d.Column(f"{_USERS}.4", d.vlan),
            address=d.Column(f"{_USERS}.5", d.ipv4),
            mac=d.Column(f"{_USERS}.6", d.mac),
            lease_time=d.Column(f"{_USERS}.8", d.integer),
        ),
    ),
    vlans=(),  # of service-ports; the recording smartax has no Q-BRIDGE-MIB
    onts=_ONTS,
    ont_light=_ONT_LIGHT,
    unregistered=(
        d.UnregisteredTable(
            mib="public scripts",
            number=d.index_at(1, d.integer),
            serial_number=d.Column(f"{_WAITING}.2", d.ont_serial),
            columns_after=5,  # .3 to .6 and .8, by the same scripts
            most_rows=64,
        ),
    ),
    verified_by={"smartax": ("link", "counters", "transceiver", "neighbours")},
    notes=(
        "The light of an ONT and its Ethernet ports are asked of one ONT at a time.",
        "When an ONT came and went is told only where the OLT gives the zone of its clock.",
        "EPON and the light of Ethernet ports stand on public scripts, without a MIB.",
        "ONTs that wait to be registered (display ont autofind) stand on public scripts, and no "
        "recording proves them; those of EPON are not told.",
        "VLANs of service-ports are told by the command line alone, of one port or one ONT: their "
        "table (HUAWEI-ETHERLIKE-EXT-MIB) stands under the number of the flow, so that one ONT's "
        "would cost a walk of those of the whole OLT.",
    ),
)
DRIVERS = (
    _OLT,
    replace(
        _OLT,
        name="huawei_smartax_mdu",
        series="SmartAX MDU; none recorded here",
        sys_object_ids=(f"{_HUAWEI}.2.185",),
        limits=d.SnmpLimits(bulk=False),  # field note A9
        unregistered=(),
        verified_by={},
        transceivers=tuple(replace(t, verified_by=()) for t in _OLT.transceivers),
    ),
)
