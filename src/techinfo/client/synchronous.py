"""The client for plain Python."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Self, TypeVar

import httpx

from techinfo.client import calls
from techinfo.client import own_types as o
from techinfo.client import types as t
from techinfo.client.errors import NoAnswerError
from techinfo.client.retrying import Retrying, utc_now
from techinfo.client.words import Status

T = TypeVar("T")


class Client:
    """Asks a service; a context, which closes its connections.

    Each method answers what is in the JSON, or raises `ApiError` or `NoAnswerError`. ``max_age``
    is how old an answer may be, in seconds: 0 reads now. What may be tried again is, as
    `Retrying` says; ``Retry-After`` is honoured.

    Args:
        url: Of the service, such as ``https://techinfo.example``.
        user: Who asks.
        password: Theirs.
        prefix: Path in front of ON-API's version.
        on_behalf_of: For whom it is asked; stands in the operator's audit log.
        case_reference: About which case.
        timeout_s: Seconds after which a try is given up.
        retrying: How often and how long it is tried again.
        transport: Of httpx, for TLS of one's own, a proxy, or tests.
        sleep: Waits some seconds.
        now: The time, for a ``Retry-After`` that is a date.
    """

    def __init__(
        self,
        url: str,
        user: str,
        password: str,
        *,
        prefix: str = "/onapi",
        on_behalf_of: str | None = None,
        case_reference: str | None = None,
        timeout_s: float = 30.0,
        retrying: Retrying | None = None,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        about = {"X-On-Behalf-Of": on_behalf_of, "X-Case-Reference": case_reference}
        self._http = httpx.Client(
            base_url=url,
            auth=httpx.BasicAuth(user, password),
            headers={name: value for name, value in about.items() if value is not None},
            timeout=timeout_s,
            transport=transport,
        )
        self._prefix = prefix
        self._retrying = retrying or Retrying()
        self._sleep = sleep
        self._now = now

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def hardware(self, access_id: str, *, max_age: float | None = None) -> t.HardwareInfo:
        """The access switch: does it answer, since when, what is it."""
        return self._ask(calls.hardware(access_id, max_age))

    def link_status(self, access_id: str, *, max_age: float | None = None) -> t.LinkStatus:
        """Link, light and counters of the access port."""
        return self._ask(calls.link_status(access_id, max_age))

    def mac_addresses(self, access_id: str, *, max_age: float | None = None) -> list[t.MacRow]:
        """MAC addresses learnt on the access; ``[]`` means read, and empty."""
        return self._ask(calls.mac_addresses(access_id, max_age))

    def leases(self, access_id: str, *, max_age: float | None = None) -> list[t.LeaseRow]:
        """Leases seen on the access; ``[]`` means read, and empty."""
        return self._ask(calls.leases(access_id, max_age))

    def groups(self, access_id: str, *, max_age: float | None = None) -> list[t.GroupRow]:
        """Multicast groups joined on the access; ``[]`` means read, and empty."""
        return self._ask(calls.groups(access_id, max_age))

    def cpe(self, access_id: str, *, max_age: float | None = None) -> t.CpeStatus:
        """The managed CPE behind the access."""
        return self._ask(calls.cpe(access_id, max_age))

    def access(self, access_id: str, *, max_age: float | None = None) -> o.AccessReport:
        """All that is known of an access, each part with its state and age, and the verdict."""
        return self._ask(calls.access(access_id, max_age))

    def diagnosis(self, access_id: str, asked: o.DiagnosisAsked | None = None) -> o.Diagnosis:
        """One verdict; ``asked`` has what the customer says, and answers to an earlier question."""
        return self._ask(calls.diagnosis(access_id, asked))

    def batch(self, access_ids: list[str]) -> o.BatchTold:
        """What is known already of up to 200 accesses; no switch is asked."""
        return self._ask(calls.batch(access_ids))

    def search(self, text: str) -> o.SearchTold:
        """Accesses that a text may mean."""
        return self._ask(calls.search(text))

    def look_up(self, **identifiers: str) -> t.Found:
        """The access of DHCP identifiers: ``ipv4CircuitId``, ``ipv4option82`` and the like."""
        return self._ask(calls.look_up(identifiers))

    def look_up_past(self, at: datetime, **identifiers: str) -> o.PastFound:
        """The access that had identifiers, or an address (``ip``), at a time; needs a case."""
        return self._ask(calls.look_up_past(at, identifiers))

    def disturbances(self, access_id: str | None = None) -> o.DisturbancesTold:
        """Lines that were lost together, of the last day, where own accesses are among them."""
        return self._ask(calls.disturbances(access_id))

    def disturbed_accesses(self, reference: str) -> o.DisturbedAccesses:
        """The own accesses that a disturbance touches, with their addresses."""
        return self._ask(calls.disturbed_accesses(reference))

    def works(self, access_id: str | None = None) -> o.WorksListed:
        """Planned works that touch own accesses: announced, running, and lately ended."""
        return self._ask(calls.works(access_id))

    def one_works(self, reference: str) -> o.WorksTold:
        """Planned works, and the own accesses that they touch."""
        return self._ask(calls.one_works(reference))

    def create_ticket(self, ticket: t.TicketIn, *, key: str | None = None) -> t.CreatedTicket:
        """Make a ticket; the same ``key`` again makes no second one. Left out, one is made up."""
        return self._ask(calls.create_ticket(ticket, key))

    def change_ticket(self, reference: str, change: t.ChangeIn, *, key: str | None = None) -> None:
        """Comment on a ticket, move it, close it."""
        self._ask(calls.change_ticket(reference, change, key))

    def ticket(self, reference: str) -> t.TicketInfo:
        """One ticket, by either system's reference."""
        return self._ask(calls.ticket(reference))

    def tickets(self, *, status: Status | None = None) -> list[t.TicketLine]:
        """The own tickets, the oldest first."""
        return self._ask(calls.tickets(status))

    def link_info(self, reference: str) -> o.TicketLinkInfo:
        """What was read when a ticket was made and closed, and what has changed."""
        return self._ask(calls.link_info(reference))

    def endpoints(self) -> list[t.EndpointInfo]:
        """Which endpoints there are, and what they cannot tell."""
        return self._ask(calls.endpoints())

    def events(self) -> list[t.EventInfo]:
        """Which objects have changed."""
        return self._ask(calls.events())

    def quota(self) -> o.Quota:
        """What is left of the own quota."""
        return self._ask(calls.quota())

    def status(self) -> o.ServiceStatus:
        """Whether the service works."""
        return self._ask(calls.status())

    def _ask(self, call: calls.Call[T]) -> T:
        tried = 0
        while True:
            tried += 1
            try:
                answer = self._http.request(
                    call.method,
                    call.url(self._prefix),
                    params=dict(call.params),
                    headers=dict(call.headers),
                    json=call.body,
                )
            except httpx.TransportError as error:
                wait = self._retrying.after_silence(tried, safe=call.safe)
                if wait is None:
                    raise NoAnswerError(f"no answer: {type(error).__name__}") from error
            else:
                wait = self._retrying.after_answer(
                    tried,
                    answer.status_code,
                    answer.headers.get("retry-after"),
                    safe=call.safe,
                    final=calls.is_final(answer.content),
                    now=self._now(),
                )
                if wait is None:
                    return call.read(answer.status_code, answer.content)
            self._sleep(wait)
