"""A collector behind a socket is like the one in the house: one flight, freshness, deadlines.

Devices are played and time is told, but the sockets are real ones.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, TypeVar

import pytest
from tests.collect.across import across, listening, socket_path
from tests.collect.playing import (
    BASE_PORT,
    FDB,
    NOW,
    SYS_NAME,
    VENDOR,
    Played,
    driver,
    registry,
    switch,
    target,
)

from techinfo.collect import Collector, DeviceInfo, PollingLimits, Reading, Target
from techinfo.collect.remote.client import RemoteCollector
from techinfo.collect.remote.messages import VERSION, ReadingMessage, encode
from techinfo.collect.remote.server import collector_app
from techinfo.collect.target import DriverInfo
from techinfo.driver import Column, TransceiverTable, celsius
from techinfo.errors import (
    CollectorBusyError,
    CollectorError,
    CollectorSlowError,
    CollectorVersionError,
    DeadlineError,
    SnmpTimeoutError,
    WrongDeviceError,
)
from techinfo.model import Fact, Part, State

T = TypeVar("T")
MOST_S = 300.0
OPTICS = TransceiverTable(mib="made up", temperature=Column(f"{VENDOR}.1", celsius()))
PORT = target("ge1")
LINK = (Fact.LINK,)
MACS = (Fact.MACS,)


def talk(
    device: Played,
    words: Callable[[RemoteCollector, Collector], Awaitable[T]],
    **polling_limits: Any,
) -> T:
    """What comes of asking a device's collector over a socket."""
    registered = registry(driver(transceivers=(OPTICS,)))

    async def spoken() -> T:
        owner = Collector(
            registered,
            device.open,
            polling_limits=PollingLimits(**polling_limits),
            now=device.clock,
        )
        try:
            async with across(owner, now=device.clock) as remote:
                return await asyncio.wait_for(words(remote, owner), MOST_S)
        finally:
            await owner.close()

    return asyncio.run(spoken())


async def ask(
    remote: RemoteCollector,
    asked: Target = PORT,
    facts: Iterable[Fact] = LINK,
    *,
    max_age: float = 0,
    deadline: float = MOST_S,
) -> Reading:
    """What a service asks."""
    return await remote.read(asked, facts, max_age, deadline)


def test_a_reading_is_the_collectors_own() -> None:
    """Every fact of a device, as if it had been asked here."""
    device = Played(switch() | {f"{BASE_PORT}.1": 1})
    device.cells |= {f"{FDB}.2.2.0.0.0.0.17": 1, f"{FDB}.3.2.0.0.0.0.17": 3}

    async def words(remote: RemoteCollector, owner: Collector) -> tuple[Reading, Reading]:
        every = tuple(Fact)
        return await ask(remote, facts=every), await owner.read(PORT, every, 60, MOST_S)

    there, here = talk(device, words)

    assert there.port is not None
    assert there.port.macs
    assert there.cost.requests > 0
    assert (there.ports, there.parts, there.device) == (here.ports, here.parts, here.device)


def test_200_callers_cost_one_crossing_and_one_visit() -> None:
    """All wait for the same question."""
    device = Played(switch())

    async def words(remote: RemoteCollector, owner: Collector) -> tuple[list[Reading], int]:
        readings = await asyncio.gather(*(ask(remote) for _ in range(200)))
        return readings, owner.visits

    readings, visits = talk(device, words)

    assert visits == device.conversations == 1
    assert all(reading == readings[0] for reading in readings)


def test_a_cached_question_does_not_cross() -> None:
    """While it is young enough for who asks; and it has cost the device nothing."""
    device = Played(switch())

    async def words(remote: RemoteCollector, owner: Collector) -> list[tuple[int, int]]:
        told = []
        await ask(remote)
        for seconds, max_age in ((25, 30), (5, 30), (1, 30), (1, 0), (3, 0)):
            device.tick(seconds)
            reading = await ask(remote, max_age=max_age)
            assert reading.read_at is not None
            told.append((remote.crossings, owner.visits))
        assert (await ask(remote, max_age=30)).cost.requests == 0
        return told

    # At 25 and 30 s it is fresh, at 31 it is not; then the minimum interval holds, there as here.
    assert talk(device, words) == [(1, 1), (1, 1), (2, 2), (3, 2), (4, 2)]


def test_what_one_caller_finds_out_ends_what_was_given_to_others() -> None:
    """A silent element: no reading of it is given again without asking whether it is back."""
    device = Played(switch())

    async def words(remote: RemoteCollector, _: Collector) -> tuple[Reading, Reading]:
        await ask(remote)
        await ask(remote, facts=(Fact.DEVICE,))
        device.silent = True
        device.tick(10)
        with pytest.raises(SnmpTimeoutError):
            await ask(remote, facts=MACS)
        assert await remote.silent_since(PORT) == device.now
        known_silent = await ask(remote, max_age=30)
        device.silent = False
        device.tick(400)
        await ask(remote)
        return known_silent, await ask(remote, max_age=30)

    known_silent, back = talk(device, words)

    assert known_silent.read_at == NOW
    assert known_silent.silent_since is not None
    assert back.silent_since is None


def test_another_device_ends_what_was_given_of_the_one_before() -> None:
    """Not even what was read a moment ago is given any longer."""
    device = Played(switch())
    named = target("ge1", sys_name="sw-1")

    async def words(remote: RemoteCollector, _: Collector) -> None:
        await ask(remote, named)
        device.cells[SYS_NAME] = b"sw-2"
        device.tick(10)
        with pytest.raises(WrongDeviceError) as wrong:
            await ask(remote, named, MACS)
        assert (wrong.value.expected, wrong.value.found) == ("sw-1", "sw-2")
        assert wrong.value.address == "192.0.2.1"
        with pytest.raises(WrongDeviceError):
            await ask(remote, named, max_age=3600)

    talk(device, words)


def test_a_part_that_failed_is_asked_for_again() -> None:
    """As soon as the minimum interval allows, whatever age would do."""
    device = Played(switch())
    device.refuses = (f"{VENDOR}.1",)
    facts = (Fact.LINK, Fact.TRANSCEIVER)

    async def words(remote: RemoteCollector, _: Collector) -> list[State]:
        states = [(await ask(remote, facts=facts)).parts[Fact.TRANSCEIVER].state]
        device.refuses = ()
        device.cells[f"{VENDOR}.1.1"] = 40
        for seconds in (1, 10):
            device.tick(seconds)
            reading = await ask(remote, facts=facts, max_age=3600)
            states.append(reading.parts[Fact.TRANSCEIVER].state)
        return states

    assert talk(device, words) == [State.FAILED, State.FAILED, State.OK]


def test_who_waits_too_long_is_let_go_and_the_reading_goes_on() -> None:
    """The same deadline as in one process; who has more patience is not let go with him."""
    device = Played(switch())

    async def words(remote: RemoteCollector, owner: Collector) -> Reading:
        device.gate = asyncio.Event()
        hasty = asyncio.create_task(ask(remote, deadline=0.05))
        await device.entered.wait()
        patient = asyncio.create_task(ask(remote))
        with pytest.raises(DeadlineError):
            await hasty
        assert not patient.done()
        device.gate.set()
        reading = await patient
        assert owner.visits == 1
        return reading

    assert talk(device, words).port is not None


def test_a_caller_who_leaves_leaves_the_others_their_answer() -> None:
    """His question was theirs as well."""
    device = Played(switch())

    async def words(remote: RemoteCollector, owner: Collector) -> Reading:
        device.gate = asyncio.Event()
        first = asyncio.create_task(ask(remote))
        await device.entered.wait()
        second = asyncio.create_task(ask(remote))
        await asyncio.sleep(0)
        first.cancel()
        device.gate.set()
        reading = await second
        assert (remote.crossings, owner.visits) == (1, 1)
        return reading

    assert talk(device, words).port is not None


def test_devices_are_met_once_for_all_who_ask() -> None:
    """One that never was is asked after again; a probe's word counts within a minute."""
    device = Played(switch())
    stranger = target(host="192.0.2.99")

    async def words(remote: RemoteCollector, _: Collector) -> list[tuple[DeviceInfo | None, ...]]:
        told = [await remote.met([PORT, stranger])]
        await ask(remote)
        crossed = remote.crossings
        told += [await remote.met([PORT]) for _ in range(3)]
        assert remote.crossings == crossed + 1
        device.tick(61)
        told.append(await remote.met([stranger, PORT]))
        assert remote.crossings == crossed + 2
        return told

    never, *met, last = talk(device, words)

    assert never == (None, None)
    assert [m.driver if m else m for (m,) in met] == ["made_up"] * 3
    assert last[0] is None
    assert last[1] is not None
    assert Fact.TRANSCEIVER in last[1].tells
    assert Fact.LEASES not in last[1].tells


def test_a_ports_people_are_forgotten_on_both_sides() -> None:
    """The link may stay, where it is known; the rows may not, anywhere."""
    device = Played(switch())

    async def words(remote: RemoteCollector, owner: Collector) -> tuple[Reading | None, ...]:
        await ask(remote, facts=MACS)
        await ask(remote)
        await remote.forget(PORT)
        crossed = remote.crossings
        await ask(remote, facts=MACS, max_age=3600)
        assert (remote.crossings, owner.visits) == (crossed + 1, 3)
        await remote.forget(PORT)
        return await remote.last_known(PORT, MACS), await remote.last_known(PORT, LINK)

    macs, link = talk(device, words)

    assert macs is None
    assert link is not None


def test_a_collector_that_is_gone_is_missed_and_found_again() -> None:
    """What is young enough is still given; all else is an error until somebody listens again."""
    device = Played(switch())
    owner = Collector(registry(), device.open, now=device.clock)

    async def words() -> Reading:
        with socket_path() as path:
            remote = RemoteCollector(path, now=device.clock)
            with pytest.raises(CollectorError):
                await ask(remote)
            async with listening(collector_app(owner), path):
                await ask(remote)
            assert (await ask(remote, max_age=30)).port is not None
            device.tick(31)
            for question in (ask, RemoteCollector.silent_since, RemoteCollector.last_known):
                more = (LINK,) if question is not RemoteCollector.silent_since else ()
                with pytest.raises(CollectorError):
                    await question(remote, PORT, *more)
            async with listening(collector_app(owner), path):
                reading = await ask(remote)
            await remote.close()
            return reading

    reading = asyncio.run(asyncio.wait_for(words(), MOST_S))

    assert reading.read_at == device.now
    assert owner.visits == 2


def _held(owner: Collector, asked_after: asyncio.Event | None) -> Any:
    """A collector that holds readings back: until somebody asks after it, or for ever."""
    app = collector_app(owner)

    async def held(scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] == "/1/read":
            await (asked_after or asyncio.Event()).wait()
        elif asked_after is not None:
            asked_after.set()
        await app(scope, receive, send)

    return held


def test_a_collector_that_is_late_is_not_taken_for_a_dead_one() -> None:
    """Whether it lives is asked, and then its answer is waited for a little longer."""
    device = Played(switch())
    owner = Collector(registry(driver()), device.open, now=device.clock)

    async def words() -> Reading:
        await owner.read(PORT, LINK, 0, MOST_S)  # so that it has its answer at once
        with socket_path() as path:
            async with listening(_held(owner, asyncio.Event()), path):
                remote = RemoteCollector(path, now=device.clock)
                try:
                    return await ask(remote, max_age=60, deadline=0.05)
                finally:
                    await remote.close()

    assert asyncio.run(asyncio.wait_for(words(), MOST_S)).port is not None


def test_a_collector_that_has_too_much_to_do_is_told_as_that() -> None:
    """It answers who asks after it, and nothing comes of the question: it is not down."""
    device = Played(switch())
    owner = Collector(registry(driver()), device.open, now=device.clock)

    async def words() -> None:
        with socket_path() as path:
            async with listening(_held(owner, None), path):
                remote = RemoteCollector(path, now=device.clock)
                with pytest.raises(CollectorBusyError):
                    await ask(remote, deadline=0.05)
                await remote.close()

    asyncio.run(asyncio.wait_for(words(), 3 * MOST_S))


def test_hundreds_of_questions_at_a_time_cost_no_more_each() -> None:
    """Connections are not all looked at whenever one comes or goes; those that are kept are few."""
    device = Played(switch())

    async def words(remote: RemoteCollector, _: Collector) -> float:
        async def together(count: int) -> float:
            before = time.process_time()
            await asyncio.gather(*(remote.silent_since(PORT) for _ in range(count)))
            return (time.process_time() - before) / count

        few = min([await together(20) for _ in range(3)])
        many = min([await together(400) for _ in range(2)])
        return many / few

    assert talk(device, words) < 6


def test_a_collector_that_hangs_is_not_waited_for() -> None:
    """Whoever listens and says nothing: that is not the element's slowness."""

    async def words() -> None:
        async def mute(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await released.wait()
            writer.close()

        released = asyncio.Event()
        with socket_path() as path:
            server = await asyncio.start_unix_server(mute, path)
            remote = RemoteCollector(path)
            with pytest.raises(CollectorSlowError) as slow:
                await ask(remote, deadline=0.01)
            assert not isinstance(slow.value, DeadlineError)
            await remote.close()
            released.set()
            server.close()

    asyncio.run(asyncio.wait_for(words(), MOST_S))


def _http(body: bytes, status: bytes = b"200 OK") -> bytes:
    return b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s" % (status, len(body), body)


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"\x00\xff\x16\x03\x01",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{",
        b"HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        _http(b""),
        _http(b"<html>"),
        _http(b"{}"),
        _http(b'{"reading": null}'),
        _http(b'{"reading": {"element": 5}}'),
        _http(b'{"version": "%s", "reading": {"element": "sw-1"}, "and": 1}' % VERSION.encode()),
        _http(b"[" * 10_000),
        _http(b"", b"404 Not Found"),
        _http(b"", b"502 Bad Gateway"),
        _http(b'{"kind": "SystemExit", "words": "", "facts": {}}', b"502 Bad Gateway"),
        b"HTTP/1.1 302 Found\r\nLocation: http://192.0.2.9/\r\nContent-Length: 0\r\n\r\n",
    ],
)
def test_nonsense_on_the_socket_is_an_error_of_the_collector(octets: bytes) -> None:
    """It is never a reading, never an error that nobody expects, and never followed elsewhere."""

    async def words() -> None:
        async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read(1)
            writer.write(octets)
            writer.close()

        with socket_path() as path:
            server = await asyncio.start_unix_server(babble, path)
            remote = RemoteCollector(path)
            with pytest.raises(CollectorError):
                await ask(remote)
            await remote.close()
            server.close()

    asyncio.run(asyncio.wait_for(words(), MOST_S))


def test_an_answer_without_an_end_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is bounded, whatever the other process sends."""
    monkeypatch.setattr("techinfo.collect.remote.client.MOST_OCTETS", 100_000)
    sent = 0

    async def words() -> None:
        async def endless(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal sent
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n")
            try:
                while True:
                    writer.write(b" " * 65_536)
                    await writer.drain()
                    sent += 65_536
            except OSError:
                writer.close()

        with socket_path() as path:
            server = await asyncio.start_unix_server(endless, path)
            remote = RemoteCollector(path)
            with pytest.raises(CollectorError, match="too much"):
                await ask(remote)
            await remote.close()
            server.close()

    asyncio.run(asyncio.wait_for(words(), MOST_S))

    assert sent < 10_000_000


def _answers(octets: bytes, *facts: Fact) -> Reading:
    """What is told of some facts by a collector that has only one answer."""

    async def words() -> Reading:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(_http(octets))
            writer.close()

        with socket_path() as path:
            server = await asyncio.start_unix_server(answer, path)
            remote = RemoteCollector(path)
            try:
                return await ask(remote, facts=facts)
            finally:
                await remote.close()
                server.close()

    return asyncio.run(asyncio.wait_for(words(), MOST_S))


def test_what_an_older_collector_does_not_know_yet_is_unsupported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The API was upgraded first: the rest of the reading is told, and nothing is called empty."""
    monkeypatch.setattr("techinfo.collect.remote.messages._MINOR", 1)
    told = b'{"version":"1.0","reading":{"element":"elm","parts":{"link":{"state":"empty"}}}}'

    reading = _answers(told, Fact.LINK, Fact.CPE)

    assert reading.parts[Fact.LINK].state is State.EMPTY
    assert reading.parts[Fact.CPE].state is State.UNSUPPORTED
    assert "older" in reading.parts[Fact.CPE].cause


def test_a_collector_that_knows_a_fact_must_tell_it() -> None:
    """It is of this very version: that a fact is missing is no word that it has none."""
    told = b'{"version":"%s","reading":{"element":"elm","parts":{"link":{"state":"empty"}}}}'
    told %= VERSION.encode()

    with pytest.raises(CollectorError, match="does not tell all"):
        _answers(told, Fact.LINK, Fact.CPE)


def test_a_collector_of_another_major_is_a_clear_error() -> None:
    """Neither silence nor nonsense: who operates it is told what to do."""
    with pytest.raises(CollectorVersionError, match="upgrade the one that is behind"):
        _answers(b'{"version":"2.0","letter":{}}', Fact.LINK)


def test_what_stands_behind_an_answer_is_never_the_next_one() -> None:
    """The connection is not used again."""
    writers: list[asyncio.StreamWriter] = []

    async def words() -> list[Reading]:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writers.append(writer)
            await reader.readuntil(b"\r\n\r\n")
            octets = encode(ReadingMessage(reading=told))
            writer.write(
                _http(octets, b"200 OK") + b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}"
            )
            await writer.drain()

        with socket_path() as path:
            server = await asyncio.start_unix_server(answer, path)
            remote = RemoteCollector(path)
            found = [await ask(remote), await ask(remote)]
            await remote.close()
            for writer in writers:
                writer.close()
                await writer.wait_closed()
            server.close()
            return found

    parts = {fact: Part(state=State.OK, read_at=NOW) for fact in LINK}
    told = Reading(element="sw-1", parts=parts)

    first, second = asyncio.run(asyncio.wait_for(words(), MOST_S))

    assert (first, second, len(writers)) == (told, told, 2)


def test_the_drivers_are_those_of_the_collector() -> None:
    """Others than this process would load, and others again after the collector's reload."""
    device = Played(switch())
    owner = Collector(registry(driver()), device.open, now=device.clock)

    async def words() -> list[set[str]]:
        async with across(owner, now=device.clock) as remote:
            found = [await remote.drivers()]
            owner.renew(registry(driver(name="other", transceivers=(OPTICS,))))
            found.append(await remote.drivers())
            device.tick(60)
            found.append(await remote.drivers())
            assert found[2] == await owner.drivers()
            return [set(one or ()) for one in found]

    first, kept, renewed = asyncio.run(asyncio.wait_for(words(), MOST_S))

    assert first == kept == {"made_up", "generic"}
    assert renewed == {"other", "generic"}


@pytest.mark.parametrize(
    ("told", "drivers"),
    [
        (b'{"version":"1.0","met":[]}', None),
        (
            b'{"version":"1.7","met":[],"drivers":[{"name":"new_os","fields":'
            b'{"link":["up"],"aura":["colour"]},"mood":1}]}',
            {"new_os": DriverInfo(name="new_os", fields={"link": ("up",), "aura": ("colour",)})},
        ),
    ],
)
def test_a_collector_of_another_minor_tells_the_drivers_it_can(
    told: bytes, drivers: dict[str, DriverInfo] | None
) -> None:
    """An older one none, so that nobody knows; a newer one facts that nobody asks for."""

    async def words() -> object:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(_http(told))
            writer.close()

        with socket_path() as path:
            server = await asyncio.start_unix_server(answer, path)
            remote = RemoteCollector(path)
            try:
                return await remote.drivers()
            finally:
                await remote.close()
                server.close()

    assert asyncio.run(asyncio.wait_for(words(), MOST_S)) == drivers
