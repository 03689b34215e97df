"""Nokia (Alcatel-Lucent) TiMOS: 7210 SAS, 7250 IXR, 7450 ESS, 7705 SAR, 7750 SR.

Seen: 7705 SAR with 9.0.R11 (recording timos_7705), 7250 IXR with 22.10.R11 (timos_ixr).
Source: TIMETRA-PORT-MIB 2017-01-01, TIMETRA-SERV-MIB 2017-06-30, TIMETRA-SAP-MIB 2022-01-20,
TIMETRA-TC-MIB (TmnxEncapVal), SFF-8472 12.4 clause 9.3, TIMETRA-CHASSIS-MIB as the recordings have
it. A TmnxPortID is the ifIndex of its port or LAG in both recordings.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from functools import reduce
from typing import Any

import techinfo.driver as d

_TIMETRA = "1.3.6.1.4.1.6527.3.1.2"
_HARDWARE = f"{_TIMETRA}.2.1.8.1"  # tmnxHwEntry
_PORT = f"{_TIMETRA}.2.4.2.1"  # tmnxPortEntry
_DDM = f"{_TIMETRA}.2.4.31.1"  # tmnxDigitalDiagMonitorEntry
_LANE = f"{_TIMETRA}.2.4.66.1"  # tmnxDDMLaneEntry
_FDB = f"{_TIMETRA}.4.2.4.1"  # tlsFdbInfoEntry
_LEASE = f"{_TIMETRA}.4.2.90.1"  # svcDhcpLeaseEntry
_SAP_LEASE = f"{_TIMETRA}.4.3.16.1"  # sapTlsDhcpLeaseStateEntry
_CHASSIS = "1.50331649"  # chassis 1, hardware 0x03000001: the chassis
_BY_PORT = d.PortKey(leading=(1,))  # tmnxChassisIndex, tmnxPortPortID
_UNITS: Mapping[str, d.Convert[Any]] = {
    "temperature": d.celsius(1 / 256),
    "voltage": d.volts(1e-4),
    "bias": d.milliamperes(1 / 500),
    "tx_power": d.watts(1e-7),
    "rx_power": d.watts(1e-7),
}
_LASER_OFF_DBM = -30.0  # no laser sends 1 uW (timos_7705, port 1/3/6, disabled: 0.8 uW at 0.3 mA)
# tmnxDDMExtCal...: slope and offset of each line; coefficients of the receiver, highest first.
_SLOPES = {"bias": (46, 47), "tx_power": (48, 49), "temperature": (50, 51), "voltage": (52, 53)}
_RECEIVER = (41, 42, 43, 44, 45)


def _float(cell: d.Cell) -> float | None:
    """The bits of a 32-bit float in an Unsigned32."""
    known = isinstance(cell, int) and 0 <= cell < 1 << 32
    return float(struct.unpack(">f", struct.pack(">I", cell))[0]) if known else None


_RAW: d.Convert[Any] = d.Convert("raw value, calibrated as SFF-8472 says", d.integer)
_COEFFICIENT: d.Convert[Any] = d.Convert("bits of a 32-bit float", _float)
_EXTERNAL = (
    ("external", d.Column(f"{_DDM}.40", d.one_of({1: True, 2: False}, "ExternallyCalibrated"))),
    *((f"external_{n}", d.Column(f"{_DDM}.{n}", _COEFFICIENT)) for n in _RECEIVER),
    *(
        (f"external_{n}", d.Column(f"{_DDM}.{n}", d.integer))
        for line in _SLOPES.values()
        for n in line
    ),
)


def _calibrated(row: d.Row, name: str) -> float | None:
    """One raw value of an externally calibrated module; ``None``: its calibration is not told."""
    told = [row.get(f"external_{n}") for n in _SLOPES.get(name, _RECEIVER)]
    if any(n is None for n in told):
        return None
    if name in _SLOPES:
        slope, offset = told
        return float(row[name] * slope / 256 + offset)
    return float(reduce(lambda sum_, n: sum_ * row[name] + n, told, 0.0))


def _readings(row: d.Row) -> d.Row:
    """Raw values in their units; of a laser that is off no light comes."""
    out: dict[str, Any] = {}
    if not any(row.get(name) for name in _UNITS):
        return out  # all readings of an optic with several lanes may stand with its lanes
    for name, convert in _UNITS.items():
        raw = row.get(name)
        if raw is not None and row.get("external"):
            raw = _calibrated(row, name)
        value = convert(f"{raw:.3f}".encode()) if raw is not None else None
        if value is not None:
            out[name] = value
    return _laser_off(out)


def _laser_off(row: d.Row) -> d.Row:
    sent = row.get("tx_power")
    off = isinstance(sent, float) and sent <= _LASER_OFF_DBM
    return {**row, "tx_power": d.Dark.NO_LIGHT} if off else row


def _warm(cell: d.Cell) -> d.Celsius | None:
    return _UNITS["temperature"](cell) if cell else None


def _vlan(cell: d.Cell) -> int | None:
    """TmnxEncapVal: the tag, of two the outer one; 0 is untagged, 4095 any."""
    return d.vlan(cell & 0xFFF) if isinstance(cell, int) else None


_ENCAPSULATION = d.Convert("TmnxEncapVal, outer tag", _vlan)
_AT_SAP = d.is_one_of(frozenset({1}), "locale is sap(1)")
_DIAGNOSTICS = d.TransceiverTable(
    mib="TIMETRA-PORT-MIB 2017-01-01",
    verified_by=("timos_7705", "timos_ixr"),
    port=_BY_PORT,
    temperature=d.Column(f"{_DDM}.1", _RAW),
    voltage=d.Column(f"{_DDM}.6", _RAW),
    bias=d.Column(f"{_DDM}.11", _RAW),
    tx_power=d.Column(f"{_DDM}.16", _RAW),
    rx_power=d.Column(f"{_DDM}.21", _RAW),
    extra=_EXTERNAL,
    row=_readings,
)
_LANES = d.TransceiverTable(
    mib="TIMETRA-PORT-MIB tmnxDDMLaneTable, as Observium's discovery cites it",
    port=_BY_PORT,
    lane=d.index_at(2, d.integer),
    temperature=d.Column(f"{_LANE}.2", d.Convert("C x 1/256, not 0", _warm)),
    bias=d.Column(f"{_LANE}.7", _UNITS["bias"]),
    tx_power=d.Column(f"{_LANE}.12", _UNITS["tx_power"]),
    rx_power=d.Column(f"{_LANE}.17", _UNITS["rx_power"]),
    row=_laser_off,
)
_EQUIPPED = d.Valid(f"{_PORT}.34", frozenset({1}))  # tmnxPortSFPEquipped
_MODULES = d.TransceiverTable(
    mib="TIMETRA-PORT-MIB 2017-01-01",
    verified_by=("timos_7705",),
    port=_BY_PORT,
    present=d.Column(f"{_PORT}.34", d.one_of({1: True}, "tmnxPortSFPEquipped")),
    # notApplicable(0) stands where no module is, or no cage.
    diagnostics=d.Column(f"{_PORT}.28", d.one_of({2: False}, "DiagCapable is false(2)")),
    serial_number=d.Column(f"{_PORT}.45", d.text, _EQUIPPED),
    part_number=d.Column(f"{_PORT}.46", d.text, _EQUIPPED),
)
_MACS = d.MacTable(
    mib="TIMETRA-SERV-MIB 2017-06-30",
    port=d.PortKey(source=d.Column(f"{_FDB}.5", d.integer)),
    mac=d.index_octets(1, 6, d.mac),  # svcId, tlsFdbMacAddr
    vlan=d.Column(f"{_FDB}.6", _ENCAPSULATION),
    # oam(3), intf(6) and ethCfm(12) are the node's own.
    learnt=d.Column(f"{_FDB}.3", d.is_one_of(frozenset({1, 2, 4, 5, 8}), "tlsFdbType")),
    row_active=d.Column(f"{_FDB}.4", _AT_SAP),  # others are behind a tunnel
)
_LEASES = (
    d.LeaseTable(
        mib="TIMETRA-SERV-MIB 2017-06-30",
        port=d.PortKey(source=d.Column(f"{_LEASE}.6", d.integer)),
        row_active=d.Column(f"{_LEASE}.5", _AT_SAP),
        address=d.index_string(2, d.ip_address),  # svcId, type, address, next hop
        mac=d.Column(f"{_LEASE}.4", d.mac),
        vlan=d.Column(f"{_LEASE}.7", _ENCAPSULATION),
        time_remaining=d.Column(f"{_LEASE}.10", d.integer),
        # svcDhcpLeaseIAIDType is prefix(3); any other address stands for itself.
        prefix_length=d.Column(f"{_LEASE}.23", d.integer, d.Valid(f"{_LEASE}.22", frozenset({3}))),
    ),
    d.LeaseTable(
        mib="TIMETRA-SAP-MIB 2022-01-20",
        port=d.PortKey(source=d.index_at(1, d.integer)),
        vlan=d.index_at(2, _ENCAPSULATION),  # svcId, port, encapsulation, IpAddress, MacAddress
        address=d.index_octets(3, 4, d.ipv4),
        mac=d.index_octets(7, 6, d.mac),
        time_remaining=d.Column(f"{_SAP_LEASE}.3", d.integer),
    ),
)

DRIVER = d.Driver(
    name="nokia_timos",
    vendor="Nokia",
    series="7210 SAS, 7250 IXR, 7450 ESS, 7705 SAR, 7750 SR; seen: 7705 9.0, 7250 22.10",
    sys_object_ids=("1.3.6.1.4.1.6527.1", "1.3.6.1.4.1.6527.6"),
    hardware=d.Hardware(
        mib="TIMETRA-CHASSIS-MIB; recordings timos_7705, timos_ixr",
        model=(d.FromDescr(r"(?:Nokia|ALCATEL(?:-LUCENT)?) (7\d{3}(?: [A-Z]+(?:-\w+)?)?)\b"),),
        firmware=(d.FromDescr(r"TiMOS-[A-Z]+-(\S+)"),),
        serial_number=(d.Column(f"{_HARDWARE}.5.{_CHASSIS}", d.text),),
        # tmnxChassisBaseMacAddress
        mac=(d.Column(f"{_TIMETRA}.2.1.3.1.15.1", d.mac), *d.standard.HARDWARE.mac),
    ),
    transceivers=(_DIAGNOSTICS, _LANES, _MODULES),
    macs=(_MACS, *d.standard.MACS),
    leases=_LEASES,
    verified_by={
        "timos_7705": ("link", "counters", "transceiver"),
        "timos_ixr": ("link", "counters", "transceiver"),
    },
    notes=(
        "A MAC address behind an SDP or tunnel is no port's and is left out.",
        "IGMP snooping is not read: no recording shows which of the services' tables has it.",
    ),
)
