"""Faults of many lines at once: k of n lines of a switch, or of a PON port, lost within a minute.

Only losses whose time the agent has told count (ifLastChange): a poll every five minutes cannot say
of others that they were together.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import blake2s

from techinfo.history.links import Transition
from techinfo.history.observation import port_of

_TOGETHER = timedelta(seconds=60)
_FEWEST = 3
_SHARE = 0.3
"""Of the lines that people hang on: fewer are faults of their own."""


class Scope(StrEnum):
    """What the lines have in common."""

    SWITCH = "switch"
    PON = "pon"


@dataclass(frozen=True, kw_only=True, slots=True)
class Disturbance:
    """Lines that were lost together.

    Attributes:
        reference: The same for the same lines at the same time.
        element: That they hang on.
        scope: What they have in common.
        since: The first loss.
        until: When the last of them came back; ``None``: some have not.
        restart: The element has started anew.
        lines: That were lost.
        of: So many there are.
    """

    reference: str
    element: str
    scope: Scope
    since: datetime
    until: datetime | None
    restart: bool
    lines: tuple[str, ...]
    of: int


@dataclass(frozen=True, kw_only=True, slots=True)
class _Loss:
    at: datetime
    line: str
    back: datetime | None
    restart: bool


def disturbances(
    element: str, seen: Mapping[str, Sequence[Transition]], lines: Collection[str]
) -> list[Disturbance]:
    """The disturbances of an element, by age.

    Args:
        element: As the inventory calls it.
        seen: Line -> its transitions, by age.
        lines: All that accesses hang on.
    """
    groups: defaultdict[str | None, set[str]] = defaultdict(set)
    for line in lines:
        port = port_of(line)
        groups[None if port == line else port].add(line)
    found = [
        one
        for port, members in groups.items()
        for one in _of_group(element, port, {line: seen.get(line, ()) for line in members})
    ]
    return sorted(found, key=lambda one: (one.since, one.reference))


def _of_group(
    element: str, port: str | None, seen: Mapping[str, Sequence[Transition]]
) -> Iterator[Disturbance]:
    need = max(_FEWEST, math.ceil(_SHARE * len(seen)))
    losses = sorted(
        (loss for line, told in seen.items() for loss in _losses(line, told)),
        key=lambda loss: (loss.at, loss.line),
    )
    first = 0
    while first < len(losses):
        window = [one for one in losses[first:] if one.at - losses[first].at <= _TOGETHER]
        if len({one.line for one in window}) < need:
            first += 1
            continue
        yield _made(element, port, window, len(seen))
        first += len(window)


def _losses(line: str, told: Sequence[Transition]) -> Iterator[_Loss]:
    for n, one in enumerate(told):
        if one.up or not (one.exact or one.reboot):
            continue
        back = next((later.at for later in told[n + 1 :] if later.up), None)
        yield _Loss(at=one.at, line=line, back=back, restart=one.reboot)


def _made(element: str, port: str | None, window: Sequence[_Loss], of: int) -> Disturbance:
    since = window[0].at
    backs = [one.back for one in window]
    known = [at for at in backs if at is not None]
    key = f"{element}\0{port or ''}\0{since.isoformat()}".encode()
    return Disturbance(
        reference=f"D-{blake2s(key, digest_size=5).hexdigest()}",
        element=element,
        scope=Scope.SWITCH if port is None else Scope.PON,
        since=since,
        until=max(known) if len(known) == len(backs) else None,
        restart=all(one.restart for one in window),
        lines=tuple(sorted({one.line for one in window})),
        of=of,
    )
