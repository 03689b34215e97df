"""What lines of several elements have in common, by the inventory: a street or cable, a site."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from techinfo.inventory import Inventory


@dataclass(slots=True)
class InventorySurroundings:
    """`techinfo.history.disturbed.Surroundings` of an inventory; asked by one thread."""

    inventory: Inventory
    _generation: tuple[int, ...] = ()
    _sites: dict[str, str] = field(default_factory=dict)

    def streets_of(self, access_ids: Collection[str]) -> Collection[str]:
        """The streets or cables of some accesses."""
        found = (self.inventory.access(one) for one in access_ids)
        return {one.cable_group for one in found if one is not None and one.cable_group}

    def on_street(self, street: str) -> Collection[str]:
        """The accesses of a street or cable."""
        return [one.access_id for one in self.inventory.accesses_of_cable(street)]

    def site_of(self, element: str) -> str | None:
        """Where an element stands."""
        return self._known().get(element)

    def at_site(self, site: str) -> Collection[str]:
        """The elements that stand there."""
        return [name for name, where in self._known().items() if where == site]

    def _known(self) -> dict[str, str]:
        generation = self.inventory.generation
        if generation != self._generation:
            elements = self.inventory.elements()
            self._sites = {one.name: one.site for one in elements if one.site}
            self._generation = generation
        return self._sites
