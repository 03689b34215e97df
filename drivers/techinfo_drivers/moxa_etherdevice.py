"""Moxa EDS, IKS and ICS: each has the same tables below the number of its model.

Seen: IKS-6728A and EDS-510E. Source: MOXA-IKS6728A-MIB as its recording has it.
"""

from __future__ import annotations

import techinfo.driver as d

_MOXA = "1.3.6.1.4.1.8691.7"
_IKS = "moxa-etherdevice_iks-6728a"
_FIBER_CHECK = ".1.10.11.1"  # by ifIndex
_MOXA_OPTICS = d.TransceiverTable(
    mib="MOXA-IKS6728A-MIB; recording moxa-etherdevice_iks-6728a",
    verified_by=(_IKS,),
    part_number=d.Column(f"{_FIBER_CHECK}.2", d.text),
    voltage=d.Column(f"{_FIBER_CHECK}.4", d.volts()),
    temperature=d.Column(f"{_FIBER_CHECK}.5", d.celsius()),
    tx_power=d.Column(f"{_FIBER_CHECK}.7", d.dbm()),
    rx_power=d.Column(f"{_FIBER_CHECK}.9", d.dbm()),
    serial_number=d.Column(f"{_FIBER_CHECK}.13", d.text),
)

DRIVER = d.Driver(
    name="moxa_etherdevice",
    vendor="Moxa",
    series="EDS, IKS, ICS; seen: IKS-6728A, EDS-510E",
    sys_object_ids=(_MOXA,),
    bases={_MOXA: f"{_MOXA}.*"},
    hardware=d.Hardware(
        mib="recordings moxa-etherdevice_…",
        model=(d.FromDescr(r"^(\S+)"),),
        firmware=(d.Column(".1.4.0", d.text),),
        serial_number=(d.Column(".1.78.0", d.text),),
    ),
    transceivers=(_MOXA_OPTICS, *d.standard.TRANSCEIVERS),
    verified_by={
        _IKS: ("link", "counters", "transceiver", "macs"),
        "moxa-etherdevice_eds510e": ("link", "counters", "macs"),
    },
)
