"""All six answers in one (an extension of ours), each with its state and age."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from techinfo.api.dependencies import DEVICE_ERRORS, ERRORS, AccessId, Asker, Fresh, House
from techinfo.api.onapi import freshness
from techinfo.api.onapi import part_states as states
from techinfo.api.onapi import schemas as s
from techinfo.api.onapi.versions import Dialect, dialect_of
from techinfo.inventory import Access


def router(speaks: Dialect) -> APIRouter:
    """The route of a version."""
    routes = APIRouter(tags=["tech"], responses=ERRORS | DEVICE_ERRORS)

    @routes.get("/tech/access/{id}", response_model=speaks.schema(s.AccessFacts))
    async def everything(
        request: Request, asker: Asker, access: AccessId, fresh: Fresh, house: House
    ) -> JSONResponse:
        """All six answers at once, each with its state and age (an extension of ours)."""
        found, answers = await house.desk.everything(asker, access, fresh)
        now = house.troubleshooter.now()
        silent_since = await house.troubleshooter.silent_since(access)
        words = states.logged(request.scope["path"])
        made = states.part_states(answers, now, silent_since, words)
        told = dialect_of(speaks.version, asker.options).told(s.AccessFacts, _body(found, made))
        headers = freshness.headers(states.oldest(made), now, states.lacking(made))
        return JSONResponse(told, headers=headers)

    return routes


def _body(access: Access, made: Mapping[str, states.PartState]) -> dict[str, Any]:
    body: dict[str, Any] = {
        "accessId": access.access_id,
        "parts": {name: part.told for name, part in made.items()},
        "capabilities": sorted(n for n, p in made.items() if p.told["state"] != "unsupported"),
    }
    return body | {name: part.body for name, part in made.items() if part.body is not None}
