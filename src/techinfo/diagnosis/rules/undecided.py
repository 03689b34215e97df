"""N. What is left: nothing is wrong that shows here, or nothing can be said."""

from __future__ import annotations

from techinfo.diagnosis.rule import LINE_SYMPTOMS, Rule
from techinfo.diagnosis.rules.dhcp import is_unknown_device
from techinfo.diagnosis.rules.fibre import LEVELS, is_strong, is_weak
from techinfo.diagnosis.view import View


def is_far_outside(view: View) -> bool:
    """Whether a level is more than 3 dB outside of its class, on a line that works."""
    if view.line.is_up is not True or is_weak(view) or is_strong(view):
        return False
    return any(level.under > 3.0 or level.over > 3.0 for level in view.light.levels)


def _is_fine(view: View) -> bool:
    tables = (view.case.rows(table) for table in ("macAddressTable", "leaseInfo"))
    told = view.traffic.was_read or any(table is not None for table in tables)
    return view.line.is_up is True and told


RULES = (
    Rule(
        code="unknown_equipment",
        outcome="amber",
        act="sp",
        location="customer_equipment",
        ticket=False,
        problem="OTHER",
        minutes=60,
        words=(
            "Another device is connected than the order names.",
            "En annan enhet än den beställda är inkopplad.",
        ),
        sp=(
            "Compare the device at the customer with the order.",
            "Jämför kundens enhet med ordern.",
        ),
        engineer=("Nothing to measure.", "Inget att mäta."),
        needs=("macAddressTable", "expected.services"),
        facts=("macAddressTable", "expected.services"),
        holds=lambda v: v.line.is_up is True and is_unknown_device(v),
        when="the order names a router, and no address near its own is here",
        sure=0.86,
        rests_on_records=True,
    ),
    Rule(
        code="shared_port_not_attributable",
        outcome="amber",
        act="co",
        location="records",
        ticket=False,
        problem="OTHER",
        minutes=60,
        words=(
            "Several accesses share the port and cannot be told apart.",
            "Flera anslutningar delar porten och kan inte skiljas åt.",
        ),
        sp=(
            "Go on with what is known of the link.",
            "Gå vidare med det som är känt om länken.",
        ),
        engineer=(
            "Give each access a VLAN or an identifier of its own.",
            "Ge varje anslutning ett eget VLAN eller en egen identitet.",
        ),
        needs=("parts:not_unique",),
        facts=("parts.macAddressTable.code", "parts.leaseInfo.code"),
        holds=lambda v: v.line.is_up is True and v.case.has_code("not_unique"),
        when="the tables of a shared port cannot be told apart, and the link is up",
        contradicted="link down: the line codes hold for all",
        sure=0.9,
    ),
    Rule(
        code="light_outside_class",
        outcome="amber",
        act="co",
        location="access_fibre",
        ticket=False,
        problem="QUALITY",
        minutes=120,
        words=(
            "The light is far outside what the receiver is made for, yet the line works.",
            "Ljuset ligger långt utanför vad mottagaren är gjord för, men linjen fungerar.",
        ),
        sp=("Nothing to do now.", "Inget att göra nu."),
        engineer=(
            "Check the class in the records, and the level at the next visit.",
            "Kontrollera klassen i registret och nivån vid nästa besök.",
        ),
        needs=("transceiver|ont|otherEnd",),
        facts=LEVELS,
        holds=is_far_outside,
        when="link up, more than 3 dB outside the class, and neither weak nor strong light holds",
        sure=0.8,
        hides=frozenset({"light_below_class", "light_above_class"}),
    ),
    Rule(
        code="all_fine",
        outcome="green",
        act="none",
        location="unknown",
        ticket=False,
        problem="OTHER",
        minutes=30,
        words=("Everything works up to our edge.", "Allt fungerar fram till vår gräns."),
        sp=(
            "Go on with the customer's router, wireless and devices.",
            "Gå vidare med kundens router, trådlösa nät och enheter.",
        ),
        engineer=("Nothing to do.", "Inget att göra."),
        needs=("status|ont",),
        facts=("status.link", "ont.up", "macAddressTable", "leaseInfo"),
        holds=_is_fine,
        when="the line is up, read within 15 minutes, with MAC table, leases or counters",
        contradicted="none of the three read: undecided",
        sure=0.92,
    ),
)
UNDECIDED = Rule(
    code="undecided",
    outcome="amber",
    act="sp",
    location="unknown",
    ticket=False,
    problem="OTHER",
    minutes=5,
    words=(
        "It cannot be decided from what is known.",
        "Det går inte att avgöra av det som är känt.",
    ),
    sp=("Ask again in a few minutes.", "Fråga igen om några minuter."),
    engineer=(
        "See what is missing, and what contradicts itself.",
        "Se vad som saknas och säger emot.",
    ),
    needs=(),
    facts=(),
    holds=lambda _: True,
    hides=LINE_SYMPTOMS,
    when="no reading of the line, an older one, or facts that contradict each other",
    sure=0.5,
)
