"""A network in which everything is told, by providers who see each their own part of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from tests.access import made_up as m
from tests.access.made_up import NOW, merged
from tests.access.played import Clock, Recordings
from tests.api.served import CHEAP, USERS, ServedApi, serve

from techinfo.api.state import AppState, Served
from techinfo.config import User
from techinfo.inventory import Inventory

BITVIS, TELE = ("bitvis", "bit-word"), ("tele", "tele-word")
ALL_USERS = USERS | {
    "bitvis": User(
        role="provider",
        password_hash=SecretStr(CHEAP.hash("bit-word")),
        provider="isp",
        profile="bitvis",
        integer_rates=True,
        all_speeds=True,
    ),
    "tele": User(role="provider", password_hash=SecretStr(CHEAP.hash("tele-word"))),
}
ADDRESS = (
    "street_name: Testvägen, street_number: '100', postal_code: '10000', city: Ankeborg, "
    "country_code: SE"
)
INVENTORY = f"""
elements:
  - {{name: sw-elm-3, address: 192.0.2.3, sys_name: elm3}}
  - {{name: sw-dead, address: 192.0.2.9}}
  - {{name: sw-other, address: 192.0.2.4, sys_name: oak9}}
accesses:
  - {{access_id: A-1, legacy_access_id: KGX1, element: sw-elm-3, port: ge1, port_by: name,
      state: CONNECTED, premises_type: MDU_APARTMENT, mdu_apartment_number: '1001',
      mdu_distinguisher: left, outlet: A-11, population: Hemsöhem, street_littera: B,
      price_group: 3, national_address_uuid: 1ce88c93-b310-11eb-bdc2-000c29f11131,
      co_fiber_converter: LASER_3001X_MK2, co_cpe_switch: SW-9, co_cpe_router: WNDR4000,
      co_network_agreement: REQUIRED_VALID, {ADDRESS}}}
  - {{access_id: A-2, element: sw-elm-3, port: ge2, port_by: name, state: CONNECTED,
      premises_type: RESIDENTIAL_HOUSE, {ADDRESS}}}
  - {{access_id: A-DEAD, element: sw-dead, port: ge1, port_by: name, state: CONNECTED,
      premises_type: RESIDENTIAL_HOUSE, {ADDRESS}}}
  - {{access_id: A-OTHER, element: sw-other, port: ge1, port_by: name, state: CONNECTED,
      premises_type: RESIDENTIAL_HOUSE, {ADDRESS}}}
  - {{access_id: A-S1, element: sw-elm-3, port: ge3, port_by: name, c_vlan: 10, state: CONNECTED,
      premises_type: RESIDENTIAL_HOUSE, {ADDRESS}}}
  - {{access_id: A-S2, element: sw-elm-3, port: ge3, port_by: name, state: CONNECTED,
      premises_type: RESIDENTIAL_HOUSE, {ADDRESS}}}
  - {{access_id: A-PLANNED, state: PLANNED, premises_type: PUBLIC, {ADDRESS}}}
cpes:
  - {{access_id: A-1, address: 192.0.2.77, mac: "02:00:00:00:00:77"}}
services:
  - {{vlan: 10, service_type: bb}}
  - {{vlan: 20, service_type: iptv}}
subscriptions:
  - {{subscription_id: S-1, access_id: A-1, provider: isp, service: BB-1000-1000,
      service_type: bb, connection_date: 2019-01-03, disconnection_date: 2030-12-31,
      sp_reference: "C#1", sp_subscription_id: SP-1, vlan: 10, option82: 520A01036162630203313233,
      ipv4_circuit_id: CO-1, ipv4_remote_id: elm3, ipv6_interface_id: CO-1, ipv6_remote_id: elm3,
      note: upgraded soon, characteristics: '{{"fixedIp": true, "ipAddress": ["192.0.2.4"]}}',
      equipment: '[{{"vendorId": "ACME", "macAddress": "AA:BB:CC:11:22:33"}}]'}}
  - {{subscription_id: S-2, access_id: A-1, provider: tele, service: IPTV, service_type: iptv,
      connection_date: 2020-02-01, sp_reference: T-1, sp_subscription_id: TP-1, vlan: 20}}
  - {{subscription_id: S-3, access_id: A-2, provider: isp, service: BB-100-100, service_type: bb,
      state: SUSPENDED, connection_date: 2021-05-05, sp_reference: "C#2", sp_subscription_id: SP-3}}
  - {{subscription_id: S-4, access_id: A-2, provider: tele, service: IPTV, service_type: iptv,
      state: ORDERED, sp_reference: T-2, sp_subscription_id: TP-2}}
  - {{subscription_id: S-5, access_id: A-DEAD, provider: isp, service: BB-100-100,
      service_type: bb, connection_date: 2021-05-05, sp_reference: C3, sp_subscription_id: SP-5}}
offers:
  - {{access_id: A-1, service: BB-1000-1000, connection: "2014-03-01T14:09:23Z",
      available: "2014-03-01T14:09:23.5Z", disconnection: 2030-01-01,
      forced_takeover_possible: 1, comments: '["limited at first"]',
      characteristics: '{{"fixedIp": {{"required": false, "values": [true, false]}}}}'}}
  - {{access_id: A-1, service: IPTV, connection: 2013-10-12}}
  - {{access_id: A-2, service: BB-100-100, connection: 2013-10-12, available: 2013-10-12}}
"""


def network() -> Recordings:
    """A switch that tells everything, a CPE, and a switch that is silent."""
    switch = merged(
        m.system("elm3"),
        m.port(1, "ge1", alias="customer"),
        m.port(2, "ge2", up=False),
        m.port(3, "ge3"),
        m.optics(1),
        m.learnt(1, "02:00:00:00:00:11", 10),
        m.learnt(1, "02:00:00:00:00:12", 10),
        m.learnt(1, "02:00:00:00:00:21", 20),
        m.lease(1, 1, "192.0.2.111", "02:00:00:00:00:11", 10),
        m.lease(2, 1, "192.0.2.121", "02:00:00:00:00:21", 20),
        m.group(1, 1, "233.10.10.100", 20),
        m.shaped(1, 0, 10, 1000000, 1000000),
        m.shaped(1, 1, 20, 12000, 12000),
    )
    cpe = merged(
        m.system("cpe", m.CPE_ID),
        {f"{m.BASE}.9.4.0": "4x|020000000077"},
        m.port(1, "wan"),
        m.port(2, "lan1"),
        m.learnt(2, "02:00:00:00:00:11", 10),
        m.lease(1, 2, "192.0.2.111", "02:00:00:00:00:11", 10),
    )
    silent = merged(m.system("x"))
    devices = {"192.0.2.3": switch, "192.0.2.4": switch, "192.0.2.9": silent, "192.0.2.77": cpe}
    return Recordings(devices, silent={"192.0.2.9"})


def everything(
    folder: Path,
    *,
    devices: Recordings | None = None,
    endpoints: Served | None = None,
    attach_tickets: Callable[[AppState], AppState] = lambda state: state,
    **more: Any,
) -> ServedApi:
    """The service over it, at ten o'clock; the inventory is of nine."""
    clock = Clock(NOW)
    path = folder / "everything.yaml"
    path.write_text(INVENTORY, encoding="utf-8")
    inventory = Inventory.in_memory(clock=lambda: NOW.replace(hour=9))
    inventory.import_file(path)
    return serve(
        inventory,
        (devices or network()).open,
        clock=clock,
        endpoints=endpoints,
        users=ALL_USERS,
        attach_tickets=lambda state: one_reading(attach_tickets(state)),
        **more,
    )


async def at_once(_seconds: float) -> None:
    """No pause."""


def one_reading(state: AppState) -> AppState:
    """A live view that ends after its first reading, so that it can be asked like all else."""
    return replace(state, pause=at_once, live_longest=timedelta(0))
