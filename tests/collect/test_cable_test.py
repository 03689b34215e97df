"""What stands against the test of a cable: a link that is up, and a port that feeds somebody."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

import pytest
from tests.collect.command_line.test_asking import Printed
from tests.collect.playing import BASE_PORT, IF, Played, driver, registry, switch

from techinfo.collect import Collector, PollingLimits, PortName, Target
from techinfo.collect.cable_test import Power, power
from techinfo.collect.command_line.asking import CommandLines
from techinfo.collect.registry import cli_platforms
from techinfo.collect.target import CablePair, CableTestOrder, CommandLine
from techinfo.errors import CableTestRefusedError, CableTestRunningError, SshTimeoutError
from techinfo.model import Port
from techinfo.ssh.cli_recording import Output
from techinfo.ssh.sessions.dialogue import Asked
from techinfo.ssh.sessions.target import SshTarget
from techinfo.wire import Index

FEEDS = "1.3.6.1.2.1.105.1.1.1.6"
BEGUN = "TDR test started on interface Gi0/1\n"
RESULT = """\
TDR test last run on: November 15 09:57:29

Interface   Speed Local pair Pair length        Remote pair Pair status
---------   ----- ---------- ------------------ ----------- --------------------
Gi0/1       auto  Pair A     12   +/- 10 meters N/A         Open
                  Pair B     N/A                N/A         Normal
Gi0/2       auto  Pair A     3    +/- 10 meters N/A         Short
"""
ORDER = CableTestOrder(
    target=Target(
        element="sw-1",
        host="192.0.2.1",
        port_name=PortName(name="Gi0/1"),
        command_line=CommandLine(login="default", platform="cisco_ios"),
    ),
    feeds_nothing=True,
)
NAMED = {n: Port(if_index=n, name=f"1/{n}", if_type=6) for n in range(1, 9)}


@dataclass
class PrintedTests:
    """Sessions of a device that tests as it is written here.

    Attributes:
        printed: When it begins, and as a result.
        tested: Who was to be tested, with which log-in.
        hold: It does not come to its end before this.
        begun: Somebody is tested, or was.
    """

    printed: tuple[str, ...] = (BEGUN, RESULT)
    tested: list[tuple[str, str]] = field(default_factory=list)
    hold: asyncio.Event | None = None
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    error: SshTimeoutError | None = None

    async def test_cable(self, target: SshTarget, port: str) -> tuple[Asked, ...]:
        """As the pool does."""
        self.tested.append((target.login, port))
        self.begun.set()
        if self.hold is not None:
            await self.hold.wait()
        typed = (
            f"test cable-diagnostics tdr interface {port}",
            f"show cable-diagnostics tdr interface {port}",
        )
        told = zip(typed, self.printed, strict=False)
        return tuple(Asked(Output(command, text), self.error) for command, text in told)


def _device(**more: int) -> Played:
    cells = {
        oid: cell.replace(b"ge", b"Gi0/") if isinstance(cell, bytes) else cell
        for oid, cell in switch().items()
    }
    down = {f"{IF}.8.1": 2, **{f"{BASE_PORT}.{number}": number for number in (1, 2)}}
    return Played(
        cells | down | {f"{FEEDS}.{index[1:].replace('_', '.')}": n for index, n in more.items()}
    )


def _collecting(
    tests: PrintedTests, words: Callable[[Collector], Awaitable[None]], device: Played | None = None
) -> None:
    device = device or _device()
    lines = CommandLines(
        pool=Printed(), platforms=cli_platforms(), tester=tests, test_login="tester"
    )
    collector = Collector(
        registry(driver()),
        device.open,
        polling_limits=PollingLimits(min_interval_s=0.0),
        command_lines=lines,
        now=device.clock,
    )

    async def spoken() -> None:
        try:
            await words(collector)
        finally:
            await collector.close()

    asyncio.run(spoken())


def test_a_port_is_tested_by_the_log_in_that_tests() -> None:
    """Rows of another port are not its own."""
    tests = PrintedTests()

    async def words(collector: Collector) -> None:
        made = await collector.test_cable(ORDER)
        assert made.pairs == (
            CablePair(pair="A", status="open", length=12.0),
            CablePair(pair="B", status="normal"),
        )
        assert not made.link

    _collecting(tests, words)

    assert tests.tested == [("tester", "Gi0/1")]


def _refused(device: Played, order: CableTestOrder, words: str) -> None:
    tests = PrintedTests()

    async def asked(collector: Collector) -> None:
        with pytest.raises(CableTestRefusedError, match=words):
            await collector.test_cable(order)

    _collecting(tests, asked, device)
    assert tests.tested == []


def test_a_link_that_is_up_stands_against_it() -> None:
    """A phone on the hook sends nothing; it is somebody else's word that lets it be made."""
    up = _device()
    up.cells[f"{IF}.8.1"] = 1
    _refused(up, ORDER, "the link is up")
    tests = PrintedTests()

    async def words(collector: Collector) -> None:
        made = await collector.test_cable(replace(ORDER, despite_link=True))
        assert made.link

    _collecting(tests, words, up)
    assert tests.tested == [("tester", "Gi0/1")]


def test_a_link_that_is_not_told_stands_against_it() -> None:
    """It may be up."""
    device = _device()
    del device.cells[f"{IF}.8.1"]
    _refused(device, ORDER, "not known whether the link is up")


def test_a_port_that_feeds_is_not_tested() -> None:
    """Whatever is said of it, and whoever says so."""
    forced = replace(ORDER, despite_link=True)
    _refused(_device(_1_1=3, _1_2=2), forced, "does not tell on which port|feeds the equipment")
    _refused(_device(_1_7=3), forced, "does not tell on which port")


def test_a_switch_that_tells_nothing_of_feeding_needs_a_word() -> None:
    """Mostly it cannot feed; nobody but a person says so."""
    _refused(_device(), replace(ORDER, feeds_nothing=False), "say that it feeds")


def test_where_nobody_is_fed_no_word_is_needed() -> None:
    """Searching and disabled ports feed nobody."""
    tests = PrintedTests()

    async def words(collector: Collector) -> None:
        await collector.test_cable(replace(ORDER, feeds_nothing=False))

    _collecting(tests, words, _device(_1_1=2, _1_2=1))
    assert len(tests.tested) == 1


def test_one_test_runs_at_a_time_on_a_switch() -> None:
    """The second one is refused, and does not wait; the first goes on when nobody waits for it."""
    tests = PrintedTests()

    async def words(collector: Collector) -> None:
        tests.hold = asyncio.Event()
        first = asyncio.create_task(collector.test_cable(ORDER))
        await asyncio.wait_for(tests.begun.wait(), 20)
        with pytest.raises(CableTestRunningError):
            await collector.test_cable(ORDER)
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        with pytest.raises(CableTestRunningError):
            await collector.test_cable(ORDER)
        tests.hold.set()
        async with asyncio.timeout(20):
            while True:
                try:
                    await collector.test_cable(ORDER)
                except CableTestRunningError:
                    await asyncio.sleep(0.01)
                else:
                    break

    _collecting(tests, words)

    assert len(tests.tested) == 2


@pytest.mark.parametrize(
    ("printed", "error"),
    [
        (("% Test is in progress on another port\n",), CableTestRunningError),
        (("% TDR is not supported on this interface\n",), CableTestRefusedError),
        ((BEGUN, "nothing at all\n"), CableTestRefusedError),
        ((BEGUN, RESULT.replace("Gi0/1 ", "Gi0/3 ")), CableTestRefusedError),
    ],
)
def test_what_is_no_result_is_told_as_none(
    printed: tuple[str, ...], error: type[Exception]
) -> None:
    """Never as that of another port, or of an older test."""

    async def words(collector: Collector) -> None:
        with pytest.raises(error):
            await collector.test_cable(ORDER)

    _collecting(PrintedTests(printed), words)


def test_a_session_that_ends_is_an_error() -> None:
    """With what was printed until then."""

    async def words(collector: Collector) -> None:
        with pytest.raises(SshTimeoutError):
            await collector.test_cable(ORDER)

    _collecting(PrintedTests(error=SshTimeoutError("its prompt did not come back")), words)


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({}, Power.UNTOLD),
        ({(1, 5): 2, (1, 6): 1}, Power.OFF),
        ({(1, 5): 3, (1, 6): 1}, Power.FEEDING),
        ({(1, 5): 2, (1, 6): 3}, Power.OFF),
        ({(1, 5): 2, (1, 6): 7}, Power.UNCLEAR),
        ({(1, 5): 2, (1, 6): b"\x03"}, Power.UNCLEAR),
        ({(1, 5): 2, (2, 6): 3}, Power.UNCLEAR),
        ({(1, 5): 2, (1, 99): 3}, Power.UNCLEAR),
        ({(1, 6): 3}, Power.UNCLEAR),
        ({(5,): 3}, Power.UNCLEAR),
    ],
)
def test_who_is_fed(cells: dict[Index, int | bytes], told: Power) -> None:
    """RFC 3621 leaves open which interface a feeding port is: what is not sure is unclear."""
    assert power(cells, NAMED[5], NAMED) is told


def test_numbers_that_are_no_ports_of_the_same_name_say_nothing() -> None:
    """As on a Juniper EX3200: port 1 of a group is ge-0/0/0."""
    ports = {n: Port(if_index=n, name=f"ge-0/0/{n - 1}", if_type=6) for n in range(1, 9)}

    assert power({(1, 5): 2, (1, 6): 3}, ports[5], ports) is Power.UNCLEAR
