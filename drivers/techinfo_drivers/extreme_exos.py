"""Extreme EXOS and Switch Engine.

None recorded here.
Source: EXTREME-FDB-MIB 2009-03-17, EXTREME-VLAN-MIB, EXTREME-PORT-MIB 2019-03-21.
"""

from __future__ import annotations

import techinfo.driver as d

_EXOS = "1.3.6.1.4.1.1916"
_EXOS_FDB = f"{_EXOS}.1.16.4.1"  # extremeFdbMacExosFdbEntry: MAC, ifIndex of the VLAN
_RATE = f"{_EXOS}.1.4.9.1"  # extremePortEgressRateLimitEntry

_EXOS_MACS = d.MacTable(
    mib="EXTREME-FDB-MIB 2009-03-17",
    port=d.PortKey(source=d.Column(f"{_EXOS_FDB}.3", d.integer)),
    mac=d.index_octets(0, 6, d.mac),
    fdb_id=d.index_at(6, d.integer),
    learnt=d.Column(f"{_EXOS_FDB}.4", d.standard.learnt),
    managed=d.Column(f"{_EXOS_FDB}.4", d.standard.managed),
)
_EXOS_VLANS = d.FdbVlans(mib="EXTREME-VLAN-MIB", tag=d.Column(f"{_EXOS}.1.2.1.2.1.10", d.integer))


def _egress(unit: int, scale: float) -> d.ShapingTable:
    """A limit in kbit/s(2) or Mbit/s(3); one in percent(1) is left out."""
    return d.ShapingTable(
        mib="EXTREME-PORT-MIB 2019-03-21",
        row=d.egress,
        pir=d.Column(f"{_RATE}.2", d.kilobits(scale), d.Valid(f"{_RATE}.1", frozenset({unit}))),
    )


DRIVER = d.Driver(
    name="extreme_exos",
    vendor="Extreme",
    series="EXOS and Switch Engine; none recorded here",
    sys_object_ids=(_EXOS,),
    hardware=d.Hardware(
        model=(d.FromDescr(r"\(([^)]+)\) version"), *d.standard.HARDWARE.model),
        firmware=(d.FromDescr(r"version (\S+)"),),
        serial_number=d.standard.HARDWARE.serial_number,
    ),
    macs=(_EXOS_MACS, *d.standard.MACS),
    fdb_vlans=(_EXOS_VLANS,),
    shaping=(_egress(2, 1), _egress(3, 1000)),
    notes=("MAC addresses and rates are from the MIB texts; rates in percent are left out.",),
)
