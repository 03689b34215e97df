"""Zyxel Ethernet switches with ZyNOS, old and new tree.

New models have their tables under 1.3.6.1.4.1.890.1.15.3 and a sysObjectID that says no more than
Zyxel; old ones have everything under their own 1.3.6.1.4.1.890.1.5.8.<model>.
Seen: XGS4600-32F stack 4.70 (recording zynos), MGS-3712 (zynos_mgs3712).
Source: ZYXEL-TRANSCEIVER-MIB, -IPSG-MIB, -IGMP-SNOOPING-MIB, -RATE-LIMIT-MIB 2012-07-01,
ZYXEL-MGS3712-MIB, -GS2200-24-MIB, -GS4012F-MIB 2004-11-03.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import techinfo.driver as d

_ZYXEL = "1.3.6.1.4.1.890.1"
_NEW, _OLD = f"{_ZYXEL}.15.3", f"{_ZYXEL}.5.8"
_MODEL = f"{_NEW}.1.11.0"
_ON = frozenset({1})  # EnabledStatus


def _level(zero: d.Dark | None) -> d.Convert[d.Power]:
    """Hundredths of a dBm; nothing above 10 dBm, where some software gives linear power.

    A dark module is -4000 or, where its raw level is zero, 0: in `zynos` the six ports with 0
    beside a temperature and a supply have no link, and no port with a link has 0 (O2).
    """
    hundredths = d.dbm(0.01, special={0: zero})

    def call(cell: d.Cell) -> d.Power | None:
        level = hundredths(cell)
        return None if isinstance(level, float) and level > 10 else level

    return d.Convert("dBm x 0.01, up to 10", call)


def _described(cell: d.Cell) -> bool | None:
    """A row that describes itself is read by its word, also where that is N/A (empty cage)."""
    return False if isinstance(cell, bytes) and d.decode_text(cell) else None


def _valid_unless_told(row: d.Row) -> d.Row:
    return {**row, "valid": row.get("valid", True)}


def _cage(row: d.Row) -> d.Row:
    """nonoperational(3) is an empty cage, unless a module tells its name."""
    named = any(n in row for n in ("vendor", "part_number", "serial_number"))
    return {n: v for n, v in row.items() if n != "present" or v or not named}


def _release(cell: d.Cell) -> str | None:
    """``V4.70(ABBI.2) | 12/17/2021`` is version and date."""
    return (d.text(cell) or "").partition("|")[0].strip() or None


_TEMPERATURE = d.Quantity("temperature", d.celsius(0.01))
_VOLTAGE = d.Quantity("voltage", d.volts(0.01))
_BIAS = d.Quantity("bias", d.milliamperes(0.01))
_TX, _RX = (d.Quantity(n, _level(d.Dark.NO_LIGHT)) for n in ("tx_power", "rx_power"))
_WORDS: Mapping[int | str, d.Quantity] = {
    "temp": _TEMPERATURE,
    "volt": _VOLTAGE,
    "bias": _BIAS,
    "txpower": _TX,
    "tx power": _TX,
    "rxpower": _RX,
    "rx power": _RX,
}
# In the order of SFF-8472; so they are in `zynos`, where each row says its word. Without words
# nothing tells an empty cage, which is all zeros, from a dark module.
_NUMBERS: Mapping[int | str, d.Quantity] = {
    1: _TEMPERATURE,
    2: _VOLTAGE,
    3: _BIAS,
    4: d.Quantity("tx_power", _level(None)),
    5: d.Quantity("rx_power", _level(None)),
}
_READINGS = d.PortKey(d.PortBy.BRIDGE_PORT, trailing=tuple((n,) for n in range(1, 6)))


def _optics(
    mib: str, ddmi: tuple[str, str], serial: tuple[str, str, str, str], **proven: tuple[str, ...]
) -> tuple[d.Optics, ...]:
    """Readings by their description, else by their type; module and cage.

    Args:
        mib: Module and revision.
        ddmi: Columns with value and description.
        serial: Columns with type of module, vendor, part number, serial number.
        proven: Recordings that prove ``words``, ``numbers``.
    """
    value, description = ddmi
    return (
        d.QuantityTable(
            mib=mib,
            proven=proven.get("words", ()),
            port=_READINGS,
            value=value,
            kind=d.Column(description, d.text),
            kinds=_WORDS,
        ),
        d.QuantityTable(
            mib=mib,
            proven=proven.get("numbers", ()),
            port=_READINGS,
            value=value,
            kind=d.index_at(1, d.integer),
            kinds=_NUMBERS,
            valid=d.Column(description, d.Convert("no description", _described)),
            row=_valid_unless_told,
        ),
        d.TransceiverTable(
            mib=mib,
            port=d.BRIDGE_PORT,
            present=d.Column(
                serial[0], d.one_of({1: True, 2: True, 3: False}, "not nonoperational(3)")
            ),
            diagnostics=d.Column(serial[0], d.one_of({1: True, 2: False}, "okWithDdm(1)")),
            vendor=d.Column(serial[1], d.text),
            part_number=d.Column(serial[2], d.text),
            serial_number=d.Column(serial[3], d.text),
            row=_cage,
        ),
    )


_MACS = (
    # FdbId is the VLAN: zynos says so in dot1qVlanFdbId; zynos_mgs3712 has no such column, but
    # FdbIds that are its VLANs. Between VLAN and MAC GS1900 has one part more (F7).
    replace(d.standard.FDB_IS_VLAN, proven=("zynos", "zynos_mgs3712")),
    d.standard.BRIDGE_MACS,
)
_IPSG, _RECORD, _GROUP = f"{_NEW}.33.2.2.1", f"{_NEW}.31.2.1.1", f"{_NEW}.31.2.7.1.1"
_NEW_LEASES = (
    d.LeaseTable(
        mib="ZYXEL-IPSG-MIB 2012-07-01",
        address=d.index_octets(0, 4, d.ipv4),  # zyIpsgInfo: IpAddress, Vid, MacAddress
        vlan=d.index_at(4, d.vlan),
        mac=d.index_octets(-6, 6, d.mac),
        remaining=d.Column(f"{_IPSG}.4", d.integer),
        counts=d.Column(f"{_IPSG}.5", d.is_one_of(frozenset({2}), "zyIpsgInfoType is dhcp(2)")),
        port=d.PortKey(d.PortBy.BRIDGE_PORT, d.Column(f"{_IPSG}.6", d.integer)),
    ),
)
_GROUPS = (
    d.GroupTable(
        mib="ZYXEL-IGMP-SNOOPING-MIB 2012-07-01",
        address=d.index_octets(2, 4, d.ipv4),  # zyIgmpSnoopingRecord: Vid, Port, Group
        vlan=d.index_at(0, d.vlan),
        port=d.PortKey(d.PortBy.BRIDGE_PORT, position=1),
        # The unit of its up-time is not stated; the time-out is asked to find the rows.
        counts=d.Column(f"{_RECORD}.5", d.Convert("a record", lambda c: isinstance(c, int))),
    ),
    d.GroupTable(
        mib="ZYXEL-IGMP-SNOOPING-MIB 2012-07-01",
        address=d.index_octets(1, 4, d.ipv4),  # zyIgmpSnoopingGroup: Vid, IpAddress
        vlan=d.index_at(0, d.vlan),
        port=d.PortKey(d.PortBy.BRIDGE_PORT_BITMAP, d.Column(f"{_GROUP}.4", d.octets)),
    ),
)


def _egress(mib: str, pir: d.Column[int]) -> d.ShapingTable:
    """The limit to the customer; all rate limit tables have a row for each bridge port."""
    return d.ShapingTable(mib=mib, port=d.BRIDGE_PORT, pir=pir, row=d.egress)


def _ingress(mib: str, pir: d.Column[int], cir: d.Column[int] | None = None) -> d.ShapingTable:
    """The limit from the customer, peak and committed."""
    return d.ShapingTable(mib=mib, port=d.BRIDGE_PORT, cir=cir, pir=pir, row=d.ingress)


def _enabled(entry: str, rate: int, state: int, scale: float = 1, all_: str = "") -> d.Column[int]:
    """A rate that counts while its state is enabled, and that of the whole switch if there is."""
    told = d.ByScalar(all_, {1: d.kilobits(scale)}) if all_ else d.kilobits(scale)
    return d.Column(f"{entry}.{rate}", told, d.Valid(f"{entry}.{state}", _ON))


_RATE_MIB, _NEW_RATE = "ZYXEL-RATE-LIMIT-MIB 2012-07-01", f"{_NEW}.72.1.2.1"
_NEW_STATE = f"{_NEW}.72.1.1.0"  # zyRateLimitState
_NEW_RATES = (
    _egress(_RATE_MIB, pir=_enabled(_NEW_RATE, 6, 5, all_=_NEW_STATE)),  # Egress
    _ingress(
        _RATE_MIB,
        cir=_enabled(_NEW_RATE, 2, 1, all_=_NEW_STATE),  # Commit
        pir=_enabled(_NEW_RATE, 4, 3, all_=_NEW_STATE),  # Peak
    ),
)
_SERIAL = f"{_NEW}.84.1.1.1"  # zyxelTransceiverSerialEntry
_DDMI = f"{_NEW}.84.1.2.1"  # zyxelTransceiverDdmiEntry
_DESCR = d.FromDescr(r"^(?:ZyXEL )?([A-Z]+-?\d\S*)")
_NOTES = (
    "Leases, groups and rates are from the MIB texts alone.",
    "Rate limits: queue says the direction, in is from the customer.",
)
_COMMON: dict[str, Any] = {
    "vendor": "Zyxel",
    "macs": _MACS,
    "limits": d.SnmpLimits(unordered=True),
}
_NEW_TREE: dict[str, Any] = {
    **_COMMON,
    "hardware": d.Hardware(
        mib="recording zynos",
        model=(d.Column(_MODEL, d.text), _DESCR),
        firmware=(d.Column(f"{_NEW}.1.6.0", d.Convert("version before the date", _release)),),
        serial_number=(d.Column(f"{_NEW}.1.12.0", d.text),),
        mac=d.standard.HARDWARE.mac,
    ),
    "transceivers": _optics(
        "ZYXEL-TRANSCEIVER-MIB 2012-07-01",
        (f"{_DDMI}.6", f"{_DDMI}.7"),
        (f"{_SERIAL}.1", f"{_SERIAL}.2", f"{_SERIAL}.3", f"{_SERIAL}.4"),
        words=("zynos",),
    ),
    "leases": _NEW_LEASES,
    "groups": _GROUPS,
    "shaping": _NEW_RATES,
    "notes": _NOTES,
}


def _old(model: int, mib: str, **told: Any) -> dict[str, Any]:
    """An old model: serial number and DHCP snooping under its own branch."""
    root, bindings = f"{_OLD}.{model}", f"{_OLD}.{model}.100.3.1"  # dhcpSnpBindEntry
    return {
        **_COMMON,
        "sys_object_ids": (root,),
        "hardware": d.Hardware(
            mib=mib,
            model=(_DESCR,),
            serial_number=(d.Column(f"{root}.1.10.0", d.text),),  # sysSerialNumber
            mac=d.standard.HARDWARE.mac,
        ),
        "leases": (
            d.LeaseTable(
                mib=mib,
                address=d.Column(f"{bindings}.3", d.ipv4),
                mac=d.index_octets(-7, 6, d.mac),
                vlan=d.index_at(-1, d.vlan),
                remaining=d.Column(f"{bindings}.4", d.integer),
                counts=d.Column(f"{bindings}.5", d.is_one_of(frozenset({2}), "Type is dynamic(2)")),
                port=d.PortKey(d.PortBy.BRIDGE_PORT, d.Column(f"{bindings}.6", d.integer)),
            ),
        ),
        "notes": _NOTES,
        **told,
    }


def _old_optics(model: int, mib: str, **proven: tuple[str, ...]) -> tuple[d.Optics, ...]:
    """Tables transceiverDdmInfo and transceiverSerialInfo."""
    ddm, serial = f"{_OLD}.{model}.117.2.1", f"{_OLD}.{model}.117.1.1"
    columns = (f"{serial}.2", f"{serial}.3", f"{serial}.4", f"{serial}.5")
    return _optics(mib, (f"{ddm}.7", f"{ddm}.8"), columns, **proven)


_MGS3712, _GS2200, _GS4012F = f"{_OLD}.47.2.2.1", f"{_OLD}.55.2.2.1", f"{_OLD}.20.2.2.1"
_MGS3712_MIB = "ZYXEL-MGS3712-MIB 2004-11-03"
_GS2200_MIB = "ZYXEL-GS2200-24-MIB 2004-11-03"
_GS4012F_MIB = "ZYXEL-GS4012F-MIB 2004-11-03"
_GS4012F_STATE = f"{_OLD}.20.2.1.0"  # rateLimitState

DRIVERS = (
    d.Driver(
        name="zyxel_zynos",
        series="GS, XGS, XS, XMG, MES, MGS, ES with the tree 890.1.15.3; seen: XGS4600-32F 4.70",
        sys_object_ids=(f"{_ZYXEL}.15", f"{_ZYXEL}.5"),
        when=(d.DescrMatches(r"^(?:ZyXEL[ _-]*)?(?:ES|GS|GES|MES|MGS|XS|XMG|XMS|XGS)-?\d"),),
        seen={"zynos": ("link", "counters", "transceiver", "macs", "neighbours")},
        **_NEW_TREE,
    ),
    d.Driver(
        name="zyxel_zynos_new_tree",
        series="old models whose software has the new tree",
        sys_object_ids=(_OLD,),
        when=(d.Answers(_MODEL),),
        **_NEW_TREE,
    ),
    d.Driver(
        name="zyxel_zynos_old_tree",
        series="old models whose own tree nobody has taught us",
        sys_object_ids=(_OLD,),
        hardware=d.Hardware(model=(_DESCR,), mac=d.standard.HARDWARE.mac),
        **_COMMON,
    ),
    d.Driver(
        name="zyxel_mgs3712",
        series="MGS-3712 and MGS-3712F",
        transceivers=_old_optics(47, _MGS3712_MIB, numbers=("zynos_mgs3712",)),
        shaping=(
            _egress(_MGS3712_MIB, pir=_enabled(_MGS3712, 3, 6)),  # Egr
            _ingress(
                _MGS3712_MIB, _enabled(_MGS3712, 2, 5), _enabled(_MGS3712, 4, 7)
            ),  # Peak, Commit
        ),
        seen={"zynos_mgs3712": ("link", "counters", "transceiver", "macs", "neighbours")},
        **_old(47, _MGS3712_MIB),
    ),
    d.Driver(
        name="zyxel_gs2200",
        series="GS2200-24",
        transceivers=_old_optics(55, _GS2200_MIB),
        shaping=(
            _egress(_GS2200_MIB, pir=_enabled(_GS2200, 3, 6)),  # Egr
            _ingress(_GS2200_MIB, pir=_enabled(_GS2200, 2, 5)),  # Ing
        ),
        **_old(55, _GS2200_MIB),
    ),
    d.Driver(
        name="zyxel_gs4012f",
        series="GS-4012F; its MIB has no optics",
        transceivers=(),
        shaping=(
            # Egr is in Mbit/s on this model, in kbit/s on the others.
            _egress(_GS4012F_MIB, pir=_enabled(_GS4012F, 4, 6, 1000, _GS4012F_STATE)),
            _ingress(
                _GS4012F_MIB,
                cir=_enabled(_GS4012F, 2, 7, all_=_GS4012F_STATE),  # Commit
                pir=_enabled(_GS4012F, 3, 5, all_=_GS4012F_STATE),  # Peak
            ),
        ),
        **_old(20, _GS4012F_MIB),
    ),
)
