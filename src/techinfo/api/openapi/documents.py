"""One OpenAPI document for each version, and one of the extensions alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.openapi.utils import get_openapi

from techinfo import __version__
from techinfo.access.viewer import Options, Viewer
from techinfo.api.asgi.scopes import needed
from techinfo.api.asgi.tokens import written
from techinfo.api.errors import PERSONAL
from techinfo.api.onapi.versions import VERSIONS, ApiProfile, dialect_of
from techinfo.api.openapi.examples import Examples, add_examples, examples_of, recorded
from techinfo.api.openapi.operations import ABOUT, IDS, tags_of
from techinfo.api.openapi.shapes import gathered, operations, untitled, without_null

PATHS = tuple(f"/{of}/openapi.json" for of in (*map(str, VERSIONS), "techinfo/v1"))
"""Where the documents are, the prefix taken off."""

TOKEN = "token"  # noqa: S105 - the name of a security scheme
_CAUSE = {"$ref": "#/components/schemas/Cause"}
_OWN = "/techinfo/"
_LICENSE = {"name": "Apache-2.0", "identifier": "Apache-2.0"}
"""Of this software and its documents."""


def _header(words: str, kind: str = "string") -> dict[str, Any]:
    return {"description": words, "schema": {"type": kind}}


_LIMITS = {
    "RateLimit": _header("what is left of the quota, and when there is more"),
    "RateLimit-Policy": _header("the quota"),
    "RateLimit-Limit": _header("requests in a minute", "integer"),
    "RateLimit-Remaining": _header("what is left of them", "integer"),
    "RateLimit-Reset": _header("seconds until there are all again", "integer"),
}
_RETRY = {"Retry-After": _header("seconds after which to come back", "integer")}
_MODIFIED = {"Last-Modified": _header("when the element was read, or the list last changed")}
_READ = {
    **_MODIFIED,
    "Age": _header("seconds since the element was read", "integer"),
    "Techinfo-Incomplete": _header("parts that could not be had, and why"),
}
_FRESHNESS = {
    "type": "string",
    "pattern": "^(no-cache|max-stale|max-(age|stale)=[0-9]{1,9})$",
    "examples": ["max-age=10"],
}
_MATCH = {
    "X-Techinfo-Match": {
        "description": "how sure the look-up is",
        "schema": {"type": "string", "enum": ["stored", "notation", "interpreted"]},
    }
}
_OF_PATH: tuple[tuple[str, Mapping[str, Any]], ...] = (
    ("/tech/", _READ),
    ("/link", _READ),
    ("/accesses", _MODIFIED),
    ("/subscriptions", _MODIFIED),
    ("/services", _MODIFIED),
    ("/events", _MODIFIED),
    ("/tickets", _MODIFIED),
    ("/dhcplookup", _MATCH),
    ("/option82", _MATCH),
)
"""The first that is in a path, its version taken off."""


class Documents:
    """The documents of an application; each is made when it is first asked for.

    Args:
        routes_of: The routes of a version, described as a dialect of it answers.
        own: Routes of ours, which are in every document.
        prefixes: Paths before the version.
        access_id: Regular expression that describes an accessId as a whole.
        contact: Whom to ask, a URL or a mail address; empty: the operator, by no address.
    """

    def __init__(
        self,
        routes_of: Callable[[ApiProfile], APIRouter],
        own: Sequence[APIRouter],
        prefixes: Sequence[str],
        access_id: str,
        contact: str = "",
    ) -> None:
        self._routes_of = routes_of
        self._own = own
        self._prefixes = prefixes
        self._access_id = {"type": "string", "pattern": _anchored(access_id)}
        self._contact = {"name": "the operator of this service"}
        if contact:
            self._contact["email" if "@" in contact else "url"] = contact
        self._made: dict[ApiProfile | None, bytes] = {}

    def of(self, dialect: ApiProfile | None) -> bytes:
        """The document of a dialect, as JSON; ``None``: of the extensions alone."""
        if dialect not in self._made:
            document = self._extensions() if dialect is None else self._version(dialect)
            self._made[dialect] = json.dumps(document, ensure_ascii=False).encode() + b"\n"
        return self._made[dialect]

    def _version(self, dialect: ApiProfile) -> dict[str, Any]:
        routes = [*self._routes_of(dialect).routes, *(r for own in self._own for r in own.routes)]
        servers = [{"url": prefix or "/"} for prefix in self._prefixes]
        examples = {**examples_of("v1"), **recorded(dialect)}
        title = f"techinfo: ON-API {dialect.version}"
        document = self._document(title, routes, servers, f"/{dialect.version}", examples)
        for path, item in document["paths"].items():
            if path.startswith(_OWN):
                item["servers"] = [{"url": "/"}]
        return document

    def _extensions(self) -> dict[str, Any]:
        routes = [route for own in self._own for route in own.routes]
        title = "techinfo: extensions of ON-API"
        return self._document(title, routes, [{"url": "/"}], "", examples_of("v1"))

    def _document(
        self,
        title: str,
        routes: Sequence[Any],
        servers: list[dict[str, Any]],
        version: str,
        examples: Examples,
    ) -> dict[str, Any]:
        document = get_openapi(
            title=title,
            version=__version__,
            description=ABOUT,
            routes=routes,
            servers=servers,
            contact=self._contact,
            license_info=_LICENSE,
        )
        for method, path, operation in operations(document["paths"]):
            _complete(operation, path)
            _tell_scopes(operation, method, path)
            name = IDS.get(f"{method.upper()} {path.removeprefix(version)}")
            if name is not None:
                operation["operationId"] = name
            for parameter in operation.get("parameters", ()):
                self._complete_parameter(parameter)
            add_examples(operation, examples.get(operation["operationId"], {}))
        document = gathered(document)
        document["tags"] = tags_of(document["paths"])
        return document

    def _complete_parameter(self, parameter: dict[str, Any]) -> None:
        parameter["schema"] = untitled(without_null(parameter["schema"]))
        if (parameter["in"], parameter["name"]) == ("path", "id"):
            parameter["schema"] = self._access_id
        elif parameter["name"] == "cache-control":
            parameter["schema"] = _FRESHNESS


def router(profile: ApiProfile) -> APIRouter:
    """The document's own route; without a log-in only where the operator opens it."""
    routes = APIRouter()

    @routes.get("/openapi.json", include_in_schema=False)
    async def openapi(request: Request) -> Response:
        viewer = request.scope["state"].get("viewer")
        options = viewer.options if isinstance(viewer, Viewer) else Options()
        return _told(request, dialect_of(profile.version, options))

    return routes


def own_router() -> APIRouter:
    """The route of the extensions' document."""
    routes = APIRouter()

    @routes.get("/openapi.json", include_in_schema=False)
    async def openapi(request: Request) -> Response:
        return _told(request, None)

    return routes


def _told(request: Request, dialect: ApiProfile | None) -> Response:
    documents: Documents = request.app.state.documents
    return Response(documents.of(dialect), media_type="application/json", headers=PERSONAL)


def _anchored(pattern: str) -> str:
    """A regular expression that fits a whole text or nothing."""
    is_anchored = pattern.startswith("^") and pattern.endswith("$")
    if is_anchored and "|" not in pattern and not pattern.endswith("\\$"):
        return pattern
    return f"^(?:{pattern})$"


def _tell_scopes(operation: dict[str, Any], method: str, path: str) -> None:
    """Say which scopes a token needs for an operation."""
    for way in operation.get("security", ()):
        if TOKEN in way:
            way[TOKEN] = written(needed(method.upper(), path)).split()


def _complete(operation: dict[str, Any], path: str) -> None:
    """The headers of answers, and errors that any route may give."""
    responses = operation["responses"]
    responses.pop("422", None)
    _, _, rest = path.strip("/").partition("/")
    headers_of_path = next((headers for part, headers in _OF_PATH if part in f"/{rest}"), {})
    for status, response in responses.items():
        for content in response.get("content", {}).values():
            content["schema"] = untitled(content["schema"])
        if status.startswith("2"):
            response["headers"] = {**_LIMITS, **headers_of_path, **response.get("headers", {})}
        elif status == "304":
            response["headers"] = {**_MODIFIED, **response.get("headers", {})}
    errors = {"429": ("the quota is used up", _RETRY), "503": ("too much at once", _RETRY)}
    if "requestBody" in operation:
        errors |= {"413": ("the body is too long", {}), "415": ("the body is not JSON", {})}
    for status, (words, headers) in errors.items():
        error = responses.setdefault(status, {"description": words})
        error.setdefault("content", {"application/json": {"schema": _CAUSE}})
        error.setdefault("headers", {}).update(headers)
    operation["responses"] = dict(sorted(responses.items()))
