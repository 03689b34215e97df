"""The JSON form of a network for look-ups: switches with templates, accesses with identifiers.

Its keys are ``switches`` and ``accesses``; ``complete`` says that the whole network is in it, so
that what is unique in it is unique. It becomes elements, accesses, services and
subscriptions, as in every other form of an inventory.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from techinfo.dhcp.identity import Identity
from techinfo.dhcp.layouts import LAYOUTS, STORED_ONLY
from techinfo.dhcp.octets import option82, text
from techinfo.errors import InventoryImportError, OctetError
from techinfo.inventory.importing.json_source import Cursor, JsonObject
from techinfo.inventory.importing.sources import (
    NO_OBJECT,
    Declared,
    Item,
    RawRecord,
    Section,
    Unreadable,
)
from techinfo.inventory.records import NOBODY, Kind
from techinfo.inventory.shapes import camel_case

_Object = dict[str, object]
_Record = tuple[Kind, str, dict[str, object]]
"""Kind, place in the file, cells."""
_KINDS: tuple[Kind, ...] = ("elements", "accesses", "services", "subscriptions")
_IDENTIFIERS = {
    "circuit_id": "ipv4_circuit_id",
    "remote_id": "ipv4_remote_id",
    "interface_id": "ipv6_interface_id",
    "remote6_id": "ipv6_remote_id",
}
"""Key of an element's pattern -> key of a subscription's value; both stand here as ON-API spells
the latter."""
_ELSEWHERE = ".invalid"
"""Of a host name that no network has (RFC 2606): two switches with one address are one agent."""


class _RecordError(Exception):
    """One thing in the file is not as it should be; the rest can be read."""


@dataclass
class _Network:
    """What has been read so far.

    Attributes:
        elements: Names of switches that are elements.
        addresses: Those taken.
        vlans: Services of ports that have been read.
    """

    elements: set[str] = field(default_factory=set)
    addresses: set[str] = field(default_factory=set)
    vlans: set[tuple[str, str, str]] = field(default_factory=set)


def is_network(text_: str) -> bool:
    """Whether a file is in this form: one of its top-level keys is ``switches``."""
    return '"switches"' in text_ and bool(re.match(r"\s*\{", text_)) and _has_switches(text_)


def _has_switches(text_: str) -> bool:
    cursor = Cursor(text_, Path())
    cursor.accept("{")
    try:
        while (key := cursor.key()) != "switches":
            cursor.expect(":", "a colon")
            cursor.value()
            if not cursor.accept(","):
                return False
    except InventoryImportError:
        return False
    return bool(key)


def read_network(text_: str, path: Path) -> Iterator[Item]:
    """Sections and records of a file in this form.

    Raises:
        InventoryImportError: It is not laid out so.
    """
    cursor, network = Cursor(text_, path), _Network()
    for kind in _KINDS:
        yield Section(kind=kind)
    complete = False
    cursor.expect("{", "an object with the keys switches and accesses")
    while True:
        key = cursor.key()
        cursor.expect(":", "a colon")
        if key == "switches":
            yield from _each(cursor, key, lambda found, place: _switch(found, place, network))
        elif key == "accesses":
            yield from _each(cursor, key, lambda found, place: _access(found, place, network))
        else:
            value = cursor.value()
            complete |= key == "complete" and value is True
        if not cursor.accept(","):
            break
    cursor.expect("}", "a comma or the closing brace")
    cursor.expect("", "nothing more")
    yield Declared(complete=complete)


def _each(
    cursor: Cursor, key: str, records: Callable[[_Object, str], Iterator[_Record]]
) -> Iterator[Item]:
    for place, line, found in cursor.items(key, trailing_comma=True):
        try:
            for kind, inner, cells in records(_object(found), place):
                keys, values = tuple(cells), tuple(cells.values())
                yield RawRecord(kind=kind, place=f"{inner}.", line=line, keys=keys, cells=values)
        except _RecordError as wrong:
            yield Unreadable(line=line, key=place, why=str(wrong))


def _switch(switch: _Object, place: str, network: _Network) -> Iterator[_Record]:
    name, ip, mac, layout = (_text(switch, key) for key in ("name", "ip", "mac", "layout"))
    templates = _inner(switch, "templates")
    if name is None:
        raise _RecordError("a switch has no name")
    if layout == STORED_ONLY and not templates and ip is None and mac is None:
        return
    if not templates and layout is not None and layout not in LAYOUTS and layout != STORED_ONLY:
        raise _RecordError(f"layout {layout!r} is not known, and no templates are given")
    network.elements.add(name)
    yield (
        "elements",
        place,
        {
            "name": name,
            "address": _address(name, ip, network),
            "ip": ip,
            "mac": mac,
            "sys_name": name,
            "layout": layout if layout in LAYOUTS or not templates else None,
            "enterprise_number": _text(switch, "ipv6EnterpriseNumber"),
            **{
                pattern: _text(templates, camel_case(value))
                for pattern, value in _IDENTIFIERS.items()
            },
        },
    )


def _access(access: _Object, place: str, network: _Network) -> Iterator[_Record]:
    element, access_id = _text(access, "switch"), _text(access, "accessId")
    numbers = [_text(access, key) for key in ("module", "port")]
    if_index = _text(access, "ifIndex")
    port = if_index or "/".join(number for number in numbers if number is not None) or None
    if element not in network.elements:
        element = port = None
    yield (
        "accesses",
        place,
        {
            "access_id": access_id,
            "element": element,
            "port": port,
            "port_by": "index" if if_index and port else "any",
            "module": numbers[0],
            "port_number": numbers[1],
        },
    )
    services = _inner(access, "vlans")
    for service in services if element and port else ():
        vlan = _text(services, service)
        known = (str(element), str(port), str(vlan))
        if vlan is not None and known not in network.vlans:
            network.vlans.add(known)
            cells: dict[str, object] = {"vlan": vlan, "service_type": service}
            yield "services", f"{place}.vlans", {**cells, "element": element, "port": port}
    for number, one in enumerate(_list(access.get("subscriptions"))):
        inner = f"{place}.subscriptions[{number}]"
        yield "subscriptions", inner, _subscription(_object(one), access_id, set(services))


def _subscription(
    subscription: _Object, access_id: str | None, services: set[str]
) -> dict[str, object]:
    published, raw = _inner(subscription, "dhcpIdentifier"), _inner(subscription, "raw")
    cells: dict[str, object] = {
        ours: _text(published, camel_case(ours)) for ours in _IDENTIFIERS.values()
    }
    for key, ours in (("ifaceHex", "ipv6_interface_id"), ("remote6Hex", "ipv6_remote_id")):
        if octets := _octets(raw, key):
            cells[ours] = text(octets)
    service = _text(subscription, "service")
    return {
        **cells,
        "subscription_id": _text(subscription, "subscriptionId"),
        "access_id": access_id,
        "provider": _text(subscription, "provider") or NOBODY,
        "service": service,
        "service_type": _service_type(service or "", services),
        "option82": _text(subscription, "option82") or _option82(raw),
    }


def _option82(raw: _Object) -> str | None:
    identity = Identity(circuit=_octets(raw, "circuitHex"), remote=_octets(raw, "remoteHex"))
    try:
        return option82(identity).hex().upper() if identity else None
    except OctetError as error:
        raise _RecordError(f"raw: {error}") from error


def _service_type(service: str, services: set[str]) -> str | None:
    """What the VLAN of a service such as BB-1000-1000 is called here."""
    kind = service.split("-")[0].lower()
    return next((name for name in services if name.lower() == kind), kind) or None


def _address(name: str, ip: str | None, network: _Network) -> str:
    if ip is None or ip in network.addresses:
        label = re.sub("[^0-9a-z]+", "-", name.lower()).strip("-")[:48] or "switch"
        return f"{label}-{len(network.elements)}{_ELSEWHERE}"
    network.addresses.add(ip)
    return ip


def _octets(raw: _Object, key: str) -> bytes | None:
    found = _text(raw, key)
    try:
        return bytes.fromhex(found) if found else None
    except ValueError:
        raise _RecordError(f"raw.{key}: is not hex") from None


def _text(found: _Object, key: str) -> str | None:
    value = found.get(key)
    if value is None or isinstance(value, str):
        return value
    raise _RecordError(f"{key}: expected text or a whole number")


def _inner(found: _Object, key: str) -> _Object:
    """The object under a key; empty when nothing is there."""
    return _object(found.get(key) or JsonObject())


def _object(found: object) -> _Object:
    if not isinstance(found, JsonObject):
        raise _RecordError(NO_OBJECT)
    out = dict(found)
    if len(out) != len(found):
        raise _RecordError("a key stands twice in one record")
    return out


def _list(found: object) -> list[object]:
    if found is None:
        return []
    if isinstance(found, list) and not isinstance(found, JsonObject):
        return found
    raise _RecordError("subscriptions: expected a list")
