"""Outputs in the shape that makers' devices print; all made up by us, none is of a real device."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from techinfo.collect.registry import cli_platforms
from techinfo.driver.cli import CliPlatform, CliRow
from techinfo.protection import Guard, Protection
from techinfo.ssh.cli_reading import CliReading, read
from techinfo.ssh.cli_recording import CliRecording, Output

if TYPE_CHECKING:
    from techinfo.model import State

MARK = "@@"
"""The line of a sample before which a line may come that is nobody's."""


@dataclass(frozen=True)
class Sample:
    """One command's output, and what must come of it.

    Args:
        platform: netmiko's device type.
        command: As somebody sends it.
        printed: With ``@@`` where a line that is nobody's must do no harm.
        rows: All of them, in order.
        empty: The same output with no row; ``None``: the device does not print such.
    """

    platform: str
    command: str
    printed: str
    rows: tuple[CliRow, ...]
    empty: str | None = None

    @property
    def text(self) -> str:
        """Without the mark."""
        return self.with_line(None)

    def with_line(self, line: str | None) -> str:
        """With a line in its middle."""
        put = [] if line is None else [line]
        lines = self.printed.strip("\n").split("\n")
        at = lines.index(MARK)
        return "\n".join([*lines[:at], *put, *lines[at + 1 :]]) + "\n"

    def read(self, text: str) -> tuple[CliReading, State, str]:
        """What comes of a text: all of it, and the state of this sample's part with its cause."""
        reading = read(CliRecording(self.platform, (Output(self.command, text),)), self.driver)
        kinds = {type(row) for row in self.rows}
        part = reading.parts[PART_OF[next(iter(kinds)).__name__]]
        reading.rows = [row for row in reading.rows if type(row) in kinds]
        return reading, part.state, part.cause

    @property
    def driver(self) -> CliPlatform:
        """Its platform."""
        return cli_platforms()[self.platform]


def closed(reason: str | None, text: str) -> Protection:
    """A port that a protection has closed."""
    return Protection(state=Guard.BLOCKED, reason=reason, text=text)


PART_OF = {
    "CliPort": "status",
    "CliCounters": "counters",
    "CliOptic": "transceiver",
    "CliModule": "transceiver",
    "CliMac": "macAddressTable",
    "CliLease": "dhcpSnooping",
    "CliGroup": "igmpSnooping",
    "CliPortVlan": "portVlans",
    "CliNeighbour": "neighbours",
    "CliCableTest": "cableTest",
    "CliProtection": "protection",
    "CliRate": "configuredSpeed",
    "CliDevice": "device",
}


def samples() -> Iterator[Sample]:
    """Those of every platform: ``SAMPLES`` of the files that are called ``of_PLATFORM.py``."""
    for module in pkgutil.iter_modules([str(Path(__file__).parent)]):
        if module.name.startswith("of_"):
            yield from importlib.import_module(f"tests.drivers.cli.{module.name}").SAMPLES
