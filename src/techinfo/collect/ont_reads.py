"""How ONTs are read: what the OLT knows of one by GET, and what one tells itself over OMCI.

What goes over OMCI is dear: it is asked by GET and of one ONT after the other, and no table of it
is ever walked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from techinfo.collect.device_state import DeviceState
from techinfo.collect.joining import join
from techinfo.collect.reads import read_tables, walk_into
from techinfo.collect.walking import unread_cause
from techinfo.driver.behind import OntLightTable, UnregisteredTable
from techinfo.facts.build import Read
from techinfo.facts.onts import OntKey, index_of, indexes
from techinfo.facts.plan import TablePlan
from techinfo.model import Fact
from techinfo.snmp.interface import Conversation, Walked
from techinfo.wire import Index


@dataclass(slots=True)
class OntReads:
    """The questions about ONTs in one visit.

    Attributes:
        conversation: With the OLT.
        known: What is known of it.
        ont: The one that is asked for, by its number on its port; ``None``: all.
        now: The time.
        before_light: Told how many ONTs will be asked over OMCI, before the first one is.
        known_indexes: ONTs that were read in this visit, with their index in the driver's tables.
        lacking: Why there may be more of them; empty: they are all.
    """

    conversation: Conversation
    known: DeviceState
    ont: int | None
    now: datetime
    before_light: Callable[[int], None]
    known_indexes: dict[OntKey, Index] | None = field(default=None)
    lacking: str = ""

    def index(self, if_index: int | None) -> Index | None:
        """The index of the ONT that is asked for, where its port and number tell it."""
        if self.ont is None or if_index is None:
            return None
        return index_of(self.known.driver, if_index, self.ont, self.known.joins)

    def note(self, read: Read) -> None:
        """Remember the indexes of the ONTs in what was read of `Fact.ONTS`."""
        tables = self.known.plans[Fact.ONTS].tables
        self.known_indexes = indexes(tables, read.cells, read.units, self.known.joins)
        self.lacking = read.partial

    async def row(self, index: Index) -> Read:
        """What the OLT knows of one ONT, by GET.

        Args:
            index: Of the ONT in the driver's tables, without what follows it.
        """
        plan = self.known.plans[Fact.ONTS]
        partial = await join(self.conversation, self.known, plan.joins, self.now)
        read = Read(partial=partial, whole=False)
        for table in plan.tables:
            await self._get_into(read, table, index)
        return read

    async def light(self, if_index: int | None, told: Mapping[int, Any]) -> Read:
        """One ONT over OMCI, or those of a port or of all ports that are not known to be down.

        Args:
            if_index: Of the PON port; ``None``: all ports.
            told: PON port -> its ONTs, as far as they were read.
        """
        index = self.index(if_index)
        if index is not None and if_index is not None and self.ont is not None:
            wanted, lacking = {index: (if_index, self.ont)}, ""
        else:
            wanted = {
                index: (port, ont)
                for (port, ont), index in (await self._indexes()).items()
                if if_index in {port, None} and self.ont in {ont, None}
                if not any(one.ont_id == ont and one.up is False for one in told.get(port, ()))
            }
            lacking = self.lacking if self.ont is None or not wanted else ""
        self.before_light(len(wanted))
        read = await self._light_of(wanted)
        read.partial = read.partial or lacking
        return read

    async def waiting(self) -> Read:
        """ONTs that nobody has registered: mostly none, which one request tells.

        Nothing is asked past the rows' own columns: what follows may be asked of ONTs over OMCI.
        """
        plan = self.known.plans[Fact.UNREGISTERED]
        partial = await join(self.conversation, self.known, plan.joins, self.now)
        read = Read(partial=partial, whole=False)
        for table in self.known.driver.unregistered:
            walked = await self._rows_of(table, most=1, at_once=1)
            if any(walked.cells.values()):
                walked = await self._rows_of(table, table.most_rows, table.columns_after)
            read.cells.update(walked.cells)
            read.partial = read.partial or walked.partial
        return read

    async def _rows_of(self, table: UnregisteredTable, most: int, at_once: int) -> Walked:
        """Some rows, so many in a request; 0: as many as it is careful to ask for."""
        talk, usual = self.conversation, self.conversation.limits
        talk.limits = replace(
            usual,
            max_rows=min(usual.max_rows, most or usual.max_rows),
            max_repetitions=min(usual.max_repetitions, at_once or usual.max_repetitions),
            not_into=() if at_once else usual.not_into,
        )
        try:
            return await talk.walk((table.serial_number.oid,))
        finally:
            talk.limits = replace(
                talk.limits,
                max_rows=usual.max_rows,
                max_repetitions=usual.max_repetitions,
                not_into=usual.not_into,
            )

    async def _indexes(self) -> dict[OntKey, Index]:
        if self.known_indexes is None:
            plan = self.known.plans[Fact.ONTS]
            self.note(await read_tables(self.conversation, self.known, plan, (), self.now))
        return self.known_indexes or {}

    async def _light_of(self, onts: Mapping[Index, OntKey]) -> Read:
        """Only their Ethernet ports, whose number nobody knows, are walked, below one ONT."""
        plan = self.known.plans[Fact.ONT_LIGHT]
        partial = await join(self.conversation, self.known, plan.joins, self.now)
        read = Read(partial=partial, onts=onts, whole=False)
        for index in onts:
            for table in plan.tables:
                if isinstance(table.table, OntLightTable):
                    await self._get_into(read, table, index)
                else:
                    await walk_into(
                        self.conversation, self.known, read, table.columns, index, self.now
                    )
        return read

    async def _get_into(self, read: Read, plan: TablePlan, ont: Index) -> None:
        table: Any = plan.table
        index = (*ont, *table.tail)
        tail = "".join(f".{n}" for n in index)
        oids = {column + tail: column for column in plan.columns}
        cells = await self.conversation.get(tuple(oids))
        lost = [oid for oid in oids if oid in self.conversation.counted.unread]
        read.partial = read.partial or unread_cause(lost)
        for oid, column in oids.items():
            if oid in cells:
                read.cells.setdefault(column, {})[index] = cells[oid]
