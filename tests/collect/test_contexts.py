"""MAC tables of agents that show one VLAN at a time: which contexts are asked, and what is told."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from tests.collect import playing
from tests.collect.playing import BASE_PORT, FDB, NOW, Q_FDB, VENDOR

from techinfo.collect.device_state import contact
from techinfo.collect.target import Reading
from techinfo.collect.visit import Visit
from techinfo.driver import Column, Convert, VlanContexts, is_one_of, standard, vlan
from techinfo.errors import SnmpTimeoutError
from techinfo.model import Fact, MacEntry, State
from techinfo.recordings.playback import RecordedConversation
from techinfo.recordings.recording import Recording
from techinfo.snmp.interface import Between, Conversation, Walked
from techinfo.wire import Cell

EXISTS, ACCESS, VOICE, TRUNK = (f"{VENDOR}.{n}" for n in (1, 2, 3, 4))
CONTEXTS = VlanContexts(
    mib="made up",
    exists=Column(EXISTS, is_one_of(frozenset({1}), "it is Ethernet")),
    of_port=(Column(ACCESS, vlan), Column(VOICE, vlan)),
    of_trunk=(Column(TRUNK, Convert("VLANs", lambda c: tuple(c) if isinstance(c, bytes) else ())),),
    reserved=frozenset({1002}),
)
CISCO = playing.driver(
    macs=(standard.Q_BRIDGE_MACS, replace(standard.BRIDGE_MACS, only_vlan=1)), contexts=CONTEXTS
)


def table(*rows: tuple[int, int, int]) -> dict[str, Cell]:
    """What a context says: last octet of a MAC, its bridge port, and which interface that is."""
    cells: dict[str, Cell] = {}
    for last, bridge_port, if_index in rows:
        cells[f"{BASE_PORT}.{bridge_port}"] = if_index
        cells[f"{FDB}.2.2.0.0.0.0.{last}"] = bridge_port
        cells[f"{FDB}.3.2.0.0.0.0.{last}"] = 3
    return cells


def switch(*vlans: int, access: Mapping[int, int] | None = None) -> dict[str, Cell]:
    """A switch with these VLANs and access ports; VLAN 1 has the MAC address 1 on port 1."""
    cells = playing.switch() | table((1, 1, 1))
    cells |= {f"{EXISTS}.1.{tag}": 1 for tag in (1, *vlans)}
    return cells | {f"{ACCESS}.{port}": tag for port, tag in (access or {}).items()}


class Account(RecordedConversation):
    """A recorded device that knows in which contexts it was asked."""

    def __init__(self, recording: Recording) -> None:
        super().__init__(recording)
        self.asked: list[int] = []
        self.silent = False

    def context(self, vlan: int) -> Conversation:
        """One more."""
        self.asked.append(vlan)
        return super().context(vlan)

    async def get(self, oids: Iterable[str]) -> dict[str, Cell]:
        """What it has, while it answers at all."""
        if self.silent:
            raise SnmpTimeoutError("no answer")
        return await super().get(tuple(oids))


def device(cells: Mapping[str, Cell], contexts: Mapping[int, Mapping[str, Cell]]) -> Account:
    """A device that has these contexts and no other."""
    rows = playing.recording(cells)
    held = {tag: playing.recording(told) for tag, told in contexts.items()}
    values = {".".join(map(str, oid)): value for oid in rows.oids if (value := rows.get(oid))}
    return Account(Recording.from_rows(values, contexts=held))


def read(
    asked: Account, name: str | None = None, *, now: datetime = NOW, vlans: tuple[int, ...] = ()
) -> Reading:
    """Read MAC addresses of a port or of all."""

    async def visit() -> Reading:
        target = playing.target(name=name, vlans=vlans)
        known = await contact(asked, target, playing.registry(CISCO), now)
        return await Visit(conversation=asked, target=target, known=known, now=now).read(
            {Fact.MACS}
        )

    return asyncio.run(visit())


def entries(reading: Reading) -> dict[int, list[tuple[int, int | None]]]:
    """By port: last octet of each MAC address, and its VLAN."""
    return {
        port: [(int(entry.mac[-2:], 16), entry.vlan) for entry in facts.macs]
        for port, facts in reading.ports.items()
        if facts.macs
    }


def test_f13_bridge_ports_are_those_of_the_same_context() -> None:
    """Bridge port 1 is port 1 in VLAN 1, and port 2 in VLAN 20."""
    asked = device(switch(20), {20: table((20, 1, 2))})

    reading = read(asked)

    assert entries(reading) == {1: [(1, 1)], 2: [(20, 20)]}
    assert reading.parts[Fact.MACS].state is State.OK


def test_one_address_in_two_vlans_is_two_rows() -> None:
    """A router behind a trunk has one MAC address in every VLAN."""
    asked = device(switch(20, 30), {20: table((9, 1, 2)), 30: table((9, 1, 2))})

    assert entries(read(asked))[2] == [(9, 20), (9, 30)]


def test_an_access_port_asks_its_own_vlan_only() -> None:
    """And that without VLAN 1, whose rows cannot be on it."""
    asked = device(switch(20, 30, access={2: 20}), {20: table((20, 1, 2)), 30: table((30, 1, 1))})

    reading = read(asked, "ge2")

    assert asked.asked == [20]
    assert entries(reading) == {2: [(20, 20)]}
    assert reading.parts[Fact.MACS].state is State.OK


def test_a_port_in_vlan_1_needs_no_context() -> None:
    """Without a context the agent is in VLAN 1's."""
    asked = device(switch(20, access={1: 1}), {20: table((20, 1, 2))})

    reading = read(asked, "ge1")

    assert asked.asked == []
    assert entries(reading) == {1: [(1, 1)]}
    assert reading.parts[Fact.MACS].state is State.OK


def test_a_voice_vlan_is_one_of_the_ports_own() -> None:
    """An access port may carry a second VLAN; 4096 says that it does not."""
    contexts = {20: table((20, 1, 2)), 30: table((30, 1, 2))}
    cells = switch(20, 30, access={2: 20})

    with_voice = device(cells | {f"{VOICE}.2": 30}, contexts)
    without = device(cells | {f"{VOICE}.2": 4096}, contexts)

    assert entries(read(with_voice, "ge2")) == {2: [(20, 20), (30, 30)]}
    assert entries(read(without, "ge2")) == {2: [(20, 20)]}


def test_a_trunk_asks_what_it_may_carry_of_what_exists() -> None:
    """Its list names VLANs that nobody has made."""
    cells = switch(20, 30) | {f"{TRUNK}.2": bytes([20, 99])}
    asked = device(cells, {20: table((20, 1, 2)), 30: table((30, 1, 2))})

    assert entries(read(asked, "ge2")) == {2: [(20, 20)]}
    assert asked.asked == [20]


def test_the_vlans_that_the_target_names_are_asked_alone() -> None:
    """A shared trunk port: the access's own VLANs (field note F14)."""
    cells = switch(20, 30) | {f"{TRUNK}.2": bytes([20, 30])}
    asked = device(cells, {20: table((20, 1, 2)), 30: table((30, 1, 2))})

    assert entries(read(asked, "ge2", vlans=(30, 1002, 99))) == {2: [(30, 30)]}
    assert asked.asked == [30]


def test_f14_reserved_and_other_vlans_are_never_asked() -> None:
    """1002 is reserved though it claims to be Ethernet; Token Ring is no Ethernet."""
    cells = switch(20, 1002) | {f"{EXISTS}.1.21": 3}
    asked = device(cells, {20: table((20, 1, 2))})

    reading = read(asked)

    assert asked.asked == [20]
    assert reading.parts[Fact.MACS].state is State.OK


def test_f15_a_context_without_an_answer_is_missing_and_nothing_stands_for_it() -> None:
    """The others are told; which one is not, stands in the cause."""
    asked = device(switch(20, 30), {30: table((30, 1, 2))})

    reading = read(asked)

    part = reading.parts[Fact.MACS]
    assert entries(reading) == {1: [(1, 1)], 2: [(30, 30)]}
    assert (part.state, part.cause) == (
        State.PARTIAL,
        "the addresses of VLAN 20 could not be read",
    )


def test_f15_a_port_whose_context_is_mute_has_failed() -> None:
    """VLAN 1's rows are not taken for those of VLAN 20."""
    cells = switch(20, access={1: 20})

    reading = read(device(cells, {}), "ge1")

    assert entries(reading) == {}
    assert reading.parts[Fact.MACS].state is State.FAILED


def test_an_empty_context_is_empty_and_not_failed() -> None:
    """It answers, and nobody is there."""
    part = read(device(switch(20, access={2: 20}), {20: {}}), "ge2").parts[Fact.MACS]

    assert part.state is State.EMPTY


def test_f14_an_agent_without_contexts_is_soon_left_alone() -> None:
    """Two that are mute, and no other is asked: it would take seconds for each."""
    asked = device(switch(*range(20, 60)), {})

    part = read(asked).parts[Fact.MACS]

    assert len(asked.asked) == 2
    assert part.cause == "the addresses of VLAN 20, 21, 22, 23, 24 and 35 more could not be read"


def test_f14_some_mute_contexts_do_not_hide_the_others() -> None:
    """An agent that has answered in a context has contexts, and is given more time."""
    answering = {20: table((20, 1, 2)), 30: table((30, 1, 2))}
    asked = device(switch(20, 21, 22, 23, 30), answering)

    reading = read(asked)

    assert entries(reading)[2] == [(20, 20), (30, 30)]
    assert reading.parts[Fact.MACS].cause == "the addresses of VLAN 21, 22, 23 could not be read"


def test_a_mute_context_is_left_alone_for_a_while() -> None:
    """The next question in a minute does not wait for it again; one in ten minutes does."""
    cells = switch(20, access={2: 20})
    del cells[playing.SYS_UP_TIME]  # a clock that stands still is one that was started anew
    asked = device(cells, {})
    target = playing.target(name="ge2")

    async def visits() -> list[int]:
        known = await contact(asked, target, playing.registry(CISCO), NOW)
        counts = []
        for minutes in (0, 1, 10):
            now = NOW + timedelta(minutes=minutes)
            visit = Visit(conversation=asked, target=target, known=known, now=now)
            await visit.one_port({Fact.MACS})
            counts.append(len(asked.asked))
        return counts

    assert asyncio.run(visits()) == [1, 1, 2]


def test_one_port_asks_no_more_than_so_many_contexts() -> None:
    """A trunk with a thousand VLANs: the first of them, and it says so."""
    tags = range(100, 200)
    cells = switch(*tags) | {f"{TRUNK}.2": bytes(tags)}
    asked = device(cells, {tag: table((7, 1, 2)) for tag in tags})

    reading = read(asked, "ge2")

    assert len(asked.asked) == 32
    assert reading.parts[Fact.MACS].state is State.PARTIAL
    assert len(reading.ports[2].macs) == 32


def test_a_device_that_goes_silent_among_contexts_is_silent() -> None:
    """Nobody answers without a context either: that is no matter of VLANs."""

    class Dying(Account):
        def context(self, vlan: int) -> Conversation:
            self.silent = True
            return super().context(vlan)

    held = device(switch(20, access={2: 20}), {})
    asked = Dying(held._recording)

    part = read(asked, "ge2").parts[Fact.MACS]

    assert (part.state, part.code) == (State.FAILED, "element_silent")


def test_a_context_without_bridge_ports_guesses_none() -> None:
    """A bridge port is not taken for an ifIndex, as it is where nothing better is known (F2)."""
    cells = {f"{FDB}.2.2.0.0.0.0.{n}": 1 for n in range(1, 9)}

    reading = read(device(switch(20, access={1: 20}), {20: cells}), "ge1")

    assert entries(reading) == {}
    assert reading.parts[Fact.MACS].state is State.PARTIAL


def test_nothing_that_tells_vlans_leaves_vlan_1_and_says_so() -> None:
    """An agent without the list: what is known is one VLAN."""
    reading = read(device(playing.switch() | table((1, 1, 1)), {}))

    part = reading.parts[Fact.MACS]
    assert entries(reading) == {1: [(1, 1)]}
    assert (part.state, part.cause) == (
        State.PARTIAL,
        "only the addresses of VLAN 1 are told",
    )


def test_without_a_list_the_ports_own_vlan_is_asked() -> None:
    """The access port says it, or whoever asks does."""
    cells = playing.switch() | {f"{ACCESS}.2": 20}
    contexts = {20: table((20, 1, 2)), 30: table((30, 1, 2))}

    assert entries(read(device(cells, contexts), "ge2")) == {2: [(20, 20)]}
    assert entries(read(device(cells, contexts), "ge2", vlans=(30,))) == {2: [(30, 30)]}


def test_a_list_that_does_not_answer_fails_the_fact() -> None:
    """VLAN 1 is not published as everything because nobody said what else there is (F15)."""

    class Choking(Account):
        async def walk(self, columns: Iterable[str], between: Between | None = None) -> Walked:
            if EXISTS in columns:
                raise SnmpTimeoutError("no answer")
            return await super().walk(tuple(columns), between)

    asked = Choking(device(switch(20), {20: table((20, 1, 2))})._recording)

    assert read(asked).parts[Fact.MACS].state is State.FAILED


def test_a_table_with_vlans_of_its_own_needs_no_contexts() -> None:
    """Software that has the Q-BRIDGE-MIB tells all VLANs at once."""
    cells = switch(20) | {f"{Q_FDB}.2.20.2.0.0.0.0.5": 1}
    asked = device(cells, {20: table((20, 1, 2))})

    reading = read(asked)

    assert asked.asked == []
    assert reading.ports[1].macs == (MacEntry(mac="02:00:00:00:00:05"),)


@pytest.mark.parametrize("name", [None, "ge2"])
def test_contexts_are_in_the_account_of_the_visit(name: str | None) -> None:
    """What they cost the device is told with the rest."""
    asked = device(switch(20, access={2: 20}), {20: table((20, 1, 2))})

    reading = read(asked, name)

    assert reading.cost.walks == asked.counted.walks
    assert asked.context(20).counted is asked.counted
