"""What the routes need, hung on the application."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from fastapi import Request

from techinfo.api.codes import Code
from techinfo.api.entrance import Entrance
from techinfo.api.problems import ApiError
from techinfo.inventory import Inventory
from techinfo.service.desk import Desk
from techinfo.service.freshness import Terms
from techinfo.service.sandbox import Sandboxes
from techinfo.service.troubleshoot import Troubleshooter
from techinfo.service.viewer import Viewer


class QuotaWindow(Protocol):
    """What is left of one quota: `techinfo.api.quotas.Left`."""

    @property
    def limit(self) -> int:
        """Of a whole window."""

    @property
    def window_s(self) -> int:
        """Length of the window."""

    @property
    def remaining(self) -> int:
        """Left now."""

    @property
    def reset_s(self) -> int:
        """Seconds until there is more."""


class QuotaLeft(Protocol):
    """What is left to a provider, and what it has under way."""

    @property
    def requests(self) -> QuotaWindow:
        """Of all requests."""

    @property
    def lookup_misses(self) -> QuotaWindow:
        """Of look-ups that find nothing."""

    @property
    def running(self) -> int:
        """Requests that are answered now."""

    @property
    def in_flight(self) -> int:
        """So many at most."""

    @property
    def waiting(self) -> int:
        """Requests that wait for their turn."""

    @property
    def most_waiting(self) -> int:
        """So many at most."""


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """The house behind the routes.

    Attributes:
        authoritative: The inventory may list accesses.
        access_id: Pattern of an accessId.
        terms: Freshness and deadline where a request says nothing.
        quotas_left: Tells what is left to whoever asks, and ``None`` to who has no quota; ``None``:
            nobody counts.
        sandboxes: What providers that try things out are answered from; ``None``: there are none.
        began: `time.monotonic` at the start.
    """

    inventory: Inventory
    desk: Desk
    entrance: Entrance
    authoritative: bool
    access_id: re.Pattern[str]
    terms: Terms
    quotas_left: Callable[[Viewer], QuotaLeft | None] | None = None
    sandboxes: Sandboxes | None = None
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
    return replace(house, inventory=sandbox.inventory, desk=sandbox.desk, authoritative=True)
