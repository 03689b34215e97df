"""Requests for a token: who asks for it and what for (RFC 6749, 2.3.1, 4.4.2 and 5.2)."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

from starlette.requests import Request

from techinfo.api.asgi.bodies import bounded_body, media_type
from techinfo.api.asgi.interface import Scope
from techinfo.api.errors import ApiError
from techinfo.error_codes import Code

TOKEN_PATH = "/oauth2/token"  # noqa: S105 - a path
TOKEN_REQUEST = "token_request"  # noqa: S105 - a name
"""In the state of a request for a token: the `TokenRequest`."""
_MOST_OCTETS = 8192
_MOST_FIELDS = 20
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, kw_only=True, slots=True)
class TokenRequest:
    """What the body asks for, without any secret.

    Attributes:
        grant_type: As it stands there; empty: it does not.
        scope: With blanks between; ``None``: nothing is said.
    """

    grant_type: str
    scope: str | None


def is_token_request(scope: Scope) -> bool:
    """Whether somebody asks for a token."""
    return (scope["method"], scope["path"]) == ("POST", TOKEN_PATH)


async def read_request(
    scope: Scope, receive: Any, authorization: Sequence[bytes]
) -> tuple[TokenRequest, tuple[bytes, ...]]:
    """Read a request for a token; gives the credentials as Basic authentication has them, too.

    There may be two spellings: by the standard name and password are form-encoded before they are
    put together, which few clients do.

    Raises:
        ApiError: 400, it is malformed; 401, there are no credentials; 413, it is too long.
    """
    request = Request(scope, receive)
    if media_type(request) != _FORM:
        raise invalid("invalid_request", f"the body must be {_FORM}")
    too_long = ApiError(Code.TOO_LARGE, f"the body is over {_MOST_OCTETS} octets")
    fields = _fields(await bounded_body(request, _MOST_OCTETS, too_long))
    asked = TokenRequest(grant_type=fields.get("grant_type", ""), scope=fields.get("scope"))
    name, secret = fields.get("client_id"), fields.get("client_secret")
    if authorization:
        if secret is not None:
            raise invalid("invalid_request", "credentials stand in the header and in the body")
        if len(authorization) > 1:
            raise invalid_client("two Authorization headers are none")
        return asked, tuple(_spellings(authorization[0]))
    if not name or ":" in name or secret is None:
        raise invalid_client("give user and password, by Basic or as client_id and client_secret")
    return asked, (basic(name, secret),)


def already_read(receive: Any) -> Any:
    """What those behind receive from: the body has been taken off."""
    given = False

    async def received() -> Any:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": b"", "more_body": False}

    return received


def invalid(error: str, cause: str) -> ApiError:
    """A 400 in the form of OAuth and of ours."""
    return ApiError(Code.MALFORMED, cause, more={"error": error, "error_description": cause})


def invalid_client(cause: str) -> ApiError:
    """A 401 in both forms."""
    more = {"error": "invalid_client", "error_description": cause}
    headers = {"WWW-Authenticate": 'Basic realm="techinfo", charset="UTF-8"'}
    return ApiError(Code.UNAUTHORISED, cause, headers=headers, more=more)


def basic(name: str, password: str) -> bytes:
    """Name and password as Basic authentication has them."""
    octets = f"{name}:{password}".encode("utf-8", "surrogatepass")
    return b"Basic " + base64.b64encode(octets)


def _fields(octets: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(
            octets.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(octets),
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError:
        raise invalid("invalid_request", "the body is no form") from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise invalid("invalid_request", "a parameter stands there twice")
    return fields


def _spellings(sent: bytes) -> Iterator[bytes]:
    yield sent
    scheme, _, encoded = sent.strip().partition(b" ")
    if scheme.lower() != b"basic":
        return
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode("utf-8")
        name, _, password = text.partition(":")
        plain = (unquote_plus(name, errors="strict"), unquote_plus(password, errors="strict"))
    except ValueError:
        return
    if plain != (name, password):
        yield basic(*plain)
