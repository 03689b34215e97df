"""One request for a page: who looks at it, in which language, and the HTML that is sent."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qs, quote, urlencode

from jinja2 import Environment, PackageLoader, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from techinfo.api.asgi.sessions import check_origin
from techinfo.api.errors import ApiError
from techinfo.page import texts
from techinfo.page.elsewhere import Elsewhere
from techinfo.page.own_api import Answer, OwnApi

_MOST_OF_A_FORM = 16 * 1024
_MOST_OF_A_CASE = 128
_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " worker-src 'self'; manifest-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # no-referrer would make the Origin of our own forms null
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_TEMPLATES = Environment(
    loader=PackageLoader("techinfo.page"),
    autoescape=select_autoescape(default=True),
    extensions=["jinja2.ext.i18n"],
    trim_blocks=True,
    lstrip_blocks=True,
)


@functools.cache
def _static_version() -> str:
    """Another one when any file of the page is: browsers keep them for as long as it stays."""
    found = sorted(files("techinfo.page").joinpath("static").iterdir(), key=lambda one: one.name)
    return hashlib.sha256(b"".join(one.read_bytes() for one in found)).hexdigest()[:12]


def case_of(request: Request) -> str:
    """The case that a deep link names, ``?ref=``; one that is no line of text is left out."""
    text = request.query_params.get("ref", "").strip()
    return text if text.isprintable() and len(text) <= _MOST_OF_A_CASE else ""


def static_headers() -> dict[str, str]:
    """Of files that are the same for everybody, until the program is another."""
    return _HEADERS | {"Cache-Control": "public, max-age=86400"}


def worker_headers() -> dict[str, str]:
    """Of the service worker, which browsers look at anew each time; it fetches from here alone."""
    return _HEADERS | {"Cache-Control": "no-cache"}


class Screen:
    """A request, and what is sent back.

    Args:
        request: As it came.
        api: Asked with the session of whoever looks.
        base: In front of the page's paths.
        case: What whoever looks calls the case; empty: nothing.
    """

    def __init__(self, request: Request, api: OwnApi, base: str, case: str = "") -> None:
        self.request = request
        self.api = api
        self.base = base
        self.case = case
        self.language = texts.wanted(request.headers.get("accept-language", ""))
        self.who: Any = None
        self.notice = ""
        self.elsewhere: Elsewhere | None = None

    def say(self, text: str) -> str:
        """A text in the language of whoever looks."""
        return self.language.say(text)

    def url(self, *path: str, **query: str) -> str:
        """An own path, whose parts may hold anything; those of an access keep the case."""
        query |= {"ref": self.case} if self.case and path[:1] == ("a",) else {}
        below = "/".join(quote(part, safe="") for part in path)
        found = f"{self.base}/{below}"
        return f"{found}?{urlencode(query)}" if query else found

    def query(self, name: str) -> str:
        """A parameter; empty where there is none."""
        return self.request.query_params.get(name, "")

    async def form(self) -> Mapping[str, str]:
        """The fields of a form; nothing of one that is too long or cannot be read."""
        octets = b""
        async for piece in self.request.stream():
            octets += piece
            if len(octets) > _MOST_OF_A_FORM:
                return {}
        try:
            found = parse_qs(octets.decode("ascii"), keep_blank_values=True, max_num_fields=20)
        except ValueError:
            return {}
        return {name: values[-1] for name, values in found.items()}

    def is_from_here(self) -> bool:
        """Whether a form was sent by a page of this host."""
        try:
            check_origin(self.request.scope, secure=self.request.scope.get("scheme") == "https")
        except ApiError:
            return False
        return True

    def came_from_elsewhere(self) -> bool:
        """Whether a link of another site led here, so that SameSite=Strict held the cookie back."""
        return self.request.headers.get("sec-fetch-site") == "cross-site"

    def once_more(self) -> HTMLResponse:
        """Has the browser ask again by itself, now from here and with its cookie."""
        return self.html("once_more.html", again=self._here())

    async def log_in_is_there(self) -> bool:
        """Whether a session holds; then `who` says whose."""
        if "cookie" not in self.request.headers:
            return False
        told = await self.api.ask("GET", "sessions")
        self.who = told.body if told.good else None
        return told.good

    async def has_desk(self) -> bool:
        """Whether tickets can be made here."""
        told = await self.api.ask("GET", version="2.6")
        return told.good and any(one["name"] == "tickets" for one in told.body)

    def login_url(self) -> str:
        """Where to log in, and then come back."""
        here = self._here() if self.request.method == "GET" else self.url()
        return self.url("login", next=here)

    def back_from_login(self, wanted: str) -> str:
        """Where to go after the log-in: to a path of the page, whatever the form says."""
        inside = wanted.startswith(f"{self.base}/") and not wanted.startswith("//")
        return wanted if inside and wanted.isprintable() and "\\" not in wanted else self.url()

    def headers(self) -> dict[str, str]:
        """Of everything that is shown to one person."""
        return _HEADERS | {"Cache-Control": "private, no-store", "Vary": "Cookie, Accept-Language"}

    def go(self, url: str, headers: Mapping[str, str] | None = None) -> RedirectResponse:
        """Send somebody on to an own path."""
        return RedirectResponse(url, 303, headers={**self.headers(), **(headers or {})})

    def html(self, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        """A page from a template."""
        said = self.language
        text = _TEMPLATES.get_template(template).render(
            _=said.say,
            say=said.say,
            age=said.age,
            number=said.number,
            octets=said.octets,
            time=said.time,
            url=self.url,
            static=lambda name: f"{self.base}/static/{name}?{_static_version()}",
            base=self.base,
            version=_static_version(),
            lang=said.code,
            who=self.who,
            query=self.query("q"),
            case=self.case,
            notice=self.notice,
            **values,
        )
        return HTMLResponse(text, status, headers=self.headers())

    def sorry(self, status: int, words: str, **values: Any) -> HTMLResponse:
        """Why there is nothing to show."""
        more = {"again": "", "title": self.say("That did not work"), **values}
        return self.html("sorry.html", status=status, words=words, **more)

    def refused(self, told: Answer) -> HTMLResponse:
        """What the API has refused, in its words."""
        code = told.body.get("code", "") if isinstance(told.body, dict) else ""
        retryable = bool(isinstance(told.body, dict) and told.body.get("retryable"))
        words = CAUSES.get(code)
        return self.sorry(
            told.status,
            self.say(words) if words else told.cause,
            again=self._here() if retryable else "",
            by_itself=code == "element_slow" and self.request.method == "GET",
            asks_case=code == "case_reference_required",
        )

    def _here(self) -> str:
        url = self.request.url
        return f"{url.path}?{url.query}" if url.query else str(url.path)


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for a text that is looked up later
    """Mark a text for the catalogue."""
    return text


CAUSES = {
    "element_silent": N_("The switch does not answer."),
    "element_slow": N_("The switch answers too slowly. It is being read; try again in a moment."),
    "not_available_here": N_("This switch cannot tell that."),
    "forbidden": N_("You may not see this."),
    "not_connected": N_("Nothing is connected there."),
    "unknown_access": N_("No access has this name."),
    "unknown_element": N_("No switch has this name."),
    "no_cpe": N_("No managed CPE is known there."),
    "case_reference_required": N_("Say first which case it is about."),
}
"""Codes of the API -> texts. Another code is shown with the API's own cause."""
