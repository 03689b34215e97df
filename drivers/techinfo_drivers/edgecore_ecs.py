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

_EDGECORE = "1.3.6.1.4.1.259"
_FS = "1.3.6.1.4.1.52642.2.1.45"
_ECS4100_28T, _S3900 = "edgecos_ecs4100-28t", "fs-switch_s3900-24f4s"
_MIB = "ECS4120-MIB 2023-09-28 and the MIBs of the other models"
_PORT, _MEDIA, _OPTICS = ".1.2.1.1", ".1.2.10.1", ".1.2.11.1"
_RATE = ".1.16.1.2.1"  # rateLimitPortEntry
_LEASE, _LEASE_6 = ".1.46.4.1.1", ".1.71.4.1.1"


def _address_first(index: d.Index) -> d.Cell | None:
    """Index of the newer bindings: IPv4 address and MAC (ECS2100, ECS3510, ECS4100, ECS4120)."""
    return bytes(index[:4]) if len(index) == 10 and max(index[:4]) < 256 else None


def _prefix(cell: d.Cell) -> int | None:
    """Length of a delegated prefix; a single address has none."""
    return cell if isinstance(cell, int) and 0 < cell < 128 else None


_LEVEL = d.power_text_or(d.dbm())  # ``-4.58 dBm high alarm``
_TRANSCEIVERS = (
    d.TransceiverTable(
        mib=_MIB,
        temperature=d.Column(f"{_OPTICS}.2", d.celsius()),  # portOpticalMonitoringInfo…
        voltage=d.Column(f"{_OPTICS}.3", d.volts()),
        bias=d.Column(f"{_OPTICS}.4", d.milliamperes()),
        tx_power=d.Column(f"{_OPTICS}.5", _LEVEL),
        rx_power=d.Column(f"{_OPTICS}.6", _LEVEL),
        row=d.measured("temperature", "voltage"),
    ),
    d.TransceiverTable(
        mib=_MIB,
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
_LEASES_BY_ADDRESS = d.LeaseTable(
    mib=_MIB,
    address=d.FromIndex(_address_first, d.ipv4, "index[0:4 octets] of 10"),
    mac=d.index_octets(-6, 6, d.mac),
    vlan=d.Column(f"{_LEASE}.1", d.vlan),
    lease_time=d.Column(f"{_LEASE}.7", d.integer),
    port=d.PortKey(source=d.Column(f"{_LEASE}.6", d.integer)),  # dhcpSnoopBindingsPortIfIndex
    row_active=d.Column(f"{_LEASE}.4", d.is_one_of(frozenset({1}), "EntryType is dynamic(1)")),
)
_LEASES = (
    _LEASES_BY_ADDRESS,
    replace(
        _LEASES_BY_ADDRESS,
        mib="ECS4510-MIB 2012-09-06 and others of its time",  # VLAN and MAC
        address=d.Column(f"{_LEASE}.5", d.ipv4),
        vlan=d.FromIndex(lambda i: i[0] if len(i) == 7 else None, d.vlan, "index[0] of 7"),
        row=lambda row: row if "vlan" in row else None,  # the others are told above
    ),
)
# dhcpv6SnoopBinding: LinkLayerAddress, IaType, IaId, Ipv6Address with its length
_LEASE_OF_V6 = d.LeaseTable(
    mib=_MIB,
    address=d.index_octets(-16, 16, d.ip_address),
    mac=d.index_octets(0, 6, d.mac),
    vlan=d.Column(f"{_LEASE_6}.5", d.vlan),
    lease_time=d.Column(f"{_LEASE_6}.7", d.integer),
    port=d.PortKey(source=d.Column(f"{_LEASE_6}.6", d.integer)),
)
_PREFIX = d.Column(f"{_LEASE_6}.8", d.Convert("prefix length below 128", _prefix))
_LEASES_AND_PREFIXES = (*_LEASES, replace(_LEASE_OF_V6, prefix_length=_PREFIX))
_GROUPS = d.GroupTable(
    mib=_MIB,
    address=d.index_octets(1, 4, d.ipv4),  # igmpSnoopMulticastGroup: VLAN, group, source
    vlan=d.index_at(0, d.vlan),
    port=d.PortKey(d.PortBy.BRIDGE_PORT_BITMAP, d.Column(".1.9.15.1.4", d.octets)),
)
_GROUPS_OF_ES3528MO = replace(
    _GROUPS,
    mib="ES3528MO-MIB 2006-05-24",  # igmpSnoopMulticastCurrent: VLAN, group
    port=d.PortKey(d.PortBy.BRIDGE_PORT_BITMAP, d.Column(".1.9.10.1.3", d.octets)),
)


def _rates(out: int, into: int, scale: float) -> tuple[d.ShapingTable, ...]:
    """rateLimitPortTable: output to the customer (rlPortOutputStatus), then input."""
    return d.rate_limits(
        _MIB,
        egress=d.Column(f"{_RATE}.{out}", d.kilobits(scale), d.Valid(f"{_RATE}.7", frozenset({1}))),
        ingress=d.Column(
            f"{_RATE}.{into}", d.kilobits(scale), d.Valid(f"{_RATE}.6", frozenset({1}))
        ),
    )


_CLOSED = d.ProtectionTable(
    mib=_MIB,
    found=d.Column(
        f"{_PORT}.20",  # portShutdownReason
        d.closed_by_bits(
            {
                1: "stpLbd",
                2: "stpBpduGuard",
                3: "networkAccessPortLinkDetection",
                4: "networkAccessPortDynamicQos",
                5: "portSec",
                6: "lbd",
                7: "atcBstorm",
                8: "atcMstorm",
                9: "udld",
            },
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
        *(d.LinkTable(mib=_MIB, configured_speed=column) for column in _CONFIGURED),
    ),
    "transceivers": _TRANSCEIVERS,
    "macs": _MACS,
    "leases": (*_LEASES, _LEASE_OF_V6),
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
        leases=_LEASES,
        protections=(_CLOSED,),
    ),
    _driver(
        "edgecore_ecs4120",
        "ECS4120",
        f"{_EDGECORE}.10.1.45",
        leases=_LEASES_AND_PREFIXES,
        protections=(_CLOSED,),
    ),
    _driver(
        "edgecore_ecs4610",
        "ECS4610-24F; its MIB has no optics",
        f"{_EDGECORE}.10.1.5",
        transceivers=(),
        leases=_LEASES,
        shaping=_rates(3, 2, 1000),
    ),
    _driver(
        "edgecore_es3528mo",
        "ES3528MO; its MIB has no optics",
        f"{_EDGECORE}.6.10.94",
        transceivers=(),
        leases=_LEASES,
        groups=(_GROUPS_OF_ES3528MO,),
    ),
    _driver(
        "fs_s3900",
        "S3900-24F4S, S3900-24T4S (not S3900-R); seen: S3900-24F4S 1.7.7",
        _FS,
        vendor="FS",
        transceivers=tuple(replace(t, verified_by=(_S3900,)) for t in _TRANSCEIVERS),
        leases=_LEASES_AND_PREFIXES,
        verified_by={_S3900: ("link", "counters", "transceiver", "macs", "neighbours", "vlans")},
    ),
)
