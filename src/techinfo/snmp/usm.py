"""SNMPv3's envelope: messages of the user-based security model, sealed and opened (RFC 3412, 3414).

pysnmp's security model is passed by: it keeps boots and time by engine ID, so that two switches
with one engine ID throw each other out of the window (field notes A13). Here they belong to an
address (`Peer`).

Nothing here knows a socket or a clock. What is read came over a network: whatever does not fit is
a ValueError.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Final, NamedTuple

from techinfo.snmp.ber import (
    GET,
    INTEGER,
    OCTET_STRING,
    SEQUENCE,
    encode_value,
    read,
    read_integer,
    wrap,
)
from techinfo.snmp.interface import V3User
from techinfo.snmp.usm_keys import decrypted, digest_octets, digest_of, encrypted

AUTH: Final = 1
PRIV: Final = 2
_REPORTABLE: Final = 4
"""msgFlags (RFC 3412, 6.4)."""
_VERSION: Final = 3
_USM: Final = 3
"""msgSecurityModel (RFC 3411, SnmpSecurityModel)."""
_MOST: Final = 0x7FFFFFFF
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

    def learn(self, message: Message, now: float) -> None:
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
        return min(self.time + max(0, int(now - self.heard_at)), _MOST)


class Message(NamedTuple):
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
    digest: tuple[int, int]
    salt: bytes
    data: tuple[int, int]


def level_of(user: V3User) -> int:
    """The level that a user asks at, and at which alone it is answered."""
    if user.auth is None:
        return 0
    return AUTH if user.priv is None else AUTH | PRIV


def discovery(message_id: int) -> bytes:
    """A question that every engine answers with a report of who it is (RFC 3414, 4)."""
    pdu = wrap(GET, _number(message_id) + _number(0) + _number(0) + wrap(SEQUENCE, b""))
    scoped = wrap(SEQUENCE, wrap(OCTET_STRING, b"") + wrap(OCTET_STRING, b"") + pdu)
    security = _security(b"", 0, 0, b"") + 2 * wrap(OCTET_STRING, b"")
    return wrap(SEQUENCE, _head(message_id, 0, security) + scoped)


def sealed(user: V3User, peer: Peer, now: float, message_id: int, pdu: bytes) -> bytes:
    """A request, encrypted and authenticated as the user says.

    Args:
        user: Who asks.
        peer: Who is asked; discovered.
        now: By the clock of `Peer.heard_at`.
        message_id: What the answer must have.
        pdu: BER bytes.
    """
    time = peer.time_at(now)
    context = wrap(OCTET_STRING, peer.engine_id) + wrap(OCTET_STRING, user.context.encode())
    data, salt = wrap(SEQUENCE, context + pdu), b""
    if user.priv is not None:
        data, salt = encrypted(user, (peer.engine_id, peer.boots, time), data)
        data = wrap(OCTET_STRING, data)
    blank = bytes(digest_octets(user))
    front = _security(peer.engine_id, peer.boots, time, user.name.encode())
    tail = wrap(OCTET_STRING, salt)
    security = front + wrap(OCTET_STRING, blank) + tail
    message = wrap(SEQUENCE, _head(message_id, level_of(user), security) + data)
    if user.auth is None:
        return message
    digest = digest_of(user, peer.engine_id, message)
    stop = len(message) - len(data) - len(tail)
    return message[: stop - len(blank)] + digest + message[stop:]


def parse(datagram: bytes) -> Message:
    """Read a message down to its scoped PDU; octets behind it are nothing.

    Raises:
        ValueError: Not a message of SNMPv3 with the user-based security model.
    """
    try:
        return _parse(datagram)
    except IndexError as error:
        raise ValueError("a message that is cut") from error


def _parse(d: bytes) -> Message:
    at, end = read(d, 0, len(d), SEQUENCE)
    version, at = read_integer(d, at, end)
    head, after_head = read(d, at, end, SEQUENCE)
    message_id, head = read_integer(d, head, after_head)
    _, head = read_integer(d, head, after_head)
    flags, head = read(d, head, after_head, OCTET_STRING)
    model, _ = read_integer(d, head, after_head)
    if (version, model) != (_VERSION, _USM) or head - flags != 1:
        raise ValueError("not SNMPv3 with the user-based security model")
    start, after = read(d, after_head, end, OCTET_STRING)
    at, stop = read(d, start, after, SEQUENCE)
    engine, at = read(d, at, stop, OCTET_STRING)
    engine_id = d[engine:at]
    boots, at = read_integer(d, at, stop)
    time, at = read_integer(d, at, stop)
    _, at = read(d, at, stop, OCTET_STRING)
    digest = read(d, at, stop, OCTET_STRING)
    salt, salt_end = read(d, digest[1], stop, OCTET_STRING)
    level = d[flags] & (AUTH | PRIV)
    _, data_end = read(d, after, end, OCTET_STRING if level & PRIV else SEQUENCE)
    if data_end != end:
        raise ValueError("octets after the scoped PDU")
    if len(engine_id) not in _ENGINE_ID_OCTETS or not (0 <= boots <= _MOST and 0 <= time <= _MOST):
        raise ValueError("an engine that SNMP does not have")
    data = (after, end)
    return Message(
        d[:end], message_id, level, engine_id, boots, time, digest, d[salt:salt_end], data
    )


def is_authentic(message: Message, user: V3User) -> bool:
    """Whether someone with the user's key wrote it. Without authentication nothing is."""
    start, stop = message.digest
    if not message.level & AUTH or user.auth is None:
        return False
    whole = message.octets[:start] + bytes(stop - start) + message.octets[stop:]
    digest = digest_of(user, message.engine_id, whole)
    return hmac.compare_digest(digest, message.octets[start:stop])


def pdu_of(message: Message, user: V3User) -> bytes:
    """The PDU, decrypted where it is encrypted, with tag and length.

    Raises:
        ValueError: It cannot be decrypted, or not read.
    """
    start, stop = message.data
    scoped = message.octets[start:stop]
    if message.level & PRIV:
        start, stop = read(message.octets, start, stop, OCTET_STRING)
        engine = (message.engine_id, message.boots, message.time)
        scoped = decrypted(user, engine, message.octets[start:stop], message.salt)
    try:
        at, end = read(scoped, 0, len(scoped), SEQUENCE)
        _, at = read(scoped, at, end, OCTET_STRING)
        _, at = read(scoped, at, end, OCTET_STRING)
    except IndexError as error:
        raise ValueError("a scoped PDU that is cut") from error
    return scoped[at:end]


def _number(number: int) -> bytes:
    return encode_value(INTEGER, number)


def _security(engine_id: bytes, boots: int, time: int, name: bytes) -> bytes:
    """UsmSecurityParameters (RFC 3414, 2.4) without the last two."""
    engine = wrap(OCTET_STRING, engine_id) + _number(boots) + _number(time)
    return engine + wrap(OCTET_STRING, name)


def _head(message_id: int, level: int, security: bytes) -> bytes:
    """SNMPv3Message (RFC 3412, 6) without its data."""
    flags = wrap(OCTET_STRING, bytes((level | _REPORTABLE,)))
    head = _number(message_id) + _number(_MOST_OCTETS) + flags + _number(_USM)
    parameters = wrap(OCTET_STRING, wrap(SEQUENCE, security))
    return _number(_VERSION) + wrap(SEQUENCE, head) + parameters
