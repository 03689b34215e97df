"""Which answers tell of people, and must not be given without a trace."""

from __future__ import annotations

import re

from techinfo.api.asgi.url_prefix import below_a_version

_OWN = "/techinfo/v1/"
_OTHERS = re.compile(
    r"/[0-9.]+(?:/openapi\.json|/events)?"
    r"|/[0-9.]+/tech/access/[^/]+/(?:hardware|link/status)"
    r"|/[0-9.]+/tech/[^/]+/access/hardware"
    r"|/techinfo/v1/(?:openapi\.json|status|quota|switch/[^/]+/panel|webhooks(?:/.*)?)"
)
"""Of machines, links and light, of the service itself: all else counts as people's, so that what
is added one day does until somebody decides."""
_TOLD_US = re.compile(r"/[0-9.]+/tickets(?:/[^/]+)?|/techinfo/v1/tickets/[^/]+")
"""Where somebody tells us of people, by POST or PATCH, and is told no more than a reference."""


def of_people(method: str, path: str) -> bool:
    """Whether an answer may hold rows of people: MAC addresses, leases, groups, names, tickets.

    Args:
        method: Of HTTP.
        path: Without its prefix.
    """
    if not below_a_version(path) and not path.startswith(_OWN):
        return False
    if method != "GET" and _TOLD_US.fullmatch(path):
        return False
    return not _OTHERS.fullmatch(path)
