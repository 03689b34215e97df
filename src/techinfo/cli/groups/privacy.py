"""``techinfo privacy``: what is known of a person, and its erasure."""

from __future__ import annotations

import getpass
import json
from typing import Annotated, Any

import httpx
import typer

from techinfo.cli.console import err, must_agree
from techinfo.cli.options import ConfigOption, YesOption, settings_of
from techinfo.config import Settings
from techinfo.errors import ConfigError, TechinfoError
from techinfo.inventory.fields import mac as mac_in
from techinfo.maintenance.privacy import PersonInFile, erasures, failed, found
from techinfo.maintenance.privacy import erase as erase_rows
from techinfo.maintenance.stores import Person

app = typer.Typer(help="What is known of a person: show it all, or erase it.", no_args_is_help=True)
_AccessOption = Annotated[
    str | None, typer.Option("--access", help="The accessId of the household.")
]
_MacOption = Annotated[
    str | None, typer.Option("--mac", help="The MAC address of a device, however it is written.")
]
_PATIENCE_S = 60.0


@app.callback()
def _privacy() -> None:
    """What is known of a person."""


@app.command()
def export(
    access: _AccessOption = None, mac: _MacOption = None, config: ConfigOption = None
) -> None:
    """Print everything that stands in any file about an access or a MAC address, as JSON.

    What the network itself knows at this moment is not in it; nothing is asked of any device.

    Example: [bold]techinfo privacy export --access A-1001[/bold]
    """
    settings = settings_of(config)
    person = _person(access, mac)
    rows = {one.store: list(one.rows) for one in found(settings, person) if one.rows}
    gone = [{"at": e.begun.isoformat(), "by": e.by} for e in erasures(settings, person)]
    document = _asked(person) | {"found": rows} | ({"erased": gone} if gone else {})
    print(json.dumps(document, indent=2, ensure_ascii=False, default=str))


@app.command()
def erase(
    access: _AccessOption = None,
    mac: _MacOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be erased, and erase nothing.")
    ] = False,
    yes: YesOption = False,
    config: ConfigOption = None,
) -> None:
    """Erase what stands about an access or a MAC address, and say what that was.

    The operator's own records in the inventory stay: the next import would bring them back. A
    service that runs forgets what it holds in memory, if its socket for orders
    ([bold]admin.socket[/bold]) can be opened. Back-ups, and files that a restore has put aside, are
    not looked into; but what is restored from a back-up of before is erased again
    ([bold]retention.erased[/bold] remembers it, as a keyed hash). The audit log has who erased how
    much, and when. The exit status is 1 when something that should go could not be erased.

    Example: [bold]techinfo privacy erase --access A-1001 --dry-run[/bold]
    """
    settings = settings_of(config)
    person = _person(access, mac)
    if not dry_run:
        must_agree(f"erase what is known of {access or person.mac}?", yes=yes)
    erased = erase_rows(settings, person, by=getpass.getuser(), dry_run=dry_run)
    for one in erased:
        print(_line(one, dry_run=dry_run))
    if not dry_run:
        print(_memory(settings, person))
    if any(map(failed, erased)):
        raise typer.Exit(1)


def _person(access: str | None, mac: str | None) -> Person:
    if (access is None) == (mac is None):
        raise ConfigError("exactly one of them says whose", key="--access, --mac")
    try:
        return Person(access_id=access, mac=None if mac is None else mac_in(mac))
    except ValueError as error:
        raise ConfigError(str(error), key="--mac") from error


def _line(person: PersonInFile, *, dry_run: bool) -> str:
    count = len(person.rows)
    if person.erased is None:
        return f"{person.store}: {f'{count} rows stay' if count else 'failed'}: {person.why}"
    if not count:
        return f"{person.store}: nothing"
    return f"{person.store}: {person.erased} rows {'would be' if dry_run else 'are'} erased"


def _memory(settings: Settings, person: Person) -> str:
    """Have a running service forget, too."""
    socket = settings.admin.socket
    order: dict[str, Any] = {k: v for k, v in _asked(person).items() if v}
    try:
        with httpx.Client(transport=httpx.HTTPTransport(uds=str(socket))) as client:
            answer = client.post("http://localhost/forget", json=order, timeout=_PATIENCE_S)
    except httpx.ConnectError as error:
        if not socket.exists() or "refused" in str(error):
            return "memory: no service runs here"
        raise TechinfoError(
            f"a running service was not told ({socket}: {error}); restart it"
        ) from error
    except httpx.HTTPError as error:
        raise TechinfoError(f"the running service was not told: {error!r}; restart it") from error
    if answer.status_code != 200:
        err.print(answer.text, markup=False)
        raise TechinfoError("the running service did not forget; restart it")
    return "memory: the running service has forgotten"


def _asked(person: Person) -> dict[str, str | None]:
    return {"access": person.access_id, "mac": person.mac}
