"""Extreme VOSS (Fabric Engine), and ERS with BOSS, which were Nortel's and Avaya's.

Seen: VSP-7432CQ with VOSS 8.0.5.0, ERS 3510GT with BOSS 5.3.9.011; neither shows a module.
Source: RAPID-CITY. Its text has light in microwatts and 1/256 of a degree; public notes on a 5520
with Fabric Engine 9.3, checked at its command line, have 0.001 dBm and 0.0001 of a degree.
"""

from __future__ import annotations

from dataclasses import replace

import techinfo.driver as d

_E = "1.3.6.1.4.1"
_PLUG = f"{_E}.2272.1.71.1.1"  # rcPlugOptModEntry, by ifIndex
_SYS_VERSION = f"{_E}.2272.1.1.7.0"  # rcSysVersion
_LEAST_HOT, _MOST_SFF = 50_000, 25_600  # 5 degC in the one unit, 100 degC in the other


def _level(cell: d.Cell) -> d.Power | None:
    """Thousandths of a dBm below zero. Above it may be microwatts, and nobody can tell: none."""
    if not isinstance(cell, int) or cell >= 0:
        return None
    return d.Dark.NO_LIGHT if cell <= -40_000 else d.Dbm(cell / 1000)


def _degrees(cell: d.Cell) -> d.Celsius | None:
    """Ten-thousandths of a degree, or 1/256 of one; what could be either is none."""
    if not isinstance(cell, int):
        return None
    scale = 0.0001 if cell >= _LEAST_HOT else 1 / 256 if cell <= _MOST_SFF else 0
    return d.celsius(scale)(cell) if scale else None


_VOSS_OPTICS = d.TransceiverTable(
    mib="RAPID-CITY",
    vendor=d.Column(f"{_PLUG}.6", d.text),
    part_number=d.Column(f"{_PLUG}.7", d.text),
    serial_number=d.Column(f"{_PLUG}.9", d.text),
    diagnostics=d.Column(f"{_PLUG}.13", d.one_of({1: True, 2: False}, "SupportsDDM is true(1)")),
    temperature=d.Column(f"{_PLUG}.17", d.Convert("C x 0.0001 or 1/256", _degrees)),
    bias=d.Column(f"{_PLUG}.27", d.milliamperes(0.0001)),
    tx_power=d.Column(f"{_PLUG}.32", d.Convert("dBm x 0.001, below 0", _level)),
    rx_power=d.Column(f"{_PLUG}.37", d.Convert("dBm x 0.001, below 0", _level)),
)

DRIVERS = (
    d.Driver(
        name="extreme_voss",
        vendor="Extreme",
        series="VSP with VOSS, Fabric Engine; seen: VSP-7432CQ 8.0.5.0",
        sys_object_ids=(f"{_E}.1916.2", f"{_E}.2272"),
        when=(d.DescrMatches(r"VSP|VOSS|Fabric ?Engine|^XA1|ERS-?8"),),
        hardware=replace(
            d.standard.HARDWARE,
            model=(d.FromDescr(r"^(\S+) \("), *d.standard.HARDWARE.model),
            firmware=(d.FromDescr(r"\((\d[\d.]+)\)"), d.Column(_SYS_VERSION, d.text)),
        ),
        transceivers=(_VOSS_OPTICS, *d.standard.TRANSCEIVERS),
        verified_by={"voss_7432cq": ("link", "counters", "macs", "neighbours")},
        notes=(
            "Light of 0 dBm and more is left out: it could as well be microwatts.",
            "Light is from the MIB and a note on one switch; nothing here has shown it.",
        ),
    ),
    d.Driver(
        name="extreme_ers",
        vendor="Extreme",
        series="ERS with BOSS (Nortel, Avaya); seen: ERS 3510GT 5.3.9.011",
        sys_object_ids=(f"{_E}.45.3",),
        hardware=replace(
            d.standard.HARDWARE,
            model=(d.FromDescr(r"^(.*?)\s+HW:"), *d.standard.HARDWARE.model),
            firmware=(d.FromDescr(r"SW:v?(\S+)"),),
        ),
        verified_by={"boss_ers3510": ("link", "counters", "macs", "neighbours")},
        notes=("Only the standard MIBs are read; its light stands in no MIB that is known.",),
    ),
)
