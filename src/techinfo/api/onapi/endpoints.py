"""The list that every version begins with: its endpoints, and their unsupported fields."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel

from techinfo.api.dependencies import ERRORS, CurrentAppState, CurrentUser
from techinfo.api.errors import PERSONAL
from techinfo.api.json_body import JSONResponse
from techinfo.api.onapi import listed_schemas as ls
from techinfo.api.onapi.versions import ApiProfile, Version, dialect_of
from techinfo.api.state import AppState
from techinfo.model import Fact

_SPECIFICATION = "https://github.com/on-api/on-api/blob/master"


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """One endpoint as ON-API documents it.

    Attributes:
        path: Below the version.
        page: In the folder ``spec`` of the version's specification, or below the root of all.
        note: For people.
        facts: What is read for it.
        model: An object of its answer.
        never: Parameters of 2.6 that are never answered.
        logged: Parameters of 2.6 that are known from the logs of DHCP servers only.
        watched: Parameters of 2.6 that are known where elements are polled only.
    """

    name: str
    path: str
    page: str
    note: str | None = None
    facts: tuple[Fact, ...] = ()
    model: type[BaseModel] | None = None
    never: tuple[str, ...] = ()
    logged: tuple[str, ...] = ()
    watched: tuple[str, ...] = ()

    def documentation(self, version: Version) -> str:
        """Where it is specified."""
        if "/" in self.page:
            return f"{_SPECIFICATION}/{self.page}"
        return f"{_SPECIFICATION}/{version.pages}/spec/{self.page}"


def router(profile: ApiProfile, pages: Sequence[Page]) -> APIRouter:
    """The list of a version."""
    routes = APIRouter(tags=["endpoints"], responses=ERRORS)

    @routes.get("", response_model=list[ls.EndpointInfo])
    async def endpoints(
        request: Request, user: CurrentUser, app_state: CurrentAppState
    ) -> JSONResponse:
        """The endpoints of this version, here and elsewhere, and what they do not tell."""
        prefix = request.scope.get("state", {}).get("prefix", "")
        dialect = dialect_of(profile.version, user.options)
        entries = [await _entry(page, dialect, app_state, prefix) for page in pages]
        entries += _elsewhere(app_state, profile.version)
        return JSONResponse(
            sorted(entries, key=lambda x: (x["name"], x["endpoint"])), headers=PERSONAL
        )

    return routes


async def _entry(
    page: Page, dialect: ApiProfile, app_state: AppState, prefix: str
) -> dict[str, Any]:
    version = dialect.version
    out: dict[str, Any] = {
        "name": page.name,
        "endpoint": f"{prefix}/{version}/{page.path}",
        "version": str(version),
        "documentation": page.documentation(version),
    }
    if page.note is not None:
        out["note"] = page.note
    if page.model is not None:
        missing = await app_state.endpoints.unreadable.words(app_state.troubleshooter, page.facts)
        reads_logs = page.logged and app_state.access_service.lease_log is not None
        never = page.never if reads_logs else (*page.never, *page.logged)
        never = never if app_state.access_service.history else (*never, *page.watched)
        words = [
            dialect.word(page.model, word) for word in (*never, *(() if reads_logs else missing))
        ]
        unsupported = sorted({word for word in words if word is not None})
        if unsupported:
            out["unsupportedFields"] = unsupported
    return out


def _elsewhere(app_state: AppState, version: Version) -> Iterator[dict[str, Any]]:
    for name, url in app_state.endpoints.elsewhere.items():
        yield {
            "name": name,
            "endpoint": url,
            "version": str(version),
            "documentation": f"{_SPECIFICATION}/{version.pages}/README.md",
        }
