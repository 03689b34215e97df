"""The section about a portal in which households order, and which asks who is behind an address.

The words beside a key are what the documentation of the settings takes over.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from techinfo.config.network import checked_server
from techinfo.config.secrets import Name, Network, Section


class PortalSettings(Section):
    """A portal in which households order, such as Tjänsteguiden, and what it may ask here.

    Without this section nothing is answered (docs/portal.md).
    """

    url: Annotated[str, AfterValidator(checked_server), Field(max_length=255)]
    """Where a household's browser is sent back to, and nowhere else."""
    user: Name
    """Who alone may ask for what belongs to a token, and for the state of a port: the portal's user
    here."""
    asks_from: Annotated[tuple[Network, ...], Field(min_length=1)]
    """From where that user asks: the addresses of the portal."""
    networks: Annotated[tuple[Network, ...], Field(min_length=1)]
    """Networks in which one address is one household: those behind which several stand, as behind
    an address translation of yours or a provider's, do not belong here."""
    clear: bool = False
    """Send the accessId itself instead of a token, for a portal that cannot ask what belongs to
    one. It then stands in the history of browsers, in logs on the way and at the portal, and in
    what pages send along as Referer; and whoever writes such a URL is believed."""
    per_minute: Annotated[int, Field(ge=1, le=10_000)] = 10
    """So many browsers of one address are sent back in a minute; and a hundred times as many of
    all."""
