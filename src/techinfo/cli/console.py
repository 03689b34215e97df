"""Where commands print: answers to standard output, all else to standard error."""

from __future__ import annotations

import sys

import typer
from rich.console import Console

from techinfo.errors import ConfigError

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


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
