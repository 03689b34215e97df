"""The frame of a driver, written from a recording: what it claims, and which columns to look at.

Nothing here knows a MIB. Where a table stands is told by its shape (SMIv2: table, 1, column, index;
every row of a column has one type), and what a column holds by its values. All of it is a guess
for a person to check, so none of it is code of the driver that is written.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median

from techinfo.driver import standard
from techinfo.driver.convert import decode_text, ip_address, ipv4, mac
from techinfo.recordings.recording import Recording
from techinfo.snmp.oid import numbers
from techinfo.wire import Cell, Index, Oid, Value

_ENTERPRISES = numbers("1.3.6.1.4.1")
_NET_SNMP = "1.3.6.1.4.1.8072."
_IP_ADDRESS = 64  # BER tag
_MOST_COLUMN = 1000
_MOST_TABLES = 60
_EXAMPLES = 3
_SENTINELS = frozenset({0, -1, 255, 65535, 2_147_483_647, -2_147_483_648, 4_294_967_295})
_UNITS = {
    "d.power_text": r"[-+]?\d[\d.]*\s*dBm|\d\s*[munµ]?W\b",
    "d.celsius()": r"\d\s*(?:°\s*C?|deg\w*|C)\b",
    "d.milliamperes()": r"\d\s*mA\b",
    "d.volts()": r"\d\s*V\b",
}
_NONE_SHOWN = """\
#
# None: the maker's own tables are not in this recording. A maker that is read by the standard MIBs
# alone needs no file: it is a line in standard_only.
"""
_NONE_LIKELY = """\
#
# None of the maker's tables has a column that looks like one of these. What they are, the maker's
# MIB says; if it tells no fact of a port, the maker is a line in standard_only. There are:
"""
_MOST_NAMED = 20
_FRAME = '''\
"""{name}: what it is, in a sentence.

Seen: recording {recording}. Source: MIB module and revision, or a manual.
"""

import techinfo.driver as d

DRIVER = d.Driver(
    name="{name}",
    vendor="",
    series="",
    sys_object_ids=("{claim}",),{condition}
)
# sysDescr: {descr}
# The claim above is this one model's: cut it where the series ends.
#
# Below are columns of the recording that may tell a fact, each with a conversion that fits its
# values and some of them. They are guesses: look every one up in the maker's MIB before you use it,
# and take this list out in the end (the values are a device's own).
'''


@dataclass(frozen=True, kw_only=True, slots=True)
class GuessedTable:
    """Rows below one OID that look like a table.

    Attributes:
        entry: The OID that stands above the columns.
        columns: Column number -> index of a row -> value.
    """

    entry: Oid
    columns: Mapping[int, Mapping[Index, Value]]

    @property
    def rows(self) -> frozenset[Index]:
        """Every index that any column has."""
        return frozenset().union(*self.columns.values())


def frame(recording: Recording, name: str) -> str:
    """The text of a driver's file: a driver that loads, then what it may be made of, as comments.

    Args:
        recording: A device's own rows decide; none of its texts can become code.
        name: Of the driver.
    """
    descr = _text(recording, standard.SYS_DESCR)
    claim = _claim(recording)
    word = re.match(r"[\w.-]+", descr)
    condition = ""
    if claim.startswith(_NET_SNMP):  # the number of net-snmp, which many makers leave as it is
        pattern = "^" + re.escape(word[0] if word else "a word of sysDescr")
        condition = f"\n    when=(d.DescrMatches({pattern!r}),),"
    out = _FRAME.format(
        name=name,
        recording=re.sub(r"[^A-Za-z0-9_.@+-]", "_", recording.name),
        claim=claim,
        condition=condition,
        descr=ascii(descr),
    )
    ports = _ports(recording)
    tables = list(guessed_tables(recording))
    shown = [lines for table in tables if (lines := _shown(table, ports))]
    for lines in shown[:_MOST_TABLES]:
        out += "#\n" + "".join(f"# {line}".rstrip() + "\n" for line in lines)
    if len(shown) > _MOST_TABLES:
        out += f"#\n# {len(shown) - _MOST_TABLES} further tables are left out.\n"
    return out if shown else out + (_others(tables, ports) or _NONE_SHOWN)


def _others(tables: Sequence[GuessedTable], ports: Mapping[str, frozenset[int]]) -> str:
    """The makers' tables in which nothing was recognised, so that nobody takes them for missing."""
    own = [t for t in tables if not ".".join(map(str, t.entry)).startswith(_NET_SNMP)]
    if not own:
        return ""
    lines = [f"#   {_head(t, ports)}, {len(t.columns)} columns\n" for t in own[:_MOST_NAMED]]
    more = len(own) - _MOST_NAMED
    return _NONE_LIKELY + "".join(lines) + (f"#   and {more} more\n" if more > 0 else "")


def guessed_tables(recording: Recording) -> Iterator[GuessedTable]:
    """Whatever looks like a table below the makers' numbers, in the order of their OIDs."""
    own = recording.under(_ENTERPRISES)
    rows = [(oid, value) for oid in own if (value := recording.get(oid)) is not None]
    yield from _tables(rows, len(_ENTERPRISES) + 2)


def _tables(rows: Sequence[tuple[Oid, Value]], depth: int) -> Iterator[GuessedTable]:
    """Tables among rows with equal numbers before ``depth``: the uppermost that fit win."""
    for number, group in groupby(rows, key=lambda row: row[0][depth : depth + 1]):
        below = list(group)
        found = _table(below, depth + 1) if number == (1,) else None
        deeper = [] if found and len(found.columns) > 1 else list(_below(below, depth))
        if found and not any(len(table.columns) > 1 for table in deeper):
            yield found
        else:
            yield from deeper


def _below(rows: Sequence[tuple[Oid, Value]], depth: int) -> Iterator[GuessedTable]:
    return _tables([row for row in rows if len(row[0]) > depth + 1], depth + 1)


def _table(rows: Sequence[tuple[Oid, Value]], depth: int) -> GuessedTable | None:
    """These rows as a table whose columns are the numbers at ``depth``, if they fit."""
    columns: dict[int, dict[Index, Value]] = {}
    for oid, value in rows:
        if len(oid) < depth + 2 or oid[depth] >= _MOST_COLUMN:
            return None
        columns.setdefault(oid[depth], {})[oid[depth + 1 :]] = value
    if any(len({tag for tag, _ in column.values()}) > 1 for column in columns.values()):
        return None
    table = GuessedTable(entry=rows[0][0][:depth], columns=columns)
    every = table.rows
    if every == {(0,)} or (len(columns) == 1 and len(every) == 1):
        return None  # scalars, or nothing that tells
    alike = sum(2 * len(column) >= len(every) for column in columns.values())
    return table if 2 * alike >= len(columns) else None


def _claim(recording: Recording) -> str:
    """SysObjectID; of a walk without it the maker's number with most rows."""
    told = recording.get(numbers(standard.SYS_OBJECT_ID))
    if told is not None and isinstance(told[1], tuple):
        return ".".join(map(str, told[1]))
    makers = Counter(oid[: len(_ENTERPRISES) + 1] for oid in recording.under(_ENTERPRISES))
    most = max(makers, key=lambda maker: (makers[maker], maker), default=_ENTERPRISES)
    return ".".join(map(str, most))


def _text(recording: Recording, oid: str) -> str:
    told = recording.get(numbers(oid))
    return decode_text(told[1]) if told is not None and isinstance(told[1], bytes) else ""


def _ports(recording: Recording) -> Mapping[str, frozenset[int]]:
    """What a number in an index may be, with the numbers that there are."""
    return {
        kind: frozenset(oid[-1] for oid in recording.under(numbers(column)))
        for kind, column in (
            ("ifIndex", standard.IF_DESCR),
            ("bridge port", standard.DOT1D_BASE_PORT_IF_INDEX),
            ("entPhysicalIndex", standard.ENT_PHYSICAL_DESCR),
        )
    }


def _shown(table: GuessedTable, ports: Mapping[str, frozenset[int]]) -> list[str]:
    """A table in lines; none when nothing in it looks like a fact."""
    cells = {n: list(c.values()) for n, c in table.columns.items()}
    guesses = {n: guess(values) for n, values in cells.items()}
    optics = _is_optics(guesses, cells)
    if optics:
        guesses = {n: found or optical(cells[n]) for n, found in guesses.items()}
    indexed = _in_index(table.rows)
    if not any(guesses.values()) and not indexed:
        return []
    lines = [_head(table, ports), *(f"    index  {found}" for found in indexed)]
    for number, found in sorted(guesses.items()):
        if found or optics:
            lines.append(f"    .{number:<5} {found or '?':<22} {_examples(cells[number])}")
    return lines


def _head(table: GuessedTable, ports: Mapping[str, frozenset[int]]) -> str:
    rows = sorted(table.rows)
    oid = ".".join(map(str, table.entry))
    return f"{oid}: {len(rows)} rows{_by(rows, ports)}, index {'.'.join(map(str, rows[0]))}"


def _is_optics(guesses: Mapping[int, str], cells: Mapping[int, Sequence[Value]]) -> bool:
    if any(found.startswith(("d.dbm", "d.power_text")) for found in guesses.values()):
        return True
    kinds = {optical(values).partition("(")[0] for values in cells.values()}
    return {"d.volts", "d.celsius"} <= kinds


def guess(values: Sequence[Value]) -> str:
    """The conversion of `techinfo.driver` that fits a column by itself; "": none is sure enough."""
    told = [cell for _, cell in values if isinstance(cell, bytes) and cell.strip(b"\x00 ")]
    if told:
        named = _guess_octets(told, values[0][0])
        if named:
            return named
    found = [number for _, cell in values if (number := _number(cell)) is not None]
    kept = [number for number in found if number not in _SENTINELS]
    if not kept or min(kept) >= 0 or max(kept) > -min(kept):
        return ""
    least = -min(kept)
    for most, scale in ((45, "1"), (450, "0.1"), (4500, "0.01"), (45000, "0.001")):
        if least <= most:
            return f"d.dbm({scale})"
    return ""


def _guess_octets(told: Sequence[bytes], tag: int) -> str:
    words = [decode_text(cell) for cell in told]
    for convert, pattern in _UNITS.items():
        if 2 * sum(bool(re.search(pattern, word)) for word in words) >= len(words):
            return convert
    if tag == _IP_ADDRESS or all(word.count(".") == 3 and ipv4(word.encode()) for word in words):
        return "d.ipv4" if any(any(cell) for cell in told) else ""
    printed = all(cell.isascii() and cell.decode("ascii").isprintable() for cell in told)
    if all(mac(cell) for cell in told):
        return "" if printed and all(len(cell) == 6 for cell in told) else "d.mac"
    lengths = {len(cell) for cell in told}
    if not printed and lengths <= {4, 16} and all(ip_address(cell) for cell in told):
        return "d.ip_address"
    return ""


def optical(values: Sequence[Value]) -> str:
    """What a column of numbers may be in a table that tells light; "": nothing known."""
    found = [number for value in values if (number := _number(value[1])) is not None]
    kept = [number for number in found if number not in _SENTINELS]
    if not kept:
        return ""
    middle = median(kept)
    fractions = any(number != int(number) for number in kept)
    for scale in ("1", "0.01", "0.001", "0.0001", "1e-6"):
        if 3.0 <= middle * float(scale) <= 3.6 and (scale != "1" or fractions):
            return f"d.volts({scale})"
    for scale in ("1", "0.01", "0.001", "1 / 256"):
        factor = 1 / 256 if scale == "1 / 256" else float(scale)
        if 15 <= middle * factor <= 80:
            return f"d.celsius({scale})"
    return ""


def _number(cell: Cell) -> float | None:
    if isinstance(cell, bytes):
        found = re.fullmatch(r"[-+]?\d{1,9}(?:\.\d{1,9})?", decode_text(cell))
        return float(found[0]) if found else None
    return float(cell) if isinstance(cell, int) else None


def _in_index(rows: frozenset[Index]) -> list[str]:
    """MAC and IPv4 addresses that the indexes of all rows may hold."""
    lengths = {len(row) for row in rows}
    last = [row[-6:] for row in rows]
    if min(lengths) >= 6 and max(lengths) <= 11 and 127 < max(map(max, last)) < 256:
        return ["d.index_octets(-6, 6, d.mac)"]
    for start in (0, 1, -4):
        parts = [row[start:][:4] for row in rows]
        if lengths <= {4, 5} and all(
            len(p) == 4 and 9 < max(p) < 256 and 0 < p[0] < 240 for p in parts
        ):
            return [f"d.index_octets({start}, 4, d.ipv4)"]
    return []


def _by(rows: Sequence[Index], ports: Mapping[str, frozenset[int]]) -> str:
    for kind, known in ports.items():
        for position, word in ((0, ""), (-1, ", the last number"), (1, ", the second number")):
            numbers_there = {r[position] for r in rows if len(r) > max(position, 0)}
            if len(numbers_there) > 1 and numbers_there <= known:
                return f" by {kind}{word}"
    return ""


def _examples(values: Sequence[Value]) -> str:
    """Some different values, in a form that is no code wherever it is put."""
    out: list[str] = []
    for tag, cell in values:
        if isinstance(cell, tuple):
            word = ".".join(map(str, cell))
        elif isinstance(cell, int):
            word = str(cell)
        elif tag == _IP_ADDRESS:
            word = ipv4(cell) or "0.0.0.0"  # noqa: S104
        elif cell.isascii() and decode_text(cell).isprintable():
            word = ascii(decode_text(cell)[:40])
        else:
            word = cell[:20].hex(":")
        if word not in out:
            out.append(word)
    more = len(out) - _EXAMPLES
    return ", ".join(out[:_EXAMPLES]) + (f" and {more} more" if more > 0 else "")
