"""A switch, a port and a VLAN as a place, and the pieces of patterns that write and read it."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from operator import attrgetter

from techinfo.values import value

SWITCH_FIELDS = frozenset({"sysname", "ip", "mac"})
PORT_FIELDS = frozenset({"port", "ifindex", "ifname"})
NUMBER_FIELDS = frozenset({"module", "port", "vlan", "ifindex"})


@value(frozen=True, kw_only=True, slots=True)
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
        for name, mine, theirs in zip(_NAMES, _values(self), _values(other), strict=True):
            if mine is None:
                together[name] = theirs
            elif theirs is None or theirs == mine:
                together[name] = mine
            else:
                return None
        return Place(**together)


_NAMES = tuple(field.name for field in fields(Place))
_values = attrgetter(*_NAMES)


_MAC_TEXT = {":": 2, "-": 2, ".": 4}
"""Separator of a MAC address as text -> digits in a group."""


@dataclass(frozen=True, slots=True)
class Literal:
    """Octets that stand there whatever the place is."""

    octets: bytes

    field = None
    variable = False

    def write(self, _place: Place) -> bytes | None:
        """The octets."""
        return self.octets

    def expression(self) -> bytes:
        """A regular expression of what it writes."""
        return re.escape(self.octets)

    def read(self, _octets: bytes) -> Place | None:
        """Nothing is told by it."""
        return Place()


@dataclass(frozen=True, slots=True)
class Decimal:
    """A number as decimal text.

    Attributes:
        offset: What is added to the number of the place: -1 where a maker counts from 0.
        width: With zeroes in front up to so many digits.
    """

    field: str
    offset: int = 0
    width: int = 1

    variable = True

    def write(self, place: Place) -> bytes | None:
        """The digits."""
        value = getattr(place, self.field)
        if value is None:
            return None
        if value + self.offset < 0:
            raise ValueError(f"{self.field} {value} is too small")
        return b"%0*d" % (self.width, value + self.offset)

    def expression(self) -> bytes:
        """A regular expression of what it writes."""
        return b"([0-9]{%d}|[1-9][0-9]{%d,9})" % (self.width, self.width)

    def read(self, octets: bytes) -> Place | None:
        """The number."""
        return _numbered(self.field, int(octets) - self.offset)


@dataclass(frozen=True, slots=True)
class Binary:
    """A number as octets, the high one first.

    Attributes:
        size: How many octets.
        shift: By how many bits it stands higher; the bits below are 0.
    """

    field: str
    size: int
    offset: int = 0
    shift: int = 0

    variable = False

    def write(self, place: Place) -> bytes | None:
        """The octets."""
        value = getattr(place, self.field)
        if value is None:
            return None
        try:
            return int((value + self.offset) << self.shift).to_bytes(self.size, "big")
        except OverflowError:
            room = 8 * self.size - self.shift
            raise ValueError(f"{self.field} {value} does not fit in {room} bits") from None

    def expression(self) -> bytes:
        """A regular expression of what it writes."""
        return b"(.{%d})" % self.size

    def read(self, octets: bytes) -> Place | None:
        """The number; ``None`` when a bit is set that it never sets."""
        value = int.from_bytes(octets, "big")
        if value & ((1 << self.shift) - 1):
            return None
        return _numbered(self.field, (value >> self.shift) - self.offset)


@dataclass(frozen=True, slots=True)
class Name:
    """A name as UTF-8 text.

    Attributes:
        counted: One octet in front of it says how long it is.
    """

    field: str
    counted: bool = False

    variable = True

    def write(self, place: Place) -> bytes | None:
        """The text."""
        value = getattr(place, self.field)
        if value is None:
            return None
        octets = str(value).encode("utf-8", "surrogatepass")
        if not self.counted:
            return octets
        if len(octets) > 255:
            raise ValueError(f"{self.field} is longer than 255 octets")
        return bytes([len(octets)]) + octets

    def expression(self) -> bytes:
        """A regular expression of what it writes."""
        return b"(..+)" if self.counted else b"(.+)"

    def read(self, octets: bytes) -> Place | None:
        """The name; ``None`` when it is no text or not as long as it says."""
        if self.counted:
            if octets[0] != len(octets) - 1:
                return None
            octets = octets[1:]
        try:
            name = octets.decode()
        except UnicodeDecodeError:
            return None
        return Place(sysname=name) if self.field == "sysname" else Place(ifname=name)


@dataclass(frozen=True, slots=True)
class Mac:
    """The MAC address of the switch: six octets, or text in lower case.

    Attributes:
        separator: Between the groups of the text; ``None``: octets.
    """

    separator: str | None = None

    field = "mac"
    variable = False

    def write(self, place: Place) -> bytes | None:
        """The address."""
        if place.mac is None:
            return None
        digits = place.mac.replace(":", "").lower()
        if self.separator is None:
            return bytes.fromhex(digits)
        group = _MAC_TEXT[self.separator]
        parts = [digits[at : at + group] for at in range(0, 12, group)]
        return self.separator.join(parts).encode()

    def expression(self) -> bytes:
        """A regular expression of what it writes."""
        if self.separator is None:
            return b"(.{6})"
        group = _MAC_TEXT[self.separator]
        parts = [b"[0-9a-f]{%d}" % group] * (12 // group)
        return b"(" + re.escape(self.separator.encode()).join(parts) + b")"

    def read(self, octets: bytes) -> Place | None:
        """The address."""
        if self.separator is None:
            digits = octets.hex()
        else:
            digits = octets.decode().replace(self.separator, "")
        return Place(mac=":".join(digits[at : at + 2] for at in range(0, 12, 2)).upper())


@dataclass(frozen=True, slots=True)
class Ip:
    """The address of the switch.

    Attributes:
        binary: As the four octets of IPv4; else as text.
    """

    binary: bool = False

    field = "ip"

    @property
    def variable(self) -> bool:
        """Whether its length differs."""
        return not self.binary

    def write(self, place: Place) -> bytes | None:
        """The address; ``None`` too when four octets are no room for it."""
        if place.ip is None:
            return None
        if not self.binary:
            return place.ip.encode()
        try:
            return ipaddress.IPv4Address(place.ip).packed
        except ipaddress.AddressValueError:
            return None

    def expression(self) -> bytes:
        """A regular expression of what it writes."""
        return b"(.{4})" if self.binary else b"([0-9a-f.:]+)"

    def read(self, octets: bytes) -> Place | None:
        """The address; ``None`` when it is none."""
        if self.binary:
            return Place(ip=str(ipaddress.IPv4Address(octets)))
        try:
            return Place(ip=str(ipaddress.ip_address(octets.decode())))
        except ValueError:
            return None


Piece = Literal | Decimal | Binary | Name | Mac | Ip


def _numbered(field: str, value: int) -> Place | None:
    return None if value < 0 else Place(**{field: value})  # type: ignore[arg-type]  # a number field
