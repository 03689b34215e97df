"""DCN (Digital China Networks) and SNR (NAG) switches: one OEM's software under two bases.

Seen: DCRS-5980-28T-DC with 7.0.3.1 (``dcrs-5980-28t-dc``), SNR-S2990X-24FQ with 7.5.3.2 (``snr``).
Source: DCN-MIB and NAG-MIB, the same tables. Readings of optics are text: ``-5.61(W+)`` and
``0.77(A+)`` with the letter of a warning or alarm, ``-`` and ``NULL`` for none.

FdbId is the VLAN (both devices; dot1qVlanFdbId of the SNR tells a quarter of its VLANs only). Elder
DCN switches run another maker's software (``dcs-3726c``) and have no such base: what answers the
software version under it is meant.
"""

import re
from dataclasses import replace

from techinfo.driver import (
    Answers,
    Cell,
    Column,
    Convert,
    Dark,
    Driver,
    FromDescr,
    GroupTable,
    Hardware,
    LeaseTable,
    LinkTable,
    PortBy,
    PortKey,
    Power,
    ShapingTable,
    TransceiverTable,
    Valid,
    at,
    celsius,
    dbm,
    decode_text,
    integer,
    inwards,
    ipv4,
    kilobits,
    mac,
    milliamperes,
    octets,
    one_of,
    outwards,
    span,
    standard,
    text,
    vlan,
    volts,
)

_PORT = ".3.2.1"  # priPortEntry
_IGMP = ".8.3.1"  # priIgmpSnoopingBindEntry
_ACK = ".13.3.20.1"  # dhcpSnoopingAckBindingInfoEntry
_DDM = ".30.1.1"  # ddmTranscDiagnosisEntry
_MODULE = ".30.3.1"  # ddmTranscBasicInfoEntry
_SPEED_DUPLEX = {  # speedDuplex; neg-…(16 to 24) negotiates with fewer offers
    "auto": (0, *range(16, 25)),
    "10-half": (1,),
    "10-full": (2,),
    "100-half": (3,),
    "100-full": (4,),
    "1000-half": (5, 7, 8),
    "1000-full": (6, 9, 10),
    "10000-full": (25,),
    "40000-full": (26,),
}
_CONFIGURED = {n: words for words, numbers in _SPEED_DUPLEX.items() for n in numbers}
_FORCED = {n: words.endswith("full") for n, words in _CONFIGURED.items() if words != "auto"}
_dbm = dbm()


def _level(cell: Cell) -> Power | None:
    """A level in text; ``-``, and a zero that lies below its own lower limit, are no light.

    ``-0.00(A-)`` stands beside a bias of ``0.00(A-)`` and a low alarm of -12 dBm (``snr``, port 7):
    a laser that is off.
    """
    words = decode_text(cell) if isinstance(cell, bytes) else ""
    if words == "-" or re.fullmatch(r"-?0+(\.0+)?\([AW]-\)", words):
        return Dark.NO_LIGHT
    return _dbm(cell)


PORT_LINK = LinkTable(
    mib="DCN-MIB, NAG-MIB",
    proven=("dcrs-5980-28t-dc",),
    # A forced duplex is the one of a port that is up; the DCRS has no dot3StatsDuplexStatus.
    full_duplex=Column(f"{_PORT}.14", one_of(_FORCED, "speedDuplex, forced")),
    configured_speed=Column(f"{_PORT}.14", one_of(_CONFIGURED, "speedDuplex")),
)
DIAGNOSTICS = TransceiverTable(
    mib="DCN-MIB, NAG-MIB",
    proven=("snr", "dcrs-5980-28t-dc"),
    temperature=Column(f"{_DDM}.2", celsius()),
    voltage=Column(f"{_DDM}.7", volts()),
    bias=Column(f"{_DDM}.12", milliamperes()),
    rx_power=Column(f"{_DDM}.17", Convert("dBm, text", _level)),
    tx_power=Column(f"{_DDM}.22", Convert("dBm, text", _level)),
)
MODULE = TransceiverTable(
    mib="NAG-MIB",
    vendor=Column(f"{_MODULE}.4", text),
    part_number=Column(f"{_MODULE}.5", text),
    serial_number=Column(f"{_MODULE}.3", text),
)
PORT_MODULE = TransceiverTable(
    mib="DCN-MIB, NAG-MIB",
    serial_number=Column(f"{_PORT}.28", text),  # transceiverSn
)
MACS = replace(
    standard.Q_BRIDGE_MACS, proven=("snr", "dcrs-5980-28t-dc"), vlan=at(0, vlan), fdb_id=None
)
ACK_BINDINGS = LeaseTable(
    mib="DCN-MIB, NAG-MIB",
    port=PortKey(PortBy.IF_INDEX, Column(f"{_ACK}.3", integer)),
    address=span(0, 4, ipv4),
    mac=Column(f"{_ACK}.2", mac),  # 17 octets of text
    vlan=Column(f"{_ACK}.4", vlan),
    lease=Column(f"{_ACK}.5", integer),  # what the server said, not what remains
)
GROUPS = GroupTable(
    mib="DCN-MIB, NAG-MIB",
    port=PortKey(PortBy.IF_INDEX_BITMAP, Column(f"{_IGMP}.3", octets)),
    vlan=at(0, vlan),
    address=span(1, 4, ipv4),
)
# bandwidthControlStatus: ingress(0), egress(1), both(2); with none(3) the columns hold the rate of
# the port itself (dcrs-5980-28t-dc).
RECEIVE = ShapingTable(
    mib="DCN-MIB, NAG-MIB",
    pir=Column(f"{_PORT}.9", kilobits(), Valid(f"{_PORT}.7", frozenset({0, 2}))),
    row=inwards,
)
TRANSMIT = ShapingTable(
    mib="DCN-MIB, NAG-MIB",
    pir=Column(f"{_PORT}.10", kilobits(), Valid(f"{_PORT}.7", frozenset({1, 2}))),
    row=outwards,
)

_DCN = Driver(
    name="dcn_os",
    vendor="DCN",
    layout="dcn-standard",
    series="DCRS and DCN S-series; DCRS-5980-28T-DC with 7.0.3.1 seen",
    sys_object_ids=("1.3.6.1.4.1.6339",),
    when=(Answers("1.3.6.1.4.1.6339.100.1.3.0"),),
    bases={
        "1.3.6.1.4.1.6339": "1.3.6.1.4.1.6339.100",
        "1.3.6.1.4.1.40418.7": "1.3.6.1.4.1.40418.7.100",
    },
    hardware=Hardware(
        mib="ENTITY-MIB 2005-08-10",
        model=(*standard.HARDWARE.model, FromDescr(r"^(\S+) (?:Device|Switch)")),
        firmware=(*standard.HARDWARE.firmware, Column(".1.3.0", text)),
        serial_number=(
            *standard.HARDWARE.serial_number,
            FromDescr(r"(?i)serial number:? (\S+)"),
        ),
        mac=standard.HARDWARE.mac,
    ),
    links=(*standard.LINKS, PORT_LINK),
    transceivers=(DIAGNOSTICS, PORT_MODULE, *standard.TRANSCEIVERS),
    macs=(MACS, standard.BRIDGE_MACS),
    leases=(ACK_BINDINGS,),
    groups=(GROUPS,),
    shaping=(RECEIVE, TRANSMIT),
    seen={"dcrs-5980-28t-dc": ("link", "counters", "transceiver", "macs")},
    notes=(
        "DHCP snooping tells how long a lease is, not when it ends.",
        "Rate limits: queue says the direction, in is from the customer.",
    ),
)
DRIVERS = (
    _DCN,
    replace(
        _DCN,
        name="nag_snr",
        vendor="SNR",
        series="SNR-S2xxx; SNR-S2990X-24FQ with 7.5.3.2 seen",
        sys_object_ids=("1.3.6.1.4.1.40418.7",),
        when=(),
        transceivers=(DIAGNOSTICS, MODULE, PORT_MODULE, *standard.TRANSCEIVERS),
        seen={"snr": ("link", "counters", "transceiver", "macs")},
    ),
)
