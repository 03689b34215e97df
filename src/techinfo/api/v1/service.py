"""The service itself: whether it works, and what is left of a quota."""

from __future__ import annotations

from collections import Counter
from typing import Any

from fastapi import APIRouter

from techinfo import __version__
from techinfo.access.attachment import element_target
from techinfo.api.asgi.quotas import Left, QuotaLeft
from techinfo.api.dependencies import ERRORS, CurrentAppState, CurrentUser
from techinfo.api.errors import PERSONAL
from techinfo.api.json_body import JSONResponse
from techinfo.api.onapi import freshness, render
from techinfo.api.state import AppState
from techinfo.api.v1 import schemas as v
from techinfo.errors import CollectorError

router = APIRouter(tags=["service"], responses=ERRORS)
_UNKNOWN = "unknown"


@router.get("/status", response_model=v.ServiceStatus)
async def status(user: CurrentUser, app_state: CurrentAppState) -> JSONResponse:
    """Whether the service works and how old the inventory is; more of it for operators."""
    now, imported_at = app_state.troubleshooter.now(), app_state.inventory.imported_at
    body: dict[str, Any] = {"service": "up"}
    if imported_at is not None:
        body["inventoryImportedAt"] = render.time(imported_at)
        body["inventoryAge"] = freshness.age_s(imported_at, now)
    if user.sees_all:
        body |= {"version": __version__, "uptime": app_state.uptime_s}
    try:
        body |= await _elements(app_state) if user.sees_all else await _answering(app_state)
    except CollectorError:
        body["service"] = "degraded"
    return JSONResponse(body, headers=PERSONAL)


@router.get("/quota", response_model=v.Quota)
async def quota(user: CurrentUser, app_state: CurrentAppState) -> JSONResponse:
    """What is left of the quota of whoever asks."""
    left = app_state.middleware.quotas.left(user)
    body = v.Quota(limited=False) if left is None else _quota(left)
    return JSONResponse(render.bare(body), headers=PERSONAL)


async def _elements(app_state: AppState) -> dict[str, Any]:
    elements = app_state.inventory.elements()
    everyone = await app_state.troubleshooter.collector.met([element_target(e) for e in elements])
    counted = Counter(
        (met.driver if met else element.driver) or _UNKNOWN
        for element, met in zip(elements, everyone, strict=True)
    )
    return {"elements": len(elements), "drivers": dict(sorted(counted.items()))}


async def _answering(app_state: AppState) -> dict[str, Any]:
    """Nothing, if only whoever asks the equipment is there."""
    await app_state.troubleshooter.collector.met(())
    return {}


def _quota(left: QuotaLeft) -> v.Quota:
    return v.Quota(
        limited=True,
        requests=_window(left.requests),
        lookupMisses=_window(left.lookup_misses),
        running=left.running,
        inFlight=left.in_flight,
        waiting=left.waiting,
        mostWaiting=left.most_waiting,
    )


def _window(left: Left) -> v.QuotaWindow:
    return v.QuotaWindow(
        limit=left.limit, window=left.window_s, remaining=left.remaining, reset=left.reset_s
    )
