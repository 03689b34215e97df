"""Ruijie switches, under FS's name and under their own: one tree below two numbers.

Seen: FS S5810-48TS-P and S5750-24GT/12SFP, neither with a module. Source: FS-FIBER-MIB 2011-11-28,
whose text is that of RUIJIE-FIBER-MIB, and FS-DHCP-SNOOPING-MIB.
"""

from __future__ import annotations

from typing import Any

import techinfo.driver as d

_E = "1.3.6.1.4.1"
_FIBER = ".105.1.1.1"  # fsFiberEntry, by ifIndex
_BINDING = ".42.1.3.1.1"  # fsSNDhcpBindingsEntry: VLAN, MAC, address type
_LEVEL = d.dbm(0.01)  # -10000: invalid


def _fiber(lane: int | None, rx: int, tx: int, bias: int) -> d.TransceiverTable:
    """The module's own readings, or those of one lane of a QSFP+; the others are invalid or 0."""
    return d.TransceiverTable(
        mib="FS-FIBER-MIB 2011-11-28",
        row=lambda row: row if row.keys() & {"rx_power", "tx_power"} else None,
        lane=d.lane(lane) if lane else None,
        rx_power=d.Column(f"{_FIBER}.{rx}", _LEVEL),
        tx_power=d.Column(f"{_FIBER}.{tx}", _LEVEL),
        bias=d.Column(f"{_FIBER}.{bias}", d.milliamperes(0.001)),
    )


_FIBER_MODULE = d.TransceiverTable(
    mib="FS-FIBER-MIB 2011-11-28",
    diagnostics=d.Column(f"{_FIBER}.15", d.one_of({1: True, 2: False}, "DDM is true(1)")),
    serial_number=d.Column(f"{_FIBER}.16", d.text),
    temperature=d.Column(f"{_FIBER}.17", d.celsius()),
    voltage=d.Column(f"{_FIBER}.19", d.volts(0.001)),
)
_FIBER_LEASES = d.LeaseTable(
    mib="FS-DHCP-SNOOPING-MIB",
    port=d.PortKey(source=d.Column(f"{_BINDING}.5", d.integer)),
    vlan=d.index_at(0, d.vlan),
    mac=d.index_octets(1, 6, d.mac),
    address=d.Column(f"{_BINDING}.4", d.ipv4),
    lease_time=d.Column(f"{_BINDING}.6", d.integer),
)


def _driver(name: str, vendor: str, series: str, claim: str, root: str, **more: Any) -> d.Driver:
    """Switches with one number and the tree that hangs there."""
    return d.Driver(
        name=name,
        vendor=vendor,
        series=series,
        sys_object_ids=(claim,),
        bases={claim: root},
        hardware=d.Hardware(
            model=(d.FromDescr(r"\(([A-Z][\w+-]+)\)"),),
        ),
        transceivers=(
            _FIBER_MODULE,
            _fiber(None, 76, 81, 21),
            *(_fiber(n, 76 + n, 81 + n, 21 + 2 * n) for n in range(1, 5)),
        ),
        leases=(_FIBER_LEASES,),
        notes=("Light and leases are from the MIB texts alone.",),
        **more,
    )


DRIVERS = (
    _driver(
        "fs_ruijie",
        "FS",
        "S5810 and others made by Ruijie; seen: S5810-48TS-P",
        f"{_E}.52642.1.1.10",
        f"{_E}.52642.1.1.10.2",
        verified_by={"fs-switch-dc_s581048tsp": ("link",)},
    ),
    _driver(
        "ruijie_os",
        "Ruijie",
        "RG-S; seen: S5750-24GT/12SFP",
        f"{_E}.4881.1",
        f"{_E}.4881.1.1.10.2",
        verified_by={"ruijie-s5750-24gt12sfp": ("link", "counters", "macs", "vlans")},
    ),
)
