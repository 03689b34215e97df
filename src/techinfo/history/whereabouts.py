"""Which equipment was seen where, on all lines at once: for who looks for wrong ports."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, func, select

from techinfo.history.light import Baseline
from techinfo.history.macs import Sight
from techinfo.history.neighbours import Said, said_of
from techinfo.history.store import HistoryFile, baseline_of, sight_of
from techinfo.history.tables import ACCESSES, BASELINES, MACS, NEIGHBOURS, PORTS
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
