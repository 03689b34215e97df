"""What was counted and measured on an access, piece by piece: five minutes, hours or days."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from techinfo.access.past.line import Line
from techinfo.history.chunks import DAYS, HOURS, SAMPLES
from techinfo.history.frames import Sample
from techinfo.history.links import Downtime
from techinfo.history.observation import NO_FLOW
from techinfo.history.rolling import errors_of
from techinfo.history.store import HistoryFile

KINDS = {"5m": SAMPLES, "hour": HOURS, "day": DAYS}
"""What a step is called -> what the file calls it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Series:
    """Pieces of a time.

    Attributes:
        begin, end: Of the time, as far as the viewer may be told of it.
        pieces: By age.
        more: There were more of them, which were older.
    """

    begin: datetime
    end: datetime
    pieces: tuple[Sample, ...] = ()
    more: bool = False

    @property
    def downtime(self) -> Downtime:
        """How long the link was down in all of the time; what nobody has seen is unknown."""
        up_s = sum(one.up_s for one in self.pieces)
        down_s = sum(one.down_s for one in self.pieces)
        whole_s = (self.end - self.begin).total_seconds()
        return Downtime(up_s=up_s, down_s=down_s, unknown_s=max(0.0, whole_s - up_s - down_s))


def series(
    file: HistoryFile, line: Line, kind: str, begin: datetime, end: datetime, most: int
) -> Series:
    """What was seen of a line in a time, as far as its viewer may be told of it.

    Args:
        file: Where it stands.
        line: Of which access, and for whom.
        kind: One of `KINDS`' values.
        begin: From when on.
        end: Until when.
        most: Pieces at most, the newest.
    """
    begin, end = max(begin, line.since), min(end, line.until)
    if line.port is None or begin >= end:
        return Series(begin=min(begin, end), end=end)
    # Who comes in the middle of a piece is not told of what was before in it.
    found = [
        one
        for one in file.samples(line.element, line.name, begin, kind)
        if one.change.begin >= line.since and one.change.end <= end
    ]
    pieces = [_told(one, line) for one in found[-most:]]
    if len(found) > most:
        begin = pieces[0].change.begin
    return Series(begin=begin, end=end, pieces=tuple(pieces), more=len(found) > most)


def _told(one: Sample, line: Line) -> Sample:
    change = one.change
    if change.begin < line.counted_since:
        return replace(one, change=replace(change, input=NO_FLOW, output=NO_FLOW))
    if line.traffic:
        return one
    quiet = replace(change, input=errors_of(change.input), output=errors_of(change.output))
    return replace(one, change=quiet)
