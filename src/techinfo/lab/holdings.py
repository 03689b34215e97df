"""A recording as an agent holds it: in BER, in order, each row encoded when it is first asked."""

from __future__ import annotations

from bisect import bisect_left

from techinfo.lab.motion import motions
from techinfo.recordings.recording import Recording, Value
from techinfo.snmp.ber import INTEGER, NULL, decode_oid, encode_oid, encode_value
from techinfo.snmp.oid import dotted

Varbind = tuple[bytes, bytes]
"""An OID's BER bytes without tag and length; a value's with them."""

_PLACES_KEPT = 50_000


class Holdings:
    """A recording in BER; its devices share it. A place is a position in the order of OIDs."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self._moving = motions(recording)
        self._still: list[Varbind | None] = [None] * len(recording)
        self._places: dict[bytes, tuple[int, bool]] = {}

    def __len__(self) -> int:
        return len(self._still)

    def place(self, oid: bytes) -> tuple[int, bool]:
        """Where the first instance not before an OID stands, and whether it is this very one.

        Raises:
            ValueError: Not an OID.
        """
        return self._places.get(oid) or self._look_up(oid)

    def varbind(self, place: int, elapsed_s: float) -> Varbind:
        """The instance at a place, as it is after so many seconds."""
        return self._still[place] or self._encode(place, elapsed_s)

    def knows_object(self, oid: bytes) -> bool:
        """Whether a sibling instance is there: another row of the column, another scalar instance.

        Without the MIB nobody can tell an object from its index, so that of an index of several
        numbers all but the last must be known.
        """
        ids = decode_oid(oid)
        place, _ = self.place(oid)
        beside = self.recording.oids[max(0, place - 1) : place + 1]
        return any(other[: len(ids) - 1] == ids[:-1] for other in beside)

    def _look_up(self, oid: bytes) -> tuple[int, bool]:
        ids = decode_oid(oid)
        oids = self.recording.oids
        place = bisect_left(oids, ids)
        if len(self._places) >= _PLACES_KEPT:
            self._places.clear()
        found = self._places[oid] = place, place < len(oids) and oids[place] == ids
        return found

    def _encode(self, place: int, elapsed_s: float) -> Varbind:
        ids = self.recording.oids[place]
        oid = encode_oid(dotted(ids))
        motion = self._moving.get(ids)
        if motion:
            return oid, encode_value(motion.tag, motion.at(elapsed_s))
        varbind = self._still[place] = oid, _encoded(self.recording.get(ids) or (NULL, b""))
        return varbind


def _encoded(value: Value) -> bytes:
    tag, cell = value
    if tag == INTEGER and isinstance(cell, int):
        # Tools write an Integer32 below zero as its unsigned twin (recording of a MikroTik SwOS).
        cell = (cell + 2**31) % 2**32 - 2**31
    return encode_value(tag, cell)
