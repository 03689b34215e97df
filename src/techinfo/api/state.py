"""What the routes need, hung on the application.

Which endpoints an operator serves here, and which another system serves.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from fastapi import Request

from techinfo.access.freshness import CachePolicy
from techinfo.access.service import AccessService
from techinfo.access.troubleshoot import Troubleshooter
from techinfo.access.viewer import Viewer
from techinfo.api.admin.metrics import Metrics
from techinfo.api.asgi.middleware import MiddlewareStack
from techinfo.api.errors import ApiError
from techinfo.api.onapi.unsupported import Unreadable
from techinfo.api.portal.bounces import Bounces
from techinfo.error_codes import Code
from techinfo.inventory import Event, Inventory
from techinfo.sandbox import Sandboxes
from techinfo.sandbox.cases import Cases
from techinfo.store.pauses import Pause
from techinfo.tickets.service import TicketService
from techinfo.watch.live import LONGEST, LiveViews
from techinfo.watch.watcher import Watcher
from techinfo.webhooks.hub import Hub

EventSource = Callable[[Viewer, datetime | None, datetime], Iterable[Event]]
"""Events of another store than the inventory: what a viewer may know, later than a time (``None``:
all that are kept) up to another."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Served:
    """What is served of ON-API.

    Attributes:
        off: Names of endpoints that are not served.
        elsewhere: Name of an endpoint -> URL of the system that serves it.
        more_events: Events beside those of the inventory.
        unreadable: What the network cannot read.
        draft: The draft of the next version is served, too.
        option82_ends: When ``option82`` of it is served no more; ``None``: nobody has said.
    """

    off: frozenset[str] = frozenset()
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    more_events: tuple[EventSource, ...] = ()
    unreadable: Unreadable = field(default_factory=Unreadable)
    draft: bool = False
    option82_ends: date | None = None

    def here(self, name: str) -> bool:
        """Whether an endpoint is served by this system."""
        return name not in self.off and name not in self.elsewhere

    def refusal(self, path: str) -> ApiError:
        """What an unknown path below a version is answered with.

        Args:
            path: With its version, without its prefix.
        """
        name = path.strip("/").split("/")[1:2]
        url = self.elsewhere.get(name[0]) if name else None
        if url is not None:
            cause = f"{name[0]} is served by another system, at {url}"
            return ApiError(Code.ELSEWHERE, cause)
        cause = "this endpoint or version is not implemented"
        return ApiError(Code.NOT_IMPLEMENTED, cause)


@dataclass(frozen=True, kw_only=True, slots=True)
class AppState:
    """The services behind the routes.

    Attributes:
        authoritative: The inventory may list accesses.
        access_id: Pattern of an accessId.
        policy: Freshness and deadline where a request says nothing.
        tickets: The ticket service; ``None``: tickets are not handled here.
        webhooks: Sends to webhooks; ``None``: there are none.
        sandboxes: What providers that try things out are answered from; ``None``: there are none.
        cases: Of a sandbox: the accesses that answer each verdict; ``None``: this is none.
        bounces: Sends browsers back to a portal; ``None``: there is none.
        began: `time.monotonic` at the start.
        pause: Waits some seconds, between two readings of the same counters.
        endpoints: Which endpoints are served here.
        watcher: Watches accesses for a while; ``None``: nothing is watched here.
        live_views: Who looks at accesses live.
        live_longest: A live view ends after so long.
        pauses: What is not to be asked now.
    """

    inventory: Inventory
    access_service: AccessService
    middleware: MiddlewareStack
    authoritative: bool
    access_id: re.Pattern[str]
    policy: CachePolicy
    metrics: Metrics = field(default_factory=Metrics)
    tickets: TicketService | None = None
    webhooks: Hub | None = None
    sandboxes: Sandboxes | None = None
    cases: Cases | None = None
    bounces: Bounces | None = None
    endpoints: Served = field(default_factory=Served)
    watcher: Watcher | None = None
    live_views: LiveViews = field(default_factory=LiveViews)
    live_longest: timedelta = LONGEST
    pauses: Callable[[], tuple[Pause, ...]] = tuple
    began: float = field(default_factory=time.monotonic)
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep

    def check_access_id(self, text: str) -> str:
        """The same text, which has the form of an accessId.

        Raises:
            ApiError: 400, it has not.
        """
        if not self.access_id.fullmatch(text):
            raise ApiError(Code.MALFORMED, "the accessId is malformed")
        return text

    @property
    def uptime_s(self) -> int:
        """Whole seconds since the start."""
        return int(time.monotonic() - self.began)

    @property
    def troubleshooter(self) -> Troubleshooter:
        """Asks the network; only the access service may give out its answers, once isolated."""
        return self.access_service.troubleshooter


def state_of(request: Request) -> AppState:
    """The services of the application that serves a request; for sandbox users, of the sandbox.

    Raises:
        ApiError: 501, there is no sandbox.
    """
    app_state = request.app.state.app_state
    assert isinstance(app_state, AppState)  # noqa: S101 - set by create_app alone
    viewer = request.scope.get("state", {}).get("viewer")
    if not isinstance(viewer, Viewer) or not viewer.options.sandbox:
        return app_state
    if app_state.sandboxes is None:
        raise ApiError(Code.NOT_IMPLEMENTED, "there is no sandbox here")
    sandbox = app_state.sandboxes.of(viewer)
    # Nothing of the real network may be heard there: no tickets, and not what it cannot read.
    endpoints = replace(app_state.endpoints, more_events=(), unreadable=Unreadable())
    return replace(
        app_state,
        inventory=sandbox.inventory,
        access_service=sandbox.access_service,
        authoritative=True,
        tickets=None,
        webhooks=None,
        cases=app_state.sandboxes.cases,
        watcher=None,
        pauses=tuple,
        endpoints=endpoints,
    )
