"""Who asks: what they may see depends on it, and a little of how it is written."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Role(StrEnum):
    """What someone is to the network."""

    OPERATOR = "operator"
    """Runs it: sees everything, and administers."""
    ENGINEER = "engineer"
    """Works in the field for the operator: sees every access and switch, administers nothing."""
    PROVIDER = "provider"
    """Sells over it: sees what is its own."""


class Scope(StrEnum):
    """What a token or an API key may be used for, at most; what its user may not, it may not."""

    TECH_READ = "tech.read"
    """Link, light, addresses, diagnosis: what the network tells of an access."""
    TICKETS_READ = "tickets.read"
    TICKETS_WRITE = "tickets.write"
    LOOKUP_READ = "lookup.read"
    """Which access has an identifier; search."""
    INVENTORY_READ = "inventory.read"
    """Accesses, subscriptions, services."""
    CABLE_TEST = "cable.test"
    """To test a cable, which takes the link down."""
    WEBHOOKS_WRITE = "webhooks.write"
    DUMP_READ = "dump.read"
    """Documents of an access or a switch."""
    ADMIN = "admin"
    """The operator's orders, and one's own sessions."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """How a provider wants to be answered, and what else is said of a user.

    Attributes:
        profile: ``bitvis`` adds what the Bitvis reading of ON-API has (contract: Bitvis profile).
        integer_rates: ``queue``, ``cir`` and ``pir`` are integers instead of strings.
        all_speeds: ON-API 2.3.1 ``mbps`` is answered when it is none of 10, 100 and 1000, too.
        last_known: An element that does not answer is answered for by its last reading.
        strict: Look-ups by interpretation are not found.
        sandbox: Asks the sandbox, never a switch.
        behalf_required: Gets rows of people only when it says for which person it asks.
        case_required: Gets them only when it says for which ticket or case.
        cable_test: May test cables; of the operator's own people.
        open_tickets: It may have open; ``None``: as the settings say, as with the others.
        ticket_octets: Its tickets may take.
        ticket_comments: Each of them may have.
    """

    profile: Literal["onapi", "bitvis"] = "onapi"
    integer_rates: bool = False
    all_speeds: bool = False
    last_known: bool = False
    strict: bool = False
    sandbox: bool = False
    behalf_required: bool = False
    case_required: bool = False
    cable_test: bool = False
    open_tickets: int | None = None
    ticket_octets: int | None = None
    ticket_comments: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Viewer:
    """Someone who asks.

    Attributes:
        name: What they log in with.
        provider: Whose subscriptions are theirs; ``None`` for the operator's own people.
    """

    name: str
    role: Role
    provider: str | None = None
    options: Options = Options()

    @property
    def sees_all(self) -> bool:
        """Whether nothing is withheld: of the operator's own people."""
        return self.role is not Role.PROVIDER
