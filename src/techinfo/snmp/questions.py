"""A question to one agent: what to ask next, and what to make of the answer.

Both engines drive the same questions (`fetch` for exact instances, `walk` for columns), so a quirk
of an agent is met in one place. Nothing here knows a socket or a clock. An engine sends what
`Question.request` says, tells what came of it by `answer`, `refused` or `silent`, and begins anew
until `request` has nothing more.

Exact instances by GET, in chunks that the agent stands.

What an agent says at some OIDs, exceptions and all: what a probe asks.

The next rows behind an OID, with their types: what a recorder asks, one request at a time.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from techinfo.errors import (
    DeviceError,
    DriverError,
    SnmpProtocolError,
    SnmpStatusError,
    SnmpTimeoutError,
)
from techinfo.snmp.ber import (
    GET,
    GET_BULK,
    GET_NEXT,
    NO_SUCH_OBJECT,
    NULL,
    decode_index,
    decode_oid,
    encode_oid,
)
from techinfo.snmp.message import MALFORMED, Varbind
from techinfo.wire import Cell, Index, Oid, SnmpLimits, Value

TOO_BIG: Final = 1
NO_SUCH_NAME: Final = 2
GEN_ERR: Final = 5
"""Error-status of RFC 3416, 3."""

_MOST_SILENCES = 3
"""Steps down from 10 varbinds to 5, 2 and 1, or from 10 repetitions to 5, 2 and GETNEXT; each costs
a whole round of time-outs."""


class Ask(NamedTuple):
    """One request.

    Attributes:
        oids: BER bytes, without tag and length.
        repetitions: Of a GETBULK (its non-repeaters are always 0).
        patient: ``False`` for a single try with the first time-out.
    """

    pdu_type: int
    oids: tuple[bytes, ...]
    repetitions: int = 0
    patient: bool = True


_PROBE = Ask(GET, (encode_oid("1.3.6.1.2.1.1.3.0"),), patient=False)
"""SNMPv2-MIB sysUpTime.0, the smallest thing that every agent has."""


def encoded(oid: str) -> bytes:
    """The BER bytes of an OID that a driver asks for.

    Raises:
        DriverError: It is none.
    """
    try:
        return encode_oid(oid)
    except ValueError as error:
        raise DriverError(f"not an OID: {oid!r}") from error


class Question(ABC):
    """A question that takes some requests to one agent.

    An agent can fall silent over a request that is too much for it (field notes A2, A5). So after a
    silence sysUpTime is asked for once: who answers that is alive, and is asked for less at a time,
    three times at most. Who does not is dead, and left alone.

    Attributes:
        limits: What the agent stands, lowered as it chokes.
        unread: Instances that the agent has, and whose values cannot be read.
    """

    def __init__(self, limits: SnmpLimits, address: str) -> None:
        self.limits = limits
        self.unread: set[str] = set()
        self._address = address
        self._probing = False
        self._silences = 0

    def request(self) -> Ask | None:
        """What to send now; ``None`` when everything is answered."""
        return _PROBE if self._probing else self._next()

    def answer(self, varbinds: list[Varbind], octets: int) -> None:
        """The agent answered without error, in a message of so many octets.

        Raises:
            SnmpProtocolError: With something that was not asked, or with nothing.
            ValueError: With an OID that cannot be read.
        """
        if self._probing:
            self._answered_probe()
        elif varbinds:
            self._take(varbinds, octets)
        else:
            raise SnmpProtocolError("an answer without varbinds", address=self._address)

    def refused(self, status: int, index: int) -> None:
        """The agent answered with an error-status.

        Raises:
            SnmpStatusError: Nothing smaller can be asked.
        """
        if self._probing:
            self._answered_probe()
        else:
            self._refused(status, index)

    def silent(self, reason: DeviceError | None = None) -> None:
        """No try was answered.

        Args:
            reason: Why, where it is known to be another reason than a dead agent.

        Raises:
            DeviceError: The reason; else SnmpTimeoutError: the agent is dead, or chokes on the
                smallest request.
        """
        self._silences += not self._probing
        if self._probing or self._silences > _MOST_SILENCES or not self._can_step_down():
            raise reason or SnmpTimeoutError("no answer", address=self._address)
        self._probing = True

    def _answered_probe(self) -> None:
        self._probing = False
        self._step_down()

    def _can_step_down(self) -> bool:
        """Whether there is a gentler way to ask what the agent was silent over."""
        return self._can_shrink()

    def _step_down(self) -> None:
        """Ask more gently from now on, and remember it in the limits."""
        self._shrink()

    @abstractmethod
    def _next(self) -> Ask | None: ...

    @abstractmethod
    def _take(self, varbinds: list[Varbind], octets: int) -> None: ...

    @abstractmethod
    def _refused(self, status: int, index: int) -> None: ...

    @abstractmethod
    def _can_shrink(self) -> bool:
        """Whether the present request can be made smaller."""

    @abstractmethod
    def _shrink(self) -> None:
        """Make the present request smaller, and remember it in the limits."""


_NO_OBJECT = (NO_SUCH_OBJECT, None)


class Fetch(Question):
    """Some exact instances, at most ``limits.varbinds`` in one GET.

    tooBig halves the limit for good. Any other error-status halves the chunk until the one varbind
    that the agent cannot give stands alone: noSuchName (an SNMPv1 answer) and genErr leave it out,
    the latter as `unread`.
    SNMPv1 has no exceptions: one instance that is not there costs the whole answer. Its noSuchName
    names it (RFC 1157, 4.1.2), so that it alone is left out and the rest asked for again.

    Attributes:
        cells: What the agent has, under the OIDs as they were asked for.
        absent: What belongs to an object that the agent does not have at all (noSuchObject).
    """

    def __init__(
        self, oids: Sequence[str], limits: SnmpLimits, address: str, *, v1: bool = False
    ) -> None:
        super().__init__(limits, address)
        self._v1 = v1
        self.cells: dict[str, Cell] = {}
        self.absent: set[str] = set()
        self._names = {encoded(oid): oid for oid in oids}
        self._chunks = deque([tuple(self._names)] if self._names else [])

    def _next(self) -> Ask | None:
        if not self._chunks:
            return None
        self._cut(max(1, self.limits.varbinds))
        return Ask(GET, self._chunks[0])

    def _cut(self, size: int) -> None:
        chunk = self._chunks[0]
        if len(chunk) > size:
            self._chunks.popleft()
            starts = range(0, len(chunk), size)
            self._chunks.extendleft(chunk[start : start + size] for start in reversed(starts))

    def _take(self, varbinds: list[Varbind], octets: int) -> None:  # noqa: ARG002 - walks count them
        """Cells are told by their OID, in whatever order they came.

        A cell is never taken for an instance that was not asked for (field notes A14), nor is one
        that comes twice in one answer. What was asked for and did not come is asked for again, by
        itself if need be; what cannot be read then either is `unread`.
        """
        chunk = self._chunks[0]
        found = _once(varbinds)
        if len(chunk) == 1 and b"" in found:
            found.setdefault(chunk[0], found[b""])
        for oid in chunk:
            tag, value = found.get(oid, (NULL, None))
            if value is not None:
                self.cells[self._names[oid]] = value
            elif tag == MALFORMED:
                self.unread.add(self._names[oid])
        self.absent.update(self._names[o] for o in chunk if found.get(o) == _NO_OBJECT)
        missing = tuple(oid for oid in chunk if oid not in found)
        if not missing:
            self._chunks.popleft()
        elif len(missing) < len(chunk):
            self._chunks[0] = missing
        elif len(chunk) > 1:
            self._cut((len(chunk) + 1) // 2)
        else:
            raise SnmpProtocolError(
                f"another instance than {self._names[chunk[0]]} in the answer",
                address=self._address,
            )

    def _refused(self, status: int, index: int) -> None:
        many = len(self._chunks[0]) > 1
        if status == TOO_BIG and many:
            self._shrink()
        elif many and self._v1 and status == NO_SUCH_NAME and self._leave_out(index):
            return
        elif many:
            self._cut((len(self._chunks[0]) + 1) // 2)
        elif status in (NO_SUCH_NAME, GEN_ERR):
            # genErr says that it could not be read, and not that it is not there (RFC 3416, 4.2.1).
            self.unread.update(self._names[o] for o in self._chunks[0] if status == GEN_ERR)
            self._chunks.popleft()
        else:
            raise SnmpStatusError(
                f"error-status {status} on a single instance",
                status=status,
                index=index,
                address=self._address,
            )

    def _leave_out(self, index: int) -> bool:
        """Leave out the instance that an error names; ``False``: it names none."""
        chunk = self._chunks[0]
        if not 0 < index <= len(chunk):
            return False
        self._chunks[0] = (*chunk[: index - 1], *chunk[index:])
        return True

    def _can_shrink(self) -> bool:
        return len(self._chunks[0]) > 1

    def _shrink(self) -> None:
        self.limits = replace(self.limits, varbinds=len(self._chunks[0]) // 2)


def _once(varbinds: list[Varbind]) -> dict[bytes, tuple[int, Cell | None]]:
    """Type and value by OID; an OID that comes twice is as if it had not come."""
    found = {oid: (tag, value) for oid, tag, value in varbinds}
    if len(found) < len(varbinds):
        times = Counter(oid for oid, _, _ in varbinds)
        return {oid: told for oid, told in found.items() if times[oid] == 1}
    return found


class Probe(Question):
    """Each of some OIDs by GET, or what follows each by GETNEXT, ``limits.varbinds`` at a time.

    What the agent refuses singly is left out. tooBig does not lower the limits: what follows an
    empty column may be large, and nobody else asks for it (behind its MAC table an S5720 has
    PortLists of 2,295 octets, recording vrp_5720).

    Attributes:
        rows: Of a GETNEXT: OID asked for -> index of the first row below it; none: not in it.
        tags: Of a GET: OID asked for -> type of what is there, or of the exception (RFC 3416, 3).
    """

    def __init__(
        self, oids: Sequence[str], limits: SnmpLimits, address: str, *, following: bool
    ) -> None:
        super().__init__(limits, address)
        self.rows: dict[str, Index] = {}
        self.tags: dict[str, int] = {}
        self._following = following
        self._left = list(dict.fromkeys(oids))
        self._size = limits.varbinds

    def _next(self) -> Ask | None:
        if not self._left:
            return None
        asked = tuple(encoded(oid) for oid in self._chunk())
        return Ask(GET_NEXT if self._following else GET, asked)

    def _chunk(self) -> list[str]:
        return self._left[: max(1, min(self._size, self.limits.varbinds))]

    def _take(self, varbinds: list[Varbind], octets: int) -> None:  # noqa: ARG002 - walks count them
        chunk = self._chunk()
        if len(varbinds) != len(chunk) and len(chunk) > 1:
            self._size = len(chunk) // 2  # cells may stand in the wrong places
            return
        for name, (oid, tag, _) in zip(chunk, varbinds, strict=False):
            asked = encoded(name)
            if self._following and tag < NO_SUCH_OBJECT and oid.startswith(asked) and oid != asked:
                self.rows[name] = decode_index(oid[len(asked) :])
            elif not self._following and oid == asked and tag != MALFORMED:
                self.tags[name] = tag
        self._go_on()

    def _refused(self, status: int, index: int) -> None:  # noqa: ARG002 - smaller mends them all
        if self._can_shrink():
            self._size = len(self._chunk()) // 2
        else:
            self._go_on()

    def _go_on(self) -> None:
        del self._left[: len(self._chunk())]
        self._size = self.limits.varbinds

    def _can_shrink(self) -> bool:
        return len(self._chunk()) > 1

    def _shrink(self) -> None:
        self.limits = replace(self.limits, varbinds=len(self._chunk()) // 2)


class BulkPage(Question):
    """What follows one OID: a GETBULK of ``limits.max_repetitions`` rows, or a GETNEXT.

    Attributes:
        rows: In the order answered; types as they came, a NULL as ``(5, b"")``, as what cannot be
            read.
        ended: Nothing follows them: the end of the MIB.
    """

    def __init__(self, after: str, limits: SnmpLimits, address: str, *, bulk: bool) -> None:
        super().__init__(limits, address)
        self.rows: list[tuple[Oid, Value]] = []
        self.ended = False
        self._after = encoded(after)
        self._bulk = bulk and limits.bulk
        self._answered = False

    def _next(self) -> Ask | None:
        if self._answered:
            return None
        if self._bulk:
            # Zero repetitions have hung an agent (field notes A5).
            return Ask(GET_BULK, (self._after,), max(1, self.limits.max_repetitions))
        return Ask(GET_NEXT, (self._after,))

    def _take(self, varbinds: list[Varbind], octets: int) -> None:  # noqa: ARG002 - the recorder counts rows
        self._answered = True
        for oid, tag, cell in varbinds:
            if tag >= NO_SUCH_OBJECT:
                self.ended = True
                return
            kind = NULL if tag == MALFORMED else tag
            self.rows.append((decode_oid(oid), (kind, b"" if cell is None else cell)))

    def _refused(self, status: int, index: int) -> None:
        if status == TOO_BIG and self._can_shrink():
            self._shrink()
        elif self._bulk and status != NO_SUCH_NAME:
            self._bulk = False  # one bad row behind others: those before it come singly
        elif status == NO_SUCH_NAME:
            self._answered = self.ended = True  # how SNMPv1 says end of MIB (RFC 1157, 4.1.3)
        else:
            raise SnmpStatusError(
                f"error-status {status} on a single row",
                status=status,
                index=index,
                address=self._address,
            )

    def _can_shrink(self) -> bool:
        return self._bulk and self.limits.max_repetitions > 1

    def _shrink(self) -> None:
        self.limits = replace(self.limits, max_repetitions=self.limits.max_repetitions // 2)
