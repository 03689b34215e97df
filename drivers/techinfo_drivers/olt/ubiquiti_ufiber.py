"""Ubiquiti UFiber and UISP Fiber OLTs.

Seen: UISP Fiber OLT XGS 4.6.1 (recording edgeosolt_uisp-fiber).
Source: UBNT-UFIBER-MIB 2018-01-03.
"""

from __future__ import annotations

from dataclasses import replace

import techinfo.driver as d

_EDGE_MAX = "1.3.6.1.4.1.41112.1.5"
_MIB = "UBNT-UFIBER-MIB 2018-01-03"
_ONU = f"{_EDGE_MAX}.6.2.1"  # ubntOnuEntry, by serial number
_SFP = f"{_EDGE_MAX}.7.2.1"  # ubntSfpEntry, by a number of its own
_MODEL = f"{_EDGE_MAX}.1.1.0"


def _pon(cell: d.Cell) -> str | None:
    """UbntOnuOltPort counts from 1; ifTable calls that port ``pon1`` or ``0/1``."""
    return f"(?:pon|0/){cell}" if isinstance(cell, int) and cell > 0 else None


def _cage(cell: d.Cell) -> str | None:
    """UbntSfpIndex counts from 0, and goes on from the PON ports to the uplinks: ``0/9``."""
    return f"0/{cell + 1}" if isinstance(cell, int) else None


def _number(cell: d.Cell) -> int | None:
    """ONTs have no numbers here: the eight hexadecimal digits of the serial are one."""
    serial = d.ont_serial(cell)
    return int(serial[4:], 16) if serial else None


_MODULE = d.TransceiverTable(
    mib=_MIB,
    vendor=d.Column(f"{_SFP}.4", d.text),
    part_number=d.Column(f"{_SFP}.5", d.text),
)
DRIVER = d.Driver(
    name="ubiquiti_ufiber",
    vendor="Ubiquiti",
    series="UFiber OLT, UISP Fiber OLT; seen: UISP Fiber OLT XGS 4.6.1",
    sys_object_ids=("1.3.6.1.4.1.4413", _EDGE_MAX),
    when=(d.Answers(_MODEL, r"OLT|Fiber"),),
    hardware=d.Hardware(
        mib=_MIB,
        model=(d.Column(_MODEL, d.text),),
        serial_number=(d.Column(f"{_EDGE_MAX}.1.2.0", d.text),),
        firmware=(d.FromDescr(r", (\d+\.\d+[\d.]*)"), d.Column(f"{_EDGE_MAX}.1.3.0", d.text)),
        mac=(d.Column(f"{_EDGE_MAX}.1.2.0", d.mac),),
    ),
    transceivers=(
        replace(
            _MODULE,
            verified_by=("edgeosolt_uisp-fiber",),
            port=d.PortKey(d.PortBy.PATTERN, d.index_at(0, d.Convert("cage", _cage))),
        ),
        replace(_MODULE, port=d.PortKey(d.PortBy.NAME, d.Column(f"{_SFP}.2", d.text))),
    ),
    onts=(
        d.OntTable(
            mib=_MIB,
            verified_by=("edgeosolt_uisp-fiber",),
            port=d.PortKey(d.PortBy.PATTERN, d.Column(f"{_ONU}.5", d.Convert("PON port", _pon))),
            ont_id=d.Column(f"{_ONU}.1", d.Convert("digits of the serial number", _number)),
            serial_number=d.Column(f"{_ONU}.1", d.ont_serial),
            ont_name=d.Column(f"{_ONU}.2", d.text),
            up=d.Column(f"{_ONU}.3", d.one_of({1: True, 2: False}, "TruthValue")),
        ),
    ),
    ont_light=(
        d.OntLightTable(
            mib=_MIB,
            verified_by=("edgeosolt_uisp-fiber",),
            tx_power=d.Column(f"{_ONU}.8", d.dbm(0.01, {0: None})),
            rx_power=d.Column(f"{_ONU}.9", d.dbm(0.01, {0: None})),
        ),
    ),
    verified_by={"edgeosolt_uisp-fiber": ("link", "transceiver", "macs", "onts", "ont_light")},
    notes=("The ontId is the last eight hexadecimal digits of the serial number, as a number.",),
)
