"""What the inventory says that an access should be: the `expected` of a diagnosis's case.

A provider's case holds its own services only; those of others are absent, whatever their state.
What the inventory does not say is left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from techinfo.access.answer import ServiceOf
from techinfo.access.rights import BROADBAND, Right
from techinfo.if_types import PON_TYPES
from techinfo.inventory import Access, Inventory, Subscription
from techinfo.model import Port
from techinfo.moments import rfc3339

_RATES = re.compile(r"[A-Za-z]+-(\d{1,6})-(\d{1,6})")
"""Broadband as it is named: Mbit/s to the customer, then from the customer (``BB-1000-100``)."""
_KBITS = 1000


def expected(
    inventory: Inventory,
    held: Right,
    *,
    shared: bool,
    port: Port | None,
    service: ServiceOf,
    vlans: Iterable[int],
) -> dict[str, Any]:
    """The `expected` of a case.

    Args:
        inventory: Where it stands.
        held: Whose services are told; of the operator's people everybody's.
        shared: Other accesses hang on the port; told to the operator's people.
        port: The port as it was read; ``None``: it was not.
        service: VLAN -> service type there.
        vlans: VLANs that were seen on the access; they give a service its VLAN where the
            subscription does not, and before them all that the inventory has for the service.
    """
    access = held.access
    services = _services(inventory, held, service, sorted(set(vlans)))
    told: dict[str, Any] = {
        "importedAt": rfc3339(inventory.imported_at),
        "accessState": access.state,
        "medium": access.medium or _medium(access, port),
        "portSpeed": access.port_speed,
        "opticClass": access.optic_class,
        "sharedPort": True if shared and held.full_access else None,
        "cpe": _cpe(inventory, access),
        "services": services,
    }
    return {key: value for key, value in told.items() if value is not None}


def own_services(inventory: Inventory, held: Right) -> Iterator[Subscription]:
    """The services on an access that a viewer may be told of, without those that have ended."""
    for one in inventory.subscriptions_on(held.access.access_id):
        theirs = held.full_access or one.provider == held.provider
        if theirs and (one.until is None or one.until > held.asked_at):
            yield one


def equipment_of(subscription: Subscription) -> str | None:
    """The MAC address of the one device that a service is tied to; ``None``: none, or several."""
    listed = _json(subscription.equipment)
    rows = listed if isinstance(listed, list) else []
    macs = {row.get("macAddress") for row in rows if isinstance(row, dict)} - {None}
    found = macs.pop() if len(macs) == 1 else None
    return found.upper() if isinstance(found, str) else None


def _services(
    inventory: Inventory, held: Right, service: ServiceOf, vlans: list[int]
) -> list[dict[str, Any]] | None:
    """The rows; ``None``: the inventory knows of no subscription at all, so of none is unknown."""
    own = list(own_services(inventory, held))
    if not own and held.full_access and not inventory.has_subscriptions:
        return None
    return [_service(inventory, one, held.asked_at, service, vlans) for one in own]


def _service(
    inventory: Inventory, one: Subscription, now: datetime, service: ServiceOf, vlans: list[int]
) -> dict[str, Any]:
    ordered = one.state == "ORDERED" or (one.since is not None and one.since > now)
    down, up = _rates(one)
    told = {
        "serviceType": one.service_type,
        "vlan": one.vlan if one.vlan is not None else _vlan(inventory, one, service, vlans),
        "state": "ORDERED" if ordered and one.state != "SUSPENDED" else one.state,
        "since": None if ordered else rfc3339(one.since),
        "until": rfc3339(one.until),
        "activationDate": rfc3339(one.since) if ordered else None,
        "down": down,
        "up": up,
        "equipmentMac": equipment_of(one),
        "macLimit": one.mac_limit,
        "macLocked": None if one.mac_locked is None else bool(one.mac_locked),
        "dhcpServer": one.dhcp_server,
        "fixedIp": True if has_fixed_address(one) else None,
        "holder": "own",
    }
    return {key: value for key, value in told.items() if value is not None}


def _vlan(
    inventory: Inventory, one: Subscription, service: ServiceOf, vlans: list[int]
) -> int | None:
    """The one VLAN that carries the service here: of those seen, else of all in the records."""
    for among in (vlans, inventory.vlans_of(one.service_type)):
        found = [vlan for vlan in among if service(vlan) == one.service_type]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _rates(one: Subscription) -> tuple[int | None, int | None]:
    """To and from the customer, kbit/s, where the name of a broadband service says them."""
    named = _RATES.fullmatch(one.service) if one.service_type == BROADBAND else None
    if named is None:
        return None, None
    return int(named[1]) * _KBITS, int(named[2]) * _KBITS


def has_fixed_address(one: Subscription) -> bool:
    """Whether its address is no lease."""
    told = _json(one.characteristics)
    return isinstance(told, dict) and told.get("fixedIp") is True


def _medium(access: Access, port: Port | None) -> str | None:
    """PON where the inventory or the port says so; a module that was read tells fibre by itself."""
    is_pon = access.ont_id is not None or (port is not None and port.if_type in PON_TYPES)
    return "pon" if is_pon else None


def _cpe(inventory: Inventory, access: Access) -> dict[str, Any] | None:
    cpe = inventory.cpe(access.access_id)
    if cpe is None:
        return None
    told = {"managed": cpe.address is not None or cpe.acs is not None, "mac": cpe.mac}
    return {key: value for key, value in told.items() if value is not None}


def _json(text: str | None) -> Any:
    try:
        return json.loads(text) if text else None
    except ValueError:
        return None
