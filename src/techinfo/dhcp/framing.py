"""What stands around a line of a log and is none of it: a byte order mark, counts and priorities.

Sources: RFC 5424 (priority, version, BOM), RFC 6587, 3.4.1 (octet counts).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_BOM = b"\xef\xbb\xbf"
_COUNTED = re.compile(rb"([1-9]\d{0,5}) (?=<\d{1,3}>)")
_FRONT = re.compile(rb"(?:[1-9]\d{0,5} )?<\d{1,3}>(1 )?|(1 )(?=\d{4}-\d\d-\d\dT)")
_VARIABLE = re.compile(rb"\0(?=[A-Za-z_]\w{0,63}=)")


def unmarked(line: bytes) -> bytes:
    """A line without the byte order mark that an editor has put in front of the first one."""
    return line.removeprefix(_BOM)


def unfronted(line: bytes) -> tuple[bytes, bool]:
    """A line without octet count, priority and version, and whether it had a version (RFC 5424)."""
    match = _FRONT.match(line)
    if match is None:
        return line, False
    return line[match.end() :], bool(match[1] or match[2])


def messages(line: bytes) -> Iterator[bytes]:
    """The messages in a line: several where octets are counted and nothing else parts them."""
    found, rest = counted(line)
    yield from found
    if rest or not found:
        yield rest


def counted(octets: bytes) -> tuple[list[bytes], bytes]:
    """The messages behind each of which another octet count stands, and what is left.

    A count that leads nowhere else is none to be followed: a line may have been shortened.
    """
    found: list[bytes] = []
    at = 0
    while (match := _COUNTED.match(octets, at)) is not None:
        end = match.end() + int(match[1])
        if _COUNTED.match(octets, end) is None:
            break
        found.append(octets[at:end])
        at = end
    return found, octets[at:]


def rows(line: bytes) -> list[bytes]:
    """The lines that were put into one.

    Those of an environment that was written down with NULs, and those of a dump of Kea whose line
    feeds rsyslog has escaped.
    """
    if b"\0" in line:
        return _VARIABLE.split(line)
    if b"#012" in line and b"type=" in line:
        return line.split(b"#012")
    return [line]
