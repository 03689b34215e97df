"""Aruba (HPE Networking) CX switches with AOS-CX 10.

Seen: 6300M with 10.15 (recording arubaos-cx_10.15-transceivers) and with 10.10 (arubaos-cx_6300m).
Source: ARUBAWIRED-PM-MIB 2024-01-06, its tables of diagnostics as of AOS-CX 10.16,
ARUBAWIRED-MGMD-SNOOPING-MIB 2017-11-02, and those recordings.
"""

from __future__ import annotations

import techinfo.driver as d

_CX = "1.3.6.1.4.1.47196.4.1.1"
_MODULE = f"{_CX}.3.27.1.1.1.1"  # arubaWiredPmXcvrEntry
_DOM = f"{_CX}.3.27.1.2.1.1"  # arubaWiredPmXcvrDomEntry
_LANE = f"{_CX}.3.27.1.2.2.1"  # arubaWiredPmXcvrLaneDomEntry
_MEMBER = f"{_CX}.3.3.1.20.1"  # arubaWiredMgmdSnoopingGroupPortCacheEntry
_ENTITY = "1.3.6.1.2.1.47.1.1.1.1"


_LEVEL = d.power_text_or(d.watts(1e-3))  # mW, or as the CLI prints it
_MODULES = d.TransceiverTable(
    mib="ARUBAWIRED-PM-MIB 2024-01-06",
    verified_by=("arubaos-cx_10.15-transceivers",),
    serial_number=d.Column(f"{_MODULE}.5", d.text),
    part_number=d.Column(f"{_MODULE}.6", d.text),
    diagnostics=d.Column(f"{_MODULE}.28", d.one_of({2: False}, "Diagnostics is false(2)")),
)
_DIAGNOSTICS = d.TransceiverTable(
    mib="ARUBAWIRED-PM-MIB, AOS-CX 10.16",
    temperature=d.Column(f"{_DOM}.2", d.celsius()),
    voltage=d.Column(f"{_DOM}.11", d.volts()),
)
_LANES = d.TransceiverTable(
    mib="ARUBAWIRED-PM-MIB, AOS-CX 10.16",
    lane=d.index_at(1, d.integer),
    bias=d.Column(f"{_LANE}.2", d.milliamperes()),
    tx_power=d.Column(f"{_LANE}.7", _LEVEL),
    rx_power=d.Column(f"{_LANE}.12", _LEVEL),
)
_MEMBERS = d.GroupTable(
    mib="ARUBAWIRED-MGMD-SNOOPING-MIB 2017-11-02",
    port=d.PortKey(source=d.index_at(-1, d.integer)),  # VLAN, type, group, port
    vlan=d.index_at(0, d.vlan),
    address=d.index_string(2, d.ip_address),
    up_time=d.Column(f"{_MEMBER}.5", d.seconds_of_ticks),
)

DRIVER = d.Driver(
    name="aruba_aoscx",
    vendor="HPE Aruba",
    series="CX 4100 to 10000; seen: 6300M with 10.10 and 10.15",
    sys_object_ids=(f"{_CX}.1",),
    hardware=d.Hardware(
        mib="ENTITY-MIB; recordings arubaos-cx_10.15-transceivers, arubaos-cx_6300m",
        # Entity 1 is the stack, 101001 its first member.
        model=(
            d.FromDescr(r"\b(J[A-Z]?\d{3,4}[A-Z] \d{4,5}\w*)"),
            d.Column(f"{_ENTITY}.2.101001", d.first_word),
        ),
        firmware=(
            d.FromDescr(r"\b([A-Z]{2}\.\d\d\.\d\d\.\w+)"),
            *d.standard.HARDWARE.firmware,
        ),
        serial_number=(
            *d.standard.HARDWARE.serial_number,
            d.Column(f"{_ENTITY}.11.101001", d.text),
        ),
    ),
    transceivers=(_MODULES, _DIAGNOSTICS, _LANES),
    groups=(_MEMBERS,),
    verified_by={
        "arubaos-cx_10.15-transceivers": ("link", "counters", "transceiver"),
        "arubaos-cx_6300m": ("link", "macs"),
    },
    notes=(
        "Light is in the MIB from about 10.16 on, and no recording shows it yet.",
        "Groups stand on the MIB text alone; no MIB has bindings of DHCP snooping.",
    ),
)
