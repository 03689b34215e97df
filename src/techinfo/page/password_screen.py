"""The form by which whoever is logged in renews their own password.

The API does it, with the old password in the place where a log-in has it: wrong ones are counted,
held back and written down as there.
"""

from __future__ import annotations

import base64

from starlette.responses import Response

from techinfo.access.own_password import LEAST_OF_A_PASSWORD, MOST_OF_A_PASSWORD
from techinfo.page.screen import Screen


async def form(screen: Screen) -> Response:
    """The form."""
    return _show(screen)


async def renew(screen: Screen) -> Response:
    """A new password, and a new session for whoever has given it."""
    given = await screen.form()
    old, new = given.get("old", ""), given.get("new", "")
    if new != given.get("again", ""):
        return _show(screen, 400, screen.say("The two new passwords are not the same."))
    if not LEAST_OF_A_PASSWORD <= len(new) <= MOST_OF_A_PASSWORD:
        words = screen.say("At least %d characters.") % LEAST_OF_A_PASSWORD
        return _show(screen, 400, words)
    basic = base64.b64encode(f"{screen.who['user']}:{old}".encode()).decode()
    headers = {"Authorization": f"Basic {basic}"}
    body = {"password": new}
    told = await screen.api.ask("POST", "sessions", "password", headers=headers, json=body)
    if told.good:
        cookie = {"Set-Cookie": told.headers["set-cookie"]}
        return screen.go(screen.url("sessions", renewed="1"), cookie)
    return _show(screen, told.status, _why(screen, told.status, told.cause))


def _why(screen: Screen, status: int, cause: str) -> str:
    words = {
        400: screen.say("This cannot be the new password. Take another one."),
        401: screen.say("The password until now is wrong."),
        403: screen.say("This password is changed by the operator of the service."),
        429: screen.say("Too many wrong passwords. Wait a little."),
    }
    return words.get(status, cause)


def _show(screen: Screen, status: int = 200, wrong: str = "") -> Response:
    return screen.html(
        "password.html",
        status=status,
        wrong=wrong,
        elsewhere=screen.elsewhere.oidc.settings.name if screen.elsewhere else "",
        least=LEAST_OF_A_PASSWORD,
        most=MOST_OF_A_PASSWORD,
    )
