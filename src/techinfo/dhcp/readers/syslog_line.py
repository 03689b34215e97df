"""Lines of syslog: traditional (RFC 3164, without a year), RFC 3339 times, RFC 5424."""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple

from techinfo.dhcp.log_lines import unfronted
from techinfo.dhcp.readers.clock import Clock

_STRUCTURED = re.compile(r'(?:-|(?:\[(?:[^]"\\]|"(?:[^"\\]|\\.)*")*\])+)(?: |$)', re.DOTALL)
"""Structured data of RFC 5424, 6.3; a value in it may hold blanks and brackets."""
_BOM = "\xef\xbb\xbf"
_STAMP = 15
"""``Nov 21 05:59:04``."""


class SyslogLine(NamedTuple):
    """One line, its time not read yet: most lines of a log tell nothing of leases.

    Attributes:
        stamp: The time as it is written.
        tag: Host, program and process, as they are written.
        message: What the program said. Octets are characters, each its own.
    """

    stamp: str
    tag: str
    message: str


def split(record: bytes) -> SyslogLine | None:
    """A line in its parts; ``None`` when it does not begin as lines of syslog do."""
    octets, modern = unfronted(record)
    line = octets.decode("latin-1")
    if line[:1].isdigit():
        stamp, _, rest = line.partition(" ")
    else:
        stamp, rest = line[:_STAMP], line[_STAMP + 1 :]
    if modern:  # host, program, process, message identifier, structured data, message
        fields = rest.split(" ", 4)
        structured = _STRUCTURED.match(fields[4]) if len(fields) == 5 else None
        if structured is None:
            return None
        message = fields[4][structured.end() :].removeprefix(_BOM)
        return SyslogLine(stamp, " ".join(fields[:3]), message)
    tag, colon, message = rest.partition(": ")
    if not colon:
        return SyslogLine(stamp, "", rest.removesuffix(":")) if rest.endswith(":") else None
    return SyslogLine(stamp, tag, message)


def time_of(line: SyslogLine, clock: Clock) -> datetime | None:
    """When a line was written; ``None`` when that cannot be read."""
    stamp = line.stamp
    return clock.iso(stamp) if stamp[:1].isdigit() else clock.traditional(stamp)
