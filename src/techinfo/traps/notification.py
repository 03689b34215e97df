"""Traps and informs of SNMPv2c and SNMPv3, as far as somebody here wants to know of them.

Most of what arrives is sorted out by its bytes: whose snmpTrapOID is none of the known ones is not
read any further. Nothing here knows a socket or a clock; whatever does not fit is a ValueError.

Sources: linkDown, linkUp IF-MIB 2000-06-14 (RFC 2863); coldStart, warmStart SNMPv2-MIB 2002-10-16
(RFC 3418); dot3OamNonThresholdEvent DOT3-OAM-MIB 2007-06-14 (RFC 4878); Cisco's of the same shape
CISCO-DOT3-OAM-MIB; loops HUAWEI-LDT-MIB 2017-06-08 and RAISECOM-LBDETECT-MIB 2009-04-22; lost light
RAISECOM-OPTICAL-TRANSCEIVER-MIB 2010-05-19; a port that is closed CISCO-ERR-DISABLE-MIB. None of
the makers' own was seen in a recording.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from techinfo.snmp.ber import (
    INTEGER,
    OCTET_STRING,
    RESPONSE,
    SEQUENCE,
    decode_index,
    encode_oid,
    encode_value,
    read,
    read_integer,
    wrap,
)
from techinfo.snmp.message import Header, Varbind, pdu_header, varbinds
from techinfo.traps.heard import Said

TRAP: Final = 0xA7
INFORM: Final = 0xA6
"""SNMPv2-Trap-PDU and InformRequest-PDU (RFC 3416)."""
_TRAP_OID: Final = encode_oid("1.3.6.1.6.3.1.1.4.1.0")
_SAYS_BY_NAME: Final[Mapping[str, Said]] = {
    "1.3.6.1.6.3.1.1.5.1": Said.STARTED,
    "1.3.6.1.6.3.1.1.5.2": Said.STARTED,
    "1.3.6.1.6.3.1.1.5.3": Said.LINK_DOWN,
    "1.3.6.1.6.3.1.1.5.4": Said.LINK_UP,
    "1.3.6.1.2.1.158.0.2": Said.DYING_GASP,
    "1.3.6.1.4.1.9.10.136.0.2": Said.DYING_GASP,
    "1.3.6.1.4.1.2011.5.25.174.3.1": Said.LOOP,
    "1.3.6.1.4.1.2011.5.25.174.3.3": Said.LOOP,
    "1.3.6.1.4.1.8886.6.1.50.5.1": Said.LOOP,
    "1.3.6.1.4.1.8886.1.18.3.5": Said.OPTICS,
    "1.3.6.1.4.1.8886.1.18.3.6": Said.OPTICS,
    "1.3.6.1.4.1.9.9.548.0.1.1": Said.DISABLED,
    "1.3.6.1.4.1.9.9.548.0.2": Said.DISABLED,
}
_SAYS: Final = {encode_oid(oid): said for oid, said in _SAYS_BY_NAME.items()}
_BY_IF_INDEX: Final = tuple(
    encode_oid(oid)
    for oid in (
        "1.3.6.1.2.1.2.2.1.1",  # ifIndex
        "1.3.6.1.2.1.2.2.1.7",  # ifAdminStatus
        "1.3.6.1.2.1.2.2.1.8",  # ifOperStatus
        "1.3.6.1.2.1.31.1.1.1.1",  # ifName
        "1.3.6.1.2.1.158.1.6.1.4",  # dot3OamEventLogType
        "1.3.6.1.4.1.9.10.136.1.6.1.4",  # cdot3OamEventLogType
        "1.3.6.1.4.1.9.9.548.1.3.1.1.2",  # cErrDisableIfStatusCause
    )
)
"""Columns whose index begins with an ifIndex."""
_GASP: Final = {
    encode_oid(f"{table}.{column}"): wanted
    for table in ("1.3.6.1.2.1.158.1.6.1", "1.3.6.1.4.1.9.10.136.1.6.1")
    for column, wanted in ((3, b"\x01\x80\xc2"), (4, 257), (5, 2))
}
"""dot3OamEventLogOui, Type and Location of a dying gasp of the remote end: IEEE 802.3's own event
space, dyingGaspEvent(257), remote(2). One of the near end is the switch's own."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Notification:
    """What a trap or inform says.

    Attributes:
        said: What; ``None``: nothing that anybody here wants to know.
        if_index: Of which port; ``None``: of none.
        reply: What an inform is answered with (RFC 3416, 4.2.7), of SNMPv3 its PDU; ``None``:
            nothing.
    """

    said: Said | None
    if_index: int | None = None
    reply: bytes | None = None


def of_community(datagram: bytes) -> Notification:
    """Read a message of SNMPv2c. Its community proves nothing, and is not looked at.

    Raises:
        ValueError: It is none, or no trap and no inform.
    """
    try:
        at, end = read(datagram, 0, len(datagram), SEQUENCE)
        version, at = read_integer(datagram, at, end)
        if version != 1:
            raise ValueError("not SNMPv2c")
        before = at
        _, at = read(datagram, at, end, OCTET_STRING)
        community = datagram[before:at]
        kind = datagram[at]
        if kind not in (TRAP, INFORM):
            raise ValueError("neither a trap nor an inform")
        said = _said_by_bytes(datagram)
        if said is None and kind == TRAP:
            return Notification(said=None)
        head = pdu_header(datagram, at, end, kind)
    except IndexError as error:
        raise ValueError("a message that is cut") from error
    reply = None
    if kind == INFORM:
        reply = wrap(SEQUENCE, encode_value(INTEGER, 1) + community + _response(datagram, head))
    if said is None:
        return Notification(said=None, reply=reply)
    said, if_index = told(varbinds(datagram, head.start, head.end))
    return Notification(said=said, if_index=if_index, reply=reply)


def of_pdu(octets: bytes, at: int, end: int, kind: int = TRAP) -> Notification:
    """Read the PDU of a trap or inform of SNMPv3, which somebody has opened.

    Raises:
        ValueError: It is of another kind.
    """
    said = _said_by_bytes(octets)
    if said is None and kind == TRAP:
        return Notification(said=None)
    head = pdu_header(octets, at, end, kind)
    reply = _response(octets, head) if kind == INFORM else None
    if said is None:
        return Notification(said=None, reply=reply)
    said, if_index = told(varbinds(octets, head.start, head.end))
    return Notification(said=said, if_index=if_index, reply=reply)


def _response(octets: bytes, head: Header) -> bytes:
    """The PDU that answers an inform: its own varbinds, without an error."""
    body = encode_value(INTEGER, head.request_id) + encode_value(INTEGER, 0) * 2
    return wrap(RESPONSE, body + wrap(SEQUENCE, octets[head.start : head.end]))


def _said_by_bytes(octets: bytes) -> Said | None:
    """What stands behind the name of snmpTrapOID.0, by its bytes; the rest is not read for it."""
    at = octets.find(_TRAP_OID)
    if at < 0:
        return None
    at += len(_TRAP_OID)
    value = octets[at + 2 : at + 2 + octets[at + 1]] if len(octets) > at + 1 else b""
    return _SAYS.get(value)


def told(found: Sequence[Varbind]) -> tuple[Said | None, int | None]:
    """What varbinds say, and of which ifIndex; a gasp of the near end is none."""
    said: Said | None = None
    index: int | None = None
    gasp = 0
    for oid, _, cell in found:
        if oid == _TRAP_OID:
            name = ".".join(map(str, cell)) if isinstance(cell, tuple) else ""
            said = _SAYS_BY_NAME.get(name)
            continue
        index = index if index is not None else _if_index(oid)
        column = next((c for c in _GASP if oid.startswith(c)), None)
        if column is not None:
            gasp += cell == _GASP[column]
    if said is Said.DYING_GASP and gasp < 3:
        return None, index
    return said, index


def _if_index(oid: bytes) -> int | None:
    for column in _BY_IF_INDEX:
        if oid.startswith(column):
            numbers = decode_index(oid[len(column) :])
            return numbers[0] if numbers and 0 < numbers[0] < 2**31 else None
    return None
