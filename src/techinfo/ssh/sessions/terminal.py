"""What a person would see of what a device sent: its lines, after all that was painted over.

Carriage returns, backspaces and the sequences of a VT100 that move within a line or erase it are
carried out; those that paint whole screens are left out. Tabs and trailing blanks stay.
"""

from __future__ import annotations

import re

_NEXT_LINE = "\x1bE"
"""NEL: ProCurve ends lines so."""
_CONTROLS = tuple(map(chr, (*range(9), *range(0x0B, 0x20), 0x7F)))
"""All but tab and line end. Most outputs have none: to look for each is quicker than a pattern."""
_PIECE = re.compile(
    r"\x1b\[(?P<args>[0-9;?]*)[ -/]*(?P<end>[@-~])"  # CSI
    r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"  # OSC: a window's title
    r"|\x1b[ -/]*[0-~]?"  # other escapes
    r"|(?P<text>[^\x00-\x08\x0b-\x1f\x7f]+)"
    r"|(?P<control>[\x00-\x08\x0b-\x1f\x7f])"
)
_WIDEST = 4096
"""A sequence may not move further than that."""


def lines(text: str) -> list[str]:
    """The lines of what came, the last one as far as it came."""
    plain = text.replace(_NEXT_LINE, "\n") if "\x1b" in text else text
    plain = "\n".join(plain.split("\r\n"))  # as replace does, in less time
    found = plain.split("\n")
    return [_painted(line) for line in found] if _is_painted(plain) else found


def last_line(text: str) -> str:
    """The line that the cursor stands in."""
    return lines(text[text.rfind("\n") + 1 :])[-1]


def squeezed(text: str) -> str:
    """A text without blanks: an echo may be broken anywhere."""
    return "".join(text.split())


def _is_painted(text: str) -> bool:
    return any(control in text for control in _CONTROLS)


def _painted(line: str) -> str:
    plain = line.rstrip("\r")
    if not _is_painted(plain):
        return plain
    cells: list[str] = []
    column = 0
    for piece in _PIECE.finditer(plain):
        if piece["text"]:
            cells[column : column + len(piece["text"])] = piece["text"]
            column += len(piece["text"])
        elif piece["control"]:
            column = {"\r": 0, "\x08": max(column - 1, 0)}.get(piece["control"], column)
        elif piece["end"]:
            column = _moved(cells, column, piece["end"], piece["args"])
            cells += " " * (column - len(cells))
    return "".join(cells)


def _moved(cells: list[str], column: int, end: str, args: str) -> int:
    """Where the cursor stands after a sequence; what it erases is taken away."""
    numbers = [int(part) if part.isdecimal() else 0 for part in args.split(";")]
    steps = min(numbers[0] or 1, _WIDEST)
    match end:
        case "D":
            return max(column - steps, 0)
        case "C":
            return min(column + steps, _WIDEST)
        case "G":
            return steps - 1
        case "H" | "f":
            return min(numbers[1], _WIDEST) - 1 if len(numbers) > 1 and numbers[1] else 0
        case "K" | "J":
            return _erased(cells, column, numbers[0])
    return column


def _erased(cells: list[str], column: int, how: int) -> int:
    if how == 0:
        del cells[column:]
    else:
        reach = len(cells) if how == 2 else min(column + 1, len(cells))
        cells[:reach] = " " * reach
        if how == 2:
            cells.clear()
            cells += " " * column
    return column
