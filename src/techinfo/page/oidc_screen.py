"""Log-in by an OpenID provider: there, and back."""

from __future__ import annotations

import logging

from starlette.responses import Response

from techinfo.page.elsewhere import Elsewhere, OidcError
from techinfo.page.login_screen import show
from techinfo.page.screen import Screen

_COOKIE, _SECURE_COOKIE = "techinfo-login", "__Host-techinfo-login"
_LASTS_S = 600
_log = logging.getLogger(__name__)


async def begin(screen: Screen) -> Response:
    """Send the browser to the provider."""
    wanted = screen.back_from_login(screen.query("next"))
    if screen.elsewhere is None:
        return screen.sorry(404, screen.say("There is no such log-in here."))
    try:
        begun = await screen.elsewhere.oidc.begin(wanted)
    except OidcError as error:
        return _failed(screen, error, wanted)
    return screen.go(begun.url, {"Set-Cookie": _cookie(screen.elsewhere, begun.state)})


async def come_back(screen: Screen) -> Response:
    """Who the provider says it is gets a session, if somebody here is called so."""
    elsewhere = screen.elsewhere
    if elsewhere is None:
        return screen.sorry(404, screen.say("There is no such log-in here."))
    secure = _is_secure(elsewhere)
    state = screen.request.cookies.get(_SECURE_COOKIE if secure else _COOKIE, "")
    try:
        name, wanted = await elsewhere.oidc.end(dict(screen.request.query_params), state)
    except OidcError as error:
        return _failed(screen, error)
    token = elsewhere.hand_over(name)
    if token is None:
        return _failed(screen, OidcError("nobody here is called so", refused=True))
    bearer = {"Authorization": f"Bearer {token}"}
    told = await screen.api.ask("POST", "sessions", headers=bearer)
    if not told.good:
        return _failed(screen, OidcError("the user does not hold", refused=told.status == 401))
    answer = screen.go(wanted, {"Set-Cookie": told.headers["set-cookie"]})
    answer.headers.append("Set-Cookie", _cookie(elsewhere, ""))
    return answer


def _failed(screen: Screen, error: OidcError, wanted: str = "") -> Response:
    _log.warning("a log-in by the OpenID provider came to nothing: %s", error)
    if error.refused:
        words = screen.say("You are logged in there, but nobody here belongs to it, or it refused.")
        return show(screen, status=403, wrong=words, wanted=wanted)
    words = screen.say("The log-in there did not work. Try again, or log in here.")
    return show(screen, status=502, wrong=words, wanted=wanted)


def _is_secure(elsewhere: Elsewhere) -> bool:
    """Whether the browser speaks TLS, as the provider was told where it comes back to."""
    return elsewhere.oidc.settings.redirect_uri.startswith("https://")


def _cookie(elsewhere: Elsewhere, state: str) -> str:
    """Lax, for it comes back from another site; it opens nothing."""
    name, more = (_SECURE_COOKIE, "; Secure") if _is_secure(elsewhere) else (_COOKIE, "")
    lasts = _LASTS_S if state else 0
    return f"{name}={state}; Path=/; Max-Age={lasts}; HttpOnly; SameSite=Lax{more}"
