"""C-Data OLTs: FD11xx, FD12xx (EPON), FD16xx (GPON).

None recorded here. Source: NSCRTV-FTTX-GPON-MIB, as public drivers have read it on FD1608S V3.3.86,
FD1608Y V3.3.45 and FD1601S V3.2.5 beside their command lines; public drivers for EPON.
"""

from __future__ import annotations

import re
from dataclasses import replace

import techinfo.driver as d

_NSCRTV = "1.3.6.1.4.1.17409.2"
_MIB = "NSCRTV-FTTX-GPON-MIB"
_ONU = f"{_NSCRTV}.8.4.1.1"  # gponOnuInfoEntry, by a number of its own
_EPON_ONU = f"{_NSCRTV}.3.4.1.1"  # onuInfoEntry
_PON = "1.3.6.1.4.1.34592.1.5.1.1.2.17.2.1"
_METRES = d.Convert("m, 0 is none", lambda c: c if isinstance(c, int) and c > 0 else None)
_NAME = re.compile(r"[eg]pon +(\d+)/(\d+)/(\d+) +onu +(\d+)(?: +(.*))?", re.IGNORECASE)
_CAUSES = {"los": "los", "losi": "los", "lofi": "lofi", "dying-gasp": "dying-gasp"}


def _parts(cell: d.Cell) -> re.Match[str] | None:
    """``gpon 0/0/2 onu 5 label``, ``epon 0/1/4 onu 5``."""
    return _NAME.fullmatch(d.text(cell) or "")


def _port(cell: d.Cell) -> str | None:
    found = _parts(cell)
    return r"[eg]?pon *{}/{}/{}(?: .*)?".format(*found.groups()[:3]) if found else None


def _number(cell: d.Cell) -> int | None:
    found = _parts(cell)
    return int(found[4]) if found else None


def _label(cell: d.Cell) -> str | None:
    found = _parts(cell)
    return found[5] if found else None


def _cause(cell: d.Cell) -> str | None:
    return _CAUSES.get((d.text(cell) or "").lower())


def _answered(row: d.Row) -> d.Row:
    """An ONT that is off the line has -1 for what it receives, and other numbers that are none."""
    return row if "rx_power" in row else {}


def _onts(mib: str, entry: str) -> d.OntTable:
    """Whose port and number stand in the name."""
    return d.OntTable(
        mib=mib,
        port=d.PortKey(
            d.PortBy.PATTERN, d.Column(f"{entry}.2", d.Convert("PON port in a name", _port))
        ),
        ont_id=d.Column(f"{entry}.2", d.Convert("ONU in a name", _number)),
        ont_name=d.Column(f"{entry}.2", d.Convert("label in a name", _label)),
    )


def _light(mib: str, entry: str) -> d.OntLightTable:
    """Columns of onuPonPortOpticalTransmissionPropertyTable.

    Card and port follow the ONU in the index. Where a model has other numbers there, as the FD1601S
    has its PON's ifIndex, its ONTs tell no light.
    """
    return d.OntLightTable(
        mib=mib,
        tail=(0, 0),
        rx_power=d.Column(f"{entry}.4", d.dbm(0.01, {0: None, -1: None})),
        tx_power=d.Column(f"{entry}.5", d.dbm(0.01, {0: None, -3000: None})),
        bias=d.Column(f"{entry}.6", d.milliamperes(0.01)),
        voltage=d.Column(f"{entry}.7", d.volts(0.00001)),
        temperature=d.Column(f"{entry}.8", d.celsius(0.01)),
        row=_answered,
    )


_UP = d.one_of({1: True, 2: False}, "operation status is up(1)")
DRIVER = d.Driver(
    name="cdata_olt",
    vendor="C-Data",
    series="FD11xx, FD12xx, FD16xx; none recorded here",
    sys_object_ids=("1.3.6.1.4.1.17409", "1.3.6.1.4.1.34592"),
    hardware=d.Hardware(
        mib="FD-SYSTEM-MIB; NSCRTV-PON-TREE-EXT-MIB",
        model=(
            d.Column(f"{_NSCRTV}.3.1.2.1.1.3.1", d.text),
            d.Column(f"{_NSCRTV}.3.1.3.1.1.7.1.0", d.text),
            d.Column("1.3.6.1.4.1.34592.1.3.1.5.2.1.1.4.0", d.text),
        ),
        firmware=(
            d.Column(f"{_NSCRTV}.3.1.3.1.1.9.1.0", d.text),
            d.Column("1.3.6.1.4.1.34592.1.3.1.5.2.1.1.5.0", d.text),
        ),
        serial_number=(d.Column(f"{_NSCRTV}.3.1.1.13.0", d.text),),
        mac=d.standard.HARDWARE.mac,
    ),
    transceivers=(
        d.TransceiverTable(
            mib="CDATA-GPON-MIB, as public drivers read it",
            port=d.PortKey(source=d.index_at(2, d.integer)),
            temperature=d.Column(f"{_PON}.1", d.celsius()),
            voltage=d.Column(f"{_PON}.2", d.volts()),
            bias=d.Column(f"{_PON}.3", d.milliamperes()),
            tx_power=d.Column(f"{_PON}.4", d.dbm()),  # .5, of all bursts, is nobody's light
        ),
    ),
    onts=(
        replace(
            _onts(_MIB, _ONU),
            serial_number=d.Column(f"{_ONU}.3", d.ont_serial),
            up=d.Column(f"{_ONU}.7", _UP),
            distance=d.Column(f"{_ONU}.9", _METRES),
            last_down_cause=d.Column(f"{_ONU}.103", d.Convert("last down cause", _cause)),
        ),
        replace(
            _onts("public drivers", _EPON_ONU),
            serial_number=d.Column(f"{_EPON_ONU}.7", d.mac),
            up=d.Column(f"{_EPON_ONU}.8", _UP),
            distance=d.Column(f"{_EPON_ONU}.15", _METRES),
        ),
    ),
    ont_light=(
        _light(_MIB, f"{_NSCRTV}.8.4.4.1"),
        _light("public drivers", f"{_NSCRTV}.3.4.2.1"),
    ),
    notes=("All of it stands on what public drivers read; no recording is at hand.",),
)
