"""Inteno XG6846, a fibre CPE made by XAVI: four LAN ports, one WAN cage, CATV.

Seen: XG6846_4.12ITT01.99 (recording ``inteno_xg6846``). Source: XAVI-XG6846-MIB, and the recording
for the SFP's serial number, where the MIB stops one short. sysObjectID is that of the chip's maker
(4413, Broadcom), so sysDescr decides.

The optics are scalars without a port. They are the WAN port's: in the recording light arrives at
-10.15 dBm while WAN is the only cage port that is up, and EXT1 is down.
"""

import re

import techinfo.driver as d

_XAVI = "1.3.6.1.4.1.12919"
_STAT = f"{_XAVI}.5.1.1"  # portStatEntry
_LAN = f"{_XAVI}.2.1.1"  # modeEntry
_DDM = f"{_XAVI}.6"  # scalars: each has the one row 0
_NAMES = (d.Column(f"{entry}.2", d.raw_text) for entry in (_STAT, _LAN))
_PORT_NAME, _LAN_NAME = (d.PortKey(d.PortBy.NAME, column) for column in _NAMES)
_LAN_SPEED = {0: "auto", 1: "10-full", 2: "10-half", 3: "100-full", 4: "100-half"}


def _mbit(cell: d.Cell) -> int | None:
    """Speed text: the MIB gives no example; a number is Mbit/s unless a G stands behind it."""
    words = d.decode_text(cell) if isinstance(cell, bytes) else ""
    found = re.search(r"(\d+(?:\.\d+)?)\s*(G?)", words, re.IGNORECASE)
    return round(float(found[1]) * (1000 if found[2] else 1)) or None if found else None


def _full_duplex(cell: d.Cell) -> bool | None:
    full = d.matching(r"(?i)full|\bFDX?\b|\d[MG]FDX?\b", d.raw_text)(cell)
    half = d.matching(r"(?i)half|\bHDX?\b|\d[MG]HDX?\b", d.raw_text)(cell)
    return full is not None if (full is None) != (half is None) else None


WAN_MODULE = d.TransceiverTable(
    mib="XAVI-XG6846-MIB; .10 from the recording",
    verified_by=("inteno_xg6846",),
    port=d.PortKey(d.PortBy.FIXED_PORT, name="WAN"),
    vendor=d.Column(f"{_DDM}.1", d.text),
    part_number=d.Column(f"{_DDM}.3", d.text),
    serial_number=d.Column(f"{_DDM}.10", d.text),
    temperature=d.Column(f"{_DDM}.5", d.celsius()),
    voltage=d.Column(f"{_DDM}.6", d.volts()),
    bias=d.Column(f"{_DDM}.7", d.milliamperes()),
    tx_power=d.Column(f"{_DDM}.8", d.power_text),
    rx_power=d.Column(f"{_DDM}.9", d.power_text),
)
PORT_SPEED = d.LinkTable(
    mib="XAVI-XG6846-MIB",
    port=_PORT_NAME,
    speed=d.Column(f"{_STAT}.13", d.Convert("speed in text", _mbit)),
    full_duplex=d.Column(f"{_STAT}.13", d.Convert("duplex in text", _full_duplex)),
)
_LAN_MODE = d.Column(f"{_LAN}.3", d.one_of(_LAN_SPEED, "lanportspeed"))
LAN_MODE = d.LinkTable(mib="XAVI-XG6846-MIB", port=_LAN_NAME, configured_speed=_LAN_MODE)
PORT_COUNTERS = d.CounterTable(
    mib="XAVI-XG6846-MIB",
    port=_PORT_NAME,
    in_unicast=d.Column(f"{_STAT}.3", d.counter),
    in_broadcast=d.Column(f"{_STAT}.4", d.counter),
    in_multicast=d.Column(f"{_STAT}.5", d.counter),
    in_crc_errors=d.Column(f"{_STAT}.6", d.counter),
    in_pauses=d.Column(f"{_STAT}.7", d.counter),
    out_unicast=d.Column(f"{_STAT}.8", d.counter),
    out_broadcast=d.Column(f"{_STAT}.9", d.counter),
    out_multicast=d.Column(f"{_STAT}.10", d.counter),
    out_pauses=d.Column(f"{_STAT}.12", d.counter),
)

DRIVER = d.Driver(
    name="inteno_xg6846",
    vendor="Inteno",
    series="XG6846; 4.12ITT01.99 seen",
    sys_object_ids=("1.3.6.1.4.1.4413",),
    when=(d.DescrMatches(r"^XG6846"),),
    hardware=d.Hardware(
        mib="XAVI-XG6846-MIB",
        model=(d.FromDescr(r"^(XG6846[^_\s]*)"),),
        firmware=(d.FromDescr(r"^XG6846[^_\s]*_(\S+)"),),
        serial_number=(d.Column(f"{_XAVI}.12.1.0", d.text),),  # serialnum
        mac=(d.Column(f"{d.standard.IF_PHYS_ADDRESS}.1", d.mac),),  # every port has the same
    ),
    links=(*d.standard.LINKS, PORT_SPEED, LAN_MODE),
    counters=(*d.standard.COUNTERS, PORT_COUNTERS),
    transceivers=(WAN_MODULE,),
    verified_by={"inteno_xg6846": ("link", "counters", "transceiver")},
    notes=("Counters are 32 bits wide and pass through zero within minutes at full speed.",),
)
