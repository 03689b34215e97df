"""What names an access to a DHCP server: what its subscriptions store, else what its switch writes.

A switch is an element as its DHCP relay agent sees itself: its names, and the patterns it writes.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntFlag
from functools import cached_property, lru_cache
from typing import NamedTuple

from techinfo.dhcp.identity import Identity
from techinfo.dhcp.layouts import Patterns, layout_patterns
from techinfo.dhcp.matching import buckets
from techinfo.dhcp.octets import from_text, parse_option82
from techinfo.dhcp.patterns import Pattern, parse_pattern
from techinfo.dhcp.pieces import SWITCH_FIELDS, Place
from techinfo.errors import OctetError, PatternError
from techinfo.inventory.records import Element, Subscription
from techinfo.values import value

_parsed = lru_cache(maxsize=4096)(parse_pattern)
_layout = lru_cache(maxsize=256)(layout_patterns)


class Attached(NamedTuple):
    """Of an access, what identifiers are made of."""

    access_id: str
    element: str | None
    port: str | None
    port_by: str
    module: int | None
    port_number: int | None


class Named(NamedTuple):
    """Of an element, what identifiers are made of; see `Element`."""

    name: str
    address: str
    site: str | None
    driver: str | None
    sys_name: str | None
    mac: str | None
    ip: str | None
    layout: str | None
    circuit_id: str | None
    remote_id: str | None
    interface_id: str | None
    remote6_id: str | None
    enterprise_number: int | None


class Subscribed(NamedTuple):
    """Of a subscription, what identifiers are made of."""

    access_id: str
    vlan: int | None
    service_type: str
    option82: str | None
    ipv4_circuit_id: str | None
    ipv4_remote_id: str | None
    ipv6_interface_id: str | None
    ipv6_remote_id: str | None


class Alone(IntFlag):
    """The values of an identity that name one access in the network without any other value."""

    NONE = 0
    CIRCUIT = 1
    REMOTE = 2
    INTERFACE = 4
    REMOTE6 = 8


_EACH_ALONE = (Alone.CIRCUIT, Alone.REMOTE, Alone.INTERFACE, Alone.REMOTE6)
_PORT = Attached._fields.index("port")
_MOST_PLACES = 4096
_TELLING = 4
"""Octets: a name that is shorter stands in many a value by chance."""


@dataclass(frozen=True, kw_only=True)
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

    def identity(self, access: Attached, vlan: int | None) -> Identity | None:
        """What it writes for an access.

        Returns:
            ``None`` when it writes nothing, or when any part of what it writes is not known: half
            of an identity would match what another switch writes.

        Raises:
            PatternError: A number has no room in a pattern.
        """
        place = place_of(access, vlan)
        out: list[bytes | None] = []
        for pattern in self._filled:
            octets = pattern.write(place) if pattern else None
            if pattern and octets is None:
                return None
            out.append(octets)
        circuit, remote, interface, remote6 = out
        identity = Identity(circuit, remote, interface, remote6, self.enterprise)
        return identity if circuit or interface else None

    def read(self, identity: Identity) -> Place | None:
        """The port and VLAN that the patterns read in an identity; ``None``: they do not fit."""
        for pattern, octets in (
            (self.patterns.circuit, identity.circuit),
            (self.patterns.interface, identity.interface),
        ):
            if pattern and octets and (place := pattern.read(octets, self.place)):
                return place
        return None

    def writes(self, identity: Identity, access: Attached, vlan: int | None) -> bool:
        """Whether this is what it writes for an access."""
        if identity.enterprise != self.enterprise or not (identity.circuit or identity.interface):
            return False
        values = (identity.circuit, identity.remote, identity.interface, identity.remote6)
        for pattern, own, octets in zip(self._all, self._own, values, strict=True):
            if pattern is None or octets is None:
                if pattern or octets is not None:
                    return False
            elif octets != (own or self._of_port(pattern, access, vlan)):
                return False
        return True

    def _of_port(self, pattern: Pattern, access: Attached, vlan: int | None) -> bytes | None:
        """What a pattern writes for an access; remembered where it is the same on every switch."""
        key = (*access[_PORT:], vlan)
        known = pattern.remembered
        octets = known.get(key)
        if octets is None:
            place = self.place.joined(place_of(access, vlan))
            octets = _written(pattern, place) if place else None
            if not pattern.names_switch:
                if len(known) >= _MOST_PLACES:
                    known.clear()
                known[key] = octets
        return octets

    @cached_property
    def _own(self) -> tuple[bytes | None, ...]:
        """What the patterns write that write the same for every port."""
        return tuple(
            _written(one, self.place) if one and one.fields <= SWITCH_FIELDS else None
            for one in self._all
        )

    def layouts(self) -> Iterator[bytes]:
        """What it writes for any port, where its remote-id is its own.

        Two switches that share one of these cannot be distinguished.
        """
        both = (
            (self.patterns.circuit, self.patterns.remote),
            (self.patterns.interface, self.patterns.remote6),
        )
        for number, (port, switch) in enumerate(both):
            remote = _written(switch, self.place)
            if port and remote is not None:
                yield b"%d/%d/" % (number, len(remote)) + remote + port.bound(self.place)

    @cached_property
    def names(self) -> frozenset[bytes]:
        """Octets by which it may be known: its name, addresses and remote-ids, exact and loose."""
        found = [name.encode() for name in (self.name, self.place.sysname, self.place.ip) if name]
        if self.place.mac:
            found.append(bytes.fromhex(self.place.mac.replace(":", "")))
        remotes = (self.patterns.remote, self.patterns.remote6)
        found += [octets for one in remotes if (octets := _written(one, self.place))]
        return frozenset(found) | {key for octets in found for key in buckets(octets)}

    @cached_property
    def telling_names(self) -> tuple[bytes, ...]:
        """Those that are found in a value because it names the switch."""
        return tuple(name for name in self.names if len(name) >= _TELLING)

    @cached_property
    def writes_vlan(self) -> bool:
        """Whether what it writes differs from VLAN to VLAN."""
        return any(
            one and "vlan" in one.fields for one in (self.patterns.circuit, self.patterns.interface)
        )

    @cached_property
    def alone(self) -> Alone:
        """Which of the values that it writes are enough."""
        out = Alone.NONE
        for pattern, bit in zip(self._all, _EACH_ALONE, strict=True):
            if pattern and pattern.names_switch and pattern.names_port:
                out |= bit
        return out

    @cached_property
    def _all(self) -> tuple[Pattern | None, ...]:
        own = self.patterns
        return own.circuit, own.remote, own.interface, own.remote6

    @cached_property
    def _filled(self) -> tuple[Pattern | None, ...]:
        return tuple(one and one.filled(self.place) for one in self._all)


def switch_of(element: Element | Named, driver_layouts: Mapping[str, str]) -> Switch:
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


def place_of(access: Attached, vlan: int | None) -> Place:
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


@value(frozen=True, slots=True)
class Held:
    """An identity that an access has.

    Attributes:
        vlan: The VLAN that it is of; ``None``: of any, or not known.
        stored: Somebody has written it down; else it follows from a pattern.
        alone: Which of its values are enough.
    """

    identity: Identity
    vlan: int | None
    stored: bool
    alone: Alone


def stored_identity(
    subscription: Subscription | Subscribed, enterprise: int | None
) -> Identity | None:
    """What is stored with a subscription; ``None``: nothing is.

    The hex of an option 82 says more than the texts beside it: it is what was sent.

    Args:
        subscription: The subscription.
        enterprise: The enterprise number of its switch.

    Raises:
        OctetError: Its option 82 is none.
    """
    texts = (
        subscription.ipv4_circuit_id,
        subscription.ipv4_remote_id,
        subscription.ipv6_interface_id,
        subscription.ipv6_remote_id,
    )
    if not any(texts) and not subscription.option82:
        return None
    circuit, remote, interface, remote6 = (
        from_text(published) if published else None for published in texts
    )
    if subscription.option82:
        option = parse_option82(bytes.fromhex(subscription.option82))
        circuit, remote = option.circuit, option.remote
    return Identity(circuit, remote, interface, remote6, enterprise) or None


def identities_of(
    access: Attached,
    subscriptions: Sequence[Subscribed],
    switch: Switch | None,
    services: Mapping[int, str],
) -> Iterator[Held]:
    """Everything that names an access.

    A subscription with values of its own has no others; what has none follows the patterns of the
    switch, with the VLANs of the services on the port. Nothing follows them for an access all of
    whose subscriptions have values: they were stored because the patterns do not hold there.

    Args:
        access: The access.
        subscriptions: Those on it.
        switch: What it hangs on.
        services: VLAN -> service, on its port.

    Raises:
        PatternError: A number has no room in a pattern.
    """
    rest = []
    for subscription in subscriptions:
        identity = _stored(subscription, switch)
        if identity:
            yield Held(
                identity, subscription.vlan, True, _alone_as_stored(identity, access, switch)
            )
        else:
            rest.append(subscription)
    if switch and switch.patterns and (rest or not subscriptions):
        vlans = _vlans(rest, services, every=len(rest) == len(subscriptions))
        yield from _written_by(access, switch, vlans)


def _stored(subscription: Subscribed, switch: Switch | None) -> Identity | None:
    try:
        return stored_identity(subscription, switch.enterprise if switch else None)
    except OctetError:
        return None


def _vlans(
    rest: Iterable[Subscribed], services: Mapping[int, str], *, every: bool
) -> tuple[int, ...]:
    """The VLANs for which patterns are written, each once."""
    held = {one.vlan for one in rest if one.vlan is not None}
    kinds = {one.service_type for one in rest if one.vlan is None}
    held |= {vlan for vlan, kind in services.items() if every or kind in kinds}
    return tuple(sorted(held))


def _written_by(access: Attached, switch: Switch, vlans: tuple[int, ...]) -> Iterator[Held]:
    for vlan in vlans if switch.writes_vlan else (None,):
        if identity := switch.identity(access, vlan):
            yield Held(identity, vlan, False, switch.alone)


def _alone_as_stored(identity: Identity, access: Attached, switch: Switch | None) -> Alone:
    """A value is enough if it names the access, or the switch, or stands alone.

    It does not stand alone where a pattern of the switch reads it: then any switch may write it.
    """
    own = access.access_id.encode()
    names = switch.telling_names if switch else ()
    common = switch is not None and switch.read(identity) is not None
    out = Alone.NONE
    for port, line, bits in (
        (identity.circuit, identity.remote, (Alone.CIRCUIT, Alone.REMOTE)),
        (identity.interface, identity.remote6, (Alone.INTERFACE, Alone.REMOTE6)),
    ):
        single = not (port and line) and not common
        if port and (single or own in port or any(name in port for name in names)):
            out |= bits[0]
        if line and (single or own in line):
            out |= bits[1]
    return out
