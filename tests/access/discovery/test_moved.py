"""An element that answers at another address than the inventory says: what tells it."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from ipaddress import ip_network

import pytest

from techinfo.access.discovery.asking import Discovery, Plan, discover
from techinfo.cli.devices import Engines
from techinfo.collect import load
from techinfo.inventory import Element
from techinfo.lab import Lab, LabDevice

NEW, OLD = "127.23.9.1", "127.23.9.2"
MAC, OTHER_MAC = "02:00:00:00:00:01", "02:00:00:00:00:02"


def device(address: str, name: str, mac: str = "", engine: str = "") -> LabDevice:
    """A switch that says who it is."""
    rows = [
        "1.3.6.1.2.1.1.1.0|4|A switch",
        "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.99999.1",
        f"1.3.6.1.2.1.1.5.0|4|{name}",
    ]
    rows += [f"1.3.6.1.2.1.17.1.1.0|4x|{mac.replace(':', '')}"] if mac else []
    rows += [f"1.3.6.1.6.3.10.2.1.1.0|4x|{engine}"] if engine else []
    return LabDevice(name=address, address=address, rows=tuple(rows), community="public")


def asked(
    devices: list[LabDevice], *elements: Element, allowed: str = "127.23.9.0/24"
) -> tuple[Discovery, dict[str, int]]:
    """What one new address tells, and how often each device was asked."""

    async def turn() -> None:
        pass

    async def asking(lab: Lab) -> Discovery:
        async with aclosing(
            Engines(
                {"a": b"public"},
                (0.5,),
                port_of=lambda _t: lab.port,
                within=lambda _t: (ip_network(allowed),),
            )
        ) as engines:
            wanted = Plan(addresses=(NEW,), credentials=("a",), left_out={})
            return await discover(wanted, load(), engines.open, elements, turn=turn)

    with Lab(devices) as lab:
        found = asyncio.run(asking(lab))
        return found, {one.name: lab.counts(one.name).requests["get"] for one in devices}


def element(name: str = "sw-4", address: str = OLD, mac: str | None = None) -> Element:
    """One of the inventory."""
    return Element(name=name, address=address, credential="a", mac=mac)


@pytest.mark.parametrize(
    ("new", "old", "judgement", "evidence"),
    [
        (device(NEW, "sw-4"), None, "moved", f"{OLD} does not answer"),
        (device(NEW, "sw-4"), device(OLD, "sw-9"), "moved", f"{OLD} answers as sw-9"),
        (
            device(NEW, "sw-4", MAC),
            device(OLD, "sw-4", MAC),
            "second address",
            "the MAC address of both addresses is the same",
        ),
        (
            device(NEW, "sw-4", MAC),
            device(OLD, "sw-4", OTHER_MAC),
            "another device",
            "the MAC address of both addresses is another one",
        ),
        (
            device(NEW, "sw-4", engine="8000000001"),
            device(OLD, "sw-4", engine="8000000002"),
            "another device",
            "the engine ID of both addresses is another one",
        ),
        # Some makers give one engine ID to every switch: the same one tells nothing.
        (
            device(NEW, "sw-4", engine="8000000001"),
            device(OLD, "sw-4", engine="8000000001"),
            "unclear",
            f"{OLD} answers, too, as sw-4",
        ),
    ],
)
def test_both_addresses_tell_what_it_is(
    new: LabDevice, old: LabDevice | None, judgement: str, evidence: str
) -> None:
    """One GET at the old address, two at the new one; nothing of it is proposed as new."""
    found, counts = asked([new, *([old] if old else [])], element())

    (move,) = found.moves
    assert (move.element, move.inventory_address, move.address) == ("sw-4", OLD, NEW)
    assert move.judgement == judgement
    assert evidence in move.evidence
    assert found.answers[0].problem == f"sw-4 is in the inventory at {OLD}: {judgement}"
    assert counts == ({NEW: 2, OLD: 1} if old else {NEW: 2})
    assert found.asked == 3


def test_a_mac_address_tells_one_that_has_another_name_now() -> None:
    """The inventory's MAC counts for more than a name."""
    found, _ = asked([device(NEW, "renamed", MAC)], element("sw-4", mac=MAC))

    (move,) = found.moves
    assert (move.element, move.judgement) == ("sw-4", "moved")
    assert move.evidence[0] == f"it answers with the MAC address {MAC} of the inventory"


def test_a_namesake_with_another_mac_address_is_no_move() -> None:
    """However silent the old address is."""
    found, _ = asked([device(NEW, "sw-4", OTHER_MAC)], element("sw-4", mac=MAC))

    assert found.moves[0].judgement == "another device"


def test_an_old_address_outside_of_its_credentials_networks_is_not_asked() -> None:
    """What is not known there is said, and nothing follows from it."""
    found, _ = asked([device(NEW, "sw-4")], element(address="127.24.0.1"))

    assert found.moves[0].judgement == "unclear"
    assert "was not asked" in found.moves[0].evidence[1]


def test_a_name_that_two_elements_have_tells_neither() -> None:
    """It is proposed as any other, and costs one request."""
    twins = [
        Element(name=name, address=f"127.23.9.{n}", credential="a", sys_name="sw-4")
        for n, name in ((3, "east"), (4, "west"))
    ]
    found, counts = asked([device(NEW, "sw-4")], *twins)

    assert found.moves == []
    assert found.answers[0].problem == ""
    assert counts == {NEW: 1}
