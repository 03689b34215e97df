"""The identifiers of a subscription as they are published: stored, or what patterns write."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from techinfo.dhcp.identity import Identity
from techinfo.dhcp.octets import option82, text
from techinfo.errors import OctetError
from techinfo.inventory import Inventory, Known, Subscription
from techinfo.inventory.identifiers.switches import stored_identity


def published(subscription: Subscription, inventory: Inventory) -> Subscription:
    """A subscription with everything that can be published of its identifiers.

    What is stored stays as it is; what lacks follows from it, or else from the patterns of the
    switch. Where they write several identities for it, none is published: a provider would take
    the wrong one for its own.
    """
    identity = _stored(subscription) or _written(subscription, inventory)
    if identity is None:
        return subscription
    return replace(
        subscription,
        option82=subscription.option82 or _option82(identity),
        ipv4_circuit_id=subscription.ipv4_circuit_id or _text(identity.circuit),
        ipv4_remote_id=subscription.ipv4_remote_id or _text(identity.remote),
        ipv6_interface_id=subscription.ipv6_interface_id or _text(identity.interface),
        ipv6_remote_id=subscription.ipv6_remote_id or _text(identity.remote6),
    )


def is_of(subscription: Subscription, known: Known, inventory: Inventory) -> bool:
    """Whether an identity that a pattern writes is of a subscription: by its VLAN."""
    access, vlan = known.access, known.held.vlan
    if known.held.stored or vlan is None:
        return False
    if subscription.vlan is not None:
        return subscription.vlan == vlan
    if access is None or access.element is None:
        return False
    return inventory.service_type(access.element, access.port, vlan) == subscription.service_type


def _stored(subscription: Subscription) -> Identity | None:
    try:
        return stored_identity(subscription, None)
    except OctetError:
        return None


def _written(subscription: Subscription, inventory: Inventory) -> Identity | None:
    found = set(_candidates(subscription, inventory))
    return found.pop() if len(found) == 1 else None


def _candidates(subscription: Subscription, inventory: Inventory) -> Iterator[Identity]:
    for known in inventory.identified.held_by(subscription.access_id):
        if known.until is not None or known.held.stored:
            continue
        if known.held.vlan is None or is_of(subscription, known, inventory):
            yield known.identity


def _option82(identity: Identity) -> str | None:
    if not (identity.circuit or identity.remote):
        return None
    try:
        return option82(identity).hex().upper()
    except OctetError:
        return None


def _text(octets: bytes | None) -> str | None:
    return text(octets) if octets else None
