"""One OpenAPI document for each version: what can be asked, and every form of answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse

from techinfo import __version__
from techinfo.api.asgi.scopes import needed
from techinfo.api.asgi.tokens import written
from techinfo.api.dependencies import CurrentUser
from techinfo.api.errors import PERSONAL
from techinfo.api.onapi.versions import ApiProfile, dialect_of

_CAUSE = {"$ref": "#/components/schemas/Cause"}
_METHODS = frozenset({"get", "post", "put", "patch", "delete"})
_UNUSED = frozenset({"HTTPValidationError", "ValidationError"})
_OWN = "/techinfo/"
TOKEN = "token"  # noqa: S105 - the name of a security scheme
_DIALECT = "versions__dialect__"


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
    """

    def __init__(
        self,
        routes_of: Callable[[ApiProfile], APIRouter],
        own: Sequence[APIRouter],
        prefixes: Sequence[str],
        access_id: str,
    ) -> None:
        self._routes_of = routes_of
        self._own = own
        self._prefixes = prefixes
        self._access_id = {"type": "string", "pattern": f"^(?:{access_id})$"}
        self._made: dict[ApiProfile, dict[str, Any]] = {}

    def of(self, dialect: ApiProfile) -> dict[str, Any]:
        """The document of a dialect."""
        if dialect not in self._made:
            self._made[dialect] = self._document(dialect)
        return self._made[dialect]

    def _document(self, dialect: ApiProfile) -> dict[str, Any]:
        routes = [*self._routes_of(dialect).routes, *(r for own in self._own for r in own.routes)]
        document = get_openapi(
            title=f"techinfo: ON-API {dialect.version}",
            version=__version__,
            routes=routes,
            servers=[{"url": prefix or "/"} for prefix in self._prefixes],
        )
        for path, item in document["paths"].items():
            if path.startswith(_OWN):
                item["servers"] = [{"url": "/"}]
            for method in item.keys() & _METHODS:
                operation = item[method]
                _complete(operation, path)
                for parameter in operation.get("parameters", ()):
                    self._complete_parameter(parameter)
        tell_scopes(document)
        schemas = document["components"]["schemas"]
        asked = set(_asked(document["paths"], schemas))
        document["components"]["schemas"] = {
            name: schema if name in asked else _without_null(schema)
            for name, schema in schemas.items()
            if name not in _UNUSED
        }
        return _short_names(document)

    def _complete_parameter(self, parameter: dict[str, Any]) -> None:
        parameter["schema"] = _without_null(parameter["schema"])
        if (parameter["in"], parameter["name"]) == ("path", "id"):
            parameter["schema"] = self._access_id
        elif parameter["name"] == "cache-control":
            parameter["schema"] = _FRESHNESS


def router(profile: ApiProfile) -> APIRouter:
    """The document's own route; like all else only for who may ask."""
    routes = APIRouter()

    @routes.get("/openapi.json", include_in_schema=False)
    async def openapi(request: Request, user: CurrentUser) -> JSONResponse:
        documents: Documents = request.app.state.documents
        dialect = dialect_of(profile.version, user.options)
        return JSONResponse(documents.of(dialect), headers=PERSONAL)

    return routes


def tell_scopes(document: dict[str, Any]) -> None:
    """Say of every operation which scopes it takes."""
    for path, item in document["paths"].items():
        for method in item.keys() & _METHODS:
            for way in item[method].get("security", ()):
                if TOKEN in way:
                    way[TOKEN] = written(needed(method.upper(), path)).split()


def _complete(operation: dict[str, Any], path: str) -> None:
    """The headers of answers, and errors that any route may give."""
    responses = operation["responses"]
    responses.pop("422", None)
    _, _, rest = path.strip("/").partition("/")
    headers_of_path = next((headers for part, headers in _OF_PATH if part in f"/{rest}"), {})
    for status, response in responses.items():
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


def _asked(paths: Mapping[str, Any], schemas: Mapping[str, Any]) -> Iterator[str]:
    """Names of the schemas that requests are made of: ``null`` may stand in those."""
    waiting = [
        operation["requestBody"]
        for item in paths.values()
        for method, operation in item.items()
        if method in _METHODS and "requestBody" in operation
    ]
    seen: set[str] = set()
    while waiting:
        for name in _references(waiting.pop()):
            if name not in seen and name in schemas:
                seen.add(name)
                waiting.append(schemas[name])
                yield name


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        reference = schema.get("$ref")
        if isinstance(reference, str):
            yield reference.rpartition("/")[2]
        for inner in schema.values():
            yield from _references(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from _references(inner)


def _short_names(document: dict[str, Any]) -> dict[str, Any]:
    """The same without the names that two models of one name are given, with their modules.

    The version's own keeps the name, and the other is called ours.
    """
    schemas = document["components"]["schemas"]
    long = sorted((n for n in schemas if "__" in n), key=lambda n: (_DIALECT not in n, n))
    names: dict[str, str] = {}
    for name in long:
        short = name.rpartition("__")[2]
        while short in schemas or short in names.values():
            short = f"Own{short}"
        names[name] = short
    document["components"]["schemas"] = {names.get(n, n): x for n, x in schemas.items()}
    renamed: dict[str, Any] = _renamed(document, names)
    return renamed


def _renamed(schema: Any, names: Mapping[str, str]) -> Any:
    if isinstance(schema, list):
        return [_renamed(inner, names) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    out = {key: _renamed(inner, names) for key, inner in schema.items()}
    reference = out.get("$ref")
    if isinstance(reference, str):
        folder, _, name = reference.rpartition("/")
        out["$ref"] = f"{folder}/{names.get(name, name)}"
    return out


def _without_null(schema: Any) -> Any:
    """The same without ``null``: what is not known is left out of every answer."""
    if isinstance(schema, list):
        return [_without_null(inner) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    out = {key: _without_null(inner) for key, inner in schema.items()}
    kinds = out.get("anyOf")
    if isinstance(kinds, list) and {"type": "null"} in kinds:
        kinds = [kind for kind in kinds if kind != {"type": "null"}]
        del out["anyOf"]
        if out.get("default", "") is None:
            del out["default"]
        out = {**kinds[0], **out} if len(kinds) == 1 else {**out, "anyOf": kinds}
    return out
