"""What a document is worth to a ticket, and what it fills."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from techinfo.inventory import Subscription
from techinfo.tickets.reading import found, judged, kept, service_types, worth
from techinfo.tickets.records import (
    Attachment,
    Found,
    LinkInfo,
    Moment,
    Problem,
    Status,
    Ticket,
)

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
OK, SILENT = {"state": "ok"}, {"state": "failed", "cause": "the network element does not answer"}


def mac(address: str, service: str = "bb") -> dict[str, str]:
    """A row of the MAC table."""
    return {"mac": address, "serviceType": service}


def lease(address: str, service: str = "bb", end: str | None = None) -> dict[str, str]:
    """A row of leaseinfo."""
    return {"lease": address, "serviceType": service} | ({} if end is None else {"end": end})


def document(**more: Any) -> dict[str, Any]:
    """A document that was read whole."""
    bodies = {"status": {"link": True}, "macAddressTable": [], "leaseInfo": [], **more}
    return {"parts": dict.fromkeys(bodies, OK), **bodies}


BB = frozenset({"bb"})
A, B = "02:00:00:00:00:0A", "02:00:00:00:00:0B"
FILLED: dict[str, tuple[dict[str, Any], Any, Found]] = {
    "one of each": (
        document(macAddressTable=[mac(A)], leaseInfo=[lease("198.51.100.7")]),
        BB,
        Found(ip="198.51.100.7", mac=A, link=True),
    ),
    "nobody": (document(status={"link": False}), BB, Found(link=False)),
    "two": (
        document(
            macAddressTable=[mac(A), mac(B)],
            leaseInfo=[lease("198.51.100.7"), lease("198.51.100.8")],
        ),
        BB,
        Found(link=True),
    ),
    "one of the service": (
        document(macAddressTable=[mac(A), mac(B, "iptv")]),
        BB,
        Found(mac=A, link=True),
    ),
    "one, but of another service": (
        document(macAddressTable=[mac(B, "iptv")]),
        BB,
        Found(link=True),
    ),
    "the service is not known": (document(macAddressTable=[mac(A)]), None, Found(mac=A, link=True)),
    "twice the same": (
        document(macAddressTable=[mac(A), mac(A)]),
        BB,
        Found(mac=A, link=True),
    ),
    "both families": (
        document(leaseInfo=[lease("198.51.100.7"), lease("2001:db8:1::/56")]),
        BB,
        Found(ip="198.51.100.7", link=True),
    ),
    "a prefix alone": (
        document(leaseInfo=[lease("2001:db8:1::/56")]),
        BB,
        Found(ip="2001:db8:1::/56", link=True),
    ),
    "an ended lease": (
        document(leaseInfo=[lease("198.51.100.7", end="2026-11-21T09:59:00Z")]),
        BB,
        Found(link=True),
    ),
    "a table that is not whole": (
        {
            "parts": {"status": OK, "macAddressTable": {"state": "partial"}},
            "status": {"link": True},
            "macAddressTable": [mac(A)],
        },
        BB,
        Found(link=True),
    ),
    "silent": (
        {"parts": {"status": SILENT, "hardware": SILENT}, "hardware": {"up": False}},
        BB,
        Found(),
    ),
    "a link that is not told": (document(status={}), BB, Found()),
}


@pytest.mark.parametrize("case", FILLED)
def test_only_what_is_sure_is_filled(case: str) -> None:
    """Exactly one, of the ticket's service, and not ended."""
    told, services, filled = FILLED[case]

    assert found(told, services, NOW) == filled


def test_a_document_of_which_nothing_was_read_is_no_link_info() -> None:
    """It says why once, however many parts say it."""
    cpe = {"state": "unsupported", "cause": "no CPE is known"}
    parts = {"hardware": SILENT, "status": SILENT, "cpe": cpe}
    silent = {"parts": parts, "hardware": {"up": False}}

    assert judged(silent) == (Attachment.FAILED, "the network element does not answer")
    assert judged({"parts": {}})[0] is Attachment.FAILED


def test_a_document_that_lacks_a_part_is_attached_and_says_so() -> None:
    """What cannot be told on this access at all is not missed."""
    told = document()
    told["parts"] |= {"leaseInfo": SILENT, "cpe": {"state": "unsupported", "cause": "no CPE"}}

    state, why = judged(told)

    assert state is Attachment.ATTACHED
    assert why == "leaseInfo: the network element does not answer"


def test_which_groups_somebody_watches_is_never_kept() -> None:
    """Their number may be."""
    told = document(igmpSnooping=[{"multicast": "239.1.1.1"}], igmpGroups=1)

    assert "igmpSnooping" not in kept(told)
    assert kept(told)["igmpGroups"] == 1


WORTH = {
    "not there yet: it is being read": (Attachment.PENDING, None, ""),
    "nothing: the network element does not answer": (
        Attachment.FAILED,
        4,
        "the network element does not answer",
    ),
    "complete, read within 2 s of that moment": (Attachment.ATTACHED, 2, ""),
    "read within 7 s of that moment, but not all of it: cpe: slow": (
        Attachment.ATTACHED,
        7,
        "cpe: slow",
    ),
}


@pytest.mark.parametrize("words", WORTH)
def test_what_link_info_is_worth_is_said_in_a_sentence(words: str) -> None:
    """Of each state."""
    state, after_s, why = WORTH[words]
    done = None if after_s is None else NOW + timedelta(seconds=after_s)

    info = LinkInfo(moment=Moment.CREATED, state=state, asked_at=NOW, done_at=done, why=why)

    assert worth(info) == words


def subscription(name: str, provider: str, service: str, **more: Any) -> Subscription:
    """A subscription on the ticket's access."""
    return Subscription(
        subscription_id=name,
        access_id="A-1",
        provider=provider,
        service="S",
        service_type=service,
        **more,
    )


def ticket(provider: str, subscribed: str | None = None) -> Ticket:
    """A ticket of a provider."""
    return Ticket(
        number=1,
        own_reference="TT00000000001",
        desk_reference=None,
        desk_key=None,
        provider=provider,
        sandbox=False,
        access_id="A-1",
        created_by="A",
        heading="h",
        description="d",
        problem=Problem.OTHER,
        sp_reference=None,
        sp_ticket_reference=None,
        subscription_id=subscribed,
        ip=None,
        mac=None,
        link=None,
        status=Status.CREATED,
        responsible=None,
        created_at=NOW,
        updated_at=NOW,
        closed_at=None,
        version=1,
    )


def test_a_ticket_is_about_the_service_of_its_subscription() -> None:
    """Else about the only one that its provider holds; of somebody else's nothing is learnt."""
    held = [
        subscription("S-1", "isp", "bb"),
        subscription("S-2", "isp", "voip"),
        subscription("S-3", "tv", "iptv"),
        subscription("S-4", "tv", "bb", state="ORDERED"),
    ]

    assert service_types(ticket("isp", "S-1"), held, NOW) == frozenset({"bb"})
    assert service_types(ticket("isp"), held, NOW) is None
    assert service_types(ticket("isp", "S-3"), held, NOW) is None
    assert service_types(ticket("tv"), held, NOW) == frozenset({"iptv"})
    assert service_types(ticket("", "S-3"), held, NOW) == frozenset({"iptv"})
