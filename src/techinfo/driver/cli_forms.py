"""The forms that outputs have: a row a line, a block of lines a thing, or JSON.

A printed table's form is made of regular expressions whose named groups are the values. They are
tried on a line without trailing blanks, as a whole (``fullmatch``), whatever the case. Every line
that no pattern names is odd: it is told, and never swallowed. An odd line is mostly nobody's; where
it could be the damaged beginning of something, what follows is not given to the thing before it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from techinfo.driver.cli import Parsed

RULE = r"[\s\-=+|_*.#]*"
"""Blank lines, and lines that only rule something off."""
_LOG = re.compile(
    r"\s*[*.]?(?:%|\d|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\b)"
    r"(?:[\w .:,+-]{0,60}%{1,2}\d*[a-z]\w*[-/][\w-]*[-/]\w+.*|[\d:]+ echo: .*)",
    re.IGNORECASE,
)
"""A line of the log between the lines of the output: odd, but it interrupts nothing."""
_OF_OBJECT = re.compile(r'\s*(?:"[\w-]+": ?(?:".*"|[\d.]+|true|false|null|[\[{])|".*"|[\]}{]),?\s*')
"""A line of a JSON object that is printed over many."""


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _first(patterns: tuple[str, ...], line: str) -> re.Match[str] | None:
    return next((m for p in _joined(patterns) if (m := p.fullmatch(line))), None)


@cache
def _joined(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    """Patterns in their order; neighbours that hold no value are one, which is tried in one go."""
    found: list[re.Pattern[str]] = []
    for text in patterns:
        if found and not found[-1].groups and not _compiled(text).groups:
            found[-1] = _compiled(f"{found[-1].pattern}|(?:{text})")
        else:
            found.append(_compiled(f"(?:{text})"))
    return tuple(found)


def _known(found: re.Match[str]) -> dict[str, str]:
    return {key: value.strip() for key, value in found.groupdict().items() if value is not None}


def is_log(line: str) -> bool:
    """Whether a line is one of the device's log, printed between those of the output."""
    return _LOG.match(line) is not None


def _may_begin(line: str) -> bool:
    """Whether an odd line may be what is left of the beginning of something else."""
    return any(c.isdigit() for c in line)


@dataclass(frozen=True, kw_only=True)
class Lines:
    """A row a line.

    Args:
        row: Lines that are a row; the first that fits.
        context: Lines that say what the rows below are of: their values hold until they are told
            anew. A row may tell them, too (a port that only the first of its rows names).
        needs: Values without which a row is odd; told by the row or by its context.
        more: Lines that go on with the row above: their values are added to its, with a blank.
        skip: Headings, legends, totals; before a row is looked for. A ``count`` in them, or in
            ``context``, that is not 0 is odd where there is no row.
    """

    row: tuple[str, ...]
    context: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    carried: tuple[str, ...] = ()
    """Values that a row tells for the rows below, too."""

    def __call__(self, text: str) -> Parsed:
        """The rows of a text."""
        state = _LineState()
        for line in text.splitlines():
            self._read(line.rstrip(), state)
        if state.announced and not state.rows:
            state.odd.append(state.announced)
        return Parsed(state.rows, tuple(state.odd))

    def _read(self, line: str, state: _LineState) -> None:
        if is_log(line):
            state.odd.append(line)
        elif found := _first(self.context, line):
            state.context |= state.noted(_known(found), line)
            state.open = False
        elif found := _first((RULE, *self.skip), line):
            state.noted(_known(found), line)
            state.open = state.open and not line.strip()
        elif found := _first(self.row, line):
            self._add(line, _known(found), state)
        elif state.open and (found := _first(self.more, line)):
            for key, value in _known(found).items():
                state.rows[-1][key] = f"{state.rows[-1].get(key, '')} {value}".strip()
        else:
            state.refuse(line)

    def _add(self, line: str, values: dict[str, str], state: _LineState) -> None:
        row = state.context | values
        if not all(row.get(key) for key in self.needs):
            state.refuse(line)
            return
        state.context |= {key: values[key] for key in self.carried if values.get(key)}
        state.rows.append(row)
        state.open = True


@dataclass
class _LineState:
    """Where reading is."""

    rows: list[dict[str, str]] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    context: dict[str, str] = field(default_factory=dict)
    open: bool = False
    announced: str = ""

    def noted(self, values: dict[str, str], line: str) -> dict[str, str]:
        """The values, when it is remembered whether the line says that there are rows."""
        if values.get("count", "0").strip("0"):
            self.announced = line
        return values

    def refuse(self, line: str) -> None:
        """Keep an odd line; one with a number may be the damaged beginning of something."""
        self.odd.append(line)
        if _may_begin(line):
            self.context.clear()
            self.open = False


@dataclass(frozen=True, kw_only=True)
class Blocks:
    """A block of lines for each thing.

    Args:
        start: Lines that begin a block. One that tells only what the open block lacks goes on
            with it ("Local Intf", then "Chassis id").
        fields: Patterns looked for in every line of a block, all of them; what a block tells first
            stays.
        inside: Lines that belong to a block, though they tell nothing.
        verbatim: How free text begins, and ends: its lines mean nothing, whatever they look like.
        end: Lines that end a block.
        skip: Lines that mean nothing, in a block or outside.
        carried: Values that a block has from the one before, while that is open (the port that two
            neighbours hang on).
        sides: How what comes in begins, and what goes out: a value named ``io_bytes`` becomes
            ``in_bytes`` or ``out_bytes``, and is nobody's before either.
    """

    start: tuple[str, ...]
    fields: tuple[str, ...]
    inside: tuple[str, ...] = (r"\s.*",)
    verbatim: tuple[str, ...] = ()
    end: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    carried: tuple[str, ...] = ()
    sides: tuple[str, ...] = ()

    def __call__(self, text: str) -> Parsed:
        """The blocks of a text."""
        state = _BlockState()
        for line in text.splitlines():
            self._read(line.rstrip(), state)
        return Parsed(state.rows, tuple(state.odd))

    def _read(self, line: str, state: _BlockState) -> None:
        if is_log(line):
            state.odd.append(line)
        elif _first(self.end, line):
            state.close()
        elif found := _first(self.start, line):
            self._begin(_known(found), state)
        elif state.free:
            state.free = not self._ends_free(line, state)
        elif not self._belongs(line, state) and not _first((RULE, *self.skip), line):
            state.refuse(line)

    def _begin(self, values: dict[str, str], state: _BlockState) -> None:
        before = state.block or {}
        if state.block is not None and not any(key in before for key in values):
            state.block |= values
        else:
            state.block = {key: before[key] for key in self.carried if key in before} | values
            state.rows.append(state.block)
        state.free = False
        state.side = ""

    def _ends_free(self, line: str, state: _BlockState) -> bool:
        if not _compiled(self.verbatim[1]).fullmatch(line):
            return False
        self._take(line, state)
        return True

    def _belongs(self, line: str, state: _BlockState) -> bool:
        if state.block is None:
            return False
        taken = self._take(line, state)
        if self.verbatim and _compiled(self.verbatim[0]).fullmatch(line):
            state.free = True
            return True
        return taken or _first(self.inside, line) is not None

    def _take(self, line: str, state: _BlockState) -> bool:
        for pattern, side in zip(self.sides, ("in_", "out_"), strict=False):
            state.side = side if _compiled(pattern).match(line) else state.side
        found = [m for p in self.fields if (m := _compiled(p).search(line))]
        for match in found:
            state.add(_known(match))
        return bool(found)


@dataclass
class _BlockState:
    """Where reading is."""

    rows: list[dict[str, str]] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    block: dict[str, str] | None = None
    free: bool = False
    side: str = ""

    def add(self, values: Mapping[str, str]) -> None:
        """Keep what a line of the open block tells."""
        assert self.block is not None  # noqa: S101 - a line belongs to an open block only
        for key, value in values.items():
            of_side = key.startswith("io_")
            if value and (self.side or not of_side):
                self.block.setdefault(self.side + key[3:] if of_side else key, value)

    def close(self) -> None:
        """End the open block."""
        self.block = None
        self.free = False

    def refuse(self, line: str) -> None:
        """Keep an odd line; one with a number may be the damaged beginning of the next block."""
        self.odd.append(line)
        if _may_begin(line):
            self.close()


def json_lists(text: str) -> Parsed:
    """The objects of JSON lists that are printed one on a line; what is no list is odd."""
    rows: list[dict[str, Any]] = []
    odd: list[str] = []
    is_there = False
    for line in filter(str.strip, text.splitlines()):
        try:
            found = json.loads(line) if line.lstrip().startswith("[") else None
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, list):
            odd.append(line)
            continue
        is_there = True
        rows += [each for each in found if isinstance(each, dict) and each]
    return Parsed(rows, tuple(odd) if is_there or odd else ("it printed no list",))


def json_object(text: str) -> Parsed:
    """The one JSON object that is printed over many lines; other lines are odd."""
    lines = text.splitlines()
    odd = tuple(line for line in lines if line.strip() and _OF_OBJECT.fullmatch(line) is None)
    try:
        found = json.loads("\n".join(line for line in lines if line not in odd))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        return Parsed([], odd or ("it printed no object",))
    return Parsed([found], odd)


def forms(told: Mapping[str, Mapping[str, Any]]) -> dict[str, Lines | Blocks]:
    """The forms of a file of templates.

    Args:
        told: A section a form, with ``form`` (lines, blocks) and its arguments. ``words`` are parts
            of patterns: ``{NAME}`` stands for one. What ``common`` has is added to every form.

    Raises:
        ValueError: A form is neither.
        TypeError: An argument is none of the form's.
        re.error: A pattern is none.
    """
    words, common = told.get("words", {}), told.get("common", {})
    sections = {key: dict(value) for key, value in told.items() if key not in ("words", "common")}
    return {name: _form(section, common, words) for name, section in sections.items()}


def _form(
    section: dict[str, Any], common: Mapping[str, Any], words: Mapping[str, str]
) -> Lines | Blocks:
    kind = section.pop("form", None)
    if kind not in _FORMS:
        raise ValueError(f"{kind!r} is no form")
    patterns = {
        key: tuple(_filled(text, words) for text in (*section.get(key, ()), *common.get(key, ())))
        for key in (*section, *common)
    }
    for text in (text for texts in patterns.values() for text in texts):
        _compiled(text)
    return _FORMS[kind](**patterns)


_FORMS: dict[str, Callable[..., Lines | Blocks]] = {"lines": Lines, "blocks": Blocks}


def _filled(text: str, words: Mapping[str, str]) -> str:
    for name, part in words.items():
        text = text.replace("{" + name + "}", part)
    return text
