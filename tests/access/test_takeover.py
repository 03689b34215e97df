"""A subscription passes to another by an import alone: nobody sees what was the other's."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Literal, TypeVar

import pytest
from tests.access import made_up as m
from tests.access.importing import Imports
from tests.access.made_up import NOW, Rows, merged, registry
from tests.access.played import Recordings, imported

from techinfo.access.answer import Answer
from techinfo.access.freshness import CachePolicy
from techinfo.access.search import search
from techinfo.access.service import AccessService
from techinfo.access.troubleshoot import Troubleshooter
from techinfo.access.viewer import Role, Viewer
from techinfo.collect import Collector, PollingLimits
from techinfo.dhcp.events import Kind, LeaseEvent
from techinfo.dhcp.identity import Identity
from techinfo.dhcp.intervals import AccessRef
from techinfo.errors import DeadlineError, ForbiddenError, SnmpTimeoutError, TechinfoError
from techinfo.leases.log import LeaseLog
from techinfo.leases.store import LeaseFile
from techinfo.model import State

T = TypeVar("T")
A, B = (Viewer(name=p, role=Role.PROVIDER, provider=f"isp-{p}") for p in ("a", "b"))
OPERATOR = Viewer(name="ops", role=Role.OPERATOR)
MAC, NEW, BESIDE = "02:00:00:00:00:01", "02:00:00:00:00:02", "02:00:00:00:00:03"
ANYTHING = CachePolicy(max_age_s=604_800.0, max_stale_s=604_800.0)
CACHED = CachePolicy(max_age_s=604_800.0, cached=True)
STALE = CachePolicy(max_age_s=0.0, max_stale_s=604_800.0)


def switch(mac: str = MAC, beside: str = BESIDE, more: Rows | None = None) -> Rows:
    """A switch with a MAC address on each of two ports, and what else is told."""
    return merged(
        m.system("elm"),
        m.port(1, "ge1"),
        m.port(2, "ge2"),
        m.learnt(1, mac, 100),
        m.learnt(2, beside, 100),
        more or {},
    )


class _Held(asyncio.Event):
    """Holds a walk, and says when one is held."""

    def __init__(self) -> None:
        super().__init__()
        self.reached = asyncio.Event()

    async def wait(self) -> Literal[True]:
        self.reached.set()
        return await super().wait()


class Place(Imports):
    """A desk over a switch, and an inventory that is imported again and again."""

    def __init__(self, folder: Path, file: LeaseFile, least_s: float) -> None:
        super().__init__(folder)
        self.devices = Recordings({"192.0.2.3": switch()})
        polling_limits = PollingLimits(min_interval_s=least_s)
        self._collector = Collector(
            registry(), self.devices.open, polling_limits=polling_limits, now=self.clock
        )
        self.log = LeaseLog(
            file, lambda asked: [AccessRef("X", 100) for _ in asked], now=self.clock
        )
        network = Troubleshooter(self.inventory, self._collector, self.clock)
        self.desk = AccessService(network, lease_log=self.log)

    def talk(self, words: Callable[[], Awaitable[T]]) -> T:
        """Ask several things, in one event loop."""

        async def spoken() -> T:
            try:
                return await asyncio.wait_for(words(), 300)
            finally:
                await self._collector.close()

        return asyncio.run(spoken())

    async def macs(
        self, viewer: Viewer, policy: CachePolicy = ANYTHING, access: str = "X"
    ) -> list[str]:
        """The MAC addresses that are told of an access."""
        answer = await self.desk.mac_addresses(viewer, access, policy)
        assert answer.port is not None
        return [row.mac for row in answer.port.macs]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """isp-a has broadband on X; isp-c on Y, the port beside."""
    with LeaseFile.open(tmp_path / "leases.sqlite") as file:
        yield Place(tmp_path, file, least_s=0.0)


@pytest.fixture
def patient(tmp_path: Path) -> Iterator[Place]:
    """The same, where no port is read more often than every five seconds."""
    with LeaseFile.open(tmp_path / "leases.sqlite") as file:
        yield Place(tmp_path, file, least_s=5.0)


TAKEOVERS = pytest.mark.parametrize(
    "nights",
    [
        pytest.param([("X isp-b bb",)], id="at once"),
        pytest.param([(), ("X isp-b bb",)], id="with a gap"),
        pytest.param([("X isp-a bb", "X isp-b bb"), ("X isp-b bb",)], id="with an overlap"),
        pytest.param([("X isp-b bb connection_date: 2019-01-01",)], id="with an old date"),
    ],
)


@TAKEOVERS
def test_nothing_that_was_read_before_is_shown_to_the_new_holder(
    place: Place, nights: list[tuple[str, ...]]
) -> None:
    """However old it may be by its own words; what is read anew is."""

    async def words() -> None:
        assert await place.macs(A) == [MAC]
        for night in nights:
            place.clock.go_on(10)
            assert await place.macs(OPERATOR, CachePolicy(max_age_s=0.0)) == [MAC]
            place.clock.go_on(1)
            place.import_(*night, "Y isp-c bb")
        place.clock.go_on(1)
        place.devices.silent = {"192.0.2.3"}
        for policy in (ANYTHING, CACHED, STALE):
            with pytest.raises(TechinfoError):
                await place.macs(B, policy)
        assert [f.access.access_id for f in search(place.desk, B, MAC).found] == []

        place.devices.silent = set()
        place.devices.rows["192.0.2.3"] = switch(NEW)
        place.clock.go_on(600)
        assert await place.macs(B) == [NEW]
        assert await place.macs(B, CACHED) == [NEW]
        assert [f.access.access_id for f in search(place.desk, B, NEW).found] == ["X"]
        assert search(place.desk, B, MAC).found == ()

    place.talk(words)


@TAKEOVERS
def test_what_an_import_drops_gives_its_holder_nothing_more(
    place: Place, nights: list[tuple[str, ...]]
) -> None:
    """At once: the 14 days are of subscriptions with an end."""

    async def words() -> None:
        await place.macs(A)
        for night in nights:
            place.clock.go_on(10)
            place.import_(*night, "Y isp-c bb")
        with pytest.raises(ForbiddenError, match="no subscription"):
            await place.macs(A)
        with pytest.raises(ForbiddenError):
            await place.desk.hardware(A, "X", ANYTHING)
        assert search(place.desk, A, MAC).found == ()

    place.talk(words)


def test_a_subscription_with_an_end_keeps_its_14_days_through_a_takeover(place: Place) -> None:
    """Facts up to its end, whatever imports come after it."""

    async def words() -> None:
        await place.macs(A)
        place.clock.go_on(10)
        end = f"X isp-a bb disconnection_date: '{place.clock.at.isoformat()}'"
        place.import_(end)
        place.clock.go_on(10)
        place.import_(end, "X isp-b bb")
        place.devices.rows["192.0.2.3"] = switch(NEW)
        place.clock.go_on(10)

        assert await place.macs(B) == [NEW]
        with pytest.raises(ForbiddenError, match="nothing is kept"):
            await place.macs(A)

    place.talk(words)


def test_facts_up_to_an_end_are_told_while_nothing_newer_is_known(place: Place) -> None:
    """Until the new holder has asked; an import does not change what was read before."""

    async def words() -> None:
        await place.macs(A)
        place.clock.go_on(10)
        end = f"X isp-a bb disconnection_date: '{place.clock.at.isoformat()}'"
        place.import_(end)
        place.clock.go_on(10)
        place.import_(end, "X isp-b bb")

        assert await place.macs(A) == [MAC]

    place.talk(words)


@pytest.mark.parametrize("end_s", [0, 1])
def test_a_reading_of_the_end_itself_is_of_the_time_after_it(place: Place, end_s: int) -> None:
    """A subscription runs to before its end, not through it."""

    async def words() -> None:
        await place.macs(A)
        place.clock.go_on(10)
        end = NOW + timedelta(seconds=end_s)
        place.import_(f"X isp-a bb disconnection_date: '{end.isoformat()}'")
        if end_s:
            assert await place.macs(A) == [MAC]
        else:
            with pytest.raises(ForbiddenError, match="nothing is kept"):
                await place.macs(A)
        found = [f.access.access_id for f in search(place.desk, A, MAC).found]
        assert found == (["X"] if end_s else [])

    place.talk(words)


def test_after_an_end_nothing_is_shown_of_a_port_that_the_access_has_got_since(
    place: Place,
) -> None:
    """What was kept of it was of another household."""

    async def words() -> None:
        assert await place.macs(OPERATOR, access="Y") == [BESIDE]
        place.clock.go_on(10)
        end = f"X isp-a bb disconnection_date: '{place.clock.at.isoformat()}'"
        place.import_(end, places={"X": "ge2", "Y": "ge1"})
        with pytest.raises(ForbiddenError, match="moved since"):
            await place.macs(A)

    place.talk(words)


def test_accesses_that_swap_ports_show_nothing_of_each_other(place: Place) -> None:
    """Their holders stay the same, and ask each for the port that was the other's."""

    async def words() -> None:
        assert await place.macs(OPERATOR, access="Y") == [BESIDE]
        assert await place.macs(A) == [MAC]
        place.clock.go_on(10)
        place.import_("X isp-a bb", "Y isp-c bb", places={"X": "ge2", "Y": "ge1"})
        place.devices.silent = {"192.0.2.3"}
        place.clock.go_on(1)
        for policy in (ANYTHING, CACHED, STALE):
            with pytest.raises(TechinfoError):
                await place.macs(A, policy)

        place.devices.silent = set()
        place.devices.rows["192.0.2.3"] = switch(BESIDE, MAC)
        place.clock.go_on(600)
        assert await place.macs(A) == [MAC]

    place.talk(words)


def test_the_same_import_again_costs_nothing(place: Place) -> None:
    """What was read before it is told as before."""

    async def words() -> None:
        await place.macs(A)
        for _ in range(3):
            place.clock.go_on(10)
            place.import_("X isp-a bb", "Y isp-c bb")
        assert await place.macs(A, CACHED) == [MAC]

    place.talk(words)


def test_a_reading_under_way_is_neither_the_old_holders_nor_the_new_ones(place: Place) -> None:
    """It began before the import and ends after it."""

    async def words() -> None:
        held = _Held()
        place.devices.held[m.FDB] = held
        patience = CachePolicy(deadline_s=30.0)
        old = asyncio.create_task(place.macs(A, patience))
        ops = asyncio.create_task(place.macs(OPERATOR, patience))
        await held.reached.wait()
        place.clock.go_on(10)
        place.import_("X isp-b bb")
        new = asyncio.create_task(place.macs(B, patience))
        await asyncio.sleep(0)
        held.set()
        told = await asyncio.gather(old, new, ops, return_exceptions=True)

        assert [type(one) for one in told] == [ForbiddenError, DeadlineError, list]
        assert told[2] == [MAC]

    place.talk(words)


@pytest.mark.parametrize("viewer", [A, OPERATOR])
def test_a_reading_under_way_of_a_port_that_the_access_has_left_is_of_nobody(
    place: Place, viewer: Viewer
) -> None:
    """It would be told of the wrong household."""

    async def words() -> None:
        held = _Held()
        place.devices.held[m.FDB] = held
        asked = asyncio.create_task(place.macs(viewer, CachePolicy(deadline_s=30.0)))
        await held.reached.wait()
        place.clock.go_on(10)
        place.import_("X isp-a bb", places={"X": "ge2"})
        held.set()
        with pytest.raises(DeadlineError, match="meanwhile"):
            await asked

    place.talk(words)


def test_a_reading_under_way_is_told_when_an_import_was_about_others(place: Place) -> None:
    """Or has only numbered the subscriptions anew."""

    async def words() -> None:
        held = _Held()
        place.devices.held[m.FDB] = held
        asked = asyncio.create_task(place.macs(A, CachePolicy(deadline_s=30.0)))
        await held.reached.wait()
        place.clock.go_on(10)
        place.import_("X isp-a bb", "Y isp-b bb")
        held.set()
        assert await asked == [MAC]

    place.talk(words)


def test_the_last_snapshot_of_a_slow_walk_is_not_shown_to_a_new_holder(place: Place) -> None:
    """A walk that outlasts the deadline answers with what was read last, were it another's."""

    async def words() -> None:
        await place.macs(A)
        place.clock.go_on(10)
        place.import_("X isp-b bb")
        place.devices.held[m.FDB] = held = _Held()
        with pytest.raises(DeadlineError, match="before the subscription began"):
            await place.macs(B, CachePolicy(max_age_s=0.0, deadline_s=0.01))
        assert held.reached.is_set()
        assert await place.macs(OPERATOR, CachePolicy(max_age_s=0.0, deadline_s=0.01)) == [MAC]
        held.set()

    place.talk(words)


def test_what_was_read_seconds_before_is_not_shown_to_a_new_holder(patient: Place) -> None:
    """Though the port is not asked again so soon: whoever asks again is told soon after."""

    async def words() -> None:
        await patient.macs(A)
        patient.clock.go_on(2)
        patient.import_("X isp-b bb")
        patient.clock.go_on(1)
        for ask in (patient.desk.mac_addresses, patient.desk.link_status, patient.desk.leases):
            await ask(OPERATOR, "X", CachePolicy())
        with pytest.raises(DeadlineError, match="before the subscription began"):
            await patient.macs(B, CachePolicy(max_age_s=0.0))
        patient.clock.go_on(4)
        assert await patient.macs(B, CachePolicy(max_age_s=0.0)) == [MAC]

    patient.talk(words)


def test_what_was_read_at_the_very_beginning_is_the_new_holders(place: Place) -> None:
    """Not before it, at it."""

    async def words() -> None:
        place.clock.go_on(10)
        place.import_("X isp-b bb")
        assert place.right(B).since == place.clock.at
        assert await place.macs(B) == [MAC]

    place.talk(words)


def test_a_cpe_that_was_read_before_is_not_shown_to_a_new_holder(patient: Place) -> None:
    """Neither its own word, read seconds before."""
    cpe = merged(
        m.system("cpe", m.CPE_ID), {f"{m.BASE}.9.4.0": "4x|020000000077"}, m.port(1, "wan")
    )
    patient.devices.rows["192.0.2.77"] = cpe
    known = 'cpes: [{access_id: X, address: 192.0.2.77, mac: "02:00:00:00:00:77"}]'

    async def words() -> None:
        imported(patient.inventory, patient.folder, known)
        assert (await patient.desk.cpe(A, "X", CachePolicy())).up
        patient.clock.go_on(2)
        patient.import_("X isp-b bb")
        patient.clock.go_on(1)
        with pytest.raises(DeadlineError, match="before the subscription began"):
            await patient.desk.cpe(B, "X", CachePolicy())
        with pytest.raises(ForbiddenError):
            await patient.desk.cpe(A, "X", CachePolicy())
        patient.clock.go_on(4)
        assert (await patient.desk.cpe(B, "X", CachePolicy())).up

    patient.talk(words)


def lease(address: str, minutes_ago: float, **more: object) -> LeaseEvent:
    """A lease of a day on X, told by a log."""
    told = LeaseEvent(
        at=NOW - timedelta(minutes=minutes_ago),
        kind=Kind.GRANTED,
        address=address,
        server="made-up",
        mac=MAC.lower(),
        identity=Identity(circuit=b"x"),
        lifetime_s=86_400,
    )
    return dataclasses.replace(told, **more)  # type: ignore[arg-type]  # what a test changes


async def _leases(place: Place, viewer: Viewer) -> Answer:
    place.log.looked()
    return await place.desk.leases(viewer, "X", CachePolicy())


@pytest.mark.parametrize("seen", [True, False])
def test_a_lease_that_began_before_is_not_the_new_holders(place: Place, seen: bool) -> None:
    """By the log alone or seen by the switch, too; nor is it a false «none»."""
    if seen:
        more = m.lease(1, 1, "192.0.2.21", MAC, 100)
        place.devices.rows["192.0.2.3"] = switch(more=more)

    async def words() -> None:
        place.log.take([lease("192.0.2.21", 10)])
        old = await _leases(place, A)
        assert old.port is not None
        assert [row.address for row in old.port.leases] == ["192.0.2.21"]
        place.clock.go_on(10)
        place.import_("X isp-b bb")
        place.clock.go_on(10)
        place.log.take([lease("192.0.2.21", -0.2, kind=Kind.RENEWED)])

        told = await _leases(place, B)

        assert told.port is not None
        assert told.port.leases == ()
        assert told.part is not None
        assert told.part.state is State.PARTIAL
        assert search(place.desk, B, MAC).found == ()

        place.log.take([lease("192.0.2.22", -0.3, mac=NEW.lower())])
        place.clock.go_on(40)
        told = await _leases(place, B)
        assert told.port is not None
        assert [row.address for row in told.port.leases] == ["192.0.2.22"]
        assert [f.access.access_id for f in search(place.desk, B, NEW).found] == ["X"]

    place.talk(words)


def test_leases_of_the_first_import_are_shown_whenever_they_began(place: Place) -> None:
    """Nobody is known to have been there before."""

    async def words() -> None:
        place.log.take([lease("192.0.2.21", 10)])
        told = await _leases(place, A)
        assert told.port is not None
        assert [row.address for row in told.port.leases] == ["192.0.2.21"]

    place.talk(words)


def test_silence_is_told_as_silence(place: Place) -> None:
    """A new holder of a dead switch is told that, and no more."""

    async def words() -> None:
        await place.macs(A)
        place.clock.go_on(10)
        place.import_("X isp-b bb")
        place.devices.silent = {"192.0.2.3"}
        with pytest.raises(SnmpTimeoutError):
            await place.macs(B, ANYTHING)

    place.talk(words)
