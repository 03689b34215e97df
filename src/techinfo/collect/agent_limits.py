"""What agents have taught: how much they stand, and what they do not have (field notes A2 to A7).

Lessons are kept by driver, model and software. They only ever lower what a driver says; to forget
them takes a person.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from techinfo.errors import TechinfoError
from techinfo.model import Fact
from techinfo.store.agent_limits import AgentKind, Capability, ObservedLimit, Presence
from techinfo.wire import SnmpLimits

_log = logging.getLogger(__name__)
_REFRESH = timedelta(minutes=1)
_MOST_KEPT = 2000
_LOOK_S = 1.0
"""Seconds between two looks at the keeper: each is a write."""
_IMPLEMENTED = frozenset({Presence.ANSWERS, Presence.EMPTY})


class Keeper(Protocol):
    """Where lessons and capabilities outlive the process (`techinfo.store.agent_limits`)."""

    def lessons(self) -> tuple[ObservedLimit, ...]:
        """All that were kept."""
        ...

    def capabilities(self) -> tuple[Capability, ...]:
        """All that were kept."""
        ...

    def keep(self, lessons: Iterable[ObservedLimit]) -> None:
        """Write some."""
        ...

    def keep_capabilities(self, capabilities: Iterable[Capability]) -> None:
        """Write some."""
        ...

    def look(self) -> str:
        """What keeps it from being written; empty: nothing."""
        ...


def lowest(one: SnmpLimits, other: SnmpLimits) -> SnmpLimits:
    """What is gentle enough for both."""
    return SnmpLimits(
        max_repetitions=min(one.max_repetitions, other.max_repetitions),
        varbinds=min(one.varbinds, other.varbinds),
        bulk=one.bulk and other.bulk,
        no_bulk=tuple(dict.fromkeys((*one.no_bulk, *other.no_bulk))),
        not_into=tuple(dict.fromkeys((*one.not_into, *other.not_into))),
        unordered=one.unordered or other.unordered,
        max_rows=min(one.max_rows, other.max_rows),
    )


class AgentLimits:
    """Lessons and capabilities, in memory and, with a keeper, in its file.

    A keeper that fails is warned of once; what could not be written is tried again. The file is
    read again now and then: a probe or a person may have changed it.

    Raises:
        TechinfoError: The keeper's file is not what it should be.
    """

    def __init__(self, keeper: Keeper | None = None) -> None:
        self._keeper = keeper
        self._lessons: dict[AgentKind, dict[tuple[str, bool], ObservedLimit]] = {}
        self._capabilities: dict[AgentKind, dict[Fact, Capability]] = {}
        self._count = 0
        self._unkept: list[ObservedLimit] = []
        self._read_at: datetime | None = None
        self._warned = False
        self._look_at = 0.0
        self._trouble = ""
        self._read()

    @property
    def lessons(self) -> tuple[ObservedLimit, ...]:
        """All lessons."""
        return tuple(lesson for told in self._lessons.values() for lesson in told.values())

    @property
    def capabilities(self) -> tuple[Capability, ...]:
        """All capabilities."""
        return tuple(c for told in self._capabilities.values() for c in told.values())

    def first(self, element: str, most: SnmpLimits) -> SnmpLimits:
        """What an element is asked with before it is known what it is: its own lessons count."""
        return _all([x for x in self.lessons if x.element == element], most)

    def limits(self, kind: AgentKind, element: str, most: SnmpLimits) -> SnmpLimits:
        """What an element of a kind is asked with, never more than its driver's limits."""
        told = self._lessons.get(kind, {}).values()
        certain = [x for x in told if x.sure or x.element == element]
        return _witnessed_twice([x for x in told if not x.sure], _all(certain, most))

    def lacking(self, kind: AgentKind) -> frozenset[Fact]:
        """Facts whose tables agents of this kind do not have."""
        told = self._capabilities.get(kind, {})
        return frozenset(fact for fact, c in told.items() if c.presence is Presence.ABSENT)

    def bears_often(self, kind: AgentKind) -> bool:
        """Whether a probe, five requests a second, has silenced no agent of this kind."""
        told = self._capabilities.get(kind, {}).get(Fact.LINK)
        silenced = any(not lesson.sure for lesson in self._lessons.get(kind, {}).values())
        return told is not None and told.presence is Presence.ANSWERS and not silenced

    def note(
        self,
        kind: AgentKind,
        element: str,
        most: SnmpLimits,
        ended: SnmpLimits,
        *,
        silent: bool,
        now: datetime,
    ) -> bool:
        """Remember the limits that a conversation ended with, if that is news; says whether it is.

        Args:
            kind: Of the element.
            element: Its name.
            most: What the driver says.
            ended: What the conversation ended with.
            silent: It ended lower after the agent, or the network, had been silent.
            now: When.
        """
        began = self.limits(kind, element, most)
        steps = _steps(began, lowest(began, ended))
        if not steps:
            return False
        why = f"{', '.join(steps)}: {'it was silent' if silent else 'it said so'}"
        lesson = ObservedLimit(
            kind=kind,
            element=element,
            at=now,
            why=why,
            sure=not silent,
            max_repetitions=_fewer(began.max_repetitions, ended.max_repetitions),
            varbinds=_fewer(began.varbinds, ended.varbinds),
            no_bulk=began.bulk and not ended.bulk,
            unordered=ended.unordered and not began.unordered,
        )
        kept = self._add(lesson)
        if kept is None:
            return False
        _log.warning("%s: %s (%s, %s)", element, why, kind.model, kind.software)
        self._unkept.append(kept)
        self._write()
        return True

    def tell(self, capabilities: Iterable[Capability]) -> None:
        """Take over what a probe has found, and write it and all lessons.

        Rows that were there once prove that the tables are: of an element where a feature is
        switched off, a probe may find nothing.

        Raises:
            TechinfoError: It cannot be written.
        """
        news = [c for c in capabilities if self._is_news(c)]
        for c in news:
            self._capabilities.setdefault(c.kind, {})[c.fact] = c
        if self._keeper is not None:
            self._keeper.keep_capabilities(news)
            self._keeper.keep(self._unkept)
            self._unkept.clear()

    def trouble(self) -> str | None:
        """What keeps the keeper from keeping; empty: nothing; ``None``: there is no keeper."""
        if self._keeper is None:
            return None
        now = time.monotonic()
        if now >= self._look_at:
            self._look_at = now + _LOOK_S
            self._trouble = self._keeper.look()
        return self._trouble

    def _is_news(self, capability: Capability) -> bool:
        old = self._capabilities.get(capability.kind, {}).get(capability.fact)
        if old is None or capability.presence in _IMPLEMENTED:
            return True
        return capability.presence is Presence.ABSENT and old.presence not in _IMPLEMENTED

    def refresh(self, now: datetime) -> None:
        """Take over what others have written to the file, not more often than once a minute."""
        if self._read_at is not None and now - self._read_at < _REFRESH:
            return
        self._read_at = now
        self._write()
        try:
            self._read()
        except TechinfoError as e:
            self._warn(e)

    def _add(self, lesson: ObservedLimit) -> ObservedLimit | None:
        """Take a lesson in, joined with an older one of the same element; ``None``: no room."""
        told = self._lessons.setdefault(lesson.kind, {})
        where = (lesson.element, lesson.sure)
        if where not in told and self._count >= _MOST_KEPT:
            return None
        self._count += where not in told
        old = told.get(where)
        told[where] = lesson if old is None else _joined(old, lesson)
        return told[where]

    def _write(self) -> None:
        if self._keeper is None or not self._unkept:
            return
        try:
            self._keeper.keep(self._unkept)
        except TechinfoError as e:
            self._warn(e)
        else:
            self._unkept.clear()
            self._warned = False

    def _read(self) -> None:
        if self._keeper is None:
            return
        lessons, capabilities = self._keeper.lessons(), self._keeper.capabilities()
        self._lessons, self._capabilities, self._count = {}, {}, 0
        for lesson in (*lessons, *self._unkept):
            self._add(lesson)
        for c in capabilities:
            self._capabilities.setdefault(c.kind, {})[c.fact] = c

    def _warn(self, error: TechinfoError) -> None:
        if not self._warned:
            self._warned = True
            _log.warning("what was learnt of devices is not kept: %s", error)


def _all(lessons: Iterable[ObservedLimit], most: SnmpLimits) -> SnmpLimits:
    for lesson in lessons:
        most = _lowered(
            most, lesson.max_repetitions, lesson.varbinds, lesson.no_bulk, lesson.unordered
        )
    return most


def _witnessed_twice(lessons: list[ObservedLimit], most: SnmpLimits) -> SnmpLimits:
    """What at least two elements have shown, each with as much as it showed."""
    repetitions = sorted(x.max_repetitions for x in lessons if x.max_repetitions is not None)
    varbinds = sorted(x.varbinds for x in lessons if x.varbinds is not None)
    return _lowered(
        most,
        repetitions[1] if len(repetitions) > 1 else None,
        varbinds[1] if len(varbinds) > 1 else None,
        sum(x.no_bulk for x in lessons) > 1,
        sum(x.unordered for x in lessons) > 1,
    )


def _lowered(
    most: SnmpLimits,
    max_repetitions: int | None,
    varbinds: int | None,
    no_bulk: bool,
    unordered: bool,
) -> SnmpLimits:
    return replace(
        most,
        max_repetitions=min(most.max_repetitions, max_repetitions or most.max_repetitions),
        varbinds=min(most.varbinds, varbinds or most.varbinds),
        bulk=most.bulk and not no_bulk,
        unordered=most.unordered or unordered,
    )


def _joined(old: ObservedLimit, new: ObservedLimit) -> ObservedLimit:
    def fewest(one: int | None, other: int | None) -> int | None:
        return min(filter(None, (one, other)), default=None)

    return replace(
        new,
        max_repetitions=fewest(old.max_repetitions, new.max_repetitions),
        varbinds=fewest(old.varbinds, new.varbinds),
        no_bulk=old.no_bulk or new.no_bulk,
        unordered=old.unordered or new.unordered,
    )


def _fewer(began: int, ended: int) -> int | None:
    return max(1, ended) if ended < began else None


def _steps(began: SnmpLimits, ended: SnmpLimits) -> list[str]:
    """What has become less, in words."""
    steps = []
    if ended.max_repetitions < began.max_repetitions:
        steps.append(f"{began.max_repetitions} to {ended.max_repetitions} repetitions")
    if ended.varbinds < began.varbinds:
        steps.append(f"{began.varbinds} to {ended.varbinds} varbinds")
    if began.bulk and not ended.bulk:
        steps.append("no GETBULK")
    if ended.unordered and not began.unordered:
        steps.append("rows in any order")
    return steps
