"""Which equipment was seen where, on all lines at once: for who looks for wrong ports."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, func, select

from techinfo.history.free_ports import FreePort
from techinfo.history.light import Baseline
from techinfo.history.macs import Sight
from techinfo.history.neighbours import Said, said_of
from techinfo.history.store import HistoryFile, baseline_of, sight_of
from techinfo.history.tables import (
    ACCESSES,
    BASELINES,
    FREE_PORTS,
    FREE_SEEN,
    MACS,
    NEIGHBOURS,
    PORTS,
)
from techinfo.store.base import moment_of, stamp


def sights(file: HistoryFile, since: datetime) -> tuple[tuple[str, str, Sight], ...]:
    """Every MAC address that was seen since then, with element and line."""
    asked = (
        select(MACS, PORTS.c.element, PORTS.c.name)
        .join(PORTS, PORTS.c.id == MACS.c.port)
        .where(MACS.c.until >= stamp(since))
    )
    return file.all(asked, lambda row: (row.element, row.name, sight_of(row)))


def said(file: HistoryFile, since: datetime) -> tuple[tuple[str, str, Said], ...]:
    """Every word of a neighbour that was heard since then, with element and line."""
    asked = (
        select(NEIGHBOURS, PORTS.c.element, PORTS.c.name)
        .join(PORTS, PORTS.c.id == NEIGHBOURS.c.port)
        .where(NEIGHBOURS.c.until >= stamp(since))
    )
    return file.all(asked, lambda row: (row.element, row.name, said_of(row)))


def newest_baselines(file: HistoryFile) -> tuple[tuple[str, str, Baseline], ...]:
    """The newest birth certificate of every line, with element and line."""
    newest = (
        select(BASELINES.c.port, func.max(BASELINES.c.at).label("last"))
        .group_by(BASELINES.c.port)
        .subquery()
    )
    same = and_(BASELINES.c.port == newest.c.port, BASELINES.c.at == newest.c.last)
    asked = (
        select(BASELINES, PORTS.c.element, PORTS.c.name)
        .join(newest, same)
        .join(PORTS, PORTS.c.id == BASELINES.c.port)
    )
    return file.all(asked, lambda row: (row.element, row.name, baseline_of(row)))


def on_free_ports(file: HistoryFile, since: datetime) -> tuple[tuple[str, FreePort, Sight], ...]:
    """Every MAC address that was seen since then on a port without an access, with element."""
    return tuple(
        (element, port, Sight(mac=one.word, vlan=None, since=one.since, until=one.until))
        for element, port, one in _on_free_ports(file, since, said=False)
    )


def said_on_free_ports(
    file: HistoryFile, since: datetime
) -> tuple[tuple[str, FreePort, Said], ...]:
    """Every word of a neighbour that was heard since then on a port without an access."""
    return _on_free_ports(file, since, said=True)


def _on_free_ports(
    file: HistoryFile, since: datetime, *, said: bool
) -> tuple[tuple[str, FreePort, Said], ...]:
    asked = (
        select(FREE_SEEN, FREE_PORTS.c.name, FREE_PORTS.c.descr, FREE_PORTS.c.if_index)
        .add_columns(PORTS.c.element)
        .join(FREE_PORTS, FREE_PORTS.c.port == FREE_SEEN.c.port)
        .join(PORTS, PORTS.c.id == FREE_SEEN.c.port)
        .where(FREE_SEEN.c.until >= stamp(since), FREE_SEEN.c.said == int(said))
    )

    def told(row: Row[Any]) -> tuple[str, FreePort, Said]:
        port = FreePort(name=row.name, descr=row.descr, if_index=row.if_index)
        times = moment_of(row.since), moment_of(row.until)
        return row.element, port, Said(word=row.word, since=times[0], until=times[1])

    return file.all(asked, told)


def looked_at(file: HistoryFile, access_id: str) -> tuple[tuple[str, str, datetime], ...]:
    """The lines that an access was ever on, and when the MAC addresses there were last read."""
    asked = (
        select(PORTS.c.element, PORTS.c.name, PORTS.c.macs_last)
        .join(ACCESSES, ACCESSES.c.port == PORTS.c.id)
        .where(ACCESSES.c.access_id == access_id, PORTS.c.macs_last.is_not(None))
    )
    return file.all(asked, lambda row: (row.element, row.name, moment_of(row.macs_last)))


def last_on(file: HistoryFile, element: str, line: str) -> tuple[tuple[str, ...], datetime]:
    """The accesses that were on a line by the last poll that told who is, and when that was."""
    asked = (
        select(ACCESSES.c.access_id, ACCESSES.c.last)
        .join(PORTS, PORTS.c.id == ACCESSES.c.port)
        .where(PORTS.c.element == element, PORTS.c.name == line)
    )
    told = file.all(asked, lambda row: (str(row.access_id), int(row.last)))
    last = max((at for _, at in told), default=0)
    return tuple(access_id for access_id, at in told if at == last), moment_of(last)
