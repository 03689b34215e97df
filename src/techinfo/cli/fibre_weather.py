"""``techinfo fibre-weather``: where several fibres lost light in one night."""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack
from datetime import date
from typing import Annotated

import typer

from techinfo.access.past.fibres import is_over, last_night, weather_of
from techinfo.api.v1.fibre_weather import weather_document
from techinfo.cli.console import err, out
from techinfo.cli.options import ConfigOption, inventory_of, settings_of
from techinfo.cli.service.watching import history_of
from techinfo.errors import ConfigError, UnwatchedError
from techinfo.model import utc_now


def fibre_weather(
    night: Annotated[
        str | None,
        typer.Option(help="The day on which it ends, as 2026-11-29; without it the last."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="As the REST service answers it.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Tell where several fibres of one cable, tube or closure lost light in one night.

    Ranked: where to open first stands first. Each fibre is held against its own nights before, and
    what its switch does to all of them is taken out. Exit status 1 if there are some. No device is
    asked (docs/polling.md).

    Example: [bold]techinfo fibre-weather[/bold]
    """
    settings = settings_of(config)
    with ExitStack() as closing:
        inventory = closing.enter_context(inventory_of(settings))
        history = history_of(settings)
        if history is None:
            raise UnwatchedError(
                "nothing was polled: polling.sites names no site (docs/polling.md)"
            )
        closing.enter_context(history)
        which = _night(night)
        found = weather_of(inventory, history, which)
    if as_json:
        told = weather_document(which, found)
        sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
    else:
        for one in found:
            words = (
                f"{one.plant.value} {one.name}: {len(one.fibres)} of {one.of} fibres {one.db} dB"
            )
            lines = ", ".join(f"{row.fibre[0]} {row.fibre[1]}" for row in one.fibres)
            out.print(f"{words} weaker ({lines})", markup=False, soft_wrap=True)
        err.print(f"{len(found)} found in the night to {which}")
    raise typer.Exit(1 if found else 0)


def _night(text: str | None) -> date:
    if text is None:
        return last_night(utc_now())
    try:
        night = date.fromisoformat(text)
    except ValueError:
        raise ConfigError("is no day; it looks like 2026-11-29", key="--night") from None
    if not is_over(night, utc_now()):
        raise ConfigError("is not over, or longer ago than anything is kept", key="--night")
    return night
