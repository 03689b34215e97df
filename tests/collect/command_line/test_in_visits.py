"""A visit asks SNMP first, then the command line; what it told is kept as other facts are."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from tests.collect.command_line.test_asking import LEASES, MACS, Printed
from tests.collect.playing import BASE_PORT, IF, Played, driver, registry, switch

from techinfo.collect import Collector, PollingLimits, PortName, Reading, Target
from techinfo.collect.command_line.asking import CommandLines
from techinfo.collect.registry import cli_platforms
from techinfo.collect.target import CommandLine
from techinfo.errors import SshLoginError
from techinfo.model import CLI, SNMP, Fact, Shaping, State
from techinfo.protection import Guard, Protection
from techinfo.units import KilobitPerSecond

TABLE = """\
MacAddress          IpAddress        Lease(sec)  Type           VLAN  Interface
------------------  ---------------  ----------  -------------  ----  --------------------
02:00:00:00:00:11   192.0.2.11       9000        dhcp-snooping  10    Gi0/1
Total number of bindings: 1
"""
POLICY = """
 Gi0/1

  Service-policy input: IN-100M

    Class-map: class-default (match-any)
      Match: any
      police:
          cir 100000000 bps, bc 3125000 bytes
        conformed 0 packets, 0 bytes; actions:
          transmit
        exceeded 0 packets, 0 bytes; actions:
          drop
"""
PORT = Target(
    element="sw-1",
    host="192.0.2.1",
    port_name=PortName(name="Gi0/1"),
    command_line=CommandLine(login="default", platform="cisco_ios"),
)
OTHER = replace(PORT, port_name=PortName(name="Gi0/2"))
AGE_S = 60.0


def _device() -> Played:
    cells = {
        oid: cell.replace(b"ge", b"Gi0/") if isinstance(cell, bytes) else cell
        for oid, cell in switch().items()
    }
    return Played(cells | {f"{BASE_PORT}.{number}": number for number in (1, 2)})


def _collecting(
    printed: Printed,
    words: Callable[[Collector], Awaitable[None]],
    device: Played | None = None,
) -> None:
    device = device or _device()
    collector = Collector(
        registry(driver(leases=(), groups=())),
        device.open,
        polling_limits=PollingLimits(min_interval_s=0.0),
        command_lines=CommandLines(pool=printed, platforms=cli_platforms()),
        now=device.clock,
    )

    async def spoken() -> None:
        try:
            await words(collector)
        finally:
            await collector.close()

    asyncio.run(spoken())


async def _ask(collector: Collector, target: Target, *facts: Fact, deadline: float = 20) -> Reading:
    return await collector.read(target, facts, AGE_S, deadline)


def test_one_table_serves_every_port_while_it_is_fresh() -> None:
    """It is asked for once; the second port has no rows, and its state says so."""
    printed = Printed({LEASES: TABLE})

    async def words(collector: Collector) -> None:
        one = await _ask(collector, PORT, Fact.LINK, Fact.LEASES)
        other = await _ask(collector, OTHER, Fact.LEASES)

        assert printed.sent == [LEASES]
        assert one.port is not None
        assert [lease.address for lease in one.port.leases] == ["192.0.2.11"]
        assert (one.parts[Fact.LEASES].source, one.parts[Fact.LINK].source) == (CLI, SNMP)
        assert other.port is not None
        assert other.port.leases == ()
        (info,) = await collector.met((PORT,))
        assert info is not None
        assert Fact.LEASES in info.tells

    _collecting(printed, words)


def test_what_snmp_tells_is_not_asked_over_ssh() -> None:
    """Nor is anything of an element without a log-in."""
    printed = Printed({LEASES: TABLE, MACS: ""})

    async def words(collector: Collector) -> None:
        await _ask(collector, PORT, Fact.LINK, Fact.MACS)
        told = await _ask(collector, replace(PORT, command_line=None), Fact.LEASES)

        assert printed.sent == []
        assert told.parts[Fact.LEASES].state is State.UNSUPPORTED

    _collecting(printed, words)


def test_rates_are_asked_of_one_port_and_say_where_they_are_from() -> None:
    """A port that has no policy has no rate, and that is known."""
    one, other = (f"show policy-map interface Gi0/{n}" for n in (1, 2))
    printed = Printed({one: POLICY, other: "\n"})

    async def words(collector: Collector) -> None:
        told = await _ask(collector, PORT, Fact.LINK, Fact.SHAPING)
        nothing = await _ask(collector, OTHER, Fact.SHAPING)

        assert told.port is not None
        limit = KilobitPerSecond(100_000)
        assert told.port.shaping == (Shaping(queue="in", cir=limit, pir=limit),)
        assert (told.parts[Fact.SHAPING].state, told.parts[Fact.SHAPING].source) == (State.OK, CLI)
        assert nothing.parts[Fact.SHAPING].state is State.EMPTY
        assert printed.sent == [one, other]

    _collecting(printed, words)


def test_a_device_that_knows_no_command_is_left_alone_for_an_hour() -> None:
    """Neither for one port nor for all; then it may have another software."""
    every = "show policy-map interface"
    one, other = (f"{every} Gi0/{n}" for n in (1, 2))
    printed = Printed()
    device = _device()

    async def words(collector: Collector) -> None:
        for target in (PORT, OTHER):
            told = await _ask(collector, target, Fact.SHAPING)
            assert told.parts[Fact.SHAPING].state is State.UNSUPPORTED
        assert printed.sent == [one, every]
        device.tick(3600)
        await _ask(collector, OTHER, Fact.SHAPING)
        assert printed.sent == [one, every, other, every]

    _collecting(printed, words, device)


def test_a_mac_table_that_the_agent_does_not_have_is_asked_over_ssh() -> None:
    """No bridge port and no row: SNMP has told nothing of it."""
    printed = Printed({LEASES: TABLE, MACS: ""})
    device = Played({oid: c for oid, c in _device().cells.items() if not oid.startswith(BASE_PORT)})

    async def words(collector: Collector) -> None:
        await _ask(collector, PORT, Fact.MACS)

        assert printed.sent

    _collecting(printed, words, device)


def test_a_command_line_that_fails_takes_no_other_fact_with_it() -> None:
    """And the next question tries again, when what was remembered is old enough."""
    printed, device = Printed(error=SshLoginError("refused")), _device()

    async def words(collector: Collector) -> None:
        told = await _ask(collector, PORT, Fact.LINK, Fact.LEASES)

        assert told.parts[Fact.LINK].state is State.OK
        assert told.parts[Fact.LEASES].state is State.FAILED
        assert await collector.silent_since(PORT) is None
        printed.error, printed.outputs = None, {LEASES: TABLE}
        device.tick(1.0)
        again = await collector.read(PORT, (Fact.LEASES,), 0.0, 20.0)
        assert again.parts[Fact.LEASES].state is State.OK

    _collecting(printed, words, device)


def test_one_that_is_late_is_not_waited_for() -> None:
    """The link is there before the deadline."""
    printed = Printed({LEASES: TABLE}, delay_s=60.0)

    async def words(collector: Collector) -> None:
        told = await _ask(collector, PORT, Fact.LINK, Fact.LEASES, deadline=1.5)

        assert told.parts[Fact.LINK].state is State.OK
        assert told.parts[Fact.LEASES].code == "element_slow"

    _collecting(printed, words)


CLOSED = "show interfaces status err-disabled"
REASONS = """\
Port      Name               Status       Reason               Err-disabled Vlans
Gi0/1     hall               err-disabled bpduguard
"""


def test_why_a_port_is_closed_is_asked_only_of_one_that_is_down() -> None:
    """A port whose link is up is closed by nothing, and costs no command."""
    printed, device = Printed({CLOSED: REASONS}), _device()

    async def words(collector: Collector) -> None:
        up = await _ask(collector, PORT, Fact.LINK, Fact.PROTECTION)

        assert printed.sent == []
        assert up.parts[Fact.PROTECTION].state is State.UNSUPPORTED
        device.cells[f"{IF}.8.1"] = 2
        device.tick(1.0)
        down = await collector.read(PORT, (Fact.LINK, Fact.PROTECTION), 0.0, 20.0)
        assert printed.sent == [CLOSED]
        assert down.port is not None
        assert down.port.protection == Protection(
            state=Guard.BLOCKED, reason="bpdu-guard", text="bpduguard"
        )
        assert down.parts[Fact.PROTECTION].source == CLI

    _collecting(printed, words, device)
