"""SNMPv3's envelope: messages of the user-based security model, sealed and opened (RFC 3412, 3414).

pysnmp's security model is passed by: it keeps boots and time by engine ID, so that two switches
with one engine ID throw each other out of the window (field notes A13). Here they belong to an
address (`Peer`).

Nothing here knows a socket or a clock. What is read came over a network: whatever does not fit is
a ValueError.

Keys of SNMPv3's users, and what is done with them. Protocols and ciphers are pysnmp's.

Passphrases and keys are held as long as the process lives: hashing a passphrase takes milliseconds,
and each engine ID has keys of its own.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NamedTuple

from pyasn1.type import univ
from pysnmp.error import PySnmpError
from pysnmp.proto.secmod.rfc3414 import service

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
from techinfo.snmp.interface import AuthProtocol, PrivProtocol, V3User

Moment = tuple[bytes, int, int]
"""Of an engine: its engine ID, boots and time."""


class _Auth(NamedTuple):
    """``octets`` is the length of a digest, ``oid`` what pysnmp calls the protocol."""

    hash: str
    octets: int
    oid: tuple[int, ...]
    service: Any


def _sha2(name: str, octets: int, oid: tuple[int, ...]) -> _Auth:
    return _Auth(name, octets, oid, service.hmacsha2.HmacSha2(oid))


_SHA = service.hmacsha.HmacSha
_SHA2 = service.hmacsha2.HmacSha2
_MD5 = service.hmacmd5.HmacMd5
_AUTH: dict[AuthProtocol, _Auth] = {
    "MD5": _Auth("md5", 12, _MD5.SERVICE_ID, _MD5()),
    "SHA": _Auth("sha1", 12, _SHA.SERVICE_ID, _SHA()),
    "SHA-224": _sha2("sha224", 16, _SHA2.SHA224_SERVICE_ID),
    "SHA-256": _sha2("sha256", 24, _SHA2.SHA256_SERVICE_ID),
    "SHA-384": _sha2("sha384", 32, _SHA2.SAH384_SERVICE_ID),
    "SHA-512": _sha2("sha512", 48, _SHA2.SHA512_SERVICE_ID),
}
_PRIV: dict[PrivProtocol, Any] = {
    "DES": service.des.Des(),
    "AES-128": service.aes.Aes(),
    "AES-192": service.aes192.AesBlumenthal192(),
    "AES-256": service.aes256.AesBlumenthal256(),
    "AES-192-C": service.aes192.Aes192(),
    "AES-256-C": service.aes256.Aes256(),
}


def digest_octets(user: V3User) -> int:
    """The length of the user's digests; 0 without authentication."""
    return _AUTH[user.auth].octets if user.auth else 0


def digest_of(user: V3User, engine_id: bytes, message: bytes) -> bytes:
    """The digest of a message that has zeros in its place; empty without authentication.

    pysnmp would look for zeros, or for the digest, and take the first that it finds.
    """
    if user.auth is None:
        return b""
    auth = _AUTH[user.auth]
    key = _auth_key(user.auth, user.auth_key, engine_id)
    return hmac.digest(key, message, auth.hash)[: auth.octets]


def encrypted(user: V3User, engine: Moment, octets: bytes) -> tuple[bytes, bytes]:
    """What is encrypted, and the salt.

    Raises:
        ValueError: The user has no privacy.
    """
    cipher, key = _cipher(user, engine[0])
    data, salt = cipher.encrypt_data(key, (*engine[1:], None), octets)
    return bytes(data), bytes(salt)


def decrypted(user: V3User, engine: Moment, octets: bytes, salt: bytes) -> bytes:
    """What was encrypted; rubbish, if with another key.

    Raises:
        ValueError: The user has no privacy, or the salt has another length.
    """
    cipher, key = _cipher(user, engine[0])
    parameters = (*engine[1:], univ.OctetString(salt))
    try:
        return bytes(cipher.decrypt_data(key, parameters, univ.OctetString(octets)))
    except PySnmpError as error:
        raise ValueError("cannot be decrypted") from error


def _cipher(user: V3User, engine_id: bytes) -> tuple[Any, univ.OctetString]:
    if user.auth is None or user.priv is None:
        raise ValueError("nothing is encrypted for this user")
    return _PRIV[user.priv], _priv_key(user.auth, user.priv, user.priv_key, engine_id)


@lru_cache(maxsize=256)
def _master(protocol: AuthProtocol, passphrase: bytes) -> Any:
    """A mebibyte is hashed for it (RFC 3414, A.2): once for a passphrase, not for each switch."""
    return _AUTH[protocol].service.hash_passphrase(passphrase)


@lru_cache(maxsize=16384)
def _auth_key(protocol: AuthProtocol, passphrase: bytes, engine_id: bytes) -> bytes:
    master = _master(protocol, passphrase)
    return bytes(_AUTH[protocol].service.localize_key(master, univ.OctetString(engine_id)))


@lru_cache(maxsize=16384)
def _priv_key(
    auth: AuthProtocol, priv: PrivProtocol, passphrase: bytes, engine_id: bytes
) -> univ.OctetString:
    """Hashed as the authentication key is, and lengthened to what the cipher needs."""
    master = _master(auth, passphrase)
    return _PRIV[priv].localize_key(_AUTH[auth].oid, master, univ.OctetString(engine_id))


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
        return min(self.time + max(0, int(now - self.heard_at)), _MOST)


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
    return SealedMessage(
        d[:end], message_id, level, engine_id, boots, time, digest, d[salt:salt_end], data
    )


def is_authentic(message: SealedMessage, user: V3User) -> bool:
    """Whether someone with the user's key wrote it. Without authentication nothing is."""
    start, stop = message.digest
    if not message.level & AUTH or user.auth is None:
        return False
    whole = message.octets[:start] + bytes(stop - start) + message.octets[stop:]
    digest = digest_of(user, message.engine_id, whole)
    return hmac.compare_digest(digest, message.octets[start:stop])


def pdu_of(message: SealedMessage, user: V3User) -> bytes:
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
