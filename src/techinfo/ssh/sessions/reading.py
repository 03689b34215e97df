"""Facts of a device or a port from its command line: which commands are asked, and what they told.

A driver may name several commands for one kind of row: the first one is asked, and the next one
only where the device does not know it. A question about one port sends that port's command, where
there is one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Protocol

from techinfo.driver.cli import CliPlatform, CliRow, CliTable
from techinfo.errors import DeviceError
from techinfo.model import State
from techinfo.ssh.cli_reading import PARTS, CliPart, CliReading, read
from techinfo.ssh.cli_recording import CliRecording, Output
from techinfo.ssh.neighbours import port_key
from techinfo.ssh.sessions.commands import for_ont, for_port, is_askable
from techinfo.ssh.sessions.dialogue import Asked
from techinfo.ssh.sessions.target import SshTarget

Kind = type[CliRow]
_UNTOLD = "its command line does not tell it"
ONE_BY_ONE = "its command line is asked this of one port at a time"
"""Why a table that is dear is not read of all ports."""
_NOT_WHOLE = (State.PARTIAL, State.FAILED)


class Asks(Protocol):
    """Whoever has sessions: `SshPool`."""

    async def ask(self, target: SshTarget, commands: Sequence[str]) -> tuple[Asked, ...]:
        """See `SshPool.ask`."""


async def read_kinds(
    pool: Asks,
    target: SshTarget,
    platform: CliPlatform,
    kinds: Collection[Kind],
    port: str | None = None,
) -> CliReading:
    """Rows of these kinds, and the state of every part that they belong to.

    Args:
        pool: Has the sessions.
        target: Whom to ask.
        platform: Of the target.
        kinds: `CliLease`, `CliGroup`, …
        port: Only rows of this port are told, however the device spells it; ``None``: of all.

    Raises:
        DeviceError: No session could be had.
    """
    told = await read_rows(pool, target, platform, kinds, port)
    if port is not None:
        told.rows = [row for row in told.rows if port_key(row.port) == port_key(port)]
    return told


async def read_rows(
    pool: Asks,
    target: SshTarget,
    platform: CliPlatform,
    kinds: Collection[Kind],
    port: str | None = None,
    ont: int | None = None,
) -> CliReading:
    """All that is printed of these kinds, by the commands for one port where there are such.

    Args:
        pool: Has the sessions.
        target: Whom to ask.
        platform: Of the target.
        kinds: `CliLease`, `CliGroup`, …
        port: Where a table has a command for one port, it is sent for this one; the others are
            sent for all, unless that is dear. ``None``: all are.
        ont: Of a PON port, the ONT that is asked for, where there is a command for it.

    Raises:
        DeviceError: No session could be had.
    """
    told = CliReading()
    waiting = {kind: _tables(platform, kind) for kind in kinds}
    told.parts = {PARTS[kind]: CliPart(State.UNSUPPORTED, _UNTOLD) for kind in kinds}
    is_first = True
    while tables := [left.pop(0) for left in waiting.values() if left]:
        typed = _typed(told, tables, port, ont)
        commands = list(dict.fromkeys(command for _, command in typed))
        if not commands:
            continue
        try:
            asked = await pool.ask(target, commands)
        except DeviceError as error:
            if is_first:
                raise
            asked = tuple(Asked(Output(command, ""), error) for command in commands)
        # A table of thousands of rows takes its time.
        only = [table for table, _ in typed]
        await asyncio.to_thread(_take, told, platform, only, asked)
        is_first = False
        for kind in waiting:
            if told.parts[PARTS[kind]].state is not State.UNSUPPORTED:
                waiting[kind] = []
    return told


def _tables(platform: CliPlatform, kind: Kind) -> list[CliTable]:
    return [table for table in platform.tables if table.kind is kind and is_askable(table)]


def _typed(
    told: CliReading, tables: Iterable[CliTable], port: str | None, ont: int | None
) -> list[tuple[CliTable, str]]:
    """Each table with its command; of one that is not asked so, why."""
    found = [(table, _command(table, port, ont)) for table in tables]
    for table, command in found:
        if command is None:
            told.parts[PARTS[table.kind]] = CliPart(State.UNSUPPORTED, ONE_BY_ONE)
    return [(table, command) for table, command in found if command is not None]


def _command(table: CliTable, port: str | None, ont: int | None) -> str | None:
    """The ONT's or the port's own, where there is one and its name may be put into it.

    Else that of all; ``None`` where that is dear.
    """
    own: str | None = None
    with suppress(ValueError):
        if port is not None and ont is not None:
            own = for_ont(table, port, ont)
        if port is not None and own is None:
            own = for_port(table, port)
    return own or (None if table.dear else table.command)


def _take(
    told: CliReading, platform: CliPlatform, tables: Iterable[CliTable], asked: Sequence[Asked]
) -> None:
    """Add what these commands tell by these tables, and by no other that knows them too."""
    only = replace(platform, tables=tuple(tables))
    outputs = tuple(a.output for a in asked if a.error is None or a.output.text)
    found = read(CliRecording(platform.names[0], outputs), only)
    told.rows += found.rows
    for each in asked:
        if each.error is not None and not each.output.text:
            for table in only.tables:
                if table.named(each.output.command):
                    found.parts[PARTS[table.kind]] = CliPart(
                        State.FAILED, str(each.error), each.error
                    )
    for name, part in found.parts.items():
        if told.parts[name].state is State.UNSUPPORTED or part.state in _NOT_WHOLE:
            told.parts[name] = part
