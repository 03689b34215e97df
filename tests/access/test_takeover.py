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
from tests.access.made_up import NOW, Rows, merged, registry
from tests.access.played import Clock, Recordings, imported, stocked

from techinfo.access.answer import Answer
from techinfo.access.freshness import CachePolicy
from techinfo.access.rights import Right, sees_traffic
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
ACCESSES = {"X": "ge1", "Y": "ge2"}


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


class Place:
    """A desk over a switch, and an inventory that is imported again and again."""

    def __init__(self, folder: Path, file: LeaseFile, least_s: float) -> None:
        self.clock = Clock()
        self.devices = Recordings({"192.0.2.3": switch()})
        self.folder = folder
        self._imports = 0
        self.inventory = stocked(folder, self._text(("X isp-a bb", "Y isp-c bb")), self.clock)
        polling_limits = PollingLimits(min_interval_s=least_s)
        self._collector = Collector(
            registry(), self.devices.open, polling_limits=polling_limits, now=self.clock
        )
        self.log = LeaseLog(
            file, lambda asked: [AccessRef("X", 100) for _ in asked], now=self.clock
        )
        network = Troubleshooter(self.inventory, self._collector, self.clock)
        self.desk = AccessService(network, lease_log=self.log)

    def import_(self, *rows: str, places: dict[str, str] | None = None) -> None:
        """Subscriptions, ``access provider service_type more``, each time with other ids."""
        imported(self.inventory, self.folder, self._text(rows, places))

    def _text(self, rows: tuple[str, ...], places: dict[str, str] | None = None) -> str:
        self._imports += 1
        told = [row.split(" ", 3) for row in rows]
        return (
            "elements: [{name: sw, address: 192.0.2.3, sys_name: elm}]\n"
            "services: [{vlan: 100, service_type: bb}, {vlan: 200, service_type: iptv}]\n"
            "accesses:\n"
            + "".join(
                f"  - {{access_id: {access}, element: sw, port: {port}, port_by: name}}\n"
                for access, port in (places or ACCESSES).items()
            )
            + "subscriptions:\n"
            + "".join(
                f"  - {{subscription_id: S-{self._imports}-{n}, access_id: {access},"
                f" provider: {provider}, service: x, service_type: {kind}"
                f"{''.join(f', {x}' for x in more)}}}\n"
                for n, (access, provider, kind, *more) in enumerate(told)
            )
        )

    def talk(self, words: Callable[[], Awaitable[T]]) -> T:
        """Ask several things, in one event loop."""

        async def spoken() -> T:
            try:
                return await asyncio.wait_for(words(), 60.0)
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

    def right(self, viewer: Viewer, access: str = "X") -> Right:
        """What somebody may see of an access now."""
        return self.desk.right(viewer, access)


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


def test_whoever_ran_beside_at_the_end_still_counts_when_it_is_dropped(place: Place) -> None:
    """While both had it the rows were nobody's, and they stay so."""
    place.import_("X isp-a bb", "X isp-b bb")
    place.clock.go_on(10)
    end = f"X isp-a bb disconnection_date: '{place.clock.at.isoformat()}'"
    place.import_(end)
    place.clock.go_on(10)

    found = place.right(A)

    assert {s.provider for s in found.running} == {"isp-a", "isp-b"}
    assert not found.holds(100, "bb")
    assert not found.holds(None, None)


def test_what_is_dropped_of_ones_own_is_not_seen_by_another_end(place: Place) -> None:
    """It has no end of its own."""
    place.import_("X isp-a bb", "X isp-a iptv")
    place.clock.go_on(10)
    place.import_(f"X isp-a bb disconnection_date: '{place.clock.at.isoformat()}'")
    place.clock.go_on(10)

    found = place.right(A)

    assert found.holds(100, "bb")
    assert not found.holds(200, "iptv")


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


def test_the_later_of_date_and_import_counts(place: Place) -> None:
    """A date may be told too early or too late."""
    place.clock.go_on(10)
    soon = (place.clock.at - timedelta(seconds=5)).isoformat()
    late = (place.clock.at + timedelta(seconds=5)).isoformat()
    place.import_(f"X isp-b bb connection_date: '{soon}'")
    early = place.right(B)
    told_at = place.clock.at
    place.import_(f"X isp-b iptv connection_date: '{late}'")
    order = place.right(B)
    place.clock.go_on(10)
    begun = place.right(B)

    assert (early.since, early.began(100, "bb")) == (told_at, told_at)
    assert not order.may_see_rows
    assert begun.since == begun.began(200, "iptv") == told_at + timedelta(seconds=5)


def test_an_old_date_that_is_told_now_counts_from_now(place: Place) -> None:
    """Nobody else has had it; still nobody has known until now whose it was."""
    place.clock.go_on(10)
    place.import_("X isp-a bb", "X isp-b iptv connection_date: 2019-01-01")

    assert place.right(B).began(200, "iptv") == place.clock.at


def test_a_date_that_is_told_late_counts_when_it_is_later(place: Place) -> None:
    """The subscription was told too early, then."""
    place.import_("X isp-b bb")
    place.clock.go_on(10)
    date = place.clock.at
    place.clock.go_on(10)
    place.import_(f"X isp-b bb connection_date: '{date.isoformat()}'")

    assert place.right(B).began(100, "bb") == date


@pytest.mark.parametrize(
    "services",
    [
        "services: [{vlan: 100, service_type: bb}, {vlan: 200, service_type: bb}]",
        "services: [{vlan: 100, service_type: bb}]",
    ],
)
def test_what_vlans_carry_bounds_what_is_read_and_not_when_rows_began(
    place: Place, services: str
) -> None:
    """A row that is there now is of whoever holds its VLAN now."""
    place.clock.go_on(10)
    imported(place.inventory, place.folder, services)
    place.clock.go_on(10)
    found = place.right(A)

    assert found.since == NOW + timedelta(seconds=10)
    assert found.began(100, "bb") is None


def test_the_last_of_several_moves_counts(place: Place) -> None:
    """Nothing of the ports in between is shown."""
    for port in ("ge2", "ge1", "ge2"):
        place.clock.go_on(10)
        place.import_("X isp-a bb", places={"X": port})

    assert place.right(A).since == NOW + timedelta(seconds=30)
    end = f"X isp-a bb disconnection_date: '{(NOW + timedelta(seconds=25)).isoformat()}'"
    place.import_(end, places={"X": "ge2"})
    with pytest.raises(ForbiddenError, match="moved since"):
        place.right(A)


def test_an_access_that_moved_before_an_end_shows_facts_up_to_it(place: Place) -> None:
    """And one with an order is not refused, whenever it has moved."""
    place.clock.go_on(10)
    place.import_("X isp-a bb", places={"X": "ge2", "Y": "ge1"})
    moved = place.clock.at
    place.clock.go_on(10)
    end = f"X isp-a bb disconnection_date: '{place.clock.at.isoformat()}'"
    place.import_(end, "X isp-b bb state: ORDERED", places={"X": "ge2", "Y": "ge1"})
    place.clock.go_on(10)

    assert place.right(A).since == moved
    assert not place.right(B).may_see_rows


def test_a_dropped_one_counts_from_when_it_was_told(place: Place) -> None:
    """Before, nobody but the first had it."""
    place.clock.go_on(10)
    end = f"X isp-a bb disconnection_date: '{place.clock.at.isoformat()}'"
    place.clock.go_on(10)
    place.import_(end, "X isp-b bb")
    place.clock.go_on(10)
    place.import_(end)

    assert place.right(A).holds(100, "bb")


def test_one_that_came_back_still_counts_for_when_it_was_there(place: Place) -> None:
    """It was dropped and told anew, both after the end of the other."""
    place.import_("X isp-a bb", "X isp-b bb")
    place.clock.go_on(10)
    end = f"X isp-a bb disconnection_date: '{place.clock.at.isoformat()}'"
    place.clock.go_on(10)
    place.import_(end)
    place.clock.go_on(10)
    place.import_(end, "X isp-b bb")

    assert not place.right(A).holds(100, "bb")


def test_one_that_was_dropped_bounds_the_rows_of_its_vlan(place: Place) -> None:
    """Those of another VLAN were never its own."""
    place.import_("X isp-a bb", "X isp-b bb vlan: 101")
    place.clock.go_on(10)
    place.import_("X isp-a bb")
    found = place.right(A)

    assert found.began(100, "bb") is None
    assert found.began(101, "bb") == place.clock.at


def test_a_new_service_leaves_the_rows_of_the_others_alone(place: Place) -> None:
    """Each begins with its own subscription."""
    place.clock.go_on(10)
    place.import_("X isp-a bb", "X isp-b iptv")
    place.clock.go_on(10)
    old, new = place.right(A), place.right(B)

    assert old.began(100, "bb") is None
    assert new.began(200, "iptv") == NOW + timedelta(seconds=10)
    assert old.since == new.since == NOW + timedelta(seconds=10)


def test_a_clock_that_went_back_shows_nothing_older_than_now(place: Place) -> None:
    """What was told by a clock that was ahead is known by now, and no order for later."""
    place.clock.go_on(3600)
    place.import_("X isp-b bb")
    place.clock.go_on(-3000)
    found = place.right(B)

    assert found.may_see_rows
    assert found.since == found.began(100, "bb") == place.clock.at
    place.import_("X isp-b bb", "Y isp-c bb", places={"X": "ge2", "Y": "ge1"})
    place.clock.go_on(-300)
    assert place.right(B).since == place.clock.at


@pytest.mark.parametrize(("goes_before", "sees"), [(True, True), (False, False)])
def test_traffic_beside_is_judged_by_who_was_there_at_the_end(
    place: Place, goes_before: bool, sees: bool
) -> None:
    """Not by who was told later, and also by who was dropped later."""
    place.import_("X isp-a iptv", "Y isp-c bb")
    place.clock.go_on(10)
    if goes_before:
        place.import_("X isp-a iptv")
        place.clock.go_on(10)
    end = f"X isp-a iptv disconnection_date: '{place.clock.at.isoformat()}'"
    place.clock.go_on(10)
    place.import_(end, "Y isp-b bb")
    place.clock.go_on(10)
    held, beside = place.right(A), place.inventory.access("Y")
    assert beside is not None

    assert {s.provider for s in held.running} == {"isp-a"}
    assert sees_traffic(held, (beside,), place.inventory) is sees


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
