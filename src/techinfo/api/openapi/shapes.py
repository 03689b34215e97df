"""Schemas as the documents have them: each once, in components, by one name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

METHODS = frozenset({"get", "post", "put", "patch", "delete"})
_DIALECT = "versions__dialect__"
_UNUSED = frozenset({"HTTPValidationError", "ValidationError"})


def operations(paths: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path and operation of a document's paths."""
    for path, item in paths.items():
        for method, operation in item.items():
            if method in METHODS:
                yield method, path, operation


def gathered(document: dict[str, Any]) -> dict[str, Any]:
    """The same with every schema in components, without ``null`` and unused ones.

    Nothing needs ``null``: what is not known is left out of answers, and may be of requests.

    Raises:
        ValueError: Two schemas that differ have one name.
    """
    _lift_bodies(document)
    schemas = document["components"]["schemas"]
    document["components"]["schemas"] = {
        name: untitled(without_null(schema))
        for name, schema in schemas.items()
        if name not in _UNUSED
    }
    return _short_names(document)


def _lift_bodies(document: dict[str, Any]) -> None:
    """Give the bodies that routes describe themselves a place in components."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for _, _, operation in operations(document["paths"]):
        for content in operation.get("requestBody", {}).get("content", {}).values():
            schema = dict(content["schema"])
            if "$ref" in schema:
                continue
            inner = schema.pop("$defs", {})
            for name, told in {**inner, schema["title"]: schema}.items():
                if schemas.setdefault(name, told) != told:
                    raise ValueError(f"two schemas are called {name}")
            content["schema"] = {"$ref": f"#/components/schemas/{schema['title']}"}


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


def untitled(schema: Any) -> Any:
    """The same without titles: they repeat the names, and generators would name classes by them."""
    if isinstance(schema, list):
        return [untitled(inner) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: untitled(inner)
        for key, inner in schema.items()
        if not (key == "title" and isinstance(inner, str))
    }


def without_null(schema: Any) -> Any:
    """The same without ``null``: what is not known is left out of every answer."""
    if isinstance(schema, list):
        return [without_null(inner) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    out = {key: without_null(inner) for key, inner in schema.items()}
    kinds = out.get("anyOf")
    if isinstance(kinds, list) and {"type": "null"} in kinds:
        kinds = [kind for kind in kinds if kind != {"type": "null"}]
        del out["anyOf"]
        if out.get("default", "") is None:
            del out["default"]
        out = {**kinds[0], **out} if len(kinds) == 1 else {**out, "anyOf": kinds}
    return out
