"""The inventory: which access hangs on which port of which element."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Self

from sqlalchemy import Executable, bindparam, func, or_, select, union_all

from techinfo.driver.cli_session import SSH_PORT
from techinfo.inventory.events import Events
from techinfo.inventory.findings import Finding, findings
from techinfo.inventory.identifiers.holders import Identified
from techinfo.inventory.importing.guard import Guard
from techinfo.inventory.importing.report import ImportReport
from techinfo.inventory.importing.tenures import TenureOfAccess, told_on
from techinfo.inventory.listing import Listing
from techinfo.inventory.records import (
    Access,
    AnyRecord,
    Cpe,
    Element,
    Offer,
    Subscription,
    from_row,
)
from techinfo.inventory.remembered import Remembered
from techinfo.inventory.search import find
from techinfo.inventory.shapes import ACCESS_ID_PATTERN, Names, shapes
from techinfo.inventory.tables import (
    SCHEMA,
    accesses,
    cpes,
    elements,
    fields_of,
    imports,
    offers,
    rows,
    scope_key,
    services,
    subscriptions,
)
from techinfo.inventory.works.store import WorksList
from techinfo.model import utc_now
from techinfo.store.base import Database
from techinfo.store.database import Synchronous, in_memory_database, open_database

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
_IS_OF_ELEMENTS = select(elements.c.name).where(elements.c.ssh_login == bindparam("login")).exists()
_LOGGED_IN_AT = union_all(
    *(
        select(name).where(
            table.c.address == bindparam("address"),
            func.coalesce(table.c.ssh_port, SSH_PORT) == bindparam("port"),
            table.c.ssh_login == bindparam("login"),
            *more,
        )
        for table, name, more in (
            (elements, elements.c.name, ()),
            # What a customer has at home never learns what opens a switch.
            (cpes, cpes.c.access_id, (~_IS_OF_ELEMENTS,)),
        )
    )
).limit(1)
_ON_ELEMENT = (
    select(accesses)
    .where(accesses.c.element == bindparam("element"))
    .order_by(accesses.c.access_id)
)
_ON_PORTS = _ON_ELEMENT.where(accesses.c.port.in_(bindparam("ports", expanding=True)))
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
_OF_CABLE = (
    select(accesses)
    .where(accesses.c.cable_group == bindparam("group"))
    .order_by(accesses.c.access_id)
    .limit(500)
)
_VLANS_OF = (
    select(services.c.vlan)
    .where(services.c.service_type == bindparam("service_type"))
    .distinct()
    .order_by(services.c.vlan)
)
_SUBSCRIPTION = select(subscriptions).where(subscriptions.c.subscription_id == bindparam("id"))
_ANY_SUBSCRIPTION = select(subscriptions.c.subscription_id).limit(1)
_SUBSCRIPTIONS_ON = (
    select(subscriptions)
    .where(subscriptions.c.access_id == bindparam("id"))
    .order_by(subscriptions.c.subscription_id)
)
_OFFERS_ON = (
    fields_of("offers").where(offers.c.access_id == bindparam("id")).order_by(offers.c.service)
)
_IMPORTED_AT = select(imports.c.imported_at).where(imports.c.kind == "accesses")


class Inventory:
    """An open inventory. Safe to share between threads; a look-up is one indexed query.

    Use it in a ``with`` block, or close it.

    Attributes:
        remembered: What was found, or worked out of it, until something changes.
    """

    def __init__(
        self,
        database: Database,
        *,
        access_id_pattern: str = ACCESS_ID_PATTERN,
        clock: Callable[[], datetime] = utc_now,
        driver_layouts: Mapping[str, str] | None = None,
    ) -> None:
        self._database = database
        self._driver_layouts = {} if driver_layouts is None else driver_layouts
        self.remembered = Remembered(database)
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
        clock: Callable[[], datetime] = utc_now,
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
        found = self._records(Access, _BY_ID, id=access_id)
        exact = [access for access in found if access.access_id == access_id]
        if exact:
            return exact[0]
        return found[0] if len(found) == 1 else None

    def accesses(self) -> Iterator[Access]:
        """All accesses by accessId, a page in memory at a time."""
        return self.listing.accesses()

    def accesses_on(self, element: str, *ports: str) -> tuple[Access, ...]:
        """The accesses on an element, or on some ports of it, spelt as in the inventory."""
        if not ports:
            return self._records(Access, _ON_ELEMENT, element=element)
        return self._records(Access, _ON_PORTS, element=element, ports=ports)

    def accesses_of_cable(self, group: str) -> tuple[Access, ...]:
        """The accesses of a street or cable, by accessId."""
        return self._records(Access, _OF_CABLE, group=group)

    def shared(self, access: Access) -> bool:
        """Whether another access hangs on the same element and port."""
        where = {"element": access.element, "port": access.port, "id": access.access_id}
        return bool(rows(self._database, _NEIGHBOUR, where))

    def element(self, name: str) -> Element | None:
        """The element of this name."""
        return next(iter(self._records(Element, _ELEMENT, name=name)), None)

    def elements(self) -> tuple[Element, ...]:
        """All elements by name."""
        return self._records(Element, _ELEMENTS)

    def cpe(self, access_id: str) -> Cpe | None:
        """The managed CPE behind the access with this accessId."""
        return next(iter(self._records(Cpe, _CPE, id=access_id)), None)

    def is_asked_at(self, address: str, port: int, credential: str) -> bool:
        """Whether an element or a CPE is asked at this address and UDP port with this credential.

        Of CPEs, all are looked through.
        """
        values = {"address": address, "port": port, "credential": credential}
        return bool(rows(self._database, _ASKED_AT, values))

    def is_logged_in_at(self, address: str, port: int, login: str) -> bool:
        """Whether somebody's command line is asked at this address and port with this log-in.

        One that an element has is no CPE's.
        """
        values = {"address": address, "port": port, "login": login}
        return bool(rows(self._database, _LOGGED_IN_AT, values))

    def subscription(self, subscription_id: str) -> Subscription | None:
        """The subscription with this id."""
        return next(iter(self._records(Subscription, _SUBSCRIPTION, id=subscription_id)), None)

    def subscriptions_on(self, access_id: str) -> tuple[Subscription, ...]:
        """All subscriptions on the access with this accessId, ended ones too."""
        return self._records(Subscription, _SUBSCRIPTIONS_ON, id=access_id)

    @property
    def has_subscriptions(self) -> bool:
        """Whether any subscription was imported: else that an access has none means nothing."""
        return bool(rows(self._database, _ANY_SUBSCRIPTION, {}))

    def told_on(self, access_id: str) -> TenureOfAccess:
        """When imports have changed who holds what on an access.

        Ask it after `subscriptions_on`: an import in between then counts in full.
        """

        def look_up() -> TenureOfAccess:
            with self._database.read() as connection:
                return told_on(connection, access_id)

        return self.remembered.get(("told", access_id), look_up)

    def subscriptions(self, provider: str | None = None) -> Iterator[Subscription]:
        """All subscriptions, or a provider's, by accessId, a page in memory at a time."""
        return self.listing.all_subscriptions(provider)

    def offers_on(self, access_id: str) -> tuple[Offer, ...]:
        """The services that can be delivered on an access."""
        return self._records(Offer, _OFFERS_ON, id=access_id)

    def offers(self) -> Iterator[Offer]:
        """All services that can be delivered, by accessId, a page in memory at a time."""
        return self.listing.offers()

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
        values = {
            "on_port": scope_key(vlan, element=element, port=port),
            "on_element": scope_key(vlan, element=element),
            "at_site": scope_key(vlan, site=""),
            "all": scope_key(vlan),
            "element": element,
        }

        def look_up() -> str | None:
            found = rows(self._database, _SERVICE, values)
            return str(found[0].service_type) if found else None

        return self.remembered.get(("service", element, port, vlan), look_up)

    def vlans_of(self, service_type: str) -> tuple[int, ...]:
        """The VLANs that carry a service anywhere."""

        def look_up() -> tuple[int, ...]:
            found = rows(self._database, _VLANS_OF, {"service_type": service_type})
            return tuple(int(row.vlan) for row in found)

        return self.remembered.get(("vlans", service_type), look_up)

    def findings(self) -> tuple[Finding, ...]:
        """What an operator should put right, as far as the inventory alone shows."""
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

    @property
    def works(self) -> WorksList:
        """Planned works."""
        return WorksList(self._database, self.remembered)

    def drop_old_events(self, before: datetime) -> int:
        """Forget events that are older; how many those were. The last day's always stay."""
        return self.events.drop_before(min(before, self._clock() - timedelta(days=1)))

    @property
    def imported_at(self) -> datetime | None:
        """When the accesses were last imported; ``None`` before the first time."""
        found = rows(self._database, _IMPORTED_AT)
        return datetime.fromisoformat(found[0].imported_at) if found else None

    def move(self, *moves: tuple[Access, Access]) -> None:
        """Attach accesses elsewhere; see `techinfo.inventory.importing.moving`."""
        from techinfo.inventory.importing.moving import move

        move(self._database, moves, self._clock, self._driver_layouts)

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
        from techinfo.inventory.importing.run import import_files

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

    def __exit__(self, *_: object) -> None:
        self.close()

    def _records(
        self, record: type[AnyRecord], query: Executable, **values: object
    ) -> tuple[AnyRecord, ...]:
        key = (id(query), *values.items())  # the queries are constants of this file
        return self.remembered.get(
            key,
            lambda: tuple(map(partial(from_row, record), rows(self._database, query, values))),
            # A port's names are its device's; all else may be any text that a client makes up.
            if_empty=query is _ON_PORTS,
        )
