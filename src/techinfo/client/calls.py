"""Every call as a request, and its answer read: the same for both clients. Nothing is sent here."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar, cast
from urllib.parse import quote

from techinfo.client import own_types as o
from techinfo.client import types as t
from techinfo.client.errors import ApiError
from techinfo.client.words import Code, Status

VERSION = "2.6"
_OWN = "/techinfo/v1"
_MOST_OF_A_CAUSE = 500
_CODE = re.compile(r"[a-z0-9_]{1,64}")
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Call(Generic[T]):
    """One request.

    Attributes:
        method: Of HTTP.
        path: Below the service's URL, or below the prefix of ON-API.
        own: Whether it stands beside ON-API.
        safe: Doing it twice is doing it once.
    """

    method: str = "GET"
    path: str
    own: bool = False
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    safe: bool = True

    def url(self, prefix: str) -> str:
        """Its path below the service's URL."""
        return f"{_OWN}{self.path}" if self.own else f"{prefix}/{VERSION}{self.path}"

    def read(self, status: int, body: bytes) -> T:
        """The answer.

        Raises:
            ApiError: It is an error, or no JSON.
        """
        told = _json(body)
        if status == 204:
            return cast("T", None)
        if 200 <= status < 300 and told is not None:
            return cast("T", told)
        raise _error(status, told)


def tech(access_id: str, what: str, max_age: float | None) -> Call[Any]:
    """One question about an access; ``max_age``: seconds, 0 reads now."""
    return Call(path=f"/tech/access/{_quoted(access_id)}{what}", headers=_freshness(max_age))


def hardware(access_id: str, max_age: float | None) -> Call[t.HardwareInfo]:
    """The access switch."""
    return tech(access_id, "/hardware", max_age)


def link_status(access_id: str, max_age: float | None) -> Call[t.LinkStatus]:
    """Link, light and counters."""
    return tech(access_id, "/link/status", max_age)


def mac_addresses(access_id: str, max_age: float | None) -> Call[list[t.MacRow]]:
    """MAC addresses learnt."""
    return tech(access_id, "/link/macaddresstable", max_age)


def leases(access_id: str, max_age: float | None) -> Call[list[t.LeaseRow]]:
    """Leases seen."""
    return tech(access_id, "/link/leaseinfo", max_age)


def groups(access_id: str, max_age: float | None) -> Call[list[t.GroupRow]]:
    """Multicast groups joined."""
    return tech(access_id, "/link/igmpsnooping", max_age)


def cpe(access_id: str, max_age: float | None) -> Call[t.CpeStatus]:
    """The managed CPE."""
    return Call(path=f"/tech/cpe/{_quoted(access_id)}/status", headers=_freshness(max_age))


def access(access_id: str, max_age: float | None) -> Call[o.AccessReport]:
    """All of it, with a verdict."""
    return Call(path=f"/access/{_quoted(access_id)}", own=True, headers=_freshness(max_age))


def diagnosis(access_id: str, asked: o.DiagnosisAsked | None) -> Call[o.Diagnosis]:
    """The verdict, with what the customer says."""
    path = f"/diagnosis/{_quoted(access_id)}"
    if asked is None:
        return Call(path=path, own=True)
    return Call(method="POST", path=path, own=True, body=asked)


def batch(access_ids: list[str]) -> Call[o.BatchTold]:
    """What is known of many accesses."""
    return Call(method="POST", path="/batch", own=True, body={"accessIds": access_ids})


def search(text: str) -> Call[o.SearchTold]:
    """Accesses that a text may mean."""
    return Call(path="/search", own=True, params={"q": text})


def look_up(identifiers: Mapping[str, str]) -> Call[t.Found]:
    """The access of DHCP identifiers."""
    return Call(path="/dhcplookup", params=identifiers)


def look_up_past(at: datetime, identifiers: Mapping[str, str]) -> Call[o.PastFound]:
    """The access that had identifiers, or an address (``ip``), at a time.

    Raises:
        ValueError: The time has no zone.
    """
    if at.tzinfo is None:
        raise ValueError("a time without its zone")
    return Call(path="/lookup", own=True, params={"at": at.isoformat(), **identifiers})


def disturbances(access_id: str | None) -> Call[o.DisturbancesTold]:
    """Lines that were lost together, of the last day."""
    return Call(path="/disturbances", own=True, params=_of_access(access_id))


def disturbed_accesses(reference: str) -> Call[o.DisturbedAccesses]:
    """The own accesses of a disturbance."""
    return Call(path=f"/disturbances/{_quoted(reference)}/accesses", own=True)


def works(access_id: str | None) -> Call[o.WorksListed]:
    """Planned works."""
    return Call(path="/works", own=True, params=_of_access(access_id))


def one_works(reference: str) -> Call[o.WorksTold]:
    """Works, and the own accesses that they touch."""
    return Call(path=f"/works/{_quoted(reference)}", own=True)


def _of_access(access_id: str | None) -> Mapping[str, str]:
    return {} if access_id is None else {"accessId": access_id}


def create_ticket(ticket: t.TicketIn, key: str | None) -> Call[t.CreatedTicket]:
    """A new ticket; the key makes sure that it is one, however often it is sent."""
    headers = {"Idempotency-Key": key or secrets.token_hex(16)}
    return Call(method="POST", path="/tickets", body=ticket, headers=headers)


def change_ticket(reference: str, change: t.ChangeIn, key: str | None) -> Call[None]:
    """A comment, another status."""
    headers = {"Idempotency-Key": key or secrets.token_hex(16)}
    path = f"/tickets/{_quoted(reference)}"
    return Call(method="PATCH", path=path, body=change, headers=headers)


def ticket(reference: str) -> Call[t.TicketInfo]:
    """One ticket."""
    return Call(path=f"/tickets/{_quoted(reference)}")


def tickets(status: Status | None) -> Call[list[t.TicketLine]]:
    """The own tickets."""
    return Call(path="/tickets", params={} if status is None else {"status": status})


def link_info(reference: str) -> Call[o.TicketLinkInfo]:
    """What was read for a ticket."""
    return Call(path=f"/tickets/{_quoted(reference)}/linkinfo", own=True)


def endpoints() -> Call[list[t.EndpointInfo]]:
    """What there is."""
    return Call(path="/")


def events() -> Call[list[t.EventInfo]]:
    """What has changed."""
    return Call(path="/events")


def quota() -> Call[o.Quota]:
    """What is left."""
    return Call(path="/quota", own=True)


def status() -> Call[o.ServiceStatus]:
    """Whether the service works."""
    return Call(path="/status", own=True)


def is_final(body: bytes) -> bool:
    """Whether an error says that the same call will not go through later either."""
    told = _json(body)
    return isinstance(told, dict) and told.get("retryable") is False


def _quoted(text: str) -> str:
    return quote(text, safe="")


def _freshness(max_age: float | None) -> dict[str, str]:
    return {} if max_age is None else {"Cache-Control": f"max-age={max(0, int(max_age))}"}


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _error(status: int, told: Any) -> ApiError:
    """What another than the service says, as a proxy before it, has no code."""
    told = told if isinstance(told, dict) else {}
    cause, code = told.get("cause"), told.get("code")
    if not isinstance(cause, str) or not isinstance(code, str) or not _CODE.fullmatch(code):
        return ApiError(status, "the answer is not of this interface", None, retryable=False)
    retryable = told.get("retryable") is True
    return ApiError(status, cause[:_MOST_OF_A_CAUSE], cast("Code", code), retryable=retryable)
