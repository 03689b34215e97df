"""From what a varbind held to a value in a unit, or to nothing.

A converter is a named function: `techinfo drivers` prints its name and unit beside the OID.
Sentinels stop here: what is outside of what physics allows is no value (field notes, list of
sentinels). Raw zero of a linear light level is *no light*; whether diagnostics are there at all is
decided later, from the whole row (contract: transceiver).
"""

from __future__ import annotations

import ipaddress
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Generic, TypeVar

from techinfo.driver.text import decode_text as decode_text
from techinfo.units import Celsius, Dark, Dbm, MilliAmpere, Power, Volt
from techinfo.wire import Cell

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Convert(Generic[T_co]):
    """A named conversion.

    Attributes:
        name: What the raw cell holds, as an operator reads it: ``dBm x 0.001``.
        call: Cell in, value out; ``None`` for what is not a value.
    """

    name: str
    call: Callable[[Cell], T_co | None]

    def __call__(self, cell: Cell) -> T_co | None:
        """Convert one cell; a cell of a type that does not fit is no value."""
        return self.call(cell)


# A number is taken whole or not at all: of "-1,5 dBm" neither "-1" nor "5 dBm" may remain.
_DECIMAL = r"[-+]?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]{1,3})?(?![0-9xX]|[.,][0-9])"
_WHOLE = r"(?<![0-9.,])(?<![0-9]-)(?<!- )" + _DECIMAL
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?")
_LEADING = re.compile(rf"\s*({_DECIMAL})")
_DBM = re.compile(rf"({_WHOLE})\s*dBm", re.IGNORECASE)
_WATT = re.compile(rf"({_WHOLE})\s*([mun\u00b5\u03bc]?)W", re.IGNORECASE)
_DARK_WORDS = re.compile(r"\bno[ -]*(power|light|signal)\b|-\s*inf(inity)?\b", re.IGNORECASE)
_NO_WORDS = frozenset({"", "N/A", "NA", "NULL", "NONE", "UNKNOWN"})
_PREFIX = {"": 1.0, "m": 1e-3, "u": 1e-6, "\u00b5": 1e-6, "\u03bc": 1e-6, "n": 1e-9}

_SERIAL_MAKER = re.compile(rb"[A-Za-z0-9]{4}")
_SERIAL_TEXT = re.compile(r"[A-Za-z0-9]{4}[0-9A-Fa-f]{8}")
_SERIAL_HEX = re.compile(r"[0-9A-Fa-f]{16}")
_MAC_TEXT = re.compile(r"[0-9A-Fa-f]{2}(?:[:. -]?[0-9A-Fa-f]{2}){5}")
_IPV4_TEXT = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")

# What a pluggable can say at all; beyond it stands a sentinel or a broken EEPROM.
_POWER_RANGE = (-60.0, 20.0)
_NO_LIGHT_DBM = -40.0
_NO_LIGHT_W = 1e-7
_TEMPERATURE_RANGE = (-60.0, 150.0)
_BIAS_RANGE = (0.0, 1000.0)
_VOLTAGE_RANGE = (0.5, 20.0)
_FIRST_YEAR = 2000
"""What is older is a clock that was never set."""
_MOST_LANES = 16
"""QSFP-DD and OSFP have 8, CFP up to 16."""


def _text(cell: Cell) -> str | None:
    if isinstance(cell, bytes):
        return decode_text(cell) or None
    return None


def _words(cell: Cell) -> str | None:
    out = _text(cell)
    if out is None or out.strip("-. \u00ff").upper() in _NO_WORDS:
        return None
    # A field of an EEPROM that was never written is 0xFF, which is printable in Latin-1.
    return out.strip(" \u00ff") or None


def _number(cell: Cell) -> float | None:
    if isinstance(cell, int):
        return float(cell) if abs(cell) < 1 << 64 else None
    if isinstance(cell, bytes):
        found = _LEADING.match(decode_text(cell))
        return float(found[1]) if found else None
    return None


def whole_number(cell: Cell) -> int | None:
    """An integer of any type, or digits: some agents type their numbers as text."""
    if isinstance(cell, int):
        return cell
    if isinstance(cell, bytes):
        word = decode_text(cell)
        return int(word) if re.fullmatch(r"[-+]?[0-9]{1,20}", word) else None
    return None


def _between(low: int, high: int) -> Callable[[Cell], int | None]:
    def call(cell: Cell) -> int | None:
        number = cell if isinstance(cell, int) else whole_number(cell)
        return number if number is not None and low <= number < high else None

    return call


def _mac(cell: Cell) -> str | None:
    found = cell if isinstance(cell, bytes) and len(cell) == 6 else _mac_octets(cell)
    return found.hex(":").upper() if found else None


def _mac_octets(cell: Cell) -> bytes | None:
    """Six octets, or text of them. All zeros stay: a broken CPE does send so (`transition`)."""
    if isinstance(cell, int):  # Icotera types it INTEGER (field note A16)
        return cell.to_bytes(6, "big") if 0 < cell < 1 << 48 else None
    if not isinstance(cell, bytes) or len(cell) == 6:
        return cell if isinstance(cell, bytes) else None
    word = decode_text(cell)
    if _MAC_TEXT.fullmatch(word):
        return bytes.fromhex(re.sub(r"[^0-9A-Fa-f]", "", word))
    parts = re.split(r"[:-]", word)
    if len(parts) == 6 and all(re.fullmatch(r"[0-9A-Fa-f]{1,2}", p) for p in parts):
        return bytes(int(p, 16) for p in parts)
    return None


def _ipv4(cell: Cell) -> str | None:
    if isinstance(cell, bytes) and len(cell) == 4 and any(cell):
        return ".".join(str(b) for b in cell)
    if isinstance(cell, bytes):
        word = decode_text(cell)
        numbers = [int(x) for x in word.split(".")] if _IPV4_TEXT.fullmatch(word) else []
        if any(numbers) and max(numbers) < 256:
            return ".".join(map(str, numbers))
    return None


def _ip_address(cell: Cell) -> str | None:
    """InetAddress (RFC 4001): 4 or 16 octets, with a zone index 8 or 20; the zone is left out."""
    if not isinstance(cell, bytes) or len(cell) not in {4, 8, 16, 20}:
        return None
    address = ipaddress.ip_address(cell[: 4 if len(cell) < 16 else 16])
    return None if address.is_unspecified else str(address)


text: Convert[str] = Convert("text", _words)
"""A name or number of a maker; blanks, ``N/A`` and the like are none."""
raw_text: Convert[str] = Convert("text as it stands", _text)
integer: Convert[int] = Convert("integer", whole_number)
mac: Convert[str] = Convert("MAC address", _mac)
ipv4: Convert[str] = Convert("IPv4 address", _ipv4)
number_text: Convert[str] = Convert(
    "number as text", lambda c: str(c) if isinstance(c, int) else None
)
ip_address: Convert[str] = Convert("IPv4 or IPv6 address", _ip_address)
octets: Convert[bytes] = Convert("octets", lambda c: c if isinstance(c, bytes) else None)
counter: Convert[int] = Convert("counter", _between(0, 1 << 64))
seconds_of_ticks: Convert[int] = Convert(
    "TimeTicks, in seconds", lambda c: c // 100 if isinstance(c, int) and c >= 0 else None
)
ticks: Convert[int] = Convert("sysUpTime at the event, 0.01 s", _between(0, 1 << 64))


def vlan_id(cell: Cell) -> int | None:
    """A VLAN tag; 0 and everything above 4094 is none (field note F16)."""
    number = whole_number(cell)
    return number if number is not None and 1 <= number <= 4094 else None


vlan: Convert[int] = Convert("VLAN id", vlan_id)


def _ont_serial(cell: Cell) -> str | None:
    """Four letters of the maker and four octets (G.984.3), which some OLTs write as text.

    Text may have a number before it (ZTE ``1,ZTEGC0123456``) or a colon within (BDCOM).
    """
    if isinstance(cell, bytes) and len(cell) == 8 and _SERIAL_MAKER.fullmatch(cell[:4]):
        return cell[:4].decode("ascii") + cell[4:].hex().upper()
    word = (_words(cell) or "").rpartition(",")[2].replace(":", "").replace(" ", "").strip()
    if _SERIAL_HEX.fullmatch(word):
        return _ont_serial(bytes.fromhex(word)) or word.upper()
    return word[:4] + word[4:].upper() if _SERIAL_TEXT.fullmatch(word) else None


ont_serial: Convert[str] = Convert("serial number of an ONT", _ont_serial)


def _date_and_time(cell: Cell) -> datetime | None:
    if not isinstance(cell, bytes) or len(cell) != 11 or cell[8:9] not in {b"+", b"-"}:
        return None
    hours, minutes = cell[9], cell[10]
    ahead = timedelta(hours=hours, minutes=minutes) * (1 if cell[8:9] == b"+" else -1)
    try:
        year = int.from_bytes(cell[:2], "big")
        month, day, hour, minute, second = cell[2:7]
        zone = timezone(ahead)
        told = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=zone)
        return told.astimezone(UTC) if year >= _FIRST_YEAR else None
    except (ValueError, OverflowError):
        return None


date_and_time: Convert[datetime] = Convert("DateAndTime with its zone", _date_and_time)
"""SNMPv2-TC; one of 8 octets does not tell its zone, and so no time."""


def one_of(table: Mapping[int, T], name: str) -> Convert[T]:
    """An enumeration; what the table does not hold is none."""
    values = dict(table)

    def call(cell: Cell) -> T | None:
        number = cell if isinstance(cell, int) else whole_number(cell)
        return values.get(number) if number is not None else None

    return Convert(name, call)


def is_one_of(values: frozenset[int], name: str) -> Convert[bool]:
    """True for these numbers, false for every other one."""

    def call(cell: Cell) -> bool | None:
        number = whole_number(cell)
        return number in values if number is not None else None

    return Convert(name, call)


def number_in(low: float, high: float, value: float | None) -> float | None:
    """The value if it is inside the range, else none."""
    return value if value is not None and math.isfinite(value) and low <= value <= high else None


def power_of_watts(watts: float) -> Power | None:
    """A linear light level as dBm; next to nothing is no light, less than zero is no value."""
    if watts < 0 or not math.isfinite(watts):
        return None
    if watts <= _NO_LIGHT_W:
        return Dark.NO_LIGHT
    return power_of_dbm(10 * math.log10(watts * 1000))


def power_of_dbm(value: float | None) -> Power | None:
    """A level in dBm; -40 and below is less than one step of SFF-8472 (0.1 uW): no light."""
    level = number_in(*_POWER_RANGE, value)
    if level is None:
        return None
    return Dark.NO_LIGHT if level <= _NO_LIGHT_DBM else Dbm(level)


def dbm(scale: float = 1.0, special: Mapping[int, Dark | None] | None = None) -> Convert[Power]:
    """A level in dBm after scaling; text with a leading number is taken too.

    Args:
        scale: 0.01 for hundredths of a dBm.
        special: Raw numbers that are no level, with what they mean (``None``: no value).
    """
    sentinels = dict(special or {})

    def call(cell: Cell) -> Power | None:
        if isinstance(cell, bytes) and _DARK_WORDS.search(decode_text(cell)):
            return Dark.NO_LIGHT
        value = _number(cell)
        if value in sentinels:
            return sentinels[int(value)]
        return power_of_dbm(value * scale) if value is not None else None

    return Convert(f"dBm x {scale:g}", call)


def watts(scale: float, special: Mapping[int, Dark | None] | None = None) -> Convert[Power]:
    """A linear level; ``scale`` makes watts of it (``1e-7`` for tenths of a microwatt)."""
    sentinels = dict(special or {})

    def call(cell: Cell) -> Power | None:
        if isinstance(cell, bytes) and _DARK_WORDS.search(decode_text(cell)):
            return Dark.NO_LIGHT
        value = _number(cell)
        if value in sentinels:
            return sentinels[int(value)]
        return power_of_watts(value * scale) if value is not None else None

    return Convert(f"W x {scale:g}", call)


def _power_text(cell: Cell) -> Power | None:
    """Text with its unit: ``-10.15 dBm``, ``0.00 mW (-23.19 dBm)``; dBm is preferred (O5)."""
    if not isinstance(cell, bytes):
        return None
    words = decode_text(cell)
    found = _DBM.search(words)
    if found:
        return power_of_dbm(float(found[1]))
    linear = _WATT.search(words)
    if linear:
        return power_of_watts(float(linear[1]) * _PREFIX[linear[2].lower()])
    return Dark.NO_LIGHT if _DARK_WORDS.search(words) else None


power_text: Convert[Power] = Convert("text with unit (dBm or W)", _power_text)


def power_text_or(bare: Convert[Power]) -> Convert[Power]:
    """A level as text, with its unit or as a bare number."""

    def call(cell: Cell) -> Power | None:
        told = power_text(cell)
        return told if told is not None else bare(cell)

    return Convert(f"text with unit, or {bare.name}", call)


def _scaled(
    unit: str, made: Callable[[float], T], scale: float, between: tuple[float, float]
) -> Convert[T]:
    """A number, in a cell or at the head of a text, in its unit and inside what physics allows."""

    def call(cell: Cell) -> T | None:
        value = _number(cell)
        kept = number_in(*between, value * scale) if value is not None else None
        return made(kept) if kept is not None else None

    return Convert(f"{unit} x {scale:g}", call)


def celsius(scale: float = 1.0) -> Convert[Celsius]:
    """A temperature; text such as ``53.313 C`` is taken too."""
    return _scaled("C", Celsius, scale, _TEMPERATURE_RANGE)


def milliamperes(scale: float = 1.0) -> Convert[MilliAmpere]:
    """A laser bias current; ``scale`` makes milliamperes of it."""
    return _scaled("mA", MilliAmpere, scale, _BIAS_RANGE)


def volts(scale: float = 1.0) -> Convert[Volt]:
    """A supply voltage; ``scale`` makes volts of it."""
    return _scaled("V", Volt, scale, _VOLTAGE_RANGE)


def kilobits(scale: float = 1.0) -> Convert[int]:
    """A configured rate; ``scale`` makes kbit/s of it (1000 for Mbit/s). Zero is no limit."""
    return Convert(
        f"kbit/s x {scale:g}",
        lambda c: round(c * scale) if isinstance(c, int) and c > 0 else None,
    )


def matching(pattern: str, inner: Convert[T]) -> Convert[T]:
    r"""Part of a text: what the first group of the pattern finds, or all that it finds.

    A group that took no part (``(?:v(\d+))?``) is no value.
    ``matching(r"\S+", text)`` is the first word.
    """
    compiled = re.compile(pattern)

    def call(cell: Cell) -> T | None:
        found = compiled.search(decode_text(cell)) if isinstance(cell, bytes) else None
        part = found[found.re.groups and 1] if found else None
        return inner(part.encode()) if part is not None else None

    return Convert(f"{inner.name} of {pattern}", call)


first_word: Convert[str] = Convert("first word", matching(r"\S+", text).call)


def any_bit(*numbers: int) -> Convert[bool]:
    """Whether one of these BITS stands; 0 is the high bit of the first octet (RFC 2578, 7.1.4)."""

    def call(cell: Cell) -> bool | None:
        if not isinstance(cell, bytes) or not cell:
            return None
        return any(cell[n // 8] & 0x80 >> n % 8 for n in numbers if n // 8 < len(cell))

    return Convert("BITS, bit " + ", ".join(map(str, numbers)), call)


def signed(bits: int, inner: Convert[T]) -> Convert[T]:
    """An agent that gives two's complement as unsigned (MikroTik SwOS, some SFF-8472 raw words)."""

    def call(cell: Cell) -> T | None:
        if isinstance(cell, int) and cell >= 1 << (bits - 1):
            return inner(cell - (1 << bits))
        return inner(cell)

    return Convert(f"signed {bits} bit, {inner.name}", call)


def lanes(inner: Convert[T]) -> Convert[tuple[T | None, ...]]:
    """Text with one reading for each lane, split at commas (Huawei hwEntityOpticalLane…)."""

    def call(cell: Cell) -> tuple[T | None, ...] | None:
        if not isinstance(cell, bytes):
            return None
        words = [w.strip() for w in decode_text(cell).split(",")][:_MOST_LANES]
        return tuple(inner(w.encode()) for w in words) if any(words) else None

    return Convert(f"lanes of {inner.name}", call)


def numbers_in(cell: Cell) -> tuple[float, ...]:
    """Every number in a text, for a driver's own conversions."""
    if not isinstance(cell, bytes):
        return ()
    return tuple(float(x) for x in _NUMBER.findall(decode_text(cell)))
