"""What the recipes of ticket systems send us, and read of our messages, is what there is.

The systems themselves are not here; their own recipes say how far they were tried.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from techinfo.access.viewer import Options
from techinfo.api.onapi.versions import VERSIONS
from techinfo.api.onapi.versions.dialect import dialect_of
from techinfo.api.openapi.shapes import operations
from techinfo.api.routes import documents_of_everything
from techinfo.tickets.records import ON_API

FOLDER = Path(__file__).parents[2] / "docs" / "tickets"
RECIPES = sorted(FOLDER.glob("*.md"))
_CALL = re.compile(r"\b(GET|POST|PATCH|PUT|DELETE)\s+(/(?:techinfo/v1|onapi/[0-9.]+)/[^\s`,;)]*)")
_ENDPOINT = re.compile(r"https://techinfo\.example(/(?:techinfo/v1|onapi/[0-9.]+)/[^\s'`]*)")
_TEMPLATE = re.compile(r'(")?(\{\{[^{}]*\}\}|#\{[^{}]*\})(")?')
_REMARK = re.compile(r"""(?<=[,}]) {2,}[^\s"{}].*$""", re.MULTILINE)
_COMES_WITH = frozenset({"additionalInfo", "changedBy", "comment", "linkInfo"})
"""Where they apply (`techinfo.webhooks.payloads`)."""


def document() -> Mapping[str, Any]:
    """Our own, of the newest version, with the extensions."""
    made = documents_of_everything().of(dialect_of(VERSIONS[-1], Options()))
    return json.loads(made)  # type: ignore[no-any-return]


DOCUMENT = document()


def operation(method: str, path: str) -> Mapping[str, Any] | None:
    """Of a call, in which anything stands for a parameter; ``None``: there is none."""
    path = path.removeprefix("/onapi")
    for known_method, known, found in operations(DOCUMENT["paths"]):
        pattern = re.sub(r"\\{[^/]*\\}", "[^/]+", re.escape(known))
        if known_method == method.lower() and re.fullmatch(pattern, path):
            return found
    return None


def body_at(text: str, at: int) -> Any:
    """The JSON document that begins there; remarks beside it and smart values are taken out."""
    text = _REMARK.sub("", text[at:].split("\n\n")[0])
    text = text.replace("{…}", "{}")
    text = _TEMPLATE.sub(_filled, text)
    return json.JSONDecoder().raw_decode(text)[0]


def _filled(found: re.Match[str]) -> str:
    """A smart value, which stands in a text or is a whole one."""
    quoted = found[1] or found[3]
    return f"{found[1] or ''}x{found[3] or ''}" if quoted else '"x"'


def valid(method: str, path: str, body: Any) -> None:
    """Let a body be what the operation reads."""
    found = operation(method, path)
    assert found is not None, (method, path)
    schema = found["requestBody"]["content"]["application/json"]["schema"]
    jsonschema.validate(body, {**schema, "components": DOCUMENT["components"]})


def calls(text: str) -> Iterator[tuple[str, str, int]]:
    """Method, path, and where the text goes on behind the line."""
    for found in _CALL.finditer(text):
        end = text.find("\n", found.end())
        yield found[1], found[2], len(text) if end < 0 else end + 1


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda path: path.stem)
def test_every_call_to_us_is_an_operation_and_its_body_what_that_reads(recipe: Path) -> None:
    """Blocks and words alike; a block has its body below."""
    text = recipe.read_text(encoding="utf-8")
    found = list(calls(text))
    bodies = 0
    for method, path, at in found:
        assert operation(method, path) is not None, (recipe.name, method, path)
        if text[at:].lstrip(" ").startswith("{") and not text[at:].startswith("{"):
            valid(method, path, body_at(text, at + len(text[at:]) - len(text[at:].lstrip(" "))))
            bodies += 1

    assert bodies >= 1, recipe.name


@pytest.mark.parametrize(
    ("recipe", "method", "path", "before"),
    [
        ("jira.md", "PATCH", "/onapi/2.6/tickets/X", "body     "),
        ("jira.md", "POST", "/techinfo/v1/tickets/X", "body     "),
        ("zammad.md", "POST", "/techinfo/v1/tickets/X", '        {"ticket"'),
        ("README.md", "POST", "/techinfo/v1/webhooks", "techinfo/v1/webhooks -d '"),
        ("README.md", "POST", "/techinfo/v1/linkinfo", "`POST /techinfo/v1/linkinfo`, body `"),
    ],
)
def test_a_body_that_stands_elsewhere_is_what_is_read(
    recipe: str, method: str, path: str, before: str
) -> None:
    """Zammad's names the ticket, too, which its relay takes out of it."""
    text = (FOLDER / recipe).read_text(encoding="utf-8")
    assert text.count(before) == 1
    body = body_at(text, text.index("{", text.index(before)))
    if recipe == "zammad.md":
        assert body.pop("ticket")

    valid(method, path, body)


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda path: path.stem)
def test_what_is_written_to_us_has_a_path_of_ours(recipe: Path) -> None:
    """URLs of the forms and scripts, whatever they put in place of the ticket."""
    text = recipe.read_text(encoding="utf-8")
    for path in (re.sub(r"\{\{.*", "X", found) for found in _ENDPOINT.findall(text)):
        whole = path.rstrip(".") + ("X" if path.endswith("/") else "")
        assert any(operation(method, whole) for method in ("POST", "PATCH", "GET")), whole


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda path: path.stem)
def test_what_is_read_of_a_message_is_in_it(recipe: Path) -> None:
    """In Jira's smart values, ServiceNow's script and Znuny's XSLT."""
    text = recipe.read_text(encoding="utf-8")
    reads = re.findall(r"webhookData\.data\.(\w+)|select=\"data/(\w+)|\btold\.(\w+)", text)
    wanted = {name for found in reads for name in found if name}

    assert wanted <= {*ON_API.values(), *_COMES_WITH}


def test_the_message_that_is_shown_has_the_fields_of_a_ticket() -> None:
    """And no other; it is JSON."""
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    message = body_at(text, text.index('{"id": "msg_'))

    assert message["type"] == "ticket.created"
    assert message["data"].keys() - _COMES_WITH <= set(ON_API.values())


def test_a_call_or_body_that_is_not_ours_is_noticed() -> None:
    """The checks themselves can fail."""
    assert operation("PUT", "/techinfo/v1/webhooks") is None
    assert operation("POST", "/techinfo/v1/webhook") is None
    with pytest.raises(jsonschema.ValidationError):
        valid("POST", "/techinfo/v1/webhooks", {"url": 7})
    with pytest.raises(json.JSONDecodeError):
        body_at('{"a": "b" "c": 1}', 0)
