"""A message as the other side expects it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from techinfo.tickets.records import Message
from techinfo.tickets.tables import moment_of

VERSION = 1
"""Of the plain form; it grows when a receiver would have to change."""
_TICKET = {
    "reference": "coTicketReference",
    "own_reference": "ownTicketReference",
    "version": "version",
    "provider": "provider",
    "access_id": "accessId",
    "created_by": "createdBy",
    "heading": "heading",
    "description": "description",
    "problem": "problemType",
    "sp_reference": "spReference",
    "sp_ticket_reference": "spTicketReference",
    "subscription_id": "subscriptionId",
    "status": "status",
    "responsible": "responsible",
}
_INFO = ("ip", "mac", "link")


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent where."""

    url: str
    body: bytes
    method: str = "POST"


def plain(message: Message, url: str) -> Request:
    """The form of our own: type, version, time and data. The same octets at every try."""
    told = {
        "id": message.id,
        "type": message.kind,
        "version": VERSION,
        "timestamp": rfc3339(message.at),
        "data": _data(message.facts),
    }
    return Request(url, _json(told))


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
    data.update(facts.get("disturbance", {}))
    return data


def ticket_data(ticket: Mapping[str, Any]) -> dict[str, Any]:
    """A ticket as ON-API 2.6 has it, with the version of its state."""
    told = {name: ticket[key] for key, name in _TICKET.items()}
    told |= {
        "createdAt": rfc3339(moment_of(ticket["created_at"])),
        "updatedAt": rfc3339(moment_of(ticket["updated_at"])),
        "additionalInfo": {key: ticket[key] for key in _INFO if ticket[key] is not None} or None,
    }
    return {name: value for name, value in told.items() if value not in (None, "")}


def _link_info(info: Mapping[str, Any]) -> dict[str, Any]:
    told = {
        "moment": info["moment"],
        "state": info["state"],
        "requestedAt": rfc3339(moment_of(info["asked_at"])),
        "why": info["why"],
        "difference": info["difference"],
        "document": info["document"],
    }
    return {name: value for name, value in told.items() if value not in (None, "", [])}


def _json(told: Mapping[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
