"""Commands as pages have them: in blocks of code, and in sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.docs.test_links import PAGES, ROOT

_SPAN = re.compile(r"`(techinfo [^`\n]+)`")
_FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INDENTED = re.compile(r"(?:^(?: {4}.*)?\n)+", re.MULTILINE)
_WORDS = (
    r"(?:sudo|techinfo|curl|make|pip|python3|install|systemctl|systemd-analyze|podman|order|rm|userdel"
    r"|snmpbulkwalk|\.ci/run|/opt/techinfo/bin/\w+|\*/15 \* \* \* \*  techinfo) "
)
_BEGINS = re.compile(rf"(?:\$ )?{_WORDS}|\.ci/run")
_NAMES = {"techinfo reference"}
"""A field of Jira's: no command."""


@dataclass(frozen=True, slots=True)
class Written:
    """A command on a page.

    Attributes:
        page: Its path in the tree.
        line: The command, on one line, without what follows a ``#``.
        said: It stands in a sentence, which may name a command without what it needs.
    """

    page: str
    line: str
    said: bool


def _blocks(text: str) -> Iterator[str]:
    for language, block in _FENCED.findall(text):
        if language in ("sh", "console", ""):
            yield block
    for block in _INDENTED.findall(_FENCED.sub("", text)):
        yield "\n".join(line[4:] for line in block.splitlines())


def _whole(block: str) -> Iterator[str]:
    """The commands of a block, each as one: they go on behind a backslash and within quotes."""
    begun = ""
    for line in block.splitlines():
        if not begun and not _BEGINS.match(line):
            continue
        begun += re.sub(r"\s+#( .*)?$", "", line.removeprefix("$ "))
        if begun.endswith("\\"):
            begun = begun[:-1]
        elif begun.count("'") % 2:
            begun += "\n"
        else:
            yield begun.strip()
            begun = ""
    assert not begun, block


def written(page: Path) -> Iterator[Written]:
    """Every command of a page; those of a block first."""
    text, name = page.read_text(encoding="utf-8"), str(page.relative_to(ROOT))
    for block in _blocks(text):
        yield from (Written(name, line, said=False) for line in _whole(block))
    for line in _SPAN.findall(text):
        if line not in _NAMES:
            yield Written(name, line, said=True)


def all_written() -> list[Written]:
    """Those of every page but the changelog, which tells what once was."""
    return [one for page in PAGES if page.name != "CHANGELOG.md" for one in written(page)]
