"""What passes between a device and the rest of the house, as plain Python.

An OID is a dotted string without leading dot. A `Cell` is what a varbind held: an ``int`` for every
integer type, ``bytes`` for OCTET STRING, IpAddress and Opaque, a tuple of numbers for an OBJECT
IDENTIFIER. An object or instance that is not there is no cell at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Cell = int | bytes | tuple[int, ...]
Oid = tuple[int, ...]
Value = tuple[int, Cell]
"""A value's BER tag, and the value; a NULL is ``(5, b"")``."""
Index = tuple[int, ...]
Cells = Mapping[str, Mapping[Index, Cell]]
"""Column OID -> row index -> cell."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SnmpLimits:
    """What an agent is known to stand.

    Attributes:
        max_repetitions: Rows asked for by one GETBULK.
        varbinds: Varbinds in one GET, and columns in one GETBULK (field notes A2: a 15th varbind
            has rebooted a switch; more than 10 needs proof).
        bulk: ``False`` for agents that have no GETBULK.
        no_bulk: Subtrees that must be walked with GETNEXT (field notes A1).
        not_into: Subtrees that a walk of what stands before them may not run into over its own end
            (light of ONTs, of which each row is asked of an ONT over OMCI).
        unordered: Rows may come in any order (field notes A3); loops are then found by repetition.
        max_rows: Rows of one column after which a walk is cut and called partial.
    """

    max_repetitions: int = 10
    varbinds: int = 10
    bulk: bool = True
    no_bulk: tuple[str, ...] = ()
    not_into: tuple[str, ...] = ()
    unordered: bool = False
    max_rows: int = 50_000
