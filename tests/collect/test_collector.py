"""The one owner of conversations: single flight, freshness, silence, refusals.

Devices are played, and time is told: nothing here sleeps, and no wait is longer than `MOST_S`.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Coroutine, Iterable
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any, TypeVar

import pytest
from tests.collect.playing import (
    BASE_PORT,
    FDB,
    IF,
    IFX,
    MAKER,
    NOW,
    SYS_NAME,
    SYS_OBJECT_ID,
    SYS_UP_TIME,
    VENDOR,
    Played,
    driver,
    port,
    registry,
    switch,
    target,
)

from techinfo.collect import Collector, PollingLimits
from techinfo.collect.target import PortName, Reading, Target
from techinfo.driver import Column, Driver, SnmpLimits, TransceiverTable, celsius
from techinfo.errors import (
    DeadlineError,
    NoDriverError,
    SnmpTimeoutError,
    TechinfoError,
    WrongDeviceError,
    WrongPortError,
)
from techinfo.model import Fact, MacEntry, State
from techinfo.snmp.engine import SnmpEngine
from techinfo.snmp.interface import Conversation, SnmpTarget

T = TypeVar("T")
MOST_S = 300.0
OPTICS = TransceiverTable(mib="made up", temperature=Column(f"{VENDOR}.1", celsius()))
OWN = driver(transceivers=(OPTICS,))
PORT = target("ge1")
LINK = (Fact.LINK,)


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """To its end, which must come."""
    return asyncio.run(asyncio.wait_for(coroutine, MOST_S))


def collector(*devices: Played, own: Driver = OWN, **polling_limits: Any) -> Collector:
    """Of devices at 192.0.2.1, .2 and so on; the first one's clock is the time."""

    def opened(asked: Target, limits: SnmpLimits) -> Conversation:
        return devices[int(asked.host.rsplit(".", 1)[1]) - 1].open(asked, limits)

    return Collector(
        registry(own), opened, polling_limits=PollingLimits(**polling_limits), now=devices[0].clock
    )


async def ask(
    owner: Collector,
    asked: Target = PORT,
    facts: Iterable[Fact] = LINK,
    *,
    max_age: float = 0,
    deadline: float = MOST_S,
) -> Reading:
    """What a service asks."""
    return await owner.read(asked, facts, max_age, deadline)


def is_up(reading: Reading) -> bool | None:
    """Whether the link of the port is."""
    assert reading.port is not None
    assert reading.port.link is not None
    return reading.port.link.up


def test_200_callers_cost_one_visit() -> None:
    """All wait for the same conversation."""
    device = Played(switch())
    owner = collector(device)

    async def many() -> list[Reading]:
        return await asyncio.gather(*(ask(owner) for _ in range(200)))

    readings = run(many())

    assert owner.visits == device.conversations == 1
    assert all(r == readings[0] for r in readings)
    assert device.open_now == 0


def test_one_device_has_one_conversation_at_a_time() -> None:
    """Whatever ports and facts are asked for together."""
    device = Played(switch(range(1, 9)))
    owner = collector(device)

    async def many() -> None:
        await asyncio.gather(
            *(
                ask(owner, target(f"ge{n}"), facts)
                for n in range(1, 9)
                for facts in (LINK, (Fact.COUNTERS,), (Fact.MACS,))
            )
        )

    run(many())

    assert device.most_open == 1


def test_young_enough_is_not_read_again() -> None:
    """And older than asked for is."""
    device = Played(switch())
    owner = collector(device)
    run(ask(owner))
    device.tick(25)

    run(ask(owner, max_age=30))
    assert owner.visits == 1

    device.tick(10)
    run(ask(owner, max_age=30))
    assert owner.visits == 2


def test_nobody_reads_a_port_all_the_time() -> None:
    """``max-age=0``: now, but not sooner than every five seconds; with its age."""
    device = Played(switch())
    owner = collector(device, min_interval_s=5)
    first = run(ask(owner))
    device.tick(4)

    again = run(ask(owner))
    assert owner.visits == 1
    assert again.read_at == first.read_at == NOW
    assert again.cost.requests == 0

    device.tick(2)
    assert run(ask(owner)).read_at == device.now
    assert owner.visits == 2


def test_only_what_is_missing_is_read() -> None:
    """The second question asks for what the first one did not."""
    device = Played(switch() | {f"{VENDOR}.1.1": 40})
    owner = collector(device)
    run(ask(owner, facts=LINK))
    device.asked.clear()
    device.tick(1)

    reading = run(ask(owner, facts=(Fact.LINK, Fact.TRANSCEIVER)))

    asked = {oid for _, oids in device.asked for oid in oids}
    assert f"{VENDOR}.1.1" in asked
    assert f"{IF}.8.1" not in asked
    assert reading.parts.keys() == {Fact.LINK, Fact.TRANSCEIVER}
    assert reading.parts[Fact.LINK].read_at == NOW
    assert reading.port is not None
    assert reading.port.link is not None
    assert reading.port.transceiver is not None


def test_a_walk_serves_all_ports() -> None:
    """The MAC table was read for one of them."""
    cells = switch() | {f"{FDB}.2.2.0.0.0.0.{n}": n for n in (1, 2)}
    device = Played(cells | {f"{FDB}.3.2.0.0.0.0.{n}": 3 for n in (1, 2)})
    owner = collector(device)
    run(ask(owner, facts=(Fact.MACS,)))

    other = run(ask(owner, target("ge2"), (Fact.MACS,), max_age=30))

    assert owner.visits == 1
    assert other.port is not None
    assert other.port.macs == (MacEntry(mac="02:00:00:00:00:02"),)


def test_the_deadline_ends_the_answer_and_not_the_reading() -> None:
    """It goes on, and fills the cache."""
    device = Played(switch())
    device.gate = asyncio.Event()
    owner = collector(device)

    async def impatient() -> Reading:
        with pytest.raises(DeadlineError):
            await ask(owner, deadline=0.01)
        assert device.gate is not None
        device.gate.set()
        later = await ask(owner)
        assert owner.visits == 1
        return later

    assert is_up(run(impatient()))


def test_a_reading_that_nobody_waits_for_any_more_is_no_leak() -> None:
    """Its failure is dealt with, its task is gone."""
    device = Played(switch())
    device.gate = asyncio.Event()
    device.silent = True
    owner = collector(device)

    async def leaves() -> None:
        with pytest.raises(DeadlineError):
            await ask(owner, deadline=0.01)
        (task,) = [t for d in owner._devices.values() for t in d.asked.values()]
        assert device.gate is not None
        device.gate.set()
        await asyncio.wait([task])
        await asyncio.sleep(0)
        assert not any(d.asked for d in owner._devices.values())

    run(leaves())

    assert device.open_now == 0


def test_a_caller_who_goes_away_takes_nothing_from_the_others() -> None:
    """Their reading goes on."""
    device = Played(switch())
    device.gate = asyncio.Event()
    owner = collector(device)

    async def two() -> Reading:
        leaver = asyncio.create_task(ask(owner))
        stayer = asyncio.create_task(ask(owner))
        await device.entered.wait()
        leaver.cancel()
        assert device.gate is not None
        device.gate.set()
        return await stayer

    assert is_up(run(two()))
    assert owner.visits == 1


def test_a_silent_device_is_left_alone_longer_each_time() -> None:
    """Asked at once, it is silent at once, since when is known, and it is not bothered."""
    device = Played(switch())
    device.silent = True
    owner = collector(device, silent_first_s=5, silent_most_s=60)
    waits = []
    for _ in range(6):
        with pytest.raises(SnmpTimeoutError):
            run(ask(owner))
        visits, waited = owner.visits, 0
        while owner.visits == visits:
            device.tick(1)
            waited += 1
            with pytest.raises(SnmpTimeoutError):
                run(ask(owner))
        waits.append(waited)

    assert waits[0] >= 5
    assert all(b >= a for a, b in pairwise(waits))
    assert waits[-1] <= 60
    assert run(owner.silent_since(PORT)) == NOW


def test_a_device_that_is_back_is_asked_as_before() -> None:
    """And was silent for nobody any more."""
    device = Played(switch())
    device.silent = True
    owner = collector(device)
    with pytest.raises(SnmpTimeoutError):
        run(ask(owner))
    device.silent = False
    device.tick(10)

    assert is_up(run(ask(owner)))
    assert run(owner.silent_since(PORT)) is None


def test_silent_devices_do_not_hold_up_a_living_one() -> None:
    """They have places of their own, once they are known."""
    living = Played(switch())
    dead = [Played(switch()) for _ in range(3)]
    owner = collector(living, *dead, parallel=1, parallel_silent=1)

    async def both() -> Reading:
        for number, device in enumerate(dead, 2):
            device.silent = True
            with pytest.raises(SnmpTimeoutError):
                await ask(owner, replace(PORT, host=f"192.0.2.{number}"))
            device.gate = asyncio.Event()
        living.tick(1000)
        for number in range(2, 5):
            with pytest.raises(DeadlineError):
                await ask(owner, replace(PORT, host=f"192.0.2.{number}"), deadline=0.01)
        found = await ask(owner)
        for device in dead:
            assert device.gate is not None
            device.gate.set()
        await owner.close()
        return found

    assert is_up(run(both()))


def test_a_dead_stranger_does_not_hold_up_a_living_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that has not answered even its second try waits on among the silent ones."""
    monkeypatch.setattr("techinfo.collect.collector._PAUSES_S", 0.01)
    living, dead = Played(switch()), Played(switch())
    dead.gate = asyncio.Event()
    owner = collector(living, dead, parallel=1, parallel_silent=1)

    async def both() -> Reading:
        stranger = asyncio.create_task(ask(owner, replace(PORT, host="192.0.2.2")))
        await dead.entered.wait()
        (found,) = [d for d in owner._devices.values() if d.talks]
        found.talks[0].counted.retries = 1
        reading = await ask(owner)
        assert not stranger.done()
        assert dead.gate is not None
        dead.gate.set()
        assert is_up(await stranger)
        await owner.close()
        return reading

    assert is_up(run(both()))


def test_no_more_devices_are_asked_at_a_time_than_may_be() -> None:
    """The ceiling on all together."""
    devices = [Played(switch()) for _ in range(6)]
    gate = asyncio.Event()
    for device in devices:
        device.gate = gate
    owner = collector(*devices, parallel=2)

    async def many() -> int:
        tasks = [
            asyncio.create_task(ask(owner, replace(PORT, host=f"192.0.2.{n}"))) for n in range(1, 7)
        ]
        await devices[0].entered.wait()
        await devices[1].entered.wait()
        await asyncio.sleep(0)
        open_now = sum(d.open_now for d in devices)
        gate.set()
        await asyncio.gather(*tasks)
        return open_now

    assert run(many()) == 2


def test_a_visit_has_an_end() -> None:
    """An agent that answers for ever does not keep its place for ever."""
    device = Played(switch())
    device.gate = asyncio.Event()
    owner = collector(device, visit_s=0.01)

    async def endless() -> None:
        with pytest.raises(DeadlineError):
            await ask(owner)

    run(endless())

    assert device.open_now == 0
    assert run(owner.silent_since(PORT)) is None


def test_a_refusal_is_remembered_for_a_little_while() -> None:
    """A port that is not there is not looked for at every question."""
    device = Played(switch())
    owner = collector(device, min_interval_s=5)
    missing = target("ge9")
    for _ in range(3):
        with pytest.raises(WrongPortError):
            run(ask(owner, missing))
    assert owner.visits == 1
    assert is_up(run(ask(owner))), "the other ports are there all the same"

    device.cells |= port(9)
    device.tick(3601)

    assert is_up(run(ask(owner, missing)))


def test_a_wrong_device_is_refused_for_all_its_ports() -> None:
    """One question found it out."""
    device = Played(switch() | {SYS_NAME: b"sw-2"})
    owner = collector(device)
    for number in (1, 2):
        with pytest.raises(WrongDeviceError):
            run(ask(owner, target(f"ge{number}", sys_name="sw-1")))

    assert owner.visits == 1
    assert is_up(run(ask(owner, target("ge1", sys_name="sw-2"))))


def test_a_refusal_does_not_grow() -> None:
    """The same error is raised again and again: no frames of earlier callers in it."""
    device = Played(switch())
    owner = collector(device)
    depths = []
    for _ in range(5):
        with pytest.raises(TechinfoError) as caught:
            run(ask(owner, target("ge9")))
        depths.append(len(caught.traceback))

    assert depths[-1] <= depths[1]


def test_refusals_do_not_pile_up() -> None:
    """Names that nobody has, one after the other."""
    device = Played(switch())
    owner = collector(device)
    for number in range(50):
        device.tick(10)
        with pytest.raises(WrongPortError):
            run(ask(owner, target(f"no{number}")))

    (there,) = owner._devices.values()
    assert len(there.refusals._told) == 1


def test_no_driver_is_an_error() -> None:
    """With what the device says it is."""
    device = Played(switch())
    owner = Collector(registry(), device.open, now=device.clock)
    owner.renew(replace(owner.registry, drivers={}))

    with pytest.raises(NoDriverError) as caught:
        run(ask(owner))

    assert caught.value.sys_object_id == MAKER


def test_a_fact_that_failed_is_not_asked_for_again_at_once() -> None:
    """A struggling agent is left alone with it, like any port; the others are as they were."""
    device = Played(switch())
    device.refuses = (f"{VENDOR}.1",)
    owner = collector(device, min_interval_s=5)
    both = (Fact.LINK, Fact.TRANSCEIVER)

    first = run(ask(owner, facts=both))
    device.tick(2)
    second = run(ask(owner, facts=both))

    assert owner.visits == 1
    assert first.parts[Fact.TRANSCEIVER].state is State.FAILED
    assert second.parts == first.parts


def test_a_failure_does_not_cost_what_was_known() -> None:
    """The last known is still there, with its time."""
    device = Played(switch() | {f"{VENDOR}.1.1": 40})
    owner = collector(device)
    run(ask(owner, facts=(Fact.TRANSCEIVER,)))
    device.refuses = (f"{VENDOR}.1",)
    device.tick(60)
    run(ask(owner, facts=(Fact.TRANSCEIVER,)))

    last = run(owner.last_known(PORT, (Fact.TRANSCEIVER,)))

    assert last is not None
    assert last.read_at == NOW
    assert last.port is not None
    assert last.port.transceiver is not None


def test_the_last_known_of_a_silent_device() -> None:
    """However old it is, and though its numbers were due to be read again."""
    device = Played(switch())
    owner = collector(device)
    run(ask(owner))
    device.silent = True
    device.tick(86_400)
    with pytest.raises(SnmpTimeoutError):
        run(ask(owner))

    last = run(owner.last_known(PORT, LINK))

    assert last is not None
    assert last.read_at == NOW
    assert is_up(last)
    assert run(owner.last_known(PORT, (Fact.MACS,))) is None


def test_after_a_start_the_device_introduces_itself_again() -> None:
    """Another model with the same name stands there now: another driver, other tables."""
    device = Played(switch())
    owner = Collector(
        registry(
            driver(sys_object_ids=(f"{MAKER}.1",)),
            driver(name="new", sys_object_ids=(f"{MAKER}.2",)),
        ),
        device.open,
        now=device.clock,
    )
    device.cells[SYS_OBJECT_ID] = (1, 3, 6, 1, 4, 1, 99999, 1)
    first = run(ask(owner))
    device.cells[SYS_OBJECT_ID] = (1, 3, 6, 1, 4, 1, 99999, 2)
    device.tick(600)
    device.cells[SYS_UP_TIME] = 100

    second = run(ask(owner))

    assert (first.driver, second.driver) == ("made_up", "new")
    assert second.device is not None
    assert first.device is not None
    assert second.device.up_since != first.device.up_since


@pytest.mark.parametrize("asked", [PORT, target()])
def test_a_device_that_goes_silent_while_it_is_met_anew_is_met_later(asked: Target) -> None:
    """It has started anew: what was known of it is not believed because it was cut short."""
    device = Played(switch())
    owner = collector(device, min_interval_s=0, silent_first_s=0, silent_most_s=0)
    run(ask(owner, asked))
    device.tick(600)
    device.cells[SYS_UP_TIME] = 100
    device.chokes_on = (SYS_OBJECT_ID,)
    with pytest.raises(SnmpTimeoutError):
        run(ask(owner, asked))
    device.chokes_on = ()
    device.tick(60)
    device.asked.clear()

    run(ask(owner, asked))

    assert SYS_OBJECT_ID in {oid for _, oids in device.asked for oid in oids}
    assert "walk" in {kind for kind, _ in device.asked}


@pytest.mark.parametrize("asked", [PORT, target()])
def test_a_start_within_a_visit_is_found_out(asked: Target) -> None:
    """Rows from before and after it are not one answer: the device is asked again who it is."""
    device = Played(switch() | {f"{FDB}.2.2.0.0.0.0.1": 1, f"{FDB}.3.2.0.0.0.0.1": 3})
    owner = collector(device)
    run(ask(owner, asked, (Fact.MACS, Fact.DEVICE)))
    device.tick(60)
    device.asked.clear()
    device.starts_on = (f"{FDB}.2",)

    reading = run(ask(owner, asked, (Fact.MACS, Fact.DEVICE)))

    assert SYS_OBJECT_ID in {oid for _, oids in device.asked for oid in oids}
    assert reading.device is not None
    assert reading.device.up_since == device.now
    assert reading.parts[Fact.MACS].state is State.OK


def test_after_renumbering_nobody_gets_his_neighbours_facts() -> None:
    """What was read of all ports before is found by the names of then."""
    device = Played(switch((1, 2)) | {f"{IF}.8.2": 2})
    owner = collector(device)
    run(ask(owner, target()))
    device.cells |= port(1, "ge2") | port(2, "ge1") | {f"{IF}.8.1": 2, f"{IF}.8.2": 1}
    device.tick(10)
    run(ask(owner, PORT))

    one = run(ask(owner, PORT, max_age=3600))
    other = run(ask(owner, target("ge2"), max_age=3600))

    assert (is_up(one), is_up(other)) == (True, False)


def test_another_element_at_the_address_gets_nothing_of_the_old_one() -> None:
    """An address is used again."""
    device = Played(switch())
    owner = collector(device)
    run(ask(owner))
    new = replace(PORT, element="sw-7")

    assert run(owner.last_known(new, LINK)) is None
    run(ask(owner, new, max_age=3600))
    assert owner.visits == 2


def test_a_device_of_another_name_is_not_answered_from_the_cache() -> None:
    """The inventory says now who it must be."""
    device = Played(switch())
    owner = collector(device)
    run(ask(owner))

    assert run(owner.last_known(target("ge1", sys_name="sw-2"), LINK)) is None
    with pytest.raises(WrongDeviceError):
        run(ask(owner, target("ge1", sys_name="sw-2"), max_age=3600))


def test_what_an_agent_does_not_stand_is_remembered() -> None:
    """A5: step down once, not at every visit."""
    device = Played(switch())
    device.lowered = SnmpLimits(varbinds=3, max_repetitions=2)
    owner = collector(device)
    run(ask(owner))
    device.lowered = None
    device.tick(10)

    reading = run(ask(owner, max_age=0))

    asked = [oids for kind, oids in device.asked if kind == "get"][-1]
    assert reading.cost.requests >= len(asked) // 3


def test_personal_rows_are_forgotten_in_time() -> None:
    """Also of devices that nobody asks for any more, as long as anybody asks for any."""
    idle, busy = Played(switch()), Played(switch())
    owner = collector(busy, idle)
    elsewhere = replace(PORT, host="192.0.2.2")
    run(ask(owner, elsewhere, (Fact.MACS, Fact.LINK)))

    busy.tick(8 * 86_400 - 3600)
    run(ask(owner))

    assert run(owner.last_known(elsewhere, (Fact.MACS,))) is None
    assert run(owner.last_known(elsewhere, LINK)) is not None


def test_a_device_that_nobody_asks_for_is_forgotten() -> None:
    """Elements that were taken down do not stay in memory."""
    gone, busy = Played(switch()), Played(switch())
    owner = collector(busy, gone)
    run(ask(owner, replace(PORT, host="192.0.2.2")))

    busy.tick(9 * 86_400)
    run(ask(owner))

    assert list(owner._devices) == [("192.0.2.1", 161)]


def test_a_ports_people_are_forgotten_on_demand() -> None:
    """A new tenant never sees the old one's rows."""
    cells = switch() | {f"{FDB}.2.2.0.0.0.0.1": 1, f"{FDB}.3.2.0.0.0.0.1": 3}
    device = Played(cells)
    owner = collector(device)
    run(ask(owner, facts=(Fact.MACS, Fact.LINK)))

    run(owner.forget(PORT))

    assert run(owner.last_known(PORT, (Fact.MACS,))) is None
    assert run(owner.last_known(PORT, LINK)) is not None


def test_closing_ends_what_still_runs() -> None:
    """No task and no conversation is left."""
    device = Played(switch())
    device.gate = asyncio.Event()
    owner = collector(device)

    async def closes() -> None:
        before = asyncio.all_tasks()
        with pytest.raises(DeadlineError):
            await ask(owner, deadline=0.01)
        assert asyncio.all_tasks() > before
        await owner.close()
        assert asyncio.all_tasks() == before

    run(closes())

    assert device.open_now == 0


def walked(
    device: Played, owner: Collector, meanwhile: Coroutine[Any, Any, T]
) -> tuple[Reading, T]:
    """The MAC addresses of ge1, and what else was asked while their walk went on."""
    device.gates_on = (FDB,)
    device.gate = asyncio.Event()

    async def both() -> tuple[Reading, T]:
        walk = asyncio.create_task(ask(owner, PORT, (Fact.MACS,)))
        await device.at_gate.wait()
        other = asyncio.create_task(meanwhile)
        for _ in range(50):
            await asyncio.sleep(0)
        assert device.gate is not None
        device.gate.set()
        return await walk, await other

    return run(both())


BRIDGED = switch((1, 2, 7)) | {
    f"{BASE_PORT}.7": 1,
    f"{FDB}.2.2.0.0.0.0.1": 7,
    f"{FDB}.3.2.0.0.0.0.1": 3,
}
OF_GE1 = (MacEntry(mac="02:00:00:00:00:01"),)


def test_a_question_that_needs_numbers_anew_waits_for_a_walk() -> None:
    """It must not take them away from under it: bridge port 7 would be ifIndex 7."""
    device = Played(BRIDGED)
    owner = collector(device)
    run(ask(owner, target("ge2")))
    device.tick(3000)

    async def an_hour_later() -> Reading:
        device.tick(3000)
        return await ask(owner, target("ge2"))

    macs, link = walked(device, owner, an_hour_later())

    assert macs.port is not None
    assert macs.port.macs == OF_GE1
    assert is_up(link)
    assert device.open_now == 0


def test_a_port_that_moved_during_a_walk_is_found_after_it() -> None:
    """The question beside the walk finds another port under the number."""
    device = Played(BRIDGED)
    owner = collector(device)
    run(ask(owner, target("ge2")))
    device.tick(60)

    async def moved() -> Reading:
        device.cells |= port(2, "ge3") | port(3, "ge2")
        return await ask(owner, target("ge2"))

    macs, link = walked(device, owner, moved())

    assert macs.port is not None
    assert macs.port.macs == OF_GE1
    assert link.if_index == 3


def test_a_start_during_a_walk_is_found_out_by_both() -> None:
    """By the question beside it first."""
    device = Played(BRIDGED)
    owner = collector(device)
    run(ask(owner, target("ge2"), (Fact.LINK, Fact.DEVICE)))
    device.tick(600)

    async def started() -> Reading:
        device.cells[SYS_UP_TIME] = 0
        return await ask(owner, target("ge2"), (Fact.LINK, Fact.DEVICE))

    macs, link = walked(device, owner, started())

    assert macs.port is not None
    assert macs.port.macs == OF_GE1
    assert macs.device is not None
    assert link.device is not None
    assert macs.device.up_since == link.device.up_since == device.now


def test_ports_named_in_two_ways_are_one_port_of_one_device() -> None:
    """By index, by name: each is read, and told for what it is."""
    device = Played(switch() | {f"{IFX}.18.1": b"A-1001"})
    owner = collector(device)
    names = [PortName(name="1", by="index"), PortName(name="A-1001", by="alias")]

    found = [run(ask(owner, replace(PORT, port_name=name))) for name in names]

    assert {r.if_index for r in found} == {1}


def test_a_device_that_has_answered_nothing_by_the_deadline_is_silent() -> None:
    """Asked again and again; whether there is one more try to come is no matter."""

    async def words() -> None:
        engine = SnmpEngine()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mute:
            mute.bind(("127.0.0.1", 0))
            where = SnmpTarget(
                host="127.0.0.1", port=mute.getsockname()[1], timeouts=(0.01, 0.01, 60.0)
            )
            collector = Collector(
                registry(driver()), lambda _, limits: engine.conversation(where, limits)
            )
            with pytest.raises(SnmpTimeoutError):
                await collector.read(target("ge1"), {Fact.LINK}, 0, 1.0)
            await collector.close()
            await engine.close()

    asyncio.run(words())


def test_a_clock_that_is_set_back_makes_nothing_young_and_leaves_nobody_alone() -> None:
    """By an hour: what was read before is read again, and who was silent is asked again."""
    device = Played(switch())
    owner = collector(device, silent_first_s=60.0)

    async def story() -> int:
        await ask(owner, max_age=30)
        device.now -= timedelta(hours=1)
        await ask(owner, max_age=30)
        read = device.conversations
        device.tick(60)
        device.silent = True
        with pytest.raises(SnmpTimeoutError):
            await ask(owner)
        device.silent = False
        device.now -= timedelta(hours=1)
        await ask(owner)
        return read

    assert run(story()) == 2
