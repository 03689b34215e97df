"""What look-ups have found, for as long as the inventory stays as it is.

A question about an access looks the same few rows up again and again: by SQL that is a quarter of
its CPU. Whether anything has changed is asked before each (`Database.generation`), so that nothing
is given that an import has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar, cast

from techinfo.store.base import Database

_T = TypeVar("_T")
_MOST = 8_192
"""Look-ups that are remembered; then it begins anew."""
_MOST_ROWS = 16
"""Of one look-up: longer lists are read each time."""


class Remembered:
    """Findings of look-ups. Safe to share between threads.

    Args:
        database: Of the inventory.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._generation: tuple[int, ...] = ()
        self._found: dict[Hashable, object] = {}

    def get(
        self,
        key: Hashable,
        look_up: Callable[[], _T],
        *,
        if_empty: bool = True,
        size: Callable[[_T], int] = lambda made: len(made) if isinstance(made, tuple) else 1,
    ) -> _T:
        """What was found under a key, or is now.

        Args:
            key: The query and all of its values.
            look_up: Finds what nobody changes: a frozen record, a tuple of some, or what follows
                from records alone.
            if_empty: That nothing was found is remembered, too.
            size: How many records there are in what was found.
        """
        generation = self._database.generation()  # before the look-up: what comes later is newer
        if generation != self._generation:
            self._generation, self._found = generation, {}
        found = self._found
        if key in found:
            return cast("_T", found[key])
        made = look_up()
        rows = size(made)
        if rows <= _MOST_ROWS and (rows or if_empty):
            if len(found) >= _MOST:
                found.clear()
            found[key] = made
        return made
