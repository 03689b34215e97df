"""Log-ins that were refused, in the audit log: a few of each address, then how many there were.

People type their password into the field of the name, so a name that no user has is never
written: only a keyed digest, by which the same text is known again. The key is never written, and
is another after a restart.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from techinfo.api.asgi.audit import access_of
from techinfo.api.asgi.client import neighbourhood
from techinfo.store.audit import REFUSED, AuditEntry, note

_WINDOW = timedelta(minutes=10)
_FREE = 5
"""Of one address that have an entry each in a window; then there is one whenever their number has
doubled."""
_FREE_OF_ALL = 200
"""Entries of all addresses together in a window; then one whenever they were twice as many."""
_MOST_ADDRESSES = 10_000
_MOST_OF_A_PATH = 200


@dataclass(slots=True)
class _Window:
    """Some minutes of one address, or of all.

    Attributes:
        count: Log-ins that were refused.
        wanted: Those, of all addresses, that would have an entry.
    """

    since: datetime
    count: int = 0
    wanted: int = 0


class RefusedLogins:
    """Notes refused log-ins, so many that a flood fills no disk.

    Args:
        put: Where entries are written.
        exists: Whether somebody is called so.
        now: The time, UTC.
    """

    def __init__(
        self,
        put: Callable[[AuditEntry], None],
        exists: Callable[[str], bool],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._put = put
        self._exists = exists
        self._now = now
        self._key = secrets.token_bytes(32)
        self._by_address: OrderedDict[str, _Window] = OrderedDict()
        self._all = _Window(now())

    def note(self, scope: Any, name: str | None, address: str, status: int) -> None:
        """Note one.

        Args:
            scope: Of the request.
            name: As it was given; ``None`` when nobody could read it.
            address: Of the client.
            status: What it was answered with.
        """
        now = self._now()
        here = neighbourhood(address)
        mine, everybody = self._counted(here, now)
        single = mine.count <= _FREE
        if not single and not _doubled(mine.count, _FREE):
            return
        everybody.wanted += 1
        if everybody.wanted > _FREE_OF_ALL:  # one address alone never comes to that
            if _doubled(everybody.wanted, _FREE_OF_ALL):
                self._put(_many(everybody, "all addresses"))
        elif single:
            self._put(self._entry(scope, name, address, status, now))
        else:
            self._put(_many(mine, here or "no address", address))

    def _counted(self, here: str, now: datetime) -> tuple[_Window, _Window]:
        if now - self._all.since > _WINDOW:
            self._all = _Window(now)
        mine = self._by_address.get(here)
        if mine is None or now - mine.since > _WINDOW:
            self._by_address.pop(here, None)
            mine = self._by_address[here] = _Window(now)
            if len(self._by_address) > _MOST_ADDRESSES:
                self._by_address.popitem(last=False)
        mine.count += 1
        self._all.count += 1
        return mine, self._all

    def _entry(
        self, scope: Any, name: str | None, address: str, status: int, now: datetime
    ) -> AuditEntry:
        path = scope["path"]
        return AuditEntry(
            at=now,
            user=self._user(name),
            role="",
            address=address,
            method=scope["method"],
            path=path[:_MOST_OF_A_PATH],
            access_id=access_of(path),
            status=status,
            request_id=scope["state"].get("request_id"),
        )

    def _user(self, name: str | None) -> str:
        if name is None:
            return ""
        if self._exists(name):
            return name
        octets = name.encode("utf-8", "surrogatepass")
        return "#" + hashlib.blake2b(octets, key=self._key, digest_size=8).hexdigest()


def _doubled(count: int, free: int) -> bool:
    """Whether a count is ``free`` doubled, once or several times."""
    times, rest = divmod(count, free)
    return rest == 0 and times > 1 and times & (times - 1) == 0


def _many(window: _Window, whose: str, address: str = "") -> AuditEntry:
    since = window.since.isoformat(timespec="seconds")
    return note(REFUSED, f"{window.count} log-ins of {whose} since {since}", address=address)
