"""No serial number, sensor or light on a port without a module of its own: every recording.

What the parts of a device are, and whose, is read here once more from the raw rows, with nothing of
`techinfo.facts.entities`: a port's own are the entities that are aliased to it or bear its name,
and whatever these contain. Recordings without an ENTITY-MIB have nothing to be wrong about here.
"""

from __future__ import annotations

import asyncio
import bz2
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import pytest

from techinfo.collect import Target, load, read_once
from techinfo.model import Fact, Port, Transceiver
from techinfo.recordings import recording
from techinfo.recordings.playback import RecordedConversation
from techinfo.recordings.recording import Recording
from techinfo.units import Dark
from techinfo.wire import Cell

REGISTRY = load()
SHARED = Path(__file__).parents[3] / "shared"
ENTITY = (1, 3, 6, 1, 2, 1, 47, 1, 1, 1, 1)
INSIDE, DESCR, CLASS, NAME, SERIAL = 4, 2, 5, 7, 11
ALIAS = (1, 3, 6, 1, 2, 1, 47, 1, 3, 2, 1, 2)
IF_INDEX = (1, 3, 6, 1, 2, 1, 2, 2, 1, 1)
SENSORS = ((1, 3, 6, 1, 2, 1, 99, 1, 1, 1), (1, 3, 6, 1, 4, 1, 9, 9, 91, 1, 1, 1, 1))
LIGHT = {6, 14}  # watts, dBm
EVERY_WALK = "TECHINFO_WALKS" in os.environ
MOST_OCTETS = 1_000_000
"""Of a walk of snmpsim-data, packed: the larger ones are a gigabyte; `make soak` reads them."""
MARK = b"1.3.6.1.2.1.47.1.1.1.1."
_NEEDED = re.compile(
    rb"(?m)^\.?1\.3\.6\.1\.(?:2\.1\.(?:1|2\.2\.1\.[2389]|31\.1\.1\.1\.1|47|99)"
    rb"|4\.1\.(?:9\.9\.91|2011\.5\.25\.31\.1\.1\.3))\.[^\n]*\n"
)
"""Lines of a recording that tell ports, entities, sensors, and Huawei's table by entity."""
CHASSIS_AND_THE_LIKE = {3, 4, 6, 7, 11, 12}
_LANE = re.compile(r"[A-Za-z]+((?:\d+/){3}\d+)/\d+")
BOARD = re.compile(r"(?i)board|supervisor|sub-module|line ?card|fan|tray|power supply|chassis")


def _walks(folder: str) -> list[Path]:
    """The recordings of a folder of ../shared; of none, those of snmpsim-data."""
    if folder:
        return [p for p in sorted((SHARED / folder).glob("*.snmprec")) if "@" not in p.name]
    spec = find_spec("snmpsim_data")
    assert spec is not None
    assert spec.submodule_search_locations
    found = sorted(Path(spec.submodule_search_locations[0]).rglob("*.snmprec*"))
    return [p for p in found if EVERY_WALK or p.stat().st_size < MOST_OCTETS]


def _with_entities(path: Path, folder: Path) -> Path | None:
    """The lines of a recording that count here, in a file of their own; ``None``: no entities."""
    octets = path.read_bytes()
    whole = bz2.decompress(octets) if path.suffix == ".bz2" else octets
    if MARK not in whole:
        return None
    needed = folder / path.name.removesuffix(".bz2")
    needed.write_bytes(b"".join(_NEEDED.findall(whole)))
    return needed


def _column(walk: Recording, oid: tuple[int, ...]) -> dict[tuple[int, ...], Cell]:
    rows = ((o, walk.get(o)) for o in walk.under(oid))
    return {o[len(oid) :]: value[1] for o, value in rows if value is not None}


def _of_entities(walk: Recording, column: int) -> dict[int, Cell]:
    return {i[0]: cell for i, cell in _column(walk, (*ENTITY, column)).items() if len(i) == 1}


def _words(cell: Cell | None) -> str:
    return cell.decode("latin-1") if isinstance(cell, bytes) else ""


class _Parts:
    """What a device is made of, from its raw rows."""

    def __init__(self, walk: Recording) -> None:
        inside, kinds = _of_entities(walk, INSIDE), _of_entities(walk, CLASS)
        names, descrs = _of_entities(walk, NAME), _of_entities(walk, DESCR)
        self.texts = {e: (_words(names.get(e)), _words(descrs.get(e))) for e in {*names, *descrs}}
        self.holds = defaultdict(set)
        for entity, parent in inside.items():
            self.holds[parent].add(entity)
        self.never = {e for e, kind in kinds.items() if kind in CHASSIS_AND_THE_LIKE} | {
            e for e, words in self.texts.items() if kinds.get(e) == 9 and BOARD.search(str(words))
        }
        self.aliased = defaultdict(set)
        for index, cell in _column(walk, ALIAS).items():
            if isinstance(cell, tuple) and cell[:-1] == IF_INDEX:
                self.aliased[cell[-1]].add(index[0])
        self.serials = {
            e: _words(cell).strip("\0 \xff") for e, cell in _of_entities(walk, SERIAL).items()
        }
        self.kinds = {e: kind for table in SENSORS for e, kind in self._sensors(walk, table, 1)}
        self.values = {e: value for table in SENSORS for e, value in self._sensors(walk, table, 4)}

    @staticmethod
    def _sensors(
        walk: Recording, table: tuple[int, ...], column: int
    ) -> Iterator[tuple[int, Cell]]:
        yield from ((i[-1], cell) for i, cell in _column(walk, (*table, column)).items())

    def of(self, port: Port) -> set[int]:
        """The entities that are a port's own."""
        called = [re.escape(n) for n in (port.name, port.descr) if n and re.search("[A-Za-z]", n)]
        whole = (
            re.compile(rf"(?i)(?<![\w/.:])(?:{'|'.join(called)})(?![\w/.:])") if called else None
        )
        own = self.aliased[port.if_index] - self.never
        for entity, texts in self.texts.items():
            if entity not in self.never and any(whole and whole.search(t) for t in texts):
                own.add(entity)
        left = list(own)
        while left:
            more = self.holds[left.pop()] - own - self.never
            own |= more
            left += more
        return own

    def of_its_cage(self, port: Port, ports: Iterable[Port]) -> set[int]:
        """The module of a cage that is broken out is each of its ports' (IOS XR, by their names).

        ``TwentyFiveGigE0/0/0/28/1`` is a lane of the cage of ``HundredGigE0/0/0/28``, which is no
        Ethernet port itself; a lane's light and its sensors stand apart.
        """
        cage = _LANE.fullmatch(port.name or "")
        whole = re.compile(rf"[A-Za-z]+{cage[1]}") if cage else None
        if whole is None or any(
            one.if_type == 6 and whole.fullmatch(one.name or "") for one in ports
        ):
            return set()
        return {e for e, (name, _) in self.texts.items() if whole.fullmatch(name)}


def _is_light(level: object) -> bool:
    return isinstance(level, float) or level is Dark.NO_LIGHT


def _told(optic: Transceiver) -> list[frozenset[int]]:
    """What must be behind what is told: one of some kinds of sensors (RFC 3433) for each."""
    levels = (_is_light(optic.rx_power), _is_light(optic.tx_power))
    told = ((any(levels), LIGHT), (optic.temperature, {8}), (optic.voltage, {3, 4}))
    more = ((optic.bias, {5}),)
    return [frozenset(kinds) for value, kinds in (*told, *more) if value not in (None, False)]


def _faults(path: Path) -> Iterator[str]:
    walk = recording.load(path)
    target = Target(element="sw", host="recording")
    now = datetime(2026, 11, 21, tzinfo=UTC)
    conversation = RecordedConversation(walk)
    reading = asyncio.run(read_once(conversation, target, REGISTRY, [Fact.TRANSCEIVER], now))
    parts = _Parts(walk)
    for facts in reading.ports.values():
        if facts.transceiver is None:
            continue
        optic, own = facts.transceiver, parts.of(facts.port)
        serial = optic.serial_number
        cage = parts.of_its_cage(facts.port, (one.port for one in reading.ports.values()))
        its = {parts.serials.get(e) for e in own | cage}
        if serial in parts.serials.values() and serial not in its:
            yield f"{facts.port.name}: the serial number of another part"
        by_sensor = not parts.kinds.keys().isdisjoint(parts.values) and reading.driver in BY_SENSOR
        kinds = {parts.kinds.get(e) for e in own if e in parts.values}
        for wanted in _told(optic) if by_sensor else ():
            if kinds.isdisjoint(wanted):
                yield f"{facts.port.name}: a sensor of another part, of kind {sorted(wanted)}"


BY_SENSOR = {
    name
    for name, driver in REGISTRY.drivers.items()
    if any(hasattr(table, "dbm") for table in driver.transceivers)
}
"""Drivers that know a pluggable's readings from sensors."""


@pytest.mark.long
@pytest.mark.parametrize(("folder", "least"), [("", 20), ("recordings", 10), ("recordings-2", 10)])
def test_no_port_is_told_the_serial_number_or_a_sensor_of_another_part(
    folder: str, least: int, tmp_path: Path
) -> None:
    """Over snmpsim-data, and over ../shared where it is."""
    if folder and not (SHARED / folder).is_dir():
        pytest.skip(f"../shared/{folder} is not here")
    faults = {}
    needed = [made for path in _walks(folder) if (made := _with_entities(path, tmp_path))]
    for path in needed:
        if found := list(_faults(path)):
            faults[path.name] = found

    assert faults == {}
    assert len(needed) >= least
