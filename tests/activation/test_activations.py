"""A line is looked at fifteen minutes after an order on it is done, and who is told what."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.access import made_up as m
from tests.access.made_up import NOW, merged, registry
from tests.access.played import Clock, Recordings, imported, stocked

from techinfo.access.past import History
from techinfo.access.service import AccessService
from techinfo.access.troubleshoot import Troubleshooter
from techinfo.activation.store import Activation
from techinfo.activation.worker import AFTER, Activations
from techinfo.collect import Collector, Pauses, PollingLimits
from techinfo.history.light import Source
from techinfo.history.store import HistoryFile
from techinfo.history.writing import HistoryWriter, PollNote
from techinfo.inventory import Inventory
from techinfo.moments import rfc3339
from techinfo.store.pauses import Pause, PausesFile, Reach
from techinfo.tickets import retention
from techinfo.tickets import tables as t
from techinfo.tickets.records import OPERATOR
from techinfo.tickets.store import TicketFile
from techinfo.webhooks.store import Webhook
from techinfo.webhooks.store import add as add_webhook

ADDRESS = "192.0.2.3"
MAC = "02:00:00:00:00:11"
SITE = """
elements: [{name: sw-elm-3, address: 192.0.2.3, sys_name: elm3}]
accesses: [{access_id: A-1, element: sw-elm-3, port: ge1, port_by: name}]
services: [{vlan: 10, service_type: bb}, {vlan: 20, service_type: iptv}]
subscriptions:
  - {subscription_id: S-1, access_id: A-1, provider: isp, service: BB-100, service_type: bb}
  - {subscription_id: S-2, access_id: A-1, provider: tv, service: TV, service_type: iptv}
"""
ORDER = Activation(
    source="there",
    order_id="o1",
    operation="ACTIVATE",
    provider="isp",
    access_id="A-1",
    subscription_id="S-1",
    service="BB-100",
    done_at=NOW,
    due_at=NOW + AFTER,
)


def switch(*, up: bool = True, mac: bool = True, lease: bool = True, vlan: int = 10) -> Any:
    """A switch whose port has a module, an address and its lease, as far as it is to have them."""
    rows = [m.system("elm3"), m.port(1, "ge1", up=up), m.optics(1)]
    rows += [m.learnt(1, MAC, vlan)] if mac else []
    rows += [m.lease(1, 1, "192.0.2.77", MAC, vlan)] if lease else []
    return merged(*rows)


@dataclass
class Place:
    """A network, the files of the service, and the orders that another operator has done."""

    folder: Path
    inventory: Inventory
    tickets: TicketFile
    history: HistoryFile
    clock: Clock
    devices: Recordings = field(default_factory=Recordings)
    done: list[Activation] = field(default_factory=list)

    def go_on(self, **more: float) -> None:
        """A service that is started, looks once at what is due, and is ended."""
        self.clock.at += timedelta(**more)

        async def run() -> None:
            collector = Collector(
                registry(),
                self.devices.open,
                polling_limits=PollingLimits(min_interval_s=0),
                paused=Pauses(PausesFile(self.folder / "pauses.json"), now=self.clock),
                now=self.clock,
            )
            write = HistoryWriter(self.history).write

            def put(note: PollNote) -> None:
                write([note], 0)

            service = AccessService(
                Troubleshooter(self.inventory, collector, now=self.clock),
                history=History(self.history, put=put, now=self.clock),
            )
            looking = Activations(self.tickets, service, lambda _: self.done, now=self.clock)
            await looking.looked_once()
            await looking.close()
            await collector.close()

        asyncio.run(asyncio.wait_for(run(), 60.0))

    def pause(self, hours: float) -> None:
        """The switch must not be asked from now on."""
        pause = Pause(
            reach=Reach.SWITCH,
            name="sw-elm-3",
            since=self.clock.at,
            until=self.clock.at + timedelta(hours=hours),
        )
        PausesFile(self.folder / "pauses.json").add(pause)

    def sent(self) -> dict[str, list[dict[str, Any]]]:
        """Owner of a webhook -> the data of the messages for it."""
        with self.tickets.write() as connection:
            rows = connection.execute(
                t.messages.select()
                .join(t.deliveries, t.deliveries.c.message == t.messages.c.id)
                .join(t.webhooks, t.webhooks.c.id == t.deliveries.c.webhook)
                .add_columns(t.webhooks.c.provider.label("owner"))
                .order_by(t.messages.c.at)
            ).all()
        out: dict[str, list[dict[str, Any]]] = {}
        for row in rows:
            assert row.kind == "activation.checked"
            out.setdefault(row.owner, []).append(json.loads(row.facts)["activation"])
        return out


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """One whose provider, another and the operator have webhooks."""
    clock = Clock()
    with (
        TicketFile.open(tmp_path / "tickets.sqlite") as tickets,
        HistoryFile.open(tmp_path / "history.sqlite") as history,
    ):
        for owner in ("isp", "tv", OPERATOR):
            hook = Webhook(id=f"wh_{owner or 0}", provider=owner, url="https://x", created_at=NOW)
            add_webhook(tickets, hook, most=10)
        made = Place(tmp_path, stocked(tmp_path, SITE, clock), tickets, history, clock)
        made.devices.rows[ADDRESS] = switch()
        yield made


def test_a_line_that_works_is_told_to_its_provider_and_the_operator(place: Place) -> None:
    """Once, not before a quarter of an hour has passed, and never an address."""
    place.done = [ORDER]
    place.go_on(seconds=1)
    assert place.sent() == {}
    asked = len(place.devices.asked)
    place.go_on(minutes=14)
    assert (place.sent(), len(place.devices.asked)) == ({}, asked)
    for _ in range(3):
        place.go_on(minutes=1)

    sent = place.sent()
    assert set(sent) == {"isp", OPERATOR}
    (told,) = sent["isp"]
    assert told == {
        "orderId": "o1",
        "operation": "ACTIVATE",
        "accessId": "A-1",
        "subscriptionId": "S-1",
        "service": "BB-100",
        "serviceType": "bb",
        "doneAt": rfc3339(NOW),
        "checkedAt": rfc3339(NOW + AFTER + timedelta(seconds=1)),
        "outcome": "working",
        "link": True,
        "macInVlan": True,
        "lease": True,
        "dbmRx": "-12.34",
    }
    assert MAC not in json.dumps(sent)
    assert "192.0.2" not in json.dumps(sent)


def test_the_light_is_kept_as_that_of_the_order(place: Place) -> None:
    """When the order is done, where the line is up by then; once."""
    place.done = [ORDER]
    place.go_on(seconds=1)
    (first,) = place.history.baselines("sw-elm-3", "ge1")
    for _ in range(3):
        place.go_on(minutes=10)

    assert (first.rx, first.source) == (-12.34, Source.ORDER_DONE)
    assert place.history.baselines("sw-elm-3", "ge1") == (first,)


def test_light_that_comes_later_is_kept_when_the_line_is_looked_at(place: Place) -> None:
    """The customer has plugged the fibre after the order was done."""
    place.devices.rows[ADDRESS] = switch(up=False)
    place.done = [ORDER]
    place.go_on(seconds=1)
    assert place.history.baselines("sw-elm-3", "ge1") == ()
    place.devices.rows[ADDRESS] = switch()
    place.go_on(minutes=16)

    (kept,) = place.history.baselines("sw-elm-3", "ge1")
    assert kept.source is Source.ORDER_DONE


@pytest.mark.parametrize(
    ("faulty", "told"),
    [
        ({"up": False, "mac": False, "lease": False}, {"link": False, "macInVlan": False}),
        ({"mac": False, "lease": False}, {"link": True, "macInVlan": False, "lease": False}),
        ({"lease": False}, {"link": True, "macInVlan": True, "lease": False}),
        ({"vlan": 20}, {"link": True, "macInVlan": False, "lease": False}),
    ],
    ids=["no link", "no address", "no lease", "in the television's VLAN"],
)
def test_what_does_not_work_is_told(
    place: Place, faulty: dict[str, Any], told: dict[str, bool]
) -> None:
    """Each by itself; what is another's on the same port does not count."""
    place.devices.rows[ADDRESS] = switch(**faulty)
    place.done = [ORDER]
    place.go_on(seconds=1)
    place.go_on(minutes=15)

    (found,) = place.sent()["isp"]
    assert found["outcome"] == "not_working"
    assert told.items() <= found.items()


def test_what_a_switch_does_not_tell_is_no_fault(place: Place) -> None:
    """One that knows the standard MIBs alone tells no lease."""
    place.devices.rows[ADDRESS] = merged(
        m.system("elm3", m.PLAIN_ID), m.port(1, "ge1"), m.learnt(1, MAC, 10)
    )
    place.done = [ORDER]
    place.go_on(minutes=16)

    (found,) = place.sent()["isp"]
    assert found["outcome"] == "working"
    assert "lease" not in found


def test_a_switch_that_is_silent_is_told_so(place: Place) -> None:
    """By the published code; neither link nor address is made up."""
    place.devices.silent.add(ADDRESS)
    place.done = [ORDER]
    place.go_on(minutes=16)

    (found,) = place.sent()["isp"]
    assert (found["outcome"], found["why"]) == ("unknown", "element_silent")
    assert not {"link", "macInVlan", "lease"} & set(found)


def test_a_paused_switch_is_never_asked(place: Place) -> None:
    """It is looked at when the pause is over."""
    place.pause(hours=2)
    place.done = [ORDER]
    for _ in range(11):
        place.go_on(minutes=10)
    assert (place.devices.asked, place.sent()) == ([], {})
    place.go_on(minutes=15)

    (found,) = place.sent()["isp"]
    assert found["outcome"] == "working"
    assert found["checkedAt"] == rfc3339(NOW + timedelta(minutes=125))


def test_a_pause_of_more_than_a_day_is_told(place: Place) -> None:
    """Nobody waits for ever."""
    place.pause(hours=60)
    place.done = [ORDER]
    place.go_on(hours=1)
    place.go_on(hours=24)

    (found,) = place.sent()["isp"]
    assert (found["outcome"], place.devices.asked) == ("unknown", [])


@pytest.mark.parametrize("provider", ["tv", None])
def test_nobody_is_told_of_what_is_not_theirs_any_more(place: Place, provider: str | None) -> None:
    """Taken over or ended within the quarter of an hour; the switch is not asked for it."""
    place.done = [ORDER]
    place.go_on(seconds=1)
    asked = len(place.devices.asked)
    line = "  - {subscription_id: S-1, access_id: A-1, provider: isp"
    after = SITE.replace(line, line.replace("isp", provider or ""))
    if provider is None:
        after = (
            SITE[: SITE.index("  - {subscription_id: S-1")]
            + SITE[SITE.index("  - {subscription_id: S-2") :]
        )
    imported(place.inventory, place.folder, after)
    place.go_on(minutes=20)

    assert (place.sent(), len(place.devices.asked)) == ({}, asked)


def test_what_is_known_of_an_access_is_exported_and_erased(place: Place) -> None:
    """With the message about it, and nothing of another access; old ones go by themselves."""
    place.done = [ORDER]
    place.go_on(minutes=16)
    found, told = retention.about(place.tickets, access_id="A-1")
    assert found["activation"]["order_id"] == "o1"
    assert told["message"] == "activation.checked"
    retention.erase(place.tickets, place.clock(), access_id="A-2")
    assert place.sent()
    retention.erase(place.tickets, place.clock(), access_id="A-1")

    assert place.sent() == {}
    assert list(retention.about(place.tickets, access_id="A-1")) == []

    place.done = [ORDER]
    place.go_on(seconds=1)
    now = NOW + timedelta(days=31)
    retention.sweep(place.tickets, retention.bounds(90, now), now)
    (waits,) = retention.about(place.tickets, access_id="A-1")
    assert waits["message"] == "activation.checked"
