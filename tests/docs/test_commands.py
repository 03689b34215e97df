"""Every command that a page names is there, with its options; so are the codes of errors."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.docs.test_links import PAGES, ROOT

from techinfo.cli.main import COMMANDS, command
from techinfo.error_codes import Code

_SPAN = re.compile(
    r"`(techinfo [^`\n]+)`|^(?:    |\$ )(?:sudo -u \S+ )?(\S*techinfo .+)$", re.MULTILINE
)
_FIELD = "techinfo reference"
"""What a field of Jira is called: no command."""


def named(text: str) -> list[str]:
    """The commands in a page: spans of code, and indented lines."""
    return [found for pair in _SPAN.findall(text) if (found := "".join(pair)) != _FIELD]


def wrong(line: str) -> Iterator[str]:
    """What of a command is not there."""
    plain = re.split(r" \| | > |  #", line)[0]
    words = shlex.split(plain, comments=True)[1:]
    if not words or words[0] in ("help", "COMMAND") or words[0].startswith("-"):
        return
    if words[0] not in COMMANDS:
        yield words[0]
        return
    found: Any = command(words[0])
    for word in words[1:]:
        found = getattr(found, "commands", {}).get(word, found)
    if hasattr(found, "commands") and words[0] == "drivers":  # else a name, for `drivers show`
        found = found.commands["show"]
    elif hasattr(found, "commands") and any(word.isalpha() for word in words[1:]):
        yield line
    options = {"--help", "-h"}.union(*((*one.opts, *one.secondary_opts) for one in found.params))
    given = (
        re.split(r"[=,;.:]", word)[0] for word in words if word.startswith("-") and word != "-"
    )
    yield from (f"{words[0]} {option}" for option in given if option not in options)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_of_a_page_are_there(page: Path) -> None:
    """By name, sub-command and options."""
    lines = named(page.read_text(encoding="utf-8"))

    assert [fault for line in lines for fault in wrong(line)] == []


@pytest.mark.parametrize(
    "line",
    [
        "techinfo bake",
        "techinfo dump --colour red",
        "techinfo user fly isp",
        "techinfo user add isp --wings",
    ],
)
def test_a_command_that_is_not_there_is_found(line: str) -> None:
    """A name, a sub-command, an option."""
    assert list(wrong(line))


def test_the_errors_that_troubleshoot_tells_of_are_answered() -> None:
    """Each heading's codes and statuses are of the published list."""
    text = (ROOT / "docs" / "troubleshoot.md").read_text(encoding="utf-8")
    statuses = {code.value: code.status for code in Code}
    headings = re.findall(r"^### .*?([45]\d\d) (.+)$", text, re.MULTILINE)

    assert len(headings) > 8
    for status, words in headings:
        for code in re.findall(r"`(\w+)`", words):
            assert statuses.get(code) == int(status)


def _helps(name: str, found: Any) -> Iterator[tuple[str, str]]:
    for sub, one in getattr(found, "commands", {}).items():
        yield from _helps(f"{name} {sub}", one)
    yield name, found.help or ""


@pytest.mark.parametrize("name", COMMANDS)
def test_examples_of_help_are_there(name: str) -> None:
    """As the commands of pages: by name, sub-command and options."""
    for called, text in _helps(name, command(name)):
        examples = re.findall(r"Example: \[bold\](.+?)\[/bold\]", text)
        assert [fault for line in examples for fault in wrong(line)] == [], called
