"""How versions and profiles tell the objects of 2.6: what they leave out, what they call otherwise.

The tables are the contract's; where a page of ON-API disagrees, they win.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel

from techinfo.api.onapi import schemas as s


@dataclass(frozen=True, slots=True)
class As:
    """A field by another name.

    Attributes:
        name: The other name; empty: it keeps its own.
        only: Fields of the object in it that are told; ``None``: all.
        integer: Its decimal text is told as an integer.
    """

    name: str = ""
    only: tuple[str, ...] | None = None
    integer: bool = False


LEFT_OUT = None
Spelling = Mapping[type[BaseModel], Mapping[str, As | None]]

FIBER: Spelling = {
    s.LinkStatus: {
        "adminDown": LEFT_OUT,
        "transceiver": As("fiber", only=("dbmRx", "dbmTx", "temp")),
    },
    s.CpePortInfo: {"transceiver": As("fiber")},
    s.MacRow: {"vlan": LEFT_OUT, "port": LEFT_OUT, "learntAt": LEFT_OUT} | {"aggregate": LEFT_OUT},
    s.LeaseRow: {"lastRenew": LEFT_OUT, "aggregate": LEFT_OUT},
    s.GroupRow: {"aggregate": LEFT_OUT},
}
"""2.4 and 2.5."""

BITVIS: Spelling = {
    s.LinkStatus: {"configuredSpeed": As("configuredSpeeds")},
    s.CpeStatus: {"dhcpSnooping": As("dhcpSnoopingTable")},
    s.CpeStatistics: {
        "pause": As("pauses"),
        "unicastPackets": As("unicast"),
        "multicastPackets": As("multicast"),
    },
}
"""The Bitvis reading of 2.6."""

INTEGER_RATES: Spelling = {
    s.ConfiguredSpeed: {key: As(integer=True) for key in ("queue", "cir", "pir")}
}
"""As the examples of technical_info have them, whose tables say strings."""
