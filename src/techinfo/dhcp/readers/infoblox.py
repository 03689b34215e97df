"""What Infoblox logs: dhcpd's lines, with the lease time, and a line of its own for option 82."""

from __future__ import annotations

import re
from collections.abc import Iterator

from techinfo.dhcp.events import Event, Kind
from techinfo.dhcp.readers.cutting import Lines
from techinfo.dhcp.readers.dhcpd_syslog import DhcpdLines
from techinfo.dhcp.readers.reader import Form, Work
from techinfo.dhcp.readers.syslog_line import SyslogLine

_LASTS = re.compile(r".* lease-duration (\d{1,10})\b", re.DOTALL)
"""Greedy: a client may call itself so, but what the server says stands last."""
_LINE = re.compile(r"DHCP(ACK|RELEASE|EXPIRE|DECLINE) (?:on|of) (\S{1,45}) (?:to|from) (\S{1,60})")
_KINDS = {
    "ACK": Kind.GRANTED,
    "RELEASE": Kind.RELEASED,
    "EXPIRE": Kind.EXPIRED,
    "DECLINE": Kind.DECLINED,
}


class _Infoblox(DhcpdLines):
    def __init__(self, work: Work) -> None:
        super().__init__(work)
        for kind in _KINDS:
            self.readers[f"DHCP{kind}"] = self._told

    def _told(self, line: SyslogLine, record: bytes) -> Iterator[Event]:
        match = _LINE.match(line.message)
        if match is None:
            if not line.message.startswith("DHCPACK to "):
                self.work.tally.bad("an address cannot be read", record)
            return
        if line.message.endswith("(not found)"):
            return
        kind = _KINDS[match[1]]
        if kind is Kind.GRANTED and line.message.endswith("(RENEW)"):
            kind = Kind.RENEWED
        lasts = _LASTS.match(line.message)
        lifetime_s = int(lasts[1]) if lasts else None
        yield from self.lease(line, record, kind, match[2], match[3], lifetime_s)
        if kind in {Kind.GRANTED, Kind.RENEWED}:
            self.forget(match[2])


FORM = Form(
    name="infoblox-syslog",
    about="what Infoblox logs to syslog, with its lines of option 82",
    cutter=Lines,
    records=_Infoblox,
    zoned=True,
    overlap=16 * 1024,
)
