"""Recordings of devices: what an agent answered, read from a file, to be played back.

Two formats, told apart by content, packed (gzip, bzip2, xz) or not: `snmprec` and `snmpwalk`.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from types import ModuleType
from typing import Self

from techinfo.errors import RecordingError
from techinfo.recordings import snmprec, snmpwalk
from techinfo.recordings.rows import Rows, lines
from techinfo.snmp.oid import numbers
from techinfo.wire import Oid, Value

__all__ = ["Oid", "Recording", "Value", "context_of", "load", "parse"]

_PACKED = re.compile(r"\.(?:gz|bz2|xz)$")
_KIND = re.compile(r"\.(?:snmprec|snmpwalk|walk|txt)$")
_CONTEXT = re.compile(r"(.+)@(\d{1,4})$", re.DOTALL)
_LINES_TRIED = 200


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Recording:
    """What an agent holds, in its order. Nothing of it changes.

    Attributes:
        name: The file's name without ``.snmprec`` and the like.
        path: Where it was read from; ``None`` when it was made in memory.
        oids: Every instance, ascending.
        skipped: Lines that could not be read.
        skipped_lines: Where the first few of them are, from 1.
        duplicates: Lines that repeat an OID; the first of them won.
        unknown_lines: Lines that name objects of no MIB that we know, and where the first is.
    """

    name: str
    path: Path | None = None
    oids: Sequence[Oid] = field(repr=False)
    skipped: int = 0
    skipped_lines: tuple[int, ...] = ()
    duplicates: int = 0
    unknown_lines: tuple[int, int] = (0, 0)
    _layers: tuple[Mapping[Oid, Value], ...] = field(repr=False)
    """Uppermost first."""
    _contexts: Mapping[int, Recording] = field(default_factory=dict, repr=False)

    @classmethod
    def from_rows(
        cls,
        rows: Mapping[str, Value],
        *,
        name: str = "",
        contexts: Mapping[int, Recording] | None = None,
    ) -> Self:
        """A recording made in memory from dotted OIDs and values.

        Raises:
            ValueError: A key is no OID.
        """
        values = {numbers(oid): value for oid, value in rows.items()}
        return cls(name=name, oids=sorted(values), _layers=(values,), _contexts=contexts or {})

    def __len__(self) -> int:
        return len(self.oids)

    def get(self, oid: Oid) -> Value | None:
        """The value of one instance."""
        for layer in self._layers:
            value = layer.get(oid)
            if value is not None:
                return value
        return None

    def values(self, oids: Iterable[Oid]) -> list[Value | None]:
        """The value of each of some instances; ``None`` where there is none."""
        return [self.get(oid) for oid in oids]

    def has(self, oid: str) -> bool:
        """Whether this instance is in it, or rows below it are."""
        found = numbers(oid)
        return self.get(found) is not None or bool(self.under(found))

    def after(self, oid: Oid) -> int:
        """Where in ``oids`` the first one behind ``oid`` stands; ``len(oids)`` when none does."""
        return bisect_right(self.oids, oid)

    def next(self, oid: Oid) -> Oid | None:
        """What an agent answers to GETNEXT; ``None`` at the end."""
        at = self.after(oid)
        return self.oids[at] if at < len(self.oids) else None

    def under(self, prefix: Oid) -> Sequence[Oid]:
        """The instances below an OID, itself not among them, as a walk of it would find them."""
        first = self.after(prefix)
        return self.oids[first : bisect_left(self.oids, (*prefix[:-1], prefix[-1] + 1), first)]

    def merged(self, other: Recording) -> Recording:
        """This recording with ``other`` laid over it: its rows win."""
        known = self._layers
        new = [oid for oid in other.oids if not any(oid in layer for layer in known)]
        return Recording(
            name=self.name,
            path=self.path,
            oids=sorted([*self.oids, *new]) if new else self.oids,
            skipped=self.skipped,
            skipped_lines=self.skipped_lines,
            duplicates=self.duplicates,
            unknown_lines=self.unknown_lines,
            _layers=(*other._layers, *known),
            _contexts={**self._contexts, **other._contexts},
        )

    @property
    def contexts(self) -> tuple[int, ...]:
        """The VLANs that were recorded each in a context of their own (``name@vlan.snmprec``)."""
        return tuple(sorted({*self._contexts, *(vlan for vlan, _ in self._context_files())}))

    def context(self, vlan: int) -> Recording | None:
        """What the device answers in a VLAN's context (community ``public@VLAN``).

        Read from its file at each call. Older Cisco switches have the MAC table there only.

        Raises:
            RecordingError: The file is there and cannot be read.
        """
        if vlan in self._contexts:
            return self._contexts[vlan]
        found = [path for number, path in self._context_files() if number == vlan]
        return load(min(found, key=self._unlike)) if found else None

    def _context_files(self) -> Iterator[tuple[int, Path]]:
        """The files beside this one that are its contexts; no globs, names hold ``[`` and ``+``."""
        if self.path is None:
            return
        try:
            beside = list(self.path.parent.iterdir())
        except OSError as error:
            raise RecordingError(error.strerror or "cannot be listed", path=self.path) from error
        for path in beside:
            found = context_of(path)
            if found and found[0] == self.name:
                yield found[1], path

    def _unlike(self, path: Path) -> tuple[bool, str]:
        """Puts a context that is packed as this file is before its double."""
        return path.suffix != (self.path.suffix if self.path else ""), path.name


def context_of(path: Path) -> tuple[str, int] | None:
    """``name@10.snmprec`` -> ``("name", 10)``; ``None`` when the name tells no VLAN."""
    match = _CONTEXT.match(_name_of(path))
    return (match[1], int(match[2])) if match else None


def load(path: Path) -> Recording:
    """Read a recording.

    Raises:
        RecordingError: There is none, or it is neither snmprec nor snmpwalk text, or most of it
            cannot be read; names file and line.
    """
    rows = Rows(path=path)
    _read(lines(path), rows)
    return _made(rows, name=_name_of(path), path=path)


def parse(text: Sequence[str], *, name: str) -> Recording:
    """Read the lines of a recording that is no file; errors speak of ``name``.

    Raises:
        RecordingError: As `load`.
    """
    rows = Rows(path=Path(name))
    _read(iter([line.encode().decode("latin-1") for line in text]), rows)
    return _made(rows, name=name, path=None)


def _read(source: Iterator[str], rows: Rows) -> None:
    numbered = enumerate(source, 1)
    head: list[tuple[int, str]] = []
    for number, line in numbered:
        head.append((number, line))
        syntax = _syntax_of(line)
        if syntax:
            syntax.read(chain(head, numbered), rows)
            rows.check()
            if not rows.values and rows.unknown_lines[0]:
                why = "names of objects that are not known here: record with snmpwalk -On"
                raise RecordingError(why, path=rows.path, line=rows.unknown_lines[1])
            return
        if len(head) >= _LINES_TRIED:
            break
    raise _unknown(head, rows.path)


def _syntax_of(line: str) -> ModuleType | None:
    if snmprec.ROW.match(line):
        return snmprec
    return snmpwalk if snmpwalk.begins(line) else None


def _unknown(head: Sequence[tuple[int, str]], path: Path) -> RecordingError:
    wanted = f"expected {snmprec.WHAT} or {snmpwalk.WHAT}"
    filled = [number for number, line in head if line.strip() and not line.startswith("#")]
    if not filled:
        return RecordingError(f"no rows in it: {wanted}", path=path)
    return RecordingError(f"not a recording: {wanted}", path=path, line=filled[0])


def _made(rows: Rows, *, name: str, path: Path | None) -> Recording:
    return Recording(
        name=name,
        path=path,
        oids=sorted(rows.values),
        skipped=rows.skipped,
        skipped_lines=tuple(rows.skipped_lines),
        duplicates=rows.duplicates,
        unknown_lines=rows.unknown_lines,
        _layers=(rows.values,),
    )


def _name_of(path: Path) -> str:
    return _KIND.sub("", _PACKED.sub("", path.name))
