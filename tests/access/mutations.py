"""Answers of an agent, mutated: fields of the message, or octets anywhere in it."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from techinfo.snmp.ber import (
    INTEGER,
    OBJECT_IDENTIFIER,
    OCTET_STRING,
    RESPONSE,
    SEQUENCE,
    encode_length,
    read,
    wrap,
)


class Place(Enum):
    """What of a message is mutated."""

    HEAD = "version, community, PDU type or request-id, over values that are lies"
    STATUS = "error-status or error-index"
    OID = "the name of a varbind"
    VALUE = "the value of a varbind"
    ANYWHERE = "octets, whatever they are"


@dataclass(slots=True)
class Parts:
    """A whole response, taken apart; what stands before each content is its tag."""

    version: bytes
    community: bytes
    pdu: int
    numbers: list[bytes]
    varbinds: list[tuple[bytes, int, bytes]]

    def joined(self) -> bytes:
        """The message of these parts, with lengths that fit."""
        listed = b"".join(
            wrap(SEQUENCE, wrap(OBJECT_IDENTIFIER, oid) + wrap(tag, value))
            for oid, tag, value in self.varbinds
        )
        numbers = b"".join(wrap(INTEGER, number) for number in self.numbers)
        head = wrap(INTEGER, self.version) + wrap(OCTET_STRING, self.community)
        return wrap(SEQUENCE, head + wrap(self.pdu, numbers + wrap(SEQUENCE, listed)))


def parts_of(datagram: bytes) -> Parts:
    """An honest response, taken apart."""
    at, end = read(datagram, 0, len(datagram), SEQUENCE)
    start, at = read(datagram, at, end, INTEGER)
    version = datagram[start:at]
    start, at = read(datagram, at, end, OCTET_STRING)
    community = datagram[start:at]
    at, end = read(datagram, at, end, RESPONSE)
    numbers = []
    for _ in range(3):
        start, at = read(datagram, at, end, INTEGER)
        numbers.append(datagram[start:at])
    at, end = read(datagram, at, end, SEQUENCE)
    varbinds = []
    while at < end:
        start, at = read(datagram, at, end, SEQUENCE)
        start, stop = read(datagram, start, at, OBJECT_IDENTIFIER)
        value, _ = read(datagram, stop, at, datagram[stop])
        varbinds.append((datagram[start:stop], datagram[stop], datagram[value:at]))
    return Parts(version, community, RESPONSE, numbers, varbinds)


_TAGS = (0, 1, 2, 3, 4, 5, 6, 0x30, *range(0x40, 0x48), 0x80, 0x81, 0x82, 0xA0, 0xA2, 0xA8, 0xFF)
_LENGTHS = (b"\x80", b"\x81\xff", b"\x82\xff\xff", b"\x84\xff\xff\xff\xff", b"\x89" + b"\1" * 9)
_MOST_OCTETS = 65_507


def _octets(chance: random.Random, old: bytes) -> bytes:
    """Other octets than these: flipped, fewer, more, or quite others."""
    match chance.randrange(5):
        case 0 if old:
            at = chance.randrange(len(old))
            return old[:at] + bytes((old[at] ^ 1 << chance.randrange(8),)) + old[at + 1 :]
        case 1 if old:
            return old[: chance.randrange(len(old))]
        case 2:
            return old + chance.randbytes(1 + chance.randrange(4))
        case 3:
            return b"\x80" + old
    return chance.randbytes(chance.randrange(12)) + b"\1"


def lies(datagram: bytes) -> bytes:
    """The same message with other values, where they are not empty."""
    parts = parts_of(datagram)
    parts.varbinds = [
        (o, t, v[:-1] + bytes((v[-1] ^ 1,)) if v else v) for o, t, v in parts.varbinds
    ]
    return parts.joined()


def _head(chance: random.Random, parts: Parts, _before: bytes) -> None:
    parts.varbinds = parts_of(lies(parts.joined())).varbinds
    match chance.randrange(5):
        case 0:
            number = int.from_bytes(parts.numbers[0], "big") + chance.choice((-256, -2, -1, 1, 2))
            parts.numbers[0] = number.to_bytes(5, "big", signed=True)
        case 1:
            parts.numbers[0] = _octets(chance, parts.numbers[0])
        case 2:
            parts.community = _octets(chance, parts.community)
        case 3:
            parts.version = bytes((chance.choice((0, 2, 3, 0x7F, 0xFF)),))
        case 4:
            parts.pdu = chance.choice((0xA0, 0xA1, 0xA3, 0xA4, 0xA5, 0xA7, 0xA8, 0x30))


def _status(chance: random.Random, parts: Parts, _before: bytes) -> None:
    parts.numbers[1] = bytes((chance.choice((1, 2, 5, 5, 13, 18, 19, 0x7F, 0x80)),))
    if chance.random() < 0.7:
        parts.numbers[2] = chance.choice((b"\0", b"\1", b"\2", b"\x0b", b"\x7f\xff", b"\xff", b""))
    if chance.random() < 0.3:
        parts.varbinds.clear()


def _oid(chance: random.Random, parts: Parts, _before: bytes) -> None:
    if not parts.varbinds:
        return
    at = chance.randrange(len(parts.varbinds))
    oid, tag, value = parts.varbinds[at]
    other = chance.choice(parts.varbinds)[0]
    parts.varbinds[at] = (other if chance.random() < 0.3 else _octets(chance, oid), tag, value)


def _value(chance: random.Random, parts: Parts, _before: bytes) -> None:
    if not parts.varbinds:
        return
    at = chance.randrange(len(parts.varbinds))
    oid, tag, value = parts.varbinds[at]
    if chance.random() < 0.5:
        parts.varbinds[at] = (oid, chance.choice(_TAGS), value)
    else:
        parts.varbinds[at] = (oid, tag, _octets(chance, value))


_FIELDS: Mapping[Place, Callable[[random.Random, Parts, bytes], None]] = {
    Place.HEAD: _head,
    Place.STATUS: _status,
    Place.OID: _oid,
    Place.VALUE: _value,
}


def _flipped(chance: random.Random, data: bytes, _before: bytes) -> bytes:
    out = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 8))):
        out[chance.randrange(len(out))] ^= 1 << chance.randrange(8)
    return bytes(out)


def _set(chance: random.Random, data: bytes, _before: bytes) -> bytes:
    out = bytearray(data)
    for _ in range(chance.choice((1, 2, 4))):
        out[chance.randrange(len(out))] = chance.choice((0, 1, 0x7F, 0x80, 0x84, 0xFF, 0x30, 0x06))
    return bytes(out)


def _cut(chance: random.Random, data: bytes, _before: bytes) -> bytes:
    return data[: chance.randrange(len(data))]


def _without(chance: random.Random, data: bytes, _before: bytes) -> bytes:
    start = chance.randrange(len(data))
    return data[:start] + data[start + 1 + chance.randrange(8) :]


def _with(chance: random.Random, data: bytes, _before: bytes) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + chance.choice((chance.randbytes(3), *_LENGTHS, data[:at][-9:])) + data[at:]


def _spliced(chance: random.Random, data: bytes, before: bytes) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + before[at:]


def _longer(chance: random.Random, data: bytes, _before: bytes) -> bytes:
    """A length that says more or less than is there."""
    at = chance.randrange(1, len(data))
    return data[:at] + chance.choice(_LENGTHS) + data[at + 1 :]


def _random(chance: random.Random, data: bytes, _before: bytes) -> bytes:
    return chance.randbytes(chance.randrange(len(data) * 2))


def _nested(chance: random.Random, data: bytes, _before: bytes) -> bytes:
    depth = chance.choice((10, 1000, 20_000))
    return (b"\x30" + encode_length(0x7F)) * min(depth, _MOST_OCTETS // 2) + data[:20]


def _repeated(chance: random.Random, data: bytes, _before: bytes) -> bytes:
    parts = parts_of(data)
    parts.varbinds *= chance.choice((2, 3, 40))
    return parts.joined()[:_MOST_OCTETS]


_ANYWHERE: Sequence[Callable[[random.Random, bytes, bytes], bytes]] = (
    *(_flipped, _flipped, _set, _set, _cut, _without, _with, _with, _spliced, _spliced),
    *(_longer, _longer, _random, _nested, _repeated),
)


def mutated(chance: random.Random, honest: bytes, before: bytes) -> tuple[Place, bytes]:
    """A datagram that is not the honest one, and what of it is mutated.

    Args:
        chance: What decides; one seed gives one mutation.
        honest: The agent's answer.
        before: Another answer of an agent, for splices.
    """
    while True:
        place = chance.choice(tuple(Place))
        if place is Place.ANYWHERE:
            out = chance.choice(_ANYWHERE)(chance, honest, before)
        else:
            parts = parts_of(honest)
            _FIELDS[place](chance, parts, before)
            out = parts.joined()
        if out != honest:
            return place, out
