"""From a delivery to what is sent, and from what is answered back to the ticket."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from techinfo.errors import TicketConflictError, UnknownTicketError
from techinfo.tickets.records import Change, Message, Party, Reach
from techinfo.tickets.store import TicketFile
from techinfo.webhooks import payloads as forms
from techinfo.webhooks import payloads as zammad
from techinfo.webhooks.payloads import Request
from techinfo.webhooks.sending import Outcome, Sender, Where
from techinfo.webhooks.store import Delivery


class Courier:
    """Carries deliveries, each in the form that its webhook wants.

    Args:
        file: Knows how an external desk calls a ticket.
        sender: Sends.
        where_of: Owner -> what finds the address of a URL of theirs.
        owns_references: An external desk's reference becomes that of the ticket.
        now: The time.
    """

    def __init__(
        self,
        file: TicketFile,
        sender: Sender,
        where_of: Callable[[str], Where],
        *,
        owns_references: bool,
        now: Callable[[], datetime],
    ) -> None:
        self._file = file
        self._sender = sender
        self._where_of = where_of
        self._owns_references = owns_references
        self._now = now

    async def carried(self, delivery: Delivery) -> Outcome:
        """Send one delivery, once."""
        hook, message = delivery.webhook, delivery.message
        if hook.form != "zammad":
            return await self._send(delivery, forms.plain(message, hook.url))
        key = await asyncio.to_thread(self._key, message)
        if key is None and zammad.needs_key(message):
            return Outcome(
                delivered=False, tried=False, words="Zammad has not taken the ticket yet"
            )
        if message.kind == "ticket.created" and key is not None:
            return Outcome(delivered=True, words="Zammad has taken the ticket before")
        request = zammad.request(message, hook.url, hook.options, key)
        if request is None:
            return Outcome(delivered=True, words="nothing that Zammad does not know")
        outcome = await self._send(delivery, request)
        if message.kind == "ticket.created" and outcome.delivered:
            return await asyncio.to_thread(self._taken, message, outcome)
        return outcome

    async def _send(self, delivery: Delivery, request: Request) -> Outcome:
        hook = delivery.webhook
        return await self._sender.send(
            request,
            message=delivery.message.id,
            secret=hook.secret,
            headers=hook.headers,
            where=self._where_of(hook.provider),
            now=self._now,
        )

    def _key(self, message: Message) -> str | None:
        """How Zammad calls the ticket of a message."""
        if "ticket" not in message.facts:
            return None
        reference = message.facts["ticket"]["own_reference"]
        try:
            return self._file.ticket(reference, Reach(sandbox=message.sandbox)).desk_key
        except UnknownTicketError:
            return None

    def _taken(self, message: Message, outcome: Outcome) -> Outcome:
        """Keep how Zammad calls the ticket that it has just taken."""
        known = zammad.known(outcome.answer)
        if known is None:
            # Nothing says what it has made of it: another try might make it twice.
            return Outcome(delivered=False, gone=True, words="the answer is not one of Zammad's")
        change = Change(
            by=Party.CO,
            desk_key=known.key,
            desk_reference=known.number if self._owns_references else None,
        )
        reference = message.facts["ticket"]["own_reference"]
        try:
            self._file.change(reference, Reach(sandbox=message.sandbox), change, None, self._now)
        except (UnknownTicketError, TicketConflictError) as error:
            return Outcome(delivered=True, words=f"taken, but not noted here: {error}")
        return outcome
