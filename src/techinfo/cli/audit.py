"""``techinfo audit``: who asked what about which access."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer

from techinfo.cli.settings import ConfigOption, settings_of
from techinfo.errors import ConfigError
from techinfo.store.audit import LOST, AuditEntry, AuditFile

app = typer.Typer(help="The audit log: who asked what, when, for whom.", no_args_is_help=True)
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


@app.callback()
def _audit() -> None:
    """The audit log."""


@app.command()
def show(
    access: Annotated[
        str | None, typer.Option(help="Only what was asked about this accessId.")
    ] = None,
    user: Annotated[str | None, typer.Option(help="Only what this user asked.")] = None,
    since: Annotated[
        str | None, typer.Option(help="Only since then: 30m, 12h, 7d, or 2027-01-31T12:00:00Z.")
    ] = None,
    most: Annotated[int, typer.Option("-n", min=1, max=1_000_000, help="So many at most.")] = 1000,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    config: ConfigOption = None,
) -> None:
    """Show what was asked, the newest first: time, user, address, on whose behalf, what, status.

    The log tells who asked what about which access, and how that ended (with the error's id, under
    which the service's log has the whole story). It never holds what was answered. Entries are
    kept for [bold]audit.keep_days[/bold]. Where entries could not be kept, a line says how many.
    """
    with AuditFile.open_read_only(settings_of(config).audit.path) as file:
        found = file.entries(access_id=access, user=user, since=_time(since), most=most)
        for entry in found:
            print(json.dumps(_object(entry)) if as_json else _line(entry))


def _time(text: str | None) -> datetime | None:
    if text is None:
        return None
    if ago := re.fullmatch(r"([0-9]{1,5})([mhd])", text):
        return datetime.now(UTC) - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigError(
            f"{text!r} is neither 12h nor 2027-01-31T12:00:00Z", key="--since"
        ) from None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found


def _object(entry: AuditEntry) -> dict[str, Any]:
    told = {f.name: getattr(entry, f.name) for f in fields(entry) if f.name != "at"}
    return {"at": _shown(entry.at)} | {k: v for k, v in told.items() if v not in (None, "")}


def _line(entry: AuditEntry) -> str:
    if entry.method == LOST:
        return f"{_shown(entry.at)} {entry.path} could not be kept"
    whom = f"{entry.user}({entry.role}{'' if entry.provider is None else ' ' + entry.provider})"
    behalf = f" for {entry.on_behalf_of!r}" if entry.on_behalf_of else ""
    status = "gone" if entry.status is None else str(entry.status)
    error = f" error {entry.error_id}" if entry.error_id else ""
    about = f" access {entry.access_id}" if entry.access_id else ""
    return (
        f"{_shown(entry.at)} {whom} {entry.address}{behalf} {entry.method} {entry.path!r}{about}"
        f" {status}{error}"
    )


def _shown(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
