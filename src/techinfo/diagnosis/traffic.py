"""What counters tell: change, never totals. A counter that went back tells nothing."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from techinfo.diagnosis.case import Case, Row, number_of, time_of
from techinfo.diagnosis.once import once

FIVE_MINUTES = 300.0
_NEAR_FIVE = (120.0, 480.0)
_NEAR_FIFTEEN = (600.0, 1500.0)
_RECENT = 480.0
"""What was watched ends at the last poll."""
_HEARD = 1000
"""Packets since counters began that are more than a box's own chatter."""


@dataclass(frozen=True)
class Change:
    """What was counted in some minutes that end now, or lately.

    Args:
        seconds: How long that was.
        sample: The reading at their beginning; of what was watched all the while, the growth.
        is_growth: Which of the two.
    """

    seconds: float
    sample: Row
    is_growth: bool = False


class Traffic:
    """The counters of the port, as change.

    Args:
        case: Where they stand.
        link_since: Since when the link is up; ``None`` where that is not known.
    """

    def __init__(self, case: Case, link_since: float | None) -> None:
        self._case = case
        self._up_s = link_since
        """Seconds since the link came up."""

    @once
    def was_read(self) -> bool:
        """Whether the counters were read lately."""
        return self._case.was_read("counters") and self._case.get("status.statistics") is not None

    @once
    def _samples(self) -> tuple[tuple[float, Row], ...]:
        """Earlier readings with their age in seconds, the youngest first."""
        rows = self._case.rows("history.counters") or ()
        aged = [(ago, row) for row in rows if (ago := self._case.ago(time_of(row.get("at"))))]
        return tuple(sorted(aged, key=lambda pair: pair[0]))

    @once
    def _watched(self) -> tuple[tuple[float, float, Row], ...]:
        """Age of the beginning and of the end of what was watched lately, and its growth."""
        found = []
        for row in self._case.rows("history.counted") or ():
            began, ended = (self._case.ago(time_of(row.get(end))) for end in ("from", "until"))
            if began is not None and ended is not None and 0 <= ended < began and ended <= _RECENT:
                found.append((began, ended, row))
        return tuple(found)

    def _sample(self, between: tuple[float, float]) -> Change | None:
        low, high = between
        watched = [(b - e, row) for b, e, row in self._watched if low <= b - e <= high]
        if watched:
            return Change(*watched[0], is_growth=True)
        found = [(ago, row) for ago, row in self._samples if low <= ago <= high]
        return Change(*found[0]) if found else None

    @once
    def has_earlier(self) -> bool:
        """Whether there is an earlier reading to compare with."""
        return bool(self._samples or self._watched)

    def _grown(self, change: Change | None, direction: str, name: str) -> float | None:
        """How much a counter grew; ``None`` where it went back, or one of both is not told."""
        if change is None or not self.was_read:
            return None
        side = change.sample.get(direction)
        then = number_of(side.get(name)) if isinstance(side, dict) else None
        if change.is_growth:
            return then if then is None or then >= 0 else None
        now = self._case.number(f"status.statistics.{direction}.{name}")
        if then is None or now is None or now < then:
            return None
        return now - then

    def in_five(self, direction: str, name: str) -> float | None:
        """What was counted in five minutes: ``input`` is from the customer, ``output`` to it."""
        told = self._case.number(f"status.statistics.lastFive{direction.title()}.{name}")
        if told is not None:
            return told
        change = self._sample(_NEAR_FIVE)
        grown = self._grown(change, direction, name)
        return grown * FIVE_MINUTES / change.seconds if change and grown is not None else None

    def in_fifteen(self, direction: str, name: str) -> float | None:
        """What was counted in a quarter of an hour."""
        change = self._sample(_NEAR_FIFTEEN)
        grown = self._grown(change, direction, name)
        return grown * 900 / change.seconds if change and grown is not None else None

    def _but_multicast(self, packets: float | None, multicast: float | None) -> float | None:
        return None if packets is None or multicast is None else packets - multicast

    @once
    def packets_in(self) -> float | None:
        """Packets from the customer in five minutes."""
        return self.in_five("input", "packets")

    @once
    def unicast_out(self) -> float | None:
        """Packets to the customer in five minutes, but for multicast; not counted is unknown."""
        told = self.in_five("output", "packets"), self.in_five("output", "multicast")
        return self._but_multicast(*told)

    @once
    def unicast_out_fifteen(self) -> float | None:
        """The same in a quarter of an hour."""
        told = self.in_fifteen("output", "packets"), self.in_fifteen("output", "multicast")
        return self._but_multicast(*told)

    @once
    def flows_both_ways(self) -> bool:
        """Whether a thousand packets went each way in five minutes."""
        sent, got = self.packets_in, self.unicast_out
        return sent is not None and got is not None and min(sent, got) >= 1000

    @once
    def comes_back(self) -> bool | None:
        """Whether an answer comes to what the customer sends; ``None`` where that is not known."""
        sent, got, long = self.packets_in, self.unicast_out, self.unicast_out_fifteen
        if sent is None or got is None:
            return None
        if sent <= 50 or got > 10:
            return True
        return None if long is None else long > 30

    @once
    def is_one_way(self) -> bool:
        """Whether five minutes look as if nothing came back, however little else is known."""
        sent, got = self.packets_in, self.unicast_out
        return sent is not None and got is not None and sent > 50 and got <= 10

    @once
    def error_share(self) -> float | None:
        """Damaged frames among the packets from the customer in the last minutes, where they rise.

        ``None`` where they do not, or where no earlier reading tells.
        """
        change = self._sample(_NEAR_FIVE) or self._sample(_NEAR_FIFTEEN)
        errors = self._grown(change, "input", "crcErrors")
        packets = self._grown(change, "input", "packets")
        if change is None or errors is None or packets is None:
            return None
        if errors * FIVE_MINUTES / max(change.seconds, FIVE_MINUTES) < 10:
            return None
        share = errors / max(packets, errors)
        return share if share >= 1e-6 else None

    @once
    def heard(self) -> bool | None:
        """Whether the customer was heard since the link came up; ``None``: not known."""
        if not self.was_read:
            return None
        if self._grew_since_up or self._counted_since_up:
            return True
        return False if (self.packets_in or 0) == 0 and self.packets_in is not None else None

    @once
    def _grew_since_up(self) -> bool:
        """Whether an earlier reading since then shows packets that the one before had not."""
        up = self._up_s if self._up_s is not None else float("inf")
        sides = [row.get("input") for began, _, row in self._watched if began <= up]
        grown = [number_of(side.get("packets")) for side in sides if isinstance(side, dict)]
        if any(number is not None and number > 0 for number in grown):
            return True
        totals = [self._case.number("status.statistics.input.packets")]
        for ago, row in self._samples:
            side = row.get("input")
            if ago <= up and isinstance(side, dict):
                totals.append(number_of(side.get("packets")))
        told = [total for total in totals if total is not None]
        return any(later > earlier for later, earlier in pairwise(told))

    @once
    def _counted_since_up(self) -> bool:
        """Whether counters that began with the link, or later, hold more than a box's chatter."""
        began = self._case.ago(self._case.time("status.statistics.counterResetAt"))
        total = self._case.number("status.statistics.input.packets")
        if began is None or total is None or self._up_s is None:
            return False
        return began <= self._up_s + 60 and total >= _HEARD
