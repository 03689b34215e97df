"""Patterns of DHCP identifiers: one pattern writes a value, and reads switch, port and VLAN back.

    text: {sysname} eth {module}/{port:02d}:{vlan}     text in UTF-8
    bin: 00 04 <vlan:u16> <module:u8> <port-1:u8>      octets in hex, and fields with their width
    bin: "{sysname} eth 1/{port}" <port:u8>            text within octets

Fields are `sysname`, `ip`, `mac` (of the switch), `module`, `port`, `vlan`, `ifindex`, `ifname`.
A number may be shifted (``port-1``). In text ``{port:02d}`` has zeroes in front and ``{mac:-}``
another separator (``:``, ``-`` or ``.``); ``{{`` is a brace. In octets numbers are ``u8``, ``u16``
or ``u32``; ``<mac>`` is six octets, ``<ip>`` four, ``<sysname>`` the text, ``<lpsysname>`` its
length and the text, ``<slot5sub3>`` the module in the upper five bits of an octet.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from techinfo.dhcp.pieces import (
    NUMBER_FIELDS,
    PORT_FIELDS,
    SWITCH_FIELDS,
    Binary,
    Decimal,
    Ip,
    Literal,
    Mac,
    Name,
    Piece,
    Place,
)
from techinfo.errors import PatternError

_MOST_CHARACTERS = 512
_FIELDS = "sysname, ip, mac, module, port, vlan, ifindex and ifname"
_TEXT = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]|[^{}]+")
_IN_TEXT = re.compile(r"([a-z]+)([+-][0-9]{1,5})?(?::(?:0([1-9])d|([:.-])))?")
_ITEM = re.compile(r'\s*(?:([0-9A-Fa-f]{2})(?=\s|$)|<([^<>]*)>|"([^"]*)")')
_IN_OCTETS = re.compile(r"([a-z]+)([+-][0-9]{1,5})?:u(8|16|32)")
_OF_OCTETS: dict[str, Piece] = {
    "mac": Mac(),
    "ip": Ip(binary=True),
    "sysname": Name("sysname"),
    "lpsysname": Name("sysname", counted=True),
    "ifname": Name("ifname"),
    "slot5sub3": Binary("module", 1, shift=3),
}


@dataclass(frozen=True)
class Pattern:
    """One pattern, for one field of an identity.

    Attributes:
        source: As it is written.
        pieces: What it is made of.
    """

    source: str
    pieces: tuple[Piece, ...]

    @cached_property
    def fields(self) -> frozenset[str]:
        """What it writes of a place."""
        return frozenset(piece.field for piece in self.pieces if piece.field)

    @cached_property
    def names_switch(self) -> bool:
        """Whether its values name the switch."""
        return bool(self.fields & SWITCH_FIELDS)

    @cached_property
    def names_port(self) -> bool:
        """Whether its values name the port."""
        return bool(self.fields & PORT_FIELDS)

    @cached_property
    def remembered(self) -> dict[tuple[object, ...], bytes | None]:
        """For who asks again: what it has written, by what they know a place by."""
        return {}

    def write(self, place: Place) -> bytes | None:
        """The value of a place; ``None`` when something is needed that is not known.

        Raises:
            PatternError: A number is too large or too small for the room that it has.
        """
        out = []
        for piece in self.pieces:
            try:
                octets = piece.write(place)
            except ValueError as error:
                raise PatternError(f"{error} ({self.source})", pattern=self.source) from error
            if octets is None:
                return None
            out.append(octets)
        return b"".join(out) or None

    def read(self, octets: bytes, known: Place | None = None) -> Place | None:
        """The place that a value names, together with what is known.

        Args:
            octets: The value.
            known: What is known already, such as the switch.

        Returns:
            ``None`` when the pattern does not write this value, or not for what is known.
        """
        known = known or Place()
        found = self._matched(_expression(self.pieces), octets, known)
        if found is None and self.fields & {name for name, _ in known.known()}:
            found = self._matched(_expression(self._known(known)), octets, known)
        return found

    def bound(self, known: Place) -> bytes:
        """All values that it writes of what is known, as a regular expression.

        Two switches for which it is the same write alike.
        """
        return _expression(self._known(known)).pattern

    def filled(self, known: Place) -> Pattern:
        """The same pattern of one switch: what is known of it stands in it as octets."""
        pieces: list[Piece] = []
        for piece in self._known(known):
            if isinstance(piece, Literal) and pieces and isinstance(pieces[-1], Literal):
                pieces[-1] = Literal(pieces[-1].octets + piece.octets)
            else:
                pieces.append(piece)
        return Pattern(self.source, tuple(pieces))

    def _known(self, known: Place) -> tuple[Piece, ...]:
        """With what is known in its place: a name may hold what stands between fields."""
        pieces = []
        for piece in self.pieces:
            octets = _written(piece, known) if piece.field else None
            pieces.append(piece if octets is None else Literal(octets))
        return tuple(pieces)

    def _matched(self, expression: re.Pattern[bytes], octets: bytes, known: Place) -> Place | None:
        match = expression.fullmatch(octets)
        if match is None:
            return None
        variable = [piece for piece in self.pieces if piece.field]
        if len(match.groups()) != len(variable):
            variable = [piece for piece in variable if getattr(known, piece.field or "") is None]
        found: Place | None = known
        for piece, part in zip(variable, match.groups(), strict=False):
            read = piece.read(part)
            found = found.joined(read) if found and read else None
        return found if found and self._writes(found, octets) else None

    def _writes(self, place: Place, octets: bytes) -> bool:
        try:
            return self.write(place) == octets
        except PatternError:
            return False


def _written(piece: Piece, place: Place) -> bytes | None:
    try:
        return piece.write(place)
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def _expression(pieces: tuple[Piece, ...]) -> re.Pattern[bytes]:
    return re.compile(b"".join(piece.expression() for piece in pieces), re.DOTALL)


def parse_pattern(source: str) -> Pattern:
    """A pattern from its text.

    Raises:
        PatternError: What is wrong with it, in words.
    """
    kind, colon, body = source.partition(":")
    try:
        if len(source) > _MOST_CHARACTERS:
            raise ValueError(f"is longer than {_MOST_CHARACTERS} characters")
        if not colon or kind.strip() not in {"text", "bin"}:
            raise ValueError("begins neither with text: nor with bin:")
        in_text = kind.strip() == "text"
        pieces = _of_text(body.removeprefix(" ")) if in_text else _of_octets(body)
        _apart(pieces)
    except ValueError as error:
        shown = source if len(source) <= 80 else f"{source[:80]}…"
        raise PatternError(f"{shown!r}: {error}", pattern=source) from error
    return Pattern(source, tuple(pieces))


def _of_text(body: str) -> list[Piece]:
    pieces: list[Piece] = []
    for match in _TEXT.finditer(body):
        found, inside = match.group(), match.group(1)
        if inside is not None:
            pieces.append(_in_text(inside))
        elif found in {"{{", "}}"}:
            pieces.append(Literal(found[:1].encode()))
        elif found in {"{", "}"}:
            raise ValueError(f"a brace stands alone at {match.start() + 1}")
        else:
            pieces.append(Literal(found.encode("utf-8", "surrogatepass")))
    if not pieces:
        raise ValueError("is empty")
    return pieces


def _in_text(inside: str) -> Piece:
    match = _IN_TEXT.fullmatch(inside)
    name, offset, width, separator = match.groups() if match else ("", None, None, None)
    if name in NUMBER_FIELDS and separator is None:
        return Decimal(name, int(offset or 0), int(width or 1))
    if name == "mac" and offset is None and width is None:
        return Mac(separator or ":")
    if offset is None and width is None and separator is None:
        if name == "ip":
            return Ip()
        if name in {"sysname", "ifname"}:
            return Name(name)
    raise ValueError(f"{{{inside}}} is no field; fields are {_FIELDS}")


def _of_octets(body: str) -> list[Piece]:
    pieces: list[Piece] = []
    at = 0
    body = body.rstrip()
    while at < len(body):
        match = _ITEM.match(body, at)
        if match is None:
            raise ValueError(f"at {body[at:].strip()[:20]!r}: neither two hex digits nor <field>")
        octet, field, quoted = match.groups()
        if octet is not None:
            pieces.append(Literal(bytes.fromhex(octet)))
        elif field is not None:
            pieces.append(_in_octets(field))
        else:
            pieces += _of_text(quoted)
        at = match.end()
    if not pieces:
        raise ValueError("is empty")
    return pieces


def _in_octets(field: str) -> Piece:
    if field in _OF_OCTETS:
        return _OF_OCTETS[field]
    match = _IN_OCTETS.fullmatch(field)
    if match is None or match[1] not in NUMBER_FIELDS:
        raise ValueError(f"<{field}> is no field; numbers have a width, as in <vlan:u16>")
    return Binary(match[1], int(match[3]) // 8, int(match[2] or 0))


def _apart(pieces: list[Piece]) -> None:
    """Refuse what could be read in two ways: fields of any length that run together."""
    before: Piece | None = None
    between = b""
    for piece in pieces:
        if isinstance(piece, Literal):
            between += piece.octets
        elif piece.variable:
            if before is not None and not between.strip(b"0123456789"):
                raise ValueError(f"{before.field} and {piece.field} run together")
            before, between = piece, b""
        elif not (isinstance(piece, Mac) and piece.separator):
            before, between = before and piece, b""
