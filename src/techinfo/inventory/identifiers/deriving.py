"""The identities of an access: what is stored with its subscriptions, else what patterns write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntFlag

from techinfo.dhcp.identity import Identity
from techinfo.dhcp.octets import from_text, parse_option82
from techinfo.errors import OctetError
from techinfo.inventory.identifiers.switches import Switch
from techinfo.inventory.records import Access, Subscription

_TELLING = 4
"""Octets: a name that is shorter stands in many a value by chance."""


class Alone(IntFlag):
    """The values of an identity that name one access in the network without any other value."""

    NONE = 0
    CIRCUIT = 1
    REMOTE = 2
    INTERFACE = 4
    REMOTE6 = 8


@dataclass(frozen=True, slots=True)
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


def stored_identity(subscription: Subscription, enterprise: int | None) -> Identity | None:
    """What is stored with a subscription; ``None``: nothing is.

    The hex of an option 82 says more than the texts beside it: it is what was sent.

    Args:
        subscription: The subscription.
        enterprise: The enterprise number of its switch.

    Raises:
        OctetError: Its option 82 is none.
    """
    told = subscription
    circuit, remote = _octets(told.ipv4_circuit_id), _octets(told.ipv4_remote_id)
    if told.option82:
        option = parse_option82(bytes.fromhex(told.option82))
        circuit, remote = option.circuit, option.remote
    remote6 = _octets(told.ipv6_remote_id)
    identity = Identity(circuit, remote, _octets(told.ipv6_interface_id), remote6, enterprise)
    return identity or None


def identities_of(
    access: Access,
    subscriptions: Sequence[Subscription],
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
        yield from _written(access, switch, vlans)


def _stored(subscription: Subscription, switch: Switch | None) -> Identity | None:
    try:
        return stored_identity(subscription, switch.enterprise if switch else None)
    except OctetError:
        return None


def _vlans(
    rest: Iterable[Subscription], services: Mapping[int, str], *, every: bool
) -> tuple[int, ...]:
    """The VLANs for which patterns are written, each once."""
    held = {one.vlan for one in rest if one.vlan is not None}
    kinds = {one.service_type for one in rest if one.vlan is None}
    held |= {vlan for vlan, kind in services.items() if every or kind in kinds}
    return tuple(sorted(held))


def _written(access: Access, switch: Switch, vlans: tuple[int, ...]) -> Iterator[Held]:
    patterns = switch.patterns
    fields = [one.fields for one in (patterns.circuit, patterns.interface) if one]
    of_a_vlan = any("vlan" in names for names in fields)
    alone = Alone.NONE
    for pattern, bit in ((patterns.circuit, Alone.CIRCUIT), (patterns.interface, Alone.INTERFACE)):
        if pattern and pattern.names_switch and pattern.names_port:
            alone |= bit
    for pattern, bit in ((patterns.remote, Alone.REMOTE), (patterns.remote6, Alone.REMOTE6)):
        if pattern and pattern.names_switch and pattern.names_port:
            alone |= bit
    for vlan in vlans if of_a_vlan else (None,):
        if identity := switch.identity(access, vlan):
            yield Held(identity, vlan, False, alone)


def _alone_as_stored(identity: Identity, access: Access, switch: Switch | None) -> Alone:
    """A value is enough if it names the access, or the switch, or stands alone.

    It does not stand alone where a pattern of the switch reads it: then any switch may write it.
    """
    own = access.access_id.encode()
    names = [name for name in switch.names() if len(name) >= _TELLING] if switch else []
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


def _octets(published: str | None) -> bytes | None:
    return from_text(published) if published else None
