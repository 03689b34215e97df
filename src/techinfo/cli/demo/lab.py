"""``techinfo lab``: a folder of recordings as switches that answer SNMP on loopback."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import reduce
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer
from rich.progress import track

from techinfo.cli.console import err, out, table
from techinfo.cli.options import ConfigOption, settings_of
from techinfo.collect import Registry, Target, load
from techinfo.collect.device_state import contact
from techinfo.errors import RecordingError, TechinfoError
from techinfo.lab import Lab, LabDevice
from techinfo.lab.cli_device import cli_device
from techinfo.lab.folder import Folder, read_folder
from techinfo.lab.processes import DEFAULT_PORT
from techinfo.lab.ssh_server import DEFAULT_SSH_PORT, SshLab, SshServer
from techinfo.recordings.playback import RecordedConversation
from techinfo.recordings.recording import Recording, parse
from techinfo.recordings.recording import load as load_recording
from techinfo.ssh.cli_recording import load as load_cli

_LOOKED_AT_S = 5.0


def lab(
    folder: Annotated[Path, typer.Argument(help="Recordings, also in folders below.")],
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="UDP port of all devices; 0 takes a free one."),
    ] = None,
    ssh_port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="TCP port of all command lines; 0 takes free ones."),
    ] = None,
    config: ConfigOption = None,
) -> None:
    r"""Serve every recording of a folder as a switch, on this machine only.

    Prints which address plays which recording, and [bold]ready[/bold]; Ctrl-C ends it. An address
    depends on the recording's name alone. The clocks run, and counters of ports that are up grow.

    [bold]lab.toml[/bold] in the folder says more:

    [bold]port = 1161[/bold], [bold]community = "public"[/bold] for all devices

    \[devices."sw-1"] with [bold]address[/bold] (127.x.y.z), [bold]community[/bold],
    [bold]rows[/bold] (lines of snmprec laid over it), [bold]recording[/bold] (a file, for a second
    device that plays it), [bold]absent = true[/bold]

    [bold]faults[/bold] = \[{kind = "slow", seconds = 2.0}]; the kinds: silent; slow (seconds);
    lossy (probability); dead_over_varbinds (limit); too_big_over_repetitions (limit); swapped
    (recording)

    [bold]NAME.cli[/bold] is a command line, spoken over SSH as techinfo with the password techinfo;
    [bold]ssh_port = 2222[/bold], and in a device [bold]cli[/bold] = {prompt, user, password,
    banner, question, asks, above, page, pager, erase, enable, log_out, smart, faults = {delay_s,
    too_many, refuses, cut_after, hangs, no_echo, log_line, colours, config_mode, new_prompt,
    asleep, no_test}}, say more. It needs the package's demo extra.

    Example: [bold]techinfo lab recordings/[/bold]
    """
    recorded = read_folder(folder)
    chosen = (
        port if port is not None else recorded.port if recorded.port is not None else DEFAULT_PORT
    )
    registry = load(settings_of(config, quiet=True).drivers.folders)
    shown = [
        device
        for path in track(
            recorded.devices, "reading", console=err, transient=True, disable=not err.is_terminal
        )
        if (device := _shown(path, registry)) is not None
    ]
    lines = _lines(recorded, ssh_port)
    if not shown and not lines:
        raise RecordingError("none of its recordings can be read", path=folder)
    with _until_stopped() as stopped, ExitStack() as stack:
        if lines:
            stack.enter_context(SshLab(lines))
            _print_lines(lines)
        running: Lab | None = None
        if shown:
            running = stack.enter_context(Lab([s.device for s in shown], port=chosen))
            _print(shown, folder, running.port)
        out.print("ready; Ctrl-C ends it")
        while not stopped.wait(_LOOKED_AT_S):
            if running is not None:
                running.counts(shown[0].device.name)  # a lab that has died says so


def _lines(recorded: Folder, port: int | None) -> list[SshServer]:
    """The command lines; one that cannot be read is told and left out."""
    chosen = port if port is not None else recorded.ssh_port
    where = DEFAULT_SSH_PORT if chosen is None else chosen
    servers: list[SshServer] = []
    for line in recorded.lines:
        try:
            device = cli_device(line.name, load_cli(line.recording), line.told)
        except RecordingError as error:
            err.print(f"left out: {error}", markup=False)
            continue
        servers.append(SshServer(device, address=line.address, port=where))
    return servers


def _print_lines(lines: Sequence[SshServer]) -> None:
    rows = table("address", overflow="fold", no_wrap=True)
    for heading in ("command line", "platform", "prompt"):
        rows.add_column(heading, overflow="fold")
    for one in lines:
        device = one.device
        where = f"{one.host}:{one.port}"
        rows.add_row(where, device.name, device.recording.platform, device.prompt)
    out.print(rows, markup=False)
    first = lines[0]
    out.print(f"\nssh -p {first.port} {first.device.user}@{first.host}\n", markup=False)


@dataclass(frozen=True, slots=True)
class _Shown:
    device: LabDevice
    sys_name: str
    driver: str


def _shown(device: LabDevice, registry: Registry) -> _Shown | None:
    """A device as the table has it; one that cannot be read is told and left out."""
    try:
        recording = reduce(Recording.merged, map(load_recording, device.recordings))
        if device.rows:
            recording = recording.merged(parse(device.rows, name=f"rows of {device.name}"))
    except RecordingError as error:
        err.print(f"left out: {error}", markup=False)
        return None
    target = Target(element=device.name, host="recording")
    conversation = RecordedConversation(recording)
    try:
        known = asyncio.run(contact(conversation, target, registry, datetime.now(UTC)))
    except TechinfoError as error:
        return _Shown(device, "", f"none: {error}")
    return _Shown(device, known.sys_name or "", known.driver.name)


@contextmanager
def _until_stopped() -> Iterator[threading.Event]:
    """An event that Ctrl-C and SIGTERM set."""
    stopped = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _print(shown: Sequence[_Shown], folder: Path, port: int) -> None:
    rows = table("address", overflow="fold", no_wrap=True)
    for heading in ("recording", "sysName", "driver", "faults"):
        rows.add_column(heading, overflow="fold")
    for one in shown:
        device = one.device
        faults = ", ".join(fault.kind for fault in device.faults)
        path = device.recordings[0]
        file = path.relative_to(folder) if path.is_relative_to(folder) else path
        rows.add_row(f"{device.address}:{port}", str(file), one.sys_name, one.driver, faults)
    out.print(rows, markup=False)
    first = shown[0].device.address
    out.print(f"\ntechinfo dump --host {first} --port {port} --community-file FILE", markup=False)
