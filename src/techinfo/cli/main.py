"""``techinfo``: the commands, and how every one of them fails."""

from __future__ import annotations

import functools
import importlib
import logging
import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from techinfo import __version__
from techinfo.cli.console import err, only_text
from techinfo.errors import ConfigError, TechinfoError

_PLACES: Mapping[str, str] = MappingProxyType(
    {
        "demo": "demo:demo",
        "serve": "serve:serve",
        "collector": "collector:collector",
        "dump": "dump:dump",
        "probe": "probe:probe",
        "record": "record:record",
        "pause": "pause:pause",
        "resume": "pause:resume",
        "backup": "backup:backup",
        "restore": "backup:restore",
        "lab": "lab:lab",
        "replay": "dump:replay",
        "diagnose": "diagnose:diagnose",
        "rules": "diagnose:rules",
        "lookup": "lookup:lookup",
        "drivers": "drivers:drivers",
        "inventory": "inventory:app",
        "tickets": "tickets:app",
        "leases": "leases:app",
        "user": "user:app",
        "audit": "audit:app",
        "onapi": "onapi:app",
        "privacy": "privacy:app",
    }
)
"""Command -> file beside this one, and what of it, in the order of ``--help``."""


class _Commands(TyperGroup):
    """Commands, imported when they are called for: each needs a part of the house only."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - click's shape
        """All names."""
        return list(_PLACES)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - click's shape
        """One command; ``None`` where none is called so."""
        return _made(cmd_name) if cmd_name in _PLACES else None


@functools.cache
def _made(name: str) -> Any:
    file, _, attribute = _PLACES[name].partition(":")
    found = getattr(importlib.import_module(f"techinfo.cli.{file}"), attribute)
    if isinstance(found, typer.Typer):
        command: Any = typer.main.get_group(found)
    else:
        alone = typer.Typer(rich_markup_mode="rich", add_completion=False)
        alone.command()(found)
        command = typer.main.get_command(alone)
    command.name = name
    return command


app = typer.Typer(
    name="techinfo",
    cls=_Commands,
    help="What is the state of this customer's access, right now?\n\n"
    "Start with [bold]techinfo demo[/bold]: recorded switches and the service, on this machine.",
    rich_markup_mode="rich",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"techinfo {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    context: typer.Context,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log what is done.")] = False,
    _: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    context.with_resource(only_text())
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )


def main() -> None:
    """Run a command. Exit status: 0 done, 1 failed, 2 called or configured wrongly, 130 Ctrl-C."""
    try:
        app()
    except ConfigError as e:
        err.print(f"[bold red]configuration:[/] {_plain(e)}", soft_wrap=True)
        sys.exit(2)
    except TechinfoError as e:
        err.print(f"[bold red]error:[/] {_plain(e)}", soft_wrap=True)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(141)


def _plain(error: TechinfoError) -> str:
    """The error's words, with brackets that Rich would take for markup escaped."""
    return str(error).replace("[", r"\[")
