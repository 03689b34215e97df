"""The entrance of the service, as the settings want it.

The administrators' application over a house.
"""

from __future__ import annotations

import functools
import logging
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import timedelta

from starlette.applications import Starlette

from techinfo import __version__
from techinfo.access.logins import Logins
from techinfo.api.admin.app import Health, Reloading, admin_app
from techinfo.api.admin.metrics import AuditNumbers
from techinfo.api.asgi.auth import AuthMiddleware
from techinfo.api.asgi.client import networks
from techinfo.api.asgi.entrance import MiddlewareStack
from techinfo.api.asgi.quotas import Quotas
from techinfo.api.asgi.refused_logins import RefusedLogins
from techinfo.api.state import AppState
from techinfo.config import Settings
from techinfo.errors import TechinfoError
from techinfo.maintenance.pause import PauseService
from techinfo.maintenance.privacy import targets
from techinfo.maintenance.stores import Person
from techinfo.store.audit import START, STOP, AuditEntry, AuditFile, note
from techinfo.store.batches import Batches
from techinfo.store.pauses import PausesFile
from techinfo.store.user_records import Use
from techinfo.store.users import UsersFile

_log = logging.getLogger(__name__)


@contextmanager
def entrance_of(settings: Settings) -> Iterator[MiddlewareStack]:
    """The users of the settings and of the users' file, and the audit log; closed at the end.

    Raises:
        ConfigError: A user stands in both, or a file cannot be opened.
    """
    with ExitStack() as closing:
        file = closing.enter_context(UsersFile.open(settings.service.users_file))
        logins = Logins(settings.users, file, denied=settings.service.deny_users)
        audit = closing.enter_context(AuditFile.open(settings.audit.path))
        entries = Batches[AuditEntry](audit.write, "entries of the audit log")
        closing.callback(entries.close)
        closing.enter_context(_run(audit, entries))
        uses = Batches[Use](lambda batch, _lost: file.note_uses(batch), "uses of credentials")
        closing.callback(uses.close)
        yield MiddlewareStack(
            logins=logins,
            quotas=Quotas(settings.quotas, logins),
            trusted_proxies=networks(settings.service.trusted_proxies),
            uses=uses,
            audit=entries,
            audit_required=settings.audit.required,
            refused=RefusedLogins(entries.put, logins.exists),
            files={"users": file, "audit": audit},
        )


@contextmanager
def _run(audit: AuditFile, entries: Batches[AuditEntry]) -> Iterator[None]:
    """Note that the service begins and ends, and where an earlier run has died.

    New settings begin a run in the same process, beside the one that ends.
    """
    process = _process()
    run = f"{process}-{secrets.token_hex(4)}"
    try:
        gaps = audit.gaps(process)
    except TechinfoError as error:  # link and light go on without an audit log
        _log.error("nobody can tell whether the service has died: %s", error)
        gaps = []
    for gap in gaps:
        _log.warning("the service did not end in order: entries of the audit log may be missing")
        entries.put(gap)
    entries.put(note(START, f"techinfo {__version__}", run=run))
    entries.flush()
    try:
        yield
    finally:
        entries.put(note(STOP, f"techinfo {__version__}", run=run))


@functools.cache
def _process() -> str:
    """A name of this process that no other has."""
    return secrets.token_hex(8)


def admin_of(
    settings: Settings,
    app_state: AppState,
    reload: Reloading | None = None,
    stores: Callable[[], Mapping[str, str]] = dict,
) -> Starlette:
    """Health, metrics and administration of a house.

    Args:
        settings: Those that it was built from.
        app_state: What stands behind the routes.
        reload: Reads everything anew.
        stores: What is wrong with each database, by its name; empty: nothing.
    """
    collector, inventory = app_state.troubleshooter.collector, app_state.inventory
    limit_h = settings.admin.ready_inventory_h
    pauses = PauseService(
        file=PausesFile(settings.collect.pauses),
        inventory=inventory,
        registry=collector.registry,
    )

    async def forget(person: Person) -> None:
        for target in targets(inventory, person):
            await collector.forget(target)
        app_state.access_service.sightings.forget(access_id=person.access_id, mac=person.mac)

    return admin_app(
        health=Health(
            inventory=inventory,
            collector=collector,
            pauses=pauses,
            metrics=app_state.metrics,
            audit=lambda: _audit(app_state.entrance),
            stores=stores,
            most_age=timedelta(hours=limit_h) if limit_h else None,
        ),
        pauses=pauses,
        forget=forget,
        reload=reload,
        names=(settings.admin.host, *settings.admin.names),
        door=lambda app: AuthMiddleware(
            app,
            app_state.entrance.logins,
            trusted=app_state.entrance.trusted_proxies,
            refused=app_state.entrance.refused,
        ),
    )


def _audit(entrance: MiddlewareStack) -> AuditNumbers:
    entries, counts = entrance.audit, entrance.audit_counts
    if entries is None:
        return AuditNumbers()
    return AuditNumbers(
        writable=entries.sound,
        lost=entries.lost,
        commits=entries.written,
        withheld=counts.withheld,
        unrecorded=counts.unrecorded,
    )
