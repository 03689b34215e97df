"""What ISC dhcpd logs, DHCPv4 and DHCPv6, with the recipes by which it logs option 82.

dhcpd logs no option 82 by itself; ``on commit`` statements do, before the line of the DHCPACK
(DHCPv6: after the Reply). `techinfo.dhcp.recipes` has those that are known, and lines ``RELEASE
ip=A`` and ``EXPIRY ip=A`` are read. Others are for the form ``syslog-pattern``. Infoblox logs
dhcpd's lines, with the lease time, and a line of its own for option 82.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from techinfo.dhcp import recipes
from techinfo.dhcp.events import Event, Kind, LeaseEvent, Message, MessageType
from techinfo.dhcp.identity import Identity, split_option37
from techinfo.dhcp.notations import duid, leased, mac, mac_of_duid, whole
from techinfo.dhcp.readers.cutting import Lines
from techinfo.dhcp.readers.reader import BoundedMemory, Form, Work
from techinfo.dhcp.readers.syslog import SyslogLine, split, time_of
from techinfo.dhcp.recipes import How, RecipeLine, Value

_ACK = re.compile(r"DHCPACK on (\S{1,45}) to (\S{1,60})")
_GONE = re.compile(r"DHCP(?:RELEASE|DECLINE) of (\S{1,45}) from (\S{1,60})")
_REPLY = re.compile(
    r"Reply (?:NA|TA|PD): address (\S{1,50}) to client with duid (\S{1,400}) iaid = -?\d+"
    r" valid for (\d{1,10}) seconds"
)
_ASKS = re.compile(r"DHCP(DISCOVER|REQUEST) (?:for (\S{1,45}) (?:\(\S{1,45}\) )?)?from (\S{1,60}) ")
_ANSWERS = re.compile(r"DHCP(OFFER|NAK) on (\S{1,45}) to (\S{1,60}) ")
"""Messages of ISC's server/dhcp.c; what a client calls itself comes later in the line."""
_ENDED = re.compile(r"(RELEASE|EXPIRY) ip=(\S{1,45})")


@dataclass(frozen=True, slots=True)
class _RecipeValues:
    """What recipes have logged of an address; the value of the surer one stays.

    Attributes:
        circuit, remote: How they were written, and the octets.
    """

    circuit: tuple[int, bytes] = (0, b"")
    remote: tuple[int, bytes] = (0, b"")
    mac: str | None = None

    @property
    def identity(self) -> Identity | None:
        """The values put together; ``None`` when there are none."""
        return Identity(circuit=self.circuit[1], remote=self.remote[1]) or None


def _surer(held: tuple[int, bytes], value: Value | None) -> tuple[int, bytes]:
    octets = value.octets if value else None
    if value is None or octets is None or value.how < held[0]:
        return held
    return value.how, octets


class DhcpdLines:
    """Reads the lines one after the other."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self._values: BoundedMemory[str, _RecipeValues] = BoundedMemory()
        self._reply: LeaseEvent | None = None
        self._reply_tag = ""
        self.readers: dict[str, Callable[[SyslogLine, bytes], Iterator[Event]]] = {
            "DHCPACK": self._ack,
            "DHCPDISCOVER": self._asks,
            "DHCPREQUEST": self._asks,
            "DHCPOFFER": self._answers,
            "DHCPNAK": self._answers,
            "DHCPRELEASE": self._gone,
            "DHCPDECLINE": self._gone,
            **dict.fromkeys(recipes.WORDS, self._recipe),
            "RELEASE": self._ended,
            "EXPIRY": self._ended,
            "Reply": self._replied,
        }

    def __call__(self, record: bytes) -> Iterable[Event]:
        """The events of one more line."""
        line = split(record)
        if line is None:
            self.work.tally.bad("is no line of syslog", record)
            return
        first = line.message.partition(" ")[0]
        if self._reply is not None and line.tag == self._reply_tag and first not in _GOES_ON:
            yield from self.settle()
        read = self.readers.get(first)
        if read is not None:
            yield from read(line, record)

    def settle(self) -> Iterator[Event]:
        """A reply of DHCPv6 whose identifiers would have followed."""
        reply, self._reply = self._reply, None
        if reply is not None:
            yield reply

    def time(self, line: SyslogLine, record: bytes) -> datetime | None:
        """When a line was written; one that does not tell is garbage."""
        at = time_of(line, self.work.clock)
        if at is None:
            self.work.tally.bad("its time cannot be read", record)
        return at

    def lease(
        self,
        line: SyslogLine,
        record: bytes,
        kind: Kind,
        address: str,
        client: str | None = None,
        lifetime_s: int | None = None,
    ) -> Iterator[LeaseEvent]:
        """The event of a line about an address of DHCPv4."""
        found = leased(address)
        at = self.time(line, record)
        if found is None or at is None:
            if found is None:
                self.work.tally.bad("an address cannot be read", record)
            return
        recipe = self._values.get(found, _RecipeValues())
        hardware = mac(client) if client else None
        if recipe.mac and hardware and recipe.mac != hardware:
            recipe = _RecipeValues()  # of another client, for whom no line of a lease came
        granted = kind in {Kind.GRANTED, Kind.RENEWED}
        yield LeaseEvent(
            at=at,
            kind=kind,
            address=found,
            server=self.work.source.name,
            mac=hardware or (recipe.mac if granted else None),
            identity=recipe.identity if granted else None,
            lifetime_s=(lifetime_s or self.work.source.lease_s) if granted else None,
            cut=How.RAW in {recipe.circuit[0], recipe.remote[0]},
        )

    def remember(self, recipe: RecipeLine, record: bytes) -> None:
        """Keep what a recipe logs of an address, until the line of its lease comes."""
        found = leased(recipe.address)
        values = (recipe.circuit, recipe.remote)
        if found is None or any(value is not None and value.octets is None for value in values):
            self.work.tally.bad("an address or octets cannot be read", record)
            return
        held = self._values.get(found, _RecipeValues())
        self._values[found] = _RecipeValues(
            circuit=_surer(held.circuit, recipe.circuit),
            remote=_surer(held.remote, recipe.remote),
            mac=mac(recipe.client) or held.mac,
        )

    def forget(self, address: str) -> None:
        """What recipes logged of an address belongs to one lease, and it has come."""
        self._values.pop(leased(address) or "", None)

    def _ack(self, line: SyslogLine, record: bytes) -> Iterator[Event]:
        if line.message.startswith("DHCPACK to "):
            return  # the answer to a DHCPINFORM: no lease
        match = _ACK.match(line.message)
        if match is None:
            self.work.tally.bad("an address cannot be read", record)
            return
        yield from self.lease(line, record, Kind.GRANTED, match[1], match[2])
        self.forget(match[1])

    def _asks(self, line: SyslogLine, record: bytes) -> Iterator[Event]:
        match = _ASKS.match(line.message)
        yield from self._message(line, record, match[1], match[3], match[2]) if match else ()

    def _answers(self, line: SyslogLine, record: bytes) -> Iterator[Event]:
        match = _ANSWERS.match(line.message)
        yield from self._message(line, record, match[1], match[3], match[2]) if match else ()

    def _message(
        self, line: SyslogLine, record: bytes, verb: str, client: str, address: str | None
    ) -> Iterator[Event]:
        hardware, at = mac(client), self.time(line, record)
        if hardware is not None and at is not None:
            yield Message(
                at=at,
                type=MessageType(verb),
                server=self.work.source.name,
                mac=hardware,
                address=leased(address) if address else None,
            )

    def _gone(self, line: SyslogLine, record: bytes) -> Iterator[Event]:
        match = _GONE.match(line.message)
        if match is None:
            self.work.tally.bad("an address cannot be read", record)
        elif line.message.endswith("(found)"):
            yield from self.lease(line, record, Kind.RELEASED, match[1], match[2])
        elif line.message.endswith(": abandoned"):
            yield from self.lease(line, record, Kind.DECLINED, match[1], match[2])

    def _recipe(self, line: SyslogLine, record: bytes) -> Iterator[Event]:
        recipe = recipes.read_recipe(line.message)
        if recipe is None:
            if not line.message.startswith("Lease for "):  # many recipes begin so
                self.work.tally.bad("is cut off, or by no recipe that is known", record)
            return
        if recipe.interface or recipe.remote6:
            self._six(line, recipe, record)
            return
        self.remember(recipe, record)
        if recipe.lasts:
            lasts = whole(recipe.lasts)
            yield from self.lease(line, record, Kind.GRANTED, recipe.address, recipe.client, lasts)

    def _ended(self, line: SyslogLine, record: bytes) -> Iterator[Event]:
        if match := _ENDED.match(line.message):
            kind = Kind.RELEASED if match[1] == "RELEASE" else Kind.EXPIRED
            yield from self.lease(line, record, kind, match[2])

    def _replied(self, line: SyslogLine, record: bytes) -> Iterator[Event]:
        match = _REPLY.match(line.message)
        address, client = (leased(match[1]), duid(match[2])) if match else (None, None)
        at = self.time(line, record)
        if match is None or address is None or client is None or at is None:
            if at is not None:
                self.work.tally.bad("an address or a client cannot be read", record)
            return iter(())
        self._reply_tag = line.tag
        self._reply = LeaseEvent(
            at=at,
            kind=Kind.GRANTED,
            address=address,
            server=self.work.source.name,
            mac=mac_of_duid(client),
            duid=client,
            lifetime_s=int(match[3]),
        )
        return iter(())

    def _six(self, line: SyslogLine, recipe: RecipeLine, record: bytes) -> None:
        value = recipe.interface or recipe.remote6
        if self._reply is None or line.tag != self._reply_tag or value is None:
            return
        octets = value.octets
        if octets is None:
            self.work.tally.bad("octets cannot be read", record)
            return
        held = self._reply.identity or Identity()
        if recipe.interface:
            held = replace(held, interface=octets)
        else:
            remote6, enterprise = split_option37(octets)
            if remote6:
                held = replace(held, remote6=remote6, enterprise=enterprise)
        self._reply = replace(self._reply, identity=held or None)


_GOES_ON = frozenset({"o18", "o37", "o38", "o18text", "o37text"})
"""First words of lines that come after a Reply and belong to it."""

DHCPD = Form(
    name="dhcpd-syslog",
    about="what ISC dhcpd logs to syslog, with the recipes that log option 82, 18 and 37",
    cutter=Lines,
    records=DhcpdLines,
    zoned=True,
    overlap=16 * 1024,
)


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
            self.readers[f"DHCP{kind}"] = self._lease_line

    def _lease_line(self, line: SyslogLine, record: bytes) -> Iterator[Event]:
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


INFOBLOX = Form(
    name="infoblox-syslog",
    about="what Infoblox logs to syslog, with its lines of option 82",
    cutter=Lines,
    records=_Infoblox,
    zoned=True,
    overlap=16 * 1024,
)
