"""kill -9 at random moments under load of ticket writes: ``python -m … --kills N``.

A child process keeps tickets and changes as the service does, several at a time, and says of each
what was acknowledged, over a pipe, after it was. It is killed at a random moment. Then the file is
read: every acknowledged ticket is there, as it was sent, and none twice; what was not acknowledged
is sent again by the next child with the same key, as a client would.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from techinfo.access.service import AccessService
from techinfo.access.viewer import Role, Viewer
from techinfo.inventory import Inventory
from techinfo.tickets.link_info import LinkInfoJobs
from techinfo.tickets.records import Change, NewTicket, Party, Problem, Reach, Status
from techinfo.tickets.service import TicketService
from techinfo.tickets.store import TicketFile
from techinfo.webhooks import store as webhooks
from techinfo.webhooks.hub import Hub

ISP = Viewer(name="isp", role=Role.PROVIDER, provider="isp")
_AT_ONCE = 8
_MOST_S = 0.5
"""A child lives no longer than this after it has begun to write."""
_HOOK = webhooks.Webhook(
    id="wh_soak",
    provider="isp",
    url="https://127.0.0.1/",
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
)
"""Nobody is reached there; what matters is that its messages are written."""


@dataclass(slots=True)
class Tally:
    """What was sent and acknowledged in all lives.

    Attributes:
        created: spTicketReference -> coTicketReference.
        closed: coTicketReferences whose close was acknowledged.
        sent: How many spTicketReferences were sent, acknowledged or not.
    """

    created: dict[str, str] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    sent: int = 0
    kills: int = 0


def main() -> None:
    """Kill as often as is wanted, and say what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=None)
    told = parser.parse_args()
    seed = told.seed if told.seed is not None else random.SystemRandom().randrange(2**32)
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        tally = soak(Path(folder), told.kills, seed)
        sys.stdout.write(
            f"seed {seed}: {tally.kills} kills in {time.monotonic() - began:.0f} s,"
            f" {len(tally.created)} tickets and {len(tally.closed)} closes acknowledged,"
            " every one is there, none twice\n"
        )


def soak(folder: Path, kills: int, seed: int) -> Tally:
    """Kill so often; an ``AssertionError`` says what was lost or there twice."""
    path, chance, tally = folder / "tickets.sqlite", random.Random(seed), Tally()  # noqa: S311 - no secret
    inventory = folder / "inventory.yaml"
    inventory.write_text("accesses: [{access_id: A-1}]\n", encoding="utf-8")
    for _ in range(kills):
        _one_life(path, inventory, chance, tally)
        _check(path, tally)
    return tally


def _one_life(path: Path, inventory: Path, chance: random.Random, tally: Tally) -> None:
    """A child writes until it is killed; what it acknowledged before counts."""
    unsure = [n for n in range(tally.sent) if f"CASE#{n}" not in tally.created]
    again = sorted(set(tally.created.values()) - tally.closed)[:20]
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read_end)
        _write_for_ever(path, inventory, write_end, unsure, tally.sent, again)
    os.close(write_end)
    with os.fdopen(read_end, "rb", buffering=0) as pipe:
        told = b""
        while b"\n" not in told and (octets := pipe.read(65536)):  # it has begun
            told += octets
        time.sleep(chance.uniform(0.0, _MOST_S))
        os.kill(child, signal.SIGKILL)
        while octets := pipe.read(65536):
            told += octets
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), f"the child ended by itself: {status}"
    tally.kills += 1
    for line in told.split(b"\n")[:-1]:  # the last may be cut
        _count(json.loads(line), tally)


def _count(told: Mapping[str, Any], tally: Tally) -> None:
    if "sent" in told:
        tally.sent = max(tally.sent, told["sent"] + 1)
    if "ref" in told:
        known = tally.created.setdefault(told["case"], told["ref"])
        assert known == told["ref"], f"{told['case']} was acknowledged as two tickets"
    if "closed" in told:
        tally.closed.add(told["closed"])


def _write_for_ever(
    path: Path, inventory: Path, pipe: int, unsure: list[int], first: int, again: list[str]
) -> None:
    """The child; it never returns."""
    try:
        asyncio.run(_writing(path, inventory, pipe, unsure, first, again))
    except BaseException as error:  # noqa: BLE001 - a forked child must not run its parent's code
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
    finally:
        os._exit(3)


async def _writing(
    path: Path, inventory: Path, pipe: int, unsure: list[int], first: int, again: list[str]
) -> None:
    file, known = TicketFile.open(path), Inventory.in_memory()
    known.import_file(inventory)
    if not webhooks.webhooks(
        file, Reach(provider=None)
    ):  # a message is written for who wants to be told
        webhooks.add(file, _HOOK, most=1)
    hub = Hub(file)
    captures = LinkInfoJobs(file, _document, known.subscriptions_on, on_change=hub.wake)
    network: Any = _Network(known)
    desk = TicketService(file, AccessService(network), captures, on_change=hub.wake)
    captures.start()
    hub.start()

    def say(**told: Any) -> None:
        os.write(pipe, json.dumps(told).encode() + b"\n")

    cases = _cases(unsure, first)

    async def one() -> None:
        for ref in again[:2]:
            await _closed(desk, ref, say)
        for case in cases:
            say(sent=case)
            created = await desk.create(ISP, ticket(case), f"key-{case}")
            say(case=f"CASE#{case}", ref=created.ticket.own_reference)
            if case % 3 == 0:
                await _closed(desk, created.ticket.own_reference, say)

    await asyncio.gather(*(one() for _ in range(_AT_ONCE)))


async def _closed(desk: TicketService, ref: str, say: Any) -> None:
    change = Change(
        by=Party.SP,
        comment=("soak", f"closed {ref}"),
        status=Status.CLOSED,
        responsible=Party.SP,
    )
    await desk.change(ISP, ref, change, f"close-{ref}")
    say(closed=ref)


def _cases(unsure: list[int], first: int) -> Iterator[int]:
    yield from unsure
    while True:
        yield first
        first += 1


@dataclass(slots=True)
class _Network:
    """Of a network only the inventory: no ticket asks it for more."""

    inventory: Inventory


async def _document(_viewer: Viewer, _access: str) -> Mapping[str, Any]:
    return {"parts": {"status": {"state": "ok"}}, "status": {"link": True}}


def ticket(case: int) -> NewTicket:
    """What is sent of a case; the same every time."""
    return NewTicket(
        provider="isp",
        access_id="A-1",
        created_by="soak",
        heading=f"case {case}",
        description="x" * (case * 37 % 5000 + 1),
        problem=Problem.OTHER,
        sp_ticket_reference=f"CASE#{case}",
    )


def _check(path: Path, tally: Tally) -> None:
    """Read the file as it was left."""
    with TicketFile.open(path):
        """A file that is opened is brought up: the log of what was written last is taken in."""
    connection = sqlite3.connect(path)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        rows = connection.execute(
            "SELECT sp_ticket_reference, own_reference, heading, description, status, number"
            " FROM tickets"
        ).fetchall()
        _check_tickets(rows, tally)
        numbers = {row[5] for row in rows}
        _check_beside(connection, numbers)
    finally:
        connection.close()


def _check_tickets(rows: list[Any], tally: Tally) -> None:
    by_case: dict[str, Any] = {}
    for case, ref, heading, description, status, _ in rows:
        assert case not in by_case, f"{case} is there twice"
        number = int(case.removeprefix("CASE#"))
        sent = ticket(number)
        assert (heading, description) == (sent.heading, sent.description)
        by_case[case] = (ref, status)
    for case, ref in tally.created.items():
        assert by_case.get(case, ("nothing",))[0] == ref, f"{case} was acknowledged as {ref}"
        assert ref not in tally.closed or by_case[case][1] == "CLOSED", f"{ref} is open again"


def _check_beside(connection: sqlite3.Connection, numbers: set[int]) -> None:
    """Each ticket has its link info, its event and its word; each close exactly one comment."""

    def column(statement: str) -> list[Any]:
        return [row[0] for row in connection.execute(statement)]

    assert set(column("SELECT ticket FROM link_info WHERE moment = 'created'")) == numbers
    assert len(column("SELECT id FROM events WHERE kind = 'CREATE'")) == len(numbers)
    assert len(column("SELECT id FROM messages WHERE kind = 'ticket.created'")) == len(numbers)
    closed = column("SELECT number FROM tickets WHERE status = 'CLOSED'")
    assert sorted(column("SELECT ticket FROM comments")) == sorted(closed)
    assert set(column("SELECT ticket FROM link_info WHERE moment = 'closed'")) == set(closed)


if __name__ == "__main__":
    main()
