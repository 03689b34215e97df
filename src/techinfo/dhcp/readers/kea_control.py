"""Answers of Kea's control socket to lease4-get-all, lease4-get-page and the same of DHCPv6."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace

from techinfo.dhcp.events import Event
from techinfo.dhcp.notations import duid, leased, mac, mac_of_duid
from techinfo.dhcp.readers.cutting import Leases
from techinfo.dhcp.readers.kea_lease import KeaLease, KeaLeases, identity_of
from techinfo.dhcp.readers.reader import Form, Work
from techinfo.errors import OctetError


class _Answers:
    def __init__(self, work: Work) -> None:
        self._work = work
        self._leases = KeaLeases(work)

    def __call__(self, record: bytes) -> Iterable[Event]:
        try:
            found = json.loads(record)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            self._work.tally.bad("is no JSON", record)
            return
        numbers = [found.get(key) for key in ("cltt", "valid-lft", "state")]
        delegated = found.get("type") == "IA_PD"
        length = str(found.get("prefix-len", "")) if delegated else ""
        address = leased(str(found.get("ip-address")), length)
        if address is None or not all(isinstance(n, int) and 0 <= n < 2**33 for n in numbers):
            self._work.tally.bad("an address or a number is missing", record)
            return
        granted, valid_s, state = (int(n or 0) for n in numbers)
        client = duid(str(found.get("duid", "")))
        try:
            identity = identity_of(found.get("user-context"))
        except OctetError as error:
            self._work.tally.bad(str(error), record)
            identity = None
        yield from self._leases.event(
            KeaLease(
                address=address,
                mac=mac(str(found.get("hw-address", ""))) or mac_of_duid(client),
                duid=client,
                granted=granted,
                valid_s=valid_s,
                state=state,
                identity=identity,
            )
        )

    def settle(self) -> Iterator[Event]:
        """Nothing waits."""
        return iter(())


FORM = Form(
    name="kea-control",
    about="a file of answers of Kea's control socket: lease4-get-all, lease6-get-page, …, JSON",
    cutter=Leases,
    records=_Answers,
    rewritten=True,
)

SOCKET = replace(
    FORM,
    name="kea-socket",
    about="Kea's control socket, asked for all leases every minute (hook library lease_cmds)",
    rewritten=False,
)
