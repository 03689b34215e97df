"""Written by a thread of its own, some at a time, so that nobody waits for the disk."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from techinfo.errors import TechinfoError

_T = TypeVar("_T")

_MOST_AT_ONCE = 2000
_log = logging.getLogger(__name__)


class Batches(Generic[_T]):
    """A bounded queue and the thread that empties it.

    What finds no room is counted, and the next batch that can be written says how many those were:
    nothing is lost silently. A batch that cannot be written is tried again.

    Args:
        write: Writes a batch; its second argument is how many items were lost since the last one.
        what: What the items are, for the log.
        most: Items that wait at most.
        every_s: Seconds between two batches.

    Attributes:
        lost: Items that found no room, ever.
    """

    def __init__(
        self,
        write: Callable[[list[_T], int], None],
        what: str,
        *,
        most: int = 10_000,
        every_s: float = 1.0,
    ) -> None:
        self._write = write
        self._what = what
        self._most = most
        self._every_s = every_s
        self._waiting: deque[_T] = deque()
        self.lost = 0
        self._lost_told = 0
        self._sound = True
        self._starting = threading.Lock()
        self._writing = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def put(self, item: _T) -> None:
        """Write it soon. Never waits."""
        if len(self._waiting) >= self._most:
            self.lost += 1
            return
        self._waiting.append(item)
        if self._thread is None:
            self._start()

    def flush(self) -> bool:
        """Write what waits, now; says whether nothing waits any more."""
        with self._writing:
            while self._waiting or self.lost > self._lost_told:
                if not self._one_batch():
                    return False
        return True

    def close(self) -> None:
        """Write what waits, and end the thread."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        if not self.flush():
            _log.error("%d %s are lost: they could not be written", len(self._waiting), self._what)

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._run, name=f"writes {self._what}", daemon=True
                )
                self._thread.start()

    def _run(self) -> None:
        while not self._stop.wait(self._every_s):
            self.flush()

    def _one_batch(self) -> bool:
        batch = [self._waiting[n] for n in range(min(len(self._waiting), _MOST_AT_ONCE))]
        lost = self.lost - self._lost_told
        try:
            self._write(batch, lost)
        except TechinfoError as error:
            if self._sound:
                _log.error("%s wait, they cannot be written: %s", self._what, error)
            self._sound = False
            return False
        self._sound = True
        self._lost_told += lost
        for _ in batch:
            self._waiting.popleft()
        if lost:
            _log.error("%d %s are lost: more came than could be written", lost, self._what)
        return True
