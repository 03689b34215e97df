"""Allied Telesis AlliedWare Plus: x220 to SBx8100, IE series.

Seen: a stack with 5.4.7-2.1 (recording awplus), a device with 5.5.0-2.3 (awplus_sfp).
Source: AT-PLUGGABLE-DIAGNOSTICS-MIB 2015-07-17, and those recordings. AT-DHCPSN-MIB has violations
only, and AT-IGMP-MIB does not say how it numbers ports: neither is read.
"""

from __future__ import annotations

import techinfo.driver as d

_ALLIED = "1.3.6.1.4.1.207"
_DIAGNOSTICS = f"{_ALLIED}.8.4.4.3.28.1"  # one table each, all of them by ifIndex and channel
_LEVEL = d.watts(1e-7)  # 0.0001 mW

_OPTICS = d.TransceiverTable(
    mib="AT-PLUGGABLE-DIAGNOSTICS-MIB 2015-07-17",
    verified_by=("awplus_sfp",),
    port=d.PortKey(trailing=((1,), (2,), (3,), (4,))),
    lane=d.index_at(1, d.integer),
    temperature=d.Column(f"{_DIAGNOSTICS}.1.1.3", d.celsius(0.001)),
    voltage=d.Column(f"{_DIAGNOSTICS}.2.1.3", d.volts(1e-4)),
    bias=d.Column(f"{_DIAGNOSTICS}.3.1.3", d.milliamperes(0.001)),
    tx_power=d.Column(f"{_DIAGNOSTICS}.4.1.3", _LEVEL),
    rx_power=d.Column(f"{_DIAGNOSTICS}.5.1.3", _LEVEL),
)

DRIVER = d.Driver(
    name="allied_awplus",
    vendor="Allied Telesis",
    series="AlliedWare Plus; seen: a stack with 5.4.7, a device with 5.5.0",
    sys_object_ids=(f"{_ALLIED}.1",),
    when=(d.DescrMatches(r"\bAW\+|AlliedWare Plus"),),
    hardware=d.Hardware(
        mib="recordings awplus, awplus_sfp",
        firmware=(d.FromDescr(r"AW\+ v(\S+)"), d.FromDescr(r"Version (\S+)")),
    ),
    transceivers=(_OPTICS,),
    verified_by={
        "awplus": ("link", "counters", "macs", "vlans"),
        "awplus_sfp": ("transceiver",),
    },
    notes=("DHCP snooping and IGMP snooping are in the CLI only.",),
)
