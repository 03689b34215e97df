"""Sockets on loopback: who is heard, what is merged, and that a flood stays small."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from tests.traps import messages as t

from techinfo.traps.gathering import MOST, MOST_OF_SOURCE, Gathered, Turns
from techinfo.traps.heard import Heard, Said
from techinfo.traps.receiver import Receiver
from techinfo.traps.syslog import of_line

AT = datetime(2026, 11, 21, 10, tzinfo=UTC)
PATIENCE_S = 30.0
FLOOD = int(os.environ.get("TRAP_FLOOD", "5000"))
"""Datagrams of the flood that are taken; a soak takes more."""


def heard(source: str = "192.0.2.1", said: Said = Said.LINK_DOWN, **more: object) -> Heard:
    """Something that was heard."""
    times = {"at": AT, "last": AT, "if_index": 1}
    return Heard(source=source, said=said, **(times | more))  # type: ignore[arg-type]  # a table


def test_what_is_said_of_a_port_again_is_one_entry() -> None:
    """The last word counts, and since when; what has proven something stays proven."""
    gathered = Gathered()
    later = AT + timedelta(seconds=2)
    gathered.put(heard())
    gathered.put(heard(said=Said.LINK_UP, at=later, last=later))
    gathered.put(heard(said=Said.DYING_GASP, proven=True))
    gathered.put(heard(said=Said.DYING_GASP, at=later, last=later))

    link, gasp = gathered.fetch()

    assert (link.said, link.at, link.last, link.times) == (Said.LINK_UP, AT, later, 2)
    assert (gasp.proven, gasp.times) == (True, 2)
    assert gathered.fetch() == ()


def test_a_storm_of_one_device_is_one_look_at_it() -> None:
    """And a proven gasp in it is still told."""
    gathered = Gathered()
    for number in range(1, 200):
        gathered.put(heard(if_index=number))
    gathered.put(heard(if_index=7, said=Said.DYING_GASP, proven=True))

    found = gathered.fetch()

    assert len(found) == MOST_OF_SOURCE + 2
    (many,) = [one for one in found if one.said is Said.MANY]
    assert (many.if_index, many.times) == (None, 199 - MOST_OF_SOURCE)
    assert [one.if_index for one in found if one.said is Said.DYING_GASP] == [7]


def test_what_waits_is_bounded() -> None:
    """Of more devices than that the oldest entry goes."""
    gathered = Gathered()
    for number in range(MOST + 10):
        gathered.put(heard(source=f"s-{number}"))

    found = gathered.fetch()

    assert (len(found), found[0].source) == (MOST, "s-10")


def test_a_source_is_read_so_often_and_then_passed_over() -> None:
    """It is read again when time has passed."""
    turns = Turns()

    taken = sum(turns.take("192.0.2.1", 0.0) for _ in range(1000))

    assert (taken, turns.skipped) == (200, 800)
    assert turns.take("192.0.2.2", 0.0)
    assert turns.take("192.0.2.1", 1.0)


@pytest.mark.parametrize(
    ("line", "said", "port"),
    [
        (
            "<187>45: Nov 21 10:00:00: %LINK-3-UPDOWN: Interface GigabitEthernet0/1, changed state"
            " to down",
            Said.LINK_DOWN,
            "GigabitEthernet0/1",
        ),
        (
            "<189>1 2026-11-21T10:00:00Z sw-1 - - - - %LINEPROTO-5-UPDOWN: Line protocol on"
            " Interface Te1/0/2, changed state to up",
            Said.LINK_UP,
            "Te1/0/2",
        ),
        (
            "<188>Nov 21 2026 10:00:00 sw %%01IFNET/4/LINK_STATE(l)[3]:The line protocol IP on the"
            " interface GigabitEthernet0/0/1 has entered the DOWN state.",
            Said.LINK_DOWN,
            "GigabitEthernet0/0/1",
        ),
        (
            "<188>%PM-4-ERR_DISABLE: bpduguard error detected on Gi1/0/7, putting Gi1/0/7 in"
            " err-disable state",
            Said.DISABLED,
            "Gi1/0/7",
        ),
        ("Interface Gi0/1, changed state to down", None, None),
        ("<1>Interface Gi0/1, changed state to unknown", None, None),
        ("<30>sshd[1]: session state closed", None, None),
        ("<1>" + "state " * 100_000, None, None),
        ("<1>Interface " + "A" * 5000 + " state", None, None),
    ],
    ids=lambda one: str(one)[:24],
)
def test_lines_of_links_are_read(line: str, said: Said | None, port: str | None) -> None:
    """What fits no form is passed over."""
    found = of_line(line.encode())

    assert found == (None if said is None else (said, port))


@contextmanager
def bound(address: str = "127.0.0.1") -> Iterator[socket.socket]:
    """A socket of UDP on loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.bind((address, 0))
        yield made


def test_traps_informs_and_lines_come_over_sockets() -> None:
    """An inform is answered, an unknown source is not heard."""

    async def words() -> tuple[tuple[Heard, ...], bytes, Receiver]:
        receiver = Receiver({"127.0.0.1"}.__contains__, now=lambda: AT)
        with bound() as traps, bound() as lines, bound() as sender, bound("127.0.0.2") as other:
            receiver.start([traps], [lines])
            other.sendto(t.trap(t.LINK_DOWN, t.link(9, up=False)), traps.getsockname())
            sender.sendto(b"rubbish", traps.getsockname())
            sender.settimeout(PATIENCE_S)
            inform = t.trap(t.LINK_DOWN, t.link(7, up=False), inform=True)
            sender.sendto(inform, traps.getsockname())
            reply = await asyncio.to_thread(sender.recv, 2000)
            line = b"<1>Interface Gi0/3, changed state to up"
            sender.sendto(line, lines.getsockname())
            found: tuple[Heard, ...] = ()
            while len(found) < 2:
                found += await receiver.fetch(PATIENCE_S)
            receiver.close()
        return found, reply, receiver

    found, reply, receiver = asyncio.run(words())

    told = [(one.source, one.said, one.if_index, one.port, one.proven) for one in found]
    assert told == [
        ("127.0.0.1", Said.LINK_DOWN, 7, None, False),
        ("127.0.0.1", Said.LINK_UP, None, "Gi0/3", False),
    ]
    assert reply[0] == 0x30
    assert (receiver.counts.unknown, receiver.counts.unread) == (1, 1)


def test_a_trusted_socket_proves_and_syslog_does_not() -> None:
    """It is reached from the management network alone."""
    receiver = Receiver(lambda _: True, trusted=True, now=lambda: AT)
    receiver.trap(t.trap(t.OAM_EVENT, t.oam(7)), "192.0.2.1")
    receiver.line(b"<1>Interface Gi0/3, changed state to up", "192.0.2.1")

    assert [one.proven for one in receiver.gathered.fetch()] == [True, False]


def test_a_flood_of_known_and_unknown_sources_leaves_others_their_turn() -> None:
    """While it lasts, questions in the same process go on, and what waits stays small."""
    done = threading.Event()
    datagrams = [t.trap(t.LINK_DOWN, t.link(n, up=False)) for n in range(1, 60)]

    async def words() -> tuple[int, int, Receiver]:
        receiver = Receiver({"127.0.0.1"}.__contains__)
        with bound() as traps, bound() as known, bound("127.0.0.2") as unknown:
            receiver.start([traps], [])
            place = traps.getsockname()

            def flood() -> None:
                while not done.is_set():
                    for datagram in datagrams:
                        known.sendto(datagram, place)
                        unknown.sendto(datagram, place)

            thread = threading.Thread(target=flood)
            thread.start()
            most = questions = 0
            try:
                # A question is a turn of the loop that somebody waits for in another thread.
                while receiver.counts.taken < FLOOD or questions < 50:
                    await asyncio.wait_for(asyncio.to_thread(len, datagrams), PATIENCE_S)
                    questions += 1
                    most = max(most, len(receiver.gathered))
            finally:
                done.set()
                thread.join()
            receiver.close()
        return questions, most, receiver

    questions, most, receiver = asyncio.run(words())

    assert questions >= 50
    assert 0 < most <= MOST_OF_SOURCE + 1
    assert receiver.counts.unknown > 0
    assert receiver._turns.skipped > 0
