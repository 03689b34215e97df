"""Faults of a device as a whole: it starts anew, is another one, or has numbered itself anew."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from techinfo.lab import alterations
from techinfo.lab.fault import Answer, Fault, Faulty, Outgoing
from techinfo.recordings.recording import Recording
from techinfo.snmp.ber import Request
from techinfo.snmp.oid import numbers


def swapped(device: Faulty, *, recording: str) -> Fault:
    """Another chassis at the same address."""
    return _instead(device.answer_from(recording))


def partial_table(device: Faulty, *, entry: str, rows: int) -> Fault:
    """Each column of a table ends after so many rows (field notes F3, F12)."""
    return _instead(
        device.answer_changed(partial(alterations.cut, entry=numbers(entry), rows=int(rows)))
    )


def renumbered(device: Faulty, *, offset: int, indexed: str = "", valued: str = "") -> Fault:
    """Every interface has another ifIndex, and all that refers to it follows (field notes I1).

    Beside the standard tables, ``indexed`` names entries whose index starts with an ifIndex, and
    ``valued`` columns whose values are ifIndexes, with commas between them.
    """
    return _instead(device.answer_changed(_numbering(offset, indexed, valued)))


def rebooted(
    device: Faulty,
    *,
    after: int = 0,
    lost: int = 0,
    offset: int = 0,
    indexed: str = "",
    valued: str = "",
) -> Fault:
    """Starts anew after so many requests: clocks and counters begin again (field notes C2, I1).

    While it starts, ``lost`` requests stay without answer; ``offset`` numbers its interfaces anew,
    as `renumbered` does.
    """
    first, silence = int(after), int(lost)
    renumber = _numbering(offset, indexed, valued)
    seen = 0
    new: list[Answer] = []

    def change(recording: Recording) -> Recording:
        return alterations.restarted(renumber(recording))

    def fault(request: Request, answer: Answer) -> Sequence[Outgoing]:
        nonlocal seen
        seen += 1
        if seen <= first:
            return answer(request)
        if seen <= first + silence:
            return ()
        if not new:
            new.append(device.answer_changed(change, restarted=True))
        return new[0](request)

    return fault


def _numbering(offset: int, indexed: str, valued: str) -> partial[Recording]:
    listed = [[word for word in text.split(",") if word] for text in (indexed, valued)]
    for oid in (*listed[0], *listed[1]):
        numbers(oid)
    return partial(alterations.renumbered, offset=int(offset), indexed=listed[0], valued=listed[1])


def _instead(other: Answer) -> Fault:
    def fault(request: Request, answer: Answer) -> Sequence[Outgoing]:  # noqa: ARG001  it is a Fault
        return other(request)

    return fault
