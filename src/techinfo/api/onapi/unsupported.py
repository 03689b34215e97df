"""What no element of a network can read: ON-API's ``unsupportedFields``.

Drivers name them as fields of their tables, ON-API as parameters of 2.6; `WORDS` has both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from techinfo.access.attachment import element_target
from techinfo.access.troubleshoot import Troubleshooter
from techinfo.api.errors import ApiError
from techinfo.collect import AnyCollector
from techinfo.collect.target import DriverInfo
from techinfo.error_codes import Code
from techinfo.facts.describe import ANY
from techinfo.inventory import Inventory
from techinfo.model import Fact


@dataclass(frozen=True, slots=True)
class Teller:
    """What elements with one driver can read.

    Attributes:
        lacking: Facts that the driver reads and this model does not have.
        by_command_line: Facts that the command line may tell, any field of them.
    """

    driver: DriverInfo
    lacking: frozenset[Fact] = frozenset()
    by_command_line: frozenset[Fact] = frozenset()


async def tellers(inventory: Inventory, collector: AnyCollector) -> tuple[Teller, ...] | None:
    """The drivers of this network, with what their models lack; ``None``: nobody tells them.

    An element that was never met, and whose driver the inventory does not name, may be of any.
    """
    drivers = await collector.drivers()
    if drivers is None:
        return None
    found: dict[tuple[str, frozenset[Fact], frozenset[Fact]], Teller] = {}
    elements = inventory.elements()
    everyone = await collector.met([element_target(element) for element in elements])
    for element, met in zip(elements, everyone, strict=True):
        named = drivers.get(met.driver if met else element.driver or "")
        told = met.tells if met is not None else frozenset(FIELDS)
        line = frozenset(f for f in told if named is None or f.value not in named.fields)
        line = line if element.ssh_login else frozenset()
        if met is not None and named is not None:
            of_element = [Teller(named, met.lacking, line)]
        else:
            may_be = [named] if named else drivers.values()
            of_element = [Teller(driver, by_command_line=line) for driver in may_be]
        found.update({(t.driver.name, t.lacking, t.by_command_line): t for t in of_element})
    return tuple(found.values())


def unsupported_fields(sources: Iterable[Teller] | None) -> Mapping[Fact, frozenset[str]]:
    """Fact -> fields of its tables that no element has, spelt as in `techinfo.driver.tables`.

    A fact that no element has has all of its fields in it; one that misses nothing is left
    out. In doubt a field is supported: a table's ``row`` may give any, and of drivers that nobody
    tells nothing is known to be missing.
    """
    if sources is None:
        return {}
    everyone = tuple(sources)
    missing = {
        fact: every - {name for teller in everyone for name in _readable(teller, fact)}
        for fact, every in FIELDS.items()
    }
    return {fact: names for fact, names in missing.items() if names}


def _readable(teller: Teller, fact: Fact) -> Iterator[str]:
    if fact in teller.by_command_line:
        yield from FIELDS[fact]
    if fact in teller.lacking:
        return
    told = teller.driver.fields.get(fact.value, ())
    yield from FIELDS[fact] if ANY in told else told


_KEPT = timedelta(seconds=60)
_FLOW = {
    "bytes": ("bytes",),
    "unicast": ("unicast", "packets"),
    "multicast": ("multicast", "packets"),
    "broadcast": ("broadcast", "packets"),
    "errors": ("errors",),
    "pauses": ("pauses",),
}
_OPTICS = {
    "rx_power": "dbmRx",
    "tx_power": "dbmTx",
    "temperature": "temp",
    "bias": "biasTx",
    "voltage": "supplyVoltage",
    "vendor": "vendor",
    "part_number": "partNumber",
    "serial_number": "serialNumber",
}
WORDS: Mapping[Fact, Mapping[str, tuple[str, ...]]] = {
    Fact.LINK: {
        "up": ("link",),
        "admin_down": ("adminDown",),
        "last_change": ("linkSince",),
        "speed": ("linkSpeed",),
        "full_duplex": ("fullDuplex",),
        "configured_speed": ("speed",),
    },
    Fact.COUNTERS: {
        f"{way}_{ours}": tuple(f"statistics.{direction}.{name}" for name in names)
        for way, direction in (("in", "input"), ("out", "output"))
        for ours, names in _FLOW.items()
    }
    | {"in_crc_errors": ("statistics.input.crcErrors",)},
    Fact.TRANSCEIVER: {ours: (f"transceiver.{name}",) for ours, name in _OPTICS.items()},
    Fact.SHAPING: {
        "queue": ("configuredSpeed.queue",),
        "vlan": ("configuredSpeed.serviceType",),
        "cir": ("configuredSpeed.cir",),
        "pir": ("configuredSpeed.pir",),
    },
    Fact.MACS: {"mac": ("mac",), "vlan": ("vlan", "serviceType")},
    Fact.LEASES: {
        "address": ("lease",),
        "mac": ("mac",),
        "vlan": ("serviceType",),
        "time_remaining": ("end",),
    },
    Fact.GROUPS: {
        "address": ("multicast",),
        "up_time": ("timestamp",),
        "counter": ("counter",),
    },
}
"""Fact -> field of `techinfo.driver.tables` -> parameters of 2.6 that are read from it."""
FIELDS: Mapping[Fact, frozenset[str]] = {fact: frozenset(words) for fact, words in WORDS.items()}
"""What ON-API has a place for."""


@dataclass(slots=True)
class Unreadable:
    """What the network cannot read; found out once a minute, and after every import."""

    _fields: Mapping[Fact, frozenset[str]] = field(default_factory=dict)
    _of: tuple[int, ...] | None = None
    _until: datetime | None = None

    async def fields(self, network: Troubleshooter) -> Mapping[Fact, frozenset[str]]:
        """Fact -> fields that no element has, in the words of `techinfo.api.onapi.unsupported`."""
        now, generation = network.now(), network.inventory.generation
        if self._until is None or now >= self._until or generation != self._of:
            self._fields = unsupported_fields(await tellers(network.inventory, network.collector))
            self._of, self._until = generation, now + _KEPT
        return self._fields

    async def words(self, network: Troubleshooter, facts: tuple[Fact, ...]) -> list[str]:
        """The parameters of some facts that no element has, as 2.6 spells them."""
        missing = await self.fields(network)
        return sorted({word for fact in facts for word in _words(fact, missing.get(fact))})

    async def refuse(self, network: Troubleshooter, fact: Fact) -> None:
        """Refuse what could be asked of no access.

        Raises:
            ApiError: 501, no network element here can read this fact at all.
        """
        if (await self.fields(network)).get(fact) == FIELDS[fact]:
            raise ApiError(
                Code.NOT_IN_THIS_NETWORK,
                "no network element here can tell that; the endpoints list names what is not told",
            )


def _words(fact: Fact, missing: frozenset[str] | None) -> Iterator[str]:
    for name in missing or ():
        yield from WORDS[fact].get(name, ())
