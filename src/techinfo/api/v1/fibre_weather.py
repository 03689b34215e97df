"""Where several fibres lost light in one night: for the operator's own people."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool

from techinfo.access.past.fibres import is_over, last_night, weather_of
from techinfo.api.dependencies import ERRORS, CurrentAppState, CurrentUser, cause_response
from techinfo.api.errors import PERSONAL, ApiError
from techinfo.api.json_body import JSONResponse
from techinfo.api.v1.schemas.history import FibreWeatherTold
from techinfo.error_codes import Code
from techinfo.errors import ForbiddenError, UnwatchedError
from techinfo.history.fibre_weather import Weather

router = APIRouter(
    tags=["history"], responses=ERRORS | {501: cause_response("nothing is polled here")}
)
Night = Annotated[
    date | None, Query(description="which night, by the day on which it ends; without it the last")
]


@router.get("/fibre-weather", response_model=FibreWeatherTold)
async def told(user: CurrentUser, app_state: CurrentAppState, night: Night = None) -> JSONResponse:
    """Cables, tubes and closures of which several fibres lost light in one night, ranked.

    What the switch does to all its fibres is taken out. Not for providers. No device is asked.
    """
    if not user.sees_all:
        raise ForbiddenError("the plant is the operator's to see")
    history = app_state.access_service.history
    if history is None:
        raise UnwatchedError("nothing is watched here: polling is off")
    now = app_state.troubleshooter.now()
    which = night or last_night(now)
    if not is_over(which, now):
        cause = "malformed request: night is not over, or longer ago than anything is kept"
        raise ApiError(Code.MALFORMED, cause)
    found = await run_in_threadpool(weather_of, app_state.inventory, history.file, which)
    return JSONResponse(weather_document(which, found), headers=PERSONAL)


def weather_document(night: date, found: list[Weather]) -> dict[str, Any]:
    """What was found of a night, as it is told."""
    return {
        "night": night.isoformat(),
        "pieces": [
            {
                "plant": one.plant.value,
                "name": one.name,
                "fibres": len(one.fibres),
                "of": one.of,
                "weaker": one.db,
                "lines": [
                    {"element": row.fibre[0], "line": row.fibre[1], "weaker": row.db}
                    for row in one.fibres
                ],
            }
            for one in found
        ],
    }
