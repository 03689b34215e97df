"""ZTE ZXR10 switches and routers: 29xx, 52xx, 59xx, 89xx, 99xx.

Seen: ZXR10 9908 V1.01 (recording zte-zrx10), none of whose modules has valid readings.
Source: ZXR10OPTICALMIB, and that recording.
"""

from __future__ import annotations

import techinfo.driver as d

_ZXR10 = "1.3.6.1.4.1.3902.3"
_OPTICS = f"{_ZXR10}.103.11.1.1"  # zxr10OpticalEntry, by ifIndex


def _power(cell: d.Cell) -> d.Power | None:
    """The MIB has no unit for the text: below zero it can be dBm only, else it could be mW."""
    told = d.power_text(cell)
    if told is not None:
        return told
    level = d.dbm()(cell)
    return level if isinstance(level, float) and level < 0 else None


_LEVEL: d.Convert[d.Power] = d.Convert("text with unit, or dBm below zero", _power)


def _valid(column: int) -> d.Valid:
    """Each reading has its Valid column behind it."""
    return d.Valid(f"{_OPTICS}.{column + 1}", frozenset({1}))


DRIVER = d.Driver(
    name="zte_zxr10",
    vendor="ZTE",
    series="ZXR10 29xx, 52xx, 59xx, 89xx, 99xx; seen: 9908 V1.01",
    sys_object_ids=(_ZXR10,),
    hardware=d.Hardware(
        mib="recordings zte-zrx10, zte-zxr10-5250",
        model=(d.FromDescr(r"(?i)ZXR10[ _]?(\d{4}[\w-]*)"),),
        firmware=(d.FromDescr(r"(?i)Version:? +(?:ZXR10 \d{4} )?(V\d[\w.]*)"),),
        mac=d.standard.HARDWARE.mac,
    ),
    transceivers=(
        d.TransceiverTable(
            mib="ZXR10OPTICALMIB",
            verified_by=("zte-zrx10",),
            present=d.Column(f"{_OPTICS}.3", d.one_of({0: False, 1: True}, "online(1)")),
            rx_power=d.Column(f"{_OPTICS}.18", _LEVEL, _valid(18)),
            tx_power=d.Column(f"{_OPTICS}.20", _LEVEL, _valid(20)),
            bias=d.Column(f"{_OPTICS}.22", d.milliamperes(), _valid(22)),
            temperature=d.Column(f"{_OPTICS}.24", d.celsius(), _valid(24)),
            voltage=d.Column(f"{_OPTICS}.26", d.volts(), _valid(26)),
            vendor=d.Column(f"{_OPTICS}.30", d.text),
            part_number=d.Column(f"{_OPTICS}.31", d.text),
            serial_number=d.Column(f"{_OPTICS}.33", d.text),
        ),
    ),
    verified_by={"zte-zrx10": ("link", "counters", "transceiver", "vlans")},
    notes=("Light is from the MIB text alone, which has no unit: told only where it is certain.",),
)
