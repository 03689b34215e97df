"""The wiring of the service: settings in, its applications out."""

from __future__ import annotations

import functools
import logging
import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta

from fastapi import FastAPI
from starlette.applications import Starlette

from techinfo import __version__
from techinfo.access.cable_tests.results import CableTests
from techinfo.access.freshness import CachePolicy
from techinfo.access.leases import resolver
from techinfo.access.logins import Logins
from techinfo.access.past import History
from techinfo.access.service import AccessService
from techinfo.access.troubleshoot import Troubleshooter
from techinfo.api.admin.app import Health, Reloading, admin_app
from techinfo.api.admin.metrics import AuditNumbers
from techinfo.api.app import create_app
from techinfo.api.asgi.auth import AuthMiddleware
from techinfo.api.asgi.client import networks
from techinfo.api.asgi.interface import Asgi
from techinfo.api.asgi.issuer import Issuer
from techinfo.api.asgi.middleware import MiddlewareStack
from techinfo.api.asgi.quotas import Quotas
from techinfo.api.asgi.refused_logins import RefusedLogins
from techinfo.api.asgi.scopes import ScopeMiddleware, orders
from techinfo.api.asgi.sessions import Sessions
from techinfo.api.asgi.tokens import Tokens
from techinfo.api.openapi import PATHS
from techinfo.api.portal.bounces import Bounces
from techinfo.api.portal.routes import BOUNCE
from techinfo.api.state import AppState, Served
from techinfo.cli.service.ticketing import Tickets
from techinfo.cli.service.watching import Watching, watched
from techinfo.collect import AnyCollector
from techinfo.config import LeaseSettings, OidcSettings, PortalSettings, Settings
from techinfo.errors import TechinfoError
from techinfo.inventory import Inventory
from techinfo.leases.following import configured, following
from techinfo.leases.log import LeaseLog
from techinfo.leases.store import LeaseFile
from techinfo.maintenance.pause import PauseService
from techinfo.maintenance.privacy import targets
from techinfo.maintenance.stores import Person
from techinfo.onapi_client.store import orders_read_at
from techinfo.page.app import Page
from techinfo.page.elsewhere import Elsewhere
from techinfo.polling.hearing import Fetch
from techinfo.polling.people import PeoplesCollector
from techinfo.sandbox import Sandboxes
from techinfo.store.audit import START, STOP, AuditEntry, AuditFile, note
from techinfo.store.base import StoreFile
from techinfo.store.batches import Batches
from techinfo.store.pauses import Pause, PausesFile
from techinfo.store.sessions import SessionsFile
from techinfo.store.tokens import TokensFile
from techinfo.store.user_records import Use
from techinfo.store.users import UsersFile

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Leases:
    """The log of leases of a service, and the settings that name its sources."""

    file: LeaseFile
    log: LeaseLog
    settings: LeaseSettings


@contextmanager
def leases_of(settings: Settings, inventory: Inventory) -> Iterator[Leases | None]:
    """The log of leases that the settings configure; ``None`` when they name no source.

    Raises:
        ConfigError: A source is configured wrongly, or the file cannot be opened.
    """
    if not configured(settings.leases):
        yield None
        return
    with LeaseFile.open(settings.leases.path) as file:
        yield Leases(file, LeaseLog(file, resolver(inventory)), settings.leases)


@contextmanager
def middleware_of(settings: Settings) -> Iterator[MiddlewareStack]:
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
        sessions: Sessions | None = None
        files: dict[str, StoreFile] = {"users": file, "audit": audit}
        if settings.page.enabled:
            opened = closing.enter_context(SessionsFile.open(settings.page.sessions))
            files["sessions"] = opened
            sessions = Sessions(
                logins,
                opened,
                idle=timedelta(minutes=settings.page.idle_minutes),
                longest=timedelta(hours=settings.page.longest_h),
                renewed_for=timedelta(days=days) if (days := settings.page.password_days) else None,
            )
        tokens: Tokens | None = None
        if settings.tokens.enabled:
            given = closing.enter_context(TokensFile.open(settings.tokens.path))
            files["tokens"] = given
            tokens = Tokens(logins, given)
        yield MiddlewareStack(
            logins=logins,
            quotas=Quotas(settings.quotas, logins),
            trusted_proxies=networks(settings.service.trusted_proxies),
            uses=uses,
            audit=entries,
            audit_required=settings.audit.required,
            refused=RefusedLogins(entries.put, logins.exists),
            sessions=sessions,
            tokens=tokens,
            issuer=Issuer(settings.issuer, logins) if settings.issuer else None,
            files=files,
            open_paths=(
                *(PATHS if settings.service.open_documents else ()),
                *((BOUNCE,) if settings.portal else ()),
            ),
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
    watching: Watching | None = None,
) -> Starlette:
    """Health, metrics and administration of a service.

    Args:
        settings: Those that it was built from.
        app_state: What stands behind the routes.
        reload: Reads everything anew.
        stores: What is wrong with each database, by its name; empty: nothing.
        watching: What is polled; ``None``: nothing.
    """
    collector, inventory = app_state.troubleshooter.collector, app_state.inventory
    limit_h = settings.admin.ready_inventory_h
    pauses = PauseService(
        file=PausesFile(settings.collect.pauses),
        inventory=inventory,
    )

    async def forget(person: Person) -> None:
        for target in targets(inventory, person):
            await collector.forget(target)
        app_state.access_service.sightings.forget(access_id=person.access_id, mac=person.mac)
        app_state.access_service.cable_tests.forget(person.access_id)
        app_state.middleware.selfchecks.forget(person.access_id)
        if app_state.bounces is not None:
            app_state.bounces.forget(person.access_id)
        if app_state.tickets is not None:  # of a MAC address alone: all, they are told again
            app_state.tickets.diagnoses.forget(access_id=person.access_id)

    return admin_app(
        health=Health(
            inventory=inventory,
            collector=collector,
            pauses=pauses,
            metrics=app_state.metrics,
            audit=lambda: _audit(app_state.middleware),
            stores=stores,
            most_age=timedelta(hours=limit_h) if limit_h else None,
            watching=lambda: watching.numbers(app_state.live_views.open) if watching else None,
            orders_read_at=lambda: orders_read_at(settings.inventory.fetched),
        ),
        pauses=pauses,
        forget=forget,
        reload=reload,
        names=(settings.admin.host, *settings.admin.names),
        auth=lambda app: AuthMiddleware(
            ScopeMiddleware(app, orders),
            app_state.middleware.logins,
            trusted=app_state.middleware.trusted_proxies,
            refused=app_state.middleware.refused,
            tokens=app_state.middleware.tokens,
        ),
    )


def _audit(middleware: MiddlewareStack) -> AuditNumbers:
    entries, counts = middleware.audit, middleware.audit_counts
    if entries is None:
        return AuditNumbers()
    return AuditNumbers(
        writable=entries.sound,
        lost=entries.lost,
        commits=entries.written,
        withheld=counts.withheld,
        unrecorded=counts.unrecorded,
    )


def _page(
    prefix: str | None, notice: str, oidc: OidcSettings | None, sessions: Sessions | None
) -> Callable[[Asgi], Asgi] | None:
    """The page, and who may log in on it by an OpenID provider; ``None``: there is none."""
    if prefix is None:
        return None
    elsewhere = None
    if oidc and sessions:
        from techinfo.page.oidc import Oidc  # its libraries cost every start else

        elsewhere = Elsewhere(Oidc(oidc), sessions.hand_over)
    return functools.partial(Page, prefix=prefix, notice=notice, elsewhere=elsewhere)


def _bounces(portal: PortalSettings) -> Bounces:
    return Bounces(
        url=portal.url,
        user=portal.user,
        networks=networks(portal.networks),
        asks_from=networks(portal.asks_from),
        clear=portal.clear,
        per_minute=portal.per_minute,
    )


def application(
    *,
    collector: AnyCollector,
    inventory: Inventory,
    middleware: MiddlewareStack,
    authoritative: bool,
    access_id_pattern: str,
    policy: CachePolicy,
    prefixes: tuple[str, ...],
    endpoints: Served | None = None,
    closing: Sequence[Callable[[], Awaitable[None]]] = (),
    tickets: Tickets | None = None,
    leases: Leases | None = None,
    watching: Watching | None = None,
    page_prefix: str | None = None,
    page_notice: str = "",
    oidc: OidcSettings | None = None,
    pauses: Callable[[], tuple[Pause, ...]] = tuple,
    contact: str = "",
    cable_tests: bool = False,
    heard: Fetch | None = None,
    portal: PortalSettings | None = None,
) -> FastAPI:
    """The service over an inventory and a collector.

    Args:
        collector: In this process or behind a socket; it is closed with the service.
        inventory: What the accesses are attached to.
        middleware: Who may ask, and how much.
        authoritative: The inventory may list accesses.
        access_id_pattern: Regular expression of an accessId.
        policy: Freshness and deadline where a request says nothing.
        prefixes: Paths before the version.
        endpoints: Which endpoints of ON-API are served here; ``None``: all that there are.
        closing: What else is closed, after the collector.
        tickets: The file of tickets; ``None``: tickets are not handled here.
        leases: What logs of DHCP servers tell; ``None``: none is read.
        watching: What is polled; ``None``: nothing.
        page_prefix: Path in front of the page's own; ``None``: there is no page.
        page_notice: What stands below every page.
        oidc: Where people may log in on it, too; ``None``: nowhere.
        pauses: What is not to be asked now.
        contact: A URL or mail address that the OpenAPI documents name.
        cable_tests: Cables are tested.
        heard: What devices have said by themselves; ``None``: nobody listens.
        portal: Who may ask who is behind an address; ``None``: nobody.
    """
    sandboxes = Sandboxes()
    people = PeoplesCollector(collector)
    app_state = AppState(
        inventory=inventory,
        access_service=AccessService(
            Troubleshooter(inventory, people),
            lease_log=leases.log if leases else None,
            history=History(watching.file, put=watching.keep) if watching else None,
            cable_tests=CableTests(cable_tests),
        ),
        middleware=middleware,
        authoritative=authoritative,
        access_id=re.compile(access_id_pattern),
        policy=policy,
        sandboxes=sandboxes,
        endpoints=endpoints or Served(),
        pauses=pauses,
        bounces=_bounces(portal) if portal else None,
    )
    running = None
    if tickets is not None:
        app_state, running = tickets.attach_tickets(app_state)
    if watching is not None:
        app_state = watching.attached(app_state, tickets.file if tickets is not None else None)

    @asynccontextmanager
    async def lifespan(_app: object) -> AsyncIterator[None]:
        async with AsyncExitStack() as closed:  # the last first
            for close in (*closing, sandboxes.close, collector.close):
                closed.push_async_callback(close)
            if leases is not None:
                await closed.enter_async_context(following(leases.settings, leases.log))
            if watching is not None:
                watching.begin(closed, inventory, collector, people, heard)
            if running is not None:
                closed.push_async_callback(running.close)
                await running.start()
            await watched(closed, app_state.watcher)
            yield

    page = _page(page_prefix, page_notice, oidc, middleware.sessions)
    return create_app(app_state, prefixes=prefixes, lifespan=lifespan, page=page, contact=contact)
