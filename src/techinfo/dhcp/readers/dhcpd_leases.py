"""The lease files of ISC dhcpd, dhcpd.leases and dhcpd6.leases, and of OpenBSD's dhcpd.

ISC, dhcpd.leases(5): times are UTC. Values stand in quotes with octal escapes where they can be
printed, else as octets without leading zeros. A value may hold anything, ``";`` and ``}`` included,
so the file is read token by token. A lease that ended is written again without its agent options.

OpenBSD, /var/db/dhcpd.leases (dhcpd.leases(5) of OpenBSD), looks like ISC's and has no states: a
lease runs from ``starts`` to ``ends``, in UTC. One that is given back is written again with its end
moved to that moment; an abandoned one says ``abandoned`` and has no client. It holds no option 82.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from techinfo.dhcp.events import Event, Kind, LeaseEvent
from techinfo.dhcp.identity import Field, Identity, split_option37
from techinfo.dhcp.log_lines import epoch
from techinfo.dhcp.notations import leased, mac, mac_of_duid, separated, unescaped
from techinfo.dhcp.readers.cutting import Statements
from techinfo.dhcp.readers.reader import BoundedMemory, Form, Records, Work
from techinfo.dhcp.recipes import field_of

_TOKEN = re.compile(rb'"((?:[^"\\\n]|\\[^\n])*)"|([{};])|#[^\n]*|([^\s{};"#]+)')
_MOST_WORDS = 16
_DEEPEST = 8
_DATE = re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2}) (\d{1,2}):(\d{1,2}):(\d{1,2})(?: UTC)?")
_IAID = 4


class Word(NamedTuple):
    """A word of a statement; what stood in quotes is unescaped."""

    octets: bytes
    quoted: bool = False

    @property
    def text(self) -> str:
        """As text, an octet a character."""
        return self.octets.decode("latin-1")

    @property
    def value(self) -> bytes | None:
        """The octets that it stands for: of a quoted one itself, else hex without leading zeros."""
        return self.octets if self.quoted else separated(self.text)


class Statement(NamedTuple):
    """Words up to a semicolon, or up to the statements in braces after them."""

    words: tuple[Word, ...]
    body: tuple[Statement, ...] = ()


def parsed(record: bytes) -> Statement | None:
    """One statement; ``None`` when braces do not close or it is none."""
    found, closed = _body(_tokens(record), 0)
    return found[0] if closed and len(found) == 1 else None


def _tokens(record: bytes) -> Iterator[Word | str]:
    """Words, and ``{``, ``}`` and ``;`` as texts."""
    for match in _TOKEN.finditer(record):
        quoted, mark, word = match.groups()
        if word is not None:
            yield Word(word)
        elif mark is not None:
            yield mark.decode()
        elif quoted is not None:
            yield Word(unescaped(quoted), quoted=True)


def _body(tokens: Iterator[Word | str], depth: int) -> tuple[tuple[Statement, ...], bool]:
    """Statements up to the closing brace, and whether it came; at the top there is none."""
    found: list[Statement] = []
    words: list[Word] = []
    for piece in tokens:
        if isinstance(piece, Word):
            words.append(piece)
        elif piece == "}":
            return tuple(found), depth > 0
        else:
            inner: tuple[Statement, ...] = ()
            if piece == "{":
                if depth == _DEEPEST:
                    return (), False
                inner, closed = _body(tokens, depth + 1)
                if not closed:
                    return (), False
            found.append(Statement(tuple(words[:_MOST_WORDS]), inner))
            words = []
    return tuple(found), depth == 0 and not words


class Facts:
    """What the statements of one lease say."""

    def __init__(self, body: Iterable[Statement]) -> None:
        self.texts: dict[str, str] = {}
        self.values: dict[tuple[str, Field], bytes] = {}
        for words, _ in body:
            if not words:
                continue
            name = words[0].text
            if name in {"set", "option"} and len(words) >= 3:
                self._value(name, words)
            elif not words[0].quoted:
                self.texts[name] = " ".join(word.text for word in words[1:])

    def _value(self, kind: str, words: tuple[Word, ...]) -> None:
        """``set name = value`` or ``option name value``."""
        value = words[3].value if kind == "set" and len(words) == 4 else words[2].value
        field = field_of(words[1].text)
        if value and field is not None:
            self.values.setdefault((kind, field), value)

    def time(self, name: str) -> datetime | None:
        """``6 2026/11/21 05:11:47``, ``epoch 1795237907``; ``None`` when there is none."""
        written = self.texts.get(name, "")
        first, _, rest = written.partition(" ")
        if first == "epoch":
            return epoch(rest.partition(" ")[0])
        match = _DATE.fullmatch(rest)
        if match is None:
            return None
        year, month, day, hour, minute, second = map(int, match.groups())
        try:
            return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        except ValueError:
            return None

    def octets(self, field: Field) -> bytes | None:
        """The value of an option, else of the variable that a configuration sets from it.

        The statement ``option agent.circuit-id`` loses one NUL at the end of a printable value;
        the variable keeps it.
        """
        option, variable = (self.values.get((kind, field)) for kind in ("option", "set"))
        return variable if option is None or variable == option + b"\0" else option


class _Isc(Records):
    def __init__(self, work: Work) -> None:
        self._work = work
        self._latest: datetime | None = None

    def __call__(self, record: bytes) -> Iterable[Event]:
        first = record.split(None, 1)[0] if record.strip() else b""
        if first not in {b"lease", b"ia-na", b"ia-ta", b"ia-pd"}:
            if not first.islower() or not record.endswith((b";", b"}")):
                self._work.tally.bad("is no statement of a lease file", record)
            return
        statement = parsed(record)
        if statement is None or len(statement.words) < 2:
            self._work.tally.bad("a block that does not close", record)
        elif first == b"lease":
            yield from self._lease4(statement, record)
        else:
            yield from self._leases6(statement, record)

    def _lease4(self, statement: Statement, record: bytes) -> Iterator[Event]:
        facts = Facts(statement.body)
        hardware = facts.texts.get("hardware", "").split(" ")
        identity = Identity(circuit=facts.octets(Field.CIRCUIT), remote=facts.octets(Field.REMOTE))
        yield from self._event(
            leased(statement.words[1].text),
            facts,
            facts.time("cltt") or facts.time("starts"),
            record,
            mac_address=mac(hardware[1]) if len(hardware) == 2 else None,
            client=None,
            identity=identity or None,
        )

    def _leases6(self, statement: Statement, record: bytes) -> Iterator[Event]:
        name = statement.words[1].value or b""
        client = name[_IAID:].hex(":") or None
        granted = Facts(statement.body).time("cltt")
        for inner in statement.body:
            if len(inner.words) < 2 or inner.words[0].text not in {"iaaddr", "iaprefix"}:
                continue
            facts = Facts(inner.body)
            remote6, enterprise = split_option37(facts.octets(Field.REMOTE) or b"")
            interface = facts.octets(Field.INTERFACE)
            identity = Identity(interface=interface, remote6=remote6, enterprise=enterprise)
            yield from self._event(
                leased(inner.words[1].text),
                facts,
                granted,
                record,
                mac_address=mac_of_duid(client),
                client=client,
                identity=identity or None,
            )

    def _event(
        self,
        address: str | None,
        facts: Facts,
        granted: datetime | None,
        record: bytes,
        *,
        mac_address: str | None,
        client: str | None,
        identity: Identity | None,
    ) -> Iterator[LeaseEvent]:
        state = facts.texts.get("binding", "").removeprefix("state ")
        happened = self._happened(state, granted, facts)
        if address is None or happened is None:
            why = "an address, a state or a time cannot be read"
            if not state:
                why = "no binding state (OpenBSD's file is of the form openbsd-leases)"
            self._work.tally.bad(why, record)
            return
        kind, at, at_least = happened
        ends = facts.time("ends")
        lasts = int((ends - at).total_seconds()) if ends and kind is Kind.GRANTED else None
        self._latest = max(self._latest or at, at)
        yield LeaseEvent(
            at=at,
            kind=kind,
            address=address,
            server=self._work.source.name,
            mac=mac_address,
            duid=client,
            identity=identity,
            lifetime_s=lasts,
            at_least=at_least,
        )

    def _happened(
        self, state: str, granted: datetime | None, facts: Facts
    ) -> tuple[Kind, datetime, bool] | None:
        """What happened, and when.

        A lease that was given back ends when it was; one that is abandoned ends as much later as
        the server keeps it out of use, so that only what stands in the file before it is known.
        """
        if state == "active":
            return (Kind.GRANTED, granted, False) if granted else None
        ends = facts.time("ends")
        if state in {"free", "expired", "backup"}:
            return (Kind.FREED, ends, False) if ends else None
        so_far = max((t for t in (granted, self._latest) if t is not None), default=None)
        if so_far is None:
            return None
        if state == "released":
            return Kind.RELEASED, min(so_far, ends) if ends else so_far, True
        return (Kind.DECLINED, so_far, True) if state == "abandoned" else None


ISC = Form(
    name="dhcpd-leases",
    about="ISC dhcpd's lease file, dhcpd.leases or dhcpd6.leases, with octal or hex identifiers",
    cutter=Statements,
    records=_Isc,
)


class _OpenBsd(Records):
    def __init__(self, work: Work) -> None:
        self._work = work
        self._ran: BoundedMemory[str, tuple[datetime, datetime]] = BoundedMemory()
        self._latest: datetime | None = None

    def __call__(self, record: bytes) -> Iterable[Event]:
        statement = parsed(record)
        words = statement.words if statement else ()
        if statement is None or len(words) != 2 or words[0].octets != b"lease":
            self._work.tally.bad("is no block of a lease", record)
            return
        facts = Facts(statement.body)
        address = leased(words[1].text)
        starts, ends = facts.time("starts"), facts.time("ends")
        if address is None or starts is None or ends is None:
            self._work.tally.bad("an address or a time cannot be read", record)
            return
        hardware = facts.texts.get("hardware", "").split(" ")
        kind, at = self._happened(address, starts, ends, abandoned="abandoned" in facts.texts)
        self._latest = max(self._latest or at, at)
        yield LeaseEvent(
            at=at,
            kind=kind,
            address=address,
            server=self._work.source.name,
            mac=mac(hardware[1]) if len(hardware) == 2 else None,
            lifetime_s=int((ends - starts).total_seconds()) if kind is Kind.GRANTED else None,
            at_least=kind is Kind.DECLINED,
        )

    def _happened(
        self, address: str, starts: datetime, ends: datetime, *, abandoned: bool
    ) -> tuple[Kind, datetime]:
        if abandoned:
            self._ran.pop(address, None)
            return Kind.DECLINED, max(starts, self._latest or starts)
        before = self._ran.get(address)
        self._ran[address] = starts, ends
        if before is not None and before[0] == starts and ends < before[1]:
            return Kind.RELEASED, ends
        return (Kind.GRANTED, starts) if ends > starts else (Kind.FREED, ends)


OPENBSD = Form(
    name="openbsd-leases",
    about="the lease file of OpenBSD's dhcpd, /var/db/dhcpd.leases; it holds no option 82",
    cutter=Statements,
    records=_OpenBsd,
)
