"""The path above and what falls together, from readings that are there: nothing is asked for it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.access import made_up as m
from tests.access.made_up import NOW, merged, registry
from tests.access.played import Clock, Recordings, stocked

from techinfo.access.freshness import CachePolicy
from techinfo.access.past import History
from techinfo.access.service import AccessService
from techinfo.access.troubleshoot import Troubleshooter
from techinfo.access.viewer import Role, Viewer
from techinfo.access.whole_element import whole_element
from techinfo.api.documents.diagnosis import Judged, judge
from techinfo.api.onapi.part_states import assembled
from techinfo.collect import Collector, PollingLimits
from techinfo.history.change import Change
from techinfo.history.frames import Sample
from techinfo.history.store import HistoryFile
from techinfo.history.writing import HistoryWriter, PollNote, PortNote
from techinfo.model import Fact, Flow

LLDP = "1.0.8802.1.1.2.1"
ISP = Viewer(name="a", role=Role.PROVIDER, provider="isp-a")
HEAD = """
elements:
  - {name: core, address: 192.0.2.4, sys_name: core-1}
  - {name: sw, address: 192.0.2.3, sys_name: elm3%s}
  - {name: sw-2, address: 192.0.2.5, sys_name: elm5}
accesses:
  - {access_id: A-1, element: sw, port: ge1, port_by: name, cable_group: K7, medium: fibre,
     optic_class: 1000BASE-BX10, port_speed: 1000}
  - {access_id: B-1, element: sw-2, port: ge1, port_by: name, cable_group: K7}
  - {access_id: B-2, element: sw-2, port: ge2, port_by: name, cable_group: K7}
  - {access_id: B-3, element: sw-2, port: ge3, port_by: name, cable_group: K7}
  - {access_id: B-4, element: sw-2, port: ge4, port_by: name}
services: [{vlan: 10, service_type: bb}]
subscriptions:
  - {subscription_id: S-1, access_id: A-1, provider: isp-a, service: BB, service_type: bb,
     mac_limit: 3, mac_locked: 1, dhcp_server: sp}
"""
NAMED = ", uplink_element: core, uplink_port: ge9"


def heard(local: int, name: str, port: str) -> m.Rows:
    """A neighbour on a port, by LLDP-MIB (IEEE 802.1AB): its port's name, and its own."""
    return {
        f"{LLDP}.3.7.1.2.{local}": "2|5",
        f"{LLDP}.3.7.1.3.{local}": f"4|ge{local}",
        f"{LLDP}.4.1.1.4.0.{local}.1": "2|7",
        f"{LLDP}.4.1.1.5.0.{local}.1": f"4|{name}",
        f"{LLDP}.4.1.1.6.0.{local}.1": "2|5",
        f"{LLDP}.4.1.1.7.0.{local}.1": f"4|{port}",
        f"{LLDP}.4.1.1.9.0.{local}.1": f"4|{name}",
    }


class Network:
    """An access switch, the one above it, and another of the same street."""

    def __init__(self, folder: Path, *, named: bool, up: bool = True, down: bool = False) -> None:
        ports = [m.port(n, f"ge{n}", up=not (down and n == 1)) for n in (1, 2)]
        fallen = [m.port(n, f"ge{n}", up=n == 4) for n in range(1, 5)]
        rows = {
            "192.0.2.3": merged(m.system("elm3"), *ports, heard(2, "core-1", "ge9")),
            "192.0.2.4": merged(m.system("core-1"), m.port(9, "ge9", up=up), m.optics(9)),
            "192.0.2.5": merged(m.system("elm5"), *fallen),
        }
        self.clock = Clock()
        self.collector = Collector(
            registry(),
            Recordings(rows).open,
            polling_limits=PollingLimits(min_interval_s=0.0),
            now=self.clock,
        )
        text = HEAD % (NAMED if named else "")
        inventory = stocked(folder, text, lambda: NOW.replace(year=2018))
        self.file = HistoryFile.open(folder / "history.sqlite")
        self.service = AccessService(
            Troubleshooter(inventory, self.collector, self.clock),
            history=History(self.file, self.clock),
        )

    def judged(self, *read: str, facts: tuple[Fact, ...] = (Fact.DEVICE, Fact.LINK)) -> Judged:
        """The verdict of the access after whole elements were read."""

        async def told() -> Judged:
            trouble = self.service.troubleshooter
            try:
                for name in read:
                    element = trouble.inventory.element(name)
                    assert element is not None
                    await whole_element(trouble, element, CachePolicy(), facts)
                access, answers = await self.service.everything(ISP, "A-1", CachePolicy())
                answer = await assembled(trouble, access, answers)
                return await judge(self.service, ISP, answer)
            finally:
                await self.collector.close()
                self.file.close()

        return asyncio.run(told())


WITH_LLDP = (Fact.DEVICE, Fact.LINK, Fact.NEIGHBOURS)


@pytest.mark.parametrize("named", [True, False])
def test_the_port_above_is_told_without_a_name(tmp_path: Path, named: bool) -> None:
    """By the inventory, or by LLDP where that is known."""
    told = Network(tmp_path, named=named).judged("core", "sw", facts=WITH_LLDP)

    assert told.case["uplink"]["link"] is True
    assert told.diagnosis["uplink"]["state"] == "green"
    assert "core" not in str(told.case)
    assert "ge9" not in str(told.case)


def test_a_port_above_that_is_down_is_red(tmp_path: Path) -> None:
    """Whatever the access itself tells."""
    told = Network(tmp_path, named=True, up=False).judged("core")

    assert told.diagnosis["uplink"] == {
        "state": "red",
        "because": ["link"],
        "readAt": "2026-11-21T10:00:00Z",
    }


def test_what_was_not_read_of_the_path_is_not_told(tmp_path: Path) -> None:
    """No switch is asked for it."""
    told = Network(tmp_path, named=True).judged()

    assert "uplink" not in told.case
    assert "uplink" not in told.diagnosis


def test_a_street_that_fell_together_is_told_over_switches(tmp_path: Path) -> None:
    """Three lines of the cable on another switch, in the same moment; none has a name."""
    told = Network(tmp_path, named=True, down=True).judged("sw-2")

    assert [row["link"] for row in told.case["neighbours"]["street"]] == [False] * 3
    assert told.diagnosis["code"] == "area_outage"
    assert "B-1" not in str(told.case)


def test_what_the_records_say_of_port_and_order_is_in_the_case(tmp_path: Path) -> None:
    """Medium, class, speed; limits of the service and whose server it is."""
    expected: dict[str, Any] = Network(tmp_path, named=True).judged().case["expected"]

    assert (expected["medium"], expected["opticClass"], expected["portSpeed"]) == (
        "fibre",
        "1000BASE-BX10",
        1000,
    )
    (service,) = expected["services"]
    assert (service["macLimit"], service["macLocked"], service["dhcpServer"]) == (3, True, "sp")


@pytest.mark.parametrize(
    ("octets", "errors", "state", "because"),
    [
        (10**9, 0, "green", None),
        (35 * 10**9, 3, "amber", ["load"]),
        (10**9, 50, "amber", ["errors"]),
    ],
)
def test_load_and_damage_of_the_path_are_of_the_last_five_minutes(
    tmp_path: Path, octets: int, errors: int, state: str, because: list[str] | None
) -> None:
    """As polls have seen them, against the speed of the port (1 Gbit/s)."""
    network = Network(tmp_path, named=True)
    end = NOW - timedelta(minutes=1)
    seen = Change(
        begin=end - timedelta(minutes=5),
        end=end,
        seconds=300.0,
        input=Flow(bytes=1000, crc_errors=errors),
        output=Flow(bytes=octets, discards=7),
    )
    note = PortNote(samples=(Sample(port=0, change=seen),))
    HistoryWriter(network.file).write([PollNote(element="core", at=NOW, ports={"ge9": note})])

    told = network.judged("core")

    above = told.diagnosis["uplink"]
    assert (above["state"], above.get("because")) == (state, because)
    assert above["load"] == round(octets * 8 / 300 / 10**9, 2)
    assert told.case["uplink"]["drops"] == 7


@pytest.mark.parametrize(("minutes", "state"), [(60, "amber"), (40, None)])
def test_the_load_of_the_busy_hour_is_told(tmp_path: Path, minutes: int, state: str | None) -> None:
    """Three hours ago the path was full; of an hour that is known in part it is not said."""
    network = Network(tmp_path, named=True)
    begun = NOW.replace(minute=0) - timedelta(hours=3)
    full = 300 * 10**9 // 8 * 95 // 100
    samples = tuple(
        Sample(
            port=0,
            change=Change(
                begin=begun + timedelta(minutes=n),
                end=begun + timedelta(minutes=n + 5),
                seconds=300.0,
                input=Flow(bytes=1000),
                output=Flow(bytes=full),
            ),
        )
        for n in range(0, minutes, 5)
    )
    writer = HistoryWriter(network.file)
    for one in samples:
        note = PortNote(samples=(one,))
        writer.write([PollNote(element="core", at=one.change.end, ports={"ge9": note})])

    told = network.judged("core").diagnosis["uplink"]

    assert told.get("because") == (["busyHour"] if state else None)
    assert told["state"] == (state or "green")
    assert told.get("busyHourLoad") == (0.95 if state else None)
