"""A recording without people, places and addresses, in which every join still holds.

What is known by its column (`techinfo.recordings.roles`) is replaced for what it is. A text
that was replaced once is replaced wherever else it stands, inside other texts and indexes too.
Of columns that nobody knows only texts stay that read as readings (``-10.2 dBm``, ``up``) or that
the equipment says of itself elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from techinfo.driver import standard
from techinfo.driver.convert import mac
from techinfo.driver.convert import text as readable
from techinfo.recordings.pseudonyms import Pseudonyms
from techinfo.recordings.recording import Oid, Recording, Value
from techinfo.recordings.roles import TEXTS, Role, Roles
from techinfo.snmp.ber import IP_ADDRESS, OBJECT_IDENTIFIER
from techinfo.snmp.oid import numbers
from techinfo.wire import Cell

Row = tuple[Oid, Value]

_INDEX_FROM = 9
"""No index begins nearer to the root: 1.3.6.1.2.1.x.y.z, 1.3.6.1.4.1.maker.y.z."""
_ENTITY = (1, 3, 6, 1, 2, 1, 47, 1, 1, 1, 1)
_MAKERS_COLUMNS = (8, 9, 10, 12, 13)
"""EntPhysicalHardwareRev, FirmwareRev, SoftwareRev, MfgName, ModelName."""
_COMMON = (b"switch", b"router", b"default", b"system", b"unknown", b"public", b"private")
_PADDING = b" \0\t\r\n"
_NO_LETTERS = re.compile(rb"[^a-z]+")
_LETTERS = re.compile(rb"[ -~]{4}")
_LONG_NUMBER = re.compile(rb"[0-9]{7}")
_PORT_NUMBER = re.compile(rb"(?<![0-9])[0-9]{1,3}(?![0-9])")
_PORT_WORDS = frozenset(
    b"""ae aggregation bme br bridge bundle combo console cpu downlink dsc e em et eth ether
    ethernet fa fastethernet fe fibre fxp ge gi gigabitethernet gpon gre hundredgige inband
    interface irb lag lan lo loopback management me meth mgmt null oob oobm outband p pon po port
    s serial sfp slot stack swp te ten tengige tengigabitethernet trk trunk tunnel unit uplink
    virtual vlan vme wan wlan x xe xge xgigabitethernet""".split()
)
_READING_WORDS = _PORT_WORDS | frozenset(
    b"""a active auto b base bit bits bps c ch copper d db dbm deg disable disabled down duplex
    enable enabled f fail failed fiber forwarding full g gbps gb half high inactive inf k kb kbps
    kbit km lc link linkdown linkup low lr m ma mb mbps mbit mmf module mv mw n na nm no none
    normal not null off ok on power present rx sc smf sr sx lx zx er t tx uw unknown up v w yes true
    false""".split()
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Scrubbed:
    """The rows of a scrubbed recording.

    Attributes:
        rows: In the order of their OIDs.
        dropped: Rows that are left out: unknown extensions, and what two rows became one of.
        masked: Texts of unknown columns that were replaced.
    """

    rows: Sequence[Row]
    dropped: int
    masked: int


def scrubbed(
    recording: Recording, known: Roles, *, secrets: Iterable[bytes] = (), makers: Iterable[str] = ()
) -> Scrubbed:
    """Scrub a recording.

    Args:
        recording: As the device answered.
        known: What stands where on this platform.
        secrets: Texts that are to be found nowhere: the community, the host's name.
        makers: Words that name no customer: makers, models.
    """
    scrubber = _Scrubber(recording, known)
    scrubber.learn(secrets)
    scrubber.settle(makers)
    out: dict[Oid, Value] = {}
    for oid, value in scrubber.rows():
        out.setdefault(oid, value)
    return Scrubbed(
        rows=sorted(out.items()),
        dropped=len(recording) - len(out),
        masked=scrubber.masked,
    )


class _Scrubber:
    def __init__(self, recording: Recording, known: Roles) -> None:
        self.masked = 0
        self._recording = recording
        self._known = known
        self._names = Pseudonyms()
        self._own_words: set[bytes] = set()
        self._ports = {
            value[1].strip(_PADDING).lower()
            for column in (standard.IF_NAME, standard.IF_DESCR)
            for oid in recording.under(numbers(column))
            if (value := recording.get(oid)) and isinstance(value[1], bytes)
        }
        self._masks: dict[bytes, bytes] = {}
        self._numbers: dict[int, int] = {}

    def learn(self, secrets: Iterable[bytes]) -> None:
        """Learn what is somebody's."""
        for text in secrets:
            if not self._names.learn_text_addresses(text):
                self._names.learn_name("secret", text)
        unknown = []
        for oid, role, (tag, cell) in self._cells():
            self._learn_index(oid)
            if tag == IP_ADDRESS and isinstance(cell, bytes):
                self._names.learn_address(cell)
            elif role is Role.UNKNOWN:
                unknown.append((oid, cell))
            else:
                self._learn_cell(role, cell)
        makers = self._names.makers
        for oid, cell in unknown:
            self._learn_unknown(oid, cell, makers)

    def settle(self, makers: Iterable[str]) -> None:
        """Choose other names, and find out where the old ones may stand."""
        spared = [word.encode() for word in makers]
        for column in _MAKERS_COLUMNS:
            for oid in self._recording.under((*_ENTITY, column)):
                value = self._recording.get(oid)
                spared += [value[1]] if value and isinstance(value[1], bytes) else []
        haystack = set(filter(_LETTERS.search, map(_letters, self._recording.oids)))
        for _, role, (_, cell) in self._cells():
            if isinstance(cell, bytes) and not self._is_name(role, cell):
                haystack.add(cell)
        self._names.settle(b"\0".join(haystack), b"\0".join([*spared, *_COMMON]).lower())

    def rows(self) -> Iterator[Row]:
        """The rows that stay, scrubbed."""
        for oid, role, (tag, cell) in self._cells():
            if role is not Role.DROPPED:
                yield self._oid(oid, role), (tag, self._cell(tag, cell, role))

    def _cells(self) -> Iterator[tuple[Oid, Role, Value]]:
        for oid in self._recording.oids:
            value = self._recording.get(oid)
            if value is not None:
                yield oid, self._known.of(oid), value

    def _learn_index(self, oid: Oid) -> None:
        for at, size in self._known.places(oid):
            octets = bytes(oid[at : at + size])
            self._names.learn_mac(octets)
            self._names.learn_address(octets)

    def _learn_cell(self, role: Role, cell: Cell) -> None:
        octets = _mac_number(cell) if role is Role.MAC else cell
        if not isinstance(octets, bytes):
            return
        match role:
            case Role.MAC | Role.BRIDGE_ID:
                self._names.learn_mac(octets[-6:] if len(octets) in (6, 8) else b"")
                self._names.learn_text(octets)
            case Role.ADDRESS:
                self._names.learn_address(octets[: 4 if len(octets) < 16 else 16])
                self._names.learn_text_addresses(octets)
            case Role.ENGINE_ID:
                self._names.learn_mac(octets[5:])
                self._names.learn_address(octets[5:])
            case Role.END | Role.PORT if len(octets) == 6 and not _is_text(octets):
                self._names.learn_mac(octets)
            case Role.KEPT:
                self._own_words.add(octets.strip(_PADDING).lower())
                self._names.learn_text(octets)
            case _:
                self._learn_name(role, octets)

    def _learn_name(self, role: Role, text: bytes) -> None:
        self._names.learn_text(text)
        if not self._is_name(role, text):
            return
        word = role.value
        self._names.learn_name(word, text)
        host, dot, _ = text.partition(b".")
        if role in (Role.NAME, Role.NEIGHBOUR) and dot and len(host) > 3 and b" " not in host:
            self._names.learn_name(word, host)

    def _learn_unknown(self, oid: Oid, cell: Cell, makers: set[bytes]) -> None:
        for at in range(_INDEX_FROM, len(oid) - 5):
            part = oid[at : at + 6]
            if max(part) < 256 and any(part[:3]) and bytes(part[:3]) in makers:
                self._names.learn_mac(bytes(part))
        if isinstance(cell, bytes):
            self._names.learn_text(cell)
            if len(cell) == 6 and not _is_text(cell):
                self._names.learn_mac(cell)
            elif _is_text(cell):
                self._names.learn_text_addresses(cell)

    def _oid(self, oid: Oid, role: Role) -> Oid:
        places = self._known.places(oid)
        if not places:
            return self._names.index(oid, _INDEX_FROM, addresses=role is Role.UNKNOWN)
        for at, size in places:
            octets = bytes(oid[at : at + size])
            other = self._names.mac(octets) if size == 6 else self._names.address(octets)
            oid = (*oid[:at], *other, *oid[at + size :])
        return oid

    def _cell(self, tag: int, cell: Cell, role: Role) -> Cell:
        if tag == OBJECT_IDENTIFIER and isinstance(cell, tuple):
            return self._names.index(cell, _INDEX_FROM, addresses=role is Role.UNKNOWN)
        if isinstance(cell, int):
            octets = _mac_number(cell) if role is Role.MAC else cell
            if isinstance(octets, bytes):
                return int.from_bytes(self._names.mac(octets), "big")
            if role in TEXTS and cell:  # a serial number that is typed INTEGER
                return self._numbers.setdefault(cell, len(self._numbers) + 1)
            return cell
        if not isinstance(cell, bytes) or not cell:
            return cell
        return self._names.address(cell) if tag == IP_ADDRESS else self._octets(cell, role)

    def _octets(self, cell: bytes, role: Role) -> bytes:
        match role:
            case Role.MAC | Role.BRIDGE_ID:
                return self._mac(cell)
            case Role.ADDRESS:
                return self._address(cell)
            case Role.ENGINE_ID:
                return cell[:5] + self._engine(cell[5:])
            case Role.UNKNOWN:
                return self._unknown(cell)
        if self._is_name(role, cell):
            return self._names.name(cell)
        return self._names.prose(cell) if _is_text(cell) else self._names.octets(cell)

    def _mac(self, cell: bytes) -> bytes:
        """A MAC address in octets or as text; what cannot be read as one says nothing any more."""
        if len(cell) in (6, 8):
            return cell[:-6] + self._names.mac(cell[-6:])
        return self._names.prose(cell) if mac(cell) else b"\0" * len(cell)

    def _address(self, cell: bytes) -> bytes:
        if len(cell) not in (4, 8, 16, 20):
            return self._names.prose(cell)
        size = 4 if len(cell) < 16 else 16
        return self._names.address(cell[:size]) + cell[size:]

    def _engine(self, rest: bytes) -> bytes:
        other = self._names.mac(rest) if len(rest) == 6 else self._names.address(rest)
        return other if other != rest else b"\0" * len(rest)

    def _unknown(self, cell: bytes) -> bytes:
        if not _is_text(cell):
            return self._names.mac(cell) if len(cell) == 6 else self._names.octets(cell)
        bare = cell.strip(_PADDING).lower()
        if bare in self._own_words or _is_reading(bare):
            return self._names.prose(cell)
        self.masked += 1
        return self._masks.setdefault(bare, f"text-{len(self._masks) + 1}".encode())

    def _is_name(self, role: Role, text: bytes) -> bool:
        if role is Role.PORT and text.strip(_PADDING).lower() in self._ports:
            return False
        return _is_name(role, text)


def _is_name(role: Role, text: bytes) -> bool:
    """Whether a text is somebody's name or number: neither nothing, nor a port's own name."""
    bare = text.strip(_PADDING).lower()
    if role not in TEXTS or not bare or readable(text) is None:
        return False
    if role in (Role.END, Role.PORT) and (not _is_text(text) or (len(text) != 6 and mac(text))):
        return False
    if role in (Role.ALIAS, Role.PORT):
        return not _is_port(bare)
    return role is not Role.SERIAL or bool(bare.strip(b"0-. "))


def _is_port(bare: bytes) -> bool:
    """Whether a text reads as the name of a port; a customer's number is longer (or a name)."""
    bare_numbers = _PORT_NUMBER.sub(b"", bare)
    return (
        bare_numbers != bare
        and not re.search(rb"[0-9]", bare_numbers)
        and _reads_as(bare_numbers, _PORT_WORDS)
    )


def _is_reading(bare: bytes) -> bool:
    return not _LONG_NUMBER.search(bare) and _reads_as(bare, _READING_WORDS)


def _reads_as(bare: bytes, words: frozenset[bytes]) -> bool:
    return all(word in words for word in _NO_LETTERS.split(bare) if word) and bare.isascii()


def _is_text(octets: bytes) -> bool:
    bare = octets.rstrip(b"\0")
    if len(octets) == 6 and not octets.isascii():
        return False  # rather a MAC address than six letters of Latin-1
    try:
        told = bare.decode("utf-8")
    except UnicodeDecodeError:
        told = bare.decode("latin-1")
        if sum(char.isascii() for char in told) * 2 < len(told):
            return False
    return bool(told) and all(char.isprintable() or char in "\t\r\n" for char in told)


def _letters(oid: Oid) -> bytes:
    """The octets of an index that could be a text."""
    return bytes(n if n < 256 else 0 for n in oid[_INDEX_FROM:])


def _mac_number(cell: Cell) -> Cell:
    """The octets of a MAC address that an agent has typed INTEGER (Icotera, field note A16)."""
    return cell.to_bytes(6, "big") if isinstance(cell, int) and 0 < cell < 1 << 48 else cell
