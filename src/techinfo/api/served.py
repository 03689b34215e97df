"""Which endpoints an operator serves here, and which another system serves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from techinfo.access.viewer import Viewer
from techinfo.api.error_codes import Code
from techinfo.api.errors import ApiError
from techinfo.api.onapi.unreadable import Unreadable
from techinfo.inventory import Event

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
        unreadable: What the network cannot tell.
    """

    off: frozenset[str] = frozenset()
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    more_events: tuple[EventSource, ...] = ()
    unreadable: Unreadable = field(default_factory=Unreadable)

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
            return ApiError(501, cause, code=Code.ELSEWHERE)
        cause = "this endpoint or version is not implemented"
        return ApiError(501, cause, code=Code.NOT_IMPLEMENTED)
