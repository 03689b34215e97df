"""``POST /oauth2/token``: a token for name and password (RFC 6749, 4.4, client credentials)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from techinfo.access.logins import Login
from techinfo.api.asgi.token_request import TOKEN_PATH, TOKEN_REQUEST, TokenRequest, invalid
from techinfo.api.asgi.tokens import LIFETIME, Tokens, granted, written
from techinfo.api.dependencies import CurrentAppState
from techinfo.api.errors import PERSONAL, ApiError
from techinfo.api.json_body import JSONResponse
from techinfo.error_codes import Code

_CLIENT_CREDENTIALS = "client_credentials"
router = APIRouter()


async def tokens_of(app_state: CurrentAppState) -> Tokens:
    """The tokens of this service.

    Raises:
        ApiError: 501, there are none.
    """
    found = app_state.middleware.tokens
    if found is None:
        raise ApiError(Code.NOT_IMPLEMENTED, "there are no tokens here; log in by Basic")
    return found


@router.post(TOKEN_PATH, include_in_schema=False)  # the security scheme tells of it
async def give(request: Request, tokens: Annotated[Tokens, Depends(tokens_of)]) -> JSONResponse:
    """Give a token, for a quarter of an hour; there is no refresh token, ask again instead."""
    state: dict[str, Any] = request.scope["state"]
    asked, login = state[TOKEN_REQUEST], state["login"]
    assert isinstance(asked, TokenRequest)  # noqa: S101 - set by AuthMiddleware alone
    assert isinstance(login, Login)  # noqa: S101 - set by AuthMiddleware alone
    if not asked.grant_type:
        raise invalid("invalid_request", "grant_type is missing")
    if asked.grant_type != _CLIENT_CREDENTIALS:
        raise invalid("unsupported_grant_type", f"the grant here is {_CLIENT_CREDENTIALS}")
    try:
        scopes = granted(login.viewer.role, asked.scope)
    except ValueError as error:
        raise invalid("invalid_scope", str(error)) from None
    token = tokens.issue(login, scopes, address=state.get("client") or "")
    body = {
        "access_token": token,
        "token_type": "Bearer",
        "expires_in": int(LIFETIME.total_seconds()),
        "scope": written(scopes),
    }
    return JSONResponse(
        body, headers=PERSONAL | {"Cache-Control": "no-store", "Pragma": "no-cache"}
    )
