"""What a pattern writes of a switch, a port and a VLAN, and what it reads back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

SWITCH_FIELDS = frozenset({"sysname", "ip", "mac"})
PORT_FIELDS = frozenset({"port", "ifindex", "ifname"})
NUMBER_FIELDS = frozenset({"module", "port", "vlan", "ifindex"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A switch, a port and a VLAN, each as far as it is known.

    Attributes:
        sysname: Name of the switch.
        ip: Address of the switch, as text.
        mac: ``AA:BB:CC:DD:EE:FF``, of the switch.
        module: Slot, unit or stack member, as the switch counts.
        port: Number of the port on its module, as on the front of the switch.
        ifname: Name of the port.
    """

    sysname: str | None = None
    ip: str | None = None
    mac: str | None = None
    module: int | None = None
    port: int | None = None
    vlan: int | None = None
    ifindex: int | None = None
    ifname: str | None = None

    def known(self) -> Iterator[tuple[str, str | int]]:
        """Name and value of everything that is known."""
        for name in _NAMES:
            if (value := getattr(self, name)) is not None:
                yield name, value

    def joined(self, other: Place) -> Place | None:
        """Both together; ``None`` when they contradict each other."""
        together = {}
        for name in _NAMES:
            mine, theirs = getattr(self, name), getattr(other, name)
            if mine is None:
                together[name] = theirs
            elif theirs is None or theirs == mine:
                together[name] = mine
            else:
                return None
        return Place(**together)


_NAMES = tuple(field.name for field in fields(Place))
