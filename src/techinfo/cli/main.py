"""``techinfo``: the commands, and how every one of them fails."""

from __future__ import annotations

import functools
import gc
import importlib
import logging
import os
import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from techinfo import __version__
from techinfo.cli.escaping import only_text
from techinfo.cli.helping import Group, finished, speak
from techinfo.errors import ConfigError, TechinfoError

COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "demo": "Run recorded switches of five makers and the service over them, on this machine"
        " only.",
        "init": "Ask six questions and write a configuration that works.",
        "serve": "Answer ON-API (2.3.1 to 2.6) about the accesses of the inventory.",
        "collector": "Ask network elements for an API that runs in a process of its own.",
        "dump": "Read an access, a switch or any device now and print a JSON document.",
        "probe": "Learn gently what a device's model can tell: its driver, its tables, its limits.",
        "discover": "Ask a network, gently, which devices answer, and propose them as elements.",
        "record": "Record a device: read what drivers and the standard MIBs need, and write it as"
        " snmprec.",
        "pause": "Stop asking a switch, all devices of a driver, a site, or everything.",
        "resume": "End a pause before its time. [bold]techinfo pause --list[/bold] shows what is"
        " paused.",
        "plan": "Tell what polling costs each element: requests and octets a second. Nothing is"
        " asked.",
        "history": "Tell what polls have counted and measured on an access. No device is asked.",
        "timeline": "Tell what has happened on an access, by age. No device is asked.",
        "certify": "Read an access now, and keep its light as that of an installation.",
        "cable-test": "Test the cable of an access: which pair is open or short, and how far away.",
        "disturbances": "Disturbances that were found where sites are polled.",
        "works": "Planned works: where, from when to when, and who is told.",
        "watch": "Show an access live, every five seconds: link, light and traffic.",
        "backup": "Copy every database of the service into a folder, while it runs.",
        "restore": "Put the databases of a back-up in their places. The service must be stopped.",
        "lab": "Serve every recording of a folder as a switch, on this machine only.",
        "replay": "Read recordings as if they were devices and print one dump document for each.",
        "diagnose": "Judge cases: what is wrong, where, who acts, and the one question to ask.",
        "audit-ports": "Compare the ports of switches with the orders on them; exit status 1 if"
        " they differ.",
        "fibre-weather": "Tell where several fibres of one cable, tube or closure lost light in one"
        " night.",
        "wrong-ports": "Tell accesses whose equipment is lastingly elsewhere; exit status 1 if"
        " there are some.",
        "rules": "List the rules in order of precedence: the first that holds is the verdict.",
        "lookup": "Say which access has an identifier, and why: how it is spelt, and what says so.",
        "drivers": "List the drivers, or show one: every fact with its OIDs, units, source and"
        " proof.",
        "inventory": "Fill the inventory (accesses, elements, CPEs, services) and look into it.",
        "ssh": "Host keys of devices, and log-ins on their command lines that were stopped.",
        "tickets": "Tickets of providers, and what webhooks were told of them.",
        "leases": "Leases from the logs of DHCP servers: which are read, what they tell, what is"
        " odd.",
        "user": "Users of the service: providers, the operator's engineers, operators.",
        "tokens": "Access tokens (OAuth 2.0), which clients get for their passwords at"
        " [bold]POST /oauth2/token[/bold].",
        "audit": "The audit log: who asked what, when, for whom.",
        "onapi": "As a client: take over subscriptions and services from other ON-API servers.",
        "tjansteguiden": "As a client: take over orders that households place in Tjänsteguiden.",
        "config": "The settings: check them, show what is in force, explain one.",
        "privacy": "What is known of a person: show it all, or erase it.",
    }
)
"""Command -> the first paragraph of its help, in the order of ``--help``: that page is made of this
table, and imports no command."""
_ELSEWHERE = {
    "demo": "demo.demo",
    "lab": "demo.lab",
    "collector": "service.collector",
    "record": "recording.record",
    "dump": "asking.dump",
    "replay": "asking.dump",
    "probe": "asking.probe",
    "discover": "asking.discover",
    "diagnose": "asking.diagnose",
    "rules": "asking.diagnose",
    "resume": "pause",
    "restore": "backup",
    "history": "asking.history",
    "timeline": "asking.history",
    "certify": "asking.certify",
    "cable-test": "asking.cable_test",
    "watch": "asking.watch",
}
"""Commands that stand in a room, or in the file of another."""
_GROUPS = {
    "drivers",
    "inventory",
    "ssh",
    "tickets",
    "leases",
    "user",
    "tokens",
    "audit",
    "onapi",
    "tjansteguiden",
    "config",
    "privacy",
    "works",
    "disturbances",
}
"""Commands with sub-commands."""


class _Commands(Group):
    """The commands by name and help; the one that is called is imported then."""

    def __init__(self, **how: Any) -> None:
        super().__init__(**how)
        self.commands = {name: TyperCommand(name, help=about) for name, about in COMMANDS.items()}

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """The arguments; ``help``, ``help dump`` and ``help user add`` ask for ``--help``."""
        if args[:1] == ["help"]:
            args = [*args[1:], "--help"]
        return super().parse_args(ctx, args)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The name, the command itself, and what follows it."""
        name, listed, rest = super().resolve_command(ctx, args)
        return name, listed and command(str(listed.name)), rest


def module_of(name: str) -> str:
    """Where a command stands."""
    file = f"groups.{name}" if name in _GROUPS else _ELSEWHERE.get(name, name)
    return f"techinfo.cli.{file.replace('-', '_')}"


@functools.cache
def command(name: str) -> Any:
    """A command of the table, imported."""
    gc.disable()  # what is imported stays; to look for garbage there takes a tenth of the time
    try:
        module = importlib.import_module(module_of(name))
    finally:
        gc.freeze()
        gc.enable()
    if name in _GROUPS:
        if not isinstance(module.app.info.cls, type):  # none was given
            module.app.info.cls = Group
        made: Any = typer.main.get_group(module.app)
    else:
        alone = typer.Typer(rich_markup_mode="rich", add_completion=False)
        alone.command()(getattr(module, name.replace("-", "_")))
        made = typer.main.get_command(alone)
    made.name = name
    return finished(made)


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
        level=logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )
    if verbose:
        speak()


def main() -> None:
    """Run a command. Exit status: 0 done, 1 failed, 2 called or configured wrongly, 130 Ctrl-C."""
    # We use no plugins of pydantic's, and to look for some it reads about every package there is.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        app(prog_name="techinfo")
    except TechinfoError as error:
        from techinfo.cli.console import err

        wrongly = isinstance(error, ConfigError)
        plain = str(error).replace("[", r"\[")  # what Rich would take for markup
        err.print(
            f"[bold red]{'configuration' if wrongly else 'error'}:[/] {plain}", soft_wrap=True
        )
        sys.exit(2 if wrongly else 1)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(141)
