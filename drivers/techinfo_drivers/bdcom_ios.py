"""BDCOM switches and OLTs: S25xx to S56xx, P33xx and P36xx (EPON), GP3600 (GPON), and those for FS.

Seen: GP3600-16B 74104 (recording bdcom), S5612 (recording bdcom-s5612): ports and MAC addresses;
FS IES5100-16TS 117934 (recording fs-bdcom_ies5100-16ts) with live optics. What BDCOM makes for FS
has its tables of light and leases below FS's number.
Source: NMS-IF-MIB 2005-09-07, NMS-DHCP-SNOOPING-MIB, NMS-GPON-MIB, NMS-EPON-ONU.MIB,
NMS-EPON-OLT-PON-EXT. An ONU is an interface of its own: ``GPON0/2:1``.
"""

from __future__ import annotations

import re
from dataclasses import replace

import techinfo.driver as d

_BDCOM = "1.3.6.1.4.1.3320"
_FS = "1.3.6.1.4.1.52642"
_IES = "fs-bdcom_ies5100-16ts"
_SFP = ".9.63.1.7.1"  # ifSfpParameterEntry, by ifIndex
_BINDINGS = ".2.233.2.1"  # nmsBindingsEntry
_GPON_PON = f"{_BDCOM}.10.2"
_GPON_ONU = f"{_BDCOM}.10.3"
_EPON_ONU = f"{_BDCOM}.101.10"
_IF_DESCR, _OPER_STATUS = d.standard.IF_DESCR, "1.3.6.1.2.1.2.2.1.8"
_ONU_NAME = re.compile(r"([EGX]*PON\d+(?:/\d+)+):(\d{1,4})", re.IGNORECASE)
_NONE = {-65535: None, 0: None}  # of a cage without module, or without diagnostics


def _part_of_name(group: int) -> d.Convert[str]:
    def call(cell: d.Cell) -> str | None:
        found = _ONU_NAME.fullmatch(d.text(cell) or "")
        return found[group] if found else None

    return d.Convert("PON port in the name of an ONU" if group == 1 else "ONU in its name", call)


def _number(cell: d.Cell) -> int | None:
    word = _part_of_name(2)(cell)
    return int(word) if word else None


def _lane(number: int, rx: int, tx: int, bias: int) -> d.TransceiverTable:
    """The columns of one lane; all pluggables have the first."""
    return d.TransceiverTable(
        mib="NMS-IF-MIB 2005-09-07",
        lane=d.lane(number),
        tx_power=d.Column(f"{_SFP}.{tx}", d.dbm(0.01, _NONE)),
        rx_power=d.Column(f"{_SFP}.{rx}", d.dbm(0.01, _NONE)),
        bias=d.Column(f"{_SFP}.{bias}", d.milliamperes(0.002)),
    )


_PLUGGABLES = (
    d.TransceiverTable(
        mib="NMS-IF-MIB 2005-09-07",
        temperature=d.Column(f"{_SFP}.4", d.celsius(1 / 256)),
        voltage=d.Column(f"{_SFP}.5", d.volts(0.0001)),
        vendor=d.Column(f"{_SFP}.7", d.text),
        present=d.Column(f"{_SFP}.20", d.one_of({1: True, 2: False}, "SFP is present(1)")),
        rx_lost=d.Column(f"{_SFP}.21", d.one_of({1: False, 2: True}, "sfpLostStatus is lost(2)")),
        serial_number=d.Column(f"{_SFP}.23", d.text),
        part_number=d.Column(f"{_SFP}.44", d.text),
    ),
    _lane(1, rx=3, tx=2, bias=6),
    _lane(2, rx=9, tx=8, bias=10),
    _lane(3, rx=12, tx=11, bias=13),
    _lane(4, rx=15, tx=14, bias=16),
)
_LEASES = d.LeaseTable(
    mib="NMS-DHCP-SNOOPING-MIB",
    address=d.index_octets(-4, 4, d.ipv4),
    mac=d.Column(f"{_BINDINGS}.2", d.mac),
    vlan=d.Column(f"{_BINDINGS}.3", d.vlan),
    port=d.PortKey(source=d.Column(f"{_BINDINGS}.4", d.integer)),
    lease_time=d.Column(f"{_BINDINGS}.5", d.integer),
    enabled=d.Valid("1.3.6.1.4.1.3320.2.233.1.0", frozenset({1})),  # dhcpSnoopingStatus
)

_PON_OF_ONU = d.PortKey(d.PortBy.NAME, d.Column(_IF_DESCR, _part_of_name(1)))
_ONT_ID = d.Column(_IF_DESCR, d.Convert("ONU in its name", _number))
_TENTHS = d.dbm(0.1, {0: None, -65535: None})
_CAUSES = {
    1: "dying-gasp",
    2: "laser-always-on",
    3: "deactivated",
    4: "omcc-down",
    6: "los",
    7: "lcdg",
    8: "wire-down",
    9: "omci-mismatch",
    10: "password-mismatch",
    11: "reboot",
    12: "ranging-failed",
}

_BDCOM_IOS = d.Driver(
    name="bdcom_ios",
    vendor="BDCOM",
    series="S25xx to S56xx, P33xx, P36xx, GP3600; seen: GP3600-16B, S5612 (no optics)",
    sys_object_ids=(f"{_BDCOM}.1",),
    bases={f"{_BDCOM}.1": _BDCOM},
    hardware=d.Hardware(
        mib="recording bdcom",
        model=(d.FromDescr(r"BDCOM\(tm\) (\S+) Software"),),
        firmware=(d.FromDescr(r"Software, Version (\S+)"),),
        serial_number=(d.FromDescr(r"Serial num:(\w+)"),),
        mac=d.standard.HARDWARE.mac,
    ),
    transceivers=(
        *_PLUGGABLES,
        d.TransceiverTable(
            mib="NMS-EPON-OLT-PON-EXT",
            tx_power=d.Column(f"{_BDCOM}.101.107.1.3", _TENTHS),
        ),
        d.TransceiverTable(
            mib="NMS-GPON-MIB",
            tx_power=d.Column(f"{_GPON_PON}.2.1.5", _TENTHS),
        ),
    ),
    leases=(_LEASES,),
    onts=(
        d.OntTable(
            mib="IF-MIB 2000-06-14; recording bdcom",
            verified_by=("bdcom",),
            port=_PON_OF_ONU,
            ont_id=_ONT_ID,
            up=d.Column(_OPER_STATUS, d.standard.up),
        ),
        d.OntTable(
            mib="NMS-GPON-MIB",
            port=_PON_OF_ONU,
            ont_id=_ONT_ID,
            serial_number=d.Column(f"{_GPON_ONU}.3.1.2", d.ont_serial),
            # Tenths of a metre, by three public scripts; the MIB has no unit.
            distance=d.Column(
                f"{_GPON_ONU}.1.1.33",
                d.Convert("m x 0.1", lambda c: c // 10 if isinstance(c, int) and c > 0 else None),
            ),
            last_down_cause=d.Column(
                f"{_GPON_ONU}.1.1.35", d.one_of(_CAUSES, "reason for deactivation")
            ),
        ),
        d.OntTable(
            mib="NMS-EPON-ONU.MIB",
            port=_PON_OF_ONU,
            ont_id=_ONT_ID,
            serial_number=d.Column(f"{_EPON_ONU}.1.1.3", d.mac),
            distance=d.Column(f"{_EPON_ONU}.1.1.27", d.integer),
        ),
    ),
    ont_light=(
        d.OntLightTable(
            mib="NMS-GPON-MIB",
            rx_power=d.Column(f"{_GPON_ONU}.4.1.2", _TENTHS),
            tx_power=d.Column(f"{_GPON_ONU}.4.1.3", _TENTHS),
            olt_rx=d.Column(f"{_GPON_PON}.3.1.3", _TENTHS),
        ),
        d.OntUniTable(
            mib="NMS-GPON-MIB",
            uni=d.index_at(1, d.integer),
            up=d.Column(
                f"{_BDCOM}.10.4.1.1.4", d.one_of({1: True, 2: False}, "state is enable(1)")
            ),
        ),
        d.OntLightTable(
            mib="NMS-EPON-ONU.MIB",
            temperature=d.Column(f"{_EPON_ONU}.5.1.2", d.celsius(1 / 256)),
            voltage=d.Column(f"{_EPON_ONU}.5.1.3", d.volts(0.0001)),
            rx_power=d.Column(f"{_EPON_ONU}.5.1.5", _TENTHS),
            tx_power=d.Column(f"{_EPON_ONU}.5.1.6", _TENTHS),
            olt_rx=d.Column(f"{_BDCOM}.101.108.1.3", _TENTHS),
        ),
    ),
    limits=d.SnmpLimits(unordered=True),  # field note A3
    verified_by={"bdcom": ("link", "counters", "macs", "onts", "vlans")},
    notes=(
        "Light and leases are from the MIB texts; no recording shows them on a BDCOM, one does on"
        " what BDCOM makes for FS.",
    ),
)
_FS_BDCOM = d.Driver(
    name="fs_bdcom",
    vendor="FS",
    series="S3400, S3900-R, IES5100 (made by BDCOM); seen: IES5100-16TS 117934",
    sys_object_ids=(f"{_FS}.1",),
    bases={f"{_FS}.1": _FS},
    hardware=d.Hardware(
        model=(d.FromDescr(r"\n(\S+) Series Software"),),
        firmware=(d.FromDescr(r"Series Software, Version ([^\s,]+)"),),
    ),
    transceivers=(
        *(replace(table, verified_by=(_IES,)) for table in _PLUGGABLES[:2]),
        *_PLUGGABLES[2:],
    ),
    leases=(_LEASES,),
    verified_by={_IES: ("link", "transceiver")},
    notes=("Leases are from the MIB text alone, and lanes beside the first.",),
)
DRIVERS = (_BDCOM_IOS, _FS_BDCOM)
