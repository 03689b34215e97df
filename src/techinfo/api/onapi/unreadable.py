"""What no network element of this network can tell, in ON-API's words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from techinfo.access.troubleshoot import Troubleshooter
from techinfo.access.unsupported import FIELDS, tellers, unsupported_fields
from techinfo.api.error_codes import Code
from techinfo.api.errors import ApiError
from techinfo.model import Fact

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
        "remaining": ("end",),
    },
    Fact.GROUPS: {
        "address": ("multicast",),
        "up_time": ("timestamp",),
        "counter": ("counter",),
    },
}
"""Fact -> field of `techinfo.access.unsupported` -> parameters that it is needed for, as 2.6 has
them."""


@dataclass(slots=True)
class Unreadable:
    """What the network cannot tell; found out once a minute, and after every import."""

    _fields: Mapping[Fact, frozenset[str]] = field(default_factory=dict)
    _of: tuple[int, ...] | None = None
    _until: datetime | None = None

    async def fields(self, network: Troubleshooter) -> Mapping[Fact, frozenset[str]]:
        """Fact -> fields that nobody tells, in the words of `techinfo.access.unsupported`."""
        now, generation = network.now(), network.inventory.generation
        if self._until is None or now >= self._until or generation != self._of:
            self._fields = unsupported_fields(await tellers(network.inventory, network.collector))
            self._of, self._until = generation, now + _KEPT
        return self._fields

    async def words(self, network: Troubleshooter, facts: tuple[Fact, ...]) -> list[str]:
        """The parameters of some facts that nobody tells, as 2.6 spells them."""
        missing = await self.fields(network)
        return sorted({word for fact in facts for word in _words(fact, missing.get(fact))})

    async def refuse(self, network: Troubleshooter, fact: Fact) -> None:
        """Refuse what could be asked of no access.

        Raises:
            ApiError: 501, no network element here tells this fact at all.
        """
        if (await self.fields(network)).get(fact) == FIELDS[fact]:
            raise ApiError(
                501,
                "no network element here can tell that; the endpoints list names what is not told",
                code=Code.NOT_IN_THIS_NETWORK,
            )


def _words(fact: Fact, missing: frozenset[str] | None) -> Iterator[str]:
    for name in missing or ():
        yield from WORDS[fact].get(name, ())
