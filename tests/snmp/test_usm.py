"""Messages of SNMPv3: sealed, read, and refused."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.snmp.v3_agent import is_authentic, pdu_of

from techinfo.snmp import usm
from techinfo.snmp.ber import GET, wrap
from techinfo.snmp.interface import AuthProtocol, PrivProtocol, SnmpTarget, V3User
from techinfo.snmp.usm import Peer

USER = V3User(
    name="alice",
    auth="SHA-256",
    auth_key=b"s3cret-of-auth",
    priv="AES-128",
    priv_key=b"s3cret-of-priv",
    context="vlan-100",
)
PEER = Peer(engine_id=bytes.fromhex("80001f88046f616b"), boots=3, time=1000, heard_at=50.0)
PDU = wrap(GET, b"\x02\x01\x07\x02\x01\x00\x02\x01\x00\x30\x00")


def sealed(user: V3User = USER, peer: Peer = PEER, now: float = 60.0) -> bytes:
    """A message of a user."""
    return usm.sealed(user, peer, now, 4711, PDU)


@pytest.mark.parametrize("priv", [None, *get_args(PrivProtocol)])
@pytest.mark.parametrize("auth", get_args(AuthProtocol))
def test_what_is_sealed_can_be_opened(auth: AuthProtocol, priv: PrivProtocol | None) -> None:
    """Every pair of protocols; what is encrypted does not stand in the message."""
    user = replace(USER, auth=auth, priv=priv)

    message = usm.parse(sealed(user))

    assert (message.message_id, message.engine_id) == (4711, PEER.engine_id)
    assert (message.boots, message.time) == (3, 1010)
    assert message.level == usm.level_of(user)
    assert is_authentic(message, user)
    assert pdu_of(message, user) == PDU
    assert (PDU in message.octets) == (priv is None)


def test_without_authentication_nothing_is_authentic() -> None:
    """A message of noAuthNoPriv is read, and proves nothing."""
    user = V3User(name="nobody")

    message = usm.parse(sealed(user))

    assert message.level == 0
    assert not is_authentic(message, user)
    assert pdu_of(message, user) == PDU


@pytest.mark.parametrize("auth", get_args(AuthProtocol))
def test_keys_are_those_of_rfc_3414(auth: AuthProtocol) -> None:
    """A.2 said in four lines: the passphrase over a mebibyte, then with the engine ID between."""
    user = replace(USER, auth=auth, priv=None)
    name = "sha1" if auth == "SHA" else auth.replace("-", "").lower()

    message = usm.parse(sealed(user))

    master = hashlib.new(name, (USER.auth_key * 2**20)[: 2**20]).digest()
    key = hashlib.new(name, master + PEER.engine_id + master).digest()
    start, stop = message.digest
    blank = message.octets[:start] + bytes(stop - start) + message.octets[stop:]
    assert message.octets[start:stop] == hmac.digest(key, blank, name)[: stop - start]


def test_the_digest_finds_its_place_beside_other_zeros() -> None:
    """An engine ID may be twelve zeros and more: pysnmp would put the digest there."""
    peer = replace(PEER, engine_id=bytes(24))

    message = usm.parse(sealed(peer=peer))

    assert message.engine_id == bytes(24)
    assert is_authentic(message, USER)


def test_time_goes_on_and_stops_at_its_end() -> None:
    """Seconds since the agent was heard are added; snmpEngineTime ends at 2^31 - 1."""
    late = replace(PEER, time=0x7FFFFFFE)

    assert PEER.time_at(50.9) == 1000
    assert PEER.time_at(171.0) == 1121
    assert PEER.time_at(1.0) == 1000
    assert late.time_at(171.0) == 0x7FFFFFFF


@pytest.mark.parametrize(
    "other",
    [
        replace(USER, auth_key=b"other-of-auth"),
        replace(USER, auth="SHA-384"),
        V3User(name="nobody"),
    ],
)
def test_another_key_does_not_open_it(other: V3User) -> None:
    """Neither another passphrase, nor another protocol, nor none."""
    assert not is_authentic(usm.parse(sealed()), other)


def test_discovery_names_nobody() -> None:
    """The first message has neither user nor engine."""
    octets = usm.discovery(4711)

    assert USER.name.encode() not in octets
    with pytest.raises(ValueError, match="engine"):
        usm.parse(octets)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_message_that_was_touched_is_refused(data: st.DataObject) -> None:
    """Cut, or any octet changed: not read, or not authentic. Nothing else is raised."""
    octets = bytearray(sealed())
    place = data.draw(st.integers(0, len(octets) - 1))
    octets[place] ^= data.draw(st.integers(1, 255))
    cut = data.draw(st.sampled_from([len(octets), place]))

    with contextlib.suppress(ValueError):
        message = usm.parse(bytes(octets[:cut]))
        assert not is_authentic(message, USER)
        pdu_of(message, USER)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
def test_any_octets_are_read_or_refused(octets: bytes) -> None:
    """Whatever comes is a message, or a ValueError."""
    for datagram in (octets, wrap(0x30, b"\x02\x01\x03" + octets)):
        with contextlib.suppress(ValueError):
            pdu_of(usm.parse(datagram), USER)


def test_no_key_is_ever_printed() -> None:
    """The user and the target show whom they mean, and no secret."""
    shown = f"{USER!r} {SnmpTarget(host='192.0.2.7', v3=USER)!r} {SnmpTarget(host='x')!r}"

    assert "alice" in shown
    assert "s3cret" not in shown


def built(
    *,
    version: bytes = b"\x03",
    message_id: bytes = b"\x07",
    flags: bytes = b"\0",
    model: bytes = b"\x03",
    engine_id: bytes = PEER.engine_id,
    boots: bytes = b"\x01",
    time: bytes = b"\x01",
    within: bytes = b"",
    behind: bytes = b"",
    after: bytes = b"",
) -> bytes:
    """A message put together by hand.

    Octets ``within`` stand in msgGlobalData, those ``behind`` in the security parameters, those
    ``after`` behind the scoped PDU.
    """
    head = b"\x02\x01\x7f" + wrap(4, flags) + wrap(2, model) + within
    security = wrap(4, engine_id) + wrap(2, boots) + wrap(2, time) + 3 * b"\x04\x00" + behind
    data = wrap(0x30, wrap(4, engine_id) + b"\x04\x00" + PDU)
    front = wrap(2, version) + wrap(0x30, wrap(2, message_id) + head)
    return wrap(0x30, front + wrap(4, wrap(0x30, security)) + data + after)


def test_a_message_put_together_by_hand_is_read() -> None:
    """What the next test spoils is right before."""
    message = usm.parse(built())

    assert (message.message_id, message.level, message.boots, message.time) == (7, 0, 1, 1)
    assert pdu_of(message, V3User(name="")) == PDU


@pytest.mark.parametrize(
    "octets",
    [
        built(version=b"\x02"),
        built(version=b""),
        built(message_id=b""),
        built(message_id=b"\xff"),
        built(message_id=b"\x00\x80\x00\x00\x00"),
        built(flags=b""),
        built(flags=b"\0\0"),
        built(model=b"\x02"),
        built(engine_id=b"four"),
        built(engine_id=bytes(33)),
        built(boots=b"\xff"),
        built(boots=b""),
        built(time=b"\x00\x80\x00\x00\x00"),
        built(within=b"\x05\x00"),
        built(behind=b"\x05\x00"),
        built(after=b"\x05\x00"),
        built(flags=b"\x03"),
        built()[:-1],
    ],
)
def test_a_message_that_snmp_does_not_have_is_refused(octets: bytes) -> None:
    """One thing of it is wrong: a number, a length, or what stands where."""
    with pytest.raises(ValueError, match=r"."):
        usm.parse(octets)


def test_octets_behind_a_message_are_nothing() -> None:
    """As with SNMPv2c; what is authenticated ends before them."""
    message = usm.parse(sealed() + bytes(18))

    assert is_authentic(message, USER)
    assert pdu_of(message, USER) == PDU


def test_lengths_may_be_spelt_longer_than_they_must() -> None:
    """Agents reserve the octets before they know the length."""
    octets = built()
    longer = b"\x30\x82" + (len(octets) - 2).to_bytes(2, "big") + octets[2:]

    assert usm.parse(longer).message_id == 7
