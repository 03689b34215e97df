"""Webhooks that fail: how long each rests, and which are switched off.

And which one is tried next: owners take turns, so many webhooks of each at a time, and one webhook
at each address.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, ScalarSelect, delete, func, or_, select
from sqlalchemy.dialects.sqlite import insert

from techinfo.store.base import MICROSECONDS, Records, moment_of, stamp
from techinfo.tickets import tables as t
from techinfo.tickets.store import TicketFile

_HOOKS, _DELIVERIES, _TROUBLE = t.webhooks.c, t.deliveries.c, t.trouble.c


@dataclass(frozen=True, kw_only=True, slots=True)
class Rest:
    """What becomes of a webhook that fails.

    Attributes:
        pauses_s: Seconds for which it is left alone after its first failure, its second, and so on;
            the last counts for all that follow.
        off_after: So many failures without a success between them switch it off.
    """

    pauses_s: Sequence[int]
    off_after: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Trouble:
    """A webhook that fails.

    Attributes:
        failures: One after another.
        rests_until: It is left alone until then.
        off_since: It was switched off then, and is left alone until its owner switches it on.
        why: What came of the last try.
    """

    failures: int
    rests_until: datetime
    off_since: datetime | None
    why: str


_TROUBLES = Records(Trouble, MICROSECONDS)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A webhook that may be tried now.

    Attributes:
        owner: Whose it is.
        url: Where it is.
        due_at: Since when something waits for it.
    """

    hook: str
    owner: str
    url: str
    due_at: datetime


def waiting(file: TicketFile, now: datetime) -> list[Waiting]:
    """Every webhook for which something is due, and that neither rests nor is switched off."""
    first = _first_due()
    query = (
        select(_HOOKS.id, _HOOKS.provider, _HOOKS.url, first.label("due_at"))
        .outerjoin(t.trouble, _TROUBLE.webhook == _HOOKS.id)
        .where(first <= stamp(now), _TROUBLE.off_since.is_(None))
        .where(or_(_TROUBLE.rests_until.is_(None), _TROUBLE.rests_until <= stamp(now)))
    )
    rows = file.all(query, lambda row: (row.id, row.provider, row.url, moment_of(row.due_at)))
    return [Waiting(*row) for row in rows]


def next_due(file: TicketFile, besides: Collection[str] = ()) -> datetime | None:
    """When the next webhook may be tried; ``None``: nothing waits for any.

    Args:
        file: Where deliveries wait.
        besides: Webhooks that do not count.
    """
    at = func.max(_first_due(), func.coalesce(_TROUBLE.rests_until, 0))
    query = (
        select(func.min(at))
        .select_from(t.webhooks.outerjoin(t.trouble, _TROUBLE.webhook == _HOOKS.id))
        .where(_TROUBLE.off_since.is_(None), _HOOKS.id.not_in(list(besides)))
    )
    with file.database.read() as connection:
        found = connection.execute(query).scalar_one()
    return None if found is None else moment_of(found)


def troubles(file: TicketFile, hooks: Collection[str]) -> dict[str, Trouble]:
    """By webhook, those that fail."""
    query = select(t.trouble).where(_TROUBLE.webhook.in_(list(hooks)))
    return dict(file.all(query, lambda row: (row.webhook, _TROUBLES.record(row))))


def forgive(file: TicketFile, hook: str) -> None:
    """Have a webhook tried again, as if it had never failed."""
    with file.write() as connection:
        connection.execute(delete(t.trouble).where(_TROUBLE.webhook == hook))


def note(
    connection: Connection, hook: str, why: str, now: datetime, *, delivered: bool, rest: Rest
) -> bool:
    """Note whether a webhook could be reached, and if not, for how long it rests.

    Returns:
        Whether that switches it off.
    """
    if delivered:
        connection.execute(delete(t.trouble).where(_TROUBLE.webhook == hook))
        return False
    before = connection.execute(
        select(_TROUBLE.failures, _TROUBLE.off_since).where(_TROUBLE.webhook == hook)
    ).one_or_none()
    if connection.execute(select(_HOOKS.id).where(_HOOKS.id == hook)).one_or_none() is None:
        return False  # its owner has removed it meanwhile
    failures = (before.failures if before else 0) + 1
    pause = timedelta(seconds=rest.pauses_s[min(failures, len(rest.pauses_s)) - 1])
    was_off = before.off_since if before else None
    is_off = failures >= rest.off_after
    values = {
        "failures": failures,
        "rests_until": stamp(now + pause),
        "off_since": was_off or (stamp(now) if is_off else None),
        "why": why,
    }
    put = insert(t.trouble).values(webhook=hook, **values)
    connection.execute(put.on_conflict_do_update(index_elements=["webhook"], set_=values))
    return is_off and was_off is None


def _first_due() -> ScalarSelect[int]:
    return (
        select(func.min(_DELIVERIES.due_at))
        .where(_DELIVERIES.webhook == _HOOKS.id, _DELIVERIES.state == "waiting")
        .correlate(t.webhooks)
        .scalar_subquery()
    )


class FairQueue:
    """Chooses the webhooks that are tried next, so that no owner waits behind all of another's.

    The owner goes first who has not had a turn for longest, and of an owner's webhooks likewise.

    Args:
        of_owner: Webhooks of one owner that are tried at the same time.
        place: URL -> its address; two webhooks at one address are never tried together.
    """

    def __init__(self, of_owner: int, place: Callable[[str], str]) -> None:
        self._of_owner = of_owner
        self._place = place
        self._turn = 0
        self._owners: dict[str, int] = {}
        self._hooks: dict[str, int] = {}

    def next(
        self,
        waiting: Sequence[Waiting],
        running: Mapping[str, str],
        taken: Collection[str],
        free: int,
    ) -> list[Waiting]:
        """The webhooks to try now.

        Args:
            waiting: Webhooks that may be tried.
            running: Webhook -> owner, of those that are tried at the moment.
            taken: Places where something is tried.
            free: So many at most.
        """
        self._forget(waiting, running)
        busy = Counter(running.values())
        left = [one for one in waiting if one.hook not in running]
        left.sort(key=lambda one: (self._hooks.get(one.hook, 0), one.due_at))
        places = set(taken)
        found: list[Waiting] = []
        while len(found) < free:
            left = [
                one
                for one in left
                if busy[one.owner] < self._of_owner and self._place(one.url) not in places
            ]
            if not left:
                break
            one = min(left, key=lambda one: self._owners.get(one.owner, 0))
            left.remove(one)
            self._turn += 1
            self._owners[one.owner] = self._hooks[one.hook] = self._turn
            busy[one.owner] += 1
            places.add(self._place(one.url))
            found.append(one)
        return found

    def _forget(self, waiting: Sequence[Waiting], running: Mapping[str, str]) -> None:
        """An owner or webhook for which nothing waits loses its place: it has had no turn yet."""
        owners = {one.owner for one in waiting} | set(running.values())
        hooks = {one.hook for one in waiting} | running.keys()
        self._owners = {o: turn for o, turn in self._owners.items() if o in owners}
        self._hooks = {h: turn for h, turn in self._hooks.items() if h in hooks}
