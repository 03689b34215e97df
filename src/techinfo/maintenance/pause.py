"""The kill switch: what is paused, by whom, until when, and what is let go again."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from techinfo.errors import ConfigError
from techinfo.inventory import Inventory
from techinfo.model import utc_now
from techinfo.store.pauses import Pause, PausesFile, Reach

LONGEST = timedelta(days=366)
_MOST_OF_A_TEXT = 500
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True, kw_only=True, slots=True)
class PauseService:
    """Takes pauses, and checks that what they name is there: one with a slip would stop nothing.

    Attributes:
        inventory: Has the switches and sites; ``None``: nobody can tell whether a name is right.
    """

    file: PausesFile
    inventory: Inventory | None
    now: Callable[[], datetime] = utc_now

    def pause(
        self,
        reach: Reach,
        name: str,
        until: str,
        why: str = "",
        by: str = "",
        *,
        drivers: Iterable[str] | None = None,
    ) -> Pause:
        """Pause a switch, a driver's devices, a site, or all.

        Args:
            reach: Which of them.
            name: Its name; empty for all.
            until: ``30m``, ``2h``, ``1d`` or RFC 3339.
            why: In words.
            by: Who says so.
            drivers: Names of those that there are; ``None``: nobody can tell whether one is right.

        Raises:
            ConfigError: There is no such name or time, or it cannot be written.
        """
        self._check(reach, name, drivers)
        now = self.now()
        pause = Pause(
            reach=reach,
            name=name,
            since=now,
            until=time_in(until, now),
            why=_short(why, "why"),
            by=_short(by, "by"),
        )
        self.file.add(pause)
        return pause

    def resume(self, reach: Reach, name: str = "") -> tuple[Pause, ...]:
        """End a pause before its time; with `Reach.ALL` every one, whatever it is about.

        Raises:
            ConfigError: Nothing is paused so, or it cannot be written.
        """
        every = self.pauses()
        ended = tuple(
            p for p in every if reach is Reach.ALL or (p.reach is reach and p.name == name)
        )
        if not ended:
            words = "nothing is paused" if reach is Reach.ALL else f"{name!r} is not paused"
            told = ", ".join(f"{p.reach} {p.name}".rstrip() for p in every)
            raise ConfigError(f"{words}{f'; paused: {told}' if told else ''}", key=reach.value)
        self.file.remove(ended, self.now())
        return ended

    def pauses(self) -> tuple[Pause, ...]:
        """What is paused now."""
        now = self.now()
        return tuple(p for p in self.file.pauses() if now < p.until)

    def _check(self, reach: Reach, name: str, drivers: Iterable[str] | None) -> None:
        if reach is Reach.ALL:
            return
        if reach is Reach.DRIVER:
            if drivers is not None:
                _known(reach, name, drivers)
        elif self.inventory is not None:
            elements = self.inventory.elements()
            of_switch = reach is Reach.SWITCH
            _known(reach, name, (e.name if of_switch else e.site or "" for e in elements))


def time_in(text: str, now: datetime) -> datetime:
    """The time that a text means: so far from now, or that moment.

    Raises:
        ConfigError: It means none, one that has passed, or one more than a year ahead.
    """
    if ahead := re.fullmatch(r"([0-9]{1,6})([smhd])", text):
        at = now + timedelta(**{_UNITS[ahead[2]]: int(ahead[1])})
    else:
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            raise ConfigError(
                f"{text[:60]!r} is neither 30m, 2h, 1d nor 2027-01-31T12:00:00Z", key="until"
            ) from None
        at = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    if not now < at <= now + LONGEST:
        raise ConfigError(f"{text!r} has passed, or is more than a year ahead", key="until")
    return at


def _known(reach: Reach, name: str, names: Iterable[str]) -> None:
    known = {n for n in names if n}
    if name in known:
        return
    near = difflib.get_close_matches(name[:255], known, n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    raise ConfigError(
        f"nothing is called {name[:60]!r}, so nothing would stop{hint}", key=reach.value
    )


def _short(text: str, key: str) -> str:
    if len(text) > _MOST_OF_A_TEXT or not text.isprintable():
        raise ConfigError(f"is one line of {_MOST_OF_A_TEXT} characters at most", key=key)
    return text
