"""A made-up Catalyst that shows one VLAN at a time, played over UDP and read on the real path."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from techinfo.collect import Reading, Target, load, read_once
from techinfo.collect.target import PortName
from techinfo.lab.processes import Lab
from techinfo.lab.site import LabDevice
from techinfo.model import Fact, MacEntry, State
from techinfo.recordings import recording
from techinfo.recordings.playback import RecordedConversation
from techinfo.snmp.engine import SnmpEngine
from techinfo.snmp.pysnmp_engine import PysnmpEngine
from techinfo.wire import SnmpLimits

FIXTURE = Path(__file__).parents[2] / "fixtures/cisco_ios/made_up_contexts/device.snmprec"
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
REGISTRY = load()
TIMEOUTS = (0.3,)
"""VLAN 400 never answers, and is waited for."""


def mac(last: str, vlan: int) -> MacEntry:
    """One of the fixture's addresses."""
    return MacEntry(mac=f"02:00:00:00:{last}", vlan=vlan)


MACS = {
    "Gi0/1": (mac("01:00", 100),),
    "Gi0/2": (mac("02:00", 200), mac("03:00", 300)),
    "Gi0/3": (mac("FF:FF", 100), mac("FF:FF", 200)),
    "Gi0/4": (mac("00:01", 1),),
    "Gi0/5": (),
}


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """The made-up Catalyst."""
    device = LabDevice(name="sw", address="127.9.9.1", recordings=(FIXTURE,), community="secret")
    with Lab([device]) as running:
        yield running


def read(lab: Lab, kind: type[SnmpEngine | PysnmpEngine], port: str | None = None) -> Reading:
    """MAC addresses of one port or of all."""
    target = Target(
        element="sw", host="sw", port_name=PortName(name=port, by="name") if port else None
    )

    async def run() -> Reading:
        async with asyncio.timeout(300), kind() as engine:
            at = replace(lab.target("sw"), timeouts=TIMEOUTS)
            conversation = engine.conversation(at, SnmpLimits())
            try:
                return await read_once(conversation, target, REGISTRY, (Fact.MACS,), NOW)
            finally:
                await conversation.close()

    return asyncio.run(run())


def told(reading: Reading) -> dict[str | None, tuple[MacEntry, ...]]:
    """MAC addresses by the name of their port."""
    return {facts.port.name: facts.macs for facts in reading.ports.values()}


@pytest.mark.parametrize("kind", [SnmpEngine, PysnmpEngine])
def test_f13_every_vlan_is_read_in_its_own_context(
    lab: Lab, kind: type[SnmpEngine | PysnmpEngine]
) -> None:
    """Bridge port 1 is another interface in each; the VLAN that is mute is told as missing."""
    reading = read(lab, kind)

    part = reading.parts[Fact.MACS]
    assert reading.driver == "cisco_ios"
    assert told(reading) == MACS
    assert (part.state, part.cause) == (
        State.PARTIAL,
        "the addresses of VLAN 400 could not be read",
    )


@pytest.mark.parametrize("port", ["Gi0/1", "Gi0/2", "Gi0/3", "Gi0/4"])
def test_f14_one_port_asks_its_own_vlans_and_no_mute_one(lab: Lab, port: str) -> None:
    """Access, voice and trunk ports; the answer is whole though VLAN 400 would not answer."""
    before = lab.counts("sw").wrong_communities

    reading = read(lab, SnmpEngine, port)

    assert told(reading) == {port: MACS[port]}
    assert reading.parts[Fact.MACS].state is State.OK
    assert lab.counts("sw").wrong_communities == before


def test_f15_a_port_in_the_mute_vlan_has_failed(lab: Lab) -> None:
    """What VLAN 1 tells does not stand for it."""
    reading = read(lab, SnmpEngine, "Gi0/5")

    assert told(reading) == {"Gi0/5": ()}
    assert reading.parts[Fact.MACS].state is State.FAILED


def test_playback_tells_the_same_as_the_agent(lab: Lab) -> None:
    """`techinfo replay` has the contexts from the files beside the recording."""
    conversation = RecordedConversation(recording.load(FIXTURE))
    target = Target(element="sw", host="recording")

    replayed = asyncio.run(read_once(conversation, target, REGISTRY, (Fact.MACS,), NOW))

    asked = read(lab, SnmpEngine)
    assert (told(replayed), replayed.parts) == (told(asked), asked.parts)
