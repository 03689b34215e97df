r"""The syntax of snmprec, snmpsim's recordings: ``OID|type|value`` lines.

Types are BER tags in decimal. A suffix says how the value is written: ``x`` hex, ``e`` with escapes
(``\n``, ``\x00``, ``\\``). ``type:module|options`` are values that snmpsim would make up as it goes
(snmpsim documentation, "Variation modules"); we take the one they start with, if it is told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

from techinfo.recordings.rows import Rows, SubIdentifiers, ip_address, whole_number
from techinfo.wire import Oid, Value

WHAT: Final = "snmprec (OID|type|value)"
ROW: Final = re.compile(r"\.?[0-2](?:\.\d+)+\|\d+[ex]?(?::\w+)?\|")

_REMEMBERED = 100_000
_MOST_OCTETS = 65535
_MOST_BREAKS = 100
"""Line breaks in one value; the longest sysDescr that we know has five."""
_NOTHING_THERE = frozenset({"128", "129", "130"})
"""noSuchObject, noSuchInstance, endOfMibView."""
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|[abfnrtv\\'\"])")
_CONTROL = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_START_VALUE = re.compile(r"(?:^|,)(initial|value|hexvalue)=(.*?)(?=,\w+=|$)", re.DOTALL)


def read(lines: Iterable[tuple[int, str]], rows: Rows) -> None:
    """Read numbered lines into ``rows``.

    Raises:
        RecordingError: Most of it cannot be read.
    """
    numbers = SubIdentifiers()
    seen: dict[str, Value | None] = {}  # most values of a walk stand in it many times
    broken: Oid | None = None  # the row whose text goes on in the next line
    breaks = 0
    for number, line in lines:
        oid_text, _, rest = line.partition("|")
        try:
            oid = numbers.oid(oid_text)
            value = seen[rest] if rest in seen else _remember(seen, rest)
        except ValueError:
            if broken and breaks < _MOST_BREAKS and _go_on(rows, broken, line):
                breaks += 1
                broken = broken if line.endswith("\r") else None
            elif line.strip() and not line.startswith("#"):
                rows.skip(number)
            continue
        added = value is not None and rows.add(oid, value)
        broken = oid if added and rest.endswith("\r") and rest.startswith("4|") else None
        breaks = 0


def _remember(seen: dict[str, Value | None], rest: str) -> Value | None:
    if len(seen) >= _REMEMBERED:
        seen.clear()
    value = seen[rest] = _value(rest)
    return value


def _go_on(rows: Rows, oid: Oid, line: str) -> bool:
    """Append a line to a text that a CR LF has torn, as IOS's sysDescr has.

    Only where the text before ends in CR in a file whose lines do not: then nothing else is meant.
    """
    tag, text = rows.values[oid]
    if ROW.match(line) or not isinstance(text, bytes) or len(text) + len(line) > _MOST_OCTETS:
        return False
    rows.values[oid] = tag, b"%b\n%b" % (text, line.encode("latin-1"))
    return True


def _value(rest: str) -> Value | None:
    """``type|value`` as a value; ``None`` where nothing is there."""
    kind, bar, text = rest.partition("|")
    if not bar:
        raise ValueError("no type and value")
    if ":" in kind:
        kind, text = _first_value(kind.partition(":")[0], text)
    if kind in _NOTHING_THERE:
        return None
    reader = _READERS.get(kind)
    if reader is None:
        raise ValueError("a type that SNMP does not have")
    return reader(text)


def _first_value(kind: str, options: str) -> tuple[str, str]:
    found: dict[str, str] = dict(_START_VALUE.findall(options))
    if "hexvalue" in found:
        return f"{kind}x", found["hexvalue"]
    for name in ("initial", "value"):
        if name in found:
            return kind, found[name]
    raise ValueError("a made-up value that does not say where it starts")


def _text(tag: int, text: str) -> Value:
    return tag, text.encode("latin-1")


def _hex(tag: int, text: str) -> Value:
    return tag, bytes.fromhex(text)


def _escaped(tag: int, text: str) -> Value:
    def octet(match: re.Match[str]) -> str:
        name = match[1]
        return chr(int(name[1:], 16)) if name[0] == "x" else _CONTROL.get(name, name)

    return tag, _ESCAPE.sub(octet, text).encode("latin-1")


def _address(text: str) -> Value:
    if len(text) == 4 and "." not in text:
        # snmpsim leaves an address bare whose octets all happen to be letters and digits
        # (snmpsim-data, fortinet-xcu: hSh1 is 104.83.104.49).
        return 64, text.encode("latin-1")
    return 64, ip_address(text)


def _hex_address(text: str) -> Value:
    octets = bytes.fromhex(text)
    if len(octets) != 4:
        raise ValueError("not an IPv4 address")
    return 64, octets


def _oid(text: str) -> Value:
    # Agents that mean "none" send an OID without numbers, which RFC 2578, 7.1.10 spells 0.0.
    return 6, SubIdentifiers().oid(text.strip()) if text.strip() else (0, 0)


def _null(_text: str) -> Value:
    return 5, b""


_READERS: Final[dict[str, Callable[[str], Value]]] = {
    "5": _null,
    "6": _oid,
    "64": _address,
    "64x": _hex_address,
    **{str(tag): partial(whole_number, tag) for tag in (2, 65, 66, 67, 70)},
    **{f"{tag}x": partial(whole_number, tag, base=16) for tag in (2, 65, 66, 67, 70)},
    **{str(tag): partial(_text, tag) for tag in (4, 68)},
    **{f"{tag}x": partial(_hex, tag) for tag in (4, 68)},
    **{f"{tag}e": partial(_escaped, tag) for tag in (4, 68)},
}
