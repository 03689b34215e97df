"""A made-up network that answers: devices that are recordings, an inventory and a clock."""

from __future__ import annotations

import asyncio
import functools
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from tests.access.made_up import NOW, Rows, lines

from techinfo.collect import Target
from techinfo.errors import DeviceError, SnmpTimeoutError
from techinfo.inventory import Inventory
from techinfo.recordings.playback import RecordedConversation
from techinfo.recordings.recording import Recording, parse
from techinfo.snmp.interface import Between, Conversation, Walked
from techinfo.wire import Cell, SnmpLimits


def stocked(
    folder: Path, text_of_yaml: str, clock: Callable[[], datetime] | None = None
) -> Inventory:
    """An inventory in memory with the records of a YAML document."""
    inventory = Inventory.in_memory(clock=clock) if clock else Inventory.in_memory()
    imported(inventory, folder, text_of_yaml)
    return inventory


@cache
def unchanging(text_of_yaml: str) -> Inventory:
    """The same for who only reads it: made once, as making one takes longer than most questions."""
    with tempfile.TemporaryDirectory() as folder:
        return stocked(Path(folder), text_of_yaml)


def imported(inventory: Inventory, folder: Path, text_of_yaml: str) -> None:
    """Import a YAML document."""
    path = folder / "inventory.yaml"
    path.write_text(text_of_yaml, encoding="utf-8")
    inventory.import_file(path)


@dataclass(slots=True)
class Clock:
    """A clock that goes when it is told to."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        """The time."""
        return self.at

    def go_on(self, seconds: float) -> None:
        """Let time pass."""
        self.at += timedelta(seconds=seconds)


@dataclass(slots=True)
class Recordings:
    """Devices that are recordings, by address, and how they misbehave.

    Attributes:
        silent: Addresses that do not answer.
        failing: Columns whose walk ends in this error.
        held: Columns whose walk waits until they are let go.
        asked: Addresses, one for each conversation.
    """

    rows: dict[str, Rows] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    failing: dict[str, DeviceError] = field(default_factory=dict)
    held: dict[str, asyncio.Event] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def open(self, target: Target, limits: SnmpLimits) -> Conversation:
        """A conversation with the device at a target's address, as it is now."""
        self.asked.append(target.host)
        return _Played(self, target.host, limits)


@functools.lru_cache(maxsize=64)
def _parsed(rows: tuple[str, ...], host: str) -> Recording:
    """Once for all conversations with a device that stays as it is."""
    return parse(rows, name=host)


class _Played(RecordedConversation):
    def __init__(self, devices: Recordings, host: str, limits: SnmpLimits) -> None:
        super().__init__(_parsed(lines(devices.rows[host]), host), limits)
        self._devices = devices
        self._host = host

    async def get(self, oids: Sequence[str]) -> dict[str, Cell]:
        """Instances, unless the device is silent."""
        self._answer()
        return await super().get(oids)

    async def walk(self, columns: Sequence[str], between: Between | None = None) -> Walked:
        """Columns, when they are let go, and unless they fail."""
        self._answer()
        for column in columns:
            for prefix, error in self._devices.failing.items():
                if column.startswith(prefix):
                    raise error
            for prefix, event in self._devices.held.items():
                if column.startswith(prefix):
                    await event.wait()
        return await super().walk(columns, between)

    def _answer(self) -> None:
        if self._host in self._devices.silent:
            raise SnmpTimeoutError("no answer", address=f"{self._host}:161")


def nothing() -> Inventory:
    """An inventory without anything."""
    return Inventory.in_memory()
