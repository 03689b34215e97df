"""What dnsmasq logs, with --log-dhcp as far as it reaches: of option 82 it shows 14 octets.

What was cut ends in ``...`` and is never taken for the value; a lease is told without an
identifier then. The lines of one transaction begin with its number; option 82 and the lease time
stand in those after the DHCPACK.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeAlias

from techinfo.dhcp.events import Event, Kind, LeaseEvent
from techinfo.dhcp.notations import address, duid, mac, mac_of_duid, separated
from techinfo.dhcp.octets import parse_suboptions
from techinfo.dhcp.readers.cutting import Lines
from techinfo.dhcp.readers.reader import BoundedMemory, Form, Work
from techinfo.dhcp.readers.syslog_line import SyslogLine, split, time_of
from techinfo.errors import OctetError

_TOLD = re.compile(
    r"(?:(\d{1,10}) )?DHCP(ACK|RELEASE|DECLINE|REPLY)\([^)]{1,32}\) (\S{1,45}) (\S{1,400})"
)
_SENT = re.compile(r"(\d{1,10}) sent size: *\d{1,5} option: *(\d{1,3}) \S{1,40} {1,2}(\S*)")
_KINDS = {
    "ACK": Kind.GRANTED,
    "REPLY": Kind.GRANTED,
    "RELEASE": Kind.RELEASED,
    "DECLINE": Kind.DECLINED,
}
_DURATION = re.compile(r"(?:(\d{1,5})d)?(?:(\d{1,5})h)?(?:(\d{1,5})m)?(?:(\d{1,10})s)?")
_CUT = "..."
_LEASE_TIME, _AGENT = "51", "82"

_Waiting: TypeAlias = "BoundedMemory[str, LeaseEvent]"


class _Log:
    def __init__(self, work: Work) -> None:
        self._work = work
        self._acks: _Waiting = BoundedMemory(64)

    def __call__(self, record: bytes) -> Iterable[Event]:
        line = split(record)
        if line is None:
            self._work.tally.bad("is no line of syslog", record)
            return
        if (sent := _SENT.match(line.message)) is not None:
            self._more(sent[1], sent[2], sent[3], record)
            return
        told = _TOLD.match(line.message)
        yield from self._others(line.message, told)
        if told is not None:
            yield from self._lease(line, told, record)

    def settle(self) -> Iterator[Event]:
        """Grants whose options would have followed."""
        waiting = list(self._acks.values())
        self._acks.clear()
        yield from waiting

    def _others(self, message: str, told: re.Match[str] | None) -> Iterator[Event]:
        """Grants of which nothing more comes: another transaction speaks, or the next packet."""
        number = message.partition(" ")[0]
        going_on = told is None and number.isdigit()
        if self._acks and not (going_on and number in self._acks and "available" not in message):
            yield from self.settle()

    def _lease(self, line: SyslogLine, told: re.Match[str], record: bytes) -> Iterator[Event]:
        number, verb, written, who = told.groups()
        found, at = address(written), time_of(line, self._work.clock)
        if found is None or at is None:
            self._work.tally.bad("an address or a time cannot be read", record)
            return
        client = duid(who) if ":" in found else None
        kind = _KINDS[verb]
        event = LeaseEvent(
            at=at,
            kind=kind,
            address=found,
            server=self._work.source.name,
            mac=mac_of_duid(client) if client else mac(who),
            duid=client,
            lifetime_s=self._work.source.lease_s if kind is Kind.GRANTED else None,
        )
        if kind is Kind.GRANTED and number:
            self._acks[number] = event
        else:
            yield event

    def _more(self, number: str, option: str, written: str, record: bytes) -> None:
        event = self._acks.get(number)
        if event is None or option not in {_LEASE_TIME, _AGENT}:
            return
        if option == _LEASE_TIME:
            lasts = _seconds(written)
            self._acks[number] = replace(event, lifetime_s=lasts) if lasts else event
        elif not written.endswith(_CUT):
            try:
                identity = parse_suboptions(separated(written) or b"")
            except OctetError as error:
                self._work.tally.bad(str(error), record)
            else:
                self._acks[number] = replace(event, identity=identity or None)


def _seconds(written: str) -> int | None:
    """``1h``, ``52m30s``, ``infinite``."""
    match = _DURATION.fullmatch(written)
    if match is None or not written:
        return None
    days, hours, minutes, seconds = (int(n or 0) for n in match.groups())
    return days * 86_400 + hours * 3600 + minutes * 60 + seconds


FORM = Form(
    name="dnsmasq-log",
    about="what dnsmasq logs (log-dhcp); only option 82 of at most 14 octets stands there whole",
    cutter=Lines,
    records=_Log,
    zoned=True,
    overlap=16 * 1024,
)
