"""The ports of a switch against the orders on them: for the operator's own people."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from techinfo.access.port_audit import Difference, audit_switch
from techinfo.api.dependencies import (
    DEVICE_ERRORS,
    ERRORS,
    CurrentAppState,
    CurrentUser,
    RequestedPolicy,
)
from techinfo.api.json_body import JSONResponse
from techinfo.api.onapi import freshness, render
from techinfo.api.v1.schemas import switch as v

router = APIRouter(tags=["switch"], responses=ERRORS | DEVICE_ERRORS)


@router.get("/switch/{element}/audit", response_model=v.PortAudit)
async def ports_against_orders(
    user: CurrentUser,
    element: Annotated[str, Path(description="its name in the inventory", max_length=255)],
    fresh: RequestedPolicy,
    app_state: CurrentAppState,
    not_ordered: Annotated[
        bool,
        Query(alias="notOrdered", description="also VLANs of services that nobody has ordered"),
    ] = False,
    snooping: Annotated[
        bool,
        Query(description="also DHCP snooping that is off where broadband needs leases"),
    ] = True,
) -> JSONResponse:
    """VLANs, rates and DHCP snooping of a switch's ports against the orders. Not for providers.

    What the switch does not tell is no difference; nothing is written to it.
    """
    found, reading = await audit_switch(
        app_state.troubleshooter,
        user,
        element,
        fresh,
        not_ordered=not_ordered,
        snooping=snooping,
    )
    now = app_state.troubleshooter.now()
    body: dict[str, Any] = {
        "element": element,
        "readAt": render.time(reading.read_at),
        "ports": found.ports,
        "untold": found.untold,
        "differences": [_difference(one) for one in found.differences],
    }
    lacking = freshness.lacking(reading.parts)
    return JSONResponse(body, headers=freshness.headers(reading.read_at, now, lacking))


def _difference(one: Difference) -> dict[str, Any]:
    return render.bare(
        v.PortDifference(
            port=one.port,
            accessId=one.access_id,
            what=one.what.value,
            serviceType=one.service_type,
            ordered=one.ordered,
            configured=list(one.configured),
        )
    )
