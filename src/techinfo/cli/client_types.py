"""The types of `techinfo.client`, made from the OpenAPI documents.

``make reference`` writes them; a client depends on them alone, not on the service.
"""

from __future__ import annotations

import json
import keyword
from collections.abc import Iterator, Mapping
from typing import Any

from techinfo.access.viewer import Options
from techinfo.api.onapi.versions import VERSIONS, dialect_of
from techinfo.api.routes import documents_of_everything

_WIDTH = 100
_KINDS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}
_WORDS_HEAD = '''"""Words of the interface.

Written by `make reference` from the OpenAPI documents; do not edit.
"""

from __future__ import annotations

from typing import Literal, TypeAlias
'''
_TYPES_HEAD = '''"""What the interface takes and gives, as JSON; what is not known is left out.

Written by `make reference` from the OpenAPI documents, which say more; do not edit. Times are
strings, RFC 3339 in UTC.
"""

from __future__ import annotations
'''
_ONAPI = frozenset(
    {
        *("Cause", "HardwareInfo", "LinkStatus", "MacRow", "LeaseRow", "GroupRow", "CpeStatus"),
        *("Found", "TicketIn", "ChangeIn", "CreatedTicket", "TicketLine", "TicketInfo"),
        *("EventInfo", "EndpointInfo"),
    }
)
_OWN = frozenset(
    {
        *("AccessReport", "DiagnosisAsked", "Diagnosis", "BatchTold", "SearchTold"),
        *("TicketLinkInfo", "Quota", "ServiceStatus", "PastFound"),
        *("DisturbancesTold", "DisturbedAccesses", "WorksListed", "WorksTold"),
    }
)
"""What the client's calls take and give, of ON-API and of ours; the rest follows from them."""


def client_words() -> str:
    """src/techinfo/client/words.py: what is one of some words."""
    schemas = _schemas()
    lines = [_WORDS_HEAD]
    for name in sorted(_reached(schemas, _ONAPI | _OWN)):
        if _is_word(schemas[name]):
            about = _sentence(schemas[name].get("description", ""))
            lines += _assigned(name, _kind(schemas[name]))
            lines += [f'"""{about}"""'] if about else []
    return "\n".join(lines) + "\n"


def client_types() -> str:
    """src/techinfo/client/types.py: objects of ON-API."""
    schemas = _schemas()
    return _module(schemas, _reached(schemas, _ONAPI), {})


def client_own_types() -> str:
    """src/techinfo/client/own_types.py: objects of the extensions."""
    schemas = _schemas()
    onapi = _reached(schemas, _ONAPI)
    elsewhere = {name: "types" for name in onapi if not _is_word(schemas[name])}
    return _module(schemas, _reached(schemas, _OWN) - elsewhere.keys(), elsewhere)


def _module(schemas: Mapping[str, Any], names: set[str], elsewhere: Mapping[str, str]) -> str:
    objects = sorted(name for name in names if not _is_word(schemas[name]))
    used = {found for name in objects for found in _references(schemas[name])} - set(objects)
    lines: list[str] = []
    for name in objects:
        lines += ["", "", *_class(name, schemas[name])]
    body = "\n".join(lines) + "\n"
    from_typing = [x for x in ("Any", "Literal", "NotRequired", "TypedDict") if x in body]
    head = [_TYPES_HEAD, f"from typing import {', '.join(from_typing)}", ""]
    for module in ("types", "words"):
        wanted = sorted(x for x in used if elsewhere.get(x, "words") == module)
        if wanted:
            head += _import(module, wanted)
    return "\n".join(head) + "\n" + body


def _import(module: str, names: list[str]) -> list[str]:
    line = f"from techinfo.client.{module} import {', '.join(names)}"
    if len(line) <= _WIDTH:
        return [line]
    return [f"from techinfo.client.{module} import (", *(f"    {name}," for name in names), ")"]


def _is_word(schema: Mapping[str, Any]) -> bool:
    return "properties" not in schema


def _schemas() -> Mapping[str, Any]:
    document = json.loads(documents_of_everything().of(dialect_of(VERSIONS[-1], Options())))
    told: Mapping[str, Any] = document["components"]["schemas"]
    return told


def _reached(schemas: Mapping[str, Any], roots: frozenset[str]) -> set[str]:
    waiting, seen = set(roots), set()
    while waiting:
        name = waiting.pop()
        seen.add(name)
        waiting |= set(_references(schemas[name])) - seen
    return seen


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if "$ref" in schema:
            yield schema["$ref"].rpartition("/")[2]
        for inner in schema.values():
            yield from _references(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from _references(inner)


def _class(name: str, schema: Mapping[str, Any]) -> Iterator[str]:
    about = f'"""{_sentence(schema.get("description", "")) or name}"""'
    required = schema.get("required", ())
    if any(keyword.iskeyword(key) for key in schema["properties"]):
        yield from (f"{name} = TypedDict(", f'    "{name}",', "    {")
        for key, told in schema["properties"].items():
            kind = _kind(told)
            yield f'        "{key}": {kind if key in required else f"NotRequired[{kind}]"},'
        yield from ("    },", ")", about)
        return
    yield from (f"class {name}(TypedDict):", f"    {about}", "")
    for key, told in schema["properties"].items():
        yield from _field(key, _kind(told), needed=key in required)


def _sentence(text: str) -> str:
    """The first sentence, where it is short enough for a docstring of one line."""
    line = text.split("\n\n")[0].replace("\n", " ").replace("\\", "")
    return line if len(line) <= _WIDTH - 10 else ""


def _assigned(name: str, kind: str) -> Iterator[str]:
    line = f"{name}: TypeAlias = {kind}"
    if len(line) <= _WIDTH or not kind.startswith("Literal["):
        yield line
        return
    yield f"{name}: TypeAlias = Literal["
    yield from (f"    {one}," for one in kind.removeprefix("Literal[")[:-1].split(", "))
    yield "]"


def _field(key: str, kind: str, *, needed: bool) -> Iterator[str]:
    whole = kind if needed else f"NotRequired[{kind}]"
    line = f"    {key}: {whole}"
    if len(line) <= _WIDTH:
        yield line
    elif needed:
        yield f"    {key}: Literal["
        yield from (f"        {one}," for one in kind.removeprefix("Literal[")[:-1].split(", "))
        yield "    ]"
    else:
        yield from (f"    {key}: NotRequired[", f"        {kind}", "    ]")


def _kind(schema: Mapping[str, Any]) -> str:
    """A type as Python writes it."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_kind(one) for one in schema["anyOf"]))
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    if values is not None:
        return f"Literal[{', '.join(json.dumps(one) for one in values)}]"
    if schema.get("type") == "array":
        return f"list[{_kind(schema['items'])}]"
    if schema.get("type") == "object":
        inner = schema.get("additionalProperties")
        return f"dict[str, {_kind(inner) if isinstance(inner, dict) and inner else 'Any'}]"
    return _KINDS.get(schema.get("type", ""), "Any")
