"""``techinfo``: the commands, and how every one of them fails."""

from __future__ import annotations

import logging
import sys
from typing import Annotated

import typer

from techinfo import __version__
from techinfo.cli.audit import app as audit
from techinfo.cli.backup import backup, restore
from techinfo.cli.collector import collector
from techinfo.cli.console import err
from techinfo.cli.demo import demo
from techinfo.cli.drivers import drivers
from techinfo.cli.dump import dump
from techinfo.cli.inventory import app as inventory
from techinfo.cli.lab import lab
from techinfo.cli.leases import app as leases
from techinfo.cli.lookup import lookup
from techinfo.cli.onapi import app as onapi
from techinfo.cli.pause import pause, resume
from techinfo.cli.privacy import app as privacy
from techinfo.cli.probe import probe
from techinfo.cli.record import record
from techinfo.cli.replay import replay
from techinfo.cli.serve import serve
from techinfo.cli.tickets import app as tickets
from techinfo.cli.user import app as user
from techinfo.errors import ConfigError, TechinfoError

app = typer.Typer(
    name="techinfo",
    help="What is the state of this customer's access, right now?\n\n"
    "Start with [bold]techinfo demo[/bold]: recorded switches and the service, on this machine.",
    rich_markup_mode="rich",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(demo)
app.command()(serve)
app.command()(collector)
app.command()(dump)
app.command()(probe)
app.command()(record)
app.command()(pause)
app.command()(resume)
app.command()(backup)
app.command()(restore)
app.command()(lab)
app.command()(replay)
app.command()(lookup)
app.command()(drivers)
app.add_typer(inventory, name="inventory")
app.add_typer(tickets, name="tickets")
app.add_typer(leases, name="leases")
app.add_typer(user, name="user")
app.add_typer(audit, name="audit")
app.add_typer(onapi, name="onapi")
app.add_typer(privacy, name="privacy")


def _version(wanted: bool) -> None:
    if wanted:
        print(f"techinfo {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log what is done.")] = False,
    _: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
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
