"""Inteno XG6846, a fibre CPE made by XAVI: four LAN ports, one WAN cage, CATV.

Seen: XG6846_4.12ITT01.99 (recording ``inteno_xg6846``). Source: XAVI-XG6846-MIB, and the recording
for the SFP's serial number, where the MIB stops one short. sysObjectID is that of the chip's maker
(4413, Broadcom), so sysDescr decides.

The optics are scalars without a port. They are the WAN port's: in the recording light arrives at
-10.15 dBm while WAN is the only cage port that is up, and EXT1 is down.
"""

import re

from techinfo.driver import (
    Cell,
    Column,
    Convert,
    CounterTable,
    DescrMatches,
    Driver,
    FromDescr,
    Hardware,
    LinkTable,
    PortBy,
    PortKey,
    TransceiverTable,
    celsius,
    counter,
    decode_text,
    mac,
    milliamperes,
    one_of,
    power_text,
    raw_text,
    standard,
    text,
    volts,
)

_XAVI = "1.3.6.1.4.1.12919"
_STAT = f"{_XAVI}.5.1.1"  # portStatEntry
_LAN = f"{_XAVI}.2.1.1"  # modeEntry
_DDM = f"{_XAVI}.6"  # scalars: each has the one row 0
_PORT_NAME = PortKey(PortBy.NAME, Column(f"{_STAT}.2", raw_text))
_LAN_NAME = PortKey(PortBy.NAME, Column(f"{_LAN}.2", raw_text))
_LAN_SPEED = {0: "auto", 1: "10-full", 2: "10-half", 3: "100-full", 4: "100-half"}


def _words(cell: Cell) -> str:
    return decode_text(cell) if isinstance(cell, bytes) else ""


def _mbit(cell: Cell) -> int | None:
    """Speed text: the MIB gives no example; a number is Mbit/s unless a G stands behind it."""
    found = re.search(r"(\d+(?:\.\d+)?)\s*(G?)", _words(cell), re.IGNORECASE)
    return round(float(found[1]) * (1000 if found[2] else 1)) or None if found else None


def _full_duplex(cell: Cell) -> bool | None:
    full, half = (
        re.search(pattern, _words(cell), re.IGNORECASE) is not None
        for pattern in (r"full|\bFDX?\b|\d[MG]FDX?\b", r"half|\bHDX?\b|\d[MG]HDX?\b")
    )
    return full if full != half else None


WAN_MODULE = TransceiverTable(
    mib="XAVI-XG6846-MIB; .10 from the recording",
    proven=("inteno_xg6846",),
    port=PortKey(PortBy.ONLY, name="WAN"),
    vendor=Column(f"{_DDM}.1", text),
    part_number=Column(f"{_DDM}.3", text),
    serial_number=Column(f"{_DDM}.10", text),
    temperature=Column(f"{_DDM}.5", celsius()),
    voltage=Column(f"{_DDM}.6", volts()),
    bias=Column(f"{_DDM}.7", milliamperes()),
    tx_power=Column(f"{_DDM}.8", power_text),
    rx_power=Column(f"{_DDM}.9", power_text),
)
PORT_SPEED = LinkTable(
    mib="XAVI-XG6846-MIB",
    port=_PORT_NAME,
    speed=Column(f"{_STAT}.13", Convert("speed in text", _mbit)),
    full_duplex=Column(f"{_STAT}.13", Convert("duplex in text", _full_duplex)),
)
LAN_MODE = LinkTable(
    mib="XAVI-XG6846-MIB",
    port=_LAN_NAME,
    configured_speed=Column(f"{_LAN}.3", one_of(_LAN_SPEED, "lanportspeed")),
)
PORT_COUNTERS = CounterTable(
    mib="XAVI-XG6846-MIB",
    port=_PORT_NAME,
    in_unicast=Column(f"{_STAT}.3", counter),
    in_broadcast=Column(f"{_STAT}.4", counter),
    in_multicast=Column(f"{_STAT}.5", counter),
    in_crc_errors=Column(f"{_STAT}.6", counter),
    in_pauses=Column(f"{_STAT}.7", counter),
    out_unicast=Column(f"{_STAT}.8", counter),
    out_broadcast=Column(f"{_STAT}.9", counter),
    out_multicast=Column(f"{_STAT}.10", counter),
    out_pauses=Column(f"{_STAT}.12", counter),
)

DRIVER = Driver(
    name="inteno_xg6846",
    vendor="Inteno",
    series="XG6846; 4.12ITT01.99 seen",
    sys_object_ids=("1.3.6.1.4.1.4413",),
    when=(DescrMatches(r"^XG6846"),),
    hardware=Hardware(
        mib="XAVI-XG6846-MIB",
        model=(FromDescr(r"^(XG6846[^_\s]*)"),),
        firmware=(FromDescr(r"^XG6846[^_\s]*_(\S+)"),),
        serial_number=(Column(f"{_XAVI}.12.1.0", text),),  # serialnum
        mac=(Column(f"{standard.IF_PHYS_ADDRESS}.1", mac),),  # every port has the same
    ),
    links=(*standard.LINKS, PORT_SPEED, LAN_MODE),
    counters=(*standard.COUNTERS, PORT_COUNTERS),
    transceivers=(WAN_MODULE,),
    seen={"inteno_xg6846": ("link", "counters", "transceiver")},
    notes=("Counters are 32 bits wide and pass through zero within minutes at full speed.",),
)
