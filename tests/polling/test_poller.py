"""Elements are polled by the collector that everybody asks, and answers tell what came of it."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.access import made_up as m
from tests.access.made_up import NOW, Rows, merged, registry
from tests.access.played import Clock, Recordings, imported, stocked

from techinfo.access.answer import Answer
from techinfo.access.freshness import CachePolicy
from techinfo.access.past import History
from techinfo.access.service import AccessService
from techinfo.access.troubleshoot import Troubleshooter
from techinfo.access.viewer import Role, Viewer
from techinfo.collect import Collector, PollingLimits, Target
from techinfo.errors import SnmpTimeoutError
from techinfo.history.recording import Recorder
from techinfo.history.store import HistoryFile
from techinfo.history.whereabouts import on_free_ports, said, said_on_free_ports
from techinfo.history.writing import HistoryWriter
from techinfo.inventory import Inventory
from techinfo.model import Fact
from techinfo.polling.due import Rhythm
from techinfo.polling.people import PeoplesCollector
from techinfo.polling.poller import Poller

OPERATOR = Viewer(name="ops", role=Role.OPERATOR)
A, B = (Viewer(name=p, role=Role.PROVIDER, provider=f"isp-{p}") for p in ("a", "b"))
NEW_MAC = "02:00:00:00:00:07"
STEP_S = 10.0
NETWORK = """
elements:
  - {name: sw-1, address: 192.0.2.1, sys_name: elm, site: north}
  - {name: sw-2, address: 192.0.2.2, sys_name: oak, site: south}
accesses:
  - {access_id: X, element: sw-1, port: ge1, port_by: name}
subscriptions:
  - {subscription_id: S-1, access_id: X, provider: isp-a, service: BB, service_type: bb}
"""


_LLDP = "1.0.8802.1.1.2.1.4.1.1"  # lldpRemTable
NEIGHBOUR = {
    f"{_LLDP}.4.0.1.1": "2|4",
    f"{_LLDP}.5.0.1.1": f"4x|{NEW_MAC.replace(':', '')}",
}


def switch(
    clock: Clock, name: str, macs: tuple[str, ...] = (), booted: datetime | None = None
) -> Rows:
    """A switch whose port takes a thousand octets a second, and gives two thousand."""
    seconds = int((clock.at - NOW).total_seconds())
    started = int((clock.at - (booted or NOW - timedelta(days=1))).total_seconds()) * 100
    return merged(
        m.system(name),
        m.port(1, "ge1"),
        *(m.learnt(1, mac, 100) for mac in macs),
        {
            "1.3.6.1.2.1.1.3.0": f"67|{started}",
            "1.3.6.1.6.3.10.2.1.3.0": f"2|{started // 100}",
            f"{m.IFX}.6.1": f"70|{5_000_000_000 + seconds * 1000}",
            f"{m.IFX}.10.1": f"70|{6_000_000_000 + seconds * 2000}",
        },
    )


@dataclass(slots=True)
class Watch:
    """A network that is polled on a clock of its own."""

    inventory: Inventory
    file: HistoryFile
    clock: Clock
    devices: Recordings
    collector: Collector
    macs: tuple[str, ...] = ()
    neighbours: bool = False
    more: tuple[Rows, ...] = ()
    sites: tuple[str, ...] = ("north",)
    booted: datetime | None = None

    def poller(
        self,
        people: PeoplesCollector | None = None,
        steady: Callable[[], float] | None = None,
    ) -> Poller:
        """As the service has one."""
        writer = HistoryWriter(self.file)
        return Poller(
            self.inventory,
            self.collector,
            Recorder(self.file),
            lambda note: writer.write([note]),
            Rhythm(),
            self.sites,
            people=people,
            now=self.clock,
            steady=steady or (lambda: self.clock.at.timestamp()),
        )

    async def polled(self, minutes: float, poller: Poller | None = None) -> Poller:
        """Let time pass, ten seconds after ten seconds."""
        poller = poller or self.poller()
        poller.start()
        for _ in range(int(minutes * 60 / STEP_S)):
            self.clock.go_on(STEP_S)
            rows = switch(self.clock, "elm", self.macs, self.booted)
            told = (NEIGHBOUR,) if self.neighbours else ()
            self.devices.rows["192.0.2.1"] = merged(rows, *told, *self.more)
            self.devices.rows["192.0.2.2"] = switch(self.clock, "oak")
            poller.tick()
            await poller.settled()
        return poller

    def service(self) -> AccessService:
        """What everybody asks."""
        return AccessService(
            Troubleshooter(self.inventory, self.collector, now=self.clock),
            history=History(self.file, now=self.clock),
        )


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    """Nothing has been polled yet."""
    with HistoryFile.open(tmp_path / "history.sqlite") as file:
        clock, devices = Clock(), Recordings()
        limits = PollingLimits(min_interval_s=1.0)
        yield Watch(
            inventory=stocked(tmp_path, NETWORK, clock),
            file=file,
            clock=clock,
            devices=devices,
            collector=Collector(registry(), devices.open, polling_limits=limits, now=clock),
        )


POLICY = CachePolicy(max_age_s=30.0, deadline_s=5.0)


def status(watch: Watch, viewer: Viewer = OPERATOR) -> Answer:
    """The link of the access, as somebody sees it."""
    return asyncio.run(watch.service().link_status(viewer, "X", POLICY))


def test_an_answer_tells_the_last_five_minutes_and_the_peaks(watch: Watch) -> None:
    """After two polls five minutes apart, and not before."""
    asyncio.run(watch.polled(5.0))
    before = status(watch).past
    asyncio.run(watch.polled(20.0))

    past = status(watch).past

    assert before is not None
    assert before.last_five is None
    assert past is not None
    assert past.last_five is not None
    assert past.last_five.input.bytes == pytest.approx(300_000, rel=0.05)
    assert past.peak_input is not None
    assert past.peak_output is not None
    assert (past.peak_input.rate, past.peak_output.rate) == (1000, 2000)


def test_only_sites_that_are_switched_on_are_polled(watch: Watch) -> None:
    """Others are asked by people alone."""
    asyncio.run(watch.polled(11.0))

    assert set(watch.devices.asked) == {"192.0.2.1"}


def test_a_provider_sees_nothing_of_the_time_before(watch: Watch, tmp_path: Path) -> None:
    """Neither traffic nor peaks, until five minutes of its own have been seen."""
    asyncio.run(watch.polled(16.0))
    assert status(watch, A).past is not None
    imported(watch.inventory, tmp_path, NETWORK.replace("isp-a", "isp-b"))
    watch.clock.go_on(1)
    watch.devices.rows["192.0.2.1"] = switch(watch.clock, "elm")

    past = status(watch, B).past

    assert past is not None
    assert (past.last_five, past.peak_input, past.peak_output) == (None, None, None)
    asyncio.run(watch.polled(16.0))
    later = status(watch, B).past
    assert later is not None
    assert later.last_five is not None


def test_an_address_that_came_is_told_with_its_time(watch: Watch) -> None:
    """One that was there when polling began is not."""
    watch.macs = (m_mac := "02:00:00:00:00:01",)
    asyncio.run(watch.polled(121.0))
    watch.macs = (m_mac, NEW_MAC)
    came = watch.clock.at
    asyncio.run(watch.polled(121.0))

    answer = asyncio.run(watch.service().mac_addresses(OPERATOR, "X", POLICY))

    assert answer.port is not None
    told = {row.mac: row.learnt_at for row in answer.port.macs}
    assert told[m_mac] is None
    new = told[NEW_MAC]
    assert new is not None
    assert came <= new <= came + timedelta(minutes=61)


def test_neighbours_are_read_with_the_mac_table_and_never_over_a_command_line(
    watch: Watch, tmp_path: Path
) -> None:
    """Where an element has one, it is not asked for neighbours: SNMP may not tell them."""
    watch.neighbours = True
    asyncio.run(watch.polled(61.0))
    first = said(watch.file, NOW)
    imported(watch.inventory, tmp_path, NETWORK.replace("elm,", "elm, ssh_login: default,"))
    asyncio.run(watch.polled(121.0))

    assert [(line, one.word) for _, line, one in first] == [("ge1", NEW_MAC)]
    assert said(watch.file, NOW) == first
    last = watch.file.macs("sw-1", "ge1").last
    assert last is not None
    assert last > first[0][2].until


def test_equipment_on_a_port_without_an_access_is_kept_unless_the_port_leads_on(
    watch: Watch, tmp_path: Path
) -> None:
    """By the records, or by LLDP; once an access is on the port, it is kept as that of others."""
    uplink = NETWORK.replace(
        "sys_name: oak,", "sys_name: oak, uplink_element: sw-1, uplink_port: ge3,"
    )
    imported(watch.inventory, tmp_path, uplink)
    macs = {n: f"02:00:00:00:01:0{n}" for n in (2, 3, 4)}
    ports = [m.port(n, f"ge{n}") for n in macs]
    lldp = {f"{_LLDP}.4.0.4.1": "2|7", f"{_LLDP}.5.0.4.1": "4|x", f"{_LLDP}.9.0.4.1": "4|oak"}
    lldp |= {f"{_LLDP}.4.0.2.1": "2|7", f"{_LLDP}.5.0.2.1": "4|box 1"}
    watch.more = (*ports, *(m.learnt(n, mac, 100) for n, mac in macs.items()), lldp)
    asyncio.run(watch.polled(121.0))

    free = on_free_ports(watch.file, NOW)

    assert [(element, port.name, one.mac) for element, port, one in free] == [
        ("sw-1", "ge2", macs[2])
    ]
    assert free[0][2].since < free[0][2].until
    heard = [(port.name, one.word) for _, port, one in said_on_free_ports(watch.file, NOW)]
    assert heard == [("ge2", "box 1")]
    assert said(watch.file, NOW) == ()
    assert watch.file.macs("sw-1", "ge2").sights == ()
    imported(
        watch.inventory,
        tmp_path,
        uplink.replace(
            "subscriptions:",
            "  - {access_id: Y, element: sw-1, port: ge2, port_by: name}\nsubscriptions:",
        ),
    )
    asyncio.run(watch.polled(121.0))
    assert on_free_ports(watch.file, NOW) == ()
    assert said_on_free_ports(watch.file, NOW) == ()
    assert [one.mac for one in watch.file.macs("sw-1", "ge2").sights] == [macs[2]]


def test_an_element_that_is_silent_leaves_unknown_time(watch: Watch) -> None:
    """And is asked more and more seldom."""
    asyncio.run(watch.polled(11.0))
    watch.devices.silent.add("192.0.2.1")
    watch.devices.asked.clear()
    asyncio.run(watch.polled(120.0))
    silent = len(watch.devices.asked)
    watch.devices.silent.clear()
    asyncio.run(watch.polled(70.0))

    samples = watch.file.samples("sw-1", "ge1", NOW)
    assert silent < 15
    assert samples[-1].change.why is None
    assert status(watch).past is not None


def test_a_poll_waits_while_somebody_asks_the_same_element(watch: Watch) -> None:
    """And is begun when the answer is there."""

    async def played() -> tuple[int, int]:
        people = PeoplesCollector(watch.collector)
        held = watch.devices.held[f"{m.IF}.8"] = asyncio.Event()
        watch.devices.rows["192.0.2.1"] = switch(watch.clock, "elm")
        target = Target(element="sw-1", host="192.0.2.1", sys_name="elm")
        question = asyncio.create_task(people.read(target, (Fact.LINK,), 0, 60))
        await asyncio.sleep(0)  # until it has asked
        assert people.asked == {"sw-1"}
        poller = watch.poller(people)
        poller.start()
        poller.tick()
        watch.clock.go_on(300)
        poller.tick()
        during = poller.under_way
        held.set()
        await question
        watch.clock.go_on(1)
        poller.tick()
        after = poller.under_way
        await poller.close()
        return during, after

    assert asyncio.run(played()) == (0, 1)


def test_a_table_that_is_walked_too_long_is_left_alone(watch: Watch) -> None:
    """After the second time; links and light are polled on."""
    watch.macs = (NEW_MAC,)
    ticks = itertools.count(step=3)  # every look at the clock is three seconds later
    poller = watch.poller(steady=lambda: float(next(ticks)))

    asyncio.run(watch.polled(5 * 60.0, poller))

    last = watch.file.macs("sw-1", "ge1").last
    assert last is not None
    assert last - NOW < timedelta(hours=2)
    assert watch.file.samples("sw-1", "ge1", NOW)[-1].change.end - NOW > timedelta(hours=4)


def test_a_model_that_restarts_while_it_is_read_is_polled_no_more(
    watch: Watch, caplog: pytest.LogCaptureFixture
) -> None:
    """Three times in a day are no chance."""

    async def played() -> int:
        poller = await watch.polled(11.0)
        for _ in range(3):
            watch.devices.failing[f"{m.IFX}.6"] = SnmpTimeoutError("silent")
            await watch.polled(5.0, poller)
            watch.devices.failing.clear()
            watch.booted = watch.clock.at
            await watch.polled(5.0, poller)
        watch.devices.asked.clear()
        await watch.polled(60.0, poller)
        return len(watch.devices.asked)

    assert asyncio.run(played()) == 0
    assert "restarts while it is read" in caplog.text


def test_polls_are_counted_by_how_they_ended(watch: Watch) -> None:
    """What is silent is counted as such as long as it is."""
    poller = asyncio.run(watch.polled(11.0))
    well = poller.numbers()
    watch.devices.silent.add("192.0.2.1")

    asyncio.run(watch.polled(20.0, poller))

    ill = poller.numbers()
    assert (well.elements, well.silent, well.paused, well.under_way) == (1, 0, 0, 0)
    assert well.polls["light", "answered"] == 2
    assert ill.silent == 1
    assert ill.polls["light", "silent"] >= 1
    assert ill.polls["light", "answered"] == 2


def test_polls_go_on_when_the_clock_is_set_back(watch: Watch) -> None:
    """By five hours: within the usual period, and not when it shows that time again."""

    async def story() -> tuple[int, int]:
        poller = await watch.polled(20.0)
        before = len(watch.devices.asked)
        watch.clock.go_on(-5 * 3600)
        await watch.polled(11.0, poller)
        return before, len(watch.devices.asked)

    before, after = asyncio.run(story())

    assert after > before
