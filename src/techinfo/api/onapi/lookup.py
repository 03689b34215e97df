"""Which access has a DHCP identifier: ``option82`` and ``dhcplookup``.

Any spelling counts (`techinfo.dhcp.spellings`), so the query string is read raw. A miss is noted
for the quota, because whoever may ask often could find out what is connected where.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from techinfo.access.lookup import Lookup
from techinfo.access.viewer import Viewer
from techinfo.api.asgi.audit import about
from techinfo.api.dependencies import ERRORS, Asker, House
from techinfo.api.errors import PERSONAL
from techinfo.api.onapi import identifiers_asked
from techinfo.api.onapi import schemas as s
from techinfo.api.state import State
from techinfo.dhcp.matching import Asked
from techinfo.errors import SharedIdentifierError, UnknownIdentifierError

MATCH_HEADER = "X-Techinfo-Match"
"""How sure an answer is: stored, notation or interpreted."""
MISSED = "lookup_missed"
"""In the state of a request: its look-up has found nothing."""

_MATCH = {
    "description": "How sure the answer is: as stored, another notation, or interpreted.",
    "schema": {"type": "string", "enum": ["stored", "notation", "interpreted"]},
}
_FOUND: dict[int | str, dict[str, Any]] = {200: {"headers": {MATCH_HEADER: _MATCH}}}
_PARAMETERS = [
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
async def option82(request: Request, asker: Asker, house: House, hex: str) -> JSONResponse:  # noqa: A002 - ON-API
    """The access that sends this option 82: the whole option in hex, in any case."""
    return _found(request, asker, house, lambda: identifiers_asked.of_option82_hex(hex))


@dhcplookup_router.get(
    "/dhcplookup", response_model=s.Found, openapi_extra={"parameters": _PARAMETERS}
)
async def dhcplookup(request: Request, asker: Asker, house: House) -> JSONResponse:
    """The access that all given identifiers belong to, if they belong to one access only."""
    query: bytes = request.scope["query_string"]
    return _found(request, asker, house, lambda: identifiers_asked.of_query(query))


def _found(
    request: Request, viewer: Viewer, house: State, asked: Callable[[], Asked]
) -> JSONResponse:
    try:
        match = Lookup(house.inventory).access(asked(), viewer, house.troubleshooter.now())
    except (UnknownIdentifierError, SharedIdentifierError):
        request.scope["state"][MISSED] = True
        raise
    about(request, [match.access_id])
    headers = PERSONAL | {MATCH_HEADER: match.tier.word}
    return JSONResponse({"accessId": match.access_id}, headers=headers)
