"""A. Services: an administrative state explains everything below it, and needs no reading."""

from __future__ import annotations

from techinfo.diagnosis.rule import ADDRESS_SYMPTOMS, LINE_SYMPTOMS, Rule
from techinfo.diagnosis.view import View

_SERVICES = ("expected.services",)
_GRACE_S = 3600.0
_SYMPTOMS = ADDRESS_SYMPTOMS | LINE_SYMPTOMS | {"just_started", "wrong_vlan"}


def _starts_in(view: View) -> float | None:
    """Seconds until the start counts as passed; negative when it has."""
    if view.orders.start is None:
        return None
    at, whole_day = view.orders.start
    return (at - view.case.now).total_seconds() + (0.0 if whole_day else _GRACE_S)


def _not_yet(view: View) -> bool:
    left = _starts_in(view)
    return left is not None and left >= 0


def _overdue(view: View) -> bool:
    left = _starts_in(view)
    return left is not None and left < 0


RULES = (
    Rule(
        code="no_subscription",
        outcome="red",
        act="sp",
        location="service",
        ticket=False,
        problem="OTHER",
        minutes=120,
        words=(
            "None of your services is ordered on this access.",
            "Ingen av dina tjänster är beställd på anslutningen.",
        ),
        sp=("Check the order, and order the service.", "Kontrollera ordern och beställ tjänsten."),
        engineer=("Nothing to measure: no order.", "Inget att mäta: ingen order."),
        needs=_SERVICES,
        facts=_SERVICES,
        holds=lambda v: v.orders.has_any is False,
        when="the inventory is known and has none of the asker's services here",
        contradicted="traffic with a lease",
        sure=0.95,
        hides=_SYMPTOMS,
        rests_on_records=True,
    ),
    Rule(
        code="service_suspended",
        outcome="red",
        act="sp",
        location="service",
        ticket=False,
        problem="OTHER",
        minutes=120,
        words=("The service is suspended.", "Tjänsten är spärrad."),
        sp=("Lift the suspension of the service.", "Häv spärren på tjänsten."),
        engineer=("Nothing to measure: suspended.", "Inget att mäta: spärrad."),
        needs=_SERVICES,
        facts=_SERVICES,
        holds=lambda v: v.orders.asked_in("SUSPENDED") is not None,
        when="the service that is asked about is SUSPENDED",
        contradicted="a lease, and traffic both ways: the records lag",
        sure=0.95,
        hides=_SYMPTOMS,
        rests_on_records=True,
    ),
    Rule(
        code="service_not_yet_active",
        outcome="amber",
        act="wait",
        location="service",
        ticket=False,
        problem="OTHER",
        minutes=120,
        words=(
            "The service is ordered and its start date has not come.",
            "Tjänsten är beställd men startdatum har inte kommit.",
        ),
        sp=("Tell the customer the start date.", "Ge kunden startdatumet."),
        engineer=("Nothing to do before the date.", "Inget att göra före datumet."),
        needs=_SERVICES,
        facts=_SERVICES,
        holds=_not_yet,
        when="ORDERED, and the start is ahead, today, or less than 60 minutes ago",
        sure=0.95,
        hides=_SYMPTOMS,
        rests_on_records=True,
    ),
    Rule(
        code="activation_overdue",
        outcome="red",
        act="co",
        location="service",
        ticket=True,
        problem="NO_ACCESS",
        minutes=120,
        words=(
            "The start date has passed and the service is not activated.",
            "Startdatum har passerat men tjänsten är inte aktiverad.",
        ),
        sp=("Report it with the order's number.", "Felanmäl med ordernumret."),
        engineer=("Carry out the order.", "Utför ordern."),
        needs=_SERVICES,
        facts=_SERVICES,
        holds=_overdue,
        when="ORDERED, and the start passed more than 60 minutes ago, or its day is over",
        sure=0.92,
        hides=_SYMPTOMS,
        rests_on_records=True,
    ),
)
