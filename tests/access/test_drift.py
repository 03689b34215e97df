"""The inventory compared with what switches say, over recorded switches on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from techinfo.access.drift import Drift, Gentle, Identity, ask, twins
from techinfo.collect import Target, load
from techinfo.errors import ConfigError
from techinfo.inventory import Inventory
from techinfo.lab import Lab, LabDevice
from techinfo.snmp.engine import SnmpEngine
from techinfo.snmp.interface import Conversation, SnmpTarget
from techinfo.wire import SnmpLimits

Ask = Callable[[str], Drift]

PORTS = {1: ("ge1", ""), 2: ("ge2", "Kund A-1002"), 3: ("ge3", "A-1003"), 4: ("ge4", "")}


def _switch(
    number: int,
    name: str,
    ports: Mapping[int, tuple[str, str]],
    *,
    chassis: str = "",
    engine: str = "",
) -> LabDevice:
    rows = [
        "1.3.6.1.2.1.1.1.0|4|made up",
        "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.99999.1",
        "1.3.6.1.2.1.1.3.0|67|360000",
        f"1.3.6.1.2.1.1.5.0|4|{name}",
    ]
    for n, (port, alias) in ports.items():
        rows += [
            f"1.3.6.1.2.1.2.2.1.2.{n}|4|Ethernet {port}",
            f"1.3.6.1.2.1.2.2.1.3.{n}|2|6",
            f"1.3.6.1.2.1.31.1.1.1.1.{n}|4|{port}",
            f"1.3.6.1.2.1.31.1.1.1.18.{n}|4|{alias}",
        ]
    rows += [f"1.3.6.1.2.1.17.1.1.0|4x|{chassis}"] if chassis else []
    rows += [f"1.3.6.1.6.3.10.2.1.1.0|4x|{engine}"] if engine else []
    return LabDevice(name=f"sw-{number}", address=f"127.31.0.{number}", rows=tuple(rows))


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """Three switches, of which two are one."""
    twin = {"chassis": "00aabbccddee", "engine": "80001f880300aabbccddee"}
    devices = [
        _switch(1, "sw-1", PORTS),
        _switch(2, "sw-2", {1: ("ge1", "")}, **twin),
        _switch(3, "sw-3", {1: ("ge1", "")}, **twin),
    ]
    with Lab(devices) as lab:
        yield lab


@pytest.fixture
def asked(lab: Lab, tmp_path: Path) -> Iterator[Ask]:
    """Imports an inventory and asks all its elements."""
    with Inventory.in_memory() as inventory:

        def run(text: str) -> Drift:
            path = tmp_path / "inventory.yaml"
            path.write_text(text, encoding="utf-8")
            inventory.import_file(path)
            return asyncio.run(_ask(inventory, lab.port))

        yield run


async def _ask(inventory: Inventory, port: int) -> Drift:
    async with SnmpEngine() as engine:

        def opened(target: Target, limits: SnmpLimits) -> Conversation:
            if target.credential != "default":
                raise ConfigError("no such credential", key="credentials")
            where = SnmpTarget(host=target.host, port=port, timeouts=(0.3, 0.3))
            return engine.conversation(where, limits)

        return await ask(inventory, inventory.elements(), load(), opened, pace=Gentle(switch_s=30))


def _lines(drift: Drift) -> list[str]:
    return [str(finding) for finding in drift.findings()]


ONE = "elements:\n- {name: sw-1, address: 127.31.0.1, sys_name: sw-1}\naccesses:\n"


def test_what_fits_is_no_finding(asked: Ask) -> None:
    """By ifName, ifDescr and ifIndex; an ifAlias that says the same."""
    drift = asked(
        ONE + "- {access_id: A-1001, element: sw-1, port: ge1}\n"
        "- {access_id: A-1002, element: sw-1, port: Ethernet ge2, port_by: descr}\n"
        "- {access_id: A-1003, element: sw-1, port: '3', port_by: index}\n"
    )

    assert _lines(drift) == []
    assert drift.answered == 1


def test_a_port_that_is_gone(asked: Ask) -> None:
    """The line says how the switch spells the one that may be meant."""
    lines = _lines(
        asked(
            ONE + "- {access_id: A-1001, element: sw-1, port: GE 1}\n"
            "- {access_id: A-1004, element: sw-1, port: xe9}\n"
        )
    )

    assert lines[0] == (
        "access A-1001: sw-1 has no port GE 1; correct the port: the switch spells it 'ge1'"
    )
    assert lines[1].startswith("access A-1004: sw-1 has no port xe9; correct the port")


def test_a_port_that_has_moved(asked: Ask) -> None:
    """IfAlias has the accessId on another port than the inventory, which is there or is not."""
    lines = _lines(
        asked(
            ONE + "- {access_id: A-1002, element: sw-1, port: ge4}\n"
            "- {access_id: A-1003, element: sw-1, port: ge9}\n"
        )
    )

    assert "A-1003: sw-1 has no port ge9; its ifAlias stands on ge3" in lines[0] + lines[1]
    assert "sw-1 has it on port ge2 by ifAlias, the inventory on ge4" in lines[0] + lines[1]


def test_a_port_whose_alias_says_another_access(asked: Ask) -> None:
    """One of them is on the wrong port."""
    lines = _lines(
        asked(ONE + "- {access_id: A-1001, element: sw-1, port: ge3}\n- {access_id: A-1003}\n")
    )

    assert len(lines) == 1
    assert lines[0].startswith("access A-1001: ifAlias of sw-1 port ge3 says A-1003;")


def test_one_port_by_two_names(asked: Ask) -> None:
    """The inventory alone cannot see that ge1 and Ethernet ge1 are one."""
    lines = _lines(
        asked(
            ONE + "- {access_id: A-1001, element: sw-1, port: ge1}\n"
            "- {access_id: A-1005, element: sw-1, port: Ethernet ge1}\n"
        )
    )

    assert len(lines) == 1
    assert "A-1005: sw-1 port Ethernet ge1 is the port ge1 of A-1001" in lines[0]


def test_two_elements_that_are_one_switch(asked: Ask) -> None:
    """By the engine's id and by the chassis' MAC address."""
    drift = asked("elements:\n- {name: a, address: 127.31.0.2}\n- {name: b, address: 127.31.0.3}\n")

    assert [line.split(";")[0] for line in _lines(drift)] == [
        "element b: has the snmpEngineID 80001f880300aabbccddee as a has",
        "element b: has the chassis MAC 00:AA:BB:CC:DD:EE as a has",
    ]


def test_who_does_not_answer_or_is_another(asked: Ask) -> None:
    """Each is one line; the others are read all the same."""
    drift = asked(
        "elements:\n"
        "- {name: dead, address: 127.31.0.99}\n"
        "- {name: other, address: 127.31.0.1, sys_name: sw-9}\n"
        "- {name: secret, address: 127.31.0.2, credential: none}\n"
        "- {name: well, address: 127.31.0.3}\n"
    )

    assert [line.split(":")[0] for line in _lines(drift)] == [
        "element dead",
        "element other",
        "element secret",
    ]
    assert "answers as 'sw-1', the inventory says 'sw-9'" in _lines(drift)[1]
    assert drift.answered == 1


def test_switches_are_asked_gently(asked: Ask, lab: Lab) -> None:
    """A few requests each, none of them large, nothing written."""
    before = sum(lab.counts("sw-1").requests.values())

    asked(ONE + "- {access_id: A-1001, element: sw-1, port: ge1}\n")

    counts = lab.counts("sw-1")
    assert sum(counts.requests.values()) - before <= 8
    assert counts.most_varbinds <= 10
    assert counts.sets_refused == 0


def test_what_is_not_told_is_no_twin() -> None:
    """Two switches without a serial number are two."""
    assert list(twins({"a": Identity(), "b": Identity()})) == []
