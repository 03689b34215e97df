"""``techinfo drivers``: which devices can be read, what each driver asks of them, and a new one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from techinfo.cli.console import err, out, print_objects, table
from techinfo.cli.devices import learnt_to_read
from techinfo.cli.helping import Group
from techinfo.cli.options import ConfigOption, JsonLinesOption, settings_of
from techinfo.collect import AgentLimits, load
from techinfo.collect.registry import cli_platforms
from techinfo.config import Settings
from techinfo.driver.cli import CliPlatform
from techinfo.driver.driver import DescrMatches, Driver
from techinfo.errors import ConfigError
from techinfo.facts.describe import described
from techinfo.recordings.driver_frame import frame
from techinfo.recordings.recording import load as load_recording
from techinfo.ssh.cli_reading import PARTS
from techinfo.ssh.sessions.commands import is_askable
from techinfo.store.agent_limits import AgentKind, AgentLimitsFile, Presence

_NAME = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")


class _ShowUnlessNamed(Group):
    """``drivers``, ``drivers NAME`` and ``drivers --forget NAME`` are ``drivers show …``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """What is no sub-command is the driver to show."""
        if args[:1] not in (["new"], ["show"], ["--help"], ["-h"]):
            args = ["show", *args]
        return super().parse_args(ctx, args)


_NEXT = """\
Next: look its columns up in the maker's MIB; without a public MIB nothing of it can be told.
Put it among the drivers, then: techinfo replay {recording}; techinfo drivers {name}
What else a new driver needs, and which tests say what is missing: CONTRIBUTING.md, steps 3 to 6."""

app = typer.Typer(
    cls=_ShowUnlessNamed,
    help="List the drivers, or show one: every fact with its OIDs, units, source and proof.\n\n"
    "[bold]techinfo drivers[/bold] lists them, [bold]techinfo drivers NAME[/bold] shows one, "
    "[bold]techinfo drivers new[/bold] begins one from a recording.",
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command()
def show(
    name: Annotated[
        str | None, typer.Argument(help="One driver: every fact, OID, unit and proof.")
    ] = None,
    forget: Annotated[
        bool,
        typer.Option("--forget", help="Erase what was learnt of its devices, and show nothing."),
    ] = False,
    as_json: JsonLinesOption = False,
    config: ConfigOption = None,
) -> None:
    """List the drivers, or show one: every fact with its OIDs, units, source and proof.

    [bold]proven[/bold] names recordings of real devices in which the table gives values; a table
    without one stands on its MIB's text alone.

    [bold]command line[/bold] is all that is typed over SSH: commands, and lines at log-in and
    log-out; and what netmiko would type by itself for that platform, which is not typed.

    [bold]learnt[/bold] is what devices of this driver did not stand or do not have, by model and
    software: in the file that [bold]collect.learnt[/bold] names. The service only ever adds to it;
    with [bold]--forget[/bold] they are asked as the driver says again, within a minute.

    Example: [bold]techinfo drivers cisco_ios[/bold]
    """
    settings = settings_of(config)
    registry = load(settings.drivers.folders)
    if forget:
        _forget(settings, registry.named(name or "").name)
    elif name is None and as_json:
        print_objects(_objects([registry.drivers[n] for n in sorted(registry.drivers)]))
    elif as_json:
        raise ConfigError("goes with the list; `techinfo drivers NAME` is for people", key="--json")
    elif name is None:
        _list([registry.drivers[n] for n in sorted(registry.drivers)])
        _list_platforms()
    elif name not in registry.drivers and _platforms(name):
        _show_command_lines(name)
    else:
        _show(registry.named(name))
        _show_command_lines(name)
        with learnt_to_read(settings) as learnt:
            _show_learnt(learnt, name)


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="Of the driver, as vendor_os: acme_os.")],
    recording: Annotated[
        Path,
        typer.Argument(help="Of a device: what `techinfo record HOST --all` wrote, or a walk."),
    ],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file; else NAME.py in this folder.")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Write the frame of a driver from a recording, to be filled in.

    The file is a driver already: it claims the recording's sysObjectID, and ports, counters and MAC
    table come from the standard MIBs. As comments below stand the maker's own columns whose values
    look like light (dBm), degrees, volts, MAC or IP addresses, with examples: guesses, to be looked
    up in the maker's MIB. Where a file is there already, nothing is written.

    Put it into a folder of your own ([bold]drivers.folders[/bold] in the settings), and
    [bold]techinfo replay --config FILE RECORDING[/bold] reads with it, as every command does.

    Example: [bold]techinfo drivers new acme_os acme.snmprec[/bold]
    """
    registry = load(settings_of(config).drivers.folders)
    if not _NAME.fullmatch(name):
        raise ConfigError(f"{name!r} is no name such as acme_os", key="NAME")
    if name in registry.drivers:
        raise ConfigError(f"there is a driver {name!r} already: {registry.files[name]}", key="NAME")
    text = frame(load_recording(recording), name)
    path = output or Path(f"{name}.py")
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}", key="--output") from error
    err.print(f"{path} is written: a driver, and what it may be made of", markup=False)
    err.print(_NEXT.format(name=name, recording=recording), markup=False, soft_wrap=True)


def _forget(settings: Settings, name: str) -> None:
    path = settings.collect.learnt
    if not path.is_file():
        raise ConfigError(f"{path}: is not there", key="collect.learnt")
    with AgentLimitsFile.open(path) as file:
        err.print(f"{file.forget(name)} rows forgotten")


def _list(every: list[Driver]) -> None:
    listed = table("driver", "vendor", no_wrap=True)
    listed.add_column("series")
    for driver in every:
        listed.add_row(driver.name, driver.vendor, driver.series)
    out.print(listed)


def _objects(every: list[Driver]) -> Iterator[dict[str, Any]]:
    """Drivers, then the platforms that are read over SSH only."""
    for driver in every:
        yield {"driver": driver.name, "vendor": driver.vendor, "series": driver.series}
    for platform in _platforms_alone():
        yield {"platform": platform.names[0], "vendor": platform.vendor}


def _show(driver: Driver) -> None:
    out.print(f"[bold]{driver.name}[/]  {driver.vendor}  {driver.series}")
    out.print(
        f"sysObjectID: {', '.join(driver.sys_object_ids) or 'whatever no other driver claims'}"
    )
    for condition in driver.when:
        words = "sysDescr matches" if isinstance(condition, DescrMatches) else "answers"
        shown = condition.pattern if isinstance(condition, DescrMatches) else condition.oid
        out.print(f"only if {words}: {shown}", markup=False)
    for prefix, base in driver.bases.items():
        out.print(f"base of {prefix}: {base}")
    limits = driver.limits
    out.print(
        f"limits: {limits.varbinds} varbinds a request, {limits.max_repetitions} repetitions"
        + ("" if limits.bulk else ", no GETBULK")
        + (f", never GETBULK under {', '.join(limits.no_bulk)}" if limits.no_bulk else "")
        + (", rows in any order" if limits.unordered else "")
    )
    for recording, facts in driver.verified_by.items():
        out.print(f"seen: {recording}: {', '.join(facts)}", markup=False)
    for note in driver.notes:
        out.print(f"note: {note}", markup=False)
    for part in described(driver):
        proof = (
            f": proven by {', '.join(part.verified_by)}"
            if part.verified_by
            else ": from the MIB alone"
        )
        proven = "" if part.fact == "device" else proof
        out.print(f"\n[bold]{part.fact}[/]  {part.mib}{proven}; row by {part.row}")
        rows = table()
        for field in part.fields:
            rows.add_row(f"  {field.name}", field.oid, field.unit)
        out.print(rows, markup=False)


def _platforms(name: str) -> list[CliPlatform]:
    """Those of a driver, or the one that is called so."""
    every = dict.fromkeys(cli_platforms().values())
    return [p for p in every if name == p.driver or name in p.names]


def _platforms_alone() -> list[CliPlatform]:
    """Those that are read over SSH only."""
    return [p for p in dict.fromkeys(cli_platforms().values()) if p.driver is None]


def _list_platforms() -> None:
    alone = _platforms_alone()
    listed = table("command line only", "vendor", no_wrap=True)
    for platform in alone:
        listed.add_row(platform.names[0], platform.vendor)
    out.print(listed)


def _show_command_lines(name: str) -> None:
    """Print all that is ever typed on a device."""
    for platform in _platforms(name):
        out.print(f"\n[bold]command line[/]  {', '.join(platform.names)}")
        session = platform.session
        if session is None:
            out.print("  no SSH session is known; recordings are read")
            continue
        more = [f"{session.enable} (where configured)"] if session.enable else []
        lines = [*session.after_login, *more]
        _say(f"  at log-in: {', '.join(lines) or 'nothing'}; at log-out: {session.logout}")
        asked = (*session.questions, *session.pagers, *session.at_logout)
        if asked:
            told = (f"{answer.asked} is answered {answer.typed!r}" for answer in asked)
            _say(f"  questions: {'; '.join(told)}")
        _say(f"  netmiko by itself: {session.netmiko or 'has no class for it'}")
        for each in platform.tables:
            how = "" if is_askable(each) else "; never sent, it takes the link down"
            proof = "; from the manual" if each.manual else ""
            one = f"; for one port {each.one_port}" if each.one_port else ""
            one += f"; for one ONT {each.one_ont}" if each.one_ont else ""
            _say(f"  {PARTS[each.kind]}: {each.command}{one}{proof}{how}")
        if (tester := platform.cable_test) is not None:
            shown = f", then {tester.result}" if tester.result else ""
            _say(f"  cable test: {tester.start}{shown}; only where danger.cable_test lets it")


def _say(line: str) -> None:
    out.print(line, markup=False, soft_wrap=True)


def _show_learnt(learnt: AgentLimits, driver: str) -> None:
    """Print what was learnt of a driver's devices, by model and software."""
    rows: dict[AgentKind, list[tuple[str, str, str]]] = {}
    for lesson in learnt.lessons:
        sure = "" if lesson.sure else " (counts for others when a second one says so)"
        when = f"{lesson.element}, {lesson.at:%Y-%m-%d}"
        rows.setdefault(lesson.kind, []).append(("limits", lesson.why + sure, when))
    for c in learnt.capabilities:
        words = f"{c.fact}: {c.presence}"
        words += ", so it is unsupported" if c.presence is Presence.ABSENT else ""
        rows.setdefault(c.kind, []).append(("probe", words, f"{c.element}, {c.at:%Y-%m-%d}"))
    for kind in sorted(rows, key=lambda k: (k.model, k.software)):
        if kind.driver == driver:
            out.print("\n[bold]learnt[/] of ", end="")
            out.print(f"{kind.model}  {kind.software}", markup=False)
            shown = table()
            for row in rows[kind]:
                shown.add_row(f"  {row[0]}", *row[1:])
            out.print(shown, markup=False)
