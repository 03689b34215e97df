"""``/techinfo/v1/webhooks``: everybody manages their own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response

from techinfo.api.asgi.bodies import body_schema, json_body
from techinfo.api.dependencies import (
    COUNTS,
    ERRORS,
    CurrentAppState,
    CurrentUser,
    IdempotencyKey,
    WantedPart,
    cause_response,
)
from techinfo.api.errors import PERSONAL, ApiError
from techinfo.api.json_body import JSONResponse
from techinfo.api.onapi import render
from techinfo.api.onapi import ticket_schemas as ts
from techinfo.error_codes import Code
from techinfo.webhooks.hub import Hub, Listed, Wanted
from techinfo.webhooks.store import State

_MOST_OCTETS = 16 * 1024
router = APIRouter(
    tags=["webhooks"],
    responses=ERRORS | {501: cause_response("webhooks are not configured here")},
)


async def hub(app_state: CurrentAppState) -> Hub:
    """The webhooks of this service.

    Raises:
        ApiError: 501, there is none.
    """
    if app_state.webhooks is None:
        raise ApiError(Code.NO_TICKET_DESK, "webhooks are not configured here")
    return app_state.webhooks


async def hook_id(hook: Annotated[str, Path(description="of the webhook")]) -> str:
    """An id of the right form.

    Raises:
        ApiError: 400, it is malformed.
    """
    if not re.fullmatch(r"[0-9a-zA-Z_]{1,64}", hook):
        raise ApiError(Code.MALFORMED, "the id is malformed")
    return hook


TheHub = Annotated[Hub, Depends(hub)]
HookId = Annotated[str, Depends(hook_id)]


@router.post(
    "/webhooks",
    status_code=201,
    response_model=ts.WebhookInfo,
    openapi_extra=body_schema(ts.WebhookIn),
    responses={409: cause_response("the Idempotency-Key was used for another webhook")},
)
async def register(
    request: Request, user: CurrentUser, the_hub: TheHub, key: IdempotencyKey
) -> JSONResponse:
    """Register a webhook. Its secret is told in this answer, and never again."""
    asked = await json_body(request, ts.WebhookIn, _MOST_OCTETS)
    wanted = Wanted(
        url=asked.url,
        form=asked.form,
        kinds=tuple(asked.events),
        options=asked.options,
        headers=asked.headers,
        oauth2=_grant(asked.oauth2) if asked.oauth2 else {},
    )
    made = await the_hub.register(user, wanted, key=key)
    body = webhook_object(Listed(made, {}, None)) | {"secret": made.secret}
    headers = PERSONAL | {"Location": f"/techinfo/v1/webhooks/{made.id}"}
    return JSONResponse(body, status_code=201, headers=headers)


_LIST: dict[int | str, dict[str, Any]] = {200: {"headers": COUNTS}}


@router.get("/webhooks", response_model=list[ts.WebhookInfo], responses=_LIST)
async def webhooks(user: CurrentUser, the_hub: TheHub, part: WantedPart) -> JSONResponse:
    """The asker's webhooks: how many messages wait, were delivered or given up, and what is wrong.

    One that fails rests for longer each time, and is switched off at last (``offSince``).
    """
    found, counts = part.of(await the_hub.webhooks(user))
    return JSONResponse([webhook_object(one) for one in found], headers=PERSONAL | counts)


@router.get("/webhooks/dead-letters", response_model=list[ts.DeadLetter], responses=_LIST)
async def dead_letters(user: CurrentUser, the_hub: TheHub, part: WantedPart) -> JSONResponse:
    """What could not be delivered to the asker's webhooks, the newest first."""
    letters, counts = part.of(await the_hub.dead(user))
    rows = [
        {
            "id": letter.message.id,
            "webhook": letter.webhook.id,
            "type": letter.message.kind,
            "time": render.time(letter.message.at),
            "tries": letter.tries,
            "outcome": letter.outcome,
        }
        for letter in letters
    ]
    return JSONResponse(rows, headers=PERSONAL | counts)


@router.delete("/webhooks/{hook}", status_code=204, response_class=Response)
async def remove(user: CurrentUser, the_hub: TheHub, hook: HookId) -> Response:
    """Forget one of the asker's webhooks, and what waits for it."""
    await the_hub.remove(user, hook)
    return Response(status_code=204, headers=PERSONAL)


@router.post("/webhooks/{hook}/enable", response_model=ts.WebhookInfo)
async def enable(user: CurrentUser, the_hub: TheHub, hook: HookId) -> JSONResponse:
    """Have one of the asker's webhooks tried again that was switched off, or rests."""
    return JSONResponse(webhook_object(await the_hub.enable(user, hook)), headers=PERSONAL)


@router.post("/webhooks/{hook}/test", response_model=ts.TestOutcome)
async def test(user: CurrentUser, the_hub: TheHub, hook: HookId) -> JSONResponse:
    """Send a test message to one of the asker's webhooks, once and at once."""
    outcome = await the_hub.test(user, hook)
    body = {"delivered": outcome.delivered, "outcome": outcome.words}
    return JSONResponse(body, headers=PERSONAL)


def _grant(asked: ts.OAuth2In) -> dict[str, str]:
    told = {
        "token_url": asked.tokenUrl,
        "client_id": asked.clientId,
        "client_secret": asked.clientSecret,
        "scope": asked.scope,
    }
    return {name: value for name, value in told.items() if value}


def _shown(oauth2: Mapping[str, str]) -> ts.OAuth2Info:
    return ts.OAuth2Info(
        tokenUrl=oauth2["token_url"], clientId=oauth2["client_id"], scope=oauth2.get("scope")
    )


def webhook_object(listed: Listed) -> dict[str, Any]:
    """A webhook without its secrets."""
    webhook, counted, trouble = listed.webhook, listed.counted, listed.trouble
    info = ts.WebhookInfo(
        id=webhook.id,
        url=webhook.url,
        form=webhook.form,
        events=list(webhook.kinds),
        options=dict(webhook.options) or None,
        headers=sorted(webhook.headers) or None,
        oauth2=_shown(webhook.oauth2) if webhook.oauth2 else None,
        createdAt=str(render.time(webhook.created_at)),
        waiting=counted.get(State.WAITING),
        delivered=counted.get(State.DELIVERED),
        dead=counted.get(State.DEAD),
        failures=trouble.failures if trouble else None,
        lastFailure=trouble.why if trouble else None,
        restsUntil=render.time(trouble.rests_until if trouble else None),
        offSince=render.time(trouble.off_since if trouble else None),
    )
    return render.bare(info)
