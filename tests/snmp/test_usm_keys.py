"""Keys, digests and ciphers of SNMPv3, held against the RFC's vectors and against pysnmp."""

from __future__ import annotations

import threading
from typing import Any, get_args

import pytest
from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from hypothesis import given, settings
from hypothesis import strategies as st
from pyasn1.type import univ
from pysnmp.proto.secmod.rfc3414 import service

from techinfo.snmp.interface import AuthProtocol, PrivProtocol, V3User
from techinfo.snmp.usm_keys import Keys, are_known, keys_of, localized, privacy_key

AUTHS: tuple[AuthProtocol, ...] = get_args(AuthProtocol)
PRIVS: tuple[PrivProtocol, ...] = get_args(PrivProtocol)
MAPLE = b"maplesyrup"
MAPLE_ENGINE = bytes(11) + b"\x02"
ENGINE = bytes.fromhex("80001f88046f616b")
_SHA2 = service.hmacsha2.HmacSha2
AUTH_SERVICES: dict[AuthProtocol, Any] = {
    "MD5": service.hmacmd5.HmacMd5(),
    "SHA": service.hmacsha.HmacSha(),
    "SHA-224": _SHA2(_SHA2.SHA224_SERVICE_ID),
    "SHA-256": _SHA2(_SHA2.SHA256_SERVICE_ID),
    "SHA-384": _SHA2(_SHA2.SAH384_SERVICE_ID),
    "SHA-512": _SHA2(_SHA2.SHA512_SERVICE_ID),
}
AUTH_IDS: dict[AuthProtocol, tuple[int, ...]] = {
    "MD5": service.hmacmd5.HmacMd5.SERVICE_ID,
    "SHA": service.hmacsha.HmacSha.SERVICE_ID,
    "SHA-224": _SHA2.SHA224_SERVICE_ID,
    "SHA-256": _SHA2.SHA256_SERVICE_ID,
    "SHA-384": _SHA2.SAH384_SERVICE_ID,
    "SHA-512": _SHA2.SHA512_SERVICE_ID,
}
PRIV_SERVICES: dict[PrivProtocol, Any] = {
    "DES": service.des.Des(),
    "AES-128": service.aes.Aes(),
    "AES-192": service.aes192.AesBlumenthal192(),
    "AES-256": service.aes256.AesBlumenthal256(),
    "AES-192-C": service.aes192.Aes192(),
    "AES-256-C": service.aes256.Aes256(),
}


def user(auth: AuthProtocol = "SHA-256", priv: PrivProtocol | None = "AES-128") -> V3User:
    """A user of these protocols."""
    return V3User(name="a", auth=auth, auth_key=b"s3cret-auth", priv=priv, priv_key=b"s3cret-priv")


@pytest.mark.parametrize(
    ("auth", "key"),
    [
        ("MD5", "526f5eed9fcce26f8964c2930787d82b"),
        ("SHA", "6695febc9288e36282235fc7151f128497b38f3f"),
    ],
)
def test_localized_keys_of_rfc_3414(auth: AuthProtocol, key: str) -> None:
    """A.3.1 and A.3.2."""
    assert localized(auth, MAPLE, MAPLE_ENGINE).hex() == key


@pytest.mark.parametrize("passphrase", [b"x", b"8 octets", MAPLE, bytes(range(1, 256)) * 3])
@pytest.mark.parametrize("auth", AUTHS)
def test_a_passphrase_is_hashed_as_pysnmp_does(auth: AuthProtocol, passphrase: bytes) -> None:
    """Whatever its length, also one that does not divide a mebibyte."""
    oracle = AUTH_SERVICES[auth]
    master = oracle.hash_passphrase(passphrase)

    expected = bytes(oracle.localize_key(master, univ.OctetString(ENGINE)))

    assert localized(auth, passphrase, ENGINE) == expected


@pytest.mark.parametrize("priv", PRIVS)
@pytest.mark.parametrize("auth", AUTHS)
def test_pysnmp_reads_what_is_encrypted_and_the_other_way_round(
    auth: AuthProtocol, priv: PrivProtocol
) -> None:
    """Every pair of protocols: keys are lengthened alike, and the IV is made alike."""
    oracle, keys = PRIV_SERVICES[priv], Keys(user(auth, priv), ENGINE)
    master = AUTH_SERVICES[auth].hash_passphrase(b"s3cret-priv")
    key = oracle.localize_key(AUTH_IDS[auth], master, univ.OctetString(ENGINE))
    plain = b"0 to 9, and more than two blocks of it"

    data, salt = keys.encrypted(7, 1234, plain)
    given_data, given_salt = oracle.encrypt_data(key, (7, 1234, None), plain)

    read = oracle.decrypt_data(key, (7, 1234, univ.OctetString(salt)), univ.OctetString(data))
    assert privacy_key(auth, priv, b"s3cret-priv", ENGINE) == bytes(key)
    assert bytes(read).startswith(plain)
    assert keys.decrypted(7, 1234, bytes(given_data), bytes(given_salt)).startswith(plain)


@pytest.mark.parametrize("auth", AUTHS)
def test_a_digest_is_that_of_pysnmp(auth: AuthProtocol) -> None:
    """Cut to the length that RFC 3414 and RFC 7860 say."""
    keys = Keys(user(auth, None), ENGINE)
    blank = bytes(keys.digest_octets)
    message = b"\x30\x7a front" + blank + b"back"
    key = univ.OctetString(localized(auth, b"s3cret-auth", ENGINE))

    signed = bytes(AUTH_SERVICES[auth].authenticate_outgoing_message(key, message))

    assert signed == message.replace(blank, keys.digest(message))


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 2**31 - 1), st.integers(0, 2**31 - 1), st.binary(max_size=100)),
        min_size=1,
        max_size=5,
    )
)
def test_one_cipher_is_used_again_and_again(messages: list[tuple[int, int, bytes]]) -> None:
    """What was encrypted and decrypted before, whole blocks or not, changes nothing."""
    keys = Keys(user(), ENGINE)
    key = AES(privacy_key("SHA-256", "AES-128", b"s3cret-priv", ENGINE))
    salts = set()

    for boots, time, octets in messages:
        data, salt = keys.encrypted(boots, time, octets)
        iv = boots.to_bytes(4, "big") + time.to_bytes(4, "big") + salt
        assert data == Cipher(key, CFB(iv)).encryptor().update(octets)
        assert keys.decrypted(boots, time, data, salt) == octets
        salts.add(salt)

    assert len(salts) == len(messages)


def test_threads_can_share_keys() -> None:
    """Two threads encrypt and decrypt by the same keys, and nothing of one gets into the other."""
    keys, wrong = Keys(user(), ENGINE), []

    def work(octets: bytes) -> None:
        for number in range(300):
            data, salt = keys.encrypted(number, 1, octets)
            if keys.decrypted(number, 1, data, salt) != octets:
                wrong.append(number)

    threads = [threading.Thread(target=work, args=(bytes((n,)) * 40,)) for n in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not wrong


@pytest.mark.parametrize("priv", ["DES", "AES-128"])
@pytest.mark.parametrize("salt", [b"", bytes(7), bytes(9)])
def test_a_salt_of_another_length_is_refused(priv: PrivProtocol, salt: bytes) -> None:
    """RFC 3414, 8.3.2, and RFC 3826, 3.3.2.1."""
    with pytest.raises(ValueError, match="salt"):
        Keys(user(priv=priv), ENGINE).decrypted(1, 1, bytes(16), salt)


@pytest.mark.parametrize("size", [1, 7, 9])
def test_a_part_of_a_des_block_is_refused(size: int) -> None:
    """RFC 3414, 8.1.1.3."""
    with pytest.raises(ValueError, match="whole blocks"):
        Keys(user(priv="DES"), ENGINE).decrypted(1, 1, bytes(size), bytes(8))


def test_nothing_is_encrypted_for_a_user_without_privacy() -> None:
    """Neither one way nor the other."""
    keys = Keys(user(priv=None), ENGINE)

    with pytest.raises(ValueError, match="nothing is encrypted"):
        keys.encrypted(1, 1, b"")
    with pytest.raises(ValueError, match="nothing is encrypted"):
        keys.decrypted(1, 1, b"", bytes(8))


def test_an_empty_passphrase_is_an_error() -> None:
    """It has no key, and nothing is ever sent by it."""
    with pytest.raises(ValueError, match="empty passphrase"):
        keys_of(V3User(name="a", auth="SHA"), ENGINE)


def test_keys_are_worked_out_once_for_a_user_and_an_engine() -> None:
    """A name or a context makes no other keys; an engine, a passphrase or a cipher does."""
    engine = b"\x80\x00\x1f\x88\x04once"
    first = V3User(name="a", auth="SHA", auth_key=b"of-once-alone")
    known_before = are_known(first, engine)

    keys = keys_of(first, engine)

    same = V3User(name="b", auth="SHA", auth_key=b"of-once-alone", context="vlan-1")
    other = V3User(name="a", auth="SHA", auth_key=b"of-once-alone", priv="DES", priv_key=b"p")
    assert (known_before, are_known(first, engine)) == (False, True)
    assert keys_of(same, engine) is keys
    assert keys_of(other, engine) is not keys
    assert keys_of(first, engine + b"2") is not keys


def test_no_key_is_printed() -> None:
    """Neither by ``repr`` nor by ``str``."""
    keys = Keys(user(), ENGINE)

    shown = f"{keys!r} {keys}"

    assert "s3cret" not in shown
    assert localized("SHA-256", b"s3cret-auth", ENGINE).hex() not in shown
