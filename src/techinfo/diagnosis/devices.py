"""What is connected: MAC addresses, leases, and what was asked of DHCP servers."""

from __future__ import annotations

from datetime import UTC, datetime

from techinfo.diagnosis.case import FRESH, Case, Row, number_of, time_of
from techinfo.diagnosis.once import once
from techinfo.diagnosis.orders import Orders, same_device

_WRONG_CLOCK = datetime(2015, 1, 1, tzinfo=UTC)
"""A lease that ended before is one of a switch whose clock was never set."""
_GIVEN = frozenset({"OFFER", "ACK"})
_UNANSWERED_S = 60.0
_LOG_ENOUGH_S = 900.0


class Devices:
    """The customer's devices behind the access.

    Args:
        case: Where they stand.
        orders: Whose VLANs are whose.
    """

    def __init__(self, case: Case, orders: Orders) -> None:
        self._case = case
        self._orders = orders

    def _is_box(self, mac: object) -> bool:
        boxes = (self._case.text("expected.cpe.mac"), self._case.text("cpe.mac"))
        return isinstance(mac, str) and any(box and box.upper() == mac.upper() for box in boxes)

    @once
    def all_rows(self) -> tuple[Row, ...] | None:
        """Every MAC row that the asker may see; ``None`` where the table was not read."""
        rows = self._case.rows("macAddressTable")
        if rows is None:
            return None
        foreign = self._orders.foreign_vlans
        return tuple(r for r in rows if r.get("holder") != "other" and r.get("vlan") not in foreign)

    @once
    def rows(self) -> tuple[Row, ...] | None:
        """Of the customer's own devices: without the operator's box."""
        rows = self.all_rows
        return None if rows is None else tuple(r for r in rows if not self._is_box(r.get("mac")))

    @once
    def are_none(self) -> bool:
        """Whether the table was read and has no device of the customer."""
        return self.rows is not None and not self.rows

    @once
    def are_some(self) -> bool:
        """Whether the table names a device of the customer."""
        return bool(self.rows)

    @once
    def broadband(self) -> tuple[Row, ...]:
        """Devices that are not the television's or the telephone's."""
        others = {
            s.get("vlan")
            for s in self._orders.services or ()
            if s.get("serviceType") not in ("bb", None)
        }
        return tuple(
            row
            for row in self.rows or ()
            if row.get("serviceType") not in ("iptv", "voip") and row.get("vlan") not in others
        )

    @once
    def outside_vlans(self) -> bool:
        """Whether devices are learnt, and none in a VLAN of the asker's services.

        Where one of those services has no known VLAN, it may be the one that they are in.
        """
        vlans = self._orders.vlans
        if any(row.get("vlan") is None for row in self._orders.services or ()):
            return False
        told = [row.get("vlan") for row in self.rows or () if row.get("vlan") is not None]
        return bool(vlans and told) and not vlans.intersection(told)

    def is_here(self, mac: str) -> bool:
        """Whether a device, by one of its few addresses, is in the table."""
        return any(same_device(mac, row.get("mac")) for row in self.all_rows or ())

    @once
    def leases(self) -> tuple[Row, ...] | None:
        """Leases of broadband; ``None`` where they were not read."""
        rows = self._case.rows("leaseInfo")
        if rows is None:
            return None
        return tuple(
            r
            for r in rows
            if r.get("holder") != "other" and r.get("serviceType") not in ("iptv", "voip")
        )

    def _is_valid(self, lease: Row) -> bool:
        end = time_of(lease.get("end"))
        return end is None or end > self._case.now or end < _WRONG_CLOCK

    @once
    def has_wrong_clock(self) -> bool:
        """Whether a lease ended before there were such switches: a wrong clock, not an end."""
        ends = (time_of(row.get("end")) for row in self._case.rows("leaseInfo") or ())
        return any(end is not None and end < _WRONG_CLOCK for end in ends)

    @once
    def has_lease(self) -> bool | None:
        """Whether an address is held; ``None`` where leases were not read."""
        if self._orders.has_fixed_address:
            return True
        return None if self.leases is None else any(map(self._is_valid, self.leases))

    @once
    def lacks_lease(self) -> bool:
        """Whether an address would be due and none is held."""
        return self.has_lease is False

    @once
    def lease_end(self) -> datetime | None:
        """When the last lease ended."""
        ends = [e for row in self.leases or () if (e := time_of(row.get("end"))) is not None]
        past = [end for end in ends if _WRONG_CLOCK < end <= self._case.now]
        return max(past, default=None)


class Dhcp:
    """What was asked of DHCP servers, and what they answered.

    Args:
        case: Where the log's events stand.
        devices: The devices of the access.
        orders: Whose server it is.
    """

    def __init__(self, case: Case, devices: Devices, orders: Orders) -> None:
        self._case = case
        self._devices = devices
        self._orders = orders

    @once
    def is_read(self) -> bool:
        """Whether a log is read at all, and lately."""
        state = self._case.text("dhcp.state")
        return self._case.get("dhcp.readAt") is not None and state in (None, "ok", "partial")

    @once
    def is_read_for_long(self) -> bool:
        """Whether it is read for so long that a silence means something."""
        start, end = self._case.time("dhcp.readFrom"), self._case.time("dhcp.readAt")
        if not self.is_read or start is None or end is None:
            return False
        return (end - start).total_seconds() >= _LOG_ENOUGH_S

    def _events(self, name: str) -> list[tuple[datetime, Row]]:
        rows = self._case.rows(f"dhcp.{name}") or ()
        told = [(at, row) for row in rows if (at := time_of(row.get("at"))) is not None]
        return sorted(
            ((at, row) for at, row in told if at <= self._case.now), key=lambda pair: pair[0]
        )

    @once
    def requests(self) -> list[tuple[datetime, Row]]:
        """What this access asked for, the oldest first."""
        return [
            (at, row)
            for at, row in self._events("requests")
            if row.get("resolvedTo") in ("this", None)
        ]

    @once
    def elsewhere(self) -> list[tuple[datetime, Row]]:
        """Requests of devices that came from another access."""
        return [
            (at, row) for at, row in self._events("requests") if row.get("resolvedTo") == "other"
        ]

    @once
    def answers(self) -> list[tuple[datetime, Row]]:
        """What was answered, the oldest first."""
        return self._events("answers")

    @once
    def last_given(self) -> datetime | None:
        """When an address was last offered or given."""
        given = [at for at, row in self.answers if row.get("type") in _GIVEN]
        return given[-1] if given else None

    @once
    def pending(self) -> list[tuple[datetime, Row]]:
        """Requests since then that nobody has answered with an address."""
        since = self.last_given
        return [pair for pair in self.requests if since is None or pair[0] > since]

    @once
    def asks_lately(self) -> bool:
        """Whether the access asked in the last quarter of an hour."""
        return bool(self.requests) and self._case.now - self.requests[-1][0] <= FRESH

    @once
    def is_unanswered(self) -> bool:
        """Whether it asks, and no address is given: for three requests, or for a minute."""
        if not self.is_read or not self.pending or not self.asks_lately:
            return False
        waited = (self._case.now - self.pending[0][0]).total_seconds()
        return len(self.pending) >= 3 or waited >= _UNANSWERED_S

    @once
    def asks_for_nothing(self) -> bool:
        """Whether the log, read for long enough, has no request of this access lately."""
        return self.is_read_for_long and not self.asks_lately

    @once
    def is_of_provider(self) -> bool:
        """Whether the provider's own server is asked, and the requests leave the switch."""
        server = self._case.text("dhcp.server") or self._orders.broadband.get("dhcpServer")
        lost = any(row.get("seenBy") == "switch" for _, row in self.pending)
        reached = any(row.get("seenBy") in ("server", "relay") for _, row in self.pending)
        return server == "sp" and (reached or not lost)

    @once
    def naks(self) -> list[Row]:
        """Refusals of the last quarter of an hour."""
        lately = self._case.now - FRESH
        return [r for at, r in self.answers if r.get("type") == "NAK" and at >= lately]

    @once
    def only_repeats(self) -> bool:
        """Whether the device asks for its old address again and again and never starts anew."""
        lately = self._case.now - FRESH
        types = {row.get("type") for at, row in self.requests if at >= lately}
        return types == {"REQUEST"}

    @once
    def given_lately(self) -> datetime | None:
        """When this access was last given an address, if in the last quarter of an hour."""
        acks = [at for at, row in self.answers if row.get("type") == "ACK"]
        last = acks[-1] if acks else None
        return last if last is not None and self._case.now - last <= FRESH else None

    @once
    def newcomer_without_address(self) -> bool:
        """Whether a device that is not in the MAC table asked lately and was given nothing."""
        given = {row.get("mac") for _, row in self.answers if row.get("type") == "ACK"}
        known = {row.get("mac") for row in self._devices.all_rows or ()}
        lately = self._case.now - FRESH
        return any(
            at >= lately and (mac := row.get("mac")) not in known and mac not in given
            for at, row in self.requests
        )

    @once
    def serves(self) -> bool:
        """Whether a DHCP server spoke from the customer's port in the last quarter of an hour."""
        count = number_of(self._case.get("dhcp.serverOnPort.count"))
        ago = self._case.ago(self._case.time("dhcp.serverOnPort.lastAt"))
        return bool(count) and ago is not None and ago <= FRESH.total_seconds()
