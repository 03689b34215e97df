"""Wrong ports over HTTP, out of the files that polls and logs fill."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from pathlib import Path

from tests.access.made_up import NOW
from tests.access.played import Clock, Recordings, stocked
from tests.api.served import OPERATOR, PROVIDER, serve

from techinfo.access.past import History
from techinfo.dhcp.events import Kind, LeaseEvent
from techinfo.dhcp.identity import Identity
from techinfo.dhcp.intervals import AccessRef
from techinfo.history.light import Baseline
from techinfo.history.macs import Sight
from techinfo.history.observation import name_of
from techinfo.history.store import HistoryFile
from techinfo.history.writing import HistoryWriter, PollNote, PortNote, Tenants
from techinfo.leases.log import LeaseLog
from techinfo.leases.store import LeaseFile

DAY = timedelta(days=1)
ONE, TWO = "02:00:5E:00:53:01", "02:00:5E:00:53:02"
INVENTORY = """
elements:
  - {name: sw, address: 192.0.2.3, sys_name: elm}
  - {name: olt, address: 192.0.2.4, role: olt}
accesses:
  - {access_id: A-1, element: sw, port: ge1, port_by: name}
  - {access_id: A-2, element: sw, port: ge2, port_by: name}
  - {access_id: A-3, element: olt, port: gpon1, port_by: name, ont_id: 1}
  - {access_id: A-4, element: olt, port: gpon1, port_by: name, ont_id: 2}
cpes:
  - {access_id: A-3, serial_number: ONT-3}
  - {access_id: A-4, serial_number: ONT-4}
subscriptions:
  - {subscription_id: S-1, access_id: A-1, provider: isp, service: x, service_type: bb,
     connection_date: "2026-10-01", equipment: '[{"macAddress": "ONE"}]'}
  - {subscription_id: S-2, access_id: A-2, provider: other, service: x, service_type: bb,
     connection_date: "2026-10-01", equipment: '[{"macAddress": "TWO"}]'}
""".replace("ONE", ONE.lower()).replace("TWO", TWO)


def test_a_mac_table_a_lease_and_two_serial_numbers_tell_of_two_swaps(tmp_path: Path) -> None:
    """To the operator, with the evidence of each source; to no provider."""
    clock = Clock()
    with (
        HistoryFile.open(tmp_path / "history.sqlite") as file,
        LeaseFile.open(tmp_path / "leases.sqlite") as leases,
    ):
        since = NOW - 6 * DAY
        sight = Sight(mac=TWO, vlan=100, since=since, until=NOW)
        onts = {
            name_of("gpon1", n): PortNote(
                baseline=Baseline(at=NOW - 30 * DAY, rx=-20.0, serial=serial),
                tenants=Tenants(accesses=(f"A-{n + 2}",)),
            )
            for n, serial in ((1, "ONT-4"), (2, "ONT-3"))
        }
        switch = {"ge1": PortNote(macs=(sight,), tenants=Tenants(accesses=("A-1",)))}
        HistoryWriter(file).write(
            [
                PollNote(element="sw", at=NOW, ports=switch),
                PollNote(element="olt", at=NOW, ports=onts),
            ]
        )
        log = LeaseLog(leases, lambda asked: [AccessRef("A-2") for _ in asked], now=clock)
        log.take(
            LeaseEvent(
                at=since + n * DAY,
                kind=Kind.GRANTED if n == 0 else Kind.RENEWED,
                address="192.0.2.21",
                server="made-up",
                mac=ONE.lower(),
                identity=Identity(circuit=b"ge2"),
                lifetime_s=2 * 86400,
            )
            for n in range(6)
        )
        served = serve(
            stocked(tmp_path, INVENTORY, Clock(NOW - 40 * DAY)),
            Recordings({}).open,
            clock=clock,
            history=History(file, now=clock),
        )
        state = served.app.state.app_state
        service = dataclasses.replace(state.access_service, lease_log=log)
        served.app.state.app_state = dataclasses.replace(state, access_service=service)

        found = served.get("/techinfo/v1/wrong-ports", auth=OPERATOR)
        refused = served.get("/techinfo/v1/wrong-ports", auth=PROVIDER)

    assert refused.status_code == 403
    rows = found.json()["wrongPorts"]
    pairs = [(one["kind"], one["accessId"], one["otherAccessId"]) for one in rows]
    assert pairs == [("swapped", "A-1", "A-2"), ("swapped", "A-3", "A-4")]
    assert found.headers["X-Total-Count"] == "2"
    told = [
        (one["equipment"], one["belongsTo"], one["by"], one["seenOn"], one["seen"][0]["source"])
        for row in rows
        for one in row["evidence"]
    ]
    assert sorted(told) == [
        (ONE, "A-1", "order", "A-2", "option82"),
        (TWO, "A-2", "order", "A-1", "mac_table"),
        ("ONT-3", "A-3", "cpe", "A-4", "serial"),
        ("ONT-4", "A-4", "cpe", "A-3", "serial"),
    ]
