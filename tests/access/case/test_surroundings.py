"""What is known around an access whose switch is silent, and where its equipment was seen."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.access import made_up as m
from tests.access.made_up import NOW, merged, registry
from tests.access.played import Clock, Recordings, stocked

from techinfo.access.freshness import CachePolicy
from techinfo.access.service import AccessService
from techinfo.access.troubleshoot import Troubleshooter
from techinfo.access.viewer import Role, Viewer
from techinfo.api.documents.diagnosis import Judged, judge
from techinfo.api.onapi.part_states import assembled
from techinfo.collect import Collector, PollingLimits
from techinfo.dhcp.events import Kind, LeaseEvent
from techinfo.dhcp.identity import Identity
from techinfo.dhcp.intervals import AccessRef
from techinfo.leases.log import LeaseLog
from techinfo.leases.store import LeaseFile

ISP = Viewer(name="a", role=Role.PROVIDER, provider="isp-a")
ROUTER = "02:00:00:77:77:77"
INVENTORY = (
    """
elements:
  - {name: sw, address: 192.0.2.3, sys_name: elm3, site: elm}
  - {name: sw-2, address: 192.0.2.4, sys_name: elm4, site: elm}
  - {name: sw-3, address: 192.0.2.5, sys_name: elm5, site: elm}
accesses:
  - {access_id: B-1, element: sw-2, port: ge1, port_by: name}
  - {access_id: C-1, element: sw-3, port: ge1, port_by: name}
"""
    + "".join(
        f"  - {{access_id: A-{n}, element: sw, port: ge{n}, port_by: name}}\n" for n in range(1, 5)
    )
    + f"""
services: [{{vlan: 10, service_type: bb}}, {{vlan: 20, service_type: iptv}}]
subscriptions:
  - {{subscription_id: S-1, access_id: A-1, provider: isp-a, service: BB, service_type: bb,
     equipment: '[{{"macAddress": "{ROUTER}"}}]'}}
  - {{subscription_id: S-2, access_id: A-1, provider: isp-b, service: TV, service_type: iptv}}
  - {{subscription_id: S-3, access_id: A-2, provider: isp-b, service: BB, service_type: bb}}
"""
)


def where(asked: Sequence[tuple[Identity, datetime | None]]) -> list[AccessRef | None]:
    """An identifier is the name of its access, and of its VLAN."""
    out: list[AccessRef | None] = []
    for identity, _ in asked:
        name, vlan = (identity.circuit or b"").decode().split("/")
        out.append(AccessRef(name, int(vlan)))
    return out


def lease(access: str, at: datetime, vlan: int = 10, kind: Kind = Kind.GRANTED) -> LeaseEvent:
    """A lease of an hour."""
    last = sum(access.encode()) % 250
    return LeaseEvent(
        at=at,
        kind=kind,
        address=f"198.51.100.{last}" if vlan == 10 else f"203.0.113.{last}",
        server="made-up",
        mac="02:00:5e:00:53:01",
        identity=Identity(circuit=f"{access}/{vlan}".encode()),
        lifetime_s=3600,
    )


def switch(name: str, **macs: str) -> m.Rows:
    """A switch with four ports."""
    ports = [m.port(n, f"ge{n}") for n in range(1, 5)]
    return merged(m.system(name), *ports, *(m.learnt(1, mac, 10) for mac in macs.values()))


class Network:
    """A silent switch, two others of its site, and a log of leases."""

    def __init__(self, folder: Path) -> None:
        self.clock = Clock()
        inventory = stocked(folder, INVENTORY, lambda: NOW.replace(year=2018))
        self.devices = Recordings(
            {
                "192.0.2.3": switch("elm3"),
                "192.0.2.4": switch("elm4", router=ROUTER),
                "192.0.2.5": switch("elm5"),
            },
            silent={"192.0.2.3"},
        )
        collector = Collector(
            registry(),
            self.devices.open,
            polling_limits=PollingLimits(min_interval_s=0.0),
            now=self.clock,
        )
        self.collector = collector
        self.file = LeaseFile.open(folder / "leases.sqlite")
        self.log = LeaseLog(self.file, where, now=self.clock)
        trouble = Troubleshooter(inventory, collector, self.clock)
        self.service = AccessService(trouble, lease_log=self.log)

    async def judged(self, access_id: str = "A-1") -> Judged:
        """The verdict of an access, for isp-a."""
        policy = CachePolicy(max_age_s=0.0)
        access, answers = await self.service.everything(ISP, access_id, policy)
        answer = await assembled(self.service.troubleshooter, access, answers)
        return await judge(self.service, ISP, answer)

    def after_silence(self, *events: LeaseEvent, beside: bool = True) -> Judged:
        """The verdict ten minutes after the switch was found silent, with what the log tells."""

        async def words() -> Judged:
            try:
                await self.judged()
                self.clock.go_on(600.0)
                self.log.take(events)
                if beside:
                    for name in ("sw-2", "sw-3"):
                        element = self.service.troubleshooter.inventory.element(name)
                        assert element is not None
                        await self._met(element.name)
                return await self.judged()
            finally:
                await self.collector.close()
                self.file.close()

        return asyncio.run(words())

    async def _met(self, element: str) -> None:
        access = "B-1" if element == "sw-2" else "C-1"
        await self.service.troubleshooter.hardware(access, CachePolicy(max_age_s=0.0))


@pytest.fixture
def network(tmp_path: Path) -> Network:
    """The network."""
    return Network(tmp_path)


def later(seconds: float) -> datetime:
    """A moment after the switch was found silent."""
    return NOW + timedelta(seconds=seconds)


def test_renewals_of_others_show_that_customers_have_service(network: Network) -> None:
    """Two, since the switch fell silent: it is its management alone."""
    events = [lease("A-2", later(300)), lease("A-3", later(400))]

    assert network.after_silence(*events).diagnosis["code"] == "switch_management_silent"


def test_renewals_that_were_due_and_did_not_come_show_that_it_is_out(network: Network) -> None:
    """Three leases of an hour that were to be renewed by now, half an hour after they began."""
    events = [lease(f"A-{n}", later(-1700 + n)) for n in (2, 3, 4)]

    told = network.after_silence(*events)

    assert told.diagnosis["code"] == "switch_unreachable"
    assert "A-2" not in str(told.diagnosis)


def test_without_a_word_of_others_it_is_silent_and_no_more(network: Network) -> None:
    """Other switches of the site answer, so it is not the collector that is blind."""
    told = network.after_silence()

    assert told.diagnosis["code"] == "switch_silent"
    assert told.case["neighbours"]["elements"] == [{"up": True}, {"up": True}]


@pytest.mark.parametrize(
    ("vlan", "code"), [(10, "switch_management_silent"), (20, "switch_silent")]
)
def test_the_access_s_own_lease_counts_if_it_is_the_provider_s(
    network: Network, vlan: int, code: str
) -> None:
    """Broadband is its own; television is another provider's, whose renewal it hears nothing of."""
    told = network.after_silence(lease("A-1", later(500), vlan))

    assert told.diagnosis["code"] == code


def test_ordered_equipment_that_was_seen_elsewhere_is_not_named_there(network: Network) -> None:
    """As "another access", on another switch."""
    network.devices.silent.clear()

    async def words() -> dict[str, Any]:
        try:
            trouble = network.service
            ops = Viewer(name="o", role=Role.OPERATOR)
            await trouble.mac_addresses(ops, "B-1", CachePolicy())
            return (await network.judged()).case
        finally:
            await network.collector.close()
            network.file.close()

    case = asyncio.run(words())

    (seen,) = case["sightings"]
    assert (seen["on"], seen["near"]) == ("other_access", False)
    assert "B-1" not in str(case)
