"""What is ordered on the access, as the one who asks may know it.

A row of another holder is as if it were absent: only its VLAN is known, so that its devices are
not taken for the asker's.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta, timezone

from techinfo.diagnosis.case import Case, Row, number_of, time_of
from techinfo.diagnosis.once import once

_SERVICE_OF = {"tv": "iptv", "phone": "voip"}
"""Which service a complaint is about; any other: broadband."""
_LIVE = frozenset({"ACTIVATED", "ORDERED", "SUSPENDED"})
_MIDNIGHTS = (UTC, timezone(timedelta(hours=1)), timezone(timedelta(hours=2)))
"""UTC, CET and CEST: a date that was stored as a moment."""
_MAC_NEAR = 8
"""The label's, LAN's and WAN's addresses of one router differ by a few."""


class Orders:
    """The services that the asker holds here.

    Args:
        case: Where they stand.
    """

    def __init__(self, case: Case) -> None:
        self._case = case

    @once
    def services(self) -> tuple[Row, ...] | None:
        """The asker's own; ``None`` where no inventory tells."""
        rows = self._case.rows("expected.services")
        return None if rows is None else tuple(row for row in rows if row.get("holder") != "other")

    @once
    def foreign_vlans(self) -> frozenset[int]:
        """VLANs of other holders, but for those that are the asker's, too."""
        rows = self._case.rows("expected.services") or ()
        return _vlans(row for row in rows if row.get("holder") == "other") - self.vlans

    @once
    def vlans(self) -> frozenset[int]:
        """VLANs of the asker's own services."""
        return _vlans(self.services or ())

    @once
    def complaint(self) -> str | None:
        """What the customer says is wrong."""
        return self._case.text("customer.complaint")

    @once
    def has_complaint(self) -> bool:
        """Whether anybody complains at all."""
        return self.complaint not in (None, "none")

    @once
    def is_felt(self) -> bool:
        """Whether the complaint is one that a bad line makes."""
        return self.complaint in ("drops", "slow", "tv")

    def of(self, service_type: str) -> tuple[Row, ...]:
        """The asker's services of a type."""
        return tuple(s for s in self.services or () if s.get("serviceType") == service_type)

    def active(self, service_type: str) -> Row | None:
        """The activated service of a type."""
        return next((s for s in self.of(service_type) if s.get("state") == "ACTIVATED"), None)

    @once
    def has_any(self) -> bool | None:
        """Whether anything is ordered; ``None`` where no inventory tells."""
        if self.services is None:
            return None
        return any(s.get("state") in _LIVE for s in self.services)

    def asked_in(self, state: str) -> Row | None:
        """The service that is asked about, where it is in this state and none is activated."""
        wanted = _SERVICE_OF.get(self.complaint or "", "bb")
        if self.active(wanted) is not None:
            return None
        return next((s for s in self.of(wanted) if s.get("state") == state), None)

    @once
    def broadband(self) -> Row:
        """The broadband service, activated or not; empty where none is known."""
        return self.active("bb") or next(iter(self.of("bb")), {})

    def kbits(self, way: str) -> float | None:
        """What is ordered ``down`` or ``up``, kbit/s."""
        return number_of(self.broadband.get(way))

    @once
    def most_kbits(self) -> float | None:
        """The larger of both directions, kbit/s."""
        told = [kbits for kbits in (self.kbits("down"), self.kbits("up")) if kbits is not None]
        return max(told, default=None)

    @once
    def has_fixed_address(self) -> bool:
        """Whether the customer needs no lease."""
        return bool(self.broadband.get("fixedIp"))

    @once
    def equipment(self) -> str | None:
        """The MAC address of the ordered router."""
        mac = self.broadband.get("equipmentMac")
        return mac if isinstance(mac, str) else None

    @once
    def start(self) -> tuple[datetime, bool] | None:
        """When the ordered service begins, or ends to be due, and whether that is a whole day.

        A date without a time, or at midnight, is the whole day: told is its end in UTC.
        """
        ordered = self.asked_in("ORDERED")
        told = ordered.get("activationDate") if ordered else None
        at = time_of(told)
        if at is None:
            return None
        for zone in _MIDNIGHTS:
            local = at.astimezone(zone)
            if local.time() == time(0):
                day_after = local.date() + timedelta(days=1)
                return datetime.combine(day_after, time(0), UTC), True
        return at, False


def _vlans(rows: Iterable[Row]) -> frozenset[int]:
    return frozenset(v for row in rows if isinstance(v := row.get("vlan"), int))


def mac_number(mac: object) -> int | None:
    """A MAC address as a number; ``None`` for anything else."""
    if not isinstance(mac, str):
        return None
    digits = mac.replace(":", "").replace("-", "").replace(".", "")
    try:
        return int(digits, 16) if len(digits) == 12 else None
    except ValueError:
        return None


def same_device(one: object, other: object) -> bool:
    """Whether two MAC addresses may be of one device: they differ by eight at most."""
    a, b = mac_number(one), mac_number(other)
    return a is not None and b is not None and abs(a - b) <= _MAC_NEAR
