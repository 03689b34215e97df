"""``techinfo record``: walk a device into a recording that replay, lab and tests take."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from techinfo import __version__
from techinfo.cli.console import err
from techinfo.cli.devices import Engines, Secret, secret_of, target_of
from techinfo.cli.options import (
    DEVICE_SECRETS,
    OTHER_SERVERS,
    OTHERS_SECRETS,
    CommunityFileOption,
    ConfigOption,
    CredentialOption,
    HostArgument,
    PortOption,
    YesOption,
    settings_of,
)
from techinfo.collect import Registry, Target, load
from techinfo.collect.device_state import DeviceState, contact
from techinfo.collect.registry import cli_platforms, platforms_of_drivers
from techinfo.config import Settings
from techinfo.errors import ConfigError, TechinfoError
from techinfo.recordings.recorder import (
    FORBIDDEN,
    Bounds,
    Recorder,
    Walking,
    in_turn,
    merged,
    over_omci,
    subtrees_of,
    wanted,
)
from techinfo.recordings.taping import Made, Wish, file_name, make, rows_of_same_device, tape
from techinfo.recordings.writing import Part
from techinfo.snmp.conversation import SnmpConversation
from techinfo.snmp.interface import ConversationStats, V3User

_SYSTEM = "1.3.6.1.2.1.1"
_NOT_HERE = (*OTHER_SERVERS, "acs")
"""Sections that no recording needs."""
_SHOWN_EVERY_S = 0.5
_STOPPED = 130


def record(
    host: HostArgument,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="The file: .snmprec, or packed as .snmprec.xz, .gz, .bz2. "
            "Else DRIVER_MODEL.snmprec.xz in this folder.",
        ),
    ] = None,
    port: PortOption = 161,
    community_file: CommunityFileOption = None,
    credential: CredentialOption = "default",
    driver: Annotated[
        str | None, typer.Option(help="Record what this driver asks, whatever the device says.")
    ] = None,
    engine: Annotated[str, typer.Option(help="slim or pysnmp.")] = "slim",
    subtree: Annotated[
        list[str] | None, typer.Option(help="Only this subtree (and system); may be repeated.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="The maker's whole enterprise subtree as well.")
    ] = False,
    skip: Annotated[
        list[str] | None, typer.Option(help="Leave this subtree out; may be repeated.")
    ] = None,
    rate: Annotated[
        float, typer.Option(min=0.1, max=10_000, help="Requests a second, at most.")
    ] = 20.0,
    most_rows: Annotated[int, typer.Option(min=1, max=5_000_000, help="Rows in all.")] = 500_000,
    most_mib: Annotated[int, typer.Option(min=1, max=256, help="MiB in all.")] = 64,
    most_subtree_rows: Annotated[
        int, typer.Option(min=1, max=5_000_000, help="Rows of one subtree.")
    ] = 100_000,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on behind the last row of what was begun.")
    ] = False,
    scrub: Annotated[
        bool, typer.Option("--scrub/--no-scrub", help="Take people, places and addresses out.")
    ] = True,
    keep: Annotated[
        list[str] | None,
        typer.Option(help="Texts under this OID are the equipment's; may be repeated."),
    ] = None,
    cli: Annotated[
        bool, typer.Option("--cli", help="Record its command line instead, over SSH.")
    ] = False,
    both: Annotated[
        bool, typer.Option("--both", help="Record both, two files of one name.")
    ] = False,
    platform: Annotated[
        str | None,
        typer.Option(
            help="With --cli: netmiko's device type, such as cisco_ios. With --both: by default"
            " that of the driver."
        ),
    ] = None,
    login: Annotated[
        str, typer.Option(help="With --cli: the log-in of the configuration.")
    ] = "default",
    ssh_port: Annotated[int, typer.Option(min=1, max=65535, help="With --cli: TCP port.")] = 22,
    command: Annotated[
        list[str] | None,
        typer.Option(help="With --cli: only this command of the driver's; may be repeated."),
    ] = None,
    old: Annotated[
        list[str] | None,
        typer.Option(help="With --cli: an old algorithm that it may speak; may be repeated."),
    ] = None,
    yes: YesOption = False,
    config: ConfigOption = None,
) -> None:
    """Record a device: read what drivers and the standard MIBs need, and write it as snmprec.

    Gently: one request at a time, [bold]--rate[/bold] a second, within the limits of the driver;
    tables of users, communities, connections and routes are never asked for. Nothing is written to
    the device. Ctrl-C keeps what was read; [bold]--resume[/bold] goes on.

    [bold]Scrubbed[/bold] unless you say --no-scrub: sysName, sysContact, sysLocation, ifAlias, VLAN
    names, neighbours' names, serial numbers, MAC addresses (02:00:00:…, the maker's part is not
    kept) and IP addresses (192.0.2.x, RFC 5737), the same for the same everywhere, also in indexes.
    Of columns that nobody knows only readings such as "-10.2 dBm" stay. Names of interfaces stay:
    read them before you hand the file on. [bold]recording.toml[/bold] beside it says what it is.

    With [bold]--cli[/bold] the commands of the platform's driver are named, and sent over SSH when
    you agree: such that only read, and no cable test. What was printed becomes a CLI recording.
    With [bold]--both[/bold] SNMP comes first, and NAME.cli stands beside NAME.snmprec; the same
    address has another pseudonym in either.

    Play it: [bold]techinfo replay FILE[/bold], [bold]techinfo lab FOLDER[/bold].
    """  # fmt: skip
    tool = f"techinfo {__version__}"
    line = functools.partial(
        _record_line,
        host=host,
        port=ssh_port,
        login=login,
        old=tuple(old or ()),
        commands=tuple(command or ()),
        scrub=scrub,
        yes=yes,
        tool=tool,
    )
    if cli and not both:
        settings = settings_of(config, without=(*DEVICE_SECRETS, *_NOT_HERE))
        raise typer.Exit(line(settings, output, platform=platform))
    settings = settings_of(config, without=_NOT_HERE if both else OTHERS_SECRETS)
    if both and login not in settings.logins:
        raise ConfigError("is missing", key=f"logins.{login}")
    secret = secret_of(settings, credential, community_file)
    target = target_of(host, port, engine, driver)
    tape_recorder = _Job(
        target=target,
        secret=secret,
        timeouts=settings.snmp.timeouts,
        registry=load(settings.drivers.folders),
        bounds=Bounds(
            requests_per_s=rate,
            rows=most_rows,
            octets=most_mib << 20,
            subtree_rows=most_subtree_rows,
        ),
        subtrees=_oids("--subtree", subtree),
        skipped=_oids("--skip", skip),
        everything=everything,
        wish=Wish(
            scrub=scrub,
            secrets=_secrets(host, secret),
            kept=_oids("--keep", keep),
            tool=tool,
        ),
        resume=resume,
    )
    status = tape_recorder.run(output)
    if both and status == 0 and tape_recorder.output and tape_recorder.known:
        path = tape_recorder.output
        beside = path.with_name(path.name.partition(".snmprec")[0] + ".cli")
        of_driver = tape_recorder.known.driver.name
        status = line(settings, beside, platform=platform, driver=of_driver)
    raise typer.Exit(status)


def _record_line(
    settings: Settings,
    output: Path | None,
    *,
    platform: str | None,
    driver: str = "",
    **job: Any,
) -> int:
    """Record a command line; the exit status."""
    from techinfo.cli.recording.command_line import CliJob

    known = platforms_of_drivers(cli_platforms()).get(driver)
    chosen = platform or (known.names[0] if known else None)
    if chosen is None:
        raise ConfigError("is needed with --cli, and with --both here", key="--platform")
    return CliJob(settings=settings, platform=chosen, **job).run(output)


@dataclass(kw_only=True)
class _Job:
    target: Target
    secret: Secret
    timeouts: tuple[float, ...]
    registry: Registry
    bounds: Bounds
    subtrees: tuple[str, ...]
    skipped: tuple[str, ...]
    everything: bool
    wish: Wish
    resume: bool
    known: DeviceState | None = None
    part: Part | None = None
    output: Path | None = None

    def run(self, output: Path | None) -> int:
        """Record; the exit status."""
        progress = Walking()
        status = 0
        try:
            asyncio.run(self._walk(output, progress))
        except KeyboardInterrupt:
            err.print("stopped")
            status = _STOPPED
        except TechinfoError as error:
            if self.part is None or self.part.is_empty:
                self._give_up()
                raise
            err.print(f"error: {error}", markup=False)
            status = 1
        return self._finish(progress, status)

    async def _walk(self, output: Path | None, progress: Walking) -> None:
        async with aclosing(Engines({"default": self.secret}, self.timeouts)) as engines:
            conversation = engines.open(self.target, self.registry.named("generic").limits)
            known = self.known = await contact(
                conversation, self.target, self.registry, datetime.now(UTC)
            )
            self.output = output or Path(file_name(known))
            part = self._opened(self.output)
            if self.resume:
                progress.rows = rows_of_same_device(part, known, self.target.host)
            self.part = part
            with _shown(progress, conversation.counted):
                await self._tape(conversation, known, part, progress)

    async def _tape(
        self, conversation: SnmpConversation, known: DeviceState, part: Part, progress: Walking
    ) -> None:
        asked = (
            {_SYSTEM, *self.subtrees}
            if self.subtrees
            else wanted(
                known.driver, self.registry, known.sys_object_id, everything=self.everything
            )
        )
        recorder = Recorder(
            conversation,
            part.add,
            bounds=self.bounds,
            skipped=merged([*FORBIDDEN, *over_omci(self.registry.drivers.values()), *self.skipped]),
            progress=progress,
        )
        if known.driver.contexts is not None and not self.resume:
            part.note("tables that stand in the contexts of VLANs are recorded for one VLAN only")
        after = part.last() if self.resume else None
        await tape(recorder, part, in_turn(asked), after)

    def _opened(self, output: Path) -> Part:
        path = output.with_name(f"{output.name}.part")
        if self.resume and not path.exists():
            raise ConfigError(f"there is no {path}; nothing was begun", key="--resume")
        if not self.resume and (path.exists() or output.exists()):
            there = path if path.exists() else output
            raise ConfigError(
                f"{there} is there already; go on with --resume, or choose another --output",
                key="--output",
            )
        return Part(path)

    def _finish(self, progress: Walking, status: int) -> int:
        part, known, output = self.part, self.known, self.output
        if part is None or known is None or output is None or part.is_empty:
            self._give_up()
            return status
        with part:
            made = make(part, output, known, self.registry, self.wish, complete=progress.ended)
            _tell(made, part, self.wish, progress)
            if progress.ended:
                part.discard()
        return status

    def _give_up(self) -> None:
        if self.part is not None and self.part.is_empty:
            self.part.discard()


def _tell(made: Made, part: Part, wish: Wish, progress: Walking) -> None:
    for text in part.notes():
        err.print(f"note: {text}", markup=False)
    err.print(f"{made.path}: {made.rows} rows, {made.description} beside it", markup=False)
    if made.left_out:
        err.print(f"{made.left_out} rows are left out: nothing is known of what they hold")
    err.print(f"replays with driver {made.driver}" if made.driver else "no driver can replay it")
    if wish.scrub:
        err.print(f"scrubbed; {made.masked} texts of unknown columns masked. Read it all the same.")
    else:
        err.print("[bold]not scrubbed[/]: it holds names and addresses")
    if not progress.ended:
        err.print(
            "not whole: it was stopped, or has reached --most-rows or --most-mib; --resume goes on."
            f" {part.path} holds what was read, unscrubbed: delete it if you do not go on",
            markup=False,
        )


@contextmanager
def _shown(progress: Walking, counted: ConversationStats) -> Iterator[None]:
    """A line on standard error, while that is a terminal."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        line = bar.add_task("record")
        showing = asyncio.get_running_loop().create_task(_show(bar, line, progress, counted))
        try:
            yield
        finally:
            showing.cancel()


async def _show(bar: Progress, line: TaskID, progress: Walking, counted: ConversationStats) -> None:
    while True:
        words = (
            f"{progress.rows} rows, {counted.requests} requests, "
            f"subtree {progress.number}/{progress.subtrees} {progress.at}"
        )
        bar.update(line, description=words)
        await asyncio.sleep(_SHOWN_EVERY_S)


def _oids(key: str, oids: list[str] | None) -> tuple[str, ...]:
    try:
        subtrees_of(oids or [])
    except ValueError as error:
        raise ConfigError(str(error), key=key) from error
    return tuple(oid.strip().lstrip(".") for oid in oids or [])


def _secrets(host: str, secret: Secret) -> tuple[bytes, ...]:
    who = (secret.name.encode(),) if isinstance(secret, V3User) else (secret,)
    return (host.encode(), *who)
