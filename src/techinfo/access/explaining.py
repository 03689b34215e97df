"""Why a look-up has found an access, or none: for the operator's own people, in words.

The words name what is connected where; a provider never reads them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import field
from sys import intern

from techinfo.access.lookup import Lookup, Match, Miss
from techinfo.dhcp.identity import Field, Identity
from techinfo.dhcp.layouts import layout_patterns
from techinfo.dhcp.matching import Asked, buckets
from techinfo.dhcp.octets import text
from techinfo.dhcp.patterns import Pattern, parse_pattern
from techinfo.dhcp.pieces import Place
from techinfo.dhcp.spellings import Reading
from techinfo.errors import PatternError
from techinfo.inventory import Inventory
from techinfo.inventory.identifiers.switches import Switch
from techinfo.values import value

_WORDS = {
    Field.CIRCUIT: "circuit-id",
    Field.REMOTE: "remote-id",
    Field.INTERFACE: "interface-id",
    Field.REMOTE6: "remote-id of IPv6",
}
_PORT, _LINE = (Field.CIRCUIT, Field.INTERFACE), (Field.REMOTE, Field.REMOTE6)


class Explainer:
    """Says why, from the same inventory as the look-up."""

    def __init__(self, inventory: Inventory) -> None:
        self._inventory = inventory
        self._identified = inventory.identified
        self._lookup = Lookup(inventory)
        self._spelt: dict[tuple[object, ...], tuple[str, dict[str, str]]] = {}

    def found(self, match: Match) -> LookupOutcome:
        """Why an access is named: how sure, how it was spelt, what says so."""
        tier, matched = match.tier, match.matched
        key = (tier, *matched, *[one.kind for one in matched.values()])
        if key not in self._spelt:
            spelt = ", ".join([f"{_WORDS[name]} {one.kind}" for name, one in matched.items()])
            spelling = {name.value: one.kind for name, one in matched.items()}
            self._spelt[key] = f"{tier.word} ({spelt})", spelling
        words, spelling = self._spelt[key]
        why = intern(f"{words}; {_source(match)}")  # many ports of a switch have the same
        return LookupOutcome(match.access_id, why, tier.word, spelling)

    def missed(self, asked: Asked, miss: Miss) -> str:
        """Why none is named: what is unknown, or who is in question."""
        if miss is Miss.STALE:
            return "the index and the patterns of the switch differ; import the inventory again"
        if miss is Miss.NOT_UNIQUE:
            return self._shared(asked)
        return self._apart(asked) or self._read_back(asked)

    def ports(self, asked: Asked) -> tuple[tuple[Switch, Place], ...]:
        """The ports that the patterns of switches read, whether an access is on them or not."""
        return tuple(_reading(self._switches(asked), asked))

    def _shared(self, asked: Asked) -> str:
        given = [_WORDS[field] for field, found in asked.readings.items() if found]
        lacking = [
            _WORDS[other]
            for field, other in (*zip(_PORT, _LINE, strict=True), *zip(_LINE, _PORT, strict=True))
            if asked.readings.get(field) and not asked.readings.get(other)
        ]
        more = f"; the {' or '.join(lacking)} is missing" if lacking else ""
        return f"not unique: more than one access may have this {' and '.join(given)}{more}"

    def _apart(self, asked: Asked) -> str | None:
        """Values that are each known, but not together."""
        fields = [field for field, found in asked.readings.items() if found]
        if len(fields) < 2:
            return None
        alone = [Asked(readings={field: asked.readings[field]}) for field in fields]
        parts = [
            f"the {_WORDS[field]} is that of {match.access_id}"
            for field, match in zip(fields, self._lookup.resolve(alone), strict=True)
            if isinstance(match, Match)
        ]
        if len(parts) < 2:
            return None
        return f"the values contradict each other: {', '.join(parts)}"

    def _read_back(self, asked: Asked) -> str:
        """What the patterns of the switch say: which port, which VLAN."""
        switches = self._switches(asked)
        if not switches:
            return self._no_switch(asked)
        for switch, place in _reading(switches, asked):
            return self._of_port(switch, place)
        names = " or ".join(switch.name for switch in switches)
        port = [_WORDS[field] for field in _PORT if asked.readings.get(field)]
        if not port:
            return f"it names switch {names}; the circuit-id is missing"
        return f"unknown port: switch {names} does not write such a {' or '.join(port)}"

    def _of_port(self, switch: Switch, place: Place) -> str:
        where = ", ".join(
            f"{name} {value}"
            for name, value in place.known()
            if name in {"module", "port", "ifindex", "ifname"}
        )
        accesses = self._identified.on_port(switch, place)
        if not accesses:
            return f"port without access: switch {switch.name}, {where}"
        held = [
            known.held
            for access_id in accesses
            for known in self._identified.held_by(access_id)
            if known.until is None
        ]
        if any(one.stored for one in held):
            return (
                f"switch {switch.name}, {where}: {', '.join(accesses)} has stored values of its own"
            )
        vlans = sorted({one.vlan for one in held if one.vlan is not None})
        sold = f"sold are {', '.join(map(str, vlans))}" if vlans else "no VLAN is"
        if place.vlan is not None and place.vlan not in vlans:
            return (
                f"VLAN {place.vlan} is not sold there: switch {switch.name}, {where},"
                f" {', '.join(accesses)}; {sold}"
            )
        return f"switch {switch.name}, {where}: {', '.join(accesses)} is written otherwise"

    def _no_switch(self, asked: Asked) -> str:
        parts = [
            f"{_WORDS[field]} {text(found[0].octets)}"
            for field, found in asked.readings.items()
            if found
        ]
        if any(asked.readings.get(field) for field in _LINE):
            return f"unknown switch: {', '.join(parts)}"
        return f"unknown: {', '.join(parts)} is stored nowhere, and no pattern reads a switch in it"

    def _switches(self, asked: Asked) -> tuple[Switch, ...]:
        names: set[bytes] = set()
        for which in _LINE:
            for reading in asked.readings.get(which, ()):
                names |= {reading.octets, *buckets(reading.octets)}
        if found := self._identified.switches(names):
            return found
        for pattern in self._patterns():
            for reading in _of_port(asked):
                if (place := pattern.read(reading.octets)) is not None:
                    names |= {part.encode() for part in (place.sysname, place.ip) if part}
        return self._identified.switches(names)

    def _patterns(self) -> Iterator[Pattern]:
        """The patterns in use that write the name of their switch into a circuit-id."""
        for source in self._identified.circuit_patterns():
            yield from _naming(parse_pattern(source))
        for name in self._identified.layouts():
            try:
                patterns = layout_patterns(name)
            except PatternError:
                continue
            if patterns.circuit:
                yield from _naming(patterns.circuit)


def _source(match: Match) -> str:
    if match.known[0].held.stored:
        return "stored with the subscription"
    switch = match.switch
    if switch is None:
        return "by a pattern"
    patterns = [getattr(switch.patterns, field) for field in match.matched]
    parts = " and ".join([f'"{pattern.source}"' for pattern in patterns if pattern])
    return f"by the pattern {parts} of {switch.name}"


def _naming(pattern: Pattern) -> Iterator[Pattern]:
    if pattern.names_switch:
        yield pattern


def _of_port(asked: Asked) -> Iterator[Reading]:
    for which in _PORT:
        yield from asked.readings.get(which, ())


def _reading(switches: Iterable[Switch], asked: Asked) -> Iterator[tuple[Switch, Place]]:
    for switch in switches:
        if (place := _read(switch, asked)) is not None:
            yield switch, place


def _read(switch: Switch, asked: Asked) -> Place | None:
    for circuit in asked.readings.get(Field.CIRCUIT, ()):
        if (place := switch.read(Identity(circuit=circuit.octets))) is not None:
            return place
    for interface in asked.readings.get(Field.INTERFACE, ()):
        if (place := switch.read(Identity(interface=interface.octets))) is not None:
            return place
    return None


@value(frozen=True, slots=True)
class LookupOutcome:
    """An access, or none, and why.

    Attributes:
        match: stored, notation or interpreted; ``None`` without an access.
        spelling: Field -> how it was spelt.
    """

    access_id: str | None
    why: str
    match: str | None = None
    spelling: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """For a program to read; what is not there is left out."""
        out: dict[str, object] = {"accessId": self.access_id, "why": self.why}
        if self.match:
            out |= {"match": self.match, "spelling": self.spelling}
        return out
