"""What a fault is: a function that stands before a device's answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from techinfo.lab.agent import Reply
from techinfo.recordings.recording import Oid, Recording
from techinfo.snmp.ber import Request


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A reply on its way.

    Attributes:
        delay_s: How many seconds it is held back.
        source: The address that it comes from; empty: the one that was asked.
    """

    reply: Reply
    delay_s: float = 0.0
    source: str = ""


Answer = Callable[[Request], Sequence[Outgoing]]
Change = Callable[[Recording], Recording]


class Fault(Protocol):
    """Stands before an answer, and gives what is sent instead of it."""

    def __call__(self, request: Request, answer: Answer) -> Sequence[Outgoing]:
        """What is sent for a request."""
        ...


class Faulty(Protocol):
    """What a fault may need of its device."""

    def answer_from(self, recording: str) -> Answer:
        """Answers as a device of another recording would, its clock starting now.

        Raises:
            RecordingError: It cannot be read.
        """
        ...

    def answer_changed(
        self, change: Change, *, restarted: bool = False, still: Iterable[Oid] = ()
    ) -> Answer:
        """Answers as this device would if it held something else.

        Args:
            change: What becomes of what it holds, in every context.
            restarted: Its clock starts now; else it goes on.
            still: Counters that stand still.
        """
        ...
