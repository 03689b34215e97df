"""A manager's half of an SNMPv1 or SNMPv2c message: requests written, answers read.

The hot path of the polling engine: a switch of 28 ports sends some thousand varbinds, so `varbinds`
is one flat loop, and a request is two pieces of bytes with its request-id between them.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from techinfo.snmp.ber import (
    COUNTER32,
    COUNTER64,
    GAUGE32,
    INTEGER,
    MOST_INTEGER_OCTETS,
    MOST_OID_OCTETS,
    OBJECT_IDENTIFIER,
    OCTET_STRING,
    RESPONSE,
    SEQUENCE,
    STRINGS,
    TIME_TICKS,
    UINTEGER32,
    VALUELESS,
    decode_oid,
    encode_length,
    encode_value,
    long_length,
    read,
    read_integer,
    wrap,
)
from techinfo.snmp.interface import Version
from techinfo.wire import Cell

Varbind = tuple[bytes, int, Cell | None]
"""OID as BER bytes, type tag, value; ``None`` for NULL, the three exceptions and `MALFORMED`."""
MALFORMED: Final = -1
"""The tag of a varbind that cannot be read; its OID is empty when that cannot be read either."""

_VERSIONS: dict[Version, int] = {"1": 0, "2c": 1}
_NUMBERS: Final = frozenset({INTEGER, COUNTER32, GAUGE32, TIME_TICKS, COUNTER64})


@lru_cache(maxsize=4096)
def pdu_template(pdu_type: int, repetitions: int, oids: tuple[bytes, ...]) -> tuple[bytes, bytes]:
    """The bytes of a PDU before and after its four octets of request-id.

    Cached: switches of one model have the same indexes, so their requests are the same bytes.

    Args:
        pdu_type: GET, GET_NEXT or GET_BULK.
        repetitions: Max-repetitions of a GETBULK, else 0 (then it is the error-index).
        oids: BER bytes, without tag and length.
    """
    null = b"\x05\x00"
    listed = b"".join(wrap(SEQUENCE, wrap(OBJECT_IDENTIFIER, oid) + null) for oid in oids)
    tail = encode_value(INTEGER, 0) + encode_value(INTEGER, repetitions) + wrap(SEQUENCE, listed)
    id_head = bytes((INTEGER, 4))
    return bytes((pdu_type,)) + encode_length(len(id_head) + 4 + len(tail)) + id_head, tail


@lru_cache(maxsize=4096)
def template(
    community: bytes,
    pdu_type: int,
    repetitions: int,
    oids: tuple[bytes, ...],
    version: Version = "2c",
) -> tuple[bytes, bytes]:
    """The bytes of a request with a community before and after its four octets of request-id.

    Cached as `pdu_template` is.

    Args:
        community: As it goes over the wire.
        pdu_type: See `pdu_template`, as for the next two.
        repetitions: Of a GETBULK.
        oids: BER bytes.
        version: Of the message; SNMPv1 has no GETBULK.
    """
    pdu_head, tail = pdu_template(pdu_type, repetitions, oids)
    front = encode_value(INTEGER, _VERSIONS[version]) + wrap(OCTET_STRING, community) + pdu_head
    return bytes((SEQUENCE,)) + encode_length(len(front) + 4 + len(tail)) + front, tail


def is_v3(datagram: bytes) -> bool:
    """Whether a message says that it is of SNMPv3; nothing else of it is looked at."""
    size = datagram[1] if len(datagram) > 1 else 0
    at = 2 if size < 0x80 else 2 + (size & 0x7F)
    return datagram[at : at + 3] == b"\x02\x01\x03"


def is_of(head: Header, version: Version) -> bool:
    """Whether an answer has the version of its question."""
    return head.version == _VERSIONS[version]


class Header(NamedTuple):
    """What stands before the varbinds of an answer, and where these start and end."""

    request_id: int
    community: bytes
    error_status: int
    error_index: int
    start: int
    end: int
    version: int = 1


def header(datagram: bytes) -> Header:
    """Read a Response of SNMPv1 or SNMPv2c down to its varbinds.

    Octets behind the message are nothing: some agents and middle boxes pad it (gosnmp#526), and
    net-snmp does not look at them either.

    Raises:
        ValueError: Anything else, a cut message.
    """
    at, end = read(datagram, 0, len(datagram), SEQUENCE)
    version, at = read_integer(datagram, at, end)
    if version not in _VERSIONS.values():
        raise ValueError("neither SNMPv1 nor SNMPv2c")
    start, at = read(datagram, at, end, OCTET_STRING)
    return pdu_header(datagram, at, end, RESPONSE, datagram[start:at], version)


def pdu_header(
    octets: bytes, at: int, end: int, pdu_type: int, community: bytes = b"", version: int = 1
) -> Header:
    """Read a PDU of this type, which must fill the octets between ``at`` and ``end``.

    Raises:
        ValueError: Another type, or other octets.
    """
    at, pdu_end = read(octets, at, end, pdu_type)
    request_id, at = read_integer(octets, at, pdu_end)
    error_status, at = read_integer(octets, at, pdu_end)
    error_index, at = read_integer(octets, at, pdu_end)
    start, list_end = read(octets, at, pdu_end, SEQUENCE)
    if not list_end == pdu_end == end:
        raise ValueError("octets after the end of the PDU")
    return Header(request_id, community, error_status, error_index, start, list_end, version)


def varbinds(datagram: bytes, at: int, end: int) -> list[Varbind]:
    """Read the varbinds between ``at`` and ``end``, as `header` tells them.

    Counters and gauges are read as unsigned whatever their first bit is: many agents leave out the
    leading zero octet. A varbind whose inside cannot be read costs itself only (`MALFORMED`): an
    empty number (snmp_exporter#541), a value longer than its varbind (gosnmp#572), no SNMP type.

    Raises:
        ValueError: A varbind that does not end inside the list, so that the next one has no start.
    """
    try:
        return _varbinds(datagram, at, end)
    except IndexError as error:
        raise ValueError("a varbind reaches over the end of the message") from error


def _varbinds(d: bytes, at: int, end: int) -> list[Varbind]:  # noqa: C901 - kept flat, see below
    """The hot loop: a call or a global name more for each varbind is a tenth of its time."""
    out: list[Varbind] = []
    add = out.append
    number, numbers = int.from_bytes, _NUMBERS
    while at < end:
        size = d[at + 1]
        if d[at] != SEQUENCE:
            raise ValueError("no varbind where one must be")
        at += 2
        if size > 0x7F:
            size, at = long_length(d, at)
        stop = at + size
        if stop > end:
            raise ValueError("a varbind reaches over the end of the message")
        oid = b""
        try:
            size = d[at + 1]
            if d[at] != OBJECT_IDENTIFIER:
                raise ValueError("a varbind without OID")
            at += 2
            if size > 0x7F:
                size, at = long_length(d, at)
            value_at = at + size
            if value_at > stop or d[value_at - 1] > 0x7F or not 0 < size <= MOST_OID_OCTETS:
                raise ValueError("a varbind without a whole OID")
            oid = d[at:value_at]

            tag = d[value_at]
            size = d[value_at + 1]
            at = value_at + 2
            if size > 0x7F:
                size, at = long_length(d, at)
            # Whatever lengths the parts claimed, the value must end just where its varbind ends:
            # so nothing reaches over its end.
            if at + size != stop:
                raise ValueError("a value that does not end with its varbind")
            if tag in numbers:
                if not 0 < size <= MOST_INTEGER_OCTETS:
                    raise ValueError("a number of a size that SNMP does not have")
                if size == 1 and (tag != INTEGER or d[at] < 0x80):
                    add((oid, tag, d[at]))
                elif tag == INTEGER:
                    add((oid, tag, number(d[at:stop], "big", signed=True)))
                else:
                    add((oid, tag, number(d[at:stop], "big")))
            elif tag == OCTET_STRING:
                add((oid, tag, d[at:stop]))
            else:
                add((oid, tag, _other(tag, d[at:stop])))
        except (ValueError, IndexError):
            add((oid, MALFORMED, None))
        at = stop
    return out


def _other(tag: int, octets: bytes) -> Cell | None:
    if tag in STRINGS:
        return octets
    if tag == OBJECT_IDENTIFIER:
        # Net-SNMP reads 06 00 as 0.0 (asn_parse_objid), because agents send it for "none".
        return decode_oid(octets) if octets else (0, 0)
    if tag in VALUELESS and not octets:
        return None
    if tag == UINTEGER32 and 0 < len(octets) <= MOST_INTEGER_OCTETS:
        return int.from_bytes(octets, "big")
    raise ValueError(f"a value of type {tag:#x}, which SNMP does not have")
