"""The layouts of makers that are documented to the octet, as sets of patterns.

A layout is a mode of a switch, not a maker: the same six octets are Cisco's, D-Link's and, with
another meaning, Huawei's. So it is named in the inventory, for a switch or as its driver's.
What a maker lets the operator write freely has no layout; a pattern of its own writes it, or the
value is stored. Not here because no description to the octet was found: Waystream, Raisecom, Allied
Telesis, ZTE and Nokia OLTs, TP-Link, Hirschmann, D-Link vendor6, Comware verbose, Zyxel IES.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from techinfo.dhcp.patterns import Pattern, parse_pattern
from techinfo.errors import PatternError


class Proof(StrEnum):
    """How a layout is known."""

    CAPTURE = "capture"
    """Octets that a device or relay has sent, in a capture or in a log that was published."""
    DOCUMENT = "document"
    """Manuals and standards alone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Patterns:
    """The patterns of one switch, one for each field of an identity."""

    circuit: Pattern | None = None
    remote: Pattern | None = None
    interface: Pattern | None = None
    remote6: Pattern | None = None

    def __bool__(self) -> bool:
        return any((self.circuit, self.remote, self.interface, self.remote6))


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """What a switch writes in one of its modes.

    Attributes:
        circuit, remote: Patterns of option 82, sub-options 1 and 2; ``None``: it differs.
        proof: How it is known.
        witness: Where it is described or was seen.
    """

    name: str
    circuit: str
    remote: str | None
    proof: Proof
    witness: str

    def patterns(self) -> Patterns:
        """The patterns, parsed."""
        return Patterns(
            circuit=parse_pattern(self.circuit),
            remote=parse_pattern(self.remote) if self.remote else None,
        )


_CISCO = "bin: 00 04 <vlan:u16> <module:u8> <port:u8>"
_HEADED_MAC, _BARE_MAC = "bin: 00 06 <mac>", "bin: <mac>"
_HEADED_NAME = "bin: 01 <lpsysname>"
_CIRCUIT_AND_REMOTE: tuple[tuple[str, str, str | None, Proof, str], ...] = (
    (
        "cisco-ios-mac",
        _CISCO,
        _HEADED_MAC,
        Proof.CAPTURE,
        "Catalyst 2975, 3130, 3750-X guides; 0x000400640001 in a published log (Splynx). The port "
        "counts from 1 on a blade 3130 and from 3 on 3750-E and IE-4000",
    ),
    (
        "cisco-ios-hostname",
        _CISCO,
        _HEADED_NAME,
        Proof.DOCUMENT,
        "the same guides; figure of ON-API 2.3.1 (01 05 bs3g2)",
    ),
    ("dlink-default", _CISCO, _HEADED_MAC, Proof.DOCUMENT, "DES-3528, DGS-3200, DGS-3400 manuals"),
    ("dlink-hostname", _CISCO, _HEADED_NAME, Proof.DOCUMENT, "DES-3528, DGS-3200 manuals"),
    (
        "dlink-vendor1",
        "bin: 00 06 <vlan:u16> <module:u16> <port:u16> 01 06 <mac>",
        None,
        Proof.DOCUMENT,
        "DGS-3120 manual; the slot of a standalone switch is 1",
    ),
    (
        "dlink-vendor2",
        "text: p{port:02d}",
        None,
        Proof.DOCUMENT,
        "DGS-3120, DGS-1520 manuals; ports of a stack are counted through, 64 a box",
    ),
    (
        "dlink-vendor4",
        "text: {sysname}-{module}/{port}-{vlan}",
        None,
        Proof.DOCUMENT,
        "DGS-3120, DGS-3000 manuals",
    ),
    (
        "dlink-vendor5",
        "text: {sysname} eth 0/{module}/{port}:{vlan}",
        _HEADED_MAC,
        Proof.DOCUMENT,
        "DGS-3120, DXS-3400 manuals; the chassis of a standalone switch is 0",
    ),
    (
        "huawei-default",
        "text: GigabitEthernet0/{module}/{port}:{vlan}.0 {sysname}/0/0/0/0/0",
        _BARE_MAC,
        Proof.CAPTURE,
        "command reference; a published dhcpd.leases with fc:73:fb:33:f2:0",
    ),
    (
        "huawei-ifname",
        "text: {ifname}:{vlan}.0 {sysname}/0/0/0/0/0",
        _BARE_MAC,
        Proof.DOCUMENT,
        "the same with the interface by its name; also type1 of NE8000",
    ),
    ("huawei-ne-type2", "text: {ifname}:{vlan}.0 {sysname}", None, Proof.DOCUMENT, "NE8000 guide"),
    (
        "huawei-cn-telecom",
        "text: {ifname}:{vlan}.0 /0/0/0/0/0/0",
        None,
        Proof.DOCUMENT,
        "NE8000 guide",
    ),
    (
        "huawei-common",
        "text: eth {module}/0/{port}:{vlan}.0 {sysname}0/0/0/0/0",
        None,
        Proof.DOCUMENT,
        "command reference; its remote-id is the MAC in a notation that is not described",
    ),
    (
        "huawei-extend",
        "bin: 00 04 <vlan:u16> <slot5sub3> <port:u8>",
        _HEADED_MAC,
        Proof.DOCUMENT,
        "command reference: slot in five bits, sub-slot in three; octets as Cisco's, meaning not",
    ),
    (
        "h3c-standard",
        "bin: <vlan:u16> <port-1:u16>",
        _BARE_MAC,
        Proof.DOCUMENT,
        "3Com 7750, WX3000, H3C S5600 manuals: the port index is the port less one",
    ),
    (
        "h3c-extended",
        "bin: 00 04 <vlan:u16> <port-1:u16>",
        _HEADED_MAC,
        Proof.DOCUMENT,
        "the same manuals",
    ),
    ("procurve", "bin: <port:u16>", _BARE_MAC, Proof.DOCUMENT, "HP 2900, 5400 manuals"),
    ("procurve-ip", "bin: <port:u16>", "bin: <ip>", Proof.DOCUMENT, "HP 2900, 5400 manuals"),
    (
        "dcn-standard",
        "text: Vlan{vlan}+Ethernet1/{module}/{port}",
        _BARE_MAC,
        Proof.DOCUMENT,
        "Planet XGS3, WGSW, Qtech QSW manuals (DCN, SNR)",
    ),
    (
        "dcn-hex",
        "bin: 00 06 <vlan:u16> 01 <module:u8> <port:u16>",
        _BARE_MAC,
        Proof.DOCUMENT,
        "the same manuals; the slot of a box is 1",
    ),
    ("edgecore-subtype", _CISCO, _HEADED_MAC, Proof.DOCUMENT, "ECS4100 CLI guide"),
    (
        "edgecore-no-subtype",
        "bin: <vlan:u16> <module:u8> <port:u8>",
        _BARE_MAC,
        Proof.DOCUMENT,
        "ECS4100 CLI guide",
    ),
    (
        "microchip",
        "bin: <vlan:u16> <module:u8> <port:u8>",
        _BARE_MAC,
        Proof.DOCUMENT,
        "Planet WGSD, ORing, Cisco ME1200 manuals: 00030108 is VLAN 3, unit 1, port 8",
    ),
    (
        "zyxel-private",
        "bin: <module:u8> <port:u8> <vlan:u16> <sysname>",
        None,
        Proof.DOCUMENT,
        "XS3800, GS2220 manuals; sub-option 2 is often empty",
    ),
    (
        "tr101-eth",
        "text: {sysname} eth {module}/{port}:{vlan}",
        None,
        Proof.DOCUMENT,
        "TR-101 as Adtran, Edgecore and Eltex write it; the remote-id is a line's own",
    ),
    (
        "tr101",
        "text: {sysname} eth 1/1/{module:02d}/{port:02d}:{vlan}",
        None,
        Proof.DOCUMENT,
        "TR-101 with rack and shelf, as an access node of Nokia is commonly set",
    ),
    ("nokia-ifindex", "bin: <ifindex:u32>", None, Proof.DOCUMENT, "7750, 7210, 7705 guides"),
    (
        "junos-els",
        "text: ge-{module}/0/{port}.0:{vlan}",
        "text: {mac}:{ip}",
        Proof.CAPTURE,
        "EX statement pages; ge-1/0/1.0:43 with cc:e1:7f:87:b2:00:172.17.21.13 (FreeRADIUS 812)",
    ),
    (
        "junos-host",
        "text: {sysname}:ge-0/{module}/{port}:{vlan}",
        None,
        Proof.CAPTURE,
        "asw2-d-eqiad:ge-0/0/0:1021 in published code of Wikimedia",
    ),
    (
        "junos-hostname",
        "text: {sysname}:ge-0/{module}/{port}",
        "text: {sysname}",
        Proof.DOCUMENT,
        "EX statement pages: prefix host name",
    ),
    (
        "eltex-tr101",
        'bin: "{sysname} eth 1/{module}/{port}:{vlan}" <port:u8>',
        "bin: 00 00 89 c1 <mac>",
        Proof.DOCUMENT,
        "MES1000, MES3108 manuals: one octet, the port, behind the text",
    ),
    ("eltex-custom", _CISCO, _HEADED_MAC, Proof.DOCUMENT, "MES1000, MES3108 manuals"),
    (
        "mikrotik-bridge",
        "text: {sysname} eth {module}/{port}",
        _BARE_MAC,
        Proof.CAPTURE,
        "0x4d79204d696b726f74696b2065746820302f32 in a published log (Splynx)",
    ),
    (
        "vid-ifindex",
        "text: {vlan}-{ifindex}",
        _BARE_MAC,
        Proof.DOCUMENT,
        "EXOS 32 guide; the remote-id is always the MAC of the switch",
    ),
    (
        "sonic",
        "text: Vlan{vlan}",
        "text: {mac}",
        Proof.CAPTURE,
        "published leases; tells the VLAN, not the port",
    ),
    (
        "sonic-port",
        "text: Ethernet{port}:{sysname}",
        "text: {mac}",
        Proof.CAPTURE,
        "published leases",
    ),
    (
        "sonic-quoted",
        'text: "Ethernet{port}:{sysname}"',
        'text: "{mac}"',
        Proof.CAPTURE,
        "early builds write the quotation marks too (SONiC PR 763)",
    ),
    (
        "moxa",
        "bin: 01 <vlan:u16> <port:u8>",
        None,
        Proof.DOCUMENT,
        "Moxa manual: 01000F03; the remote-id is IP, MAC, both or text",
    ),
    (
        "isc-dhcrelay",
        "text: {ifname}",
        None,
        Proof.CAPTURE,
        "dhcrelay -a 4.4.3: 52 04 01 02 63 31; sends no remote-id",
    ),
)
LAYOUTS: Mapping[str, Layout] = MappingProxyType(
    {
        name: Layout(name=name, circuit=circuit, remote=remote, proof=proof, witness=witness)
        for name, circuit, remote, proof, witness in _CIRCUIT_AND_REMOTE
    }
)
"""By name. `stored-only` is no layout: a switch of that name has no patterns at all."""
STORED_ONLY = "stored-only"


def layout_patterns(name: str) -> Patterns:
    """The patterns of a layout.

    Raises:
        PatternError: No layout has this name.
    """
    if name == STORED_ONLY:
        return Patterns()
    if name not in LAYOUTS:
        known = ", ".join(sorted((*LAYOUTS, STORED_ONLY)))
        raise PatternError(f"no layout is called {name!r}; known are {known}", pattern=name)
    return LAYOUTS[name].patterns()
