"""``techinfo history`` and ``techinfo timeline``: what was seen of an access, out of the file."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from techinfo.access.past import History
from techinfo.access.past.line import Line
from techinfo.access.past.series import KINDS
from techinfo.access.service import AccessService
from techinfo.access.troubleshoot import Troubleshooter
from techinfo.access.viewer import Role, Viewer
from techinfo.api.documents.seen import (
    EVENT_COLUMNS,
    SAMPLE_COLUMNS,
    Document,
    as_csv,
    history_document,
    timeline_document,
)
from techinfo.cli.console import out, table
from techinfo.cli.options import ConfigOption, inventory_of, settings_of, time_of
from techinfo.collect import Collector, Target, load
from techinfo.config import Settings
from techinfo.errors import ConfigError, UnwatchedError
from techinfo.history.store import HistoryFile
from techinfo.snmp.interface import Conversation
from techinfo.wire import SnmpLimits

AccessArgument = Annotated[str, typer.Argument(metavar="ACCESS", help="accessId.")]
FromOption = Annotated[
    str | None, typer.Option("--from", help="From when on, as 2026-11-29T10:00:00Z.")
]
ToOption = Annotated[str | None, typer.Option("--to", help="Until when; without it now.")]
ProviderOption = Annotated[
    str | None, typer.Option(help="As this provider sees it: of its own time and services.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="As the REST service answers it.")]
CsvOption = Annotated[bool, typer.Option("--csv", help="Print CSV.")]


def history(
    access: AccessArgument,
    step: Annotated[str, typer.Option(help="5m, hour or day.")] = "5m",
    begin: FromOption = None,
    end: ToOption = None,
    provider: ProviderOption = None,
    as_json: JsonOption = False,
    csv: CsvOption = False,
    config: ConfigOption = None,
) -> None:
    """Tell what polls have counted and measured on an access. No device is asked.

    Link, light, losses and traffic by five minutes (48 hours are kept), hours (14 days) or days
    (400): docs/polling.md.

    Example: [bold]techinfo history A-1001 --csv[/bold]
    """
    if step not in KINDS:
        raise ConfigError(f"is none of {', '.join(KINDS)}", key="--step")
    asked = history_document(step, time_of(begin, "--from"), time_of(end, "--to"))
    with _service(config) as service:
        told = _told(service, provider, access, asked)
    _print(told, told["samples"], SAMPLE_COLUMNS, as_json=as_json, as_text=not csv)


def timeline(
    access: AccessArgument,
    begin: FromOption = None,
    end: ToOption = None,
    provider: ProviderOption = None,
    as_json: JsonOption = False,
    csv: CsvOption = False,
    config: ConfigOption = None,
) -> None:
    """Tell what has happened on an access, by age. No device is asked.

    When the link, addresses and leases came and went, when light and speed changed, and what
    restarted; of 30 days where nothing else is asked for.

    Example: [bold]techinfo timeline A-1001[/bold]
    """
    with _service(config) as service:
        asked = timeline_document(
            service.troubleshooter,
            service.lease_log,
            time_of(begin, "--from"),
            time_of(end, "--to"),
        )
        told = _told(service, provider, access, asked)
    _print(told, told["events"], EVENT_COLUMNS, as_json=as_json, as_text=not csv)


@contextmanager
def _service(config: Path | None) -> Iterator[AccessService]:
    """Everybody's answers, out of the files alone."""
    from techinfo.cli.wiring import leases_of

    settings = settings_of(config)
    with ExitStack() as closed:
        inventory = closed.enter_context(inventory_of(settings))
        leases = closed.enter_context(leases_of(settings, inventory))
        file = closed.enter_context(_file(settings))
        troubleshooter = Troubleshooter(
            inventory, Collector(load(settings.drivers.folders), _nobody)
        )
        yield AccessService(
            troubleshooter, lease_log=leases.log if leases else None, history=History(file)
        )


def _file(settings: Settings) -> HistoryFile:
    from techinfo.cli.service.watching import history_of

    found = history_of(settings)
    if found is None:
        raise UnwatchedError("nothing was polled: polling.sites names no site (docs/polling.md)")
    return found


def _nobody(target: Target, _limits: SnmpLimits) -> Conversation:
    raise AssertionError(f"{target.host} is asked")


def _told(
    service: AccessService,
    provider: str | None,
    access: str,
    asked: Callable[[History, Line], Document],
) -> Document:
    role = Role.OPERATOR if provider is None else Role.PROVIDER
    viewer = Viewer(name="command line", role=role, provider=provider)
    return asyncio.run(service.seen(viewer, access, asked))


def _print(
    told: Mapping[str, Any],
    rows: list[dict[str, Any]],
    columns: tuple[str, ...],
    *,
    as_json: bool,
    as_text: bool,
) -> None:
    if as_json:
        print(json.dumps(told, indent=2))
        return
    if not as_text:
        sys.stdout.write(as_csv(columns, rows))
        return
    shown = table(*(name for name in _HEADINGS if name in columns))
    for row in rows:
        shown.add_row(*(_cell(row, name) for name in _HEADINGS if name in columns))
    out.print(shown)
    down = told.get("downtime")
    if down:
        hours = {name: round(seconds / 3600, 2) for name, seconds in down.items()}
        out.print(
            f"up {hours['upSeconds']} h, down {hours['downSeconds']} h,"
            f" unknown {hours['unknownSeconds']} h"
        )


_HEADINGS = (
    *("at", "end", "what", "link", "losses", "dbmRx", "input.bytes", "output.bytes"),
    *("speed", "mac", "vlan", "address", "unknown", "text"),
)


def _cell(row: Mapping[str, Any], name: str) -> str:
    head, _, rest = name.partition(".")
    value = row.get(head)
    value = value.get(rest) if rest and isinstance(value, Mapping) else value
    return "" if value is None else str(value)
