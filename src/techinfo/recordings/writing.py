"""Recordings as files: `snmprec` lines out, packed as the file's name says.

A recording that is still being made: rows appended as they come, readable by its owner only.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from techinfo.errors import RecordingError
from techinfo.recordings.recording import Recording, load
from techinfo.recordings.rows import SubIdentifiers, lines
from techinfo.snmp.ber import (
    COUNTER32,
    COUNTER64,
    GAUGE32,
    INTEGER,
    IP_ADDRESS,
    NULL,
    OBJECT_IDENTIFIER,
    OCTET_STRING,
    OPAQUE,
    TIME_TICKS,
    UINTEGER32,
)
from techinfo.snmp.oid import dotted
from techinfo.wire import Oid, Value

Row = tuple[Oid, Value]

_LARGEST = {COUNTER32: 2**32, GAUGE32: 2**32, TIME_TICKS: 2**32, COUNTER64: 2**64}


def line(oid: Oid, value: Value) -> str | None:
    """A row as snmprec has it, without line end; ``None`` for a value that it cannot hold.

    Text in ASCII stays readable, all other octets are hex.
    """
    tag, cell = value
    if tag == UINTEGER32:  # RFC 1442's twin of Gauge32, which RFC 2578 has no more
        tag = GAUGE32
    told = _told(tag, cell)
    return None if told is None else f"{dotted(oid)}|{told}"


def _told(tag: int, cell: int | bytes | tuple[int, ...]) -> str | None:
    if tag == NULL:
        return "5|"
    if isinstance(cell, int):
        return f"{tag}|{cell}" if _holds(tag, cell) else None
    if isinstance(cell, tuple):
        return f"6|{dotted(cell)}" if tag == OBJECT_IDENTIFIER else None
    if tag == IP_ADDRESS and len(cell) == 4:
        return f"64|{'.'.join(map(str, cell))}"
    if tag == OCTET_STRING and all(0x20 <= octet < 0x7F for octet in cell):
        return f"4|{cell.decode('ascii')}"
    return f"{tag}x|{cell.hex()}" if tag in {OCTET_STRING, OPAQUE} else None


def _holds(tag: int, number: int) -> bool:
    if tag == INTEGER:
        return -(2**31) <= number < 2**32
    return 0 <= number < _LARGEST.get(tag, 0)


def write(path: Path, rows: Iterable[Row]) -> int:
    """Write rows as a recording, all at once or not at all; packed by ``.xz``, ``.gz``, ``.bz2``.

    Returns:
        How many rows snmprec cannot hold; they are left out.

    Raises:
        RecordingError: The file cannot be written.
    """
    beside = path.with_name(f".{path.name}.new")
    lost = 0
    try:
        with _opened(beside, path.suffix) as out:
            for oid, value in rows:
                told = line(oid, value)
                lost += told is None
                if told is not None:
                    out.write(f"{told}\n".encode("ascii"))
        beside.replace(path)
    except OSError as error:
        raise RecordingError(f"cannot be written: {error.strerror}", path=path) from error
    finally:
        with suppress(OSError):
            beside.unlink()
    return lost


def _opened(path: Path, packing: str) -> lzma.LZMAFile | gzip.GzipFile | bz2.BZ2File | BinaryIO:
    if packing == ".xz":
        return lzma.LZMAFile(path, "wb")
    if packing == ".gz":
        return gzip.GzipFile(path, "wb", mtime=0)
    if packing == ".bz2":
        return bz2.BZ2File(path, "wb")
    return path.open("wb")


_NOTE = "# "
_NOBODY_ELSE = 0o600
_LAST_LINE_WITHIN = 1 << 20


class Part:
    """The file ``NAME.part`` beside the recording that it will become. It is not scrubbed.

    Args:
        path: The file; it is gone on with if it is there.

    Raises:
        RecordingError: It cannot be opened, or is none.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            opened = os.open(path, os.O_RDWR | os.O_CREAT, _NOBODY_ELSE)
            self._file = os.fdopen(opened, "r+b")
            self._cut_broken_line()
        except OSError as error:
            raise RecordingError(f"cannot be written: {error.strerror}", path=path) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Leave it as it is."""
        self._file.close()

    @property
    def is_empty(self) -> bool:
        """Whether nothing has come yet."""
        return self._file.seek(0, os.SEEK_END) == 0

    def add(self, rows: Iterable[tuple[Oid, Value]]) -> None:
        """Append rows; those that snmprec cannot hold are left out.

        Raises:
            RecordingError: The disk is full, or worse.
        """
        self._append([told for oid, value in rows if (told := line(oid, value)) is not None])

    def note(self, text: str) -> None:
        """Append a remark that `notes` finds again.

        Raises:
            RecordingError: As `add`.
        """
        self._append([_NOTE + " ".join(text.split())])

    def notes(self) -> list[str]:
        """The remarks so far.

        Raises:
            RecordingError: It cannot be read.
        """
        return [told.removeprefix(_NOTE) for told in lines(self.path) if told.startswith(_NOTE)]

    def recording(self) -> Recording:
        """The rows so far.

        Raises:
            RecordingError: It cannot be read.
        """
        return load(self.path)

    def last(self) -> Oid | None:
        """The OID of the last row: a walk goes on behind it."""
        size = self._file.seek(0, os.SEEK_END)
        self._file.seek(max(0, size - _LAST_LINE_WITHIN))
        for told in reversed(self._file.read().split(b"\n")):
            text = told.decode("latin-1")
            if text and not text.startswith(_NOTE):
                return SubIdentifiers().oid(text.partition("|")[0])
        return None

    def discard(self) -> None:
        """Delete it: the recording is whole."""
        self._file.close()
        self.path.unlink(missing_ok=True)

    def _append(self, told: Sequence[str]) -> None:
        try:
            self._file.seek(0, os.SEEK_END)
            self._file.writelines(f"{text}\n".encode("latin-1", "replace") for text in told)
            self._file.flush()
        except OSError as error:
            raise RecordingError(f"cannot be written: {error.strerror}", path=self.path) from error

    def _cut_broken_line(self) -> None:
        """Who was killed while writing leaves half a line."""
        size = self._file.seek(0, os.SEEK_END)
        start = max(0, size - _LAST_LINE_WITHIN)
        self._file.seek(start)
        end = self._file.read().rfind(b"\n") + 1
        self._file.truncate(start + end)
