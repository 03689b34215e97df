"""Reference pages made from the code: keys of the inventory, settings, OpenAPI documents.

``python -m techinfo.cli.reference_pages --check`` fails when a page is not what the code says;
``--write`` writes them anew.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from techinfo.access.viewer import Options
from techinfo.api.onapi.versions import VERSIONS, Version, dialect_of
from techinfo.api.routes import documents_of_everything as documents
from techinfo.cli.client_types import client_own_types, client_types, client_words
from techinfo.config.reference import sections, settings_reference
from techinfo.inventory.columns import ABOUT, Column, columns
from techinfo.inventory.example import as_yaml
from techinfo.inventory.records import RECORDS
from techinfo.inventory.shapes import shapes

_INVENTORY_HEAD = """# The inventory: every key

Written by `make reference` from the code; do not edit. `techinfo inventory columns` prints the
same.

An inventory is one or more files in YAML, JSON or CSV. A YAML or JSON file has kinds at its top
and a list of records below each; a CSV file (UTF-8, comma or semicolon) holds one kind, which its
header shows. Every kind that the files hold is replaced as a whole, all of them together or none;
kinds that no file holds stay.

    techinfo inventory example --yaml > inventory.yaml      # to start from
    techinfo inventory example --csv accesses               # the same for a spreadsheet
    techinfo inventory import --dry-run inventory.yaml      # what would change, and every error
    techinfo inventory import inventory.yaml
    techinfo inventory check --ask                          # what to put right, as switches say

All errors of all files are told at once, each with file, line and key. An empty cell, `null` or a
key that is left out mean that nothing is known. Drivers and credentials that are named must
exist. Where NetBox has the network: [netbox.md](netbox.md).

"""


def inventory_page() -> str:
    """docs/inventory.md."""
    return _INVENTORY_HEAD + "\n".join(_inventory_lines()) + "\n"


def _inventory_lines() -> Iterator[str]:
    forms = shapes()
    for kind in RECORDS:
        yield f"## {kind}"
        yield ""
        yield ABOUT[kind]
        yield ""
        yield "| key | what | example |"
        yield "|---|---|---|"
        for column in columns(kind, forms[kind]):
            yield _row(column)
        yield ""
    yield "## An example"
    yield ""
    yield "```yaml"
    yield as_yaml().rstrip()
    yield "```"


def _row(column: Column) -> str:
    notes = []
    if column.required:
        notes.append("**required**")
    if column.default is not None:
        notes.append(f"left out: `{column.default}`")
    if column.spellings:
        notes.append("also " + ", ".join(f"`{spelling}`" for spelling in column.spellings))
    words = "; ".join([column.about, *notes]).replace("|", "\\|")
    return f"| `{column.name}` | {words} | `{column.example}` |"


_SETTINGS_HEAD = """# Settings

Written by `make reference` from the models; do not edit. `techinfo config explain KEY` prints the
same of one.

    techinfo config check       # what is wrong, and what is not wise
    techinfo config show        # what is in force, and what says so
    techinfo config explain collect.deadline_s

Settings stand in one TOML file (`--config FILE`, or the variable `TECHINFO_CONFIG`). A variable of
the environment wins over it; lists are written there as in TOML, `["a", "b"]`. Relative paths count
from the folder of the file. An unknown key is an error. `NAME` is a name of your own, and `[]` a
table that may be there many times (`[[leases.sources]]`).

"""


def settings_page() -> str:
    """docs/settings.md."""
    return _SETTINGS_HEAD + "\n".join(_settings_lines())


def _settings_lines() -> Iterator[str]:
    about = sections()
    for section, words in about.items():
        yield f"## {section}"
        yield ""
        yield words
        yield ""
        yield "| key | what | may be | left out | variable |"
        yield "|---|---|---|---|---|"
        for setting in settings_reference():
            if setting.key.split(".")[0] == section:
                default = "**required**" if setting.required else _code(setting.default)
                cells = (_code(setting.key), setting.about, setting.form, default)
                row = " | ".join(cell.replace("|", "\\|") for cell in cells)
                yield f"| {row} | {_code(setting.variable)} |"
        yield ""


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _document(version: Version | None) -> Callable[[], str]:
    """The OpenAPI document of a service with everything, at its usual settings."""

    def page() -> str:
        told = json.loads(documents().of(dialect_of(version, Options()) if version else None))
        return json.dumps(told, ensure_ascii=False, indent=1) + "\n"

    return page


PAGES: Mapping[str, Callable[[], str]] = {
    "docs/inventory.md": inventory_page,
    "docs/settings.md": settings_page,
    **{f"docs/openapi/onapi-{version}.json": _document(version) for version in VERSIONS},
    "docs/openapi/techinfo-v1.json": _document(None),
    "src/techinfo/client/types.py": client_types,
    "src/techinfo/client/own_types.py": client_own_types,
    "src/techinfo/client/words.py": client_words,
}
"""File -> what stands in it."""


def main(arguments: list[str]) -> int:
    """Write or check the pages; 1 when one is not what the code says."""
    if arguments not in (["--check"], ["--write"]):
        sys.stderr.write("usage: python -m techinfo.cli.reference_pages --check|--write\n")
        return 2
    wrong = 0
    for name, page in PAGES.items():
        path, now = Path(name), page()
        path.parent.mkdir(parents=True, exist_ok=True)
        if arguments == ["--write"]:
            path.write_text(now, encoding="utf-8")
        elif not path.is_file() or path.read_text(encoding="utf-8") != now:
            sys.stderr.write(f"{path} is not what the code says: make reference\n")
            wrong = 1
    return wrong


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
