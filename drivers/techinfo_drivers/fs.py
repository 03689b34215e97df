"""FS switches that Centec and GBN make.

Seen: S2800-24T4F (GBN, V100R001B01). What BDCOM makes is in `bdcom_ios`, Ruijie's in `ruijie_os`;
the S3900 that is no S3900-R is Accton's and stands in `edgecore_ecs`.
Source: FS-SWITCH-V2-MIB.
"""

from __future__ import annotations

from typing import TypeVar

import techinfo.driver as d

_T = TypeVar("_T")
_E = "1.3.6.1.4.1"
_FS = f"{_E}.52642"

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
