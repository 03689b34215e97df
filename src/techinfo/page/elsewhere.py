"""Where people may log in beside the page's own form, and how that becomes a session here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # its libraries cost a start of the service that has no provider
    from techinfo.page.oidc import Oidc


class OidcError(Exception):
    """A log-in that comes to nothing.

    Attributes:
        refused: The provider, or this service, does not let this person in; else something failed.
    """

    def __init__(self, words: str, *, refused: bool = False) -> None:
        super().__init__(words)
        self.refused = refused


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """An OpenID provider, and the users of this service.

    Attributes:
        oidc: Says who it is.
        hand_over: Login name -> a token for one session; ``None``: nobody here is called so.
    """

    oidc: Oidc
    hand_over: Callable[[str], str | None]
