"""From what NetBox has to the inventory's records.

A device is an element. An access is where a custom field holds an accessId: on an interface of an
element, on its cable, or on the device at the other end of its path. A tenant of that cable or
device is a holder only if a custom field of the tenant says which provider it is.

What contradicts itself or cannot be used is left out and told; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from techinfo.inventory.records import Kind
from techinfo.inventory.shapes import Shape
from techinfo.netbox_client.reducing import Reduced

Row = dict[str, str]
Tell = Callable[[str, str], None]
"""Called with which object of NetBox, and what is wrong with it."""

OURS = "nb."
"""In front of the subscription_id of a holder that NetBox has told."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Fields:
    """What the custom fields of NetBox mean; see `techinfo.config.netbox.NetBoxSettings`."""

    access_id: str
    provider: str | None = None
    far_element: str | None = None
    far_port: str | None = None
    elements: Mapping[str, str] = field(default_factory=dict)
    accesses: Mapping[str, str] = field(default_factory=dict)
    subscriptions: Mapping[str, str] = field(default_factory=dict)

    def names(self) -> frozenset[str]:
        """All custom fields that are read."""
        some = (self.access_id, self.provider, self.far_element, self.far_port)
        maps = (self.elements, self.accesses, self.subscriptions)
        mapped = {name for fields in maps for name in fields.values()}
        return frozenset(mapped | {name for name in some if name is not None})


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What NetBox has, reduced: id, as text -> object."""

    elements: Mapping[str, Reduced]
    far_devices: Mapping[str, Reduced]
    interfaces: Mapping[str, Reduced]
    cables: Mapping[str, Reduced]
    tenants: Mapping[str, Reduced]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Found:
    """An accessId at a place.

    Attributes:
        where: The place in words.
        element: Name of the element; ``None``: connected to none.
        carriers: Objects whose fields and tenants are its own, the one with the accessId first.
    """

    access_id: str
    where: str
    element: Any
    port: Any
    carriers: tuple[Reduced, ...]


class NetBoxMapping:
    """Makes rows of what NetBox has.

    Attributes:
        left_out: Elements by device id that are not taken, so that nothing is said of their ports.
    """

    def __init__(
        self, told: Told, fields: Fields, shapes: Mapping[Kind, Shape], tell: Tell
    ) -> None:
        self._told = told
        self._fields = fields
        self._shapes = shapes
        self._tell = tell
        self._names: dict[str, str] = {}
        self.left_out: set[str] = set()

    def elements(self) -> Iterator[Row]:
        """Every device that is asked by itself; members of a chassis are asked by its master."""
        by_name: dict[str, list[str]] = {}
        rows: dict[str, Row] = {}
        for number, device in self._told.elements.items():
            if self._is_member(number, device):
                continue
            row = self._element(number, device)
            if row is None:
                self.left_out.add(number)
                continue
            rows[number] = row
            by_name.setdefault(row["name"], []).append(number)
        for name, numbers in sorted(by_name.items()):
            if len(numbers) > 1:
                self._tell(f"device {name}", f"{len(numbers)} devices are called so")
                self.left_out.update(numbers)
                continue
            self._names[numbers[0]] = name
            yield rows[numbers[0]]

    def accesses(self) -> Iterator[tuple[Row, _Found]]:
        """Every access with its element and port. Take `elements` first."""
        by_id: dict[str, list[_Found]] = {}
        for found in (*self._on_interfaces(), *self._on_far_devices_alone()):
            by_id.setdefault(found.access_id, []).append(found)
        for access_id, places in sorted(by_id.items()):
            connected = [place for place in places if place.element is not None]
            places = connected or places
            if len(places) > 1:
                where = " and ".join(place.where for place in places[:3])
                self._tell(f"access {access_id}", f"stands in {len(places)} places: {where}")
                continue
            row = self._access(places[0])
            if row is not None:
                yield row, places[0]

    def subscriptions(self, found: _Found) -> Iterator[Row]:
        """The holders of an access."""
        seen: set[str] = set()
        for carrier in found.carriers:
            tenant = str(carrier.get("tenant") or "")
            provider = (
                self._told.tenants.get(tenant, {}).get("custom", {}).get(self._fields.provider)
            )
            if provider is None or tenant in seen:
                continue
            seen.add(tenant)
            cells: dict[str, Any] = {
                "subscription_id": f"{OURS}{tenant}.{found.access_id}",
                "access_id": found.access_id,
                "provider": provider,
                "service": "unknown",
                "service_type": "unknown",
            }
            carriers = (carrier, *(one for one in found.carriers if one is not carrier))
            cells |= _told_by(self._fields.subscriptions, carriers)
            row = self._checked("subscriptions", f"tenant {tenant} of {found.access_id}", cells)
            if row is not None:
                yield row

    def _is_member(self, number: str, device: Reduced) -> bool:
        master = device["master"]
        return master is not None and str(master) != number

    def _element(self, number: str, device: Reduced) -> Row | None:
        which = f"device {device['name'] or '(no name)'} ({number})"
        if device["name"] is None or device["address"] is None:
            missing = "name" if device["name"] is None else "primary IP address"
            if device["chassis"] is not None and device["master"] is None:
                missing += "; its virtual chassis has no master"
            self._tell(which, f"has no {missing}")
            return None
        cells = {"name": device["name"], "address": device["address"], "site": device["site"]}
        return self._checked("elements", which, cells | _told_by(self._fields.elements, (device,)))

    def _on_interfaces(self) -> Iterator[_Found]:
        for number, interface in self._told.interfaces.items():
            device = str(interface["device"])
            asked = self._asked(device)
            if asked is None:
                continue
            name = self._told.elements[device]["name"]
            where = f"{name} {interface['name']}"
            cable = self._told.cables.get(str(interface["cable"]), {})
            near = (interface, cable)
            far = [self._told.far_devices.get(str(one)) for one in interface["far"]]
            yield from self._of_interface(number, where, asked, interface, near, far)

    def _of_interface(
        self,
        number: str,
        where: str,
        asked: str,
        interface: Reduced,
        near: tuple[Reduced, ...],
        far: list[Reduced | None],
    ) -> Iterator[_Found]:
        """The accesses of one interface: one, or on a shared port one for each far device."""
        here = self._ids(near)
        beyond = [one for one in far if one is not None and self._ids((one,))]
        ids = here | {found for one in beyond for found in self._ids((one,))}
        if not ids:
            return
        if here and len(ids) > 1:
            said = " and ".join(sorted(ids))
            self._tell(f"interface {where} ({number})", f"has more than one accessId: {said}")
            return
        carriers: list[tuple[Reduced, ...]]
        if here or len(beyond) == 1:
            every = (*near, *(one for one in far if one is not None))
            first = sorted(every, key=lambda one: self._fields.access_id not in _custom(one))
            carriers = [tuple(first)]
        else:
            carriers = [(one, *near) for one in beyond]
        for carrying in carriers:
            yield _Found(
                access_id=str(_custom(carrying[0])[self._fields.access_id]),
                where=where,
                element=asked,
                port=interface["name"],
                carriers=carrying,
            )

    def _on_far_devices_alone(self) -> Iterator[_Found]:
        """AccessIds of far devices that no interface leads to.

        They are connected to nothing, unless fields of theirs name element and port: NetBox traces
        no path through a splitter.
        """
        reached = {str(one) for i in self._told.interfaces.values() for one in i["far"]}
        taken = set(self._names.values())
        for number, device in self._told.far_devices.items():
            if number in reached:
                continue
            where = f"device {device['name'] or number}"
            element, port = (
                _custom(device).get(name) if name is not None else None
                for name in (self._fields.far_element, self._fields.far_port)
            )
            if element is not None and element not in taken:
                self._tell(where, f"is on {element!r}, which is no element that is taken")
                continue
            for found in self._ids((device,)):
                yield _Found(
                    access_id=found, where=where, element=element, port=port, carriers=(device,)
                )

    def _asked(self, device: str) -> str | None:
        """The name of the element that answers for a device's interfaces."""
        found = self._told.elements.get(device)
        if found is None:
            return None
        master = str(found["master"]) if self._is_member(device, found) else device
        return self._names.get(master)

    def _ids(self, carriers: tuple[Reduced, ...]) -> set[str]:
        found = (_custom(one).get(self._fields.access_id) for one in carriers)
        return {str(one) for one in found if isinstance(one, str | int)}

    def _access(self, found: _Found) -> Row | None:
        cells = {"access_id": found.access_id, "element": found.element, "port": found.port}
        cells |= _told_by(self._fields.accesses, found.carriers)
        return self._checked("accesses", f"access {found.access_id} ({found.where})", cells)

    def _checked(self, kind: Kind, which: str, cells: Mapping[str, Any]) -> Row | None:
        """The row, if the inventory takes it."""
        shape = self._shapes[kind]
        values = dict(shape.defaults)
        row: Row = {}
        for key, cell in cells.items():
            if cell is None:
                continue
            try:
                row[key] = _text(cell)
                values[key] = shape.parsers[key](row[key])
            except ValueError as error:
                self._tell(which, f"{key}: {error}")
                return None
        for key, why in shape.rules(values):
            self._tell(which, f"{key}: {why}")
            return None
        return row


def _custom(found: Reduced) -> Mapping[str, Any]:
    custom: Mapping[str, Any] = found.get("custom") or {}
    return custom


def _told_by(fields: Mapping[str, str], carriers: tuple[Reduced, ...]) -> dict[str, Any]:
    """Column -> what the first carrier has that tells it."""
    told: dict[str, Any] = {}
    for column, name in fields.items():
        for carrier in carriers:
            if name in _custom(carrier):
                told[column] = _custom(carrier)[name]
                break
    return told


def _text(cell: Any) -> str:
    """A custom field of type text, integer, date, boolean or selection."""
    if isinstance(cell, dict):
        cell = cell.get("value", cell.get("name"))
    if isinstance(cell, bool):
        return str(int(cell))
    if isinstance(cell, str | int):
        return str(cell)
    raise ValueError(f"{type(cell).__name__} is neither text nor a whole number")
