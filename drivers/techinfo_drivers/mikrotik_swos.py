"""MikroTik SwOS and SwOS Lite: CSS and CRS switches without a router.

Seen: CSS326-24G-2S+ with SwOS 2.18 (recording swos_css326-24g-2s+), which has a part of RouterOS'
tables under RouterOS' OIDs, and neither sysUpTime nor sysName. MIKROTIK-MIB 2025-05-19.
"""

from __future__ import annotations

import techinfo.driver as d

_MIKROTIK = "1.3.6.1.4.1.14988.1"
_OPTICAL = f"{_MIKROTIK}.1.19.1.1"  # mtxrOpticalTableEntry; its index is the ifIndex
_LEVEL = d.dbm(0.001, {0: None})

_OPTICS = d.TransceiverTable(
    mib="MIKROTIK-MIB 2025-05-19",
    verified_by=("swos_css326-24g-2s+",),
    rx_lost=d.Column(f"{_OPTICAL}.3", d.one_of({0: False, 1: True}, "mtxrOpticalRxLoss")),
    # An empty cage reads -128 °C in 32 bits without a sign: 4294967168.
    temperature=d.Column(f"{_OPTICAL}.6", d.signed(32, d.celsius())),
    voltage=d.Column(f"{_OPTICAL}.7", d.volts(0.001)),
    bias=d.Column(f"{_OPTICAL}.8", d.milliamperes()),
    tx_power=d.Column(f"{_OPTICAL}.9", _LEVEL),
    rx_power=d.Column(f"{_OPTICAL}.10", _LEVEL),
    vendor=d.Column(f"{_OPTICAL}.11", d.text),
    serial_number=d.Column(f"{_OPTICAL}.12", d.text),
)

DRIVER = d.Driver(
    name="mikrotik_swos",
    vendor="MikroTik",
    series="SwOS and SwOS Lite on CSS and CRS; seen: CSS326-24G-2S+ 2.18",
    sys_object_ids=("1.3.6.1.4.1.14988.2",),
    hardware=d.Hardware(
        mib="MIKROTIK-MIB 2025-05-19; recording swos_css326-24g-2s+",
        model=(d.FromDescr(r"^(\S+)\s+SwOS"),),
        firmware=(
            d.Column(f"{_MIKROTIK}.1.7.4.0", d.text),  # mtxrFirmwareVersion
            d.FromDescr(r"SwOS(?:\s+Lite)?\s+v?(\S+)"),
        ),
        serial_number=(d.Column(f"{_MIKROTIK}.1.7.3.0", d.text),),  # mtxrSerialNumber
    ),
    transceivers=(_OPTICS,),
    limits=d.SnmpLimits(bulk=False),  # the agent has no GETBULK (field note A9)
    verified_by={"swos_css326-24g-2s+": ("link", "counters", "transceiver", "macs")},
    notes=(
        "2.18 gives temperature, voltage and bias of a module, but no light.",
        "The agent tells no uptime: when a link changed is left out.",
    ),
)
