"""Fibrolan Falcon.

Seen: Falcon-X/424. Source: FIBROLAN-SFP-MIB 2014-04-01.
"""

from __future__ import annotations

import techinfo.driver as d

_E = "1.3.6.1.4.1.4467"
_FALCON_X = "fibrolan-falcon_falcon-x"
_INFO, _MONITORING = f"{_E}.1000.50.1.1.1", f"{_E}.1000.50.1.2.1"  # flSfp…Entry, by ifIndex
_UNPLUGGED = 2  # flSfpAlarmStatus, bit 1
_MICROWATTS = d.watts(1e-6)
_FIBROLAN = "FIBROLAN-SFP-MIB 2014-04-01"

_FALCON_OPTICS = (
    d.TransceiverTable(
        mib=_FIBROLAN,
        verified_by=(_FALCON_X,),
        rx_power=d.Column(f"{_MONITORING}.1", _MICROWATTS),
        tx_power=d.Column(f"{_MONITORING}.2", _MICROWATTS),
        temperature=d.Column(f"{_MONITORING}.3", d.celsius()),
        bias=d.Column(f"{_MONITORING}.4", d.milliamperes()),
        voltage=d.Column(f"{_MONITORING}.5", d.volts(0.001)),
        present=d.Column(
            f"{_MONITORING}.6",
            d.Convert(
                "flSfpUnplugged", lambda c: False if isinstance(c, int) and c & _UNPLUGGED else None
            ),
        ),
    ),
    d.TransceiverTable(
        mib=_FIBROLAN,
        vendor=d.Column(f"{_INFO}.1", d.text),
        part_number=d.Column(f"{_INFO}.2", d.text),
        serial_number=d.Column(f"{_INFO}.3", d.text),
        diagnostics=d.Column(f"{_INFO}.11", d.one_of({1: True, 2: False}, "ddmSupported(1)")),
    ),
)

DRIVER = d.Driver(
    name="fibrolan_falcon",
    vendor="Fibrolan",
    series="Falcon; seen: Falcon-X/424",
    sys_object_ids=(_E,),
    hardware=d.Hardware(model=(d.FromDescr(r"^(\S+)"),)),
    transceivers=(*_FALCON_OPTICS, *d.standard.TRANSCEIVERS),
    verified_by={_FALCON_X: ("link", "counters", "transceiver", "macs")},
)
