"""Batches: nobody waits for the disk, and nothing is lost silently."""

from __future__ import annotations

import threading

import pytest

from techinfo.errors import ConfigError
from techinfo.store.batches import Batches


class Disk:
    """Keeps what is written; may be full."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.lost: list[int] = []
        self.full = False
        self.written = threading.Event()

    def write(self, batch: list[int], lost: int) -> None:
        """Write, or say that it cannot be."""
        if self.full:
            raise ConfigError("no space is left", key="disk")
        self.batches.append(batch)
        self.lost.append(lost)
        self.written.set()

    @property
    def items(self) -> list[int]:
        """Everything, in turn."""
        return [item for batch in self.batches for item in batch]


class Told:
    """Somebody who waits."""

    def __init__(self) -> None:
        self.outcomes: list[bool] = []
        self.event = threading.Event()

    def __call__(self, written: bool) -> None:
        """What became of it."""
        self.outcomes.append(written)
        self.event.set()


def test_what_is_put_is_written_soon() -> None:
    """By a thread of its own, without anybody asking for it."""
    disk = Disk()
    batches = Batches[int](disk.write, "numbers", every_s=0.001)

    batches.put(1)

    assert disk.written.wait(30)
    batches.close()
    assert disk.items == [1]


def test_closing_writes_what_waits() -> None:
    """In order, in pieces of bounded size, nothing twice."""
    disk = Disk()
    batches = Batches[int](disk.write, "numbers", every_s=3600)

    for n in range(5000):
        batches.put(n)
    batches.close()

    assert disk.items == list(range(5000))
    assert max(map(len, disk.batches)) <= 2000


def test_what_finds_no_room_is_counted_and_told() -> None:
    """The next batch says how many those were, once."""
    disk = Disk()
    batches = Batches[int](disk.write, "numbers", most=10, every_s=3600)

    for n in range(25):
        batches.put(n)
    batches.flush()
    batches.put(99)
    batches.close()

    assert disk.items == [*range(10), 99]
    assert disk.lost == [15, 0]
    assert batches.lost == 15


def test_a_batch_that_cannot_be_written_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    """The log tells once; the queue keeps what it can, and counts the rest."""
    disk = Disk()
    disk.full = True
    batches = Batches[int](disk.write, "numbers", most=10, every_s=3600)

    for n in range(12):
        batches.put(n)
    tries = [batches.flush() for _ in range(3)]
    told = [r for r in caplog.records if "no space is left" in r.getMessage()]
    disk.full = False
    batches.close()

    assert tries == [False] * 3
    assert len(told) == 1
    assert disk.items == list(range(10))
    assert disk.lost == [2]


def test_what_is_lost_at_the_end_is_said(caplog: pytest.LogCaptureFixture) -> None:
    """A disk that stays full to the end costs entries, and the log says how many."""
    disk = Disk()
    disk.full = True
    batches = Batches[int](disk.write, "numbers", every_s=3600)
    batches.put(1)

    batches.close()

    assert "1 numbers are lost" in caplog.text


def test_what_somebody_waits_for_is_written_at_once() -> None:
    """With all that waits already; whoever waits is told when it is written, once."""
    disk, told = Disk(), Told()
    batches = Batches[int](disk.write, "numbers", every_s=3600)

    batches.put(1)
    batches.put_now([2, 3], told)
    assert told.event.wait(30)
    batches.close()

    assert disk.items == [1, 2, 3]
    assert told.outcomes == [True]


def test_who_waits_is_told_that_it_could_not_be_written_and_it_waits_on() -> None:
    """Another item may be put in its place; who comes later is told so at once."""
    disk, first, second = Disk(), Told(), Told()
    disk.full = True
    batches = Batches[int](disk.write, "numbers", every_s=3600)

    (slip,) = batches.put_now([1], first)
    assert first.event.wait(30)
    sound = batches.sound
    slip.item = 11
    batches.put_now([2], second)
    assert second.outcomes == [False]
    disk.full = False
    assert batches.flush()

    assert not sound
    assert batches.sound
    assert disk.items == [11, 2]
    assert first.outcomes == [False]
    batches.close()


def test_who_finds_no_room_is_told_so() -> None:
    """What is not even queued will never be written."""
    disk, told = Disk(), Told()
    disk.full = True
    batches = Batches[int](disk.write, "numbers", most=1, every_s=3600)

    batches.put(1)
    batches.put_now([2], told)
    assert told.event.wait(30)
    disk.full = False
    batches.close()

    assert told.outcomes == [False]
    assert disk.items == [1]
    assert sum(disk.lost) == 1


def test_an_error_that_nobody_expected_ends_no_thread(caplog: pytest.LogCaptureFixture) -> None:
    """It is told with its story, and the next batch may be written."""
    done, told, again = threading.Event(), Told(), Told()

    def write(_batch: list[int], _lost: int) -> None:
        if not done.is_set():
            raise RuntimeError("something else")

    batches = Batches[int](write, "numbers", every_s=0.001)
    batches.put_now([1], told)
    assert told.event.wait(30)
    done.set()
    while not batches.sound:
        threading.Event().wait(0.001)
    batches.put_now([2], again)
    assert again.event.wait(30)
    batches.close()

    assert (told.outcomes, again.outcomes) == ([False], [True])
    assert "Traceback" in caplog.text
