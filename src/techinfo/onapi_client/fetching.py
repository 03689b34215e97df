"""One fetch: ask a server, keep what it lists, merge it, import it; all of it or nothing."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from techinfo.errors import OnApiError
from techinfo.inventory import Guard, ImportReport, Inventory
from techinfo.inventory.importing.guard import NEVER_TOO_MANY
from techinfo.inventory.records import Kind
from techinfo.inventory.shapes import shapes
from techinfo.onapi_client.merging import REMEMBERED, Merging, Spellings
from techinfo.onapi_client.orders import keep_ordered
from techinfo.onapi_client.server import IncomingList, Server
from techinfo.onapi_client.store import FetchedFile, FetchTransaction

_MOST_REFUSED = 100
"""Listed one by one; of the others only the number."""
_KINDS: tuple[Kind, ...] = ("accesses", "subscriptions", "offers")


@dataclass(kw_only=True, slots=True)
class FetchReport:
    """What came of a fetch.

    Attributes:
        told: List -> how many objects the server listed; ``None``: it does not serve the list.
        ended: How many objects were listed before and are not now.
        refused: What is left out, and why; the first hundred.
        refused_count: How many are left out.
        imported: What it does to the inventory; ``None``: nothing has changed.
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
        file: Has what the server listed last.
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
        taking = Taking(server, source, exchange, report, Spellings(forms, report.refuse))
        if taking.all(changes=changes, guard=guard):
            merging = Merging(
                inventory=inventory,
                exchange=exchange,
                shapes=forms,
                provider=source.provider,
                service_types=source.service_types,
                refuse=report.refuse,
                now=now,
            )
            report.imported = import_merged(
                merging, taking.kinds, inventory, dry_run=dry_run, guard=guard
            )
            exchange.drop("subscriptions", now - REMEMBERED)
            exchange.drop("offers", now)
        if dry_run:
            exchange.undo()
    return report


def import_merged(
    merging: Merging,
    kinds: set[Kind],
    inventory: Inventory,
    *,
    dry_run: bool = False,
    guard: Guard | None = None,
) -> ImportReport:
    """Import the records of these kinds as they are to be.

    Raises:
        InventoryError: Too much would change, or what came contradicts the inventory.
    """
    with tempfile.TemporaryDirectory(prefix="techinfo-onapi-") as folder:
        paths = []
        for kind in _KINDS:
            if kind in kinds:
                paths.append(Path(folder) / f"{kind}.csv")
                merging.write(kind, paths[-1])
        return inventory.import_files(paths, dry_run=dry_run, guard=guard)


@dataclass(slots=True)
class Taking:
    """Takes the lists of a server into the exchange.

    Attributes:
        kinds: Of which something has come or ended.
    """

    server: Server
    source: FetchPlan
    exchange: FetchTransaction
    report: FetchReport
    spellings: Spellings
    kinds: set[Kind] = field(default_factory=set)

    def all(self, *, changes: bool, guard: Guard | None) -> bool:
        """Ask for every list; says whether anything came or ended."""
        is_26 = self.source.version in ("2.6", "2.7")
        self._take("subscriptions", ("subscriptions",), changes, guard)
        if is_26:
            self._take("services", ("offers",), changes, guard, optional=True)
        if self.source.accesses:
            kinds: tuple[Kind, ...] = ("accesses",) if is_26 else ("accesses", "offers")
            self._take("accesses", kinds, changes, guard, optional=True)
        return bool(self.kinds)

    def subscriptions(self, guard: Guard | None) -> bool:
        """Ask for the list of subscriptions; says whether any came or ended."""
        self._take("subscriptions", ("subscriptions",), False, guard)
        return bool(self.kinds)

    def _take(
        self,
        name: str,
        kinds: tuple[Kind, ...],
        changes: bool,
        guard: Guard | None,
        *,
        optional: bool = False,
    ) -> None:
        since = self.exchange.last_modified(name) if changes else None
        with self.server.listing(name, since=since, optional=optional) as listing:
            if listing is None:
                self.report.told[name] = None
                return
            before = {kind: self.exchange.listed(kind) for kind in kinds}
            self.report.told[name] = self._put(listing, kinds)
            self.exchange.note_list(name, listing.last_modified)
            for kind in kinds if listing.complete else ():
                self._end(kind, before[kind], guard)

    def _put(self, listing: IncomingList, kinds: tuple[Kind, ...]) -> int:
        """Keep what a list holds; says how many objects those are."""
        count = 0
        for found in listing.objects:
            count += 1
            for one in (one for kind in kinds for one in self.spellings.of(kind, found)):
                if one.fields is None:
                    self.exchange.see(one.kind, one.key)
                else:
                    self.exchange.put(one.kind, one.key, one.fields)
                    self.kinds.add(one.kind)
        return count

    def _end(self, kind: Kind, before: int, guard: Guard | None) -> None:
        """End what is no longer listed; when that is too much the list is more likely broken."""
        if kind == "subscriptions":
            keep_ordered(self.exchange)
        ended = self.exchange.end(kind)
        if ended:
            self.kinds.add(kind)
            self.report.ended += ended
        check_ended(kind, ended, before, guard, self.source.name)


def check_ended(kind: str, ended: int, before: int, guard: Guard | None, source: str) -> None:
    """Check that not too many objects of a list are no longer listed.

    Raises:
        OnApiError: They are.
    """
    percent = guard.most_dropped_percent if guard else 100.0
    if guard is not None and ended > max(before * percent / 100, NEVER_TOO_MANY):
        raise OnApiError(
            f"{ended} of {before} {kind} are no longer listed; {percent:g} % may be."
            " Nothing was changed; --accept takes it over all the same",
            url=source,
        )
