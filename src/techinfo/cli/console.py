"""Where commands print: answers to standard output, all else to standard error."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import typer
from rich.console import Console, ConsoleDimensions, ConsoleOptions, RenderableType
from rich.markup import escape
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from techinfo.cli.escaping import escaped
from techinfo.errors import ConfigError
from techinfo.moments import rfc3339

_UNWRAPPED = 10_000
"""Columns of what is no terminal: a line of a file or a pipe is as long as it is."""


class _Console(Console):
    """Rich, whose own colours are the only ones."""

    @property
    def size(self) -> ConsoleDimensions:
        """Of the terminal; where there is none nothing is wrapped, unless COLUMNS says so."""
        if self.is_terminal or os.environ.get("COLUMNS"):
            return super().size
        return ConsoleDimensions(_UNWRAPPED, 25)

    @size.setter
    def size(self, wanted: tuple[int, int]) -> None:
        self._width, self._height = wanted

    def render_str(self, text: str, **how: Any) -> Text:
        """A text, before anybody measures it."""
        return super().render_str(escaped(text), **how)

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """Whatever else is printed."""
        for segment in super().render(renderable, options):
            shown = segment.text if segment.control else escaped(segment.text)
            yield segment if shown == segment.text else Segment(shown, segment.style)


out = _Console(highlight=False)
err = _Console(stderr=True, highlight=False)


@contextmanager
def working(what: str) -> Iterator[None]:
    """What takes long, with the seconds that it has taken; on a terminal alone.

    Args:
        what: Is done, such as ``reading sw-elm-3``.
    """
    if not err.is_terminal:
        yield
        return
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        bar.add_task(escape(what))
        yield


def table(*headings: str, **columns: Any) -> Table:
    """A table without lines; its columns are all alike, and have no header where none is named."""
    made = Table(box=None, pad_edge=False, show_header=bool(headings))
    for heading in headings:
        made.add_column(heading, **columns)
    return made


def print_objects(objects: Iterable[Mapping[str, Any]]) -> None:
    """Print JSON, one object a line; what is ``None`` is left out, times are RFC 3339 in UTC."""
    for one in objects:
        known = {name: _plain(value) for name, value in one.items() if value is not None}
        print(json.dumps(known))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return rfc3339(value)
    return value


def must_agree(question: str, *, yes: bool) -> None:
    """Ask on the terminal before what cannot be undone; only a yes lets it go on.

    Args:
        question: What will happen, to be answered with yes or no.
        yes: Whoever called has agreed already, and is not asked.

    Raises:
        ConfigError: Nobody is there to be asked.
        typer.Abort: The answer was no.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise ConfigError("is needed where nobody can be asked; nothing is done", key="--yes")
    typer.confirm(question, abort=True, err=True)
