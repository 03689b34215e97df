"""The pieces of a pattern: each writes some octets of a place, and reads them back."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

from techinfo.dhcp.place import Place

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
