"""What an agent says at some OIDs, exceptions and all: what a probe asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from techinfo.snmp.ber import GET, GET_NEXT, NO_SUCH_OBJECT, decode_index
from techinfo.snmp.message import MALFORMED, Varbind
from techinfo.snmp.question import Ask, Question, encoded
from techinfo.wire import Index, SnmpLimits


class Look(Question):
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
        self._size = max(1, limits.varbinds)

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
        self._size = max(1, self.limits.varbinds)

    def _can_shrink(self) -> bool:
        return len(self._chunk()) > 1

    def _shrink(self) -> None:
        self.limits = replace(self.limits, varbinds=len(self._chunk()) // 2)
