"""Datacom DmOS: DM46xx OLTs, DM4050 to DM4380 switches.

Seen: DM4611 DmOS 9.0.0 (recording datacom-dmos_dm4611, ports only).
Source: GPON-ONU-IF-MIB of the DmOS MIB Reference 204.4381.02, as Datacom's own Zabbix template
reads it; LibreNMS's partial DATACOM-XCVR-MIB 2026-10-05.
"""

from __future__ import annotations

import re

import techinfo.driver as d

_DATACOM = "1.3.6.1.4.1.3709"
_DMOS = f"{_DATACOM}.3.6"
_DIAG, _LANE = f"{_DMOS}.8.1.1.1", f"{_DMOS}.8.2.1.1"
_ONU = f"{_DMOS}.2.1.1"  # onuIfEntry, by a number of its own
_NAME = re.compile(r"(gpon-\d+/\d+/\d+)-onu-(\d+)")


def _pon(cell: d.Cell) -> str | None:
    """``gpon-1/1/1-onu-1``; rows of GEM ports and of Ethernet ports have more words."""
    found = _NAME.fullmatch(d.text(cell) or "")
    return found[1] if found else None


def _number(cell: d.Cell) -> int | None:
    found = _NAME.fullmatch(d.text(cell) or "")
    return int(found[2]) if found else None


def _measured(row: d.Row) -> d.Row:
    """No supply, no sensor: a module without diagnostics reads 0 everywhere."""
    return row if row.get("voltage") else {}


DRIVER = d.Driver(
    name="datacom_dmos",
    vendor="Datacom",
    series="DM46xx OLTs, DM4050 to DM4380; seen: DM4611 DmOS 9.0.0 (ports only)",
    sys_object_ids=(f"{_DATACOM}.1.2",),
    when=(d.DescrMatches(r"DmOS"),),
    hardware=d.Hardware(
        mib="recording datacom-dmos_dm4611",
        model=(d.FromDescr(r"^(DM\d{4}\S*)"),),
        firmware=(d.FromDescr(r"DmOS version ([\w.-]+)"),),
        mac=d.standard.HARDWARE.mac,
    ),
    transceivers=(
        d.TransceiverTable(
            mib="DATACOM-XCVR-MIB 2026-10-05",
            temperature=d.Column(f"{_DIAG}.1", d.celsius(0.01)),
            voltage=d.Column(f"{_DIAG}.2", d.volts(0.01)),
            row=_measured,
        ),
        d.TransceiverTable(
            mib="DATACOM-XCVR-MIB 2026-10-05",
            lane=d.index_at(1, d.integer),
            rx_power=d.Column(f"{_LANE}.2", d.dbm(0.01, {0: None})),
            tx_power=d.Column(f"{_LANE}.3", d.dbm(0.01, {0: None})),
            bias=d.Column(f"{_LANE}.4", d.milliamperes(0.01)),
        ),
    ),
    onts=(
        d.OntTable(
            mib="GPON-ONU-IF-MIB",
            port=d.PortKey(
                d.PortBy.NAME, d.Column(f"{_ONU}.3", d.Convert("PON port in a name", _pon))
            ),
            ont_id=d.Column(f"{_ONU}.3", d.Convert("ONU in a name", _number)),
            up=d.Column(f"{_ONU}.7", d.one_of({1: True, 2: False}, "oper status is up(1)")),
            serial_number=d.Column(f"{_ONU}.38", d.ont_serial),
        ),
    ),
    ont_light=(
        d.OntLightTable(
            mib="GPON-ONU-IF-MIB",
            tx_power=d.Column(f"{_ONU}.21", d.dbm(1, {0: None})),
            rx_power=d.Column(f"{_ONU}.22", d.dbm(1, {0: None})),
        ),
    ),
    verified_by={"datacom-dmos_dm4611": ("link",)},
    notes=("ONTs and light are not in any recording; DmOS tells serial numbers from 12.6 on.",),
)
