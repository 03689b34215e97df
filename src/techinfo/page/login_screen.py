"""Log-in, log-out, and the list of one's sessions."""

from __future__ import annotations

import base64

from starlette.responses import Response

from techinfo.page.screen import Screen


async def form(screen: Screen) -> Response:
    """The form."""
    out = bool(screen.query("out"))
    ended_at = await screen.elsewhere.oidc.ended_at() if out and screen.elsewhere else ""
    return show(screen, wanted=screen.query("next"), out=out, ended_at=ended_at)


def show(
    screen: Screen,
    *,
    status: int = 200,
    wrong: str = "",
    wanted: str = "",
    name: str = "",
    out: bool = False,
    ended_at: str = "",
) -> Response:
    """The form, and why one has come back to it."""
    elsewhere = screen.elsewhere.oidc.settings.name if screen.elsewhere else ""
    return screen.html(
        "login.html",
        status=status,
        wrong=wrong,
        next=wanted,
        name=name,
        elsewhere=elsewhere,
        out=out,
        ended_at=ended_at,
    )


async def log_in(screen: Screen) -> Response:
    """Name and password become a session."""
    given = await screen.form()
    name, password = given.get("name", ""), given.get("password", "")
    basic = base64.b64encode(f"{name}:{password}".encode()).decode()
    told = await screen.api.ask("POST", "sessions", headers={"Authorization": f"Basic {basic}"})
    wanted = given.get("next", "")
    if told.good:
        return screen.go(screen.back_from_login(wanted), {"Set-Cookie": told.headers["set-cookie"]})
    if told.status == 401:
        wrong = screen.say("User or password is wrong.")
    elif told.status == 429:
        wrong = screen.say("Too many wrong passwords. Wait a little.")
    else:
        wrong = told.cause
    return show(screen, status=told.status, wrong=wrong, wanted=wanted, name=name)


async def log_out(screen: Screen) -> Response:
    """End the session that asks."""
    told = await screen.api.ask("DELETE", "sessions", "current")
    headers = {"Clear-Site-Data": '"cache", "storage"'}
    if told.good:
        headers["Set-Cookie"] = told.headers["set-cookie"]
    more = {"out": "1"} if screen.elsewhere else {}
    return screen.go(screen.url("login", **more), headers)


async def sessions(screen: Screen) -> Response:
    """One's sessions."""
    renewed = bool(screen.query("renewed"))
    return screen.html("sessions.html", sessions=screen.who["sessions"], renewed=renewed)


async def end_sessions(screen: Screen) -> Response:
    """End one session, or all."""
    wanted = (await screen.form()).get("id", "")
    told = await screen.api.ask("DELETE", *(("sessions", wanted) if wanted else ("sessions",)))
    if not told.good and told.status != 404:
        return screen.refused(told)
    gone = told.headers.get("set-cookie")
    return screen.go(screen.url("sessions"), {"Set-Cookie": gone} if gone else None)
