"""An agent that takes its time is asked once; one whose answers are lost is asked again."""

from __future__ import annotations

import asyncio
import socket

import pytest
from tests.snmp.scripted_agent import ScriptedAgent

from techinfo.snmp import ber
from techinfo.snmp.engine import SnmpEngine
from techinfo.snmp.interface import SnmpLimits, SnmpTarget
from techinfo.snmp.patience import Patience

NAME = "1.3.6.1.2.1.1.5.0"
TIMEOUTS = (0.05, 300.0)
USUAL = (0.8, 1.2, 2.0)
AGENT = ("192.0.2.1", 161)
OTHER = ("192.0.2.2", 161)
NOW = 1000.0


def slow(took_s: float) -> Patience:
    """Of one agent, which has answered both tries of a request."""
    found = Patience()
    found.answered(AGENT, 7, 2, took_s, USUAL, NOW)
    found.answered_again(AGENT, 7, NOW + 0.8)
    return found


def test_who_is_not_known_is_waited_for_as_usual() -> None:
    """As the settings say."""
    assert Patience().timeouts(AGENT, USUAL) == USUAL


@pytest.mark.parametrize(
    ("took_s", "waits"),
    [
        (0.9, (1.35, 0.99375, 1.65625)),
        (1.0, (1.5, 0.9375, 1.5625)),
        (1.4, (2.1, 0.7125, 1.1875)),
        (9.0, (2.4, 0.6, 1.0)),
    ],
)
def test_a_slow_one_is_waited_for_longer_and_in_all_as_long(
    took_s: float, waits: tuple[float, ...]
) -> None:
    """The first try waits as long as its answers take, and a half."""
    found = slow(took_s).timeouts(AGENT, USUAL)

    assert found == pytest.approx(waits)
    assert sum(found) == pytest.approx(sum(USUAL))


def test_who_has_one_try_keeps_it() -> None:
    """There is nothing to take from others; nor is there where no time is waited at all."""
    assert slow(1.0).timeouts(AGENT, (0.8,)) == (0.8,)
    assert slow(1.0).timeouts(AGENT, (0.0, 0.0)) == (0.0, 0.0)


def test_it_is_of_that_agent_alone() -> None:
    """Another is waited for as usual."""
    assert slow(1.0).timeouts(OTHER, USUAL) == USUAL


def test_one_answer_to_two_tries_says_nothing() -> None:
    """The first may have been lost on the way."""
    patience = Patience()
    patience.answered(AGENT, 7, 2, 0.81, USUAL, NOW)

    assert patience.timeouts(AGENT, USUAL) == USUAL


@pytest.mark.parametrize(("address", "answer_id"), [(AGENT, 8), (OTHER, 7)])
def test_an_answer_to_something_else_says_nothing(address: tuple[str, int], answer_id: int) -> None:
    """Of another request, or from elsewhere."""
    patience = Patience()
    patience.answered(AGENT, 7, 2, 1.0, USUAL, NOW)
    patience.answered_again(address, answer_id, NOW + 0.8)

    assert patience.timeouts(AGENT, USUAL) == USUAL


def test_answers_that_come_together_say_nothing() -> None:
    """Something on the way has held them back; to wait for longer would not help."""
    patience = Patience()
    patience.answered(AGENT, 7, 2, 0.9, USUAL, NOW)
    patience.answered_again(AGENT, 7, NOW + 0.001)

    assert patience.timeouts(AGENT, USUAL) == USUAL


def test_it_follows_how_long_answers_take() -> None:
    """One that has become slower is waited for longer; a quick answer, and all is as usual."""
    patience = slow(0.9)

    patience.answered(AGENT, 8, 1, 1.2, USUAL, NOW)
    assert patience.timeouts(AGENT, USUAL) == pytest.approx((1.8, 0.825, 1.375))

    patience.answered(AGENT, 9, 1, 0.1, USUAL, NOW)
    assert patience.timeouts(AGENT, USUAL) == USUAL


def test_an_agent_that_answers_both_tries_is_waited_for_the_next_time() -> None:
    """Over UDP: what it has taken from the first try on is what is waited for."""

    async def run() -> tuple[int, tuple[float, ...], tuple[float, ...]]:
        loop, agent = asyncio.get_running_loop(), ScriptedAgent({NAME: (ber.OCTET_STRING, b"sw")})
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as there:
            there.setblocking(False)
            there.bind(("127.0.0.1", 0))
            target = SnmpTarget(host="127.0.0.1", port=there.getsockname()[1], timeouts=TIMEOUTS)
            async with SnmpEngine() as engine:
                conversation = engine.conversation(target, SnmpLimits())
                waits: list[tuple[float, ...]] = []
                for tries in (2, 1):
                    asked = asyncio.create_task(conversation.get([NAME]))
                    heard = [await loop.sock_recvfrom(there, 4096) for _ in range(tries)]
                    (exchange,) = engine.channel(socket.AF_INET)._pending.values()
                    waits.append(exchange.timeouts)
                    for request, sender in heard:
                        for datagram in agent.hear(request):
                            there.sendto(datagram, sender)
                        await asyncio.sleep(TIMEOUTS[0])
                    assert await asked == {NAME: b"sw"}
                    while not engine.traffic.unasked:  # noqa: ASYNC110 - it has no such event
                        await asyncio.sleep(0.01)
                return conversation.counted.retries, waits[0], waits[1]

    retries, first, second = asyncio.run(run())

    assert retries == 1
    assert first == TIMEOUTS
    assert TIMEOUTS[0] < second[0]
    assert sum(second) == pytest.approx(sum(TIMEOUTS))
