"""Every SQLite file of the house, on one page: where it is, and what is done with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from techinfo.config import Settings
from techinfo.history.store import HistoryFile, Keep
from techinfo.history.tables import SCHEMA as HISTORY
from techinfo.inventory import Access, Cpe, Inventory, Subscription
from techinfo.inventory.tables import SCHEMA as INVENTORY
from techinfo.leases.messages import KEEP_UNANSWERED, MessageRow
from techinfo.leases.store import LeaseFile, LeaseRow, ObservationRow
from techinfo.leases.tables import SCHEMA as LEASES
from techinfo.onapi_client.store import SCHEMA as FETCHED
from techinfo.onapi_client.store import FetchedFile
from techinfo.store.agent_limits import SCHEMA as LEARNT
from techinfo.store.agent_limits import AgentLimitsFile
from techinfo.store.audit import SCHEMA as AUDIT
from techinfo.store.audit import AuditFile
from techinfo.store.database import Schema
from techinfo.store.erasures import SCHEMA as ERASED
from techinfo.store.erasures import ErasuresFile
from techinfo.store.sessions import SCHEMA as SESSIONS
from techinfo.store.sessions import SessionsFile
from techinfo.store.tokens import SCHEMA as TOKENS
from techinfo.store.tokens import TokensFile
from techinfo.store.user_records import SCHEMA as USERS
from techinfo.store.users import UsersFile
from techinfo.tickets import retention
from techinfo.tickets.store import TicketFile
from techinfo.tickets.tables import SCHEMA as TICKETS


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Whose data it is about: an access, or a device by its MAC address.

    Attributes:
        access_id: As the inventory has it.
        mac: As ``AA:BB:CC:DD:EE:FF``.
    """

    access_id: str | None = None
    mac: str | None = None


Found = Mapping[str, Any]
"""One row about a person, as JSON has it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Store:
    """One file.

    Attributes:
        name: What back-ups and reports call it.
        path: Where the settings have it, whether or not it is in use now: what was written before
            is somebody's still.
        schema: What it holds.
        open: Opens it for writing.
        drop_old: Erases what is older than it may be at a time from the open file; says how many
            rows that were. ``None``: nothing in it ends by age.
        found: All rows about a person. ``None``: no row is about one.
        erase: Erases those; says how many.
        stays: Why rows about a person are not erased, for the report.
        in_backup: Whether back-ups have it.
    """

    name: str
    path: Callable[[Settings], Path]
    schema: Schema
    open: Callable[[Path], AbstractContextManager[Any]]
    drop_old: Callable[[Any, Settings, datetime], int] | None = None
    found: Callable[[Path, Person], Iterable[Found]] | None = None
    erase: Callable[[Path, Person], int] | None = None
    stays: str = ""
    in_backup: bool = True


def _old_audit(file: AuditFile, settings: Settings, now: datetime) -> int:
    return file.drop_old(now, timedelta(days=settings.audit.keep_days))


def _old_sessions(file: SessionsFile, settings: Settings, now: datetime) -> int:
    return file.drop_old(
        created_before=now - timedelta(hours=settings.page.longest_h),
        used_before=now - timedelta(minutes=settings.page.idle_minutes),
    )


def _old_tokens(file: TokensFile, _settings: Settings, now: datetime) -> int:
    # For a while it is known of one that it has ended, and is no guess.
    return file.drop_old(ended_before=now - timedelta(days=1))


def _of_audit(path: Path, person: Person) -> Iterable[Found]:
    if not path.is_file():
        return
    with AuditFile.open_read_only(path) as file:
        yield from file.about(access_id=person.access_id, mac=person.mac)


def _erase_audit(path: Path, person: Person) -> int:
    with AuditFile.open(path) as file:
        return file.erase(access_id=person.access_id, mac=person.mac)


def _old_leases(file: LeaseFile, settings: Settings, now: datetime) -> int:
    return file.expire(now - timedelta(days=settings.leases.keep_days), now - KEEP_UNANSWERED)


def _of_leases(path: Path, person: Person) -> Iterable[Found]:
    with LeaseFile.open_read_only(path) as file:
        if person.access_id is not None:
            yield from (_lease(row) for row in file.history(access_id=person.access_id))
            yield from (_lease(row) for row in file.observations(person.access_id, clients=True))
            yield from (_lease(row) for row in file.messages(access_id=person.access_id))
        if person.mac is not None:
            yield from (_lease(row) for row in file.history(mac=person.mac))
            yield from (_lease(row) for row in file.observations(mac=person.mac))
            yield from (_lease(row) for row in file.messages(clients=[person.mac]))


_KINDS = {LeaseRow: "lease", ObservationRow: "observation", MessageRow: "message"}


def _lease(row: LeaseRow | ObservationRow | MessageRow) -> Found:
    """A row with octets in hex and times as texts."""
    told = {name: _shown(value) for name, value in asdict(row).items() if value is not None}
    return {"row": _KINDS[type(row)], **told}


def _shown(value: object) -> object:
    if isinstance(value, bytes):
        return f"0x{value.hex()}"
    return value.isoformat() if isinstance(value, datetime) else value


def _erase_leases(path: Path, person: Person) -> int:
    with LeaseFile.open(path) as file:
        return file.erase(access_id=person.access_id, mac=person.mac)


def _old_tickets(file: TicketFile, settings: Settings, now: datetime) -> int:
    return retention.sweep(file, retention.bounds(settings.tickets.keep_closed_days, now), now)


def _of_tickets(path: Path, person: Person) -> Iterable[Found]:
    with TicketFile.open_read_only(path) as file:
        yield from retention.about(file, access_id=person.access_id, mac=person.mac)


def _erase_tickets(path: Path, person: Person) -> int:
    with TicketFile.open(path) as file:
        return retention.erase(file, datetime.now(UTC), access_id=person.access_id, mac=person.mac)


def keep_history(settings: Settings) -> Keep:
    """How long what polls have told is kept."""
    told = settings.history
    return Keep(
        samples=timedelta(hours=told.five_minutes_h),
        hours=timedelta(days=told.hours_days),
        days=timedelta(days=told.keep_days),
        transitions=timedelta(days=told.transitions_days),
        macs=timedelta(days=told.macs_days),
    )


def _old_history(file: HistoryFile, settings: Settings, now: datetime) -> int:
    return file.drop_old(now, keep_history(settings))


def _of_history(path: Path, person: Person) -> Iterable[Found]:
    with HistoryFile.open_read_only(path) as file:
        yield from file.about(access_id=person.access_id, mac=person.mac)


def _erase_history(path: Path, person: Person) -> int:
    with HistoryFile.open(path) as file:
        return file.erase(access_id=person.access_id, mac=person.mac)


def _old_events(inventory: Inventory, settings: Settings, now: datetime) -> int:
    gone = inventory.drop_old_events(now - timedelta(hours=settings.retention.events_h))
    return gone + inventory.works.drop_before(now - timedelta(days=settings.retention.works_days))


def _of_inventory(path: Path, person: Person) -> Iterable[Found]:
    with Inventory.open(path) as inventory:
        if person.access_id is not None and (access := inventory.access(person.access_id)):
            yield _record("access", access)
            cpe = inventory.cpe(access.access_id)
            subscriptions = inventory.subscriptions_on(access.access_id)
            yield from (_record("cpe", cpe),) if cpe else ()
            yield from (_record("subscription", one) for one in subscriptions)
            yield from _works_of(inventory, access)
        for one in inventory.accesses() if person.mac else ():
            cpe = inventory.cpe(one.access_id)
            if cpe is not None and cpe.mac == person.mac:
                yield _record("cpe", cpe)


def _works_of(inventory: Inventory, access: Access) -> Iterable[Found]:
    element = inventory.element(access.element) if access.element else None
    for one in inventory.works.on(access, element, datetime.fromtimestamp(0, UTC)):
        times = {"begin": one.begin.isoformat(), "until": one.until.isoformat()}
        yield {"kind": "works", "reference": one.reference, "text": one.text, **times}


def _of_fetched(path: Path, person: Person) -> Iterable[Found]:
    if not path.is_file():
        return
    with FetchedFile.open_read_only(path) as file:
        yield from file.about(access_id=person.access_id, mac=person.mac)


def _record(kind: str, record: Access | Cpe | Subscription) -> Found:
    told = {name: value for name, value in asdict(record).items() if value is not None}
    return {"kind": kind, **told}


STORES: tuple[Store, ...] = (
    Store(
        name="inventory",
        path=lambda settings: settings.inventory.path,
        schema=INVENTORY,
        open=Inventory.open,
        drop_old=_old_events,
        found=_of_inventory,
        stays="the operator's own records; the next import would bring them back",
    ),
    Store(
        name="fetched",
        path=lambda settings: settings.inventory.fetched,
        schema=FETCHED,
        open=FetchedFile.open,
        found=_of_fetched,
        stays="what another operator's server told; the next fetch would bring it back",
    ),
    Store(
        name="learnt",
        path=lambda settings: settings.collect.learnt,
        schema=LEARNT,
        open=AgentLimitsFile.open,
    ),
    Store(
        name="users",
        path=lambda settings: settings.service.users_file,
        schema=USERS,
        open=UsersFile.open,
    ),
    Store(
        name="sessions",
        path=lambda settings: settings.page.sessions,
        schema=SESSIONS,
        open=SessionsFile.open,
        drop_old=_old_sessions,
        in_backup=False,  # who is logged in now need not be logged in after a restore
    ),
    Store(
        name="tokens",
        path=lambda settings: settings.tokens.path,
        schema=TOKENS,
        open=TokensFile.open,
        drop_old=_old_tokens,
        in_backup=False,  # they end in a quarter of an hour, and some may have been taken back
    ),
    Store(
        name="audit",
        path=lambda settings: settings.audit.path,
        schema=AUDIT,
        open=AuditFile.open,
        drop_old=_old_audit,
        found=_of_audit,
        erase=_erase_audit,
    ),
    Store(
        name="erased",
        path=lambda settings: settings.retention.erased,
        schema=ERASED,
        open=ErasuresFile.open,
    ),
    Store(
        name="leases",
        path=lambda settings: settings.leases.path,
        schema=LEASES,
        open=LeaseFile.open,
        drop_old=_old_leases,
        found=_of_leases,
        erase=_erase_leases,
    ),
    Store(
        name="history",
        path=lambda settings: settings.history.path,
        schema=HISTORY,
        open=HistoryFile.open,
        drop_old=_old_history,
        found=_of_history,
        erase=_erase_history,
    ),
    Store(
        name="tickets",
        path=lambda settings: settings.tickets.path,
        schema=TICKETS,
        open=TicketFile.open,
        drop_old=_old_tickets,
        found=_of_tickets,
        erase=_erase_tickets,
    ),
)
