"""The inventory: which access hangs on which port of which element."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import (
    Executable,
    Row,
    bindparam,
    or_,
    select,
    tuple_,
    union_all,
)

from techinfo.inventory.events import Events
from techinfo.inventory.findings import Finding, findings
from techinfo.inventory.identifiers.holders import Identified
from techinfo.inventory.importing.guard import Guard
from techinfo.inventory.importing.report import ImportReport
from techinfo.inventory.importing.run import import_files
from techinfo.inventory.importing.tenures import TenureOfAccess, told_on
from techinfo.inventory.listing import Listing
from techinfo.inventory.records import Access, Cpe, Element, Offer, Subscription
from techinfo.inventory.search import find
from techinfo.inventory.shapes import ACCESS_ID_PATTERN, Names, shapes
from techinfo.inventory.tables import (
    SCHEMA,
    accesses,
    cpes,
    elements,
    imports,
    offer_key,
    offers,
    scope_key,
    services,
    subscriptions,
)
from techinfo.store.base import Database
from techinfo.store.database import Synchronous, in_memory_database, open_database

_PAGE = 1000
_ACCESS_KEYS, _ELEMENT_KEYS, _CPE_KEYS, _SUBSCRIPTION_KEYS = (
    tuple(table.columns.keys()) for table in (accesses, elements, cpes, subscriptions)
)
_OFFER_KEYS = tuple(column.name for column in offers.columns if column.name != "offer")
_OFFER = select(*(offers.c[key] for key in _OFFER_KEYS))

_BY_ID = union_all(
    select(accesses).where(accesses.c.access_id == bindparam("id")),
    select(
        select(accesses).where(accesses.c.legacy_access_id == bindparam("id")).limit(2).subquery()
    ),
)
_ELEMENT = select(elements).where(elements.c.name == bindparam("name"))
_ELEMENTS = select(elements).order_by(elements.c.name)
_CPE = select(cpes).where(cpes.c.access_id == bindparam("id"))
_ASKED_AT = union_all(
    *(
        select(table.c.port).where(
            table.c.address == bindparam("address"),
            table.c.port == bindparam("port"),
            table.c.credential == bindparam("credential"),
        )
        for table in (elements, cpes)
    )
).limit(1)
_ACCESSES_AFTER = (
    select(accesses)
    .where(accesses.c.access_id > bindparam("last"))
    .order_by(accesses.c.access_id)
    .limit(_PAGE)
)
_ON_ELEMENT = (
    select(accesses)
    .where(accesses.c.element == bindparam("element"))
    .order_by(accesses.c.access_id)
)
_ON_PORT = _ON_ELEMENT.where(accesses.c.port == bindparam("port"))
_NEIGHBOUR = (
    select(accesses.c.access_id)
    .where(
        accesses.c.element == bindparam("element"),
        accesses.c.port == bindparam("port"),
        accesses.c.access_id != bindparam("id"),
    )
    .limit(1)
)
_SERVICE = (
    select(services.c.service_type)
    .where(
        or_(
            services.c.scope.in_([bindparam("on_port"), bindparam("on_element"), bindparam("all")]),
            services.c.scope
            == select(bindparam("at_site", type_=elements.c.site.type) + elements.c.site)
            .where(elements.c.name == bindparam("element"))
            .scalar_subquery(),
        )
    )
    .order_by(services.c.scope)
    .limit(1)
)
_SUBSCRIPTION = select(subscriptions).where(subscriptions.c.subscription_id == bindparam("id"))
_SUBSCRIPTIONS_ON = (
    select(subscriptions)
    .where(subscriptions.c.access_id == bindparam("id"))
    .order_by(subscriptions.c.subscription_id)
)
_SUBSCRIPTIONS_AFTER = (
    select(subscriptions)
    .where(
        tuple_(subscriptions.c.access_id, subscriptions.c.subscription_id)
        > tuple_(bindparam("last_access"), bindparam("last"))
    )
    .order_by(subscriptions.c.access_id, subscriptions.c.subscription_id)
    .limit(_PAGE)
)
_SUBSCRIPTIONS_OF_AFTER = _SUBSCRIPTIONS_AFTER.where(
    subscriptions.c.provider == bindparam("provider")
)
_OFFERS_ON = _OFFER.where(offers.c.access_id == bindparam("id")).order_by(offers.c.service)
_OFFERS_AFTER = (
    _OFFER.where(offers.c.offer > bindparam("last")).order_by(offers.c.offer).limit(_PAGE)
)
_IMPORTED_AT = select(imports.c.imported_at).where(imports.c.kind == "accesses")


def _now() -> datetime:
    return datetime.now(UTC)


class Inventory:
    """An open inventory. Safe to share between threads; a look-up is one indexed query.

    Use it in a ``with`` block, or close it.
    """

    def __init__(
        self,
        database: Database,
        *,
        access_id_pattern: str = ACCESS_ID_PATTERN,
        clock: Callable[[], datetime] = _now,
        driver_layouts: Mapping[str, str] | None = None,
    ) -> None:
        self._database = database
        self._driver_layouts = dict(driver_layouts or {})
        self._identified = Identified(database, self._driver_layouts)
        self._access_id_pattern = access_id_pattern
        self._clock = clock

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        access_id_pattern: str = ACCESS_ID_PATTERN,
        synchronous: Synchronous = "NORMAL",
        driver_layouts: Mapping[str, str] | None = None,
    ) -> Self:
        """Open an inventory file; where there is none, an empty one is created.

        Args:
            path: The SQLite file; its folder must exist.
            access_id_pattern: What an import takes for an accessId.
            synchronous: See `techinfo.store.database.open_database`.
            driver_layouts: Driver -> layout of DHCP identifiers of elements that name none.

        Raises:
            InventoryError: It cannot be opened, is no inventory, or is newer than this program.
        """
        database = open_database(path, SCHEMA, synchronous=synchronous)
        return cls(database, access_id_pattern=access_id_pattern, driver_layouts=driver_layouts)

    @classmethod
    def in_memory(
        cls,
        *,
        access_id_pattern: str = ACCESS_ID_PATTERN,
        clock: Callable[[], datetime] = _now,
        driver_layouts: Mapping[str, str] | None = None,
    ) -> Self:
        """An empty inventory without a file; its look-ups wait while it imports."""
        database = in_memory_database(SCHEMA)
        return cls(
            database,
            access_id_pattern=access_id_pattern,
            clock=clock,
            driver_layouts=driver_layouts,
        )

    @property
    def database(self) -> Database:
        """The file itself."""
        return self._database

    def access(self, access_id: str) -> Access | None:
        """The access with this accessId; else the only one with this legacyAccessId."""
        rows = self._rows(_BY_ID, id=access_id)
        found = [_access(row) for row in rows]
        exact = [access for access in found if access.access_id == access_id]
        if exact:
            return exact[0]
        return found[0] if len(found) == 1 else None

    def accesses(self) -> Iterator[Access]:
        """All accesses by accessId, a page in memory at a time.

        An import in between shows from the next page on; no access comes twice.
        """
        last = ""
        while rows := self._rows(_ACCESSES_AFTER, last=last):
            for access in map(_access, rows):
                yield access
                last = access.access_id

    def accesses_on(self, element: str, port: str | None = None) -> tuple[Access, ...]:
        """The accesses on an element, or on one port of it, spelt as in the inventory."""
        if port is None:
            return tuple(map(_access, self._rows(_ON_ELEMENT, element=element)))
        return tuple(map(_access, self._rows(_ON_PORT, element=element, port=port)))

    def shared(self, access: Access) -> bool:
        """Whether another access hangs on the same element and port."""
        where = {"element": access.element, "port": access.port, "id": access.access_id}
        return bool(self._rows(_NEIGHBOUR, **where))

    def element(self, name: str) -> Element | None:
        """The element of this name."""
        rows = self._rows(_ELEMENT, name=name)
        return _element(rows[0]) if rows else None

    def elements(self) -> tuple[Element, ...]:
        """All elements by name."""
        return tuple(map(_element, self._rows(_ELEMENTS)))

    def cpe(self, access_id: str) -> Cpe | None:
        """The managed CPE behind the access with this accessId."""
        rows = self._rows(_CPE, id=access_id)
        return _cpe(rows[0]) if rows else None

    def is_asked_at(self, address: str, port: int, credential: str) -> bool:
        """Whether an element or a CPE is asked at this address and UDP port with this credential.

        Of CPEs, all are looked through.
        """
        told = {"address": address, "port": port, "credential": credential}
        return bool(self._rows(_ASKED_AT, **told))

    def subscription(self, subscription_id: str) -> Subscription | None:
        """The subscription with this id."""
        rows = self._rows(_SUBSCRIPTION, id=subscription_id)
        return _subscription(rows[0]) if rows else None

    def subscriptions_on(self, access_id: str) -> tuple[Subscription, ...]:
        """All subscriptions on the access with this accessId, ended ones too."""
        return tuple(map(_subscription, self._rows(_SUBSCRIPTIONS_ON, id=access_id)))

    def told_on(self, access_id: str) -> TenureOfAccess:
        """When imports have told who holds what on an access.

        Ask it after `subscriptions_on`: an import in between then counts in full.
        """
        with self._database.read() as connection:
            return told_on(connection, access_id)

    def subscriptions(self, provider: str | None = None) -> Iterator[Subscription]:
        """All subscriptions, or a provider's, by accessId, a page in memory at a time."""
        query = _SUBSCRIPTIONS_AFTER if provider is None else _SUBSCRIPTIONS_OF_AFTER
        whose = {} if provider is None else {"provider": provider}
        last = ("", "")
        while rows := self._rows(query, last_access=last[0], last=last[1], **whose):
            for subscription in map(_subscription, rows):
                yield subscription
                last = (subscription.access_id, subscription.subscription_id)

    def offers_on(self, access_id: str) -> tuple[Offer, ...]:
        """The services that can be delivered on an access."""
        return tuple(map(_offer, self._rows(_OFFERS_ON, id=access_id)))

    def offers(self) -> Iterator[Offer]:
        """All services that can be delivered, by accessId, a page in memory at a time."""
        last = ""
        while rows := self._rows(_OFFERS_AFTER, last=last):
            for offer in map(_offer, rows):
                yield offer
                last = offer_key(offer.access_id, offer.service)

    def find(
        self, text: str, *, provider: str | None = None, most: int = 50, mac: str | None = None
    ) -> Iterator[tuple[str, Access]]:
        """Accesses that a text may mean, and by what; see `techinfo.inventory.search.find`."""
        return find(self._database, text, provider=provider, most=most, mac=mac)

    @property
    def generation(self) -> tuple[int, ...]:
        """Another value after every change, whoever made it; what was derived before is outdated.

        Cheap: nothing of the file is read but its change counter.
        """
        return self._database.generation()

    @property
    def identified(self) -> Identified:
        """Who holds which DHCP identifier, and who held it."""
        return self._identified

    def service_type(self, element: str, port: str | None, vlan: int) -> str | None:
        """The service that a VLAN carries there: by port, else element, else site, else at all."""
        rows = self._rows(
            _SERVICE,
            on_port=scope_key(vlan, element=element, port=port),
            on_element=scope_key(vlan, element=element),
            at_site=scope_key(vlan, site=""),
            all=scope_key(vlan),
            element=element,
        )
        return str(rows[0].service_type) if rows else None

    def findings(self) -> tuple[Finding, ...]:
        """What an operator should put right, as far as the inventory alone tells."""
        with self._database.read() as connection:
            return tuple(findings(connection))

    @property
    def events(self) -> Events:
        """What imports have changed."""
        return Events(self._database)

    @property
    def listing(self) -> Listing:
        """Whole lists, and what of them has changed."""
        return Listing(self._database)

    def drop_old_events(self, before: datetime) -> int:
        """Forget events that are older; how many those were. The last day's always stay."""
        return self.events.drop_before(min(before, self._clock() - timedelta(days=1)))

    @property
    def imported_at(self) -> datetime | None:
        """When the accesses were last imported; ``None`` before the first time."""
        rows = self._rows(_IMPORTED_AT)
        return datetime.fromisoformat(rows[0].imported_at) if rows else None

    def import_file(
        self,
        path: Path,
        *,
        dry_run: bool = False,
        skip_bad: bool = False,
        guard: Guard | None = None,
    ) -> ImportReport:
        """Replace every kind of record that a YAML, JSON or CSV file holds; see `import_files`."""
        return self.import_files([path], dry_run=dry_run, skip_bad=skip_bad, guard=guard)

    def import_files(
        self,
        paths: Sequence[Path],
        *,
        dry_run: bool = False,
        skip_bad: bool = False,
        guard: Guard | None = None,
        names: Names | None = None,
    ) -> ImportReport:
        """Replace every kind that some files hold together, at once and as a whole.

        Args:
            paths: The files; so can a CSV of elements and one of accesses change together.
            dry_run: Report what would happen, and change nothing.
            skip_bad: Take the good records and report the others. Their old versions do not stay,
                save elements that accesses of an earlier import are on.
            guard: What is too much of a change at once; ``None``: a person has accepted it.
            names: Drivers and credentials that there are; ``None``: that is not known here.

        Raises:
            InventoryImportError: Something is wrong with a file; nothing was changed.
            InventoryError: The inventory cannot be written, or too much would change.
        """
        return import_files(
            self._database,
            tuple(paths),
            shapes(self._access_id_pattern, names or Names()),
            clock=self._clock,
            dry_run=dry_run,
            skip_bad=skip_bad,
            guard=guard,
            driver_layouts=self._driver_layouts,
        )

    def close(self) -> None:
        """Give the file back."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _rows(self, query: Executable, **values: object) -> Sequence[Row[Any]]:
        try:
            with self._database.read() as connection:
                return connection.execute(query, values).all()
        except UnicodeEncodeError:  # half of a character: no name in the file can be equal to it
            return []


def _access(row: Row[Any]) -> Access:
    return Access(**dict(zip(_ACCESS_KEYS, row, strict=True)))


def _element(row: Row[Any]) -> Element:
    return Element(**dict(zip(_ELEMENT_KEYS, row, strict=True)))


def _cpe(row: Row[Any]) -> Cpe:
    return Cpe(**dict(zip(_CPE_KEYS, row, strict=True)))


def _subscription(row: Row[Any]) -> Subscription:
    return Subscription(**dict(zip(_SUBSCRIPTION_KEYS, row, strict=True)))


def _offer(row: Row[Any]) -> Offer:
    return Offer(**dict(zip(_OFFER_KEYS, row, strict=True)))
