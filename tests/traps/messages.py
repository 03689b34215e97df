"""Traps and informs as pysnmp writes them: no code in common with who reads them."""

from __future__ import annotations

from typing import Any

from pyasn1.codec.ber import encoder
from pysnmp.proto.api import v2c

from techinfo.snmp.ber import encode_oid, encode_value, wrap
from techinfo.snmp.interface import V3User
from techinfo.snmp.usm import Peer, sealed

SNMP_TRAP_OID = "1.3.6.1.6.3.1.1.4.1.0"
LINK_DOWN, LINK_UP = "1.3.6.1.6.3.1.1.5.3", "1.3.6.1.6.3.1.1.5.4"
COLD_START = "1.3.6.1.6.3.1.1.5.1"
OAM_EVENT = "1.3.6.1.2.1.158.0.2"
OAM_LOG = "1.3.6.1.2.1.158.1.6.1"
Binds = list[tuple[str, Any]]


def link(number: int, *, up: bool) -> Binds:
    """The objects of linkUp and linkDown (IF-MIB)."""
    return [
        (f"1.3.6.1.2.1.2.2.1.1.{number}", v2c.Integer(number)),
        (f"1.3.6.1.2.1.2.2.1.7.{number}", v2c.Integer(1)),
        (f"1.3.6.1.2.1.2.2.1.8.{number}", v2c.Integer(1 if up else 2)),
    ]


def oam(number: int, kind: int = 257, location: int = 2, oui: bytes = b"\x01\x80\xc2") -> Binds:
    """The objects of dot3OamNonThresholdEvent, made up in the module's shape (RFC 4878)."""
    return [
        (f"{OAM_LOG}.2.{number}.9", v2c.TimeTicks(4711)),
        (f"{OAM_LOG}.3.{number}.9", v2c.OctetString(oui)),
        (f"{OAM_LOG}.4.{number}.9", v2c.Unsigned32(kind)),
        (f"{OAM_LOG}.5.{number}.9", v2c.Integer(location)),
        (f"{OAM_LOG}.12.{number}.9", v2c.Unsigned32(1)),
    ]


def trap(name: str, binds: Binds = [], *, inform: bool = False, request: int = 4711) -> bytes:  # noqa: B006 - nobody changes it
    """A message of SNMPv2c."""
    pdu = v2c.InformRequestPDU() if inform else v2c.TrapPDU()
    v2c.apiTrapPDU.set_defaults(pdu)
    v2c.apiPDU.set_request_id(pdu, request)
    first: Binds = [
        ("1.3.6.1.2.1.1.3.0", v2c.TimeTicks(1)),
        (SNMP_TRAP_OID, v2c.ObjectIdentifier(name)),
    ]
    found = [(v2c.ObjectIdentifier(oid), value) for oid, value in [*first, *binds]]
    v2c.apiPDU.set_varbinds(pdu, found)
    message = v2c.Message()
    v2c.apiMessage.set_defaults(message)
    v2c.apiMessage.set_community(message, b"anything")
    v2c.apiMessage.set_pdu(message, pdu)
    octets: bytes = encoder.encode(message)
    return octets


def trap_v3(
    user: V3User, peer: Peer, name: str, *binds: tuple[str, bytes], inform: bool = False
) -> bytes:
    """A trap of SNMPv3 from an engine, or an inform for one; values with tag and length."""
    every = [
        ("1.3.6.1.2.1.1.3.0", encode_value(0x43, 1)),
        (SNMP_TRAP_OID, wrap(0x06, encode_oid(name))),
        *binds,
    ]
    listed = b"".join(wrap(0x30, wrap(0x06, encode_oid(oid)) + value) for oid, value in every)
    zero = encode_value(0x02, 0)
    pdu = wrap(
        0xA6 if inform else 0xA7, encode_value(0x02, 4711) + zero + zero + wrap(0x30, listed)
    )
    return sealed(user, peer, peer.heard_at, 4711, pdu, answers=not inform)


def oam_v3(number: int) -> list[tuple[str, bytes]]:
    """As `oam`, for `trap_v3`."""
    return [
        (f"{OAM_LOG}.3.{number}.9", wrap(0x04, b"\x01\x80\xc2")),
        (f"{OAM_LOG}.4.{number}.9", encode_value(0x42, 257)),
        (f"{OAM_LOG}.5.{number}.9", encode_value(0x02, 2)),
    ]
