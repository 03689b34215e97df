"""Whose webhook is tried next: owners in turn, so many of each at a time, one at each address."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence

from techinfo.webhooks.failures import Waiting


class Turns:
    """Remembers who had a turn.

    Args:
        of_owner: Webhooks of one owner that are tried at the same time.
        place: URL -> what no two are tried at.
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
        """Who is tried now: of owners and of their webhooks whoever has waited for longest.

        Args:
            waiting: Who may be tried.
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
        """Who has nothing to be told has had no turn."""
        owners = {one.owner for one in waiting} | set(running.values())
        hooks = {one.hook for one in waiting} | running.keys()
        self._owners = {o: turn for o, turn in self._owners.items() if o in owners}
        self._hooks = {h: turn for h, turn in self._hooks.items() if h in hooks}
