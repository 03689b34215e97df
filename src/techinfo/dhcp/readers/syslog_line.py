"""Lines of syslog: traditional (RFC 3164, without a year), RFC 3339 times, RFC 5424."""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple

from techinfo.dhcp.readers.clock import Clock

_PRIORITY = re.compile(r"<\d{1,3}>(1 )?")
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
    line = record.decode("latin-1")
    modern = False
    if line[:1] == "<" and (match := _PRIORITY.match(line)):
        modern = bool(match[1])
        line = line[match.end() :]
    if line[:1].isdigit():
        stamp, _, rest = line.partition(" ")
    else:
        stamp, rest = line[:_STAMP], line[_STAMP + 1 :]
    if modern:  # host, program, process, message identifier, structured data, message
        fields = rest.split(" ", 4)
        if len(fields) < 5:
            return None
        return SyslogLine(stamp, " ".join(fields[:3]), fields[4].partition(" ")[2])
    tag, colon, message = rest.partition(": ")
    if not colon:
        return SyslogLine(stamp, "", rest.removesuffix(":")) if rest.endswith(":") else None
    return SyslogLine(stamp, tag, message)


def time_of(line: SyslogLine, clock: Clock) -> datetime | None:
    """When a line was written; ``None`` when that cannot be read."""
    stamp = line.stamp
    return clock.iso(stamp) if stamp[:1].isdigit() else clock.traditional(stamp)
