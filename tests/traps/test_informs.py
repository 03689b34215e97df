"""Informs of SNMPv3, as net-snmp sends them: our engine is the authoritative one."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.traps import messages as t

from techinfo.snmp.interface import V3User
from techinfo.snmp.usm import Peer, discovery, is_authentic, opened, parse, scope_of
from techinfo.snmp.usm_keys import keys_of
from techinfo.traps.heard import Heard, Said
from techinfo.traps.receiver import Receiver
from techinfo.traps.v3 import OwnEngine, SealedTraps

AT = datetime(2026, 11, 21, 10, tzinfo=UTC)
USER = V3User(
    name="informer",
    auth="SHA",
    auth_key=b"authenticated-1",
    priv="AES-128",
    priv_key=b"private-enough-2",
)
PATIENCE_S = 60.0
SNMPINFORM = shutil.which("snmpinform")


async def informed(folder: Path, *words: str) -> tuple[int, tuple[Heard, ...]]:
    """What snmpinform ends with, and what was heard of it."""
    assert SNMPINFORM is not None
    receiver = Receiver({"127.0.0.1"}.__contains__, [USER], engine="a test", now=lambda: AT)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        receiver.start([sock], [])
        told = ["-v3", "-r", "5", "-t", "10", "-m", "", "-u", "informer", *words]
        place = f"127.0.0.1:{sock.getsockname()[1]}"
        binds = ["1", t.LINK_DOWN, "1.3.6.1.2.1.2.2.1.1.7", "i", "7"]
        done = await asyncio.create_subprocess_exec(
            SNMPINFORM,
            *told,
            place,
            *binds,
            env=os.environ | {"SNMP_PERSISTENT_DIR": str(folder), "SNMPCONFPATH": str(folder)},
            stderr=asyncio.subprocess.DEVNULL,
        )
        code = await asyncio.wait_for(done.wait(), PATIENCE_S)
        found = receiver.gathered.fetch()
        receiver.close()
    return code, found


@pytest.mark.skipif(SNMPINFORM is None, reason="net-snmp's snmpinform is not here")
@pytest.mark.parametrize(
    ("words", "taken"),
    [
        ("-l authPriv -a SHA -A authenticated-1 -x AES -X private-enough-2", True),
        ("-l authPriv -a SHA -A another-secret-3 -x AES -X private-enough-2 -r 0 -t 1", False),
        ("-l authNoPriv -a SHA -A authenticated-1 -r 0 -t 1", False),
    ],
    ids=["the user", "another key", "below the user's level"],
)
def test_net_snmp_is_told_our_engine_and_its_inform_is_answered(
    tmp_path: Path, words: str, *, taken: bool
) -> None:
    """Who discovers it learns ID and time in reports, and ends content; nobody else is answered."""
    code, found = asyncio.run(informed(tmp_path, *words.split()))

    assert (code == 0) is taken
    told = [(one.said, one.if_index, one.proven) for one in found]
    assert told == ([(Said.LINK_DOWN, 7, True)] if taken else [])


def engine(at: datetime = AT, now: float = 0.0) -> OwnEngine:
    """Our engine, begun at a time."""
    return OwnEngine.begin("a test", at, now)


def inform(own: OwnEngine, now: float = 0.0, user: V3User = USER) -> bytes:
    """An inform of a loss, sealed for an engine."""
    return t.trap_v3(user, own.peer(now), t.LINK_DOWN, inform=True)


def test_a_recorded_inform_is_no_news_after_a_start() -> None:
    """Boots have grown; who sent it truly is told so, authenticated, and may send it again."""
    before, after = engine(), engine(AT + timedelta(seconds=1))
    recorded = inform(before)
    first, proven = SealedTraps([USER], before).opened(recorded, "192.0.2.1", 0.0)
    again, believed = SealedTraps([USER], after).opened(recorded, "192.0.2.1", 0.0)

    assert (first.said, proven) == (Said.LINK_DOWN, True)
    assert (again.said, believed) == (None, False)
    assert before.id == after.id
    report = parse(again.reply or b"")
    assert (report.boots, report.level, report.reportable) == (after.boots, 1, False)
    assert is_authentic(report, keys_of(replace(USER, priv=None), after.id))


def test_an_inform_is_taken_within_the_window_and_answered_for_its_id() -> None:
    """150 seconds, RFC 3414, 3.2; the answer is sealed as the inform was."""
    own = engine()
    traps = SealedTraps([USER], own)
    early = inform(own, 0.0)

    in_time, _ = traps.opened(early, "192.0.2.1", 149.0)
    late, _ = traps.opened(early, "192.0.2.1", 152.0)

    assert (in_time.said, late.said) == (Said.LINK_DOWN, None)
    answer = parse(in_time.reply or b"")
    keys = keys_of(USER, own.id)
    assert (answer.message_id, answer.level, answer.reportable) == (4711, 3, False)
    assert is_authentic(answer, keys)
    pdu = opened(answer, keys, scope_of(own.id, ""))
    assert pdu.is_in_scope
    assert pdu.octets[pdu.at] == 0xA2


def test_who_knows_no_engine_or_another_is_told_ours() -> None:
    """In a report that proves nothing; it is no longer than what a source may be made to send."""
    own = engine()
    traps = SealedTraps([USER], own)
    other = inform(replace(own, id=b"\x80\x00\x00\x09\x05other"))

    for datagram in (discovery(99), other):
        found, proven = traps.opened(datagram, "192.0.2.1", 5.0)
        report = parse(found.reply or b"")
        assert (found.said, proven, report.level) == (None, False, 0)
        assert (report.engine_id, report.boots, report.time) == (own.id, own.boots, 5)
        assert len(found.reply or b"") < 160


def test_without_an_engine_informs_are_not_answered_and_a_trap_for_ours_is_none() -> None:
    """A trap of the sender's own engine is heard as before, and not answered."""
    own = engine()
    with pytest.raises(ValueError, match="engine"):
        SealedTraps([USER]).opened(discovery(99), "192.0.2.1", 0.0)
    with pytest.raises(ValueError, match="0xa6"):
        SealedTraps([USER], own).opened(
            t.trap_v3(USER, own.peer(0.0), t.LINK_DOWN), "192.0.2.1", 0.0
        )
    theirs = Peer(engine_id=b"\x80\x00\x00\x09\x05theirs", boots=3, time=7)
    octets = t.trap_v3(USER, theirs, t.LINK_DOWN)
    found, proven = SealedTraps([USER], own).opened(octets, "192.0.2.1", 0.0)
    assert (found.said, found.reply, proven) == (Said.LINK_DOWN, None, True)


@pytest.mark.parametrize("cut", range(1, 60, 3))
def test_a_message_that_is_damaged_is_refused_whatever_it_is(cut: int) -> None:
    """Nothing but a ValueError, and no answer."""
    own = engine()
    whole = inform(own)
    for datagram in (whole[:-cut], whole[:cut] + bytes((whole[cut] ^ 0x55,)) + whole[cut + 1 :]):
        try:
            found, proven = SealedTraps([USER], own).opened(datagram, "192.0.2.1", 0.0)
        except ValueError:
            continue
        assert (found.said, proven) == (None, False)
