"""When a call is tried again, and after how long. Pure: nothing is asked or waited for here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_REFUSED = frozenset({429, 503})
"""Nothing was done; ``Retry-After`` says when to come back."""
_LATE = frozenset({502, 504})
"""Nobody knows how far it came; only what changes nothing twice is tried again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Retrying:
    """How often and how long.

    Attributes:
        tries: At most, the first one among them; 1: never again.
        most_wait_s: Longest pause between two tries, seconds. Where ``Retry-After`` asks for a
            longer one, the error is raised at once.
        first_wait_s: Pause before the second try where the service does not say; doubled each time.
    """

    tries: int = 4
    most_wait_s: float = 30.0
    first_wait_s: float = 0.5

    def after_answer(
        self,
        tried: int,
        status: int,
        retry_after: str | None,
        *,
        safe: bool,
        final: bool,
        now: datetime,
    ) -> float | None:
        """Seconds to wait before the next try; ``None``: there is none.

        Args:
            tried: How often it was tried, 1 and up.
            status: HTTP status of the answer.
            retry_after: The header, if there is one.
            safe: The call may be done twice.
            final: The answer says that it will not go through later either.
            now: The time.
        """
        again = status in _REFUSED or (safe and status in _LATE)
        if not again or final or tried >= self.tries:
            return None
        asked = None if retry_after is None else seconds(retry_after, now)
        wait = self._backed_off(tried) if asked is None else asked
        return wait if wait <= self.most_wait_s else None

    def after_silence(self, tried: int, *, safe: bool) -> float | None:
        """The same where no answer came."""
        if not safe or tried >= self.tries:
            return None
        return min(self._backed_off(tried), self.most_wait_s)

    def _backed_off(self, tried: int) -> float:
        wait: float = self.first_wait_s * 2 ** (tried - 1)
        return wait


def seconds(retry_after: str, now: datetime) -> float | None:
    """What Retry-After says (RFC 9110, 10.2.3), in seconds from now; ``None``: nothing useful."""
    text = retry_after.strip()
    if text.isascii() and text.isdecimal():
        return float(text[:9])
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, (at - now).total_seconds())


def utc_now() -> datetime:
    """The time."""
    return datetime.now(UTC)
