"""Self-checks: a link by which a customer looks at one access, without a log-in, for half an hour.

A link is for one access and for one path (`PATH`), in the name of whoever has made it: it ends with
that log-in, and shows no more than they may see. What the customer answers to the verdict's
question stands beside it, for who has made it. Nothing of it is on disk: what ends with the
process, or in half an hour, need not be.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from techinfo.access.logins import Logins
from techinfo.access.viewer import Viewer
from techinfo.api.asgi.scopes import SCOPES
from techinfo.model import utc_now

PATH = "/techinfo/v1/selfcheck"
"""All that a link opens."""
LINK_PREFIX = "check-"
"""How the token of a link begins."""
LASTS = timedelta(minutes=30)
_MOST_OF_A_USER = 200
_MOST = 10_000


@dataclass(kw_only=True, slots=True)
class SelfCheck:
    """One link.

    Attributes:
        user: Login name of whoever has made it.
        owner: Whose answers they are: a provider, or the operator.
        answers: Question of the verdict -> what the customer has answered.
        answered: When they last did.
    """

    access_id: str
    user: str
    owner: str
    until: datetime
    answers: dict[str, str] = field(default_factory=dict)
    answered: datetime | None = None


class SelfChecks:
    """The links that hold, by the SHA-256 of their tokens; the oldest of a user give way.

    Args:
        now: The time, UTC.
    """

    def __init__(self, now: Callable[[], datetime] = utc_now) -> None:
        self._now = now
        self._held: dict[str, SelfCheck] = {}

    def mint(self, viewer: Viewer, access_id: str) -> tuple[str, SelfCheck]:
        """A new link; gives its token, which is told nowhere else."""
        self._drop_old()
        own = [key for key, one in self._held.items() if one.user == viewer.name]
        for key in own[: max(0, len(own) - _MOST_OF_A_USER + 1)]:
            del self._held[key]
        while len(self._held) >= _MOST:
            del self._held[next(iter(self._held))]
        token = LINK_PREFIX + secrets.token_urlsafe(32)
        made = SelfCheck(
            access_id=access_id,
            user=viewer.name,
            owner=owner_of(viewer),
            until=self._now() + LASTS,
        )
        self._held[_hash(token)] = made
        return token, made

    def use(self, token: str) -> SelfCheck | None:
        """The link of a token; ``None``: there is none, or no more."""
        found = self._held.get(_hash(token))
        return found if found is not None and self._now() < found.until else None

    def let_in(self, token: str, path: str, logins: Logins, now: float) -> dict[str, Any] | None:
        """What the state of a request with a link is; ``None``: it opens nothing there.

        Args:
            token: As it was sent.
            path: What is asked for.
            logins: Who made it must be one of these still.
            now: Seconds since 1970.
        """
        logins.refresh()
        check = self.use(token)
        of_it = logins.of(check.user) if check is not None else ()
        login = next((one for one in of_it if one.expires is None or now < one.expires), None)
        if login is None or path != PATH:
            return None
        return {"selfcheck": check, "viewer": login.viewer, SCOPES: frozenset()}

    def answer(self, check: SelfCheck, question: str, answer: str) -> None:
        """Keep what the customer has said."""
        check.answers[question] = answer
        check.answered = self._now()

    def newest(self, viewer: Viewer, access_id: str) -> SelfCheck | None:
        """The link of an access that was answered last, of those whose answers a viewer may see."""
        self._drop_old()
        found = [
            one
            for one in self._held.values()
            if (one.access_id, one.owner) == (access_id, owner_of(viewer))
        ]
        found.sort(key=lambda one: (one.answered is not None, one.answered or one.until))
        return found[-1] if found else None

    def forget(self, access_id: str | None) -> None:
        """Erase what is about an access."""
        for key in [k for k, one in self._held.items() if one.access_id == access_id]:
            del self._held[key]

    def _drop_old(self) -> None:
        now = self._now()
        for key in [k for k, one in self._held.items() if one.until <= now]:
            del self._held[key]


def owner_of(viewer: Viewer) -> str:
    """Whose a viewer's links are: a provider's, or those of the operator's people."""
    return "" if viewer.sees_all else f"provider {viewer.provider or viewer.name}"


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
