"""SNMPv3 against agents that misbehave, and senders that are no agents."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace

import pytest
from tests.snmp.v3_agent import NOT_IN_WINDOW, UNKNOWN_ENGINE, Script, V3Agent, honest

from techinfo.errors import (
    SnmpProtocolError,
    SnmpSecurityError,
    SnmpStatusError,
    SnmpTimeoutError,
)
from techinfo.snmp.engine import SnmpEngine
from techinfo.snmp.interface import Cell, SnmpLimits, V3User
from techinfo.snmp.usm import SealedMessage

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
SHORT = (0.1,)
LONG = (20.0,)


def get(
    script: Script, timeouts: tuple[float, ...] = LONG, user: V3User = USER
) -> tuple[dict[str, Cell], V3Agent]:
    """Ask an agent for two instances."""

    async def run() -> tuple[dict[str, Cell], V3Agent]:
        async with asyncio.timeout(30), V3Agent(user, script) as agent, SnmpEngine() as engine:
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
        async with asyncio.timeout(30), V3Agent(USER, mute) as agent, SnmpEngine() as engine:
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
