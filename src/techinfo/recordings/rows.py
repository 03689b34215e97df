"""What the readers of recordings share: rows as they come in, and how their words become values.

A recording's bytes as lines, packed or not, with every size bounded.
"""

from __future__ import annotations

import bz2
import codecs
import gzip
import lzma
import stat
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

from techinfo.errors import RecordingError
from techinfo.wire import Oid, Value

_MOST_SUB_ID = 0xFFFFFFFF
_MOST_SUB_IDS = 128
"""Both RFC 2578, 3.5."""
_REMEMBERED = 200_000
_LINES_NAMED = 5
_LOST_CAUSE = 1000
"""Bad lines after which a file with more bad than good ones is not read to its end."""


class SubIdentifiers(dict[str, int]):
    """Text of a sub-identifier -> number; remembers, since a walk repeats nearly all of them."""

    def __missing__(self, text: str) -> int:
        if not text.isdecimal() or len(text) > 10 or (number := int(text)) > _MOST_SUB_ID:
            raise ValueError(f"not a number of an OID: {text[:20]!r}")
        if len(self) >= _REMEMBERED:
            self.clear()
        self[text] = number
        return number

    def oid(self, text: str) -> Oid:
        """``"1.3.6.1"`` or ``".1.3.6.1"`` -> ``(1, 3, 6, 1)``.

        Raises:
            ValueError: Not an OID.
        """
        ids = tuple(map(self.__getitem__, text.removeprefix(".").split(".")))
        if not 2 <= len(ids) <= _MOST_SUB_IDS or ids[0] > 2 or (ids[1] > 39 and ids[0] < 2):
            raise ValueError("not an OID")
        return ids


@dataclass(kw_only=True, slots=True)
class Rows:
    """The rows of a file that is being read.

    Attributes:
        path: The file, for errors.
        values: OID -> value. The first of several lines with one OID wins.
        duplicates: Lines whose OID was there before.
        skipped: Lines that could not be read.
        skipped_lines: Where the first few of them are, from 1.
        unknown_lines: Lines that name objects of no MIB that we know, and where the first is.
    """

    path: Path
    values: dict[Oid, Value] = field(default_factory=dict)
    duplicates: int = 0
    skipped: int = 0
    skipped_lines: list[int] = field(default_factory=list)
    unknown_lines: tuple[int, int] = (0, 0)

    def unknown(self, line: int) -> None:
        """Count a line whose object has a name that we do not know; it is no damage."""
        count, first = self.unknown_lines
        self.unknown_lines = count + 1, first or line

    def add(self, oid: Oid, value: Value) -> bool:
        """Take a row; ``False`` when the OID was there before."""
        if oid in self.values:
            self.duplicates += 1
            return False
        self.values[oid] = value
        return True

    def skip(self, line: int) -> None:
        """Count a line that cannot be read.

        Raises:
            RecordingError: There are far more of them than rows.
        """
        self.skipped += 1
        if len(self.skipped_lines) < _LINES_NAMED:
            self.skipped_lines.append(line)
        if self.skipped >= _LOST_CAUSE:
            self.check()

    def check(self) -> None:
        """Refuse a file that is mostly unreadable.

        Raises:
            RecordingError: Over half of its lines cannot be read.
        """
        read = len(self.values) + self.duplicates
        if self.skipped > read:
            total = self.skipped + read
            raise RecordingError(
                f"{self.skipped} of {total} lines cannot be read, this is the first: "
                "not a recording, or a damaged one",
                path=self.path,
                line=self.skipped_lines[0],
            )


_UNSIGNED: Final = {65: 0xFFFFFFFF, 66: 0xFFFFFFFF, 67: 0xFFFFFFFF, 70: 0xFFFFFFFFFFFFFFFF}


def whole_number(tag: int, text: str, base: int = 10) -> Value:
    """A value of one of the number types.

    A negative Counter32, Gauge32 or TimeTicks is what a tool made of one over 2^31; put right.

    Raises:
        ValueError: No number, or one that the type cannot hold.
    """
    if len(text) > 40:
        raise ValueError("a number of over 40 digits")
    number = int(text, base)
    most = _UNSIGNED.get(tag, _MOST_SUB_ID)
    if not -(most >> 1) - 1 <= number <= most:
        raise ValueError(f"{number} is not a value of type {tag}")
    return tag, number & most if tag in _UNSIGNED else number


def ip_address(text: str) -> bytes:
    """``"192.0.2.1"`` -> its four octets.

    Raises:
        ValueError: Not an IPv4 address.
    """
    octets = bytes(map(int, text.strip().split(".")))
    if len(octets) != 4:
        raise ValueError("not an IPv4 address")
    return octets


MOST_OCTETS: Final = 512 << 20
"""Unpacked. The largest public walk known to us (a Huawei router) has 240 million octets."""
MOST_LINE: Final = 1 << 20
"""Characters of one line. An OCTET STRING in hex is at most 131,070."""
_CHUNK = 1 << 20
_XZ_MEMORY = 128 << 20
"""xz -9 needs 65 MiB to unpack; a file may ask for 4 GiB."""


def lines(path: Path) -> Iterator[str]:
    r"""The lines of a file, without their ends; each character is one octet (latin-1).

    gzip, bzip2 and xz are told by content, whatever the file is called. In a file whose lines end
    in CR LF the CR belongs to the end; elsewhere it is the value's own.

    Raises:
        RecordingError: The file cannot be read or unpacked, or is too large.
    """
    number = 0
    try:
        for line in _lines(path):
            number += 1
            yield line
    except EOFError as error:
        raise RecordingError("the packed file is cut", path=path, line=number + 1) from error
    except (lzma.LZMAError, zlib.error, gzip.BadGzipFile) as error:
        raise RecordingError(f"damaged: {error}", path=path, line=number + 1) from error
    except _TooLargeError as error:
        raise RecordingError(str(error), path=path, line=number + 1) from error
    except OSError as error:
        # bz2 says OSError without errno for damage.
        raise RecordingError(error.strerror or f"damaged: {error}", path=path) from error
    except ValueError as error:
        raise RecordingError(f"not a path: {error}", path=path) from error


class _TooLargeError(Exception):
    """A bound was passed; never leaves this file."""


def _lines(path: Path) -> Iterator[str]:
    with _open(path) as file:
        rest = ""
        crlf: bool | None = None
        for chunk in _chunks(file):
            if crlf is None:
                chunk = chunk.removeprefix("\xef\xbb\xbf")  # a UTF-8 byte order mark
                crlf = chunk.count("\r\n") * 2 > chunk.count("\n")
            parts = (rest + chunk).split("\n")
            rest = parts.pop()
            if len(rest) > MOST_LINE:
                raise _TooLargeError(f"a line of over {MOST_LINE} characters: not a recording")
            yield from (line.removesuffix("\r") for line in parts) if crlf else parts
        if rest:
            yield rest.removesuffix("\r") if crlf else rest


def _open(path: Path) -> BinaryIO:
    """Open a plain file; a pipe or device could block for ever."""
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode):
        raise OSError(None, "a folder" if stat.S_ISDIR(mode) else "not a plain file")
    return path.open("rb")


def _chunks(file: BinaryIO) -> Iterator[str]:
    magic = file.read(6)
    wide = magic[:2] in (b"\xff\xfe", b"\xfe\xff") and b"\0\0" in (magic[2::2], magic[3::2])
    wide_text = codecs.getincrementaldecoder("utf-16")("replace") if wide else None
    file.seek(0)
    read = _reader(file, magic)
    total = 0
    while chunk := read(_CHUNK):
        total += len(chunk)
        if total > MOST_OCTETS:
            raise _TooLargeError(f"over {MOST_OCTETS >> 20} MiB unpacked")
        if wide_text is not None:  # as PowerShell writes
            chunk = wide_text.decode(chunk).encode("utf-8", "replace")
        yield chunk.decode("latin-1")


def _reader(file: BinaryIO, magic: bytes) -> Callable[[int], bytes]:
    if magic.startswith(b"\x1f\x8b"):
        return gzip.GzipFile(fileobj=file).read
    if magic.startswith(b"BZh"):
        return bz2.BZ2File(file).read
    if magic == b"\xfd7zXZ\x00":
        return _Xz(file).read
    return file.read


class _Xz:
    """xz with bounded memory, which `lzma.LZMAFile` does not offer."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._unpacker = self._fresh()

    @staticmethod
    def _fresh() -> lzma.LZMADecompressor:
        return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY)

    def read(self, size: int) -> bytes:
        """Up to ``size`` octets, empty at the end."""
        while True:
            if self._unpacker.eof:
                following = (self._unpacker.unused_data or self._file.read(_CHUNK)).lstrip(b"\0")
                if not following:
                    return b""
                self._unpacker = self._fresh()
            else:
                following = self._file.read(_CHUNK) if self._unpacker.needs_input else b""
                if self._unpacker.needs_input and not following:
                    raise EOFError
            if data := self._unpacker.decompress(following, size):
                return data
