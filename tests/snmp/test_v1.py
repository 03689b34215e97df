"""SNMPv1 against net-snmp's agent that speaks nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from tests.snmp.snmpd import Snmpd, needs_snmpd

from techinfo.errors import SnmpTimeoutError
from techinfo.snmp.engine import SnmpEngine
from techinfo.snmp.interface import Conversation, SnmpLimits, SnmpTarget
from techinfo.snmp.pysnmp_engine import PysnmpEngine

pytestmark = needs_snmpd

_LINES = (
    "com2sec ro default public",
    "group ro v1 ro",
    "view all included .1.3.6.1.2.1.1",
    "view all included .1.3.6.1.2.1.2",
    'access ro "" v1 noauth exact all none none',
    "sysName sw-elm-3",
)
_NAME = "1.3.6.1.2.1.1.5.0"
_UP_TIME = "1.3.6.1.2.1.1.3.0"
_MISSING = ("1.3.6.1.2.1.1.99.0", "1.3.6.1.2.1.31.1.1.1.18.1")
_HC = "1.3.6.1.2.1.31.1.1.1.6"
_DESCR, _OCTETS = "1.3.6.1.2.1.2.2.1.2", "1.3.6.1.2.1.2.2.1.10"

Talk = Callable[[Conversation], Awaitable[Any]]


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snmpd]:
    """An agent of which nothing is to be had by SNMPv2c."""
    with Snmpd(tmp_path_factory.mktemp("snmpd") / "agent", *_LINES) as agent:
        yield agent


@pytest.fixture(params=[SnmpEngine, PysnmpEngine])
def engine(request: pytest.FixtureRequest) -> type[SnmpEngine | PysnmpEngine]:
    """Both engines."""
    kind: type[SnmpEngine | PysnmpEngine] = request.param
    return kind


def _target(agent: Snmpd) -> SnmpTarget:
    return SnmpTarget(host="127.0.0.1", port=agent.port, timeouts=(20.0,), version="1")


def _talked(
    engine: type[SnmpEngine | PysnmpEngine], target: SnmpTarget, talk: Talk
) -> tuple[Any, Conversation]:
    async def run() -> tuple[Any, Conversation]:
        async with asyncio.timeout(300), engine() as opened:
            conversation = opened.conversation(target, SnmpLimits())
            return await talk(conversation), conversation

    return asyncio.run(run())


def test_what_is_not_there_costs_one_request_more_each(
    agent: Snmpd, engine: type[SnmpEngine | PysnmpEngine]
) -> None:
    """An SNMPv1 answer is all or nothing: what it names is left out, the rest asked for again."""
    found, conversation = _talked(
        engine, _target(agent), lambda c: c.get([_MISSING[0], _NAME, _MISSING[1], _UP_TIME])
    )

    assert set(found) == {_NAME, _UP_TIME}
    assert found[_NAME] == b"sw-elm-3"
    assert conversation.counted.requests == 3


def test_what_no_answer_can_carry_is_not_asked_for(
    agent: Snmpd, engine: type[SnmpEngine | PysnmpEngine]
) -> None:
    """A Counter64 has no type in SNMPv1."""

    async def talk(conversation: Conversation) -> Any:
        return await conversation.get([f"{_HC}.1", _NAME]), await conversation.walk([_HC, _DESCR])

    (cells, walked), conversation = _talked(engine, _target(agent), talk)

    assert set(cells) == {_NAME}
    assert walked.cells[_HC] == {}
    assert walked.cells[_DESCR]
    assert conversation.counted.requests == 2 + len(walked.cells[_DESCR])


def test_columns_are_walked_to_their_end_by_getnext(
    agent: Snmpd, engine: type[SnmpEngine | PysnmpEngine]
) -> None:
    """The last column of the view ends with noSuchName, as SNMPv1 says the end of the MIB."""
    last = "1.3.6.1.2.1.2.2.1.22"

    walked, conversation = _talked(
        engine, _target(agent), lambda c: c.walk([_DESCR, _OCTETS, last])
    )

    assert b"lo" in walked.cells[_DESCR].values()
    assert set(walked.cells[_DESCR]) == set(walked.cells[_OCTETS])
    assert walked.partial == ""
    assert conversation.limits == SnmpLimits()  # of this model no switch is to lose its GETBULK


def test_an_answer_of_another_version_is_none(agent: Snmpd) -> None:
    """Who is asked by SNMPv2c and knows SNMPv1 only stays silent."""
    target = replace(_target(agent), version="2c", timeouts=(0.3,))

    with pytest.raises(SnmpTimeoutError):
        _talked(SnmpEngine, target, lambda c: c.get([_NAME]))
