"""A service with a ticket desk, asked by a provider, another one, and the operator."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx
from pydantic import SecretStr
from sqlalchemy import event
from tests.api.served import CHEAP, OPERATOR, PATIENCE_S, USERS, ServedApi, serve

from techinfo.api.state import AppState
from techinfo.cli.service.ticketing import Running, Tickets
from techinfo.collect import Opener
from techinfo.config import Settings, TicketSettings, User, WebhookSettings
from techinfo.inventory import Inventory
from techinfo.tickets.records import Limits
from techinfo.tickets.store import TicketFile

T = TypeVar("T")

ISP, OTHER, BITVIS, OPS = ("isp", "other-word"), ("tv", "tv-word"), ("bit", "bit-word"), OPERATOR
ENGINEER = ("eng", "eng-word")
EVERYBODY = USERS | {
    "tv": User(role="provider", password_hash=SecretStr(CHEAP.hash("tv-word"))),
    "eng": User(role="engineer", password_hash=SecretStr(CHEAP.hash("eng-word"))),
    "bit": User(role="provider", profile="bitvis", password_hash=SecretStr(CHEAP.hash("bit-word"))),
}
SUBSCRIBED = """
elements: [{name: sw-elm-3, address: 192.0.2.3, sys_name: elm3}]
accesses:
  - {access_id: A-1, legacy_access_id: OLD1, element: sw-elm-3, port: ge1, port_by: name}
  - {access_id: A-2}
services: [{vlan: 10, service_type: bb}, {vlan: 20, service_type: iptv}]
subscriptions:
  - {subscription_id: S-1, access_id: A-1, provider: isp, service: BB, service_type: bb}
  - {subscription_id: S-2, access_id: A-1, provider: tv, service: TV, service_type: iptv}
"""
TICKET: Mapping[str, Any] = {
    "accessId": "A-1",
    "createdBy": "Anna Andersson",
    "heading": "No link",
    "description": "This customer is experiencing issues.",
    "problemType": "NO_LINK",
    "spTicketReference": "CASE#1",
    "spReference": "Order#1",
}


@dataclass(slots=True)
class Ticketed:
    """The service, its file of tickets, and what works in the background."""

    served: ServedApi
    file: TicketFile
    running: Running

    def talk(
        self, words: Callable[[httpx.AsyncClient], Awaitable[T]], patience_s: float = PATIENCE_S
    ) -> T:
        """Ask several things while link info is read and webhooks are sent."""

        async def begun(client: httpx.AsyncClient) -> T:
            await self.running.start()
            return await words(client)

        return self.served.talk(begun, patience_s)


@dataclass(slots=True)
class _Furnishing:
    tickets: Tickets
    before: Callable[[AppState], AppState]
    running: Running | None = field(default=None)

    def attach_tickets(self, state: AppState) -> AppState:
        state, self.running = self.tickets.attach_tickets(self.before(state))
        return state

    async def close(self) -> None:
        assert self.running is not None
        await self.running.close()


def ticketed(
    path: Path,
    inventory: Inventory,
    opener: Opener,
    *,
    desk: str = "here",
    webhooks: WebhookSettings | None = None,
    linkinfo_deadline_s: float = 20.0,
    limits: Limits | None = None,
    users: Mapping[str, User] = EVERYBODY,
    before: Callable[[AppState], AppState] = lambda state: state,
    **more: Any,
) -> Ticketed:
    """The service with a ticket desk, as it is wired."""
    settings = Settings(
        tickets=TicketSettings.model_validate(
            {"desk": desk, "linkinfo_deadline_s": linkinfo_deadline_s} | _limits(limits)
        ),
        webhooks=webhooks or WebhookSettings(),
    )
    file = TicketFile.open(path)
    furnishing = _Furnishing(Tickets(file, settings), before)
    made = serve(
        inventory,
        opener,
        users=users,
        attach_tickets=furnishing.attach_tickets,
        closing=(furnishing.close,),
        **more,
    )
    assert furnishing.running is not None
    return Ticketed(made, file, furnishing.running)


def _limits(limits: Limits | None) -> dict[str, int]:
    if limits is None:
        return {}
    return {
        "octets_per_provider": limits.octets,
        "open_per_provider": limits.open_tickets,
        "comments_per_ticket": limits.comments,
    }


async def created(client: httpx.AsyncClient, who: tuple[str, str] = ISP, **more: Any) -> str:
    """The coTicketReference of a new ticket."""
    answer = await client.post("/2.6/tickets", json={**TICKET, **more}, auth=who)
    assert answer.status_code == 201, answer.text
    told: dict[str, str] = answer.json()
    return told["coTicketReference"]


async def settled(
    client: httpx.AsyncClient, ref: str, moment: str = "created", who: tuple[str, str] = ISP
) -> dict[str, Any]:
    """The link info of a moment, once it is no longer pending."""
    while True:
        answer = await client.get(f"/techinfo/v1/tickets/{ref}/linkinfo", auth=who)
        told: dict[str, Any] = answer.json()
        if told.get(moment, {}).get("state") != "pending":
            return told
        await asyncio.sleep(0)


def allow_growth(file: TicketFile, pages: int | None) -> None:
    """Let a file grow to so many pages, or no further than it has, as a full disk does.

    SQLite keeps the limit by connection: each is told as it is taken, whoever has one now.
    """
    with file.database.read() as reading:
        most = pages or reading.exec_driver_sql("PRAGMA page_count").scalar_one()
        pool = reading.engine.pool

    @event.listens_for(pool, "checkout")
    def limit(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {most}")
