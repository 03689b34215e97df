"""How long an agent is waited for before it is asked again: one that is slow is asked once.

A switch that needs a second for each answer would else be asked everything twice, by a first
time-out of 0.8 s. That it is slow is known by its second answer to what it was sent twice, which
comes as much later as that was sent: where the first try was lost on the way, there is one answer,
and where a network holds answers back, they come together. What is learnt is forgotten with the
first quick answer.
"""

from __future__ import annotations

from dataclasses import dataclass

from techinfo.snmp.address import SocketAddress

_ROOM = 1.5
"""As much longer than its last answer took is it waited for."""
_SHARE = 0.6
"""Of all the time is the first try's at most: what is lost on the way must be asked again, too."""
_APART = 0.5
"""Of the time between two tries at least is between the answers to them."""
_MOST = 10_000
"""Agents of which anything is kept."""


@dataclass(frozen=True, slots=True)
class _Again:
    """A request that was sent again, and answered."""

    answer_id: int
    took_s: float
    until: float


class Patience:
    """Which agents are slow, and how slow."""

    def __init__(self) -> None:
        self._slow: dict[SocketAddress, float] = {}
        self._again: dict[SocketAddress, _Again] = {}

    def timeouts(self, address: SocketAddress, usual: tuple[float, ...]) -> tuple[float, ...]:
        """Seconds that each try waits; as many tries, which together wait as long as usual.

        Args:
            address: Of the agent.
            usual: Seconds that each try waits; at least one.
        """
        slow_s, others = self._slow.get(address), sum(usual[1:])
        if slow_s is None or not others:
            return usual
        whole = usual[0] + others
        first = max(usual[0], min(slow_s * _ROOM, whole * _SHARE))
        return first, *(seconds * (whole - first) / others for seconds in usual[1:])

    def answered(
        self,
        address: SocketAddress,
        answer_id: int,
        tries: int,
        took_s: float,
        usual: tuple[float, ...],
        now: float,
    ) -> None:
        """Note an answer.

        Args:
            address: Of the agent.
            answer_id: By which an answer is known.
            tries: How often the same was sent.
            took_s: Seconds since the first of them.
            usual: Seconds that each try waits of who is not slow.
            now: Seconds of a clock that never goes back.
        """
        if tries > 1:
            if address in self._again or len(self._again) < _MOST:
                self._again[address] = _Again(answer_id, took_s, now + usual[0] * _APART)
        elif address in self._slow:
            if took_s < usual[0]:
                del self._slow[address]
            else:
                self._slow[address] = took_s

    def answered_again(self, address: SocketAddress, answer_id: int, now: float) -> None:
        """Note an answer that nobody waits for: perhaps of a slow agent to a second try."""
        known = self._again.pop(address, None)
        if known is None or known.answer_id != answer_id or now < known.until:
            return
        if address in self._slow or len(self._slow) < _MOST:
            self._slow[address] = known.took_s
