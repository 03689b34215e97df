"""What a rule is: one short declaration that anyone can read, and test alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from techinfo.diagnosis.view import View

Outcome = Literal["green", "amber", "red"]
Act = Literal["sp", "co", "customer", "none", "wait"]
Location = Literal[
    "customer_equipment",
    "access_fibre",
    "port",
    "switch",
    "above",
    "other_access",
    "service",
    "records",
    "unknown",
]
ProblemType = Literal["NO_LINK", "NO_ACCESS", "QUALITY", "OTHER"]
Words = tuple[str, str]
"""The same sentence in English and in Swedish."""

LINE_SYMPTOMS = frozenset(
    {
        "power_lost_at_customer",
        "no_light_fibre_suspected",
        "no_light_check_power",
        "light_no_link_restart",
        "light_no_link",
        "no_link_line_suspected",
        "no_link_check_customer",
    }
)
"""How a line looks that something else has closed, or taken down."""
ADDRESS_SYMPTOMS = frozenset(
    {
        "cpe_silent",
        "cpe_lan_down",
        "no_mac",
        "binding_lost_after_restart",
        "no_dhcp_request",
        "dhcp_sp_server",
        "dhcp_no_answer",
        "no_lease",
        "traffic_one_way",
        "customer_router_silent",
    }
)
"""How an access looks that gets no service, or whose tables are new."""


@dataclass(frozen=True, kw_only=True)
class Done:
    """What changes once the customer has done what the code asks for.

    Args:
        answers: Keys of ``customer`` that are all true then.
        boots: So many starts of the box in 24 hours say the same; ``None``: nothing else does.
        managed: Only where the box is the network's own.
        act: Who acts then.
        ticket: Whether a report is advised then; ``None``: as before.
        outcome: The outcome then; ``None``: as before.
    """

    answers: tuple[str, ...]
    boots: int | None = None
    managed: bool = False
    act: Act = "co"
    ticket: bool | None = True
    outcome: Outcome | None = None


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One verdict: when it holds, and what it means.

    Args:
        code: Its name, published.
        outcome: green: works up to our edge; amber: impaired, temporary or open; red: out.
        act: Who acts.
        location: Where the cause is.
        ticket: Whether a report to the network is justified on this evidence, now.
        problem: The type of the report.
        minutes: How long the verdict counts.
        words: The sentence.
        sp: What the provider's agent does next.
        engineer: What the engineer does next: where to measure, and what is expected.
        needs: What must have been read: ``a|b`` is one or the other.
        facts: Paths in the case that it rests on; told as evidence where they are there.
        holds: Whether it is so.
        when: The same for people.
        contradicted: What speaks against it.
        sure: The chance that it is right when all is read, 0 to 1.
        asks: Questions whose answer may change it, in order; ``a|b`` is one or the other.
        done: What changes once the customer has done what it asks for.
        hides: Codes that are its symptoms, and are not told beside it.
        rests_on_records: Whether old records make it unsure.
    """

    code: str
    outcome: Outcome
    act: Act
    location: Location
    ticket: bool
    problem: ProblemType
    minutes: int
    words: Words
    sp: Words
    engineer: Words
    needs: tuple[str, ...]
    facts: tuple[str, ...]
    holds: Callable[[View], bool]
    when: str
    contradicted: str = ""
    sure: float = 0.9
    asks: tuple[str, ...] = ()
    done: Done | None = None
    hides: frozenset[str] = frozenset()
    rests_on_records: bool = False


@dataclass(frozen=True, kw_only=True)
class Note:
    """Something worth knowing that is no verdict.

    Args:
        code: Its name, published.
        words: The sentence.
        holds: Whether it is so.
    """

    code: str
    words: Words
    holds: Callable[[View], bool]


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question to the customer.

    Args:
        id: Its name, published.
        words: The question.
        answers: For each answer, what it sets in ``customer``.
    """

    id: str
    words: Words
    answers: Mapping[str, Mapping[str, object]]
