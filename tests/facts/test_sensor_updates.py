"""How old the value of a sensor may be: entPhySensorValueUpdateRate."""

from __future__ import annotations

import pytest
from tests.collect.playing import SENSOR, driver, read, read_both, switch
from tests.collect.test_visit import met
from tests.facts.test_optics import CHASSIS, lit, part

from techinfo.api.documents.dump import dump
from techinfo.collect.target import Reading
from techinfo.driver.standard import ENTITY_SENSORS
from techinfo.model import Fact, utc_now
from techinfo.wire import Cell

WORDS = "ge1 {}"


def box(**rates: int) -> dict[str, Cell]:
    """A pluggable in ge1 with sensors 100 to 102, and the update rates of some, in milliseconds."""
    told: dict[str, Cell] = {f"{SENSOR}.8.{name[1:]}": rate for name, rate in rates.items()}
    return switch() | part(1, 0, CHASSIS, "box") | lit(100, 1, WORDS) | told


def interval(reading: Reading) -> int | None:
    """Of the pluggable in ge1."""
    found = reading.ports[1].transceiver
    assert found is not None
    return found.update_interval


def test_readings_are_as_old_as_their_slowest_sensor() -> None:
    """In seconds, whether one port is asked for or all."""
    assert interval(read_both(box(s100=5_000, s101=30_000, s102=1))) == 30


@pytest.mark.parametrize(
    ("rate", "expected"), [(1, 1), (1_001, 2), (0, None), (4_000_000_000, None)]
)
def test_a_rate_is_whole_seconds_or_none(rate: int, expected: int | None) -> None:
    """0 is measured when it is asked for; what is longer than a day is nothing that is known."""
    assert interval(read(box(s100=rate))) == expected


def test_a_rate_alone_is_no_module() -> None:
    """A sensor without a value tells nothing of a pluggable, however often it would be updated."""
    cells = {
        oid: cell for oid, cell in box(s100=5_000).items() if not oid.startswith(f"{SENSOR}.4.")
    }

    assert read(cells).ports[1].transceiver is None


def test_rates_are_read_once_and_not_with_the_values() -> None:
    """A second question of a known port asks for no rate, and knows it all the same."""
    there = met(box(s100=5_000), driver(transceivers=(ENTITY_SENSORS,)))
    there.visit((Fact.TRANSCEIVER,))

    reading = there.visit((Fact.TRANSCEIVER,))

    asked = [oid for _, oids in there.device.asked for oid in oids]
    assert interval(reading) == 5
    assert any(oid.startswith(f"{SENSOR}.4.") for oid in asked)
    assert not any(oid.startswith(f"{SENSOR}.8") for oid in asked)


def test_a_dump_tells_it_beside_the_readings() -> None:
    """In seconds."""
    shown = dump(read(box(s100=5_000)), utc_now())

    assert shown["ports"][0]["status"]["transceiver"]["updateInterval"] == 5
