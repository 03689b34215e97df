"""What nobody in the network can tell is named, and nothing that somebody may."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.access import made_up as m

from techinfo.api.onapi.unsupported import FIELDS, Teller, tellers, unsupported_fields
from techinfo.collect import Collector, Target
from techinfo.collect.target import DriverInfo
from techinfo.driver import Driver
from techinfo.facts.describe import told_fields
from techinfo.inventory import Inventory
from techinfo.model import Fact
from techinfo.snmp.interface import Conversation
from techinfo.wire import SnmpLimits


def unopened(_target: Target, _limits: SnmpLimits) -> Conversation:
    """Nobody is asked for it."""
    raise AssertionError


def info(driver: Driver) -> DriverInfo:
    """What a collector tells of a driver."""
    return DriverInfo(name=driver.name, fields=told_fields(driver))


def test_a_fact_that_nobody_tells_is_missing_as_a_whole() -> None:
    """A driver of the standard MIBs alone knows neither leases nor rates."""
    missing = unsupported_fields([Teller(info(m.PLAIN))])

    assert missing[Fact.LEASES] == FIELDS[Fact.LEASES]
    assert missing[Fact.SHAPING] == FIELDS[Fact.SHAPING]
    assert Fact.LINK not in missing
    assert missing[Fact.TRANSCEIVER] == {"vendor", "part_number", "serial_number"}


def test_one_that_tells_it_is_enough() -> None:
    """The list is of the network, not of an access."""
    missing = unsupported_fields([Teller(info(m.PLAIN)), Teller(info(m.SWITCH))])

    assert Fact.LEASES not in missing
    assert Fact.TRANSCEIVER not in missing


def test_what_a_command_line_may_tell_is_not_missing() -> None:
    """Any field of it, as nothing says which it prints."""
    on_line = Teller(info(m.PLAIN), by_command_line=frozenset({Fact.LEASES}))

    assert Fact.LEASES not in unsupported_fields([on_line])
    assert Fact.SHAPING in unsupported_fields([on_line])


def test_a_command_line_that_was_never_asked_may_tell_all(tmp_path: Path) -> None:
    """Of an element with a log-in; another one tells what its driver's tables do."""
    path = tmp_path / "net.yaml"
    with Inventory.in_memory() as inventory:
        for login, missing in (("default", False), ("", True)):
            head = f"name: sw-1, address: 192.0.2.1, driver: {m.PLAIN.name}"
            path.write_text(f"elements: [{{{head}, ssh_login: '{login}'}}]")
            inventory.import_file(path)
            found = asyncio.run(tellers(inventory, Collector(m.registry(), unopened)))

            assert (Fact.LEASES in unsupported_fields(found)) is missing


def test_what_a_model_does_not_have_it_does_not_tell() -> None:
    """Whatever its driver could."""
    missing = unsupported_fields([Teller(info(m.SWITCH), frozenset({Fact.LEASES}))])

    assert missing == {Fact.LEASES: FIELDS[Fact.LEASES]}


def test_an_element_that_was_never_met_may_be_of_any_driver() -> None:
    """Unless the inventory names it."""
    with Inventory.in_memory() as inventory:
        collector = Collector(m.registry(), unopened)
        nobody = asyncio.run(tellers(inventory, collector))

    assert nobody == ()
    assert unsupported_fields(nobody) == FIELDS


def test_of_drivers_that_nobody_tells_nothing_is_known_to_be_missing() -> None:
    """A collector of the release before does not name its drivers."""
    assert unsupported_fields(None) == {}
