"""MikroTik RouterOS: CRS, CCR and RB, up to 6.46 and from 6.47 on.

Seen: CRS317-1G-16S+ with 6.44.2 (recording routeros_crs317), whose eight plugged ports hold cables
without diagnostics. MIKROTIK-MIB 2025-05-19.

Up to 6.46 dot1dTpFdbPort is an ifIndex: the recording's own addresses prove it (the address of
ifIndex 9 is behind "port" 9), and through dot1dBasePortTable 31 hosts would stand behind a port
that is down. From 6.47 on it is a bridge port (field note F11). dot1qTpFdbPort always is one.
"""

from __future__ import annotations

from dataclasses import replace

import techinfo.driver as d

_MIKROTIK = "1.3.6.1.4.1.14988.1"
_OPTICAL = f"{_MIKROTIK}.1.19.1.1"  # mtxrOpticalTableEntry; its index is the ifIndex
_STATS = f"{_MIKROTIK}.1.14.1.1"  # mtxrInterfaceStatsEntry; its index is the ifIndex
_LEVEL = d.dbm(0.001, {0: None})  # 0 where there is no module or no diagnostics (O9)


def _diagnosed(row: d.Row) -> d.Row:
    """A module that is named, with zeros for all readings, has no diagnostics (DAC, O9)."""
    named = row.keys() & {"vendor", "serial_number"}
    measured = row.get("temperature") or row.keys() & {"voltage", "rx_power", "tx_power"}
    return {**row, "diagnostics": False} if named and not measured else row


_OPTICS = d.TransceiverTable(
    mib="MIKROTIK-MIB 2025-05-19",
    row=_diagnosed,
    rx_lost=d.Column(f"{_OPTICAL}.3", d.one_of({0: False, 1: True}, "mtxrOpticalRxLoss")),
    temperature=d.Column(f"{_OPTICAL}.6", d.signed(32, d.celsius())),
    voltage=d.Column(f"{_OPTICAL}.7", d.volts(0.001)),
    bias=d.Column(f"{_OPTICAL}.8", d.milliamperes()),
    tx_power=d.Column(f"{_OPTICAL}.9", _LEVEL),
    rx_power=d.Column(f"{_OPTICAL}.10", _LEVEL),
    vendor=d.Column(f"{_OPTICAL}.11", d.text),
    serial_number=d.Column(f"{_OPTICAL}.12", d.text),
)
_ETHERNET = d.CounterTable(
    mib="MIKROTIK-MIB 2025-05-19",
    in_pauses=d.Column(f"{_STATS}.43", d.counter),
    in_crc_errors=d.Column(f"{_STATS}.45", d.counter),
    out_pauses=d.Column(f"{_STATS}.73", d.counter),
)

_VERSION = f"{_MIKROTIK}.1.4.4.0"  # mtxrLicVersion
_SERIES = "RouterOS {} on CRS, CCR, RB; {}"

_FROM_6_47 = d.Driver(
    name="mikrotik_routeros",
    vendor="MikroTik",
    series=_SERIES.format("7, 6.47 to 6.49", "none recorded here"),
    sys_object_ids=(_MIKROTIK,),
    hardware=d.Hardware(
        mib="MIKROTIK-MIB 2025-05-19; recording routeros_crs317",
        model=(d.FromDescr(r"^RouterOS\s+(\S.*)"),),
        firmware=(d.Column(_VERSION, d.text),),
        serial_number=(d.Column(f"{_MIKROTIK}.1.7.3.0", d.text),),  # mtxrSerialNumber
    ),
    counters=(*d.standard.COUNTERS, _ETHERNET),
    transceivers=(_OPTICS,),
    limits=d.SnmpLimits(unordered=True),  # 7.21 gives dot1dBasePortTable out of order (F11)
    notes=("After a start the first MAC table may be a fraction of the whole (field note F12).",),
)
_BY_IF_INDEX = replace(
    d.standard.BRIDGE_MACS,
    verified_by=("routeros_crs317",),
    port=d.PortKey(source=d.standard.BRIDGE_MACS.port.source),
)
_UP_TO_6_46 = replace(
    _FROM_6_47,
    name="mikrotik_routeros_6_46",
    series=_SERIES.format("up to 6.46", "seen: CRS317-1G-16S+ 6.44.2"),
    when=(d.Answers(_VERSION, r"^([1-5]|6\.(\d|[1-3]\d|4[0-6]))(\D|$)"),),
    macs=(d.standard.Q_BRIDGE_MACS, _BY_IF_INDEX),
    verified_by={"routeros_crs317": ("link", "counters", "macs")},
)
DRIVERS = (_FROM_6_47, _UP_TO_6_46)
