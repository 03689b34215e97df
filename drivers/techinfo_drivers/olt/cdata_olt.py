"""C-Data OLTs: FD11xx, FD12xx (EPON), FD16xx (GPON).

None recorded here. Source: NSCRTV-FTTX-GPON-MIB, as a public driver has read it on FD1608S V3.3.86
and FD1601S V3.2.5 beside their command lines.
"""

from __future__ import annotations

import re

import techinfo.driver as d

_NSCRTV = "1.3.6.1.4.1.17409.2"
_MIB = "NSCRTV-FTTX-GPON-MIB"
_ONU = f"{_NSCRTV}.8.4.1.1"  # gponOnuInfoEntry, by a number of its own
_NAME = re.compile(r"gpon +(\d+)/(\d+)/(\d+) +onu +(\d+)(?: +(.*))?", re.IGNORECASE)
_CAUSES = {"los": "los", "losi": "los", "lofi": "lofi", "dying-gasp": "dying-gasp"}


def _parts(cell: d.Cell) -> re.Match[str] | None:
    """``gpon 0/0/2 onu 5 label``."""
    return _NAME.fullmatch(d.text(cell) or "")


def _port(cell: d.Cell) -> str | None:
    found = _parts(cell)
    return r"(?:gpon|pon) *{}/{}/{}(?: .*)?".format(*found.groups()[:3]) if found else None


def _number(cell: d.Cell) -> int | None:
    found = _parts(cell)
    return int(found[4]) if found else None


def _label(cell: d.Cell) -> str | None:
    found = _parts(cell)
    return found[5] if found else None


def _cause(cell: d.Cell) -> str | None:
    return _CAUSES.get((d.text(cell) or "").lower())


def _level(tail: d.Index) -> d.OntLightTable:
    """The card and the port behind the ONU differ by model; both forms are asked for."""
    return d.OntLightTable(
        mib=_MIB,
        tail=tail,
        rx_power=d.Column(f"{_NSCRTV}.8.4.4.1.4", d.dbm(0.01, {0: None})),
    )


DRIVER = d.Driver(
    name="cdata_olt",
    vendor="C-Data",
    series="FD11xx, FD12xx, FD16xx; none recorded here",
    sys_object_ids=("1.3.6.1.4.1.17409", "1.3.6.1.4.1.34592"),
    hardware=d.Hardware(
        mib="FD-SYSTEM-MIB; NSCRTV-PON-TREE-EXT-MIB",
        model=(
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
    onts=(
        d.OntTable(
            mib=_MIB,
            port=d.PortKey(
                d.PortBy.PATTERN, d.Column(f"{_ONU}.2", d.Convert("PON port in a name", _port))
            ),
            ont_id=d.Column(f"{_ONU}.2", d.Convert("ONU in a name", _number)),
            ont_name=d.Column(f"{_ONU}.2", d.Convert("label in a name", _label)),
            serial_number=d.Column(f"{_ONU}.3", d.ont_serial),
            up=d.Column(f"{_ONU}.7", d.one_of({1: True, 2: False}, "operation status is up(1)")),
            last_down_cause=d.Column(f"{_ONU}.103", d.Convert("last down cause", _cause)),
        ),
    ),
    ont_light=(_level((0, 0)),),
    notes=("All of it stands on what a public driver reads; no recording is at hand.",),
)
