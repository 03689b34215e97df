"""A question to one agent: what to ask next, and what to make of the answer.

Both engines drive the same questions (`fetch` for exact instances, `walk` for columns), so a quirk
of an agent is met in one place. Nothing here knows a socket or a clock. An engine sends what
`Question.request` says, tells what came of it by `answer`, `refused` or `silent`, and begins anew
until `request` has nothing more.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Final, NamedTuple

from techinfo.errors import DriverError, SnmpProtocolError, SnmpTimeoutError
from techinfo.snmp.ber import GET, encode_oid
from techinfo.snmp.message import Varbind
from techinfo.wire import SnmpLimits

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

    def silent(self) -> None:
        """No try was answered.

        Raises:
            SnmpTimeoutError: The agent is dead, or chokes on the smallest request.
        """
        self._silences += not self._probing
        if self._probing or self._silences > _MOST_SILENCES or not self._can_step_down():
            raise SnmpTimeoutError("no answer", address=self._address)
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
