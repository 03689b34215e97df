"""Entities and their ports: aliased to it, named as it, inside of it or of its cage.

What a card holds is no port's, though the card has one port only: a sensor beside it is the card's
own, a serial number a daughterboard's (RFC 6933; bigrouter-walk of OpenNMS, 7206VXR of thola).

The port that a text names: ``DOM RX Power Sensor for Ethernet1``, ``Gi1/0/49 Bias Current``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from techinfo.driver import standard
from techinfo.driver.convert import Convert, decode_text
from techinfo.facts.joins import Joins
from techinfo.if_types import ETHERNET_TYPES
from techinfo.model import Port
from techinfo.wire import Cell, Cells, Index

_BEGIN = re.compile(r"(?<![A-Za-z0-9])(?<![0-9][/.:])[A-Za-z0-9]")
_END = re.compile(r"[A-Za-z0-9](?![A-Za-z0-9])(?![/.:_-][0-9])")
_OF_ANOTHER = re.compile(
    r"(?i)\b(?:slot|unit|card|module|stack|switch|fpc|pic|shelf|rack|member)[ #:-]*[0-9]+[ ,/:-]*\Z"
)
"""``Slot 2 `` before ``Port 1``: a number that counts within something else."""
_PORT_WORD = re.compile(r"(?i)\b(?:port|interface)[ #:]*\Z")
_LINKING = re.compile(r"(?i)(?:\b(?:for|of|on|in|at|port|interface)[ #:]*|[(\[])\Z")
_SHORT = 3
"""A name of fewer letters may be anything: ``X2`` is a kind of pluggable, ``A1`` a revision."""
_MOST_BEGINNINGS = 48
_MOST_WORDS = 12
_MOST_LETTERS = 255  # SnmpAdminString, RFC 3411


def port_named_in(words: str, ports: Mapping[str, int | None]) -> int | None:
    """IfIndex of the one port whose name stands in a text as a whole word, anywhere.

    A name without letters counts only behind ``port`` and the like, a short one only in front or
    behind a word that leads to it. Of names inside one another the longest is meant; a text that
    names two ports is neither's.

    Args:
        words: A name or a description.
        ports: Lower-case name -> ifIndex; ``None`` where two ports share it.
    """
    found: list[tuple[int, int, int | None]] = []
    for begin, end in _spans(words[:_MOST_LETTERS]):
        name = words[begin:end].lower()
        if name in ports and _counts(words[:begin], name):
            found.append((begin, end, ports[name]))
    outermost = {
        port
        for begin, end, port in found
        if not any(b <= begin and end <= e and (b, e) != (begin, end) for b, e, _ in found)
    }
    return outermost.pop() if len(outermost) == 1 else None


def _spans(words: str) -> Iterator[tuple[int, int]]:
    begins = [m.start() for m in _BEGIN.finditer(words)][:_MOST_BEGINNINGS]
    ends = [m.end() for m in _END.finditer(words)]
    for begin in begins:
        later = [end for end in ends if end > begin][:_MOST_WORDS]
        yield from ((begin, end) for end in later)


def _counts(before: str, name: str) -> bool:
    """Whether a name is meant as a port's, by what stands before it."""
    if not any(c.isalpha() for c in name):
        behind = _PORT_WORD.search(before)
        return behind is not None and not _OF_ANOTHER.search(before[: behind.start()])
    if name.startswith("port") and _OF_ANOTHER.search(before):
        return False
    leads = len(name) >= _SHORT or not before.strip() or _LINKING.search(before)
    return bool(leads) and any(c.isdecimal() for c in name)


_CONTAINER, _SENSOR, _MODULE, _PORT = 5, 8, 9, 10  # PhysicalClass, RFC 6933
_NO_SENSOR = frozenset(range(3, 13)) - {_SENSOR}  # agents that do not know say other, unknown
_NEVER = frozenset({3, 4, 6, 7, 11, 12})
"""Chassis, backplane, power supply, fan, stack, CPU: no port's, nor is what they hold."""
_PLUGGABLE = re.compile(
    r"(?i)\b(?:[qcd]?sfp\w*|o?sfp\w*|xfp|cfp\d?|gbic|xenpak|x2|xcvr|transceiver|pluggable|optics?)\b"
)
_BOARD = re.compile(
    r"(?i)\b(?:\w*board|\w*card|sub-?module|supervisor|engine|backplane|chassis|processor|fabric"
    r"|fan|fan ?tray|tray|power (?:supply|module)|psu)\b"
)
_CARD = re.compile(r"(?i)\b(?:slot|uplink|interface|adapter|hwic|nim|spa|bay|\d+[- ]?ports?)\b")
_OF_A_BOARD = re.compile(
    r"(?i)\b(?:inlet|outlet|intake|exhaust|ambient|\w*board|chassis|fan|cpu|psu|poe|asic|phy"
    r"|hot ?spot|rail)\b"
)
"""Words of sensors that no pluggable has."""
_OPTICAL = re.compile(
    r"(?i)(?<![a-z])(?:rx|tx)(?![a-z])|receive|transmit|laser|bias|optical|\bdom\b|\bddmi?\b|xcvr"
    r"|transceiver|\bq?sfp"
)
_NUMBERED = re.compile(r"[A-Za-z]+(\d+(?:/\d+)+)", re.ASCII)
"""A name that is a kind and where it stands: ``HundredGigE0/0/0/28``."""
_CAGE_SLASHES = 3  # rack/slot/instance/port, as IOS XR counts
_IF_INDEX_COLUMN = (1, 3, 6, 1, 2, 1, 2, 2, 1, 1)
_MOST_LEVELS = 16
_MOST_INSIDE = 200
"""Entities of one port. A breakout of eight lanes has some sixty sensors."""


def add_entities(joins: Joins, cells: Cells, spelt: Convert[str] | None = None) -> None:
    """Which entity belongs to which port, and which sensors are inside it.

    Args:
        joins: Are completed.
        cells: Of the ENTITY-MIB.
        spelt: From an entity's name to its port's, where they are spelt in different ways.
    """
    names = cells.get(standard.ENT_PHYSICAL_NAME, {})
    called = {i[0]: spelt(cell) for i, cell in names.items() if len(i) == 1} if spelt else {}
    tree = _Tree(
        inside=_numbers(cells.get(standard.ENT_PHYSICAL_CONTAINED_IN, {})),
        classes=_numbers(cells.get(standard.ENT_PHYSICAL_CLASS, {})),
        names=_texts(cells.get(standard.ENT_PHYSICAL_NAME, {})),
        descrs=_texts(cells.get(standard.ENT_PHYSICAL_DESCR, {})),
        ports=joins.name_table(),
        called={entity: name for entity, name in called.items() if name},
    )
    aliases = _by_alias(cells.get(standard.ENT_ALIAS_MAPPING, {}), joins)
    tree.add_direct(aliases)
    tree.add_cages()
    every = {*tree.inside, *tree.classes, *tree.names, *tree.descrs}
    found = {entity: port for entity in every if (port := tree.port_of(entity)) is not None}
    joins.words = {entity: tree.words(entity) for entity in every}
    joins.aliased = frozenset(entity for entity in found if entity in aliases)
    joins.sensor_port = {e: p for e, p in found.items() if tree.classes.get(e) not in _NO_SENSOR}
    joins.entity_port = {e: p for e, p in found.items() if tree.classes.get(e) != _SENSOR}
    joins.sensors, joins.entities = _by_port(joins.sensor_port), _by_port(joins.entity_port)
    cages = _broken_out(joins.ports.values())
    joins.broken_out = {
        entity: cages[cage[1]]
        for entity in every - found.keys()
        if (cage := _NUMBERED.fullmatch(tree.names.get(entity, "")))
        and cage[1] in cages
        and tree.is_pluggable(entity)
    }
    joins.lost_sensors = frozenset(
        entity
        for entity in every
        if entity not in found and tree.classes.get(entity) == _SENSOR and tree.is_optical(entity)
    )


@dataclass(frozen=True)
class _Tree:
    """What an agent says of its parts.

    Attributes:
        ports: Lower-case name -> ifIndex, as `Joins.name_table`.
        called: Entity -> name of its port, where its own name is spelt in another way.
        direct: Entity -> port that it is, by alias or by its name.
        cages: Container -> the one port in it.
    """

    inside: Mapping[int, int]
    classes: Mapping[int, int]
    names: Mapping[int, str]
    descrs: Mapping[int, str]
    ports: Mapping[str, int | None]
    called: Mapping[int, str] = field(default_factory=dict)
    direct: dict[int, int] = field(default_factory=dict)
    cages: dict[int, int] = field(default_factory=dict)

    def words(self, entity: int) -> str:
        """Its name and its description."""
        return f"{self.names.get(entity, '')} | {self.descrs.get(entity, '')}"

    def is_optical(self, entity: int) -> bool:
        """Whether its words are those of a pluggable's sensor."""
        words = self.words(entity)
        return bool(_OPTICAL.search(words)) and not _OF_A_BOARD.search(words)

    def is_pluggable(self, entity: int) -> bool:
        """Whether it says that it is one, and of no kind that is none."""
        words = self.words(entity)
        return self._may_be(entity) and bool(_PLUGGABLE.search(words)) and not _CARD.search(words)

    def add_direct(self, aliases: Mapping[int, int]) -> None:
        """Entities that are a port, or are called as one."""
        self.direct.update((e, p) for e, p in aliases.items() if self._may_be_a_port(e))
        for entity, name in self.names.items():
            # A chassis, a slot or a card may be called "1" or "1/1" as well as a port may.
            lettered = entity in self.called or any(c.isalpha() for c in name)
            is_port = lettered or self.classes.get(entity, _PORT) == _PORT
            found = self.ports.get(self.called.get(entity, name).lower())
            if is_port and found is not None and self._may_be_a_port(entity):
                self.direct.setdefault(entity, found)

    def add_cages(self) -> None:
        """Containers with one port in them, and nothing that says that they are a card's."""
        below: dict[int, set[int]] = {}
        for entity, kind in self.classes.items():
            if kind == _PORT:
                for parent in self._around(entity):
                    below.setdefault(parent, set()).add(self.direct.get(entity, -entity))
        for entity, kind in self.classes.items():
            parent = self.inside.get(entity, 0)
            alone = kind == _PORT and entity in self.direct and len(below.get(parent, ())) == 1
            if alone and self._is_cage(parent):
                self.cages[parent] = self.direct[entity]

    def port_of(self, entity: int) -> int | None:
        """The port that an entity is, is inside of, or is called after."""
        if not self._may_be(entity):
            return None
        found = self.direct.get(entity)
        if found is None and not self._is_of_a_board(entity):
            found = self._port_around(entity) or self._port_in_words(entity)
        return found

    def _port_around(self, entity: int) -> int | None:
        for parent in self._around(entity):
            found = self.direct.get(parent) or self.cages.get(parent)
            if found is None and self._is_cage(parent):
                found = self._port_in_words(parent)
            if found is not None:
                return found
        return None

    def _port_in_words(self, entity: int) -> int | None:
        told = (self.names.get(entity, ""), self.descrs.get(entity, ""))
        found = (port_named_in(words, self.ports) for words in told if words)
        return next((port for port in found if port is not None), None)

    def _around(self, entity: int) -> list[int]:
        """What contains an entity, from the inside, as far as it may belong to a port."""
        out: list[int] = []
        while (parent := self.inside.get(entity)) and len(out) < _MOST_LEVELS:
            if parent in out or not self._may_be(parent):
                break
            out.append(parent)
            entity = parent
        return out

    def _may_be(self, entity: int) -> bool:
        """Whether it is of a kind that can belong to a port at all."""
        kind = self.classes.get(entity)
        is_board = kind == _MODULE and _BOARD.search(self.words(entity))
        return kind not in _NEVER and not is_board

    def _may_be_a_port(self, entity: int) -> bool:
        """Not so a card with a single port, though some agents alias it to that port."""
        words = self.words(entity)
        is_card = self.classes.get(entity) == _MODULE and _CARD.search(words)
        return self._may_be(entity) and not (is_card and not _PLUGGABLE.search(words))

    def _is_of_a_board(self, entity: int) -> bool:
        kind = self.classes.get(entity)
        return kind not in _NO_SENSOR and bool(_OF_A_BOARD.search(self.words(entity)))

    def _is_cage(self, entity: int) -> bool:
        """A container that is no slot of cards, or a module that says that it is a pluggable."""
        kind, words = self.classes.get(entity), self.words(entity)
        if _BOARD.search(words):
            return False
        pluggable, card = _PLUGGABLE.search(words), _CARD.search(words)
        if kind == _CONTAINER:
            return pluggable is not None or not (card or re.search(r"(?i)\bmodule\b", words))
        return kind == _MODULE and pluggable is not None and not card


def _broken_out(ports: Iterable[Port]) -> dict[str, tuple[int, ...]]:
    """Numbers of cages that are broken out -> their ports, which have one number more.

    IOS XR: ``TwentyFiveGigE0/0/0/28/0`` to ``/3`` are the ports of the cage whose module is called
    ``HundredGigE0/0/0/28``, and no port is (iosxr_ncs540).
    """
    numbered = [
        (found, port.if_index)
        for port in ports
        if port.if_type in ETHERNET_TYPES and (found := _NUMBERED.fullmatch(port.called or ""))
    ]
    whole = {found[1] for found, _ in numbered}
    out: dict[str, list[int]] = {}
    for found, if_index in numbered:
        out.setdefault(found[1].rpartition("/")[0], []).append(if_index)
    return {
        cage: tuple(lanes)
        for cage, lanes in out.items()
        if cage.count("/") == _CAGE_SLASHES and cage not in whole and len(lanes) > 1
    }


def _by_port(ports: Mapping[int, int]) -> dict[int, tuple[int, ...]]:
    out: dict[int, list[int]] = {}
    for entity in sorted(ports):
        found = out.setdefault(ports[entity], [])
        if len(found) < _MOST_INSIDE:
            found.append(entity)
    return {port: tuple(found) for port, found in out.items()}


def _numbers(rows: Mapping[Index, Cell]) -> dict[int, int]:
    return {i[0]: c for i, c in rows.items() if len(i) == 1 and isinstance(c, int)}


def _texts(rows: Mapping[Index, Cell]) -> dict[int, str]:
    return {i[0]: decode_text(c) for i, c in rows.items() if len(i) == 1 and isinstance(c, bytes)}


def _by_alias(rows: Mapping[Index, Cell], joins: Joins) -> dict[int, int]:
    """EntAliasMappingIdentifier.entity.logical = ifIndex.N, for ports that are there.

    An entity that is several ports at once is a card, and none of them.
    """
    out: dict[int, set[int]] = {}
    for index, cell in rows.items():
        if len(index) != 2 or not isinstance(cell, tuple) or cell[:-1] != _IF_INDEX_COLUMN:
            continue
        if cell[-1] in joins.ports:
            out.setdefault(index[0], set()).add(cell[-1])
    return {entity: found.pop() for entity, found in out.items() if len(found) == 1}
