"""Octets of an agent as text that can be shown: whatever encoding, nothing that controls anything.

Operators type descriptions in whatever their terminal speaks, agents cut them anywhere, pad them,
and forget where they end. The EEPROM of a pluggable is another matter: it is ASCII, or unreadable.
"""

from __future__ import annotations

import re
import unicodedata

_ESCAPE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"  # CSI …, as for colours (ECMA-48, 5.4)
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"  # OSC, DCS, …
    r"|\x1b[ -/]*[0-~]?"
)
_FILL = re.compile(rb"\xff{2,}\Z")
_LATIN_LEADS = frozenset(b"\xc2\xc3")
"""Octets that begin most western letters in UTF-8, and hardly end a word in Latin-1."""
_PADDING = b"\x00\xff \t\r\n"


def decode_text(raw: bytes) -> str:
    """Octets of an agent as one line of text; padding, fill and blanks are cut (A16).

    UTF-8, also when its end is cut; UTF-16 with a byte order mark, or where every other octet is
    NUL; else Latin-1. A NUL ends it: what stands behind is what was in the memory before. Control
    characters of either set, escape sequences and marks that turn the direction never pass; an
    octet of an unknown code page is told as such.
    """
    if raw.isascii() and (plain := raw.decode("ascii")).isprintable():
        return plain.strip()
    return decode_lines(raw).replace("\n", " ")


def decode_lines(raw: bytes) -> str:
    """The same, with the ends of its lines: what drivers look for in sysDescr begins one."""
    wide = _utf16(raw)
    out = wide if wide is not None else _octets(raw)
    return _shown(out.lstrip("\x00 ").partition("\x00")[0])


def is_eeprom_text(raw: bytes) -> bool:
    """Whether a field of a pluggable's EEPROM can be read: printable ASCII (SFF-8472, SFF-8636).

    Padding at either end is none of it. Anything else in it are octets that were read wrong, so
    that the others cannot be believed either (sonic-snmpagent#235).
    """
    text = raw.strip(_PADDING)
    return text.isascii() and text.decode("ascii").isprintable()


def _utf16(raw: bytes) -> str | None:
    """``None``: it is none. A half character at the end is cut."""
    even = len(raw) // 2 * 2
    for mark, name in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if raw.startswith(mark) and len(raw) > len(mark):
            return raw[2:even].decode(name, "ignore")
    body = raw[:even]
    while body.endswith(b"\x00\x00"):
        body = body[:-2]
    pairs = len(body) // 2
    for high, low, name in ((1, 0, "utf-16-le"), (0, 1, "utf-16-be")):
        # Three of four characters below 256, and none that is NUL.
        if pairs > 1 and 4 * body[high::2].count(0) >= 3 * pairs and 0 not in body[low::2]:
            return body.decode(name, "ignore")
    return None


def _octets(raw: bytes) -> str:
    """UTF-8, else Latin-1; fill is nothing."""
    told = _FILL.sub(b"", raw).removeprefix(b"\xef\xbb\xbf")
    loose = told.decode("utf-8", "surrogateescape")
    broken = sum("\udc80" <= c <= "\udcff" for c in loose)
    letters = sum(c > "\x7f" for c in loose) - broken
    cut = broken == 1 and told[-1:] and told[-1] in _LATIN_LEADS
    if broken and letters < broken and not cut:
        return told.decode("latin-1")
    return told.decode("utf-8", "ignore")


def _shown(words: str) -> str:
    """Nothing that cannot be printed, but the ends of lines; every kind of blank is a blank."""
    out = []
    for c in _ESCAPE.sub("", words).replace("\r\n", "\n"):
        kind = unicodedata.category(c)
        if c == "\n":
            out.append(c)
        elif kind[0] == "Z" or c in "\t\v\f\r":
            out.append(" ")
        elif kind[0] != "C":
            out.append(c)
        elif "\x80" <= c <= "\x9f":
            out.append("\ufffd")  # a letter or a dash of a code page that nobody names
    return "".join(out).strip()
