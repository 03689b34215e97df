"""The next rows behind an OID, with their types: what a recorder asks, one request at a time."""

from __future__ import annotations

from dataclasses import replace

from techinfo.errors import SnmpProtocolError, SnmpStatusError
from techinfo.snmp.ber import GET_BULK, GET_NEXT, NO_SUCH_OBJECT, NULL, decode_oid
from techinfo.snmp.message import MALFORMED, Varbind
from techinfo.snmp.question import NO_SUCH_NAME, TOO_BIG, Ask, Question, encoded
from techinfo.wire import Oid, SnmpLimits, Value


class Page(Question):
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
        if not self.rows:
            raise SnmpProtocolError("an answer without varbinds", address=self._address)

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
