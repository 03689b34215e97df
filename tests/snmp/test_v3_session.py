"""SNMPv3 against agents that misbehave, and senders that are no agents."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import socket
import threading
from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.snmp.v3_agent import NOT_IN_WINDOW, UNKNOWN_ENGINE, Script, V3Agent, honest

from techinfo.errors import (
    DeviceError,
    DeviceUnreachableError,
    SnmpProtocolError,
    SnmpSecurityError,
    SnmpStatusError,
    SnmpTimeoutError,
)
from techinfo.snmp import usm
from techinfo.snmp.ber import GET, encode_oid, encode_response
from techinfo.snmp.engine import SnmpEngine
from techinfo.snmp.interface import Cell, SnmpLimits, V3User
from techinfo.snmp.message import pdu_template
from techinfo.snmp.usm import Peer, SealedMessage
from techinfo.snmp.usm_keys import keys_of
from techinfo.snmp.v3_session import Response, V3Session, Verdict

USER = V3User(
    name="alice",
    auth="SHA-256",
    auth_key=b"s3cret-of-auth",
    priv="AES-128",
    priv_key=b"s3cret-of-priv",
)
PLAIN = replace(USER, priv=None)
NAKED = V3User(name="alice")
ONE = "1.3.6.1.2.1.1.3.0"
TWO = "1.3.6.1.2.1.1.7.0"
FIVES: dict[str, Cell] = {ONE: 5, TWO: 5}
THEN = 5000
"""snmpEngineTime of the agents."""
SHORT = (0.1,)
LONG = (20.0,)


def get(
    script: Script, timeouts: tuple[float, ...] = LONG, user: V3User = USER
) -> tuple[dict[str, Cell], V3Agent]:
    """Ask an agent for two instances."""

    async def run() -> tuple[dict[str, Cell], V3Agent]:
        async with asyncio.timeout(300), V3Agent(user, script) as agent, SnmpEngine() as engine:
            agent.engine = replace(agent.engine, time=THEN)
            conversation = engine.conversation(agent.target(timeouts), SnmpLimits())
            return await conversation.get([ONE, TWO]), agent

    return asyncio.run(run())


def met(agent: V3Agent, datagram: bytes) -> tuple[SealedMessage | None, list[bytes]]:
    """A request that is to be answered by the script, or what an honest agent says before it."""
    asked = agent.read(datagram)
    return asked, [] if asked else [agent.discovered(datagram)]


def test_an_honest_agent_is_understood() -> None:
    """Discovery, then the question."""
    cells, agent = get(honest)

    assert cells == FIVES
    assert len(agent.heard) == 2


def test_discovery_that_tells_no_time_is_enough() -> None:
    """Boots are learnt from the report that an authenticated message gets (RFC 3414, 4)."""

    def timeless(agent: V3Agent, datagram: bytes) -> Iterable[bytes]:
        if agent.read(datagram):
            return honest(agent, datagram)
        agent.engine, known = replace(agent.engine, boots=0, time=0), agent.engine
        answer = agent.discovered(datagram)
        agent.engine = known
        return [answer]

    cells, agent = get(timeless)

    assert cells == FIVES
    assert len(agent.heard) == 3


@pytest.mark.parametrize("user", [PLAIN, NAKED], ids=["not encrypted", "not authenticated"])
def test_an_answer_that_is_less_guarded_is_not_believed(user: V3User) -> None:
    """The right one after it is."""

    def lax(agent: V3Agent, datagram: bytes) -> Iterable[bytes]:
        asked, before = met(agent, datagram)
        if asked is None:
            return before
        return [agent.answer(asked, user, status=5), agent.answer(asked)]

    cells, _ = get(lax)

    assert cells == FIVES


def test_an_answer_of_another_key_is_not_believed() -> None:
    """A sender without the key cannot answer, whatever message-id it guesses."""

    def forged(agent: V3Agent, datagram: bytes) -> Iterable[bytes]:
        asked, before = met(agent, datagram)
        mallory = replace(USER, auth_key=b"another-key")
        return before if asked is None else [agent.answer(asked, mallory)]

    with pytest.raises(SnmpProtocolError, match="cannot be read"):
        get(forged, SHORT)


def test_an_old_answer_is_not_believed() -> None:
    """It is authentic, and has another message-id."""

    def replayed(agent: V3Agent, datagram: bytes) -> Iterable[bytes]:
        asked, before = met(agent, datagram)
        if asked is None:
            return before
        return [agent.answer(asked, message_id=asked.message_id ^ 1, status=5), agent.answer(asked)]

    cells, _ = get(replayed)

    assert cells == FIVES


def test_a_window_report_that_anybody_can_write_is_not_believed() -> None:
    """RFC 3414, 3.2.7a has it authenticated; the request is not sent again for it."""

    def unsigned(agent: V3Agent, datagram: bytes) -> Iterable[bytes]:
        asked, before = met(agent, datagram)
        if asked is None:
            return before
        return [agent.report(asked, NOT_IN_WINDOW, NAKED), agent.answer(asked)]

    cells, agent = get(unsigned)

    assert cells == FIVES
    assert len(agent.heard) == 2


Odd = Callable[[V3Agent, SealedMessage], bytes]


def after(odd: Odd) -> Script:
    """The right answer, after an odd one that would be an error if it were believed."""

    def script(agent: V3Agent, datagram: bytes) -> Iterable[bytes]:
        asked, before = met(agent, datagram)
        return before if asked is None else [odd(agent, asked), agent.answer(asked)]

    return script


def by(**other: Any) -> Odd:
    """Answered as another user, who has the same keys."""
    return lambda agent, asked: agent.answer(asked, replace(agent.user, **other), status=5)


def of_engine(**other: Any) -> Odd:
    """Answered as another engine, or by another clock."""

    def odd(agent: V3Agent, asked: SealedMessage) -> bytes:
        own = agent.engine
        agent.engine = replace(own, **other)
        answer = agent.answer(asked, status=5)
        agent.engine = own
        return answer

    return odd


def of_context_engine(agent: V3Agent, asked: SealedMessage) -> bytes:
    """Of a PDU that another engine's context is the scope of; signed again where it is signed."""
    octets = agent.answer(asked, replace(agent.user, priv=None), status=5)
    engine_id = agent.engine.engine_id
    front, back = octets.rsplit(engine_id, 1)
    octets = front + bytes(reversed(engine_id)) + back
    start, stop = usm.parse(octets).digest
    blank = octets[:start] + bytes(stop - start) + octets[stop:]
    return octets[:start] + keys_of(agent.user, engine_id).digest(blank) + octets[stop:]


def of_another_request(agent: V3Agent, asked: SealedMessage) -> bytes:
    """With the message-id of this one."""
    return agent.answer(asked, request_id=0x12345678, status=5)


def in_the_clear(_agent: V3Agent, asked: SealedMessage) -> bytes:
    """By SNMPv2c, with the message-id for a request-id."""
    return encode_response(
        version=1,
        community=b"",
        request_id=asked.message_id,
        error_status=5,
        error_index=0,
        varbinds=[],
    )


OTHER_ENGINE = bytes.fromhex("80001f88046f616c")
ANYBODY = {
    "request-id": of_another_request,
    "user": by(name="bob"),
    "context": by(context="vlan-1"),
    "engine": of_engine(engine_id=OTHER_ENGINE),
    "context engine": of_context_engine,
    "SNMPv2c": in_the_clear,
}
TIMELY = {
    "old boots": of_engine(boots=6),
    "old time": of_engine(time=THEN - 151),
    "last boots": of_engine(boots=0x7FFFFFFF),
}


@pytest.mark.parametrize("odd", ANYBODY.values(), ids=ANYBODY)
@pytest.mark.parametrize("user", [USER, PLAIN, NAKED], ids=["authPriv", "authNoPriv", "none"])
def test_an_answer_to_something_else_is_not_believed(user: V3User, odd: Odd) -> None:
    """Whatever RFC 3412, 7.2.12 compares is compared; the right answer after it is taken."""
    if user is USER and odd is of_context_engine:
        user = PLAIN
    cells, agent = get(after(odd), user=user)

    assert cells == FIVES
    assert len(agent.heard) == 2


@pytest.mark.parametrize("odd", TIMELY.values(), ids=TIMELY)
def test_an_answer_of_an_older_time_is_not_believed(odd: Odd) -> None:
    """RFC 3414, 3.2.7b: it is authentic, and from before. The engine is discovered anew, once."""
    cells, agent = get(after(odd))

    assert cells == FIVES
    assert len(agent.heard) == 4


@pytest.mark.parametrize("odd", TIMELY.values(), ids=TIMELY)
def test_answers_of_an_older_time_are_never_believed(odd: Odd) -> None:
    """Also where there are no others."""

    def old(agent: V3Agent, datagram: bytes) -> Iterable[bytes]:
        asked, before = met(agent, datagram)
        return before if asked is None else [odd(agent, asked)]

    with pytest.raises(SnmpProtocolError, match="cannot be read"):
        get(old, SHORT)


def test_an_agent_whose_clock_stands_is_read() -> None:
    """It does not look at our time, and after a pause its own is older than it should be."""
    agent = V3Agent(USER)
    session = V3Session(USER, Peer(), "192.0.2.7:161")
    numbers = itertools.count(100)

    def exchange(now: float) -> Response | Verdict:
        head, tail = pdu_template(GET, 0, (encode_oid(ONE),))
        pdu = head + bytes((0, 0, 0, 5)) + tail
        octets = session.seal(next(numbers), 5, pdu, now)
        asked = agent.read(octets)
        answer = agent.discovered(octets) if asked is None else agent.answer(asked)
        return session.take(usm.parse(answer), now)

    first = [exchange(0.0), exchange(0.0)]
    session.begin(USER)
    later = [exchange(300.0), exchange(300.0), exchange(300.0)]

    assert first[0] is later[0] is later[1] is Verdict.ASK_AGAIN
    assert isinstance(first[1], Response)
    assert isinstance(later[2], Response)


def test_a_clock_that_is_somewhat_slow_is_believed() -> None:
    """The window is 150 seconds; half of it is well inside, however long the test takes."""

    def slow(agent: V3Agent, datagram: bytes) -> Iterable[bytes]:
        asked, before = met(agent, datagram)
        if asked is None:
            return before
        agent.engine = replace(agent.engine, time=THEN - 75)
        return [agent.answer(asked)]

    cells, _ = get(slow)

    assert cells == FIVES


def test_without_authentication_no_time_is_looked_at() -> None:
    """Nobody vouches for it."""

    def old(agent: V3Agent, datagram: bytes) -> Iterable[bytes]:
        asked, before = met(agent, datagram)
        if asked is None:
            return before
        agent.engine = replace(agent.engine, boots=1, time=0)
        return [agent.answer(asked)]

    cells, _ = get(old, user=NAKED)

    assert cells == FIVES


def test_the_right_answer_from_another_port_is_not_believed() -> None:
    """Somebody who has heard the answer sends it from elsewhere."""

    def elsewhere(agent: V3Agent, datagram: bytes) -> Iterable[bytes]:
        asked, before = met(agent, datagram)
        if asked is None:
            return before
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.sendto(agent.answer(asked), agent.asker)
        return []

    with pytest.raises(SnmpSecurityError, match="answers discovery, but no request"):
        get(elsewhere, SHORT)


@pytest.mark.parametrize("any_source", [True, False])
def test_another_address_is_believed_where_the_target_says_so(*, any_source: bool) -> None:
    """Some agents answer from another of their addresses (field notes A15), by the same port."""

    def elsewhere(agent: V3Agent, datagram: bytes) -> Iterable[bytes]:
        asked, before = met(agent, datagram)
        if asked is None:
            return before
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.bind(("127.0.0.2", agent.target(SHORT).port))
            other.sendto(agent.answer(asked), agent.asker)
        return []

    async def run() -> dict[str, Cell]:
        async with asyncio.timeout(300), V3Agent(USER, elsewhere) as agent, SnmpEngine() as engine:
            timeouts = LONG if any_source else SHORT
            target = replace(agent.target(timeouts), any_source=any_source)
            return await engine.conversation(target, SnmpLimits()).get([ONE, TWO])

    if any_source:
        assert asyncio.run(run()) == FIVES
    else:
        with pytest.raises(SnmpSecurityError, match="answers discovery, but no request"):
            asyncio.run(run())


@pytest.mark.parametrize("user", [USER, PLAIN, NAKED], ids=["authPriv", "authNoPriv", "none"])
def test_every_cut_of_an_answer_is_refused(user: V3User) -> None:
    """Each length from nothing up is no answer; the whole one after them is."""

    def cut(agent: V3Agent, datagram: bytes) -> Iterable[bytes]:
        asked, before = met(agent, datagram)
        if asked is None:
            return before
        whole = agent.answer(asked)
        return [*(whole[:size] for size in range(len(whole))), whole]

    cells, agent = get(cut, user=user)

    assert cells == FIVES
    assert len(agent.heard) == 2


def test_the_time_is_learnt_anew_once() -> None:
    """Discovery, the request, and the request once more: then the report is the answer."""
    heard: list[bytes] = []

    def never(agent: V3Agent, datagram: bytes) -> Iterable[bytes]:
        heard.append(datagram)
        asked, before = met(agent, datagram)
        return before if asked is None else [agent.report(asked, NOT_IN_WINDOW, PLAIN)]

    with pytest.raises(SnmpSecurityError, match="never content with the time") as caught:
        get(never)

    assert caught.value.report == "usmStatsNotInTimeWindows"
    assert len(heard) == 3


@pytest.mark.parametrize("oid", [NOT_IN_WINDOW, UNKNOWN_ENGINE])
def test_an_agent_that_reports_for_ever_is_given_up(oid: str) -> None:
    """The same report again and again ends in an error, after a few messages."""

    def never(agent: V3Agent, datagram: bytes) -> Iterable[bytes]:
        asked, before = met(agent, datagram)
        if asked is None:
            return before
        if oid == UNKNOWN_ENGINE:
            number = len(agent.heard).to_bytes(2, "big")
            agent.engine = replace(agent.engine, engine_id=b"\x80\x00\x1f\x88\x04" + number)
        return [agent.report(asked, oid, NAKED if oid == UNKNOWN_ENGINE else PLAIN)]

    with pytest.raises(SnmpSecurityError, match="SNMPv3"):
        get(never)


def test_an_unknown_report_is_named() -> None:
    """It is told by its OID."""

    def odd(agent: V3Agent, datagram: bytes) -> Iterable[bytes]:
        asked, before = met(agent, datagram)
        return before if asked is None else [agent.report(asked, "1.3.6.1.4.1.99999.1")]

    with pytest.raises(SnmpProtocolError, match=r"reports 1\.3\.6\.1\.4\.1\.99999\.1"):
        get(odd)


def test_an_error_status_comes_through() -> None:
    """Refusals within the envelope are those of SNMPv2c."""

    def refusing(agent: V3Agent, datagram: bytes) -> Iterable[bytes]:
        asked, before = met(agent, datagram)
        return before if asked is None else [agent.answer(asked, status=16)]

    with pytest.raises(SnmpStatusError) as caught:
        get(refusing)

    assert caught.value.status == 16


@pytest.mark.parametrize("octets", [b"", b"\x30", b"\x30\x03\x02\x01\x03", bytes(2000)])
def test_octets_that_are_no_message_are_a_clear_error(octets: bytes) -> None:
    """Neither silence nor a crash."""
    with pytest.raises((SnmpProtocolError, SnmpTimeoutError)) as caught:
        get(lambda _agent, _datagram: [octets], SHORT)

    assert octets == b"" or caught.type is SnmpProtocolError


def test_an_agent_that_drops_old_boots_without_a_report_is_found_again() -> None:
    """After one round of time-outs it is discovered anew, within the same question (A13)."""

    def mute(agent: V3Agent, datagram: bytes) -> Iterable[bytes]:
        asked = agent.read(datagram)
        stale = asked is not None and asked.boots != agent.engine.boots
        return [] if stale else honest(agent, datagram)

    async def run() -> dict[str, Cell]:
        async with asyncio.timeout(300), V3Agent(USER, mute) as agent, SnmpEngine() as engine:
            conversation = engine.conversation(agent.target((0.5,)), SnmpLimits())
            await conversation.get([ONE, TWO])
            agent.engine = replace(agent.engine, boots=8, time=0)
            return await conversation.get([ONE, TWO])

    assert asyncio.run(run()) == FIVES


def test_a_first_message_that_is_lost_is_sent_again() -> None:
    """Discovery has the tries of any request."""

    def lossy(agent: V3Agent, datagram: bytes) -> Iterable[bytes]:
        return [] if len(agent.heard) == 1 else honest(agent, datagram)

    cells, agent = get(lossy, (0.1, 20.0))

    assert cells == FIVES
    assert len(agent.heard) == 3


async def hashing(before: set[threading.Thread]) -> None:
    """Wait until a thread works keys out that was not there before."""
    while all(  # noqa: ASYNC110 - a thread that starts is no event
        thread in before or not thread.name.startswith("snmp-keys")
        for thread in threading.enumerate()
    ):
        await asyncio.sleep(0)


@pytest.mark.parametrize("end", ["engine", "conversation"])
def test_who_is_closed_while_keys_are_worked_out_gets_an_error(end: str) -> None:
    """Nothing is sent after it."""
    slow = replace(USER, auth_key=end.encode(), auth="SHA-512", priv="AES-256-C")

    async def run() -> int:
        async with asyncio.timeout(300), V3Agent(slow) as agent, SnmpEngine() as engine:
            conversation = engine.conversation(agent.target(LONG), SnmpLimits())
            before = set(threading.enumerate())
            asking = asyncio.create_task(conversation.get([ONE]))
            await hashing(before)
            await (engine if end == "engine" else conversation).close()
            with pytest.raises(DeviceUnreachableError, match="closed"):
                await asking
            return len(agent.heard)

    assert asyncio.run(run()) == 1


def test_a_question_that_is_given_up_while_keys_are_worked_out_is_not_asked() -> None:
    """The next one of the conversation is."""
    slow = replace(USER, auth_key=b"given-up", auth="SHA-512", priv="AES-256-C")

    async def run() -> tuple[dict[str, Cell], int]:
        async with asyncio.timeout(300), V3Agent(slow) as agent, SnmpEngine() as engine:
            conversation = engine.conversation(agent.target(LONG), SnmpLimits())
            before = set(threading.enumerate())
            asking = asyncio.create_task(conversation.get([ONE]))
            await hashing(before)
            asking.cancel()
            return await conversation.get([ONE, TWO]), len(agent.heard)

    assert asyncio.run(run()) == (FIVES, 2)


def test_many_agents_are_met_at_once() -> None:
    """Each has an engine ID and keys of its own, and gets its own answer."""

    async def run() -> list[dict[str, Cell]]:
        async with asyncio.timeout(300), AsyncExitStack() as stack, SnmpEngine() as engine:
            asked = []
            for number in range(30):
                user = replace(USER, auth_key=b"key-of-%d" % number)
                agent = await stack.enter_async_context(V3Agent(user))
                engine_id = b"\x80\x00\x1f\x88\x04of-%02d" % number
                agent.engine = replace(agent.engine, engine_id=engine_id)
                conversation = engine.conversation(agent.target(LONG), SnmpLimits())
                asked.append(conversation.get([ONE, TWO]))
            return await asyncio.gather(*asked)

    assert asyncio.run(run()) == [FIVES] * 30


def test_an_agent_that_is_less_than_it_was_is_asked_again_later() -> None:
    """Answers that are not believed end in an error; the engine is discovered anew after it."""

    def old(agent: V3Agent, datagram: bytes) -> Iterable[bytes]:
        asked, before = met(agent, datagram)
        return before if asked is None else [of_engine(boots=6)(agent, asked)]

    async def run() -> dict[str, Cell]:
        async with asyncio.timeout(300), V3Agent(USER) as agent, SnmpEngine() as engine:
            conversation = engine.conversation(agent.target((0.2,)), SnmpLimits())
            await conversation.get([ONE, TWO])
            agent.script = old
            with pytest.raises(SnmpProtocolError, match="cannot be read"):
                await conversation.get([ONE, TWO])
            agent.engine = replace(agent.engine, boots=6)
            agent.script = honest
            return await conversation.get([ONE, TWO])

    assert asyncio.run(run()) == FIVES


def test_no_secret_is_in_what_an_exchange_shows() -> None:
    """Neither in the session's nor in the peer's."""
    peer = Peer(engine_id=OTHER_ENGINE)
    session = V3Session(USER, peer, "192.0.2.7:161")

    assert "s3cret" not in f"{session!r} {peer!r} {USER!r}"


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_any_octets_are_taken_refused_or_not_believed(data: st.DataObject) -> None:
    """Nothing vouches for a message of noAuthNoPriv: each octet of it may be anything."""
    agent = V3Agent(NAKED)
    session = V3Session(NAKED, replace(agent.engine), "192.0.2.7:161")
    head, tail = pdu_template(GET, 0, (encode_oid(ONE),))
    asked = usm.parse(session.seal(4711, 5, head + bytes((0, 0, 0, 5)) + tail, 0.0))
    octets = bytearray(agent.answer(asked))
    for place in data.draw(st.lists(st.integers(0, len(octets) - 1), max_size=4)):
        octets[place] = data.draw(st.integers(0, 255))

    with contextlib.suppress(ValueError, DeviceError):
        session.take(usm.parse(bytes(octets)), 0.0)
