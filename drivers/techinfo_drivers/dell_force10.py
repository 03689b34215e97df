"""Dell (Force10) FTOS and DNOS 9: S, Z, C, E and M series; OS10 as far as it has the same tables.

Seen: S4048-ON with 9.9 (recording dnos_s4048).
Source: DELL-NETWORKING-IF-EXTENSION-MIB 2014-08-12, and that recording.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import techinfo.driver as d

_FORCE10 = "1.3.6.1.4.1.6027"
_MODULE = f"{_FORCE10}.3.11.1.3.1.1"  # dellNetIfTransceiverDataEntry
_ETHERNET = f"{_FORCE10}.3.11.1.2.1.1"  # dellNetIfStaticsEntry
_UNIT = f"{_FORCE10}.3.26.1.3.4.1"  # dellNetStackUnitEntry
_PRESENT = d.Valid(f"{_MODULE}.3", frozenset({1}))
_LEVEL, _BIAS = d.dbm(), d.milliamperes()  # a null string where the module does not tell it


def _lane_columns(name: str, first: int, convert: d.Convert[Any]) -> tuple[Any, ...]:
    return tuple((f"{name}{n}", d.Column(f"{_MODULE}.{first + n}", convert)) for n in range(4))


def _lanes(row: d.Row) -> d.Row:
    """A column for each of four lanes; a module with one has it in the first."""
    told = {
        name: tuple(row.get(f"{name}{n}") for n in range(4))
        for name in ("lanes_tx", "lanes_rx", "lanes_bias")
    }
    return {
        **row,
        **{name: values for name, values in told.items() if any(v is not None for v in values)},
    }


_MODULES = d.TransceiverTable(
    mib="DELL-NETWORKING-IF-EXTENSION-MIB 2014-08-12",
    verified_by=("dnos_s4048",),
    present=d.Column(f"{_MODULE}.3", d.one_of({1: True, 2: False}, "OpticsPresent")),
    vendor=d.Column(f"{_MODULE}.5", d.text, _PRESENT),
    part_number=d.Column(f"{_MODULE}.6", d.text, _PRESENT),
    serial_number=d.Column(f"{_MODULE}.7", d.text, _PRESENT),
    temperature=d.Column(f"{_MODULE}.16", d.celsius()),
    voltage=d.Column(f"{_MODULE}.17", d.volts()),
    extra=(
        *_lane_columns("lanes_tx", 8, _LEVEL),
        *_lane_columns("lanes_rx", 12, _LEVEL),
        *_lane_columns("lanes_bias", 18, _BIAS),
    ),
    row=_lanes,
)
_CRC = d.CounterTable(
    mib="DELL-NETWORKING-IF-EXTENSION-MIB 2014-08-12",
    in_crc_errors=d.Column(f"{_ETHERNET}.11", d.counter),
)

_FTOS = d.Driver(
    name="dell_force10",
    vendor="Dell",
    series="FTOS, DNOS 9: S, Z, C, E, M series; seen: S4048-ON 9.9",
    sys_object_ids=(f"{_FORCE10}.1",),
    hardware=d.Hardware(
        mib="DELL-NETWORKING-CHASSIS-MIB as the recording dnos_s4048 has it",
        model=(d.FromDescr(r"Series: (\S+)"),),
        firmware=(d.FromDescr(r"Application Software Version: (\S+)"),),
        serial_number=(d.Column(f"{_UNIT}.23.1", d.text),),  # service tag of unit 1
        mac=(d.Column(f"{_UNIT}.16.1", d.mac), *d.standard.HARDWARE.mac),
    ),
    counters=(*d.standard.COUNTERS, _CRC),
    transceivers=(_MODULES,),
    verified_by={"dnos_s4048": ("link", "counters", "transceiver", "neighbours")},
    notes=("DHCP snooping and IGMP snooping are in the CLI only.",),
)
DRIVERS = (
    _FTOS,
    replace(
        _FTOS,
        name="dell_os10",
        series="OS10; none recorded here",
        sys_object_ids=("1.3.6.1.4.1.674.11000.5000.100.2",),
        hardware=d.standard.HARDWARE,
        verified_by={},
    ),
)
