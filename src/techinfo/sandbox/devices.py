"""The sandbox's devices: made-up recordings whose clocks run on, and which misbehave as told.

Their maker does not exist: its drivers' tables stand below the enterprise number that is reserved
for documentation (RFC 5612).
"""

from __future__ import annotations

import tomllib
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from techinfo.collect import Registry, Target
from techinfo.collect.registry import registry_of
from techinfo.driver.cells import Column, PortBy, PortKey
from techinfo.driver.convert import (
    celsius,
    dbm,
    integer,
    ipv4,
    is_one_of,
    kilobits,
    mac,
    milliamperes,
    number_text,
    text,
    vlan,
    volts,
)
from techinfo.driver.driver import Driver
from techinfo.driver.tables import GroupTable, Hardware, LeaseTable, ShapingTable, TransceiverTable
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
from techinfo.snmp.interface import Between, Conversation, Walked
from techinfo.snmp.oid import numbers
from techinfo.wire import Cell, SnmpLimits

BASE = "1.3.6.1.4.1.32473"
LEASE = f"{BASE}.4"
LEASE_REMAINING = f"{LEASE}.5"
GROUP_UP_TIME = f"{BASE}.5.4"

_MIB = "made up for the sandbox"
_YES = is_one_of(frozenset({1}), "1: yes")
_HARDWARE = Hardware(
    mib=_MIB,
    model=(Column(f"{BASE}.9.1.0", text),),
    firmware=(Column(f"{BASE}.9.2.0", text),),
    serial_number=(Column(f"{BASE}.9.3.0", text),),
    mac=(Column(f"{BASE}.9.4.0", mac),),
)
_OPTICS = TransceiverTable(
    mib=_MIB,
    rx_power=Column(f"{BASE}.3.1", dbm(0.01)),
    tx_power=Column(f"{BASE}.3.2", dbm(0.01)),
    temperature=Column(f"{BASE}.3.3", celsius(0.1)),
    bias=Column(f"{BASE}.3.4", milliamperes(0.01)),
    voltage=Column(f"{BASE}.3.5", volts(0.01)),
    vendor=Column(f"{BASE}.3.6", text),
    part_number=Column(f"{BASE}.3.7", text),
    serial_number=Column(f"{BASE}.3.8", text),
    present=Column(f"{BASE}.3.9", _YES),
    diagnostics=Column(f"{BASE}.3.10", _YES),
)
_LEASES = LeaseTable(
    mib=_MIB,
    port=PortKey(PortBy.IF_INDEX, Column(f"{LEASE}.1", integer)),
    address=Column(f"{LEASE}.2", ipv4),
    mac=Column(f"{LEASE}.3", mac),
    vlan=Column(f"{LEASE}.4", vlan),
    time_remaining=Column(LEASE_REMAINING, integer),
)
_GROUPS = GroupTable(
    mib=_MIB,
    port=PortKey(PortBy.IF_INDEX, Column(f"{BASE}.5.1", integer)),
    address=Column(f"{BASE}.5.2", ipv4),
    vlan=Column(f"{BASE}.5.3", vlan),
    up_time=Column(GROUP_UP_TIME, integer),
)
_SHAPING = ShapingTable(
    mib=_MIB,
    port=PortKey(PortBy.IF_INDEX, trailing=((0,), (1,))),
    queue=Column(f"{BASE}.6.1", number_text),
    vlan=Column(f"{BASE}.6.2", vlan),
    cir=Column(f"{BASE}.6.3", kilobits()),
    pir=Column(f"{BASE}.6.4", kilobits()),
)


def registry() -> Registry:
    """A switch that tells everything, one that knows the standard MIBs alone, and a CPE."""
    switch = Driver(
        name="sandbox_switch",
        vendor="Sandbox",
        sys_object_ids=(f"{BASE}.1.1",),
        hardware=_HARDWARE,
        transceivers=(_OPTICS,),
        leases=(_LEASES,),
        groups=(_GROUPS,),
        shaping=(_SHAPING,),
    )
    plain = Driver(name="sandbox_plain", vendor="Sandbox", sys_object_ids=(f"{BASE}.1.2",))
    cpe = Driver(
        name="sandbox_cpe",
        vendor="Sandbox Homes",
        sys_object_ids=(f"{BASE}.1.3",),
        hardware=_HARDWARE,
        leases=(_LEASES,),
    )
    return registry_of([(driver, _MIB) for driver in (switch, plain, cpe)])


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

    async def walk(self, columns: Sequence[str], between: Between | None = None) -> Walked:
        """Columns; of a device that does so by half not all."""
        await self._misbehave()
        if self._fault != "partial":
            return await super().walk(columns, between)
        if any(column.startswith(f"{LEASE}.") for column in columns):
            raise SnmpStatusError("genErr", status=_GEN_ERR)
        walked = await super().walk(columns, between)
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
