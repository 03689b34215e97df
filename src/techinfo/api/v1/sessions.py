"""``/techinfo/v1/sessions``: log in, log out, one's sessions and password; for the page."""

from __future__ import annotations

from asyncio import to_thread
from typing import Annotated, Any

from argon2 import PasswordHasher
from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response

from techinfo.access.logins import Login
from techinfo.access.own_password import renewable, unfit, why_not
from techinfo.access.viewer import Viewer
from techinfo.api.asgi.bodies import body_schema, json_body
from techinfo.api.asgi.sessions import Sessions, cookie
from techinfo.api.dependencies import (
    COUNTS,
    ERRORS,
    CurrentAppState,
    CurrentUser,
    WantedPart,
    cause_response,
)
from techinfo.api.errors import PERSONAL, ApiError
from techinfo.api.json_body import JSONResponse
from techinfo.api.onapi import render
from techinfo.api.v1 import schemas as v
from techinfo.error_codes import Code
from techinfo.errors import UserError
from techinfo.store.sessions import Session

router = APIRouter(
    tags=["sessions"],
    responses=ERRORS | {501: cause_response("there is no page here, and so there are no sessions")},
)
CURRENT = "current"
_MOST_OCTETS = 8192


async def sessions_of(app_state: CurrentAppState) -> Sessions:
    """The sessions of this service.

    Raises:
        ApiError: 501, there are none.
    """
    found = app_state.middleware.sessions
    if found is None:
        raise ApiError(Code.NOT_IMPLEMENTED, "there is no page here, and so there are no sessions")
    return found


TheSessions = Annotated[Sessions, Depends(sessions_of)]
SessionId = Annotated[str, Path(pattern=r"^([0-9a-f]{16}|current)$", description="or `current`")]


@router.post("/sessions", status_code=201, response_model=v.SessionBegun)
async def log_in(request: Request, _user: CurrentUser, sessions: TheSessions) -> JSONResponse:
    """Log in: name and password (Basic) become a session, in a cookie. A session makes no other."""
    login = request.scope["state"].get("login")
    if not isinstance(login, Login):
        raise ApiError(Code.FORBIDDEN, "log in with name and password")
    return _begun(request, login, sessions)


@router.post(
    "/sessions/password",
    status_code=201,
    response_model=v.SessionBegun,
    openapi_extra=body_schema(v.NewPassword),
)
async def renew_password(
    request: Request, user: CurrentUser, sessions: TheSessions
) -> JSONResponse:
    """Renew one's own password: the old one is in `Authorization` (Basic), as for a log-in.

    The old one ends at once, and with it all sessions and tokens of the user; a new session begins,
    in a cookie. For engineers and operators whose password stands in the users' file. Other
    passwords and API keys of the user go on holding.
    """
    login = request.scope["state"].get("login")
    if not isinstance(login, Login):
        raise ApiError(Code.FORBIDDEN, "a password is renewed with name and password")
    if why := why_not(user, login.credential):
        raise ApiError(Code.FORBIDDEN, why)
    wanted = (await json_body(request, v.NewPassword, _MOST_OCTETS)).password
    async with sessions.hashing:
        if wrong := await to_thread(unfit, wanted, login):
            raise ApiError(Code.MALFORMED, wrong)
        password_hash = await to_thread(PasswordHasher().hash, wanted)
    try:
        renewed = sessions.renew(login, password_hash)
    except UserError as error:  # it was taken back, or renewed, in the meantime
        raise ApiError(Code.FORBIDDEN, str(error)) from error
    return _begun(request, renewed, sessions)


def _begun(request: Request, login: Login, sessions: Sessions) -> JSONResponse:
    state = request.scope["state"]
    agent = request.headers.get("user-agent", "")
    token, session = sessions.begin(login, address=state.get("client") or "", agent=agent)
    body = {"id": session.id, **who(login.viewer)}
    headers = PERSONAL | {"Set-Cookie": cookie(token, secure=bool(state.get("secure")))}
    return JSONResponse(body, status_code=201, headers=headers)


@router.get("/sessions", response_model=v.SessionsTold, responses={200: {"headers": COUNTS}})
async def list_sessions(
    request: Request, user: CurrentUser, sessions: TheSessions, part: WantedPart
) -> JSONResponse:
    """Who asks, and their sessions that have not ended, the last used first."""
    current = _current(request)
    found, counts = part.of(sessions.of(user.name))
    listed = [_told(one, sessions, current) for one in found]
    body = {**who(user), "renewable": renewable(user, _credential(request)), "sessions": listed}
    return JSONResponse(body, headers=PERSONAL | counts)


@router.delete("/sessions/{session_id}", status_code=204, response_class=Response)
async def end_one(
    request: Request, user: CurrentUser, sessions: TheSessions, session_id: SessionId
) -> Response:
    """End one of the asker's sessions; ``current``: log out."""
    current = _current(request)
    wanted = current if session_id == CURRENT else session_id
    if wanted is None or not sessions.file.end(user.name, wanted):
        raise ApiError(Code.NOT_FOUND, "you have no such session")
    return _ended(request, gone=wanted == current)


@router.delete("/sessions", status_code=204, response_class=Response)
async def end_all(request: Request, user: CurrentUser, sessions: TheSessions) -> Response:
    """End all of the asker's sessions."""
    sessions.file.end(user.name)
    return _ended(request, gone=True)


def who(user: Viewer) -> dict[str, Any]:
    """Who asks."""
    return {"user": user.name, "role": user.role.value}


def _current(request: Request) -> str | None:
    session = request.scope["state"].get("session")
    return session.id if isinstance(session, Session) else None


def _credential(request: Request) -> int:
    """The number of the password that a request was let in by; 0: by none of the users' file."""
    session, login = (request.scope["state"].get(name) for name in ("session", "login"))
    if isinstance(session, Session):
        return session.credential
    return login.credential if isinstance(login, Login) else 0


def _ended(request: Request, *, gone: bool) -> Response:
    secure = bool(request.scope["state"].get("secure"))
    more = {"Set-Cookie": cookie("", secure=secure)} if gone else {}
    return Response(status_code=204, headers=PERSONAL | more)


def _told(session: Session, sessions: Sessions, current: str | None) -> dict[str, Any]:
    return {
        "id": session.id,
        "current": session.id == current,
        "createdAt": render.time(session.created),
        "usedAt": render.time(session.used),
        "endsAt": render.time(sessions.ends(session)),
        "address": session.address,
        "agent": session.agent,
    }
