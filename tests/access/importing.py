"""An inventory of two ports that is imported again and again, and who may see what by then."""

from __future__ import annotations

from pathlib import Path

from tests.access.played import Clock, imported, stocked

from techinfo.access.rights import Right, right
from techinfo.access.viewer import Viewer

ACCESSES = {"X": "ge1", "Y": "ge2"}


class Imports:
    """At first isp-a has broadband on X; isp-c on Y, the port beside."""

    def __init__(self, folder: Path) -> None:
        self.clock = Clock()
        self.folder = folder
        self._imports = 0
        self.inventory = stocked(folder, self._text(("X isp-a bb", "Y isp-c bb")), self.clock)

    def import_(self, *rows: str, places: dict[str, str] | None = None) -> None:
        """Subscriptions, ``access provider service_type more``, each time with other ids."""
        imported(self.inventory, self.folder, self._text(rows, places))

    def _text(self, rows: tuple[str, ...], places: dict[str, str] | None = None) -> str:
        self._imports += 1
        told = [row.split(" ", 3) for row in rows]
        return (
            "elements: [{name: sw, address: 192.0.2.3, sys_name: elm}]\n"
            "services: [{vlan: 100, service_type: bb}, {vlan: 200, service_type: iptv}]\n"
            "accesses:\n"
            + "".join(
                f"  - {{access_id: {access}, element: sw, port: {port}, port_by: name}}\n"
                for access, port in (places or ACCESSES).items()
            )
            + "subscriptions:\n"
            + "".join(
                f"  - {{subscription_id: S-{self._imports}-{n}, access_id: {access},"
                f" provider: {provider}, service: x, service_type: {kind}"
                f"{''.join(f', {x}' for x in more)}}}\n"
                for n, (access, provider, kind, *more) in enumerate(told)
            )
        )

    def right(self, viewer: Viewer, access: str = "X") -> Right:
        """What somebody may see of an access now."""
        found = self.inventory.access(access)
        assert found is not None
        return right(viewer, found, self.inventory, self.clock())
