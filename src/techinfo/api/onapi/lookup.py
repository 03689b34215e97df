"""Which access has a DHCP identifier: ``option82`` and ``dhcplookup``.

Any spelling counts (`techinfo.dhcp.spellings`), and a value may be any octets. So the query string
is read raw: a parser would make text of the octets, take a plus for a blank, and keep one of two
values. A miss is noted for the quota, because many guesses would show what is connected where.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time
from email.utils import format_datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request

from techinfo.access.lookup import Lookup
from techinfo.access.viewer import Viewer
from techinfo.api.asgi.audit import about
from techinfo.api.dependencies import ERRORS, CurrentAppState, CurrentUser
from techinfo.api.errors import PERSONAL, ApiError, api_error
from techinfo.api.json_body import JSONResponse
from techinfo.api.onapi import schemas as s
from techinfo.api.onapi.versions.dialect import V2_7
from techinfo.api.state import AppState
from techinfo.dhcp.identity import Field
from techinfo.dhcp.matching import Asked, narrowed
from techinfo.dhcp.mentions import of_option
from techinfo.dhcp.notations import option82_octets
from techinfo.dhcp.octets import parse_option82
from techinfo.dhcp.spellings import MOST_OCTETS, Reading, percent_decoded, readings
from techinfo.error_codes import Code
from techinfo.errors import (
    OctetError,
    SharedIdentifierError,
    TechinfoError,
    UnknownIdentifierError,
)

_FIELDS = {
    b"ipv4circuitid": Field.CIRCUIT,
    b"ipv4remoteid": Field.REMOTE,
    b"ipv6interfaceid": Field.INTERFACE,
    b"ipv6remoteid": Field.REMOTE6,
}
_OPTION82 = b"ipv4option82"
_NAMES = "ipv4CircuitId, ipv4RemoteId, ipv6InterfaceId, ipv6RemoteId, ipv4option82"


def of_query(query: bytes) -> Asked:
    """What a query string asks for.

    Args:
        query: As it was sent, without its question mark.

    Raises:
        ApiError: 400, no usable parameter, one that is repeated, or an option 82 that is none.
        UnknownIdentifierError: An option 82 without circuit-id and remote-id, and nothing else; or
            one that contradicts the other values.
    """
    found = _parameters(query)
    asked = {
        field: readings(percent_decoded(found[name]), field)
        for name, field in _FIELDS.items()
        if name in found
    }
    asked = {field: read for field, read in asked.items() if read}
    if not found.get(_OPTION82):
        if not asked:
            raise _malformed(f"no identifier is given; parameters are {_NAMES}")
        return Asked(readings=asked)
    option = percent_decoded(found[_OPTION82])[-1]
    of_option = _of_option(option.decode("latin-1"))
    if not (asked or of_option):
        raise UnknownIdentifierError("the option 82 has neither circuit-id nor remote-id")
    for field, read in of_option.items():
        asked[field] = narrowed(asked[field], read) if field in asked else read
        if not asked[field]:
            raise UnknownIdentifierError("the option 82 and the other values differ")
    return Asked(readings=asked)


def of_option82_hex(text: str) -> Asked:
    """What a whole option 82, or its sub-options, asks for.

    Raises:
        ApiError: 400, it is not hex, or no option 82; says at which octet.
        UnknownIdentifierError: It has neither circuit-id nor remote-id.
    """
    found = _of_option(text)
    if not found:
        raise UnknownIdentifierError("the option 82 has neither circuit-id nor remote-id")
    return Asked(readings=found)


def _of_option(text: str) -> dict[Field, tuple[Reading, ...]]:
    octets = option82_octets(text.encode())
    if octets is None or len(octets) > MOST_OCTETS:
        raise _malformed("an option 82 is an even number of hex digits, such as 520401026331")
    try:
        return of_option(parse_option82(octets))
    except OctetError as error:
        raise _malformed(f"this is no option 82: {error}") from error


def _parameters(query: bytes) -> dict[bytes, bytes]:
    """Parameters by their names in lower case, with the values as they were sent."""
    found: dict[bytes, bytes] = {}
    for part in query.split(b"&"):
        name, _, value = part.partition(b"=")
        name = percent_decoded(name)[0].lower()
        if name not in _FIELDS and name != _OPTION82:
            continue
        if name in found:
            raise _malformed("a parameter is given twice")
        if len(value) > MOST_OCTETS:
            raise _malformed("a value is too long for an identifier")
        found[name] = value
    return found


def _malformed(words: str) -> ApiError:
    return ApiError(Code.MALFORMED, words)


MATCH_HEADER = "X-Techinfo-Match"
"""How sure an answer is: stored, notation or interpreted."""
MISSED = "lookup_missed"
"""In the state of a request: its look-up has found nothing."""

_MATCH = {
    "description": "How sure the answer is: as stored, another notation, or interpreted.",
    "schema": {"type": "string", "enum": ["stored", "notation", "interpreted"]},
}
_FOUND: dict[int | str, dict[str, Any]] = {200: {"headers": {MATCH_HEADER: _MATCH}}}
PARAMETERS = [
    {
        "name": name,
        "in": "query",
        "required": False,
        "description": words + ", in any spelling; names of parameters in any case",
        "schema": {"type": "string"},
    }
    for name, words in (
        ("ipv4CircuitId", "Sub-option 1 of option 82"),
        ("ipv4RemoteId", "Sub-option 2 of option 82"),
        ("ipv6InterfaceId", "DHCPv6 option 18"),
        ("ipv6RemoteId", "DHCPv6 option 37, with or without its enterprise number"),
        ("ipv4option82", "A whole option 82 in hex"),
    )
]

option82_router = APIRouter(tags=["look-up"], responses=ERRORS | _FOUND)
"""Since ON-API 2.3.1."""
dhcplookup_router = APIRouter(tags=["look-up"], responses=ERRORS | _FOUND)
"""Since ON-API 2.4."""


@option82_router.get("/option82/{hex}", response_model=s.Found)
async def option82(
    request: Request,
    user: CurrentUser,
    app_state: CurrentAppState,
    hex: Annotated[str, Path(description="a whole option 82 in hex")],  # noqa: A002 - ON-API
) -> JSONResponse:
    """The access that sends this option 82: the whole option in hex, in any case."""
    passing = _passing(request, app_state)
    try:
        answer = _found(request, user, app_state, lambda: of_option82_hex(hex))
    except TechinfoError as error:
        problem = api_error(error)
        problem.headers = {**problem.headers, **passing}
        raise problem from error
    answer.headers.update(passing)
    return answer


_DEPRECATED = datetime(2026, 3, 10, tzinfo=UTC)
"""When the working group said that it will be (on-api/on-api, issue 73)."""


def _passing(request: Request, app_state: AppState) -> dict[str, str]:
    """That it is deprecated, since 2.7 (RFC 9745), and until when it is served (RFC 8594)."""
    if not request.scope["path"].startswith(f"/{V2_7}/"):
        return {}
    headers = {"Deprecation": f"@{int(_DEPRECATED.timestamp())}"}
    ends = app_state.endpoints.option82_ends
    if ends is not None:
        at = datetime.combine(ends, time(), tzinfo=UTC)
        headers["Sunset"] = format_datetime(at, usegmt=True)
    return headers


@dhcplookup_router.get(
    "/dhcplookup", response_model=s.Found, openapi_extra={"parameters": PARAMETERS}
)
async def dhcplookup(
    request: Request, user: CurrentUser, app_state: CurrentAppState
) -> JSONResponse:
    """The access that all given identifiers belong to, if they belong to one access only."""
    query: bytes = request.scope["query_string"]
    return _found(request, user, app_state, lambda: of_query(query))


def _found(
    request: Request, viewer: Viewer, app_state: AppState, asked: Callable[[], Asked]
) -> JSONResponse:
    try:
        match = Lookup(app_state.inventory).access(asked(), viewer, app_state.troubleshooter.now())
    except (UnknownIdentifierError, SharedIdentifierError):
        request.scope["state"][MISSED] = True
        raise
    about(request, [match.access_id])
    headers = PERSONAL | {MATCH_HEADER: match.tier.word}
    return JSONResponse({"accessId": match.access_id}, headers=headers)
