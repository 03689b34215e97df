"""The configured sources of leases, followed in the background."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from techinfo.config import LeaseSettings, LeaseSource
from techinfo.dhcp.readers import FORMS, Form, Source
from techinfo.dhcp.readers.syslog import GROUPS
from techinfo.errors import ConfigError, TechinfoError
from techinfo.leases.log import LeaseLog
from techinfo.leases.sources import KeaSocket, Tail
from techinfo.model import utc_now

_AT_ONCE = 16
"""Pieces of one source before the next one has its turn."""
_HOUSEKEEPING = timedelta(minutes=1)
_PATTERN, _LEASES, _SOCKET = "syslog-pattern", "dnsmasq-leases", "kea-socket"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Configured:
    """A source that can be read."""

    path: Path
    form: Form
    source: Source


def configured(
    settings: LeaseSettings, now: Callable[[], datetime] = utc_now
) -> tuple[Configured, ...]:
    """The sources of the settings.

    Raises:
        ConfigError: One has a form that is none, lacks what its form needs, or has what it has no
            use for.
    """
    return tuple(_configured(n, source, now) for n, source in enumerate(settings.sources))


def _configured(number: int, told: LeaseSource, now: Callable[[], datetime]) -> Configured:
    key = f"leases.sources.{number}"
    form = form_named(told.form, f"{key}.form")
    pattern = compiled(told.pattern, form, f"{key}.pattern")
    if form.name == _LEASES and told.lease_s is None:
        raise ConfigError("is needed: the file tells only when leases end", key=f"{key}.lease_s")
    source = Source(
        name=told.name, zone=ZoneInfo(told.zone), now=now, lease_s=told.lease_s, pattern=pattern
    )
    return Configured(told.path, form, source)


def form_named(name: str, key: str) -> Form:
    """The form of a name.

    Raises:
        ConfigError: There is none.
    """
    if name not in FORMS:
        raise ConfigError(f"{name!r} is none of {', '.join(FORMS)}", key=key)
    return FORMS[name]


def compiled(pattern: str | None, form: Form, key: str) -> re.Pattern[str] | None:
    """The pattern of a source, which its form must want, and whose groups must be known.

    Raises:
        ConfigError: It does not, or they are not.
    """
    if (pattern is not None) != (form.name == _PATTERN):
        needed = "is needed" if pattern is None else "is not for this form"
        raise ConfigError(f"{needed}: {_PATTERN} is read by a pattern of yours", key=key)
    if pattern is None:
        return None
    try:
        found = re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise ConfigError(f"is not a regular expression: {error}", key=key) from error
    unknown = sorted(found.groupindex.keys() - GROUPS)
    if unknown or "address" not in found.groupindex:
        why = f"no such group: {unknown[0]}" if unknown else "the group address is missing"
        raise ConfigError(f"{why}; there are {', '.join(sorted(GROUPS))}", key=key)
    return found


class Follower:
    """Looks at all sources in turn, and keeps what they tell.

    Attributes:
        tails: One for each source, in their order.
        away: Names of those that could not be read when they were last looked at.
    """

    def __init__(
        self,
        log: LeaseLog,
        sources: Sequence[Configured],
        keep: timedelta,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.tails = [_tail(source, log, now) for source in sources]
        self._names = [s.source.name for s in sources]
        self._log = log
        self._keep = keep
        self._now = now
        self.away: set[str] = set()
        self._kept_house: datetime | None = None

    def look(self) -> int:
        """Read what is new in every source, a bounded part of it; says how many pieces it was.

        A source that cannot be read is left for the next look; the log says so once.
        """
        pieces, ended = 0, set()
        for name, tail in zip(self._names, self.tails, strict=True):
            try:
                taken = self._taken(tail)
                pieces += taken
                ended |= {name} if tail.there and taken < _AT_ONCE else set()
            except (OSError, TechinfoError) as error:
                if name not in self.away:
                    _log.warning("leases: %s cannot be read: %s", name, _words(error))
                self.away.add(name)
            else:
                if name in self.away:
                    _log.info("leases: %s can be read again", name)
                self.away.discard(name)
        if any(
            t.there and n not in self.away for n, t in zip(self._names, self.tails, strict=True)
        ):
            self._log.looked(ended)
        self._keep_house()
        return pieces

    def close(self) -> None:
        """Give the files back."""
        for tail in self.tails:
            tail.close()

    def _taken(self, tail: Tail | KeaSocket) -> int:
        for number in range(_AT_ONCE):
            found = tail.piece()
            if found is None:
                return number
            try:
                self._log.take(*found)
            except TechinfoError:
                tail.again(self._log.position(tail.name))
                raise
        return _AT_ONCE

    def _keep_house(self) -> None:
        """Erase what is too old, and look up again what nobody knew, now and then."""
        now = self._now()
        if self._kept_house is not None and now - self._kept_house < _HOUSEKEEPING:
            return
        try:
            self._log.expire(self._keep)
            self._log.place_again()
        except TechinfoError as error:
            _log.warning("leases: %s", error)
        self._kept_house = now


def _tail(one: Configured, log: LeaseLog, now: Callable[[], datetime]) -> Tail | KeaSocket:
    if one.form.name == _SOCKET:
        return KeaSocket(one.path, one.form, one.source, now)
    return Tail(one.path, one.form, one.source, log.position(one.source.name), now)


@asynccontextmanager
async def following(
    settings: LeaseSettings, log: LeaseLog, now: Callable[[], datetime] = utc_now
) -> AsyncIterator[Follower]:
    """The sources of the settings are followed while this is entered.

    Raises:
        ConfigError: A source is configured wrongly.
    """
    follower = Follower(log, configured(settings, now), timedelta(days=settings.keep_days), now)
    stop = asyncio.Event()
    task = asyncio.create_task(_follow(follower, stop, settings.poll_s), name="leases")
    try:
        yield follower
    finally:
        stop.set()
        await task
        await asyncio.to_thread(follower.close)


async def _follow(follower: Follower, stop: asyncio.Event, poll_s: float) -> None:
    while not stop.is_set():
        pieces = 0
        try:
            pieces = await asyncio.to_thread(follower.look)
        except Exception:  # noqa: BLE001 - logs are hostile; whatever they do, the service goes on
            _log.exception("leases: a look at the sources failed")
        if not pieces:
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), poll_s)


def _words(error: Exception) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)
