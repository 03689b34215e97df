"""What no element of a network can tell: ON-API's ``unsupportedFields``, in the model's words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields

from techinfo.access.attachment import element_target
from techinfo.collect import AnyCollector
from techinfo.driver.driver import Driver
from techinfo.driver.tables import QuantityTable, SensorTable, Table
from techinfo.facts.build import tables_of
from techinfo.inventory import Inventory
from techinfo.model import Fact

_MEASURED = frozenset({"rx_power", "tx_power", "temperature", "bias", "voltage"})
_BOTH_WAYS = ("bytes", "unicast", "multicast", "broadcast", "errors", "discards", "pauses")
FIELDS: Mapping[Fact, frozenset[str]] = {
    Fact.LINK: frozenset(
        {"up", "admin_down", "last_change", "speed", "full_duplex", "configured_speed"}
    ),
    Fact.COUNTERS: frozenset(f"{way}_{n}" for way in ("in", "out") for n in _BOTH_WAYS)
    | {"in_crc_errors", "discontinuity"},
    Fact.TRANSCEIVER: _MEASURED | {"vendor", "part_number", "serial_number"},
    Fact.MACS: frozenset({"mac", "vlan"}),
    Fact.LEASES: frozenset({"address", "mac", "vlan", "remaining"}),
    Fact.GROUPS: frozenset({"address", "vlan", "up_time", "counter"}),
    Fact.SHAPING: frozenset({"queue", "vlan", "cir", "pir"}),
}
"""What ON-API has a place for, in the words of `techinfo.driver.tables`."""

_ALSO = {
    "fdb_id": "vlan",
    "pvid": "vlan",
    "only_vlan": "vlan",
    "high_speed": "speed",
    "if_speed": "speed",
    "lanes_rx": "rx_power",
    "lanes_tx": "tx_power",
    "lanes_bias": "bias",
}
"""What else tells a field."""


@dataclass(frozen=True, slots=True)
class Teller:
    """What elements with one driver can tell.

    Attributes:
        lacking: Facts that the driver reads and this model does not have.
    """

    driver: Driver
    lacking: frozenset[Fact] = frozenset()


async def tellers(inventory: Inventory, collector: AnyCollector) -> tuple[Teller, ...]:
    """Who tells something in this network.

    An element that was never met, and whose driver the inventory does not name, may be of any.
    """
    drivers = collector.registry.drivers
    found: dict[tuple[str, frozenset[Fact]], Teller] = {}
    elements = inventory.elements()
    everyone = await collector.met([element_target(element) for element in elements])
    for element, met in zip(elements, everyone, strict=True):
        named = drivers.get(met.driver if met else element.driver or "")
        if met is not None and named is not None:
            told = [Teller(named, met.lacking)]
        else:
            told = [Teller(named)] if named else [Teller(d) for d in drivers.values()]
        found.update({(t.driver.name, t.lacking): t for t in told})
    return tuple(found.values())


def unsupported_fields(told: Iterable[Teller]) -> Mapping[Fact, frozenset[str]]:
    """Fact -> fields of its tables that nobody tells, spelt as in `techinfo.driver.tables`.

    A fact that nobody tells at all has all of its fields in it; one that misses nothing is left
    out. In doubt a field is told: a table's ``row`` may give any.
    """
    everyone = tuple(told)
    missing = {
        fact: every - {name for teller in everyone for name in _told(teller, fact)}
        for fact, every in FIELDS.items()
    }
    return {fact: names for fact, names in missing.items() if names}


def _told(teller: Teller, fact: Fact) -> Iterator[str]:
    if fact in teller.lacking:
        return
    for table in tables_of(teller.driver, fact):
        if table.row is not None:
            yield from FIELDS[fact]
        elif isinstance(table, SensorTable):
            yield from _MEASURED
        elif isinstance(table, QuantityTable):
            yield from (quantity.field for quantity in table.kinds.values())
        else:
            yield from _named(table)


def _named(table: Table) -> Iterator[str]:
    for field in fields(table):
        if getattr(table, field.name):
            yield _ALSO.get(field.name, field.name)
