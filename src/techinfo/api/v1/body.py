"""Bodies of requests: JSON of a known shape and length, or a cause why not."""

from __future__ import annotations

import json
from typing import Any, NoReturn, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect

from techinfo.api.asgi.bodies import media_type
from techinfo.api.error_codes import Code
from techinfo.api.errors import ApiError

_MOST_OF_A_PLACE = 60
Model = TypeVar("Model", bound=BaseModel)


async def json_body(request: Request, model: type[Model], most_octets: int) -> Model:
    """The body of a request.

    Args:
        request: Whose body.
        model: Its shape.
        most_octets: No more is read.

    Raises:
        ApiError: 400 malformed, 413 too long, 415 something else than JSON.
    """
    if media_type(request) != "application/json":
        cause = "a body is read as application/json only"
        raise ApiError(415, cause, code=Code.UNSUPPORTED_MEDIA_TYPE)
    octets = await _octets(request, most_octets)
    try:
        told = json.loads(octets, parse_constant=_not_json)
    except (ValueError, RecursionError):
        raise ApiError(400, "the body is not JSON", code=Code.MALFORMED) from None
    try:
        return model.model_validate(told)
    except ValidationError as error:
        raise ApiError(400, f"malformed request: {_first(error)}", code=Code.MALFORMED) from None


def body_schema(model: type[BaseModel]) -> dict[str, Any]:
    """The body as a route's ``openapi_extra`` declares it."""
    schema = {"application/json": {"schema": model.model_json_schema()}}
    return {"requestBody": {"required": True, "content": schema}}


async def _octets(request: Request, most: int) -> bytes:
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > most:
                raise ApiError(413, f"the body is over {most} octets", code=Code.TOO_LARGE)
    except ClientDisconnect:
        raise ApiError(400, "the body ends too early", code=Code.MALFORMED) from None
    return bytes(body)


def _not_json(found: str) -> NoReturn:
    raise ValueError(f"{found} is no JSON")


def _first(error: ValidationError) -> str:
    """Where it is wrong and why, without what was found there."""
    found = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(str(x) for x in found["loc"])[:_MOST_OF_A_PLACE]
    return f"{place}: {found['msg']}" if place else str(found["msg"])
