"""Webhooks and what waits for them, in the file of tickets."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update

from techinfo.errors import UnknownWebhookError, WebhookConflictError, WebhookError
from techinfo.store.base import MICROSECONDS, Codec, Records, moment_of, stamp
from techinfo.tickets import tables as t
from techinfo.tickets.outbox import put_message, whole
from techinfo.tickets.records import Message, Reach
from techinfo.tickets.store import TicketFile
from techinfo.webhooks.failures import Rest, note, waiting

_HOOKS, _DELIVERIES, _MESSAGES = t.webhooks.c, t.deliveries.c, t.messages.c


class State(StrEnum):
    """What has become of a delivery."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"


@dataclass(frozen=True, kw_only=True, slots=True)
class Webhook:
    """Where somebody wants messages to be sent.

    Attributes:
        provider: Whose it is; ``OPERATOR`` for the operator's, who gets every message.
        form: Of its messages: ``plain``, or as a system expects them.
        kinds: Of messages; empty: all.
        options: What the form needs.
        secret: Signs (``whsec_…``); never shown after registration.
        headers: Sent along; secrets too.
        oauth2: How a token is had that is sent along (`techinfo.webhooks.grants`); empty: none is.
    """

    id: str
    provider: str
    url: str
    created_at: datetime
    sandbox: bool = False
    form: str = "plain"
    kinds: tuple[str, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)
    secret: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    oauth2: Mapping[str, str] = field(default_factory=dict, repr=False)


_WEBHOOKS = Records(
    Webhook,
    MICROSECONDS,
    besides=("secret", "headers", "oauth2"),
    kinds=Codec(
        lambda kinds: ",".join(kinds) or "*",
        lambda text: () if text == "*" else tuple(text.split(",")),
    ),
    options=Codec(lambda options: json.dumps(dict(options)), json.loads),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """One message for one webhook.

    Attributes:
        tries: How often it was tried.
        outcome: Of the last try, in words.
    """

    message: Message
    webhook: Webhook
    tries: int
    state: State = State.WAITING
    due_at: datetime | None = None
    outcome: str = ""


def add(file: TicketFile, webhook: Webhook, *, most: int) -> Webhook:
    """Keep a webhook; gives the one that is there where the same was asked for before.

    Raises:
        WebhookConflictError: Another one has its id.
        WebhookError: Its owner has as many as anybody may have.
    """
    with file.write() as connection:
        query = select(t.webhooks).where(_HOOKS.id == webhook.id)
        for before in file.all(query, _webhook, connection):
            if replace(webhook, secret=before.secret, created_at=before.created_at) != before:
                raise WebhookConflictError("this Idempotency-Key was used for another webhook")
            return before
        theirs = select(func.count()).where(
            _HOOKS.provider == webhook.provider, _HOOKS.sandbox == int(webhook.sandbox)
        )
        if connection.execute(theirs).scalar_one() >= most:
            raise WebhookError(f"you have {most} webhooks, which is the most; delete one first")
        connection.execute(
            insert(t.webhooks).values(
                **_WEBHOOKS.values(webhook),
                secret=json.dumps(
                    {
                        "key": webhook.secret,
                        "headers": dict(webhook.headers),
                        "oauth2": dict(webhook.oauth2),
                    }
                ),
            )
        )
    return webhook


def webhooks(file: TicketFile, reach: Reach) -> tuple[Webhook, ...]:
    """All within reach, by age."""
    query = _within(select(t.webhooks), reach).order_by(_HOOKS.created_at, _HOOKS.id)
    return file.all(query, _webhook)


def webhook(file: TicketFile, hook: str, reach: Reach) -> Webhook:
    """One of them.

    Raises:
        UnknownWebhookError: Nobody within reach has it.
    """
    found = file.all(_within(select(t.webhooks).where(_HOOKS.id == hook), reach), _webhook)
    if not found:
        raise UnknownWebhookError("no webhook has this id")
    return found[0]


def remove(file: TicketFile, hook: str, reach: Reach) -> None:
    """Forget a webhook, and what waits for it.

    Raises:
        UnknownWebhookError: Nobody within reach has it.
    """
    webhook(file, hook, reach)
    with file.write() as connection:
        connection.execute(delete(t.webhooks).where(_HOOKS.id == hook))


def counts(file: TicketFile, hook: str) -> dict[State, int]:
    """How many deliveries of a webhook are in which state."""
    query = (
        select(_DELIVERIES.state, func.count())
        .where(_DELIVERIES.webhook == hook)
        .group_by(_DELIVERIES.state)
    )
    with file.database.read() as connection:
        return {State(state): count for state, count in connection.execute(query)}


def due(file: TicketFile, now: datetime, hooks: Iterable[str] | None = None) -> dict[str, Delivery]:
    """By webhook, the delivery that has been due for longest.

    Args:
        file: Where they wait.
        now: The time.
        hooks: Webhooks that are asked for; ``None``: all that may be tried.
    """
    wanted = [one.hook for one in waiting(file, now)] if hooks is None else hooks
    found: dict[str, Delivery] = {}
    with file.database.read() as connection:
        for hook in wanted:
            query = _joined().where(
                _DELIVERIES.webhook == hook,
                _DELIVERIES.state == State.WAITING,
                _DELIVERIES.due_at <= stamp(now),
            )
            row = connection.execute(
                query.order_by(_DELIVERIES.due_at, _MESSAGES.at).limit(1)
            ).one_or_none()
            if row is not None:
                found[hook] = _whole(connection, _delivery(row))
    return found


def settle(
    file: TicketFile,
    delivery: Delivery,
    state: State,
    outcome: str,
    due_at: datetime,
    now: datetime,
    rest: Rest | None = None,
) -> bool:
    """Write down the outcome of a try.

    Args:
        file: Where it waits.
        delivery: What was tried.
        state: What it is now.
        outcome: Of the try, in words.
        due_at: When it is tried again.
        now: The time.
        rest: What becomes of a webhook that fails; ``None``: the try says nothing of it.

    Returns:
        Whether the webhook is switched off now.
    """
    with file.write(behind=True) as connection:
        connection.execute(
            update(t.deliveries)
            .where(
                _DELIVERIES.message == delivery.message.id,
                _DELIVERIES.webhook == delivery.webhook.id,
            )
            .values(
                state=state.value,
                tries=_DELIVERIES.tries + 1,
                due_at=stamp(due_at),
                done_at=None if state is State.WAITING else stamp(now),
                outcome=outcome,
            )
        )
        delivered, hook = state is State.DELIVERED, delivery.webhook.id
        return rest is not None and note(
            connection, hook, outcome, now, delivered=delivered, rest=rest
        )


def dead(file: TicketFile, reach: Reach, *, most: int = 1000) -> tuple[Delivery, ...]:
    """What was given up, the newest first; without the texts of tickets and comments."""
    query = _within(_joined().where(_DELIVERIES.state == State.DEAD), reach)
    query = query.order_by(_DELIVERIES.done_at.desc()).limit(most)
    return file.all(query, _delivery)


def revive(file: TicketFile, now: datetime, *, message: str | None = None) -> int:
    """Have tries begin anew for what was given up; says for how many deliveries.

    Webhooks that rest after a failure are tried at once; those switched off stay so.

    Args:
        file: Where they are.
        now: The time.
        message: One message alone; ``None``: all.
    """
    again = update(t.deliveries).where(_DELIVERIES.state == State.DEAD)
    if message is not None:
        again = again.where(_DELIVERIES.message == message)
    with file.write() as connection:
        connection.execute(update(t.trouble).values(rests_until=0))
        return connection.execute(
            again.values(state=State.WAITING.value, tries=0, due_at=stamp(now), done_at=None)
        ).rowcount


def publish(
    file: TicketFile, kind: str, now: datetime, facts_of: Mapping[str, Mapping[str, Any]]
) -> int:
    """Send providers messages that are about no ticket; the operator gets each of them.

    Args:
        file: Where the messages wait.
        kind: Of the message.
        now: The time.
        facts_of: Provider -> the facts of its message.

    Returns:
        For how many providers there is a message now.
    """
    with file.write() as connection:
        octets = [
            put_message(
                connection, kind, provider=provider, sandbox=False, now=stamp(now), facts=facts
            )
            for provider, facts in facts_of.items()
        ]
    return sum(count > 0 for count in octets)


def _within(query: Select[Any], reach: Reach) -> Select[Any]:
    query = query.where(_HOOKS.sandbox == int(reach.sandbox))
    if reach.provider is not None:
        query = query.where(_HOOKS.provider == reach.provider)
    return query


def _joined() -> Select[Any]:
    return (
        select(
            _DELIVERIES.webhook,
            _DELIVERIES.tries,
            _DELIVERIES.state,
            _DELIVERIES.due_at,
            _DELIVERIES.outcome,
            _MESSAGES.id.label("message_id"),
            _MESSAGES.kind,
            _MESSAGES.at,
            _MESSAGES.provider.label("of_provider"),
            _MESSAGES.sandbox.label("of_sandbox"),
            _MESSAGES.facts,
            t.webhooks,
        )
        .join(t.messages, _MESSAGES.id == _DELIVERIES.message)
        .join(t.webhooks, _HOOKS.id == _DELIVERIES.webhook)
    )


def _webhook(row: Row[Any]) -> Webhook:
    secret = json.loads(row.secret)
    return _WEBHOOKS.record(
        row,
        secret=secret["key"],
        headers=secret["headers"],
        oauth2=secret.get("oauth2", {}),
    )


def _whole(connection: Connection, delivery: Delivery) -> Delivery:
    message = delivery.message
    return replace(delivery, message=replace(message, facts=whole(connection, message.facts)))


def _delivery(row: Row[Any]) -> Delivery:
    message = Message(
        id=row.message_id,
        kind=row.kind,
        at=moment_of(row.at),
        provider=row.of_provider,
        sandbox=bool(row.of_sandbox),
        facts=json.loads(row.facts),
    )
    return Delivery(
        message=message,
        webhook=_webhook(row),
        tries=row.tries,
        state=State(row.state),
        due_at=moment_of(row.due_at),
        outcome=row.outcome,
    )
