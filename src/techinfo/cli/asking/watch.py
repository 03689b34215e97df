"""``techinfo watch``: an access as it is now, live in the terminal; and what is watched."""

from __future__ import annotations

import asyncio
import functools
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Annotated, Any

import typer

from techinfo.cli.asking.live_service import live_service
from techinfo.cli.options import (
    OTHER_SERVERS,
    OTHERS_SECRETS,
    ConfigOption,
    JsonLinesOption,
    inventory_of,
    settings_of,
)
from techinfo.config import Settings
from techinfo.errors import ConfigError, UnwatchedError


def watch(
    access: Annotated[
        str | None, typer.Argument(metavar="[ACCESS]", help="accessId; not with --all.")
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="List the watches that run in the service.")
    ] = False,
    minutes: Annotated[float, typer.Option(min=0.1, max=15, help="Until it ends.")] = 15.0,
    json_: JsonLinesOption = False,
    config: ConfigOption = None,
) -> None:
    """Show an access live, every five seconds: link, light and traffic.

    For 15 minutes at most. Its port alone is read, an ONT every ten seconds, and every second where
    [bold]techinfo probe --save[/bold] has seen that the model bears it; nothing is written to the
    switch. Light is as old as its sensor says. What happens between two readings is told as well.
    Ctrl-C ends it.

    A watch of up to 72 hours is made over REST: [bold]POST /techinfo/v1/watch[/bold];
    [bold]techinfo watch --all[/bold] lists those that run.
    """
    if every is (access is not None):
        raise ConfigError("give an accessId, or --all", key="ACCESS")
    settings = settings_of(config, without=OTHERS_SECRETS)
    if access is None:
        _list(settings, as_json=json_)
        return
    with suppress(KeyboardInterrupt):
        with_logins = functools.partial(settings_of, config, without=OTHER_SERVERS, quiet=True)
        longest = timedelta(minutes=minutes)
        asyncio.run(_live(settings, access, longest, with_logins, as_json=json_))


async def _live(
    settings: Settings,
    access: str,
    longest: timedelta,
    with_logins: Callable[[], Settings],
    *,
    as_json: bool,
) -> None:
    from techinfo.access.viewer import Role, Viewer
    from techinfo.model import utc_now
    from techinfo.watch.live import LiveViews, live

    viewer = Viewer(name="command line", role=Role.OPERATOR)
    with inventory_of(settings) as inventory:
        async with live_service(settings, inventory, with_logins) as service:
            told = live(
                service,
                LiveViews(),
                viewer,
                access,
                now=utc_now,
                pause=asyncio.sleep,
                longest=longest,
            )
            async for kind, body in told:
                line = json.dumps({"event": kind, **body}) if as_json else _words(kind, body)
                print(line, flush=True)


def _list(settings: Settings, *, as_json: bool) -> None:
    from techinfo.cli.service.watching import history_of
    from techinfo.history.watches import Watches

    file = history_of(settings)
    if file is None:
        raise UnwatchedError("nothing was polled: polling.sites names no site (docs/polling.md)")
    with file:
        for one in Watches(file).running():
            told = {
                "accessId": one.access_id,
                "from": one.begun.isoformat(),
                "until": one.until.isoformat(),
                "by": one.by,
                "reason": one.reason,
                "reads": one.reads,
                "missed": one.missed,
            }
            line = " ".join(f"{name} {value}" for name, value in told.items() if value != "")
            print(json.dumps(told) if as_json else line)


def _words(kind: str, body: Mapping[str, Any]) -> str:
    """One line of a terminal."""
    if kind != "reading":
        what = body.get("what", kind)
        more = (f"{k} {v}" for k, v in body.items() if k not in {"at", "what"})
        return f"{body['at']}  {what}  {', '.join(more)}".rstrip()
    link = body.get("link")
    words = ["link not known" if link is None else "link up" if link else "link DOWN"]
    if "linkSpeed" in body:
        words.append(f"{body['linkSpeed']} Mbit/s")
    if "dbmRx" in body:
        words.append(f"rx {body['dbmRx']} dBm")
    if body.get("noLight"):
        words.append("no light")
    if "lightEvery" in body:
        words.append(f"(renewed every {body['lightEvery']} s)")
    seconds = body.get("seconds")
    for way, name in (("input", "in"), ("output", "out")):
        octets = body.get(way, {}).get("bytes")
        if octets is not None and seconds:
            words.append(f"{name} {octets * 8 / seconds / 1e6:.2f} Mbit/s")
    return f"{body['at']}  {'  '.join(words)}"
