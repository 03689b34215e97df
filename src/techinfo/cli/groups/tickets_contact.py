"""``techinfo tickets contact``: whom to call, asked of the provider whose customer it is."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from techinfo.cli.groups.onapi import server_of
from techinfo.cli.options import ConfigOption, all_but, settings_of, tickets_of
from techinfo.config import OnApiSource, Settings
from techinfo.errors import ConfigError, UnknownTicketError
from techinfo.model import utc_now
from techinfo.store.audit import AuditEntry, AuditFile
from techinfo.tickets.records import Reach, Ticket

_MOST_OF_A_REASON = 255


def contact(
    reference: Annotated[str, typer.Argument(help="coTicketReference, ours or the desk's.")],
    reason: Annotated[str, typer.Option(help="Why you must know; it is in the audit log.")],
    config: ConfigOption = None,
) -> None:
    """Ask a ticket's provider whom to call, and show it once.

    It is asked at the server of [bold]onapi[/bold] that is its own ([bold]contacts = true[/bold])
    for the ticket's spReference, by the ticket's spTicketReference, or by the reason where it has
    none. What is told is printed here and kept nowhere. Who has asked, and why, is in the audit log
    before anything is asked.

    Example: [bold]techinfo tickets contact T-7K3P9 --reason "cable cut, call before digging"[/bold]
    """
    why = reason.strip()
    if not why or len(why) > _MOST_OF_A_REASON or not why.isprintable():
        raise ConfigError(f"is 1 to {_MOST_OF_A_REASON} characters on one line", key="--reason")
    settings = settings_of(config, without=all_but("onapi"))
    with tickets_of(settings) as file:
        ticket = file.ticket(reference, Reach())
    source = _source(settings, ticket)
    if not ticket.sp_reference:
        raise UnknownTicketError("the ticket has no spReference, by which its provider knows whom")
    _write_down(settings, ticket, why)
    asked_by = ticket.sp_ticket_reference
    with server_of(source) as server:
        found = server.contact(
            ticket.sp_reference, {"spTicketReference": asked_by} if asked_by else {"reason": why}
        )
    if found is None:
        print("the provider tells nobody for this spReference")
        raise typer.Exit(1)
    for name, value in found.told.items():
        print(f"{name}: {''.join(c if c.isprintable() else '?' for c in value)}")


def _source(settings: Settings, ticket: Ticket) -> OnApiSource:
    for source in settings.onapi.values():
        if source.contacts and source.provider == ticket.provider:
            return source
    words = f"no server has provider = {ticket.provider!r} and contacts = true"
    raise ConfigError(words, key="onapi")


def _write_down(settings: Settings, ticket: Ticket, why: str) -> None:
    """Who asks, and why.

    Raises:
        StoreError: It cannot be written; then nothing is asked.
    """
    entry = AuditEntry(
        at=utc_now(),
        user=getpass.getuser(),
        role="operator",
        provider=ticket.provider,
        method="CONTACT",
        path=f"tickets/{ticket.own_reference}/contact",
        access_id=ticket.access_id,
        case_reference=why,
    )
    with AuditFile.open(settings.audit.path) as file:
        file.write([entry])
