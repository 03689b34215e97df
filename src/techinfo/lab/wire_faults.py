"""Faults of the way between a manager and an agent, and of a device as a whole.

An agent may answer nothing sensible; a device may restart, be another one, or number itself anew.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from ipaddress import IPv4Address

from techinfo.lab import alterations
from techinfo.lab.agent import Reply
from techinfo.lab.fault import Answer, Fault, Faulty, Outgoing
from techinfo.recordings.recording import Recording, parse
from techinfo.snmp.ber import Request
from techinfo.snmp.oid import numbers


def silent(_device: Faulty) -> Fault:
    """Switched off, or cut off."""

    def fault(request: Request, answer: Answer) -> Sequence[Outgoing]:  # noqa: ARG001  it is a Fault
        return ()

    return fault


def slow(_device: Faulty, *, seconds: float) -> Fault:
    """Answers, but late (field notes A7, F21)."""
    more_s = float(seconds)

    def fault(request: Request, answer: Answer) -> Sequence[Outgoing]:
        return [replace(out, delay_s=out.delay_s + more_s) for out in answer(request)]

    return fault


def lossy(_device: Faulty, *, probability: float, seed: int = 1) -> Fault:
    """Loses requests, the same ones in every run."""
    chance = _chance(seed)
    lost = float(probability)

    def fault(request: Request, answer: Answer) -> Sequence[Outgoing]:
        return () if chance.random() < lost else answer(request)

    return fault


def reordered(_device: Faulty, *, count: int = 2) -> Fault:
    """Holds answers back until there are so many, and sends the last of them first."""
    most = int(count)
    held: list[Outgoing] = []

    def fault(request: Request, answer: Answer) -> Sequence[Outgoing]:
        held.extend(answer(request))
        if len(held) < most:
            return ()
        sent = held[::-1]
        held.clear()
        return sent

    return fault


def duplicated(_device: Faulty, *, count: int = 2) -> Fault:
    """Sends every answer so many times."""
    times = int(count)

    def fault(request: Request, answer: Answer) -> Sequence[Outgoing]:
        return [out for out in answer(request) for _ in range(times)]

    return fault


def truncated(_device: Faulty, *, octets: int, probability: float = 1.0, seed: int = 1) -> Fault:
    """Cuts answers off after so many octets, as a link does that drops fragments."""
    most, chance, often = int(octets), _chance(seed), float(probability)

    def fault(request: Request, answer: Answer) -> Sequence[Outgoing]:
        sent = answer(request)
        return [_with(out, out.reply.datagram[:most]) if _happens(chance, often) else out
                for out in sent]  # fmt: skip

    return fault


def garbage(_device: Faulty, *, octets: int = 80, probability: float = 1.0, seed: int = 1) -> Fault:
    """Sends octets by chance in place of answers."""
    count, chance, often = int(octets), _chance(seed), float(probability)

    def fault(request: Request, answer: Answer) -> Sequence[Outgoing]:
        return [_with(out, chance.randbytes(count)) if _happens(chance, often) else out
                for out in answer(request)]  # fmt: skip

    return fault


def other_address(_device: Faulty, *, address: str) -> Fault:
    """Answers from another of its addresses, a loopback one (field notes A15)."""
    if not IPv4Address(address).is_loopback:
        raise ValueError("not a loopback address")

    def fault(request: Request, answer: Answer) -> Sequence[Outgoing]:
        return [replace(out, source=address) for out in answer(request)]

    return fault


def wrong_community(_device: Faulty) -> Fault:
    """Takes another community than it did; an agent does not tell why it stays silent."""
    return silent(_device)


def _chance(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311  a lab needs chance that repeats, not secrecy


def _happens(chance: random.Random, probability: float) -> bool:
    return chance.random() < probability


def _with(outgoing: Outgoing, datagram: bytes) -> Outgoing:
    return replace(outgoing, reply=Reply(datagram))


def swapped(device: Faulty, *, recording: str) -> Fault:
    """Another chassis at the same address."""
    return _instead(device.answer_from(recording))


def changed(device: Faulty, *, rows: str) -> Fault:
    """Holds other values in some rows, and goes on; counters among them stand still.

    ``rows`` are lines of snmprec (``1.3.6.1.2.1.2.2.1.8.7|2|2``: the link of port 7 is down), or
    the same with semicolons between them.
    """
    laid = parse(rows.replace(";", "\n").splitlines(), name="changed")
    return _instead(device.answer_changed(lambda held: held.merged(laid), still=laid.oids))


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
