"""Eltex MES14xx and MES24xx, on software of their own; the other MES are in `radlan`.

Seen: none here. ELTEX-PHY-MIB 2020-10-15 with the words for its units as a MES2424B AC gives them
in a walk of the public LibreNMS test suite.
"""

from __future__ import annotations

from dataclasses import replace

import techinfo.driver as d

_ELTEX = "1.3.6.1.4.1.35265"
_INFO = f"{_ELTEX}.52.1.1.3.1.1"  # eltexPhyTransceiverInfoEntry
_DIAGNOSTIC = f"{_ELTEX}.52.1.1.3.2.1"  # eltexPhyTransceiverDiagnosticEntry
_MIB = "ELTEX-PHY-MIB 2020-10-15"

_MILLI_DBM = d.dbm(0.001, {0: None})  # an empty row reads 0
_POWER_WORDS: dict[int | str, d.Convert[d.Power]] = {"milliDecibel-milliWatts": _MILLI_DBM}
_LOST = d.one_of({0: False, 1: True}, "loss of signal is 1")


def _cage(row: d.Row) -> d.Row:
    """An empty cage has the type unknown(0) and no names; a module may have that type as well."""
    named = row.keys() & {"vendor", "part_number", "serial_number"}
    return {name: value for name, value in row.items() if name != "present" or not named}


_MODULES = d.TransceiverTable(
    mib=_MIB,
    row=_cage,
    present=d.Column(f"{_INFO}.2", d.one_of({0: False}, "type is unknown(0)")),
    vendor=d.Column(f"{_INFO}.5", d.text),
    serial_number=d.Column(f"{_INFO}.6", d.text),
    diagnostics=d.Column(f"{_INFO}.9", d.one_of({1: True, 2: False}, "TruthValue")),
    part_number=d.Column(f"{_INFO}.10", d.text),
)
_OPTICS = d.QuantityTable(
    mib=_MIB,
    port=d.PortKey(trailing=tuple((kind, 1) for kind in (1, 3, 4, 5, 6))),
    value=f"{_DIAGNOSTIC}.8",
    kind=d.index_at(1, d.integer),  # eltexPhyTransceiverDiagnosticType
    lane=d.index_at(2, d.integer),  # eltexPhyTransceiverDiagnosticChannel
    unit=d.Column(f"{_DIAGNOSTIC}.3", d.text),
    kinds={
        1: d.Quantity("temperature", d.celsius(), {"Degrees": d.celsius()}),
        # Kind 2 is the supply in whole "Volts": 3 for 3.3 V, too coarse to be told.
        3: d.Quantity("bias", d.milliamperes(), {"milliAmperes": d.milliamperes()}),
        4: d.Quantity("tx_power", _MILLI_DBM, _POWER_WORDS),
        5: d.Quantity("rx_power", _MILLI_DBM, _POWER_WORDS),
        6: d.Quantity("rx_lost", _LOST, {"Boolean": _LOST}),
    },
)
_MODEL = d.FromDescr(r"\b(MES-?\d{4}\S*)")
DRIVER = d.Driver(
    name="eltex_mes24xx",
    vendor="Eltex",
    series="MES14xx, MES24xx; none recorded here",
    sys_object_ids=(f"{_ELTEX}.1",),
    when=(d.DescrMatches(r"\bMES-?(14|24)\d\d"),),
    hardware=replace(d.standard.HARDWARE, model=(_MODEL, *d.standard.HARDWARE.model)),
    transceivers=(_OPTICS, _MODULES),
    notes=("Supply voltage is left out: the agent gives it in whole volts.",),
)
