"""The link of ON-API 2.3.1: UP or DOWN, since when, how fast, and who is on it."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from fastapi import APIRouter

from techinfo.access.answer import Answer, part_failed
from techinfo.api.dependencies import (
    DEVICE_ERRORS,
    ERRORS,
    AccessId,
    CurrentAppState,
    CurrentUser,
    RequestedPolicy,
)
from techinfo.api.json_body import JSONResponse
from techinfo.api.onapi import freshness, parts, render
from techinfo.api.onapi import listed_schemas as ls
from techinfo.api.onapi.versions import ApiProfile
from techinfo.errors import DeviceError, NotAvailableError, QuestionError, SnmpTimeoutError
from techinfo.model import Fact, Lease, MacEntry, PortFacts, State

MBPS = frozenset({10, 100, 1000})
"""All that 2.3.1 has."""

_Row = TypeVar("_Row", MacEntry, Lease)


@dataclass(frozen=True, slots=True)
class _Seen(Generic[_Row]):
    """Rows of one kind.

    Attributes:
        rows: ``None`` where they could not be had, or are not this viewer's.
        lacking: Why, as Techinfo-Incomplete has it; empty when it is in the nature of things.
    """

    rows: tuple[_Row, ...] | None
    lacking: tuple[str, ...] = ()
    read_at: datetime | None = None


def router(_profile: ApiProfile) -> APIRouter:
    """The route of 2.3.1."""
    routes = APIRouter(tags=["link"], responses=ERRORS | DEVICE_ERRORS)

    @routes.get("/accesses/{id}/link", response_model=ls.LinkInfo)
    async def link(
        user: CurrentUser, access: AccessId, fresh: RequestedPolicy, app_state: CurrentAppState
    ) -> JSONResponse:
        """Whether the link is up, and who is on it."""
        service, now = app_state.access_service, app_state.troubleshooter.now
        status, macs, leases = await asyncio.gather(
            service.link_status(user, access, fresh),
            _seen(service.mac_addresses(user, access, fresh), Fact.MACS, lambda port: port.macs),
            _seen(service.leases(user, access, fresh), Fact.LEASES, lambda port: port.leases),
        )
        body = parts.link_status(status)
        if "link" not in body:
            raise NotAvailableError("this network element does not tell whether the link is up")
        read_at = status.reading.read_at
        if not body["link"]:
            return JSONResponse({"link": "DOWN"}, headers=freshness.headers(read_at, now()))
        ages = [at for at in (read_at, macs.read_at, leases.read_at) if at is not None]
        lacking = (*_of_link(status), *macs.lacking, *leases.lacking)
        headers = freshness.headers(min(ages, default=None), now(), lacking)
        mbps = body.get("linkSpeed")
        up = ls.LinkUp(
            since=body.get("linkSince"),
            mbps=mbps if mbps in MBPS or user.options.all_speeds else None,
            clients=_clients(macs.rows, leases.rows),
        )
        return JSONResponse({"link": "UP", "up": render.bare(up)}, headers=headers)

    return routes


async def _seen(
    asked: Awaitable[Answer], fact: Fact, rows: Callable[[PortFacts], tuple[_Row, ...]]
) -> _Seen[_Row]:
    """The rows of an answer; without them the link is answered all the same."""
    name = render.PART_NAMES[fact]
    try:
        answer = await asked
        failed = part_failed(answer.part) if answer.part else None
        if failed is not None:
            raise failed
    except QuestionError:
        return _Seen(None)
    except DeviceError as error:
        why = "timeout" if isinstance(error, SnmpTimeoutError) else "failed"
        return _Seen(None, (f"{name}; {why}",))
    if answer.part is None or answer.part.state is State.UNSUPPORTED or answer.port is None:
        return _Seen(None)
    lacking, found = freshness.lacking({fact: answer.part}), rows(answer.port)
    if not found and not parts.is_whole(answer.part.state):
        return _Seen(None, tuple(lacking), answer.reading.read_at)
    return _Seen(found, tuple(lacking), answer.reading.read_at)


def _of_link(status: Answer) -> Iterator[str]:
    """What is missing of the link itself; light and counters are no part of 2.3.1."""
    part = status.reading.parts.get(Fact.LINK)
    yield from freshness.lacking({} if part is None else {Fact.LINK: part})


def _clients(
    macs: tuple[MacEntry, ...] | None, leases: Iterable[Lease] | None
) -> list[ls.Client] | None:
    """Who is on the port, each with every IPv4 address that it has leased.

    Where the element has no MAC table, those who have leased an address.
    """
    held: dict[str, list[str | None]] = {}
    for lease in leases or ():
        if lease.mac is not None and _is_ipv4(lease.address):
            held.setdefault(lease.mac, []).append(lease.address)
    if macs is None and leases is None:
        return None
    there = held if macs is None else dict.fromkeys(entry.mac for entry in macs)
    return [ls.Client(mac=mac, ip=ip) for mac in there for ip in held.get(mac, [None])]


def _is_ipv4(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).version == 4
    except ValueError:
        return False
