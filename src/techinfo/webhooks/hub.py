"""Webhooks: who wants which messages, and their delivery, tried for a day with growing pauses.

Owners take turns, so many webhooks of each at a time. A webhook that fails is left alone for longer
each time, whatever waits for it, and at last switched off until its owner switches it on again.
"""

from __future__ import annotations

import asyncio
import functools
import hashlib
import json
import logging
import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from techinfo.access.viewer import Viewer
from techinfo.errors import WebhookError, WebhookTargetError
from techinfo.model import utc_now
from techinfo.tickets.records import OPERATOR, Message, Reach
from techinfo.tickets.service import reach
from techinfo.tickets.store import TicketFile
from techinfo.tickets.worker import BackgroundWorker
from techinfo.webhooks import store as stored
from techinfo.webhooks.failures import (
    FairQueue,
    Rest,
    Trouble,
    forgive,
    next_due,
    troubles,
    waiting,
)
from techinfo.webhooks.grants import must_fit
from techinfo.webhooks.payloads import NEEDED, PATH
from techinfo.webhooks.sending import Courier, Outcome, Sender, Where, new_secret
from techinfo.webhooks.store import Delivery, State, Webhook
from techinfo.webhooks.targets import Allowed, Names, Resolve, resolved, target

KINDS = (
    "ticket.created",
    "ticket.updated",
    "ticket.closed",
    "ticket.linkinfo",
    "disturbance",
    "watch",
    "works",
    "activation.checked",
)
"""Kinds of messages that a webhook can ask for."""
FORMS = ("plain", "zammad")
PAUSES_S = (5, 30, 120, 600, 1800, 3600, 7200, 14_400, 21_600, 37_045)
"""After each try that failed; together 24 hours. After the last of them it is given up."""
_REST_S = PAUSES_S[:6]
"""For which a webhook is left alone after each failure, an hour at most."""
_LOOK_S = 60.0
"""Another process may have put something into the file."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliveryLimits:
    """How webhooks are sent.

    Attributes:
        parallel: To so many of them at a time; to each one message after the other.
        of_owner: So many of them of one owner.
        off_after: So many failures without a success between them switch one off.
        most: Webhooks of one owner.
        again_s: The file is tried again so long after it could not be read or written.
    """

    parallel: int = 32
    of_owner: int = 4
    off_after: int = 30
    most: int = 10
    again_s: float = 5.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """A webhook as it is asked for."""

    url: str
    form: str = "plain"
    kinds: Collection[str] = ()
    options: Mapping[str, str]
    headers: Mapping[str, str]
    oauth2: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Listed:
    """A webhook as its owner sees it.

    Attributes:
        counted: Deliveries by state.
        trouble: ``None`` when the last try has been answered well.
    """

    webhook: Webhook
    counted: Mapping[State, int]
    trouble: Trouble | None


class Hub(BackgroundWorker[tuple[str, str]]):
    """Webhooks of those who may have them, and the sending; a task is of (webhook, owner).

    Args:
        file: Where they and their messages are kept.
        allowed: Networks that may be sent to though they are no public ones.
        owns_references: An external desk's reference becomes that of the ticket.
        now: The time.
        resolve: Host and port -> addresses.
    """

    def __init__(
        self,
        file: TicketFile,
        *,
        allowed: Allowed | None = None,
        owns_references: bool = False,
        delivery_limits: DeliveryLimits | None = None,
        timeout_s: float = 10.0,
        now: Callable[[], datetime] = utc_now,
        resolve: Resolve = resolved,
    ) -> None:
        self._limits = delivery_limits or DeliveryLimits()
        super().__init__("webhooks rest, their file is tried again", self._limits.again_s)
        self._file = file
        self._allowed = allowed or Allowed()
        self._now = now
        self._names = Names(resolve)
        self._timeout_s = timeout_s
        self._sender = Sender(timeout_s=timeout_s)
        self._courier = Courier(
            file=file,
            sender=self._sender,
            where_of=self._where_of,
            owns_references=owns_references,
            now=now,
        )
        self._turns = FairQueue(self._limits.of_owner, self._sender.place)
        self._rest = Rest(pauses_s=_REST_S, off_after=self._limits.off_after)

    async def register(self, viewer: Viewer, wanted: Wanted, *, key: str | None = None) -> Webhook:
        """Keep a webhook; its secret is in this answer, and never shown again.

        Args:
            viewer: Whose it is.
            wanted: What is asked for.
            key: The same request with the same key counts once; ``None``: every one counts.

        Raises:
            WebhookConflictError: The key was used for another webhook, which is still there.
            WebhookTargetError: It may not be sent there.
            WebhookError: It is not one that can be had.
        """
        owner = reach(viewer).provider or OPERATOR
        _must_fit(wanted, operator=owner == OPERATOR)
        try:
            async with asyncio.timeout(self._timeout_s):
                await self._where_of(owner)(wanted.url)
                if wanted.oauth2:
                    await self._where_of(owner)(wanted.oauth2["token_url"])
        except TimeoutError:
            raise WebhookTargetError("the host of the URL cannot be resolved") from None
        webhook = Webhook(
            id=f"wh_{secrets.token_hex(12) if key is None else _number_of(owner, viewer, key)}",
            provider=owner,
            sandbox=viewer.options.sandbox,
            url=wanted.url,
            form=wanted.form,
            kinds=tuple(dict.fromkeys(wanted.kinds)),
            options=wanted.options,
            secret=new_secret(),
            headers=wanted.headers,
            oauth2=wanted.oauth2,
            created_at=self._now(),
        )
        return await asyncio.to_thread(stored.add, self._file, webhook, most=self._limits.most)

    async def webhooks(self, viewer: Viewer) -> list[Listed]:
        """Theirs, each with its deliveries by state, and what is wrong with it."""

        def read() -> list[Listed]:
            found = stored.webhooks(self._file, _own(viewer))
            trouble = troubles(self._file, [hook.id for hook in found])
            return [
                Listed(hook, stored.counts(self._file, hook.id), trouble.get(hook.id))
                for hook in found
            ]

        return await asyncio.to_thread(read)

    async def enable(self, viewer: Viewer, hook: str) -> Listed:
        """Have one of theirs tried again, at once, as if it had never failed.

        Raises:
            UnknownWebhookError: They have none of this id.
        """

        def forgiven() -> Listed:
            webhook = stored.webhook(self._file, hook, _own(viewer))
            forgive(self._file, hook)
            return Listed(webhook, stored.counts(self._file, hook), None)

        listed = await asyncio.to_thread(forgiven)
        self.wake()
        return listed

    async def remove(self, viewer: Viewer, hook: str) -> None:
        """Forget one of theirs, and what waits for it.

        Raises:
            UnknownWebhookError: They have none of this id.
        """
        await asyncio.to_thread(stored.remove, self._file, hook, _own(viewer))

    async def test(self, viewer: Viewer, hook: str) -> Outcome:
        """Send a message of no meaning to one of theirs, once and at once.

        Raises:
            UnknownWebhookError: They have none of this id.
        """
        webhook = await asyncio.to_thread(stored.webhook, self._file, hook, _own(viewer))
        message = Message(
            id=f"msg_{secrets.token_hex(12)}",
            kind="webhook.test",
            at=self._now(),
            provider=webhook.provider,
        )
        try:
            return await self._courier.deliver(Delivery(message=message, webhook=webhook, tries=0))
        finally:
            self.wake()  # what waits for the same address was passed over meanwhile

    async def tell(self, kind: str, facts_of: Mapping[str, Mapping[str, Any]]) -> None:
        """Send providers what is about no ticket; the operator gets each of it.

        Args:
            kind: One of `KINDS`.
            facts_of: Provider -> the facts of its message.
        """
        await asyncio.to_thread(stored.publish, self._file, kind, self._now(), facts_of)
        self.wake()

    async def dead(self, viewer: Viewer) -> tuple[Delivery, ...]:
        """What was given up of theirs."""
        return await asyncio.to_thread(stored.dead, self._file, _own(viewer))

    async def close(self) -> None:
        """Stop; what was not answered yet is sent again by the next run."""
        await super().close()
        await self._sender.close()

    async def _look(self) -> float:
        while free := self._limits.parallel - len(self.running):
            begun = await asyncio.to_thread(
                self._next, dict(self.running), self._sender.busy(), free
            )
            for hook, delivery in begun.items():
                owner = delivery.webhook.provider
                self._begin((hook, owner), functools.partial(self._one, delivery))
            if not begun:
                break
        hooks = [hook for hook, _ in self.running]
        at = await asyncio.to_thread(next_due, self._file, hooks)
        now = self._now()
        if at is None or at <= now:  # nothing, or all turns are taken: whoever ends wakes us
            return _LOOK_S
        return min(_LOOK_S, max(0.05, (at - now).total_seconds()))

    def _next(
        self, running: Mapping[str, str], taken: Collection[str], free: int
    ) -> dict[str, Delivery]:
        now = self._now()
        found = self._turns.next(waiting(self._file, now), running, taken, free)
        return stored.due(self._file, now, [one.hook for one in found])

    async def _one(self, delivery: Delivery) -> None:
        outcome = await self._courier.deliver(delivery)
        await asyncio.to_thread(self._settle, delivery, outcome)

    def _where_of(self, owner: str) -> Where:
        """What finds the address of a URL of an owner's."""
        return functools.partial(
            target,
            allowed=self._allowed.networks(operator=owner == OPERATOR),
            resolve=self._names.of(owner),
            denied=self._allowed.denied,
        )

    def _settle(self, delivery: Delivery, outcome: Outcome) -> None:
        now = self._now()
        state, due = State.DELIVERED, now
        if not outcome.delivered:
            state = State.DEAD
            if not outcome.gone and delivery.tries < len(PAUSES_S):
                state, due = State.WAITING, now + timedelta(seconds=PAUSES_S[delivery.tries])
        if state is State.DEAD:
            _log.warning(
                "webhook %s: message %s is given up after %d tries: %s",
                delivery.webhook.id,
                delivery.message.id,
                delivery.tries + 1,
                outcome.words,
            )
        rest = self._rest if outcome.tried else None
        off = stored.settle(self._file, delivery, state, outcome.words, due, now, rest)
        if off:
            _log.warning(
                "webhook %s of %s is switched off after %d failures: %s",
                delivery.webhook.id,
                delivery.webhook.provider,
                self._limits.off_after,
                outcome.words,
            )


def _own(viewer: Viewer) -> Reach:
    """Their own alone: of the operator's people the operator's."""
    theirs = reach(viewer)
    return Reach(provider=theirs.provider or OPERATOR, sandbox=theirs.sandbox)


def _number_of(owner: str, viewer: Viewer, key: str) -> str:
    """The same for the same key of the same owner."""
    whose = json.dumps([owner, viewer.options.sandbox, key])
    return hashlib.sha256(whose.encode()).hexdigest()[:24]


def _must_fit(wanted: Wanted, *, operator: bool) -> None:
    unknown = sorted(set(wanted.kinds) - set(KINDS))
    if unknown:
        raise WebhookError(f"events: {unknown[0]} is none of {', '.join(KINDS)}")
    if wanted.oauth2:
        must_fit(wanted.oauth2, wanted.headers)
    if wanted.form not in FORMS:
        raise WebhookError(f"form: is none of {', '.join(FORMS)}")
    if wanted.form != "zammad":
        return
    if not operator:
        raise WebhookError("form: zammad is for the operator's own ticket desk")
    if not wanted.url.endswith(PATH):
        raise WebhookError(f"url: of the form zammad must end in {PATH}")
    lacking = [name for name in NEEDED if not wanted.options.get(name)]
    if lacking:
        raise WebhookError(f"options.{lacking[0]}: is missing; the form zammad needs it")
