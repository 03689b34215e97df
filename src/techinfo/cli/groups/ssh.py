"""``techinfo ssh``: host keys of devices, and log-ins that were stopped."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from techinfo.cli.console import err, out, print_objects
from techinfo.cli.options import ConfigOption, JsonLinesOption, YesOption, settings_of
from techinfo.errors import ConfigError
from techinfo.ssh.sessions.memory import SshMemory

app = typer.Typer(
    help="Host keys of devices, and log-ins on their command lines that were stopped.\n\n"
    "What is said here holds at once, also for a collector that runs.",
    rich_markup_mode="rich",
    no_args_is_help=True,
)
DeviceArgument = Annotated[str, typer.Argument(help="The device, as the inventory calls it.")]


@app.command("list")
def list_(as_json: JsonLinesOption = False, config: ConfigOption = None) -> None:
    """List the host key of each device, and how log-ins fare.

    A key is taken when a device first shows it, or as the inventory says. One that
    [bold]changes[/bold] is refused, and nothing is sent to the device, until
    [bold]techinfo ssh trust[/bold].
    """
    memory = _memory(config)
    if as_json:
        print_objects(_objects(memory))
        return
    for name, host in sorted(memory.hosts().items()):
        _say(f"device {name}: {fingerprint(host.key)}, since {host.since}")
        if host.offered:
            _say(f"device {name}: shows another host key, {fingerprint(host.offered)}: not asked")
    for name, login in sorted(memory.logins().items()):
        if login.everywhere:
            _say(f"log-in {name}: stopped everywhere, since {login.everywhere}")
        for device, since in sorted(login.refused.items()):
            _say(f"log-in {name}: stopped on {device}, since {since}")
        if not login.refused and not login.everywhere:
            _say(f"log-in {name}: taken")


@app.command()
def trust(
    device: DeviceArgument,
    key: Annotated[
        str | None, typer.Option(help="Its host key, as in known_hosts: ssh-ed25519 AAAA…")
    ] = None,
    forget: Annotated[
        bool, typer.Option("--forget", help="Take whatever key it shows next.")
    ] = False,
    yes: YesOption = False,
    config: ConfigOption = None,
) -> None:
    """Take the host key that a device shows now for its own.

    Compare the fingerprint with the device's own: a key that changes without a reason is somebody
    between you and it, who would be given the password.

    Example: [bold]techinfo ssh trust sw-elm-3[/bold]
    """
    memory = _memory(config)
    known = memory.hosts().get(device)
    if forget:
        if not memory.forget(device):
            raise ConfigError(f"no host key of {device!r} is known", key="DEVICE")
        err.print(f"{device}: the next host key that it shows is taken", markup=False)
        return
    offered = key or (known.offered if known is not None else "")
    if not offered:
        raise ConfigError(f"{device!r} shows no other host key, and none is given", key="--key")
    if known is not None:
        err.print(f"known:   {fingerprint(known.key)}  since {known.since}", markup=False)
    err.print(f"new one: {fingerprint(offered)}", markup=False)
    if not yes and not typer.confirm("Is it the device's?", err=True):
        raise typer.Exit(1)
    memory.trust(device, " ".join(offered.split()[:2]))


@app.command()
def allow(
    login: Annotated[str, typer.Argument(help="The log-in, as the settings call it.")],
    device: Annotated[
        str | None, typer.Option(help="Only on this device; else everywhere.")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Let a log-in be tried again that was refused.

    One that a device refuses is not tried there again, and one that three in a row refuse nowhere:
    devices and TACACS lock out who tries more often. Put the password right first.

    Example: [bold]techinfo ssh allow default --device sw-elm-3[/bold]
    """
    if not _memory(config).allow(login, device):
        raise ConfigError(f"{login!r} was not stopped there", key="LOGIN")
    err.print(f"{login}: may be tried again", markup=False)


def fingerprint(key: str) -> str:
    """A host key as devices and ssh-keygen show it: type, and SHA-256 of it."""
    kind, _, encoded = key.partition(" ")
    try:
        digest = hashlib.sha256(base64.b64decode(encoded, validate=True)).digest()
    except ValueError:
        raise ConfigError("is no host key such as ssh-ed25519 AAAA…", key="--key") from None
    return f"{kind} SHA256:{base64.b64encode(digest).decode().rstrip('=')}"


def _objects(memory: SshMemory) -> Iterator[dict[str, Any]]:
    """Devices first, then log-ins."""
    for name, host in sorted(memory.hosts().items()):
        offered = fingerprint(host.offered) if host.offered else None
        key = fingerprint(host.key)
        yield {"device": name, "host_key": key, "since": host.since, "offered": offered}
    for name, login in sorted(memory.logins().items()):
        yield {
            "login": name,
            "stopped_everywhere": login.everywhere or None,
            "stopped_on": dict(sorted(login.refused.items())),
        }


def _say(line: str) -> None:
    out.print(line, markup=False, soft_wrap=True)


def _memory(config: ConfigOption) -> SshMemory:
    return SshMemory(settings_of(config).ssh.memory)
