"""What the routes need, hung on the application."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from fastapi import Request

from techinfo.api.entrance import Entrance
from techinfo.api.served import Served
from techinfo.inventory import Inventory
from techinfo.service.desk import Desk
from techinfo.service.freshness import Terms
from techinfo.service.troubleshoot import Troubleshooter


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """The house behind the routes.

    Attributes:
        authoritative: The inventory may list accesses.
        access_id: Pattern of an accessId.
        terms: Freshness and deadline where a request says nothing.
        endpoints: Which endpoints are served here.
    """

    inventory: Inventory
    desk: Desk
    entrance: Entrance
    authoritative: bool
    access_id: re.Pattern[str]
    terms: Terms
    endpoints: Served = field(default_factory=Served)

    @property
    def troubleshooter(self) -> Troubleshooter:
        """Who asks the network; its answers are not isolated, so nobody but the desk gives them."""
        return self.desk.troubleshooter


def state_of(request: Request) -> State:
    """The house of the application that serves a request."""
    house = request.app.state.house
    assert isinstance(house, State)  # noqa: S101 - set by create_app alone
    return house
