"""A device without an SNMP agent: its command line tells which ports it has, and all else."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.collect.command_line.test_asking import HEAD, LEASES, MACS, NOW, UNKNOWN, Printed
from tests.collect.playing import driver, registry

from techinfo.collect import Collector, PollingLimits, PortName, Reading, Target
from techinfo.collect.command_line.asking import CommandLines
from techinfo.collect.registry import cli_platforms
from techinfo.collect.target import CommandLine
from techinfo.errors import (
    DeviceUnreachableError,
    DriverError,
    SnmpTimeoutError,
    SshLoginError,
    SshModeError,
    TechinfoError,
    WrongPortError,
)
from techinfo.model import CLI, Fact, State
from techinfo.snmp.interface import Conversation
from techinfo.wire import SnmpLimits

LIST = "show interfaces status"
PORTS = """\
Port      Name               Status       Vlan       Duplex  Speed Type
Gi0/1     hall               connected    10         a-full a-1000 10/100/1000BaseTX
Gi0/2                        notconnect   10           auto   auto 10/100/1000BaseTX
"""
ROW = "  10    0200.0000.0011    DYNAMIC     Gi0/1\n"
ALONE = Target(
    element="sw-1",
    host="192.0.2.1",
    engine="none",
    command_line=CommandLine(login="default", platform="cisco_ios"),
)
PORT = replace(ALONE, port_name=PortName(name="GigabitEthernet0/1"))
AGE_S = 60.0


class Clock:
    """Goes on when it is told to."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> object:
        """The time."""
        return self.now


def no_snmp(_target: Target, _limits: SnmpLimits) -> Conversation:
    """Nobody asks an agent that is not there."""
    raise AssertionError("an SNMP conversation was opened")


def collecting(
    printed: Printed,
    words: Callable[[Collector], Awaitable[None]],
    clock: Callable[[], object] | None = None,
    *,
    lines: bool = True,
) -> None:
    """Speak with a collector of it."""
    asked = CommandLines(pool=printed, platforms=cli_platforms()) if lines else None
    collector = Collector(
        registry(driver()),
        no_snmp,
        polling_limits=PollingLimits(min_interval_s=0.0),
        command_lines=asked,
        now=clock or (lambda: NOW),  # type: ignore[arg-type]
    )

    async def spoken() -> None:
        try:
            await words(collector)
        finally:
            await collector.close()

    asyncio.run(spoken())


async def _ask(collector: Collector, target: Target, *facts: Fact, age_s: float = 0.0) -> Reading:
    return await collector.read(target, facts, age_s, 20.0)


def test_one_port_is_found_by_its_name_and_told() -> None:
    """In another spelling; the list of ports tells its link at once, and is asked for once."""
    printed = Printed({LIST: PORTS, f"{MACS} interface Gi0/1": HEAD + ROW, LEASES: UNKNOWN})
    clock = Clock()

    async def words(collector: Collector) -> None:
        told = await _ask(collector, PORT, Fact.DEVICE, Fact.LINK, Fact.MACS, Fact.LEASES)

        assert told.port is not None
        assert told.port.link is not None
        assert (told.port.port.name, told.port.link.up, told.port.link.speed) == (
            "Gi0/1",
            True,
            1000,
        )
        assert [row.mac for row in told.port.macs] == ["02:00:00:00:00:11"]
        assert {
            f: (p.state, p.source) for f, p in told.parts.items() if f is not Fact.LEASES
        } == dict.fromkeys((Fact.DEVICE, Fact.LINK, Fact.MACS), (State.OK, CLI))
        assert told.parts[Fact.LEASES].state is State.UNSUPPORTED
        assert told.device is not None
        assert (told.device.vendor, told.driver) == ("Cisco", "cisco_ios")
        assert printed.sent == [LIST, f"{MACS} interface Gi0/1", LEASES]
        clock.now += timedelta(seconds=1)
        printed.outputs["show interfaces Gi0/1 status"] = PORTS
        await _ask(collector, PORT, Fact.LINK)
        assert printed.sent[3:] == ["show interfaces Gi0/1 status"]

    collecting(printed, words, clock)


def test_all_ports_are_told_and_serve_each() -> None:
    """A whole reading is young enough for a port of it that is spelt as it is printed."""
    printed = Printed({LIST: PORTS, MACS: HEAD + ROW})

    async def words(collector: Collector) -> None:
        whole = await _ask(collector, ALONE, Fact.LINK, Fact.MACS)
        one = await _ask(
            collector, replace(ALONE, port_name=PortName(name="Gi0/2")), Fact.MACS, age_s=AGE_S
        )

        assert sorted(f.port.name or "" for f in whole.ports.values()) == ["Gi0/1", "Gi0/2"]
        assert one.port is not None
        assert (one.port.port.name, one.port.macs) == ("Gi0/2", ())
        assert one.parts[Fact.MACS].state is State.OK
        assert printed.sent == [LIST, MACS]

    collecting(printed, words)


def test_ports_are_listed_anew_after_an_hour_and_keep_their_numbers() -> None:
    """One that is gone is not there any more, and its number is given to no other."""
    printed, clock = Printed({LIST: PORTS}), Clock()

    async def words(collector: Collector) -> None:
        before = await _ask(collector, ALONE, Fact.LINK)
        printed.outputs[LIST] = PORTS.replace("Gi0/1  ", "Gi0/9  ")
        clock.now += timedelta(hours=2)
        with pytest.raises(WrongPortError):
            await _ask(collector, PORT, Fact.LINK)
        after = await _ask(collector, ALONE, Fact.LINK)

        names = [{f.port.name: n for n, f in reading.ports.items()} for reading in (before, after)]
        assert names[0].keys() == {"Gi0/1", "Gi0/2"}
        assert names[1].keys() == {"Gi0/9", "Gi0/2"}
        assert names[1]["Gi0/2"] == names[0]["Gi0/2"]

    collecting(printed, words, clock)


@pytest.mark.parametrize(
    ("printed", "error"),
    [
        (Printed(error=SshLoginError("refused")), SshLoginError),
        (Printed({LIST: ""}), SshModeError),
        (Printed({LIST: UNKNOWN}), SshModeError),
    ],
)
def test_a_device_that_tells_no_port_is_an_error(
    printed: Printed, error: type[TechinfoError]
) -> None:
    """It is neither up nor without ports."""

    async def words(collector: Collector) -> None:
        with pytest.raises(error):
            await _ask(collector, ALONE, Fact.DEVICE)

    collecting(printed, words)


def test_one_that_cannot_be_reached_is_silent() -> None:
    """And is left alone then, as one that does not answer SNMP is."""
    printed = Printed(error=DeviceUnreachableError("refused", address="192.0.2.1"))

    async def words(collector: Collector) -> None:
        with pytest.raises(DeviceUnreachableError):
            await _ask(collector, ALONE, Fact.DEVICE)
        assert await collector.silent_since(ALONE) == NOW
        asked = len(printed.sent)
        with pytest.raises(SnmpTimeoutError):
            await _ask(collector, ALONE, Fact.DEVICE)
        assert len(printed.sent) == asked

    collecting(printed, words)


@pytest.mark.parametrize("name", ["Gi0/3", "1", "2"])
def test_no_port_is_guessed_and_no_number_names_one(name: str) -> None:
    """Numbers are counted as ports are printed: they mean nothing to anybody."""

    async def words(collector: Collector) -> None:
        by = "index" if name.isdigit() else "any"
        with pytest.raises(WrongPortError):
            await _ask(collector, replace(ALONE, port_name=PortName(name=name, by=by)), Fact.LINK)

    collecting(Printed({LIST: PORTS}), words)


@pytest.mark.parametrize("platform", [None, "nobodys_os"])
def test_without_a_platform_it_cannot_be_asked(platform: str | None) -> None:
    """The inventory must name it, as no agent tells what the device is."""
    line = CommandLine(login="default", platform=platform)

    async def words(collector: Collector) -> None:
        with pytest.raises(DriverError):
            await _ask(collector, replace(ALONE, command_line=line), Fact.LINK)

    collecting(Printed({LIST: PORTS}), words)


def test_a_collector_without_sessions_says_so() -> None:
    """As one in a test or a replay is."""

    async def words(collector: Collector) -> None:
        with pytest.raises(DriverError):
            await _ask(collector, ALONE, Fact.LINK)

    collecting(Printed(), words, lines=False)


def test_a_box_with_a_shell_says_what_it_is_and_its_addresses() -> None:
    """Of every interface; a maker is not made up for it."""
    links = (
        '[{"ifname":"lan1","flags":["UP"],"operstate":"UP","link_type":"ether",'
        '"address":"02:00:00:00:00:11"},{"ifname":"lan2","flags":["UP"],"operstate":"DOWN",'
        '"link_type":"ether","address":"02:00:00:00:00:12"}]\n'
    )
    board = '{\n\t"model": "Made Up 1",\n\t"release": {\n\t\t"description": "OS 2"\n\t}\n}\n'
    printed = Printed({"ip -j -s link show": links, "ubus call system board": board})
    box = replace(ALONE, command_line=CommandLine(login="homes", platform="openwrt"))

    async def words(collector: Collector) -> None:
        told = (await _ask(collector, box, Fact.DEVICE)).device

        assert told is not None
        assert (told.vendor, told.model, told.firmware) == (None, "Made Up 1", "OS 2")
        assert told.macs == ("02:00:00:00:00:11", "02:00:00:00:00:12")

    collecting(printed, words)
