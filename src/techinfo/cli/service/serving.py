"""What ``techinfo serve`` does as the API: what settings make, over a collector."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, closing, contextmanager
from datetime import timedelta
from pathlib import Path
from socket import socket as Socket  # noqa: N812 - beside a path that is called socket
from typing import Any

from techinfo.access.freshness import CachePolicy
from techinfo.access.viewer import Viewer
from techinfo.api.asgi.middleware import MiddlewareStack
from techinfo.api.state import Served
from techinfo.cli import wiring
from techinfo.cli.console import err
from techinfo.cli.logs import log_as
from techinfo.cli.options import inventory_of, settings_of
from techinfo.cli.service.ticketing import Tickets, tickets_of
from techinfo.cli.service.watching import Watching, watching_of
from techinfo.cli.wiring import Leases, admin_of, leases_of, middleware_of
from techinfo.collect.remote.client import RemoteCollector
from techinfo.config import Settings, tables_in, without_device_secrets
from techinfo.errors import ConfigError
from techinfo.inventory import Inventory
from techinfo.maintenance.pause import PauseService
from techinfo.maintenance.schedule import Polling, Soundness, keep_to_it
from techinfo.server import sockets, web
from techinfo.server.notify import GRACE_S
from techinfo.server.reload import Application, Beside, Current, Renewal
from techinfo.server.tls import Tls
from techinfo.store.pauses import PausesFile

_POLLS = timedelta(seconds=1)
"""How often it is looked at what is due; everything has a moment of its own."""


def answer(
    settings: Settings, config: Path | None, collector_socket: Path | None, *, supervised: bool
) -> None:
    """Be the API over the collector at a socket, until somebody says stop."""
    socket = sockets.checked(collector_socket or Path(settings.collector.socket or ""))
    log_as(settings.log, verbose=logging.getLogger().isEnabledFor(logging.INFO))
    listening = web.bound(settings.service.host, settings.service.port)
    renewal = Renewal(lambda tables: settings_now(config, tables), supervised=supervised)
    host, port = listening.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    tls = Tls() if settings.service.tls_cert else None
    scheme = "https" if tls else "http"
    with ExitStack() as closed:
        beside = _beside(_listeners(settings, closed))
        current = Current(lambda found: _opened(found, socket, renewal, tls), settings, beside)
        renewal.current = closed.enter_context(closing(current))
        web.serve(
            current,
            listening,
            lambda: print(f"ready on {scheme}://{shown}:{port}", flush=True),
            most=settings.service.most_connections,
            lifeline=sys.stdin.fileno() if supervised else None,
            orders=renewal.take,
            hangup=None if supervised else renewal.begin,
            stopping=current.stop,
            tls=tls.context if tls else None,
        )


@contextmanager
def _opened(
    settings: Settings, socket: Path, renewal: Renewal, tls: Tls | None
) -> Iterator[Application]:
    """Everything that these settings make, closed at the end."""
    cert, key = settings.service.tls_cert, settings.service.tls_key
    if tls is not None and cert and key:
        tls.renew(cert, key)
    elif tls is not None:
        raise ConfigError("TLS ends with a restart only", key="service.tls_cert")
    with (
        inventory_of(settings) as inventory,
        middleware_of(settings) as middleware,
        Polling() as polling,
        leases_of(settings, inventory) as leases,
        tickets_of(settings) as tickets,
        watching_of(settings) as watching,
    ):
        for line in lacking(inventory, middleware.logins.viewers()):
            err.print(line, markup=False, soft_wrap=True)
        files = _files(inventory, middleware, leases, tickets, watching)
        keep_to_it(polling, settings, opened=files)
        soundness = Soundness({name: file.database for name, file in files.items()})
        soundness.keep_looking(polling, settings.admin.look_s)
        if watching is not None:
            polling.every(_POLLS, "polls", watching.wake, first=_POLLS)
        remote = RemoteCollector(socket)
        listens = settings.traps.listen or settings.traps.syslog
        app = wiring.application(
            collector=remote,
            heard=remote.heard if listens else None,
            inventory=inventory,
            middleware=middleware,
            authoritative=settings.inventory.authoritative,
            access_id_pattern=settings.service.access_id_pattern,
            policy=CachePolicy(
                max_age_s=settings.collect.max_age_s, deadline_s=settings.collect.deadline_s
            ),
            prefixes=settings.service.prefixes,
            contact=settings.service.contact,
            cable_tests=settings.danger.cable_test,
            tickets=tickets,
            leases=leases,
            portal=settings.portal,
            watching=watching,
            page_prefix=settings.page.prefix if settings.page.enabled else None,
            oidc=settings.page.oidc,
            pauses=PauseService(file=PausesFile(settings.collect.pauses), inventory=None).pauses,
            endpoints=Served(
                off=frozenset(settings.endpoints.off),
                elsewhere=settings.elsewhere,
                draft=settings.endpoints.draft,
                option82_ends=settings.endpoints.option82_ends,
            ),
        )
        yield Application(
            public=app,
            admin=admin_of(
                settings, app.state.app_state, renewal.reload, soundness.troubles, watching
            ),
            urgent=lambda found: middleware.logins.deny(found.service.deny_users),
        )


def lacking(inventory: Inventory, viewers: Sequence[Viewer]) -> Iterator[str]:
    """What a service cannot do anything without, in words that say how it is had.

    Args:
        inventory: What it answers from.
        viewers: Everybody who can log in.
    """
    if not inventory.elements():
        yield "the inventory is empty: techinfo inventory import FILE fills it"
    if not viewers:
        yield "nobody can log in: techinfo user add NAME --role operator makes the first user"
    for provider in sorted({v.provider for v in viewers if v.provider and not v.options.sandbox}):
        if next(iter(inventory.subscriptions(provider)), None) is None:
            yield (
                f"provider {provider} has no subscription in the inventory, and so sees no access:"
                " techinfo inventory columns subscriptions"
            )


def _files(
    inventory: Inventory,
    middleware: MiddlewareStack,
    leases: Leases | None,
    tickets: Tickets | None,
    watching: Watching | None,
) -> dict[str, Any]:
    """The open files, by the names of their stores."""
    files: dict[str, Any] = {"inventory": inventory, **middleware.files}
    if leases is not None:
        files["leases"] = leases.file
    if tickets is not None:
        files["tickets"] = tickets.file
    if watching is not None:
        files["history"] = watching.file
    return files


def _listeners(settings: Settings, closed: ExitStack) -> list[Socket]:
    """Those of the administrators, bound at once, so that what is in use is told at the start."""
    admin = settings.admin
    found = [web.bound(admin.host, admin.port, key="admin.port")] if admin.port else []
    place = sockets.of_orders(admin.socket, admin.group, patience_s=GRACE_S + 1.0)
    try:
        found.append(closed.enter_context(sockets.bound(place)))
    except ConfigError as error:
        if not {"socket", "group"}.isdisjoint(admin.model_fields_set):
            raise
        err.print(f"warning: {error}; orders are taken at admin.port alone", markup=False)
    return found


def _beside(listeners: list[Socket]) -> Beside:
    @asynccontextmanager
    async def beside(app: web.Asgi) -> AsyncIterator[None]:
        async with AsyncExitStack() as serving:
            for listening in listeners:
                await serving.enter_async_context(web.served_beside(app, listening))
            yield

    return beside


def settings_now(config: Path | None, tables: Mapping[str, Any] | None) -> Settings:
    """The settings as they are now.

    Args:
        config: The settings file.
        tables: What it holds, less what this process must not see, where another process has read
            it; ``None``: it is read here.

    Raises:
        ConfigError: A key is wrong, or this process would see the secret of a device.
    """
    if tables is None:
        without_device_secrets(tables_in(config) if config else {}, os.environ)
    return settings_of(config, tables=tables, quiet=True)
