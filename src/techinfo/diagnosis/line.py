"""Whether the line is up, since when, how often it was lost, and whether the customer has power."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from techinfo.diagnosis.case import Case, Row, time_of
from techinfo.diagnosis.light import Light
from techinfo.diagnosis.once import once

_DAY = timedelta(hours=24)
_HOUR = timedelta(hours=1)
_WITH_A_BOOT = timedelta(seconds=120)
_GASP = "dying-gasp"
_LOS = frozenset({"los", "lofi"})


class Line:
    """The link of the access: of the ONT where it is a PON's, else of the port.

    Args:
        case: Where it stands.
    """

    def __init__(self, case: Case) -> None:
        self._case = case
        self.medium = self._medium()
        """fibre, pon or copper; ``None`` where nothing tells."""
        self.is_pon = self.medium == "pon"
        self.is_copper = self.medium == "copper"
        self.is_fibre = self.medium in ("fibre", "pon")
        self.light = Light(case, pon=self.is_pon)

    def _medium(self) -> str | None:
        told = self._case.text("expected.medium")
        if told in ("fibre", "pon", "copper"):
            return told
        if self._case.get("ont") is not None:
            return "pon"
        optics = self._case.get("status.transceiver"), self._case.get("noLight")
        return "fibre" if any(x is not None for x in optics) else None

    @once
    def is_up(self) -> bool | None:
        """Whether the line is up; ``None`` where that was not read."""
        return self._case.flag("ont.up" if self.is_pon else "status.link")

    @once
    def is_down(self) -> bool:
        """Whether the line was read, and is down."""
        return self.is_up is False

    @once
    def is_closed(self) -> bool:
        """Whether the operator has switched the port off."""
        return self._case.flag("status.adminDown") is True

    @once
    def transitions(self) -> list[tuple[datetime, Row]] | None:
        """What was seen of the link, the oldest first; ``None`` where nobody watched."""
        rows = self._case.rows("history.transitions")
        if rows is None:
            return None
        told = [(at, row) for row in rows if (at := time_of(row.get("at"))) is not None]
        return sorted(
            ((at, row) for at, row in told if at <= self._case.now), key=lambda pair: pair[0]
        )

    @once
    def last_loss(self) -> Row | None:
        """The last transition, if the link was lost with it."""
        last = self.transitions[-1][1] if self.transitions else None
        return last if last is not None and last.get("link") is False else None

    @once
    def down_at(self) -> datetime | None:
        """When the line went down; ``None`` where that is not known."""
        if not self.is_down:
            return None
        if self.is_pon:
            told = self._case.time("ont.lastDownAt")
        else:
            told = self._case.time("status.linkSince")
        if told is None and self.last_loss is not None and self.transitions:
            told = self.transitions[-1][0]
        return told

    @once
    def down_s(self) -> float | None:
        """Seconds that the line has been down."""
        return self._case.ago(self.down_at)

    @once
    def up_s(self) -> float | None:
        """Seconds that the line has been up."""
        if self.is_up is not True:
            return None
        return self._case.ago(self._case.time("ont.upSince" if self.is_pon else "status.linkSince"))

    @once
    def last_cause(self) -> str | None:
        """What the line said when it was lost the last time: dying-gasp, los, lofi, deactivated."""
        told = self._case.text("ont.lastDownCause") if self.is_pon else None
        if told is None and self.last_loss is not None:
            cause = self.last_loss.get("cause")
            told = cause if isinstance(cause, str) else None
        return told

    @once
    def gasped(self) -> bool:
        """Whether the box said that its power went when the line was lost."""
        return self.is_down and self.last_cause == _GASP

    @once
    def fibre_cause(self) -> bool:
        """Whether the line said that the light went."""
        return self.is_down and self.last_cause in _LOS

    @once
    def has_power(self) -> bool | None:
        """Whether the customer's box has power, by the customer's word or its lamp."""
        told = self._case.flag("customer.powerOn")
        lamp = self._case.text("customer.lights.power")
        if told is None and lamp is not None:
            return lamp != "off"
        return told

    @once
    def fibre_lamp(self) -> bool | None:
        """Whether the customer sees a fibre link on the box; ``None`` where nobody looked."""
        if self.is_copper:
            return None
        lamps = {lamp: self._case.text(f"customer.lights.{lamp}") for lamp in ("wan", "pon", "los")}
        if "on" in (lamps["wan"], lamps["pon"]):
            return True
        out = lamps["wan"] in ("off", "red") or lamps["pon"] == "off"
        return False if out or lamps["los"] in ("on", "red", "blinking") else None

    @once
    def is_dark(self) -> bool:
        """Whether it is down and no light arrives; an ONT that is gone without a cause is dark."""
        if not self.is_down:
            return False
        if self.is_pon:
            return self.last_cause is None or self.fibre_cause
        return not self.is_copper and self.light.arrives is False

    @once
    def light_unknown(self) -> bool:
        """Whether the line is down and light cannot be known: copper, no diagnostics, unread."""
        if not self.is_down or self.is_pon:
            return False
        return self.is_copper or self.light.arrives is None

    @once
    def _boots(self) -> list[datetime]:
        told = (self._case.times(f"history.{name}") for name in ("switchBoots", "cpeBoots"))
        return [at for times in told for at in times or ()]

    @once
    def cpe_boots_of_day(self) -> int:
        """How often the customer's box has started in 24 hours."""
        return _within(self._case, _DAY, self._case.times("history.cpeBoots") or ())

    @once
    def gasps_of_day(self) -> int:
        """How often it has lost power in 24 hours."""
        told = self.transitions or []
        return _within(self._case, _DAY, (at for at, row in told if row.get("cause") == _GASP))

    @once
    def losses(self) -> list[tuple[datetime, Row]]:
        """Losses of a day that are the line's: no last gasp, no restart near them."""
        return [
            (at, row)
            for at, row in self.transitions or ()
            if row.get("link") is False
            and row.get("cause") != _GASP
            and self._case.now - at <= _DAY
            and not any(abs(at - boot) <= _WITH_A_BOOT for boot in self._boots)
        ]

    @once
    def flaps(self) -> bool:
        """Five losses in a day, or three in an hour."""
        times = [at for at, _ in self.losses]
        return len(times) >= 5 or _within(self._case, _HOUR, times) >= 3

    @once
    def mostly_los(self) -> bool:
        """Whether most losses said that the light went."""
        told = [row for _, row in self.losses if row.get("cause") in _LOS]
        return bool(told) and len(told) * 2 > len(self.losses)

    @once
    def box_ran_on(self) -> bool:
        """Whether the box is known to have run through the losses: by its clock, or watched."""
        if self._case.get("history.cpeBoots") is not None:
            return True
        up_since = self._case.time("cpe.upSince")
        return bool(self.losses) and up_since is not None and up_since < self.losses[0][0]


class Neighbours:
    """Other accesses on the same PON, in the same street, on the same switch.

    Args:
        case: Where they stand.
        line: The access's own line.
    """

    def __init__(self, case: Case, line: Line) -> None:
        self._case = case
        self._line = line

    @once
    def fallen(self) -> tuple[str, tuple[Row, ...]] | None:
        """The group that fell with this access, and the rows that did; ``None`` where none did."""
        if not self._line.is_down or self._line.down_at is None:
            return None
        for group in ("pon", "street", "switch"):
            rows = self._case.rows(f"neighbours.{group}") or ()
            fell = tuple(row for row in rows if self._fell(row))
            if len(fell) >= 3 and len(fell) >= 0.3 * len(rows):
                return group, fell
        return None

    def _fell(self, row: Row) -> bool:
        since, ours = time_of(row.get("since")), self._line.down_at
        return (
            row.get("link") is False
            and since is not None
            and ours is not None
            and abs(since - ours) <= timedelta(seconds=60)
        )

    def share(self, causes: Iterable[str]) -> float:
        """The share of the fallen that told one of these causes."""
        rows = self.fallen[1] if self.fallen else ()
        wanted = frozenset(causes)
        return sum(row.get("cause") in wanted for row in rows) / len(rows) if rows else 0.0

    @once
    def tells_no_cause(self) -> bool:
        """Whether none of the fallen told why."""
        return self.fallen is not None and not any(row.get("cause") for row in self.fallen[1])

    def renewed_since(self, since: datetime) -> int:
        """How many leases of others were renewed since then, and lately."""
        told = [
            time_of(r.get("leaseRenewedAt")) for r in self._case.rows("neighbours.switch") or ()
        ]
        lately = self._case.now - timedelta(minutes=15)
        return sum(at is not None and since < at and at >= lately for at in told)

    def silent_since(self, since: datetime) -> int:
        """How many leases of others were due since then, and were not renewed; 0 if one was."""
        rows = self._case.rows("neighbours.switch") or ()
        renewed = [time_of(row.get("leaseRenewedAt")) for row in rows]
        if any(at is not None and at > since for at in renewed):
            return 0
        due = [time_of(row.get("renewDueAt")) for row in rows]
        late = self._case.now - timedelta(minutes=2)
        return sum(at is not None and since <= at <= late for at in due)

    @once
    def silent_elements(self) -> tuple[int, int]:
        """How many other elements do not answer, of how many."""
        rows = self._case.rows("neighbours.elements") or ()
        return sum(row.get("up") is False for row in rows), len(rows)


def _within(case: Case, span: timedelta, times: Iterable[datetime]) -> int:
    return sum(timedelta(0) <= case.now - at <= span for at in times)
