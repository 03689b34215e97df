"""Templates that never lose a table over one odd line.

Ours stand in one file a platform, a section a table (``techinfo.driver.cli_forms``). Others are
TextFSM's, which either swallows a line that no rule fits, or (``-> Error``) throws everything away.
Here the rows that fit are kept, and every line that fits no rule is told.
"""

from __future__ import annotations

import io
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from textfsm import TextFSM, TextFSMError, TextFSMTemplateError

from techinfo.driver.cli import Parsed, Parser
from techinfo.driver.cli_forms import forms
from techinfo.errors import DriverError

_OWN = "techinfo_drivers.templates"
_OTHERS = "ntc_templates.templates"


class _Strict(TextFSM):  # type: ignore[misc]  # textfsm ships no types
    """A template that remembers what fitted nothing."""

    def __init__(self, template: Any) -> None:
        super().__init__(template)
        self.odd: list[str] = []
        self._fits = False

    def _CheckRule(self, rule: Any, line: str) -> Any:  # noqa: N802 - TextFSM's name
        found = super()._CheckRule(rule, line)
        if found and rule.line_op == "Error":
            return None
        self._fits = self._fits or bool(found)
        return found

    def _CheckLine(self, line: str) -> None:  # noqa: N802 - TextFSM's name
        self._fits = False
        super()._CheckLine(line)
        if not self._fits and line.strip():
            self.odd.append(line)


@cache
def _source(name: str) -> str:
    for package in (_OWN, _OTHERS):
        try:
            file = resources.files(package) / f"{name}.textfsm"
            return file.read_text(encoding="utf-8")
        except (FileNotFoundError, ModuleNotFoundError):
            continue
    raise DriverError(f"there is no template {name!r}")


@cache
def _sections(name: str) -> Mapping[str, Parser]:
    try:
        file = resources.files(_OWN) / f"{name}.toml"
        return forms(tomllib.loads(file.read_text(encoding="utf-8")))
    except FileNotFoundError as e:
        raise DriverError(f"there is no template {name!r}") from e
    except (ValueError, TypeError, re.error) as e:
        raise DriverError(f"templates {name!r} cannot be used: {e}") from e


def _form(name: str) -> Parser:
    file, _, section = name.partition(".")
    try:
        return _sections(file)[section]
    except KeyError as e:
        raise DriverError(f"there is no template {name!r}") from e


@cache
def _template(name: str) -> _Strict:
    try:
        return _Strict(io.StringIO(_source(name)))
    except TextFSMTemplateError as e:
        raise DriverError(f"template {name!r} cannot be used: {e}") from e


def parse(name: str, text: str) -> Parsed:
    """The rows of a text, and the lines that no rule of the template fits.

    Raises:
        DriverError: There is no such template, or it is broken.
    """
    if "." in name:
        return _form(name)(text)
    template = _template(name)
    template.Reset()
    template.odd = []
    try:
        rows = template.ParseTextToDicts(text)
    except TextFSMError as e:
        return Parsed((), (str(e),))
    return Parsed(rows, tuple(template.odd))
