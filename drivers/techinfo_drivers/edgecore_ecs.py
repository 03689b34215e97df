"""Edgecore (Accton) ECS and ES, and FS S3900: one MIB for each model, equal but for its root.

Seen: ECS4100-28T (recording edgecos_ecs4100-28t), FS S3900-24F4S 1.7.7 with live optics (recording
fs-switch_s3900-24f4s; its root is an ECS4120's under the enterprise number of FS).
Source: ECS2100-MIB 2015-08-27, ECS3510-MIB 2015-08-07, ECS4100-52T-MIB 2020-10-22, ECS4110-MIB
2014-04-09, ECS4120-MIB 2023-09-28, ECS4210-MIB 2013-02-07, ECS4510-MIB 2012-09-06, ECS4610-24F-MIB
2010-12-23, ES3510MA-MIB 2013-11-25, ES3528MO-MIB 2006-05-24, ES3528MV2-MIB 2011-09-26.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import techinfo.driver as d
from techinfo_drivers._edgecore_leases import AND_PREFIXES, LEASE_OF_V6, LEASES, MIB

_EDGECORE = "1.3.6.1.4.1.259"
_FS = "1.3.6.1.4.1.52642.2.1.45"
_ECS4100_28T, _S3900 = "edgecos_ecs4100-28t", "fs-switch_s3900-24f4s"
_PORT, _MEDIA, _OPTICS = ".1.2.1.1", ".1.2.10.1", ".1.2.11.1"
_RATE = ".1.16.1.2.1"  # rateLimitPortEntry
_LEVEL = d.power_text_or(d.dbm())  # ``-4.58 dBm high alarm``
_TRANSCEIVERS = (
    d.TransceiverTable(
        mib=MIB,
        temperature=d.Column(f"{_OPTICS}.2", d.celsius()),  # portOpticalMonitoringInfo…
        voltage=d.Column(f"{_OPTICS}.3", d.volts()),
        bias=d.Column(f"{_OPTICS}.4", d.milliamperes()),
        tx_power=d.Column(f"{_OPTICS}.5", _LEVEL),
        rx_power=d.Column(f"{_OPTICS}.6", _LEVEL),
        row=d.measured("temperature", "voltage"),
    ),
    d.TransceiverTable(
        mib=MIB,
        vendor=d.Column(f"{_MEDIA}.7", d.text),  # portMediaInfo…
        part_number=d.Column(f"{_MEDIA}.8", d.text),
        serial_number=d.Column(f"{_MEDIA}.10", d.text),
        row=d.present_if_named,  # whether it has diagnostics or not
    ),
)
_RATES = (10, 100, 1000, 10000, 40000)
_SPEEDS = dict(enumerate((f"{rate}-{way}" for rate in _RATES for way in ("half", "full")), 2))
_FORCED = d.Valid(f"{_PORT}.7", frozenset({2}))
_CONFIGURED = (
    d.Column(f"{_PORT}.7", d.one_of({1: "auto"}, "portAutonegotiation enabled(1)")),
    d.Column(f"{_PORT}.4", d.one_of(_SPEEDS, "portSpeedDpxCfg"), _FORCED),
)
# FdbId is the VLAN: fs-switch_s3900-24f4s says so in dot1qVlanFdbId; edgecos_ecs4100-28t and a
# public walk of ES3510MA have no such column, but FdbIds that are their VLANs and PVIDs.
_MACS = (
    replace(d.standard.FDB_IS_VLAN, verified_by=(_ECS4100_28T, _S3900)),
    d.standard.BRIDGE_MACS,
)
# igmpSnoopMulticastGroup: VLAN, group, source; igmpSnoopMulticastCurrent of ES3528MO: VLAN, group
_GROUPS = d.group_bitmaps(MIB, ".1.9.15.1.4")
_GROUPS_OF_ES3528MO = d.group_bitmaps("ES3528MO-MIB 2006-05-24", ".1.9.10.1.3")


def _rates(out: int, into: int, scale: float) -> tuple[d.ShapingTable, ...]:
    """rateLimitPortTable: output to the customer (rlPortOutputStatus), then input."""
    into_on, out_on = (d.Valid(f"{_RATE}.{n}", frozenset({1})) for n in (6, 7))
    return d.rate_limits(
        MIB,
        egress=d.Column(f"{_RATE}.{out}", d.kilobits(scale), out_on),
        ingress=d.Column(f"{_RATE}.{into}", d.kilobits(scale), into_on),
    )


_CLOSED = d.ProtectionTable(
    mib=MIB,
    found=d.Column(
        f"{_PORT}.20",  # portShutdownReason
        d.closed_by_bits(
            "stpLbd stpBpduGuard networkAccessPortLinkDetection networkAccessPortDynamicQos"
            " portSec lbd atcBstorm atcMstorm udld",
            "portShutdownReason",
        ),
    ),
)
_NOTES = (
    "Leases, groups and rates are from the MIB texts alone.",
    "Whether the lease time of a binding is what remains is not stated; no end is told.",
    "Rate limits: queue says the direction, in is from the customer.",
)
_COMMON: dict[str, Any] = {
    "vendor": "Edgecore",
    "hardware": d.Hardware(
        mib=f"recording {_S3900}",
        model=(d.Column(".1.1.5.1.0", d.text), d.FromDescr(r"^(\S+)")),  # swProdName
        firmware=(d.Column(".1.1.3.1.6.1", d.text),),  # swOpCodeVer
        serial_number=(d.Column(".1.1.3.1.10.1", d.text),),  # swSerialNumber
    ),
    "links": (
        *d.standard.LINKS,
        *(d.LinkTable(mib=MIB, configured_speed=column) for column in _CONFIGURED),
    ),
    "transceivers": _TRANSCEIVERS,
    "macs": _MACS,
    "leases": (*LEASES, LEASE_OF_V6),
    "groups": (_GROUPS,),
    "shaping": _rates(11, 10, 1),
    "notes": _NOTES,
}


def _driver(name: str, series: str, *roots: str, base: str = "", **told: Any) -> d.Driver:
    """A member of the family; a root is a prefix of sysObjectID and the root of its MIB."""
    return d.Driver(
        name=name,
        series=series,
        sys_object_ids=roots,
        bases={root: base or root for root in roots},
        **{**_COMMON, **told},
    )


DRIVERS = (
    _driver(
        "edgecore_ecs",
        "ECS3510, ECS4100, ECS4110, ES3510MA; seen: ECS4100-28T",
        f"{_EDGECORE}.8.1.11",  # ES3510MA
        *(f"{_EDGECORE}.10.1.{model}" for model in (27, 39, 46)),  # ECS3510, ECS4110, ECS4100
        circuit_id_format="edgecore-subtype",
        protections=(_CLOSED,),
        verified_by={_ECS4100_28T: ("link", "counters", "macs", "neighbours", "vlans")},
    ),
    _driver(
        "edgecore_ecs4510",
        "ECS4510, ES3528MV2; their MIBs do not tell why a port is shut",
        *(f"{_EDGECORE}.10.1.{model}" for model in (22, 24)),  # ES3528MV2, ECS4510
        circuit_id_format="edgecore-subtype",
    ),
    # One MIB, that of the first model, for all ECS4210.
    _driver("edgecore_ecs4210", "ECS4210", f"{_EDGECORE}.10.1.42", base=f"{_EDGECORE}.10.1.42.101"),
    _driver(
        "edgecore_ecs2100",
        "ECS2100",
        f"{_EDGECORE}.10.1.43",
        leases=LEASES,
        protections=(_CLOSED,),
    ),
    _driver(
        "edgecore_ecs4120",
        "ECS4120",
        f"{_EDGECORE}.10.1.45",
        leases=AND_PREFIXES,
        protections=(_CLOSED,),
    ),
    _driver(
        "edgecore_ecs4610",
        "ECS4610-24F; its MIB has no optics",
        f"{_EDGECORE}.10.1.5",
        transceivers=(),
        leases=LEASES,
        shaping=_rates(3, 2, 1000),
    ),
    _driver(
        "edgecore_es3528mo",
        "ES3528MO; its MIB has no optics",
        f"{_EDGECORE}.6.10.94",
        transceivers=(),
        leases=LEASES,
        groups=(_GROUPS_OF_ES3528MO,),
    ),
    _driver(
        "fs_s3900",
        "S3900-24F4S, S3900-24T4S (not S3900-R); seen: S3900-24F4S 1.7.7",
        _FS,
        vendor="FS",
        transceivers=tuple(replace(t, verified_by=(_S3900,)) for t in _TRANSCEIVERS),
        leases=AND_PREFIXES,
        verified_by={_S3900: ("link", "counters", "transceiver", "macs", "neighbours", "vlans")},
    ),
)
