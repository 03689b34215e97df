"""Whose turn it is to write: first come, first served, and what somebody waits for comes first."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock


class Turns:
    """Threads of one process take turns, in the order in which they came.

    A plain lock is given to whoever happens to be there: under load one thread waits for seconds.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: list[tuple[bool, int, Event]] = []
        self._came = 0
        self._taken = False

    @contextmanager
    def turn(self, *, behind: bool = False) -> Iterator[None]:
        """Wait for one's turn, and give it on at the end.

        Args:
            behind: Nobody waits for this: all others go first.
        """
        mine: Event | None = None
        with self._lock:
            if self._taken:
                mine = Event()
                heapq.heappush(self._waiting, (behind, self._came, mine))
                self._came += 1
            self._taken = True
        if mine is not None:
            mine.wait()
        try:
            yield
        finally:
            with self._lock:
                if self._waiting:
                    heapq.heappop(self._waiting)[2].set()
                else:
                    self._taken = False
