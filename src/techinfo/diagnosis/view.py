"""One access as rules look at it: what more than one rule asks of a case, worked out once."""

from __future__ import annotations

from datetime import timedelta

from techinfo.diagnosis.case import Case, Row, number_of, time_of
from techinfo.diagnosis.devices import Devices, Dhcp
from techinfo.diagnosis.light import Light
from techinfo.diagnosis.line import Line, Neighbours
from techinfo.diagnosis.once import once
from techinfo.diagnosis.orders import Orders, same_device
from techinfo.diagnosis.traffic import Traffic

_SILENT_S = 180.0


class View:
    """What a case shows.

    Args:
        case: The case.
    """

    def __init__(self, case: Case) -> None:
        self.case = case
        self.orders = Orders(case)
        self.line = Line(case)
        self.neighbours = Neighbours(case, self.line)
        self.traffic = Traffic(case, self.line.up_s)
        self.devices = Devices(case, self.orders)
        self.dhcp = Dhcp(case, self.devices, self.orders)

    @property
    def light(self) -> Light:
        """Light at both ends."""
        return self.line.light

    @once
    def errors_rise(self) -> bool:
        """Whether frames from the customer arrive damaged, more and more."""
        return self.traffic.error_share is not None

    @once
    def errors_matter(self) -> bool:
        """Whether so many do that it is felt."""
        share = self.traffic.error_share
        return share is not None and share >= 1e-4

    @once
    def silent_since(self) -> float | None:
        """Seconds that the element has not answered; ``None`` where it does, or nobody counted."""
        if self.case.code("status") != "element_silent":
            return None
        return self.case.ago(self.case.since("status"))

    @once
    def is_silent(self) -> bool:
        """Whether the element has been silent for three minutes."""
        return self.silent_since is not None and self.silent_since >= _SILENT_S

    @once
    def lives_though_silent(self) -> bool:
        """Whether its customers' leases were renewed while it was silent to us."""
        since = self.case.since("status")
        if not self.is_silent or since is None:
            return False
        own = self.dhcp.given_lately
        return (own is not None and own > since) or self.neighbours.renewed_since(since) >= 2

    @once
    def protection(self) -> str | None:
        """ok, blocked or restricted."""
        return self.case.text("protection.state")

    @once
    def is_blocked(self) -> bool:
        """Whether a protection has closed the port."""
        return self.protection == "blocked"

    @once
    def opens_by_itself(self) -> bool:
        """Whether a timer opens the port, and has not failed to for three times as long."""
        timer = self.case.number("protection.autoRecoverS")
        if timer is None:
            return False
        closed = self.case.ago(self.case.time("protection.since"))
        return closed is None or closed < 3 * timer

    @once
    def is_young_switch(self) -> bool:
        """Whether the switch is younger than half the longest lease: its tables are new."""
        boots = self.case.times("history.switchBoots") or ()
        started = [self.case.time("hardware.upSince"), *boots]
        ages = [ago for at in started if (ago := self.case.ago(at)) is not None and ago >= 0]
        lease = self.case.number("history.leaseSeconds")
        half = lease / 2 if lease else 86400.0
        return bool(ages) and min(ages) < half

    @once
    def sockets(self) -> tuple[str, tuple[Row, ...]]:
        """The sockets of the customer's box, and where they stand in the case."""
        for path in ("cpe.ports", "ont.uni"):
            rows = self.case.rows(path)
            if rows:
                return path, rows
        return "cpe.ports", ()

    @once
    def outlet(self) -> tuple[str, Row] | None:
        """The socket that is broadband's: named so, else the first that is named nothing."""
        path, rows = self.sockets
        named = [(n, row) for n, row in enumerate(rows) if row.get("serviceType") == "bb"]
        free = [(n, row) for n, row in enumerate(rows) if row.get("serviceType") is None]
        return next(((f"{path}.{n}", row) for n, row in (*named, *free)), None)

    @once
    def carrying_outlet(self) -> tuple[str, Row] | None:
        """The socket that carries broadband: named so, else where a device of it is learnt."""
        path, rows = self.sockets
        if path == "cpe.ports" and not any(row.get("serviceType") == "bb" for row in rows):
            macs = {row.get("mac") for row in self.devices.broadband}
            learnt = self.case.rows("cpe.macAddressTable") or ()
            ports = {str(row.get("port")) for row in learnt if row.get("mac") in macs}
            for n, row in enumerate(rows):
                if str(row.get("index")) in ports and row.get("serviceType") is None:
                    return f"{path}.{n}", row
        return self.outlet

    @once
    def elsewhere(self) -> tuple[str, bool, timedelta | None] | None:
        """Where the ordered router is instead: path, whether near, and how long ago that began."""
        mac = self.orders.equipment
        if mac is None or not (self.devices.rows is not None or self.line.is_down):
            return None
        if self.devices.rows is not None and self.devices.is_here(mac):
            return None
        return self._seen_elsewhere(mac) or self._asks_elsewhere(mac)

    def _seen_elsewhere(self, mac: str) -> tuple[str, bool, timedelta | None] | None:
        for n, row in enumerate(self.case.rows("sightings") or ()):
            ago = self.case.ago(time_of(row.get("until")))
            here = row.get("on") == "other_access" and same_device(mac, row.get("mac"))
            if here and ago is not None and ago < 600:
                began = time_of(row.get("from"))
                age = None if began is None else self.case.now - began
                return f"sightings.{n}", bool(row.get("near")), age
        return None

    def _asks_elsewhere(self, mac: str) -> tuple[str, bool, timedelta | None] | None:
        there = [pair for pair in self.dhcp.elsewhere if same_device(mac, pair[1].get("mac"))]
        here = [row for _, row in self.dhcp.requests if same_device(mac, row.get("mac"))]
        if not there or here:
            return None
        near = any(row.get("near") for _, row in there)
        return "dhcp.requests", near, self.case.now - there[0][0]

    @once
    def was_swapped(self) -> bool:
        """Whether the router is elsewhere since somebody worked here, or has never worked here."""
        if self.elsewhere is None:
            return False
        if self.case.flag("customer.hasWorked") is False:
            return True
        age = self.elsewhere[2]
        if age is None:
            return False
        began = self.case.now - age
        changes = [time_of(row.get("at")) for row in self.case.rows("history.changes") or ()]
        before, after = timedelta(hours=1), timedelta(hours=48)
        return any(at is not None and at - before <= began <= at + after for at in changes)

    @once
    def television(self) -> bool | None:
        """Whether a television channel is joined; ``None`` where that is not known."""
        told = {s.get("vlan") for s in self.orders.of("iptv")}
        vlans = set() if None in told else told
        groups = self.case.rows("groups")
        if groups is not None:
            return any(_is_television(row, vlans) for row in groups)
        if not self.case.was_read("igmpGroups"):
            return None
        count = number_of(self.case.get("igmpGroups"))
        if count is None and self.case.state("igmpGroups") == "empty":
            return False
        return False if count == 0 else None


def _is_television(row: Row, vlans: set[object]) -> bool:
    group = str(row.get("group"))
    own = ("224.0.0.", "224.0.1.")
    if group.startswith(own) or group == "239.255.255.250":
        return False
    return not vlans or row.get("vlan") is None or row.get("vlan") in vlans
