"""Conversations in the context of a VLAN: another community, the same turns, limits and account."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from tests.snmp.scripted_agent import ScriptedAgent

from techinfo.errors import DeviceUnreachableError, SnmpTimeoutError
from techinfo.recordings.playback import RecordedConversation
from techinfo.recordings.recording import Recording
from techinfo.snmp import ber
from techinfo.snmp.engine import SnmpEngine
from techinfo.snmp.interface import Cell, Conversation, SnmpTarget, V3User
from techinfo.snmp.pysnmp_engine import PysnmpEngine
from techinfo.wire import SnmpLimits

NAME = "1.3.6.1.2.1.1.5.0"
FDB = "1.3.6.1.2.1.17.4.3.1.2"
CELLS: dict[str, tuple[int, Cell]] = {
    NAME: (ber.OCTET_STRING, b"sw"),
    f"{FDB}.1": (ber.INTEGER, 7),
    f"{FDB}.2": (ber.INTEGER, 8),
}


@pytest.mark.parametrize("kind", [SnmpEngine, PysnmpEngine])
def test_a_context_is_the_community_with_the_vlan(kind: type[SnmpEngine | PysnmpEngine]) -> None:
    """In turn with what is asked without one, on the same socket, and in one account."""

    async def run() -> tuple[ScriptedAgent, Conversation]:
        async with asyncio.timeout(30), ScriptedAgent(CELLS) as agent, kind() as engine:
            plain = engine.conversation(agent.target(community=b"secret"), SnmpLimits())
            context = plain.context(100)
            await asyncio.gather(plain.get([NAME]), context.walk([FDB]), plain.get([NAME]))
            await context.context(200).get([NAME])
            await context.close()
            await plain.get([NAME])
            assert context.counted is plain.counted
            return agent, plain

    agent, plain = asyncio.run(run())

    communities = [request.community for request in agent.requests]
    assert communities == [b"secret", b"secret@100", b"secret", b"secret@200", b"secret"]
    assert len(set(agent.senders)) == 1
    assert (plain.counted.requests, plain.counted.walks) == (5, 1)


@pytest.mark.parametrize("kind", [SnmpEngine, PysnmpEngine])
def test_what_an_agent_stands_is_known_in_every_context(
    kind: type[SnmpEngine | PysnmpEngine],
) -> None:
    """Limits that are lowered in one are lowered for all."""

    async def run() -> tuple[SnmpLimits, SnmpLimits]:
        async with asyncio.timeout(30), ScriptedAgent(CELLS) as agent, kind() as engine:
            plain = engine.conversation(agent.target(), SnmpLimits())
            plain.context(100).limits = SnmpLimits(varbinds=2)
            return plain.limits, plain.context(200).limits

    assert asyncio.run(run()) == (SnmpLimits(varbinds=2), SnmpLimits(varbinds=2))


@pytest.mark.parametrize("kind", [SnmpEngine, PysnmpEngine])
def test_an_answer_of_another_context_is_none(kind: type[SnmpEngine | PysnmpEngine]) -> None:
    """An agent that answers under the plain community did not answer for the VLAN."""

    def forgetful(agent: ScriptedAgent, request: ber.Request) -> list[bytes]:
        return [agent.answer(replace(request, community=b"public"))]

    async def run() -> None:
        async with asyncio.timeout(30), ScriptedAgent(CELLS, forgetful) as agent, kind() as engine:
            plain = engine.conversation(agent.target(timeouts=(0.05,)), SnmpLimits())
            with pytest.raises(SnmpTimeoutError):
                await plain.context(100).get([NAME])

    asyncio.run(run())


@pytest.mark.parametrize("kind", [SnmpEngine, PysnmpEngine])
def test_a_context_ends_with_its_conversation(kind: type[SnmpEngine | PysnmpEngine]) -> None:
    """No further question may be asked."""

    async def run() -> None:
        async with asyncio.timeout(30), ScriptedAgent(CELLS) as agent, kind() as engine:
            plain = engine.conversation(agent.target(), SnmpLimits())
            context = plain.context(100)
            await plain.close()
            with pytest.raises(DeviceUnreachableError):
                await context.get([NAME])

    asyncio.run(run())


def test_a_context_of_snmpv3_is_a_context_name() -> None:
    """Cisco calls it ``vlan-100``; there the community plays no part."""
    target = SnmpTarget(host="192.0.2.1", v3=V3User(name="reader"))

    inside = target.in_context(100)

    assert inside.v3 == V3User(name="reader", context="vlan-100")
    assert inside.community == target.community


def test_a_recorded_context_is_read_and_one_that_was_not_is_silent() -> None:
    """Playback never makes up what an agent would have said; what it asked is counted."""
    inside = Recording.from_rows({f"{FDB}.1": (2, 7)})
    conversation = RecordedConversation(Recording.from_rows({}, contexts={100: inside}))

    walked = asyncio.run(conversation.context(100).walk([FDB]))

    assert walked.cells == {FDB: {(1,): 7}}
    assert conversation.counted.walks == 1
    for silence in (conversation.context(200).get([NAME]), conversation.context(200).walk([FDB])):
        with pytest.raises(SnmpTimeoutError):
            asyncio.run(silence)
