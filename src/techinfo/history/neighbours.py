"""What the equipment at the end of a line says of itself by LLDP, kept as MAC addresses are.

Whoever lives there has named it, so that it is about people. Nothing of it is believed: who looks
for wrong ports holds it against equipment that somebody has ordered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select
from sqlalchemy.dialects.sqlite import insert as upsert

from techinfo.history.tables import NEIGHBOURS
from techinfo.model import Neighbour
from techinfo.store.base import StoreFile, moment_of, stamp

MOST = 16
"""Words of one line; a customer's switch has one neighbour behind it, not hundreds."""
_LONGEST = 64
_MAC = re.compile(r"(?:[0-9A-F]{2}:){5}[0-9A-F]{2}")
_PUT = upsert(NEIGHBOURS)
_SAID = _PUT.on_conflict_do_update(
    index_elements=["port", "said"], set_={"until": _PUT.excluded.until}
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """A word of a neighbour on one line.

    Attributes:
        word: A MAC address in capitals, what it calls its chassis, or its name.
        since: The read that saw it first.
        until: The last read that saw it.
    """

    word: str
    since: datetime
    until: datetime


def words_of(neighbours: Iterable[Neighbour]) -> tuple[str, ...]:
    """What neighbours of a line say of themselves that may tell whose they are."""
    found = {
        word
        for one in neighbours
        if one.aggregate is None
        for word in (one.chassis_id, one.port_id, one.system_name)
        if word and len(word) <= _LONGEST
        if word != one.port_id or _MAC.fullmatch(word)  # else it is no more than a port
    }
    return tuple(sorted(found)[:MOST])


def keep(connection: Connection, at: datetime, of_ports: Mapping[int, Iterable[str]]) -> None:
    """Write what was said on some ports, by their numbers."""
    rows = [
        {"port": number, "said": word, "since": stamp(at), "until": stamp(at)}
        for number, told in of_ports.items()
        for word in told
    ]
    if rows:
        connection.execute(_SAID, rows)


def about(file: StoreFile, where: ColumnElement[bool]) -> Iterator[dict[str, Any]]:
    """Rows as JSON has them."""
    for one in file.all(select(NEIGHBOURS).where(where), said_of):
        yield {
            "row": "neighbour",
            "said": one.word,
            "since": one.since.isoformat(),
            "until": one.until.isoformat(),
        }


def said_of(row: Row[Any]) -> Said:
    """A row of the table."""
    return Said(word=str(row.said), since=moment_of(row.since), until=moment_of(row.until))
