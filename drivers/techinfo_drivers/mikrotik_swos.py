"""MikroTik SwOS and SwOS Lite: CSS and CRS switches without a router.

Seen: CSS326-24G-2S+ with SwOS 2.18 (recording swos_css326-24g-2s+), which has a part of RouterOS'
tables under RouterOS' OIDs, and neither sysUpTime nor sysName. MIKROTIK-MIB 2025-05-19.
"""

from __future__ import annotations

from techinfo.driver import (
    Column,
    Driver,
    FromDescr,
    Hardware,
    SnmpLimits,
    TransceiverTable,
    celsius,
    dbm,
    milliamperes,
    one_of,
    signed,
    standard,
    text,
    volts,
)

_MIKROTIK = "1.3.6.1.4.1.14988.1"
_OPTICAL = f"{_MIKROTIK}.1.19.1.1"  # mtxrOpticalTableEntry; its index is the ifIndex
_LEVEL = dbm(0.001, {0: None})

_OPTICS = TransceiverTable(
    mib="MIKROTIK-MIB 2025-05-19",
    proven=("swos_css326-24g-2s+",),
    rx_lost=Column(f"{_OPTICAL}.3", one_of({0: False, 1: True}, "mtxrOpticalRxLoss")),
    # An empty cage reads -128 °C in 32 bits without a sign: 4294967168.
    temperature=Column(f"{_OPTICAL}.6", signed(32, celsius())),
    voltage=Column(f"{_OPTICAL}.7", volts(0.001)),
    bias=Column(f"{_OPTICAL}.8", milliamperes()),
    tx_power=Column(f"{_OPTICAL}.9", _LEVEL),
    rx_power=Column(f"{_OPTICAL}.10", _LEVEL),
    vendor=Column(f"{_OPTICAL}.11", text),
    serial_number=Column(f"{_OPTICAL}.12", text),
)

DRIVER = Driver(
    name="mikrotik_swos",
    vendor="MikroTik",
    series="SwOS and SwOS Lite on CSS and CRS; seen: CSS326-24G-2S+ 2.18",
    sys_object_ids=("1.3.6.1.4.1.14988.2",),
    hardware=Hardware(
        mib="MIKROTIK-MIB 2025-05-19; recording swos_css326-24g-2s+",
        model=(FromDescr(r"^(\S+)\s+SwOS"),),
        firmware=(
            Column(f"{_MIKROTIK}.1.7.4.0", text),  # mtxrFirmwareVersion
            FromDescr(r"SwOS(?:\s+Lite)?\s+v?(\S+)"),
        ),
        serial_number=(Column(f"{_MIKROTIK}.1.7.3.0", text),),  # mtxrSerialNumber
        mac=standard.HARDWARE.mac,
    ),
    transceivers=(_OPTICS,),
    limits=SnmpLimits(bulk=False),  # the agent has no GETBULK (field note A9)
    seen={"swos_css326-24g-2s+": ("link", "counters", "transceiver", "macs")},
    notes=(
        "2.18 gives temperature, voltage and bias of a module, but no light.",
        "The agent tells no uptime: when a link changed is left out.",
    ),
)
