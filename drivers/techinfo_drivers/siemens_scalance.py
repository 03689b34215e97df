"""Siemens SCALANCE X.

None recorded here. Source: SN-MSPS-SCX200-MIB.
"""

from __future__ import annotations

import techinfo.driver as d

_SIEMENS = "1.3.6.1.4.1.4329"
_SCALANCE = f"{_SIEMENS}.20.1.1.1.1.46.10.1"  # snMspsSfpEntry, by ifIndex

_SCALANCE_OPTICS = d.TransceiverTable(
    mib="SN-MSPS-SCX200-MIB",
    row=d.measured("voltage"),  # an empty slot has no supply, whatever zeros stand beside it
    voltage=d.Column(f"{_SCALANCE}.13", d.volts(0.01)),
    bias=d.Column(f"{_SCALANCE}.16", d.milliamperes(0.01)),
    rx_power=d.Column(f"{_SCALANCE}.32", d.dbm(0.1)),
    tx_power=d.Column(f"{_SCALANCE}.35", d.dbm(0.1)),
)

DRIVER = d.Driver(
    name="siemens_scalance",
    vendor="Siemens",
    series="SCALANCE X; none recorded here",
    sys_object_ids=(_SIEMENS,),
    hardware=d.Hardware(model=(d.FromDescr(r"(SCALANCE [^,]+)"),)),
    transceivers=(_SCALANCE_OPTICS, *d.standard.TRANSCEIVERS),
    notes=("Light is from the MIB text alone; the temperature of a module is not told.",),
)
