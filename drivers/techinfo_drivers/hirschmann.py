"""Hirschmann switches with the Classic software or HiOS.

Seen: MS4128. Source: HMPRIV-MGMT-SNMP-MIB (Classic), HM2-DEVMGMT-MIB (HiOS).
"""

from __future__ import annotations

import techinfo.driver as d

_E = "1.3.6.1.4.1"
_MS4128 = "hirschmann_ms4128"
_CLASSIC = f"{_E}.248.14.1.1.13.1"  # hmSFPEntry: module and port
_HIOS = f"{_E}.248.11.10.1.7.2.1"  # hm2SfpDiagEntry, by ifIndex


def _classic(*unit: int) -> d.TransceiverTable:
    """Light of the Classic software, whose ports are called ``1/2`` or, in a stack, ``1/1/2``."""

    def name(index: d.Index) -> bytes | None:
        return "/".join(map(str, (*unit, *index))).encode() if len(index) == 2 else None

    return d.TransceiverTable(
        mib="HMPRIV-MGMT-SNMP-MIB",
        verified_by=(_MS4128,) if unit else (),
        port=d.PortKey(d.PortBy.NAME, d.FromIndex(name, d.raw_text, "module/port")),
        temperature=d.Column(f"{_CLASSIC}.12", d.celsius()),
        tx_power=d.Column(f"{_CLASSIC}.34", d.dbm()),
        rx_power=d.Column(f"{_CLASSIC}.35", d.dbm()),
    )


_HIOS_OPTICS = d.TransceiverTable(
    mib="HM2-DEVMGMT-MIB",
    temperature=d.Column(f"{_HIOS}.2", d.celsius()),
    tx_power=d.Column(f"{_HIOS}.5", d.dbm()),
    rx_power=d.Column(f"{_HIOS}.6", d.dbm()),
)

DRIVER = d.Driver(
    name="hirschmann",
    vendor="Hirschmann",
    series="Classic (RS, MS, MACH) and HiOS; seen: MS4128",
    sys_object_ids=(f"{_E}.248",),
    hardware=d.Hardware(
        mib="HMPRIV-MGMT-SNMP-MIB; recording hirschmann_ms4128",
        model=(d.FromDescr(r"^Hirschmann (.+)"),),
        firmware=(d.Column(f"{_E}.248.14.1.1.2.0", d.text),),  # hmSysVersion
        serial_number=(d.Column(f"{_E}.248.14.1.1.9.1.10.1", d.text),),  # hmSysGroupSerialNum
    ),
    transceivers=(_classic(1), _classic(), _HIOS_OPTICS, *d.standard.TRANSCEIVERS),
    verified_by={_MS4128: ("link", "transceiver", "macs")},
    notes=("Light of HiOS is from the MIB text alone.",),
)
