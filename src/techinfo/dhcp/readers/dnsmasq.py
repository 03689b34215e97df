r"""What dnsmasq writes: its lease file, its log, and the environment of its --dhcp-script.

A row of the lease file is ``END MAC ADDRESS NAME CLIENT-ID``. After a line ``duid …`` those of
DHCPv6 follow, with the IAID in place of the MAC address and the DUID as client identifier. Only the
end stands there, so the server's lease time must be known to compute when a lease was granted. A
lease that was given back is missing from the file, which says nothing: it ends when its time is
over. The file holds no option 82.

The log, with --log-dhcp, shows 14 octets of option 82. What was cut ends in ``...`` and is never
taken for the value; the lease has no identifier then. The lines of one transaction begin with its
number; option 82 and the lease time stand in those after the DHCPACK.

The entries of an environment end with a NUL, as values may hold anything else; in front of those of
one event the script puts ``EVENT=`` and its arguments: ``{ printf 'EVENT=%s\0' "$*"; env -0; } >>
FILE``. Values end at their first NUL, which an environment cannot hold: of a circuit-id ``00 04 …``
nothing is left.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeAlias

from techinfo.dhcp.events import (
    NO_FREE_LEASES,
    WRONG_ADDRESS,
    Event,
    Kind,
    LeaseEvent,
    Message,
    MessageType,
)
from techinfo.dhcp.identity import Identity
from techinfo.dhcp.log_lines import epoch
from techinfo.dhcp.notations import address, duid, mac, mac_of_duid, separated, whole
from techinfo.dhcp.octets import parse_suboptions
from techinfo.dhcp.readers.cutting import Blocks, Lines
from techinfo.dhcp.readers.reader import BoundedMemory, Form, Records, Work
from techinfo.dhcp.readers.syslog import SyslogLine, split, time_of
from techinfo.errors import OctetError


class _Leases(Records):
    def __init__(self, work: Work) -> None:
        self._work = work

    def __call__(self, record: bytes) -> Iterable[Event]:
        words = record.decode("utf-8", "replace").split(" ")
        if words[0] == "duid" and len(words) == 2:
            return
        leased = address(words[2]) if len(words) == 5 else None
        end = whole(words[0])
        if leased is None or end is None or (end and epoch(end) is None):
            self._work.tally.bad("is no row of a lease", record)
            return
        ends, lease_s = epoch(end) if end else None, self._work.source.lease_s
        now = self._work.source.now()
        at = ends - timedelta(seconds=lease_s) if ends and lease_s else now
        over = ends is not None and ends <= at  # when it was granted, nobody can tell
        client = duid(words[4]) if ":" in leased else None
        yield LeaseEvent(
            at=ends if ends is not None and over else at,
            kind=Kind.EXPIRED if over else Kind.GRANTED,
            address=leased,
            server=self._work.source.name,
            mac=mac_of_duid(client) if client else mac(words[1]),
            duid=client,
            lifetime_s=int((ends - at).total_seconds()) if ends and not over else None,
        )


LEASES = Form(
    name="dnsmasq-leases",
    about="dnsmasq's lease file; it holds no option 82 (needs lease_s)",
    cutter=Lines,
    records=_Leases,
    rewritten=True,
)


_LINE = re.compile(
    r"(?:(\d{1,10}) )?DHCP(ACK|RELEASE|DECLINE|REPLY)\([^)]{1,32}\) (\S{1,45}) (\S{1,400})"
)
_SAID = re.compile(
    r"(?:\d{1,10} )?DHCP(DISCOVER|OFFER|REQUEST|NAK)\([^)]{1,32}\)"
    r"(?: (\d{1,3}(?:\.\d{1,3}){3}))? ([0-9a-f]{2}(?::[0-9a-f]{2}){5})(?: (.{1,60}))?"
)
"""Of a refusal its reason stands last; of a client that asks, its name."""
_REASONS = {
    "address in use": WRONG_ADDRESS,
    "address not available": WRONG_ADDRESS,
    "address reserved": WRONG_ADDRESS,
    "lease not found": WRONG_ADDRESS,
    "no address available": NO_FREE_LEASES,
    "no leases left": NO_FREE_LEASES,
    "static lease available": WRONG_ADDRESS,
    "wrong address": WRONG_ADDRESS,
    "wrong network": WRONG_ADDRESS,
    "wrong server-ID": WRONG_ADDRESS,
}
"""Texts of dnsmasq's src/rfc2131.c; another one stays as it is."""
_SENT = re.compile(r"(\d{1,10}) sent size: *\d{1,5} option: *(\d{1,3}) \S{1,40} {1,2}(\S*)")
_LOG_KINDS = {
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
            self._option(sent[1], sent[2], sent[3], record)
            return
        match = _LINE.match(line.message)
        yield from self._finished(line.message, match)
        if match is not None:
            yield from self._lease(line, match, record)
        elif (said := _SAID.match(line.message)) is not None:
            yield from self._message(line, said)

    def settle(self) -> Iterator[Event]:
        """Grants whose options would have followed."""
        waiting = list(self._acks.values())
        self._acks.clear()
        yield from waiting

    def _finished(self, message: str, match: re.Match[str] | None) -> Iterator[Event]:
        """Grants of which nothing more comes: another transaction speaks, or the next packet."""
        number = message.partition(" ")[0]
        going_on = match is None and number.isdigit()
        if self._acks and not (going_on and number in self._acks and "available" not in message):
            yield from self.settle()

    def _lease(self, line: SyslogLine, match: re.Match[str], record: bytes) -> Iterator[Event]:
        number, verb, written, who = match.groups()
        found, at = address(written), time_of(line, self._work.clock)
        if found is None or at is None:
            self._work.tally.bad("an address or a time cannot be read", record)
            return
        client = duid(who) if ":" in found else None
        kind = _LOG_KINDS[verb]
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

    def _message(self, line: SyslogLine, said: re.Match[str]) -> Iterator[Event]:
        at, verb = time_of(line, self._work.clock), MessageType(said[1])
        if at is not None:
            refused = said[4] if verb is MessageType.NAK else None
            yield Message(
                at=at,
                type=verb,
                server=self._work.source.name,
                mac=mac(said[3]),
                address=address(said[2] or ""),
                reason=_REASONS.get(refused, refused) if refused else None,
            )

    def _option(self, number: str, option: str, written: str, record: bytes) -> None:
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


LOG = Form(
    name="dnsmasq-log",
    about="what dnsmasq logs (log-dhcp); only option 82 of at most 14 octets stands there whole",
    cutter=Lines,
    records=_Log,
    zoned=True,
    overlap=16 * 1024,
)


_MARK = re.compile(rb"(?:\A|\0)EVENT=")
_SCRIPT_KINDS = {"add": Kind.GRANTED, "old": Kind.RENEWED, "del": Kind.FREED}


class _Script(Records):
    def __init__(self, work: Work) -> None:
        self._work = work
        self._latest: datetime | None = None

    def __call__(self, record: bytes) -> Iterable[Event]:
        event, *entries = record.strip(b"\0\n").split(b"\0")
        words = event.removeprefix(b"EVENT=").decode("latin-1").split(" ")
        if not event.startswith(b"EVENT=") or len(words) < 3:
            self._work.tally.bad("does not begin with EVENT= and its arguments", record)
            return
        kind = _SCRIPT_KINDS.get(words[0])
        if kind is None:
            return  # tftp, arp-add and others are of no lease
        variables = dict(entry.split(b"=", 1) for entry in entries if b"=" in entry)
        leased = address(words[2])
        at = self._time(kind, variables)
        if leased is None or at is None:
            self._work.tally.bad("an address or a time cannot be read", record)
            return
        client = duid(words[1]) if ":" in leased else None
        hardware = words[1] if client is None else _text(variables, "DNSMASQ_MAC")
        granted = kind is not Kind.FREED
        self._latest = max(self._latest or at, at)
        yield LeaseEvent(
            at=at,
            kind=kind,
            address=leased,
            server=self._work.source.name,
            mac=mac(hardware) or mac_of_duid(client),
            duid=client,
            identity=_identity(variables) if granted else None,
            lifetime_s=whole(_text(variables, "DNSMASQ_TIME_REMAINING")) if granted else None,
            at_least=not granted and b"TIME" not in variables,
            cut=True,
        )

    def _time(self, kind: Kind, variables: Mapping[bytes, bytes]) -> datetime | None:
        """When it happened: dnsmasq tells the end and what remains, of a lease that is gone not."""
        if b"TIME" in variables:
            return epoch(_text(variables, "TIME"))
        expires = epoch(_text(variables, "DNSMASQ_LEASE_EXPIRES"))
        if kind is Kind.FREED:
            latest = self._latest or self._work.source.now()
            return min(expires, latest) if expires else latest
        remains = whole(_text(variables, "DNSMASQ_TIME_REMAINING"))
        if expires is None:
            return self._work.source.now()  # it never ends
        return expires - timedelta(seconds=remains) if remains is not None else None


def _identity(variables: Mapping[bytes, bytes]) -> Identity | None:
    circuit, remote = variables.get(b"DNSMASQ_CIRCUIT_ID"), variables.get(b"DNSMASQ_REMOTE_ID")
    return Identity(circuit=circuit, remote=remote) or None


def _text(variables: Mapping[bytes, bytes], name: str) -> str:
    return variables.get(name.encode(), b"").decode("latin-1")


SCRIPT = Form(
    name="dnsmasq-script",
    about="the environment of dnsmasq's --dhcp-script, written down NUL separated with EVENT=",
    cutter=lambda: Blocks(_MARK, kept=True),
    records=_Script,
    open_ended=True,
)
