"""Written by a thread of its own, some at a time: who waits for the disk shares it with others."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from techinfo.errors import TechinfoError

_T = TypeVar("_T")

_MOST_AT_ONCE = 2000
_HANGS_S = 10.0
"""A write that takes longer is one that fails."""
_log = logging.getLogger(__name__)

Told = Callable[[bool], None]


@dataclass(eq=False, slots=True)
class Slip(Generic[_T]):
    """What waits to be written.

    Attributes:
        item: Another may be put in its place while it waits.
        told: Is called once, by any thread: with ``True`` when the item is written and committed,
            with ``False`` when that could not be done; then it waits on, and nobody is told more.
    """

    item: _T
    told: Told | None = None

    def tell(self, written: bool) -> None:
        """Tell who waits for it, if anybody does."""
        told, self.told = self.told, None
        if told is not None:
            told(written)


class Batches(Generic[_T]):
    """A bounded queue and the thread that empties it.

    What finds no room is counted, and the next batch that can be written says how many those were:
    nothing is lost silently. A batch that cannot be written is tried again. What somebody waits for
    is written at once, and all that has come meanwhile in one transaction with it.

    Args:
        write: Writes a batch; its second argument is how many items were lost since the last one.
        what: What the items are, for the log.
        most: Items that wait at most.
        every_s: Seconds between two batches when nobody waits, and after one that failed.

    Attributes:
        lost: Items that found no room, ever.
        written: Batches that were written.
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
        self._waiting: deque[Slip[_T]] = deque()
        self.lost = 0
        self.written = 0
        self._lost_told = 0
        self._failed = False
        self._began: float | None = None
        self._starting = threading.Lock()
        self._writing = threading.Lock()
        self._wanted = threading.Event()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def sound(self) -> bool:
        """Whether what is put can be expected to be written: nothing has failed since it was."""
        began = self._began
        hangs = began is not None and time.monotonic() - began > _HANGS_S
        return not self._failed and not hangs

    def put(self, item: _T) -> None:
        """Write it soon. Never waits."""
        if self._thread is not None and len(self._waiting) < self._most:
            self._waiting.append(Slip(item))
        else:
            self._put([Slip(item)])

    def put_now(self, items: Sequence[_T], told: Told) -> tuple[Slip[_T], ...]:
        """Write them at once. Never waits.

        Args:
            items: At least one.
            told: Is called when all of them are written, or could not be.

        Returns:
            Where they wait.
        """
        slips = [Slip(item) for item in items]
        slips[-1].told = told
        room = self._put(slips)
        if self._failed or not room:
            slips[-1].tell(False)
        self._wanted.set()
        return tuple(slips)

    def flush(self) -> bool:
        """Write what waits, now; says whether nothing waits any more."""
        with self._writing:
            while self._waiting or self.lost > self._lost_told:
                if not self._one_batch():
                    self._tell_all(False)
                    return False
        return True

    def close(self) -> None:
        """Write what waits, and end the thread."""
        self._stop.set()
        self._wanted.set()
        if self._thread is not None:
            self._thread.join()
        if not self.flush():
            _log.error("%d %s are lost: they could not be written", len(self._waiting), self._what)

    def _put(self, slips: list[Slip[_T]]) -> bool:
        """Queue them; says whether there was room for all."""
        room = max(0, self._most - len(self._waiting))
        self._waiting.extend(slips[:room])
        self.lost += len(slips[room:])
        if self._thread is None:
            self._start()
        return len(slips) <= room

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._run, name=f"writes {self._what}", daemon=True
                )
                self._thread.start()

    def _run(self) -> None:
        while not self._stop.is_set():
            self._wanted.wait(self._every_s)
            self._wanted.clear()
            if not self.flush():
                self._stop.wait(self._every_s)

    def _one_batch(self) -> bool:
        batch = [self._waiting[n] for n in range(min(len(self._waiting), _MOST_AT_ONCE))]
        lost = self.lost - self._lost_told
        try:
            self._began = time.monotonic()
            self._write([slip.item for slip in batch], lost)
        except Exception as error:  # noqa: BLE001 - the thread must live, and who waits be told
            if not self._failed:
                unexpected = None if isinstance(error, TechinfoError) else error
                _log.error(
                    "%s wait, they cannot be written: %s", self._what, error, exc_info=unexpected
                )
            self._failed = True
            return False
        finally:
            self._began = None
        if self._failed:
            _log.warning("%s can be written again", self._what)
        self._failed = False
        self._lost_told += lost
        self.written += 1
        for _ in batch:
            self._waiting.popleft().tell(True)
        if lost:
            _log.error("%d %s are lost: more came than could be written", lost, self._what)
        return True

    def _tell_all(self, written: bool) -> None:
        for slip in list(self._waiting):
            slip.tell(written)
