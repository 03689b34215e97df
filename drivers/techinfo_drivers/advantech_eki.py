"""Advantech EKI-7000.

None recorded here. Source: ADVANTECH-EKI-PRONEER-MIB.
"""

from __future__ import annotations

import techinfo.driver as d

_ADVANTECH = "1.3.6.1.4.1.10297"
_EKI = f"{_ADVANTECH}.202.7000.2.5.2.1"  # the DMI table of the EKI series, by slot
_EKI_OPTICS = d.TransceiverTable(
    mib="ADVANTECH-EKI-PRONEER-MIB",
    port=d.PortKey(source=d.Column(f"{_EKI}.1", d.integer), name=".+"),  # sfpPortIndex
    temperature=d.Column(f"{_EKI}.2", d.celsius()),
    voltage=d.Column(f"{_EKI}.3", d.volts()),
    bias=d.Column(f"{_EKI}.4", d.milliamperes()),
    tx_power=d.Column(f"{_EKI}.5", d.dbm()),
    rx_power=d.Column(f"{_EKI}.6", d.dbm()),
)

DRIVER = d.Driver(
    name="advantech_eki",
    vendor="Advantech",
    series="EKI-7000; none recorded here",
    sys_object_ids=(_ADVANTECH,),
    hardware=d.Hardware(),
    transceivers=(_EKI_OPTICS, *d.standard.TRANSCEIVERS),
    notes=("Light is from a public definition alone; a slot is told where it names its port.",),
)
