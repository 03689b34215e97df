"""A switch with accesses of two providers, and everybody who may ask about them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from tests.access import made_up as m
from tests.access.made_up import merged
from tests.access.played import Clock, Recordings, stocked
from tests.api.served import CHEAP, ServedApi, serve

from techinfo.collect import PollingLimits
from techinfo.config import User

PASSWORD = "sesame"  # noqa: S105 - of the test
OPS, ENGINEER, ISP_A, ISP_B, ISP_C = ((n, PASSWORD) for n in ("ops", "eng", "a", "b", "c"))
TRYING = ("try", PASSWORD)
"""Of provider a, who tries things out."""
_HASH = SecretStr(CHEAP.hash(PASSWORD))
USERS = {
    "ops": User(role="operator", password_hash=_HASH),
    "eng": User(role="engineer", password_hash=_HASH),
    "a": User(role="provider", password_hash=_HASH, provider="isp-a"),
    "b": User(role="provider", password_hash=_HASH, provider="isp-b"),
    "c": User(role="provider", password_hash=_HASH, provider="isp-c"),
    "try": User(role="provider", password_hash=_HASH, provider="isp-a", sandbox=True),
}
BASE = "/techinfo/v1"

INVENTORY = """
elements:
  - {name: sw-elm-3, address: 192.0.2.3, sys_name: elm3.example, site: elm}
  - {name: sw-oak-1, address: 192.0.2.4, sys_name: oak1.example}
accesses:
  - {access_id: A-1, legacy_access_id: KGX1, element: sw-elm-3, port: ge1, port_by: name,
     street_name: Ålgatan, street_number: "3", street_littera: B, postal_code: "123 45",
     city: Ankeborg}
  - {access_id: A-2, legacy_access_id: KGX2, element: sw-elm-3, port: ge2, port_by: name,
     outlet: OUT-4711,
     street_name: Ålgatan, street_number: "4", postal_code: "123 45", city: Ankeborg}
  - {access_id: A-3, element: sw-oak-1, port: ge1, port_by: name}
  - {access_id: A-4, state: PLANNED, street_name: Storgatan, street_number: "3", city: Gåseborg}
cpes:
  - {access_id: A-1, address: 192.0.2.77, mac: "02:00:00:00:00:77",
     serial_number: CPE-SN-1}
services:
  - {vlan: 10, service_type: bb}
  - {vlan: 20, service_type: iptv}
subscriptions:
  - {subscription_id: S-A1, access_id: A-1, provider: isp-a, service: BB, service_type: bb,
     sp_reference: "REF#A1", sp_subscription_id: SPS-A1}
  - {subscription_id: S-B1, access_id: A-1, provider: isp-b, service: TV, service_type: iptv,
     sp_reference: "REF#B1"}
  - {subscription_id: S-B2, access_id: A-2, provider: isp-b, service: BB, service_type: bb}
  - {subscription_id: S-A3, access_id: A-3, provider: isp-a, service: BB, service_type: bb}
"""
MAC_A, MAC_B, MAC_B2 = "02:00:00:00:00:A1", "02:00:00:00:00:B1", "02:00:00:00:00:B2"
SECRET = ("elm3", "oak1", "sw-elm", "sw-oak", "192.0.2", "SN-", "made_up_os")
"""Names, addresses and serial numbers of elements: none is a provider's."""


def recordings() -> Recordings:
    """The switch, one that is silent, and a CPE."""
    switch = merged(
        m.system("elm3.example"),
        m.port(1, "ge1", alias="A-1"),
        m.port(2, "ge2"),
        m.port(3, "ge3", up=False),
        m.learnt(1, MAC_A, 10),
        m.learnt(1, MAC_B, 20),
        m.learnt(2, MAC_B2, 10),
        m.lease(1, 1, "198.51.100.10", MAC_A, 10),
        m.lease(2, 1, "198.51.100.20", MAC_B, 20),
        m.group(1, 1, "233.252.0.7", 20),
        m.optics(1),
        m.shaped(1, 0, 10, 1000, 1000),
    )
    cpe = merged(
        m.system("cpe", m.CPE_ID), {f"{m.BASE}.9.4.0": "4x|020000000077"}, m.port(1, "wan")
    )
    return Recordings(
        {"192.0.2.3": switch, "192.0.2.4": switch, "192.0.2.77": cpe}, silent={"192.0.2.4"}
    )


@pytest.fixture
def network() -> Recordings:
    """What the service asks."""
    return recordings()


@pytest.fixture
def served(tmp_path: Path, network: Recordings) -> ServedApi:
    """The service over it, with a clock that stands still."""
    return over(tmp_path, network)


def over(folder: Path, network: Recordings) -> ServedApi:
    """The service over a network, with a clock that stands still."""
    return serve(
        stocked(folder, INVENTORY),
        network.open,
        clock=Clock(),
        polling_limits=PollingLimits(min_interval_s=0.0),
        users=USERS,
    )


def cause(answer: Any, status: int, code: str) -> str:
    """Check the form of an error; its cause."""
    body = answer.json()
    assert (answer.status_code, body["code"]) == (status, code)
    assert set(body) == {"cause", "code", "retryable"}
    assert answer.headers["Cache-Control"] == "private, no-store"
    told: str = body["cause"]
    return told
