"""Keys of SNMPv3's users, and what is done with them. Protocols and ciphers are pysnmp's.

Passphrases and keys are held as long as the process lives: hashing a passphrase takes milliseconds,
and each engine ID has keys of its own.
"""

from __future__ import annotations

import hmac
from functools import lru_cache
from typing import Any, NamedTuple

from pyasn1.type import univ
from pysnmp.error import PySnmpError
from pysnmp.proto.secmod.rfc3414 import service

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
