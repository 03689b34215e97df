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

import techinfo.driver as d

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
_dbm = d.dbm()


def _level(cell: d.Cell) -> d.Power | None:
    """A level in text; ``-``, and a zero that lies below its own lower limit, are no light.

    ``-0.00(A-)`` stands beside a bias of ``0.00(A-)`` and a low alarm of -12 dBm (``snr``, port 7):
    a laser that is off.
    """
    words = d.decode_text(cell) if isinstance(cell, bytes) else ""
    if words == "-" or re.fullmatch(r"-?0+(\.0+)?\([AW]-\)", words):
        return d.Dark.NO_LIGHT
    return _dbm(cell)


PORT_LINK = d.LinkTable(
    mib="DCN-MIB, NAG-MIB",
    verified_by=("dcrs-5980-28t-dc",),
    # A forced duplex is the one of a port that is up; the DCRS has no dot3StatsDuplexStatus.
    full_duplex=d.Column(f"{_PORT}.14", d.one_of(_FORCED, "speedDuplex, forced")),
    configured_speed=d.Column(f"{_PORT}.14", d.one_of(_CONFIGURED, "speedDuplex")),
)
DIAGNOSTICS = d.TransceiverTable(
    mib="DCN-MIB, NAG-MIB",
    verified_by=("snr", "dcrs-5980-28t-dc"),
    temperature=d.Column(f"{_DDM}.2", d.celsius()),
    voltage=d.Column(f"{_DDM}.7", d.volts()),
    bias=d.Column(f"{_DDM}.12", d.milliamperes()),
    rx_power=d.Column(f"{_DDM}.17", d.Convert("dBm, text", _level)),
    tx_power=d.Column(f"{_DDM}.22", d.Convert("dBm, text", _level)),
)
MODULE = d.TransceiverTable(
    mib="NAG-MIB",
    vendor=d.Column(f"{_MODULE}.4", d.text),
    part_number=d.Column(f"{_MODULE}.5", d.text),
    serial_number=d.Column(f"{_MODULE}.3", d.text),
)
PORT_MODULE = d.TransceiverTable(
    mib="DCN-MIB, NAG-MIB",
    serial_number=d.Column(f"{_PORT}.28", d.text),  # transceiverSn
)
MACS = replace(d.standard.FDB_IS_VLAN, verified_by=("snr", "dcrs-5980-28t-dc"))
ACK_BINDINGS = d.LeaseTable(
    mib="DCN-MIB, NAG-MIB",
    port=d.PortKey(d.PortBy.IF_INDEX, d.Column(f"{_ACK}.3", d.integer)),
    address=d.index_octets(0, 4, d.ipv4),
    mac=d.Column(f"{_ACK}.2", d.mac),  # 17 octets of text
    vlan=d.Column(f"{_ACK}.4", d.vlan),
    lease_time=d.Column(f"{_ACK}.5", d.integer),  # what the server said, not what remains
)
GROUPS = d.GroupTable(
    mib="DCN-MIB, NAG-MIB",
    port=d.PortKey(d.PortBy.IF_INDEX_BITMAP, d.Column(f"{_IGMP}.3", d.octets)),
    vlan=d.index_at(0, d.vlan),
    address=d.index_octets(1, 4, d.ipv4),
)
# bandwidthControlStatus: ingress(0), egress(1), both(2); with none(3) the columns hold the rate of
# the port itself (dcrs-5980-28t-dc).
RATES = d.rate_limits(
    "DCN-MIB, NAG-MIB",
    ingress=d.Column(f"{_PORT}.9", d.kilobits(), d.Valid(f"{_PORT}.7", frozenset({0, 2}))),
    egress=d.Column(f"{_PORT}.10", d.kilobits(), d.Valid(f"{_PORT}.7", frozenset({1, 2}))),
)

_DCN = d.Driver(
    name="dcn_os",
    vendor="DCN",
    circuit_id_format="dcn-standard",
    series="DCRS and DCN S-series; DCRS-5980-28T-DC with 7.0.3.1 seen",
    sys_object_ids=("1.3.6.1.4.1.6339",),
    when=(d.Answers("1.3.6.1.4.1.6339.100.1.3.0"),),
    bases={
        "1.3.6.1.4.1.6339": "1.3.6.1.4.1.6339.100",
        "1.3.6.1.4.1.40418.7": "1.3.6.1.4.1.40418.7.100",
    },
    hardware=d.Hardware(
        mib="ENTITY-MIB 2005-08-10",
        model=(*d.standard.HARDWARE.model, d.FromDescr(r"^(\S+) (?:Device|Switch)")),
        firmware=(*d.standard.HARDWARE.firmware, d.Column(".1.3.0", d.text)),
        serial_number=(
            *d.standard.HARDWARE.serial_number,
            d.FromDescr(r"(?i)serial number:? (\S+)"),
        ),
    ),
    links=(*d.standard.LINKS, PORT_LINK),
    transceivers=(DIAGNOSTICS, PORT_MODULE, *d.standard.TRANSCEIVERS),
    macs=(MACS, d.standard.BRIDGE_MACS),
    leases=(ACK_BINDINGS,),
    groups=(GROUPS,),
    shaping=RATES,
    verified_by={"dcrs-5980-28t-dc": ("link", "counters", "transceiver", "macs", "vlans")},
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
        transceivers=(DIAGNOSTICS, MODULE, PORT_MODULE, *d.standard.TRANSCEIVERS),
        verified_by={"snr": ("link", "counters", "transceiver", "macs", "vlans")},
    ),
)
