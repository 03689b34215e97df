"""``techinfo tickets``: tickets and what was told of them, for operators."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer
from rich.table import Table

from techinfo.api.onapi import render
from techinfo.api.onapi.tickets import ticket_object
from techinfo.cli.console import out, print_objects, table
from techinfo.cli.groups.tickets_contact import contact
from techinfo.cli.options import ConfigOption, inventory_of, settings_of, tickets_of
from techinfo.errors import ConfigError
from techinfo.model import utc_now
from techinfo.tickets.link_info import attached, since_creation
from techinfo.tickets.reading import worth
from techinfo.tickets.records import Reach, Status
from techinfo.webhooks import store as webhooks
from techinfo.webhooks.payloads import disturbances

app = typer.Typer(
    help="Tickets of providers, and what webhooks were told of them.\n\n"
    "They stand in the file [bold]tickets.path[/bold] of the configuration.",
    no_args_is_help=True,
)
_SHOWN = 200
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.callback()
def _tickets() -> None:
    """Tickets."""


app.command()(contact)


@app.command("list")
def list_(
    config: ConfigOption = None,
    status: Annotated[Status | None, typer.Option(help="Only those that stand there.")] = None,
    access: Annotated[str | None, typer.Option(help="Only those of this accessId.")] = None,
    provider: Annotated[str | None, typer.Option(help="Only those of this provider.")] = None,
    as_json: JsonOption = False,
) -> None:
    """List tickets, oldest first."""
    with tickets_of(settings_of(config)) as file:
        found = file.tickets(Reach(provider=provider), status=status, access_id=access)
        if as_json:
            for ticket in found:
                print(json.dumps(ticket_object(ticket), ensure_ascii=False))
            return
        shown = _table("reference", "provider", "access", "status", "responsible", "heading", "of")
        for ticket in found:
            shown.add_row(
                ticket.reference,
                _plain(ticket.provider) or "(operator)",
                ticket.access_id,
                ticket.status,
                ticket.responsible or "",
                _plain(ticket.heading),
                str(render.time(ticket.created_at)),
            )
        out.print(shown)


@app.command()
def show(
    reference: Annotated[str, typer.Argument(help="coTicketReference, ours or the desk's.")],
    config: ConfigOption = None,
) -> None:
    """Print one ticket with its link info, and what has changed since it was created."""
    with tickets_of(settings_of(config)) as file:
        ticket = file.ticket(reference, Reach())
        infos = attached(file, ticket.number)
        document: dict[str, Any] = ticket_object(ticket) | {
            "provider": ticket.provider,
            "ownTicketReference": ticket.own_reference,
            "linkInfo": {
                moment: {"worth": worth(info), "document": info.document}
                for moment, info in infos.items()
            },
            "difference": list(since_creation(infos)),
        }
    print(json.dumps(document, ensure_ascii=False, indent=2))


@app.command("dead-letters")
def dead_letters(as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """List what could not be delivered to webhooks within a day, the newest first."""
    with tickets_of(settings_of(config)) as file:
        letters = webhooks.dead(file, Reach(), most=_SHOWN)
    if as_json:
        print_objects(
            {
                "id": letter.message.id,
                "kind": letter.message.kind,
                "provider": letter.webhook.provider or None,
                "tries": letter.tries,
                "outcome": letter.outcome,
                "at": letter.message.at,
            }
            for letter in letters
        )
        return
    shown = _table("message", "type", "webhook of", "tries", "outcome", "of")
    for letter in letters:
        shown.add_row(
            letter.message.id,
            letter.message.kind,
            _plain(letter.webhook.provider) or "(operator)",
            str(letter.tries),
            _plain(letter.outcome),
            str(render.time(letter.message.at)),
        )
    out.print(shown)


@app.command()
def retry(
    message: Annotated[str | None, typer.Argument(help="Id of a message.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every one.")] = False,
    config: ConfigOption = None,
) -> None:
    """Have the service try again what is on the list of dead letters.

    Example: [bold]techinfo tickets retry --all[/bold]
    """
    if (message is None) is not everything:
        raise ConfigError("give the id of a message, or --all", key="MESSAGE")
    with tickets_of(settings_of(config)) as file:
        count = webhooks.revive(file, utc_now(), message=message)
    print(f"{count} to be delivered again, within a minute")
    if not count:
        raise typer.Exit(1)


@app.command()
def disturbance(
    text: Annotated[str, typer.Argument(help="What is wrong, in words for providers.")],
    access: Annotated[list[str], typer.Option("--access", help="An accessId; again for more.")],
    reference: Annotated[str, typer.Option(help="The same when the disturbance is over.")],
    over: Annotated[bool, typer.Option("--over", help="It is over.")] = False,
    config: ConfigOption = None,
) -> None:
    """Tell the webhooks of every provider on some accesses of a disturbance.

    Each provider is told the accesses on which it has a subscription, and no others.
    """
    settings = settings_of(config)
    with inventory_of(settings) as inventory, tickets_of(settings) as file:
        facts = disturbances(
            inventory, access, reference=reference, text=text, over=over, now=utc_now()
        )
        count = webhooks.publish(file, "disturbance", utc_now(), facts)
    print(f"told to {count} providers, as far as their webhooks want it")


def _table(first: str, *others: str) -> Table:
    """A table whose first column is to be copied, and never shortened."""
    made = table(first, no_wrap=True, overflow="ignore", min_width=13)
    for name in others:
        made.add_column(name, overflow="fold")
    return made


def _plain(text: str) -> str:
    """Text of strangers for the terminal: neither markup nor control characters."""
    shown = "".join(c if c.isprintable() else "?" for c in text)
    return shown.replace("[", r"\[")
