"""The front panel of a switch, for the operator's own people."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path

from techinfo.access.whole_element import PanelPort, panel
from techinfo.api.dependencies import (
    DEVICE_ERRORS,
    ERRORS,
    CurrentAppState,
    CurrentUser,
    RequestedPolicy,
)
from techinfo.api.documents import dump
from techinfo.api.json_body import JSONResponse
from techinfo.api.onapi import freshness, render
from techinfo.api.v1.schemas import switch as v
from techinfo.model import Device, Link
from techinfo.units import Dark

router = APIRouter(tags=["switch"], responses=ERRORS | DEVICE_ERRORS)


@router.get("/switch/{element}/panel", response_model=v.Panel)
async def switch_panel(
    user: CurrentUser,
    element: Annotated[str, Path(description="its name in the inventory", max_length=255)],
    fresh: RequestedPolicy,
    app_state: CurrentAppState,
) -> JSONResponse:
    """Every port of a switch: link, light, who is on it. Of one reading; not for providers."""
    seen = await panel(app_state.troubleshooter, user, element, fresh)
    now = app_state.troubleshooter.now()
    device = seen.reading.device or Device()
    body: dict[str, Any] = {
        "element": seen.element.name,
        "site": seen.element.site,
        "vendor": device.vendor,
        "model": device.model,
        "upSince": render.time(device.up_since),
        "collectedAt": render.time(now),
        "parts": dump.parts(seen.reading.parts),
        "ports": [_port(port) for port in seen.ports if _is_shown(port)],
    }
    lacking = freshness.lacking(seen.reading.parts)
    headers = freshness.headers(seen.reading.read_at, now, lacking)
    return JSONResponse({k: x for k, x in body.items() if x not in (None, "")}, headers=headers)


def _is_shown(port: PanelPort) -> bool:
    """Ports as lists show them, and whatever the inventory names."""
    return bool(port.accesses) or render.is_port(port.facts)


def _port(port: PanelPort) -> dict[str, Any]:
    facts = port.facts
    link = facts.link or Link()
    light = facts.transceiver.light if facts.transceiver else None
    return render.bare(
        v.PanelPort(
            ifIndex=facts.port.if_index,
            name=facts.port.name or facts.port.descr,
            description=facts.port.alias,
            link=link.up,
            adminDown=link.admin_down,
            linkSince=render.time(link.last_change),
            linkSpeed=link.speed,
            light=None if isinstance(light, Dark) else render.decimal(light, 2),
            noLight=light.value if isinstance(light, Dark) else None,
            accessIds=list(port.accesses),
            vlanCount=port.vlans,
        )
    )
