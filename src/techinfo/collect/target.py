"""What is asked of the collector, and what it gives back: plain values, no device secret."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from techinfo.facts.aggregates import merged
from techinfo.model import Device, Fact, Part, PortFacts
from techinfo.wire import SnmpLimits


@dataclass(frozen=True, kw_only=True, slots=True)
class PortName:
    """How the inventory names a port.

    Attributes:
        by: ``name`` (ifName), ``descr``, ``alias``, ``index``, or ``any`` of them in that order.
    """

    name: str
    by: str = "any"


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """One element, and one port of it or all.

    Attributes:
        element: Its name in the inventory; the collector's memory is kept under it.
        credential: Name of the credential, never the secret.
        driver: Name of a driver; ``None``: the one that claims its sysObjectID.
        engine: ``slim`` or ``pysnmp``.
        site: Where the inventory says that it stands; a whole site can be paused.
        sys_name: What sysName must say; ``None``: whatever it said first.
        port_name: ``None`` for all ports.
        vlans: Rows of these VLANs are wanted (a shared port); empty: all. It narrows what is
            walked where a table can be read by VLAN; rows of others may come as well.
        nameless: It may lack the system group, as a walk of some tables does that was mailed.
        assumed_id: Its sysObjectID where it tells none.
    """

    element: str
    host: str
    port: int = 161
    credential: str = "default"
    driver: str | None = None
    engine: str = "slim"
    site: str | None = None
    sys_name: str | None = None
    port_name: PortName | None = None
    vlans: tuple[int, ...] = ()
    nameless: bool = False
    assumed_id: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """What a reading has cost the device."""

    requests: int = 0
    retries: int = 0
    varbinds: int = 0
    walks: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What was read of an element.

    Attributes:
        driver: Name of the driver that read it.
        if_index: The port that was asked for; ``None`` when all were.
        ports: By ifIndex. Of a one-port reading only that port is in it, and its aggregate.
        parts: State of every fact that was asked for.
        cost: Nothing, when all came from the cache.
        limits: What the agent was found to stand; ``None``: all that its driver says.
        silent_since: Since when the element does not answer, if it did not when this was told: a
            reading from the cache may be of one that has gone silent since.
    """

    element: str
    driver: str = ""
    device: Device | None = None
    if_index: int | None = None
    ports: Mapping[int, PortFacts] = field(default_factory=dict)
    parts: Mapping[Fact, Part] = field(default_factory=dict)
    cost: Cost = Cost()
    limits: SnmpLimits | None = None
    silent_since: datetime | None = None

    @property
    def port(self) -> PortFacts | None:
        """The facts of the port that was asked for, with the rows of its aggregate."""
        return merged(self.ports, self.if_index) if self.if_index is not None else None

    @property
    def read_at(self) -> datetime | None:
        """When the oldest part was read."""
        return min((p.read_at for p in self.parts.values() if p.read_at), default=None)
