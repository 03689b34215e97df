"""``techinfo lookup --log``: a log from a file or standard input, answered line by line."""

from __future__ import annotations

import bz2
import codecs
import gc
import gzip
import io
import json
import lzma
import sys
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from itertools import chain
from pathlib import Path
from typing import cast

from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from techinfo.access.explaining import LookupOutcome
from techinfo.access.log_lookup import LogLookup, LogTotals, Resolved
from techinfo.cli.console import err
from techinfo.dhcp.log_lines import LogTime, messages, unmarked
from techinfo.errors import ConfigError
from techinfo.inventory import Inventory

_MOST_OF_A_LINE = 2**20
_AT_ONCE = 2**18
_SHOWN_EVERY = 2**20
_PACKED: dict[bytes, Callable[[Path], object]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ\0": lzma.open,
}
"""What a packed file begins with: yesterday's logs are packed."""


@dataclass(frozen=True, slots=True)
class LogReport:
    """What was in a log, for whoever has had it resolved."""

    counted: LogTotals
    began: datetime | None

    @property
    def found(self) -> int:
        """Identifiers whose access is known."""
        return self.counted.found

    @property
    def missed(self) -> int:
        """Identifiers without an access, and those that could not be read or understood."""
        return self.counted.missed + self.counted.unreadable + self.counted.puzzling

    def lines(self) -> Iterator[str]:
        """In words."""
        totals = self.counted
        yield (
            f"{totals.lines} lines: {totals.found} identifiers found, {totals.missed} not; "
            f"{totals.distinct} different ones"
        )
        if totals.cut_off:
            yield f"{totals.cut_off} values are cut off in the log; nothing can be made of them"
        if totals.unreadable:
            yield f"{totals.unreadable} values or lines could not be read:"
        if totals.puzzling:
            yield f"{totals.puzzling} lines have what may be an identifier and was not understood:"
        for number, sample in totals.samples:
            yield f"  line {number}: {sample}"
        if totals.early and self.began:
            yield (
                f"{totals.early} are from before the inventory began"
                f" ({self.began:%Y-%m-%d %H:%M}Z); "
                "they were resolved as it was first known"
            )


_MOST_ENDS = 100_000
"""Answers whose JSON is remembered."""
_LOOKS_FOR_GARBAGE = (10_000, 10, 1_000)
"""After so many objects among the new ones; after so many of those looks among all. Answers are
kept and are no garbage: to look among all of them more often takes a tenth of the time."""


def resolve_log(
    inventory: Inventory, path: Path, *, zone: tzinfo | None, as_json: bool
) -> LogReport:
    """Print an answer for every identifier of a log.

    Args:
        inventory: What is asked.
        path: The log; ``-`` is standard input.
        zone: Of times that do not tell theirs; ``None``: that of this machine.
        as_json: Print JSON.

    Raises:
        ConfigError: The log cannot be read.
    """
    gc.set_threshold(*_LOOKS_FOR_GARBAGE)
    now = datetime.now(UTC)
    times = LogTime(zone or now.astimezone().tzinfo or UTC, now)
    work = LogLookup(inventory, times)
    written = _AsJson().lines if as_json else _in_words
    try:
        opened = (
            nullcontext(cast("io.BufferedIOBase", sys.stdin.buffer))
            if str(path) == "-"
            else _opened(path)
        )
        with opened as file, _Bar(file, path) as bar:
            lines = chain.from_iterable(_lines(file, work.counted, bar))
            for found in work.resolve(lines):
                sys.stdout.write("".join(written(found)))
    except (OSError, EOFError, lzma.LZMAError) as error:
        if isinstance(error, BrokenPipeError):
            raise
        why = getattr(error, "strerror", None) or f"is damaged: {error}"
        raise ConfigError(f"{path}: {why}", key="--log") from error
    sys.stdout.flush()
    return LogReport(work.counted, inventory.identified.began())


def _opened(path: Path) -> io.BufferedIOBase:
    """A log, unpacked if it is packed, and in UTF-8 if it is in UTF-16, as PowerShell writes."""
    with path.open("rb") as file:
        magic = file.read(6)
    for begins, unpack in _PACKED.items():
        if magic.startswith(begins):
            return cast("io.BufferedIOBase", unpack(path))
    if magic[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        decoded = path.read_bytes().decode("utf-16", "replace")
        return io.BytesIO(decoded.encode("utf-8", "replace"))
    return path.open("rb")


def _in_words(found: list[Resolved]) -> list[str]:
    return [f"{line}\t{one.access_id or '-'}\t{one.why}\n" for line, _, one in found]


class _AsJson:
    """Answers as JSON; what answers have in common is written once."""

    def __init__(self) -> None:
        self._ends: dict[int, tuple[LookupOutcome, str]] = {}

    def lines(self, found: list[Resolved]) -> list[str]:
        """A line of each."""
        ends = self._ends
        if len(ends) > _MOST_ENDS:
            ends.clear()
        out = []
        for line, time, outcome in found:
            known = ends.get(id(outcome))
            if known is None:
                known = ends[id(outcome)] = outcome, json.dumps(outcome.as_json())[1:] + "\n"
            when = "" if time is None else f'"time": "{time.isoformat()}", '
            out.append(f'{{"line": {line}, {when}{known[1]}')
        return out


def _lines(file: io.BufferedIOBase, counted: LogTotals, bar: _Bar) -> Iterator[list[bytes]]:
    """Lines without their ends, many at once; one that is too long is in pieces, and is noted."""
    rest, number, read, shown = b"", 0, 0, 0
    while octets := file.read1(_AT_ONCE):
        read += len(octets)
        if read - shown > _SHOWN_EVERY:
            bar.show(shown := read)
        held = rest + octets
        lines = held.split(b"\n")
        rest = lines.pop()
        if lines and len(lines[0]) >= _MOST_OF_A_LINE:
            lines[:1] = _cut(lines[0], number, counted)
        if len(rest) >= _MOST_OF_A_LINE:
            piece, rest = _cut(rest, number + len(lines), counted)
            lines.append(piece)
        if lines:
            yield _bare(lines, held, first=number == 0)
            number += len(lines)
    if rest:
        yield _bare([rest], rest, first=number == 0)


def _cut(line: bytes, before: int, counted: LogTotals) -> tuple[bytes, bytes]:
    """The first piece of a line that is too long, and the rest; no block is longer than a piece."""
    piece, rest = line[:_MOST_OF_A_LINE], line[_MOST_OF_A_LINE:]
    counted.unreadable += 1
    counted.sample(before + 1, b"(too long) " + piece[:64])
    return piece, rest


def _bare(lines: list[bytes], held: bytes, *, first: bool) -> list[bytes]:
    """Lines without what stands around their messages.

    Args:
        lines: The lines.
        held: What they were cut from: what is not in it is in none of them.
        first: The log begins with them.
    """
    if first:
        lines[0] = unmarked(lines[0])
    if b"\r" in held:
        lines = [line.rstrip(b"\r") for line in lines]
    if b" <" in held:
        return [message for line in lines for message in messages(line)]
    return lines


class _Bar:
    """A progress bar on a terminal; nothing elsewhere."""

    def __init__(self, file: io.BufferedIOBase, path: Path) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
        self._progress = Progress(
            *columns,
            TimeRemainingColumn(),
            console=err,
            transient=True,
            disable=not err.is_terminal or file.isatty(),
        )
        size = path.stat().st_size if path.is_file() else None
        self._task = self._progress.add_task("resolving", total=size)

    def show(self, read: int) -> None:
        """So many octets have been read."""
        self._progress.update(self._task, completed=read)

    def __enter__(self) -> _Bar:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()
