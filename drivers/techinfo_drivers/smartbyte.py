"""SmartByte switches.

None recorded here. Source: NMS-OPTICAL-MIB, by a public definition of its columns and their scales.
"""

from __future__ import annotations

from dataclasses import replace

import techinfo.driver as d

_E = "1.3.6.1.4.1.56166"
_OPTICAL = f"{_E}.1.8.2.1"  # opticalModuleInfoEntry, by ifIndex


def _supplied(row: d.Row) -> d.Row | None:
    """A row whose supply reads nothing has no diagnostics, whatever zeros stand beside it."""
    return row if "voltage" in row else None


DRIVER = d.Driver(
    name="smartbyte",
    vendor="SmartByte",
    series="none recorded here",
    sys_object_ids=(_E,),
    hardware=replace(d.standard.HARDWARE, mib="ENTITY-MIB 2005-08-10"),
    transceivers=(
        d.TransceiverTable(
            mib="NMS-OPTICAL-MIB",
            row=_supplied,
            temperature=d.Column(f"{_OPTICAL}.10", d.celsius()),
            voltage=d.Column(f"{_OPTICAL}.11", d.volts(0.01)),
            bias=d.Column(f"{_OPTICAL}.12", d.milliamperes(0.01)),
            rx_power=d.Column(f"{_OPTICAL}.13", d.dbm(0.01)),
            tx_power=d.Column(f"{_OPTICAL}.14", d.dbm(0.01)),
        ),
        *d.standard.TRANSCEIVERS,
    ),
    notes=("Light is from a public definition alone; names of modules are not told.",),
)
