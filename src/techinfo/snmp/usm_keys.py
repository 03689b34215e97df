"""Keys of SNMPv3's users, digests and ciphers (RFC 3414, 6 to 8 and A.2; RFC 3826; RFC 7860).

Passphrases and keys are held as long as the process lives: a mebibyte is hashed for a passphrase,
and each engine ID has keys of its own. Nothing here is ever printed.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import count
from threading import Lock
from typing import Final, NamedTuple

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC, ECB
from cryptography.hazmat.primitives.hmac import HMAC

from techinfo.snmp.interface import AuthProtocol, PrivProtocol, V3User

_PASSPHRASE_OCTETS: Final = 1 << 20
"""RFC 3414, A.2: a passphrase is repeated to a mebibyte, which is hashed."""
_MOST_KEYS: Final = 16_384
SALT_OCTETS: Final = 8
"""Of every cipher (RFC 3414, 8.1.1.1; RFC 3826, 3.1.2.1)."""
_DES_OCTETS: Final = 8
"""Of a DES key, and of its block."""
_AES_OCTETS: Final = 16
"""Of a block."""


class _Auth(NamedTuple):
    """``name`` is the hash in `hashlib`, ``octets`` the length of a digest in a message."""

    name: str
    octets: int
    algorithm: hashes.HashAlgorithm

    def hash(self, octets: bytes) -> bytes:
        return hashlib.new(self.name, octets).digest()


_AUTH: Final[dict[AuthProtocol, _Auth]] = {
    "MD5": _Auth("md5", 12, hashes.MD5()),  # noqa: S303 - what old equipment has
    "SHA": _Auth("sha1", 12, hashes.SHA1()),  # noqa: S303 - as RFC 3414 has it
    "SHA-224": _Auth("sha224", 16, hashes.SHA224()),
    "SHA-256": _Auth("sha256", 24, hashes.SHA256()),
    "SHA-384": _Auth("sha384", 32, hashes.SHA384()),
    "SHA-512": _Auth("sha512", 48, hashes.SHA512()),
}
_KEY_OCTETS: Final[dict[PrivProtocol, int]] = {
    "DES": 2 * _DES_OCTETS,  # the key, and the pre-IV
    "AES-128": 16,
    "AES-192": 24,
    "AES-256": 32,
    "AES-192-C": 24,
    "AES-256-C": 32,
}


class Keys:
    """What guards the messages between a user and one engine.

    Attributes:
        digest_octets: The length of a digest; 0 without authentication.
    """

    __slots__ = ("_hmac", "_privacy", "digest_octets")

    def __init__(self, user: V3User, engine_id: bytes) -> None:
        self.digest_octets = 0
        self._hmac: HMAC | None = None
        self._privacy: _Aes | _Des | None = None
        if user.auth is None:
            return
        auth = _AUTH[user.auth]
        key = localized(user.auth, user.auth_key, engine_id)
        self.digest_octets = auth.octets
        self._hmac = HMAC(key, auth.algorithm)
        if user.priv is not None:
            key = privacy_key(user.auth, user.priv, user.priv_key, engine_id)
            self._privacy = _Des(key) if user.priv == "DES" else _Aes(key)

    def digest(self, message: bytes) -> bytes:
        """The digest of a message that has zeros in its place; empty without authentication."""
        if self._hmac is None:
            return b""
        prepared = self._hmac.copy()
        prepared.update(message)
        return prepared.finalize()[: self.digest_octets]

    def encrypted(self, boots: int, time: int, octets: bytes) -> tuple[bytes, bytes]:
        """What is encrypted, and the salt.

        Raises:
            ValueError: The user has no privacy.
        """
        if self._privacy is None:
            raise ValueError("nothing is encrypted for this user")
        return self._privacy.encrypted(boots, time, octets)

    def decrypted(self, boots: int, time: int, octets: bytes, salt: bytes) -> bytes:
        """What was encrypted; rubbish, if with another key.

        Raises:
            ValueError: The user has no privacy, or the salt or the octets have another length.
        """
        if self._privacy is None:
            raise ValueError("nothing is encrypted for this user")
        if len(salt) != SALT_OCTETS:
            raise ValueError("a salt of another length")
        return self._privacy.decrypted(boots, time, octets, salt)


def _salts(octets: int) -> Callable[[], bytes]:
    """Numbers from a random one on: none comes twice with one key (RFC 3826, 3.1.4.1)."""
    size = 1 << 8 * octets
    numbers: Iterator[int] = count(secrets.randbelow(size))
    return lambda: (next(numbers) % size).to_bytes(octets, "big")


_aes_salt: Final = _salts(SALT_OCTETS)
_des_salt: Final = _salts(SALT_OCTETS - 4)


class _Aes:
    """RFC 3826: CFB, from an IV of boots, time and salt.

    To set up a cipher costs several times what it costs to use it, so each is set up once. All that
    CFB remembers is the last block of ciphertext. So a message is led in by a block that makes the
    IV this last block: to decrypt, the IV itself; to encrypt, what is encrypted to the IV.
    """

    __slots__ = ("_block", "_decryptor", "_encryptor", "_last", "_lock")

    def __init__(self, key: bytes) -> None:
        iv = secrets.token_bytes(_AES_OCTETS)
        self._encryptor = Cipher(AES(key), CFB(iv)).encryptor()
        self._decryptor = Cipher(AES(key), CFB(iv)).decryptor()
        self._block = Cipher(AES(key), ECB()).encryptor()  # noqa: S305 - one block, as in CFB
        self._last = iv
        self._lock = Lock()

    def encrypted(self, boots: int, time: int, octets: bytes) -> tuple[bytes, bytes]:
        salt = _aes_salt()
        iv = int.from_bytes(_aes_iv(boots, time, salt), "big")
        with self._lock:
            beside = int.from_bytes(self._block.update(self._last), "big")
            lead_in = (iv ^ beside).to_bytes(_AES_OCTETS, "big")
            out = self._encryptor.update(lead_in + octets + bytes(-len(octets) % _AES_OCTETS))
            self._last = out[-_AES_OCTETS:]
        return out[_AES_OCTETS : _AES_OCTETS + len(octets)], salt

    def decrypted(self, boots: int, time: int, octets: bytes, salt: bytes) -> bytes:
        whole = _aes_iv(boots, time, salt) + octets + bytes(-len(octets) % _AES_OCTETS)
        with self._lock:
            out = self._decryptor.update(whole)
        return out[_AES_OCTETS : _AES_OCTETS + len(octets)]


def _aes_iv(boots: int, time: int, salt: bytes) -> bytes:
    return (boots << 32 | time).to_bytes(8, "big") + salt


class _Des:
    """RFC 3414, 8: CBC, from an IV that is the salt beside the pre-IV.

    `cryptography` has DES only as the triple one, which is DES where all three keys are one.
    """

    __slots__ = ("_key", "_pre_iv")

    def __init__(self, key: bytes) -> None:
        self._key = TripleDES(key[:_DES_OCTETS] * 3)
        self._pre_iv = int.from_bytes(key[_DES_OCTETS:], "big")

    def _cipher(self, salt: bytes) -> Cipher[CBC]:
        iv = self._pre_iv ^ int.from_bytes(salt, "big")
        return Cipher(self._key, CBC(iv.to_bytes(_DES_OCTETS, "big")))

    def encrypted(self, boots: int, time: int, octets: bytes) -> tuple[bytes, bytes]:  # noqa: ARG002
        salt = boots.to_bytes(4, "big") + _des_salt()
        padded = octets + bytes(-len(octets) % _DES_OCTETS)
        return self._cipher(salt).encryptor().update(padded), salt

    def decrypted(self, boots: int, time: int, octets: bytes, salt: bytes) -> bytes:  # noqa: ARG002
        if len(octets) % _DES_OCTETS:
            raise ValueError("not whole blocks of DES")
        return self._cipher(salt).decryptor().update(octets)


def _stretched(protocol: AuthProtocol, passphrase: bytes) -> bytes:
    """The key of a passphrase that belongs to no engine yet."""
    if not passphrase:
        raise ValueError("an empty passphrase")
    whole, rest = divmod(_PASSPHRASE_OCTETS, len(passphrase))
    hashed = hashlib.new(_AUTH[protocol].name, passphrase * whole)
    hashed.update(passphrase[:rest])
    return hashed.digest()


_master = lru_cache(maxsize=256)(_stretched)
"""Hashed once for a passphrase, not for each switch."""


def localized(protocol: AuthProtocol, passphrase: bytes, engine_id: bytes) -> bytes:
    """The key that a passphrase has with one engine (RFC 3414, 2.6).

    Raises:
        ValueError: The passphrase is empty.
    """
    master = _master(protocol, passphrase)
    return _AUTH[protocol].hash(master + engine_id + master)


def privacy_key(
    auth: AuthProtocol, priv: PrivProtocol, passphrase: bytes, engine_id: bytes
) -> bytes:
    """Hashed as the authentication key is, and lengthened to what the cipher needs.

    ``-C`` takes the short key for a passphrase (draft-reeder-snmpv3-usm-3desede-00, 2.1), the
    others hash it (draft-blumenthal-aes-usm-04, 3.1.2.1).

    Raises:
        ValueError: The passphrase is empty.
    """
    wanted = _KEY_OCTETS[priv]
    key = localized(auth, passphrase, engine_id)
    while len(key) < wanted:
        if priv.endswith("-C"):
            master = _stretched(auth, key)
            key += _AUTH[auth].hash(master + engine_id + master)
        else:
            key += _AUTH[auth].hash(key)
    return key[:wanted]


_known: Final[dict[tuple[object, ...], Keys]] = {}
_adding: Final = Lock()


def keys_of(user: V3User, engine_id: bytes) -> Keys:
    """The keys between a user and an engine: at once where they are known, else hashed now.

    Raises:
        ValueError: A passphrase is empty.
    """
    asked = (user.auth, user.auth_key, user.priv, user.priv_key, engine_id)
    found = _known.get(asked)
    if found is None:
        found = Keys(user, engine_id)
        with _adding:
            if len(_known) >= _MOST_KEYS:
                del _known[next(iter(_known))]
            _known[asked] = found
    return found


def are_known(user: V3User, engine_id: bytes) -> bool:
    """Whether `keys_of` takes no time: hashing takes some milliseconds, so threads do it."""
    asked = (user.auth, user.auth_key, user.priv, user.priv_key, engine_id)
    return user.auth is None or asked in _known
