"""What the routes need, hung on the application."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field, replace

from fastapi import Request

from techinfo.access.freshness import Terms
from techinfo.access.service import Desk
from techinfo.access.troubleshoot import Troubleshooter
from techinfo.access.viewer import Viewer
from techinfo.api.admin.metrics import Metrics
from techinfo.api.asgi.entrance import Entrance
from techinfo.api.error_codes import Code
from techinfo.api.errors import ApiError
from techinfo.api.onapi.unreadable import Unreadable
from techinfo.api.served import Served
from techinfo.inventory import Inventory
from techinfo.sandbox import Sandboxes
from techinfo.tickets.service import TicketDesk
from techinfo.webhooks.hub import Hub


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """The house behind the routes.

    Attributes:
        authoritative: The inventory may list accesses.
        access_id: Pattern of an accessId.
        terms: Freshness and deadline where a request says nothing.
        tickets: The ticket desk; ``None``: tickets are not handled here.
        webhooks: The hub of webhooks; ``None``: nobody is told anything.
        sandboxes: What providers that try things out are answered from; ``None``: there are none.
        began: `time.monotonic` at the start.
        endpoints: Which endpoints are served here.
    """

    inventory: Inventory
    desk: Desk
    entrance: Entrance
    authoritative: bool
    access_id: re.Pattern[str]
    terms: Terms
    metrics: Metrics = field(default_factory=Metrics)
    tickets: TicketDesk | None = None
    webhooks: Hub | None = None
    sandboxes: Sandboxes | None = None
    endpoints: Served = field(default_factory=Served)
    began: float = field(default_factory=time.monotonic)

    @property
    def uptime_s(self) -> int:
        """Whole seconds since the start."""
        return int(time.monotonic() - self.began)

    @property
    def troubleshooter(self) -> Troubleshooter:
        """Who asks the network; its answers are not isolated, so nobody but the desk gives them."""
        return self.desk.troubleshooter


def state_of(request: Request) -> State:
    """The house of the application that serves a request; of who tries things out, the sandbox.

    Raises:
        ApiError: 501, there is no sandbox.
    """
    house = request.app.state.house
    assert isinstance(house, State)  # noqa: S101 - set by create_app alone
    viewer = request.scope.get("state", {}).get("viewer")
    if not isinstance(viewer, Viewer) or not viewer.options.sandbox:
        return house
    if house.sandboxes is None:
        raise ApiError(501, "there is no sandbox here", code=Code.NOT_IMPLEMENTED)
    sandbox = house.sandboxes.of(viewer)
    # Of the real house nothing may be heard there: not of its tickets, not what it has found out.
    endpoints = replace(house.endpoints, more_events=(), unreadable=Unreadable())
    return replace(
        house,
        inventory=sandbox.inventory,
        desk=sandbox.desk,
        authoritative=True,
        tickets=None,
        webhooks=None,
        endpoints=endpoints,
    )
