"""BER as SNMP uses it: lengths, numbers, OIDs, values, and an agent's half of a message.

OIDs stay BER bytes wherever they can (without tag and length): a column is a bytes prefix, an index
is the rest, and nothing is decoded that nobody reads. The manager's half is `message`.

Everything that is read here came over a network: each length is checked against what is there,
and whatever does not fit is a ValueError, which the engines translate once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from techinfo.snmp.oid import numbers
from techinfo.wire import Cell

INTEGER: Final = 0x02
BIT_STRING: Final = 0x03
"""RFC 1442, gone since RFC 1902; old agents still send it."""
OCTET_STRING: Final = 0x04
NULL: Final = 0x05
OBJECT_IDENTIFIER: Final = 0x06
SEQUENCE: Final = 0x30

IP_ADDRESS: Final = 0x40
COUNTER32: Final = 0x41
GAUGE32: Final = 0x42
TIME_TICKS: Final = 0x43
OPAQUE: Final = 0x44
NSAP_ADDRESS: Final = 0x45
"""RFC 1442, gone since RFC 1902."""
COUNTER64: Final = 0x46
UINTEGER32: Final = 0x47
"""RFC 1442, gone since RFC 1902."""

NO_SUCH_OBJECT: Final = 0x80
NO_SUCH_INSTANCE: Final = 0x81
END_OF_MIB_VIEW: Final = 0x82

GET: Final = 0xA0
GET_NEXT: Final = 0xA1
RESPONSE: Final = 0xA2
SET: Final = 0xA3
GET_BULK: Final = 0xA5

STRINGS: Final = frozenset({OCTET_STRING, IP_ADDRESS, OPAQUE, BIT_STRING, NSAP_ADDRESS})
UNSIGNED: Final = frozenset({COUNTER32, GAUGE32, TIME_TICKS, COUNTER64, UINTEGER32})
VALUELESS: Final = frozenset({NULL, NO_SUCH_OBJECT, NO_SUCH_INSTANCE, END_OF_MIB_VIEW})

_MOST_SUB_IDS = 128
_MOST_SUB_ID = 0xFFFFFFFF
"""Both RFC 2578, 3.5. Without them a datagram could hold one number of 60,000 octets."""
MOST_OID_OCTETS: Final = 5 * _MOST_SUB_IDS
MOST_INTEGER_OCTETS: Final = 9
"""A Counter64 over 2^63 has a leading zero octet."""


def encode_length(count: int) -> bytes:
    """Length octets, in the short form where it fits."""
    if count < 0x80:
        return bytes((count,))
    octets = count.to_bytes((count.bit_length() + 7) // 8, "big")
    return bytes((0x80 | len(octets),)) + octets


def wrap(tag: int, content: bytes) -> bytes:
    """Tag, length, content."""
    return bytes((tag,)) + encode_length(len(content)) + content


def long_length(data: bytes, at: int) -> tuple[int, int]:
    """A length in the long form, whose first octet stands before ``at``, and where it ends.

    Longer spellings than needed are taken: agents reserve ``82 xx xx`` before they know the length.

    Raises:
        ValueError: The indefinite form, which RFC 3417, 8 forbids, or more than four octets.
    """
    count = data[at - 1] & 0x7F
    if not 0 < count <= 4:
        raise ValueError("length in a form that SNMP does not have")
    return int.from_bytes(data[at : at + count], "big"), at + count


def read(data: bytes, at: int, end: int, tag: int) -> tuple[int, int]:
    """Where the content of the element at ``at`` starts and stops.

    It must have this tag and lie before ``end``.

    Raises:
        ValueError: Another tag, or it does not end before ``end``.
    """
    if at + 2 > end or data[at] != tag:
        raise ValueError(f"no element of type {tag:#x} where one must be")
    length = data[at + 1]
    start = at + 2
    if length > 0x7F:
        length, start = long_length(data, start)
    stop = start + length
    if stop > end:
        raise ValueError("an element reaches over its end")
    return start, stop


def read_integer(data: bytes, at: int, end: int) -> tuple[int, int]:
    """The INTEGER at ``at``: its value, and where it stops.

    Raises:
        ValueError: No INTEGER, an empty one, or one that no SNMP type can hold.
    """
    if at + 2 < end and data[at] == INTEGER and data[at + 1] == 1:  # most are of one octet
        number = data[at + 2]
        return (number if number < 0x80 else number - 0x100), at + 3
    start, stop = read(data, at, end, INTEGER)
    if not 0 < stop - start <= MOST_INTEGER_OCTETS:
        raise ValueError("an INTEGER of a size that SNMP does not have")
    return int.from_bytes(data[start:stop], "big", signed=True), stop


def _sub_id(number: int) -> bytes:
    octets = [number & 0x7F]
    while number := number >> 7:
        octets.append(0x80 | number & 0x7F)
    return bytes(reversed(octets))


def _encode_ids(ids: tuple[int, ...]) -> bytes:
    if len(ids) < 2 or ids[0] > 2 or (ids[0] < 2 and ids[1] > 39):
        raise ValueError(f"no OID can start so: {ids[:2]}")
    ids = (ids[0] * 40 + ids[1], *ids[2:])  # X.690, 8.19.4
    if len(ids) >= _MOST_SUB_IDS or not all(0 <= number <= _MOST_SUB_ID for number in ids):
        raise ValueError("an OID with too many or too large numbers")
    return b"".join(map(_sub_id, ids))


@lru_cache(maxsize=8192)
def encode_oid(oid: str) -> bytes:
    """``"1.3.6.1"`` -> ``2B 06 01``, without tag and length.

    Raises:
        ValueError: Not an OID.
    """
    return _encode_ids(numbers(oid))


@lru_cache(maxsize=8192)
def decode_index(octets: bytes) -> tuple[int, ...]:
    """What stands after a prefix of an OID: its numbers.

    Cached: the switches of a network, and the columns of a table, share their indexes.

    Raises:
        ValueError: Not whole numbers, or more or larger ones than an OID has.
    """
    ids: list[int] = []
    number = 0
    for octet in octets:
        if number == 0 and octet == 0x80:
            raise ValueError("a number of an OID starts with a padding octet")  # X.690, 8.19.2
        number = number << 7 | octet & 0x7F
        if number > _MOST_SUB_ID:
            raise ValueError("a number of an OID is over 2^32 - 1")
        if octet < 0x80:
            ids.append(number)
            number = 0
    if (octets and octets[-1] > 0x7F) or len(ids) > _MOST_SUB_IDS:
        raise ValueError("an OID that is cut, or has over 128 numbers")
    return tuple(ids)


def decode_oid(octets: bytes) -> tuple[int, ...]:
    """``2B 06 01`` -> ``(1, 3, 6, 1)``.

    Raises:
        ValueError: Not an OID.
    """
    first, *rest = decode_index(octets) or (-1,)
    if first < 0:
        raise ValueError("an OID without numbers")
    top = min(first // 40, 2)
    return (top, first - 40 * top, *rest)


def _unsigned(number: int, tag: int) -> bytes:
    most = 0xFFFFFFFFFFFFFFFF if tag == COUNTER64 else 0xFFFFFFFF
    if not 0 <= number <= most:
        raise ValueError(f"{number} is not a value of type {tag:#x}")
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


def _signed(number: int) -> bytes:
    magnitude = number if number >= 0 else ~number
    return number.to_bytes(magnitude.bit_length() // 8 + 1, "big", signed=True)


def encode_value(tag: int, cell: Cell | None) -> bytes:
    """A varbind's value with tag and length; NULL and the exceptions take any cell.

    Raises:
        ValueError: The cell does not go with the tag.
    """
    if tag in VALUELESS:
        return bytes((tag, 0))
    if isinstance(cell, int) and tag == INTEGER and -0x80000000 <= cell <= 0x7FFFFFFF:
        return wrap(tag, _signed(cell))
    if isinstance(cell, int) and tag in UNSIGNED:
        return wrap(tag, _unsigned(cell, tag))
    if isinstance(cell, bytes) and tag in STRINGS:
        return wrap(tag, cell)
    if isinstance(cell, tuple) and tag == OBJECT_IDENTIFIER:
        return wrap(tag, _encode_ids(cell))
    raise ValueError(f"a {type(cell).__name__} that is no value of type {tag:#x}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What a manager asks.

    Attributes:
        version: 0 for SNMPv1, 1 for SNMPv2c.
        non_repeaters: 0 unless it is a GETBULK, as ``max_repetitions``.
        oids: BER bytes, without tag and length.
    """

    version: int
    community: bytes = field(repr=False)
    pdu_type: int
    request_id: int
    non_repeaters: int
    max_repetitions: int
    oids: tuple[bytes, ...]


def parse_request(datagram: bytes) -> Request:
    """Read a request of SNMPv1 or SNMPv2c; the values of a SET are skipped.

    Raises:
        ValueError: Anything else.
    """
    try:
        return _parse_request(datagram)
    except IndexError as error:
        raise ValueError("a message that is cut") from error


def _parse_request(datagram: bytes) -> Request:
    at, end = read(datagram, 0, len(datagram), SEQUENCE)
    version, at = read_integer(datagram, at, end)
    start, at = read(datagram, at, end, OCTET_STRING)
    community = datagram[start:at]
    pdu_type = datagram[at]
    if version not in (0, 1) or pdu_type not in (GET, GET_NEXT, SET, GET_BULK):
        raise ValueError("not a request of SNMPv1 or SNMPv2c")
    at, pdu_end = read(datagram, at, end, pdu_type)
    request_id, at = read_integer(datagram, at, pdu_end)
    non_repeaters, at = read_integer(datagram, at, pdu_end)
    max_repetitions, at = read_integer(datagram, at, pdu_end)
    at, list_end = read(datagram, at, pdu_end, SEQUENCE)
    if not list_end == pdu_end == end == len(datagram):
        raise ValueError("octets after the end")
    bulk = pdu_type == GET_BULK
    return Request(
        version=version,
        community=community,
        pdu_type=pdu_type,
        request_id=request_id,
        non_repeaters=max(0, non_repeaters) if bulk else 0,  # RFC 3416, 4.2.3: negative is zero
        max_repetitions=max(0, max_repetitions) if bulk else 0,
        oids=_asked(datagram, at, list_end),
    )


def _asked(datagram: bytes, at: int, end: int) -> tuple[bytes, ...]:
    oids: list[bytes] = []
    while at < end:
        start, at = read(datagram, at, end, SEQUENCE)
        start, stop = read(datagram, start, at, OBJECT_IDENTIFIER)
        if not 0 < stop - start <= MOST_OID_OCTETS or datagram[stop - 1] > 0x7F:
            raise ValueError("a varbind without a whole OID")
        _, value_end = read(datagram, stop, at, datagram[stop])
        if value_end != at:
            raise ValueError("a varbind of more than two elements")
        oids.append(datagram[start:stop])
    return tuple(oids)


def encode_response(
    *,
    version: int,
    community: bytes,
    request_id: int,
    error_status: int,
    error_index: int,
    varbinds: Sequence[tuple[bytes, bytes]],
) -> bytes:
    """An agent's answer; a varbind is the OID's BER bytes and the value with tag and length."""
    listed = b"".join(
        wrap(SEQUENCE, wrap(OBJECT_IDENTIFIER, oid) + value) for oid, value in varbinds
    )
    head = b"".join(
        wrap(INTEGER, _signed(number)) for number in (request_id, error_status, error_index)
    )
    return wrap(
        SEQUENCE,
        wrap(INTEGER, _signed(version))
        + wrap(OCTET_STRING, community)
        + wrap(RESPONSE, head + wrap(SEQUENCE, listed)),
    )
