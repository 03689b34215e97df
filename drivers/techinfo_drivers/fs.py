"""FS switches that BDCOM, Centec and GBN make.

Seen: IES5100-16TS (BDCOM, software 117934), S2800-24T4F (GBN, V100R001B01). The S3900 that is no
S3900-R is Accton's and stands in `edgecore_ecs`; what Ruijie makes is in `ruijie_os`.
Source: NMS-IF-MIB 2005-09-07, NMS-DHCP-SNOOPING-MIB (BDCOM's, below FS's number); FS-SWITCH-V2-MIB.
"""

from __future__ import annotations

from typing import TypeVar

import techinfo.driver as d

_T = TypeVar("_T")
_E = "1.3.6.1.4.1"
_FS = f"{_E}.52642"

# BDCOM
_SFP = ".9.63.1.7.1"  # ifSfpParameterEntry, by ifIndex
_BOUND = ".2.233.2.1"  # nmsBindingsEntry
_IES = "fs-bdcom_ies5100-16ts"
_NMS_LEVEL = d.dbm(0.01)  # -65535: none
_STEP_2_UA = d.milliamperes(0.002)


def _nms_lane(number: int, tx: int) -> d.TransceiverTable:
    """One lane: transmit, receive and bias; modules with one lane fill the first."""
    first = number == 1
    return d.TransceiverTable(
        mib="NMS-IF-MIB 2005-09-07",
        verified_by=(_IES,) if first else (),
        lane=d.FromIndex(lambda _: number, d.integer, f"lane {number}", 0),
        tx_power=d.Column(f"{_SFP}.{tx}", _NMS_LEVEL),
        rx_power=d.Column(f"{_SFP}.{tx + 1}", _NMS_LEVEL),
        bias=d.Column(f"{_SFP}.{6 if first else tx + 2}", _STEP_2_UA),
    )


_NMS_MODULE = d.TransceiverTable(
    mib="NMS-IF-MIB 2005-09-07",
    verified_by=(_IES,),
    temperature=d.Column(f"{_SFP}.4", d.celsius(1 / 256)),
    voltage=d.Column(f"{_SFP}.5", d.volts(0.0001)),
    vendor=d.Column(f"{_SFP}.7", d.text),
    present=d.Column(f"{_SFP}.20", d.one_of({1: True, 2: False}, "sfpPresentStatus")),
    rx_lost=d.Column(f"{_SFP}.21", d.one_of({1: False, 2: True}, "sfpLostStatus is lost(2)")),
    serial_number=d.Column(f"{_SFP}.23", d.text),
    part_number=d.Column(f"{_SFP}.44", d.text),
)
_NMS_LEASES = d.LeaseTable(
    mib="NMS-DHCP-SNOOPING-MIB",
    port=d.PortKey(source=d.Column(f"{_BOUND}.4", d.integer)),
    address=d.index_octets(-4, 4, d.ipv4),
    mac=d.Column(f"{_BOUND}.2", d.mac),
    vlan=d.Column(f"{_BOUND}.3", d.vlan),
    lease_time=d.Column(f"{_BOUND}.5", d.integer),
)

# Centec
_TRANS = f"{_FS}.1.37.1.10"
_LANE_LEVEL = d.dbm(1, {0: None})  # 0.00 is no reading


def _first(inner: d.Convert[_T]) -> d.Convert[_T]:
    """Temperature and voltage are a module's, written once for each lane."""
    lanes = d.lanes(inner)
    return d.Convert(f"first of {lanes.name}", lambda cell: (lanes(cell) or (None,))[0])


_CENTEC = d.TransceiverTable(
    mib="FS-SWITCH-V2-MIB",
    temperature=d.Column(f"{_TRANS}.2.1.5", _first(d.celsius())),
    voltage=d.Column(f"{_TRANS}.3.1.5", _first(d.volts())),
    lanes_bias=d.Column(f"{_TRANS}.4.1.5", d.lanes(d.milliamperes())),
    lanes_tx=d.Column(f"{_TRANS}.5.1.5", d.lanes(_LANE_LEVEL)),
    lanes_rx=d.Column(f"{_TRANS}.6.1.5", d.lanes(_LANE_LEVEL)),
)


DRIVERS = (
    d.Driver(
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
            _NMS_MODULE,
            *(_nms_lane(number, tx) for number, tx in ((1, 2), (2, 8), (3, 11), (4, 14))),
        ),
        leases=(_NMS_LEASES,),
        verified_by={_IES: ("link", "transceiver")},
        notes=("Leases are from the MIB text alone, and lanes beside the first.",),
    ),
    d.Driver(
        name="fs_centec",
        vendor="FS",
        series="S5800, S5850 (made by Centec); none recorded here",
        sys_object_ids=(f"{_FS}.1.99",),
        hardware=d.Hardware(
            model=(d.FromDescr(r"software \(([\w +-]+)\)"),),
            firmware=(d.FromDescr(r", Version ([\w.]+)"),),
        ),
        transceivers=(_CENTEC,),
        notes=("Light is from the MIB text alone; the names of modules are not told.",),
    ),
    d.Driver(
        name="fs_gbn",
        vendor="FS",
        series="S2800 (made by GBN); seen: S2800-24T4F V100R001B01",
        sys_object_ids=(f"{_E}.13464",),
        hardware=d.Hardware(
            mib="GBNPlatformOAM-MIB; recording fs-gbn_2800",
            model=(
                # productName: ``S2800-24T4F Switch Product``
                d.Column(f"{_E}.13464.1.2.1.1.2.15.0", d.first_word),
            ),
            firmware=(d.Column(f"{_E}.13464.1.2.1.1.2.2.0", d.text),),  # softwareVersion
            serial_number=(d.Column(f"{_E}.13464.1.2.1.1.2.19.0", d.text),),  # prodSerialNo
        ),
        verified_by={"fs-gbn_2800": ("link", "counters", "macs", "vlans")},
        notes=("Only the standard MIBs are read.",),
    ),
)
