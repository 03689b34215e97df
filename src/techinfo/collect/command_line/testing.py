"""The test of a port's cable on a device's command line: begun once, and its result read."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from techinfo.collect.command_line.asking import CliVisit, CommandLines
from techinfo.collect.device_state import DeviceState
from techinfo.collect.target import CablePair, Target
from techinfo.driver.cli import CableTester, CliCableTest, CliPlatform
from techinfo.errors import CableTestRefusedError, CableTestRunningError
from techinfo.model import Port
from techinfo.ssh.cli_reading import read
from techinfo.ssh.cli_recording import CliRecording
from techinfo.ssh.neighbours import port_key
from techinfo.ssh.sessions.dialogue import Asked

_PORTS_S: Final = 30.0
"""For the list of ports, where it is not known how the device spells one."""
_RUNS = re.compile(r"in progress|already|busy|running", re.IGNORECASE)
"""Words of a device that begins no test because of another one. No capture has proven them; by any
other words it refuses the test, which is not made either."""


async def test_cable(
    lines: CommandLines, target: Target, known: DeviceState, port: Port, now: datetime
) -> tuple[CablePair, ...]:
    """Test the cable of a port; nothing stands against it any more.

    Args:
        lines: Whoever has sessions.
        target: The device, with its command line.
        known: As it has introduced itself.
        port: Which one.
        now: The time.

    Raises:
        CableTestRefusedError: It cannot be tested, or the device does not do it.
        CableTestRunningError: The device is at another test.
        DeviceError: No session could be had, or the test did not come to its end.
        TechinfoError: The settings are wrong.
    """
    line = target.command_line
    platform = lines.platform(line, known.driver.name) if line else None
    tester = platform.cable_test if platform is not None else None
    if line is None or platform is None or tester is None or lines.tester is None:
        raise CableTestRefusedError("nobody knows how its cables are tested on its command line")
    spelling = await _spelt(lines, target, known, port, now)
    own = replace(target, command_line=replace(line, login=lines.test_login))
    lines.check(own)
    where = lines.where(own, platform)
    told = await lines.tester.test_cable(where, spelling)
    for each in told:
        if each.error is not None:
            raise each.error
    return _pairs(told, platform, tester, spelling)


async def _spelt(
    lines: CommandLines, target: Target, known: DeviceState, port: Port, now: datetime
) -> str:
    """The port as a command names it: as its name is, or as the device prints it."""
    visit = CliVisit(target, known, port, now, time.monotonic() + _PORTS_S)
    if visit.spelling() is None:
        rows, _, _ = await lines.list_ports(replace(visit, port=None))
        visit.learn(rows)
    spelling = visit.spelling()
    if spelling is None:
        raise CableTestRefusedError("its command line has no such port, or more than one")
    return spelling


def _pairs(
    told: Sequence[Asked], platform: CliPlatform, tester: CableTester, spelling: str
) -> tuple[CablePair, ...]:
    begun, last = told[0].output.text, told[-1].output
    if re.search(tester.started, begun) is None:
        if _RUNS.search(begun):
            raise CableTestRunningError("the device is at another test")
        raise CableTestRefusedError("the device does not test the cable of this port")
    tables = tuple(t for t in platform.tables if t.kind is CliCableTest)
    found = read(CliRecording(platform.names[0], (last,)), replace(platform, tables=tables))
    pairs = tuple(
        CablePair(pair=row.pair, status=row.status, length=row.length)
        for row in found.rows
        if isinstance(row, CliCableTest) and row.status and port_key(row.port) == port_key(spelling)
    )
    if not pairs:
        raise CableTestRefusedError("the device tells no result for this port: is it copper?")
    return pairs
