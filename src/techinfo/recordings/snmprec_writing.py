"""Recordings as files: `snmprec` lines out, packed as the file's name says."""

from __future__ import annotations

import bz2
import gzip
import lzma
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from techinfo.errors import RecordingError
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
