"""Faults of the way between a manager and an agent, and of agents that answer nothing sensible."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from ipaddress import IPv4Address

from techinfo.lab.agent import Reply
from techinfo.lab.fault import Answer, Fault, Faulty, Outgoing
from techinfo.snmp.ber import Request


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
