"""What traps say: by their bytes first, and hostile ones in vain."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pyasn1.codec.ber import decoder
from pysnmp.proto.api import v2c
from tests.traps import messages as t

from techinfo.snmp.interface import V3User
from techinfo.snmp.usm import Peer
from techinfo.snmp.usm_keys import _known
from techinfo.store.agent_limits import AgentLimitsFile, EngineClock
from techinfo.traps.clocks import Clocks
from techinfo.traps.heard import Said
from techinfo.traps.notification import of_community
from techinfo.traps.v3 import SealedTraps

USER = V3User(
    name="traps", auth="SHA", auth_key=b"authentication", priv="AES-128", priv_key=b"encryption"
)
PEER = Peer(engine_id=b"\x80\x00\x1f\x88\x04engine", boots=3, time=1000)


@pytest.mark.parametrize(
    ("name", "binds", "said", "number"),
    [
        (t.LINK_DOWN, t.link(7, up=False), Said.LINK_DOWN, 7),
        (t.LINK_UP, t.link(10_101, up=True), Said.LINK_UP, 10_101),
        (t.LINK_DOWN, [], Said.LINK_DOWN, None),
        (t.COLD_START, [], Said.STARTED, None),
        ("1.3.6.1.6.3.1.1.5.2", [], Said.STARTED, None),
        (t.OAM_EVENT, t.oam(7), Said.DYING_GASP, 7),
        (t.OAM_EVENT, t.oam(7, location=1), None, None),
        (t.OAM_EVENT, t.oam(7, kind=258), None, None),
        (t.OAM_EVENT, t.oam(7, oui=b"\x00\x00\x0c"), None, None),
        ("1.3.6.1.6.3.1.1.5.5", [], None, None),
        (
            "1.3.6.1.4.1.9.9.548.0.2",
            [("1.3.6.1.4.1.9.9.548.1.3.1.1.2.9.0", v2c.Integer(1))],
            Said.DISABLED,
            9,
        ),
    ],
)
def test_a_trap_says_what_and_of_which_port(
    name: str, binds: t.Binds, said: Said | None, number: int | None
) -> None:
    """A gasp of the near end, or in another organisation's event space, is none."""
    found = of_community(t.trap(name, binds))

    assert found.said is said
    assert found.reply is None
    if said is not None:
        assert found.if_index == number


@pytest.mark.parametrize("name", [t.LINK_DOWN, "1.3.6.1.4.1.99999.1"])
def test_an_inform_is_answered_whatever_it_says(name: str) -> None:
    """With its own request-id, community and objects (RFC 3416, 4.2.7), as pysnmp reads them."""
    binds = t.link(7, up=False)

    found = of_community(t.trap(name, binds, inform=True, request=815))

    assert found.reply is not None
    message, rest = decoder.decode(found.reply, asn1Spec=v2c.Message())
    assert not rest
    pdu = v2c.apiMessage.get_pdu(message)
    assert pdu.isSameTypeWith(v2c.ResponsePDU())
    assert v2c.apiPDU.get_request_id(pdu) == 815
    assert v2c.apiPDU.get_error_status(pdu) == 0
    assert bytes(v2c.apiMessage.get_community(message)) == b"anything"
    assert len(v2c.apiPDU.get_varbinds(pdu)) == 2 + len(binds)


def test_what_is_cut_or_changed_is_read_or_refused_and_nothing_else() -> None:
    """Ten thousand octets' worth of accidents."""
    chance = random.Random(7)  # noqa: S311 - accidents of a test
    whole = [t.trap(t.LINK_DOWN, t.link(7, up=False)), t.trap(t.OAM_EVENT, t.oam(7), inform=True)]
    for datagram in whole:
        for cut in range(len(datagram)):
            with pytest.raises(ValueError, match=r"."):
                of_community(datagram[:cut])
        for _ in range(1500):
            octets = bytearray(datagram)
            for _ in range(chance.randint(1, 4)):
                octets[chance.randrange(len(octets))] = chance.randrange(256)
            try:
                found = of_community(bytes(octets))
            except ValueError:
                continue
            assert found.if_index is None or 0 < found.if_index < 2**31


def test_a_sealed_trap_of_a_known_user_is_proven() -> None:
    """A wrong key, another user, a lower level and a replay are none."""
    sealed = SealedTraps([USER])
    octets = t.trap_v3(USER, PEER, t.OAM_EVENT, *t.oam_v3(7))

    found, proven = sealed.opened(octets, "192.0.2.1", 0.0)

    assert (found.said, found.if_index, proven) == (Said.DYING_GASP, 7, True)
    forged = [
        V3User(
            name="traps", auth="SHA", auth_key=b"something else", priv="AES-128", priv_key=b"x" * 8
        ),
        V3User(name="nobody", auth="SHA", auth_key=b"authentication"),
        V3User(name="traps"),
    ]
    for number, user in enumerate(forged):
        with pytest.raises(ValueError, match=r"."):
            sealed.opened(
                t.trap_v3(user, PEER, t.OAM_EVENT, *t.oam_v3(7)), f"192.0.2.{number}", 0.0
            )
    later = Peer(engine_id=PEER.engine_id, boots=4, time=1)
    assert sealed.opened(t.trap_v3(USER, later, t.LINK_DOWN), "192.0.2.1", 1.0)[1]
    with pytest.raises(ValueError, match="older"):
        sealed.opened(octets, "192.0.2.1", 2.0)


def test_a_recorded_trap_is_no_news_when_its_engine_has_been_silent_since() -> None:
    """An engine's clock runs on; of one second, or out of order by two minutes, both are taken."""
    sealed = SealedTraps([USER])
    octets = t.trap_v3(USER, PEER, t.OAM_EVENT, *t.oam_v3(7))
    before = t.trap_v3(USER, replace(PEER, time=PEER.time - 120), t.LINK_DOWN)

    told = [sealed.opened(octets, "192.0.2.1", at)[1] for at in (0.0, 0.5)]
    earlier = sealed.opened(before, "192.0.2.1", 1.0)[1]

    assert [*told, earlier] == [True, True, True]
    with pytest.raises(ValueError, match="older"):
        sealed.opened(octets, "192.0.2.1", 151.0)
    newer = t.trap_v3(USER, replace(PEER, time=PEER.time + 20), t.LINK_UP)
    assert sealed.opened(newer, "192.0.2.1", 900.0)[1]  # a slow clock is believed all the same


def test_a_recorded_trap_is_no_news_after_a_restart(tmp_path: Path) -> None:
    """Ten minutes later, in a process that has only the file of the one before."""
    path, began = tmp_path / "learnt.sqlite", datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    octets = t.trap_v3(USER, PEER, t.OAM_EVENT, *t.oam_v3(7))
    with AgentLimitsFile.open(path) as file:
        kept: list[EngineClock] = []
        first = SealedTraps([USER], clocks=Clocks(kept.append, lambda: began))
        assert first.opened(octets, "192.0.2.1", 5_000.0)[1]
        file.keep_clocks(kept, began)

    with AgentLimitsFile.open(path) as file:
        clocks = Clocks(wall=lambda: began + timedelta(minutes=10))
        clocks.recall(file.clocks(), 7.0)
    again = SealedTraps([USER], clocks=clocks)

    with pytest.raises(ValueError, match="older"):
        again.opened(octets, "192.0.2.1", 8.0)
    later = t.trap_v3(USER, replace(PEER, time=PEER.time + 1), t.LINK_UP)
    assert again.opened(later, "192.0.2.1", 9.0)[1]
    with pytest.raises(ValueError, match="earlier start"):
        again.opened(t.trap_v3(USER, replace(PEER, boots=2), t.LINK_UP), "192.0.2.1", 10.0)


def test_a_user_without_keys_proves_nothing() -> None:
    """NoAuthNoPriv starts a look, as SNMPv2c does."""
    sealed = SealedTraps([V3User(name="open")])

    found, proven = sealed.opened(
        t.trap_v3(V3User(name="open"), PEER, t.LINK_DOWN), "192.0.2.1", 0.0
    )

    assert (found.said, proven) == (Said.LINK_DOWN, False)


def test_made_up_engines_cost_one_hash_a_minute() -> None:
    """Whoever sends from a known address cannot have keys made for engine after engine."""
    sealed = SealedTraps([USER])
    engine = b"\x80\x00\x1f\x88\x04other"
    engines = [Peer(engine_id=engine + bytes([n]), boots=1, time=1) for n in range(2)]
    first, second = (t.trap_v3(USER, peer, t.LINK_DOWN) for peer in engines)
    _known.clear()

    assert sealed.opened(first, "192.0.2.9", 0.0)[1]
    with pytest.raises(ValueError, match="authentic"):
        sealed.opened(second, "192.0.2.9", 30.0)
    assert sealed.opened(first, "192.0.2.9", 30.0)[1]
    assert sealed.opened(second, "192.0.2.9", 61.0)[1]
