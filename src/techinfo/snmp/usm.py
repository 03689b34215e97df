"""SNMPv3's envelope: messages of the user-based security model, sealed and opened (RFC 3412, 3414).

Boots and time belong to an address (`Peer`), and not to an engine ID as in RFC 3414: two switches
with one engine ID would throw each other out of the window (field notes A13).

Nothing here knows a socket or a clock. What is read came over a network: whatever does not fit is
a ValueError.
"""

from __future__ import annotations

import hmac
from collections.abc import Container
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
    long_length,
    read,
    wrap,
)
from techinfo.snmp.interface import V3User
from techinfo.snmp.usm_keys import Keys, keys_of

AUTH: Final = 1
PRIV: Final = 2
REPORTABLE: Final = 4
"""msgFlags (RFC 3412, 6.4)."""
VERSION: Final = 3
_USM: Final = 3
"""msgSecurityModel (RFC 3411, SnmpSecurityModel)."""
MOST_BOOTS: Final = 0x7FFFFFFF
"""snmpEngineBoots and snmpEngineTime end here (RFC 3414, 2.2.2), and so does a msgID."""
_MOST_OCTETS: Final = 65507
"""msgMaxSize: what UDP over IPv4 can carry."""
_ENGINE_ID_OCTETS: Final = range(5, 33)
"""RFC 3411, SnmpEngineID."""
_OR_NONE: Final = frozenset({0, *_ENGINE_ID_OCTETS})


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
        reportable: It wants a report where it cannot be taken: a request, an inform.
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
    reportable: bool


class ScopedPdu(NamedTuple):
    """A PDU, and whether it is of the context that was asked for (RFC 3412, 6.8).

    Attributes:
        octets: The PDU stands in them.
        at: Where it starts, with tag and length.
        end: Where it stops.
    """

    octets: bytes
    at: int
    end: int
    is_in_scope: bool


def level_of(user: V3User) -> int:
    """The level that a user asks at, and at which alone it is answered."""
    if user.auth is None:
        return 0
    return AUTH if user.priv is None else AUTH | PRIV


def discovery(message_id: int) -> bytes:
    """A question that every engine answers with a report of who it is (RFC 3414, 4)."""
    pdu = wrap(GET, _number(message_id) + _number(0) + _number(0) + wrap(SEQUENCE, b""))
    scoped = wrap(SEQUENCE, scope_of(b"", "") + pdu)
    rest = _front(REPORTABLE, b"", 0, 0, "", 0, 0) + wrap(OCTET_STRING, b"") + scoped
    return wrap(SEQUENCE, _identified(message_id, rest))


def sealed(
    user: V3User,
    peer: Peer,
    now: float,
    message_id: int,
    pdu: bytes,
    *,
    answers: bool = False,
    scope: bytes = b"",
) -> bytes:
    """A message, encrypted and authenticated as the user says.

    Args:
        user: Who asks.
        peer: Who is asked; discovered.
        now: By the clock of `Peer.heard_at`.
        message_id: What the answer must have.
        pdu: BER bytes.
        answers: It is no request: nobody tells why it could not be taken (RFC 3412, 6.4).
        scope: As `scope_of`; without it that of the user at the peer.
    """
    time, level = peer.time_at(now), level_of(user)
    keys = keys_of(user, peer.engine_id)
    octets = (scope or scope_of(peer.engine_id, user.context)) + pdu
    data, salt = _SEQUENCE + encode_length(len(octets)) + octets, b""
    if level & PRIV:
        octets, salt = keys.encrypted(peer.boots, time, data)
        data = _OCTETS + encode_length(len(octets)) + octets
    size = keys.digest_octets
    flags = level if answers else level | REPORTABLE
    front = _front(flags, peer.engine_id, peer.boots, time, user.name, size, len(salt))
    front = _identified(message_id, front)
    tail = _OCTETS + bytes((len(salt),)) + salt + data
    front = _SEQUENCE + encode_length(len(front) + size + len(tail)) + front
    return front + keys.digest(front + bytes(size) + tail) + tail


def parse(datagram: bytes, *, of_nobody: bool = False) -> SealedMessage:
    """Read a message down to its scoped PDU; octets behind it are nothing.

    Args:
        datagram: As it came.
        of_nobody: It may name no engine: whoever discovers one knows none yet.

    Raises:
        ValueError: Not a message of SNMPv3 with the user-based security model.
    """
    try:
        return _parse(datagram, _OR_NONE if of_nobody else _ENGINE_ID_OCTETS)
    except IndexError as error:
        raise ValueError("a message that is cut") from error


_LAYOUT: Final = (
    (SEQUENCE, True),
    (INTEGER, False),  # msgVersion
    (SEQUENCE, True),  # msgGlobalData
    (INTEGER, False),  # msgID
    (INTEGER, False),  # msgMaxSize
    (OCTET_STRING, False),  # msgFlags
    (INTEGER, False),  # msgSecurityModel
    (OCTET_STRING, True),  # msgSecurityParameters
    (SEQUENCE, True),
    (OCTET_STRING, False),  # msgAuthoritativeEngineID
    (INTEGER, False),  # msgAuthoritativeEngineBoots
    (INTEGER, False),  # msgAuthoritativeEngineTime
    (OCTET_STRING, False),  # msgUserName
    (OCTET_STRING, False),  # msgAuthenticationParameters
    (OCTET_STRING, False),  # msgPrivacyParameters
)
"""Types in their order, and whether the next ones stand inside (RFC 3412, 6; RFC 3414, 2.4)."""


def _spans(d: bytes) -> list[tuple[int, int]]:
    """Where the content of each element starts and stops, as its length claims."""
    at = 0
    spans = []
    for tag, is_around in _LAYOUT:
        if d[at] != tag:
            raise ValueError(f"no element of type {tag:#x} where one must be")
        size = d[at + 1]
        at += 2
        if size > 0x7F:
            size, at = long_length(d, at)
        spans.append((at, at + size))
        if not is_around:
            at += size
    return spans


def _parse(d: bytes, sizes: Container[int]) -> SealedMessage:
    """Kept flat, as every answer is read by it."""
    spans = _spans(d)
    (_, end), (at, after), (_, head_end), message_id, _, (flags, flags_end), *spans = spans
    (model, model_end), (_, outer_end), (_, inner_end), (engine, engine_end), *spans = spans
    boots, time, (user, user_end), digest, (salt, salt_end) = spans
    if head_end != model_end or not (outer_end == inner_end == salt_end <= end <= len(d)):
        raise ValueError("an element that does not end where the one around it does")
    if flags_end - flags != 1 or engine_end - engine not in sizes:
        raise ValueError("flags or an engine ID of a size that SNMP does not have")
    if d[at:after] != b"\x03" or d[model:model_end] != b"\x03":
        raise ValueError("not SNMPv3 with the user-based security model")
    at, level = salt_end, d[flags] & (AUTH | PRIV)
    _, data_end = read(d, at, end, OCTET_STRING if level & PRIV else SEQUENCE)
    if data_end != end:
        raise ValueError("octets after the scoped PDU")
    return SealedMessage(
        d[:end],
        _integer(d, message_id),
        level,
        d[engine:engine_end],
        _integer(d, boots),
        _integer(d, time),
        d[user:user_end],
        digest,
        d[salt:salt_end],
        (at, end),
        bool(d[flags] & REPORTABLE),
    )


def _integer(d: bytes, span: tuple[int, int]) -> int:
    """A number of 31 bits that is not negative, as all are here."""
    at, stop = span
    number = int.from_bytes(d[at:stop], "big", signed=True)
    if at == stop or not 0 <= number <= MOST_BOOTS:
        raise ValueError("a number that SNMPv3 does not have")
    return number


def is_authentic(message: SealedMessage, keys: Keys) -> bool:
    """Whether someone with these keys wrote it. Without authentication nothing is."""
    if not message.level & AUTH or not keys.digest_octets:
        return False
    start, stop = message.digest
    octets = message.octets
    digest = keys.digest(octets[:start] + bytes(stop - start) + octets[stop:])
    return hmac.compare_digest(digest, octets[start:stop])


def opened(message: SealedMessage, keys: Keys, scope: bytes) -> ScopedPdu:
    """What a message holds, decrypted where it is encrypted.

    Args:
        message: Not opened yet.
        keys: Of the user and the message's engine.
        scope: What `scope_of` says of the request.

    Raises:
        ValueError: It cannot be decrypted, or not read.
    """
    start, stop = message.data
    scoped = message.octets[start:stop]
    if message.level & PRIV:
        start, stop = read(message.octets, start, stop, OCTET_STRING)
        encrypted = message.octets[start:stop]
        scoped = keys.decrypted(message.boots, message.time, encrypted, message.salt)
    at, end = read(scoped, 0, len(scoped), SEQUENCE)
    if scoped.startswith(scope, at):
        return ScopedPdu(scoped, at + len(scope), end, is_in_scope=True)
    engine, engine_end = read(scoped, at, end, OCTET_STRING)
    name, name_end = read(scoped, engine_end, end, OCTET_STRING)
    found = wrap(OCTET_STRING, scoped[engine:engine_end])
    found += wrap(OCTET_STRING, scoped[name:name_end])  # lengths may have been spelt longer
    return ScopedPdu(scoped, name_end, end, is_in_scope=found == scope)


@lru_cache(maxsize=4096)
def scope_of(engine_id: bytes, context: str) -> bytes:
    """The contextEngineID and contextName of a scoped PDU, in BER."""
    return wrap(OCTET_STRING, engine_id) + wrap(OCTET_STRING, context.encode())


def _number(number: int) -> bytes:
    return encode_value(INTEGER, number)


_SEQUENCE: Final = bytes((SEQUENCE,))
_OCTETS: Final = bytes((OCTET_STRING,))


_AFTER_ID: Final = tuple(
    _number(_MOST_OCTETS) + wrap(OCTET_STRING, bytes((flags,))) + _number(_USM)
    for flags in range(8)
)
"""Of msgGlobalData what follows the msgID, by msgFlags (RFC 3412, 6)."""
_BEFORE_ID: Final = tuple(
    _number(VERSION) + bytes((SEQUENCE, 2 + size + len(_AFTER_ID[0]), INTEGER, size))
    for size in range(5)
)
"""Of a message what stands between its own length and the msgID, by the size of that."""


def _identified(message_id: int, rest: bytes) -> bytes:
    size = message_id.bit_length() // 8 + 1
    return _BEFORE_ID[size] + message_id.to_bytes(size, "big") + rest


@lru_cache(maxsize=4096)
def _front(
    flags: int,
    engine_id: bytes,
    boots: int,
    time: int,
    name: str,
    digest_octets: int,
    salt_octets: int,
) -> bytes:
    """What stands between the msgID and the digest (RFC 3414, 2.4); the salt follows that.

    Cached: within a second it is the same.
    """
    front = wrap(OCTET_STRING, engine_id) + _number(boots) + _number(time)
    front += wrap(OCTET_STRING, name.encode()) + bytes((OCTET_STRING, digest_octets))
    rest = digest_octets + 2 + salt_octets
    front = _SEQUENCE + encode_length(len(front) + rest) + front
    return _AFTER_ID[flags] + _OCTETS + encode_length(len(front) + rest) + front
