"""Every endpoint, and in which versions it is: one table."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.openapi.models import HTTPBase
from fastapi.security.base import SecurityBase

from techinfo.access.viewer import Scope
from techinfo.api import oauth2, openapi
from techinfo.api.asgi.bodies import only_json
from techinfo.api.asgi.token_request import TOKEN_PATH
from techinfo.api.onapi import accesses, endpoints, events, link231, lookup, tech, tickets
from techinfo.api.onapi import schemas as s
from techinfo.api.onapi.endpoints import Page
from techinfo.api.onapi.versions import OLDEST_LISTED, ApiProfile, Version
from techinfo.api.onapi.versions.dialect import V2_3_1, V2_4, V2_6
from techinfo.api.state import AppState
from techinfo.api.v1 import access
from techinfo.api.v1 import routes as extensions
from techinfo.api.v1 import tickets as ticket_extensions
from techinfo.api.v1 import webhooks as hooks
from techinfo.config import ServiceSettings
from techinfo.model import Fact


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Endpoint:
    """One row of the table.

    Attributes:
        name: What it is switched off by, and listed as elsewhere.
        since: The first version that has it.
        until: The last one; ``None``: it is still there.
        routes: Its routes below a version, or what makes them for one.
        pages: Its entries in the endpoints list; ``None``: one, of its name.
        available: Whether a service has what it takes; where not, it is answered, but not listed.
    """

    name: str
    since: Version
    until: Version | None = None
    routes: APIRouter | Callable[[ApiProfile], APIRouter]
    pages: tuple[Page, ...] | None = None
    available: Callable[[AppState], bool] = lambda _: True

    @property
    def entries(self) -> tuple[Page, ...]:
        """Its entries in the endpoints list."""
        if self.pages is not None:
            return self.pages
        return (Page(name=self.name, path=f"{self.name}/", page=f"{self.name}.md"),)

    def is_in(self, version: Version) -> bool:
        """Whether a version has it."""
        return self.since <= version and (self.until is None or version <= self.until)


def _authoritative(app_state: AppState) -> bool:
    return app_state.authoritative


def _tech(path: str, of: str = "access", **more: Any) -> Page:
    """An entry of ``tech``, whose page has an anchor of the same words."""
    anchor = f"#get-{of}-{path.replace('/', '-')}"
    page = f"technical_info.md{anchor}"
    return Page(name="tech", path=f"tech/{of}/{{accessId}}/{path}", page=page, **more)


_RATES = tuple(f"peak{way}Rate" for way in ("Input", "Output"))
_LAST_FIVE = tuple(f"lastFive{way}" for way in ("Input", "Output"))
TECH = (
    _tech("hardware"),
    _tech(
        "link/status",
        note="queue, cir and pir: kbit/s",
        facts=(Fact.LINK, Fact.COUNTERS, Fact.TRANSCEIVER, Fact.SHAPING),
        model=s.LinkStatus,
        never=("statistics.output.crcErrors",),
        watched=tuple(f"statistics.{x}" for x in (*_RATES, *_LAST_FIVE)),
    ),
    _tech("link/macaddresstable", facts=(Fact.MACS,), model=s.MacRow, watched=("learntAt",)),
    _tech("link/leaseinfo", facts=(Fact.LEASES,), model=s.LeaseRow, logged=("start", "lastRenew")),
    _tech("link/igmpsnooping", facts=(Fact.GROUPS,), model=s.GroupRow),
    _tech(
        "status",
        of="cpe",
        model=s.CpeStatus,
        never=("ports.loopDetectionStatus", "ports.freeSeating"),
    ),
)

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(name="tech", since=V2_4, routes=tech.router, pages=TECH),
    Endpoint(name="tech", since=V2_4, routes=access.combined_router, pages=()),
    Endpoint(name="accesses", since=V2_3_1, until=V2_3_1, routes=link231.router, pages=()),
    Endpoint(name="accesses", since=V2_4, routes=accesses.router, available=_authoritative),
    Endpoint(
        name="subscriptions",
        since=V2_4,
        routes=accesses.subscriptions_router,
        available=_authoritative,
    ),
    Endpoint(
        name="services", since=V2_6, routes=accesses.services_router, available=_authoritative
    ),
    Endpoint(name="dhcplookup", since=V2_4, routes=lookup.dhcplookup_router),
    Endpoint(
        name="option82",
        since=V2_3_1,
        routes=lookup.option82_router,
        pages=(Page(name="option82", path="option82/", page="2.4.0/spec/option82_lookup.md"),),
    ),
    Endpoint(
        name="tickets",
        since=V2_4,
        routes=tickets.router,
        available=lambda app_state: app_state.tickets is not None,
    ),
    Endpoint(name="events", since=V2_4, routes=events.router),
)
"""In the order of the OpenAPI documents."""


class _Basic(SecurityBase):
    """The Authorization header, as the OpenAPI document declares it; `AuthMiddleware` reads it."""

    def __init__(self) -> None:
        self.model = HTTPBase(scheme="basic", description="RFC 7617, in UTF-8, over TLS")
        self.scheme_name = "basic"

    async def __call__(self) -> None:
        """Do nothing: `AuthMiddleware` has let the request in."""


class _Token(SecurityBase):
    """A token in the same header; `openapi` says of each operation which scopes it takes."""

    def __init__(self) -> None:
        words = f"RFC 6750; by POST {TOKEN_PATH} (RFC 6749, 4.4), for scopes of: "
        self.model = HTTPBase(scheme="bearer", description=words + ", ".join(Scope))
        self.scheme_name = openapi.TOKEN

    async def __call__(self) -> None:
        """Do nothing: `AuthMiddleware` has let the request in."""


async def _login(
    _: Annotated[None, Depends(_Basic())], _token: Annotated[None, Depends(_Token())]
) -> None:
    """Declares in OpenAPI how users log in, one way or the other."""


@functools.cache
def own_routes() -> tuple[APIRouter, ...]:
    """Routers of ours, each with its whole path; in every OpenAPI document."""
    beside = APIRouter(prefix=extensions.PREFIX, dependencies=[Depends(_login)])
    for part in (ticket_extensions.router, hooks.router):
        beside.include_router(part)
    return (extensions.routes([Depends(_login)]), beside, oauth2.router)


def served(version: Version, app_state: AppState) -> Iterator[Endpoint]:
    """The endpoints of a version that are served here."""
    for endpoint in ENDPOINTS:
        if endpoint.is_in(version) and app_state.endpoints.here(endpoint.name):
            yield endpoint


def routes_of(profile: ApiProfile, app_state: AppState) -> APIRouter:
    """Everything below one version, as a dialect of it describes its answers."""
    here = tuple(served(profile.version, app_state))
    return _routes(
        profile, here, tuple(p for x in here if x.available(app_state) for p in x.entries)
    )


def documents_of_everything() -> openapi.Documents:
    """The documents of a service that has all there is, at its usual settings."""

    def everything(profile: ApiProfile) -> APIRouter:
        here = tuple(one for one in ENDPOINTS if one.is_in(profile.version))
        return _routes(profile, here, tuple(page for one in here for page in one.entries))

    usual = ServiceSettings()
    return openapi.Documents(
        everything, own_routes(), usual.prefixes, usual.access_id_pattern, usual.contact
    )


@functools.cache
def _routes(profile: ApiProfile, here: tuple[Endpoint, ...], pages: tuple[Page, ...]) -> APIRouter:
    """One set of routes for all applications: they learn of the services with each request."""
    below = f"/{profile.version}"
    routes = APIRouter(dependencies=[Depends(_login), Depends(only_json)])
    if profile.version >= OLDEST_LISTED:
        routes.include_router(endpoints.router(profile, pages), prefix=below)
    for endpoint in here:
        made = endpoint.routes
        own = made if isinstance(made, APIRouter) else made(profile)
        routes.include_router(own, prefix=below)
    routes.include_router(openapi.router(profile), prefix=below)
    return routes
