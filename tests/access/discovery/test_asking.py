"""Whom discovery asks, and what it never asks."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from ipaddress import ip_network
from typing import Any

import pytest

from techinfo.access.discovery.asking import Discovery, Plan, discover, plan
from techinfo.cli.devices import Engines
from techinfo.collect import load
from techinfo.errors import ConfigError
from techinfo.inventory import Element
from techinfo.lab import Lab, LabDevice

NETWORK = ip_network("127.23.7.0/29")


def _plan(text: str = "192.0.2.0/29", **how: Any) -> Plan:
    given: dict[str, Any] = {
        "credentials": {"b": (ip_network("192.0.2.0/24"),)},
        "v3": frozenset(),
        "known": (),
        "customers": (),
        "customer_networks": (),
    }
    return plan(ip_network(text), **(given | how))


def test_every_host_of_the_network_is_asked() -> None:
    """Not its first and last address, and not what the inventory has."""
    wanted = _plan(known=("192.0.2.3", "sw-1.example"))

    assert wanted.addresses == ("192.0.2.1", "192.0.2.2", "192.0.2.4", "192.0.2.5", "192.0.2.6")
    assert wanted.left_out == {"in the inventory already": 1}


def test_users_of_snmpv3_come_before_communities() -> None:
    """Which would be told to whoever answers."""
    wide = (ip_network("192.0.0.0/16"),)

    wanted = _plan(credentials={"a": wide, "c": wide, "z": wide}, v3=frozenset({"z"}))

    assert wanted.credentials == ("z", "a", "c")


def test_a_credential_goes_only_where_it_names_the_whole_network() -> None:
    """One that names none is sent nowhere."""
    half, elsewhere = (ip_network("192.0.2.0/30"),), (ip_network("198.51.100.0/24"),)
    whole = (ip_network("192.0.2.0/29"),)
    credentials = {"half": half, "elsewhere": elsewhere, "none": None}

    wanted = _plan(credentials=credentials | {"whole": whole})

    assert wanted.credentials == ("whole",)
    with pytest.raises(ConfigError, match="in the networks of no credential"):
        _plan(credentials=credentials)


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"customers": ("192.0.2.6",)}, "a customer's CPE"),
        ({"customer_networks": (ip_network("192.0.0.0/16"),)}, "where customers are"),
        ({"customer_networks": (ip_network("192.0.2.4/32"),)}, "where customers are"),
        ({"text": "10.0.0.0/8"}, "4096 are the most"),
        ({"text": "2001:db8::/64"}, "4096 are the most"),
    ],
)
def test_customers_and_whole_worlds_are_never_asked(how: dict[str, Any], said: str) -> None:
    """However wide a credential's networks are."""
    with pytest.raises(ConfigError, match=said):
        _plan(**how)


def _device(number: int, name: str, object_id: str, community: str = "public") -> LabDevice:
    rows = (
        "1.3.6.1.2.1.1.1.0|4|A switch",
        f"1.3.6.1.2.1.1.2.0|6|{object_id}",
        f"1.3.6.1.2.1.1.5.0|4|{name}",
    )
    return LabDevice(
        name=f"d{number}", address=f"127.23.7.{number}", rows=rows, community=community
    )


def _discovered(wanted: Plan, lab: Lab, elements: tuple[Element, ...] = ()) -> Discovery:
    async def turn() -> None:
        pass

    async def asking() -> Discovery:
        secrets = {"a": b"public", "b": b"other"}
        async with aclosing(Engines(secrets, (0.5,), port_of=lambda _t: lab.port)) as engines:
            return await discover(wanted, load(), engines.open, elements, turn=turn)

    return asyncio.run(asking())


def test_what_answers_is_proposed_with_its_driver() -> None:
    """One GET each; the second credential is tried only where the first was not answered."""
    devices = [
        _device(1, "sw one", "1.3.6.1.4.1.2011.2.23.1"),
        _device(2, "sw-2", "1.3.6.1.4.1.99999.1", community="other"),
        _device(3, "sw one", "1.3.6.1.4.1.2011.2.23.1"),
        _device(4, "sw-4", "1.3.6.1.4.1.99999.1"),
    ]
    wanted = Plan(
        addresses=tuple(f"127.23.7.{n}" for n in range(1, 6)), credentials=("a", "b"), left_out={}
    )

    with Lab(devices) as lab:
        moved = Element(name="sw-4", address="192.0.2.4", credential="a")
        found = _discovered(wanted, lab, (moved,))
        counts = {name: lab.counts(name).requests["get"] for name in ("d1", "d2")}

    assert [(a.address, a.name, a.credential, a.driver) for a in found.answers] == [
        ("127.23.7.1", "sw-one", "a", "huawei_vrp"),
        ("127.23.7.2", "sw-2", "b", "generic"),
        ("127.23.7.3", "sw-one", "a", "huawei_vrp"),
        ("127.23.7.4", "sw-4", "a", "generic"),
    ]
    assert [answer.problem.split(":")[0] for answer in found.answers] == [
        "",
        "",
        "has the sysName of 127.23.7.1",
        "sw-4 is in the inventory at 192.0.2.4",
    ]
    # Five addresses, two of them with the second credential; the one that answers like an element
    # once more, and that element where the inventory has it.
    assert found.asked == 5 + 2 + 2
    assert counts == {"d1": 1, "d2": 1}
