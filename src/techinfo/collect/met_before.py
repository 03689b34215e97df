"""What devices were before this process was started: taken up again, and checked by the next GET.

What a device has told of itself and of its numbers is kept as it came (`Told`), and read again as
if it told it now; so a driver that has changed since makes of it what it makes today. It is
believed no longer than the numbers of a device that was met in this process (an hour), and the
same things show that it is outdated: its name, its clock and the port's names stand in every GET.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from techinfo.collect.device_state import DeviceState, Told, contact
from techinfo.collect.joining import join
from techinfo.collect.registry import Registry
from techinfo.collect.target import Target
from techinfo.driver.driver import DEFAULT_LIMITS
from techinfo.errors import DeviceUnreachableError, TechinfoError
from techinfo.facts.joins import JoinTable
from techinfo.snmp.interface import (
    Between,
    Conversation,
    ConversationStats,
    Walked,
    rows_between,
)
from techinfo.store.agent_limits import MetPiece
from techinfo.wire import Cell, Index

KEPT_FOR = timedelta(hours=1)
_COLUMNS = "columns"
"""The piece that says what was asked of a port lately (`DeviceState.spares`), and what was not."""
_log = logging.getLogger(__name__)


class Keeper(Protocol):
    """Where it is kept."""

    def met(self, host: str, port: int, since: datetime) -> Sequence[MetPiece]:
        """What a device has told since a time."""


class MetBefore:
    """Devices as they were met, by this process or one before it.

    Args:
        keeper: Has what was kept; ``None``: nothing was.
        put: Has something kept soon; never waits.
    """

    def __init__(
        self, keeper: Keeper | None = None, put: Callable[[MetPiece], None] | None = None
    ) -> None:
        self._keeper = keeper
        self._put = put

    async def recall(self, target: Target, registry: Registry, now: datetime) -> DeviceState | None:
        """A device as it was met lately; ``None``: it was not, or is not to be read so today."""
        if self._keeper is None:
            return None
        try:
            pieces = self._keeper.met(target.host, target.port, now - KEPT_FOR)
            return await _recalled(pieces, target, registry)
        except (TechinfoError, ValueError, TypeError, KeyError, AttributeError) as error:
            _log.info("%s is met anew: %s", target.element, error)
            return None

    def note(self, target: Target, known: DeviceState, now: datetime) -> None:
        """Keep what a device has told since the last time."""
        news, known.news = known.news, []
        if self._put is None:
            return
        words = [(piece.name if piece else "", _written(told)) for piece, told in news]
        lately = known.not_there
        if news or lately != known.not_there_kept:
            known.not_there_kept = lately
            spare = sorted(known.spares.get(0, ()))
            words.append((_COLUMNS, json.dumps([spare, sorted(lately)])))
        for piece, told in words:
            kept = MetPiece(host=target.host, port=target.port, piece=piece, at=now, told=told)
            self._put(kept)


async def _recalled(
    pieces: Iterable[MetPiece], target: Target, registry: Registry
) -> DeviceState | None:
    by_name = {kept.piece: kept for kept in pieces}
    self_told = by_name.pop("", None)
    if self_told is None:
        return None
    known = await contact(_Again([_read(self_told.told)]), target, registry, self_told.at)
    columns = by_name.pop(_COLUMNS, None)
    joins = {JoinTable[name]: kept for name, kept in by_name.items() if kept.at >= self_told.at}
    if joins:
        since = min(kept.at for kept in joins.values())
        again = _Again([_read(kept.told) for kept in joins.values()])
        await join(again, known, frozenset(joins), since)
    if columns is not None and joins:
        spare, not_there = json.loads(columns.told)
        known.spares[0] = frozenset(map(str, spare))
        known.forget_to_ask(map(str, not_there))
    known.news.clear()
    return known


class _Again:
    """Tells what a device has told (`techinfo.snmp.interface.Conversation`)."""

    def __init__(self, told: Iterable[Told]) -> None:
        self.limits = DEFAULT_LIMITS
        self.counted = ConversationStats()
        every = tuple(told)
        self._cells = {oid: cell for one in every for oid, cell in one.scalars.items()}
        self._columns = {oid: dict(c) for one in every for oid, c in one.columns.items()}

    async def get(self, oids: Sequence[str]) -> dict[str, Cell]:
        """Those of these instances that were told.

        Raises:
            DeviceUnreachableError: One was never asked for: a driver has changed.
        """
        missing = [oid for oid in oids if oid not in self._cells]
        if missing:
            raise DeviceUnreachableError(f"{missing[0]} was not asked for before")
        told = {oid: self._cells[oid] for oid in oids}
        return {oid: cell for oid, cell in told.items() if cell is not None}

    async def walk(self, columns: Sequence[str], between: Between | None = None) -> Walked:
        """Whole columns as they were told.

        Raises:
            DeviceUnreachableError: One was never asked for: a driver has changed.
        """
        missing = [column for column in columns if column not in self._columns]
        if missing:
            raise DeviceUnreachableError(f"{missing[0]} was not read before")
        return Walked(cells={c: rows_between(self._columns[c], between) for c in columns})

    def context(self, vlan: int) -> Conversation:  # noqa: ARG002 - as the interface has it
        """None of this is kept."""
        raise DeviceUnreachableError("contexts are not kept")

    async def close(self) -> None:
        """Nothing is held."""


def _written(told: Told) -> str:
    """As JSON: a number as itself, octets in hexadecimal, an OID as a list."""
    columns = {
        column: {".".join(map(str, index)): _plain(cell) for index, cell in rows.items()}
        for column, rows in told.columns.items()
    }
    return json.dumps([{oid: _plain(c) for oid, c in told.scalars.items()}, columns])


def _plain(cell: Cell | None) -> object:
    return cell.hex() if isinstance(cell, bytes) else cell


def _read(words: str) -> Told:
    """The reverse of `_written`.

    Raises:
        ValueError, TypeError, AttributeError: It is something else.
    """
    scalars, columns = json.loads(words)
    return Told(
        scalars={oid: None if c is None else _cell(c) for oid, c in scalars.items()},
        columns={
            column: {_index(index): _cell(cell) for index, cell in rows.items()}
            for column, rows in columns.items()
        },
    )


def _index(words: str) -> Index:
    return tuple(int(number) for number in words.split(".")) if words else ()


def _cell(plain: Any) -> Cell:
    if isinstance(plain, str):
        return bytes.fromhex(plain)
    return tuple(int(number) for number in plain) if isinstance(plain, list) else int(plain)
