"""An element as its DHCP relay agent sees itself: what it is called, and the patterns it writes."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from techinfo.dhcp.identity import Identity
from techinfo.dhcp.layouts import Patterns, layout_patterns
from techinfo.dhcp.loose import buckets
from techinfo.dhcp.patterns import Pattern, parse_pattern
from techinfo.dhcp.place import Place
from techinfo.errors import PatternError
from techinfo.inventory.records import Access, Element

_parsed = lru_cache(maxsize=4096)(parse_pattern)
_layout = lru_cache(maxsize=256)(layout_patterns)


@dataclass(frozen=True, kw_only=True, slots=True)
class Switch:
    """What identifiers of its ports are made of.

    Attributes:
        place: What of a place is the same for every port.
        enterprise: In front of option 37.
    """

    name: str
    site: str | None
    place: Place
    patterns: Patterns
    enterprise: int | None

    def identity(self, access: Access, vlan: int | None) -> Identity | None:
        """What it writes for an access.

        Returns:
            ``None`` when it writes nothing, or when anything that it writes cannot be told: half
            of an identity would match what another switch writes.

        Raises:
            PatternError: A number has no room in a pattern.
        """
        place = self.place.joined(place_of(access, vlan))
        out: list[bytes | None] = []
        for pattern in self._all():
            octets = pattern.write(place) if pattern and place else None
            if pattern and octets is None:
                return None
            out.append(octets)
        circuit, remote, interface, remote6 = out
        identity = Identity(circuit, remote, interface, remote6, self.enterprise)
        return identity if circuit or interface else None

    def read(self, identity: Identity) -> Place | None:
        """The port and VLAN that an identity tells by these patterns; ``None``: they do not fit."""
        for pattern, octets in (
            (self.patterns.circuit, identity.circuit),
            (self.patterns.interface, identity.interface),
        ):
            if pattern and octets and (place := pattern.read(octets, self.place)):
                return place
        return None

    def layouts(self) -> Iterator[bytes]:
        """What it writes for any port, where its remote-id is its own.

        Two switches that share one of these cannot be told apart.
        """
        both = (
            (self.patterns.circuit, self.patterns.remote),
            (self.patterns.interface, self.patterns.remote6),
        )
        for number, (port, switch) in enumerate(both):
            remote = _written(switch, self.place)
            if port and remote is not None:
                yield b"%d/%d/" % (number, len(remote)) + remote + port.bound(self.place)

    def names(self) -> frozenset[bytes]:
        """Octets by which it may be known: its name, addresses and remote-ids, exact and loose."""
        found = [name.encode() for name in (self.name, self.place.sysname, self.place.ip) if name]
        if self.place.mac:
            found.append(bytes.fromhex(self.place.mac.replace(":", "")))
        remotes = (self.patterns.remote, self.patterns.remote6)
        found += [octets for one in remotes if (octets := _written(one, self.place))]
        return frozenset(found) | {key for octets in found for key in buckets(octets)}

    def _all(self) -> tuple[Pattern | None, ...]:
        own = self.patterns
        return own.circuit, own.remote, own.interface, own.remote6


def switch_of(element: Element, driver_layouts: Mapping[str, str]) -> Switch:
    """An element with the patterns of its own, of its layout, or else of its driver's layout.

    Raises:
        PatternError: A pattern is wrong, or no layout has the name.
    """
    layout = element.layout or driver_layouts.get(element.driver or "")
    common = _layout(layout) if layout else Patterns()

    def own(source: str | None, else_: Pattern | None) -> Pattern | None:
        return _parsed(source) if source else else_

    return Switch(
        name=element.name,
        site=element.site,
        place=Place(
            sysname=element.sys_name or element.name,
            ip=element.ip or _literal(element.address),
            mac=element.mac,
        ),
        patterns=Patterns(
            circuit=own(element.circuit_id, common.circuit),
            remote=own(element.remote_id, common.remote),
            interface=own(element.interface_id, common.interface),
            remote6=own(element.remote6_id, common.remote6),
        ),
        enterprise=element.enterprise_number,
    )


def place_of(access: Access, vlan: int | None) -> Place:
    """What of a place is an access's own."""
    by_index = access.port_by == "index"
    return Place(
        module=access.module,
        port=access.port_number,
        vlan=vlan,
        ifindex=int(access.port) if by_index and access.port else None,
        ifname=None if by_index else access.port,
    )


def _written(pattern: Pattern | None, place: Place) -> bytes | None:
    try:
        return pattern.write(place) if pattern else None
    except PatternError:
        return None


def _literal(address: str) -> str | None:
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return None
