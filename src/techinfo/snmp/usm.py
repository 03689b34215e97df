"""SNMPv3's envelope: messages of the user-based security model, sealed and opened (RFC 3412, 3414).

Boots and time belong to an address (`Peer`), and not to an engine ID as in RFC 3414: two switches
with one engine ID would throw each other out of the window (field notes A13).

Nothing here knows a socket or a clock. What is read came over a network: whatever does not fit is
a ValueError.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from techinfo.snmp.ber import (
    GET,
    INTEGER,
    OCTET_STRING,
    SEQUENCE,
    encode_length,
    encode_value,
    read,
    read_integer,
    wrap,
)
from techinfo.snmp.interface import V3User
from techinfo.snmp.usm_keys import keys_of

AUTH: Final = 1
PRIV: Final = 2
_REPORTABLE: Final = 4
"""msgFlags (RFC 3412, 6.4)."""
VERSION: Final = 3
_USM: Final = 3
"""msgSecurityModel (RFC 3411, SnmpSecurityModel)."""
MOST_BOOTS: Final = 0x7FFFFFFF
"""snmpEngineBoots and snmpEngineTime end here (RFC 3414, 2.2.2)."""
_MOST_OCTETS: Final = 65507
"""msgMaxSize: what UDP over IPv4 can carry."""
_ENGINE_ID_OCTETS: Final = range(5, 33)
"""RFC 3411, SnmpEngineID."""


@dataclass(slots=True)
class Peer:
    """What is known of the SNMP engine at an address.

    Attributes:
        engine_id: Empty until it is discovered.
        boots: snmpEngineBoots, as the agent last said.
        time: snmpEngineTime, as the agent last said, seconds.
        heard_at: When that was, by our own clock, seconds.
    """

    engine_id: bytes = b""
    boots: int = 0
    time: int = 0
    heard_at: float = 0.0

    def learn(self, message: SealedMessage, now: float) -> None:
        """Believe what a message says of its engine; also that its clock went back."""
        self.engine_id = message.engine_id
        self.boots = message.boots
        self.time = message.time
        self.heard_at = now

    def forget(self) -> None:
        """Have it discovered anew."""
        self.engine_id = b""

    def time_at(self, now: float) -> int:
        """Its snmpEngineTime at a moment of our clock."""
        return min(self.time + max(0, int(now - self.heard_at)), MOST_BOOTS)


class SealedMessage(NamedTuple):
    """A message that is not opened yet; nothing in it is proven.

    Attributes:
        level: `AUTH` and `PRIV`.
        digest: Where the digest starts and stops.
        data: Where the scoped PDU starts and stops, in the clear or not, with tag and length.
    """

    octets: bytes
    message_id: int
    level: int
    engine_id: bytes
    boots: int
    time: int
    user: bytes
    digest: tuple[int, int]
    salt: bytes
    data: tuple[int, int]


class ScopedPdu(NamedTuple):
    """A PDU with tag and length, and the context that it is of (RFC 3412, 6.8)."""

    engine_id: bytes
    context: bytes
    octets: bytes


def level_of(user: V3User) -> int:
    """The level that a user asks at, and at which alone it is answered."""
    if user.auth is None:
        return 0
    return AUTH if user.priv is None else AUTH | PRIV


def discovery(message_id: int) -> bytes:
    """A question that every engine answers with a report of who it is (RFC 3414, 4)."""
    pdu = wrap(GET, _number(message_id) + _number(0) + _number(0) + wrap(SEQUENCE, b""))
    scoped = wrap(SEQUENCE, _context(b"", "") + pdu)
    parameters = _parameters(b"", 0, 0, "", 0, 0) + wrap(OCTET_STRING, b"")
    return wrap(SEQUENCE, _head(message_id, 0) + parameters + scoped)


def sealed(user: V3User, peer: Peer, now: float, message_id: int, pdu: bytes) -> bytes:
    """A request, encrypted and authenticated as the user says.

    Args:
        user: Who asks.
        peer: Who is asked; discovered.
        now: By the clock of `Peer.heard_at`.
        message_id: What the answer must have.
        pdu: BER bytes.
    """
    time, level = peer.time_at(now), level_of(user)
    keys = keys_of(user, peer.engine_id)
    data, salt = wrap(SEQUENCE, _context(peer.engine_id, user.context) + pdu), b""
    if level & PRIV:
        encrypted, salt = keys.encrypted(peer.boots, time, data)
        data = wrap(OCTET_STRING, encrypted)
    size = keys.digest_octets
    front = _parameters(peer.engine_id, peer.boots, time, user.name, size, len(salt))
    front = _head(message_id, level) + front
    tail = wrap(OCTET_STRING, salt) + data
    front = bytes((SEQUENCE,)) + encode_length(len(front) + size + len(tail)) + front
    return front + keys.digest(front + bytes(size) + tail) + tail


def parse(datagram: bytes) -> SealedMessage:
    """Read a message down to its scoped PDU; octets behind it are nothing.

    Raises:
        ValueError: Not a message of SNMPv3 with the user-based security model.
    """
    try:
        return _parse(datagram)
    except IndexError as error:
        raise ValueError("a message that is cut") from error


def _parse(d: bytes) -> SealedMessage:
    at, end = read(d, 0, len(d), SEQUENCE)
    version, at = read_integer(d, at, end)
    head, after_head = read(d, at, end, SEQUENCE)
    message_id, head = read_integer(d, head, after_head)
    _, head = read_integer(d, head, after_head)
    flags, head = read(d, head, after_head, OCTET_STRING)
    model, _ = read_integer(d, head, after_head)
    if version != VERSION or model != _USM or head - flags != 1:
        raise ValueError("not SNMPv3 with the user-based security model")
    start, after = read(d, after_head, end, OCTET_STRING)
    at, stop = read(d, start, after, SEQUENCE)
    engine, at = read(d, at, stop, OCTET_STRING)
    engine_id = d[engine:at]
    boots, at = read_integer(d, at, stop)
    time, at = read_integer(d, at, stop)
    user, user_end = read(d, at, stop, OCTET_STRING)
    digest = read(d, user_end, stop, OCTET_STRING)
    salt, salt_end = read(d, digest[1], stop, OCTET_STRING)
    level = d[flags] & (AUTH | PRIV)
    _, data_end = read(d, after, end, OCTET_STRING if level & PRIV else SEQUENCE)
    if data_end != end:
        raise ValueError("octets after the scoped PDU")
    if len(engine_id) not in _ENGINE_ID_OCTETS or not (
        0 <= boots <= MOST_BOOTS and 0 <= time <= MOST_BOOTS
    ):
        raise ValueError("an engine that SNMP does not have")
    return SealedMessage(
        d[:end],
        message_id,
        level,
        engine_id,
        boots,
        time,
        d[user:user_end],
        digest,
        d[salt:salt_end],
        (after, end),
    )


def is_authentic(message: SealedMessage, user: V3User) -> bool:
    """Whether someone with the user's key wrote it. Without authentication nothing is."""
    if not message.level & AUTH or user.auth is None:
        return False
    keys = keys_of(user, message.engine_id)
    start, stop = message.digest
    octets = message.octets
    digest = keys.digest(octets[:start] + bytes(stop - start) + octets[stop:])
    return hmac.compare_digest(digest, octets[start:stop])


def opened(message: SealedMessage, user: V3User) -> ScopedPdu:
    """What a message holds, decrypted where it is encrypted.

    Raises:
        ValueError: It cannot be decrypted, or not read.
    """
    start, stop = message.data
    scoped = message.octets[start:stop]
    if message.level & PRIV:
        start, stop = read(message.octets, start, stop, OCTET_STRING)
        keys, encrypted = keys_of(user, message.engine_id), message.octets[start:stop]
        scoped = keys.decrypted(message.boots, message.time, encrypted, message.salt)
    try:
        at, end = read(scoped, 0, len(scoped), SEQUENCE)
        engine, engine_end = read(scoped, at, end, OCTET_STRING)
        name, name_end = read(scoped, engine_end, end, OCTET_STRING)
    except IndexError as error:
        raise ValueError("a scoped PDU that is cut") from error
    return ScopedPdu(scoped[engine:engine_end], scoped[name:name_end], scoped[name_end:end])


def _number(number: int) -> bytes:
    return encode_value(INTEGER, number)


@lru_cache(maxsize=4096)
def _context(engine_id: bytes, name: str) -> bytes:
    return wrap(OCTET_STRING, engine_id) + wrap(OCTET_STRING, name.encode())


def _head(message_id: int, level: int) -> bytes:
    """Version and msgGlobalData (RFC 3412, 6)."""
    number = _number(message_id)
    head = bytes((SEQUENCE, len(number) + len(_HEAD_TAILS[level]))) + number + _HEAD_TAILS[level]
    return _HEAD_FRONT + head


_HEAD_FRONT: Final = _number(VERSION)
_HEAD_TAILS: Final = tuple(
    _number(_MOST_OCTETS) + wrap(OCTET_STRING, bytes((level | _REPORTABLE,))) + _number(_USM)
    for level in range(4)
)


@lru_cache(maxsize=4096)
def _parameters(
    engine_id: bytes, boots: int, time: int, name: str, digest_octets: int, salt_octets: int
) -> bytes:
    """Of msgSecurityParameters (RFC 3414, 2.4) all before the octets of the digest and the salt.

    Cached: within a second they are the same.
    """
    front = wrap(OCTET_STRING, engine_id) + _number(boots) + _number(time)
    front += wrap(OCTET_STRING, name.encode()) + bytes((OCTET_STRING, digest_octets))
    rest = digest_octets + 2 + salt_octets
    front = bytes((SEQUENCE,)) + encode_length(len(front) + rest) + front
    return bytes((OCTET_STRING,)) + encode_length(len(front) + rest) + front
