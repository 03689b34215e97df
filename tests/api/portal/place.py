"""The service with a portal that may ask, and leases of two households."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr
from tests.access.made_up import NOW
from tests.access.played import Clock, Recordings, stocked
from tests.api.served import CHEAP, USERS, serve

from techinfo.api.portal.bounces import Bounces
from techinfo.api.portal.routes import BOUNCE
from techinfo.api.state import AppState
from techinfo.config import User
from techinfo.dhcp.events import Kind, LeaseEvent
from techinfo.dhcp.identity import Identity
from techinfo.dhcp.intervals import AccessRef
from techinfo.leases.log import LeaseLog
from techinfo.leases.store import LeaseFile
from techinfo.store.audit import AuditEntry
from techinfo.store.batches import Batches

PORTAL = ("portal", "portal-word")
BACK = "https://portal.example/serviceguide"
SITE = """
elements: [{name: sw-elm-3, address: 192.0.2.3, sys_name: elm3}]
accesses:
  - {access_id: A-1, element: sw-elm-3, port: ge1, port_by: name, outlet: 123-456-ABC,
     port_speed: 1000}
  - {access_id: A-2, element: sw-elm-3, port: ge2, port_by: name}
subscriptions:
  - {subscription_id: S-1, access_id: A-1, provider: isp, service: BB-100, service_type: bb,
     connection_date: "2026-03-01T23:30:00Z", sp_reference: "Anna Andersson", note: "Anna",
     option82: 5206010470312D31}
  - {subscription_id: S-2, access_id: A-1, provider: other, service: TV, service_type: iptv,
     state: ORDERED}
  - {subscription_id: S-3, access_id: A-1, provider: other, service: OLD, service_type: voip,
     disconnection_date: "2020-01-01"}
"""
TOP = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "cross-site"}
"""What a browser says that goes there with its whole window."""


def where(asked: Sequence[tuple[Identity, datetime | None]]) -> list[AccessRef | None]:
    """Where the identifiers of leases are."""
    ports = {b"p1": AccessRef("A-1"), b"p2": AccessRef("A-2")}
    return [ports.get(identity.circuit or b"") for identity, _ in asked]


class Place:
    """The service, asked as a browser or as the portal."""

    def __init__(self, folder: Path, leases: LeaseFile, **more: Any) -> None:
        self.clock = Clock()
        self.entries: list[AuditEntry] = []
        self.audit = Batches[AuditEntry](
            lambda batch, _lost: self.entries.extend(batch), "entries of a test"
        )
        self.log = LeaseLog(leases, where, now=self.clock)
        self.log.looked()
        self.bounces = Bounces(
            url=BACK,
            user="portal",
            asks_from=(ip_network("127.0.0.1"), ip_network("203.0.113.0/24")),
            networks=(ip_network("198.51.100.0/24"), ip_network("2001:db8::/32")),
            now=self.clock,
            clock=lambda: self.clock.at.timestamp(),
            **more,
        )

        def attach(state: AppState) -> AppState:
            return dataclasses.replace(
                state,
                bounces=self.bounces,
                access_service=dataclasses.replace(state.access_service, lease_log=self.log),
                middleware=dataclasses.replace(
                    state.middleware,
                    trusted_proxies=(ip_network("127.0.0.1/32"),),
                    open_paths=(BOUNCE,),
                ),
            )

        hashed = SecretStr(CHEAP.hash(PORTAL[1]))
        portal = User(role="provider", password_hash=hashed)
        self.served = serve(
            stocked(folder, SITE),
            Recordings({}).open,
            clock=self.clock,
            users={**USERS, "portal": portal},
            audit=self.audit,
            attach_tickets=attach,
        )

    def granted(self, address: str, port: bytes = b"p1", ago_s: float = 60, mac: int = 1) -> None:
        """A lease of an hour."""
        self.log.take(
            [
                LeaseEvent(
                    at=NOW - timedelta(seconds=ago_s),
                    kind=Kind.GRANTED,
                    address=address,
                    server="made-up",
                    mac=f"02:00:5e:00:53:{mac:02x}",
                    identity=Identity(circuit=port),
                    lifetime_s=3600,
                )
            ]
        )

    def come(self, address: str, headers: dict[str, str] | None = None) -> httpx.Response:
        """A household's browser, from an address."""
        said = {"X-Forwarded-For": address, **(TOP if headers is None else headers)}
        # Without the credentials that the client else has.
        return self.served.get(BOUNCE, headers=said, auth=lambda request: request)

    def sent(self, address: str, headers: dict[str, str] | None = None) -> dict[str, str]:
        """What it is sent back with."""
        answer = self.come(address, headers)
        assert answer.status_code == 303, answer.text
        url = httpx.URL(answer.headers["location"])
        assert str(url.copy_with(query=None)) == BACK
        return dict(url.params)

    def identify(self, token: str, who: tuple[str, str] = PORTAL, **more: Any) -> httpx.Response:
        """What the portal gets for a token."""
        body = {"token": token}
        return self.served.request("POST", "/portal/identify", json=body, auth=who, **more)
