"""Where one value stands: in a column, in a row's index, in a scalar."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeVar

from techinfo.driver.convert import Convert, integer
from techinfo.wire import Cell, Index

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Valid:
    """A second column of the same row that says whether the first one counts (iBOS, ZXR10).

    Attributes:
        oid: The column.
        values: Numbers for which the value counts. A row without that column does not count.
    """

    oid: str
    values: frozenset[int]


@dataclass(frozen=True, slots=True)
class ByScalar(Generic[T_co]):
    """The unit of a column stands in a scalar (D-Link swDdmPowerUnit).

    Where the scalar is missing or holds another number, there is no value.

    Attributes:
        oid: The scalar, with its ``.0``.
        cases: Number in the scalar -> conversion.
    """

    oid: str
    cases: Mapping[int, Convert[T_co]]

    @property
    def name(self) -> str:
        """How `techinfo drivers` prints it."""
        return "unit in scalar: " + ", ".join(f"{k}: {v.name}" for k, v in self.cases.items())


@dataclass(frozen=True, slots=True)
class Column(Generic[T_co]):
    """One column of a table.

    Attributes:
        oid: The column, dotted; with a leading dot it is relative to the driver's base.
        convert: What the cell means.
        valid: Another column that says whether this one counts.
        outer: It is of another table, whose index is that of the row without so many arcs at its
            end (ADVA: statistics stand by port and interval, the ifIndex of the port by port).
    """

    oid: str
    convert: Convert[T_co] | ByScalar[T_co]
    valid: Valid | None = None
    outer: int = 0


@dataclass(frozen=True, slots=True)
class FromIndex(Generic[T_co]):
    """A value that stands in the row's index, not in a cell; or that is the same in every row.

    Attributes:
        take: The part of the index, as the cell that it would have been.
        convert: What it means.
        where: The part in words.
        position: Which sub-identifier, when it is just one; 0 also where it is no part of the index
            (`lane`): then a row stands at its port's number alone.
    """

    take: Callable[[Index], Cell | None]
    convert: Convert[T_co]
    where: str
    position: int | None = None


Source = Column[T] | FromIndex[T]
"""Anything that gives one value for a row."""


def index_at(position: int, convert: Convert[T]) -> FromIndex[T]:
    """One sub-identifier of the index, counted from 0, or from the end with a negative number."""

    def take(index: Index) -> Cell | None:
        return index[position] if -len(index) <= position < len(index) else None

    return FromIndex(take, convert, f"index[{position}]", position)


def lane(number: int) -> FromIndex[int]:
    """The lane of a table whose columns are those of one lane: its rows do not say which."""
    return FromIndex(lambda _: number, integer, f"lane {number}", 0)


def index_octets(start: int, length: int, convert: Convert[T]) -> FromIndex[T]:
    """Octets of the index (a MAC address, an IPv4 address), from 0 or, negative, from the end."""

    def take(index: Index) -> Cell | None:
        begin = start if start >= 0 else len(index) + start
        part = index[begin : begin + length] if begin >= 0 else ()
        return _octets(part) if len(part) == length else None

    return FromIndex(take, convert, f"index[{start}:{length} octets]")


def _octets(part: Index) -> bytes | None:
    """Sub-identifiers as octets; ``None``: one of them is none."""
    try:
        return bytes(part)
    except ValueError:
        return None


def index_string(position: int, convert: Convert[T]) -> FromIndex[T]:
    """Octets of the index after a length (a string or InetAddress that is not IMPLIED)."""

    def take(index: Index) -> Cell | None:
        if position >= len(index):
            return None
        length = index[position]
        part = index[position + 1 : position + 1 + length]
        return _octets(part) if len(part) == length else None

    return FromIndex(take, convert, f"index[{position}: counted octets]")


class PortBy(Enum):
    """What a number or word that names a port is."""

    IF_INDEX = "ifIndex"
    BRIDGE_PORT = "bridge port"
    ENTITY = "entPhysicalIndex"
    NAME = "port name"
    PATTERN = "pattern of a port's name"
    BRIDGE_PORT_BITMAP = "bitmap of bridge ports"
    IF_INDEX_BITMAP = "bitmap of ifIndexes"
    LLDP_PORT = "LLDP port"
    FIXED_PORT = "the one port that it can be"
    ONLY = FIXED_PORT  # its name of the release before

    __hash__ = object.__hash__  # as of `techinfo.model.Fact`


@dataclass(frozen=True, slots=True)
class PortKey:
    """How a row finds its port.

    Attributes:
        by: What the value is.
        source: Where it stands, converted as it says; ``None``: it is the row's index (then one
            port can be read alone).
        position: Which sub-identifier of the index, when ``source`` is ``None``.
        leading: What stands before it in the index, the same for every row (Nokia: chassis 1);
            rows with anything else there do not count.
        trailing: What may follow it in the index, each alternative read by a one-port question
            (MAU: the first MAU; Raisecom: the five quantities). Rows with anything else behind it
            do not count, unless the table takes a value from there (a lane, an ONT's number, an
            address): then all rows below the port are walked. For ``FIXED_PORT``: the rows, ``.0``
            unless stated.
        name: A pattern that the port's name or description fully matches. For ``FIXED_PORT`` it
            finds the port; for the others a row whose port does not match names no port (iBOS:
            an XFP number is believed only where it meets a ten-gigabit port).
        offset: Added to the number to get what ``by`` says (TP-Link: port + 49152).
        or_else: The other number that the port may have, tried where there is no port of the first
            (ZTE: software that numbers ports in ifTable in another way than everywhere else).
        unlisted: A number that ifTable does not have is a port all the same (ISAM: cages of an NT).
        index_of: The index of a port's row by its ifIndex, where ``source`` works that out of the
            index; ``None``: the table has none of this port. With it one port can be read alone.
        breakouts: What is plugged into a cage that is broken out is each of its ports': for who a
            module is, never for what it measures, which may be one lane's.
    """

    by: PortBy = PortBy.IF_INDEX
    source: Column[int] | Column[str] | Column[bytes] | FromIndex[int] | FromIndex[str] | None = (
        None
    )
    position: int = 0
    leading: Index = ()
    trailing: tuple[Index, ...] = ((),)
    name: str = ""
    offset: int = 0
    or_else: Callable[[int], int] | None = None
    unlisted: bool = False
    index_of: Callable[[int], Index | None] | None = None
    breakouts: bool = False


IF_INDEX = PortKey()
BRIDGE_PORT = PortKey(PortBy.BRIDGE_PORT)
ENTITY = PortKey(PortBy.ENTITY)
