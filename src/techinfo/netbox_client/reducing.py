"""What is kept of NetBox's objects: the few things that elements, accesses and holders need."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Collection
from typing import Any

from techinfo.netbox_client.server import Object

Reduced = dict[str, Any]
Reduce = Callable[[Object], Reduced]


def reducers(custom_fields: Collection[str]) -> dict[str, Reduce]:
    """Kind of object -> what is kept of one.

    Args:
        custom_fields: Names of those that mean anything.
    """

    def custom(found: Object) -> Reduced:
        fields = found.get("custom_fields")
        told = fields if isinstance(fields, dict) else {}
        return {name: told[name] for name in custom_fields if told.get(name) not in (None, "")}

    def device(found: Object) -> Reduced:
        return {
            "name": _text(found.get("name")),
            "address": _address(found.get("primary_ip")),
            "site": _inner(found.get("site"), "slug"),
            "chassis": _inner(found.get("virtual_chassis"), "id"),
            "master": _inner(_inner(found.get("virtual_chassis"), "master"), "id"),
            "tenant": _inner(found.get("tenant"), "id"),
            "custom": custom(found),
        }

    def interface(found: Object) -> Reduced:
        return {
            "name": _text(found.get("name")),
            "device": _inner(found.get("device"), "id"),
            "cable": _inner(found.get("cable"), "id"),
            "far": _far(found),
            "custom": custom(found),
        }

    def cable(found: Object) -> Reduced:
        kept = {"tenant": _inner(found.get("tenant"), "id"), "custom": custom(found)}
        return {name: value for name, value in kept.items() if value}

    def tenant(found: Object) -> Reduced:
        return {"name": _text(found.get("name")), "custom": custom(found)}

    return {"device": device, "interface": interface, "cable": cable, "tenant": tenant}


def _far(interface: Object) -> list[int]:
    """The devices at the other end of a path that is there and in use."""
    if interface.get("connected_endpoints_reachable") is not True:
        return []
    ends = interface.get("connected_endpoints")
    found = (_inner(_inner(end, "device"), "id") for end in ends or () if isinstance(end, dict))
    return sorted({number for number in found if isinstance(number, int)})


def _address(primary: Any) -> str | None:
    """The address of an IP address object, which NetBox writes with its prefix length."""
    written = _inner(primary, "address")
    try:
        return str(ipaddress.ip_interface(str(written)).ip) if written else None
    except ValueError:
        return str(written)


def _inner(found: Any, key: str) -> Any:
    return found.get(key) if isinstance(found, dict) else None


def _text(found: Any) -> str | None:
    return found if isinstance(found, str) and found else None
