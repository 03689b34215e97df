"""What a device holds, altered: tables cut, ports numbered anew, everything begun from zero."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from techinfo.recordings.recording import Oid, Recording, Value
from techinfo.snmp.ber import COUNTER32, COUNTER64, INTEGER, OBJECT_IDENTIFIER, TIME_TICKS
from techinfo.snmp.oid import dotted, numbers

_SYS_UP_TIME: Final = numbers("1.3.6.1.2.1.1.3.0")
_HR_SYSTEM_UPTIME: Final = numbers("1.3.6.1.2.1.25.1.1.0")
_ENGINE_TIME: Final = numbers("1.3.6.1.6.3.10.2.1.3.0")
_IF_LAST_CHANGE: Final = numbers("1.3.6.1.2.1.2.2.1.9")
_STARTED_S: Final = 60
_LINKS_UP_TICKS: Final = 3000

_INDEXED: Final = (
    "1.3.6.1.2.1.2.2.1",  # IF-MIB ifEntry
    "1.3.6.1.2.1.31.1.1.1",  # IF-MIB ifXEntry
    "1.3.6.1.2.1.10.7.2.1",  # EtherLike-MIB dot3StatsEntry
    "1.3.6.1.2.1.10.7.10.1",  # EtherLike-MIB dot3PauseEntry
    "1.3.6.1.2.1.10.7.11.1",  # EtherLike-MIB dot3HCStatsEntry
    "1.3.6.1.2.1.26.2.1.1",  # MAU-MIB ifMauEntry
    "1.3.6.1.2.1.26.5.1.1",  # MAU-MIB ifMauAutoNegEntry
)
_STACK: Final = numbers("1.3.6.1.2.1.31.1.2.1")  # IF-MIB ifStackEntry
_VALUED: Final = (
    "1.3.6.1.2.1.2.2.1.1",  # IF-MIB ifIndex
    "1.3.6.1.2.1.17.1.4.1.2",  # BRIDGE-MIB dot1dBasePortIfIndex
)
_ALIASES: Final = numbers("1.3.6.1.2.1.47.1.3.2.1.2")  # ENTITY-MIB entAliasMappingIdentifier


def cut(recording: Recording, entry: Oid, rows: int) -> Recording:
    """Each column of a table ends after so many rows."""
    counted: dict[int, int] = {}
    gone: set[Oid] = set()
    for oid in recording.under(entry):
        column = oid[len(entry)]
        counted[column] = counted.get(column, 0) + 1
        if counted[column] > rows:
            gone.add(oid)
    return _made(recording, {oid: v for oid, v in _rows(recording).items() if oid not in gone})


def renumbered(
    recording: Recording, offset: int, indexed: Collection[str], valued: Collection[str]
) -> Recording:
    """Every interface has another ifIndex, in the standard tables and in some more.

    Args:
        recording: What the device holds.
        offset: What is added to each ifIndex.
        indexed: Entries of more tables whose index starts with an ifIndex.
        valued: More columns whose values are ifIndexes.
    """
    entries = [numbers(entry) for entry in (*_INDEXED, *indexed)]
    columns = [numbers(column) for column in (*_VALUED, *valued)]
    rows = {
        _moved(oid, entries, offset): _pointed(oid, told, columns, offset)
        for oid, told in _rows(recording).items()
    }
    return _made(recording, rows)


def _moved(oid: Oid, entries: Sequence[Oid], offset: int) -> Oid:
    """An instance under its new number, if it has an ifIndex in its name."""
    if _is_under(oid, _STACK) and len(oid) == len(_STACK) + 3:
        return (*oid[:-2], *(number + offset if number else 0 for number in oid[-2:]))
    for entry in entries:
        place = len(entry) + 1
        if _is_under(oid, entry) and len(oid) > place:
            return (*oid[:place], oid[place] + offset, *oid[place + 1 :])
    return oid


def _pointed(oid: Oid, told: Value, columns: Sequence[Oid], offset: int) -> Value:
    """A value that points to the new number, if it is an ifIndex or an instance of one."""
    tag, cell = told
    if tag == INTEGER and isinstance(cell, int) and cell:
        return tag, cell + offset * any(_is_under(oid, column) for column in columns)
    if tag == OBJECT_IDENTIFIER and isinstance(cell, tuple) and _is_under(oid, _ALIASES):
        return tag, (*cell[:-1], cell[-1] + offset)
    return told


def restarted(recording: Recording) -> Recording:
    """A minute after the start: clocks and counters have begun anew, and the links are up again."""
    rows = _rows(recording)
    for oid, (tag, cell) in rows.items():
        if tag in (COUNTER32, COUNTER64):
            rows[oid] = tag, 0
        elif tag == TIME_TICKS and _is_under(oid, _IF_LAST_CHANGE) and cell:
            rows[oid] = tag, _LINKS_UP_TICKS
    clocks = ((_SYS_UP_TIME, 100), (_HR_SYSTEM_UPTIME, 100), (_ENGINE_TIME, 1))
    for oid, per_second in clocks:
        if oid in rows:
            rows[oid] = rows[oid][0], _STARTED_S * per_second
    return _made(recording, rows)


def _is_under(oid: Oid, top: Oid) -> bool:
    return oid[: len(top)] == top


def _rows(recording: Recording) -> dict[Oid, Value]:
    return {oid: value for oid in recording.oids if (value := recording.get(oid)) is not None}


def _made(recording: Recording, rows: Mapping[Oid, Value]) -> Recording:
    return Recording.from_rows(
        {dotted(oid): value for oid, value in rows.items()}, name=recording.name
    )
