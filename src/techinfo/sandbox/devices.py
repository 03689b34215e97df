"""The sandbox's devices: made-up recordings whose clocks run on, and which misbehave as told."""

from __future__ import annotations

import tomllib
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from techinfo.collect import Target
from techinfo.errors import (
    ConfigError,
    DeviceUnreachableError,
    SnmpProtocolError,
    SnmpSecurityError,
    SnmpStatusError,
    SnmpTimeoutError,
)
from techinfo.recordings.playback import RecordedConversation
from techinfo.recordings.recording import Oid, Recording, Value, load
from techinfo.sandbox.drivers import GROUP_UP_TIME, LEASE, LEASE_REMAINING
from techinfo.snmp.interface import Conversation, Walked
from techinfo.snmp.oid import numbers
from techinfo.wire import Cell, SnmpLimits

Pause = Callable[[], Awaitable[None]]

_SYS_UP_TIME: Oid = (1, 3, 6, 1, 2, 1, 1, 3, 0)  # SNMPv2-MIB
_ENGINE_TIME: Oid = (1, 3, 6, 1, 6, 3, 10, 2, 1, 3, 0)  # SNMP-FRAMEWORK-MIB snmpEngineTime
_SYS_NAME = "1.3.6.1.2.1.1.5.0"
_OPER_STATUS: Oid = (1, 3, 6, 1, 2, 1, 2, 2, 1, 8)  # IF-MIB ifOperStatus
_HC: Oid = (1, 3, 6, 1, 2, 1, 31, 1, 1, 1)  # IF-MIB ifXEntry
_PER_SECOND = {6: 41_000, 7: 60, 8: 1, 9: 1, 10: 230_000, 11: 190, 12: 4, 13: 1}
"""Column of the 64-bit counters -> how fast it counts."""
_FDB = "1.3.6.1.2.1.17.7.1.2.2"  # Q-BRIDGE-MIB dot1qTpFdbTable
_TICKS, _INTEGER, _TEXT, _COUNTER64 = 67, 2, 4, 70
_WRAP = {_TICKS: 1 << 32, _INTEGER: 1 << 31}
_LEASE_S = 3600
"""A lease; it is renewed after half of it."""
_JOINED_S = 7200
"""So often a group is left and joined again."""
_GEN_ERR = 5


@dataclass(frozen=True, slots=True)
class Device:
    """One device.

    Attributes:
        sys_name: What it calls itself.
        fault: How it misbehaves; empty: not at all.
    """

    recording: Recording
    sys_name: str
    fault: str = ""


class Devices:
    """All of them, by address.

    Args:
        devices: Address -> device.
        began: When their clocks and counters were at zero.
        now: The time.
        pause: What the slow ones wait for, before every answer.
    """

    def __init__(
        self,
        devices: Mapping[str, Device],
        began: datetime,
        now: Callable[[], datetime],
        pause: Pause,
    ) -> None:
        self._devices = devices
        self._began = began
        self._now = now
        self._pause = pause

    def open(self, target: Target, limits: SnmpLimits) -> Conversation:
        """A conversation with the device at a target's address, as it is at this moment.

        Raises:
            DeviceUnreachableError: There is none.
        """
        device = self._devices.get(target.host)
        if device is None:
            raise DeviceUnreachableError("there is no such device in the sandbox")
        elapsed_s = (self._now() - self._began).total_seconds()
        moved = dict(_moving(device.recording, elapsed_s))
        moved[_SYS_NAME] = (_TEXT, device.sys_name.encode())
        current = device.recording.merged(Recording.from_rows(moved))
        return _Played(current, limits, device.fault, self._pause)


def read_devices(folder: Path) -> dict[str, Device]:
    """The devices that ``devices.toml`` names, by address.

    Raises:
        ConfigError: It is not there or not whole.
        RecordingError: One of the recordings cannot be read.
    """
    try:
        told = tomllib.loads((folder / "devices.toml").read_text(encoding="utf-8"))
        return {d["address"]: _device(folder, d) for d in told["devices"]}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError) as error:
        raise ConfigError(f"the sandbox cannot be read: {error}", key="devices.toml") from error


def _device(folder: Path, told: Mapping[str, Any]) -> Device:
    recording = load(folder / told["recording"])
    return Device(recording, told["sys_name"], told.get("fault", ""))


def _moving(recording: Recording, elapsed_s: float) -> Iterator[tuple[str, Value]]:
    """Everything that is not as it was recorded: clocks, counters of ports that are up, leases."""
    yield _dotted(_SYS_UP_TIME), (_TICKS, int(elapsed_s * 100) % _WRAP[_TICKS])
    yield _dotted(_ENGINE_TIME), (_INTEGER, int(elapsed_s) % _WRAP[_INTEGER])
    for status in recording.under(_OPER_STATUS):
        if recording.get(status) == (_INTEGER, 1):
            yield from _counting(recording, status[-1], elapsed_s)
    remaining = _LEASE_S - int(elapsed_s) % (_LEASE_S // 2)
    for oid in recording.under(numbers(LEASE_REMAINING)):
        yield _dotted(oid), (_INTEGER, remaining)
    for oid in recording.under(numbers(GROUP_UP_TIME)):
        yield _dotted(oid), (_INTEGER, int(elapsed_s) % _JOINED_S)


def _counting(recording: Recording, if_index: int, elapsed_s: float) -> Iterator[tuple[str, Value]]:
    for column, per_second in _PER_SECOND.items():
        oid = (*_HC, column, if_index)
        value = recording.get(oid)
        if value is not None and isinstance(value[1], int):
            yield _dotted(oid), (_COUNTER64, value[1] + int(per_second * elapsed_s))


def _dotted(oid: Oid) -> str:
    return ".".join(map(str, oid))


class _Played(RecordedConversation):
    """A conversation with a device that may misbehave."""

    def __init__(self, recording: Recording, limits: SnmpLimits, fault: str, pause: Pause) -> None:
        super().__init__(recording, limits)
        self._fault = fault
        self._pause = pause

    async def get(self, oids: Sequence[str]) -> dict[str, Cell]:
        """Instances."""
        await self._misbehave()
        return await super().get(oids)

    async def walk(self, columns: Sequence[str]) -> Walked:
        """Columns; of a device that does so by half not all."""
        await self._misbehave()
        if self._fault != "partial":
            return await super().walk(columns)
        if any(column.startswith(f"{LEASE}.") for column in columns):
            raise SnmpStatusError("genErr", status=_GEN_ERR)
        walked = await super().walk(columns)
        if any(column.startswith(f"{_FDB}.") for column in columns):
            return replace(walked, partial="the agent stopped in the middle of the table")
        return walked

    async def _misbehave(self) -> None:
        match self._fault:
            case "silent":
                raise SnmpTimeoutError("no answer")
            case "slow":
                await self._pause()
            case "refuses":
                raise SnmpSecurityError("the user is refused", report="usmStatsWrongDigests")
            case "garbled":
                raise SnmpProtocolError("the answer cannot be read")
