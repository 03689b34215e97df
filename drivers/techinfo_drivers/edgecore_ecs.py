"""Edgecore (Accton) ECS and ES, and FS S3900: one MIB for each model, equal but for its root.

Seen: ECS4100-28T (recording edgecos_ecs4100-28t), FS S3900-24F4S 1.7.7 with live optics (recording
fs-switch_s3900-24f4s; its root is an ECS4120's under the enterprise number of FS).
Source: ECS2100-MIB 2015-08-27, ECS3510-MIB 2015-08-07, ECS4100-52T-MIB 2020-10-22, ECS4110-MIB
2014-04-09, ECS4120-MIB 2023-09-28, ECS4210-MIB 2013-02-07, ECS4510-MIB 2012-09-06, ECS4610-24F-MIB
2010-12-23, ES3510MA-MIB 2013-11-25, ES3528MO-MIB 2006-05-24, ES3528MV2-MIB 2011-09-26.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

from techinfo.driver import (
    Cell,
    Column,
    Convert,
    Driver,
    FromDescr,
    FromIndex,
    GroupTable,
    Hardware,
    Index,
    LeaseTable,
    LinkTable,
    MacTable,
    PortBy,
    PortKey,
    Power,
    Row,
    ShapingTable,
    Table,
    TransceiverTable,
    Valid,
    at,
    celsius,
    dbm,
    integer,
    inwards,
    ip_address,
    ipv4,
    is_one_of,
    kilobits,
    mac,
    milliamperes,
    octets,
    one_of,
    outwards,
    power_text,
    span,
    standard,
    text,
    vlan,
    volts,
)

_EDGECORE = "1.3.6.1.4.1.259"
_FS = "1.3.6.1.4.1.52642.2.1.45"
_ECS4100_28T, _S3900 = "edgecos_ecs4100-28t", "fs-switch_s3900-24f4s"
_ON = frozenset({1})  # EnabledStatus
T = TypeVar("T", bound=Table)
_MIB = "ECS4120-MIB 2023-09-28 and the MIBs of the other models"
_PORT, _MEDIA, _OPTICS = ".1.2.1.1", ".1.2.10.1", ".1.2.11.1"
_RATE = ".1.16.1.2.1"  # rateLimitPortEntry
_LEASE, _LEASE_6 = ".1.46.4.1.1", ".1.71.4.1.1"


def _level(cell: Cell) -> Power | None:
    """``-4.58 dBm high alarm``; the unit is believed where it is told (O5)."""
    told = power_text(cell)
    return told if told is not None else dbm()(cell)


def _module(row: Row) -> Row:
    """A module that names itself is there, whether it has diagnostics or not."""
    named = any(n in row for n in ("vendor", "part_number", "serial_number"))
    return {**row, "present": True} if named else row


def _measured(row: Row) -> Row | None:
    """A row of zeros tells of no diagnostics; 0 dBm stands in it, too (O2, O9)."""
    return row if row.get("temperature") or "voltage" in row else None


def _address_first(index: Index) -> Cell | None:
    """Index of the newer bindings: IPv4 address and MAC (ECS2100, ECS3510, ECS4100, ECS4120)."""
    return bytes(index[:4]) if len(index) == 10 and max(index[:4]) < 256 else None


def _vlan_first(index: Index) -> Cell | None:
    """Index of the older bindings: VLAN and MAC."""
    return index[0] if len(index) == 7 else None


def _old_binding(row: Row) -> Row | None:
    """A row of the newer table is told by the other declaration."""
    return row if "vlan" in row else None


def _prefix(cell: Cell) -> int | None:
    """Length of a delegated prefix; a single address has none."""
    return cell if isinstance(cell, int) and 0 < cell < 128 else None


_LEVEL: Convert[Power] = Convert("dBm in text", _level)
_TRANSCEIVERS = (
    TransceiverTable(
        mib=_MIB,
        temperature=Column(f"{_OPTICS}.2", celsius()),  # portOpticalMonitoringInfo…
        voltage=Column(f"{_OPTICS}.3", volts()),
        bias=Column(f"{_OPTICS}.4", milliamperes()),
        tx_power=Column(f"{_OPTICS}.5", _LEVEL),
        rx_power=Column(f"{_OPTICS}.6", _LEVEL),
        row=_measured,
    ),
    TransceiverTable(
        mib=_MIB,
        vendor=Column(f"{_MEDIA}.7", text),  # portMediaInfo…
        part_number=Column(f"{_MEDIA}.8", text),
        serial_number=Column(f"{_MEDIA}.10", text),
        row=_module,
    ),
)
_SPEEDS = {
    2: "10-half",
    3: "10-full",
    4: "100-half",
    5: "100-full",
    6: "1000-half",
    7: "1000-full",
    8: "10000-half",
    9: "10000-full",
    10: "40000-half",
    11: "40000-full",
}
_LINKS = (
    *standard.LINKS,
    LinkTable(
        mib=_MIB,
        configured_speed=Column(
            f"{_PORT}.7", one_of({1: "auto"}, "portAutonegotiation enabled(1)")
        ),
    ),
    LinkTable(
        mib=_MIB,
        configured_speed=Column(
            f"{_PORT}.4", one_of(_SPEEDS, "portSpeedDpxCfg"), Valid(f"{_PORT}.7", frozenset({2}))
        ),
    ),
)


def _macs(*proven: str) -> tuple[MacTable, ...]:
    """FdbId is the VLAN.

    fs-switch_s3900-24f4s says so in dot1qVlanFdbId; edgecos_ecs4100-28t and a public walk of
    ES3510MA have no such column, but FdbIds that are their VLANs and PVIDs.
    """
    own = replace(standard.Q_BRIDGE_MACS, proven=proven, fdb_id=None, vlan=at(0, vlan))
    return (own, standard.BRIDGE_MACS)


_CLIENT = PortKey(source=Column(f"{_LEASE}.6", integer))  # dhcpSnoopBindingsPortIfIndex
_DYNAMIC = Column(f"{_LEASE}.4", is_one_of(frozenset({1}), "EntryType is dynamic(1)"))
_LEASES = (
    LeaseTable(
        mib=_MIB,
        address=FromIndex(_address_first, ipv4, "index[0:4 octets] of 10"),
        mac=span(-6, 6, mac),
        vlan=Column(f"{_LEASE}.1", vlan),
        lease=Column(f"{_LEASE}.7", integer),
        port=_CLIENT,
        counts=_DYNAMIC,
    ),
    LeaseTable(
        mib="ECS4510-MIB 2012-09-06 and others of its time",
        address=Column(f"{_LEASE}.5", ipv4),
        mac=span(-6, 6, mac),
        vlan=FromIndex(_vlan_first, vlan, "index[0] of 7"),
        lease=Column(f"{_LEASE}.7", integer),
        port=_CLIENT,
        counts=_DYNAMIC,
        row=_old_binding,
    ),
)
# dhcpv6SnoopBinding: LinkLayerAddress, IaType, IaId, Ipv6Address with its length
_LEASE_OF_V6 = LeaseTable(
    mib=_MIB,
    address=span(-16, 16, ip_address),
    mac=span(0, 6, mac),
    vlan=Column(f"{_LEASE_6}.5", vlan),
    lease=Column(f"{_LEASE_6}.7", integer),
    port=PortKey(source=Column(f"{_LEASE_6}.6", integer)),
)
_LEASE_OF_PREFIX = replace(
    _LEASE_OF_V6,
    prefix_length=Column(f"{_LEASE_6}.8", Convert("prefix length below 128", _prefix)),
)
_GROUPS = (
    GroupTable(
        mib=_MIB,
        address=span(1, 4, ipv4),  # igmpSnoopMulticastGroup: VLAN, group, source
        vlan=at(0, vlan),
        port=PortKey(PortBy.BRIDGE_PORT_BITMAP, Column(".1.9.15.1.4", octets)),
    ),
)
_GROUPS_OF_ES3528MO = (
    GroupTable(
        mib="ES3528MO-MIB 2006-05-24",
        address=span(1, 4, ipv4),  # igmpSnoopMulticastCurrent: VLAN, group
        vlan=at(0, vlan),
        port=PortKey(PortBy.BRIDGE_PORT_BITMAP, Column(".1.9.10.1.3", octets)),
    ),
)


def _rates(out: int, into: int, scale: float) -> tuple[ShapingTable, ...]:
    """rateLimitPortTable: output to the customer (rlPortOutputStatus), then input."""
    return (
        ShapingTable(
            mib=_MIB,
            row=outwards,
            pir=Column(f"{_RATE}.{out}", kilobits(scale), Valid(f"{_RATE}.7", _ON)),
        ),
        ShapingTable(
            mib=_MIB,
            row=inwards,
            pir=Column(f"{_RATE}.{into}", kilobits(scale), Valid(f"{_RATE}.6", _ON)),
        ),
    )


_NOTES = (
    "Leases, groups and rates are from the MIB texts alone.",
    "Whether the lease time of a binding is what remains is not stated; no end is told.",
    "Rate limits: queue says the direction, in is from the customer.",
)
_COMMON: dict[str, Any] = {
    "vendor": "Edgecore",
    "hardware": Hardware(
        mib=f"recording {_S3900}",
        model=(Column(".1.1.5.1.0", text), FromDescr(r"^(\S+)")),  # swProdName
        firmware=(Column(".1.1.3.1.6.1", text),),  # swOpCodeVer
        serial_number=(Column(".1.1.3.1.10.1", text),),  # swSerialNumber
        mac=standard.HARDWARE.mac,
    ),
    "links": _LINKS,
    "transceivers": _TRANSCEIVERS,
    "macs": _macs(),
    "leases": (*_LEASES, _LEASE_OF_V6),
    "groups": _GROUPS,
    "shaping": _rates(11, 10, 1),
    "notes": _NOTES,
}


def _of_fs(tables: tuple[T, ...], *proven: str) -> tuple[T, ...]:
    """Tables of the ECS4120 under the root that the recording shows; standard ones as they are."""
    own = f"ECS4120-MIB 2023-09-28, root of recording {_S3900}"
    return tuple(
        replace(t, mib=own, proven=proven) if t.mib.startswith("ECS") else t for t in tables
    )


def _driver(name: str, series: str, *roots: str, base: str = "", **told: Any) -> Driver:
    """A member of the family; a root is a prefix of sysObjectID and the root of its MIB."""
    return Driver(
        name=name,
        series=series,
        sys_object_ids=roots,
        bases={root: base or root for root in roots},
        **{**_COMMON, **told},
    )


DRIVERS = (
    _driver(
        "edgecore_ecs",
        "ECS3510, ECS4100, ECS4110, ECS4510, ES3510MA, ES3528MV2; seen: ECS4100-28T",
        f"{_EDGECORE}.8.1.11",  # ES3510MA
        f"{_EDGECORE}.10.1.22",  # ES3528MV2
        f"{_EDGECORE}.10.1.24",  # ECS4510
        f"{_EDGECORE}.10.1.27",  # ECS3510
        f"{_EDGECORE}.10.1.39",  # ECS4110
        f"{_EDGECORE}.10.1.46",  # ECS4100
        layout="edgecore-subtype",
        macs=_macs(_ECS4100_28T),
        seen={_ECS4100_28T: ("link", "counters", "macs", "neighbours")},
    ),
    # One MIB, that of the first model, for all ECS4210.
    _driver("edgecore_ecs4210", "ECS4210", f"{_EDGECORE}.10.1.42", base=f"{_EDGECORE}.10.1.42.101"),
    _driver("edgecore_ecs2100", "ECS2100", f"{_EDGECORE}.10.1.43", leases=_LEASES),
    _driver(
        "edgecore_ecs4120",
        "ECS4120",
        f"{_EDGECORE}.10.1.45",
        leases=(*_LEASES, _LEASE_OF_PREFIX),
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
        groups=_GROUPS_OF_ES3528MO,
    ),
    _driver(
        "fs_s3900",
        "S3900-24F4S, S3900-24T4S (not S3900-R); seen: S3900-24F4S 1.7.7",
        _FS,
        vendor="FS",
        links=_of_fs(_LINKS),
        transceivers=_of_fs(_TRANSCEIVERS, _S3900),
        macs=_macs(_S3900),
        leases=_of_fs((*_LEASES, _LEASE_OF_PREFIX)),
        groups=_of_fs(_GROUPS),
        shaping=_of_fs(_rates(11, 10, 1)),
        seen={_S3900: ("link", "counters", "transceiver", "macs", "neighbours")},
    ),
)
