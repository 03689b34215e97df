"""``techinfo works``: planned works, announced to those whose accesses they touch."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from techinfo.cli.console import err, out, print_objects, table
from techinfo.cli.options import (
    ConfigOption,
    JsonLinesOption,
    inventory_of,
    settings_of,
    zone_of,
)
from techinfo.config import Settings
from techinfo.errors import ConfigError
from techinfo.inventory import Inventory
from techinfo.inventory.works import Scope, Works
from techinfo.inventory.works.files import moment_in, read_works
from techinfo.inventory.works.records import scope_of
from techinfo.inventory.works.store import Put
from techinfo.model import utc_now
from techinfo.moments import rfc3339

app = typer.Typer(
    help="Planned works: where, from when to when, and who is told.\n\n"
    "They stand in the file of the inventory; an import of that leaves them alone. Providers are "
    "told of their own accesses by webhook ([bold]works[/bold]), and every answer about such an "
    "access names the works while they go on.",
    no_args_is_help=True,
)
_SHOWN_DAYS = 14.0
Many = list[str] | None
ZoneOption = Annotated[
    str | None,
    typer.Option("--timezone", help="Of times that do not tell theirs: Europe/Stockholm."),
]


@app.callback()
def _works() -> None:
    """Works."""


@app.command("list")
def list_(
    days: Annotated[
        float, typer.Option(min=0, max=3650, help="Those too that ended so lately.")
    ] = _SHOWN_DAYS,
    as_json: JsonLinesOption = False,
    config: ConfigOption = None,
) -> None:
    """List works by their beginning, and which of them ask to be closed."""
    from datetime import timedelta

    settings, now = settings_of(config), utc_now()
    with inventory_of(settings) as inventory:
        found = inventory.works.since(now - timedelta(days=days))
        back = _contradicted(settings, inventory, found)
    if as_json:
        print_objects(
            {
                "reference": one.reference,
                "status": one.status(now).value,
                "from": one.begin,
                "to": one.end,
                "expectedEnd": one.until,
                "text": one.text,
                "scopes": [scope.told() for scope in one.scopes],
                "backSince": back.get(one.reference),
            }
            for one in found
        )
        return
    shown = table("reference", "status", "from", "until", "where", "text", overflow="fold")
    for one in found:
        shown.add_row(
            one.reference.replace("[", r"\["),
            one.status(now).value,
            rfc3339(one.begin),
            rfc3339(one.until),
            _where(one.scopes).replace("[", r"\["),
            one.text.replace("[", r"\["),
        )
    out.print(shown)
    for reference, since in back.items():
        words = f"{reference} asks to be closed: every line that fell is back since {since}"
        out.print(words, markup=False)


def _contradicted(
    settings: Settings, inventory: Inventory, found: Iterable[Works]
) -> dict[str, str]:
    """Reference of works whose lines are all back -> since when, where polls tell."""
    from techinfo.access.past.contradicted import contradiction
    from techinfo.cli.service.watching import history_of

    file = history_of(settings)
    if file is None:
        return {}
    with file:
        told = {one.reference: contradiction(file, inventory, one, utc_now()) for one in found}
    return {name: rfc3339(why.back_since) for name, why in told.items() if why is not None}


@app.command()
def add(
    text: Annotated[str, typer.Argument(help="What is done, in words for providers.")],
    begin: Annotated[str, typer.Option("--from", help="When, as 2026-12-01T22:00+01:00.")],
    end: Annotated[str, typer.Option("--to", help="End of the window.")],
    expected: Annotated[
        str | None, typer.Option("--expected-end", help="Where it is not that any more.")
    ] = None,
    reference: Annotated[
        str | None, typer.Option(help="Your own; works of the same reference are replaced.")
    ] = None,
    site: Annotated[Many, typer.Option(help="A site; again for more.")] = None,
    element: Annotated[Many, typer.Option(help="An element.")] = None,
    port: Annotated[Many, typer.Option(help="ELEMENT:PORT; a PON port with its ONTs.")] = None,
    access: Annotated[Many, typer.Option(help="An accessId.")] = None,
    cable_group: Annotated[Many, typer.Option(help="A cable group.")] = None,
    street: Annotated[Many, typer.Option(help="STREET, or STREET, CITY.")] = None,
    timezone: ZoneOption = None,
    config: ConfigOption = None,
) -> None:
    """Announce works, or change those of a reference.

    Example: [bold]techinfo works add "New line cards" --from 2026-12-01T22:00 --to
    2026-12-02T04:00 --timezone Europe/Stockholm --element sw-elm-1[/bold]
    """
    settings = settings_of(config)
    zone = zone_of(timezone, "--timezone") if timezone else None
    named = {"site": site, "element": element, "accessId": access, "cableGroup": cable_group}
    scopes = [scope_of({key: one}) for key, many in named.items() for one in many or ()]
    scopes += [_port(one) for one in port or ()]
    scopes += [_street(one) for one in street or ()]
    made = Works(
        reference=reference or f"W-{secrets.token_hex(5)}",
        text=text.strip(),
        begin=moment_in(begin, zone),
        end=moment_in(end, zone),
        expected_end=moment_in(expected, zone) if expected else None,
        scopes=tuple(scopes),
    )
    with inventory_of(settings) as inventory:
        put = inventory.works.put(made)
        count = sum(1 for _ in inventory.works.touched(inventory.works.one(made.reference)))
        if put is not Put.UNCHANGED:
            _tell(settings, inventory, [made.reference])
    print(f"{made.reference}: {put}; {count} accesses")


def _port(told: str) -> Scope:
    element, colon, port = told.partition(":")
    if not colon:
        raise ConfigError(f"{told!r} is not ELEMENT:PORT", key="--port")
    return scope_of({"element": element, "port": port})


def _street(told: str) -> Scope:
    street, _, city = told.rpartition(",") if "," in told else (told, "", "")
    return scope_of({"street": street, "city": city})


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="A .csv, or a calendar (iCalendar, .ics).")],
    timezone: ZoneOption = None,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Take the good ones, and report the others.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what is wrong.")] = False,
    config: ConfigOption = None,
) -> None:
    """Take works over from a file; those of a known reference are changed.

    A CSV has a row for every place: reference, from, to, text, and one of site, element,
    accessId, cableGroup, street (with city), or port with element. An event of a calendar names its
    places in its description, each on a line: [bold]element: sw-1[/bold],
    [bold]port: sw-1 ge-0/0/1[/bold], [bold]street: Storgatan, Elm[/bold]; its UID is the
    reference, and one that is cancelled ends its works. What a file does not name stays.
    """
    settings = settings_of(config)
    zone: ZoneInfo | None = zone_of(timezone, "--timezone") if timezone else None
    told = read_works(file, zone)
    for why in told.wrong:
        err.print(f"{file.name}: {why}", markup=False, soft_wrap=True)
    if (told.wrong and not skip_bad) or dry_run:
        print(f"{len(told.works)} works could be taken; nothing is changed")
        raise typer.Exit(1 if told.wrong else 0)
    with inventory_of(settings) as inventory:
        puts = inventory.works.put_all(told.works)
        changed = [
            one.reference
            for one, put in zip(told.works, puts, strict=True)
            if put is not Put.UNCHANGED
        ]
        ended = list(_ended(inventory, told.cancelled))
        _tell(settings, inventory, [*changed, *ended])
    counts = ", ".join(f"{puts.count(kind)} {kind}" for kind in Put)
    print(f"{counts}, {len(ended)} ended")


def _ended(inventory: Inventory, references: Iterable[str]) -> Iterator[str]:
    """Those of the references that are works which were not over; they are now."""
    from techinfo.errors import UnknownWorksError

    for reference in references:
        try:
            if inventory.works.one(reference).ended is None:
                inventory.works.end(reference, utc_now())
                yield reference
        except UnknownWorksError:  # called off before it was ever taken over
            continue


@app.command()
def end(
    reference: Annotated[str, typer.Argument(help="Of the works.")],
    config: ConfigOption = None,
) -> None:
    """Say that works are over, or called off; they are kept, as ended."""
    settings = settings_of(config)
    with inventory_of(settings) as inventory:
        was_over = inventory.works.one(reference).ended is not None
        found = inventory.works.end(reference, utc_now())
        if not was_over:
            _tell(settings, inventory, [reference])
    print(f"{reference}: ended {rfc3339(found.until)}")


def _tell(settings: Settings, inventory: Inventory, references: Iterable[str]) -> None:
    """Have the service tell whose accesses are touched, where there are webhooks."""
    if not settings.webhooks.enabled or not settings.tickets.path.is_file():
        return
    from techinfo.tickets.store import TicketFile
    from techinfo.webhooks.store import publish
    from techinfo.webhooks.works import works_told

    now = utc_now()
    with TicketFile.open(settings.tickets.path) as file:
        for reference in references:
            facts = works_told(inventory, inventory.works.one(reference), now)
            publish(file, "works", now, facts)


def _where(scopes: Iterable[Scope]) -> str:
    return "; ".join(" ".join(f"{k} {v}" for k, v in one.told().items()) for one in scopes)
