"""One port as it was found at one time: what two of them are compared by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from techinfo.model import Device, Fact, Flow, Link, Part, PortFacts, State
from techinfo.units import Power
from techinfo.values import value

_TOGETHER = timedelta(seconds=60)
"""Link and counters that were read further apart than this are not of one moment."""
NO_FLOW = Flow()
"""Of a direction of which nothing is known."""
_TOLD = frozenset({State.OK, State.PARTIAL})


@value(frozen=True, kw_only=True, slots=True)
class Observation:
    """One port at one time. ``None`` is not read, or not told.

    Attributes:
        at: When it was read, by our clock.
        name: IfName, else ifDescr: a restart may give an ifIndex to another port (field note I1).
        last_change: Last transition of the link, by the agent's clock.
        changed_ticks: The same as that clock showed it, also where that may be two times.
        input, output: Counters, as the agent tells them.
        reset_at: Since when they count, by the agent's word.
        agent_boot: When sysUpTime was zero.
        dial_since: When sysUpTime was last zero, which may be since it went round.
        boot: When the element started, which may be earlier.
        speed: Mbit/s; ``None`` while the link is down.
        serial: Of the pluggable.
        steady_s: Seconds of a clock that is never set, of the same host (``time.monotonic``).
        wide: Whether octets and packets are counted in 64 bits.
    """

    at: datetime
    name: str
    if_index: int | None = None
    up: bool | None = None
    last_change: datetime | None = None
    changed_ticks: int | None = None
    input: Flow = NO_FLOW
    output: Flow = NO_FLOW
    reset_at: datetime | None = None
    agent_boot: datetime | None = None
    dial_since: datetime | None = None
    boot: datetime | None = None
    speed: int | None = None
    rx: Power | None = None
    tx: Power | None = None
    serial: str | None = None
    steady_s: float | None = None
    wide: bool | None = None


def name_of(port: str, ont_id: int | None) -> str:
    """What a line is called in history: a port, or an ONT behind a PON port."""
    return port if ont_id is None else f"{port} ont {ont_id}"


def port_of(line: str) -> str:
    """The port of a line: of an ONT its PON port, of any other the line itself."""
    port, mark, number = line.rpartition(" ont ")
    return port if mark and number.isdecimal() else line


def observe(
    ports: Mapping[int, PortFacts],
    parts: Mapping[Fact, Part],
    device: Device | None,
    *,
    steady_s: float | None = None,
) -> dict[str, Observation]:
    """All ports of a reading, by name; without those whose name another port has as well.

    Args:
        ports: By ifIndex.
        parts: State of each fact that was asked for.
        device: The element itself.
        steady_s: Of a clock that is never set, at the time of the reading.
    """
    read_at = {
        fact: part.read_at
        for fact, part in parts.items()
        if part.state in _TOLD and part.read_at is not None
    }
    at = read_at.get(Fact.COUNTERS) or read_at.get(Fact.LINK)
    if at is None:
        return {}
    told = [read_at.get(fact) for fact in (Fact.LINK, Fact.COUNTERS, Fact.TRANSCEIVER)]
    together = [one is not None and abs(one - at) <= _TOGETHER for one in told]
    named = Counter(facts.port.called for facts in ports.values())
    return {
        name: _observed(name, facts, at, together, device, steady_s)
        for facts in ports.values()
        if (name := facts.port.called) and named[name] == 1
    }


def _observed(
    name: str,
    facts: PortFacts,
    at: datetime,
    together: Iterable[bool],
    device: Device | None,
    steady_s: float | None,
) -> Observation:
    with_link, with_counters, with_optic = together
    link = (facts.link if with_link else None) or Link()
    counters = facts.counters if with_counters else None
    optic = facts.transceiver if with_optic else None
    return Observation(
        at=at,
        name=name,
        if_index=facts.port.if_index,
        up=link.up,
        last_change=link.last_change,
        changed_ticks=link.changed_ticks,
        input=counters.input if counters else NO_FLOW,
        output=counters.output if counters else NO_FLOW,
        reset_at=counters.reset_at if counters else None,
        agent_boot=(device.agent_since or device.up_since) if device else None,
        dial_since=device.dial_since if device else None,
        boot=device.up_since if device else None,
        speed=link.speed,
        rx=optic.light if optic else None,
        tx=optic.tx_power if optic else None,
        serial=optic.serial_number if optic else None,
        steady_s=steady_s,
        wide=counters.wide if counters else None,
    )
