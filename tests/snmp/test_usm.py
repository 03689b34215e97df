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
