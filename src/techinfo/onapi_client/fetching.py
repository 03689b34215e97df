"""One fetch from beginning to end: ask, keep what was told, merge, import; all of it or nothing."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from techinfo.errors import OnApiError
from techinfo.inventory import Guard, ImportReport, Inventory
from techinfo.inventory.importing.guard import NEVER_TOO_MANY
from techinfo.inventory.records import Kind
from techinfo.inventory.shapes import shapes
from techinfo.onapi_client.merging import REMEMBERED, FetchedObject, Merging, Spellings
from techinfo.onapi_client.server import IncomingList, Server
from techinfo.onapi_client.store import FetchedFile, FetchTransaction

_MOST_REFUSED = 100
"""Told one by one; of the others the number."""
_KINDS: tuple[Kind, ...] = ("accesses", "subscriptions", "offers")


@dataclass(kw_only=True, slots=True)
class FetchReport:
    """What came of a fetch.

    Attributes:
        told: List -> objects that the server told of, or that it has none such.
        ended: What was listed before and is not now.
        refused: What is left out, and why; of many the first hundred.
        refused_count: How many that are.
        imported: What it does to the inventory; ``None`` when nothing has changed.
    """

    told: dict[str, int | None] = field(default_factory=dict)
    ended: int = 0
    refused: list[str] = field(default_factory=list)
    refused_count: int = 0
    imported: ImportReport | None = None

    def refuse(self, which: str, why: str) -> None:
        """Note what is left out."""
        self.refused_count += 1
        if len(self.refused) < _MOST_REFUSED:
            self.refused.append(f"{which}: {why}")


@dataclass(frozen=True, kw_only=True, slots=True)
class FetchPlan:
    """What is fetched.

    Attributes:
        name: As the configuration calls it.
        provider: Whose credentials ask, and whose subscriptions come.
        service_types: Beginning of a service's name -> what its VLAN carries.
        accesses: Accesses are taken, too, where they are served.
        version: Of ON-API.
    """

    name: str
    provider: str
    service_types: Mapping[str, str]
    accesses: bool
    version: str


def fetch(
    server: Server,
    source: FetchPlan,
    inventory: Inventory,
    file: FetchedFile,
    *,
    now: datetime,
    access_id_pattern: str,
    changes: bool = False,
    dry_run: bool = False,
    guard: Guard | None = None,
) -> FetchReport:
    """Take over what a server tells of a provider's accesses, services and subscriptions.

    Args:
        server: Who is asked.
        source: Whose it is.
        inventory: Where it goes.
        file: Where it is remembered what the server told last.
        now: The time, UTC.
        access_id_pattern: What an accessId looks like.
        changes: Ask only for what has changed since the last time; ends are not seen so.
        dry_run: Find out what would happen, and keep nothing.
        guard: What is too much of a change; ``None``: nothing is.

    Raises:
        OnApiError: The server does not answer, or not with what can be used; nothing was changed.
        InventoryError: Too much would change, or what came contradicts the inventory.
    """
    report = FetchReport()
    forms = shapes(access_id_pattern)
    with file.exchange(source.name, now) as exchange:
        spellings = Spellings(forms, report.refuse)
        taking = _Taking(server, source, exchange, report, changes=changes, guard=guard)
        if taking.all(spellings):
            merging = Merging(
                inventory,
                exchange,
                forms,
                provider=source.provider,
                service_types=source.service_types,
                refuse=report.refuse,
                now=now,
            )
            report.imported = _imported(merging, taking.kinds, inventory, dry_run, guard)
            exchange.drop("subscriptions", now - REMEMBERED)
            exchange.drop("offers", now)
        if dry_run:
            exchange.undo()
    return report


def _imported(
    merging: Merging,
    kinds: set[Kind],
    inventory: Inventory,
    dry_run: bool,
    guard: Guard | None,
) -> ImportReport:
    with tempfile.TemporaryDirectory(prefix="techinfo-onapi-") as folder:
        paths = []
        for kind in _KINDS:
            if kind in kinds:
                paths.append(Path(folder) / f"{kind}.csv")
                merging.write(kind, paths[-1])
        return inventory.import_files(paths, dry_run=dry_run, guard=guard)


class _Taking:
    """Takes the lists of a server into the exchange.

    Attributes:
        kinds: Of what something came.
    """

    def __init__(
        self,
        server: Server,
        source: FetchPlan,
        exchange: FetchTransaction,
        report: FetchReport,
        *,
        changes: bool,
        guard: Guard | None,
    ) -> None:
        self._server = server
        self._source = source
        self._exchange = exchange
        self._report = report
        self._changes = changes
        self._guard = guard
        self.kinds: set[Kind] = set()

    def all(self, spellings: Spellings) -> bool:
        """Ask for everything; says whether anything came or ended."""
        self._take("subscriptions", spellings, "subscriptions")
        if self._source.version == "2.6":
            self._take("services", spellings, "offers", optional=True)
        if self._source.accesses:
            old = ("offers",) if self._source.version != "2.6" else ()
            self._take("accesses", spellings, "accesses", *old, optional=True)
        return bool(self.kinds)

    def _take(self, name: str, spellings: Spellings, *kinds: Kind, optional: bool = False) -> None:
        since = self._exchange.last_modified(name) if self._changes else None
        with self._server.listing(name, since=since, optional=optional) as listing:
            if listing is None:
                self._report.told[name] = None
                return
            before = {kind: self._exchange.listed(kind) for kind in kinds}
            self._report.told[name] = self._kept(listing, spellings, kinds)
            self._exchange.note_list(name, listing.last_modified)
            for kind in kinds if listing.complete else ():
                self._end(kind, before[kind])

    def _kept(self, listing: IncomingList, spellings: Spellings, kinds: tuple[Kind, ...]) -> int:
        read = {
            "subscriptions": spellings.subscriptions,
            "offers": spellings.offers,
            "accesses": spellings.accesses,
        }
        count = 0

        def told() -> Iterator[FetchedObject]:
            nonlocal count
            for found in listing.objects:
                count += 1
                for kind in kinds:
                    yield from read[kind](found)

        for one in told():
            if one.fields is None:
                self._exchange.see(one.kind, one.key)
            else:
                self._exchange.put(one.kind, one.key, one.fields)
                self.kinds.add(one.kind)
        return count

    def _end(self, kind: Kind, before: int) -> None:
        """What is no longer listed has ended; too much of that is more often a broken list."""
        ended = self._exchange.end(kind)
        if ended:
            self.kinds.add(kind)
            self._report.ended += ended
        percent = self._guard.most_dropped_percent if self._guard else 100.0
        if self._guard is not None and ended > max(before * percent / 100, NEVER_TOO_MANY):
            raise OnApiError(
                f"{ended} of {before} {kind} are no longer listed; {percent:g} % may be."
                " Nothing was changed; --accept takes it over all the same",
                url=self._source.name,
            )
