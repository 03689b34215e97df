"""Ruckus and Brocade ICX, FastIron, and NetIron, all of Foundry's tree.

Seen: ICX6430-24 with 08.0.30 (brocade-icx6430-24 of snmpsim-data), with no module plugged.
Source: FOUNDRY-SN-SWITCH-GROUP-MIB (as in LibreNMS of 2025), and that recording.
"""

from __future__ import annotations

import techinfo.driver as d

_FOUNDRY = "1.3.6.1.4.1.1991"
_PORT = f"{_FOUNDRY}.1.1.3.3"  # snSwPortInfo
_OPTIC, _MEDIA, _LANE = f"{_PORT}.6.1", f"{_PORT}.9.1", f"{_PORT}.10.1"
_MIB = "FOUNDRY-SN-SWITCH-GROUP-MIB"

# Texts such as ``  33.9101 C: Normal`` and ``-002.8257 dBm: Normal``; N/A is no value.
_MODULES = d.TransceiverTable(
    mib=_MIB,
    temperature=d.Column(f"{_OPTIC}.1", d.celsius()),
    tx_power=d.Column(f"{_OPTIC}.2", d.power_text),
    rx_power=d.Column(f"{_OPTIC}.3", d.power_text),
    bias=d.Column(f"{_OPTIC}.4", d.milliamperes()),
    vendor=d.Column(f"{_MEDIA}.2", d.text),
    part_number=d.Column(f"{_MEDIA}.4", d.text),
    serial_number=d.Column(f"{_MEDIA}.5", d.text),
)
_LANES = d.TransceiverTable(
    mib=_MIB,
    lane=d.index_at(1, d.integer),
    temperature=d.Column(f"{_LANE}.2", d.celsius()),
    tx_power=d.Column(f"{_LANE}.3", d.power_text),
    rx_power=d.Column(f"{_LANE}.4", d.power_text),
    bias=d.Column(f"{_LANE}.5", d.milliamperes()),
    voltage=d.Column(f"{_LANE}.6", d.volts()),
)

DRIVER = d.Driver(
    name="ruckus_fastiron",
    vendor="Ruckus",
    series="ICX, FastIron, NetIron; seen: ICX6430 08.0.30",
    sys_object_ids=(f"{_FOUNDRY}.1",),
    hardware=d.Hardware(
        mib="ENTITY-MIB, FOUNDRY-SN-AGENT-MIB; recording brocade-icx6430-24",
        model=(d.FromDescr(r"\b(ICX\d{4}[\w-]*)"), *d.standard.HARDWARE.model),
        firmware=(d.FromDescr(r"IronWare Version V?(\S+)"),),
        serial_number=(d.Column(f"{_FOUNDRY}.1.1.1.1.2.0", d.text),),  # snChasSerNum
    ),
    transceivers=(_MODULES, _LANES),
    verified_by={"brocade-icx6430-24": ("link", "counters", "macs")},
    notes=(
        "Light stands on the MIB text and on what other tools read there; no recording has it.",
        "DHCP snooping and IGMP snooping are in the CLI only.",
    ),
)
