"""Other names for people, places and devices: the same one for the same thing, in any spelling.

MAC addresses become ``02:00:00:…`` (locally administered; the maker's OUI is not kept), IPv4
addresses those of RFC 5737 and, when these run out, of RFC 2544; IPv6 addresses ``2001:db8::…``
(RFC 3849). All keep their order, so that rows do. Group, broadcast and loopback addresses and masks
name nobody and stay.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, count, islice
from typing import Final

LEAST_NAME: Final = 4
"""Octets; a shorter name would be found inside half of all words, and tells nobody anything."""

_MAC_IN_TEXT = re.compile(
    rb"(?<![0-9A-Za-z:.])(?:"
    rb"[0-9A-Fa-f]{2}(?:([:. -])[0-9A-Fa-f]{2})(?:\1[0-9A-Fa-f]{2}){4}"
    rb"|[0-9A-Fa-f]{4}(?:([.:-])[0-9A-Fa-f]{4})(?:\2[0-9A-Fa-f]{4})"
    rb"|[0-9A-Fa-f]{6}[:-][0-9A-Fa-f]{6}"
    rb"|[0-9A-Fa-f]{12}"
    rb")(?![0-9A-Za-z]|[:.][0-9A-Fa-f])"
)
_IPV4_IN_TEXT = re.compile(
    rb"(?<![0-9A-Za-z.])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![0-9A-Za-z]|\.[0-9])"
)
_IPV6_IN_TEXT = re.compile(
    rb"(?<![0-9A-Za-z:.])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?![\w:])"
)
_MAIL = re.compile(rb"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_BLANKS = re.compile(rb" {2,}")
_HEX = re.compile(rb"[0-9A-Fa-f]")
_PADDING = b" \0\t\r\n"


class Pseudonyms:
    """First everything is learnt, then `settle`, then it can be replaced."""

    def __init__(self) -> None:
        self._macs: dict[bytes, bytes] = {}
        self._addresses: dict[bytes, bytes] = {}
        self._names: dict[bytes, bytes] = {}
        self._numbers: dict[str, Iterator[int]] = {}
        self._needles: re.Pattern[bytes] | None = None

    def learn_mac(self, octets: bytes) -> None:
        """A MAC address that somebody has."""
        if len(octets) == 6 and any(octets) and not octets[0] & 1:
            self._macs[octets] = octets

    def learn_address(self, octets: bytes) -> None:
        """An IPv4 or IPv6 address that somebody has."""
        if len(octets) in (4, 16) and _is_somebodys(octets):
            self._addresses[octets] = octets

    def learn_name(self, word: str, text: bytes) -> None:
        """A text that is to be found nowhere any more; ``word`` and a number take its place."""
        key = _key(text)
        if key and key not in self._names:
            number = next(self._numbers.setdefault(word, count(1)))
            self._names[key] = f"{word}-{number}".encode()

    def learn_text(self, text: bytes) -> None:
        """The addresses in a text."""
        for found in _MAC_IN_TEXT.finditer(text):
            if not _is_number(found[0]):
                self.learn_mac(bytes.fromhex(b"".join(_HEX.findall(found[0])).decode()))

    def learn_text_addresses(self, text: bytes) -> bool:
        """The IP addresses in a text that has no version numbers in it; whether there are any."""
        found = [*_IPV4_IN_TEXT.finditer(text), *_IPV6_IN_TEXT.finditer(text)]
        addresses = list(filter(None, (_packed(match[0]) for match in found)))
        for octets in addresses:
            self.learn_address(octets)
        return bool(addresses)

    @property
    def makers(self) -> set[bytes]:
        """The OUIs of the MAC addresses learnt so far."""
        return {octets[:3] for octets in self._macs}

    def settle(self, haystack: bytes, spared: bytes) -> None:
        """Deal the other names out. Nothing can be learnt any more.

        Args:
            haystack: All texts that names may stand in; names that do not are not looked for.
            spared: Words of the maker's, in lower case: a name among them ("Switch") is replaced
                where it is a name, not wherever it stands.
        """
        self._macs = {
            old: b"\2\0" + number.to_bytes(4, "big")
            for number, old in enumerate(sorted(self._macs), 1)
        }
        v4 = sorted(octets for octets in self._addresses if len(octets) == 4)
        v6 = sorted(octets for octets in self._addresses if len(octets) == 16)
        self._addresses = {
            **dict(zip(v4, _documentation_v4(len(v4)), strict=True)),
            **{old: _documentation_v6(number) for number, old in enumerate(v6, 1)},
        }
        lower = haystack.lower()
        needles = [
            name
            for name in self._names
            if len(name) >= LEAST_NAME and name in lower and name not in spared
        ]
        needles.sort(key=len, reverse=True)
        if needles:
            self._needles = re.compile(b"|".join(map(re.escape, needles)), re.IGNORECASE)

    def mac(self, octets: bytes) -> bytes:
        """The MAC address instead of this one; itself where it names nobody or is not known."""
        return self._macs.get(octets, octets)

    def address(self, octets: bytes) -> bytes:
        """The IP address instead of this one; itself where it names nobody or is not known."""
        return self._addresses.get(octets, octets)

    def name(self, text: bytes) -> bytes:
        """The text instead of a whole one that was learnt; else the same with `prose`."""
        return self._names.get(_key(text)) or self.prose(text)

    def prose(self, text: bytes) -> bytes:
        """A text with all names and addresses in it replaced."""
        out = self._without_names(text)
        out = _MAC_IN_TEXT.sub(self._mac_in_text, out)
        out = _IPV4_IN_TEXT.sub(self._address_in_text, out)
        out = _IPV6_IN_TEXT.sub(self._address_in_text, out)
        return _MAIL.sub(b"mail@example.net", out)

    def row(self, line: bytes) -> bytes:
        """As `prose`, of one line; what stands behind two blanks keeps its column, if it can."""
        out = line
        if self._needles:
            out = _aligned(self._needles, lambda m: self._names[_key(m[0])], out)
        out = _aligned(_MAC_IN_TEXT, self._mac_in_text, out)
        out = _aligned(_IPV4_IN_TEXT, self._address_in_text, out)
        out = _aligned(_IPV6_IN_TEXT, self._address_in_text, out)
        return _aligned(_MAIL, lambda _: b"mail@example.net", out)

    def octets(self, octets: bytes) -> bytes:
        """Octets that are no text, with the MAC addresses and names in them replaced."""
        if len(octets) in (4, 16) and octets in self._addresses:
            return self._addresses[octets]
        out = octets
        for at in range(len(octets) - 5):
            other = self._macs.get(octets[at : at + 6])
            if other is not None and _is_telling(octets[at : at + 6]):
                out = out[:at] + other + out[at + 6 :]
        return self._without_names(out)

    def index(self, ids: tuple[int, ...], start: int, *, addresses: bool) -> tuple[int, ...]:
        """Numbers of an OID from ``start`` on, with what is known to be an address replaced.

        Args:
            ids: The OID.
            start: From where on it is looked at.
            addresses: Whether four numbers that are a known IPv4 address are taken for it.
        """
        out = ids
        at = start
        while at + 4 <= len(ids):
            size, other = self._known_at(out, at, addresses=addresses)
            out = (*out[:at], *other, *out[at + size :]) if size else out
            at += size or 1
        return self._names_in(out, start) if self._needles else out

    def _without_names(self, text: bytes) -> bytes:
        return self._needles.sub(lambda m: self._names[_key(m[0])], text) if self._needles else text

    def _known_at(
        self, ids: tuple[int, ...], at: int, *, addresses: bool
    ) -> tuple[int, tuple[int, ...]]:
        for size, known in ((16, self._addresses), (6, self._macs), (4, self._addresses)):
            part = ids[at : at + size]
            if len(part) < size or max(part) > 255 or (size == 4 and not addresses):
                continue
            octets = bytes(part)
            if octets in known and _is_telling(octets):
                return size, tuple(known[octets])
        return 0, ()

    def _names_in(self, ids: tuple[int, ...], start: int) -> tuple[int, ...]:
        """A name in an index keeps its place; the number before it that counts it is put right."""
        octets = bytes(n if n < 256 else 0 for n in ids[start:])
        found = self._needles.search(octets) if self._needles else None
        if found is None:
            return ids
        first, last = start + found.start(), start + found.end()
        other = tuple(self._names[_key(found[0])])
        is_counted = first > start and ids[first - 1] == last - first
        if not is_counted:
            other = (other + (45,) * (last - first))[: last - first]
        head = (*ids[: first - 1], len(other)) if is_counted else ids[:first]
        return (*head, *other, *self._names_in(ids[last:], 0))

    def _mac_in_text(self, found: re.Match[bytes]) -> bytes:
        digits = b"".join(_HEX.findall(found[0]))
        octets = bytes.fromhex(digits.decode())
        other = self._macs.get(octets)
        if other is None:
            return found[0]
        fresh = iter(other.hex() if digits == digits.lower() else other.hex().upper())
        return _HEX.sub(lambda _: next(fresh).encode(), found[0])

    def _address_in_text(self, found: re.Match[bytes]) -> bytes:
        other = self._addresses.get(_packed(found[0]))
        return found[0] if other is None else str(ipaddress.ip_address(other)).encode()


def _aligned(
    pattern: re.Pattern[bytes], other: Callable[[re.Match[bytes]], bytes], line: bytes
) -> bytes:
    """Replace; the next blanks make good for what a replacement is longer or shorter."""
    out, at, longer = b"", 0, 0
    for found in pattern.finditer(line):
        piece, longer = _shifted(line[at : found.start()], longer)
        new = other(found)
        out, at, longer = out + piece + new, found.end(), longer + len(new) - len(found[0])
    return out + _shifted(line[at:], longer)[0]


def _shifted(piece: bytes, longer: int) -> tuple[bytes, int]:
    """A piece whose first run of blanks makes good for what came before; what it could not."""
    blanks = _BLANKS.search(piece)
    if blanks is None or not longer:
        return piece, longer
    width = max(len(blanks[0]) - longer, 1)
    rest = longer - (len(blanks[0]) - width)
    return piece[: blanks.start()] + b" " * width + piece[blanks.end() :], rest


def _key(text: bytes) -> bytes:
    return text.strip(_PADDING).lower()


def _is_number(text: bytes) -> bool:
    """Whether twelve digits are rather a serial number or a date than a MAC address."""
    return text.isdigit()


def _packed(text: bytes) -> bytes:
    try:
        return ipaddress.ip_address(text.decode("ascii")).packed
    except ValueError:
        return b""


def _is_somebodys(octets: bytes) -> bool:
    if len(octets) == 4:
        return octets[0] not in (0, 127) and octets[0] < 224
    return octets[0] != 255 and any(octets[:15])


def _is_telling(octets: bytes) -> bool:
    """Whether octets of a known address are that address anywhere: 1.0.0.5 is a slot and a port."""
    return octets[0] >= 10 if len(octets) == 4 else len(set(octets) - {0}) > 2


def _documentation_v4(wanted: int) -> Iterable[bytes]:
    blocks = ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"]
    if wanted > 3 * 254:
        blocks += ["198.18.0.0/15", "100.64.0.0/10"]
    nets = sorted(map(ipaddress.IPv4Network, blocks))
    hosts = chain.from_iterable(net.hosts() for net in nets)
    return [host.packed for host in islice(hosts, wanted)]


def _documentation_v6(number: int) -> bytes:
    return ipaddress.IPv6Address("2001:db8::").packed[:8] + number.to_bytes(8, "big")
