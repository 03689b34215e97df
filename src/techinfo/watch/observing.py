"""What an answer about a link says against the one before: a reading, and what has happened.

A flap between two reads is told by ifLastChange, restarts by the agent's clock: what is between is
the business of `techinfo.history`. All of it is made of answers that were isolated for their
viewer, so that nothing here has to be left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from techinfo.access.answer import Answer
from techinfo.history.change import Change, change
from techinfo.history.epochs import Why
from techinfo.history.light import clearly_other
from techinfo.history.links import between_knowing
from techinfo.history.observation import Observation, observe
from techinfo.history.watches import Seen
from techinfo.model import Flow
from techinfo.moments import rfc3339
from techinfo.units import Dark, Power

Told = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Before:
    """What was found before, and is compared with.

    Attributes:
        last: The last observation.
        lit: The last level of light that was told as an event, or the first.
        speed: The last speed of a link that was up, Mbit/s.
    """

    last: Observation
    lit: Power | None = None
    speed: int | None = None


def observed(answer: Answer) -> Observation | None:
    """The port of an answer at the time of its reading; ``None``: its link was not read."""
    if answer.port is None:
        return None
    found = observe({0: answer.port}, answer.reading.parts, answer.reading.device)
    return next(iter(found.values()), None)


def reading(before: Before | None, now: Observation) -> Told:
    """A reading as it is shown live; what was counted is since the one before."""
    told: Told = {
        "at": rfc3339(now.at),
        "link": now.up,
        "linkSince": rfc3339(now.last_change),
        "linkSpeed": now.speed,
        **light_of(now),
    }
    if before is not None and before.last.at < now.at:
        grown = change(before.last, now)
        told |= _counted(grown)
    return known(told)


def light_of(now: Observation) -> Told:
    """The light of an observation, as far as it was read."""
    dark = True if isinstance(now.rx, Dark) else None
    return known({"dbmRx": level_of(now.rx), "dbmTx": level_of(now.tx), "noLight": dark})


def happened(before: Before | None, now: Observation) -> tuple[Before, list[Seen]]:
    """What has happened since the observation before, and what the next is compared with."""
    up = now.up is True
    if before is None:
        return Before(last=now, lit=now.rx, speed=now.speed if up else None), []
    if now.at <= before.last.at:  # out of the cache, the same as last time
        return before, []
    found = list(_events(before, now))
    lit = now.rx if now.rx is not None and clearly_other(before.lit, now.rx) else before.lit
    speed = now.speed if up and now.speed else before.speed
    return Before(last=now, lit=lit if lit is not None else now.rx, speed=speed), found


def _events(before: Before, now: Observation) -> Iterator[Seen]:
    told = change(before.last, now)
    if told.why in {Why.REBOOT, Why.AGENT}:
        at = now.boot if told.why is Why.REBOOT and now.boot is not None else now.at
        what = "element_restarted" if told.why is Why.REBOOT else "agent_restarted"
        yield Seen(at=now.at, told={"what": what, "at": rfc3339(at)})
    link = between_knowing(told.why, before.last, now)
    for one in link.transitions:
        row: Told = {"what": "link_up" if one.up else "link_down", "at": rfc3339(one.at)}
        if not one.exact:
            row["earliest"] = rfc3339(one.earliest)
        yield Seen(at=now.at, told=row)
    if now.rx is not None and before.lit is not None and clearly_other(before.lit, now.rx):
        row = {"what": "light", "at": rfc3339(now.at), "dbmRxBefore": level_of(before.lit)}
        row |= {"dbmRx": level_of(now.rx), "noLight": True if isinstance(now.rx, Dark) else None}
        yield Seen(at=now.at, told=known(row))
    if now.up is True and now.speed and before.speed and now.speed != before.speed:
        yield Seen(
            at=now.at, told={"what": "speed", "at": rfc3339(now.at), "speed": int(now.speed)}
        )


def _counted(grown: Change) -> Told:
    if grown.why is not None:
        return {"unknown": grown.why.value}
    sides = {"input": _flow(grown.input), "output": _flow(grown.output)}
    told = {name: side for name, side in sides.items() if side}
    return {"seconds": round(grown.seconds, 1), **told} if told else {}


def _flow(flow: Flow) -> Told:
    return known(
        {
            "bytes": flow.bytes,
            "packets": flow.packets,
            "errors": flow.errors,
            "discards": flow.discards,
            "crcErrors": flow.crc_errors,
        }
    )


def level_of(power: Power | None) -> str | None:
    """A level in dBm as decimal string; no light has none."""
    return None if power is None or isinstance(power, Dark) else f"{power:.2f}"


def known(told: Mapping[str, Any]) -> Told:
    """Without what is not known."""
    return {name: value for name, value in told.items() if value is not None}
