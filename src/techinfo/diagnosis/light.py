"""Light at both ends, against what the class of the optic hears."""

from __future__ import annotations

from dataclasses import dataclass

from techinfo.diagnosis.case import Case, Row, number_of, time_of
from techinfo.diagnosis.once import once
from techinfo.diagnosis.optic_classes import NO_LIGHT, OPTIC_CLASSES, OpticClass


@dataclass(frozen=True)
class Level:
    """One receiver.

    Args:
        path: Where the level stands in the case.
        rx: dBm.
        optic: Its limits; ``None`` where the class is not known.
    """

    path: str
    rx: float
    optic: OpticClass | None

    @property
    def under(self) -> float:
        """DB under what the receiver hears; 0 where it is above, or no limit is known."""
        return max(0.0, self.optic.rx_min - self.rx) if self.optic else 0.0

    @property
    def over(self) -> float:
        """DB over what the receiver takes; 0 where it is below, or no limit is known."""
        return max(0.0, self.rx - self.optic.rx_max) if self.optic else 0.0

    @property
    def is_dark(self) -> bool:
        """Whether that is a floor, and no light."""
        return self.rx <= (self.optic.dark_below if self.optic else NO_LIGHT)

    @property
    def is_low(self) -> bool:
        """Whether it is within 3 dB of the least that the receiver hears, or under it."""
        return self.optic is not None and self.rx < self.optic.rx_min + 3.0


class Light:
    """What optics tell.

    Args:
        case: Where it stands.
        pon: Whether the access is a PON's.
    """

    def __init__(self, case: Case, *, pon: bool) -> None:
        self._case = case
        self._pon = pon

    @once
    def class_found(self) -> str | None:
        """The class that the module itself names."""
        return self._case.text("opticClass")

    @once
    def class_expected(self) -> str | None:
        """The class that the records name."""
        return self._case.text("expected.opticClass")

    def _optic(self, end: str = "") -> OpticClass | None:
        name = self.class_expected or self.class_found
        return OPTIC_CLASSES.get(f"{name} {end}".strip()) if name else None

    def _level(self, path: str, end: str = "") -> Level | None:
        rx = self._case.number(path)
        return None if rx is None else Level(path, rx, self._optic(end))

    @once
    def near(self) -> Level | None:
        """What arrives at our end."""
        if self._pon:
            return self._level("ont.oltRx", "OLT")
        return self._level("status.transceiver.dbmRx")

    @once
    def far(self) -> Level | None:
        """What arrives at the customer's end."""
        if self._pon:
            return self._level("ont.transceiver.dbmRx", "ONT")
        return self._level("otherEnd.dbmRx")

    @once
    def levels(self) -> tuple[Level, ...]:
        """Both ends that tell real light."""
        return tuple(level for level in (self.near, self.far) if level and not level.is_dark)

    @once
    def says(self) -> str | None:
        """The panel's words: no light, no diagnostics, no module."""
        return self._case.text("noLight")

    @once
    def arrives(self) -> bool | None:
        """Whether light arrives at our end; ``None`` where that cannot be known."""
        if self.says == "no light":
            return False
        if self.says in ("no diagnostics", "no module"):
            return None
        return None if self.near is None else not self.near.is_dark

    @once
    def launch(self) -> tuple[str, float, OpticClass] | None:
        """Our laser: path, dBm and the limits that hold for it."""
        path = "ont.oltTx" if self._pon else "status.transceiver.dbmTx"
        tx, optic = self._case.number(path), self._optic("OLT" if self._pon else "")
        return None if tx is None or optic is None else (path, tx, optic)

    @once
    def laser_fails(self) -> bool:
        """Whether our laser sends far less than its class does."""
        if self.launch is None:
            return False
        _, tx, optic = self.launch
        return tx <= optic.tx_min - (6.0 if optic.is_of_vendors else 3.0)

    @once
    def is_other_class(self) -> bool:
        """Whether the module is of another class than the records say."""
        return None not in (self.class_found, self.class_expected) and (
            self.class_found != self.class_expected
        )

    @once
    def same_module(self) -> bool:
        """Whether the baseline was measured with the module that is there now."""
        then = self._case.text("history.baseline.serialNumber")
        now = self._case.text("status.transceiver.serialNumber")
        return self._pon or then is None or now is None or then == now

    def lost(self, now: float | None, baseline: str) -> float | None:
        """DB lost since the baseline; negative for a gain."""
        then = self._case.number(f"history.baseline.{baseline}")
        if now is None or then is None or not self.same_module or then <= NO_LIGHT:
            return None
        return then - now

    @once
    def drift(self) -> float | None:
        """How many dB weaker than the baseline the light is, now and in the samples lately."""
        level = self.far if self._pon else self.near
        if level is None or level.is_dark:
            return None
        lost = self.lost(level.rx, "dbmRx")
        lately = [
            sample
            for row in self._case.rows("history.light") or ()
            if (sample := _recent(self._case, row)) is not None
        ]
        if lost is None or not lately:
            return None
        then = self._case.number("history.baseline.dbmRx")
        return None if then is None else min(lost, *(then - sample for sample in lately))

    @once
    def lost_more_one_way(self) -> float | None:
        """DB that one direction has lost more than the other since the baseline."""
        near, far = self.near, self.far
        if near is None or far is None or near.is_dark or far.is_dark:
            return None
        up = self.lost(near.rx, "oltRx" if self._pon else "dbmRx")
        down = self.lost(far.rx, "dbmRx" if self._pon else "farRx")
        return None if up is None or down is None else abs(up - down)

    @once
    def asymmetry(self) -> float | None:
        """DB by which the loss of the two directions differs: four readings of 3 dB each."""
        near, far = self.near, self.far
        ours = self._case.number("ont.oltTx" if self._pon else "status.transceiver.dbmTx")
        theirs = self._case.number("ont.transceiver.dbmTx" if self._pon else "otherEnd.dbmTx")
        if near is None or far is None or near.is_dark or far.is_dark:
            return None
        if ours is None or theirs is None:
            return None
        return abs((ours - far.rx) - (theirs - near.rx))


def _recent(case: Case, row: Row) -> float | None:
    ago = case.ago(time_of(row.get("at")))
    return number_of(row.get("dbmRx")) if ago is not None and 0 <= ago <= 7200 else None
