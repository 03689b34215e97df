"""The bodies of messages: in our own plain form, and as the REST interface of Zammad takes them.

Zammad answers ``POST /api/v1/tickets`` with ``title``, ``group``, ``customer`` and ``article`` by
``id`` and ``number``; ``POST /api/v1/ticket_articles`` with ``ticket_id`` adds to a ticket
(docs.zammad.org, API, Tickets and Articles).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from techinfo.access.rights import runs
from techinfo.errors import UnknownAccessError
from techinfo.history.disturbed import Kept
from techinfo.inventory import Inventory
from techinfo.store.base import moment_of
from techinfo.tickets.records import ON_API, Message

VERSION = 1
"""Of the plain form; it grows when a receiver would have to change."""
_TIMES = frozenset({"created_at", "updated_at"})
_NOT_IN_ARTICLE = _TIMES | {
    "reference",
    "own_reference",
    "version",
    "heading",
    "description",
    "status",
    "responsible",
}
"""What the first article of a ticket has elsewhere, or not at all."""
_INFO = ("ip", "mac", "link")


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent where."""

    url: str
    body: bytes
    method: str = "POST"


def plain(message: Message, url: str) -> Request:
    """The form of our own: type, version, time and data. The same octets at every try."""
    body = {
        "id": message.id,
        "type": message.kind,
        "version": VERSION,
        "timestamp": rfc3339(message.at),
        "data": _data(message.facts),
    }
    return Request(url, _json(body))


def rfc3339(at: datetime) -> str:
    """As in answers: UTC, ``Z``, milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _data(facts: Mapping[str, Any]) -> dict[str, Any]:
    data: dict[str, Any] = {}
    if "ticket" in facts:
        data = ticket_data(facts["ticket"])
    if "by" in facts:
        data["changedBy"] = facts["by"]
    if "comment" in facts:
        comment = facts["comment"]
        data["comment"] = {"createdBy": comment["created_by"], "message": comment["message"]}
    if "link_info" in facts:
        data["linkInfo"] = _link_info(facts["link_info"])
    for name in ("disturbance", "watch", "works", "activation"):
        data.update(facts.get(name, {}))
    return data


def ticket_data(ticket: Mapping[str, Any]) -> dict[str, Any]:
    """A ticket as ON-API 2.6 has it, with the version of its state."""
    data = {
        name: rfc3339(moment_of(ticket[key])) if key in _TIMES else ticket[key]
        for key, name in ON_API.items()
    }
    data["additionalInfo"] = {key: ticket[key] for key in _INFO if ticket[key] is not None} or None
    return {name: value for name, value in data.items() if value not in (None, "")}


def _link_info(info: Mapping[str, Any]) -> dict[str, Any]:
    data = {
        "moment": info["moment"],
        "state": info["state"],
        "requestedAt": rfc3339(moment_of(info["asked_at"])),
        "why": info["why"],
        "difference": info["difference"],
        "document": info["document"],
    }
    return {name: value for name, value in data.items() if value not in (None, "", [])}


def _json(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


PATH = "/api/v1/tickets"
"""What the URL of such a webhook ends in."""
NEEDED = ("group", "customer")
"""Options without which no ticket can be created there."""


@dataclass(frozen=True, slots=True)
class Known:
    """How Zammad calls a ticket that it has taken."""

    key: str
    number: str


def zammad_request(
    message: Message, url: str, options: Mapping[str, str], key: str | None
) -> Request | None:
    """What to send to Zammad; ``None``: it knows everything in this message.

    Args:
        message: What to send.
        url: Of the webhook.
        options: ``group`` and ``customer``.
        key: Zammad's ``id`` of the ticket; ``None`` while it has none.
    """
    base = url.removesuffix("tickets")
    if message.kind == "webhook.test":
        return Request(f"{base}users/me", b"", method="GET")
    if message.kind == "ticket.created":
        ticket = message.facts["ticket"]
        body: dict[str, Any] = {
            "title": ticket["heading"],
            "group": options["group"],
            "customer": options["customer"],
            "article": _article(ticket["heading"], _opening(ticket), internal=False),
        }
        return Request(url, _json(body))
    article = _article_of(message)
    if article is None or key is None:
        return None
    return Request(f"{base}ticket_articles", _json({"ticket_id": int(key), **article}))


def needs_key(message: Message) -> bool:
    """Whether Zammad must have taken the ticket before."""
    return (
        message.kind not in {"ticket.created", "webhook.test"} and _article_of(message) is not None
    )


def known(answer: bytes) -> Known | None:
    """How Zammad calls the ticket, by its answer; ``None``: the answer does not say."""
    try:
        body = json.loads(answer)
        return Known(str(int(body["id"])), str(body["number"]))
    except (ValueError, KeyError, TypeError):
        return None


def _article_of(message: Message) -> dict[str, Any] | None:
    """The article about a message; none for a change by the operator's side, which Zammad made."""
    if message.kind == "ticket.linkinfo":
        return _zammad_link_info(message.facts["link_info"])
    if message.facts.get("by") != "SP":
        return None
    ticket, comment = message.facts["ticket"], message.facts.get("comment")
    state = f"status {ticket['status']}, responsible {ticket['responsible'] or 'not told'}"
    if comment is None:
        return _article("Changed by the provider", state, internal=False)
    text = f"{comment['message']}\n\n{state}"
    return _article(f"Comment by {comment['created_by']}", text, internal=False)


def _zammad_link_info(info: Mapping[str, Any]) -> dict[str, Any]:
    lines = [f"link info ({info['moment']}): {info['state']}"]
    lines += [info["why"]] if info["why"] else []
    lines += [f"since creation: {words}" for words in info["difference"]]
    if info["document"] is not None:
        lines += ["", json.dumps(info["document"], ensure_ascii=False, indent=2)]
    return _article(f"Link info, {info['moment']}", "\n".join(lines), internal=True)


def _opening(ticket: Mapping[str, Any]) -> str:
    lines = [f"coTicketReference: {ticket['own_reference']}"]
    lines += [
        f"{name}: {ticket[key]}"
        for key, name in ON_API.items()
        if key not in _NOT_IN_ARTICLE and ticket[key]
    ]
    return "\n".join([ticket["description"], "", *lines])


def _article(subject: str, body: str, *, internal: bool) -> dict[str, Any]:
    return {
        "subject": subject,
        "body": body,
        "content_type": "text/plain",
        "type": "note",
        "internal": internal,
    }


def disturbances(
    inventory: Inventory,
    access_ids: Iterable[str],
    *,
    reference: str,
    text: str,
    over: bool,
    now: datetime,
) -> Mapping[str, Mapping[str, Any]]:
    """Provider -> facts of its message ``disturbance``: its own accesses, and no others.

    Args:
        inventory: Says who subscribes.
        access_ids: What is disturbed.
        reference: The operator's own; the same when it is over.
        text: For providers.
        over: It is over.
        now: The time.

    Raises:
        UnknownAccessError: The inventory has no such access.
    """
    theirs: dict[str, list[str]] = {}
    for access_id in dict.fromkeys(access_ids):
        access = inventory.access(access_id)
        if access is None:
            raise UnknownAccessError(f"no access has the accessId {access_id}")
        holders = {s.provider for s in inventory.subscriptions_on(access.access_id) if runs(s, now)}
        for provider in holders:
            theirs.setdefault(provider, []).append(access.access_id)
    common = {
        "disturbanceReference": reference,
        "description": text,
        "state": "OVER" if over else "ONGOING",
        "time": rfc3339(now),
    }
    return {
        provider: {"disturbance": {**common, "accessIds": ids}} for provider, ids in theirs.items()
    }


def of_disturbance(
    inventory: Inventory, found: Kept, now: datetime
) -> Mapping[str, Mapping[str, Any]]:
    """The same of a disturbance that polls have found: of its accesses that are still known."""
    over = found.until is not None
    words = "have lost their link within a minute"
    if found.restart:
        words = "were without link while a network element started anew"
    text = f"Several accesses {words}." + (" All of them are back." if over else "")
    known = [one for one in found.accesses if inventory.access(one) is not None]
    return disturbances(inventory, known, reference=found.reference, text=text, over=over, now=now)
