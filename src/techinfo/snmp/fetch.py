"""Exact instances by GET, in chunks that the agent stands."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import replace

from techinfo.errors import SnmpProtocolError, SnmpStatusError
from techinfo.snmp.ber import GET, NULL
from techinfo.snmp.message import MALFORMED, Varbind
from techinfo.snmp.question import GEN_ERR, NO_SUCH_NAME, TOO_BIG, Ask, Question, encoded
from techinfo.wire import Cell, SnmpLimits


class Fetch(Question):
    """Some exact instances, at most ``limits.varbinds`` in one GET.

    tooBig halves the limit for good. Any other error-status halves the chunk until the one varbind
    that the agent cannot give stands alone: noSuchName (an SNMPv1 answer) and genErr leave it out.
    SNMPv1 has no exceptions: one instance that is not there costs the whole answer. Its noSuchName
    names it (RFC 1157, 4.1.2), so that it alone is left out and the rest asked for again.

    Attributes:
        cells: What the agent has, under the OIDs as they were asked for.
    """

    def __init__(
        self, oids: Sequence[str], limits: SnmpLimits, address: str, *, v1: bool = False
    ) -> None:
        super().__init__(limits, address)
        self._v1 = v1
        self.cells: dict[str, Cell] = {}
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
