"""Texts of devices, inventories and clients on their way to somebody's terminal.

What would move its cursor, colour it or turn its lines round is escaped as JSON escapes it, so that
JSON stays the same JSON: control characters of C0 (but tab and end of line) and C1, DEL, and those
that direct bidirectional text (Unicode Standard Annex 9).
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO, cast

_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


_SEEN = b"\t\n" + bytes(range(0x20, 0x7F))


def escaped(text: str) -> str:
    """A text that only shows itself; many lines stay many lines."""
    if text.isascii() and not text.encode().translate(None, _SEEN):  # a third of the time
        return text
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


class _Escaping(io.TextIOBase):
    """A stream of text that escapes what is written to it.

    Attributes:
        rich_proxied_file: What Rich writes to instead: its colours are its own.
    """

    def __init__(self, stream: TextIO) -> None:
        self.rich_proxied_file = stream

    def write(self, text: str) -> int:
        """Write a text, escaped."""
        self.rich_proxied_file.write(escaped(text))
        return len(text)

    def flush(self) -> None:
        """Hand on what is written."""
        self.rich_proxied_file.flush()

    def close(self) -> None:
        """Leave the stream to whoever has opened it."""

    def fileno(self) -> int:
        """The descriptor of the stream."""
        return self.rich_proxied_file.fileno()

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return self.rich_proxied_file.isatty()

    def writable(self) -> bool:
        """It is."""
        return True

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """Of the stream."""
        return self.rich_proxied_file.encoding

    @property
    def errors(self) -> str | None:  # type: ignore[override]
        """What the stream does with what it cannot encode."""
        return self.rich_proxied_file.errors


@contextmanager
def only_text() -> Iterator[None]:
    """Escape, while the block lasts, whatever is printed, logged or written."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (cast("TextIO", _Escaping(stream)) for stream in before)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before
