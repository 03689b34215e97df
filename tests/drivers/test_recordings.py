"""What real devices prove: every claim of a driver is played back, nothing is taken on trust."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

from techinfo.collect import Reading, Registry, Target, load, read_once
from techinfo.driver import standard
from techinfo.driver.driver import Driver
from techinfo.driver.tables import Table
from techinfo.facts.build import tables_of
from techinfo.model import Fact, State
from techinfo.recordings import recording
from techinfo.recordings.playback import RecordedConversation

SHARED = Path(__file__).parents[3] / "shared"
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
REGISTRY = load()
FACTS = tuple(f for f in Fact if f not in {Fact.CPE, Fact.DEVICE})
_WITH_VALUES = {State.OK, State.PARTIAL}
_ATTRIBUTES = {
    "links", "counters", "transceivers", "macs", "leases", "groups", "shaping", "onts", "ont_light",
    "protections", "unregistered",
}  # fmt: skip
_STANDARD = {
    id(table)
    for tables in (standard.LINKS, standard.COUNTERS, standard.TRANSCEIVERS, standard.MACS)
    for table in tables
}


@cache
def _walks() -> dict[str, Path]:
    """Recordings by name: those of ../shared, and the walks of snmpsim-data."""
    spec = find_spec("snmpsim_data")
    assert spec is not None
    assert spec.submodule_search_locations
    root = Path(spec.submodule_search_locations[0]) / "data"
    found = {p.name.split(".snmprec")[0]: p for p in sorted(root.rglob("*.snmprec*"))}
    for folder in ("recordings", "recordings-2"):
        walks = sorted((SHARED / folder).glob("*.snmprec"))
        found |= {p.name.removesuffix(".snmprec"): p for p in walks}
    return found


@cache
def _loaded(name: str) -> recording.Recording:
    path = _walks().get(name)
    if path is None:
        if SHARED.is_dir():
            pytest.fail(f"no recording is called {name}")
        pytest.skip("../shared is not here")
    return recording.load(path)


def _read(name: str, registry: Registry, driver: str | None = None) -> Reading:
    conversation = RecordedConversation(_loaded(name))
    target = Target(element=name, host="recording", driver=driver)
    return asyncio.run(read_once(conversation, target, registry, FACTS, NOW))


def _seen() -> list[tuple[str, str]]:
    return [(d.name, r) for d in REGISTRY.drivers.values() for r in d.verified_by]


def _proofs() -> list[tuple[str, str, int, str]]:
    """Driver, list of tables, position, recording of every claim that a table of its own makes.

    A table that several drivers share is proven by the driver that the recording chooses.
    """
    return [
        (driver.name, attribute, position, name)
        for driver in REGISTRY.drivers.values()
        for attribute in sorted(_ATTRIBUTES)
        for position, table in enumerate(getattr(driver, attribute))
        if id(table) not in _STANDARD
        for name in table.verified_by
        if name in driver.verified_by
    ]


def test_every_proof_is_played_back_by_some_driver() -> None:
    """A recording that a table names as proof stands under ``seen`` of a driver with that table."""
    claims = {
        (id(table), name)
        for driver in REGISTRY.drivers.values()
        for attribute in _ATTRIBUTES
        for table in getattr(driver, attribute)
        if id(table) not in _STANDARD
        for name in table.verified_by
    }

    played = {
        (id(getattr(REGISTRY.drivers[driver], attribute)[position]), name)
        for driver, attribute, position, name in _proofs()
    }

    assert claims == played


@pytest.mark.parametrize(("driver", "name"), _seen())
def test_a_recording_shows_what_its_driver_says_it_shows(driver: str, name: str) -> None:
    """The device chooses this driver by itself, and exactly the stated facts have values."""
    reading = _read(name, REGISTRY)

    ports = reading.ports.values()
    shown = {
        f.value
        for f, part in reading.parts.items()
        if part.state in _WITH_VALUES and any(getattr(facts, f.value) for facts in ports)
    }

    assert reading.driver == driver
    assert shown == set(REGISTRY.drivers[driver].verified_by[name])


@pytest.mark.parametrize(("driver", "attribute", "position", "name"), _proofs())
def test_a_proven_table_gives_values(driver: str, attribute: str, position: int, name: str) -> None:
    """A table that names a recording as proof finds something in it, on its own."""
    alone = _with_one_table(REGISTRY.drivers[driver], attribute, position)

    reading = _read(name, Registry({driver: alone}, {driver: "test"}), driver)

    # Any driver may have some by the standard MIBs; where snooping is on stands with the leases.
    every = {Fact.NEIGHBOURS, Fact.VLANS, Fact.GASPS, Fact.SNOOPING}
    fact = next(f for f in reversed(FACTS) if tables_of(alone, f) and f not in every)
    assert reading.parts[fact].state in _WITH_VALUES or _tells_more(alone, reading)


def _tells_more(driver: Driver, reading: Reading) -> bool:
    """A link table without the port's own state still tells of a speed or a duplex."""
    return bool(driver.links) and reading.parts[Fact.LINK].state is State.EMPTY


def _with_one_table(driver: Driver, attribute: str, position: int) -> Driver:
    table: Table = getattr(driver, attribute)[position]
    bare: dict[str, tuple[Table, ...]] = dict.fromkeys(_ATTRIBUTES, ())
    if attribute == "ont_light":  # which ONTs there are, the others tell
        bare["onts"] = driver.onts
    return replace(driver, **{**bare, attribute: (table,)})  # type: ignore[arg-type]  # by name
