"""Which port did I just touch? For whoever stands at a switch."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from techinfo.access.touched import Movements, Touched, Waiting, touched
from techinfo.api.dependencies import (
    DEVICE_ERRORS,
    ERRORS,
    CurrentAppState,
    CurrentUser,
    RequestedPolicy,
)
from techinfo.api.json_body import JSONResponse
from techinfo.api.onapi import freshness, render
from techinfo.api.v1.access_document import address
from techinfo.api.v1.schemas import Address
from techinfo.api.v1.schemas import switch as v
from techinfo.inventory import Inventory
from techinfo.model import Link, PortFacts
from techinfo.units import Dark

router = APIRouter(tags=["switch"], responses=ERRORS | DEVICE_ERRORS)


@router.get("/switch/{element}/touched", response_model=v.TouchedTold)
async def ports_touched(
    user: CurrentUser,
    element: Annotated[str, Path(description="its name in the inventory", max_length=255)],
    fresh: RequestedPolicy,
    app_state: CurrentAppState,
    seconds: Annotated[
        int, Query(ge=5, le=600, description="so long ago a link may have changed")
    ] = 30,
    light: Annotated[
        bool, Query(description="compare the light with that of the reading before, too")
    ] = False,
) -> JSONResponse:
    """Ports whose link, or light, has just moved, with the accesses on them. Not for providers.

    Of an OLT the ONTs that wait to be registered, too, with the PON port and the serial number.
    """
    found = await touched(
        app_state.troubleshooter,
        user,
        element,
        fresh,
        window=timedelta(seconds=seconds),
        light=light,
    )
    now = app_state.troubleshooter.now()
    headers = freshness.headers(found.reading.read_at, now, freshness.lacking(found.reading.parts))
    return JSONResponse(_told(found, seconds, app_state.inventory), headers=headers)


def _told(found: Movements, seconds: int, inventory: Inventory) -> dict[str, Any]:
    body: dict[str, Any] = {
        "element": found.element.name,
        "seconds": seconds,
        "readAt": render.time(found.reading.read_at),
        "comparedWith": render.time(found.compared_with),
        "ports": [_port(one, inventory) for one in found.ports],
        "unregistered": (
            [_unregistered(one) for one in found.waiting] if found.waiting is not None else None
        ),
    }
    return {name: value for name, value in body.items() if value is not None}


def _port(one: Touched, inventory: Inventory) -> dict[str, Any]:
    facts, before = one.facts, one.before
    link = facts.link or Link()
    was = before.link if before is not None and before.link is not None else Link()
    return render.bare(
        v.TouchedPort(
            ifIndex=facts.port.if_index,
            name=facts.port.name or facts.port.descr,
            moved=one.how,
            at=render.time(one.at),
            link=link.up,
            linkBefore=was.up,
            **_light(facts, ""),
            **(_light(before, "Before") if before is not None else {}),
            accesses=[_access(access, inventory) for access in one.accesses],
        )
    )


def _unregistered(one: Waiting) -> dict[str, Any]:
    return render.bare(
        v.UnregisteredOnt(
            ifIndex=one.port.if_index,
            name=one.port.name or one.port.descr,
            serialNumber=one.serial_number,
            new=one.new,
        )
    )


def _light(facts: PortFacts, when: str) -> dict[str, str]:
    light = facts.transceiver.light if facts.transceiver is not None else None
    if light is None:
        return {}
    if isinstance(light, Dark):
        return {f"noLight{when}": light.value}
    return {f"light{when}": str(render.decimal(light, 2))}


def _access(access_id: str, inventory: Inventory) -> v.TouchedAccess:
    access = inventory.access(access_id)
    told = address(access) if access is not None else {}
    return v.TouchedAccess(accessId=access_id, address=Address(**told) if told else None)
