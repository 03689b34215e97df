"""What every command and group has in common: reflowed help, ``-v``, and what was meant."""

from __future__ import annotations

import functools
import logging
import re
import sys
import time
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from techinfo import __version__

_log = logging.getLogger("techinfo.cli")
_FEW = 12
"""More commands than these are not listed in an error: ``--help`` does that."""


class Group(TyperGroup):
    """Commands; where a name is none of theirs it is said what there is."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The name, the command itself, and what follows it."""
        try:
            return super().resolve_command(ctx, args)
        except Exception as error:
            told = getattr(error, "message", "")
            if told.startswith("No such command") and "Did you mean" not in told:
                names = sorted(self.commands)
                there = f" There are: {', '.join(names)}." if len(names) <= _FEW else ""
                error.message = f"{told.rstrip('.')}.{there}"  # type: ignore[attr-defined]
            raise


def speak() -> None:
    """Log what is done, to standard error."""
    logging.getLogger().setLevel(logging.INFO)


def _told(context: typer.Context, wanted: bool) -> None:
    if wanted:
        speak()
    if not _log.isEnabledFor(logging.INFO):  # serve logs more when it runs; that is its business
        return
    begun = time.monotonic()
    words = context.command_path
    _log.info("%s: version %s, Python %s", words, __version__, sys.version.split()[0])
    context.call_on_close(
        lambda: _log.info("%s: ended after %.1f s", words, time.monotonic() - begun)
    )


def _verbose(
    _: Annotated[
        bool, typer.Option("--verbose", "-v", help="Log what is done.", callback=_told)
    ] = False,
) -> None:
    """Only its option is taken."""


@functools.cache
def _option() -> Any:
    alone = typer.Typer(rich_markup_mode="rich", add_completion=False)
    alone.command()(_verbose)
    option: Any = typer.main.get_command(alone).params[0]
    option.expose_value = False
    return option


def reflowed(text: str) -> str:
    """A help whose paragraphs are one line each; what is indented stays as it is."""
    paragraphs = re.split(r"\n{2,}", text)
    return "\n\n".join(
        one if re.search(r"^[ \b]", one, re.MULTILINE) else " ".join(one.split())
        for one in paragraphs
    )


def finished(made: Any) -> Any:
    """A command with reflowed help and ``-v``; of a group every one that is in it."""
    made.help = reflowed(made.help or "")
    for one in getattr(made, "commands", {}).values():
        finished(one)
    if not hasattr(made, "commands") or made.invoke_without_command:
        made.params.append(_option())
    return made
