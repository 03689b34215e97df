"""Cases 07 to 10: a whole device read from an agent that encodes sloppily, by every way to ask."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.snmp.scripted_agent import Bound, ScriptedAgent
from tests.snmp.v3_agent import V3Agent, sealing

from techinfo.collect import Reading, Target, load, read_once
from techinfo.collect.target import PortName
from techinfo.model import Fact, State
from techinfo.recordings import recording
from techinfo.snmp import ber
from techinfo.snmp.engine import SnmpEngine
from techinfo.snmp.interface import SnmpLimits, V3User
from techinfo.snmp.pysnmp_engine import PysnmpEngine

WALK = recording.load(Path(__file__).parents[1] / "cli" / "cases" / "07-counters.snmprec")
CELLS = {".".join(map(str, oid)): value for oid in WALK.under((1,)) if (value := WALK.get(oid))}
USER = V3User(name="a", auth="SHA", auth_key=b"a" * 8, priv="AES-128", priv_key=b"b" * 8)
FACTS = (Fact.LINK, Fact.COUNTERS)
IF, IFX = "1.3.6.1.2.1.2.2.1", "1.3.6.1.2.1.31.1.1.1"
REGISTRY = load()
WAYS = ("own engine", "pysnmp", "SNMPv3", "SNMPv3 by pysnmp")
Spoil = Callable[[Bound], Bound]
"""What becomes of a varbind on its way out."""


def _agent(spoil: Spoil, padding: bytes = b"") -> ScriptedAgent:
    def script(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        yield agent.reply(request, map(spoil, agent.bound(request))) + padding

    return ScriptedAgent(CELLS, script)


def _read(way: str, spoil: Spoil, padding: bytes = b"", name: str | None = None) -> Reading:
    """Read the device that spoils what it says, or one port of it."""
    port = PortName(name=name) if name else None
    asked = Target(element="sw", host="127.0.0.1", port_name=port)
    now = datetime(2026, 11, 21, tzinfo=UTC)

    async def run() -> Reading:
        async with asyncio.timeout(300), _agent(spoil, padding) as plain:
            if not way.startswith("SNMPv3"):
                engine: SnmpEngine | PysnmpEngine = (
                    SnmpEngine() if way == "own engine" else PysnmpEngine()
                )
                async with engine:
                    talk = engine.conversation(plain.target(), SnmpLimits())
                    return await read_once(talk, asked, REGISTRY, FACTS, now)

            kind = SnmpEngine if way == "SNMPv3" else PysnmpEngine
            async with V3Agent(USER, sealing(plain, padding)) as agent, kind() as engine:
                talk = engine.conversation(agent.target((20.0,)), SnmpLimits())
                return await read_once(talk, asked, REGISTRY, FACTS, now)

    return asyncio.run(run())


def _at(oid: str, made: Callable[[bytes], bytes]) -> Spoil:
    """Spoil the value of one instance; the value has tag, length and content."""
    target = ber.encode_oid(oid)
    return lambda bound: (bound[0], made(bound[1])) if bound[0] == target else bound


def _unchanged(bound: Bound) -> Bound:
    return bound


@pytest.fixture(scope="module")
def right() -> Reading:
    """What the device tells when nothing is spoilt."""
    return _read("own engine", _unchanged)


def _without_leading_zero(bound: Bound) -> Bound:
    oid, value = bound
    tag, content = value[0], value[2:]
    if tag not in ber.UNSIGNED:
        return bound
    size = 8 if len(content.lstrip(b"\0")) > 4 else 4
    return oid, ber.wrap(tag, content.lstrip(b"\0").rjust(size, b"\0"))


def _minimal_unsigned(bound: Bound) -> Bound:
    oid, value = bound
    tag, content = value[0], value[2:]
    return (oid, ber.wrap(tag, content.lstrip(b"\0") or b"\0")) if tag in ber.UNSIGNED else bound


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("spoil", [_without_leading_zero, _minimal_unsigned])
def test_07_counters_without_their_leading_zero_are_unsigned(
    way: str, spoil: Spoil, right: Reading
) -> None:
    """3,000,000,001 in four octets has its high bit set, and is not negative."""
    reading = _read(way, spoil)

    assert reading.ports == right.ports
    counters = reading.ports[1].counters
    assert counters is not None
    assert counters.input.bytes == 3_000_000_001
    assert {part.state for part in reading.parts.values()} == {State.OK}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("empty", [b"\x41\x00", b"\x02\x00"])
def test_08_an_empty_number_is_unknown_and_never_zero(
    way: str, empty: bytes, right: Reading
) -> None:
    """IfInErrors of port 4 has no octets: that cell is lost, and named."""
    oid = f"{IF}.14.4"

    reading = _read(way, _at(oid, lambda _: empty))

    counters, others = reading.ports[4].counters, dict(right.ports)
    assert counters is not None
    assert counters.input.errors is None
    assert counters.input.bytes == 3_000_000_004
    del others[4]
    assert {n: port for n, port in reading.ports.items() if n != 4} == others
    part = reading.parts[Fact.COUNTERS]
    assert (part.state, oid in part.cause) == (State.PARTIAL, True)
    assert reading.parts[Fact.LINK].state is State.OK


def _one_too_long(value: bytes) -> bytes:
    return value[:1] + bytes([value[1] + 1]) + value[2:]


def _far_too_long(value: bytes) -> bytes:
    return value[:1] + b"\x7f" + value[2:]


def _too_short(value: bytes) -> bytes:
    return value[:1] + bytes([value[1] - 1]) + value[2:]


def _no_type(value: bytes) -> bytes:
    return b"\x87" + value[1:]


BROKEN = [_one_too_long, _far_too_long, _too_short, _no_type, lambda _: b"", lambda _: b"\x04"]


@pytest.mark.parametrize(
    ("way", "oid", "made"),
    [
        *((way, f"{IFX}.18.3", _one_too_long) for way in WAYS),
        *(("own engine", f"{IF}.2.3", made) for made in BROKEN),
        *(("SNMPv3", f"{IF}.2.3", made) for made in BROKEN),
        ("pysnmp", f"{IFX}.1.3", _no_type),
    ],
)
def test_09_one_text_in_a_join_never_costs_the_device(
    way: str, oid: str, made: Callable[[bytes], bytes], right: Reading
) -> None:
    """The text of port 3 is lost, everything else of it and of the others is told."""
    reading = _read(way, _at(oid, made))

    assert reading.ports.keys() == right.ports.keys()
    for number, facts in reading.ports.items():
        assert (facts.link, facts.counters) == (
            right.ports[number].link,
            right.ports[number].counters,
        )
        assert (facts.port == right.ports[number].port) is (number != 3)
    part = reading.parts[Fact.LINK]
    assert (part.state, oid in part.cause) == (State.PARTIAL, True)
    assert reading.parts[Fact.COUNTERS].state is State.OK


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("padding", [b"\0", b"\xff" * 18])
def test_10_octets_behind_a_message_are_nothing(way: str, padding: bytes, right: Reading) -> None:
    """One octet, and what an Ethernet frame is filled up with."""
    reading = _read(way, _unchanged, padding)

    assert reading.ports == right.ports
    assert {part.state for part in reading.parts.values()} == {State.OK}


def test_one_port_is_not_less_for_the_text_of_another() -> None:
    """Each knows its own: port 3 says what is lost, port 1 has lost nothing."""
    oid = f"{IFX}.18.3"
    spoil = _at(oid, _one_too_long)

    other = _read("own engine", spoil, name="port1")
    own = _read("own engine", spoil, name="port3")

    assert other.parts[Fact.LINK].state is State.OK
    assert (own.parts[Fact.LINK].state, oid in own.parts[Fact.LINK].cause) == (State.PARTIAL, True)


def test_one_port_names_the_cell_that_it_lacks() -> None:
    """A question about one port goes by GET, and says the same."""
    oid = f"{IF}.14.4"

    reading = _read("own engine", _at(oid, lambda _: b"\x41\x00"), name="port4")

    assert reading.port is not None
    assert reading.port.counters is not None
    assert reading.port.counters.input.errors is None
    part = reading.parts[Fact.COUNTERS]
    assert (part.state, oid in part.cause) == (State.PARTIAL, True)
